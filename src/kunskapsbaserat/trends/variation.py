"""How much a yearly count usually varies between years, over and above pure chance.

Seven years of one kommun say little about how much its counts vary: with five degrees of freedom the estimate is off
by a factor of two as often as not, and an interval built on it alone calls chance a change. The other kommuner have
the same offences and vary in much the same way, so their dispersions are pooled and each kommun's own is moderated
towards the pool, as is done for gene expression counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

from kunskapsbaserat.rates.keys import keyed

# A hundred series tell badly how alike they are: the estimate runs from 10 to 1000 where the truth is 20. A pool worth more
# than 12 degrees of freedom is not believed; that keeps the rate of false findings at 5 % (benchmarks/change_calibration.txt).
MAX_DF = 12.0
MIN_CELLS = 10
_NO_SPREAD = 1e-12
_SMALLEST = 0.05  # a dispersion of 0 (all years alike) has no logarithm


@dataclass(frozen=True, slots=True)
class TypicalVariation:
    """The pooled dispersion (variance over mean) of yearly counts, as a function of offence and size.

    ``log(dispersion) = effect of the offence + slope * log(mean yearly count / 100)``; `df` says how many degrees of
    freedom the pool is worth beside a kommun's own.
    """

    effects: Mapping[tuple[str, str], float]
    overall: float
    slope: float
    df: float
    cells: int
    areas: int

    def dispersion(self, offence: pd.Series, sex: pd.Series, mean: pd.Series) -> pd.Series:
        """Expected variance over mean of yearly counts, at least 1 (Poisson); an unseen offence gets the overall one."""
        keys = zip(offence, sex, strict=True)
        effect = np.array([self.effects.get(key, self.overall) for key in keys])
        return np.exp(effect + self.slope * np.log(mean.clip(lower=1) / 100)).clip(lower=1)


@keyed(cells=())
def typical_variation(cells: pd.DataFrame) -> TypicalVariation | None:
    """Pool the dispersions of many series.

    Parameters
    ----------
    cells : DataFrame
        One row per series: `area`, `offence`, `sex`, `mean` (yearly count), `own_dispersion` (Pearson chi-square over
        its degrees of freedom) and `own_df`, the same in all rows.

    Returns
    -------
    TypicalVariation, or None with fewer than 10 series: then each series has to stand on its own.

    References
    ----------
    Smyth GK (2004). Linear models and empirical Bayes methods. Stat Appl Genet Mol Biol 3(1), section 6.2.
    Lund SP et al. (2012). Detecting differential expression using quasi-likelihood. Stat Appl Genet Mol Biol 11(5).
    """
    if len(cells) < MIN_CELLS or cells["own_df"].iat[0] == 0:
        return None
    df = float(cells["own_df"].iat[0])
    logs = np.log(cells["own_dispersion"].to_numpy(dtype=float).clip(_SMALLEST))
    unbiased = logs - special.digamma(df / 2) + np.log(df / 2)
    size = np.log(cells["mean"].to_numpy(dtype=float) / 100)
    groups, level = pd.factorize(pd.Series(list(zip(cells["offence"], cells["sex"], strict=True)), dtype=object))
    fitted, slope, left, spare = _within(groups, size, unbiased)
    residual = float(np.sum(left**2) / spare) if spare > 0 else np.inf
    beyond_chance = residual - float(special.polygamma(1, df / 2))
    prior_df = min(2 * _inverse_trigamma(beyond_chance), MAX_DF) if beyond_chance > 0 else MAX_DF
    if not np.isfinite(residual):
        prior_df = 0.0
    shift = special.digamma(prior_df / 2) - np.log(prior_df / 2) if prior_df else 0.0
    effects, overall = _shrunk(fitted + shift, np.bincount(groups), residual)
    return TypicalVariation(
        effects=dict(zip(level, effects.tolist(), strict=True)),
        overall=overall,
        slope=slope,
        df=prior_df,
        cells=len(cells),
        areas=int(cells["area"].nunique()),
    )


def moderated(table: pd.DataFrame, typical: TypicalVariation) -> tuple[pd.Series, pd.Series]:
    """A series' own dispersion weighed with the typical one by their degrees of freedom: dispersion and degrees of freedom."""
    judged = table["reason"].isna()
    own_df = table["own_df"].where(judged)
    pooled = typical.dispersion(table["offence"], table["sex"], table["mean"])
    weighed = typical.df * pooled + own_df * table["own_dispersion"]
    return (weighed / (typical.df + own_df)).clip(lower=1).where(judged), own_df + typical.df


def _within(groups: np.ndarray, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, float, np.ndarray, int]:
    """Least squares with one intercept a group and a common slope: intercepts, slope, residuals and their degrees of freedom.

    The slope is that of the deviations from the groups' means; 0 when `x` does not vary within any group.
    """
    sizes = np.bincount(groups)
    mean_x, mean_y = (np.bincount(groups, weights=values) / sizes for values in (x, y))
    around_x, around_y = x - mean_x[groups], y - mean_y[groups]
    spread = float(around_x @ around_x)
    sloped = spread > _NO_SPREAD * max(1.0, float(x @ x))
    slope = float(around_x @ around_y) / spread if sloped else 0.0
    return mean_y - slope * mean_x, slope, around_y - slope * around_x, len(x) - len(sizes) - int(sloped)


def _shrunk(effects: np.ndarray, sizes: np.ndarray, residual: float) -> tuple[np.ndarray, float]:
    """Offence effects drawn towards their mean, most where an offence has few series (one-way random effects)."""
    noise = residual / sizes
    overall = float(np.average(effects, weights=sizes))
    between = max(0.0, float(np.var(effects, ddof=1) - noise.mean())) if len(effects) > 1 else 0.0
    weight = between / (between + noise) if between > 0 else np.zeros(len(effects))
    return weight * effects + (1 - weight) * overall, overall


def _inverse_trigamma(y: float) -> float:
    """x with trigamma(x) = y, by Newton's method on 1/trigamma, which is nearly linear (Smyth 2004, appendix)."""
    x = 0.5 + 1 / y
    for _ in range(50):
        value = float(special.polygamma(1, x))
        step = value * (1 - value / y) / float(special.polygamma(2, x))
        x += step
        if abs(step) < 1e-10 * x:
            break
    return x
