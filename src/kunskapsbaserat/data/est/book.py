"""The registers and protocols of ``est.xlsx``: reporters, zero reports, places, problems, measures, decisions, what is coming.

These rows are shown in reports, so each is judged first: what seems to be about a person or a home is left out and remarked,
with its sheet and row and without its words. Nothing else is lost silently either.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd

from kunskapsbaserat.data import files, form
from kunskapsbaserat.data.est import coordinates, private, sheets, times
from kunskapsbaserat.data.est.remarks import remark
from kunskapsbaserat.data.form import Column
from kunskapsbaserat.data.screen import letter
from kunskapsbaserat.findings import Finding

DAYS = (7, 14, "månad")
RADIUS = 100.0


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


@dataclass(frozen=True)
class Book:
    """The workbook as it was read.

    `reporters` has ``name type start end`` (dates, NaT when open), `silent` ``name date row``, `places` ``place area
    place_type x y radius addresses chance``. `items` has the rows of the other sheets, `remarks` everything that was not
    read or not shown.
    """

    settings: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    reporters: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=["name", "type", "start", "end"]))
    silent: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=["name", "date", "row"]))
    places: pd.DataFrame = field(
        default_factory=lambda: pd.DataFrame(columns=["place", "area", "place_type", "x", "y", "radius", "addresses", "chance"])
    )
    items: Mapping[str, tuple[Item, ...]] = field(default_factory=lambda: MappingProxyType({}))
    remarks: tuple[Finding, ...] = ()
    sha256: str = ""

    def of(self, sheet: str) -> tuple[Item, ...]:
        return self.items.get(sheet, ())


def read(path: str | Path) -> Book:
    """The workbook; an empty `Book` when there is none.

    Raises
    ------
    FileLocked, FileError
        It cannot be opened.
    """
    path = Path(path)
    if not path.exists():
        return Book()
    file = files.read_file(path)
    there = {sheet.name: sheet.rows for sheet in file.sheets}
    remarks: list[Finding] = []
    items: dict[str, tuple[Item, ...]] = {}
    for name, columns in sheets.SHEETS.items():
        if name == sheets.EVENTS:
            continue
        if name not in there:
            remarks.append(remark("missing_sheet", sheet=name, file=path.name))
            continue
        items[name] = tuple(_items(name, columns, there[name], remarks, path.name))
    items = _linked(items, remarks, path.name)
    return Book(
        MappingProxyType(_settings(there.get(sheets.SETTINGS, ()), remarks, path.name)),
        _reporters(items.get(sheets.REPORTERS, ())),
        pd.DataFrame(
            [(i.namn, pd.Timestamp(i.datum), i.row) for i in items.get(sheets.SILENT, ())], columns=["name", "date", "row"]
        ),
        _places(items.get(sheets.PLACES, ()), remarks, path.name),
        MappingProxyType(items),
        tuple(remarks),
        file.sha256,
    )


def _items(
    name: str, columns: Sequence[Column], rows: Sequence[Sequence[object]], remarks: list[Finding], file: str
) -> list[Item]:
    heads = {" ".join(str(cell).split()).casefold(): at for at, cell in enumerate(rows[0] if rows else ()) if cell is not None}
    places = {column.name: heads.get(column.head.casefold()) for column in columns}
    if name != sheets.SETTINGS:
        for column in columns:
            if places[column.name] is None:
                remarks.append(remark("missing_column", sheet=name, file=file))
    found = []
    for number, row in enumerate(rows[1:], start=2):
        first = str(row[0]).strip() if row and row[0] is not None else ""
        if not any(cell is not None for cell in row) or first == form.EXPLANATION or first.upper().startswith(form.EXAMPLE):
            continue
        if name == sheets.SETTINGS:
            continue
        values, faults = _values(columns, places, row)
        remarks += [remark(f, [number], sheet=name, column="" if at is None else letter(at), file=file) for f, at in faults]
        if values is not None:
            found.append(Item(name, number, MappingProxyType(values)))
    return found


def _values(
    columns: Sequence[Column], places: Mapping[str, int | None], row: Sequence[object]
) -> tuple[dict[str, Any] | None, list[tuple[str, int | None]]]:
    """The values of a row, None when it cannot be shown, and the code and column of all that is wrong with it.

    A cell that need not be filled in and cannot be read is left out alone. What seems to be about a person hides the whole row.
    """
    values: dict[str, Any] = {}
    faults: list[tuple[str, int | None]] = []
    whole = True
    for column in columns:
        at = places[column.name]
        cell = row[at] if at is not None and at < len(row) else None
        if cell is None or (isinstance(cell, str) and not cell.strip()):
            if column.required:
                whole = False
                faults.append(("missing", at))
            continue
        value, code = _value(cell, column)
        if code:
            faults.append((code, at))
            whole &= not column.required and code != "personal"
            if column.choices is sheets.STATE:
                values[column.name] = sheets.STATE_UNREAD
        else:
            values[column.name] = value
    return (values if whole else None), faults


def _value(cell: object, column: Column) -> tuple[Any, str | None]:
    if column.kind == "date":
        day = cell.date() if isinstance(cell, dt.datetime) else cell
        if isinstance(day, str):
            parsed = times.parse(pd.Series([day]), order=times.DAY_FIRST)[0].iat[0]
            day = None if pd.isna(parsed) else parsed.date()
        return (day, None) if isinstance(day, dt.date) else (None, "bad_date")
    if column.kind in ("number", "whole"):
        text = str(cell).replace("\u00a0", "").replace(" ", "").replace(",", ".")
        number = pd.to_numeric(text, errors="coerce")
        bad = pd.isna(number) or number < 0 or (column.kind == "whole" and number != int(number))
        return (None, "bad_number") if bad else (int(number) if column.kind == "whole" else float(number), None)
    text = " ".join(str(cell).split())
    if column.choices or column.kind == "yes":
        choices = column.choices or sheets.YES
        said = text.casefold() if text.casefold() in choices else sheets.ALSO.get(text.casefold(), "")
        return (choices[said], None) if said in choices else (None, "bad_choice")
    return (None, "personal") if private.kind_of(text) else (text, None)


def _linked(items: dict[str, tuple[Item, ...]], remarks: list[Finding], file: str) -> dict[str, tuple[Item, ...]]:
    """A place, problem or reporter that a row points at and that is not there is said, and left out of the row."""
    out = dict(items)
    known = {
        name: {item.cells[sheets.SHEETS[name][0].name] for item in found}
        for name, found in items.items()
        if name != sheets.SETTINGS
    }
    for name, columns in sheets.SHEETS.items():
        for column in columns:
            if column.kind != "ref" or name not in out:
                continue
            kept = []
            for item in out[name]:
                said = item.cells.get(column.name)
                if said is not None and said not in known.get(column.refers, ()):
                    remarks.append(remark("unknown_ref", [item.row], sheet=name, file=file))
                    if column.required:
                        continue
                    item = Item(
                        item.sheet, item.row, MappingProxyType({k: v for k, v in item.cells.items() if k != column.name})
                    )
                kept.append(item)
            out[name] = tuple(kept)
    return out


def _settings(rows: Sequence[Sequence[object]], remarks: list[Finding], file: str) -> dict[str, Any]:
    said: dict[str, Any] = {}
    lines = {head.casefold(): (name, kind) for head, name, kind, _ in sheets.LINES}
    for number, row in enumerate(rows, start=1):
        head = " ".join(str(row[0]).split()).casefold() if row and row[0] is not None else ""
        cell = row[1] if len(row) > 1 else None
        if head not in lines or cell is None:
            continue
        name, kind = lines[head]
        value, code = _value(cell, Column("", name, kind, ""))
        if name == "dagar" and code is None:
            value = int(value) if str(value).isdigit() else str(value).casefold()
            code = None if value in DAYS else "unknown_setting"
        if name == "forsta_dag" and code is None and value.weekday() != 0:
            code = "unknown_setting"
        if code:
            remarks.append(remark(code, [number], sheet=sheets.SETTINGS, column="B", file=file))
        else:
            said[name] = value
    return said


def _reporters(items: Sequence[Item]) -> pd.DataFrame:
    rows = [
        (i.namn, i.typ, pd.Timestamp(i.fran) if i.fran else pd.NaT, pd.Timestamp(i.till) if i.till else pd.NaT) for i in items
    ]
    frame = pd.DataFrame(rows, columns=["name", "type", "start", "end"]).drop_duplicates("name")
    return frame.astype({"start": "datetime64[us]", "end": "datetime64[us]"})


def _places(items: Sequence[Item], remarks: list[Finding], file: str) -> pd.DataFrame:
    rows = [(i.plats, i.omrade, i.platstyp, i.x, i.y, i.radie or RADIUS, i.adresser, i.mojlighet, i.row) for i in items]
    columns = ["place", "area", "place_type", "x", "y", "radius", "addresses", "chance", "row"]
    frame = pd.DataFrame(rows, columns=columns).drop_duplicates("place")
    x, y = coordinates.plane(frame["y"].astype(float), frame["x"].astype(float))
    outside = (frame["x"].notna() | frame["y"].notna()).to_numpy() & pd.isna(x)
    if outside.any():
        remarks.append(remark("outside", frame.loc[outside, "row"], sheet=sheets.PLACES, file=file))
    return frame.assign(x=x, y=y).drop(columns="row").astype({"addresses": float, "chance": float}).reset_index(drop=True)
