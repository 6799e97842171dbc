"""How much an area's change usually differs from the others', as a function of its size and of how it moved before.

A small area's change is mostly chance, a large one's mostly its own development, and an area that swung in the year before
swings again. Without a measure

    variance of the log ratio = area + swing * (own rise before)^2 + chance / expected events,

fitted over all areas without the measure. The expected events come from the time before the start only: an effect must not
change its own yardstick.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

_ROUNDS = 200
_FULL_STEPS = 20  # then half steps: with few areas full ones may go to and fro for ever
_TOLERANCE = 1e-9
_SUBSETS = tuple(np.array(free) for free in itertools.product((True, False), repeat=3) if any(free))


@dataclass(frozen=True, slots=True)
class VarianceLaw:
    """``area + swing * rise**2 + chance / expected``, for one panel or (as arrays) for many.

    Attributes
    ----------
    area : float or array (panels,)
        Variance between the areas' own developments.
    chance : float or array (panels,)
        Of the counts, in units of one over the expected events; at least what Poisson counts have.
    swing : float or array (panels,)
        Of areas that had moved before the start, per squared rise; 0 where the rises are not looked at.
    """

    area: Floats
    chance: Floats
    swing: Floats

    def between(self, share: Floats, squared: Floats | float = 0.0, error: Floats | float = 0.0) -> Floats:
        """Variance of groups from their areas' own developments, without chance.

        Parameters
        ----------
        share : array (panels or groups, members)
            Of each member in its group's expected events.
        squared, error : arrays (panels or groups, members)
            Squared rises before the start, and standard deviations of what they foretold: one error is in all members.
        """
        area, swing = np.reshape(self.area, (-1, 1)), np.reshape(self.swing, (-1, 1))
        return np.asarray((share**2 * (area + swing * squared)).sum(axis=1) + (share * error).sum(axis=1) ** 2)

    def of(self, expected: ArrayLike) -> Floats:
        """Variance of the log ratio of an area, or a group of areas as one, that had not moved before the start.

        Parameters
        ----------
        expected : array_like
            Events that it would have had; with many panels the first axis is theirs.
        """
        expected = np.asarray(expected, dtype=float)
        shape = (-1,) + (1,) * (expected.ndim - 1)
        area, chance = (np.reshape(v, shape) if np.ndim(v) else v for v in (self.area, self.chance))
        return np.asarray(area + chance / expected)


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
    return VarianceLaw(area, chance, np.zeros_like(area))


def fit_swing_law(
    log_ratio: Floats,
    expected: Floats,
    compared: NDArray[np.bool_],
    squared: Floats,
    *,
    least_chance: ArrayLike,
    near: VarianceLaw,
) -> VarianceLaw:
    """As `fit_variance_law`, with a part for the areas' squared rises before the start (panels, units).

    `near` is the law without that part of nearly the same ratios, to begin from.

    Notes
    -----
    The same weighted least squares from the law without that part, with all three within their bounds.
    """
    least = np.broadcast_to(np.asarray(least_chance, dtype=float), len(log_ratio))
    observed = np.where(compared, log_ratio, 0.0) ** 2
    parts = np.stack([np.ones_like(expected), 1 / np.where(compared, expected, 1.0), squared])
    lowest = np.stack([np.zeros_like(least), least, np.zeros_like(least)])
    sizes = np.stack([near.area, np.maximum(near.chance, least), np.zeros_like(least)])
    for turn in range(_ROUNDS):
        variance = np.where(compared, np.einsum("kp,kpu->pu", sizes, parts), 1.0)
        weighted = np.where(compared, 1 / variance**2, 0.0) * parts
        gram, right = np.einsum("kpu,lpu->pkl", weighted, parts), np.einsum("kpu,pu->pk", weighted, observed)
        new = np.array([_at_least(g, r, low) for g, r, low in zip(gram, right, lowest.T, strict=True)]).T
        moved = np.max(np.abs(new - sizes) / np.maximum(sizes, 1e-6))
        sizes = new if turn < _FULL_STEPS else (sizes + new) / 2
        if moved <= _TOLERANCE:
            break
    return VarianceLaw(sizes[0], sizes[1], sizes[2])


def _at_least(gram: Floats, right: Floats, lowest: Floats) -> Floats:
    """Least squares with lower bounds, of the few unknowns of a law: the best of all ways to hold some of them at theirs."""
    scale = 1 / np.sqrt(np.maximum(np.diag(gram), 1e-300))
    best, least = lowest, 0.5 * lowest @ gram @ lowest - right @ lowest
    for free in _SUBSETS:
        held = ~free
        solution = lowest.copy()
        part = gram[np.ix_(free, free)] * np.outer(scale[free], scale[free])
        wanted = (right[free] - gram[np.ix_(free, held)] @ lowest[held]) * scale[free]
        try:
            solution[free] = np.linalg.solve(part, wanted) * scale[free]
        except np.linalg.LinAlgError:
            continue  # two parts are alike, as where all areas rose alike: one of them is then held
        if (solution < lowest).any():
            continue
        if free.all():
            return solution  # no bound is met, so nothing is better
        loss = 0.5 * solution @ gram @ solution - right @ solution
        if loss < least:
            best, least = solution, loss
    return best
