"""How much do sums over a year vary, judged from the months of one series?

Two sources, each weak alone. The months tell much, but only of what happens within years: their variance, carried to a
whole year with the correlation between neighbouring months. The years tell all, but they are few. Real years vary more
than their months show (a season, a gang, a new rule): the coefficient of variation of the level between years, beyond
chance, has been 0.15 to 0.3 in the embedded kommuner (186 five-year windows, 2015-2024). So the possible levels of that
variation are weighed by how well they agree with the few years, from a prior that gives no such variation 30 %.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray

Floats = NDArray[np.float64]

YEAR_VARIATION = np.array([0, 0.05, 0.10, 0.15, 0.20, 0.30, 0.40])  # coefficients of variation between years
PRIOR = np.array([0.30, 0.10, 0.15, 0.15, 0.15, 0.10, 0.05])
MONTHS_PER_DF = 3  # the variance over a year is worth a degree of freedom per three months: its correlation is estimated too


@dataclass(frozen=True, slots=True)
class YearVariation:
    """Dispersion (variance over mean) of yearly sums per series, as weights over possible values.

    `months` (m,) is what the months alone say, with `df` (m,) degrees of freedom; `factors` (m, 7) are what the true
    dispersion may be times that, with `weights` (m, 7).
    """

    months: Floats
    df: Floats
    factors: Floats
    weights: Floats

    def tail(self, statistic: Floats) -> Floats:
        """Two-sided probability of a deviation this many (months' own) standard errors large."""
        scaled = statistic[:, None] / np.sqrt(self.factors)
        probability: Floats = np.minimum(np.sum(self.weights * 2 * scipy.special.stdtr(self.df[:, None], -scaled), axis=1), 1.0)
        return probability

    def dispersion(self, level: float) -> Floats:
        """The one dispersion whose t-test has this two-sided level under the weights."""
        low, high = np.zeros(len(self.df)), np.full(len(self.df), 1e3)
        for _ in range(60):
            middle = (low + high) / 2
            too_low = self.tail(middle) > level
            low, high = np.where(too_low, middle, low), np.where(too_low, high, middle)
        factors: Floats = self.months * (high / scipy.special.stdtrit(self.df, 1 - level / 2)) ** 2
        return factors


def year_variation(residuals: Floats, mean: Floats, between: Floats, between_df: Floats, mean_year: Floats) -> YearVariation:
    """Weigh what months and years say.

    Parameters
    ----------
    residuals : (m, periods, seasons)
        Counts less what season and level let expect, NaN where nothing is compared.
    mean : (m,)
        Mean of a compared month.
    between, between_df : (m,)
        Dispersion of the yearly sums around their period's mean, and its degrees of freedom.
    mean_year : (m,)
        Mean of a compared year.
    """
    seasons = residuals.shape[2]
    flat = residuals.reshape(len(residuals), -1)
    counted = ~np.isnan(flat)
    values = np.where(counted, flat, 0.0)
    n = counted.sum(axis=1)
    df = np.maximum(n - (~np.isnan(residuals)).any(axis=1).sum(axis=1) - 1, 1)
    variance = np.sum(values**2, axis=1) / df
    pairs = np.maximum((counted[:, 1:] & counted[:, :-1]).sum(axis=1), 1)
    together = np.sum(values[:, 1:] * values[:, :-1], axis=1) / pairs * n / df
    raw = np.divide(together, variance, out=np.zeros_like(variance), where=variance > 0)
    correlation = np.clip((n * raw + 1) / np.maximum(n - 4, 1), 0, 0.9)  # the estimate is low by about (1 + 4r)/n
    lags = np.arange(1, seasons)
    carried = 1 + 2 * np.sum((1 - lags / seasons) * correlation[:, None] ** lags, axis=1)
    months = np.maximum(np.divide(variance, mean, out=np.ones_like(mean), where=mean > 0) * carried, 1.0)
    worth = np.maximum(df / MONTHS_PER_DF, 1.0)
    factors = 1 + mean_year[:, None] * YEAR_VARIATION**2 / months[:, None]
    log_weight = np.log(PRIOR) + _log_likelihood(between / months, factors, between_df, worth)
    weights = np.exp(log_weight - log_weight.max(axis=1, keepdims=True))
    return YearVariation(months, worth, factors, weights / weights.sum(axis=1, keepdims=True))


def _log_likelihood(ratio: Floats, factors: Floats, df: Floats, worth: Floats) -> Floats:
    """Of the years' dispersion over the months' under each factor: an F distribution; flat where there are too few years."""
    few = df[:, None]
    x = np.maximum(ratio[:, None], 0.05) / factors
    log_density = (few / 2 - 1) * np.log(x) - (few + worth[:, None]) / 2 * np.log1p(few * x / worth[:, None]) - np.log(factors)
    return np.where(few > 0, log_density, 0.0)
