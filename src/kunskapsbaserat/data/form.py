"""A sheet of a workbook for a person to fill in: headings, what they mean, an example row and drop-downs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

ROWS = 300  # rows that have drop-downs
EXPLANATION = "Förklaring"
EXAMPLE = "EXEMPEL"
"""A row whose first cell begins so is the workbook's own example and is not read."""

INK, TINT, EXPLAIN = "FF1B2429", "FFE3E6E7", "FF4B5860"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a sheet.

    `kind` is "id", "text", "date", "number", "kronor", "whole", "year", "choice", "yes", "ref" (an id of the sheet `refers`),
    "refs" or "list" (several, with semicolons), or the name of a list of the workbook ("indicator", "evidence").
    """

    head: str
    name: str
    kind: str
    explanation: str
    required: bool = False
    choices: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    refers: str = ""
    example: object = None
    width: int = 22


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
        source = lists[f"choice:{column.name}"] if column.choices else lists.get(column.kind)
        if source:
            choose(sheet, f"{letter}3:{letter}{ROWS}", source, strict=column.kind != "indicator")
        if column.kind == "ref":
            choose(sheet, f"{letter}3:{letter}{ROWS}", f"'{column.refers}'!$A$4:$A${ROWS}")
        for row in range(3, ROWS + 1 if column.kind == "date" else 4):
            sheet.cell(row, at).number_format = "yyyy-mm-dd" if column.kind == "date" else "General"
    sheet.row_dimensions[2].height = 78
    sheet.freeze_panes = "C3"


def choose(sheet: Any, where: str, source: str, *, strict: bool = True) -> None:
    """A drop-down over the cells `where` from the range `source`; not strict, anything else may be written too."""
    from openpyxl.worksheet.datavalidation import DataValidation

    rule = DataValidation(type="list", formula1=f"={source}", allow_blank=True, showErrorMessage=strict)
    rule.errorTitle, rule.error = "Välj i listan", "Värdet finns inte i listan."
    sheet.add_data_validation(rule)
    rule.add(where)
