"""The funnel: every kommun's ratio or rate over its size, and what is usual among so many."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from kunskapsbaserat.report.page.charts.canvas import (
    BAND,
    BASE,
    HAIR,
    INK,
    INK2,
    KOMMUN,
    LEFT,
    LINE,
    TOP,
    WIDTH,
    Canvas,
    Drawing,
    ticks,
)
from kunskapsbaserat.report.page.charts.marks import tick_labels
from kunskapsbaserat.report.page.charts.measure import width

RIGHT = WIDTH - 16
HEIGHT = 300
HIGHEST = 4.0  # ratios above are drawn at the upper edge: the limits of the smallest kommuner would squeeze all others


@dataclass(frozen=True, slots=True)
class FunnelWords:
    """What the chart writes; from the words of a document."""

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
    hover: Sequence[str] = (),
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
    hover : sequence of str
        What a pointer is told of each of the points, and last of the own.
    """
    highest = max([1.5, own[1], *(r for _, r in points)])
    crowd = _Crowd(points, own, (), hover)
    return _funnel(crowd, inner, outer, base=1, top=min(HIGHEST, highest) * 1.12, words=words, write=format_number)


def rate_funnel(
    points: Sequence[tuple[float, float]],
    *,
    own: tuple[float, float],
    similar: Sequence[tuple[float, float]] = (),
    common: float,
    inner: Sequence[tuple[float, float, float]],
    outer: Sequence[tuple[float, float, float]],
    words: FunnelWords,
    format_number: Callable[[float], str] = str,
) -> Drawing:
    """One dot a kommun: its rate over its size on a logarithmic axis, the reader's own named, the liknande ringed.

    Parameters
    ----------
    points : sequence of (size, rate)
        The other kommuner: inhabitants (or expected events) and events per 100 000 inhabitants and year.
    own : (size, rate)
        The reader's kommun.
    similar : sequence of (size, rate)
        Its liknande kommuner; they need not be among the points.
    common : float
        The rate all are held against.
    inner, outer : sequence of (size, lower, upper)
        Limits of 95 and 99.8 per cent as rates, in rising order of size; some 25 are enough for a smooth line.
    words, format_number
        Labels, and how a number is written.
    """
    highest = max([1.5 * common, own[1], *(r for _, r in (*points, *similar))])
    top = min(HIGHEST * common, highest) * 1.06
    return _funnel(_Crowd(points, own, similar), inner, outer, base=common, top=top, words=words, write=format_number)


@dataclass(frozen=True, slots=True)
class _Crowd:
    points: Sequence[tuple[float, float]]
    own: tuple[float, float]
    similar: Sequence[tuple[float, float]]
    hover: Sequence[str] = ()


_Limits = Sequence[tuple[float, float, float]]
_Place = Callable[[float, float], tuple[float, float]]


def _funnel(
    crowd: _Crowd, inner: _Limits, outer: _Limits, *, base: float, top: float, words: FunnelWords, write: Callable[[float], str]
) -> Drawing:
    canvas = Canvas(height=HEIGHT)
    sizes = [size for size, _ in (*crowd.points, crowd.own, *crowd.similar)]
    marks = ticks(top)
    left = max(LEFT, width(write(marks[-1]), bold=False) + 4)
    low, high = math.log(min(sizes)), math.log(max(sizes))
    margin = 0.04 * (high - low) or 0.5

    def x(size: float) -> float:
        return left + (RIGHT - left) * (math.log(size) - low + margin) / (high - low + 2 * margin)

    def y(rate: float) -> float:
        return BASE - (BASE - TOP) * min(max(rate, 0), top) / top

    def place(size: float, rate: float) -> tuple[float, float]:
        return x(size), y(rate)

    _lines(canvas, outer, place, top=top)
    _lines(canvas, inner, place, top=top, fill=BAND)
    canvas.segments([[(0, y(v)), (RIGHT, y(v))] for v in marks], "rut", colour=HAIR, width=1)
    canvas.segments([[(0, BASE), (RIGHT, BASE)]], "bas", colour=INK2, width=1.2)
    canvas.line([(left, y(base)), (RIGHT, y(base))], "median", colour=INK2, width=1.5, dashes=(5, 3))
    for value, text in [(0.0, "0"), *((v, write(v)) for v in marks)]:
        canvas.text(0, y(value) - 4, text, "yled")
    places = [(x(size), write(size)) for size in _round_sizes(min(sizes), max(sizes))]
    for at, text in tick_labels(places, width=lambda t: width(t, bold=False), left=0, right=WIDTH):
        canvas.segments([[(at, BASE), (at, BASE + 6)]], "bas", colour=INK2, width=1.2)
        canvas.text(at, BASE + 21, text, "xled", align="center")
    canvas.text((left + RIGHT) / 2, BASE + 44, words.axis, "xled", align="center")
    canvas.specks([place(*point) for point in crowd.points], "alla", size=4.4, colour=LINE, opacity=0.6)
    canvas.dots([place(*point) for point in crowd.similar], "andra", size=7, fill="white", edge=INK, width=1.3)
    _name_own(canvas, place(*crowd.own), y(base), words)
    told = zip((*crowd.points, crowd.own), crowd.hover, strict=False)  # none where there is no pointer
    canvas.values([(*place(*point), text) for point, text in told], radius=5)
    return canvas.finish()


def _name_own(canvas: Canvas, here: tuple[float, float], common: float, words: FunnelWords) -> None:
    """The name lies on its own side of the common level, whose words lie on the other."""
    canvas.dots([here], "punkt", size=11, fill=KOMMUN)
    right, above = here[0] > WIDTH / 2, here[1] <= common
    at = (here[0] + (-10 if right else 10), here[1] + (-8 if above else 18))
    align: Literal["left", "right"] = "right" if right else "left"
    canvas.text(*at, words.name, "namn", size=14, colour=KOMMUN, bold=True, align=align, halo="white")
    canvas.text(RIGHT, common + (16 if above else -5), words.common, "namn", align="right", halo="white")


def _lines(canvas: Canvas, limits: _Limits, place: _Place, *, top: float, fill: str = "") -> None:
    """The field between two limits, and each of them as far as it lies on the chart."""
    if len(limits) < 2:
        return
    if fill:
        field = [place(size, low) for size, low, _ in limits] + [place(size, high) for size, _, high in reversed(limits)]
        canvas.area(field, "band", fill=fill)
    for side in (1, 2):
        edge = [place(limit[0], limit[side]) for limit in limits if 0 < limit[side] <= top]
        canvas.line(edge, "kant", colour=LINE, width=0.9, dashes=None if fill else (3, 3))


def _round_sizes(least: float, most: float) -> list[float]:
    """1, 10, 100 ... inside the range; with fewer than two of them also 2 and 5, 20 and 50 ..."""
    powers = range(math.floor(math.log10(least)), math.ceil(math.log10(most)) + 1)
    for factors in ((1,), (1, 3), (1, 2, 5), (1, 1.5, 2, 3, 5, 7)):
        found = [f * 10.0**p for p in powers for f in factors if least <= f * 10.0**p <= most]
        if len(found) > 2:
            return found
    return [least, most] if most > least else [least]
