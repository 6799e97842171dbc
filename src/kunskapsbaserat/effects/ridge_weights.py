"""Weights with a ridge, for all placebos at once: Newton's method on the residuals instead of the weights.

With a ridge many areas have a weight, but the best weights follow from the residual alone: they are the nearest point of the
simplex to the areas' products with it. So there are as many unknowns as periods, and a step of Newton's method takes a few
products of whole matrices for all problems together.

References
----------
Li X, Sun D, Toh KC (2018). A highly efficient semismooth Newton augmented Lagrangian method for solving Lasso problems. SIAM
Journal on Optimization 28(1), 433-458; here with the simplex, and a ridge in place of the augmentation.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_CONDITION = 1_000.0  # largest eigenvalue of the products over the ridge: beyond, the inner solution is slow
_POWER = 30  # rounds towards the largest eigenvalue
_NEWTON, _INNER = 50, 200
_SAME = 1e-11  # of the residual, relative to the longest series
_LEAST_STEP = 1e-6


def ridge_weights(series: Floats, wanted: Floats, allowed: Bools, *, ridge: float, near: Floats | None = None) -> Floats | None:
    """Minimise ``|y - X'w|^2 / 2 + ridge w'w / 2`` over weights of 0 or more that sum to one.

    Parameters
    ----------
    series : array (n, periods)
        X.
    wanted : array (problems, periods)
        The y of each problem.
    allowed : bool array (problems, n)
        Series that may have a weight; at least one for each problem.
    ridge : float
        Penalty on the squared weights.
    near : array (problems, n), optional
        Weights of like problems to start from.

    Returns
    -------
    array (problems, n) or None
        None where the ridge is too small beside the series for this way to be a quick one.
    """
    if _largest(series) > _CONDITION * ridge:
        return None
    start = np.where(allowed, 1.0 if near is None else near, 0.0)
    start = start / np.maximum(start.sum(axis=1, keepdims=True), 1e-300)
    residual = wanted - start @ series
    smallest = _SAME * max(float(np.linalg.norm(wanted, axis=1).max()), 1e-300)
    solution = np.empty(allowed.shape)
    open_ = np.arange(len(wanted))
    weights = _nearest(residual, series, allowed, ridge)
    for _ in range(_NEWTON):
        y, able = wanted[open_], allowed[open_]
        slope = residual - y + weights @ series
        size = np.linalg.norm(slope, axis=1)
        solution[open_] = weights
        left = size > smallest
        if not left.any():
            break
        open_, y, able = open_[left], y[left], able[left]
        residual, weights, slope, size = residual[left], weights[left], slope[left], size[left]
        accuracy = np.maximum(np.minimum(0.01, size / (1e11 * smallest)) * size, 0.1 * smallest)
        step = _newton_step(series, weights > 0, slope, ridge, accuracy)
        residual, weights = _moved(series, y, able, residual, weights, slope, step, ridge)
    return solution


def on_simplex(values: Floats) -> Floats:
    """The nearest weights of 0 or more that sum to one, row by row; -inf gets 0."""
    used = values > -np.inf
    for _ in range(values.shape[1]):
        number = used.sum(axis=1, keepdims=True)
        floor = (np.where(used, values, 0.0).sum(axis=1, keepdims=True) - 1) / number
        kept = used & (values > floor)
        if (kept == used).all():
            break
        used = kept
    return np.where(used, values - floor, 0.0)


def _largest(series: Floats) -> float:
    """Largest eigenvalue of the products of the series with each other."""
    top = np.ones(series.shape[1]) + np.arange(series.shape[1]) / series.shape[1]
    for _ in range(_POWER):
        top = series.T @ (series @ top)
        top /= max(float(np.linalg.norm(top)), 1e-300)
    return float(np.sum((series @ top) ** 2))


def _nearest(residual: Floats, series: Floats, allowed: Bools, ridge: float) -> Floats:
    return on_simplex(np.where(allowed, residual @ series.T / ridge, -np.inf))


def _newton_step(series: Floats, active: Bools, slope: Floats, ridge: float, accuracy: Floats) -> Floats:
    """Solve the linearised equations by conjugate gradients (Hestenes and Stiefel 1952), to `accuracy` for each problem."""
    used = active.astype(float)
    number = used.sum(axis=1, keepdims=True)
    step, rest = np.zeros_like(slope), -slope
    direction, length = rest.copy(), (rest**2).sum(axis=1)
    for _ in range(_INNER):
        unfinished = length > accuracy**2
        if not unfinished.any():
            break
        along = (direction @ series.T) * used
        along -= used * (along.sum(axis=1, keepdims=True) / number)
        image = direction + along @ series / ridge
        share = np.where(unfinished, length / np.maximum((direction * image).sum(axis=1), 1e-300), 0.0)[:, None]
        step += share * direction
        rest -= share * image
        new = (rest**2).sum(axis=1)
        direction = rest + (new / np.maximum(length, 1e-300))[:, None] * direction
        length = new
    return step


def _moved(
    series: Floats,
    wanted: Floats,
    allowed: Bools,
    residual: Floats,
    weights: Floats,
    slope: Floats,
    step: Floats,
    ridge: float,
) -> tuple[Floats, Floats]:
    """Residuals and weights after the step, halved where the dual objective did not fall enough (Armijo)."""
    before, fall = _objective(series, wanted, residual, weights, ridge), (slope * step).sum(axis=1)
    share = np.ones(len(residual))
    new = residual + step
    nearest = _nearest(new, series, allowed, ridge)
    while True:
        most = before + 1e-4 * share * fall + 1e-12 * np.abs(before)
        over = (_objective(series, wanted, new, nearest, ridge) > most) & (share > _LEAST_STEP)
        if not over.any():
            return new, nearest
        share[over] /= 2
        new[over] = residual[over] + share[over, None] * step[over]
        nearest[over] = _nearest(new[over], series, allowed[over], ridge)


def _objective(series: Floats, wanted: Floats, residual: Floats, weights: Floats, ridge: float) -> Floats:
    distance = residual / 2 - wanted + weights @ series
    return np.asarray((distance * residual).sum(axis=1) - ridge / 2 * (weights**2).sum(axis=1))
