"""How many events are to be expected in the coming twelve months, if things go on as they have?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from kunskapsbaserat import tables
from kunskapsbaserat.errors import TableError
from kunskapsbaserat.rates.keys import keyed

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Floats = NDArray[np.float64]

LEVEL_YEARS = 2  # the level is that of the last two years
SEASON_YEARS = 5  # the season that of up to five
MIN_YEARS = 4


@dataclass(frozen=True, slots=True)
class ExpectedRange:
    """What the coming year would hold.

    Attributes
    ----------
    periods : DataFrame
        One row per month or quarter: ``period expected lower upper``.
    total : dict
        The same for the whole year.
    score : dict
        How the same rule has done before, by rolling origin: ``origins mae mae_naive skill coverage`` (one step a month;
        `naive` is the same month the year before; skill is 1 - mae/mae_naive; coverage of the interval by the later counts).
    dispersion, dispersion_total : float
        Variance over mean of a period's count, and of the year's.
    confidence : float
        Of the interval.
    observed : Series
        As it was given.

    Examples
    --------
    >>> from kunskapsbaserat.data import embedded
    >>> from kunskapsbaserat.trends import expected_range, series
    >>> quarters = series(embedded.counts_quarter(), area="2081", offence="totalt").loc["2015Q1":"2025Q4"]
    >>> year = expected_range(quarters)
    >>> year.periods.round({"expected": 0, "lower": 0, "upper": 0})
       period  expected   lower   upper
    0  2026Q1    1357.0  1145.0  1585.0
    1  2026Q2    1525.0  1301.0  1767.0
    2  2026Q3    1726.0  1486.0  1982.0
    3  2026Q4    1527.0  1302.0  1768.0
    >>> {name: round(year.score[name], 2) for name in ("origins", "mae", "mae_naive", "coverage")}
    {'origins': 29.0, 'mae': 97.28, 'mae_naive': 123.59, 'coverage': 0.98}
    """

    periods: pd.DataFrame
    total: dict[str, float]
    score: dict[str, float]
    dispersion: float
    dispersion_total: float
    confidence: float
    observed: pd.Series

    def to_frame(self) -> pd.DataFrame:
        return self.periods.assign(confidence=self.confidence)

    def plot(self, ax: Axes | None = None, **options: Any) -> Axes:
        """See `plots.expected_range`."""
        from kunskapsbaserat import plots

        return plots.expected_range(self, ax, **options)


@keyed(series=("counts",))
def expected_range(counts: pd.Series, *, confidence: float = 0.95) -> ExpectedRange:
    """Level of the last two years times the season of the last five, with an interval from the rule's own earlier errors.

    No trend is carried on: over a year a trend of reported crime is as often broken as kept. The rule is applied at every
    month from the third year on, and the variance of its errors over the forecast (at least that of chance) is the
    dispersion of the negative-binomial interval. The range holds for a year like the earlier ones and is no promise.

    Parameters
    ----------
    counts : Series
        Monthly or quarterly counts on a PeriodIndex, none missing, at least four years; see `series`.
    confidence : float
        Of the interval.

    Returns
    -------
    ExpectedRange

    Raises
    ------
    TableError
        Less than four years, or a missing count.
    OptionError
        `confidence` is not between 0 and 1.

    Examples
    --------
    How many reported crimes would Borlänge have in 2026, if the year is like the earlier ones?

    >>> from kunskapsbaserat.data import embedded
    >>> from kunskapsbaserat.trends import expected_range, series
    >>> quarters = series(embedded.counts_quarter(), area="2081", offence="totalt").loc["2015Q1":"2025Q4"]
    >>> total = expected_range(quarters).total
    >>> print(f"{total['expected']:.0f}, between {total['lower']:.0f} and {total['upper']:.0f}")
    6135, between 5476 and 6830
    """
    dated = isinstance(counts, pd.Series) and isinstance(counts.index, pd.PeriodIndex)
    if not dated or counts.index.freqstr[:1] not in ("M", "Q"):
        raise TableError("monthly or quarterly counts", forvantat="antal per månad eller kvartal", column="period")
    p = tables.PER_YEAR[counts.index.freqstr[:1]]
    y = counts.to_numpy(dtype=float)
    if len(y) < MIN_YEARS * p or np.isnan(y).any():
        raise TableError(
            f"at least {MIN_YEARS} years without a gap", forvantat=f"minst {MIN_YEARS} år utan lucka", got=f"{len(y)} periods"
        )
    origins = np.arange(LEVEL_YEARS * p + p, len(y) - p + 1)  # the third year gives a season of more than two
    forecasts = np.array([_rule(y[:origin], p) for origin in origins])
    truth = np.array([y[origin : origin + p] for origin in origins])
    naive = np.array([y[origin - p : origin] for origin in origins])
    dispersion = max(1.0, float(np.sum((truth - forecasts) ** 2) / max(forecasts.sum(), 1e-9)))
    sums = truth.sum(axis=1), forecasts.sum(axis=1)
    dispersion_total = max(dispersion, float(np.sum((sums[0] - sums[1]) ** 2) / max(sums[1].sum(), 1e-9)))
    worth = max(len(origins) / p, 1.0)  # whole years among the origins: so many independent totals
    expected = _rule(y, p)
    low, high = count_limits(expected, dispersion, confidence)
    low_total, high_total = count_limits(
        np.array([expected.sum()]), dispersion_total * _small_sample(worth, confidence), confidence
    )
    inside = np.array(count_limits(forecasts, dispersion, confidence))
    mae, mae_naive = (float(np.abs(truth - guess).mean()) for guess in (forecasts, naive))
    coming = pd.period_range(counts.index[-1] + 1, periods=p)
    return ExpectedRange(
        pd.DataFrame({"period": coming, "expected": expected, "lower": low, "upper": high}),
        {"expected": float(expected.sum()), "lower": float(low_total[0]), "upper": float(high_total[0])},
        {
            "origins": float(len(origins)),
            "mae": mae,
            "mae_naive": mae_naive,
            "skill": 1 - mae / mae_naive if mae_naive > 0 else 0.0,
            "coverage": float(((truth >= inside[0]) & (truth <= inside[1])).mean()),
        },
        dispersion,
        dispersion_total,
        confidence,
        counts,
    )


def _rule(y: Floats, p: int) -> Floats:
    """Expected counts of the next p periods from those before."""
    years = min(len(y) // p, SEASON_YEARS)
    recent = y[-years * p :].reshape(years, p)
    # Half an event in every month keeps a month that has been empty from being impossible.
    season = (recent.sum(axis=0) + 0.5) / (recent.sum() + 0.5 * p)
    monthly: Floats = season * recent[-LEVEL_YEARS:].sum() / LEVEL_YEARS
    return monthly


def _small_sample(worth: float, confidence: float) -> float:
    """A variance from few years is uncertain: the normal interval is widened to Student's t."""
    tail = 0.5 + confidence / 2
    return float((scipy.special.stdtrit(worth, tail) / scipy.special.ndtri(tail)) ** 2)


def count_limits(mean: Floats, dispersion: float, confidence: float) -> tuple[Floats, Floats]:
    """Whole counts that a negative binomial (variance `dispersion` times the mean) stays within; any shape."""
    tail = (1 - confidence) / 2
    return _quantile(tail, mean, dispersion), _quantile(1 - tail, mean, dispersion)


def _quantile(probability: float, mean: Floats, dispersion: float) -> Floats:
    mean = np.maximum(np.asarray(mean, dtype=float), 1e-12)

    def cdf(k: Floats) -> Floats:
        if dispersion <= 1 + 1e-9:
            below: Floats = scipy.special.pdtr(k, mean)
        else:
            below = scipy.special.betainc(mean / (dispersion - 1), k + 1, 1 / dispersion)
        return below

    low, high = np.full(mean.shape, -1.0), np.ceil(mean + 12 * np.sqrt(dispersion * mean) + 12 * dispersion)
    while (high - low > 1).any():
        middle = np.floor((low + high) / 2)
        enough = cdf(np.maximum(middle, 0)) >= probability
        low, high = np.where(enough | (high - low <= 1), low, middle), np.where(enough & (high - low > 1), middle, high)
    count: Floats = np.maximum(high, 0)
    return count
