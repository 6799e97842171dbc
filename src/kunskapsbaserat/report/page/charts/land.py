"""The land of a map in pixels, prepared once for each län: outlines as path data, what lies where, and who borders on whom.

The library of shapes is loaded with the first map: most who load the charts draw none.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np

MAP_WIDTH = 480
CELL = 4  # pixels a side of the squares in which it is known what lies where


@dataclass(frozen=True, slots=True, eq=False)
class Land:
    """An area of a map: its outline as path data, and the cells it fills.

    The cells are summed from the upper left corner of the area's own box, which lies at `row` and `column` of the map.
    """

    name: str
    path: str
    cells: np.ndarray
    row: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class LanMap:
    """A län in pixels, y downwards."""

    height: int
    kommuner: dict[str, Land]
    centres: dict[str, tuple[float, float]]
    neighbours: dict[str, frozenset[str]]
    all_land: np.ndarray  # cells of the län, summed
    others: tuple[Land, ...]  # the neighbouring län
    pixels_per_km: float


@functools.cache
def lan_map(lan_code: str) -> LanMap:
    """The map of a län, prepared at the first call."""
    from kunskapsbaserat.report.page.charts.geography import prepared_lan

    return prepared_lan(lan_code)


@functools.cache
def sweden(height: int) -> tuple[dict[str, str], str, float]:
    """Path data of every län and of the whole country `height` pixels high, and its width."""
    from kunskapsbaserat.report.page.charts.geography import prepared_sweden

    return prepared_sweden(height)
