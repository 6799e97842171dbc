"""The parts of a week, filled where more happens than if it were spread evenly; no numbers, so that none can be worked out."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from kunskapsbaserat.report.page.charts.canvas import INK, INK2, KOMMUN, LINE, WIDTH, Canvas, Drawing
from kunskapsbaserat.report.page.charts.measure import PHONE, width

_ROW, _HEAD, _GAP = 30, 26, 4


def week_grid(days: Sequence[str], parts: Sequence[str], filled: Collection[tuple[int, int]]) -> Drawing:
    """A row for each day and a column for each part of it.

    Parameters
    ----------
    days, parts : sequence of str
        What they are called.
    filled : collection of (day, part)
        Numbers from 0 of those that are filled.
    """
    canvas = Canvas(WIDTH, _HEAD + _ROW * len(days) + 4)
    left = max(width(day, PHONE, bold=False) for day in days) + 12
    wide = (WIDTH - left) / len(parts)
    for at, part in enumerate(parts):
        canvas.text(left + wide * (at + 0.5), 16, part, "huvud", align="center", colour=INK2)
    for row, day in enumerate(days):
        top = _HEAD + _ROW * row
        canvas.text(0, top + 20, day, "namn", size=13.5, colour=INK)
        for at in range(len(parts)):
            x, y = left + wide * at + _GAP / 2, top + _GAP / 2
            corners = [(x, y), (x + wide - _GAP, y), (x + wide - _GAP, y + _ROW - _GAP), (x, y + _ROW - _GAP)]
            fill = KOMMUN if (row, at) in filled else "none"
            canvas.area(
                corners, "fler" if fill == KOMMUN else "jamnt", fill=fill, edge=KOMMUN if fill == KOMMUN else LINE, width=1
            )
    return canvas.finish()
