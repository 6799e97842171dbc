"""What a drawn figure shows: its words, and the numbers behind every bar, line, dot and field, read from the drawing itself.

The reader of a page sees the drawing and not the table that it was drawn from, so the drawing is what the gate looks at. A kind
of drawing that is not known here cannot be read, and a figure that holds one is not published.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.category import StrCategoryConverter
from matplotlib.collections import Collection, LineCollection, PatchCollection, PathCollection, PolyCollection, QuadMesh
from matplotlib.colors import to_hex, to_rgba_array
from matplotlib.container import BarContainer
from matplotlib.contour import ContourSet
from matplotlib.dates import DateConverter, num2date
from matplotlib.figure import Figure
from matplotlib.image import BboxImage, FigureImage, _ImageBase
from matplotlib.lines import Line2D
from matplotlib.offsetbox import OffsetImage
from matplotlib.patches import Rectangle, Wedge
from matplotlib.quiver import Barbs, Quiver
from matplotlib.text import Text
from matplotlib.ticker import FixedFormatter, FuncFormatter

RASTER = "raster"
SMOOTH = 60  # points of a line that is no series of counts: a density, a fitted curve
_WHOLE = 1e-6
_ARROWS = (Quiver, Barbs)  # their numbers are in lengths and ways
_RASTERS = (_ImageBase, BboxImage, FigureImage, OffsetImage)
_NUMBER = re.compile(r"[-+−–]?\d+(?:[  \u202f.,]\d+)*(?:e[-+]?\d+)?")


@dataclass(frozen=True, slots=True)
class Point:
    """A number that is drawn: of which series, where along the other axis, and what its axis is called."""

    series: str
    place: str
    value: float
    axis: str


@dataclass(frozen=True, slots=True)
class Slices:
    """A pie: its shares, and the number that they are shares of where the drawing says it (n = 120)."""

    shares: Sequence[float]
    labels: Sequence[str]
    of: int | None


@dataclass(frozen=True, slots=True)
class Shown:
    """All that a figure shows. `loose` are words that stand in the drawing area, where a number is a value."""

    words: Sequence[str]
    loose: Sequence[tuple[str, str]]
    points: Sequence[Point]
    pies: Sequence[Slices]
    unreadable: Sequence[str]
    title: str


def read(figure: Figure) -> Shown:
    """Read a figure as it is drawn."""
    figure.draw_without_rendering()  # ticks get their labels when they are drawn
    axes = _all_axes(figure)
    panels = [Panel.of(ax) for ax in axes]
    points: list[Point] = []
    unreadable: list[str] = []
    for panel in panels:
        for artist in _drawn(panel.ax):
            numbers = _points(artist, panel)
            points += numbers or []
            unreadable += [_kind(artist)] if numbers is None else []
    if figure.images or figure.findobj(_is_marked):
        unreadable.append(RASTER)
    texts = [t for t in figure.findobj(Text) if t.get_visible() and t.get_text().strip()]
    loose = [(t.get_text().strip(), panel.value_label()) for panel in panels for t in _loose(panel.ax)]
    return Shown(
        words=list(dict.fromkeys(t.get_text().strip() for t in texts)),
        loose=loose,
        points=points,
        pies=[pie for ax in axes for pie in _pies(ax)],
        unreadable=list(dict.fromkeys(unreadable)),
        title=_title(figure, axes),
    )


def _kind(artist: Artist) -> str:
    return RASTER if isinstance(artist, _RASTERS) else type(artist).__name__


def _is_marked(artist: Artist) -> bool:
    """Asked to be drawn as a picture of dots? (Matplotlib asks so of the scale beside a heat map, see `picture`.)"""
    beside = artist.axes is not None and _is_scale(artist.axes)
    return bool(artist.get_rasterized()) and not beside


def _all_axes(figure: Figure) -> list[Axes]:
    """Every visible Axes, also those inside others; the scale beside a heat map is no drawing of its own."""
    return [ax for ax in figure.findobj(Axes) if isinstance(ax, Axes) and ax.get_visible() and not _is_scale(ax)]


def _is_scale(ax: object) -> bool:
    return getattr(ax, "_colorbar", None) is not None


def _drawn(ax: Axes) -> list[Artist]:
    """What is drawn in the Axes; words and legends are read by themselves."""
    inside: list[Artist] = [*ax.lines, *ax.patches, *ax.collections, *ax.images, *ax.artists]
    return [artist for artist in inside if artist.get_visible()]


def _loose(ax: Axes) -> list[Text]:
    """Words in the drawing area, cells of a table among them."""
    cells = [cell.get_text() for table in ax.tables for cell in table.get_celld().values()]
    return [t for t in [*ax.texts, *cells] if t.get_visible() and t.get_text().strip()]


def _title(figure: Figure, axes: Sequence[Axes]) -> str:
    above = figure.get_suptitle().strip()
    return above or next((ax.get_title(loc=loc).strip() for ax in axes for loc in _SIDES if ax.get_title(loc=loc).strip()), "")


_SIDES: tuple[Any, ...] = ("left", "center", "right")


# ---- axes ----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Scale:
    """An axis: what is written beside it, whether it counts or measures, and the words at its ticks."""

    label: str
    numeric: bool
    dated: bool
    ticks: Sequence[tuple[float, str]]
    freq: Any = None  # of pandas' own time axes, which number their periods

    @classmethod
    def of(cls, axis: Axis) -> Scale:
        converter = axis.get_converter()
        texts = zip(axis.get_ticklocs(), axis.get_ticklabels(), strict=False)
        ticks = [(float(at), text) for at, label in texts if (text := _plain(label.get_text()))]
        dated = isinstance(converter, DateConverter)
        numeric = not dated and not isinstance(converter, StrCategoryConverter) and _reads_as_numbers(axis, ticks)
        return cls(_label(axis), numeric, dated, ticks, getattr(axis, "freq", None))

    def place(self, at: float) -> str:
        """A place along the axis in words: the tick's, a date, or the number."""
        if self.freq is not None:
            return str(pd.Period(ordinal=round(at), freq=self.freq))
        if self.dated:
            return str(num2date(at).date().isoformat())
        named = (text for where, text in self.ticks if not self.numeric and abs(where - at) < _HALF)
        return next(named, f"{at:.6g}")


_HALF = 0.45  # of the way to the next name along an axis


@dataclass(frozen=True, slots=True)
class Panel:
    """An Axes with its two scales, and the way and the name of every bar in it by its identity."""

    ax: Axes
    x: Scale
    y: Scale
    bars: dict[int, tuple[str, str]]

    @classmethod
    def of(cls, ax: Axes) -> Panel:
        return cls(ax, Scale.of(ax.xaxis), Scale.of(ax.yaxis), _bar_names(ax))

    def value_label(self) -> str:
        """What numbers written in the drawing area are: as is said beside the fields' colours, else along an axis."""
        beside = [_colour_label(c) for c in self.ax.collections if c.get_array() is not None]
        return next(filter(None, [*beside, *(s.label for s in (self.y, self.x) if s.numeric)]), "")


def _label(axis: Axis) -> str:
    return str(axis.get_label_text()).strip()


def _colour_label(collection: Collection) -> str:
    bar = getattr(collection, "colorbar", None)
    return "" if bar is None else _label(bar.ax.yaxis) or _label(bar.ax.xaxis) or str(bar.ax.get_title()).strip()


def _reads_as_numbers(axis: Axis, ticks: Sequence[tuple[float, str]]) -> bool:
    """Names and a per cent sign say that an axis counts nothing, and so do years that are names along it."""
    if ticks and all(text.endswith("%") for _, text in ticks):
        return False
    if not isinstance(axis.get_major_formatter(), (FixedFormatter, FuncFormatter)):
        return True
    return all(_NUMBER.fullmatch(text) and abs(_as_number(text) - at) < _WHOLE * max(1.0, abs(at)) for at, text in ticks)


def _plain(text: str) -> str:
    return re.sub(r"\$\\mathdefault\{(.*)\}\$", r"\1", text.strip())


def _as_number(text: str) -> float:
    """A number as Swedes and as Matplotlib write it; no number where a sign stands twice."""
    bare = re.sub(r"[ \u00a0\u202f]", "", text).replace(",", ".").replace("−", "-").replace("–", "-")
    return float(bare) if bare.count(".") < 2 else float("nan")


# ---- what is drawn -------------------------------------------------------------------------------------------------------


def _bar_names(ax: Axes) -> dict[int, tuple[str, str]]:
    """The series and the way of every bar, by its identity."""
    names = {}
    for container in ax.containers:
        if isinstance(container, BarContainer):
            for patch in container.patches:
                names[id(patch)] = (_name(container) or _name(patch), str(container.orientation or "vertical"))
    return names


def _points(artist: Artist, panel: Panel) -> list[Point] | None:
    """The numbers of one artist; None when it is of a kind that cannot be read."""
    if isinstance(artist, (*_RASTERS, *_ARROWS)):
        return None
    if isinstance(artist, Wedge):  # read with its pie
        return []
    if isinstance(artist, Rectangle):
        return _bar(artist, panel) if artist.get_transform().contains_branch(panel.ax.transData) else []
    if isinstance(artist, Line2D):
        return _line(artist, panel)
    if isinstance(artist, (ContourSet, PatchCollection)) or (isinstance(artist, Collection) and artist.get_array() is not None):
        return _fields(artist, panel)
    if isinstance(artist, PathCollection):
        return _both(np.ma.getdata(artist.get_offsets()), panel, _name(artist))
    if isinstance(artist, LineCollection):
        return [p for one in artist.get_segments() for p in _both(np.asarray(one), panel, _name(artist), whole_only=True)]
    if isinstance(artist, PolyCollection):
        return [p for one in artist.get_paths() for p in _both(one.vertices, panel, _name(artist), whole_only=True)]
    if hasattr(artist, "get_path") and hasattr(artist, "get_patch_transform"):
        return _outline(artist, panel)
    return None


def _name(artist: Any) -> str:
    """The series: its own label, else that of its colour in the legend (seaborn names no series)."""
    label = str(artist.get_label() or "")
    if label and not label.startswith("_"):
        return label
    axes = getattr(artist, "axes", None)
    colour = _colour(artist)
    if axes is None or colour is None:
        return ""
    figure = axes.get_figure()
    legends = [axes.get_legend(), *(figure.legends if figure is not None else ())]
    for legend in filter(None, legends):
        for handle, text in zip(legend.legend_handles, legend.get_texts(), strict=False):
            if _colour(handle) == colour:
                return str(text.get_text()).strip()
    return ""


def _colour(artist: Any) -> str | None:
    for getter in ("get_facecolor", "get_color"):
        value = getattr(artist, getter, lambda: None)()
        if value is None:
            continue
        rows = to_rgba_array(value)
        if len(rows):
            return to_hex(rows[0])
    return None


def _bar(bar: Rectangle, panel: Panel) -> list[Point]:
    """A bar's own length, also of one that stands on another."""
    name, way = panel.bars.get(id(bar), ("", ""))
    flat = way == "horizontal" or (not way and panel.x.numeric and not panel.y.numeric)
    along, value = (panel.y, panel.x) if flat else (panel.x, panel.y)
    start, length = (bar.get_y(), bar.get_height()) if flat else (bar.get_x(), bar.get_width())
    size = bar.get_width() if flat else bar.get_height()
    if not value.numeric or not (length or size):
        return []
    return [Point(name or _name(bar), along.place(start + length / 2), abs(float(size)), value.label)]


def _line(line: Line2D, panel: Panel) -> list[Point]:
    """A series; not a line across the whole drawing, and not a curve that was computed from many points."""
    if not line.get_transform().contains_branch(panel.ax.transData) or line.get_transform() != panel.ax.transData:
        return []
    xy = np.column_stack([np.asarray(line.get_xdata(orig=False), float), np.asarray(line.get_ydata(orig=False), float)])
    if len(xy) > SMOOTH and np.mean(np.abs(xy[:, 1] - np.round(xy[:, 1])) < _WHOLE) < 0.1:
        return []
    return _both(xy, panel, _name(line), x_too=line.get_linestyle() in ("None", "none", "", " "))


def _both(xy: Any, panel: Panel, name: str, *, x_too: bool = True, whole_only: bool = False) -> list[Point]:
    """Points with a number along one axis or both; of a band or a stroke only where all its ends are whole numbers."""
    xy = np.asarray(xy, dtype=float).reshape(-1, 2)
    xy = xy[np.isfinite(xy).all(axis=1)]
    out: list[Point] = []
    for values, value, places, along in ((xy[:, 1], panel.y, xy[:, 0], panel.x), (xy[:, 0], panel.x, xy[:, 1], panel.y)):
        asked = value is panel.y or x_too or "antal" in value.label.casefold()
        if not asked or not value.numeric or (whole_only and (np.abs(values - np.round(values)) > _WHOLE).any()):
            continue
        out += [Point(name, along.place(float(p)), float(v), value.label) for v, p in zip(values, places, strict=True)]
    return out


def _fields(artist: Any, panel: Panel) -> list[Point] | None:
    """Fields whose colour is a number: a heat map, a map, hexagons. Level lines are no counts."""
    if isinstance(artist, ContourSet):
        return []
    numbers = artist.get_array()
    if numbers is None:
        return []
    values: Any = np.ma.masked_invalid(np.ma.asarray(numbers, dtype=float))
    label = _colour_label(artist)
    dots = _both(artist.get_offsets(), panel, _name(artist)) if isinstance(artist, PathCollection) else []
    if isinstance(artist, QuadMesh) and values.ndim == 2:
        rows, columns = values.shape
        names = [(panel.y.place(r + 0.5), panel.x.place(c + 0.5)) for r in range(rows) for c in range(columns)]
        cells = zip(names, values.ravel(), strict=True)
        return [Point(row, column, float(v), label) for (row, column), v in cells if v is not np.ma.masked]
    return [
        *dots,
        *(Point(_name(artist), str(n), float(v), label) for n, v in enumerate(values.ravel(), 1) if v is not np.ma.masked),
    ]


def _outline(patch: Any, panel: Panel) -> list[Point]:
    """Any other shape in the data's own measure: the steps of a histogram, an area."""
    if not patch.get_transform().contains_branch(panel.ax.transData):
        return []
    corners = patch.get_patch_transform().transform(patch.get_path().vertices)
    return _both(corners, panel, _name(patch), x_too=False, whole_only=True)


# ---- pies ----------------------------------------------------------------------------------------------------------------


def _pies(ax: Axes) -> Iterator[Slices]:
    wedges = [patch for patch in ax.patches if isinstance(patch, Wedge) and patch.get_visible()]
    if not wedges:
        return
    said = " ".join(t.get_text() for t in [*ax.texts, ax.title, ax.xaxis.label, *_titles_of(ax)])
    number = re.search(r"\bn\s*=\s*(\d[\d  \u202f]*)", said)
    of = int(re.sub(r"\D", "", number[1])) if number else None
    yield Slices([abs(w.theta2 - w.theta1) / 360 for w in wedges], [_name(w) for w in wedges], of)


def _titles_of(ax: Axes) -> list[Text]:
    figure = ax.get_figure()
    return [] if figure is None else list(figure.texts)
