"""County pages built in this process, and readers for what stands on them."""

from __future__ import annotations

import functools

from bs4 import BeautifulSoup
from pages import plain

from kunskapsbaserat.report.documents.region import document as region
from kunskapsbaserat.report.page import html


def pages_of(document: region.Region) -> dict[str, str]:
    appendix = document.bilagor()
    parts = [*document.parts(), appendix.part]
    return html.pages([(part.file, part.to_html()) for part in parts], appendix.record)


@functools.cache
def document(lan: str) -> region.Region:
    return region.load(lan=lan)


@functools.cache
def _pages(lan: str) -> dict[str, str]:
    return pages_of(document(lan))


def page(lan: str, file: str = "") -> str:
    return _pages(lan)[file]


@functools.cache
def soup(lan: str, file: str = "") -> BeautifulSoup:
    return BeautifulSoup(page(lan, file), "html.parser")


def section_of(of: BeautifulSoup, key: str) -> BeautifulSoup:
    found = of.find(id=key)
    assert found is not None, key
    return found


def rows_of(of: BeautifulSoup) -> list[list[str]]:
    """The cells of a section's table, with what names its groups."""
    return [[plain(cell.get_text(" ")) for cell in row.find_all(["th", "td"])] for row in of.select("tbody tr")]


def lines_of(lan: str) -> str:
    """What a reader of the page meets, one block a line; the table of all tests is the multiplicity test's."""
    wanted = ["h1", "h2", "h3", "h4", "p", "li", "caption", "tr", "dt", "dd", "summary", "figcaption", "desc"]
    texts = [plain(e.get_text(" ")) for e in soup(lan).find_all(wanted) if not e.find(["p", "tr", "dt"])]
    return "\n".join(t for t in texts if t) + "\n"
