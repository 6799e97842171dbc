"""A Word document as its reader meets it: words, headings, tables and pictures, read from the bare XML."""

from __future__ import annotations

import functools
import io
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from pages import page

from kunskapsbaserat.report.word.document import document_bytes

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
SYMBOL_FONT = "Segoe UI Symbol"


@functools.cache
def word(kommun: str) -> bytes:
    return document_bytes(page(kommun))


def part(data: bytes, name: str = "word/document.xml") -> Element:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return ElementTree.fromstring(archive.read(name))


def names(data: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.namelist()


def style(paragraph: Element) -> str:
    found = paragraph.find(f"{W}pPr/{W}pStyle")
    assert found is not None
    return str(found.get(f"{W}val"))


def text(node: Element) -> str:
    """Text of a node without symbols and without the words that stand in an empty place."""
    return "".join(_text(node))


def _text(node: Element) -> Iterator[str]:
    if node.tag == f"{W}r":
        properties = node.find(f"{W}rPr")
        fonts = None if properties is None else properties.find(f"{W}rFonts")
        run_style = None if properties is None else properties.find(f"{W}rStyle")
        if fonts is not None and fonts.get(f"{W}ascii") == SYMBOL_FONT:
            return
        if run_style is not None and run_style.get(f"{W}val") == "PlaceholderText":
            return
    if node.tag == f"{W}t":
        yield node.text or ""
    elif node.tag in (f"{W}br", f"{W}tab"):
        yield " "
    else:
        for child in node:
            yield from _text(child)
        if node.tag == f"{W}p":
            yield " "


def words(text: str) -> list[str]:
    return text.replace("\u2060", "").split()
