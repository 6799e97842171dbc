"""What is said of the sheets that a reader could make no table of: figures are never lost in silence."""

from __future__ import annotations

from collections.abc import Collection

from kunskapsbaserat.data.files import DataFile, Sheet
from kunskapsbaserat.findings import Finding

FIGURES = 4
"""A sheet with so many numbers is a table, though none that is known."""


def sheets(file: DataFile, read: Collection[str], *, expected: str | None = None) -> list[Finding]:
    """A finding for every sheet that holds anything and is not among the names of those that were read.

    Parameters
    ----------
    file : DataFile
        The whole file.
    read : collection of str
        Names of the sheets that became a table.
    expected : str, optional
        What the reader looks for on a sheet, in Swedish.
    """
    return [_of(sheet, file, expected) for sheet in file.sheets if sheet.name not in read and _held(sheet)]


def _held(sheet: Sheet) -> list[object]:
    return [cell for row in sheet.rows for cell in row if cell is not None]


def _of(sheet: Sheet, file: DataFile, expected: str | None) -> Finding:
    if sum(isinstance(cell, (int, float)) for cell in _held(sheet)) < FIGURES:
        text = f"Bladet ”{sheet.name}” har ingen tabell och lästes inte."
        return Finding("info", "no_table", text, file.path.name, sheet.name)
    text = f"Bladet ”{sheet.name}” har tal, men dess rubriker känns inte igen. Inget på bladet lästes."
    return Finding("warning", "unread_table", text, file.path.name, sheet.name, expected=expected)
