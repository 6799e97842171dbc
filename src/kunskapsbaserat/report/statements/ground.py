"""What lies beneath a map of places: the kommun and its neighbours, tätorter and names, from the folder or from the package.

Only the public geography. Which of the kommun's own places are named is for the page to say: the public one names none that its
table does not.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import shapely

from kunskapsbaserat.data import fetched, maps
from kunskapsbaserat.data.est import areas, coordinates
from kunskapsbaserat.kommun import Kommun
from kunskapsbaserat.kommun_outlines import outlines_in_degrees
from kunskapsbaserat.report.page.charts.place_map import Ground

_NEAR = 40_000.0  # metres beyond the kommun's limits in which neighbours are drawn
_MAPS = ("deso", "tatorter")


def ground_of(
    kommun: Kommun, folder: Path, own_areas: Path | None = None, places: Mapping[str, tuple[float, float]] | None = None
) -> Ground:
    """The ground of a kommun's maps; `own_areas` is its own map of areas, when there is one.

    The outline is the kommun's DeSO as `kunskap hamta` fetched them, else its own map of areas, else the coarse one that the
    package carries. Land and water are the package's; tätorter are there when they have been fetched.

    Raises
    ------
    FileError
        A map in the folder has been changed or is damaged.
    """
    own, land = _embedded(kommun.code)
    outline, coarse = own, True
    if _has(folder, "deso"):
        outline, coarse = shapely.union_all(list(maps.read(folder, "deso").values())), False
    elif own_areas is not None:
        outline, coarse = areas.outline(own_areas, kommun=kommun.code), False
    towns = maps.read(folder, "tatorter") if _has(folder, "tatorter") else {}
    return Ground(kommun.name, outline, land, towns, dict(places or {}), coarse)


def digests(folder: Path, own_areas: Path | None = None) -> dict[str, str]:
    """Of the maps that the ground is made of, by their name in the folder."""
    paths = [_path(folder, name) for name in _MAPS if _has(folder, name)]
    paths += [own_areas] if own_areas is not None else []
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def _path(folder: Path, name: str) -> Path:
    return folder / fetched.FOLDER / f"{name}.geojson"


def _has(folder: Path, name: str) -> bool:
    return _path(folder, name).exists()


@functools.lru_cache(maxsize=16)
def _embedded(code: str) -> tuple[shapely.Geometry, tuple[shapely.Geometry, ...]]:
    """The kommun, and all land in and around it, in SWEREF 99 TM."""
    raw = outlines_in_degrees()
    west, south, east, north = shapely.bounds(raw[code])
    wide, tall = _NEAR / 50_000.0, _NEAR / 110_000.0  # a degree of longitude is 50 km in the middle of Sweden
    around = shapely.box(west - wide, south - tall, east + wide, north + tall)
    near = [shape for shape in raw.values() if shapely.intersects(around, shapely.box(*shapely.bounds(shape)))]
    own = shapely.make_valid(shapely.transform(raw[code], _metres))
    return own, tuple(shapely.make_valid(np.array([shapely.transform(shape, _metres) for shape in near])))


def _metres(points: np.ndarray) -> np.ndarray:
    return np.column_stack(coordinates.to_sweref99tm(points[:, 1], points[:, 0]))
