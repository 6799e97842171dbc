"""Which rows of a table are sums of others: whoever has the table can see it in the numbers, so the gate looks there too.

A file of the kommun's own says nowhere that "brand_totalt" is the sum of "brand_bil" and "brand_skola". It is found by looking
for rows that add up in every period.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MOST_STEPS = 20_000  # of the search for one total: 20 rows are searched whole
RECENT = 3  # a part that came late is not in the sums before it, so the latest periods are looked at by themselves
_SAYS_TOTAL = re.compile(r"total|summa|samtlig|sammanlag|alla(?:_|$)|^hela", re.IGNORECASE)


def totals(rows: Mapping[str, Floats], *, tolerance: float = 0.5) -> list[tuple[str, tuple[str, ...]]]:
    """Rows that are the sum of others.

    Parameters
    ----------
    rows : mapping of str to array, shape (periods,)
        By name; NaN where a period is missing. All 0 or more.
    tolerance : float
        How much a sum may differ: less than one half for counts.

    Returns
    -------
    list of (str, tuple of str)
        The total, and parts that add up to it in every period that it has, or in the latest three. Where rows are compared in
        one period only, sums come about by chance: then the name has to say that it is a total, or the parts have to be all
        other rows.

    Examples
    --------
    >>> fires = {"alla": [9.0, 7], "bil": [3.0, 4], "skola": [6.0, 3], "annat": [8.0, 8]}
    >>> totals({name: np.array(row) for name, row in fires.items()})
    [('alla', ('bil', 'skola'))]
    """
    found: dict[tuple[str, tuple[str, ...]], None] = {}
    for name, row in rows.items():
        known = np.flatnonzero(~np.isnan(row))
        for periods in (known, known[-RECENT:]):
            others = {n: r[periods] for n, r in rows.items() if n != name and not np.isnan(r[periods]).any()}
            others = {n: r for n, r in others.items() if r.any()}
            if not len(periods) or not row[periods].any() or len(others) < 2:
                continue
            for parts in _adding_up(row[periods], others, tolerance):
                if len(periods) > 1 or _SAYS_TOTAL.search(name) or len(parts) == len(others):
                    found[name, parts] = None
    return list(found)


def _adding_up(total: Floats, others: Mapping[str, Floats], tolerance: float) -> Iterator[tuple[str, ...]]:
    """Every set of two or more rows that adds up to the total, as far as `MOST_STEPS` goes."""
    names = sorted((n for n, r in others.items() if (r <= total + tolerance).all()), key=lambda n: (-others[n].sum(), n))
    values = [others[n] for n in names]
    # What all rows from here on have together: when it does not reach, nothing further does.
    remaining = np.vstack([*np.cumsum(values[::-1], axis=0)[::-1], np.zeros_like(total)]) if values else total[np.newaxis] * 0
    steps = 0
    stack: list[tuple[int, Floats, tuple[str, ...]]] = [(0, total, ())]
    while stack and steps < MOST_STEPS:
        steps += 1
        at, left, chosen = stack.pop()
        if (np.abs(left) <= tolerance).all():
            if len(chosen) > 1:
                yield tuple(sorted(chosen))
            continue
        if at == len(values) or (remaining[at] < left - tolerance).any():
            continue
        stack.append((at + 1, left, chosen))
        if (values[at] <= left + tolerance).all():
            stack.append((at + 1, left - values[at], (*chosen, names[at])))


def says_total(name: str) -> bool:
    """Does a row's name say that it holds the others?"""
    return bool(_SAYS_TOTAL.search(name))


def nested(periods: Sequence[str]) -> list[tuple[str, tuple[str, ...]]]:
    """Years and their quarters or months, quarters and their months, where all of them are there.

    Examples
    --------
    >>> nested(["2024", "2024Q1", "2024Q2", "2024Q3", "2024Q4"])
    [('2024', ('2024Q1', '2024Q2', '2024Q3', '2024Q4'))]
    """
    have, found = set(periods), []
    for period in dict.fromkeys(periods):
        year, _, quarter = period.partition("Q")
        first = 3 * int(quarter) - 2 if quarter else 1
        months = tuple(f"{year}-{month:02}" for month in range(first, first + (3 if quarter else 12)))
        quarters = tuple(f"{year}Q{n}" for n in range(1, 5))
        for parts in (months, () if quarter else quarters):
            if "-" not in period and parts and have.issuperset(parts):
                found.append((period, parts))
    return found
