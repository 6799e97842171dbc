"""Work that treats each area by itself is done once for the same rows: folders filled in one go have most areas in common.

The rows of an area are looked up by themselves, cell by cell, never by a checksum: the answer is the one that computing gives.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

_Key = tuple[object, ...]
"""An area, and what it has in each table: its cells as bytes."""
MOST_ROWS = 400_000
"""Rows that are kept; a country in two versions of each kommun is about 150 000."""
_MOST_PARTS = 8


@dataclass
class ByArea:
    """A function of tables with a column ``area``, whose rows about an area depend on the tables' rows about it alone.

    Its result has the column too and is sorted by it. Called with the same rows of an area again, what came of them then is
    taken.
    """

    compute: Callable[..., pd.DataFrame]
    _kept: list[pd.DataFrame] = field(default_factory=list, init=False)
    _at: dict[_Key, tuple[int, int]] = field(default_factory=dict, init=False)
    _words: dict[str, int] = field(default_factory=dict, init=False)

    def __call__(self, *tables: pd.DataFrame) -> pd.DataFrame:
        """The same as ``compute(*tables)``."""
        if not any(len(table) for table in tables):
            return self.compute(*tables)
        rows_of = [self._rows(table) for table in tables]
        sort = tuple((tuple(table.columns), tuple(map(str, table.dtypes))) for table in tables)
        keys: dict[str, _Key] = {a: (sort, a, *(rows.get(a) for rows in rows_of)) for a in sorted(set().union(*rows_of))}
        new = {area: key for area, key in keys.items() if key not in self._at}
        if new:
            result = self.compute(*(table[table["area"].isin(list(new))] for table in tables))
            if len(new) == len(keys):
                self._keep(result, new)
                return result.copy(deep=False)
            if not self._keep(result, new):
                return self.compute(*tables)
        return self._taken([self._at[key] for key in keys.values()])

    def _keep(self, result: pd.DataFrame, keys: dict[str, _Key]) -> bool:
        """Put the new rows under the others; not rows of other types, which would change those of all."""
        known = sum(map(len, self._kept))
        if self._kept and (known + len(result) > MOST_ROWS or not self._kept[0].dtypes.equals(result.dtypes)):
            self._kept, self._at, self._words = [], {}, {}
            return False
        areas = result["area"].to_numpy(dtype=object)
        starts, stops = (np.searchsorted(areas, list(keys), side=side).tolist() for side in ("left", "right"))
        for key, start, stop in zip(keys.values(), starts, stops, strict=True):
            self._at[key] = (known + start, known + stop)
        self._kept.append(result)
        if len(self._kept) > _MOST_PARTS:
            self._kept = [pd.concat(self._kept, ignore_index=True)]
        return True

    def _taken(self, places: list[tuple[int, int]]) -> pd.DataFrame:
        """The rows at the places, one after another, out of the parts that are kept."""
        chosen = np.concatenate([np.arange(start, stop) for start, stop in places])
        parts, first, order = [], 0, []
        for kept in self._kept:
            here = np.flatnonzero((chosen >= first) & (chosen < first + len(kept)))
            parts.append(kept.take(chosen[here] - first))
            order.append(here)
            first += len(kept)
        return pd.concat(parts, ignore_index=True).take(np.argsort(np.concatenate(order))).reset_index(drop=True)

    def _rows(self, table: pd.DataFrame) -> dict[str, bytes]:
        """The cells of each area's rows, in the table's order."""
        codes, areas = pd.factorize(table["area"])
        order = np.argsort(codes, kind="stable")
        cells = np.ascontiguousarray(np.column_stack([self._cells(table[name]) for name in table])[order])
        ends = np.searchsorted(codes[order], np.arange(len(areas)), side="right").tolist()
        return {str(area): cells[start:end].tobytes() for area, start, end in zip(areas, [0, *ends], ends, strict=False)}

    def _cells(self, column: pd.Series) -> NDArray[np.int64]:
        """A number for each cell, the same for the same cell of whatever table; a missing one has a number of its own."""
        if isinstance(column.dtype, pd.PeriodDtype):
            return np.asarray(column.array.asi8, dtype=np.int64)
        if pd.api.types.is_numeric_dtype(column.dtype):
            values = column.to_numpy(dtype=np.float64, na_value=np.nan)
            return np.asarray(np.where(np.isnan(values), np.nan, values).view(np.int64), dtype=np.int64)
        codes, words = pd.factorize(column)  # -1 is a missing one
        numbers = [self._words.setdefault(word, len(self._words)) for word in words.tolist()]
        cells: NDArray[np.int64] = np.asarray([*numbers, -1], dtype=np.int64)[codes]
        return cells
