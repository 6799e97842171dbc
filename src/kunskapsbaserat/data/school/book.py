"""One workbook of a school: everything that is wrong is found in one reading, and nothing is half-read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from kunskapsbaserat.catalogue import evidens
from kunskapsbaserat.cells import Refused
from kunskapsbaserat.data import filled_form
from kunskapsbaserat.data.est.item import Item
from kunskapsbaserat.data.files import DataFile
from kunskapsbaserat.data.filled_form import Book, Form
from kunskapsbaserat.data.school import sheets
from kunskapsbaserat.errors import FileError, KunskapError
from kunskapsbaserat.findings import Finding
from kunskapsbaserat.forms import values
from kunskapsbaserat.forms.columns import Column
from kunskapsbaserat.forms.faults import error

_CLASS_NAMED = re.compile(r"\bklass(?:en)?\s*\d|\b[1-9]\s?[a-fA-F]\b")
_GRADE = re.compile(
    r"(?:(?:åk|åk\.|årskurs|år)\s*)?(?:[1-9]|f|förskoleklass)(?:\s*[-–]\s*[1-9])?|gy(?:mnasiet)?\s*(?:år\s*)?[1-3]"
)
_MUST_BE = (sheets.FACTS, sheets.SURVEY, sheets.INCIDENTS, sheets.INVENTORY, sheets.DIALOGUE, sheets.CAUSES, sheets.PLAN)
_COUNTS = ("tillfragade", *sheets.ANSWERS)


def read(file: DataFile) -> tuple[Book, list[Finding]]:
    """The workbook, as far as it could be read, and every fault.

    Raises
    ------
    FileError
        It is no workbook of a school.
    PersonalDataError
        It seems to hold personal data: where, never what.
    """
    there = {sheet.name for sheet in file.sheets}
    if not {sheets.FACTS, sheets.SURVEY, sheets.INVENTORY} & there:
        raise FileError(
            "no_school_book",
            file.path,
            "is no workbook of a school: its sheets are missing",
            f"är ingen arbetsbok för en skola: bladen {sheets.FACTS}, {sheets.SURVEY} och {sheets.INVENTORY} saknas. "
            "Kör ”kunskap ny --skola NAMN KOMMUN MAPP” så skrivs en att fylla i.",
        )
    book, faults = filled_form.read(file, FORM)
    faults += _classes_named(book.items)
    faults += _about_survey(book.of(sheets.SURVEY))
    faults += _about_places(book.of(sheets.INVENTORY))
    faults += filled_form.doubled(book.items, FORM, _KEYS)
    faults += filled_form.loose(book.items, FORM)
    return book, faults


def _is_unanswered(name: str, places: Mapping[str, int], row: Sequence[object]) -> bool:
    """A row that the form has prepared and nobody has answered."""
    asked = {sheets.SURVEY: _COUNTS, sheets.TIME: ("minuter", "funktion"), sheets.FEEDBACK: ("betyg", "kommentar")}.get(name)
    if asked is None:
        return False
    return all(at >= len(row) or row[at] is None for key in asked if (at := places.get(key)) is not None)


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


FORM = Form(
    file=sheets.FILE,
    facts_sheet=sheets.FACTS,
    lines=sheets.LINES,
    sheets=sheets.SHEETS,
    must_be=_MUST_BE,
    apart=(sheets.READ_ME, sheets.LISTS),
    free_lines=frozenset({"arbetsgrupp"}),
    readers=MappingProxyType({"evidence": _evidence}),
    unanswered=_is_unanswered,
)


# ---- what does not agree -------------------------------------------------------------------------------------------------


def _classes_named(items: Mapping[str, Sequence[Item]]) -> Iterator[Finding]:
    for name, found in items.items():
        for item in found:
            for column in sheets.SHEETS[name]:
                said = item.cells.get(column.name, "")
                if column.kind == "text" and column.name != "grupp" and _CLASS_NAMED.search(str(said)):
                    told = "texten nämner en klass. Skriv om platsen eller situationen i stället."
                    yield error("class_named", name, item.row, column.head, told)


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
