"""The share of events that falls in the latest period, given all of them, when events come in clusters.

Negative-binomial counts with variance `dispersion` times the mean in every period have, given their total, a
beta-binomial share. It is exact where a normal approximation is not: for a handful of events.
"""

from __future__ import annotations

import numpy as np
import scipy
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_LARGEST = 1e7  # concentration at which the beta-binomial is the binomial
_LARGE = 1e200  # sums above it are divided by it, long before they are infinite


def cdf(count: Floats, total: Floats, share: Floats, dispersion: Floats) -> Floats:
    """P(X <= count) for X with mean total * share and variance `dispersion` times the binomial one; all (m,)."""
    phi = np.clip(dispersion, 1, np.maximum(0.9 * total, 1))
    with np.errstate(divide="ignore"):
        size = np.minimum(np.where(phi > 1, (total - phi) / np.maximum(phi - 1, 1e-300), _LARGEST), _LARGEST)
    a, b = size * share, size * (1 - share)
    log_none = scipy.special.betaln(a, total + b) - scipy.special.betaln(a, b)
    log_probability = np.where(count >= 0, log_none + _log_of_terms(count, total, a, b), -np.inf)
    return np.clip(np.exp(log_probability), 0, 1)


def _log_of_terms(count: Floats, total: Floats, a: Floats, b: Floats) -> Floats:
    """Log of the sum of P(X = 0) to P(X = count), each over P(X = 0): every term is the one before times a ratio."""
    order = np.argsort(-count)  # the largest counts first: those that still have terms are always the first ones
    total, a, b = total[order], a[order], b[order]
    term, summed, log_scale = np.ones(len(order)), np.ones(len(order)), np.zeros(len(order))
    steps = np.arange(int(np.max(count, initial=0)))
    for k, left in zip(steps, len(count) - np.searchsorted(np.sort(count), steps + 1), strict=True):
        n = total[:left]
        term[:left] *= np.maximum(n - k, 0) * (k + a[:left]) / ((k + 1) * np.maximum(n - k - 1 + b[:left], 1e-300))
        summed[:left] += term[:left]
        if summed[:left].max() > _LARGE:
            scale = np.where(summed > _LARGE, _LARGE, 1.0)
            term, summed, log_scale = term / scale, summed / scale, log_scale + np.log(scale)
    log_terms = np.empty(len(order))
    log_terms[order] = log_scale + np.log(summed)
    return log_terms


def two_sided(count: Floats, total: Floats, share: Floats, dispersion: Floats) -> Floats:
    """Twice the smaller tail, the observed count in both; at most 1."""
    below = cdf(count, total, share, dispersion)
    above = 1 - cdf(count - 1, total, share, dispersion)
    probability: Floats = np.minimum(2 * np.minimum(below, above), 1.0)
    return probability


def share_limits(count: Floats, total: Floats, dispersion: Floats, tail: Floats) -> tuple[Floats, Floats]:
    """Shares at which the upper and the lower tail of the observed count have probability `tail` (Clopper-Pearson's way)."""

    def solve(at_most: Floats, wanted: Floats) -> Floats:
        low, high = np.zeros(len(count)), np.ones(len(count))
        for _ in range(34):
            middle = (low + high) / 2
            too_low = cdf(at_most, total, middle, dispersion) > wanted  # the distribution function falls as the share grows
            low, high = np.where(too_low, middle, low), np.where(too_low, high, middle)
        return (low + high) / 2

    lower = np.where(count > 0, solve(count - 1, 1 - tail), 0.0)
    upper = np.where(count < total, solve(count, tail), 1.0)
    return lower, upper
