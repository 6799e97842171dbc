"""What has changed, one row each in a given order: a dot with its interval on a scale where "inget" stands in the middle."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kunskapsbaserat.report.page.charts.canvas import HAIR, INK, INK2, LINE, WIDTH, Canvas, Drawing
from kunskapsbaserat.report.page.charts.marks import Axis, Estimate, own_mark, ratio_range, tick_labels
from kunskapsbaserat.report.page.charts.measure import PHONE, broken, width

_NAME_ROOM, _LINE, _PAD, _HEAD = 176, 17, 12, 22
_TICKS = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0)


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A name with its change as a ratio (1 is none), or the words that stand where there is none; `note` ends the row."""

    name: str
    change: Estimate | None
    instead: str = ""
    hover: str = ""
    note: str = ""


def change_rows(
    rows: Sequence[ChangeRow], *, none: str, notes: str = "", format_change: Callable[[float], str] = "{:+.0%}".format
) -> Drawing:
    """One row each, in the order given, on one logarithmic scale.

    Parameters
    ----------
    rows : sequence of ChangeRow
        At least one.
    none : str
        What stands over the line of no change.
    notes : str
        What stands over the notes.
    format_change : callable
        Writes a change given as a share (-0.3 is 30 per cent fewer).
    """
    # A hyphen that waits for its second half keeps its space: "Narkotika- och vapenbrott".
    names = [broken(row.name.replace("- ", "-\N{NO-BREAK SPACE}"), _NAME_ROOM, bold=False)[:3] for row in rows]
    heights = [_LINE * len(lines) + _PAD for lines in names]
    bottom = _HEAD + sum(heights)
    drawn = [row.change for row in rows if row.change]
    room = max((width(text, PHONE) for text in (notes, *(row.note for row in rows)) if text), default=0)
    axis = Axis(*ratio_range(v for e in drawn for v in e.numbers), _NAME_ROOM + 12, WIDTH - 16 - room, logarithmic=True)
    canvas = Canvas(height=bottom + 26)
    marks = [value for value in _TICKS if axis.holds(value)]
    canvas.segments([[(axis.x(v), _HEAD), (axis.x(v), bottom)] for v in marks if v != 1], "rut", colour=HAIR, width=1)
    canvas.segments([[(axis.x(1), _HEAD - 4), (axis.x(1), bottom)]], "bas", colour=LINE, width=1.2)
    canvas.text(axis.x(1), 14, none, "huvud", align="center")
    canvas.text(WIDTH, 14, notes if room else "", "huvud", align="right")
    labels = [(axis.x(v), "0" if v == 1 else format_change(v - 1)) for v in sorted(marks, key=lambda v: v != 1)]
    for x, text in tick_labels(labels, width=lambda t: width(t, PHONE, bold=False), left=_NAME_ROOM - 30, right=WIDTH - room):
        canvas.text(x, bottom + 19, text, "xled", align="center")
    y = float(_HEAD)
    for row, lines, height in zip(rows, names, heights, strict=True):
        middle = y + height / 2
        for number, line in enumerate(lines):
            canvas.text(0, middle + 5 + _LINE * (number - (len(lines) - 1) / 2), line, "namn", size=13.5, colour=INK)
        if row.change is None:
            canvas.text(axis.x(1) + 10, middle + 5, row.instead, "saknas", colour=INK2)
        else:
            own_mark(canvas, axis, middle, row.change, radius=5.5, cap=4)
            canvas.values([(axis.x(row.change.value), middle, row.hover)] if row.hover else [], radius=10)
        canvas.text(WIDTH, middle + 5, row.note, "not", colour=INK, bold=True, align="right")
        y += height
    return canvas.finish()
