"""The same drawings by Matplotlib: what `report.plots.canvas` writes itself, drawn by Matplotlib's SVG writer and cleaned.

A slow second implementation to agree with, byte for byte.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import Any
from xml.etree import ElementTree

import matplotlib as mpl
from matplotlib.artist import Artist
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon
from matplotlib.text import Text
from matplotlib.transforms import Affine2D

from kunskapsbaserat.report.plots.canvas import HEIGHT, INK2, WIDTH, Drawing
from kunskapsbaserat.report.plots.svg import Group, Shape, markup

_NS = "{http://www.w3.org/2000/svg}"
_LINK = "{http://www.w3.org/1999/xlink}href"
_NUMBER = re.compile(r"-?\d+\.\d+")
_DEFAULTS = {"text-anchor": "start", "stroke-dashoffset": "0", "stroke-width": "1", "font-weight": "400"}
_DROPPED = {"font-family", "transform", "clip-path", "id", "stroke-linejoin", "style", _LINK}
_STYLE: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "kunskapsbaserat",
    "font.family": "DejaVu Sans",
    "figure.dpi": 72,
    "savefig.dpi": 72,
    "path.simplify": False,
}
_NO_METADATA = dict.fromkeys(("Date", "Creator", "Format", "Type"))


class MatplotlibCanvas:
    """Draws in pixels; `finish` gives the cleaned SVG."""

    def __init__(self, width: int = WIDTH, height: int = HEIGHT) -> None:
        self.width, self.height = width, height
        with mpl.rc_context(_STYLE):
            self.figure = Figure(figsize=(width / 72, height / 72), dpi=72)
            self.writer = FigureCanvasSVG(self.figure)
        self.figure.patch.set_visible(False)
        self.pixels = Affine2D().scale(1, -1).translate(0, height)

    def _add(self, artist: Artist) -> None:
        artist.set_transform(self.pixels)
        self.figure.add_artist(artist)

    def line(
        self,
        points: Sequence[tuple[float, float]],
        gid: str,
        *,
        colour: str,
        width: float,
        dashes: tuple[float, float] | None = None,
    ) -> None:
        xs, ys = zip(*points, strict=True)
        line = Line2D(xs, ys, color=colour, linewidth=width, gid=gid, solid_capstyle="round", solid_joinstyle="round")
        if dashes:
            line.set_dashes(dashes)
        self._add(line)

    def segments(self, pairs: Sequence[Sequence[tuple[float, float]]], gid: str, *, colour: str, width: float) -> None:
        self._add(LineCollection(list(pairs), colors=colour, linewidths=width, gid=gid))

    def area(self, points: Sequence[tuple[float, float]], gid: str, *, fill: str, edge: str = "none", width: float = 0) -> None:
        self._add(Polygon(list(points), closed=True, facecolor=fill, edgecolor=edge, linewidth=width, gid=gid))

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
        if not points:
            return
        xs, ys = zip(*points, strict=True)
        dots = Line2D(xs, ys, linestyle="none", marker="o", markersize=size, gid=gid)
        dots.set_markerfacecolor(fill)
        dots.set_markeredgecolor(edge)
        dots.set_markeredgewidth(width)
        self._add(dots)

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
        align: str = "left",
    ) -> None:
        label = Text(x, y, text, fontsize=size, color=colour, fontweight=700 if bold else 400, gid=gid)
        label.set_horizontalalignment(align)
        label.set_parse_math(False)
        self._add(label)

    def finish(self, *, classes: bool = True) -> Drawing:
        buffer = io.StringIO()
        with mpl.rc_context(_STYLE):
            self.writer.print_svg(buffer, metadata=_NO_METADATA)
        return Drawing(_cleaned(buffer.getvalue(), classes), self.width, self.height)


def _cleaned(svg: str, classes: bool) -> str:
    root = ElementTree.fromstring(svg)
    figure = next(g for g in root.iter(f"{_NS}g") if g.get("id") == "figure_1")
    radii = {f"#{path.get('id')}": _radius(path.get("d", "")) for path in root.iter(f"{_NS}path") if path.get("id")}
    groups = [Group(node.get("id", ""), _shapes(node, radii)) for node in figure]
    return markup(groups, classes=classes)


def _shapes(node: ElementTree.Element, radii: dict[str, str]) -> list[Shape]:
    """The paths, markers and texts inside a group, in drawing order."""
    tag = node.tag.removeprefix(_NS)
    if tag == "defs":
        return []
    attributes = _attributes(node)
    if tag == "use":  # a marker: Matplotlib writes its outline once and places it
        place = {"cx": attributes.pop("x"), "cy": attributes.pop("y"), "r": radii[node.get(_LINK, "")]}
        return [Shape("circle", place | attributes)]
    if tag == "path":
        drawn = len(attributes.get("d", "").split()) > 2
        return [Shape("path", attributes)] if drawn else []
    if tag == "text":
        return [Shape("text", attributes, node.text or "")]
    return [shape for child in node for shape in _shapes(child, radii)]


def _attributes(node: ElementTree.Element) -> dict[str, str]:
    found = {key: _short(value) for key, value in node.attrib.items() if key not in _DROPPED}
    for declaration in filter(None, (node.get("style") or "").split(";")):
        key, value = (part.strip() for part in declaration.split(":", 1))
        if key not in _DROPPED and _DEFAULTS.get(key) != value:
            found[key] = _short(value.removesuffix("px")).replace("#ffffff", "#fff")
    return found


def _radius(outline: str) -> str:
    """Radius of a round marker, whose outline starts at its lowest point."""
    return _short(outline.split()[2])


def _short(value: str) -> str:
    """One decimal, no trailing zero, path data on one line; a line-to after a move-to needs no letter."""

    def rounded(match: re.Match[str]) -> str:
        text = f"{float(match.group()):.1f}".removesuffix(".0")
        return "0" if text == "-0" else text

    short = re.sub(r"([A-Za-z]) ", r"\1", " ".join(_NUMBER.sub(rounded, value).split())).replace(" z", "z")
    return re.sub(r"(?<=\d) L(?=[-\d])", " ", short)
