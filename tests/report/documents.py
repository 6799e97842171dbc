"""A Word document as its reader meets it: words, headings, tables and pictures, read from the bare XML."""

from __future__ import annotations

import copy
import functools
import io
import zipfile
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from bs4 import BeautifulSoup, NavigableString
from pages import report

from kunskapsbaserat.report.page import common_words as common
from kunskapsbaserat.report.page import part_data
from kunskapsbaserat.report.page.word import Manuscript
from kunskapsbaserat.report.page.word.document import document_bytes

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
SYMBOL_FONT = "Segoe UI Symbol"
INLINE = {"a", "b", "strong", "em", "code", "del"}


def manuscript_of(document: Any, file: str = "") -> Manuscript:
    """What Word is written from: the parts of one page as an executed notebook keeps them."""
    appendix = document.bilagor()
    record = appendix.record
    head = record["files"][file] if file else record
    return Manuscript(
        [part_data.read(part_data.bundle(part)) for part in (*document.parts(), appendix.part) if part.file == file],
        title=head["title"],
        foot=head["foot"],
        nav=head["nav"],
        made_with=record.get("made_with", common.made_with(record["manifest"]["version"])),
    )


@functools.cache
def manuscript(kommun: str, file: str = "") -> Manuscript:
    return manuscript_of(report(kommun), file)


@functools.cache
def word(kommun: str, file: str = "") -> bytes:
    return document_bytes(manuscript(kommun, file))


def page_words(of: str) -> list[str]:
    """What a reader meets on a page, in order, read in another way: every element but those within a sentence parts words."""
    body = BeautifulSoup(of, "html.parser").body
    assert body is not None
    beside = 'a[href^="report.html"], a[href^="beslut.html"], a[href^="bilagor.html"]'  # no link of a document leads to another
    for gone in body.select(f"a.hoppa, svg, summary, dl.fakta, caption.dold, {beside}"):
        gone.decompose()
    for nav in body.find_all("nav"):
        if nav.find("a") is None:
            nav.decompose()
    for nav in body.find_all("nav"):
        nav.insert(0, NavigableString(str(nav["aria-label"])))
    for tag in body.find_all(True):
        apart = tag.name not in INLINE and not (tag.name == "span" and "liten" in tag.get_attribute_list("class"))
        if apart or tag.parent.name == "figcaption":
            tag.insert_before(NavigableString(" "))
            tag.insert_after(NavigableString(" "))
    return words(body.get_text(""))


def document_words(data: bytes) -> list[str]:
    """What a reader meets in the document, in order, but for the facts of the masthead."""
    body = copy.deepcopy(part(data).find(f"{W}body"))
    assert body is not None
    facts = next(t for t in body if t.tag == f"{W}tbl")
    body.remove(facts)
    return words(text(body))


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
