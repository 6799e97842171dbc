"""Large workbooks row by row: a sheet a table, numbers as numbers, the same bytes each time."""

from __future__ import annotations

import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pandas as pd

from kunskapsbaserat.forms import writing

_NARROWEST, _WIDEST, _LOOKED_AT = 9, 60, 200
_MOST_ROWS = 1_048_575  # that a sheet holds under its header
_NOT_IN_A_CELL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_NOT_IN_A_TITLE = re.compile(r"[\[\]:*?/\\]")


@dataclass(frozen=True, eq=False)
class Sheet:
    """One sheet of a workbook.

    Attributes
    ----------
    heads : sequence of str
        What stands over the columns; different from one another.
    formats : mapping
        Number format by place of the column.
    table : str, optional
        The name of an Excel table over all of it; without one the sheet has a filter.
    """

    title: str
    frame: pd.DataFrame
    heads: Sequence[str]
    formats: dict[int, str] = field(default_factory=dict)
    table: str | None = None
    frozen: str = "A2"


def sheet_title(text: str, taken: Sequence[str]) -> str:
    """The text as the title of a sheet: at most 31 characters, none that Excel refuses, none that another sheet has."""
    plain = _NOT_IN_A_TITLE.sub(" ", text).strip("' ")[:31].strip() or "Blad"
    title, number, lower = plain, 2, {t.casefold() for t in taken}
    while title.casefold() in lower:
        title, number = f"{plain[:27].strip()} {number}", number + 1
    return title


def content(sheets: Sequence[Sheet], *, title: str, lead: Sequence[tuple[str, Sequence[str]]] = ()) -> bytes:
    """The bytes of a workbook: first the sheets of plain lines in `lead`, then the tables."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    for name, lines in lead:
        _write_lines(book.create_sheet(name), lines)
    for number, sheet in enumerate(sheets, start=1):
        _write(book.create_sheet(sheet.title), sheet, number)
    return writing.content_of(book, title)


def _write_lines(sheet: Any, lines: Sequence[str]) -> None:
    from openpyxl.cell import WriteOnlyCell

    sheet.column_dimensions["A"].width = 110
    for at, line in enumerate(lines):
        cell = WriteOnlyCell(sheet, _clean(line))
        cell.data_type = "s"
        cell.font = writing.font(bold=at == 0, size=16 if at == 0 else 11)
        cell.alignment = writing.wrap()
        sheet.append([cell])


def _write(sheet: Any, about: Sheet, number: int) -> None:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.utils import get_column_letter

    frame = about.frame
    assert len(frame) <= _MOST_ROWS, about.title
    columns = [_cells(frame.iloc[:, at]) for at in range(frame.shape[1])]
    for at, (head, values) in enumerate(zip(about.heads, columns, strict=True)):
        sheet.column_dimensions[get_column_letter(at + 1)].width = _width(head, values)
    sheet.freeze_panes = about.frozen
    heads = [WriteOnlyCell(sheet, head) for head in about.heads]
    for cell in heads:
        writing.head(cell)
    sheet.append(heads)
    # One cell a column, filled anew for each row: a sheet that is only written keeps none of them.
    row = [WriteOnlyCell(sheet) for _ in columns]
    for at, shape in about.formats.items():
        row[at].number_format = shape
    for observation in zip(*columns, strict=True):
        for cell, value in zip(row, observation, strict=True):
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"  # text that begins as a formula stays text
        sheet.append(row)
    ref = f"A1:{get_column_letter(len(columns))}{len(frame) + 1}"
    if about.table is None:
        sheet.auto_filter.ref = ref
    else:
        with warnings.catch_warnings():  # openpyxl warns that the columns have to be given, which they are
            warnings.filterwarnings("ignore", "In write-only mode you must add table columns manually", UserWarning)
            sheet.add_table(_table(about, ref, number))


def _table(about: Sheet, ref: str, number: int) -> Any:
    from openpyxl.worksheet.filters import AutoFilter
    from openpyxl.worksheet.table import Table, TableColumn, TableStyleInfo

    table = Table(displayName=about.table, name=about.table, ref=ref, id=number)
    table.autoFilter = AutoFilter(ref=ref)
    table.tableColumns = [TableColumn(id=at, name=head) for at, head in enumerate(about.heads, start=1)]
    table.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=True)
    return table


def _cells(column: pd.Series) -> list[Any]:
    """A column as what Excel can hold; missing is an empty cell."""
    if pd.api.types.is_integer_dtype(column.dtype):
        return [None if v is pd.NA else int(v) for v in column.tolist()]
    if pd.api.types.is_float_dtype(column.dtype):
        return [None if v is pd.NA or v != v else float(v) for v in column.tolist()]
    return [_cell(v) for v in column.tolist()]


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return _clean(value)
    if value is None or value is pd.NA or value != value:
        return None
    return value if isinstance(value, (int, float, date)) else str(value)


def _clean(text: str) -> str:
    return _NOT_IN_A_CELL.sub("", text)


def _width(head: str, values: list[Any]) -> float:
    step = max(1, len(values) // _LOOKED_AT)
    longest = max((len(str(round(v, 1) if isinstance(v, float) else v)) for v in values[::step] if v is not None), default=0)
    word = max((len(part) for part in head.split()), default=0)
    return float(min(max(longest, word + 2, _NARROWEST) + 2, _WIDEST))
