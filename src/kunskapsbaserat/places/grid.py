"""A square grid in metres: which cell an event lies in, and which cells belong to the area that is looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kunskapsbaserat.errors import TableError
from kunskapsbaserat.places.located import coordinates
from kunskapsbaserat.rates.checks import Floats, columns, positive
from kunskapsbaserat.rates.keys import keyed

if TYPE_CHECKING:
    import shapely

Ints = NDArray[np.int64]

MOST_CELLS = 4_000_000


@dataclass(frozen=True, eq=False, slots=True)
class Grid:
    """Counts by cell, row 0 in the south. `inside` are the cells of the area; `south`, `west` number the first row and column
    from 0 at the coordinate system's origin, so that the same place has the same cell in every report."""

    counts: Ints
    inside: NDArray[np.bool_]
    cell: float
    south: int
    west: int

    @property
    def events(self) -> int:
        return int(self.counts.sum())

    def frame(self, rows: Ints, columns: Ints) -> pd.DataFrame:
        """Names, middles and counts of cells."""
        return cell_frame(columns + self.west, rows + self.south, self.cell).assign(count=self.counts[rows, columns])


@keyed(points=())
def grid_counts(points: pd.DataFrame, *, cell: float = 250.0, x: str = "x", y: str = "y") -> pd.DataFrame:
    """Events in each cell that has any.

    Parameters
    ----------
    points : DataFrame
        One row per event, coordinates in metres (SWEREF 99 TM).
    cell : float
        Side of a cell in metres. A point on a border belongs to the cell to its east or north.
    x, y : str
        Columns: easting and northing.

    Returns
    -------
    DataFrame
        ``cell x y count``, by name: `cell` is "easting_northing" of the cell's south-west corner, `x` and `y` its middle. The
        grid starts at the origin of the coordinate system whatever the events are.

    Raises
    ------
    TableError
        A coordinate is missing, or they are degrees.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat import places
    >>> events = pd.DataFrame({"x": [535_010, 535_090, 535_240, 535_260], "y": [6_718_020] * 4})  # SWEREF 99 TM, Falun
    >>> places.grid_counts(events)
                 cell         x          y  count
    0  535000_6718000  535125.0  6718125.0      3
    1  535250_6718000  535375.0  6718125.0      1
    """
    east, north = cell_numbers(coordinates(points, x, y), cell)
    corners, number = np.unique(np.column_stack([north, east]), axis=0, return_counts=True)
    table = cell_frame(corners[:, 1], corners[:, 0], cell).assign(count=number)
    return table.sort_values("cell", ignore_index=True)


def cell_numbers(places: Floats, cell: float) -> tuple[Ints, Ints]:
    """Column and row of each point, counted from the origin."""
    whole = np.floor(places / positive("cell", cell)).astype(np.int64)
    return whole[:, 0], whole[:, 1]


def cell_frame(east: Ints, north: Ints, cell: float) -> pd.DataFrame:
    """Names and middles of cells, in the order given."""
    corners = zip((east * cell).tolist(), (north * cell).tolist(), strict=True)
    return pd.DataFrame(
        {
            "cell": pd.Series([f"{a:.10g}_{b:.10g}" for a, b in corners], dtype="str"),
            "x": (east + 0.5) * cell,
            "y": (north + 0.5) * cell,
        }
    )


def grid_of(
    points: pd.DataFrame, *, cell: float, within: shapely.Geometry | pd.DataFrame | None, x: str = "x", y: str = "y"
) -> Grid:
    """The events on a grid over the area `within`.

    Parameters
    ----------
    points : DataFrame
        One row per event, at least one.
    cell : float
        Side in metres.
    within : geometry, DataFrame or None
        Outline of the area (cells that touch it), a table with the middles of cells (``x y``, as `grid_counts` gives them), or
        the rectangle around the events.
    x, y : str
        Columns: easting and northing.

    Raises
    ------
    TableError
        Events lie outside, or the grid would have more than 4 million cells (one wrong coordinate is enough).
    """
    places = coordinates(points, x, y)
    east, north = cell_numbers(places, cell)
    west, south, last_east, last_north = east.min(), north.min(), east.max(), north.max()
    listed: tuple[Ints, Ints] | None = None
    if isinstance(within, pd.DataFrame):
        columns(within, ("x", "y"))
        listed = cell_numbers(within[["x", "y"]].to_numpy(dtype=float), cell)
        west, last_east = min(west, listed[0].min()), max(last_east, listed[0].max())
        south, last_north = min(south, listed[1].min()), max(last_north, listed[1].max())
    elif within is not None:
        low, high = cell_numbers(np.array(within.bounds).reshape(2, 2), cell)
        west, last_east, south, last_north = (
            min(west, low[0]),
            max(last_east, low[1]),
            min(south, high[0]),
            max(last_north, high[1]),
        )
    shape = int(last_north - south + 1), int(last_east - west + 1)
    if shape[0] * shape[1] > MOST_CELLS:
        raise TableError(
            f"a grid of at most {MOST_CELLS} cells",
            forvantat=f"ett rutnät med högst {MOST_CELLS} rutor",
            got=f"{shape[1]} x {shape[0]}",
            hint="a coordinate far from the others, or cells too small",
            tips="En koordinat ligger långt från de andra, eller så är rutorna för små.",
        )
    counts = np.zeros(shape, dtype=np.int64)
    np.add.at(counts, (north - south, east - west), 1)
    inside = np.ones(shape, dtype=bool)
    if listed is not None:
        inside[:] = False
        inside[listed[1] - south, listed[0] - west] = True
    elif within is not None:
        inside = _touching(within, shape, cell, int(west), int(south))
    outside = int(counts[~inside].sum())
    if outside:
        raise TableError(
            "events inside the area",
            forvantat="händelser inom området",
            got=outside,
            hint="take them apart first, for instance with places.assign_areas",
            tips="Händelser utanför området redovisas för sig.",
        )
    return Grid(counts, inside, float(cell), int(south), int(west))


def _touching(within: shapely.Geometry, shape: tuple[int, int], cell: float, west: int, south: int) -> NDArray[np.bool_]:
    import shapely

    rows, cols = np.indices(shape)
    left, low = (cols + west) * cell, (rows + south) * cell
    shapely.prepare(within)
    return np.asarray(shapely.intersects(within, shapely.box(left, low, left + cell, low + cell)))
