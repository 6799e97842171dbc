"""A count per period with the range of usual variation, for series of weeks or fortnights."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kunskapsbaserat.report.page.charts.canvas import (
    BAND,
    BASE,
    HAIR,
    INK,
    INK2,
    KOMMUN,
    LINE,
    TOP,
    WIDTH,
    Canvas,
    Drawing,
    ticks,
)

LEFT, RIGHT = 46.0, WIDTH - 58.0


def period_counts(
    values: Sequence[float],
    limits: Sequence[tuple[float, float]],
    labels: Sequence[str],
    *,
    format_number: Callable[[float], str] = str,
) -> Drawing:
    """A line of counts over the band that usual variation stays within; the last point is filled and named.

    Parameters
    ----------
    values : sequence of float
        One per period, oldest first.
    limits : sequence of (lower, upper)
        Of the same periods.
    labels : sequence of str
        Of the same periods; as many are written as there is room for, counted back from the last.
    format_number : callable
        Writes the last value and the ticks.
    """
    canvas = Canvas()
    top = max([*values, *(high for _, high in limits), 4]) * 1.08
    count = len(values)

    def x(at: int) -> float:
        return RIGHT if count == 1 else LEFT + (RIGHT - LEFT) * at / (count - 1)

    def y(value: float) -> float:
        return BASE - (BASE - TOP) * value / top

    marks = ticks(top, whole=True)
    canvas.segments([[(0, y(v)), (RIGHT + 8, y(v))] for v in marks], "rut", colour=HAIR, width=1)
    if count > 1:
        edges = [[(x(t), y(limit[side])) for t, limit in enumerate(limits)] for side in (0, 1)]
        canvas.area(edges[0] + edges[1][::-1], "band", fill=BAND)
        for edge in edges:
            canvas.line(edge, "bandkant", colour=LINE, width=0.9)
        canvas.line([(x(t), y(v)) for t, v in enumerate(values)], "kommun", colour=KOMMUN, width=2.4)
    canvas.segments([[(0, BASE), (RIGHT + 8, BASE)]], "bas", colour=INK2, width=1.2)
    for value in [0.0, *marks]:
        canvas.text(0, y(value) - 4, format_number(value), "yled")
    every = max(1, -(-count * 60 // int(RIGHT - LEFT)))
    for at in range(count - 1, -1, -every):
        canvas.segments([[(x(at), BASE), (x(at), BASE + 6)]], "bas", colour=INK2, width=1.2)
        canvas.text(x(at), BASE + 21, labels[at], "xled", align="center")
    outside = [
        (x(t), y(v))
        for t, (v, (low, high)) in enumerate(zip(values, limits, strict=True))
        if not low <= v <= high and t < count - 1
    ]
    canvas.dots(outside, "utanfor", size=6.5, fill=INK, edge="white", width=1)
    canvas.dots([(x(count - 1), y(values[-1]))], "punkt", size=9, fill=KOMMUN)
    canvas.text(RIGHT + 14, y(values[-1]) + 5, format_number(values[-1]), "namn", size=15, colour=KOMMUN, bold=True)
    return canvas.finish()
