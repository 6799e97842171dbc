"""Charts of the kommun's own figures, a row each: a dot with its whisker on a common scale, or a small line over the years."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from kunskapsbaserat.report.page.charts.canvas import HAIR, INK, INK2, KOMMUN, LINE, WIDTH, Canvas, Drawing, ticks
from kunskapsbaserat.report.page.charts.marks import Axis, Estimate, other_marks, own_mark
from kunskapsbaserat.report.page.charts.measure import PHONE, broken, width

NAME_ROOM = 178  # pixels that names are broken to fit in, of 480
_LINE = 20  # from one line of a name to the next
_PAD = 16  # above and below the lines of a row
_GAP = 14
_SMALL = 52  # least height of a row with a line
_LONGEST_WHISKER = 1.75  # times the largest value: a very wide interval does not squeeze all others


@dataclass(frozen=True, slots=True)
class DotRow:
    """A name, what is known of it (None: nothing may be drawn, and `text` says why) and an earlier value, in the same unit."""

    name: str
    value: Estimate | None
    text: str
    earlier: float | None = None


@dataclass(frozen=True, slots=True)
class LineRow:
    """A series by the number of its period, the words for its first and last period, and for its last value."""

    name: str
    values: Mapping[int, float]
    first: str
    last: str
    text: str


def dot_rows(
    rows: Sequence[DotRow],
    *,
    top: float | None = None,
    line: tuple[float, str] | None = None,
    format_number: Callable[[float], str] = str,
) -> Drawing:
    """A row for each name with its dot and whisker, from 0.

    Parameters
    ----------
    rows : sequence of DotRow
        In the order in which they are drawn.
    top : float, optional
        Where the scale ends, as 100 for per cent; default where the largest value and most of the whiskers do.
    line : (value, words), optional
        What all rows are held against, drawn through them.
    format_number : callable
        Writes the ticks.
    """
    names = [_name_lines(row.name) for row in rows]
    heights = [_LINE * len(lines) + _PAD for lines in names]
    left, right = _columns(names, [row.text for row in rows])
    head = 26 if line else 4
    bottom = head + sum(heights)
    canvas = Canvas(height=bottom + 28)
    at = Axis(0, _top(rows, line) if top is None else _room_for(rows, top), left, right)
    _grid(canvas, at, head, bottom, format_number)
    if line:
        x = at.x(line[0])
        canvas.line([(x, head - 6), (x, bottom)], "median", colour=INK2, width=1.5, dashes=(5, 3))
        half = width(line[1], PHONE, bold=False) / 2
        canvas.text(min(max(x, half), WIDTH - half), 15, line[1], "median", align="center")
    y = float(head)
    for row, lines, height in zip(rows, names, heights, strict=True):
        middle = y + height / 2
        _write(canvas, 0, middle, lines)
        if row.earlier is not None:
            other_marks(canvas, at, middle, [row.earlier], radius=4)
        if row.value is not None:
            own_mark(canvas, at, middle, row.value, radius=5.5, cap=4)
        canvas.text(
            right + _GAP, middle + 5, row.text, "tal", size=14, colour=INK if row.value else INK2, bold=row.value is not None
        )
        y += height
    return canvas.finish()


def line_rows(rows: Sequence[LineRow]) -> Drawing:
    """A row for each series: its name, its line on a scale from 0 of its own, and its last value."""
    names = [_name_lines(row.name) for row in rows]
    heights = [max(_LINE * len(lines) + _PAD, _SMALL) for lines in names]
    left, right = _columns(names, [row.text for row in rows])
    same = len({(row.first, row.last) for row in rows}) == 1
    canvas = Canvas(height=sum(heights) + (28 if same else 0))
    y = 0.0
    for row, lines, height in zip(rows, names, heights, strict=True):
        _write(canvas, 0, y + height / 2, lines)
        _small_line(canvas, row.values, (left, right), (y + 9, y + height - 8))
        canvas.text(right + _GAP, y + height / 2 + 5, row.text, "tal", size=14, colour=KOMMUN, bold=True)
        y += height
    if same and rows:
        canvas.text(left, y + 17, rows[0].first, "xled")
        if rows[0].first != rows[0].last:
            canvas.text(right, y + 17, rows[0].last, "xled", align="right")
    return canvas.finish()


def _small_line(canvas: Canvas, values: Mapping[int, float], across: tuple[float, float], down: tuple[float, float]) -> None:
    """Runs of periods joined, a gap where one is missing; the last value as a dot, or the only one."""
    if not values:
        return
    first, last = min(values), max(values)
    largest = max([*values.values(), 1e-9])
    lowest = min([0.0, *values.values()])
    step = (across[1] - across[0] - 8) / max(last - first, 1)

    def at(period: int) -> tuple[float, float]:
        share = (values[period] - lowest) / (largest - lowest)
        return across[0] + 4 + step * (period - first), down[1] - (down[1] - down[0]) * share

    canvas.segments([[(across[0], down[1]), (across[1], down[1])]], "bas", colour=LINE, width=1)
    run: list[int] = []
    for period in [*sorted(values), last + 2]:
        if run and period != run[-1] + 1:
            if len(run) > 1:
                canvas.line([at(p) for p in run], "kommun", colour=KOMMUN, width=2.2)
            elif run[0] != last:
                canvas.dots([at(run[0])], "punkt", size=4, fill=KOMMUN, width=0)
            run = []
        run.append(period)
    canvas.dots([at(last)], "punkt", size=8, fill=KOMMUN)


def _name_lines(name: str) -> list[str]:
    """At most four lines; a longer name is cut, and stands whole in the table."""
    lines = broken(name, NAME_ROOM, bold=False)
    return lines if len(lines) <= 4 else [*lines[:3], f"{lines[3]} …"]


def _columns(names: Sequence[Sequence[str]], texts: Sequence[str]) -> tuple[float, float]:
    """Where the scale begins and ends, between the names and the values."""
    widest = max((width(line, PHONE, bold=False) for lines in names for line in lines), default=0)
    right = WIDTH - _GAP - max((width(text, PHONE) for text in texts), default=0)
    return min(widest, right - 90) + _GAP, right


def _write(canvas: Canvas, x: float, middle: float, lines: Sequence[str]) -> None:
    first = middle + 5 - _LINE * (len(lines) - 1) / 2
    for number, text in enumerate(lines):
        canvas.text(x, first + _LINE * number, text, "namn", size=13.5, colour=INK)


def _top(rows: Sequence[DotRow], line: tuple[float, str] | None) -> float:
    drawn = [row.value for row in rows if row.value]
    largest = max([*(e.value for e in drawn), *(row.earlier or 0 for row in rows), line[0] if line else 0, 1e-9])
    return 1.05 * max(largest, min(_LONGEST_WHISKER * largest, max([e.upper or 0 for e in drawn], default=0)))


def _room_for(rows: Sequence[DotRow], most: float) -> float:
    """The scale of shares ends at the first quarter of `most` above all of them: small shares are not squeezed together."""
    largest = max([n for row in rows if row.value for n in row.value.numbers] + [row.earlier or 0 for row in rows], default=0)
    return next((most * quarter / 4 for quarter in (1, 2, 3) if largest <= most * quarter / 4), most)


def _grid(canvas: Canvas, at: Axis, top: float, bottom: float, write: Callable[[float], str]) -> None:
    marks = [0.0, *ticks(at.high * (1 + 1e-9))]
    canvas.segments([[(at.x(v), top), (at.x(v), bottom)] for v in marks[1:]], "rut", colour=HAIR, width=1)
    canvas.segments([[(at.x(0), top), (at.x(0), bottom)]], "bas", colour=LINE, width=1)
    widest = max(width(write(v), PHONE, bold=False) for v in marks)
    every = math.ceil((widest + 8) / (at.x(marks[1]) - at.x(0)))
    for value in marks[::every]:
        canvas.text(at.x(value), bottom + 20, write(value), "xled", align="center")
