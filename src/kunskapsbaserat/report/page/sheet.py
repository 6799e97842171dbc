"""What has room on one printed sheet: the height of a first page, counted from the length of its texts.

The sizes are those that the style sheet has for print (`rapport.css`, "@media print"), in points. The widths of letters
are those of a wide font, so a page that has room here has room in every browser; `tests/browser` prints to see that it is so.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from kunskapsbaserat.report.page.blocks import Block, Bullets, Cell, FirstPage, Masthead, Paragraph, Section, Stacked, Table
from kunskapsbaserat.report.page.charts.measure import TYPICAL
from kunskapsbaserat.report.page.charts.measure import width as widest

ROOM = 762.5  # A4 without its margins
TO_SPARE = 0.08  # of it, for fonts and browsers that break lines elsewhere
_ACROSS = 504.5
_REM = 9.4
_LEFT, _RIGHT = 316.0, 160.0  # the two columns, the right one inside its box
_RAGGED = 1.02  # lines are not filled to their end


def has_room(page: FirstPage, masthead: Masthead) -> bool:
    """Does the page stand on one sheet, with something to spare?"""
    return height(page, masthead) <= ROOM * (1 - TO_SPARE)


def height(page: FirstPage, masthead: Masthead) -> float:
    """Of a first page with its masthead, in points."""
    return sum(
        (_masthead(masthead), _lead(page), max(_highlights(page), _decisions(page)), _marks(page), _table(page.overview))
    )


def _wide(text: str, size: float, *, bold: bool = False) -> float:
    return widest(text, size, bold=bold) * TYPICAL


def _lines(text: str, size: float, room: float, *, bold: bool = False) -> int:
    return max(1, math.ceil(_wide(text, size, bold=bold) * _RAGGED / room)) if text else 0


def _masthead(m: Masthead) -> float:
    strip = 1 + (_wide(m.organisation, 8.8, bold=True) + _wide(m.notice, 8) > _ACROSS - _REM)
    facts = _row_lines([list(pair) for pair in zip(*m.facts, strict=True)], 8, _ACROSS - 2 * _REM) if m.facts else []
    title = 18.7 * _lines(m.title, 17, _ACROSS, bold=True)
    return 7.5 + 12.3 * strip + 3.3 + 12.3 * _lines(m.kicker, 8.8, _ACROSS, bold=True) + title + 8.1 + 10.4 * sum(facts)


def _lead(page: FirstPage) -> float:
    notice = 4.7 + 11.8 * _lines(page.notice, 8.4, _ACROSS) if page.notice else 0
    return 4.2 + 16 + 4.2 + 12.8 * _lines(page.lead, 9.8, _ACROSS) + notice


def _highlights(page: FirstPage) -> float:
    items = (4.5 + 13.3 * _lines(h.topic, 9.8, _LEFT, bold=True) + 11.5 * _lines(h.text, 9, _LEFT) for h in page.highlights)
    return 12.7 + 2.8 + sum(items)


def _decisions(page: FirstPage) -> float:
    items = sum(12 * _lines(text, 9.2, _RIGHT - 11.3) + 0.9 for text in page.decide)
    return 7 + 16.5 + items + 3.8 + 16.5 + 12 * _lines(page.remaining, 9.2, _RIGHT) + 7


def _marks(page: FirstPage) -> float:
    if not page.marks:
        return 0
    text = "  ".join([page.marks_heading, *(f"▲▼ {name}: {meaning}" for _, name, meaning in page.marks)])
    return 2.8 + 10 * _lines(text, 8, _ACROSS - 2 * _REM * len(page.marks) / 3)


def _table(table: Table) -> float:
    source = 2.8 + 11.6 * _lines(table.source, 8, _ACROSS * 0.9)
    if not table.rows:
        return source
    texts = [[_text(cell) for cell in row] for row in table.rows]
    heads = [column.head for column in table.columns]
    lines = _row_lines([heads, *texts], 8.5, _ACROSS)
    caption = 11.9 * _lines(table.caption, 8.8, _ACROSS, bold=True) + 10.8 * _lines(table.scope_line, 8, _ACROSS * 0.95)
    return 4.7 + caption + 1.9 + 10.4 * lines[0] + 3 + sum(11.9 * n + 2.7 for n in lines[1:]) + source


def _text(cell: Cell) -> str:
    if isinstance(cell, Stacked):
        return f"{cell.text} {cell.small}"
    return cell if isinstance(cell, str) else f"▲ {getattr(cell, 'text', '')}"


def _row_lines(rows: Sequence[Sequence[str]], size: float, room: float) -> list[int]:
    """Lines of each row when a browser shares the width between the columns: each its longest word, the rest by need."""
    columns = list(zip(*rows, strict=True))
    padding = 0.5 * _REM
    most = [max(_wide(text, size, bold=at == 0) for text in column) + padding for at, column in enumerate(columns)]
    least = [
        max(_wide(part, size, bold=at == 0) for text in column for part in text.split(" ")) + padding
        for at, column in enumerate(columns)
    ]
    spare = (room - sum(least)) / max(sum(most) - sum(least), 1e-9)
    given = [low + (high - low) * min(max(spare, 0), 1) for low, high in zip(least, most, strict=True)]
    return [max(_lines(text, size, wide - padding + 0.5) for text, wide in zip(row, given, strict=True)) for row in rows]


# ---- a sheet of sections -------------------------------------------------------------------------------------------------


def sections_have_room(sections: Sequence[Section]) -> bool:
    """Do sections of words and tables stand on one sheet, with something to spare?"""
    return sum(map(_section, sections)) <= ROOM * (1 - TO_SPARE)


def _section(section: Section) -> float:
    topic = 15.7 if section.topic else 0
    heading = 16.3 * _lines(section.heading, 12.5, _ACROSS, bold=True)
    return 5.2 + topic + heading + sum(map(_block, section.blocks))


def _block(block: Block) -> float:
    if isinstance(block, Table):
        return 4.7 + _table(block)
    if isinstance(block, Bullets):
        heading = 16.0 if block.heading else 0
        return 9.4 + heading + sum(13.1 * _lines(item, 9.2, _ACROSS - 11.3) + 0.9 for item in block.items)
    if isinstance(block, Paragraph):
        return 4.7 + 13.1 * _lines(block.text, 9.2, _ACROSS)
    raise TypeError(f"no height is known of {type(block).__name__}")
