"""The kommun's own map of areas (GeoJSON in WGS 84 or SWEREF 99 TM) as shapes in metres."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from kunskapsbaserat.data import files
from kunskapsbaserat.data.est import coordinates
from kunskapsbaserat.errors import FileError


def read(path: Path, *, code: str | None = None) -> dict[str, shapely.Geometry]:
    """Shapes by code, in SWEREF 99 TM.

    Parameters
    ----------
    path : Path
        A FeatureCollection of polygons.
    code : str, optional
        The property that names each area; default the first whose values are all there and differ.

    Raises
    ------
    FileError
        It is no map of areas in Sweden.
    """
    try:
        features = json.loads(files.read_bytes(path).decode("utf-8-sig"))["features"]
        shapes = [shapely.from_geojson(json.dumps(f["geometry"])) for f in features]
        about = [f.get("properties") or {} for f in features]
    except (ValueError, KeyError, TypeError, AttributeError, shapely.errors.GEOSException):
        raise FileError("not_areas", path, "is no GeoJSON of areas", "är ingen GeoJSON med områden.") from None
    names = _names(about, code)
    moved = [shapely.transform(shape, _to_metres) for shape in shapes]
    if not moved or any(not np.isfinite(shapely.bounds(shape)).all() for shape in moved):
        raise FileError("not_areas", path, "has areas outside Sweden", "har områden utanför Sverige.")
    return dict(zip(names, shapely.make_valid(np.array(moved)), strict=True))


def outline(path: Path) -> shapely.Geometry:
    """All areas together."""
    return shapely.union_all(list(read(path).values()))


def _to_metres(points: np.ndarray) -> np.ndarray:
    return np.column_stack(coordinates.plane(points[:, 1], points[:, 0]))


def _names(about: list[dict[str, Any]], code: str | None) -> list[str]:
    keys = [code] if code else list(about[0]) if about else []
    for key in keys:
        said = [str(properties.get(key)) for properties in about]
        if len(set(said)) == len(said):
            return said
    return [str(number) for number in range(1, len(about) + 1)]
