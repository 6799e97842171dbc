"""Generalised linear models for counts, shares and numbers, by iteratively reweighted least squares."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray

Floats = NDArray[np.float64]

FAMILIES = ("poisson", "negative_binomial", "binomial", "gaussian")
_ITERATIONS = 100


@dataclass(frozen=True, slots=True)
class GlmFit:
    """A fitted model: coefficients with their covariance at dispersion 1 and what follows from them."""

    family: str
    coefficients: Floats
    unscaled: Floats  # (p, p), inverse of X'WX
    mean: Floats  # fitted means (shares for the binomial)
    weights: Floats  # prior weights
    deviance: float
    pearson: float
    df: int
    converged: bool
    alpha: float = 0.0  # of the negative binomial: variance = mean + alpha * mean^2

    @property
    def dispersion(self) -> float:
        """Pearson's chi-square over its degrees of freedom."""
        return self.pearson / self.df if self.df > 0 else np.nan


def fit_glm(
    design: Floats,
    y: Floats,
    *,
    family: str = "poisson",
    offset: Floats | None = None,
    weights: Floats | None = None,
    alpha: float = 0.0,
    tolerance: float = 1e-12,
) -> GlmFit:
    """Fit by Fisher scoring; canonical links (log for the negative binomial). Columns that add nothing get 0.

    Parameters
    ----------
    design, y, weights
        (n, p), (n,) and (n,). For "binomial" `y` are shares and `weights` the trials.
    family : str
        One of `FAMILIES`.
    offset : (n,)
        Added to the linear predictor.
    alpha : float
        Of the negative binomial.
    tolerance : float
        Relative change of the deviance at which the iterations end.
    """
    shift = np.zeros(len(y)) if offset is None else offset
    prior = np.ones(len(y)) if weights is None else weights
    mean = _start(y, family, prior)
    eta = _link(mean, family)
    deviance, converged = np.inf, False
    beta, kept = np.zeros(design.shape[1]), _independent(design)
    for _ in range(_ITERATIONS):
        slope = _slope(mean, family)  # d mean / d eta
        root = np.sqrt(prior * slope**2 / _variance(mean, family, alpha))
        working = eta - shift + (y - mean) / slope
        beta[kept] = np.linalg.lstsq(design[:, kept] * root[:, None], working * root, rcond=None)[0]
        eta = np.clip(design @ beta + shift, -30, 700) if family == "gaussian" else np.clip(design @ beta + shift, -30, 30)
        mean = _inverse(eta, family) if family != "gaussian" else design @ beta + shift
        before, deviance = deviance, _deviance(y, mean, prior, family, alpha)
        if abs(deviance - before) <= tolerance * (abs(deviance) + 0.1):
            converged = True
            break
    slope = _slope(mean, family)
    variance = _variance(mean, family, alpha)
    root = np.sqrt(prior * slope**2 / variance)
    unscaled = np.zeros((design.shape[1],) * 2)
    half = np.linalg.pinv(design[:, kept] * root[:, None])
    unscaled[np.ix_(kept, kept)] = half @ half.T
    pearson = float(np.sum(prior * (y - mean) ** 2 / variance))
    at_edge = family != "gaussian" and bool((np.abs(eta) >= 30).any())
    return GlmFit(
        family,
        beta,
        unscaled,
        mean,
        prior,
        deviance,
        pearson,
        int((prior > 0).sum() - len(kept)),
        converged and not at_edge,
        alpha,
    )


def leverage(design: Floats, fit: GlmFit) -> Floats:
    """Diagonal of the hat matrix."""
    slope = _slope(fit.mean, fit.family)
    weight = fit.weights * slope**2 / _variance(fit.mean, fit.family, fit.alpha)
    leverage: Floats = weight * np.einsum("ij,jk,ik->i", design, fit.unscaled, design)
    return leverage


def fit_negative_binomial(design: Floats, y: Floats, *, offset: Floats | None = None) -> tuple[GlmFit, float, float]:
    """Maximum likelihood: the model, theta = 1/alpha and its standard error. Theta is infinite when there is no overdispersion.

    Alternates between the coefficients and theta, and gives up (theta infinite) where theta runs away: the counts then vary
    no more than Poisson counts.
    """
    fit = fit_glm(design, y, offset=offset)
    theta = _moment_theta(y, fit.mean, fit.df)
    error = np.inf
    for _ in range(60):
        theta, error = _theta(y, fit.mean, theta)
        if not np.isfinite(theta) or theta > 1e7:
            return fit_glm(design, y, offset=offset), np.inf, np.inf
        new = fit_glm(design, y, family="negative_binomial", offset=offset, alpha=1 / theta)
        moved = np.max(np.abs(new.mean - fit.mean) / np.maximum(fit.mean, 1e-12))
        fit = new
        if moved < 1e-10:
            break
    return fit, theta, error


def log_likelihood(y: Floats, fit: GlmFit) -> float:
    """Of Poisson and negative-binomial models."""
    mean = fit.mean
    if fit.alpha == 0:
        return float(np.sum(scipy.special.xlogy(y, mean) - mean - scipy.special.gammaln(y + 1)))
    theta = 1 / fit.alpha
    constant = scipy.special.gammaln(y + theta) - scipy.special.gammaln(theta) - scipy.special.gammaln(y + 1)
    return float(np.sum(constant + theta * np.log(theta / (theta + mean)) + scipy.special.xlogy(y, mean / (theta + mean))))


def newey_west(design: Floats, y: Floats, fit: GlmFit, lags: int) -> Floats:
    """Covariance of the coefficients that holds when neighbouring rows are alike (Newey and West 1987), times n/(n - p)."""
    slope = _slope(fit.mean, fit.family)
    scores = design * (fit.weights * slope * (y - fit.mean) / _variance(fit.mean, fit.family, fit.alpha))[:, None]
    middle = scores.T @ scores
    for lag in range(1, lags + 1):
        cross = scores[lag:].T @ scores[:-lag]
        middle += (1 - lag / (lags + 1)) * (cross + cross.T)
    n, p = design.shape
    covariance: Floats = fit.unscaled @ middle @ fit.unscaled * n / max(n - p, 1)
    return covariance


def _independent(design: Floats) -> NDArray[np.intp]:
    """Columns that are not combinations of earlier ones."""
    triangle = np.linalg.qr(design / np.maximum(np.linalg.norm(design, axis=0), 1e-300))[1]
    return np.flatnonzero(np.abs(np.diag(triangle)) > 1e-9)


def _start(y: Floats, family: str, prior: Floats) -> Floats:
    if family == "binomial":
        return (prior * y + 0.5) / (prior + 1)
    return y.astype(float) if family == "gaussian" else y + 0.1


def _link(mean: Floats, family: str) -> Floats:
    if family == "gaussian":
        return mean
    return scipy.special.logit(mean) if family == "binomial" else np.log(mean)


def _inverse(eta: Floats, family: str) -> Floats:
    return scipy.special.expit(eta) if family == "binomial" else np.exp(eta)


def _slope(mean: Floats, family: str) -> Floats:
    if family == "gaussian":
        return np.ones_like(mean)
    return mean * (1 - mean) if family == "binomial" else mean


def _variance(mean: Floats, family: str, alpha: float) -> Floats:
    if family == "gaussian":
        return np.ones_like(mean)
    return mean * (1 - mean) if family == "binomial" else mean + alpha * mean**2


def _deviance(y: Floats, mean: Floats, prior: Floats, family: str, alpha: float) -> float:
    if family == "gaussian":
        return float(np.sum(prior * (y - mean) ** 2))
    if family == "binomial":
        parts = scipy.special.xlogy(y, y / mean) + scipy.special.xlogy(1 - y, (1 - y) / (1 - mean))
    elif alpha == 0:
        parts = scipy.special.xlogy(y, y / mean) - (y - mean)
    else:
        theta = 1 / alpha
        parts = scipy.special.xlogy(y, y / mean) - (y + theta) * np.log((y + theta) / (mean + theta))
    return float(2 * np.sum(prior * parts))


def _moment_theta(y: Floats, mean: Floats, df: int) -> float:
    excess = np.sum((y - mean) ** 2 / mean - 1)
    return float(np.clip(np.sum(mean) / excess if excess > 0 else 1e3, 0.05, 1e5)) if df > 0 else 1e3


def _theta(y: Floats, mean: Floats, start: float) -> tuple[float, float]:
    """Newton's method on log theta, kept from leaving; with the standard error from the observed information."""
    theta = start
    for _ in range(100):
        score = np.sum(
            scipy.special.digamma(y + theta)
            - scipy.special.digamma(theta)
            + np.log(theta / (theta + mean))
            + 1
            - (y + theta) / (theta + mean)
        )
        information = np.sum(
            scipy.special.polygamma(1, theta)
            - scipy.special.polygamma(1, y + theta)
            - 1 / theta
            + 2 / (mean + theta)
            - (y + theta) / (mean + theta) ** 2
        )
        slope = theta * information - score  # minus the second derivative in log theta, over theta
        step = float(np.clip(score / slope if slope > 0 else np.sign(score), -2, 2))
        theta *= np.exp(step)
        if theta > 1e8:
            return np.inf, np.inf
        if abs(step) < 1e-12:
            break
    return theta, float(1 / np.sqrt(information)) if information > 0 else np.inf
