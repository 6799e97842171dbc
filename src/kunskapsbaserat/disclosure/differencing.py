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
    allowed: set[Sum] = set()
    for first, last in _linked([*published, *candidates]):
        inside = [s for s in candidates if first <= s.first <= last]
        if inside:
            before = [s for s in published if first <= s.first <= last]
            allowed |= _within(counts[:, first : last + 1], before, inside, first, smallest)
    return tuple(s for s in candidates if s in allowed)


def _linked(sums: Sequence[Sum]) -> list[tuple[int, int]]:
    """Runs of periods that some sum holds together.

    No equation reaches from one run into another, so a count over several is solved only when its part in each of them is,
    and that part is protected by itself.
    """
    stretches: list[tuple[int, int]] = []
    for first, last in sorted({(s.first, s.last) for s in sums}):
        if stretches and first <= stretches[-1][1]:
            stretches[-1] = (stretches[-1][0], max(stretches[-1][1], last))
        else:
            stretches.append((first, last))
    return stretches


def _within(
    counts: NDArray[np.int64], published: Sequence[Sum], candidates: Sequence[Sum], start: int, smallest: int
) -> set[Sum]:
    """`publishable` in one run of periods, the first of them number `start`.

    The parts that no sum names stand in the totals and nowhere else. When they are two or more no equation tells them apart,
    so none of them can be solved, and they count as one.
    """
    names = sorted({s.part for s in (*published, *candidates)})
    rest = np.delete(counts, names, axis=0)
    shielded = len(rest) > 1
    rows = [counts[names], rest.sum(axis=0, keepdims=True)] if len(rest) else [counts[names]]
    until = np.pad(np.concatenate(rows).cumsum(axis=1), ((0, 0), (1, 0)))
    at = {part: number for number, part in enumerate(names)}
    here = {s: Sum(at[s.part], s.first - start, s.last - start) for s in (*published, *candidates)}
    published_sums, wanted = [here[s] for s in published], [here[s] for s in candidates]
    while True:
        kept = _unsolvable(until, published_sums, wanted, smallest, shielded=shielded)
        if (weakest := _weakest(kept, published_sums, until, smallest)) is None:
            return {s for s in candidates if here[s] in kept}
        wanted.remove(weakest)


def _unsolvable(
    until: NDArray[np.int64], published: Sequence[Sum], wanted: Sequence[Sum], smallest: int, *, shielded: bool
) -> list[Sum]:
    """Those that with all before them leave every protected count unsolved."""
    shape = (until.shape[0], until.shape[1] - 1)
    solver = _Known(shape, _protected(until[:-1] if shielded else until, smallest), [(s, _value(until, s)) for s in published])
    kept: list[Sum] = []
    for total in wanted:
        value = _value(until, total)
        equations = solver.equations(total, value)
        if 0 < value < smallest or solver.gives_away(equations):
            continue
        solver.learn(equations)
        kept.append(total)
    return kept


def _value(until: NDArray[np.int64], total: Sum) -> int:
    return int(until[total.part, total.last + 1] - until[total.part, total.first])


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
    sums = []
    for part in range(parts):
        for first in range(edges - 1):
            for last in range(first, edges - 1):
                value = until[part, last + 1] - until[part, first]
                if value >= smallest:
                    break
                if value > 0:
                    sums.append(Sum(part, first, last))
    return sums


class _Known:
    """The span of everything known, and what of each protected count still lies outside it."""

    def __init__(self, shape: tuple[int, int], protected: Sequence[Sum], published: Sequence[tuple[Sum, int]]) -> None:
        self.shape = shape
        self.basis = np.zeros((0, shape[0] * shape[1]))
        self.left = np.array([self._row([total]) for total in protected]).reshape(len(protected), shape[0] * shape[1])
        totals = [self._row([Sum(part, period, period) for part in range(shape[0])]) for period in range(shape[1])]
        self._learn_all(totals)
        self.left = self.left[(self.left**2).sum(axis=1) > _ZERO]  # with one part only, its count is the total itself
        self._learn_all([row for total, value in published for row in self.equations(total, value)])

    def _learn_all(self, rows: Sequence[Floats]) -> None:
        """As `learn`, with the targets taken at once."""
        for row in rows:
            if (new := self._new(row, self.basis)) is not None:
                self.basis = np.vstack([self.basis, new])
        for _ in range(2):  # twice: the first leaves rounding errors
            self.left -= (self.left @ self.basis.T) @ self.basis

    def equations(self, total: Sum, value: int) -> list[Floats]:
        """A published sum is one equation; a published zero says that each of its periods is zero."""
        if value == 0:
            return [self._row([Sum(total.part, period, period)]) for period in range(total.first, total.last + 1)]
        return [self._row([total])]

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
        for total in sums:
            row[total.part, total.first : total.last + 1] = 1
        return row.ravel()
