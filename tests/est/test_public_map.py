"""The public cells as a GeoPackage: by the standard, and nothing in it that the public page does not tell."""

from __future__ import annotations

import base64
import sqlite3
from datetime import date
from pathlib import Path

import pytest
import shapely
from simulated import record, report

from kunskapsbaserat.data import geopackage
from kunskapsbaserat.data.est import areas
from kunskapsbaserat.report.documents.est.public import CELL
from kunskapsbaserat.report.documents.est.public_map import FILE


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("karta") / FILE
    path.write_bytes(base64.b64decode(record()["files_as_base64"][FILE]))
    return path


def test_the_tables_that_the_standard_asks_for(package: Path):
    """OGC 12-128r18: the requirements on application id, integrity, keys, reference systems, contents and geometry columns."""
    with sqlite3.connect(package) as book:
        assert book.execute("PRAGMA application_id").fetchone()[0] == int.from_bytes(b"GPKG", "big")
        assert book.execute("PRAGMA user_version").fetchone()[0] == 10300
        assert book.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert book.execute("PRAGMA foreign_key_check").fetchall() == []
        systems = dict(book.execute("SELECT srs_id, organization FROM gpkg_spatial_ref_sys"))
        assert systems == {-1: "NONE", 0: "NONE", 4326: "EPSG", 3006: "EPSG"}
        ((name, kind, changed, srs),) = book.execute("SELECT table_name, data_type, last_change, srs_id FROM gpkg_contents")
        assert (kind, changed, srs) == ("features", "2026-11-15T00:00:00.000Z", 3006)
        assert book.execute("SELECT * FROM gpkg_geometry_columns").fetchall() == [(name, "geom", "POLYGON", 3006, 0, 0)]
        keys = [row[1] for row in book.execute(f'PRAGMA table_info("{name}")') if row[5]]
        assert keys == ["fid"]
        types = {row[1]: row[2] for row in book.execute(f'PRAGMA table_info("{name}")')}
        assert types["geom"] == "POLYGON"
    assert package.suffix == ".gpkg"


def test_the_cells_are_those_of_the_public_table(package: Path):
    told = report().tables()["offentlig_platser"].frame
    drawn = told[told["x"].notna()]
    with sqlite3.connect(package) as book:
        rows = book.execute("SELECT geom, plats, antal, fran, till_och_med FROM rutor ORDER BY fid").fetchall()
    assert [row[1:] for row in rows] == [
        (p.plats, p.antal, p.fran.isoformat(), p.till_och_med.isoformat()) for p in drawn.itertuples()
    ]
    for row, place in zip(rows, drawn.itertuples(), strict=True):
        shape = shapely.from_wkb(row[0][40:])
        assert shape.bounds == (place.x - CELL / 2, place.y - CELL / 2, place.x + CELL / 2, place.y + CELL / 2)
    assert min(row[2] for row in rows) >= 5


def test_another_reader_of_the_format_reads_it(package: Path):
    """The kommun's own map of areas may be a GeoPackage: that reader knows nothing of who wrote this one."""
    found = areas.read(package, code="plats")
    assert all(shape.area == pytest.approx(CELL**2) for shape in found.values())


def test_the_same_layer_is_the_same_bytes():
    layer = geopackage.Layer(
        "rutor", "Å Ä Ö", {"plats": "TEXT"}, [(shapely.box(5e5, 66e5, 5e5 + 1, 66e5 + 1), {"plats": "Ån"})]
    )
    made = [geopackage.content(layer, changed=date(2026, 1, 1)) for _ in range(2)]
    assert made[0] == made[1]
