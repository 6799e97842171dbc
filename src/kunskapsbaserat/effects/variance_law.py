"""How much an area's change usually differs from the others', as a function of its size.

A small area's change is mostly chance, a large one's mostly its own development. Without a measure

    variance of the log ratio = area + chance / expected events,

fitted over all areas without the measure. The expected events come from the time before the start only: an effect must not
change its own yardstick.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

_ROUNDS = 200
_FULL_STEPS = 20  # then half steps: with few areas full ones may go to and fro for ever
_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class VarianceLaw:
    """``area + chance / expected``, for one panel or (as arrays) for many.

    Attributes
    ----------
    area : float or array (panels,)
        Variance between the areas' own developments.
    chance : float or array (panels,)
        Of the counts, in units of one over the expected events; at least what Poisson counts have.
    """

    area: Floats
    chance: Floats

    def of(self, expected: ArrayLike, *, concentration: ArrayLike = 1.0) -> Floats:
        """Variance of the log ratio of a group of areas.

        Parameters
        ----------
        expected : array_like
            Events that the group together would have had; with many panels the first axis is theirs.
        concentration : array_like
            Sum of the squared shares of the areas in the group's events; 1 for a single area.
        """
        expected = np.asarray(expected, dtype=float)
        shape = (-1,) + (1,) * (expected.ndim - 1)
        area, chance = (np.reshape(v, shape) if np.ndim(v) else v for v in (self.area, self.chance))
        return np.asarray(area * np.asarray(concentration) + chance / expected)


def fit_variance_law(
    log_ratio: Floats, expected: Floats, compared: NDArray[np.bool_], *, least_chance: ArrayLike
) -> VarianceLaw:
    """Maximum likelihood over the areas compared with, the log ratios taken as normal with mean 0.

    Parameters
    ----------
    log_ratio, expected, compared : arrays (panels, units)
        Entries that are not `compared` are not looked at.
    least_chance : array_like (panels,)
        The chance part of Poisson counts: 1 for those after the start, plus the growth for those before it.

    Notes
    -----
    The likelihood equations are those of a gamma regression of the squared log ratios with identity link: weighted least
    squares with the weights of the last round, within the bounds (area >= 0, chance >= `least_chance`).
    """
    least = np.broadcast_to(np.asarray(least_chance, dtype=float), len(log_ratio))
    squared = np.where(compared, log_ratio, 0.0) ** 2
    inverse = 1 / np.where(compared, expected, 1.0)
    area, chance = np.full(len(least), 0.02), least.copy()
    for turn in range(_ROUNDS):
        variance = np.where(compared, area[:, None] + chance[:, None] * inverse, 1.0)
        weight = np.where(compared, 1 / variance**2, 0.0)
        s0, s1, s2 = weight.sum(1), (weight * inverse).sum(1), (weight * inverse**2).sum(1)
        t0, t1 = (weight * squared).sum(1), (weight * inverse * squared).sum(1)
        determinant = np.maximum(s0 * s2 - s1**2, 1e-12 * s0 * s2)
        free_area, free_chance = (s2 * t0 - s1 * t1) / determinant, (s0 * t1 - s1 * t0) / determinant
        new_chance = np.where(free_area < 0, np.maximum(t1 / s2, least), np.maximum(free_chance, least))
        new_area = np.maximum((t0 - new_chance * s1) / s0, 0.0)
        moved = np.max(np.abs(new_area - area) + np.abs(new_chance - chance) / new_chance)
        step = 1.0 if turn < _FULL_STEPS else 0.5
        area, chance = area + step * (new_area - area), chance + step * (new_chance - chance)
        if moved <= _TOLERANCE:
            break
    return VarianceLaw(area, chance)
