"""The same Poisson model for many series at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_ITERATIONS = 60
_NUMBERS = 50_000  # worked on at a time: more than the processor keeps beside it take twice as long


@dataclass(frozen=True, slots=True)
class BatchFit:
    """Per series (first axis): coefficients (m, p), covariance at dispersion 1 (m, p, p), means (m, n), dispersion, converged.

    A series that does not converge (all counts zero, for instance) has NaN throughout.
    """

    coefficients: Floats
    unscaled: Floats
    mean: Floats
    dispersion: Floats
    df: int
    converged: Bools


def fit_poisson(design: Floats, y: Floats, *, offset: Floats | None = None, weights: Floats | None = None) -> BatchFit:
    """Log-linear Poisson fits of the rows of `y` (m, n) on one design (n, p), with offsets and prior weights (m, n)."""
    shift = np.zeros_like(y) if offset is None else offset
    prior = np.ones_like(y) if weights is None else weights
    size = max(_NUMBERS // y.shape[1], 1)
    blocks = [slice(at, at + size) for at in range(0, max(len(y), 1), size)]
    fits = [_fit_block(design, y[block], shift[block], prior[block]) for block in blocks]
    arrays = (np.concatenate(parts) for parts in zip(*fits, strict=True))
    coefficients, unscaled, mean, dispersion, converged = arrays
    return BatchFit(coefficients, unscaled, mean, dispersion, y.shape[1] - design.shape[1], converged)


def _fit_block(design: Floats, y: Floats, shift: Floats, prior: Floats) -> tuple[Floats, Floats, Floats, Floats, Bools]:
    m, n = y.shape
    p = design.shape[1]
    products = (design[:, :, None] * design[:, None, :]).reshape(n, p * p)
    mean = y + 0.1
    eta = np.log(mean)
    beta, inner = np.zeros((m, p)), np.empty((m, p, p))
    deviance = np.full(m, np.inf)
    converged = np.zeros(m, dtype=bool)
    ridge = 1e-12 * np.eye(p)
    left: slice | NDArray[np.intp] = slice(None)
    for _ in range(_ITERATIONS):
        seen, moved, weight = y[left], shift[left], prior[left] * mean[left]
        inner[left] = (weight @ products).reshape(-1, p, p)
        scale = np.trace(inner[left], axis1=1, axis2=2)[:, None, None]
        right = (weight * (eta[left] - moved + (seen - mean[left]) / mean[left])) @ design
        beta[left] = np.linalg.solve(inner[left] + ridge * scale, right[..., None])[..., 0]
        eta[left] = np.clip(beta[left] @ design.T + moved, -30, 30)
        mean[left] = fitted = np.exp(eta[left])
        with np.errstate(divide="ignore", invalid="ignore"):
            log_ratio = np.where(seen > 0, seen * np.log(seen / fitted), 0.0)
        now = 2 * np.sum(prior[left] * (log_ratio - seen + fitted), axis=1)
        before, converged[left] = converged[left].copy(), np.abs(now - deviance[left]) <= 1e-10 * (np.abs(now) + 0.1)
        deviance[left] = now
        if (done := before & converged[left]).any():  # left alone a step after: else a series of zeros keeps all for sixty
            left = np.arange(m)[left][~done]
            if not len(left):
                break
    converged &= (np.abs(eta) < 30).all(axis=1)
    pearson = np.sum(prior * (y - mean) ** 2 / mean, axis=1)
    unscaled = np.linalg.inv(inner + ridge * np.maximum(np.trace(inner, axis1=1, axis2=2), 1e-12)[:, None, None])
    for values in (beta, unscaled, mean, pearson):
        values[~converged] = np.nan
    return beta, unscaled, mean, pearson / max(n - p, 1), converged
