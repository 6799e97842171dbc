"""Tables of the page as tables of Word: repeated head, a caption, rows kept whole and columns that fit the paper."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bs4 import Tag

from kunskapsbaserat.report.word.inline import SYMBOLS, Piece, Place, pieces, runs, unknown
from kunskapsbaserat.report.word.markup import el
from kunskapsbaserat.report.word.pictures import SPARK_SCALE, size_of
from kunskapsbaserat.report.word.styles import CELL_MARGIN

_KEPT_TOGETHER = 24  # lines of text; a longer table may be broken between pages, at a row
_SIZES = (9.0, 8.5, 8.0, 7.5)
_PADDING = 2 * CELL_MARGIN / 20 + 1  # points beside the text of a cell
_BOLDER = 1.04
_NARROWEST = 0.55  # share of the room that a table of few figures takes, so that a row can be followed
_BRACKET = re.compile(r" (?=\()")
_BREAK = re.compile(r" |(?<=[^\W\d]-)")  # a line may end at a space or after a hyphen in a word, not in a date


@dataclass(frozen=True, slots=True)
class Cell:
    content: Sequence[Piece]
    head: bool
    right: bool
    span: int

    def lines(self) -> list[str]:
        """The text line by line, without its drawings."""
        return "".join("\n" if piece.kind == "break" else piece.text for piece in self.content).split("\n")

    @property
    def words(self) -> str:
        return " ".join(" ".join(self.lines()).split())

    def bold(self) -> bool:
        return self.head or any(piece.bold or piece.style.startswith("Marke") for piece in self.content)


@dataclass(frozen=True, slots=True)
class Grid:
    """A table as read: rows of cells, how many of them are head, and what it is called."""

    rows: Sequence[Sequence[Cell]]
    heads: int
    caption: Sequence[Piece]
    scope: Sequence[Piece]
    hidden_caption: bool

    @property
    def columns(self) -> int:
        return max(sum(cell.span for cell in row) for row in self.rows)

    @property
    def name(self) -> str:
        return "".join(piece.text for piece in self.caption)


@dataclass(frozen=True, slots=True)
class Layout:
    """Width of every column and size of the text, in points; whether the page must lie."""

    widths: Sequence[float]
    size: float
    lying: bool


def read(table: Tag) -> Grid:
    """A table of the page.

    Raises
    ------
    RenderError
        A cell spans rows, which no rule knows.
    """
    caption = table.find("caption")
    inner = list(caption.children) if isinstance(caption, Tag) else []
    scope = [node for node in inner if isinstance(node, Tag) and node.name == "span"]
    all_right = "siffror" in table.get_attribute_list("class")
    rows = [
        [_cell(cell, all_right and place > 0) for place, cell in enumerate(row.find_all(["th", "td"]))]
        for row in table.find_all("tr")
    ]
    return Grid(
        rows=rows,
        heads=len(table.select("thead tr")),
        caption=pieces([node for node in inner if node not in scope]),
        scope=pieces(scope),
        hidden_caption=isinstance(caption, Tag) and "dold" in caption.get_attribute_list("class"),
    )


def _cell(cell: Tag, right: bool) -> Cell:
    if cell.has_attr("rowspan"):
        raise unknown(cell)
    aligned = right or "t" in cell.get_attribute_list("class") or "right" in str(cell.get("style", ""))
    return Cell(pieces(cell.children), cell.name == "th", aligned, int(str(cell.get("colspan", "1"))))


def layout(grid: Grid, standing: float, lying: float) -> Layout:
    """The largest text with which no word is broken: on a standing page when that goes, else on a lying one."""
    for across, room in ((False, standing), (True, lying)):
        for size in _SIZES:
            least = _widths(grid, size, longest_word=True)
            if sum(least) <= room:
                return Layout(_shared(least, _widths(grid, size, longest_word=False), room), size, across)
    size = _SIZES[-1]
    least = _widths(grid, size, longest_word=True)
    return Layout([width * lying / sum(least) for width in least], size, True)


def _widths(grid: Grid, size: float, *, longest_word: bool) -> list[float]:
    found = [0.0] * grid.columns
    for number, row in enumerate(grid.rows):
        place = 0
        for cell in row:
            if cell.span == 1:
                head = number < grid.heads
                letters = size * (_BOLDER if cell.bold() else 1)
                text = _longest(cell.lines(), letters, words=head or longest_word, figures=cell.right and not head)
                if head and not longest_word:  # a head may take two lines
                    text = max(text, _longest(cell.lines(), letters, words=False) / 2)
                found[place] = max(found[place], text + _PADDING, _drawn(cell) + _PADDING)
            place += cell.span
    return found


def _longest(lines: Sequence[str], size: float, *, words: bool, figures: bool = False) -> float:
    """Length of the longest line, or of what must stay on one line; a figure only parts from its bracket."""
    parts = [word for line in lines for word in (_BRACKET if figures else _BREAK).split(line)] if words else lines
    return max((_length(part, size) for part in parts), default=0.0)


def _length(text: str, size: float) -> float:
    """Width of a text in points, a little on the safe side for the fonts we name."""
    return size * sum(_letter(c) for c in text if c != "\u2060")


def _letter(c: str) -> float:
    if c in SYMBOLS.values():
        return 1.0
    if c in "mwMW":
        return 0.85
    return 0.62 if c.isupper() else 0.31 if c in "ijltfr.,:;()’'" else 0.25 if c in " \u00a0" else 0.51


def _drawn(cell: Cell) -> float:
    widths = [size_of(piece.svg)[0] * SPARK_SCALE / 25.4 * 72 for piece in cell.content if piece.svg is not None]
    return max(widths, default=0.0)


def _shared(least: Sequence[float], wished: Sequence[float], room: float) -> list[float]:
    """What is left over the least widths goes to the columns that wish for more, and then to all alike."""
    room = max(sum(least), min(room, max(_NARROWEST * room, 1.6 * sum(wished))))
    spare = room - sum(least)
    wishes = [max(0.0, wish - low) for wish, low in zip(wished, least, strict=True)]
    part = min(1.0, spare / sum(wishes)) if sum(wishes) else 0.0
    widths = [low + part * wish for low, wish in zip(least, wishes, strict=True)]
    rest = (room - sum(widths)) / sum(widths)
    return [width * (1 + rest) for width in widths]


def build(grid: Grid, plan: Layout, writer: Place, *, keep_next: bool = False) -> Any:
    """The table; its name also stands in its properties, where a screen reader looks for it.

    `keep_next` holds its last row on the page of what follows, which is its source.
    """
    properties = el(
        "w:tblPr",
        el("w:tblStyle", val="Rapporttabell"),
        el("w:tblW", w=_twentieths(sum(plan.widths)), type="dxa"),
        el("w:tblInd", w=-CELL_MARGIN, type="dxa"),
        el("w:tblLayout", type="fixed"),
        el("w:tblLook", val="04A0", firstRow=1, lastRow=0, firstColumn=1, lastColumn=0, noHBand=0, noVBand=1),
        el("w:tblCaption", val=grid.name) if grid.name else None,
    )
    columns = el("w:tblGrid", *(el("w:gridCol", w=_twentieths(width)) for width in plan.widths))
    together = sum(_lines(row, plan) for row in grid.rows) <= _KEPT_TOGETHER
    heads = [cell.words for row in grid.rows[: grid.heads] for cell in row]
    rows = []
    for number, row in enumerate(grid.rows):
        last = number == len(grid.rows) - 1
        keep = keep_next if last else together or number in (0, 1, len(grid.rows) - 2)
        rows.append(_row(row, number < grid.heads, keep, plan, writer, heads))
    return el("w:tbl", properties, columns, *rows)


def _lines(row: Sequence[Cell], plan: Layout) -> int:
    """How many lines a row will take."""
    found, place = 1, 0
    for cell in row:
        room = sum(plan.widths[place : place + cell.span]) - _PADDING
        place += cell.span
        lines = (math.ceil(_length(line, plan.size) / room) for line in cell.lines())
        found = max(found, sum(max(1, count) for count in lines))
    return found


def _row(row: Sequence[Cell], head: bool, keep: bool, plan: Layout, writer: Place, heads: Sequence[str]) -> Any:
    properties = el("w:trPr", el("w:cantSplit"), el("w:tblHeader") if head else None)
    cells, place = [], 0
    for number, cell in enumerate(row):
        writer.name_of_blank = f"{heads[number]}: {row[0].words}" if len(heads) == len(row) else ""
        width = sum(plan.widths[place : place + cell.span])
        place += cell.span
        style = ("Tabellhuvudtal" if cell.right else "Tabellhuvud") if head else ("Tabelltal" if cell.right else "Tabelltext")
        paragraph = el("w:p", el("w:pPr", el("w:pStyle", val=style), el("w:keepNext") if keep else None))
        paragraph.extend(runs(cell.content, writer))
        _sized(paragraph, plan.size)
        cell_properties = el(
            "w:tcPr", el("w:tcW", w=_twentieths(width), type="dxa"), el("w:gridSpan", val=cell.span) if cell.span > 1 else None
        )
        cells.append(el("w:tc", cell_properties, paragraph))
    return el("w:tr", properties, *cells)


def _sized(paragraph: Any, size: float) -> None:
    """Smaller text in a wide table; the style's own size needs no word."""
    if size == _SIZES[0]:
        return
    for run in paragraph.iter(_TAGS["r"]):
        properties = run.find(_TAGS["rPr"])
        if properties is None:
            properties = el("w:rPr")
            run.insert(0, properties)
        properties.extend([el("w:sz", val=round(2 * size)), el("w:szCs", val=round(2 * size))])


_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_TAGS = {"r": f"{_W}r", "rPr": f"{_W}rPr"}


def _twentieths(points: float) -> int:
    return round(20 * points)
