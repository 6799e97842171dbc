"""A drawing surface, measured in pixels with y downwards.

Everything a chart needs (grid, ticks, labels, bands, lines) is drawn with the few functions here, so that all charts share
one grammar. They write SVG themselves: a third of the time of a report went to Matplotlib's machinery for what is a handful
of paths and words.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from kunskapsbaserat.report.page.charts import svg
from kunskapsbaserat.report.page.palette import light
from kunskapsbaserat.report.page.palette import written as _colour

INK, INK2, LINE, KOMMUN = (light(name) for name in ("ink", "ink2", "line", "kommun"))
BAND, SPARK_BAND, HAIR, QUIET = (light(name) for name in ("band", "sparkband", "hair", "quiet"))

WIDTH, HEIGHT = 480, 272
LEFT, TOP, BASE = 42, 22, 240
LABEL_GAP = 44


@dataclass(frozen=True, slots=True)
class Drawing:
    """Finished SVG markup with its size, to stand inside an ``<svg>`` element."""

    body: str
    width: int
    height: int


class Canvas:
    """Draws in pixels; `finish` gives the SVG. Areas lie below lines and dots, and text above all."""

    def __init__(self, width: int = WIDTH, height: int = HEIGHT) -> None:
        self.width, self.height = width, height
        self._layers: tuple[list[svg.Group], ...] = ([], [], [])

    def _add(self, layer: int, gid: str, *shapes: svg.Shape) -> None:
        self._layers[layer].append(svg.Group(gid, list(shapes)))

    def line(
        self,
        points: Sequence[tuple[float, float]],
        gid: str,
        *,
        colour: str,
        width: float,
        dashes: tuple[float, float] | None = None,
    ) -> None:
        if len(points) < 2:
            return
        attributes = {"d": svg.path(points), "fill": "none"}
        if dashes:
            attributes["stroke-dasharray"] = ",".join(svg.number(d * width) for d in dashes)
        attributes |= _stroke(colour, width)
        self._add(_MARKS, gid, svg.Shape("path", attributes if dashes else attributes | {"stroke-linecap": "round"}))

    def segments(self, pairs: Sequence[Sequence[tuple[float, float]]], gid: str, *, colour: str, width: float) -> None:
        look = {"fill": "none"} | _stroke(colour, width)
        self._add(_MARKS, gid, *(svg.Shape("path", {"d": svg.path(pair)} | look) for pair in pairs))

    def area(self, points: Sequence[tuple[float, float]], gid: str, *, fill: str, edge: str = "none", width: float = 0) -> None:
        corners = list(points[:-1] if points[0] == points[-1] else points)
        look = {"fill": _colour(fill)} | (_stroke(edge, width) if width else {})
        self._add(_AREAS, gid, svg.Shape("path", {"d": svg.path(corners, closed=True)} | look))

    def outlines(
        self, data: str, gid: str, *, fill: str, edge: str, width: float, dashes: str = "", above: bool = False
    ) -> None:
        """Ready path data, among the areas or `above` them."""
        look = {"d": data, "fill": _colour(fill)} | ({"stroke-dasharray": dashes} if dashes else {})
        self._add(_MARKS if above else _AREAS, gid, svg.Shape("path", look | _stroke(edge, width)))

    def dots(
        self,
        points: Sequence[tuple[float, float]],
        gid: str,
        *,
        size: float,
        fill: str,
        edge: str = "white",
        width: float = 1.5,
    ) -> None:
        look = {"r": svg.number(size / 2), "fill": _colour(fill)} | (_stroke(edge, width) if width else {})
        places = ({"cx": svg.number(x), "cy": svg.number(y)} for x, y in points)
        self._add(_MARKS, gid, *(svg.Shape("circle", place | look) for place in places))

    def specks(self, points: Sequence[tuple[float, float]], gid: str, *, size: float, colour: str, opacity: float = 1) -> None:
        """Filled dots by the hundred, in one path: a step of no length under round ends."""
        if not points:
            return
        attributes = {"d": svg.specks(sorted(points)), "fill": "none"} | _stroke(colour, size)
        attributes |= {"stroke-linecap": "round"} | ({"stroke-opacity": f"{opacity:g}"} if opacity < 1 else {})
        self._add(_MARKS, gid, svg.Shape("path", attributes))

    def picture(self, src: str, x: float, y: float, width: float, height: float, gid: str) -> None:
        """A whole picture as a data address, among the areas."""
        place = {"x": svg.number(x), "y": svg.number(y), "width": svg.number(width), "height": svg.number(height)}
        self._add(_AREAS, gid, svg.Shape("image", {"href": src} | place | {"preserveAspectRatio": "none"}))

    def text(
        self,
        x: float,
        y: float,
        text: str,
        gid: str,
        *,
        size: float = 13,
        colour: str = INK2,
        bold: bool = False,
        align: Literal["left", "center", "right"] = "left",
        halo: str | None = None,
    ) -> None:
        """A line of text from its baseline; a `halo` of the colour behind it parts it from what it crosses."""
        if not text:
            return
        attributes = {"x": svg.number(x), "y": svg.number(y)}
        attributes |= {"font-weight": "700"} if bold else {}
        attributes["font-size"] = f"{size:g}"
        attributes |= {"text-anchor": _ANCHORS[align]} if align != "left" else {}
        attributes |= {"paint-order": "stroke"} | _stroke(halo, _HALO) if halo else {}
        self._add(_TEXTS, gid, svg.Shape("text", attributes | {"fill": _colour(colour)}, text))

    def values(self, places: Sequence[tuple[float, float, str]], *, radius: float = 9) -> None:
        """What a pointer is told at each place (x, y, text): unseen, above everything."""
        look = {"r": svg.number(radius)} | _UNSEEN
        spots = [({"cx": svg.number(x), "cy": svg.number(y)} | look, text) for x, y, text in places]
        self._add(_TEXTS, "varden", *(svg.Shape("circle", spot, title=text) for spot, text in spots))

    def named_areas(self, areas: Sequence[tuple[str, str]]) -> None:
        """What a pointer is told inside each area (path data, text): unseen, above everything."""
        self._add(_TEXTS, "varden", *(svg.Shape("path", {"d": data} | _UNSEEN, title=text) for data, text in areas))

    def finish(self, *, classes: bool = True) -> Drawing:
        groups = [group for layer in self._layers for group in layer]
        return Drawing(svg.markup(groups, classes=classes), self.width, self.height)


_AREAS, _MARKS, _TEXTS = range(3)
_UNSEEN = {"fill": "none", "pointer-events": "all"}
_HALO = 3.2
_ANCHORS = {"center": "middle", "right": "end"}


def _stroke(colour: str, width: float) -> dict[str, str]:
    found = {"stroke": _colour(colour)}
    return found if width == 1 else found | {"stroke-width": svg.number(width)}


@dataclass(frozen=True, slots=True)
class Scale:
    """Where years and values lie on the canvas."""

    years: tuple[int, ...]
    top_value: float
    right: float

    def x(self, year: float) -> float:
        span = max(self.years[-1] - self.years[0], 1)
        return self.left + (self.right - self.left) * (year - self.years[0]) / span

    @property
    def left(self) -> float:
        """Room for the longest number on the axis, so that no line runs through it."""
        return max(LEFT, 10 * len(f"{self.top_value:,.0f}") + 2)

    def y(self, value: float) -> float:
        return BASE - (BASE - TOP) * value / self.top_value

    @property
    def year_width(self) -> float:
        return (self.right - self.left) / max(self.years[-1] - self.years[0], 1)


def scale(years: Sequence[int], largest: float, longest_name: int, *, headroom: float = 1.04) -> Scale:
    """A scale that starts at 0 and leaves the right margin that the direct labels need."""
    right = WIDTH - 20 - 9.8 * max(longest_name, 6)
    return Scale(tuple(range(min(years), max(years) + 1)), max(largest, 1e-9) * headroom, right)


def ticks(top_value: float, *, whole: bool = False) -> list[float]:
    """Three to five round values above 0."""
    power = 10 ** math.floor(math.log10(top_value))
    steps = [base * power * factor for factor in (0.1, 1) for base in (1, 2, 2.5, 5)]
    if whole:
        steps = [s for s in steps if s >= 1 and s == int(s)] or [1]
    step = next((s for s in steps if int(top_value / s + 1e-9) <= 5), steps[-1])
    return [step * k for k in range(1, int(top_value / step + 1e-9) + 1)]


def frame(canvas: Canvas, at: Scale, labels: Sequence[tuple[float, str]]) -> None:
    """Grid lines with their values at the left edge, the base line and the years."""
    end = at.right + 8
    if labels:
        canvas.segments([[(0, at.y(v)), (end, at.y(v))] for v, _ in labels], "rut", colour=HAIR, width=1)
    canvas.segments([[(0, BASE), (end, BASE)]], "bas", colour=INK2, width=1.2)
    every = next(k for k in (2, 4, 5, 10, 20) if at.year_width * k >= 60 or k == 20) if len(at.years) > 3 else 1
    shown = [y for y in at.years if (at.years[-1] - y) % every == 0]
    canvas.segments(
        [[(at.x(y), BASE), (at.x(y), BASE + (6 if y in shown else 3))] for y in at.years], "bas", colour=INK2, width=1.2
    )
    for value, text in [(0.0, "0"), *labels]:
        canvas.text(0, at.y(value) - 4, text, "yled")
    for year in shown:
        canvas.text(at.x(year), BASE + 21, str(year), "xled", align="center")


@dataclass(frozen=True, slots=True)
class EndLabel:
    """A direct label right of the last point: a name and under it the last value."""

    y: float
    name: str
    value: str
    colour: str = INK2
    bold: bool = False

    @property
    def lines(self) -> list[str]:
        return [*wrap(self.name), self.value]


def end_labels(canvas: Canvas, at: Scale, labels: Sequence[EndLabel]) -> None:
    """Direct labels, moved apart so that none covers another."""
    ordered = sorted(labels, key=lambda label: label.y)
    rows = [len(label.lines) for label in ordered]
    for label, start in zip(ordered, dodged([label.y - 2 for label in ordered], rows), strict=True):
        for row, text in enumerate(label.lines):
            canvas.text(at.right + 14, start + 19 * row, text, "namn", size=14, colour=label.colour, bold=label.bold)


def wrap(name: str) -> list[str]:
    """A name of more than 12 characters is broken at a hyphen or a space."""
    if len(name) <= 12:
        return [name]
    for mark in ("-", " "):
        if mark in name:
            head, tail = name.split(mark, 1)
            return [head + (mark if mark == "-" else ""), *wrap(tail)]
    return [name]


def longest_line(*names: str) -> int:
    return max(len(line) for name in names for line in wrap(name))


def dodged(wanted: Sequence[float], rows: Sequence[int]) -> list[float]:
    """First baselines as near the wanted ones as possible: labels of so many rows each, none over another."""
    room = [LABEL_GAP + 19 * (r - 2) for r in rows]
    placed: list[float] = []
    for index, want in enumerate(wanted):
        placed.append(max(want, 14.0, placed[-1] + room[index - 1] if placed else 14.0))
    lowest = BASE - 6 - 19.0 * (rows[-1] - 1)
    for index in range(len(placed) - 1, -1, -1):
        placed[index] = min(placed[index], lowest)
        lowest = placed[index] - (room[index - 1] if index else 0)
    return placed
