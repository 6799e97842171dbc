"""Each area beside its weighted mean of other areas, and groups of areas beside means from which the group is taken out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kunskapsbaserat.effects.design import Design
from kunskapsbaserat.effects.matched_series import Matched

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Groups = NDArray[np.intp]

_LEAST_OUTSIDE = 0.5  # of an area's weights: with less than half of them left there is hardly a comparison
_AT_A_TIME = 32 * 2**20  # bytes of series held at once


@dataclass(frozen=True, eq=False, slots=True)
class WeightedAreas:
    """Weights of every area on the others, and on the times before the start.

    Attributes
    ----------
    design : Design
        What is compared.
    series : Matched
        What the weights were chosen on.
    weights : array (units, units)
        Each row sums to one, or is 0 for an area that is not used.
    times : array (units, periods before the start), optional
        Weights of each area's times at which it has the others' level; without them the level is the others'.
    """

    design: Design
    series: Matched
    weights: Floats
    times: Floats | None = None

    def counterfactual(self) -> Floats:
        """Of every area, on the outcome's scale (units, periods)."""
        everyone = np.arange(len(self.weights))
        levels = self._levels()
        theirs = None if levels is None else (self.weights * levels).sum(axis=1)
        return self._outcome(everyone, self.weights @ self.series.course, theirs, levels, slice(None))

    def expected_outside(self, chosen: Groups) -> Floats:
        """Sum after the start of what areas outside the group give each member (groups, members); NaN where few are left."""
        return self._outside(chosen, self.design.after, lambda outcomes: outcomes.sum(axis=2))

    def mean_outside(self, chosen: Groups) -> Floats:
        """Mean over the members of what the areas outside the group give them (groups, periods); NaN where few are left."""
        return self._outside(chosen, np.ones(self.series.course.shape[1], dtype=bool), lambda outcomes: outcomes.mean(axis=1))

    def _outside(self, chosen: Groups, periods: Bools, summed: Callable[[Floats], Floats]) -> Floats:
        """Counterfactual of each member from the areas outside its group, their weights scaled to one again, and `summed`."""
        course, levels = self.series.course[:, periods], self._levels()
        everyones = self.weights @ course
        at_times = None if levels is None else self.weights * levels
        sums = []
        step = max(_AT_A_TIME // (8 * chosen.shape[1] * max(course.shape[1], chosen.shape[1])), 1)
        for part in (chosen[i : i + step] for i in range(0, len(chosen), step)):
            pairs = part[:, :, None], part[:, None, :]
            inside = self.weights[pairs]
            left = 1 - inside.sum(axis=2)
            left = np.where(left >= _LEAST_OUTSIDE, left, np.nan)
            rest = (everyones[part] - inside @ course[part]) / left[:, :, None]
            theirs = None if at_times is None else (at_times.sum(axis=1)[part] - at_times[pairs].sum(axis=2)) / left
            sums.append(summed(self._outcome(part, rest, theirs, levels, periods)))
        return np.concatenate(sums)

    def _levels(self) -> Floats | None:
        """Of every area (columns) at the times of every other (rows)."""
        return None if self.times is None else self.times @ self.series.course[:, self.design.before].T

    def _outcome(
        self, rows: Groups, others: Floats, theirs: Floats | None, levels: Floats | None, periods: Bools | slice
    ) -> Floats:
        """Others' course (..., periods), from level `theirs` at the times to that of `rows` (...), as the outcome."""
        if theirs is not None and levels is not None:
            own = levels[rows, rows]
            if self.design.kind == "events":
                others = others * np.divide(own, theirs, out=np.zeros_like(own), where=~(theirs <= 0))[..., None]
            else:
                others = others + (own - theirs)[..., None]
        return np.asarray(self.series.factor[:, periods][rows] * (others + self.series.level[rows]))
