"""A GeoPackage: the file that QGIS and ArcGIS open, which is an SQLite database with a few tables that have to be there.

Written by the standard library: what is light and well kept to write it with (fiona, pyogrio) carries all of GDAL.

References
----------
OGC 12-128r18, GeoPackage Encoding Standard 1.3: clauses 1.1.1 (the file), 1.1.2 (reference systems), 1.1.3 (contents), 2.1
(features, and the header before each geometry).
"""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date

import shapely

APPLICATION, VERSION = 0x47504B47, 10300  # "GPKG", 1.3.0
SWEREF_99_TM = 3006
_LITTLE, _ENVELOPE = 0x01, 0x02  # flags of a geometry: byte order, and that a box in x and y stands before it
_PAGE = 1024  # bytes: a table of a few rows takes a page each
_WGS_84 = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],PRIMEM["Greenwich",0],'
    'UNIT["degree",0.0174532925199433]]'
)
_SWEREF = (
    'PROJCS["SWEREF99 TM",GEOGCS["SWEREF99",DATUM["SWEREF99",SPHEROID["GRS 1980",6378137,298.257222101]],'
    'PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],'
    'PARAMETER["latitude_of_origin",0],PARAMETER["central_meridian",15],PARAMETER["scale_factor",0.9996],'
    'PARAMETER["false_easting",500000],PARAMETER["false_northing",0],UNIT["metre",1]]'
)
_SYSTEMS = (
    ("Undefined cartesian SRS", -1, "NONE", -1, "undefined", "undefined cartesian coordinate reference system"),
    ("Undefined geographic SRS", 0, "NONE", 0, "undefined", "undefined geographic coordinate reference system"),
    ("WGS 84 geodetic", 4326, "EPSG", 4326, _WGS_84, "longitude/latitude"),
    ("SWEREF99 TM", SWEREF_99_TM, "EPSG", SWEREF_99_TM, _SWEREF, "metres, east and north"),
)
_TABLES = """
CREATE TABLE gpkg_spatial_ref_sys (
  srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY, organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (
  table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE, description TEXT DEFAULT '',
  last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
  min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
  CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL,
  z TINYINT NOT NULL, m TINYINT NOT NULL,
  CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name), CONSTRAINT uk_gc_table_name UNIQUE (table_name),
  CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
"""


@dataclass(frozen=True, slots=True)
class Layer:
    """Areas in SWEREF 99 TM with what is known of each.

    `name` and the names of `columns` (with their types, "TEXT", "INTEGER" or "DATE") are plain words; every row has them all.
    """

    name: str
    title: str
    columns: Mapping[str, str]
    rows: Sequence[tuple[shapely.Polygon, Mapping[str, object]]]


def content(layer: Layer, *, changed: date) -> bytes:
    """The bytes of a GeoPackage with one layer of areas.

    Parameters
    ----------
    layer : Layer
        At least one row.
    changed : date
        When the contents last changed. The clock is not asked, so the same layer gives the same bytes.

    Examples
    --------
    >>> from datetime import date
    >>> square = shapely.box(500_000, 6_600_000, 500_500, 6_600_500)
    >>> made = content(Layer("rutor", "Rutor", {"antal": "INTEGER"}, [(square, {"antal": 7})]), changed=date(2026, 11, 15))
    >>> made[:15]
    b'SQLite format 3'
    """
    with closing(sqlite3.connect(":memory:")) as book:
        book.execute(f"PRAGMA page_size = {_PAGE}")
        book.execute(f"PRAGMA application_id = {APPLICATION}")
        book.execute(f"PRAGMA user_version = {VERSION}")
        book.executescript(_TABLES)
        book.executemany("INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, ?)", _SYSTEMS)
        _write(book, layer, f"{changed}T00:00:00.000Z")
        book.commit()
        made: bytes = book.serialize()
    return made


def _write(book: sqlite3.Connection, layer: Layer, changed: str) -> None:
    columns = ", ".join(f'"{name}" {kind}' for name, kind in layer.columns.items())
    book.execute(f'CREATE TABLE "{layer.name}" (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, geom POLYGON, {columns})')
    box = shapely.total_bounds([shape for shape, _ in layer.rows]).tolist()
    about = (layer.name, "features", layer.title, "", changed, *box, SWEREF_99_TM)
    book.execute("INSERT INTO gpkg_contents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", about)
    book.execute("INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', 'POLYGON', ?, 0, 0)", (layer.name, SWEREF_99_TM))
    names = ", ".join(f'"{name}"' for name in layer.columns)
    marks = ", ".join("?" for _ in layer.columns)
    rows = [(_geometry(shape), *(values[name] for name in layer.columns)) for shape, values in layer.rows]
    book.executemany(f'INSERT INTO "{layer.name}" (geom, {names}) VALUES (?, {marks})', rows)


def _geometry(shape: shapely.Polygon) -> bytes:
    """The header of a GeoPackage geometry, its box, and the shape itself."""
    west, south, east, north = shape.bounds
    head = struct.pack("<2sBBi4d", b"GP", 0, _LITTLE | _ENVELOPE, SWEREF_99_TM, west, east, south, north)
    body: bytes = shapely.to_wkb(shape, byte_order=1)
    return head + body
