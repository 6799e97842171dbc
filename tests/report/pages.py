"""Reports built in this process, and readers for what stands on them."""

from __future__ import annotations

import functools
import re

from bs4 import BeautifulSoup

from kunskapsbaserat.report.documents.lagesbild import document as lagesbild
from kunskapsbaserat.report.page import common_words as words
from kunskapsbaserat.report.page import html

SPACES = re.compile(r"[\u00a0\u2060]")


@functools.cache
def report(kommun: str, year: int | None = None) -> lagesbild.Lagesbild:
    return lagesbild.load(kommun=kommun, year=year)


@functools.cache
def page(kommun: str, year: int | None = None) -> str:
    return html_of(report(kommun, year))


def html_of(lb: lagesbild.Lagesbild) -> str:
    """The whole page of a report that is not among the kept ones."""
    appendix = lb.bilagor()
    record = appendix.record
    return html.page(
        [*(part.to_html() for part in lb.parts()), appendix.part.to_html()],
        title=record["title"],
        foot=record["foot"],
        nav=record["nav"],
        made_with=words.made_with(record["manifest"]["version"]),
    )


@functools.cache
def soup(kommun: str) -> BeautifulSoup:
    return BeautifulSoup(page(kommun), "html.parser")


def plain(text: str) -> str:
    """No-break spaces as spaces, word joiners gone, white space single."""
    return " ".join(SPACES.sub(lambda m: " " if m.group() == "\u00a0" else "", text).split())


def text_of(kommun: str, section: str | None = None) -> str:
    found = soup(kommun).find(id=section) if section else soup(kommun).body
    assert found is not None, section
    return plain(found.get_text(" "))


def table(kommun: str, caption: str) -> dict[str, list[str]]:
    """Row head to cells of the first table whose caption starts so."""
    for found in soup(kommun).find_all("table"):
        if plain(found.caption.get_text(" ")).startswith(caption):
            rows = [
                [plain(c.get_text(" ")) for c in row.find_all(["th", "td"])] for row in found.select("tbody tr:not(.grupp)")
            ]
            return {row[0]: row[1:] for row in rows}
    raise AssertionError(f"no table {caption!r} on the page of {kommun}")
