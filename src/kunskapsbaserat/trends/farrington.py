"""Early warning: is the latest count higher than the same season of earlier years lets expect? (Farrington flexible)"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypedDict, Unpack, cast

import numpy as np
import pandas as pd
import scipy
from numpy.typing import ArrayLike, NDArray

from kunskapsbaserat.errors import OptionError, TableError
from kunskapsbaserat.rates.checks import confidence_level, option
from kunskapsbaserat.rates.keys import keyed
from kunskapsbaserat.trends.glm import GlmFit, fit_glm, leverage

Floats = NDArray[np.float64]
Places = NDArray[np.intp]

COMPAT = ("correct", "surveillance")
POWERS = {"2/3": 2 / 3, "1/2": 1 / 2, "none": 1.0}
THRESHOLDS = ("delta", "nbPlugin", "muan")
REFERENCES = ("periods", "dates")
WEEKS = 52
MIN_YEARS_FOR_TREND = 3


_USUAL = {52: {"w": 3, "periods": 10, "past_not_included": 26}, 12: {"w": 1, "periods": 4, "past_not_included": 3}}
_USUAL_OTHERWISE = {"w": 0, "periods": 1, "past_not_included": 1}


class Options(TypedDict, total=False):
    """What `farrington` lets its caller choose about the model; see there."""

    b: int
    w: int
    periods: int
    past_not_included: int
    reweight: bool
    weights_threshold: float
    alpha: float
    trend: bool
    trend_level: float
    power: str
    threshold: str
    few: tuple[int, int]
    compat: str


@dataclass(frozen=True, slots=True)
class Settings:
    """The `Options`, all of them decided."""

    frequency: int
    w: int
    periods: int
    past_not_included: int
    b: int = 5
    reweight: bool = True
    weights_threshold: float = 2.58
    alpha: float = 0.05
    trend: bool = True
    trend_level: float = 0.05
    power: str = "2/3"
    threshold: str = "delta"
    few: tuple[int, int] = (5, 4)
    compat: str = "correct"


@dataclass(frozen=True, slots=True)
class _Model:
    """A fitted baseline: design columns, fit, dispersion of the prediction and of the threshold."""

    fit: GlmFit
    time: bool
    error_dispersion: float
    phi: float


@keyed(series=("counts", "population"))
def farrington(
    counts: ArrayLike,
    *,
    frequency: int | None = None,
    last: int | None = None,
    range_: Iterable[int] | None = None,
    population: ArrayLike | None = None,
    reference: str = "periods",
    **options: Unpack[Options],
) -> pd.DataFrame:
    """Expected count and upper bound of each examined period, by a quasi-Poisson model of the same season in earlier years.

    Parameters
    ----------
    counts : array_like or Series, shape (n,)
        Weekly, monthly or quarterly counts in time order, none missing. A Series with periods as index needs no `frequency`.
    frequency : int
        Periods a year: 52, 12 or 4.
    last : int
        Examine the `last` periods (default 1); or
    range_ : iterable of int
        these positions, counted from 1.
    population : array_like, shape (n,)
        Exposure of each period, used as an offset.
    reference : {"periods", "dates"}
        Which week of an earlier year is the same: 52 weeks before, or, with weeks as index, the one beginning nearest the same
        date. A year is a day or two longer than 52 weeks, so that five years back the first is a week late.
    b, w : int
        Years back (5), and the half window around the same period of each year (default 3 weeks, 1 month, 0 quarters).
    periods : int
        The parts a year is divided into: 1 uses only the windows, more uses all periods with a level for each part. Default
        10 for weeks, 4 for months, 1 for quarters.
    past_not_included : int
        Periods just before the examined one that are left out, so that a rise under way is not taken for normal.
        Default half a year for weeks (26), 3 for months, 1 for quarters.
    reweight, weights_threshold
        Weigh down earlier peaks whose standardised Anscombe residual is above the threshold (True, 2.58).
    alpha : float
        One-sided level of the upper bound (0.05).
    trend, trend_level
        Include a log-linear trend when its p-value is below the level (True, 0.05), there are three years, and the forecast is
        not above everything seen.
    power : {"2/3", "1/2", "none"}
        Transformation of the "delta" bound. The first named is the default, here and below.
    threshold : {"delta", "nbPlugin", "muan"}
        Bound by the delta method, by a negative binomial at the expected count, or at that count's own upper limit.
    few : (cases, periods)
        No alarm with fewer than `cases` in the latest `periods`, the examined one included (5, 4).
    compat : {"correct", "surveillance"}
        The R package overwrites the model's weights before it computes the error of the prediction and the trend test, so its
        dispersion there is the sum of w((y-m)/m)^2, and its score for "nbPlugin" and "muan" sets the logarithm of the expected
        count beside the count. "surveillance" reproduces both; "correct" uses w(y-m)^2/m and the count.

    Returns
    -------
    DataFrame
        One row per examined period: ``index`` (from 1), ``period observed expected upper alarm p_value score trend
        dispersion`` and ``reason`` (None, "few" or "no_fit"; then `upper` is missing and there is no alarm). `score` is how
        far from expected to upper the count lies; above 1 is an alarm. `p_value` belongs to the bound that was used.

    Raises
    ------
    TableError
        The series is too short for `b` years before the first examined period, or a count is missing or negative.
    OptionError
        An option is out of range.

    References
    ----------
    Noufaily A et al. (2013). An improved algorithm for outbreak detection in multiple surveillance systems. Stat Med 32,
    1206-1222. Salmon M, Schumacher D, Höhle M (2016). Monitoring count time series in R. J Stat Softw 70(10).

    Examples
    --------
    Was December 2016 unusual for vandalism in Borlänge? It is compared with the winters of three earlier years:

    >>> from kunskapsbaserat.data import embedded
    >>> from kunskapsbaserat.trends import farrington, series
    >>> vandalism = series(embedded.counts_month(), area="2081", offence="skadegorelse_2013")
    >>> row = farrington(vandalism, b=3).iloc[0]
    >>> print(f"{row['observed']:.0f} reported, {row['expected']:.0f} expected, alarm above {row['upper']:.0f}: {row['alarm']}")
    48 reported, 52 expected, alarm above 81: False
    """
    numbers, per_year = _checked(counts, frequency)
    settings = settings_of(per_year, **options)
    _check(settings)
    people = np.ones(len(numbers)) if population is None else np.asarray(population, dtype=float)
    if people.shape != numbers.shape or not (people > 0).all():
        raise TableError("a population above 0 for each period", forvantat="en folkmängd över noll för varje period")
    examined = list(range(len(numbers) - (last or 1) + 1, len(numbers) + 1)) if range_ is None else [int(k) for k in range_]
    option("reference", reference, REFERENCES)
    names = counts.index if isinstance(counts, pd.Series) else pd.RangeIndex(1, len(numbers) + 1)
    weekly = isinstance(names, pd.PeriodIndex) and names.freqstr.startswith("W")
    if reference == "dates" and per_year == WEEKS and not weekly:
        raise TableError("a Series with weeks as index", forvantat="en serie med veckor som index", got=type(names).__name__)
    by_date = weekly and reference == "dates"
    _long_enough(len(numbers), examined, settings, late=by_date)
    back = {k: weeks_back(names, k, settings.b) if by_date else None for k in examined}
    rows = [{"index": k, "period": names[k - 1], **_examine(numbers, people, k, settings, back[k])} for k in examined]
    table = pd.DataFrame(rows)
    table["reason"] = pd.Series([row["reason"] for row in rows], index=table.index, dtype=object)
    return table


def settings_of(frequency: int, **options: Unpack[Options]) -> Settings:
    """The options with what is usual for the frequency where they are not given (or None)."""
    chosen = {name: value for name, value in options.items() if value is not None}
    return Settings(frequency, **cast(Options, _USUAL.get(frequency, _USUAL_OTHERWISE) | chosen))


def _checked(counts: ArrayLike, frequency: int | None) -> tuple[Floats, int]:
    numbers = np.asarray(counts, dtype=float)
    if numbers.ndim != 1 or np.isnan(numbers).any() or (numbers < 0).any():
        raise TableError(
            "a count of 0 or more for every period",
            forvantat="ett antal, noll eller mer, för varje period",
            column="count",
            hint="missing is not zero: begin the series after the gap",
            tips="saknat är inte noll: låt serien börja efter luckan",
        )
    if frequency is None and isinstance(counts, pd.Series) and isinstance(counts.index, pd.PeriodIndex):
        frequency = {"W": 52, "M": 12, "Q": 4}.get(counts.index.freqstr[:1])
    if frequency is None or frequency < 2:
        raise OptionError("frequency", frequency, (52, 12, 4))
    return numbers, frequency


def _check(settings: Settings) -> None:
    for name, value, allowed in (
        ("compat", settings.compat, COMPAT),
        ("power", settings.power, tuple(POWERS)),
        ("threshold", settings.threshold, THRESHOLDS),
    ):
        if value not in allowed:
            raise OptionError(name, value, allowed)
    confidence_level(settings.alpha, "alpha")
    gap = settings.frequency - 2 * settings.w - 1
    if gap < 0 or (settings.periods > 1 and gap < settings.periods - 1):
        raise OptionError(
            "periods",
            settings.periods,
            (f"windows and parts that fit in {settings.frequency} periods a year",),
            tillatna=(f"fönster och delar som ryms i {settings.frequency} perioder om året",),
        )


def _long_enough(length: int, examined: list[int], settings: Settings, *, late: bool) -> None:
    if not examined or min(examined) < 1 or max(examined) > length:
        raise OptionError("range_", examined, (f"positions from 1 to {length}",), tillatna=(f"platser från 1 till {length}",))
    needed = settings.b * settings.frequency + settings.w + late * -(-settings.b * 2 // 7)
    first = min(examined)
    if first - 1 < needed:
        years = max((first - 1 - settings.w) // settings.frequency, 0)
        raise TableError(
            f"{needed} periods before the first examined one (b={settings.b} years and half a window)",
            forvantat=f"{needed} perioder före den första som prövas ({settings.b} år och ett halvt fönster)",
            got=first - 1,
            hint=f"choose b={years} or examine later periods" if years else "the series is too short for this method",
            tips=f"välj b={years} eller pröva senare perioder" if years else "serien är för kort för metoden",
        )


_NO_BOUND = {"upper": np.nan, "p_value": np.nan, "alarm": False, "score": np.nan}


def _examine(counts: Floats, people: Floats, k: int, s: Settings, back: Places | None) -> dict[str, object]:
    level = year_parts(k, s, back)
    level[max(k - s.past_not_included - 1, 0) : k] = 0
    rows = np.flatnonzero(level[:k] > 0)
    y, groups, offset = counts[rows], level[rows], np.log(people[rows])
    now = (k, np.log(people[k - 1]))
    model = _fitted(y, (rows + 1).astype(np.float64), groups, offset, s, time=s.trend)
    if model is not None and model.time and not _keeps_trend(model, y, now, s):
        model = _fitted(y, (rows + 1).astype(np.float64), groups, offset, s, time=False)
    observed = float(counts[k - 1])
    if model is None:
        return {"observed": observed, "expected": np.nan, "trend": False, "dispersion": np.nan, **_NO_BOUND, "reason": "no_fit"}
    expected, error = _predicted(model, now, s)
    row = {"observed": observed, "expected": expected, "trend": model.time, "dispersion": model.phi}
    if counts[max(k - s.few[1], 0) : k].sum() < s.few[0]:
        return {**row, **_NO_BOUND, "reason": "few"}
    upper, p_value = _bound(expected, error, model.phi, observed, s)
    middle = np.log(expected) if s.compat == "surveillance" and s.threshold != "delta" else expected
    score = (observed - middle) / (upper - middle) if upper > middle else np.nan
    return {**row, "upper": upper, "p_value": p_value, "alarm": bool(observed > upper), "score": score, "reason": None}


def year_parts(k: int, s: Settings, back: Places | None = None) -> Places:
    """The part of the year each period up to k + w belongs to; 0 is not used, `periods` are the windows.

    `back` is how many periods ago it was the same time of each earlier year (b + 1, from 0); default whole years of periods.
    """
    back = np.arange(s.b + 1) * s.frequency if back is None else back
    level = np.zeros(k + s.w + 1, dtype=np.intp)
    for year, steps in enumerate(back):
        centre = k - int(steps) - 1
        level[max(centre - s.w, 0) : centre + s.w + 1] = s.periods
        if year and s.periods > 1:
            start, between = centre + s.w + 1, int(steps - back[year - 1]) - 2 * s.w - 1
            lengths = np.full(s.periods - 1, between // (s.periods - 1))
            lengths[: between % (s.periods - 1)] += 1
            level[start : start + lengths.sum()] = np.repeat(np.arange(1, s.periods), lengths)
    return level


def weeks_back(weeks: pd.PeriodIndex, k: int, b: int) -> Places:
    """How many weeks before the k:th (from 1) the week lies that has the same date of each earlier year nearest its beginning.

    References
    ----------
    As the reference weeks of the R package surveillance 1.25 for weeks with dates (farringtonFlexible, epochAsDate).
    """
    day = weeks[k - 1].start_time
    return np.array([round((day - _years_before(day, year)).days / 7) for year in range(b + 1)], dtype=np.intp)


def _years_before(day: pd.Timestamp, years: int) -> pd.Timestamp:
    leap_day = (day.month, day.day) == (2, 29)
    return day.replace(day=28, year=day.year - years) + pd.Timedelta(days=1) if leap_day else day.replace(year=day.year - years)


def _design(time: Floats, groups: NDArray[np.intp], s: Settings, *, with_time: bool) -> Floats:
    """Intercept (the windows), [time,] and a column for each other part of the year."""
    columns = [np.ones(len(groups))] + [time] * with_time
    return np.column_stack(columns + [(groups == part).astype(float) for part in range(1, s.periods)])


def _fitted(y: Floats, when: Floats, groups: NDArray[np.intp], offset: Floats, s: Settings, *, time: bool) -> _Model | None:
    """Quasi-Poisson fit, once more with earlier peaks weighed down; without the trend where it does not converge."""
    design = _design(when, groups, s, with_time=time)
    fit = fit_glm(design, y, offset=offset)
    if not fit.converged:
        return _fitted(y, when, groups, offset, s, time=False) if time else None
    weights = fit.mean  # the working weights of a model that is not weighted again
    if s.reweight:
        residuals = _anscombe(y, fit, leverage(design, fit))
        weights = _outlier_weights(residuals, s.weights_threshold)
        fit = fit_glm(design, y, offset=offset, weights=weights)
    proper = fit.dispersion
    theirs = float(np.sum(weights * ((y - fit.mean) / fit.mean) ** 2) / fit.df) if fit.df > 0 else np.nan
    return _Model(fit, time, theirs if s.compat == "surveillance" else proper, max(proper, 1.0))


def _anscombe(y: Floats, fit: GlmFit, hat: Floats) -> Floats:
    raw = 1.5 * (y ** (2 / 3) * fit.mean ** (-1 / 6) - np.sqrt(fit.mean))
    return raw / np.sqrt(max(fit.dispersion, 1.0) * np.maximum(1 - hat, 1e-12))


def _outlier_weights(residuals: Floats, threshold: float) -> Floats:
    """1 up to the threshold and 1/residual^2 above it, scaled to a mean of 1."""
    weights = np.where(residuals > threshold, np.maximum(residuals, 1e-12) ** -2.0, 1.0)
    scaled: Floats = weights * len(weights) / weights.sum()
    return scaled


def _predicted(model: _Model, now: tuple[int, float], s: Settings) -> tuple[float, float]:
    """Expected count at the examined period and the standard error of its logarithm."""
    row = _design(np.array([float(now[0])]), np.array([s.periods]), s, with_time=model.time)[0]
    error = np.sqrt(model.error_dispersion * row @ model.fit.unscaled @ row)
    return float(np.exp(row @ model.fit.coefficients + now[1])), float(error)


def _keeps_trend(model: _Model, y: Floats, now: tuple[int, float], s: Settings) -> bool:
    error = np.sqrt(model.error_dispersion * model.fit.unscaled[1, 1])
    if not error > 0:
        return False
    p_value = 2 * scipy.special.stdtr(model.fit.df, -abs(model.fit.coefficients[1]) / error)
    return bool(s.b >= MIN_YEARS_FOR_TREND and p_value < s.trend_level and _predicted(model, now, s)[0] <= y.max())


def _bound(expected: float, error: float, phi: float, observed: float, s: Settings) -> tuple[float, float]:
    """Upper bound, and the probability of the observed count or more."""
    z = -scipy.special.ndtri(s.alpha)
    if s.threshold == "delta":
        exponent = POWERS[s.power]
        tau = phi + expected * error**2  # the error is of the logarithm, so expected * error^2 is that of the mean over it
        spread = exponent * expected ** (exponent - 0.5) * np.sqrt(tau)
        upper = (expected**exponent + z * spread) ** (1 / exponent)
        return float(upper), float(scipy.special.ndtr((expected**exponent - observed**exponent) / spread))
    mean = expected * np.exp(z * error) if s.threshold == "muan" else expected
    return _count_quantile(1 - s.alpha, mean, phi), 1 - _count_cdf(observed - 1, mean, phi)


def _count_cdf(k: float, mean: float, phi: float) -> float:
    """Of a negative binomial with variance phi * mean (Poisson when phi is 1)."""
    if k < 0:
        return 0.0
    return float(scipy.special.betainc(mean / (phi - 1), k + 1, 1 / phi) if phi > 1 else scipy.special.pdtr(k, mean))


def _count_quantile(p: float, mean: float, phi: float) -> float:
    low, high = -1, int(mean + 10 * np.sqrt(phi * mean) + 10)
    while _count_cdf(high, mean, phi) < p:
        high *= 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _count_cdf(middle, mean, phi) >= p else (middle, high)
    return float(high)
