"""The kommun's own map of areas (GeoJSON or GeoPackage, WGS 84 or SWEREF 99 TM) as shapes in metres."""

from __future__ import annotations

import contextlib
import json
import re
import sqlite3
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from kunskapsbaserat.data import files
from kunskapsbaserat.data.est import coordinates, private
from kunskapsbaserat.errors import FileError

CODES = ("desokod", "deso", "regsokod", "regso", "kod", "regsonamn", "namn", "name", "omrade", "område")
"""What the property that names an area is called in Swedish files, the best first."""

KOMMUN = ("kommunkod", "kommun")
_DESO = re.compile(r"(\d{4})[A-CR]\d{3,4}")
_ENVELOPES = (0, 32, 48, 48, 64)  # bytes, by the flag of a GeoPackage geometry


def read(path: Path, *, code: str | None = None, kommun: str | None = None) -> dict[str, shapely.Geometry]:
    """Shapes by code, in SWEREF 99 TM. A name that looks like a person's or an address becomes a number.

    Parameters
    ----------
    path : Path
        A GeoJSON FeatureCollection, or the first layer of a GeoPackage: areas, such as SCB's DeSO or RegSO.
    code : str, optional
        The property that names each area; default the first of `CODES`, else the first whose values are all there and differ.
    kommun : str, optional
        Keep only the areas of this kommun, where the file says which kommun they lie in.

    Raises
    ------
    FileError
        It is no map of areas in Sweden.

    References
    ----------
    OGC 12-128r18, GeoPackage Encoding Standard 1.3, clause 2.1.3 (the header before each geometry).
    """
    shapes, about = _package(path) if path.suffix.casefold() == ".gpkg" else _geojson(path)
    names = _names(about, code)
    kept = [at for at, properties in enumerate(about) if kommun is None or _kommun(properties, names[at]) in (None, kommun)]
    moved = [shapely.transform(shapely.force_2d(shapes[at]), _to_metres) for at in kept]
    if not moved or any(not np.isfinite(shapely.get_coordinates(shape)).all() for shape in moved):
        raise FileError("not_areas", path, "has areas outside Sweden", "har områden utanför Sverige, eller inga i kommunen.")
    shown = [f"Område {number}" if private.kind_of(names[at]) else names[at] for number, at in enumerate(kept, start=1)]
    return dict(zip(shown, shapely.make_valid(np.array(moved)), strict=True))


def outline(path: Path, *, kommun: str | None = None) -> shapely.Geometry:
    """All areas together."""
    return shapely.union_all(list(read(path, kommun=kommun).values()))


def _geojson(path: Path) -> tuple[list[shapely.Geometry], list[dict[str, Any]]]:
    try:
        features = json.loads(files.read_bytes(path).decode("utf-8-sig"))["features"]
        return [shapely.from_geojson(json.dumps(f["geometry"])) for f in features], [
            f.get("properties") or {} for f in features
        ]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, shapely.errors.GEOSException):
        raise FileError("not_areas", path, "is no GeoJSON of areas", "är ingen GeoJSON med områden.") from None


def _package(path: Path) -> tuple[list[shapely.Geometry], list[dict[str, Any]]]:
    try:
        with contextlib.closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as book:
            book.row_factory = sqlite3.Row
            layer = book.execute("SELECT table_name, column_name FROM gpkg_geometry_columns ORDER BY rowid").fetchone()
            quoted = str(layer["table_name"]).replace('"', '""')
            rows = [dict(row) for row in book.execute(f'SELECT * FROM "{quoted}"')]
        return [_shape(row.pop(layer["column_name"])) for row in rows], rows
    except (sqlite3.Error, KeyError, TypeError, IndexError, ValueError, shapely.errors.GEOSException):
        raise FileError("not_areas", path, "is no GeoPackage of areas", "är ingen GeoPackage med områden.") from None


def _shape(blob: bytes) -> shapely.Geometry:
    """The geometry behind the header of a GeoPackage: magic, version, flags, reference system and an envelope."""
    if blob[:2] != b"GP":
        raise ValueError("not a GeoPackage geometry")
    return shapely.from_wkb(blob[8 + _ENVELOPES[(blob[3] >> 1) & 7] :])


def _kommun(properties: dict[str, Any], name: str) -> str | None:
    """Code of the kommun that an area says it lies in."""
    said = {key.casefold(): str(value) for key, value in properties.items()}
    told = next((said[key] for key in KOMMUN if re.fullmatch(r"\d{3,4}", said.get(key, ""))), None)
    if told is not None:
        return told.zfill(4)
    match = _DESO.fullmatch(name)
    return match[1] if match else None


def _to_metres(points: np.ndarray) -> np.ndarray:
    return np.column_stack(coordinates.plane(points[:, 1], points[:, 0]))


def _names(about: list[dict[str, Any]], code: str | None) -> list[str]:
    there = list(about[0]) if about else []
    known = [key for wanted in CODES for key in there if key.casefold() == wanted]
    for key in [code] if code else [*known, *there]:
        said = [str(properties.get(key)) for properties in about]
        if len(set(said)) == len(said):
            return said
    return [str(number) for number in range(1, len(about) + 1)]
