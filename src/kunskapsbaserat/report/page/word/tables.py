"""Tables of Word: repeated head, a caption, rows kept whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from kunskapsbaserat.report.page import blocks
from kunskapsbaserat.report.page.charts import Drawing
from kunskapsbaserat.report.page.palette import light
from kunskapsbaserat.report.page.word.grid import SIZES, Cell, Grid, Layout, layout, lines_of
from kunskapsbaserat.report.page.word.inline import NBSP, Piece, pieces, plain, runs
from kunskapsbaserat.report.page.word.markup import el, twentieths
from kunskapsbaserat.report.page.word.styles import CELL_MARGIN
from kunskapsbaserat.report.page.word.writer import ROOM, Writer

HANDWRITTEN = 30.0  # points
_KEPT_TOGETHER = 24  # lines of text; a longer table may be broken between pages, at a row
_STYLES = {  # of the text in a cell: whether it is a head, whether it stands to the right
    (True, True): "Tabellhuvudtal",
    (True, False): "Tabellhuvud",
    (False, True): "Tabelltal",
    (False, False): "Tabelltext",
}
# What the key explains, as the page's template draws it
_LINE = Drawing(f'<path d="M1 11 12 6 22 8 30 3" fill="none" stroke="{light("kommun")}" stroke-width="2"/>', 32, 14)
_BAND = Drawing(f'<path d="M0 2h32v10H0z" fill="{light("sparkband")}"/>', 32, 14)


def grid(table: blocks.Table) -> Grid:
    """The cells of a report's table."""
    heads = [
        Cell(plain(column.head), head=True, right=column.right and place > 0) for place, column in enumerate(table.columns)
    ]
    scope = [Piece("break"), *plain(table.scope_line)] if table.scope_line else []
    caption = [*plain(table.caption, bold=True), *scope] if table.layout not in ("law", "own") else []
    rows = [_cells(row, table.columns) for row in table.rows]
    before = 0
    for place, (heading, size) in enumerate(table.groups):
        rows.insert(before + place, [Cell(plain(heading), head=True)])  # a row of one cell spans the table
        before += size
    return Grid([heads, *rows], heads=1, name=table.caption, caption=caption, to_write_in=table.layout == "protocol")


def _cells(row: Sequence[blocks.Cell], columns: Sequence[blocks.Column]) -> list[Cell]:
    first, *rest = row
    head = Cell(pieces(first), head=True)
    name = " ".join(" ".join(head.lines()).split())
    return [head, *(_cell(cell, column, name) for cell, column in zip(rest, columns[1:], strict=True))]


def _cell(cell: blocks.Cell, column: blocks.Column, row: str) -> Cell:
    """A cell; an empty place is called by its column and its row."""
    content = [replace(piece, name=f"{column.head}: {row}") if piece.kind == "blank" else piece for piece in pieces(cell)]
    return Cell(content, right=column.right)


def key(lines: Sequence[str], signs: Sequence[tuple[str, str]], see: Sequence[Piece] = ()) -> list[Piece]:
    """The key under a table with sparklines, on one line; there is no band without kommuner to compare with, and `see` leads
    to who they are."""
    drawn = [
        [Piece("drawing", drawing=drawing), Piece("text", f"{NBSP}{line} {NBSP}{NBSP} ")]
        for drawing, line in zip((_LINE, _BAND), lines, strict=False)
    ]
    explained = [[Piece("text", sign, bold=True), Piece("text", f" {meaning} {NBSP} ")] for sign, meaning in signs]
    return [piece for entry in (*drawn, see, *explained) for piece in entry]


def write(table: Grid, writer: Writer, below: Sequence[Sequence[Piece]] = ()) -> None:
    """A table with its caption and the lines below it, on lying pages when it needs the room."""
    plan = layout(table, *ROOM)
    with writer.lying(plan.lying):
        if table.caption:
            writer.paragraph("Caption", table.caption)
        writer.table(_built(table, plan, writer, keep_next=bool(below)))
        for number, line in enumerate(below, 1):
            writer.paragraph("Kalla", line, keep_next=number < len(below))


def _built(table: Grid, plan: Layout, writer: Writer, *, keep_next: bool) -> Any:
    """The table; `keep_next` holds its last row on the page of what follows, which is its source."""
    properties = el(
        "w:tblPr",
        el("w:tblStyle", val="Rapporttabell"),
        el("w:tblW", w=twentieths(sum(plan.widths)), type="dxa"),
        el("w:tblInd", w=-CELL_MARGIN, type="dxa"),
        el("w:tblLayout", type="fixed"),
        el("w:tblLook", val="04A0", firstRow=1, lastRow=0, firstColumn=1, lastColumn=0, noHBand=0, noVBand=1),
        el("w:tblCaption", val=table.name) if table.name else None,
    )
    columns = el("w:tblGrid", *(el("w:gridCol", w=twentieths(width)) for width in plan.widths))
    together = sum(lines_of(row, plan) for row in table.rows) <= _KEPT_TOGETHER
    last = len(table.rows) - 1
    rows = []
    for number, row in enumerate(table.rows):
        keep = keep_next if number == last else together or number in (0, 1, last - 1) or table.spans(row)
        tall = table.to_write_in and number >= table.heads
        rows.append(_row(row, number < table.heads, keep, plan, writer, height=HANDWRITTEN if tall else 0))
    return el("w:tbl", properties, columns, *rows)


def _row(row: Sequence[Cell], head: bool, keep: bool, plan: Layout, writer: Writer, height: float = 0) -> Any:
    spans = len(row) < len(plan.widths)
    widths = [sum(plan.widths)] if spans else plan.widths
    size = plan.size if plan.size != SIZES[0] else 0  # the style's own size needs no word
    cells = []
    for cell, width in zip(row, widths, strict=True):
        style = el("w:pStyle", val=_STYLES[head or spans, cell.right])
        paragraph = el("w:p", el("w:pPr", style, el("w:keepNext") if keep else None))
        paragraph.extend(runs(cell.content, writer, size))
        span = el("w:gridSpan", val=len(plan.widths)) if spans else None
        cells.append(el("w:tc", el("w:tcPr", el("w:tcW", w=twentieths(width), type="dxa"), span), paragraph))
    tall = el("w:trHeight", val=twentieths(height), hRule="atLeast") if height else None
    return el("w:tr", el("w:trPr", el("w:cantSplit"), tall, el("w:tblHeader") if head else None), *cells)
