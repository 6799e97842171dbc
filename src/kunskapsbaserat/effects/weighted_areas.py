"""Each area beside its weighted mean of other areas, and groups of areas beside means from which the group is taken out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kunskapsbaserat.effects.design import Design
from kunskapsbaserat.effects.matched_series import Matched

Floats = NDArray[np.float64]
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
        return self._outcome(everyone, self.weights @ self.series.course)

    def expected_outside(self, chosen: Groups) -> Floats:
        """Sum after the start of what areas outside the group give each member (groups, members); NaN where few are left."""
        return self._in_parts(chosen, lambda part: self._outside(part)[..., self.design.after].sum(axis=2))

    def mean_outside(self, chosen: Groups) -> Floats:
        """Mean over the members of what the areas outside the group give them (groups, periods); NaN where few are left."""
        return self._in_parts(chosen, lambda part: self._outside(part).mean(axis=1))

    def _in_parts(self, chosen: Groups, of_part: Callable[[Groups], Floats]) -> Floats:
        size = 8 * chosen.shape[1] * max(self.series.course.shape[1], chosen.shape[1])
        step = max(_AT_A_TIME // size, 1)
        return np.concatenate([of_part(chosen[i : i + step]) for i in range(0, len(chosen), step)])

    def _outside(self, chosen: Groups) -> Floats:
        """Counterfactual of each member from the areas outside its group, their weights scaled to one again."""
        inside = self.weights[chosen[:, :, None], chosen[:, None, :]]
        left = 1 - inside.sum(axis=2)
        rest = (self.weights @ self.series.course)[chosen] - inside @ self.series.course[chosen]
        rest /= np.where(left >= _LEAST_OUTSIDE, left, np.nan)[:, :, None]
        return self._outcome(chosen, rest)

    def _outcome(self, rows: Groups, others: Floats) -> Floats:
        """Others' course (..., periods) at the level of the areas `rows` (...), on the outcome's scale."""
        if self.times is not None:
            times, before = self.times[rows], self.design.before
            own = (self.series.course[rows][..., before] * times).sum(axis=-1, keepdims=True)
            theirs = (others[..., before] * times).sum(axis=-1, keepdims=True)
            if self.design.kind == "events":
                others = others * np.divide(own, theirs, out=np.zeros_like(own), where=theirs > 0)
            else:
                others = others + own - theirs
        return np.asarray(self.series.factor[rows] * (others + self.series.level[rows]))
