"""A level or a change in a table cell: the kommun's dot with its whisker among the others. The words stand in the cell."""

from __future__ import annotations

from collections.abc import Sequence

from kunskapsbaserat.report.page.charts.canvas import BAND, LINE, Canvas, Drawing
from kunskapsbaserat.report.page.charts.marks import Axis, Estimate, level_top, other_marks, own_mark

STRIP_WIDTH, STRIP_HEIGHT = 160, 24
_LEFT, _RIGHT, _MIDDLE = 6, 154, 12


def level_strip(own: Estimate, others: Sequence[float], *, band: tuple[float, float] | None = None) -> Drawing:
    """The kommun's level on a scale from 0 of its own.

    Parameters
    ----------
    own : Estimate
        Per 100 000 inhabitants, or any other unit from 0; `certain` when it is säkerställt outside the band.
    others : sequence of float
        The kommuner compared with, same unit.
    band : (lower, upper)
        The middle half of them.
    """
    top = level_top([own.value, *others, *(band or ())], [own.upper or 0.0])
    at = Axis(0, top, _LEFT, _RIGHT)
    canvas = Canvas(STRIP_WIDTH, STRIP_HEIGHT)
    if band:
        left, right = (at.x(v) for v in band)
        canvas.area([(left, 2), (right, 2), (right, 22), (left, 22)], "band", fill=BAND)
    canvas.segments([[(_LEFT, _MIDDLE), (_RIGHT, _MIDDLE)], [(_LEFT, 7), (_LEFT, 17)]], "bas", colour=LINE, width=1)
    return _finished(canvas, at, own, others)


def change_strip(own: Estimate, others: Sequence[float], *, ends: tuple[float, float]) -> Drawing:
    """The kommun's change on a logarithmic scale, with a line at no change.

    Parameters
    ----------
    own : Estimate
        The ratio of later to earlier years: 1 is no change; `certain` when the change is säkerställd.
    others : sequence of float
        The ratios of the kommuner compared with.
    ends : (lower, upper)
        Ends of the scale, the same for every row of a table: see `ratio_range`.
    """
    at = Axis(*ends, _LEFT, _RIGHT, logarithmic=True)
    canvas = Canvas(STRIP_WIDTH, STRIP_HEIGHT)
    none = at.x(1)
    canvas.segments([[(_LEFT, _MIDDLE), (_RIGHT, _MIDDLE)], [(none, 1), (none, 23)]], "bas", colour=LINE, width=1)
    return _finished(canvas, at, own, others)


def _finished(canvas: Canvas, at: Axis, own: Estimate, others: Sequence[float]) -> Drawing:
    other_marks(canvas, at, _MIDDLE, others, radius=3.2)
    own_mark(canvas, at, _MIDDLE, own, radius=5)
    return canvas.finish(classes=False)
