"""One row of a sheet of ``est.xlsx``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Item:
    """One row of a sheet: its values by column name; a missing one is absent."""

    sheet: str
    row: int
    cells: Mapping[str, Any]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self.cells.get(name)
