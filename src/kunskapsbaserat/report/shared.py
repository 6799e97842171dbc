"""What reports have in common is computed once: results kept beside the table they come from, and rows found by area.

The embedded tables are the same for all kommuner, so a process that makes many reports (or is copied from one that has) finds
here what the first one computed. A kommun's own folder gives tables of its own, whose results go when they go. A shared table
is never changed; the engine checks that (`data.embedded.altered`).
"""

from __future__ import annotations

import functools
import weakref
from collections.abc import Callable, Collection, MutableMapping
from typing import Any, TypeVar

import numpy as np
import pandas as pd

T = TypeVar("T")

_KEPT: dict[int, tuple[weakref.ref[pd.DataFrame], dict[object, object]]] = {}


def once(table: pd.DataFrame, name: object, compute: Callable[[], T]) -> T:
    """The result called `name` of this very table: computed at the first call, kept as long as the table lives."""
    key = id(table)
    found = _KEPT.get(key)
    if found is None or found[0]() is not table:
        found = _KEPT[key] = weakref.ref(table, functools.partial(_forget, _KEPT, key)), {}
    kept = found[1]
    if name not in kept:
        kept[name] = compute()
    return kept[name]  # type: ignore[return-value]


def _forget(kept: MutableMapping[int, Any], key: int, _gone: object) -> None:
    kept.pop(key, None)


def rows_of(table: pd.DataFrame, area: str) -> pd.DataFrame:
    """The rows of one area, as ``table[table["area"] == area]`` gives them, without reading the whole table."""
    return rows_in(table, (area,))


def rows_in(table: pd.DataFrame, areas: Collection[str]) -> pd.DataFrame:
    """The rows of some areas in the table's order, as ``table[table["area"].isin(areas)]`` gives them."""
    places = once(table, "places", lambda: _places(table))
    found = [places[area] for area in dict.fromkeys(areas) if area in places]
    if not found:
        return table.iloc[:0]
    return table.iloc[found[0] if len(found) == 1 else np.sort(np.concatenate(found))]


def _places(table: pd.DataFrame) -> dict[str, np.ndarray]:
    return dict(table.groupby("area", sort=False).indices)
