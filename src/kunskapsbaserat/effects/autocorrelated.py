"""How far can an estimate from one series lie from the truth, when months resemble their neighbours?

The model's own error takes the months as independent, and the usual remedy (Newey and West) learns the correlation from the
same few years and makes it too small: with 72 months both call a change far too often where there is none. Here the possible
sizes and lengths of the disturbances are weighed by how well they agree with the residuals (restricted likelihood), from a
prior on their size: levels of a kommun's series have varied by 15 to 30 per cent between years beyond chance (see
`trends.month_variation`). The p-value and the limits are averages over these possibilities.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray

Floats = NDArray[np.float64]

CORRELATIONS = np.array([0.3, 0.6, 0.85, 0.95])  # of a disturbance with that of the period before
SIZES = np.array([0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4])  # variance of the disturbance over that of chance, on average
USUAL = 0.2  # of the prior: standard deviation of the disturbance as a relative change
NONE = 0.3  # of the prior: there is no disturbance at all (as in `trends.month_variation`)


@dataclass(frozen=True, slots=True)
class ErrorMixture:
    """Possible variances (k,) of an estimate, their weights (k,), and the degrees of freedom of each (infinite: normal)."""

    variances: Floats
    weights: Floats
    df: float

    @property
    def standard_error(self) -> float:
        """Root of the mean variance."""
        return float(np.sqrt(self.weights @ self.variances))

    def p_value(self, estimate: float) -> float:
        """Two-sided probability of an estimate so far from zero."""
        ratio = -np.abs(estimate) / np.sqrt(self.variances)
        tail = scipy.special.ndtr(ratio) if np.isinf(self.df) else scipy.special.stdtr(self.df, ratio)
        return float(min(2 * self.weights @ tail, 1.0))

    def reach(self, tail: float) -> float:
        """Distance from the estimate beyond which `tail` of the probability lies on one side."""
        low, high = 0.0, 1e3 * float(np.sqrt(self.variances.max()))
        for _ in range(64):
            middle = (low + high) / 2
            low, high = (middle, high) if self.p_value(middle) > 2 * tail else (low, middle)
        return high


def single(variance: float, df: float = np.inf) -> ErrorMixture:
    """One variance, taken as known but for its degrees of freedom."""
    return ErrorMixture(np.array([variance]), np.ones(1), df)


def error_mixture(
    design: Floats, residuals: Floats, variance: Floats, slope: Floats, influence: Floats, positions: Floats, *, counts: bool
) -> ErrorMixture:
    """Weigh the possible disturbances of a series.

    Cov(y) = dispersion (variance + size x average slope-scaled correlation), the correlation that of a first-order
    autoregression; size 0 is the model without disturbances.

    Parameters
    ----------
    design : (n, p)
        Of the fitted model.
    residuals, variance, slope : (n,)
        Counts less fitted; variance by the model at dispersion 1; change of the mean for a change of 1 in the linear predictor.
    influence : (n,)
        Derivative of the estimate with respect to each count.
    positions : (n,)
        Place of each row in time: rows may be missing.
    counts : bool
        The disturbance is on the log (or logit) scale and at least chance is there: the prior holds. Otherwise all sizes are
        equally likely.
    """
    n, p = design.shape
    df = n - p
    root = np.sqrt(variance)
    basis = np.linalg.qr(design * (slope / root)[:, None], mode="complete")[0][:, p:]
    left = basis.T @ (residuals / root)
    relative = slope / root
    unit = 1 / float(np.mean(relative**2))  # size 1: as much disturbance as chance, on average
    apart = np.abs(positions[:, None] - positions)
    shapes = [unit * relative[:, None] * r**apart * relative for r in CORRELATIONS]
    sizes = np.append(0.0, np.tile(SIZES, len(CORRELATIONS)))
    covariances = np.eye(n) + sizes[:, None, None] * np.repeat([np.zeros((n, n)), *shapes], [1, *[len(SIZES)] * len(shapes)], 0)
    factors = np.linalg.cholesky(basis.T @ covariances @ basis)
    sums = np.sum(np.linalg.solve(factors, np.broadcast_to(left, (len(sizes), df))[..., None])[..., 0] ** 2, axis=1)
    dispersion = np.maximum(sums / df, 1.0 if counts else 1e-300)
    log_determinant = 2 * np.sum(np.log(np.diagonal(factors, axis1=1, axis2=2)), axis=1)
    log_weight = -0.5 * (log_determinant + df * np.log(dispersion) + sums / dispersion)
    log_weight += _log_prior(sizes, unit, dispersion) if counts else 0.0
    weights = np.exp(log_weight - log_weight.max())
    pull = influence * root
    variances = dispersion * np.einsum("i,kij,j->k", pull, covariances, pull)
    return ErrorMixture(variances, weights / weights.sum(), float(df))


def _log_prior(sizes: Floats, unit: float, dispersion: Floats) -> Floats:
    """Half-normal in the standard deviation of the disturbance, shared over the grid of sizes, and a point at none."""

    def density(scale: Floats) -> Floats:  # per step of the grid, which is even in logarithms
        ratio = np.sqrt(scale) / USUAL
        return ratio * np.exp(-0.5 * ratio**2)

    each = density(np.maximum(sizes * unit * dispersion, 1e-300)) / density(SIZES * unit).sum()
    return np.log(np.where(sizes == 0, NONE, (1 - NONE) / len(CORRELATIONS) * np.maximum(each, 1e-300)))
