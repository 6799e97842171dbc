"""The funnel: every kommun's ratio over how many events were expected, and what is usual among so many."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kunskapsbaserat.report.plots.canvas import BAND, BASE, HAIR, INK2, KOMMUN, LEFT, LINE, TOP, WIDTH, Canvas, Drawing, ticks

RIGHT = WIDTH - 16
HEIGHT = 300
HIGHEST = 4.0  # ratios above are drawn at the upper edge: the limits of the smallest kommuner would squeeze all others


@dataclass(frozen=True, slots=True)
class FunnelWords:
    """What the chart writes; from `report.text`."""

    name: str
    axis: str
    common: str


def funnel_chart(
    points: Sequence[tuple[float, float]],
    *,
    own: tuple[float, float],
    inner: Sequence[tuple[float, float, float]],
    outer: Sequence[tuple[float, float, float]],
    words: FunnelWords,
    format_number: Callable[[float], str] = str,
) -> Drawing:
    """One dot a kommun: its ratio to what is common, over the expected events on a logarithmic axis.

    Parameters
    ----------
    points : sequence of (expected, ratio)
        The other kommuner.
    own : (expected, ratio)
        The reader's kommun.
    inner, outer : sequence of (expected, lower, upper)
        Limits of 95 and 99.8 per cent at every expected count, in rising order.
    words, format_number
        Labels, and how a number is written.
    """
    canvas = Canvas(height=HEIGHT)
    sizes = [e for e, _ in (*points, own)]
    low, high = math.log(min(sizes)), math.log(max(sizes))
    margin = 0.06 * (high - low) or 0.5
    highest = max([1.5, own[1], *(r for _, r in points)])
    top = min(HIGHEST, highest) * 1.12

    def x(expected: float) -> float:
        return LEFT + (RIGHT - LEFT) * (math.log(expected) - low + margin) / (high - low + 2 * margin)

    def y(ratio: float) -> float:
        return BASE - (BASE - TOP) * min(ratio, top) / top

    _band(canvas, [(x(e), y(a), y(b)) for e, a, b in outer], fill="none", dashes=(3, 3))
    _band(canvas, [(x(e), y(a), y(b)) for e, a, b in inner], fill=BAND)
    marks = ticks(top)
    canvas.segments([[(0, y(v)), (RIGHT, y(v))] for v in marks], "rut", colour=HAIR, width=1)
    canvas.segments([[(0, BASE), (RIGHT, BASE)]], "bas", colour=INK2, width=1.2)
    canvas.line([(LEFT, y(1)), (RIGHT, y(1))], "median", colour=INK2, width=1.5, dashes=(5, 3))
    for value, text in [(0.0, "0"), *((v, format_number(v)) for v in marks)]:
        canvas.text(0, y(value) - 4, text, "yled")
    for size in _round_sizes(min(sizes), max(sizes)):
        canvas.segments([[(x(size), BASE), (x(size), BASE + 6)]], "bas", colour=INK2, width=1.2)
        canvas.text(x(size), BASE + 21, format_number(size), "xled", align="center")
    canvas.text((LEFT + RIGHT) / 2, BASE + 44, words.axis, "xled", align="center")
    canvas.dots([(x(e), y(r)) for e, r in points], "andra", size=6, fill="white", edge=INK2, width=1.3)
    here = (x(own[0]), y(own[1]))
    canvas.dots([here], "punkt", size=11, fill=KOMMUN)
    right = here[0] > (LEFT + RIGHT) / 2
    above = own[1] >= 1  # the name lies on its own side of the common level, whose words lie on the other
    at = (here[0] + (-10 if right else 10), here[1] + (-8 if above else 18))
    canvas.text(*at, words.name, "namn", size=14, colour=KOMMUN, bold=True, align="right" if right else "left")
    canvas.text(RIGHT, y(1) + (16 if above else -5), words.common, "namn", align="right")
    return canvas.finish()


def _band(
    canvas: Canvas, edges: Sequence[tuple[float, float, float]], *, fill: str, dashes: tuple[float, float] | None = None
) -> None:
    if len(edges) < 2:
        return
    lower, upper = [(x, low) for x, low, _ in edges], [(x, high) for x, _, high in edges]
    if fill != "none":
        canvas.area(lower + upper[::-1], "band", fill=fill)
    canvas.line(lower, "kant", colour=LINE, width=0.9, dashes=dashes)
    canvas.line(upper, "kant", colour=LINE, width=0.9, dashes=dashes)


def _round_sizes(least: float, most: float) -> list[float]:
    """1, 10, 100 ... inside the range; with fewer than two of them also 2 and 5, 20 and 50 ..."""
    powers = range(math.floor(math.log10(least)), math.ceil(math.log10(most)) + 1)
    for factors in ((1,), (1, 3), (1, 2, 5), (1, 1.5, 2, 3, 5, 7)):
        found = [f * 10.0**p for p in powers for f in factors if least <= f * 10.0**p <= most]
        if len(found) > 2:
            return found
    return [least, most] if most > least else [least]
