"""Reports that may be of one and the same event: proposals, which a person decides on."""

from __future__ import annotations

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from kunskapsbaserat.places.local_time import instants
from kunskapsbaserat.places.located import coordinates
from kunskapsbaserat.rates.checks import Floats, columns, positive, refuse
from kunskapsbaserat.rates.keys import keyed

Ints = NDArray[np.int64]

_CLASSES = (24.0, 96.0, 400.0)  # hours: vague times are searched apart, so that they do not widen the search for exact ones


@keyed(events=("start",))
def duplicate_pairs(
    events: pd.DataFrame,
    *,
    category: str = "category",
    distance: float = 150.0,
    hours: float = 3.0,
    start: str = "start",
    end: str = "end",
    x: str = "x",
    y: str = "y",
) -> pd.DataFrame:
    """Pairs of events of one category, close in place and time.

    Parameters
    ----------
    events : DataFrame
        One row per event, unique index, coordinates in metres, all with place and time.
    category : str
        Column: what happened.
    distance, hours : float
        At most so many metres apart, and so many hours between the two intervals (0 where they overlap).
    start, end : str
        Columns: the interval in which it happened; `end` may be absent or missing.
    x, y : str
        Columns: easting and northing.

    Returns
    -------
    DataFrame
        One row per pair, in the order of `events`: ``first second metres hours`` (`first` and `second` are index labels).

    Raises
    ------
    TableError
        A place, time or category is missing, or coordinates are degrees.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat import places
    >>> events = pd.DataFrame({"category": "brand", "x": [0, 60, 2000], "y": [0, 0, 0]})
    >>> events["start"] = pd.to_datetime(["2026-05-01 21:00", "2026-05-01 21:20", "2026-05-01 21:30"])
    >>> places.duplicate_pairs(events).round(2)  # one fire, reported twice
       first  second  metres  hours
    0      0       1    60.0   0.33
    """
    positive("distance", distance)
    positive("hours", hours)
    columns(events, [category])
    refuse(events, events[category].isna().to_numpy(dtype=bool), category, "a category in every row", "en kategori i varje rad")
    places = coordinates(events, x, y)
    first, last = instants(events, start, end)
    refuse(events, np.isnan(first), start, "a time for every event", "en tid för varje händelse")
    kind = pd.factorize(events[category])[0].astype(float)
    one, other = _candidates(places / distance, (first + last) / 2, last - first, kind, hours)
    metres = np.hypot(*(places[one] - places[other]).T)
    between = np.maximum(np.maximum(first[one], first[other]) - np.minimum(last[one], last[other]), 0.0)
    kept = (metres <= distance) & (between <= hours)
    one, other, metres, between = one[kept], other[kept], metres[kept], between[kept]
    order = np.lexsort((other, one))
    return pd.DataFrame(
        {
            "first": events.index[one[order]],
            "second": events.index[other[order]],
            "metres": metres[order],
            "hours": between[order],
        }
    )


def _candidates(scaled: Floats, middle: Floats, length: Floats, kind: Floats, hours: float) -> tuple[Ints, Ints]:
    """Pairs of one category within the square round the circle, whose intervals could be near enough for their length."""
    group = np.searchsorted(_CLASSES, length, side="left")
    pairs_of_rows: list[NDArray[np.int64]] = []
    for a in range(len(_CLASSES) + 1):
        of_a = np.flatnonzero(group == a)
        for b in range(a, len(_CLASSES) + 1):
            of_b = np.flatnonzero(group == b)
            if not len(of_a) or not len(of_b):
                continue
            window = hours + (length[of_a].max() + length[of_b].max()) / 2
            trees = [
                scipy.spatial.cKDTree(np.column_stack([scaled[rows], middle[rows] / window, 10 * kind[rows]]))
                for rows in (of_a, of_b)
            ]
            near = 1 + 1e-9
            if a == b:
                pairs = trees[0].query_pairs(near, p=np.inf, output_type="ndarray")
                pairs_of_rows.append(np.column_stack([of_a[pairs[:, 0]], of_a[pairs[:, 1]]]))
            else:
                entries = trees[0].sparse_distance_matrix(trees[1], near, p=np.inf, output_type="ndarray")
                pairs_of_rows.append(np.column_stack([of_a[entries["i"]], of_b[entries["j"]]]))
    both = np.sort(np.concatenate([*pairs_of_rows, np.empty((0, 2), dtype=np.int64)]), axis=1).astype(np.int64)
    return both[:, 0], both[:, 1]
