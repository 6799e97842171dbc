"""One row of a sheet of ``est.xlsx``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Item:
    """One row of a sheet: its values by column name; a missing one is absent.

    Examples
    --------
    >>> from kunskapsbaserat.data.est import Item
    >>> row = Item("Problem", 4, {"id": "P1", "namn": "Klotter vid skolan"})
    >>> row.namn, row.ansvarig  # what the row does not have is None
    ('Klotter vid skolan', None)
    """

    sheet: str
    row: int
    cells: Mapping[str, Any]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self.cells.get(name)
