"""The kommun's own words, safe HTML made from Markdown (`report.own`), as paragraphs, lists and tables of Word.

An element without a rule is an error, never lost text.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PageElement, Tag

from kunskapsbaserat.errors import RenderError
from kunskapsbaserat.report.page.word import tables
from kunskapsbaserat.report.page.word.grid import Cell, Grid
from kunskapsbaserat.report.page.word.inline import SPACE, Piece
from kunskapsbaserat.report.page.word.styles import HAIR
from kunskapsbaserat.report.page.word.writer import Box, Writer

_DIVIDER = Box((("top", "single", 4, HAIR),))
_BLOCKS = {"p", "ul", "ol", "blockquote", "pre", "hr", "table", *(f"h{level}" for level in range(1, 7))}
_INLINE: dict[str, dict[str, Any]] = {
    "strong": {"bold": True},
    "em": {"italic": True},
    "del": {"strike": True},
    "code": {"style": "Kodtecken"},
    "a": {"style": "Hyperlink"},
}


def write(html: str, writer: Writer) -> None:
    """Write safe HTML where the writer stands.

    Raises
    ------
    RenderError
        An element has no rule.
    """
    _write(BeautifulSoup(html, "html.parser").children, writer, writer.current_box.text)


def _write(nodes: Iterable[PageElement], writer: Writer, style: str) -> None:
    """Blocks in order; what stands free between them becomes paragraphs of the style, as paragraphs do."""
    for is_block, group in itertools.groupby(nodes, lambda node: isinstance(node, Tag) and node.name in _BLOCKS):
        if is_block:
            for node in group:
                assert isinstance(node, Tag)
                _block(node, writer, style)
        elif content := pieces(group):
            writer.paragraph(style, content)


def _block(node: Tag, writer: Writer, style: str) -> None:
    match node.name:
        case "p":
            writer.paragraph(style, pieces(node.children))
        case "ul" | "ol":
            with writer.listing(numbered=node.name == "ol") as item_style:
                for item in node.find_all("li", recursive=False):
                    _write(item.children, writer, item_style)
        case "blockquote":
            _write(node.children, writer, "Quote")
        case "pre":
            for line in node.get_text().rstrip("\n").split("\n"):
                writer.paragraph("Kod", [Piece("text", line)])
        case "hr":
            with writer.box(_DIVIDER):
                writer.paragraph("Apparat", ())
        case "table":
            rows = [[_cell(cell) for cell in row.find_all(["th", "td"])] for row in node.find_all("tr")]
            tables.write(Grid(rows, heads=len(node.select("thead tr"))), writer)
        case heading:
            writer.heading(int(heading[1]), pieces(node.children))


def _cell(cell: Tag) -> Cell:
    return Cell(pieces(cell.children), head=cell.name == "th", right="right" in str(cell.get("style", "")))


def pieces(nodes: Iterable[PageElement]) -> list[Piece]:
    """The content of a paragraph, white space as a browser shows it."""
    return list(_tidy([piece for node in nodes for piece in _pieces(node, Piece("text"))]))


def _pieces(node: PageElement, like: Piece) -> Iterator[Piece]:
    if isinstance(node, NavigableString):
        yield replace(like, text=SPACE.sub(" ", str(node)))
        return
    assert isinstance(node, Tag)
    if node.name == "br":
        yield Piece("break")
    elif node.name == "img" and str(node.get("src")).startswith("data:image/"):  # as own_texts.markdown writes it
        yield Piece("picture", str(node["src"]), name=str(node["alt"]))
    elif node.name in _INLINE:
        inside = replace(like, **_INLINE[node.name], href=str(node.get("href", like.href)))
        for child in node.children:
            yield from _pieces(child, inside)
    else:
        raise RenderError(
            f"no rule for <{node.name}> in Word: {node.get_text(' ')[:60]!r}",
            svenska=f"Word-filen kunde inte skapas: <{node.name}> i en egen text går inte att föra över. Ta bort det.",
        )


def _tidy(content: Iterable[Piece]) -> Iterator[Piece]:
    """One space where the page shows one: none at the edges of a line."""
    space: Piece | None = None  # shown if something follows on the line
    in_line = False
    for piece in content:
        if piece.kind == "break":
            space, in_line = None, False
            yield piece
            continue
        before = replace(piece, text=" ") if piece.text.startswith(" ") and in_line else None
        space = space or before
        if words := piece.text.strip(" "):
            if space:
                yield space
            yield replace(piece, text=words)
            space, in_line = replace(piece, text=" ") if piece.text.endswith(" ") else None, True
