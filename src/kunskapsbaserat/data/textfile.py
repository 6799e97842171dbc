"""Text tables and pages of tables as rows of cells: encoding, delimiter and spans are found by stated rules."""

from __future__ import annotations

import codecs
import csv
import html
import io
import re
from pathlib import Path
from typing import TYPE_CHECKING

from kunskapsbaserat.data.workbook import Rows, corrupt, not_a_table
from kunskapsbaserat.errors import FileError

if TYPE_CHECKING:
    from bs4 import Tag

DELIMITERS = (";", "\t", ",", "|")

_BOMS = {  # that of UTF-32 begins as that of UTF-16
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_DOS_OR_MAC = re.compile(r"[^\W\d_][†„”‡ŠŒš™Ž]|[†„”‡ŠŒš™Ž][^\W\d_]")  # å, ä, ö of code page 850 and Mac Roman, as cp1252
_SWEDISH = re.compile("[åäöÅÄÖ]")
_ENTITY = re.compile(r"&(#\d+|#x[0-9a-fA-F]+|[a-zA-Z]+\d*);")


def kind(content: bytes, path: Path) -> str:
    """ "html" or "csv". XML workbooks, saved web archives and JSON are refused by name, and so are PX files."""
    head = decode(content, path)[0][:200_000].lstrip("\ufeff \t\r\n").casefold()
    if "urn:schemas-microsoft-com:office:spreadsheet" in head[:2000]:
        raise FileError(
            "not_a_table",
            path,
            "is an XML spreadsheet of 2003",
            "är ett XML-kalkylark. Öppna den i Excel, välj Spara som och Excel-arbetsbok (.xlsx).",
        )
    if head.startswith("mime-version:"):
        raise not_a_table(path, "en sparad webbsida i en fil (.mht)")
    if re.match(r"(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<(!doctype html|html|head|body|table|div|style|meta)\b", head, re.DOTALL):
        return "html"
    if head.startswith(("<?xml", "<svg")):
        raise not_a_table(path, "en XML-fil")
    if re.match(r"(charset|codepage|axis-version|matrix)\s*=", head):
        raise not_a_table(path, "en PX-fil")
    if re.match(r"\{\s*\"|\[\s*[\[{]", head):
        raise not_a_table(path, "en JSON-fil")
    return "csv"


def decode(content: bytes, path: Path) -> tuple[str, str]:
    """Text and encoding: a byte order mark decides, then valid UTF-8, then cp1252 (Windows and Latin-1).

    Raises
    ------
    FileError
        Binary content, a file cut within a letter, or letters that only another code page explains.
    """
    for mark, encoding in _BOMS.items():
        if content.startswith(mark):
            try:
                return content.decode(encoding), encoding
            except UnicodeDecodeError as error:
                raise corrupt(path, "cut within a letter") from error
    if (wide := _wide(content)) is not None:
        return content.decode(wide), wide
    if b"\x00" in content:
        raise not_a_table(path, "en fil av okänt slag")
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data" and error.start > 0 and _has_utf8(content[: error.start]):
            raise corrupt(path, "cut within a letter") from error
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError as error:
        raise _encoding(path) from error
    if _DOS_OR_MAC.search(text) and not _SWEDISH.search(text):
        raise _encoding(path)
    return text, "cp1252"


def _wide(content: bytes) -> str | None:
    """UTF-16 without a mark: every other byte of a Swedish text is zero."""
    sample = content[:2000]
    if len(sample) < 4 or len(content) % 2:
        return None
    if sample[1::2].count(0) > 0.9 * len(sample[1::2]) and not sample[::2].count(0):
        return "utf-16-le"
    if sample[::2].count(0) > 0.9 * len(sample[::2]) and not sample[1::2].count(0):
        return "utf-16-be"
    return None


def _has_utf8(content: bytes) -> bool:
    return any(byte > 127 for byte in content)


def _encoding(path: Path) -> FileError:
    return FileError(
        "encoding",
        path,
        "is in an encoding other than UTF-8, UTF-16 and Windows (cp1252)",
        "har en teckenkodning som inte känns igen, så å, ä och ö kan bli fel. Spara den som CSV UTF-8 och försök igen.",
    )


def delimited(text: str, path: Path) -> tuple[list[tuple[str, Rows]], str | None, list[str]]:
    """The rows of a text table, the delimiter, and the codes of what should be said.

    The delimiter is the first of ``;``, tab, ``,`` and ``|`` that stands outside quotes on at least half of the rows that
    hold something: where ``;`` delimits, a comma is a decimal sign. A first row ``sep=;`` decides, and is not
    a row (Excel does not show it). ``&nbsp;`` and its kin, which Brå's text export contains, become the letters they mean
    before the rows are split, since each ends in a delimiter.
    """
    codes = ["no_last_newline"] * (not text.endswith(("\n", "\r")))
    declared = re.match(r"\ufeff?sep=(.)\r?\n", text)
    if declared:
        text = text[declared.end() :]
    text = _ENTITY.sub(_letter, text)
    delimiter = declared[1] if declared else _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter or "\x1f", strict=True)
    rows: Rows = []
    try:
        for record in reader:
            rows.append([_cell(value) for value in record])
    except csv.Error as error:
        raise FileError(
            "corrupt",
            path,
            f"cannot be split into cells at row {len(rows) + 1} ({error})",
            f"går inte att dela i celler vid rad {len(rows) + 1}: ett citattecken saknar sin motsvarighet, eller så är filen "
            "avklippt. Hämta filen på nytt.",
        ) from error
    return [(path.stem, rows)], delimiter, codes


def _delimiter(text: str) -> str | None:
    bare = re.sub(r'"[^"]*"', "", text)
    lines = [line for line in bare.splitlines() if line.strip()]
    for candidate in DELIMITERS:
        if sum(candidate in line for line in lines) * 2 >= len(lines) > 0:
            return candidate
    return None


def _letter(entity: re.Match[str]) -> str:
    """What an entity means, unless that would itself split or quote a cell."""
    letter = html.unescape(entity[0])
    return entity[0] if letter in (*DELIMITERS, '"', "\n", "\r") else letter


def _cell(value: str) -> object:
    return value if value.strip() else None


def html_tables(text: str, path: Path) -> tuple[list[tuple[str, Rows]], list[str]]:
    """Every table that holds no other table, as rows.

    A heading cell (``th``) that spans rows or columns stands in each of them, as in the publisher's workbooks; a data
    cell that spans stands once, as a merged cell in Excel.
    """
    from bs4 import BeautifulSoup

    opened, closed = (len(re.findall(tag, text, re.IGNORECASE)) for tag in (r"<table\b", r"</table\s*>"))
    if not opened:
        raise not_a_table(path, "en webbsida utan tabell")
    if closed < opened or (re.search(r"<html\b", text, re.IGNORECASE) and not re.search(r"</html\s*>", text, re.IGNORECASE)):
        raise corrupt(path, "a table or the page is never closed")
    leaves = [table for table in BeautifulSoup(text, "html.parser").find_all("table") if not table.find("table")]
    found = []
    for number, table in enumerate(leaves, start=1):
        caption = table.find("caption")
        name = " ".join(caption.get_text().split()) if caption else ""
        found.append((name or f"Tabell {number}", _table_rows(table, path)))
    return found, ["several_tables"] * (len(found) > 1)


MAX_SPANNED = 2_000_000
"""Cells of one table of a page, with those that a heading spans: a few signs can ask for a milliard."""


def _table_rows(table: Tag, path: Path) -> Rows:
    taken: dict[tuple[int, int], object] = {}
    trs = table.find_all("tr")
    for at, tr in enumerate(trs):
        column = 0
        for cell in tr.find_all(["td", "th"]):
            while (at, column) in taken:
                column += 1
            text = re.sub(r"[ \t\r\n]+", " ", cell.get_text()).strip(" ")
            value = text if text.strip() else None
            wide, high = _span(cell, "colspan"), min(_span(cell, "rowspan"), len(trs) - at)
            if len(taken) + wide * high > MAX_SPANNED:
                raise FileError(
                    "too_large",
                    path,
                    f"has a table of more than {MAX_SPANNED} cells",
                    "har en tabell som blir orimligt stor: celler sägs gälla för många rader. Hämta filen på nytt.",
                )
            for down in range(high):
                for right in range(wide):
                    repeated = cell.name == "th" or (down, right) == (0, 0)
                    taken[at + down, column + right] = value if repeated else None
            column += wide
    width = max((column for _, column in taken), default=-1) + 1
    return [[taken.get((at, column)) for column in range(width)] for at in range(len(trs))]


def _span(cell: Tag, name: str) -> int:
    text = str(cell.get(name, "1"))
    return min(max(int(text), 1), 1000) if text.isascii() and text.isdigit() and len(text) < 9 else 1
