"""A filled-in workbook read whole: every fault of its sheets in one reading, and nothing that may be about a person.

What the workbooks of a school and of trygghetsvandringar have in common. What belongs to one of them stands with it.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from kunskapsbaserat.cells import Refused, Tally
from kunskapsbaserat.data import names, screen
from kunskapsbaserat.data.est import private
from kunskapsbaserat.data.est.item import Item
from kunskapsbaserat.data.files import DataFile
from kunskapsbaserat.data.screen import letter
from kunskapsbaserat.errors import PersonalDataError
from kunskapsbaserat.findings import Finding
from kunskapsbaserat.forms import reading, values
from kunskapsbaserat.forms.columns import Column, Rows, apart_rows, filled_rows
from kunskapsbaserat.forms.faults import error

Line = tuple[str, str, str, str, bool]
"""A line of the sheet of facts: heading, name, kind, explanation, and whether it has to be filled in."""

_SHOWN = 5
_WRITTEN = ("text", "list", "id", "ref")  # what is chosen from a list is nobody
_PERSONAL = ("personnummer", "email", "phone", "vehicle", "name")  # a sheet of the form has headings and notes of its own


@dataclass(frozen=True)
class Book:
    """A workbook as it was read: `facts` by name, the rows of each sheet in order."""

    facts: Mapping[str, Any]
    items: Mapping[str, tuple[Item, ...]]

    def of(self, sheet: str) -> tuple[Item, ...]:
        return self.items.get(sheet, ())


@dataclass(frozen=True)
class Form:
    """What a workbook should look like.

    `must_be` are the sheets that have to be there, `lines` the sheet `facts_sheet`, `free_lines` those of them where a single
    given name is a person, `readers` read the kinds of cell that only this workbook has, `unanswered` says of a row that the
    form has prepared it and nobody has answered, `names_of_places` are columns where a given name may be a square's.
    """

    file: str
    facts_sheet: str
    lines: Sequence[Line]
    sheets: Mapping[str, Sequence[Column]]
    must_be: Sequence[str]
    apart: Sequence[str]
    free_lines: frozenset[str] = frozenset()
    names_of_places: frozenset[str] = frozenset()
    readers: Mapping[str, values.Reader] = field(default_factory=lambda: MappingProxyType({}))
    unanswered: Callable[[str, Mapping[str, int], Sequence[object]], bool] | None = None


def read(file: DataFile, form: Form) -> tuple[Book, list[Finding]]:
    """The workbook, as far as it could be read, and every fault of its cells.

    Raises
    ------
    PersonalDataError
        It seems to hold personal data: where, never what.
    """
    there = {sheet.name.strip(): sheet.rows for sheet in file.sheets}
    faults = list(_sheet_faults(there, form))
    personal = [error("personal", f.sheet, f.row, f.column, f.kind) for f in screen.find(file.sheets) if f.kind in _PERSONAL]
    facts = _facts(there.get(form.facts_sheet, ()), form, faults, personal)
    items = {
        name: tuple(_items(name, columns, there[name], form, faults, personal))
        for name, columns in form.sheets.items()
        if name in there
    }
    _refuse_personal(file, personal)
    return Book(MappingProxyType(facts), MappingProxyType(items)), faults


def doubled(
    items: Mapping[str, Sequence[Item]], form: Form, keys: Mapping[str, tuple[str, Callable[[Item], object]]]
) -> Iterator[Finding]:
    """Rows that stand twice; `keys` says for each sheet what must not, and how it is told."""
    for sheet, (what, key) in keys.items():
        yield from twice(items.get(sheet, ()), form.sheets[sheet], what, key)


def twice(items: Sequence[Item], columns: Sequence[Column], what: str, key: Callable[[Item], object]) -> Iterator[Finding]:
    """Rows of a sheet that say the same thing again: nobody knows which holds."""
    first: dict[object, int] = {}
    for item in items:
        if any(column.required and column.name not in item.cells for column in columns):
            continue
        at = first.setdefault(key(item), item.row)
        if at != item.row:
            yield error("doubled", item.sheet, item.row, None, f"{what} står också på rad {at}. Räkna ihop raderna till en.")


def loose(items: Mapping[str, Sequence[Item]], form: Form) -> Iterator[Finding]:
    """References that lead nowhere."""
    there = {name: items.get(name, ()) for name in form.sheets}
    unread = [name for name in form.sheets if name not in items]
    for reference in reading.dangling(form.sheets, there, unread=unread):
        known = ", ".join(sorted(reference.known)) or "inga"
        yield error(
            "unknown_ref",
            reference.sheet,
            reference.row.row,
            reference.column.head,
            f"{reference.ref} står inte i bladet {reference.column.refers}. Där finns: {known}.",
        )


# ---- the sheets ----------------------------------------------------------------------------------------------------------


def _sheet_faults(there: Mapping[str, Rows], form: Form) -> Iterator[Finding]:
    known = (form.facts_sheet, *form.sheets)
    for name in form.must_be:
        if name not in there:
            yield error("missing_sheet", name, None, None, "bladet saknas. Lägg tillbaka det med samma namn.")
    for name in there:
        if name not in (*known, *form.apart):
            near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
            hint = f"Menade du {near[0]}? " if near else ""
            yield error(
                "unknown_sheet", name, None, None, f"bladet hör inte till arbetsboken. {hint}Ta bort det eller byt namn."
            )


def _facts(rows: Rows, form: Form, faults: list[Finding], personal: list[Finding]) -> dict[str, Any]:
    lines = {head.casefold(): (head, name, kind) for head, name, kind, _, _ in form.lines}
    said: dict[str, Any] = {}
    for at, row in enumerate(rows, start=1):
        head = " ".join(str(row[0]).split()).casefold() if row and row[0] is not None else ""
        if head not in lines or len(row) < 2:
            continue
        label, name, kind = lines[head]
        try:
            value = values.value(row[1], Column(label, name, kind, ""), form.readers)
        except Refused as refused:
            faults.append(error(refused.code, form.facts_sheet, at, label, refused.sentence(row[1])))
            said[name] = None
            continue
        if value is not None:
            said[name] = value
            if isinstance(value, str) and is_personal(value, free=name in form.free_lines):
                personal.append(error("personal", form.facts_sheet, at, "B", "personuppgift"))
    for head, name, _, _, must in form.lines:
        if must and name not in said and rows:
            faults.append(error("empty", form.facts_sheet, None, head, "raden är inte ifylld."))
    return said


def _items(
    name: str, columns: Sequence[Column], rows: Rows, form: Form, faults: list[Finding], personal: list[Finding]
) -> Iterator[Item]:
    head = reading.head_row(rows, columns[0].head)
    if head is None:
        faults.append(error("no_headings", name, None, None, f"rubriken ”{columns[0].head}” saknas i första kolumnen."))
        return
    places, misplaced = reading.places(columns, rows[head])
    faults += [_misplaced(name, head + 1, wrong) for wrong in misplaced]
    tally = Tally(form.file, name, rows)
    tally.take("heading", *apart_rows(rows, head))
    for at, row in filled_rows(rows, head):
        tally.take("values", at)
        for beside in (c for c, cell in enumerate(row) if cell is not None and (c >= len(rows[head]) or rows[head][c] is None)):
            told = "det står något utanför kolumnerna. Flytta eller ta bort det."
            faults.append(error("outside", name, at, letter(beside), told))
        if form.unanswered is not None and form.unanswered(name, places, row):
            continue
        cells, wrong_cells = reading.read_row(columns, places, row, lambda cell, c: values.value(cell, c, form.readers))
        for fault in wrong_cells:
            told = "cellen är inte ifylld." if fault.refused is None else fault.refused.sentence(fault.cell)
            code = "empty" if fault.refused is None else fault.refused.code
            faults.append(error(code, name, at, fault.column.head, told))
            if isinstance(fault.cell, str) and is_personal(fault.cell):  # what is refused would be repeated
                personal.append(error("personal", name, at, letter(fault.at), "personuppgift"))
        personal += [
            error("personal", name, at, letter(places[c.name]), "personuppgift")
            for c in columns
            if c.kind in _WRITTEN
            and isinstance(said := cells.get(c.name), str)
            and is_personal(said, free=c.name not in form.names_of_places)
        ]
        yield Item(name, at, MappingProxyType(cells))  # with a fault in it too: others may be found by what is there
    tally.settle()


def _misplaced(name: str, row: int, wrong: reading.Misplaced) -> Finding:
    return error(wrong.code, name, row, None if wrong.at is None else letter(wrong.at), wrong.svenska)


# ---- what it may not say -------------------------------------------------------------------------------------------------


def is_personal(text: str, *, free: bool = True) -> bool:
    """A number, an address or a name; in what is written freely a single given name is enough."""
    return private.kind_of(text) is not None or (free and names.has_known(text))


def _refuse_personal(file: DataFile, personal: Sequence[Finding]) -> None:
    if not personal:
        return
    personal = list({(f.sheet, f.row, f.column): f for f in personal}.values())
    shown = personal[:_SHOWN]
    raise PersonalDataError(
        file.path,
        len(personal),
        [f"personal data (sheet {f.sheet!r}, row {f.row}, column {f.column})" for f in shown],
        [
            f"något som liknar ett namn eller en annan personuppgift (blad ”{f.sheet}”, rad {f.row}, kolumn {f.column})"
            for f in shown
        ],
    )
