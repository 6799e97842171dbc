"""Where events are: coordinates in metres, and the events that have none."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kunskapsbaserat.errors import TableError
from kunskapsbaserat.rates.checks import Floats, columns, numbers, refuse
from kunskapsbaserat.rates.keys import keyed

FEWEST_POINTS = 30  # below this a table says more than a map


@keyed(points=())
def located(points: pd.DataFrame, *, x: str = "x", y: str = "y") -> tuple[pd.DataFrame, pd.DataFrame]:
    """The events with both coordinates, and those without, so that the latter can be told beside every map.

    Parameters
    ----------
    points : DataFrame
        One row per event.
    x, y : str
        Columns: easting and northing.

    Returns
    -------
    (DataFrame, DataFrame)
        The rows of `points` with both coordinates, and the other rows; same columns and index.

    Raises
    ------
    TableError
        A column is missing.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat import places
    >>> events = pd.DataFrame({"x": [535_010.0, None, 535_260.0], "y": [6_718_020.0, 6_718_040.0, 6_718_060.0]})
    >>> on_map, without_place = places.located(events)
    >>> len(on_map), len(without_place)
    (2, 1)
    """
    placed = has_place(points, x, y)
    return points[placed], points[~placed]


def has_place(points: pd.DataFrame, x: str, y: str) -> NDArray[np.bool_]:
    """Which events have both coordinates."""
    columns(points, (x, y))
    return np.asarray(points[x].notna() & points[y].notna(), dtype=bool)


def coordinates(points: pd.DataFrame, x: str, y: str) -> Floats:
    """Easting and northing in metres, shape (events, 2).

    Raises
    ------
    TableError
        A coordinate is missing or no number, or the numbers are degrees.
    """
    pairs = np.column_stack([numbers(points, x), numbers(points, y)])
    for column, name in enumerate((x, y)):
        refuse(
            points,
            np.isnan(pairs[:, column]),
            name,
            "a coordinate (take the events without apart with places.located)",
            "en koordinat (händelser utan plats redovisas för sig)",
        )
    if len(pairs) and (np.abs(pairs[:, 0]) <= 180).all() and (np.abs(pairs[:, 1]) <= 90).all():
        raise TableError(
            "metres, such as SWEREF 99 TM",
            forvantat="meter (SWEREF 99 TM)",
            row=points.index[0],
            column=x,
            got=tuple(pairs[0].tolist()),
            hint="these look like degrees of longitude and latitude: transform them first",
            tips="Det ser ut som longitud och latitud i grader: räkna om dem först.",
        )
    return pairs
