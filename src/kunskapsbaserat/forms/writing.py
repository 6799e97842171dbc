"""A sheet of a workbook for a person to fill in: headings, what they mean, an example row and drop-downs."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from kunskapsbaserat.forms.columns import EXPLANATION, Column

_SAVED = datetime(2026, 1, 1)  # the same workbook whenever it is written
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")
ROWS = 300  # rows that have drop-downs
FIRST_ROW = 4  # under the headings, what they mean, and the example
INK, TINT, EXPLAIN = "FF1B2429", "FFE3E6E7", "FF4B5860"


def font(**about: Any) -> Any:
    from openpyxl.styles import Font

    return Font(**({"color": INK} | about))


def wrap(**about: Any) -> Any:
    from openpyxl.styles import Alignment

    return Alignment(wrap_text=True, vertical="top", **about)


def head(cell: Any) -> None:
    from openpyxl.styles import PatternFill

    cell.font, cell.alignment = font(bold=True), wrap()
    cell.fill = PatternFill("solid", start_color=TINT)


def part_sheet(sheet: Any, columns: Sequence[Column], lists: Mapping[str, str]) -> None:
    """Row 1 the headings, row 2 what they mean, row 3 the example; the rest is to be filled in.

    `lists` has the range of each list of the workbook by column kind, and by ``choice:<name>`` for the choices of a column.
    """
    for at, column in enumerate(columns, start=1):
        head(sheet.cell(1, at, column.head))
        must = " Måste fyllas i." if column.required else ""
        explanation = EXPLANATION if at == 1 else column.explanation + must
        cell = sheet.cell(2, at, explanation)
        cell.font, cell.alignment = font(color=EXPLAIN, size=9), wrap()
        shown = sheet.cell(3, at, column.example)
        shown.font, shown.alignment = font(color=EXPLAIN, italic=True), wrap()
        letter = cell.column_letter
        sheet.column_dimensions[letter].width = column.width
        if column.kind == "date":  # the cells below are empty: a format of the whole column reaches them, in a smaller file
            shown.number_format = sheet.column_dimensions[letter].number_format = "yyyy-mm-dd"
        source = lists[f"choice:{column.name}"] if column.choices else lists.get(column.kind)
        if source:
            choose(sheet, f"{letter}3:{letter}{ROWS}", source, strict=column.kind != "indicator")
        if column.kind == "ref":
            choose(sheet, f"{letter}3:{letter}{ROWS}", f"'{column.refers}'!$A${FIRST_ROW}:$A${ROWS}")
    sheet.row_dimensions[2].height = 78
    sheet.freeze_panes = "C3"


def facts_sheet(
    sheet: Any, heads: tuple[str, str], lines: Sequence[tuple[str, str, str, str, bool]], answers: Mapping[str, object]
) -> None:
    """One line a question: heading, answer, and what it means; `lines` say heading, name, kind, explanation and must."""
    for at, text in enumerate((*heads, EXPLANATION), start=1):
        head(sheet.cell(1, at, text))
    for row, (label, name, kind, explanation, must) in enumerate(lines, start=2):
        sheet.cell(row, 1, label).font = font(bold=True)
        answer = sheet.cell(row, 2, answers.get(name))
        answer.alignment = wrap()
        answer.number_format = "yyyy-mm-dd" if kind == "date" else "General"
        cell = sheet.cell(row, 3, explanation + (" Måste fyllas i." if must else ""))
        cell.font, cell.alignment = font(color=EXPLAIN), wrap()
    for letter, width in (("A", 34), ("B", 40), ("C", 70)):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "B2"


def choose(sheet: Any, where: str, source: str, *, strict: bool = True) -> None:
    """A drop-down over the cells `where` from the range `source`; not strict, anything else may be written too."""
    from openpyxl.worksheet.datavalidation import DataValidation

    rule = DataValidation(type="list", formula1=f"={source}", allow_blank=True, showErrorMessage=strict)
    rule.errorTitle, rule.error = "Välj i listan", "Värdet finns inte i listan."
    sheet.add_data_validation(rule)
    rule.add(where)


def new_book(names: Sequence[str]) -> Any:
    """A workbook with these sheets."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for name in names:
        book.create_sheet(name)
    return book


def introduce(sheet: Any, lines: Sequence[str]) -> None:
    """The sheet that tells how to fill in the workbook: its title and a line for each thing."""
    for at, line in enumerate(lines, start=1):
        cell = sheet.cell(at, 1, line)
        cell.font = font(bold=at == 1, size=16 if at == 1 else 12)
        cell.alignment = wrap()
    sheet.column_dimensions["A"].width = 110


def write_lists(sheet: Any, columns: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The lists that drop-downs draw from, one a column, and the range of each."""
    ranges = {}
    for at, (name, values) in enumerate(columns.items(), start=1):
        for row, text in enumerate([name.removeprefix("choice:"), *values], start=1):
            sheet.cell(row, at, text)
        letter = sheet.cell(1, at).column_letter
        ranges[name] = f"'{sheet.title}'!${letter}$2:${letter}${len(values) + 1}"
    return ranges


def choice_lists(sheets: Mapping[str, Sequence[Column]]) -> dict[str, list[str]]:
    """The words of every column that one chooses in, as `write_lists` takes them."""
    return {f"choice:{c.name}": [*c.choices] for columns in sheets.values() for c in columns if c.choices}


def fill(sheet: Any, columns: Sequence[Column], rows: Iterable[Mapping[str, object]]) -> None:
    """Write rows under the example: the values of each by column name."""
    for at, values in enumerate(rows, start=FIRST_ROW):
        for number, column in enumerate(columns, start=1):
            sheet.cell(at, number, values.get(column.name)).alignment = wrap()


def content_of(book: Any, title: str) -> bytes:
    """The bytes of the workbook."""
    book.properties.created = book.properties.modified = _SAVED
    book.properties.creator, book.properties.title = "kunskapsbaserat", title
    out = io.BytesIO()
    book.save(out)
    return _without_clock(out.getvalue())


def _without_clock(content: bytes) -> bytes:
    """The workbook with the day of `_SAVED` where openpyxl writes the clock: in its properties and at every file in it."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as read, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as written:
        for name in read.namelist():
            part = read.read(name)
            if name == "docProps/core.xml":
                part = _MODIFIED.sub(_SAVED.strftime(r"\g<1>%Y-%m-%dT%H:%M:%SZ").encode(), part)
            written.writestr(zipfile.ZipInfo(name, _SAVED.timetuple()[:6]), part, zipfile.ZIP_DEFLATED)
    return out.getvalue()
