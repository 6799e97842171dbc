"""The land of a map, prepared from the outlines of SCB: path data, what lies where, and who borders on whom."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import shapely

from kunskapsbaserat import kommun as kommuner
from kunskapsbaserat.kommun_outlines import outlines_in_degrees
from kunskapsbaserat.report.page.charts import svg
from kunskapsbaserat.report.page.charts.land import CELL, MAP_WIDTH, Land, LanMap

_MOST_HEIGHT = 560
_MARGIN = 28  # neighbouring land above and below the län
_KM_PER_DEGREE = 111.2
_DETAIL = 2.2  # pixels by which a border may be simplified
_COARSE = 1.3  # and the coast of the miniature
_MANY = 25  # kommuner in a län from which outlines get coarser
_SPECK = 9.0  # square pixels under which an island is left out
_CLOSE = 3.0  # pixels between kommuner that count as neighbours over water

Points = np.ndarray


def prepared_lan(lan_code: str) -> LanMap:
    """The map of a län; `land.lan_map` keeps it."""
    own = [k.code for k in kommuner.in_lan(lan_code)]
    raw = outlines_in_degrees()
    west, south, east, north = shapely.total_bounds([raw[c] for c in own])
    shorten = math.cos(math.radians((south + north) / 2))
    zoom = min((MAP_WIDTH - 2 * _MARGIN) / ((east - west) * shorten), (_MOST_HEIGHT - 2 * _MARGIN) / (north - south))
    indent = (MAP_WIDTH - (east - west) * shorten * zoom) / 2
    height = math.ceil((north - south) * zoom + 2 * _MARGIN)
    place = _placing(west=west, north=north, across=shorten * zoom, down=zoom, indent=indent)
    frame = shapely.box(0, 0, MAP_WIDTH, height)
    # Neighbours are simplified together, so that they share their borders.
    codes, shapes = _inside(raw, place, frame)
    detail = _DETAIL * max(1.0, len(own) / _MANY)  # forty-nine outlines in full detail weigh 12 kB
    drawn = dict(zip(codes, shapely.coverage_simplify(shapes, detail), strict=True))
    close = {c: frozenset(o for o in own if o != c and shapely.dwithin(drawn[c], drawn[o], _CLOSE)) for c in own}
    owner = _owners([drawn[c] for c in own], height)
    return LanMap(
        height=height,
        kommuner={c: _land(kommuner.get(c).name, drawn[c], owner == at) for at, c in enumerate(own)},
        centres={c: _centre(drawn[c]) for c in own},
        neighbours=close,
        all_land=_summed(owner >= 0),
        others=tuple(_other_lan({c: drawn[c] for c in codes if c not in own}, frame, height)),
        pixels_per_km=zoom / _KM_PER_DEGREE,
    )


def prepared_sweden(height: int) -> tuple[dict[str, str], str, float]:
    """Path data of every län and of the whole country `height` pixels high, and its width."""
    raw = outlines_in_degrees()
    west, south, east, north = shapely.total_bounds(list(raw.values()))
    zoom = height / (north - south)
    shorten = math.cos(math.radians((south + north) / 2))
    place = _placing(west=west, north=north, across=shorten * zoom, down=zoom, indent=0, margin=0)
    codes = list(raw)
    shapes = shapely.transform(shapely.make_valid(np.array([raw[c] for c in codes])), place)
    by_lan = {
        lan: shapely.union_all([s for c, s in zip(codes, shapes, strict=True) if c[:2] == lan])
        for lan in sorted({c[:2] for c in codes})
    }
    simple = {lan: _path(shapely.simplify(shape, _COARSE), speck=2.5, whole=False) for lan, shape in by_lan.items()}
    whole = shapely.simplify(shapely.union_all(list(by_lan.values())), _COARSE)
    return simple, _path(whole, speck=2.5, whole=False), (east - west) * shorten * zoom


def _placing(
    *, west: float, north: float, across: float, down: float, indent: float, margin: float = _MARGIN
) -> Callable[[Points], Points]:
    """From degrees to pixels: longitudes shortened by the cosine of the middle latitude, y downwards."""

    def place(points: Points) -> Points:
        return np.column_stack(((points[:, 0] - west) * across + indent, (north - points[:, 1]) * down + margin))

    return place


def _inside(
    raw: dict[str, shapely.Geometry], place: Callable[[Points], Points], frame: shapely.Geometry
) -> tuple[list[str], np.ndarray]:
    """All kommuner of the country that are seen in the frame, in pixels."""
    codes, outlines = np.array(list(raw)), np.array(list(raw.values()))
    west, south, east, north = shapely.bounds(outlines).T
    left, upper = place(np.column_stack((west, north))).T
    right, lower = place(np.column_stack((east, south))).T
    near = (left <= MAP_WIDTH) & (right >= 0) & (upper <= frame.bounds[3]) & (lower >= 0)
    shapes = shapely.make_valid(shapely.transform(outlines[near], place))
    seen = shapely.intersects(shapes, frame)
    return codes[near][seen].tolist(), shapes[seen]


def _other_lan(drawn: dict[str, shapely.Geometry], frame: shapely.Geometry, height: int) -> list[Land]:
    found = []
    for lan in sorted({c[:2] for c in drawn}):
        members = [shape for code, shape in drawn.items() if code[:2] == lan]
        shape = shapely.intersection(shapely.union_all(members), frame)
        found.append(_land(kommuner.in_lan(lan)[0].lan, shape, _owners([shape], height) == 0))
    return [land for land in found if land.path]


def _land(name: str, shape: shapely.Geometry, filled: np.ndarray) -> Land:
    rows, columns = np.flatnonzero(filled.any(axis=1)), np.flatnonzero(filled.any(axis=0))
    if not rows.size:  # smaller than a cell: it has no room for a label either
        return Land(name, _path(shape), np.zeros((2, 2), dtype=np.int32))
    row, column = int(rows[0]), int(columns[0])
    own_box = filled[row : rows[-1] + 1, column : columns[-1] + 1]
    return Land(name, _path(shape), _summed(own_box), row, column)


def _owners(shapes: list[shapely.Geometry], height: int) -> np.ndarray:
    """For every cell the number of the shape that its middle lies in, or -1."""
    rows, columns = math.ceil(height / CELL), math.ceil(MAP_WIDTH / CELL)
    xs, ys = (np.arange(columns) + 0.5) * CELL, (np.arange(rows) + 0.5) * CELL
    owner = np.full((rows, columns), -1, dtype=np.int16)
    for at, shape in enumerate(shapes):
        if shape.is_empty:
            continue
        west, north, east, south = shape.bounds
        across = slice(*np.searchsorted(xs, (west, east)))
        down = slice(*np.searchsorted(ys, (north, south)))
        inside = shapely.contains_xy(shape, *np.meshgrid(xs[across], ys[down]))
        owner[down, across][inside] = at
    return owner


def _summed(cells: np.ndarray) -> np.ndarray:
    """Number of cells above and left of every corner: any box is then counted from four of them."""
    return np.pad(cells.astype(np.int32).cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0)))


def _path(shape: shapely.Geometry, *, speck: float = _SPECK, whole: bool = True) -> str:
    """Path data of the outer edges; whole pixels, where the borders still meet. The smallest islands are left out."""
    parts = [p for p in shapely.get_parts(shape) if p.geom_type == "Polygon"]
    large = [p for p in parts if p.area >= speck] or parts[:1]
    outlines = []
    for part in large:
        corners = [(round(x), round(y)) if whole else (x, y) for x, y in part.exterior.coords[:-1]]
        kept = [c for at, c in enumerate(corners) if c != corners[at - 1]]
        if len(kept) > 2:
            outlines.append(svg.path(kept, closed=True))
    return "".join(outlines)


def _centre(shape: shapely.Geometry) -> tuple[float, float]:
    """The middle of its widest part."""
    largest = max(shapely.get_parts(shape), key=lambda p: p.area)
    x, y = shapely.maximum_inscribed_circle(largest, tolerance=1).coords[0]
    return float(x), float(y)
