"""A table as rows of cells, and how wide its columns must be for no word to be broken."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from kunskapsbaserat.report.page.word.inline import SYMBOLS, Piece
from kunskapsbaserat.report.page.word.pictures import SPARK_SCALE
from kunskapsbaserat.report.page.word.styles import CELL_MARGIN

SIZES = (9.0, 8.5, 8.0, 7.5)
_PADDING = 2 * CELL_MARGIN / 20 + 1  # points beside the text of a cell
_BOLDER = 1.04
_NARROWEST = 0.55  # share of the room that a table of few figures takes, so that a row can be followed
_BRACKET = re.compile(r" (?=\()")
_BREAK = re.compile(r" |(?<=[^\W\d]-)")  # a line may end at a space or after a hyphen in a word, not in a date


@dataclass(frozen=True, slots=True)
class Cell:
    content: Sequence[Piece]
    head: bool = False
    right: bool = False

    def lines(self) -> list[str]:
        """The text line by line, without its drawings."""
        return "".join("\n" if piece.kind == "break" else piece.text for piece in self.content).split("\n")

    def bold(self) -> bool:
        return self.head or any(piece.bold or piece.style.startswith("Marke") for piece in self.content)


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows of cells, the first `heads` of them the head; a cell alone in its row is a heading over the rows that follow.

    `name` stands in the table's properties, where a screen reader looks for it, and `caption` above the table. `to_write_in`
    has rows high enough for handwriting.
    """

    rows: Sequence[Sequence[Cell]]
    heads: int
    name: str = ""
    caption: Sequence[Piece] = ()
    to_write_in: bool = False

    @property
    def columns(self) -> int:
        return max(len(row) for row in self.rows)

    def spans(self, row: Sequence[Cell]) -> bool:
        """Whether the row is a cell over all columns."""
        return len(row) < self.columns


@dataclass(frozen=True, slots=True)
class Layout:
    """Width of every column and size of the text, in points; whether the page must lie."""

    widths: Sequence[float]
    size: float
    lying: bool


def layout(grid: Grid, standing: float, lying: float) -> Layout:
    """The largest text with which no word is broken: on a standing page when that goes, else on a lying one."""
    for across, room in ((False, standing), (True, lying)):
        for size in SIZES:
            least = _widths(grid, size, longest_word=True)
            if sum(least) <= room:
                return Layout(_shared(least, _widths(grid, size, longest_word=False), room), size, across)
    return Layout([width * lying / sum(least) for width in least], size, True)


def lines_of(row: Sequence[Cell], plan: Layout) -> int:
    """How many lines a row will take."""
    widths = plan.widths if len(row) == len(plan.widths) else [sum(plan.widths)]
    return max(
        sum(max(1, math.ceil(_length(line, plan.size) / (width - _PADDING))) for line in cell.lines())
        for cell, width in zip(row, widths, strict=True)
    )


def _widths(grid: Grid, size: float, *, longest_word: bool) -> list[float]:
    widths = [0.0] * grid.columns
    for number, row in enumerate(grid.rows):
        for place, cell in enumerate(row if not grid.spans(row) else ()):
            head = number < grid.heads
            letters = size * (_BOLDER if cell.bold() else 1)
            text = _longest(cell.lines(), letters, words=head or longest_word, figures=cell.right and not head)
            if head and not longest_word:  # a head may take two lines
                text = max(text, _longest(cell.lines(), letters, words=False) / 2)
            widths[place] = max(widths[place], text + _PADDING, _drawn(cell) + _PADDING)
    return widths


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
    return max((piece.drawing.width * SPARK_SCALE / 25.4 * 72 for piece in cell.content if piece.drawing), default=0.0)


def _shared(least: Sequence[float], wished: Sequence[float], room: float) -> list[float]:
    """What is left over the least widths goes to the columns that wish for more, and then to all alike."""
    room = max(sum(least), min(room, max(_NARROWEST * room, 1.6 * sum(wished))))
    spare = room - sum(least)
    wishes = [max(0.0, wish - low) for wish, low in zip(wished, least, strict=True)]
    part = min(1.0, spare / sum(wishes)) if sum(wishes) else 0.0
    widths = [low + part * wish for low, wish in zip(least, wishes, strict=True)]
    return [width * room / sum(widths) for width in widths]
