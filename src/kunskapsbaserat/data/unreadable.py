"""The cells of an xlsx or ods that have nothing to show but should: errors of Excel's, and formulas that were never computed.

The reader of workbooks takes both for empty cells, and a figure that is gone without a word is worse than one that is refused.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from xml.etree import ElementTree

from kunskapsbaserat.cells.text import UNCALCULATED, is_error

_ERROR = re.compile(rb'<(?:\w+:)?c\b([^>]*\bt="e"[^>]*)>(?:<(?:\w+:)?f\b[^>]*?(?:/>|>[^<]*</(?:\w+:)?f>))?<(?:\w+:)?v>([^<]*)<')
_UNCALCULATED = re.compile(
    rb"<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?f\b[^>]*?(?:/>|>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_ADDRESS = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def cells_of(content: bytes) -> dict[str, dict[tuple[int, int], str]]:
    """What to show in each such cell, by sheet and by row and column (0 is the first).

    Raises
    ------
    ValueError, ElementTree.ParseError
        The parts of the workbook cannot be read.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = _parts(archive)
        return {name: shown for name, part in parts.items() if (shown := dict(_of_sheet(archive.read(part))))}


def _parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """The part of the archive that each sheet is kept in."""
    there = set(archive.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= there:
        return {}
    relations = {
        relation.get("Id"): posixpath.normpath(posixpath.join("/xl", relation.get("Target", ""))).lstrip("/")
        for relation in ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    }
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    sheets = [element for element in book.iter() if element.tag.rpartition("}")[2] == "sheet"]
    parts = {sheet.get("name", ""): relations.get(sheet.get(_RELATION)) for sheet in sheets}
    return {name: part for name, part in parts.items() if part in there}


def _of_sheet(xml: bytes) -> Iterator[tuple[tuple[int, int], str]]:
    if b't="e"' in xml:
        for match in _ERROR.finditer(xml):
            yield _at(match[1]), match[2].decode()
    if b"<f" in xml or b":f" in xml:
        for match in _UNCALCULATED.finditer(xml):
            if b't="str"' not in match[1] and b't="e"' not in match[1]:  # an empty text is a result
                yield _at(match[1]), UNCALCULATED


def _at(attributes: bytes) -> tuple[int, int]:
    address = _ADDRESS.search(attributes)
    if address is None:
        raise ValueError("a cell without an address")
    column = 0
    for letter in address[1].decode():
        column = 26 * column + ord(letter) - ord("A") + 1
    return int(address[2]) - 1, column - 1


TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"


def ods_tables(content: bytes) -> dict[str, ElementTree.Element]:
    """The sheets of an OpenDocument spreadsheet by name, as they are kept.

    Raises
    ------
    KeyError, ElementTree.ParseError
        They cannot be read.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        root = ElementTree.fromstring(archive.read("content.xml"))
    return {table.get(f"{TABLE}name", ""): table for table in root.iter(f"{TABLE}table")}


def cells_of_ods(tables: Mapping[str, ElementTree.Element]) -> dict[str, dict[tuple[int, int], str]]:
    """As `cells_of`, for the sheets of an OpenDocument spreadsheet."""
    return {name: shown for name, table in tables.items() if (shown := dict(_of_table(table)))}


def _of_table(table: ElementTree.Element) -> Iterator[tuple[tuple[int, int], str]]:
    """Only cells with a formula can be in error. One that stands for several rows or columns is told of once."""
    at = 0
    for row in table.iter(f"{TABLE}table-row"):
        column = 0
        for cell in row:
            if cell.tag.startswith(TABLE) and cell.get(f"{TABLE}formula") is not None and (shown := _of_formula(cell)):
                yield (at, column), shown
            column += int(cell.get(f"{TABLE}number-columns-repeated", "1"))
        at += int(row.get(f"{TABLE}number-rows-repeated", "1"))


def _of_formula(cell: ElementTree.Element) -> str | None:
    text = "".join("".join(part.itertext()) for part in cell.iter(f"{_TEXT}p")).strip()
    if re.fullmatch(r"Err:\d{3}", text):
        return "#REF!"
    if is_error(text):
        return text
    return UNCALCULATED if cell.get(f"{OFFICE}value-type") is None and not text else None
