"""A länspaket of Blekinge, SIMULERAD: five folders, one without a plan, two with lists of events."""

from __future__ import annotations

import copy
import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
from folders import made_folder
from plans import filled

from fresh import fresh_folder
from kunskapsbaserat.data.est import sheets
from kunskapsbaserat.plan.example import rows as example_rows
from kunskapsbaserat.plan.sheets import FILE, KOMMUN, ORGANISATION

BLEKINGE = ("Karlshamn", "Karlskrona", "Olofström", "Ronneby", "Sölvesborg")
WITHOUT = "Olofström"
EVENTS = {"Karlshamn": 23, "Ronneby": 3}
FIRST, QUARTER_DAY = dt.date(2026, 6, 20), dt.date(2026, 8, 10)


def book_with(**answers: object) -> dict[str, Any]:
    """The invented plan's rows with other answers on the sheet Kommun; None takes one away."""
    book = {name: copy.deepcopy([list(row) for row in rows]) for name, rows in example_rows().items()}
    heads = {line.name: line.head for line in ORGANISATION}
    for name, value in answers.items():
        row = next(row for row in book[KOMMUN] if row[0] == heads[name])
        row[1:] = [value, *[None] * (len(row) - 2)]
    return book


def package(path: Path) -> Path:
    """Folders of all five kommuner; their plans differ in their dates."""
    for at, name in enumerate(BLEKINGE):
        folder = path / f"mapp {at}"
        if name in EVENTS:
            made_folder(folder, {sheets.EVENTS: events(EVENTS[name])}, kommun=name)
        else:
            fresh_folder(folder, name)
        if name != WITHOUT:
            (folder / FILE).unlink()
            day = dt.date(2025, 3 + at, 1)
            function = {"Karlshamn": "Anna Ek", "Ronneby": "Trygghetsenheten"}.get(name, "Brottsförebyggande samordnare")
            answers = {"lagesbild_datum": day, "plan_beslut": day, "samordningsfunktion": function}
            filled(folder / FILE, book_with(**answers), name)
    return path


def events(count: int) -> list[list[object]]:
    """So many events in the third quarter of 2026, one before it and one after."""
    days = [FIRST, *[QUARTER_DAY] * count, dt.date(2026, 11, 14)]
    rows = []
    for at, day in enumerate(days):
        moment = f"{day:%Y-%m-%d} {10 + at % 10}:00"
        rows.append(
            [f"H{at}", moment, moment, None, "Skadegörelse", "Stationen", None, None, None, "1", "Vaktbolaget", "okänt"]
        )
    return rows


def cells_of(path: Path) -> list[str]:
    """Every text of a workbook, for those who look for what may not leave it."""
    book = openpyxl.load_workbook(path, read_only=True)
    return [str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None]
