"""Which areas border on each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kunskapsbaserat.errors import TableError

if TYPE_CHECKING:
    import shapely

    from kunskapsbaserat.rates.checks import Floats

Neighbours = Mapping[str, tuple[str, ...]]


def neighbours_of(geometry: Mapping[str, shapely.Geometry], *, nearest_for_islands: bool = False) -> dict[str, tuple[str, ...]]:
    """Neighbours from the outlines: areas that share a border or a corner.

    Parameters
    ----------
    geometry : mapping of area code to shapely geometry
        Outlines in one coordinate system.
    nearest_for_islands : bool
        Give an area without land neighbours (Gotland, Öckerö) its nearest area instead of none.

    Returns
    -------
    dict of area code to tuple of area codes
        In the order of `geometry`.

    Examples
    --------
    >>> from shapely import box
    >>> from kunskapsbaserat import rates
    >>> outlines = {"a": box(0, 0, 1, 1), "b": box(1, 0, 2, 1), "island": box(5, 0, 6, 1)}
    >>> rates.neighbours_of(outlines)
    {'a': ('b',), 'b': ('a',), 'island': ()}
    >>> rates.neighbours_of(outlines, nearest_for_islands=True)["island"]
    ('b',)
    """
    import shapely

    codes = list(geometry)
    shapes = np.array([geometry[code] for code in codes], dtype=object)
    tree = shapely.STRtree(shapes)
    one, other = tree.query(shapes, predicate="intersects")
    neighbours: dict[str, list[str]] = {code: [] for code in codes}
    for i, j in sorted(zip(one.tolist(), other.tolist(), strict=True)):
        if i != j:
            neighbours[codes[i]].append(codes[j])
    if nearest_for_islands and len(codes) > 1:
        for i, code in enumerate(codes):
            if not neighbours[code]:
                away = shapely.distance(shapes[i], shapes)
                away[i] = np.inf
                neighbours[code] = [codes[int(away.argmin())]]
    return {code: tuple(names) for code, names in neighbours.items()}


def neighbourhoods(areas: pd.Series, neighbours: Neighbours) -> Floats:
    """Matrix with 1 where the column's area is the row's area or one of its neighbours.

    Raises
    ------
    TableError
        An area of the table is not among the keys of `neighbours`.
    """
    at = {code: i for i, code in enumerate(areas)}
    inside = np.eye(len(areas))
    for code, row in at.items():
        if code not in neighbours:
            raise TableError(
                "an area with known neighbours", forvantat="ett område vars grannar är kända", column="area", got=code
            )
        inside[row, [at[other] for other in neighbours[code] if other in at]] = 1
    return inside
