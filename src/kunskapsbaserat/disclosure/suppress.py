"""Secondary suppression: which more numbers have to be hidden so that the small ones cannot be had from those shown.

For each small cell that can be told too closely a linear program looks for the cheapest way in which the table could have been
otherwise and that cell wide enough; the shown numbers that would then have been others are hidden (Kelly, Golden and Assad
1992). At the end what turns out not to be needed is shown again.

References
----------
Kelly JP, Golden BL, Assad AA (1992). Cell suppression: disclosure protection for sensitive tabular data. Networks 22.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from kunskapsbaserat.disclosure.linear import Attacker, Flags, Floats, Linked, Need
from kunskapsbaserat.disclosure.rules import PROTECTION, Protection

_NONE = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Suppressed:
    """What is hidden of a linked set; `exposed` are the small numbers that nothing could protect."""

    hidden: Flags
    exposed: tuple[int, ...] = ()


def suppress(
    linked: Linked,
    small: Flags,
    *,
    weight: Floats | None = None,
    known: Flags | None = None,
    unseen: Flags | None = None,
    rule: Protection = PROTECTION,
) -> Suppressed:
    """Hide the small numbers and as few others as protect them.

    Parameters
    ----------
    linked : Linked
        The numbers and what ties them.
    small : array of bool
        Those to be protected. They are hidden.
    weight : array of float, optional
        What it costs to hide each; default 1. A total usually costs more than a part.
    known : array of bool, optional
        What has been published already and cannot be hidden.
    unseen : array of bool, optional
        What no table shows anyhow: the rest beside the parts of a total.
    rule : Protection
        How wide a hidden number's interval has to be.

    Returns
    -------
    Suppressed
        `exposed` names cells that cannot be protected with what is known: everything else beside them is hidden then.

    Examples
    --------
    >>> parts_and_total = Linked.of([32, 3, 20, 9], [(0, (1, 2, 3))])
    >>> small = np.array([False, True, False, False])
    >>> suppress(parts_and_total, small, weight=np.array([3.0, 1, 1, 1])).hidden.tolist()
    [False, True, False, True]
    """
    cost = np.ones(len(linked.values)) if weight is None else np.asarray(weight, dtype=float)
    cost = cost * (1 + np.log1p(linked.values) / 100)  # between two that cost the same the smaller goes
    fixed = np.zeros(len(cost), dtype=bool) if known is None else known
    # A zero is always shown, so no table in which a zero is something else can be what a reader has to reckon with.
    free = ~fixed & (linked.values > 0)
    first = small if unseen is None else small | unseen
    hidden, exposed = first.copy(), set[int]()
    needs = needs_of(linked, np.flatnonzero(small & linked.tied), rule)
    attacker = Attacker(linked)
    while unmet := [n for n in attacker.told(hidden, needs) if n.cell not in exposed]:
        for need in unmet[: max(1, len(unmet) // 4)]:  # what hides one often hides others: look again after a few
            more = _cheapest(linked, hidden, need, free, cost)
            if more is None:
                exposed.add(need.cell)
                more = _all_beside(linked, hidden, need.cell, free)
            hidden = hidden | more
    needs = [n for n in needs if n.cell not in exposed]
    hidden = _shown_again(attacker, hidden, first, needs, exposed, cost)
    return Suppressed(hidden, tuple(sorted(exposed)))


def needs_of(linked: Linked, cells: Iterable[int], rule: Protection = PROTECTION) -> list[Need]:
    """What hidden cells need: to be possible so low and so high as the rule says, or as the marks beside them allow."""
    found = []
    for cell in map(int, cells):
        least = float(linked.least[cell])
        found += [Need(cell, max(rule.high, least + rule.span), True), Need(cell, max(rule.low, least), False)]
    return found


def _cheapest(linked: Linked, hidden: Flags, need: Need, free: Flags, cost: Floats) -> Flags | None:
    """The cells that the cheapest other table, with this cell at its goal, has otherwise; None when there is none."""
    from scipy import optimize, sparse

    can = np.flatnonzero(free | hidden)
    columns = linked.relations[:, can]
    rows = np.flatnonzero(np.diff(columns.indptr))
    ties = columns[rows]
    price = np.where(hidden[can], 1e-4, cost[can])
    down = np.maximum(linked.values[can] - np.minimum(linked.least[can], linked.values[can]), 0)
    change = need.goal - linked.values[need.cell]
    at = int(np.searchsorted(can, need.cell))
    up_bounds: list[tuple[float, float | None]] = [(0, None)] * len(can)
    down_bounds: list[tuple[float, float | None]] = [(0, float(d)) for d in down]
    up_bounds[at] = (max(change, 0), max(change, 0))
    down_bounds[at] = (max(-change, 0), max(-change, 0))
    found = optimize.linprog(
        np.concatenate([price, price]),
        A_eq=sparse.hstack([ties, -ties]),
        b_eq=np.zeros(len(rows)),
        bounds=up_bounds + down_bounds,
    )
    if found.status != 0:
        return None
    moved = np.abs(found.x[: len(can)] - found.x[len(can) :]) > _NONE
    out = np.zeros(len(hidden), dtype=bool)
    out[can[moved]] = True
    return out


def _all_beside(linked: Linked, hidden: Flags, cell: int, free: Flags) -> Flags:
    """Everything that may be hidden in the relations that the cell stands in."""
    rows = np.flatnonzero(linked.relations[:, [cell]].toarray().ravel())
    beside = np.asarray(abs(linked.relations[rows]).sum(axis=0)).ravel() > 0
    return beside & (free | hidden)


def _shown_again(attacker: Attacker, hidden: Flags, first: Flags, needs: list[Need], exposed: set[int], cost: Floats) -> Flags:
    """Show each other number whose showing leaves everything as safe as it is, the dearest first."""
    linked = attacker.linked
    kept = np.zeros(len(hidden), dtype=bool)
    for cell in exposed:  # beside what cannot be protected nothing is shown again
        kept |= _all_beside(linked, hidden, cell, hidden)
    for other in sorted(np.flatnonzero(hidden & ~first & ~kept), key=lambda c: (-cost[c], -linked.values[c])):
        fewer = hidden.copy()
        fewer[other] = False
        if not attacker.told(fewer, needs, first=True):
            hidden = fewer
    return hidden
