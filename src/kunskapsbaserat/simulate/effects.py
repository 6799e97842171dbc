"""Panels in which a few areas get a measure whose effect is known: the stated design of the calibration of `effects`."""

from __future__ import annotations

import functools
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kunskapsbaserat import kommun
from kunskapsbaserat.errors import OptionError
from kunskapsbaserat.simulate.series import SOURCE

Floats = NDArray[np.float64]

CHOICES = ("random", "large", "after_a_rise")
LARGE = 26  # the areas among which "large" chooses
LEAST_A_MONTH = 2.0  # events before the start of an area that may be treated
_BLOCK = 8  # panels drawn at a time
_SIZE = 20  # of the gamma that makes the counts vary more than Poisson's


@dataclass(frozen=True, slots=True)
class EffectPanels:
    """Many panels at once.

    Attributes
    ----------
    counts : int array (panels, units, months)
    population : float array (panels, units)
    treated : int array (panels, treated)
        Which units have the measure.
    start : int
        Number of months before it.
    log_effect : float
        The true logarithm of the rate ratio after the start.
    growth : float array (panels, units)
        Yearly growth of the logarithm of the population, which is `population` in the first month.

    Examples
    --------
    >>> import numpy as np
    >>> from kunskapsbaserat import simulate
    >>> found = simulate.effect_panels(np.random.default_rng(1), 3, units=20, months_before=24, effect=-0.3)
    >>> found.counts.shape, found.start, round(float(np.exp(found.log_effect)), 2)
    ((3, 20, 36), 24, 0.7)
    >>> found.table(0).query("treated")["area"].nunique(), found.table(0)["source"].iloc[0]
    (1, 'SIMULERAD')
    """

    counts: NDArray[np.int64]
    population: Floats
    treated: NDArray[np.intp]
    start: int
    log_effect: float
    growth: Floats

    @property
    def exposure(self) -> Floats:
        """Population by month (panels, units, months)."""
        return self._grown(slice(None))

    def _grown(self, panels: int | slice) -> Floats:
        years = np.arange(self.counts.shape[2]) / 12
        return np.asarray(self.population[panels][..., None] * np.exp(self.growth[panels][..., None] * years))

    def table(self, panel: int = 0, *, last: str = "2024-12") -> pd.DataFrame:
        """One panel as rows: ``area`` (codes of the real kommuner, as labels only), ``period``, ``count``,
        ``population``, ``treated`` (bool) and ``source`` ("SIMULERAD")."""
        counts = self.counts[panel]
        units, months = counts.shape
        codes = [k.code for k in kommun.all_kommuner()]
        areas = codes[:units] if units <= len(codes) else [f"{i:05}" for i in range(units)]
        periods = pd.period_range(end=pd.Period(last, freq="M"), periods=months)
        return pd.DataFrame(
            {
                "area": np.repeat(areas, months),
                "period": periods[np.tile(np.arange(months), units)],
                "count": counts.ravel(),
                "population": np.round(self._grown(panel)).ravel(),
                "treated": np.repeat(np.isin(np.arange(units), self.treated[panel]), months),
                "source": SOURCE,
            }
        )


def effect_panels(
    rng: np.random.Generator,
    panels: int,
    *,
    units: int = 290,
    months_before: int = 60,
    months_after: int = 12,
    effect: float = 0.0,
    shock: float = 0.0,
    choice: str = "random",
    n_treated: int = 1,
    rate: float = 25e-5,
    drift: float = 0.0,
    threads: int = 1,
) -> EffectPanels:
    """Monthly counts of many areas with season, common waves, areas' own trends and overdispersion.

    With population_i lognormal(9.7, 0.95) within 2 500 and 1 000 000 and rate_i = `rate` times exp N(0, 0.35),

        log mean_it = log(population_i rate_i) + 0.15 cos(season) + c_t + lambda_i f_t + u_it,

    c an AR(1) of 0.8 with innovations of 0.05, f a random walk of 0.02, lambda_i standard normal, u an AR(1) of 0.5 with
    standard deviation 0.15; the counts are Poisson with the mean times a gamma of size 20.

    Parameters
    ----------
    rng : Generator
        Source of all random numbers.
    panels, units, months_before, months_after : int
        The shape; the measure starts after `months_before`.
    effect : float
        True relative change of the treated units' counts after the start; falls by binomial thinning, rises by adding
        Poisson counts in proportion to the counts.
    shock : float
        Relative change of all units' means from the start on.
    choice : {"random", "large", "after_a_rise"}
        Treated units among those with at least two events a month before: at random, at random among the 26 largest, or
        those whose last twelve months rose most against the twelve before.
    n_treated : int
        How many.
    rate : float
        Events per person and month.
    drift : float
        Standard deviation between units of the yearly growth of the logarithm of the population.
    threads : int
        On which the panels are drawn; the panels are the same for any number.

    Returns
    -------
    EffectPanels

    Raises
    ------
    OptionError
        An unknown choice, an effect or shock of -1 or less, or too few months before to see a rise.

    Examples
    --------
    >>> import numpy as np
    >>> from kunskapsbaserat import simulate
    >>> panels = simulate.effect_panels(np.random.default_rng(1), 200, units=30, months_before=24, effect=-0.5)
    >>> one = panels.counts[np.arange(200), panels.treated[:, 0]]
    >>> change = one[:, 24:].sum() / 12 / (one[:, :24].sum() / 24) - 1
    >>> round(float(change), 1)  # half of them are gone
    -0.5
    """
    _check(effect, shock, choice, months_before)
    blocks = [min(_BLOCK, panels - done) for done in range(0, panels, _BLOCK)]
    with ThreadPoolExecutor(threads) as pool:
        shape = (units, months_before, months_after)
        draw = functools.partial(_block, shape=shape, shock=shock, rate=rate, drift=drift)
        drawn = list(pool.map(draw, rng.spawn(len(blocks)), blocks))
    counts, population, growth = (np.concatenate(parts) for parts in zip(*drawn, strict=True))
    treated = _treated(rng, counts, population, months_before, choice, n_treated)
    rows = np.arange(panels)[:, None]
    after = counts[rows, treated, months_before:]
    if effect < 0:
        counts[rows, treated, months_before:] = rng.binomial(after, 1 + effect)
    elif effect > 0:
        counts[rows, treated, months_before:] = after + rng.poisson(effect * after)
    return EffectPanels(counts, population, treated, months_before, float(np.log1p(effect)), growth)


def _block(
    rng: np.random.Generator, panels: int, *, shape: tuple[int, int, int], shock: float, rate: float, drift: float
) -> tuple[NDArray[np.int64], Floats, Floats]:
    """Counts, population and its growth of a few panels: so few that their arrays stay in the processor's own memory."""
    units, months_before, months_after = shape
    months = months_before + months_after
    population = np.clip(rng.lognormal(9.7, 0.95, (panels, units)), 2_500, 1_000_000)
    level = np.log(population * rate) + rng.normal(0, 0.35, (panels, units))
    common = _ar1(rng.normal(0, 0.05, (panels, 1, months)), 0.8) + 0.15 * np.cos(2 * np.pi * np.arange(months) / 12)
    common[:, :, months_before:] += np.log1p(shock)
    walk = np.cumsum(rng.normal(0, 0.02, (panels, 1, months)), axis=2)
    mean = _ar1(rng.normal(0, 0.15 * np.sqrt(1 - 0.5**2), (panels, units, months)), 0.5)
    mean += rng.standard_normal((panels, units, 1)) * walk
    mean += common
    mean += level[:, :, None]
    growth = drift * rng.standard_normal((panels, units))
    if drift:
        mean += growth[:, :, None] * (np.arange(months) / 12)
    np.exp(mean, out=mean)
    mean *= rng.standard_gamma(_SIZE, mean.shape)
    mean /= _SIZE
    return rng.poisson(mean), population, growth


def _check(effect: float, shock: float, choice: str, months_before: int) -> None:
    if min(effect, shock) <= -1:
        raise OptionError("effect, shock", (effect, shock), ("above -1",), tillatna=("tal över -1",))
    if choice not in CHOICES:
        raise OptionError("choice", choice, CHOICES)
    if choice == "after_a_rise" and months_before < 24:
        raise OptionError(
            "months_before",
            months_before,
            ("24 or more with choice='after_a_rise'",),
            tillatna=("minst 24 när choice är after_a_rise",),
        )


def _ar1(innovations: Floats, coefficient: float) -> Floats:
    """Stationary from the first month, in place."""
    innovations[..., 0] /= np.sqrt(1 - coefficient**2)
    for t in range(1, innovations.shape[-1]):
        innovations[..., t] += coefficient * innovations[..., t - 1]
    return innovations


def _treated(
    rng: np.random.Generator, counts: NDArray[np.int64], population: Floats, start: int, choice: str, n_treated: int
) -> NDArray[np.intp]:
    """The units with the highest score among those that may be treated."""
    before = counts[:, :, :start].sum(axis=2)
    if choice == "after_a_rise":
        late = counts[:, :, start - 12 : start].sum(axis=2)
        earlier = counts[:, :, start - 24 : start - 12].sum(axis=2)
        score = np.log((late + 0.5) / (earlier + 0.5))
    else:
        score = rng.random(before.shape)
    allowed = before >= LEAST_A_MONTH * start
    if choice == "large":
        allowed &= np.argsort(np.argsort(-population, axis=1), axis=1) < LARGE
    if (allowed.sum(axis=1) < n_treated).any():
        raise OptionError(
            "n_treated",
            n_treated,
            (f"at most {int(allowed.sum(axis=1).min())} with these counts",),
            tillatna=(f"högst {int(allowed.sum(axis=1).min())} med de här talen",),
        )
    return np.argsort(-np.where(allowed, score, -np.inf), axis=1)[:, :n_treated]
