"""The registers and protocols of ``est.xlsx``: reporters, zero reports, places, problems, measures, decisions, what is coming.

These rows are shown in reports, so each is judged first: what seems to be about a person or a home is left out and remarked,
with its sheet and row and without its words. Nothing else is lost silently either.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd

from kunskapsbaserat.cells import Refused, Tally
from kunskapsbaserat.data import files
from kunskapsbaserat.data.est import coordinates, private, public_words, sheets
from kunskapsbaserat.data.est.item import Item
from kunskapsbaserat.data.est.public_words import PublicWords
from kunskapsbaserat.data.est.remarks import remark
from kunskapsbaserat.data.files import DataFile
from kunskapsbaserat.data.screen import letter
from kunskapsbaserat.findings import Finding
from kunskapsbaserat.forms import reading, values
from kunskapsbaserat.forms.columns import Column, Rows, apart_rows, filled_rows
from kunskapsbaserat.forms.reading import CellFault

DAYS = (7, 14, "månad")
RADIUS = 100.0
_NAMED = {"id": values.text, "ref": values.text}  # what is pointed at here has a name, which may hold a comma


@dataclass(frozen=True)
class Book:
    """The workbook as it was read.

    `reporters` has ``name type start end`` (dates, NaT when open), `silent` ``name date row``, `places` ``place area
    place_type x y radius addresses chance``. `items` has the rows of the other sheets, `remarks` everything that was not
    read or not shown.

    Examples
    --------
    >>> from kunskapsbaserat.data.est import Book
    >>> empty = Book()
    >>> empty.of("Problem"), len(empty.reporters)
    ((), 0)
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
    public: PublicWords = field(default_factory=PublicWords)

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
    return of_file(files.read_file(path)) if path.exists() else Book()


def of_file(file: DataFile) -> Book:
    """The workbook as a file that has been read."""
    path = file.path
    there = {sheet.name: sheet.rows for sheet in file.sheets}
    remarks: list[Finding] = []
    items: dict[str, tuple[Item, ...]] = {}
    for name, columns in sheets.SHEETS.items():
        if name == sheets.EVENTS:
            continue
        if name not in there:
            if name in (*sheets.LATER, *sheets.EARLIER):
                continue
            remarks.append(remark("missing_sheet", sheet=name, file=path.name))
            continue
        items[name] = tuple(_items(name, columns, there[name], remarks, path.name))
    items = _linked(items, remarks, path.name)
    words = public_words.read(items)
    remarks += public_words.remarks(items, words, file=path.name, listed=sheets.PUBLIC_WORDS in there)
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
        words,
    )


def _items(name: str, columns: Sequence[Column], rows: Rows, remarks: list[Finding], file: str) -> list[Item]:
    if name == sheets.SETTINGS:
        return []
    head = reading.head_row(rows, columns[0].head)
    places, misplaced = reading.places(columns, rows[head] if head is not None else ())
    remarks += [remark(wrong.code, sheet=name, file=file) for wrong in misplaced if wrong.code == "missing_column"]
    tally = Tally(file, name, rows)
    tally.take("heading", *apart_rows(rows, head or 0))
    found = []
    for number, row in filled_rows(rows, head or 0):
        cells, faults = reading.read_row(columns, places, row, _public_value if name == sheets.PUBLIC_WORDS else _value)
        for fault in faults:
            tally.take("finding", number)
            remarks.append(remark(_code(fault), [number], sheet=name, column=letter(fault.at), file=file))
            if fault.column.choices is sheets.STATE and fault.refused is not None:
                cells[fault.column.name] = sheets.STATE_UNREAD
        # What seems to be about a person hides the whole row, whatever column it stands in.
        personal = any(_code(fault) in ("personal", "personal_word") for fault in faults)
        if not personal and all(column.name in cells for column in columns if column.required):
            found.append(Item(name, number, MappingProxyType(cells)))
    without = any(column.required and column.name not in places for column in columns)  # said once, of the column
    if without:
        tally.take("finding", *tally.left)
    tally.take("values", *(item.row for item in found))
    tally.settle()
    if name in (sheets.PLACES, sheets.REPORTERS):
        _say_doubled(found, columns[0], remarks, file)
    return found


def _say_doubled(items: Sequence[Item], column: Column, remarks: list[Finding], file: str) -> None:
    """A name stands once in a register: of two rows the first is used."""
    seen: set[str] = set()
    for item in items:
        key = item.cells[column.name]
        if key in seen:
            remarks.append(remark("doubled", [item.row], sheet=item.sheet, column="A", file=file))
        seen.add(key)


def _value(cell: object, column: Column) -> Any:
    """The value of a cell; text is read only when it is not about a person.

    Raises
    ------
    Refused
        It cannot stand there, or seems to be about a person ("personal").
    """
    said = values.value(cell, column, _NAMED)
    if isinstance(said, str) and not column.choices and private.kind_of(said):
        raise Refused("personal", "no personal data", "inga personuppgifter", "verkar handla om en person")
    return said


def _public_value(cell: object, column: Column) -> Any:
    """A cell of the list of public words: what everybody reads is looked at harder."""
    said = _value(cell, column)
    if isinstance(said, str) and not column.choices and private.may_be_personal(said):
        raise Refused("personal_word", "no personal data", "inga personuppgifter", "liknar en person eller en bostad")
    return said


def _code(fault: CellFault) -> str:
    """The remark for a cell, among `remarks.REASONS`."""
    if fault.refused is None:
        return "missing"
    if fault.refused.code in ("personal", "personal_word", "error_cell", "formula_without_value"):
        return fault.refused.code
    kinds = {"date": "bad_date", "choice": "bad_choice", "yes": "bad_choice"}
    return kinds.get(fault.column.kind, "bad_number")


def _linked(items: dict[str, tuple[Item, ...]], remarks: list[Finding], file: str) -> dict[str, tuple[Item, ...]]:
    """A place, problem or reporter that a row points at and that is not there is said, and left out of the row."""
    loose: dict[tuple[str, int], list[Column]] = {}
    for reference in reading.dangling(sheets.SHEETS, items):
        remarks.append(remark("unknown_ref", [reference.row.row], sheet=reference.sheet, file=file))
        loose.setdefault((reference.sheet, reference.row.row), []).append(reference.column)
    return {
        name: tuple(kept for item in found if (kept := _without(item, loose.get((name, item.row), ()))) is not None)
        for name, found in items.items()
    }


def _without(item: Item, columns: Sequence[Column]) -> Item | None:
    """The row without these cells; None when one of them has to be there."""
    if any(column.required for column in columns):
        return None
    names = {column.name for column in columns}
    return replace(item, cells=MappingProxyType({k: v for k, v in item.cells.items() if k not in names})) if names else item


def _settings(rows: Sequence[Sequence[object]], remarks: list[Finding], file: str) -> dict[str, Any]:
    said: dict[str, Any] = {}
    lines = {head.casefold(): (name, kind) for head, name, kind, _ in sheets.LINES}
    for number, row in enumerate(rows, start=1):
        head = " ".join(str(row[0]).split()).casefold() if row and row[0] is not None else ""
        cell = row[1] if len(row) > 1 else None
        if head not in lines or cell is None:
            continue
        name, kind = lines[head]
        column = Column("", name, kind, "")
        value, code = None, None
        try:
            value = _value(cell, column)
        except Refused as refused:
            code = _code(CellFault(column, 1, cell, refused))
        if name == "dagar" and value is not None:
            value = int(value) if str(value).isdigit() else str(value).casefold()
            code = None if value in DAYS else "unknown_setting"
        if name == "forsta_dag" and value is not None and value.weekday() != 0:
            code = "unknown_setting"
        if code is None and value is None:
            continue
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
    frame = frame.assign(x=x, y=y).drop(columns="row").reset_index(drop=True)
    return frame.astype({"radius": float, "addresses": float, "chance": float})
