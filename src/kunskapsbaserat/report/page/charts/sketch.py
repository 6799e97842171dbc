"""Numbered places on a sketch: a picture, or an empty frame, with a number at each place."""

from __future__ import annotations

from collections.abc import Sequence

from kunskapsbaserat.report.page.charts.canvas import HAIR, KOMMUN, LINE, Canvas, Drawing

WIDTH = 480
_RATIO = 0.66  # of height to width, where there is no picture
_TALLEST = 640
_DOT = 30.0
_MARGIN = 18.0  # a place at the edge is seen whole


def sketch(places: Sequence[tuple[str, float, float]], *, picture: tuple[str, int, int] | None = None) -> Drawing:
    """The places by their numbers, where they lie.

    Parameters
    ----------
    places : sequence of (number, x, y)
        In per cent from the left edge and from the top.
    picture : (address, width, height), optional
        What they lie on: a whole picture as an address, and its size.
    """
    across = WIDTH - 2 * _MARGIN
    down = min(across * (picture[2] / picture[1] if picture else _RATIO), _TALLEST)
    canvas = Canvas(WIDTH, round(down + 2 * _MARGIN))
    corners = [(_MARGIN, _MARGIN), (_MARGIN + across, _MARGIN), (_MARGIN + across, _MARGIN + down), (_MARGIN, _MARGIN + down)]
    canvas.area(corners, "skiss", fill="white", edge=LINE, width=1.2)
    if picture is not None:
        canvas.picture(picture[0], _MARGIN, _MARGIN, across, down, "skiss")
    else:
        lines = [[(_MARGIN + across * k / 4, _MARGIN), (_MARGIN + across * k / 4, _MARGIN + down)] for k in (1, 2, 3)]
        lines += [[(_MARGIN, _MARGIN + down * k / 4), (_MARGIN + across, _MARGIN + down * k / 4)] for k in (1, 2, 3)]
        canvas.segments(lines, "rut", colour=HAIR, width=1)
    for number, x, y in places:
        at = (_MARGIN + across * x / 100, _MARGIN + down * y / 100)
        canvas.dots([at], "plats", size=_DOT, fill=KOMMUN, width=2)
        canvas.text(at[0], at[1] + 5, number, "nummer", size=15, colour="white", bold=True, align="center")
    return canvas.finish()
