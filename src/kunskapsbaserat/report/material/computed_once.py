"""What reports have in common is computed once: results kept beside the table they come from, and rows found by area.

The embedded tables are the same for all kommuner, so a process that makes many reports (or is copied from one that has) finds
here what the first one computed. A kommun's own folder gives tables of its own, whose results go when they go. A shared table
is never changed; the engine checks that (`data.embedded.altered`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd
from numpy.typing import NDArray

T = TypeVar("T")

_ATTRIBUTE = "_kunskapsbaserat_kept"


@dataclass(slots=True, weakref_slot=True, eq=False)
class _Kept:
    """What is kept of one table, and of it together with another (which goes when either table goes)."""

    alone: dict[object, Any] = field(default_factory=dict)
    together: WeakKeyDictionary[_Kept, dict[object, Any]] = field(default_factory=WeakKeyDictionary)


def once(table: pd.DataFrame, name: object, compute: Callable[[], T], *, also: pd.DataFrame | None = None) -> T:
    """The result called `name` of this very table (and of `also`): computed at the first call, kept as long as it lives."""
    kept = _kept_of(table)
    results = kept.alone if also is None else kept.together.setdefault(_kept_of(also), {})
    if name not in results:
        results[name] = compute()
    result: T = results[name]
    return result


_LATEST: dict[str, list[pd.DataFrame]] = {}
_REMEMBERED = 8  # of each name, the latest: one report has some parts of its own beside what all have


def same_as_before(name: str, table: pd.DataFrame) -> pd.DataFrame:
    """The table, or an earlier one with the same cells, so that what was computed from that one is found.

    Folders that were filled in one go have the same figures of the whole country, each in files of its own.
    """
    latest = _LATEST.setdefault(name, [])
    known = next((at for at, earlier in enumerate(latest) if len(earlier) == len(table) and earlier.equals(table)), None)
    found = table if known is None else latest.pop(known)
    latest.insert(0, found)
    del latest[_REMEMBERED:]
    return found


def _kept_of(table: pd.DataFrame) -> _Kept:
    # Among the table's own attributes: pandas hands them on to no copy, and setattr would take a mapping for a column.
    kept: _Kept = vars(table).setdefault(_ATTRIBUTE, _Kept())
    return kept


def rows_of(table: pd.DataFrame, area: str) -> pd.DataFrame:
    """The rows of one area, as ``table[table["area"] == area]`` gives them, read from the whole table once."""
    return once(table, ("rows", area), lambda: rows_in(table, (area,))).copy(deep=False)


def rows_in(table: pd.DataFrame, areas: Collection[str]) -> pd.DataFrame:
    """The rows of some areas in the table's order, as ``table[table["area"].isin(areas)]`` gives them."""
    places = once(table, "places", lambda: _places(table))
    positions = [places[area] for area in dict.fromkeys(areas) if area in places]
    if not positions:
        return table.iloc[:0]
    chosen = positions[0] if len(positions) == 1 else np.sort(np.concatenate(positions))
    first, last = int(chosen[0]), int(chosen[-1])
    # Rows that follow on one another are looked at where they stand; others are copied.
    return table.iloc[first : last + 1] if last - first + 1 == len(chosen) else table.iloc[chosen]


def _places(table: pd.DataFrame) -> dict[str, NDArray[np.intp]]:
    return dict(table.groupby("area", sort=False).indices)
