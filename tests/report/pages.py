"""Reports built in this process, and readers for what stands on them."""

from __future__ import annotations

import functools
import re

from bs4 import BeautifulSoup

from kunskapsbaserat.report.documents.lagesbild import document as lagesbild
from kunskapsbaserat.report.page import html

REPORT, DECISION, ANNEX = "", "beslut.html", "bilagor.html"
SPACES = re.compile(r"[\u00a0\u2060]")


@functools.cache
def report(kommun: str, year: int | None = None) -> lagesbild.Lagesbild:
    return lagesbild.load(kommun=kommun, year=year)


@functools.cache
def _pages(kommun: str, year: int | None) -> dict[str, str]:
    return pages_of(report(kommun, year))


def page(kommun: str, year: int | None = None, *, file: str = REPORT) -> str:
    return _pages(kommun, year)[file]


def pages_of(lb: lagesbild.Lagesbild) -> dict[str, str]:
    """The three lengths of a report that is not among the kept ones, by file; "" is the report itself."""
    appendix = lb.bilagor()
    parts = [*lb.parts(), appendix.part]
    return html.pages([(part.file, part.to_html()) for part in parts], appendix.record)


def html_of(lb: lagesbild.Lagesbild) -> str:
    """The report itself."""
    return pages_of(lb)[REPORT]


@functools.cache
def soup(kommun: str, file: str = REPORT) -> BeautifulSoup:
    return BeautifulSoup(page(kommun, file=file), "html.parser")


def plain(text: str) -> str:
    """No-break spaces as spaces, word joiners gone, white space single."""
    return " ".join(SPACES.sub(lambda m: " " if m.group() == "\u00a0" else "", text).split())


def text_of(kommun: str, section: str | None = None) -> str:
    """The text of a section, on whichever page it stands; without one that of the report and its appendices."""
    bodies = [soup(kommun, file).body for file in (REPORT, ANNEX)]
    found = [body.find(id=section) for body in bodies] if section else bodies
    assert any(found), section
    return plain(" ".join(part.get_text(" ") for part in found if part))


def table(kommun: str, caption: str) -> dict[str, list[str]]:
    """Row head to cells of the first table of the report and its appendices whose caption starts so."""
    for found in (table for file in (REPORT, ANNEX) for table in soup(kommun, file).find_all("table")):
        if plain(found.caption.get_text(" ")).startswith(caption):
            rows = [
                [plain(c.get_text(" ")) for c in row.find_all(["th", "td"])] for row in found.select("tbody tr:not(.grupp)")
            ]
            return {row[0]: row[1:] for row in rows}
    raise AssertionError(f"no table {caption!r} on the page of {kommun}")
