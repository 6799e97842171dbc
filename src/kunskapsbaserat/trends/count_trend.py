"""By how many per cent a year do counts rise or fall? Log-linear models with exposure, season and honest errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import scipy
from numpy.typing import ArrayLike, NDArray

from kunskapsbaserat.errors import OptionError, TableError
from kunskapsbaserat.rates.keys import keyed
from kunskapsbaserat.trends.glm import GlmFit, fit_glm, fit_negative_binomial, log_likelihood, newey_west
from kunskapsbaserat.trends.month_variation import YearVariation, year_variation
from kunskapsbaserat.trends.verdicts import Change

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Floats = NDArray[np.float64]

FAMILIES = ("auto", "poisson", "quasipoisson", "negative_binomial")
SEASONS = ("none", "month", "harmonic")
ERRORS = ("auto", "model", "hac")
_PER_YEAR = {"M": 12, "Q": 4, "Y": 1, "A": 1, "W": 52}
FEW = 20  # events a year: with fewer, nothing is judged
ENOUGH = 5.0  # events a period: with fewer, the fitted months lie apart by chance
WIDE = 4.0  # fitted means this many times apart: only then can a variance that grows faster than the mean be told


@dataclass(frozen=True, slots=True)
class CountTrend:
    """A log-linear model of counts.

    Attributes
    ----------
    terms : DataFrame
        One row per coefficient: ``term coefficient standard_error ratio lower upper p_value``.
    annual : dict
        The yearly ``change`` in per cent with its ``lower upper`` and ``p_value`` (missing without a trend).
    family, errors : str
        Which were used.
    dispersion : float
        Variance over the family's.
    theta, theta_error : float or None
        Of the negative binomial.
    deviance, df, log_likelihood : float
        Of the model; `df` are those of the limits, infinite for the normal.
    fitted : array (n,)
        Expected counts.
    observed : Series
        As it was given.
    confidence : float
        Of the limits.
    cautions : tuple of str
        "nb_fallback" (the negative binomial's dispersion ran away: quasi-Poisson was used), "not_converged", "few" (fewer
        than 20 events a year).

    Examples
    --------
    >>> from kunskapsbaserat.data import embedded
    >>> from kunskapsbaserat.trends import count_trend, series
    >>> trend = count_trend(series(embedded.counts_groups(), area="2081", offence="stold_ran_kap8"))
    >>> {name: round(value, 1) for name, value in trend.annual.items() if name != "p_value"}  # per cent a year
    {'change': -4.4, 'lower': -5.7, 'upper': -3.1}
    >>> print(trend.change, trend.family, f"{trend.dispersion:.0f}")
    sakerstalld_minskning quasipoisson 32
    >>> trend.terms[["term", "ratio", "lower", "upper"]].round(3)
              term     ratio     lower     upper
    0  (Intercept)  3324.995  2984.083  3704.853
    1         time     0.956     0.943     0.969
    """

    terms: pd.DataFrame
    annual: dict[str, float]
    family: str
    errors: str
    dispersion: float
    theta: float | None
    theta_error: float | None
    deviance: float
    df: float
    fitted: Floats
    observed: pd.Series
    log_likelihood: float
    confidence: float
    cautions: tuple[str, ...]

    @property
    def change(self) -> Change:
        """The verdict on the trend, one test at 1 - `confidence`: too few when the events are fewer than 20 a year."""
        if "few" in self.cautions:
            return Change.FOR_FA_BROTT
        if "not_converged" in self.cautions or np.isnan(self.annual["p_value"]):
            return Change.KAN_INTE_BEDOMAS
        if self.annual["p_value"] > 1 - self.confidence:
            return Change.INGEN_SAKERSTALLD_SKILLNAD
        return Change.SAKERSTALLD_OKNING if self.annual["change"] > 0 else Change.SAKERSTALLD_MINSKNING

    def to_frame(self) -> pd.DataFrame:
        return self.terms.assign(family=self.family, errors=self.errors, confidence=self.confidence)

    def summary(self, name: str | None = None, *, language: str = "sv") -> str:
        """What it says, in Swedish or English; `name` is what is counted, in words."""
        from kunskapsbaserat.trends import words

        return words.count_trend(self, words.NAMES.get(language, "") if name is None else name, language)

    def summary_frame(self) -> pd.DataFrame:
        """The coefficients, a row each: see `terms`."""
        return self.terms.set_index("term")

    def conf_int(self) -> pd.DataFrame:
        """Limits of every term's ratio, named as statsmodels names them: ``lower upper``."""
        return self.summary_frame()[["lower", "upper"]]

    def _repr_html_(self) -> str:
        from kunskapsbaserat.trends.shown import count_trend_html

        return count_trend_html(self)

    def plot(self, ax: Axes | None = None, **options: Any) -> Axes:
        """See `plots.count_trend`."""
        from kunskapsbaserat import plots

        return plots.count_trend(self, ax, **options)


@keyed(series=("counts", "exposure"))
def count_trend(
    counts: ArrayLike,
    *,
    exposure: ArrayLike | None = None,
    terms: pd.DataFrame | None = None,
    time: bool = True,
    season: str | None = None,
    harmonics: int = 2,
    family: str = "auto",
    errors: str = "auto",
    lags: int | None = None,
    per_year: int | None = None,
    confidence: float = 0.95,
) -> CountTrend:
    """Fit counts by a log-linear trend, season and other terms, per exposure.

    Parameters
    ----------
    counts : array_like or Series, shape (n,)
        In time order, none missing. A Series with yearly, quarterly or monthly periods needs no `per_year`.
    exposure : array_like, shape (n,)
        Person-time above 0; its logarithm is the offset.
    terms : DataFrame, (n, k)
        More columns: numbers as they are, text and categories as contrasts with their first level.
    time : bool
        Include the trend (steps from the first period).
    season : {"none", "month", "harmonic"}
        A level for each month (or quarter), or `harmonics` pairs of sine waves. Default "month" with 4 or 12 periods a year.
    family : {"auto", "poisson", "quasipoisson", "negative_binomial"}
        "auto": Poisson when the counts vary no more than chance (dispersion at most 1); the negative binomial when there are
        at least 5 events a period, the fitted means lie fourfold apart and its likelihood is better (at the 5 % level);
        otherwise quasi-Poisson. A negative binomial whose dispersion runs away falls back to quasi-Poisson, with a caution.
    harmonics, per_year : int
        Pairs of sine waves, and periods a year.
    errors, lags : {"auto", "model", "hac"}, int
        "model": the family's own. "hac": Newey and West's with `lags` (default a year, or n^(1/3)). "auto": the model's for
        yearly counts; for months and quarters the dispersion weighs what the months tell, with their autocorrelation, with
        what the yearly sums tell (see `month_variation`).
    confidence : float
        Limits use Student's t with quasi-Poisson and "auto" errors, the normal otherwise.

    Returns
    -------
    CountTrend

    Raises
    ------
    TableError
        A missing or negative count, an exposure that is not above 0, or fewer counts than coefficients.
    OptionError
        An option is out of range.

    Notes
    -----
    Ten years with a season and a correlation of 0.3 between months: share called when there is no trend, and when the rise is
    ten per cent a year (1 000 series a cell, all cells in benchmarks/trend_calibration.txt; the worst has 4.9 % from months and
    6.0 % from years). Below 20 events a year nothing is judged.

    ======  ==========  =============  =============  ============  ============
    a year  dispersion  months: false  months: found  years: false  years: found
    ======  ==========  =============  =============  ============  ============
    20      1           0.8 %          47 %           1.6 %         45 %
    20      4           2.1 %          16 %           2.9 %         16 %
    50      1           2.6 %          98 %           3.5 %         97 %
    50      4           4.9 %          52 %           5.4 %         51 %
    200     1           3.0 %          100 %          4.8 %         100 %
    200     4           3.0 %          97 %           5.2 %         97 %
    ======  ==========  =============  =============  ============  ============

    Where the level itself differs between years by a coefficient of variation of 0.3, months give up to 10 % and years 6 %.

    References
    ----------
    McCullagh P, Nelder JA (1989). Generalized Linear Models. Venables WN, Ripley BD (2002). Modern applied statistics with
    S, 7.4. Newey WK, West KD (1987). Econometrica 55, 703-708.

    Examples
    --------
    Theft in Borlänge month by month, with a level for each calendar month:

    >>> from kunskapsbaserat.data import embedded
    >>> from kunskapsbaserat.trends import count_trend, series
    >>> thefts = series(embedded.counts_month(), area="2081", offence="stold_2013")
    >>> trend = count_trend(thefts)
    >>> print(f"{trend.annual['change']:.1f} % a year ({trend.annual['lower']:.1f} to {trend.annual['upper']:.1f})")
    8.7 % a year (0.7 to 17.3)
    >>> print(trend.change)
    sakerstalld_okning
    """
    for name, value, allowed in (("family", family, FAMILIES), ("errors", errors, ERRORS)):
        if value not in allowed:
            raise OptionError(name, value, allowed)
    y, offset, series = _checked(counts, exposure)
    yearly = per_year or (_PER_YEAR.get(series.index.freqstr[:1], 1) if isinstance(series.index, pd.PeriodIndex) else 1)
    chosen = season if season is not None else ("month" if yearly in (4, 12) else "none")
    names, design = _design(len(y), terms, time, chosen, harmonics, yearly, series.index)
    if len(y) <= design.shape[1]:
        raise TableError("more counts than coefficients", forvantat="fler tal än koefficienter", got=len(y))
    fit, used, theta, theta_error, cautions = _fitted(design, y, offset, family)
    covariance, dispersion, df, kind = _covariance(design, y, fit, used, errors, lags, yearly, confidence)
    table = _terms(names, fit, covariance, df, confidence)
    if y.mean() * yearly < FEW:
        cautions = (*cautions, "few")
    return CountTrend(
        table,
        _annual(table, yearly),
        used,
        kind,
        dispersion,
        theta,
        theta_error,
        fit.deviance,
        df,
        fit.mean,
        series,
        log_likelihood(y, fit),
        confidence,
        cautions,
    )


def _checked(counts: ArrayLike, exposure: ArrayLike | None) -> tuple[Floats, Floats | None, pd.Series]:
    series = counts if isinstance(counts, pd.Series) else pd.Series(np.asarray(counts, dtype=float))
    y = series.to_numpy(dtype=float, na_value=np.nan)
    if y.ndim != 1 or np.isnan(y).any() or (y < 0).any():
        raise TableError("a count of 0 or more for every period", forvantat="ett antal för varje period", column="count")
    if exposure is None:
        return y, None, series
    people = np.asarray(exposure, dtype=float)
    if people.shape != y.shape or not (people > 0).all():
        raise TableError("an exposure above 0 for every period", forvantat="en nämnare över noll", column="exposure")
    return y, np.log(people), series


def _design(
    n: int, terms: pd.DataFrame | None, time: bool, season: str, harmonics: int, per_year: int, index: pd.Index
) -> tuple[list[str], Floats]:
    if season not in SEASONS:
        raise OptionError("season", season, SEASONS)
    columns: dict[str, Floats] = {"(Intercept)": np.ones(n)}
    for name in terms.columns if terms is not None else ():
        assert terms is not None
        values = terms[name]
        if pd.api.types.is_numeric_dtype(values) and not isinstance(values.dtype, pd.CategoricalDtype):
            columns[str(name)] = values.to_numpy(dtype=float)
        else:
            levels = list(values.cat.categories) if isinstance(values.dtype, pd.CategoricalDtype) else list(values.unique())
            columns |= {f"{name}{level}": (values == level).to_numpy(dtype=float) for level in levels[1:]}
    steps = np.arange(n, dtype=float)
    if time:
        columns["time"] = steps
    if season == "month":
        place = steps % per_year
        if isinstance(index, pd.PeriodIndex) and per_year == 12:
            place = np.asarray(index.month) - 1
        columns |= {f"season{part + 1}": (place == part).astype(float) for part in range(1, per_year)}
    if season == "harmonic":
        for wave in range(1, harmonics + 1):
            angle = 2 * np.pi * wave * steps / per_year
            columns |= {f"sin{wave}": np.sin(angle), f"cos{wave}": np.cos(angle)}
    return list(columns), np.column_stack(list(columns.values()))


def _fitted(
    design: Floats, y: Floats, offset: Floats | None, family: str
) -> tuple[GlmFit, str, float | None, float | None, tuple[str, ...]]:
    """The model by the stated rule: fit, family used, theta and its error, cautions."""
    poisson = fit_glm(design, y, offset=offset)
    cautions = () if poisson.converged else ("not_converged",)
    if family == "auto" and poisson.dispersion <= 1:
        return poisson, "poisson", None, None, cautions
    spread = poisson.mean.max() / max(poisson.mean.min(), 1e-12)
    if family in ("poisson", "quasipoisson") or (family == "auto" and (spread < WIDE or y.mean() < ENOUGH)):
        return poisson, "poisson" if family == "poisson" else "quasipoisson", None, None, cautions
    fit, theta, error = fit_negative_binomial(design, y, offset=offset)
    if not np.isfinite(theta):
        return poisson, "quasipoisson", None, None, (*cautions, "nb_fallback")
    better = 2 * (log_likelihood(y, fit) - log_likelihood(y, poisson))
    if family == "auto" and better < scipy.special.chdtri(1, 0.10):  # the boundary halves the level
        return poisson, "quasipoisson", None, None, cautions
    return fit, "negative_binomial", theta, error, cautions


def _covariance(
    design: Floats, y: Floats, fit: GlmFit, family: str, errors: str, lags: int | None, per_year: int, confidence: float
) -> tuple[Floats, float, float, str]:
    """Covariance of the coefficients, dispersion, degrees of freedom (infinite: normal) and what was used."""
    if errors == "hac":
        reach = lags if lags is not None else (per_year if per_year > 1 else int(np.ceil(len(y) ** (1 / 3))))
        return newey_west(design, y, fit, reach), fit.dispersion, float(fit.df), "hac"
    own = max(fit.dispersion, 1.0)
    if errors == "model" or per_year not in (4, 12):
        if family == "quasipoisson" or (errors == "auto" and family == "negative_binomial"):
            return fit.unscaled * own, own, float(fit.df), "model"
        return fit.unscaled, 1.0, np.inf if errors == "model" else float(fit.df), "model"
    variation = _variation(y, fit, per_year)
    dispersion, df = float(variation.dispersion(1 - confidence)[0]), float(variation.df[0])
    return fit.unscaled * dispersion, dispersion, df, "years_and_months"


def _variation(y: Floats, fit: GlmFit, per_year: int) -> YearVariation:
    """How much sums over a year vary around the fitted ones, by the months and by the years of the series."""
    scale = np.sqrt(1 + fit.alpha * fit.mean)  # of the negative binomial: what it explains itself is not counted again
    missing = -len(y) % per_year
    cube = [np.append(np.full(missing, np.nan), part).reshape(1, -1, per_year) for part in ((y - fit.mean) / scale, fit.mean)]
    residuals, fitted = cube
    whole = ~np.isnan(residuals).any(axis=2)[0]
    sums, expected = residuals[0, whole].sum(axis=1), fitted[0, whole].sum(axis=1)
    df = max(int(whole.sum()) - 2, 0)
    between = float(np.sum(sums**2 / expected) / df) if df else 1.0
    mean = float(fit.mean.mean())
    numbers = (np.array([value], dtype=float) for value in (mean, between, df, mean * per_year))
    return year_variation(residuals, *numbers)


def _terms(names: list[str], fit: GlmFit, covariance: Floats, df: float, confidence: float) -> pd.DataFrame:
    error = np.sqrt(np.maximum(np.diag(covariance), 0))
    t = np.isfinite(df)
    quantile = scipy.special.stdtrit(df, 0.5 + confidence / 2) if t else scipy.special.ndtri(0.5 + confidence / 2)
    beta = fit.coefficients
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = -np.abs(beta) / error
    p_value = 2 * (scipy.special.stdtr(df, statistic) if t else scipy.special.ndtr(statistic))
    exponents = np.column_stack([beta, beta - quantile * error, beta + quantile * error])
    finite = (np.abs(exponents) < 500).all(axis=1) & (error > 0)
    ratios = np.where(finite[:, None], np.exp(np.clip(exponents, -500, 500)), np.nan)
    return pd.DataFrame(
        {
            "term": names,
            "coefficient": beta,
            "standard_error": error,
            "ratio": ratios[:, 0],
            "lower": ratios[:, 1],
            "upper": ratios[:, 2],
            "p_value": np.where(finite, p_value, np.nan),
        }
    )


def _annual(table: pd.DataFrame, per_year: int) -> dict[str, float]:
    row = table[table["term"] == "time"]
    if row.empty:
        return {"change": np.nan, "lower": np.nan, "upper": np.nan, "p_value": np.nan}
    change = {key: float(100 * (row[key].iat[0] ** per_year - 1)) for key in ("ratio", "lower", "upper")}
    return {
        "change": change["ratio"],
        "lower": change["lower"],
        "upper": change["upper"],
        "p_value": float(row["p_value"].iat[0]),
    }
