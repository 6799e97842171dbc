"""Early warning for the latest period of many series at once: `farrington` in its correct setting, as matrices."""

from __future__ import annotations

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from kunskapsbaserat.trends.farrington import MIN_YEARS_FOR_TREND, Settings, settings_of, year_parts
from kunskapsbaserat.trends.glm_batch import BatchFit, fit_poisson

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def farrington_latest(
    counts: Floats, *, frequency: int = 12, b: int = 5, alpha: float = 0.05, few: tuple[int, int] = (5, 4)
) -> pd.DataFrame:
    """Expected count and upper bound (delta method) of the last column of `counts` (m, n), none missing.

    Returns
    -------
    DataFrame
        One row per series: ``observed expected upper alarm p_value score trend dispersion reason``, as `farrington` with its
        defaults (the two agree to rounding), and ``tail``: the probability of the observed count or more by a negative
        binomial with the variance of the prediction, which holds further out than the delta method's `p_value` and so can
        be set beside thousands of others.
    """
    k = counts.shape[1]
    s = settings_of(frequency, b=b, alpha=alpha, few=few)
    level = year_parts(k, s)
    level[max(k - s.past_not_included - 1, 0) : k] = 0
    rows = np.flatnonzero(level[:k] > 0)
    y = counts[:, rows].astype(float)
    parts = [(level[rows] == part).astype(float) for part in range(1, s.periods)]
    with_time = np.column_stack([np.ones(len(rows)), rows - float(k - 1), *parts])
    without = np.delete(with_time, 1, axis=1)
    first, second = (_robust(design, y, s.weights_threshold) for design in (with_time, without))
    trend = np.asarray(first.converged & _trend_kept(first, y, s))
    pick = {name: np.where(trend, getattr(first, name).T, getattr(second, name).T).T for name in ("dispersion", "converged")}
    log_expected = np.where(trend, first.coefficients[:, 0], second.coefficients[:, 0])
    variance = pick["dispersion"] * np.where(trend, first.unscaled[:, 0, 0], second.unscaled[:, 0, 0])
    observed = counts[:, -1].astype(float)
    enough = counts[:, max(k - few[1], 0) :].sum(axis=1) >= few[0]
    return _table(observed, np.exp(log_expected), variance, np.maximum(pick["dispersion"], 1), trend, enough, alpha)


def _robust(design: Floats, y: Floats, threshold: float) -> BatchFit:
    """Fit, weigh down earlier peaks by their Anscombe residuals, and fit those that have any again."""
    fit = fit_poisson(design, y)
    mean = np.where(fit.converged[:, None], fit.mean, 1.0)
    inverse = np.where(fit.converged[:, None, None], fit.unscaled, 0.0)
    hat = mean * np.einsum("ij,mjk,ik->mi", design, inverse, design, optimize=True)
    raw = 1.5 * (y ** (2 / 3) * mean ** (-1 / 6) - np.sqrt(mean))
    spread = np.maximum(np.nan_to_num(fit.dispersion, nan=1.0), 1.0)[:, None] * np.maximum(1 - hat, 1e-12)
    residuals = raw / np.sqrt(spread)
    weights = np.where(residuals > threshold, np.maximum(residuals, 1e-12) ** -2.0, 1.0)
    weights *= y.shape[1] / weights.sum(axis=1, keepdims=True)
    peaks = fit.converged & (weights != 1).any(axis=1)
    again = fit_poisson(design, y[peaks], weights=weights[peaks])
    for name in ("coefficients", "unscaled", "mean", "dispersion", "converged"):
        getattr(fit, name)[peaks] = getattr(again, name)
    return fit


def _trend_kept(fit: BatchFit, y: Floats, s: Settings) -> Flags:
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        t = np.abs(fit.coefficients[:, 1]) / np.sqrt(fit.dispersion * fit.unscaled[:, 1, 1])
        sure = 2 * scipy.special.stdtr(fit.df, -t) < s.trend_level
        usable: Flags = sure & (np.exp(fit.coefficients[:, 0]) <= y.max(axis=1)) & (s.b >= MIN_YEARS_FOR_TREND)
        return usable


def _table(
    observed: Floats, expected: Floats, variance: Floats, phi: Floats, trend: Flags, enough: Flags, alpha: float
) -> pd.DataFrame:
    with np.errstate(invalid="ignore", divide="ignore"):
        spread = 2 / 3 * expected ** (2 / 3 - 0.5) * np.sqrt(phi + expected * variance)
        upper = (expected ** (2 / 3) - scipy.special.ndtri(alpha) * spread) ** 1.5
        p_value = scipy.special.ndtr((expected ** (2 / 3) - observed ** (2 / 3)) / spread)
        score = (observed - expected) / (upper - expected)
        excess = np.maximum(phi + expected * variance - 1, 1e-9)  # of a negative binomial's variance over its mean
        tail = 1 - scipy.special.betainc(expected / excess, np.maximum(observed, 1), 1 / (1 + excess))
        tail = np.where(observed > 0, tail, 1.0)
    shown = enough & np.isfinite(upper)
    reason = np.where(np.isnan(upper), "no_fit", np.where(enough, "", "few"))
    table = pd.DataFrame(
        {
            "observed": observed,
            "expected": expected,
            "upper": np.where(shown, upper, np.nan),
            "alarm": shown & (observed > upper),
            "p_value": np.where(shown, p_value, np.nan),
            "tail": np.where(shown, tail, np.nan),
            "score": np.where(shown, score, np.nan),
            "trend": trend,
            "dispersion": phi,
        }
    )
    return table.assign(reason=pd.Series([str(text) if text else None for text in reason], dtype=object))
