"""A map of where events are: land, tätorter and names beneath, a circle for each square, sized and shaded by number."""

from __future__ import annotations

import bisect
import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely

from kunskapsbaserat.plots.classes import class_limits
from kunskapsbaserat.report.page.charts import svg
from kunskapsbaserat.report.page.charts.canvas import HAIR, INK, INK2, KOMMUN, LINE, WIDTH, Canvas, Drawing
from kunskapsbaserat.report.page.charts.county import LAND, SHADES, WHITE_ON
from kunskapsbaserat.report.page.charts.measure import PHONE, TYPICAL, width

MOST_HEIGHT, LEAST_HEIGHT = 540, 260
LEAST_SPAN = 2_500.0  # metres: a single square is not blown up to fill the map
_EDGE = 1.25  # of the span of the marks is drawn
_LARGEST, _SMALLEST, _NUMBER_ROOM = 21.0, 4.0, 9.0  # radii in pixels
_RIM = 0.8  # so that the lightest circles are seen on land
_SQUARE_SEEN = 10.0  # pixels from which the square itself is drawn
_KEY_ROW = 50
_FOOT, _INSET = 34, 84
_WHOLE = 0.6  # a frame that holds so much of the kommun needs no second map to say where it is
_BARS = (100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000)
_TEXT = 13.0
_LINE_HEIGHT = 19.0
_APART = 3.0
_SPECK = 4.0  # square pixels

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class PlaceMark:
    """A square of the map by its middle (m): its count, its number in the table, its name, and whether it is called."""

    x: float
    y: float
    count: int
    number: str = ""
    name: str = ""
    called: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """What lies beneath, in the metres of the marks; anything may be missing, and the map is then a sketch.

    `land` is what is not water, the kommun itself and its neighbours, drawn where the map shows most of the kommun: its limits
    are kilometres off. So may the outline be, when it is `coarse`. `towns` are the tätorter by name, `places` other names with
    their points.
    """

    name: str = ""
    outline: shapely.Geometry | None = None
    land: Sequence[shapely.Geometry] = ()
    towns: Mapping[str, shapely.Geometry] = field(default_factory=dict)
    places: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    coarse: bool = False


@dataclass(frozen=True, slots=True)
class PlaceMapWords:
    """What the key says; `{}` stands for a limit."""

    below: str = "under {}"
    between: str = "{}–{}"
    above: str = "{} eller fler"
    all_alike: str = "{}"


@dataclass(frozen=True, slots=True)
class _Frame:
    """The part of the land that is drawn, and where it lies on the canvas."""

    west: float
    north: float
    zoom: float
    height: float
    top: float

    def pixels(self, points: np.ndarray) -> np.ndarray:
        return np.column_stack(((points[:, 0] - self.west) * self.zoom, (self.north - points[:, 1]) * self.zoom + self.top))

    def at(self, x: float, y: float) -> tuple[float, float]:
        px, py = self.pixels(np.array([[x, y]], dtype=float))[0]
        return float(px), float(py)

    @property
    def box(self) -> shapely.Geometry:
        return shapely.box(self.west, self.north - self.height / self.zoom, self.west + WIDTH / self.zoom, self.north)


def place_map(
    marks: Sequence[PlaceMark],
    *,
    size: float,
    ground: Ground | None = None,
    words: PlaceMapWords | None = None,
    format_number: Callable[[float], str] = str,
    least_span: float = LEAST_SPAN,
) -> Drawing:
    """Circles where events are, over what is known of the land; with a key, a scale, north and where in the kommun it is.

    Parameters
    ----------
    marks : sequence of PlaceMark
        At least one. Those with a number are found again in the table.
    size : float
        Side of the squares in metres.
    ground : Ground
        What lies beneath, as far as it is known.
    words, format_number
        Of the key.
    least_span : float
        Metres that are shown at least.
    """
    ground, words = ground or Ground(), words or PlaceMapWords()
    limits = _limits([m.count for m in marks])
    shades = SHADES[len(limits) + 1]
    frame = _frame(marks, size, top=_KEY_ROW, least=least_span)
    inset = _inset_needed(frame, ground)
    total = math.ceil(frame.top + frame.height + (_INSET + 14 if inset else _FOOT))
    canvas = Canvas(WIDTH, total)
    _key(canvas, limits, shades, max(m.count for m in marks), words, format_number)
    _ground(canvas, frame, ground, near=inset)
    ordered = sorted(marks, key=lambda m: (-m.count, m.number))
    taken = _marks(canvas, frame, ordered, limits, shades, size)
    _names(canvas, frame, ordered, ground, taken)
    _foot(canvas, frame)
    body = canvas.finish().body
    if inset:
        body += _inset(frame, ground)
    return Drawing(body, WIDTH, total)


def _limits(counts: Sequence[int]) -> list[int]:
    """Whole limits of the classes; none when all are equal."""
    found = sorted({math.ceil(limit) for limit in class_limits([float(n) for n in counts])})
    return [limit for limit in found if min(counts) < limit <= max(counts)]


def _frame(marks: Sequence[PlaceMark], size: float, *, top: float, least: float) -> _Frame:
    points = np.array([(m.x, m.y) for m in marks], dtype=float)
    low, high = points.min(axis=0) - size / 2, points.max(axis=0) + size / 2
    across, down = (max(float(span) * _EDGE, least) for span in high - low)
    zoom = min(WIDTH / across, MOST_HEIGHT / down)
    height = max(down * zoom, LEAST_HEIGHT)
    middle = (low + high) / 2
    return _Frame(float(middle[0] - WIDTH / zoom / 2), float(middle[1] + height / zoom / 2), zoom, height, top)


# ---- the land ------------------------------------------------------------------------------------------------------------


def _ground(canvas: Canvas, frame: _Frame, ground: Ground, *, near: bool) -> None:
    """`near`: the map shows so little of the kommun that coarse limits would lie in the wrong streets."""
    bottom = frame.top + frame.height
    if near or not ground.land:
        canvas.area([(0, frame.top), (WIDTH, frame.top), (WIDTH, bottom), (0, bottom)], "mark", fill=LAND)
    for shape in () if near else ground.land:
        if path := _clipped(shape, frame):
            canvas.outlines(path, "mark", fill=LAND, edge=LAND, width=0.8)
    for shape in ground.towns.values():
        if path := _clipped(shape, frame):
            canvas.outlines(path, "tatort", fill=HAIR, edge=HAIR, width=0.5)
    if ground.outline is not None and not (near and ground.coarse):
        edge = shapely.intersection(shapely.boundary(shapely.simplify(ground.outline, 0.7 / frame.zoom)), frame.box)
        for line in shapely.get_parts(shapely.line_merge(edge) if edge.geom_type == "MultiLineString" else edge):
            if line.geom_type == "LineString" and not line.is_empty:
                points = [(float(x), float(y)) for x, y in frame.pixels(np.asarray(line.coords)[:, :2])]
                canvas.line(points, "omrade", colour=LINE, width=1.4, dashes=(4, 3))
    left, upper, right, lower = 0.5, frame.top, WIDTH - 0.5, bottom
    canvas.line([(left, upper), (right, upper), (right, lower), (left, lower), (left, upper)], "ram", colour=LINE, width=0.8)


def _clipped(shape: shapely.Geometry, frame: _Frame) -> str:
    """Path data of what is seen of a shape."""
    seen = shapely.intersection(shapely.make_valid(shapely.simplify(shape, 0.7 / frame.zoom)), frame.box)
    found = ""
    for part in shapely.get_parts(seen):
        if part.geom_type != "Polygon" or part.area * frame.zoom**2 < _SPECK:
            continue
        for ring in (part.exterior, *part.interiors):
            corners = [(float(x), float(y)) for x, y in frame.pixels(np.asarray(ring.coords)[:-1, :2])]
            found += svg.path(corners, closed=True) if len(corners) > 2 else ""
    return found


# ---- the marks -----------------------------------------------------------------------------------------------------------


def radius(count: float, largest: float) -> float:
    """The area of a circle follows the count, down to what can be seen."""
    return max(_LARGEST * math.sqrt(count / largest), _SMALLEST)


def _marks(
    canvas: Canvas, frame: _Frame, marks: Sequence[PlaceMark], limits: Sequence[int], shades: Sequence[str], size: float
) -> list[Box]:
    """Squares and circles, the largest first so that none is covered by a larger; the room that they take."""
    largest, side = max(m.count for m in marks), size * frame.zoom / 2
    taken: list[Box] = []
    for mark in marks:
        x, y = frame.at(mark.x, mark.y)
        r = max(radius(mark.count, largest), _NUMBER_ROOM if mark.number else 0)
        fill = shades[bisect.bisect_right(limits, mark.count)]
        if 2 * side >= _SQUARE_SEEN:
            corners = [(x - side, y - side), (x + side, y - side), (x + side, y + side), (x - side, y + side)]
            canvas.area(corners, "ruta", fill="none", edge=LINE, width=0.6)
        edge, rim = (KOMMUN, 3.0) if mark.called else (INK2, _RIM)
        canvas.dots([(x, y)], "plats", size=2 * r, fill=fill, edge=edge, width=rim)
        colour = "white" if fill in WHITE_ON else INK
        canvas.text(x, y + 5, mark.number, "nummer", size=_TEXT, colour=colour, bold=True, align="center")
        taken.append((x - r, y - r, x + r, y + r))
    return taken


# ---- the names -----------------------------------------------------------------------------------------------------------


def _names(canvas: Canvas, frame: _Frame, marks: Sequence[PlaceMark], ground: Ground, taken: list[Box]) -> None:
    """Names of marks, then of other places, then of tätorter: each where it meets nothing, or not at all."""
    for mark, circle in zip(marks, list(taken), strict=True):
        if mark.name and (spot := _beside(mark.name, circle, frame, taken, bold=True)):
            canvas.text(*spot, mark.name, "namn", size=_TEXT, colour=INK, bold=True, halo="white")
    for name, (x, y) in sorted(ground.places.items()):
        px, py = frame.at(x, y)
        dot = (px - 3, py - 3, px + 3, py + 3)
        if not _inside(dot, frame) or _meets(dot, taken):
            continue
        if spot := _beside(name, dot, frame, taken, bold=False):
            canvas.dots([(px, py)], "ort", size=5, fill="white", edge=INK2, width=1.3)
            canvas.text(*spot, name, "ort", size=12, halo="white")
            taken.append(dot)
    for name, shape in sorted(ground.towns.items(), key=lambda pair: (-pair[1].area, pair[0])):
        seen = shapely.intersection(shape, frame.box)
        if seen.is_empty:
            continue
        px, py = frame.at(*shapely.point_on_surface(seen).coords[0])
        half = width(name, PHONE, bold=False) * TYPICAL / 2
        spots = [(px, py + dy) for dy in (0, -24, 24, -48, 48)]
        boxes = [(x - half, y - 13, x + half, y + 6) for x, y in spots]
        free = next((at for at, box in enumerate(boxes) if _inside(box, frame) and not _meets(box, taken)), None)
        if free is not None:
            canvas.text(*spots[free], name, "tatort", size=12.5, colour=INK2, align="center", halo=LAND)
            taken.append(boxes[free])


def _beside(name: str, around: Box, frame: _Frame, taken: list[Box], *, bold: bool) -> tuple[float, float] | None:
    """Left end of the base line of a name near a mark, where it meets nothing; the room is then taken."""
    wide = width(name, PHONE, bold=bold) * TYPICAL
    left, top, right, bottom = around
    middle, centre = (top + bottom) / 2, (left + right) / 2
    starts = [
        (right + 4, middle + 5),
        (left - 4 - wide, middle + 5),
        (centre - wide / 2, top - 6),
        (centre - wide / 2, bottom + 16),
        (right + 1, top - 1),
        (right + 1, bottom + 12),
        (left - 1 - wide, top - 1),
        (left - 1 - wide, bottom + 12),
        (right - wide, top - 6),
        (left, top - 6),
        (right - wide, bottom + 16),
        (left, bottom + 16),
        (centre - wide / 2, top - 24),
        (centre - wide / 2, bottom + 34),
        (left - 4 - wide, top - 20),
        (left - 4 - wide, bottom + 30),
        (right + 4, top - 20),
        (right + 4, bottom + 30),
    ]
    for x, y in starts:
        box = (x, y - 14, x + wide, y + 5)
        if _inside(box, frame) and not _meets(box, taken):
            taken.append(box)
            return x, y
    return None


def _inside(box: Box, frame: _Frame) -> bool:
    return box[0] >= 2 and box[2] <= WIDTH - 2 and box[1] >= frame.top + 1 and box[3] <= frame.top + frame.height - 1


def _meets(box: Box, taken: Sequence[Box]) -> bool:
    return any(
        box[0] < other[2] + _APART and box[2] > other[0] - _APART and box[1] < other[3] and box[3] > other[1] for other in taken
    )


# ---- key, scale, north, where it is --------------------------------------------------------------------------------------


def _key(
    canvas: Canvas,
    limits: Sequence[int],
    shades: Sequence[str],
    largest: int,
    words: PlaceMapWords,
    write: Callable[[float], str],
) -> None:
    """A circle for each class, as large as its largest, with its limits."""
    texts = [words.all_alike.format(write(largest))]
    if limits:
        texts = [words.below.format(write(limits[0]))]
        for low, high in itertools.pairwise(limits):
            texts.append(words.between.format(write(low), write(high - 1)) if high - 1 > low else write(low))
        texts.append(words.above.format(write(limits[-1])))
    tops = [*(limit - 1 for limit in limits), largest]
    x = 4.0
    for text, top, shade in zip(texts, tops, shades, strict=True):
        r = radius(max(top, 1), largest)
        canvas.dots([(x + r, _KEY_ROW / 2 - 2)], "nyckel", size=2 * r, fill=shade, edge=INK2, width=_RIM)
        canvas.text(x + 2 * r + 6, _KEY_ROW / 2 + 3, text, "nyckel", size=_TEXT)
        x += 2 * r + 6 + width(text, PHONE, bold=False) * TYPICAL + 14


def _foot(canvas: Canvas, frame: _Frame) -> None:
    """A bar of a round length, at most a third of the map, and north."""
    length = max((m for m in _BARS if m * frame.zoom <= WIDTH / 3), default=_BARS[0])
    y, end = frame.top + frame.height + 16, 2 + length * frame.zoom
    canvas.line([(2, y - 4), (2, y), (end, y), (end, y - 4)], "skala", colour=INK, width=1.5)
    text = f"{length // 1000} km" if length >= 1000 else f"{length} m"
    canvas.text(end + 7, y + 4, text, "skala", size=12, colour=INK)
    north = end + 7 + width(text, PHONE, bold=False) + 22
    canvas.area([(north, y - 12), (north + 5, y + 3), (north, y - 1), (north - 5, y + 3)], "norr", fill=INK)
    canvas.text(north + 10, y + 4, "N", "norr", size=12, colour=INK, bold=True)


def _inset_needed(frame: _Frame, ground: Ground) -> bool:
    if ground.outline is None or ground.outline.is_empty:
        return False
    west, south, east, north = (float(edge) for edge in ground.outline.bounds)
    return WIDTH / frame.zoom < _WHOLE * (east - west) or frame.height / frame.zoom < _WHOLE * (north - south)


def _inset(frame: _Frame, ground: Ground) -> str:
    """The whole kommun in small, with the frame of the map."""
    assert ground.outline is not None
    west, south, east, north = ground.outline.bounds
    zoom = (_INSET - 4) / max(east - west, north - south)
    wide, tall = (east - west) * zoom, (north - south) * zoom
    small = Canvas(_INSET, _INSET)
    within = _Frame(west, north, zoom, tall, 2.0)
    simple = shapely.simplify(ground.outline, 0.8 / zoom)
    for part in shapely.get_parts(simple):
        corners = [(float(x), float(y)) for x, y in within.pixels(np.asarray(part.exterior.coords)[:, :2])]
        if part.area * zoom**2 >= _SPECK:
            small.area(corners, "kommun", fill=LAND, edge=LINE, width=0.8)
    left, upper = within.at(frame.west, frame.north)
    right, lower = left + WIDTH / frame.zoom * zoom, upper + frame.height / frame.zoom * zoom
    small.line([(left, upper), (right, upper), (right, lower), (left, lower), (left, upper)], "ram", colour=KOMMUN, width=2)
    small.text(-8, 15, ground.name, "namn", size=12.5, bold=True, colour=INK, align="right")
    return svg.moved(small.finish().body, WIDTH - wide - 8, frame.top + frame.height + 8)
