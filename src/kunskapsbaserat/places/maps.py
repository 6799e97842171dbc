"""A plain map of cells: outline, squares, numbers, a scale. No tiles, no scale of colours; the table beside has the figures."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from kunskapsbaserat.errors import TableError
from kunskapsbaserat.places.located import FEWEST_POINTS
from kunskapsbaserat.rates.checks import columns, numbers
from kunskapsbaserat.rates.keys import keyed

if TYPE_CHECKING:
    import shapely
    from matplotlib.artist import Artist
    from matplotlib.figure import Figure

INK, LINE, HOT, CELL = "#1b2429", "#717c84", "#00518a", "#d3d8da"
MARGIN, SCALE_ROOM = 6, 26
MAX_HEIGHT = 620
SMALLEST_SQUARE = 5.0  # pixels: smaller cells are drawn larger, or nobody sees them
_LENGTHS = (100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000)


@dataclass(frozen=True, eq=False, slots=True)
class MapDrawing:
    """A map as Matplotlib artists. Made by `place_map`.

    Attributes
    ----------
    artists : list of Artist
        In the order to be drawn, in pixels with y downwards.
    width, height : int
        Of the map, in pixels.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat import places
    >>> drawing = places.place_map(pd.DataFrame({"x": [125, 375], "y": [125, 125], "count": [24, 9]}), size=250)
    >>> figure = drawing.figure()  # a Matplotlib figure, to be saved as SVG
    >>> (drawing.width, drawing.height), len(figure.artists)
    ((480, 272), 4)
    """

    artists: list[Artist]
    width: int
    height: int

    def figure(self) -> Figure:
        """The artists on a figure of their own, 72 pixels an inch."""
        from matplotlib.figure import Figure
        from matplotlib.transforms import Affine2D

        figure = Figure(figsize=(self.width / 72, self.height / 72), dpi=72)
        pixels = Affine2D().scale(1, -1).translate(0, self.height).scale(1 / 72) + figure.dpi_scale_trans
        for artist in self.artists:
            artist.set_transform(pixels)
            figure.add_artist(artist)
        return figure


@keyed(cells=())
def place_map(
    cells: pd.DataFrame,
    *,
    outline: shapely.Geometry | None = None,
    size: float | None = None,
    hot: str = "hot",
    most: int = 5,
    width: int = 480,
) -> MapDrawing:
    """Squares where there are events, those called filled and numbered as in the table.

    Parameters
    ----------
    cells : DataFrame
        As `hot_spots` or `public_cells` gives them: ``x y count``, and ``size`` (side in metres) unless `size` is given; rows
        without a place (the rest) are not drawn. Numbers follow the order of the rows.
    outline : geometry, optional
        Of the area, in the same metres.
    size : float, optional
        Side of all cells.
    hot : str
        Column that says which to fill; without it none is.
    most : int
        So many are numbered: spots, by ``cluster`` where that column is, at their first cell; else cells.
    width : int
        Pixels.

    Returns
    -------
    MapDrawing
        Its meaning for those who do not see it is the sentence of the finding, which the report writes.

    Raises
    ------
    TableError
        Under 30 events: a table says more and gives away less. A cell without size.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat import places
    >>> cells = pd.DataFrame({"x": [125, 375], "y": [125, 125], "count": [24, 9], "hot": [True, False]})
    >>> drawing = places.place_map(cells, size=250, width=300)
    >>> drawing.width, drawing.height, type(drawing.artists[0]).__name__
    (300, 182, 'Polygon')
    """
    from matplotlib.lines import Line2D
    from matplotlib.patches import Polygon
    from matplotlib.text import Text

    columns(cells, ("x", "y", "count"))
    total = int(pd.to_numeric(cells["count"]).sum())
    if total < FEWEST_POINTS:
        raise TableError(
            f"at least {FEWEST_POINTS} events for a map", forvantat=f"minst {FEWEST_POINTS} händelser för en karta", got=total
        )
    drawn = cells[cells["x"].notna()]
    sides = numbers(drawn, "size") if size is None else np.full(len(drawn), float(size))
    middles = drawn[["x", "y"]].to_numpy(dtype=float)
    west, south, east, north = _bounds(middles, sides, outline)
    zoom = min((width - 2 * MARGIN) / (east - west), (MAX_HEIGHT - 2 * MARGIN - SCALE_ROOM) / (north - south))
    indent = (width - (east - west) * zoom) / 2
    height = math.ceil((north - south) * zoom + 2 * MARGIN + SCALE_ROOM)

    def pixels(points: np.ndarray) -> np.ndarray:
        return np.column_stack([(points[:, 0] - west) * zoom + indent, (north - points[:, 1]) * zoom + MARGIN])

    artists: list[Artist] = []
    called = drawn[hot].to_numpy(dtype=bool) if hot in drawn else np.zeros(len(drawn), dtype=bool)
    half = np.maximum(sides * zoom, SMALLEST_SQUARE) / 2
    at = pixels(middles)
    for chosen, fill, gid in ((~called, CELL, "ruta"), (called, HOT, "utmarkt")):
        for (px, py), side in zip(at[chosen], half[chosen], strict=True):
            square = [(px - side, py - side), (px + side, py - side), (px + side, py + side), (px - side, py + side)]
            artists.append(Polygon(np.round(square, 1), closed=True, facecolor=fill, edgecolor="white", linewidth=0.5, gid=gid))
    for corners in _edges(outline, zoom):
        artists.append(Polygon(pixels(corners), closed=True, facecolor="none", edgecolor=LINE, linewidth=1, gid="omrade"))
    for number, row in _numbered(drawn, called)[:most]:
        x, y = min(max(at[row, 0], 9.0), width - 9.0), at[row, 1]
        disc = Line2D([x], [y], marker="o", markersize=17, linestyle="none", gid="nummer")
        disc.set(markerfacecolor="white", markeredgecolor=HOT, markeredgewidth=1.5)
        label = Text(
            x, y + 4.5, str(number), fontsize=13, color=INK, fontweight=700, gid="nummer", horizontalalignment="center"
        )
        artists += [disc, label]
    artists += _scale(zoom, height, width)
    return MapDrawing(artists, width, height)


def _numbered(drawn: pd.DataFrame, called: np.ndarray) -> list[tuple[int, int]]:
    """Number and row of what is to be told apart."""
    rows = np.flatnonzero(called)
    if "cluster" in drawn and drawn["cluster"].iloc[rows].notna().all():
        rows = rows[~drawn["cluster"].iloc[rows].duplicated().to_numpy()]
        return [(int(drawn["cluster"].iat[row]), int(row)) for row in rows]
    return [(number, int(row)) for number, row in enumerate(rows, start=1)]


def _bounds(middles: np.ndarray, sides: np.ndarray, outline: shapely.Geometry | None) -> tuple[float, float, float, float]:
    low, high = (middles - sides[:, None] / 2).min(axis=0), (middles + sides[:, None] / 2).max(axis=0)
    if outline is not None:
        west, south, east, north = outline.bounds
        low, high = np.minimum(low, (west, south)), np.maximum(high, (east, north))
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def _edges(outline: shapely.Geometry | None, zoom: float) -> list[np.ndarray]:
    """Corners of the outline's parts, simplified to what can be seen."""
    if outline is None:
        return []
    import shapely

    simple = shapely.simplify(outline, 0.7 / zoom)
    return [np.asarray(part.exterior.coords)[:, :2] for part in shapely.get_parts(simple) if part.geom_type == "Polygon"]


def _scale(zoom: float, height: int, width: int) -> list[Any]:
    """A bar of a round length, at most a third of the map."""
    from matplotlib.lines import Line2D
    from matplotlib.text import Text

    length = max((m for m in _LENGTHS if m * zoom <= width / 3), default=_LENGTHS[0])
    y = height - MARGIN - 4
    text = f"{length // 1000} km" if length >= 1000 else f"{length} m"
    bar = Line2D([MARGIN, MARGIN + length * zoom], [y, y], color=INK, linewidth=1.5, gid="skala")
    return [bar, Text(MARGIN + length * zoom + 6, y + 4, text, fontsize=12, color=INK, gid="skala")]
