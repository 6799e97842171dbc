"""Weights of 0 or more that meet totals exactly and lie as near equal weights as they can: one convex problem, one solution."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

OBJECTIVES = ("variance", "entropy")
_ROUNDS = 300
_TOLERANCE = 1e-9  # of a total, relative to its size among the areas
_HALVINGS = 40
_ROUNDING = 1e-13


def balanced(traits: Floats, totals: Floats, start: float, objective: str) -> Floats | None:
    """Weights with ``weights @ traits == totals``.

    Parameters
    ----------
    traits : array (areas, totals)
        What is balanced, a column of ones among it.
    totals : array (totals,)
        To be met.
    start : float
        The equal weight of every area that the weights are to be near.
    objective : {"variance", "entropy"}
        Smallest sum of squared distances to `start`, weights of 0 allowed; or smallest relative entropy, all weights above 0.

    Returns
    -------
    array (areas,) or None
        None when no weights meet the totals.

    Notes
    -----
    Newton's method on the dual, which has one variable a total; for "variance" its slope has corners (a semismooth method), and
    steps are halved until the dual falls.

    References
    ----------
    Deville JC, Sarndal CE (1992). Calibration estimators in survey sampling. JASA 87(418), 376-382.
    """
    size = np.maximum(np.sqrt((traits**2).mean(axis=0)), 1e-12)
    x, aim = traits / size, totals / size / start
    scale = max(float(np.abs(aim).max()), 1.0)
    prices = np.zeros(len(aim))
    value, weights = _dual(x, aim, prices, objective)
    for _ in range(_ROUNDS):
        gap = weights @ x - aim
        if np.abs(gap).max() <= _TOLERANCE * scale:
            return start * weights
        if value < -(float(len(x)) ** 2):
            return None  # below what any weights that meet the totals can have: there are none
        used = x[weights > 0]
        bent = used * weights[weights > 0][:, None] if objective == "entropy" else used
        step = np.linalg.lstsq(used.T @ bent, gap, rcond=1e-12)[0]
        for half in range(_HALVINGS):
            tried = prices - step / 2**half
            new, moved = _dual(x, aim, tried, objective)
            if new <= value + _ROUNDING * abs(value):
                break
        else:
            return None
        prices, value, weights = tried, new, moved
    return None


def _dual(x: Floats, aim: Floats, prices: Floats, objective: str) -> tuple[float, Floats]:
    """Value of the dual, and the weights (in units of the start) that belong to the prices."""
    lift = x @ prices
    if objective == "entropy":
        if lift.max() > 500:
            return np.inf, np.zeros(len(x))
        weights = np.exp(lift)
        return float(weights.sum() - aim @ prices), weights
    weights = np.maximum(1 + lift, 0.0)
    return float(0.5 * (weights**2).sum() - aim @ prices), weights
