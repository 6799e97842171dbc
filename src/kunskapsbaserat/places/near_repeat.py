"""Does an event raise the risk of another one near it in the days that follow? Knox's test with simulated chance."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from kunskapsbaserat.errors import OptionError, TableError
from kunskapsbaserat.places.located import FEWEST_POINTS, coordinates
from kunskapsbaserat.rates.checks import Floats, columns, confidence_level, reasons, refuse
from kunskapsbaserat.rates.keys import keyed
from kunskapsbaserat.rates.multiplicity import false_discovery_rate

Ints = NDArray[np.int64]

MOST_PAIRS = 20_000_000


@dataclass(frozen=True, eq=False, slots=True)
class NearRepeat:
    """Pairs of events by distance and days between them. Made by `near_repeat`.

    Attributes
    ----------
    table : DataFrame
        One row per band of distance (metres) and of days: ``from_distance to_distance from_days to_days pairs expected ratio
        p_value q_value raised reason``. `expected` is the mean when the times are dealt out anew among the places; `ratio`
        pairs over expected (missing without expected pairs, reason "no_pairs"); `p_value` one-sided, at least 1 / (runs + 1).
    raised : DataFrame
        The rows of `table` with säkerställt more pairs than chance gives.
    events, runs, seed : int
        Number of events; of the simulation.
    fdr : float
        Expected share of false ones among the bands called.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from kunskapsbaserat import places
    >>> rng = np.random.default_rng(1)
    >>> events = pd.DataFrame({"x": rng.uniform(0, 5000, 60), "y": rng.uniform(0, 5000, 60), "day": rng.integers(0, 365, 60)})
    >>> found = places.near_repeat(events, "day", bands=[0, 400], days=[7], runs=99)  # nothing hangs together here
    >>> found.events, found.to_frame().shape, found.raised.empty
    (60, (2, 13), True)
    """

    table: pd.DataFrame
    events: int
    runs: int
    seed: int
    fdr: float

    @property
    def raised(self) -> pd.DataFrame:
        """The bands with säkerställt more pairs than chance gives."""
        return self.table[self.table["raised"]]

    def to_frame(self) -> pd.DataFrame:
        return self.table.assign(events=self.events, runs=self.runs)


@keyed(points=())
def near_repeat(
    points: pd.DataFrame,
    times: str | pd.Series,
    *,
    bands: Sequence[float] = (0, 100, 200, 400),
    days: Sequence[int] = (7, 14, 28),
    runs: int = 999,
    seed: int = 0,
    fdr: float = 0.05,
    x: str = "x",
    y: str = "y",
) -> NearRepeat:
    """Pairs of events close in place and time, beside what chance gives with the same places and the same times.

    Parameters
    ----------
    points : DataFrame
        One row per event, coordinates in metres. Duplicate reports of one event must be gone: they are the nearest of repeats.
    times : str or Series
        Column, or values in the order of `points`: dates or times, or whole days. Only the date counts.
    bands : sequence of float
        Upper ends of the distance bands in metres, rising; 0 first is the same place.
    days : sequence of int
        Upper ends of the bands of days between, rising: (7, 14) is 0-7 and 8-14 days.
    runs, seed : int
        Of the simulation. The smallest p-value is 1 / (runs + 1), so many bands need many runs: at least their number / `fdr`.
    fdr : float
        Expected share of false ones among the bands called.
    x, y : str
        Columns: easting and northing.

    Returns
    -------
    NearRepeat

    Raises
    ------
    TableError
        Under 30 events, a coordinate or time is missing, or coordinates are degrees.
    OptionError
        Bands that do not rise, too few runs, or bands so wide that more than 20 million pairs lie within.

    References
    ----------
    Knox EG (1964). The detection of space-time interactions. Applied Statistics 13, 25-29. Townsley M, Homel R, Chaseling J
    (2003). Infectious burglaries. British Journal of Criminology 43, 615-633. Johnson SD et al. (2007). Space-time patterns of
    risk: a cross national assessment of residential burglary victimization. Journal of Quantitative Criminology 23, 201-219.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from kunskapsbaserat import places
    >>> rng = np.random.default_rng(1)
    >>> first = pd.DataFrame({"x": rng.uniform(0, 5000, 60), "y": rng.uniform(0, 5000, 60), "day": rng.integers(0, 365, 60)})
    >>> again = first.head(20).assign(x=lambda t: t["x"] + 30, day=lambda t: t["day"] + 3)  # a neighbour three days later
    >>> found = places.near_repeat(pd.concat([first, again]), "day", bands=[0, 100, 400], days=[7, 14], runs=199)
    >>> found.raised[["from_distance", "to_distance", "from_days", "to_days", "pairs", "expected"]].round(1)
       from_distance  to_distance  from_days  to_days  pairs  expected
    2            0.0        100.0          0        7     20       1.0
    """
    confidence_level(fdr, "fdr")
    edges, day_edges = _rising("bands", bands), _rising("days", days).astype(np.int64)
    needed = max(99, math.ceil(len(edges) * len(day_edges) / fdr) - 1)
    if runs < needed:  # no band could be called
        raise OptionError(
            "runs",
            runs,
            (f"{needed} or more with {len(edges) * len(day_edges)} bands",),
            tillatna=(f"minst {needed} med {len(edges) * len(day_edges)} band",),
        )
    if len(points) < FEWEST_POINTS:
        raise TableError(f"at least {FEWEST_POINTS} events", forvantat=f"minst {FEWEST_POINTS} händelser", got=len(points))
    places, day = coordinates(points, x, y), _days(points, times)
    one, other, band = _near_pairs(places, edges)
    observed = _by_band(one, other, band, day, len(edges), day_edges)
    rng = np.random.default_rng(seed)
    total, as_many = np.zeros(observed.shape), np.zeros(observed.shape, dtype=np.int64)
    for _ in range(runs):
        dealt = _by_band(one, other, band, rng.permutation(day), len(edges), day_edges)
        total += dealt
        as_many += dealt >= observed
    return NearRepeat(_table(observed, total / runs, as_many, edges, day_edges, runs, fdr), len(points), runs, seed, fdr)


def _rising(name: str, ends: Sequence[float]) -> Floats:
    values = np.asarray(ends, dtype=float)
    if not len(values) or values[0] < 0 or (np.diff(values) <= 0).any():
        raise OptionError(
            name, tuple(ends), ("upper ends from 0 on, rising",), tillatna=("övre gränser från 0, i stigande ordning",)
        )
    return values


def _days(points: pd.DataFrame, times: str | pd.Series) -> Ints:
    if isinstance(times, str):
        columns(points, [times])
    column = points[times] if isinstance(times, str) else times
    if len(column) != len(points):
        raise TableError("a time for every event", forvantat="en tid för varje händelse", got=len(column))
    frame = column.to_frame("time")
    refuse(frame, column.isna().to_numpy(dtype=bool), "time", "a time for every event", "en tid för varje händelse")
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        local = column.dt.tz_localize(None) if column.dt.tz is not None else column
        return np.asarray(local).astype("datetime64[D]").astype(np.int64)
    if not pd.api.types.is_integer_dtype(column.dtype):
        raise TableError("dates or whole days", forvantat="datum eller hela dagar", column="time", got=str(column.dtype))
    return np.asarray(column, dtype=np.int64)


def _near_pairs(places: Floats, edges: Floats) -> tuple[Ints, Ints, Ints]:
    """Pairs within the last band, with the number of each pair's band."""
    tree = scipy.spatial.cKDTree(places)
    number = (int(tree.count_neighbors(tree, edges[-1])) - len(places)) // 2
    if number > MOST_PAIRS:
        raise OptionError(
            "bands",
            tuple(edges.tolist()),
            (f"shorter bands: {number} pairs lie within the last one",),
            tillatna=(f"kortare band: {number} par ligger inom det sista",),
        )
    pairs = tree.query_pairs(edges[-1], output_type="ndarray")
    one, other = pairs[:, 0].astype(np.int64), pairs[:, 1].astype(np.int64)
    distance = np.hypot(*(places[one] - places[other]).T)
    band = np.searchsorted(edges, distance, side="left")
    kept = band < len(edges)
    return one[kept], other[kept], band[kept].astype(np.int64)


def _by_band(one: Ints, other: Ints, band: Ints, day: Ints, distances: int, day_edges: Ints) -> Ints:
    between = np.abs(day[one] - day[other])
    column = np.searchsorted(day_edges, between, side="left")
    width = len(day_edges) + 1  # the last are the pairs further apart in time
    return np.bincount(band * width + column, minlength=distances * width).reshape(distances, width)[:, :-1]


def _table(
    observed: Ints, expected: Floats, as_many: Ints, edges: Floats, day_edges: Ints, runs: int, fdr: float
) -> pd.DataFrame:
    rows, cols = (index.ravel() for index in np.indices(observed.shape))
    pairs, chance = observed.ravel(), expected.ravel()
    empty = (pairs == 0) & (chance == 0)
    p = pd.Series(np.where(empty, np.nan, (1 + as_many.ravel()) / (runs + 1)))
    q = false_discovery_rate(p)
    return pd.DataFrame(
        {
            "from_distance": np.concatenate([[0.0], edges[:-1]])[rows],
            "to_distance": edges[rows],
            "from_days": np.concatenate([[0], day_edges[:-1] + 1])[cols],
            "to_days": day_edges[cols],
            "pairs": pairs,
            "expected": chance,
            "ratio": np.divide(pairs, chance, out=np.full(len(pairs), np.nan), where=chance > 0),
            "p_value": p,
            "q_value": q,
            "raised": (q <= fdr).to_numpy(dtype=bool),
            "reason": reasons(p.index, (empty, "no_pairs")),
        }
    )
