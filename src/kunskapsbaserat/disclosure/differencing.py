"""What can be told from several published figures together: sums over some periods less sums over others.

Everything ever published about a partition (the places of all events) is a set of linear equations in the counts of each part
in each period, and no count is below 0. A figure may be published when no count of a part over any run of periods that is
small, and so protected, can be told closer than the rule allows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kunskapsbaserat.disclosure.linear import Attacker, Flags, Floats, Linked
from kunskapsbaserat.disclosure.rules import PROTECTION, Protection


@dataclass(frozen=True, slots=True, order=True)
class Sum:
    """The count of one part over the periods `first` to `last` (numbers, both included)."""

    part: int
    first: int
    last: int


def publishable(
    counts: NDArray[np.int64],
    published: Sequence[Sum],
    candidates: Sequence[Sum],
    *,
    smallest: int = 5,
    rule: Protection = PROTECTION,
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
    rule : Protection
        Its `span`: how far apart the smallest and the largest possible value of a protected count have to be.

    Returns
    -------
    tuple of Sum
        Those that may be published together with all that was published before. What is small itself is never among them. A
        count that totals or earlier figures hold closer than the rule already is told no closer.
    """
    allowed: set[Sum] = set()
    for first, last in _linked([*published, *candidates]):
        inside = [s for s in candidates if first <= s.first <= last]
        if inside:
            before = [s for s in published if first <= s.first <= last]
            allowed |= _within(counts[:, first : last + 1], before, inside, first, smallest, rule)
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
    counts: NDArray[np.int64], published: Sequence[Sum], candidates: Sequence[Sum], start: int, smallest: int, rule: Protection
) -> set[Sum]:
    """`publishable` in one run of periods, the first of them number `start`.

    The parts that no sum names stand in the totals and nowhere else: no equation tells them apart, and they count as one.
    """
    names = sorted({s.part for s in (*published, *candidates)})
    rest = np.delete(counts, names, axis=0)
    rows = [counts[names], rest.sum(axis=0, keepdims=True)] if len(rest) else [counts[names]]
    at = {part: number for number, part in enumerate(names)}
    here = {s: Sum(at[s.part], s.first - start, s.last - start) for s in (*published, *candidates)}
    system = _System(np.concatenate(rows), list(dict.fromkeys(here.values())), smallest)
    wanted = [s for s in candidates if not 0 < system.value(here[s]) < smallest]
    return set(system.allowed([here[s] for s in published], wanted, [here[s] for s in wanted], rule.span))


class _System:
    """Counts by part and period, their totals, the sums, and the small counts over runs of periods: all as cells."""

    def __init__(self, counts: NDArray[np.int64], sums: Sequence[Sum], smallest: int) -> None:
        self.counts = counts
        periods = counts.shape[1]
        protected = _protected(counts, smallest)
        listed = [*dict.fromkeys([*sums, *protected])]
        values = [*counts.ravel(), *counts.sum(axis=0), *(self.value(s) for s in listed)]
        totals = counts.size
        ties = [(totals + t, range(t, totals, periods)) for t in range(periods)]
        ties += [
            (totals + periods + n, range(s.part * periods + s.first, s.part * periods + s.last + 1))
            for n, s in enumerate(listed)
        ]
        self.at = {s: totals + periods + n for n, s in enumerate(listed)}
        self.attacker = Attacker(Linked.of(values, ties, least=0))
        self.protected = np.array([self.at[s] for s in protected], dtype=np.int64)
        self.hidden = np.ones(len(values), dtype=bool)
        self.hidden[totals : totals + periods] = False

    def value(self, total: Sum) -> int:
        return int(self.counts[total.part, total.first : total.last + 1].sum())

    def allowed(self, published: Sequence[Sum], wanted: Sequence[Sum], cells: Sequence[Sum], span: int) -> list[Sum]:
        """Those of `wanted` (whose cells are `cells`) that may be shown: all if they can be, else one after the other."""
        shown = self._shown(self.hidden, published)
        enough = self._spread(shown, np.full(len(self.protected), float(span)))
        if self._safe(self._shown(shown, cells), enough):
            return list(wanted)
        kept: list[Sum] = []
        for said, cell in zip(wanted, cells, strict=True):
            if self._safe(more := self._shown(shown, [cell]), enough):
                shown = more
                kept.append(said)
        return kept

    def _shown(self, hidden: Flags, sums: Sequence[Sum]) -> Flags:
        less = hidden.copy()
        less[[self.at[s] for s in sums]] = False
        return less

    def _safe(self, hidden: Flags, enough: Floats) -> bool:
        return bool((self._spread(hidden, enough, first=True) >= enough).all())

    def _spread(self, hidden: Flags, wanted: Floats, *, first: bool = False) -> Floats:
        """Of the protected counts; one that is shown itself has none."""
        found = np.zeros(len(wanted))
        still = hidden[self.protected]
        found[still] = self.attacker.spread(hidden, self.protected[still].tolist(), wanted[still], first=first)
        return found


def _protected(counts: NDArray[np.int64], smallest: int) -> list[Sum]:
    """Every run of periods of every part whose count is small but not zero."""
    until = np.pad(counts.cumsum(axis=1), ((0, 0), (1, 0)))
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
