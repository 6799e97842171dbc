"""Which area (DeSO, RegSO, stadsdel, any outline) does each event lie in?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kunskapsbaserat.places.located import coordinates, has_place
from kunskapsbaserat.rates.checks import reasons
from kunskapsbaserat.rates.keys import keyed

if TYPE_CHECKING:
    import shapely


@keyed(points=())
def assign_areas(
    points: pd.DataFrame, geometry: Mapping[str, shapely.Geometry], *, x: str = "x", y: str = "y", area: str = "area"
) -> pd.DataFrame:
    """The events with the code of the area that each lies in.

    Parameters
    ----------
    points : DataFrame
        One row per event, coordinates in the geometry's own system, in metres.
    geometry : mapping of area code to shapely geometry
        Outlines. On a common border, or where outlines overlap, an event belongs to the area whose code comes first, so that
        the order of the mapping and of the events plays no part.
    x, y, area : str
        Columns: easting and northing; name of the column that is added.

    Returns
    -------
    DataFrame
        The rows of `points`, same order and index, plus `area` (missing where none) and ``area_reason``: "no_coordinates",
        "outside" or None.

    Raises
    ------
    TableError
        The coordinates are degrees.

    Examples
    --------
    >>> import pandas as pd
    >>> from shapely import box
    >>> from kunskapsbaserat import places
    >>> outlines = {"centrum": box(0, 0, 1000, 1000), "hamnen": box(1000, 0, 2000, 1000)}
    >>> events = pd.DataFrame({"x": [100.0, 1500.0, 5000.0, None], "y": [100.0, 200.0, 300.0, 400.0]})
    >>> places.assign_areas(events, outlines)[["area", "area_reason"]]
          area     area_reason
    0  centrum            None
    1   hamnen            None
    2      NaN         outside
    3      NaN  no_coordinates
    """
    import shapely

    placed = has_place(points, x, y)
    places = coordinates(points[placed], x, y)
    codes = sorted(geometry)
    tree = shapely.STRtree([geometry[code] for code in codes])
    event, shape = tree.query(shapely.points(places), predicate="intersects")
    first = np.full(len(places), len(codes))
    np.minimum.at(first, event, shape)
    names = pd.Series([*codes, None], dtype=object)
    name_at = pd.Series(names.to_numpy()[first], index=np.flatnonzero(placed), dtype=object)
    every = name_at.reindex(range(len(points)))
    why = reasons(points.index, (~placed, "no_coordinates"), (every.isna().to_numpy(dtype=bool), "outside"))
    return points.assign(**{area: every.astype("str").to_numpy(), "area_reason": why})
