"""What stands inside a paragraph: text, emphasis, links, verdicts with their symbols, small drawings and places to fill in."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from kunskapsbaserat.errors import RenderError
from kunskapsbaserat.report.page.blocks import Blank, Drawn, Mark, Panel, Spark, Stacked
from kunskapsbaserat.report.page.charts import Drawing
from kunskapsbaserat.report.page.word.markup import el, text, text_size
from kunskapsbaserat.report.page.word.pictures import with_baseline

if TYPE_CHECKING:
    from kunskapsbaserat.report.page.word.writer import Writer

# The page draws these; as characters they follow the text when it is edited. The words beside them carry the meaning.
SYMBOLS = {
    "okning": "▲",
    "minskning": "▼",
    "ingen": "≈",
    "fa": "⋯",
    "kan": "?",
    "hogre": "⤒",
    "lagre": "⤓",
    "over": "△",
    "inom": "◇",
    "under": "▽",
    "prioritera": "■",
    "bevaka": "◧",
    "avvakta": "□",
    "finns": "✓",
    "delvis": "◐",
    "saknas": "◌",
    "inte_natt": "✕",
}
_CHIPS = {"okning": "MarkeOkning", "minskning": "MarkeMinskning", "ingen": "MarkeIngen"}
_CHIPS |= {"fa": "MarkeOsaker", "kan": "MarkeOsaker", "hogre": "MarkeJamforelse", "lagre": "MarkeJamforelse"}
_CHIPS |= {"over": "MarkeIngen", "inom": "MarkeIngen", "under": "MarkeIngen"}
_STEPS = ("prioritera", "bevaka", "avvakta")
_EMPTY = {"break": "w:br", "tab": "w:tab"}
NBSP = "\u00a0"
SPACE = re.compile(r"[ \t\r\n\f]+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of one kind: text, break, tab, symbol, drawing, the kommun's picture (its address) or blank.

    A screen reader says the `name` of the last two.
    """

    kind: str
    text: str = ""
    style: str = ""
    bold: bool = False
    italic: bool = False
    strike: bool = False
    href: str = ""
    drawing: Drawing | None = None
    name: str = ""


def plain(words: str, *, bold: bool = False) -> list[Piece]:
    """A text, with white space as a browser shows it."""
    shown = SPACE.sub(" ", words).strip(" ")
    return [Piece("text", shown, bold=bold)] if shown else []


def link(words: str, target: str) -> Piece:
    """A link to a section of the document."""
    return Piece("text", words, style="Hyperlink", href=f"#{target}")


def in_document(target: str) -> bool:
    """Is a link's target a section of this document? A page beside it has a Word document of its own, which no link reaches."""
    return ".html" not in target


def symbols(kinds: Sequence[str], *, bold: bool = False) -> list[Piece]:
    """The symbols of verdicts, each with a space that is not broken."""
    return [piece for kind in kinds for piece in (Piece("symbol", SYMBOLS[kind], bold=bold), Piece("text", NBSP, bold=bold))]


@functools.singledispatch
def pieces(cell: object) -> list[Piece]:
    """The content of a table's cell or of a verdict; a new kind gets a function here."""
    raise RenderError(f"no Word writer for {type(cell).__name__} in a cell")


@pieces.register
def _text(cell: str) -> list[Piece]:
    return plain(cell)


@pieces.register
def _mark(mark: Mark) -> list[Piece]:
    if mark.kind not in _CHIPS:
        bold = mark.kind in _STEPS
        return [*symbols([mark.kind], bold=bold), *plain(mark.text, bold=bold)]
    words = mark.text.replace(" ", NBSP)
    chip = [Piece("text", NBSP), *symbols([mark.kind]), Piece("text", f"{words}{NBSP}")]
    return [replace(piece, style=_CHIPS[mark.kind]) for piece in chip]


@pieces.register
def _spark(spark: Spark) -> list[Piece]:
    return [Piece("drawing", drawing=with_baseline(spark.drawing))]


@pieces.register
def _drawn(cell: Drawn) -> list[Piece]:
    words = [*plain(cell.text, bold=True), Piece("text", " "), *plain(cell.small)]
    return [Piece("drawing", drawing=cell.drawing), Piece("break"), *(replace(piece, style="Liten") for piece in words)]


@pieces.register
def _panel(cell: Panel) -> list[Piece]:
    marks = [piece for mark in cell.marks for piece in (Piece("break"), *pieces(mark))]
    return [Piece("drawing", drawing=with_baseline(cell.drawing)), Piece("break"), *plain(cell.text, bold=True), *marks]


@pieces.register
def _blank(blank: Blank) -> list[Piece]:
    return [Piece("blank", blank.text, style="FyllsI", name=blank.text)]


@pieces.register
def _stacked(cell: Stacked) -> list[Piece]:
    between = Piece("text", " ") if cell.same_line else Piece("break")
    return [*plain(cell.text), between, *(replace(piece, style="Liten") for piece in plain(cell.small))]


def runs(content: Sequence[Piece], writer: Writer, size: float = 0) -> list[Any]:
    """Elements for a paragraph; `size` in points where it is not the style's."""
    made: list[Any] = []
    for href, group in itertools.groupby(content, key=lambda piece: piece.href):
        inside = [_run(piece, writer, size) for piece in group]
        made += [writer.link(href, inside)] if href else inside
    return made


def _run(piece: Piece, writer: Writer, size: float) -> Any:
    run = el("w:r", _properties(piece, size), _content(piece, writer))
    return _field(run, piece.name, writer) if piece.kind == "blank" else run


def _content(piece: Piece, writer: Writer) -> Any:
    if piece.drawing is not None:
        return el("w:drawing", writer.decoration(piece.drawing))
    if piece.kind == "picture":
        return el("w:drawing", writer.own_picture(piece.text, piece.name))
    return el(_EMPTY[piece.kind]) if piece.kind in _EMPTY else text(piece.text)


def _properties(piece: Piece, size: float) -> Any:
    font = "Segoe UI Symbol"
    parts = [
        el("w:rStyle", val=piece.style) if piece.style else None,
        el("w:rFonts", ascii=font, hAnsi=font, cs=font, eastAsia=font) if piece.kind == "symbol" else None,
        el("w:b") if piece.bold else None,
        el("w:i") if piece.italic else None,
        el("w:strike") if piece.strike else None,
        *(text_size(size) if size else ()),
    ]
    return el("w:rPr", *parts) if any(part is not None for part in parts) else None


def _field(run: Any, name: str, writer: Writer) -> Any:
    """A field to fill in: a click marks the words, and what is typed replaces them."""
    marks = el("w:alias", val=name[:64]), el("w:id", val=writer.number()), el("w:showingPlcHdr"), el("w:text")
    return el("w:sdt", el("w:sdtPr", *marks), el("w:sdtContent", run))
