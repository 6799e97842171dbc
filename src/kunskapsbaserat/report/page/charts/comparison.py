"""Level and change of a kommun and its liknande kommuner, side by side: two verdicts, always both, in that order."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kunskapsbaserat.report.page.charts.canvas import BAND, HAIR, INK, INK2, KOMMUN, LINE, WIDTH, Canvas, Drawing, ticks
from kunskapsbaserat.report.page.charts.marks import Axis, Estimate, level_top, other_marks, own_mark, ratio_range, tick_labels
from kunskapsbaserat.report.page.charts.measure import PHONE, TYPICAL, broken, width

ROW = 25
_GAP = 26  # between the panels
_HEAD_LINE = 20
_FEWER = (0.75, 0.5, 0.4, 0.3, 0.2)
_MORE = (3.0, 2.0, 1.0, 0.5, 0.4, 0.3, 0.2)


@dataclass(frozen=True, slots=True)
class KommunRow:
    """A kommun's level (any unit from 0) and change (ratio, 1 is none); None where it cannot be told."""

    name: str
    level: Estimate | None
    change: Estimate | None = None
    own: bool = False


@dataclass(frozen=True, slots=True)
class PanelWords:
    """The heads of the two panels, bold and then plain. A text too long for its panel is broken."""

    level: str
    level_unit: str
    change: str
    change_unit: str


def level_and_change(
    rows: Sequence[KommunRow],
    *,
    band: tuple[float, float] | None,
    words: PanelWords,
    format_number: Callable[[float], str] = str,
    format_change: Callable[[float], str] = "{:+.0%}".format,
) -> Drawing:
    """One row a kommun, highest level first, with its level from 0 and its change on a logarithmic scale.

    Parameters
    ----------
    rows : sequence of KommunRow
        The reader's kommun (`own`) and the others; only the own mark has a whisker and may be filled.
    band : (lower, upper) or None
        The middle half of the others' levels.
    words : PanelWords
        Heads of the panels.
    format_number, format_change : callable
        Write a level, and a change given as a share (−0.3 is 30 per cent fewer), on the axes.
    """
    ordered = sorted(rows, key=lambda row: -row.level.value if row.level else 1.0)
    names = max(width(row.name, bold=row.own) for row in rows)
    left = max(names + 14, 84)
    split = left + 0.55 * (WIDTH - 22 - left - _GAP)
    levels = [row.level for row in rows if row.level]
    changes = [row.change for row in rows if row.change]
    level = Axis(0, level_top([*(e.value for e in levels), *(band or ())], [e.upper or 0 for e in levels]), left, split)
    change = Axis(*ratio_range(v for e in changes for v in e.numbers), split + _GAP, WIDTH - 22, logarithmic=True)
    heads = [_head(words.level, words.level_unit, (split + _GAP - 8 - left) / TYPICAL)]
    heads.append(_head(words.change, words.change_unit, WIDTH - left - _widest(heads[0]) - 10))
    starts = (left, max(left + _widest(heads[0]) + 10, min(split + _GAP, WIDTH - _widest(heads[1]))))
    top = _HEAD_LINE * max(len(head) for head in heads) + 10
    bottom = top + ROW * len(rows)
    canvas = Canvas(height=bottom + 26)
    for head, x in zip(heads, starts, strict=True):
        for line, (text, bold) in enumerate(head):
            canvas.text(x, 14 + _HEAD_LINE * line, text, "huvud", colour=INK if bold else INK2, bold=bold)
    if band:
        low, high = (level.x(v) for v in band)
        canvas.area([(low, top), (high, top), (high, bottom), (low, bottom)], "band", fill=BAND)
    _axis(canvas, _level_ticks(level, format_number), level, top, bottom, base=0)
    _axis(canvas, _change_ticks(change, format_change, split + 6), change, top, bottom, base=1)
    for at, row in enumerate(ordered):
        y = top + ROW * (at + 0.5)
        canvas.text(0, y + 5, row.name, "namn", colour=KOMMUN if row.own else INK2, bold=row.own)
        for axis, estimate in ((level, row.level), (change, row.change)):
            if estimate is None:
                continue
            if row.own:
                own_mark(canvas, axis, y, estimate, radius=5.5, cap=4)
            else:
                other_marks(canvas, axis, y, [estimate.value], radius=4.2)
    return canvas.finish()


def _head(bold: str, plain: str, room: float) -> list[tuple[str, bool]]:
    return [(text, True) for text in broken(bold, room)] + [(text, False) for text in broken(plain, room, bold=False)]


def _widest(head: list[tuple[str, bool]]) -> float:
    return max(width(text, bold=bold) for text, bold in head)


def _level_ticks(axis: Axis, write: Callable[[float], str]) -> list[tuple[float, str]]:
    """Zero and every, every second or every third round level: so many as have room."""
    marks = [0.0, *ticks(axis.high)]
    places = [(axis.x(v), write(v)) for v in marks]
    room = places[1][0] - places[0][0]
    every = math.ceil((max(_plain_width(text) for _, text in places) + 10) / room)
    return tick_labels(places[::every], width=_plain_width, left=0, right=axis.right + _GAP / 2)


def _change_ticks(axis: Axis, write: Callable[[float], str], left: float) -> list[tuple[float, str]]:
    """No change, and on each side the farthest round change that has room."""
    shares = [-s for s in _FEWER] + list(_MORE)
    places = [(axis.x(1), "0"), *((axis.x(1 + s), write(s)) for s in shares if axis.holds(1 + s))]
    kept = tick_labels(places, width=_plain_width, left=left, right=WIDTH)
    zero = kept[0][0]
    sides = [[t for t in kept if t[0] < zero], [t for t in kept if t[0] > zero]]
    return [kept[0], *(side[0] for side in sides if side)]


def _plain_width(text: str) -> float:
    return width(text, PHONE, bold=False)


def _axis(canvas: Canvas, labels: list[tuple[float, str]], axis: Axis, top: float, bottom: float, *, base: float) -> None:
    """A line at each tick, the one at `base` darker, with the labels under them."""
    canvas.segments([[(x, top), (x, bottom)] for x, _ in labels if x != axis.x(base)], "rut", colour=HAIR, width=1)
    canvas.segments([[(axis.x(base), top), (axis.x(base), bottom)]], "bas", colour=LINE, width=1)
    for x, text in labels:
        canvas.text(x, bottom + 20, text, "xled", align="center")
