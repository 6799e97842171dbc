"""A new ``est.xlsx`` to fill in, by the same means as the workbook of the plan."""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path

from kunskapsbaserat import kommun as kommuner
from kunskapsbaserat.data import form
from kunskapsbaserat.data.est import sheets
from kunskapsbaserat.data.export import replace_file

_SAVED = datetime(2026, 1, 1)


def path_in(folder: str | Path) -> Path:
    """Where the EST workbook of a kommun's folder is."""
    return Path(folder) / sheets.FILE


def write_new(path: str | Path, kommun: object) -> bool:
    """Write an empty workbook for a kommun; one that exists is never touched. Was it written?

    Raises
    ------
    FileLocked
        The folder may not be written.
    """
    path = Path(path)
    if path.exists():
        return False
    replace_file(path, new_workbook(kommun))
    return True


def new_workbook(kommun: object) -> bytes:
    """The bytes of a new workbook."""
    from openpyxl import Workbook

    place = kommuner.get(kommun)
    book = Workbook()
    book.remove(book.active)
    for name in (sheets.READ_ME, *sheets.SHEETS, sheets.LISTS):
        book.create_sheet(name)
    for at, text in enumerate(sheets.INTRODUCTION, start=1):
        cell = book[sheets.READ_ME].cell(at, 1, text.format(kommun=place.name))
        cell.font = form.font(bold=at == 1, size=16 if at == 1 else 12)
        cell.alignment = form.wrap()
    book[sheets.READ_ME].column_dimensions["A"].width = 110
    ranges = _lists(book[sheets.LISTS])
    for name, columns in sheets.SHEETS.items():
        form.part_sheet(book[name], columns, ranges)
    settings = book[sheets.SETTINGS]
    settings.delete_rows(3)  # the example row: the lines explain themselves
    for row, (head, _, kind, explanation) in enumerate(sheets.LINES, start=3):
        settings.cell(row, 1, head).font = form.font(bold=True)
        cell = settings.cell(row, 3, explanation)
        cell.font, cell.alignment = form.font(color=form.EXPLAIN), form.wrap()
        settings.cell(row, 2).number_format = "yyyy-mm-dd" if kind == "date" else "General"
    settings.column_dimensions["C"].width = 70
    book.properties.created = book.properties.modified = _SAVED
    book.properties.creator, book.properties.title = "kunskapsbaserat", f"EST, {place.name}"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _lists(sheet: object) -> dict[str, str]:
    """The lists that drop-downs draw from, one a column, and the range of each."""
    columns = {"yes": [*sheets.YES]}
    for part in sheets.SHEETS.values():
        columns |= {f"choice:{c.name}": [text[:1].upper() + text[1:] for text in c.choices] for c in part if c.choices}
    ranges = {}
    for at, (name, values) in enumerate(columns.items(), start=1):
        for row, text in enumerate([name.removeprefix("choice:"), *values], start=1):
            sheet.cell(row, at, text)  # type: ignore[attr-defined]
        letter = sheet.cell(1, at).column_letter  # type: ignore[attr-defined]
        ranges[name] = f"'{sheets.LISTS}'!${letter}$2:${letter}${len(values) + 1}"
    return ranges
