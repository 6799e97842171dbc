"""Exact Poisson limits that belong to one two-sided test: shorter than the central ones, and never too short.

The central (Garwood) limits are two one-sided tests put together. A two-sided test adds to the tail in which the count lies so
much of the other tail as is no more likely: by the probability of each count (Sterne), or by the probability of the tail
(Blaker). A mean is inside when that p-value exceeds 1 - confidence; the limits are the smallest and the largest such mean.

As the mean grows, counts of the other tail are taken in one at a time below the observed count and left out one at a time above
it. Between two such places the p-value is 1 minus the probability of the counts in between, which is smooth, so that each
limit is either one of the places or the one root between two of them.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import scipy
from numpy.typing import NDArray

Floats = NDArray[np.float64]

ROUNDS = 80  # of halving, below one unit in the last place


def two_sided_limits(x: Floats, alpha: float, *, blaker: bool) -> tuple[Floats, Floats]:
    """Limits of counts of any shape; NaN of NaN.

    Parameters
    ----------
    x : array
        Whole counts, 0 or more.
    alpha : float
        1 - confidence.
    blaker : bool
        Blaker's order of the counts; else Sterne's, by probability ("minlike").

    Examples
    --------
    >>> import numpy as np
    >>> lower, upper = two_sided_limits(np.array([100.0]), 0.05, blaker=False)
    >>> round(float(lower[0]), 4), round(float(upper[0]), 4)
    (81.8391, 121.8372)
    """
    counts, place = np.unique(x[~np.isnan(x)], return_inverse=True)
    each = np.array([[_lower(c, alpha, blaker), _upper(c, alpha, blaker)] for c in counts]).reshape(-1, 2)
    limits = np.full((2, *x.shape), np.nan)
    limits[:, ~np.isnan(x)] = each[place].T
    return limits[0], limits[1]


def at_most(count: Floats | float, mean: Floats | float) -> Floats:
    """P(X <= count); 0 below 0."""
    count = np.asarray(count, dtype=float)
    return np.where(count < 0, 0.0, scipy.special.pdtr(np.maximum(count, 0), mean))


def at_least(count: Floats | float, mean: Floats | float) -> Floats:
    """P(X >= count); 1 from 0 down."""
    count = np.asarray(count, dtype=float)
    return np.where(count <= 0, 1.0, scipy.special.pdtrc(np.maximum(count - 1, 0), mean))


def _p_below(x: float, a: Floats | float, mean: Floats | float) -> Floats:
    """P-value of a mean at or below the count when the counts up to `a` are taken in from the other tail."""
    both: Floats = at_least(x, mean) + at_most(a, mean)
    return both


def _p_above(x: float, b: Floats | float, mean: Floats | float) -> Floats:
    both: Floats = at_most(x, mean) + at_least(b, mean)
    return both


def _lower(x: float, alpha: float, blaker: bool) -> float:
    if x == 0:
        return 0.0
    taken = np.arange(max(-1.0, np.floor(x - _reach(x, alpha))), x)  # the last count taken in from the lower tail
    start = _tails_meet_below(x, taken) if blaker else _as_likely(x, taken)
    end = np.append(start[1:], x if not blaker else start[-1] + 1)
    good_start = _p_below(x, taken, start) > alpha
    # the p-value may fall before it rises between two places, so its start and its end are looked at
    good = good_start | (_p_below(x, taken, end) > alpha)
    first = int(good.argmax())
    if good_start[first]:
        return float(start[first])
    return _root(lambda mean: float(_p_below(x, taken[first], mean)) > alpha, float(start[first]), float(end[first]))


def _upper(x: float, alpha: float, blaker: bool) -> float:
    left_out = np.arange(x + 1.0, np.ceil(x + _reach(x, alpha)))  # the first count kept in the upper tail
    end = _tails_meet_above(x, left_out) if blaker else _as_likely(x, left_out)
    good_end = _p_above(x, left_out, end) > alpha
    start = np.append(x, end[:-1])
    good = good_end | ((_p_above(x, left_out, start) > alpha) & blaker)
    last = len(good) - 1 - int(good[::-1].argmax())
    if good_end[last]:
        return float(end[last])
    return _root(lambda mean: float(_p_above(x, left_out[last], mean)) <= alpha, float(start[last]), float(end[last]))


def _reach(x: float, alpha: float) -> float:
    """How far from the count the other tail can begin: beyond it the p-value is below `alpha`."""
    return float(30 + 12 * np.sqrt(x + 1) + 4 * max(-np.log(alpha), 0.0))


def _as_likely(x: float, other: Floats) -> Floats:
    """The means at which the counts `other` are as likely as `x`; 0 for -1."""
    real = np.maximum(other, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.exp((scipy.special.gammaln(x + 1) - scipy.special.gammaln(real + 1)) / (x - real))
    return np.where(other < 0, 0.0, mean)


def _tails_meet_below(x: float, taken: Floats) -> Floats:
    """The means at which P(X <= taken) has fallen to P(X >= x); 0 for -1."""
    low, high = np.zeros(len(taken)), np.full(len(taken), x + 1)
    for _ in range(ROUNDS):
        middle = (low + high) / 2
        early = at_most(taken, middle) > at_least(x, middle)
        low, high = np.where(early, middle, low), np.where(early, high, middle)
    return np.where(taken < 0, 0.0, high)


def _tails_meet_above(x: float, kept: Floats) -> Floats:
    """The means at which P(X >= kept) has risen to P(X <= x)."""
    low, high = np.zeros(len(kept)), kept + x + 1
    for _ in range(ROUNDS):
        middle = (low + high) / 2
        early = at_least(kept, middle) <= at_most(x, middle)
        low, high = np.where(early, middle, low), np.where(early, high, middle)
    return low


def _root(beyond: Callable[[float], bool], low: float, high: float) -> float:
    """Where a condition that is false at `low` and true at `high` becomes true."""
    for _ in range(ROUNDS):
        middle = (low + high) / 2
        low, high = (low, middle) if beyond(middle) else (middle, high)
    return (low + high) / 2
