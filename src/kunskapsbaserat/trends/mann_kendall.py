"""Does a series rise or fall, whatever the shape? Mann-Kendall's test and Sen's slope."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

from kunskapsbaserat.errors import TableError
from kunskapsbaserat.rates.keys import keyed


@dataclass(frozen=True, slots=True)
class MonotoneTrend:
    """Kendall's score and Sen's slope.

    Attributes
    ----------
    score : int
        Pairs that rise less pairs that fall.
    variance : float
        Of the score under no trend, ties counted.
    tau : float
        Kendall's, -1 to 1, with ties (tau b).
    z, p_value : float
        With continuity correction; two-sided.
    slope, lower, upper : float
        Median slope per step in the units of the values, with limits; these are missing where the ranks fall outside the
        slopes.
    confidence : float
        Of the limits.
    n : int
        Values.

    Examples
    --------
    >>> from kunskapsbaserat.trends import mann_kendall
    >>> trend = mann_kendall([21, 19, 20, 17, 18, 15, 14, 12])
    >>> trend.score, round(trend.tau, 2), round(trend.p_value, 4)
    (-24, -0.86, 0.0044)
    >>> print(f"{trend.slope:.1f} a year ({trend.lower:.1f} to {trend.upper:.1f})")
    -1.2 a year (-2.0 to -1.0)
    """

    score: int
    variance: float
    tau: float
    z: float
    p_value: float
    slope: float
    lower: float
    upper: float
    confidence: float
    n: int


@keyed(series=("values",))
def mann_kendall(values: ArrayLike, *, confidence: float = 0.95) -> MonotoneTrend:
    """Mann-Kendall's test with continuity correction and ties, and Sen's slope with Gilbert's rank limits.

    The values are taken to be independent: for months use yearly sums, or one month of every year. Holds from about eight
    values; with fewer than four nothing can be said and the p-value is 1.

    Parameters
    ----------
    values : array_like, shape (n,)
        In time order, equally spaced; none missing.
    confidence : float
        Of the limits.

    Returns
    -------
    MonotoneTrend
        Slopes per step, in the units of the values; the limits are missing where the ranks fall outside the slopes.

    Raises
    ------
    TableError
        A value is missing or infinite, or there are fewer than two.
    OptionError
        `confidence` is not between 0 and 1.

    References
    ----------
    Mann HB (1945). Nonparametric tests against trend. Econometrica 13, 245-259. Sen PK (1968). Estimates of the regression
    coefficient based on Kendall's tau. JASA 63, 1379-1389. Gilbert RO (1987). Statistical methods for environmental
    pollution monitoring, ch. 16.

    Examples
    --------
    Is there a trend in all reported crime in Borlänge since 2010?

    >>> from kunskapsbaserat.data import embedded
    >>> from kunskapsbaserat.trends import mann_kendall, series
    >>> trend = mann_kendall(series(embedded.counts_groups(), area="2081", offence="totalt"))
    >>> round(trend.slope), round(trend.p_value, 3)  # reports a year
    (-64, 0.065)
    """
    y = np.asarray(values, dtype=float)
    if y.ndim != 1 or len(y) < 2 or not np.isfinite(y).all():
        raise TableError("at least two values and none missing", forvantat="minst två tal och inget saknat")
    n = len(y)
    first, second = np.triu_indices(n, 1)
    differences = y[second] - y[first]
    score = int(np.sign(differences).sum())
    ties = np.unique(y, return_counts=True)[1]
    variance = (n * (n - 1) * (2 * n + 5) - float(np.sum(ties * (ties - 1) * (2 * ties + 5)))) / 18
    pairs = n * (n - 1) / 2
    tau = score / np.sqrt(pairs * (pairs - np.sum(ties * (ties - 1) / 2))) if variance > 0 else 0.0
    z = (score - np.sign(score)) / np.sqrt(variance) if variance > 0 else 0.0
    slopes = np.sort(differences / (second - first))
    lower, upper = _limits(slopes, variance, confidence)
    p_value = float(2 * scipy.special.ndtr(-abs(z)))
    return MonotoneTrend(score, variance, float(tau), float(z), p_value, float(np.median(slopes)), lower, upper, confidence, n)


def _limits(slopes: NDArray[np.float64], variance: float, confidence: float) -> tuple[float, float]:
    half = scipy.special.ndtri(0.5 + confidence / 2) * np.sqrt(variance)
    low, high = round((len(slopes) - half) / 2), round((len(slopes) + half) / 2 + 1)
    inside = low >= 1 and high <= len(slopes)
    return (float(slopes[low - 1]), float(slopes[high - 1])) if inside else (np.nan, np.nan)
