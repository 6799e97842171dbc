"""Plans and workbooks for the tests: the invented plan, with single cells changed."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd

from kunskapsbaserat.plan import Plan, workbook, write_new
from kunskapsbaserat.plan.example import rows as example_rows
from kunskapsbaserat.plan.sheets import KOMMUN, ORGANISATION, SHEETS

FIRST_ROW = 4  # of what is filled in: headings, explanations and the example stand above


def filled(path: Path, book: dict[str, Any] | None = None, kommun: str = "Borlänge") -> Path:
    """A new workbook with a plan filled in as a person does it."""
    write_new(path, kommun)
    wb = openpyxl.load_workbook(path)
    for name, rows in (book or example_rows()).items():
        sheet = wb[name]
        if name == KOMMUN:
            lines = {sheet.cell(r, 1).value: r for r in range(3, 3 + len(ORGANISATION))}
            for row in rows[1:]:
                for at, value in enumerate(row[1:], start=2):
                    if value is not None:
                        sheet.cell(lines[row[0]], at, value)
        else:
            for number, row in enumerate(rows[1:], start=FIRST_ROW):
                for at, value in enumerate(row, start=1):
                    if value is not None:
                        sheet.cell(number, at, value)
    wb.save(path)
    return path


def edited(path: Path, *changes: tuple[str, int | str, str, object]) -> Path:
    """Change single cells: sheet, row (or the line of Kommun), heading (or "Svar"), value."""
    wb = openpyxl.load_workbook(path)
    for name, row, head, value in changes:
        sheet = wb[name]
        if name == KOMMUN:
            at = next(r for r in range(3, 40) if sheet.cell(r, 1).value == row)
            sheet.cell(at, 2 if head == "Svar" else 1 + int(head.split()[1])).value = value
        else:
            column = next(c for c in range(1, sheet.max_column + 1) if sheet.cell(1, c).value == head)
            sheet.cell(int(row), column).value = value
    wb.save(path)
    return path


def plan_with(**changes: Any) -> Plan:
    """The invented plan with other answers on the sheet Kommun: field to answer or answers."""
    book = {name: copy.deepcopy(list(rows)) for name, rows in example_rows().items()}
    heads = {line.name: line.head for line in ORGANISATION}
    for name, value in changes.items():
        for row in book[KOMMUN]:
            if row[0] == heads[name]:
                row[1:] = value if isinstance(value, list) else [value]
    return workbook.from_rows(book, kommun="2081", name="test")


def without_links(rows: list[list[Any]], goals: set[str]) -> list[list[Any]]:
    """The sheet Kommun when these goals are gone: fullmäktige's goals no longer lead to them."""
    head = next(line.head for line in ORGANISATION if line.name == "kf_mal")
    return [[None if row[0] == head and cell in goals else cell for cell in row] for row in rows]


def plan_of(changes: dict[str, dict[str, dict[str, Any]]], *, drop: dict[str, set[str]] | None = None) -> Plan:
    """The invented plan with other cells: sheet to id to field to value; `drop` removes rows by id."""
    book = {name: copy.deepcopy(list(rows)) for name, rows in example_rows().items()}
    book[KOMMUN] = without_links(book[KOMMUN], (drop or {}).get("Mål", set()))
    for name, columns in SHEETS.items():
        fields = [c.name for c in columns]
        book[name] = [row for row in book[name] if row[0] not in (drop or {}).get(name, set())]
        for row in book[name][1:]:
            for field, value in changes.get(name, {}).get(row[0], {}).items():
                row[fields.index(field)] = value
    return workbook.from_rows(book, kommun="2081", name="test")


def yearly(counts: dict[int, int], *, area: str = "2081", offence: str = "bostadsinbrott") -> pd.DataFrame:
    """The counts contract for one series."""
    return pd.DataFrame(
        {
            "area": area,
            "area_level": "kommun",
            "offence": offence,
            "sex": "alla",
            "period": pd.PeriodIndex([str(y) for y in counts], freq="Y"),
            "count": pd.array(list(counts.values()), dtype="Int64"),
            "status": "final",
            "source": "bra_indikatorer",
        }
    )
