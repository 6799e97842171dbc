"""What can be computed from several published figures together: sums over some periods less sums over others.

Everything ever published about a partition (the categories, or the places, of all events) is a set of linear equations in the
counts of each part in each period. A figure may be published when no part's count over any run of periods that is small,
and so protected, can be solved from the equations.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_ZERO = 1e-8  # squared length of what remains of a target: rounding error is below 1e-20, a real remainder above 1e-3


@dataclass(frozen=True, slots=True, order=True)
class Sum:
    """The count of one part over the periods `first` to `last` (numbers, both included)."""

    part: int
    first: int
    last: int


def publishable(
    counts: NDArray[np.int64], published: Sequence[Sum], candidates: Sequence[Sum], *, smallest: int = 5
) -> tuple[Sum, ...]:
    """The candidates, in their order of weight, that may be published without giving a small count away.

    Parameters
    ----------
    counts : array, shape (parts, periods)
        The true counts of a partition of all events. The total of each period is taken as known to everybody.
    published : sequence of Sum
        What has been published before.
    candidates : sequence of Sum
        What one would like to publish, the most important first.
    smallest : int
        Counts of 1 to ``smallest - 1`` over any run of periods are protected; 0 is not.

    Returns
    -------
    tuple of Sum
        Those that may be published together with all that was published before. What is small itself is never among them, nor
        is one that leaves less than `smallest` events among the parts not shown in the same periods.
    """
    until = np.concatenate([np.zeros((len(counts), 1), dtype=np.int64), counts.cumsum(axis=1)], axis=1)
    wanted = list(candidates)
    while True:
        kept = _unsolvable(counts, until, published, wanted, smallest)
        if (weakest := _weakest(kept, published, until, smallest)) is None:
            return tuple(kept)
        wanted.remove(weakest)


def _unsolvable(
    counts: NDArray[np.int64], until: NDArray[np.int64], published: Sequence[Sum], wanted: Sequence[Sum], smallest: int
) -> list[Sum]:
    """Those that with all before them leave every protected count unsolved."""
    known = _Known(counts.shape, _protected(until, smallest))
    for said in published:
        known.learn(known.equations(said, _value(until, said)))
    kept: list[Sum] = []
    for said in wanted:
        value = _value(until, said)
        equations = known.equations(said, value)
        if 0 < value < smallest or known.gives_away(equations):
            continue
        known.learn(equations)
        kept.append(said)
    return kept


def _value(until: NDArray[np.int64], said: Sum) -> int:
    return int(until[said.part, said.last + 1] - until[said.part, said.first])


def _weakest(kept: list[Sum], published: Sequence[Sum], until: NDArray[np.int64], smallest: int) -> Sum | None:
    """The smallest shown in periods where the parts not shown have too few events together; None when no period is so."""
    total = until.sum(axis=0)
    for first, last in sorted({(s.first, s.last) for s in kept}):
        before = {s.part for s in published if (s.first, s.last) == (first, last)}
        shown = [s for s in kept if (s.first, s.last) == (first, last)]
        parts = before | {s.part for s in shown}
        rest = int(total[last + 1] - total[first]) - sum(_value(until, Sum(part, first, last)) for part in parts)
        removable = [s for s in shown if s.part not in before and _value(until, s) > 0]
        if 0 < rest < smallest and removable:
            return min(removable, key=lambda s: _value(until, s))
    return None


def _protected(until: NDArray[np.int64], smallest: int) -> list[Sum]:
    """Every run of periods of every part whose count is small but not zero."""
    parts, edges = until.shape
    found = []
    for part in range(parts):
        for first in range(edges - 1):
            for last in range(first, edges - 1):
                value = until[part, last + 1] - until[part, first]
                if value >= smallest:
                    break
                if value > 0:
                    found.append(Sum(part, first, last))
    return found


class _Known:
    """The span of everything known, and what of each protected count still lies outside it."""

    def __init__(self, shape: tuple[int, int], protected: Sequence[Sum]) -> None:
        self.shape = shape
        self.basis = np.zeros((0, shape[0] * shape[1]))
        self.left = np.array([self._row([said]) for said in protected]).reshape(len(protected), shape[0] * shape[1])
        for period in range(shape[1]):
            self.learn([self._row([Sum(part, period, period) for part in range(shape[0])])])
        self.left = self.left[(self.left**2).sum(axis=1) > _ZERO]  # with one part only, its count is the total itself

    def equations(self, said: Sum, value: int) -> list[Floats]:
        """A published sum is one equation; a published zero says that each of its periods is zero."""
        if value == 0:
            return [self._row([Sum(said.part, period, period)]) for period in range(said.first, said.last + 1)]
        return [self._row([said])]

    def learn(self, equations: Sequence[Floats]) -> None:
        for row in equations:
            if (new := self._new(row, self.basis)) is not None:
                self.basis = np.vstack([self.basis, new])
                self.left -= np.outer(self.left @ new, new)

    def gives_away(self, equations: Sequence[Floats]) -> bool:
        """Would a protected count be solved that is not already?"""
        basis, still = self.basis, (self.left**2).sum(axis=1)
        safe = still > _ZERO
        for row in equations:
            if (new := self._new(row, basis)) is not None:
                basis = np.vstack([basis, new])
                still = still - (self.left @ new) ** 2
        return bool((still[safe] <= _ZERO).any())

    def _new(self, row: Floats, basis: Floats) -> Floats | None:
        """The direction in a row that is not known yet."""
        for _ in range(2):  # twice: the first leaves rounding errors
            row = row - basis.T @ (basis @ row)
        length = float(np.sqrt(row @ row))
        return row / length if length > 1e-7 else None

    def _row(self, sums: Sequence[Sum]) -> Floats:
        row = np.zeros(self.shape)
        for said in sums:
            row[said.part, said.first : said.last + 1] = 1
        return row.ravel()
