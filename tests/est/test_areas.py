"""The kommun's own map of areas: GeoJSON and GeoPackage give the same, and events are counted in the area they lie in."""

from __future__ import annotations

import json
import sqlite3
import struct
from pathlib import Path

import numpy as np
import pytest
import shapely
from folders import LAST, made_folder

from kunskapsbaserat.data.est import areas, coordinates, sheets
from kunskapsbaserat.errors import FileError
from kunskapsbaserat.report.documents.est import material as est_material
from kunskapsbaserat.report.documents.est import quarter as est_quarter

MIDDLE = (524_000.0, 6_705_000.0)  # of Borlänge, SWEREF 99 TM
SQUARES = {
    "2081A0010": shapely.box(523_000, 6_704_000, 524_000, 6_706_000),
    "2081A0020": shapely.box(524_000, 6_704_000, 525_000, 6_706_000),
    "2080C1010": shapely.box(525_000, 6_704_000, 526_000, 6_706_000),  # in Falun
}


def degrees(shape: shapely.Geometry) -> shapely.Geometry:
    return shapely.transform(shape, lambda p: np.column_stack(coordinates.from_sweref99tm(p[:, 0], p[:, 1])[::-1]))


def geojson(path: Path, *, metres: bool) -> Path:
    features = [
        {
            "type": "Feature",
            "geometry": json.loads(shapely.to_geojson(shape if metres else degrees(shape))),
            "properties": {"objectid": at, "desokod": code, "kommunkod": code[:4]},
        }
        for at, (code, shape) in enumerate(SQUARES.items())
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


def package(path: Path) -> Path:
    """A GeoPackage by the standard's tables, made by hand, with an envelope before the second geometry."""
    with sqlite3.connect(path) as book:
        book.execute("CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, srs_id INTEGER)")
        book.execute("INSERT INTO gpkg_geometry_columns VALUES ('DeSO 2025', 'geom', 3006)")
        book.execute('CREATE TABLE "DeSO 2025" (fid INTEGER PRIMARY KEY, geom BLOB, desokod TEXT)')
        for at, (code, shape) in enumerate(SQUARES.items()):
            envelope = struct.pack("<4d", *np.array(shape.bounds)[[0, 2, 1, 3]]) if at == 1 else b""
            head = b"GP" + bytes([0, 1 | (bool(envelope) << 1)]) + struct.pack("<i", 3006) + envelope
            book.execute('INSERT INTO "DeSO 2025" VALUES (?, ?, ?)', (at, head + shapely.to_wkb(shape), code))
    book.close()
    return path


def test_every_format_gives_the_same_shapes(tmp_path: Path):
    folder = tmp_path / "å och mellanslag"
    folder.mkdir()
    made = (
        geojson(folder / "grader.geojson", metres=False),
        geojson(folder / "meter.geojson", metres=True),
        package(folder / "omraden.gpkg"),
    )
    for path in made:
        found = areas.read(path, kommun="2081")
        assert list(found) == ["2081A0010", "2081A0020"], path.name
        for code, shape in found.items():
            assert shapely.hausdorff_distance(shape, SQUARES[code]) < 0.01, path.name
    assert list(areas.read(made[2])) == list(SQUARES)
    assert shapely.area(areas.outline(made[1], kommun="2081")) == pytest.approx(4e6)


@pytest.mark.parametrize(("name", "content"), [("omraden.gpkg", b"not a database at all" * 60), ("omraden.geojson", b"{}")])
def test_what_is_no_map_is_said(name: str, content: bytes, tmp_path: Path):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(FileError, match="areas"):
        areas.read(tmp_path / name)


def test_a_name_on_the_map_that_looks_personal_is_not_shown(tmp_path: Path):
    square = json.loads(shapely.to_geojson(SQUARES["2081A0010"]))
    features = [{"geometry": square, "properties": {"namn": name}} for name in ("Centrum", "Storgatan 14 B", "Anna Svensson")]
    path = tmp_path / "omraden.geojson"
    path.write_text(json.dumps({"features": features}), encoding="utf-8")
    assert list(areas.read(path)) == ["Centrum", "Område 2", "Område 3"]


def test_no_area_of_the_kommun_is_said(tmp_path: Path):
    with pytest.raises(FileError, match="areas"):
        areas.read(package(tmp_path / "o.gpkg"), kommun="0180")


def test_events_are_counted_where_they_lie(tmp_path: Path):
    at = [(523_500, 6_705_000)] * 4 + [(524_500, 6_705_000)] * 7 + [(530_000, 6_705_000)] + [(None, None)] * 2
    rows = [
        [f"H{n}", str(LAST), f"{LAST} 10:00", None, "Klotter" if n % 2 else "Narkotika", None, x, y, None, None, "Polisen"]
        for n, (x, y) in enumerate(at)
    ]
    path = made_folder(tmp_path / "k", {sheets.EVENTS: rows})
    package(path / "est" / "omraden.gpkg")
    section = est_quarter.area_section(est_material.load(data=path))
    assert section is not None
    table = section.blocks[0]
    assert [row[:2] for row in table.rows] == [["2081A0020", "7"], ["2081A0010", "4"]]
    assert "två händelser utan punkt" in table.source.casefold()
    assert "en händelse ligger utanför" in table.source.casefold()
