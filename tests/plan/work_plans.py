"""The invented plan with rows on the sheets beside the chain."""

from __future__ import annotations

import copy
from datetime import date
from typing import Any

from kunskapsbaserat.catalogue import processer
from kunskapsbaserat.plan import sheets
from kunskapsbaserat.plan.example import rows as example_rows

Row = dict[str, Any]
YEAR = {"fran": date(2024, 1, 1), "till": date(2024, 12, 31)}
_SHEET = {
    "fokus": sheets.FOKUS,
    "processtal": sheets.PROCESSTAL,
    "kontroller": sheets.KONTROLLER,
    "grannsamverkan": sheets.GRANNSAMVERKAN,
    "platser": sheets.PLATSER,
}


def book_with(**rows: list[Row]) -> dict[str, Any]:
    """The rows of a workbook: the invented plan with none beside its chain but these, by what they are called in the plan."""
    book = {name: copy.deepcopy(list(found)) for name, found in example_rows().items()}
    for name in _SHEET.values():
        book[name] = book[name][:1]
    newer = {line.head for line in sheets.ORGANISATION if line.later}
    for row in book[sheets.KOMMUN]:
        if row[0] in newer:
            row[1:] = []
    later = [at for at, column in enumerate(sheets.SHEETS[sheets.LOFTEN]) if column.later]
    for row in book[sheets.LOFTEN][1:]:
        for at in later:
            row[at] = None
    for name, several in rows.items():
        for row in several:
            added(book, _SHEET[name], **row)
    return book


def added(book: dict[str, Any], sheet: str, **row: Any) -> dict[str, Any]:
    """The workbook with one more row on a sheet."""
    book[sheet].append([row.get(column.name) for column in sheets.SHEETS[sheet]])
    return book


def process(**amounts: Any) -> dict[str, list[Row]]:
    """Process figures of one year by measure; those of brottsaktiva need not say so."""
    labels = {m.key: m.label for work in processer.works() for m in work.measures}
    keys = {name: name if "." in name else f"brottsaktiva.{name}" for name in amounts}
    found = [
        {"id": f"T{at}", "matt": labels.get(keys[name], name), "antal": amount, **YEAR}
        for at, (name, amount) in enumerate(amounts.items(), start=1)
    ]
    return {"processtal": found}


def controls(**changes: Any) -> Row:
    """The controls of one process."""
    base = {
        "id": "K1",
        "process": "Ekonomiskt bistånd",
        "kontroll": "Stickprov",
        "kontrollerade": 900,
        "fel": 27,
        "kronor": 410000,
    }
    return {**base, **YEAR, **changes}


def neighbours(*areas: tuple[int, int, int]) -> list[Row]:
    """Areas of one year: households, those in grannsamverkan, burglaries."""
    return [
        {"id": f"G{at}", "omrade": f"Område {at}", "ar": 2024, "hushall": all_, "med": joined, "inbrott": burglaries}
        for at, (all_, joined, burglaries) in enumerate(areas, start=1)
    ]
