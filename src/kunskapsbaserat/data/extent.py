"""How far a workbook's sheets reach, known before they are unfolded: one stray cell far out can fill the memory."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from xml.etree import ElementTree

from kunskapsbaserat.data.unreadable import OFFICE, TABLE

MAX_CELLS = 30_000_000
"""Of one sheet, from its first cell to its last: a million rows of thirty columns."""
MAX_COLUMNS = 5_000

_ROW = re.compile(rb'<(?:\w+:)?row\b[^>]*?\br="(\d{1,7})"')
_COLUMNS = [re.compile(rb'\br="([A-Z]{%d})\d' % letters) for letters in (3, 2)]
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")


def too_far(content: bytes) -> tuple[int, int] | None:
    """Rows and columns of the first sheet of an xlsx that reaches farther than can be read; None when all can.

    Examples
    --------
    >>> import io, zipfile
    >>> def book(address):
    ...     out = io.BytesIO()
    ...     with zipfile.ZipFile(out, "w") as archive:
    ...         archive.writestr("xl/worksheets/sheet1.xml", f'<row r="{address[3:]}"><c r="{address}"/></row>')
    ...     return out.getvalue()
    >>> too_far(book("AAA12"))
    >>> too_far(book("XFD12"))
    (12, 16384)
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if _SHEET.fullmatch(name):
                xml = archive.read(name)
                rows, columns = _rows(xml), _columns(xml)
                if columns > MAX_COLUMNS or rows * columns > MAX_CELLS:
                    return rows, columns
    return None


def too_far_ods(tables: Mapping[str, ElementTree.Element]) -> tuple[int, int] | None:
    """As `too_far`, for the sheets of an OpenDocument spreadsheet: one cell says how many rows and columns it stands for.

    Empty cells after the last filled one count for nothing: LibreOffice writes them out to the end of the sheet.
    """
    for table in tables.values():
        rows, columns = _reach(table)
        if columns > MAX_COLUMNS or rows * columns > MAX_CELLS:
            return rows, columns
    return None


def _reach(table: ElementTree.Element) -> tuple[int, int]:
    """The last row and the last column that hold anything."""
    row_number = last_row = last_column = 0
    for row in table.iter(f"{TABLE}table-row"):
        column = filled = 0
        for cell in row:
            column += int(cell.get(f"{TABLE}number-columns-repeated", "1"))
            if len(cell) or cell.get(f"{OFFICE}value-type") is not None:
                filled = column
        row_number += int(row.get(f"{TABLE}number-rows-repeated", "1"))
        if filled:
            last_row, last_column = row_number, max(last_column, filled)
    return last_row, last_column


def _rows(xml: bytes) -> int:
    """The number of the last row; rows without a number follow each other."""
    last = max(xml.rfind(b"<row"), xml.rfind(b":row"))
    numbered = _ROW.match(xml, max(xml.rfind(b"<", 0, last + 1), 0)) if last >= 0 else None
    return int(numbered[1]) if numbered else xml.count(b"<row")


def _columns(xml: bytes) -> int:
    """The number of the last column, 26 where none is beyond Z. Longer names lie farther out; the longest are looked at."""
    for longest in _COLUMNS:
        if names := set(longest.findall(xml)):
            return max(_number(name) for name in names)
    return 26


def _number(name: bytes) -> int:
    number = 0
    for letter in name:
        number = 26 * number + letter - 64
    return number
