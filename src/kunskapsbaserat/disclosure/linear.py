"""The attack: how closely can a hidden number be told from everything that is shown beside it?

Numbers that leave together are tied by relations (a total is the sum of its parts). Whoever reads them knows the relations, the
shown numbers, and what the mark of a hidden one says. All tables of whole numbers that fit are what the reader cannot tell
apart; the smallest and the largest value of a cell among them is its interval, found by linear programming (HiGHS).

References
----------
Fischetti M, Salazar JJ (2001). Solving the cell suppression problem on tabular data with linear constraints.
Management Science 47.
Hundepool A et al. (2012). Statistical Disclosure Control, chapter 4. Wiley.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy import sparse

# SciPy's optimisers take half a second to load; a report without small numbers never asks them.

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_WHOLE = 1e-6  # how far from a whole number HiGHS may stop; its own tolerance is 1e-7
_ROUNDS = 3  # of reading every relation: what one bounds another may bound further
_SECONDS = 5.0  # for one search for whole numbers; a cell not proven safe by then counts as told


@dataclass(frozen=True, eq=False)
class Linked:
    """Numbers that leave together.

    Attributes
    ----------
    values : array, shape (cells,)
        The true numbers, whole and 0 or more.
    relations : sparse array, shape (relations, cells)
        ``relations @ values == 0``: a total less its parts.
    least : array, shape (cells,)
        What the mark of a hidden cell says that it is at least: 1 where zeros are always shown, 0 for a sum that has no mark.
    """

    values: Floats
    relations: sparse.csr_array
    least: Floats

    @classmethod
    def of(cls, values: Sequence[float], sums: Iterable[tuple[int, Sequence[int]]], *, least: float | Floats = 1) -> Linked:
        """Cells with relations "this cell is the sum of those".

        Examples
        --------
        >>> Linked.of([9, 3, 6], [(0, (1, 2))]).relations.toarray().tolist()
        [[1.0, -1.0, -1.0]]
        """
        from scipy import sparse

        found = np.asarray(values, dtype=float)
        rows = list(sums)
        matrix = sparse.lil_array((len(rows), len(found)))
        for row, (total, parts) in enumerate(rows):
            matrix[row, total] = 1
            matrix[row, list(parts)] = -1
        return cls(found, sparse.csr_array(matrix), _said_by_marks(found, rows, least))

    @property
    def tied(self) -> Flags:
        """Which cells stand in a relation: only those can be had from others."""
        return np.asarray(abs(self.relations).sum(axis=0)).ravel() > 0


def _said_by_marks(values: Floats, sums: Sequence[tuple[int, Sequence[int]]], least: float | Floats) -> Floats:
    """What hidden cells are at least when nothing but the marks is read: a total of three hidden parts is at least 3."""
    said = np.minimum(values, least)
    for _ in sums:  # as deep as totals of totals go
        before = said.copy()
        for total, parts in sums:
            said[total] = max(said[total], said[list(parts)].sum())
        if (said == before).all():
            break
    return said


class Attack:
    """Every table of whole numbers that fits what is shown.

    Parameters
    ----------
    linked : Linked
        The numbers and what ties them.
    hidden : array of bool
        Which cells are not shown.
    """

    def __init__(self, linked: Linked, hidden: Flags) -> None:
        self.linked = linked
        self.cells = np.flatnonzero(hidden)
        self._at = {int(cell): number for number, cell in enumerate(self.cells)}
        columns = linked.relations[:, self.cells]
        rows = np.flatnonzero(np.diff(columns.indptr))
        self._matrix = columns[rows]
        self._right = self._matrix @ linked.values[self.cells]
        self._least = linked.least[self.cells]

    def bounded(self) -> tuple[Floats, Floats]:
        """An interval of every hidden cell from one relation at a time: never narrower than the true one, and quickly had."""
        low, high = self._least.copy(), np.full(len(self.cells), np.inf)
        for _ in range(_ROUNDS):
            for sign in (1.0, -1.0):  # a relation read from either side
                here = sign * self._matrix
                plus, minus = here.maximum(0), (-here).maximum(0)
                # What the other side can be at most, less what the rest of this side is at least, bounds each cell of it.
                open_ends = minus @ np.isinf(high)
                most = sign * self._right + minus @ np.where(np.isinf(high), 0, high) - plus @ low
                room = np.where(open_ends > 0, np.inf, most)
                rows, columns = plus.nonzero()
                np.minimum.at(high, columns, room[rows] + low[columns])
                ends = plus @ np.isinf(high)
                least = minus @ low + sign * self._right - plus @ np.where(np.isinf(high), 0, high)
                own = np.where(np.isinf(high[columns]), 0, high[columns])
                alone = ends[rows] - np.isinf(high[columns]) == 0
                np.maximum.at(low, columns, np.where(alone, least[rows] + own, -np.inf))
        return low, high

    def furthest(self, cell: int, *, up: bool, until: float) -> Floats | None:
        """A table with the cell as high (`up`) or as low as it can be, no further than `until`; None when none is proven."""
        from scipy import optimize

        least, most = self._least.copy(), np.full(len(self.cells), np.inf)
        at = self._at[cell]
        if up:
            most[at] = max(until, self.linked.values[cell])
        else:
            least[at] = max(min(until, self.linked.values[cell]), least[at])
        cost = np.zeros(len(self.cells))
        cost[at] = -1 if up else 1
        bounds = np.column_stack([least, most])
        found = optimize.linprog(cost, A_eq=self._matrix, b_eq=self._right, bounds=bounds)
        if found.status == 0 and (table := self._whole(found.x)) is not None:
            return table
        ties = optimize.LinearConstraint(self._matrix, self._right, self._right)
        whole = optimize.milp(
            cost,
            integrality=np.ones(len(cost)),
            bounds=optimize.Bounds(least, most),
            constraints=[ties] if self._matrix.shape[0] else (),
            options={"time_limit": _SECONDS},
        )
        return self._whole(whole.x) if whole.status == 0 else None

    def tables(self, cells: Sequence[int], goals: Floats, *, up: bool) -> Floats | None:
        """A table in which as many of the cells as possible are at their goals; None when the solver finds no whole one."""
        from scipy import optimize, sparse

        n, t = len(self.cells), len(cells)
        chosen = sparse.csr_array((np.ones(t), (range(t), [self._at[c] for c in cells])), shape=(t, n))
        sign = 1.0 if up else -1.0
        # y is between the cell and its goal, and everything pulls y to the goal: a cell past it gains nothing more.
        beside = sparse.hstack([-sign * chosen, sign * sparse.eye_array(t)])
        ties = sparse.hstack([self._matrix, sparse.csr_array((self._matrix.shape[0], t))])
        bounds = [(low, None) for low in self._least] + [(None, goal) if up else (goal, None) for goal in goals]
        cost = np.concatenate([np.zeros(n), np.full(t, -sign)])
        found = optimize.linprog(cost, A_ub=beside, b_ub=np.zeros(t), A_eq=ties, b_eq=self._right, bounds=bounds)
        return self._whole(found.x[:n]) if found.status == 0 else None

    def _whole(self, hidden: Floats) -> Floats | None:
        table = self.linked.values.copy()
        table[self.cells] = np.round(hidden)
        fits = np.abs(hidden - np.round(hidden)).max(initial=0) < _WHOLE and not np.any(
            np.abs(self._matrix @ table[self.cells] - self._right) > _WHOLE
        )
        return table if fits else None


@dataclass(frozen=True, slots=True)
class Need:
    """A hidden cell that has to be possible at `goal`: or more (`up`), or less."""

    cell: int
    goal: float
    up: bool


class Attacker:
    """Remembers the tables found: one that fits what is shown now need not be looked for again."""

    def __init__(self, linked: Linked) -> None:
        self.linked = linked
        self._tables = linked.values[np.newaxis, :].copy()

    def told(self, hidden: Flags, needs: Sequence[Need], *, first: bool = False) -> list[Need]:
        """The needs that are not met: no table that fits what is shown has the cell where it has to be possible.

        Parameters
        ----------
        hidden : array of bool
            Which cells are not shown.
        needs : sequence of Need
            Of hidden cells.
        first : bool
            Look for one only.

        Examples
        --------
        >>> attacker = Attacker(Linked.of([32, 3, 20, 9], [(0, (1, 2, 3))]))
        >>> attacker.told(np.array([False, True, False, False]), [Need(1, 5, True)])
        [Need(cell=1, goal=5, up=True)]
        >>> attacker.told(np.array([False, True, True, False]), [Need(1, 5, True)])
        []
        """
        lowest, highest = self.reached(hidden)
        left = [n for n in needs if not _met(highest if n.up else lowest, n)]
        if not left:
            return []
        attack = Attack(self.linked, hidden)
        low, high = attack.bounded()
        at = {int(cell): number for number, cell in enumerate(attack.cells)}
        outside = [n for n in left if (high[at[n.cell]] < n.goal if n.up else low[at[n.cell]] > n.goal)]
        if outside and first:
            return outside[:1]
        left = [n for n in left if n not in set(outside)]
        beyond = [n for up in (True, False) for n in self._beyond(attack, [n for n in left if n.up is up], up=up, first=first)]
        return [*outside, *beyond]

    def reached(self, hidden: Flags) -> tuple[Floats, Floats]:
        """The lowest and the highest of every cell in the tables found so far that fit."""
        fits = (self._tables[:, ~hidden] == self.linked.values[~hidden]).all(axis=1)
        return self._tables[fits].min(axis=0), self._tables[fits].max(axis=0)

    def spread(self, hidden: Flags, cells: Sequence[int], wanted: Floats, *, first: bool = False) -> Floats:
        """How far apart the highest and the lowest possible of each hidden cell are, 0 left out: 1 to 5 is 4.

        Parameters
        ----------
        hidden : array of bool
            Which cells are not shown.
        cells : sequence of int
            Of the hidden ones.
        wanted : array, shape (cells,)
            What is enough for each; no more is looked for.
        first : bool
            Stop at the first that has too little.
        """
        attack, at, values = Attack(self.linked, hidden), np.asarray(cells, dtype=int), self.linked.values

        def room() -> Floats:
            found: Floats = np.minimum(_room(*self.reached(hidden))[at], wanted)
            return found

        if first and (tight := self._tight(attack, at, wanted)).any():
            return np.where(tight, 0.0, wanted)

        for up, goals in ((True, np.maximum(values[at], 1) + wanted), (False, np.maximum(values[at] - wanted, 0))):
            while (left := room() < wanted - _WHOLE).any():
                table = attack.tables(at[left].tolist(), goals[left], up=up)
                if table is None or not self._widens(table, hidden, at[left]):
                    break
                self._keep(table, [])
        most = (
            dict(zip(attack.cells.tolist(), _room(*attack.bounded()), strict=True)) if (room() < wanted - _WHOLE).any() else {}
        )
        for number in np.argsort([most.get(c, 0.0) for c in at], kind="stable"):
            cell, enough = int(at[number]), wanted[number]
            for up, goal in ((True, max(values[cell], 1) + enough), (False, 0.0)):
                if room()[number] < min(enough, most.get(cell, enough)) - _WHOLE:
                    table = attack.furthest(cell, up=up, until=goal)
                    self._keep(values if table is None else table, [])
            if first and room()[number] < enough - _WHOLE:
                break
        return room()

    def _tight(self, attack: Attack, cells: NDArray[np.int64], wanted: Floats) -> Flags:
        """Cells that a single relation holds too closely already."""
        return _room(*attack.bounded())[np.searchsorted(attack.cells, cells)] < wanted - _WHOLE

    def _widens(self, table: Floats, hidden: Flags, cells: NDArray[np.int64]) -> bool:
        lowest, highest = self.reached(hidden)
        return bool(((table > highest) | (table < lowest))[cells].any())

    def _beyond(self, attack: Attack, left: list[Need], *, up: bool, first: bool) -> list[Need]:
        """Those met in no table. A few tables, each with as many met as possible, show most; what is left is tried alone."""
        while left:
            table = attack.tables([n.cell for n in left], np.array([n.goal for n in left]), up=up)
            still = left if table is None else self._keep(table, left)
            if len(still) == len(left):
                break
            left = still
        unmet: list[Need] = []
        while left and not (first and unmet):
            need, *left = left
            table = attack.furthest(need.cell, up=up, until=need.goal)
            if table is None or not _met(table, need):
                unmet.append(need)
            if table is not None:
                left = self._keep(table, left)
        return unmet

    def _keep(self, table: Floats, needs: list[Need]) -> list[Need]:
        """Remember a table; those that it does not meet."""
        self._tables = np.vstack([self._tables, table])
        return [n for n in needs if not _met(table, n)]


def _room(lowest: Floats, highest: Floats) -> Floats:
    return np.maximum(highest - np.maximum(lowest, 1), 0)


def _met(table: Floats, need: Need) -> bool:
    there = float(table[need.cell])
    return there >= need.goal - _WHOLE if need.up else there <= need.goal + _WHOLE
