"""Placebo inference: the comparison made for the treated is made for every area without the measure.

The statistic of each area is its log ratio over the standard deviation that areas of its size have (`variance_law`), so that
a small area's wild swings do not hide a large area's change, nor the reverse. The p-value is the treated area's place among
the placebos, and the interval holds the effects that the same test does not reject, each with the variance that the counts
would have had under it.

References
----------
Ferman B, Pinto C (2019). Inference in differences-in-differences with few treated groups and heteroskedasticity. Review of
Economics and Statistics 101(3), 452-467. Abadie A, Diamond A, Hainmueller J (2010). JASA 105(490), 493-505.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kunskapsbaserat.effects.variance_law import VarianceLaw

Floats = NDArray[np.float64]

GROUPS = 1_999  # groups of areas drawn when several are treated
_SEED = 2023_196
_FEWEST = 2.0  # events: the log of a Poisson count and a half varies most, by about 1/2, when 1 to 2 are expected
_FARTHEST = 12.0  # on the log scale: a factor of 160 000


@dataclass(frozen=True, eq=False, slots=True)
class Placebos:
    """The standardised statistics of many panels' placebos.

    Attributes
    ----------
    size : float array (panels, placebos)
        Absolute values, largest first; NaN-free, absent ones are -1 and stand last.
    number : int array (panels,)
        How many there are.
    """

    size: Floats
    number: NDArray[np.intp]

    @property
    def floor(self) -> Floats:
        """The smallest p-value that can come out."""
        return 1 / (self.number + 1)

    def p_value(self, statistic: Floats) -> Floats:
        """Share of placebos at least as far from 0, the treated among them."""
        share: Floats = (1 + (self.size >= np.abs(statistic)[:, None]).sum(axis=1)) / (self.number + 1)
        return share

    def critical(self, confidence: float) -> Floats:
        """A statistic above this in size has a p-value below 1 - `confidence`; infinite where none has."""
        farther = np.ceil(np.round((1 - confidence) * (self.number + 1), 9)).astype(int) - 2  # as many may be as far
        farthest = np.take_along_axis(self.size, np.maximum(farther, 0)[:, None], axis=1)[:, 0]
        return np.where(farther >= 0, farthest, np.inf)


def log_ratio(after: Floats, expected: Floats) -> Floats:
    """Log of observed over expected, half an event added to both so that 0 events have a finite value."""
    return np.asarray(np.log((after + 0.5) / (expected + 0.5)))


def placebos_of(statistics: Floats, compared: NDArray[np.bool_]) -> Placebos:
    """Placebos of many panels, one area each.

    Parameters
    ----------
    statistics, compared : arrays (panels, units)
        Only units `compared` count.
    """
    size = np.where(compared, np.abs(np.where(compared, statistics, 0.0)), -1.0)
    return Placebos(-np.sort(-size, axis=1), compared.sum(axis=1))


def expected_outside(before: Floats, after: Floats, growth: Floats, chosen: NDArray[np.intp]) -> Floats:
    """Expected events of each member (groups, members), had it changed as the areas outside its group.

    A group still compared with its own members would seem to differ too little, so all are taken out of the total. That is
    exact when each unit's exposure is constant over time.
    """
    others = [(total.sum() - total[chosen].sum(axis=1, keepdims=True)) for total in (after, before)]
    one_out = (after.sum() - after) / (before.sum() - before)
    return np.asarray((before * growth / one_out)[chosen] * others[0] / others[1])


def wider(statistics: Floats, areas: int) -> Floats:
    """Statistics of groups drawn from `areas` areas, spread as those of a group from outside them.

    Groups from few areas share their members, so that their spread is no better known than the areas': as Student's t differs
    from the normal distribution with one degree of freedom less than there are areas (Abramowitz and Stegun 1964, 26.7.5).
    """
    z, freedom = statistics, areas - 1
    return np.asarray(z + (z**3 + z) / (4 * freedom) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2))


@functools.lru_cache(maxsize=256)
def draw_groups(areas: int, members: int, groups: int = GROUPS) -> NDArray[np.intp]:
    """Groups of `members` different areas (groups, members), the same for the same numbers; single areas are all there are."""
    if members == 1:
        return np.arange(areas)[:, None]
    draw = np.random.default_rng([_SEED, areas, members]).random((groups, areas))
    chosen = np.argpartition(draw, members - 1, axis=1)[:, :members].copy()
    chosen.flags.writeable = False  # kept for the next call
    return chosen


def standardised(
    after: Floats, expected: Floats, law: VarianceLaw, *, squared: Floats | float = 0.0, error: Floats | float = 0.0
) -> Floats:
    """Log ratio over its usual standard deviation, for groups of areas.

    Parameters
    ----------
    after : array (groups,)
        Events of the group.
    expected : array (groups, members)
        Expected events of each member.
    law : VarianceLaw
        Of this panel.
    squared, error : arrays (groups, members), optional
        As in `VarianceLaw.between`.
    """
    total = expected.sum(axis=1)
    variance = law.between(expected / total[:, None], squared, error) + law.chance / total
    return np.asarray(log_ratio(after, total) / np.sqrt(variance))


def interval(after: Floats, expected: Floats, area_variance: Floats, chance: Floats, critical: Floats) -> tuple[Floats, Floats]:
    """Effects (log rate ratios) that the test does not reject, around the observed one; NaN for a limit it does not give.

    Parameters
    ----------
    after, expected : arrays (panels,)
        Events after the start, and how many there would have been.
    area_variance, chance : arrays (panels,)
        The law's two parts for the treated (the first with their concentration).
    critical : array (panels,)
        From `Placebos.critical`.
    """

    def rejected(effect: Floats) -> NDArray[np.bool_]:
        mean = expected * np.exp(effect)
        distance = np.abs(log_ratio(after, mean))
        return np.asarray(distance > critical * np.sqrt(area_variance + chance / np.maximum(mean, _FEWEST)))

    centre = log_ratio(after, expected)
    limits = []
    for sign in (-1, 1):
        near, far = np.zeros_like(centre), np.full_like(centre, np.nan)
        steps = np.linspace(0, _FARTHEST, 241)[1:]
        for step in steps:  # the first rejected effect outwards: farther out the variance grows and may accept again
            hit = np.isnan(far) & rejected(centre + sign * step)
            far = np.where(hit, step, far)
            near = np.where(np.isnan(far), step, near)
            if not np.isnan(far).any():
                break
        for _ in range(50):
            middle = (near + far) / 2
            out = rejected(centre + sign * middle)
            near, far = np.where(out, near, middle), np.where(out, middle, far)
        limits.append(centre + sign * far)
    return limits[0], limits[1]


def chance_of_finding(
    effect: float, expected: float, area_variance: float, chance: float, statistics: Floats, critical: float
) -> float:
    """Probability that an effect (log rate ratio) of this size would be säkerställd.

    The statistic of the treated is taken to be spread as the placebos' (signed `statistics`), around the effect and with the
    variance that the counts would have under it.
    """
    usual = np.sqrt(area_variance + chance / expected)
    spread = np.sqrt(area_variance + chance / max(expected * np.exp(effect), _FEWEST))
    return float(np.mean(np.abs(effect + spread * statistics) > critical * usual))


def smallest_visible(
    expected: float, area_variance: float, chance: float, statistics: Floats, critical: float, *, power: float, sign: int
) -> float:
    """The effect nearest 0 (log rate ratio) found with probability `power`; NaN when not even a factor of 1 000 would be."""
    for size in np.arange(0.005, np.log(1_000), 0.005) if np.isfinite(critical) else ():
        if chance_of_finding(sign * size, expected, area_variance, chance, statistics, critical) >= power:
            return float(sign * size)
    return np.nan
