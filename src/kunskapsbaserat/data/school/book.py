"""One workbook of a school: everything that is wrong is found in one reading, and nothing is half-read."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from kunskapsbaserat.catalogue import evidens
from kunskapsbaserat.cells import Refused, Tally
from kunskapsbaserat.data import screen
from kunskapsbaserat.data.est.item import Item
from kunskapsbaserat.data.files import DataFile
from kunskapsbaserat.data.filled_book import is_personal, refuse_personal
from kunskapsbaserat.data.school import sheets
from kunskapsbaserat.data.screen import letter
from kunskapsbaserat.errors import FileError, KunskapError
from kunskapsbaserat.findings import Finding
from kunskapsbaserat.forms import reading, values
from kunskapsbaserat.forms.columns import Column, Rows, apart_rows, filled_rows
from kunskapsbaserat.forms.faults import error

_CLASS_NAMED = re.compile(r"\bklass(?:en)?\s*\d|\b[1-9]\s?[a-fA-F]\b")
_GRADE = re.compile(
    r"(?:(?:åk|åk\.|årskurs|år)\s*)?(?:[1-9]|f|förskoleklass)(?:\s*[-–]\s*[1-9])?|gy(?:mnasiet)?\s*(?:år\s*)?[1-3]"
)
_MUST_BE = (sheets.FACTS, sheets.SURVEY, sheets.INCIDENTS, sheets.INVENTORY, sheets.DIALOGUE, sheets.CAUSES, sheets.PLAN)
_COUNTS = ("tillfragade", *sheets.ANSWERS)
_PERSONAL = ("personnummer", "email", "phone", "vehicle", "name")  # a sheet of the form has headings and notes of its own


@dataclass(frozen=True)
class Book:
    """A workbook as it was read: `facts` by name, the rows of each sheet in order."""

    facts: Mapping[str, Any]
    items: Mapping[str, tuple[Item, ...]]

    def of(self, sheet: str) -> tuple[Item, ...]:
        return self.items.get(sheet, ())


def read(file: DataFile) -> tuple[Book, list[Finding]]:
    """The workbook, as far as it could be read, and every fault.

    Raises
    ------
    FileError
        It is no workbook of a school.
    PersonalDataError
        It seems to hold personal data: where, never what.
    """
    there = {sheet.name: sheet.rows for sheet in file.sheets}
    if not {sheets.FACTS, sheets.SURVEY, sheets.INVENTORY} & there.keys():
        raise FileError(
            "no_school_book",
            file.path,
            "is no workbook of a school: its sheets are missing",
            f"är ingen arbetsbok för en skola: bladen {sheets.FACTS}, {sheets.SURVEY} och {sheets.INVENTORY} saknas. "
            "Kör ”kunskap ny --skola NAMN KOMMUN MAPP” så skrivs en att fylla i.",
        )
    faults = list(_sheet_faults(there))
    personal = [error("personal", f.sheet, f.row, f.column, f.kind) for f in screen.find(file.sheets) if f.kind in _PERSONAL]
    facts = _facts(there.get(sheets.FACTS, ()), faults, personal)
    items = {
        name: tuple(_items(name, columns, there[name], faults, personal))
        for name, columns in sheets.SHEETS.items()
        if name in there
    }
    refuse_personal(file.path, personal)
    faults += _about_survey(items.get(sheets.SURVEY, ()))
    faults += _about_places(items.get(sheets.INVENTORY, ()))
    faults += _doubled(items)
    faults += _loose(items)
    return Book(MappingProxyType(facts), MappingProxyType(items)), faults


# ---- the sheets ----------------------------------------------------------------------------------------------------------


def _sheet_faults(there: Mapping[str, Rows]) -> Iterator[Finding]:
    known = (sheets.FACTS, *sheets.SHEETS)
    for name in _MUST_BE:
        if name not in there:
            yield error("missing_sheet", name, None, None, "bladet saknas. Lägg tillbaka det med samma namn.")
    for name in there:
        if name not in (*known, sheets.READ_ME, sheets.LISTS):
            near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
            hint = f"Menade du {near[0]}? " if near else ""
            yield error(
                "unknown_sheet", name, None, None, f"bladet hör inte till arbetsboken. {hint}Ta bort det eller byt namn."
            )


def _facts(rows: Rows, faults: list[Finding], personal: list[Finding]) -> dict[str, Any]:
    lines = {head.casefold(): (head, name, kind) for head, name, kind, _, _ in sheets.LINES}
    said: dict[str, Any] = {}
    for at, row in enumerate(rows, start=1):
        head = " ".join(str(row[0]).split()).casefold() if row and row[0] is not None else ""
        if head not in lines or len(row) < 2:
            continue
        label, name, kind = lines[head]
        try:
            value = values.value(row[1], Column(label, name, kind, ""))
        except Refused as refused:
            faults.append(error(refused.code, sheets.FACTS, at, label, refused.sentence(row[1])))
            said[name] = None
            continue
        if value is not None:
            said[name] = value
            if isinstance(value, str) and is_personal(value, free=name == "arbetsgrupp"):
                personal.append(error("personal", sheets.FACTS, at, "B", "personuppgift"))
    for head, name, _, _, must in sheets.LINES:
        if must and name not in said and rows:
            faults.append(error("empty", sheets.FACTS, None, head, "raden är inte ifylld."))
    return said


def _items(name: str, columns: Sequence[Column], rows: Rows, faults: list[Finding], personal: list[Finding]) -> Iterator[Item]:
    head = reading.head_row(rows, columns[0].head)
    if head is None:
        faults.append(error("no_headings", name, None, None, f"rubriken ”{columns[0].head}” saknas i första kolumnen."))
        return
    places, misplaced = reading.places(columns, rows[head])
    faults += [_misplaced(name, head + 1, wrong) for wrong in misplaced]
    tally = Tally("skola.xlsx", name, rows)
    tally.take("heading", *apart_rows(rows, head))
    for at, row in filled_rows(rows, head):
        tally.take("values", at)
        if _is_unanswered(name, places, row):
            continue
        cells, wrong_cells = reading.read_row(columns, places, row, _value)
        for fault in wrong_cells:
            told = "cellen är inte ifylld." if fault.refused is None else fault.refused.sentence(fault.cell)
            code = "empty" if fault.refused is None else fault.refused.code
            faults.append(error(code, name, at, fault.column.head, told))
            if isinstance(fault.cell, str) and is_personal(fault.cell):  # what is refused would be repeated
                personal.append(error("personal", name, at, letter(fault.at), "personuppgift"))
        personal += [
            error("personal", name, at, letter(places[c.name]), "personuppgift")
            for c in columns
            if c.kind in ("text", "list", "id") and isinstance(said := cells.get(c.name), str) and is_personal(said)
        ]
        faults += [
            error("class_named", name, at, c.head, "texten nämner en klass. Skriv om platsen eller situationen i stället.")
            for c in columns
            if c.kind == "text" and c.name != "grupp" and _CLASS_NAMED.search(str(cells.get(c.name, "")))
        ]
        yield Item(name, at, MappingProxyType(cells))  # with a fault in it too: others may be found by what is there
    tally.settle()


def _misplaced(name: str, row: int, wrong: reading.Misplaced) -> Finding:
    return error(wrong.code, name, row, None if wrong.at is None else letter(wrong.at), wrong.svenska)


def _is_unanswered(name: str, places: Mapping[str, int], row: Sequence[object]) -> bool:
    """A row that the form has prepared and nobody has answered."""
    asked = {sheets.SURVEY: _COUNTS, sheets.TIME: ("minuter", "funktion"), sheets.FEEDBACK: ("betyg", "kommentar")}.get(name)
    if asked is None:
        return False
    return all(at >= len(row) or row[at] is None for key in asked if (at := places.get(key)) is not None)


def _value(cell: object, column: Column) -> Any:
    return values.value(cell, column, {"evidence": _evidence})


def _evidence(cell: object, column: Column) -> Any:
    said = values.text(cell, column)
    try:
        return evidens.get(said).id
    except KunskapError:
        raise Refused(
            "unknown_evidence",
            "an entry of the list",
            "en rad ur listan",
            "finns inte i listan",
            "Välj i listan, eller lämna tomt.",
        ) from None


# ---- what does not agree -------------------------------------------------------------------------------------------------


def is_grade(group: str) -> bool:
    """A whole year of pupils, and no class.

    Examples
    --------
    >>> is_grade("åk 7"), is_grade("F"), is_grade("gymnasiet år 2"), is_grade("7B"), is_grade("NA22a")
    (True, True, True, False, False)
    """
    said = " ".join(group.split()).casefold()
    return _GRADE.fullmatch(said) is not None


def survey_key(item: Item) -> tuple[str, str, str, str]:
    """What makes a row of the survey one of its kind."""
    return (str(item.fraga).casefold().rstrip("."), item.vilka, str(item.grupp or "").casefold(), item.kon or "")


def _about_survey(items: Sequence[Item]) -> Iterator[Finding]:
    for item in items:
        counts = [item.cells[name] for name in sheets.ANSWERS if name in item.cells]
        if not counts:
            yield error("no_answers", sheets.SURVEY, item.row, None, "inga antal svar är ifyllda.")
        elif item.tillfragade is not None and sum(counts) > item.tillfragade:
            yield error(
                "more_than_asked",
                sheets.SURVEY,
                item.row,
                "Antal tillfrågade",
                "svaren är fler än de tillfrågade: andelen blir mer än 100 procent.",
            )
        if item.grupp and item.kon:
            yield error("class_by_sex", sheets.SURVEY, item.row, "Kön", "årskurs och kön får inte stå på samma rad.")


def _about_places(items: Sequence[Item]) -> Iterator[Finding]:
    for item in items:
        for name, head in (("x", "Från vänster, procent"), ("y", "Uppifrån, procent")):
            place = item.cells.get(name)
            if place is not None and place > 100:
                yield error(
                    "outside_sketch",
                    sheets.INVENTORY,
                    item.row,
                    head,
                    "talet är större än 100: platsen hamnar utanför skissen.",
                )
        if (item.x is None) != (item.y is None):
            yield error("half_a_place", sheets.INVENTORY, item.row, None, "fyll i båda måtten på skissen, eller inget av dem.")


_KEYS = MappingProxyType(
    {
        sheets.SURVEY: ("frågan", survey_key),
        sheets.INCIDENTS: ("typen och källan", lambda item: (item.typ, item.kalla)),
        sheets.INVENTORY: ("numret", lambda item: str(item.nr).casefold()),
        sheets.DIALOGUE: ("temat", lambda item: (item.tema, item.vilka)),
        sheets.CAUSES: ("id", lambda item: str(item.id).casefold()),
        sheets.PLAN: ("id", lambda item: str(item.id).casefold()),
    }
)


def _doubled(items: Mapping[str, Sequence[Item]]) -> Iterator[Finding]:
    for sheet, (what, key) in _KEYS.items():
        first: dict[object, int] = {}
        for item in items.get(sheet, ()):
            if any(column.required and column.name not in item.cells for column in sheets.SHEETS[sheet]):
                continue
            at = first.setdefault(key(item), item.row)
            if at != item.row:
                yield error("doubled", sheet, item.row, None, f"{what} står också på rad {at}. Räkna ihop raderna till en.")


def _loose(items: Mapping[str, Sequence[Item]]) -> Iterator[Finding]:
    there = {name: items.get(name, ()) for name in sheets.SHEETS}
    unread = [name for name in sheets.SHEETS if name not in items]
    for reference in reading.dangling(sheets.SHEETS, there, unread=unread):
        known = ", ".join(sorted(reference.known)) or "inga"
        yield error(
            "unknown_ref",
            reference.sheet,
            reference.row.row,
            reference.column.head,
            f"{reference.ref} står inte i bladet {reference.column.refers}. Där finns: {known}.",
        )
