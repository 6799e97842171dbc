"""Confidence limits for the mean of a Poisson count."""

from __future__ import annotations

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

from kunskapsbaserat.errors import OptionError
from kunskapsbaserat.rates.keys import keyed
from kunskapsbaserat.rates.two_sided_exact import two_sided_limits

METHODS = ("exact_byar", "exact", "byar", "midp", "minlike", "blaker", "byar_midpoint")
EXACT_BELOW = 10
LOOK_UP_FROM = 1000

Floats = NDArray[np.float64]
Limits = tuple[Floats, Floats]


@keyed(grids=("count",))
def poisson_interval(count: ArrayLike, *, confidence: float = 0.95, method: str = "exact_byar") -> Limits:
    """Lower and upper confidence limits for the mean of a Poisson count.

    Parameters
    ----------
    count : array_like
        Counts, 0 or more, any shape; NaN gives NaN limits. Need not be whole (an expected count has limits too),
        except for "midp", "minlike" and "blaker".
    confidence : float
        Two-sided, between 0 and 1.
    method : {"exact_byar", "exact", "byar", "midp", "minlike", "blaker", "byar_midpoint"}
        - "exact": Garwood (1936), from the gamma distribution; covers at least `confidence`.
        - "byar": Byar's approximation as in Breslow and Day (1987): centred on x below and on x + 1 above. Not the
          namesake below. The lower limit of 0 is 0.
        - "exact_byar": exact below 10, then Byar; the rule of Public Health England.
        - "midp": the mid-P version of the exact limits; covers `confidence` on average.
        - "minlike", "blaker": exact too, from one two-sided test instead of two one-sided ones (Sterne's and Blaker's, see
          `rates.two_sided_exact`): shorter than "exact", and not as much above as below. For few counts at a time.
        - "byar_midpoint": the other formula called Byar's, centred on x + 1/2 on both sides (R's epitools). For 15 events
          it gives 8.76 to 24.12, Breslow and Day's 8.39 to 24.74. Only for comparison with reports that used it.

    Returns
    -------
    (lower, upper) : arrays of float
        In events, same shape as `count`. Never negative, never infinite.

    Raises
    ------
    OptionError
        An unknown method, or a confidence outside (0, 1).
    ValueError
        A negative count.

    References
    ----------
    Garwood F (1936). Fiducial limits for the Poisson distribution. Biometrika 28, 437-442.
    Breslow NE, Day NE (1987). Statistical Methods in Cancer Research II. IARC, p. 69.
    Blaker H (2000). Confidence curves and improved exact confidence intervals. Canadian Journal of Statistics 28, 783-798.

    Examples
    --------
    >>> from kunskapsbaserat import rates
    >>> lower, upper = rates.poisson_interval([0, 3, 5], method="exact")  # R: poisson.test(3) gives 0.62 to 8.77
    >>> lower.round(2).tolist(), upper.round(2).tolist()
    ([0.0, 0.62, 1.62], [3.69, 8.77, 11.67])
    """
    if method not in METHODS:
        raise OptionError("method", method, METHODS)
    x = np.asarray(count, dtype=float)
    if (x < 0).any():
        raise ValueError(f"counts must be 0 or more, got {np.nanmin(x):g}")
    tail = (1 - confidence) / 2
    limits = _WAYS[method]
    top = _largest_whole(x)
    if top is None:
        return limits(x, tail)
    lower, upper = limits(np.arange(top + 2, dtype=float), tail)  # each count once, then looked up
    lower[-1] = upper[-1] = np.nan
    at = np.where(np.isnan(x), top + 1, x).astype(np.intp)
    return lower[at], upper[at]


def _largest_whole(x: Floats) -> int | None:
    """The largest count, when the counts are whole and many beside it; else None."""
    if x.size < LOOK_UP_FROM:
        return None
    top = np.fmax.reduce(x, axis=None)
    if np.isnan(top) or 4 * (top + 2) > x.size:
        return None
    return int(top) if (np.isnan(x) | (x == np.floor(x))).all() else None


def _exact_byar(x: Floats, tail: float) -> Limits:
    small, large = _exact(x, tail), _byar(x, tail)
    return np.where(x < EXACT_BELOW, small[0], large[0]), np.where(x < EXACT_BELOW, small[1], large[1])


def _exact(x: Floats, tail: float) -> Limits:
    with np.errstate(invalid="ignore"):
        lower = np.where(x > 0, scipy.special.gammaincinv(np.where(x > 0, x, 1.0), tail), 0.0)
    return np.where(np.isnan(x), np.nan, lower), scipy.special.gammainccinv(x + 1, tail)


def _byar(x: Floats, tail: float) -> Limits:
    z = -scipy.special.ndtri(tail)
    positive = np.where(x > 0, x, 1.0)
    lower = positive * np.maximum(1 - 1 / (9 * positive) - z / (3 * np.sqrt(positive)), 0) ** 3
    above = x + 1
    upper = above * (1 - 1 / (9 * above) + z / (3 * np.sqrt(above))) ** 3
    return np.where(np.isnan(x), np.nan, np.where(x > 0, lower, 0.0)), upper


def _byar_midpoint(x: Floats, tail: float) -> Limits:
    centre = x + 0.5
    step = -scipy.special.ndtri(tail) / (3 * np.sqrt(centre))
    middle = 1 - 1 / (9 * centre)
    lower = np.where(x == 0, 0.0, np.maximum(centre * (middle - step) ** 3, 0))
    return lower, centre * (middle + step) ** 3


def _midp(x: Floats, tail: float) -> Limits:
    """Solve P(X < x | m) + P(X = x | m) / 2 = 1 - tail (lower) and = tail (upper) by bisection in m.

    The exact limits bracket the mid-P limits, so they are the starting interval.
    """
    _whole(x, "midp")
    exact_lower, exact_upper = _exact(x, tail)
    centre = np.where(np.isnan(x), np.nan, x)
    lower = _bisect(x, exact_lower, centre, 1 - tail)
    upper = _bisect(x, centre, exact_upper, tail)
    return np.where(x > 0, lower, np.where(np.isnan(x), np.nan, 0.0)), upper


def _bisect(x: Floats, low: Floats, high: Floats, target: float) -> Floats:
    low, high = np.array(low, dtype=float), np.array(high, dtype=float)
    for _ in range(100):  # halves the bracket each time: far below one unit in the last place
        middle = (low + high) / 2
        too_small = _mid_cdf(x, middle) > target  # the mid-distribution function falls as the mean grows
        low, high = np.where(too_small, middle, low), np.where(too_small, high, middle)
    return (low + high) / 2


def _mid_cdf(x: Floats, mean: Floats) -> Floats:
    """P(X < x) + P(X = x) / 2 for a Poisson variable: the mean of the two neighbouring distribution functions."""
    at_most = scipy.special.gammaincc(x + 1, mean)
    below = np.where(x > 0, scipy.special.gammaincc(np.where(x > 0, x, 1.0), mean), 0.0)
    probability: Floats = (at_most + below) / 2
    return probability


def _whole(x: Floats, method: str) -> None:
    if (np.nan_to_num(x) != np.floor(np.nan_to_num(x))).any():
        raise ValueError(f"{method} needs whole counts")


def _minlike(x: Floats, tail: float) -> Limits:
    _whole(x, "minlike")
    return two_sided_limits(x, 2 * tail, blaker=False)


def _blaker(x: Floats, tail: float) -> Limits:
    _whole(x, "blaker")
    return two_sided_limits(x, 2 * tail, blaker=True)


_WAYS = {
    "exact_byar": _exact_byar,
    "exact": _exact,
    "byar": _byar,
    "midp": _midp,
    "minlike": _minlike,
    "blaker": _blaker,
    "byar_midpoint": _byar_midpoint,
}
