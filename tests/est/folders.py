"""A kommun's folder with an EST made up for tests."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path

import openpyxl

from fresh import fresh_folder
from kunskapsbaserat.data.est import sheets, template
from kunskapsbaserat.forms import writing

REPORTERS = (("Kyrkskolan", "Skola"), ("Vaktbolaget", "Väktare eller ordningsvakt"), ("Polisen", "Polisen"))
PLACES = (
    ("Stationen", "Centrum", "Resecentrum", 15.4270, 60.4845, 120, 30, "Stor"),
    ("Stadsparken", "Centrum", "Park", 15.4400, 60.4870, 120, 12, "Viss"),
    ("Tjärna Ängar torg", "Tjärna Ängar", "Torg", 15.4080, 60.4800, 120, 40, "Liten"),
)
LAST = dt.date(2026, 11, 15)


def signed(text: str, about: str) -> list[object]:
    """A row of the list of public words."""
    return [text, about, "Trygghetssamordnare", dt.date(2026, 1, 12)]


def made_folder(path: Path, rows: Mapping[str, Sequence[Sequence[object]]] | None = None, *, kommun: str = "Borlänge") -> Path:
    """A new folder with reporters and places, and the given rows added to the sheets of its workbook."""
    fresh_folder(path, kommun)
    workbook = template.path_in(path)
    book = openpyxl.load_workbook(workbook)
    for name, kind in REPORTERS:
        book[sheets.REPORTERS].append([name, kind, dt.date(2024, 1, 1)])
    for place in PLACES:
        book[sheets.PLACES].append(list(place))
        book[sheets.PUBLIC_WORDS].append(signed(place[0], sheets.PLACE))
    for sheet, listed in (rows or {}).items():
        if sheet in sheets.EARLIER:  # a new workbook has none
            writing.part_sheet(
                book.create_sheet(sheet),
                sheets.SHEETS[sheet],
                {f"choice:{c.name}": "Listor!$A$2" for c in sheets.SHEETS[sheet]},
            )
        for row in listed:
            book[sheet].append(list(row))
    book.save(workbook)
    return path


def set_answer(path: Path, name: str, value: object) -> None:
    """Answer a line of the sheet Inställningar."""
    workbook = template.path_in(path)
    book = openpyxl.load_workbook(workbook)
    heads = {head: at for at, (head, *_) in enumerate(sheets.LINES, start=3)}
    head = next(head for head, key, *_ in sheets.LINES if key == name)
    book[sheets.SETTINGS].cell(heads[head], 2, value)
    book.save(workbook)
