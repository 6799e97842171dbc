"""The same Poisson model for many series at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_ITERATIONS = 60


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
    converged: NDArray[np.bool_]


def fit_poisson(design: Floats, y: Floats, *, offset: Floats | None = None, weights: Floats | None = None) -> BatchFit:
    """Log-linear Poisson fits of the rows of `y` (m, n) on one design (n, p), with offsets and prior weights (m, n)."""
    m, n = y.shape
    p = design.shape[1]
    shift = np.zeros_like(y) if offset is None else offset
    prior = np.ones_like(y) if weights is None else weights
    products = (design[:, :, None] * design[:, None, :]).reshape(n, p * p)
    mean = y + 0.1
    eta = np.log(mean)
    beta = np.zeros((m, p))
    deviance = np.full(m, np.inf)
    converged = np.zeros(m, dtype=bool)
    ridge = 1e-12 * np.eye(p)
    inner = np.empty((m, p, p))
    for _ in range(_ITERATIONS):
        weight = prior * mean
        inner = (weight @ products).reshape(m, p, p)
        scale = np.trace(inner, axis1=1, axis2=2)[:, None, None]
        right = (weight * (eta - shift + (y - mean) / mean)) @ design
        beta = np.linalg.solve(inner + ridge * scale, right[..., None])[..., 0]
        eta = np.clip(beta @ design.T + shift, -30, 30)
        mean = np.exp(eta)
        with np.errstate(divide="ignore", invalid="ignore"):
            log_ratio = np.where(y > 0, y * np.log(y / mean), 0.0)
        before, deviance = deviance, 2 * np.sum(prior * (log_ratio - y + mean), axis=1)
        converged = np.abs(deviance - before) <= 1e-10 * (np.abs(deviance) + 0.1)
        if converged.all():
            break
    converged &= (np.abs(eta) < 30).all(axis=1)
    df = n - p
    pearson = np.sum(prior * (y - mean) ** 2 / mean, axis=1)
    bad = ~converged
    unscaled = np.linalg.inv(inner + ridge * np.maximum(np.trace(inner, axis1=1, axis2=2), 1e-12)[:, None, None])
    for values in (beta, unscaled, mean, pearson):
        values[bad] = np.nan
    return BatchFit(beta, unscaled, mean, pearson / max(df, 1), df, converged)
