"""Did the events move? Counts inside a place with a measure, around it, and further out, before and after."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kunskapsbaserat.errors import OptionError
from kunskapsbaserat.places.located import coordinates
from kunskapsbaserat.rates.checks import columns, refuse
from kunskapsbaserat.rates.keys import keyed

RINGS = ("inner", "buffer", "comparison")
FEW = 20
_YEAR = 365.25


@dataclass(frozen=True, eq=False, slots=True)
class RingCounts:
    """Events before and after a measure in the place, around it and further out. Made by `displacement_rings`.

    One place says little: the rings describe, and only comparison with other places (`before_after`) can judge.

    Attributes
    ----------
    table : DataFrame
        One row per ring ("inner", "buffer", "comparison"): ``ring from_radius to_radius`` (metres) ``km2 before after
        per_day_before per_day_after``.
    days_before, days_after : int
        Lengths of time.
    cautions : tuple of str
        "few_events" (under 20 in some ring and time), "different_period_lengths", "different_seasons" (not whole years).
    wdq : float
        Weighted displacement quotient.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat import places
    >>> east = [10] * 40 + [150] * 30 + [400] * 30 + [10] * 20 + [150] * 27 + [400] * 30
    >>> when = pd.to_datetime(["2023-05-01"] * 100 + ["2024-05-01"] * 77)
    >>> events = pd.DataFrame({"x": east, "y": 0, "start": when})
    >>> rings = places.displacement_rings(events, (0, 0), start="2024-01-01", radius=100, buffer=200, comparison=500)
    >>> round(rings.wdq, 2), rings.counts()["treated_before"], rings.cautions
    (0.15, 40.0, ())
    """

    table: pd.DataFrame
    days_before: int
    days_after: int
    cautions: tuple[str, ...]

    @property
    def wdq(self) -> float:
        """Weighted displacement quotient: the buffer's change against the comparison over the place's own.

        Above 0 the gain spread to the surroundings (over 1: more there than in the place), from 0 to -1 part of it moved there,
        below -1 more moved than was gained. NaN where the place has gained nothing against the comparison, or the comparison
        had no events.

        References
        ----------
        Bowers KJ, Johnson SD (2003). Measuring the geographical displacement and diffusion of benefit effects of crime
        prevention activity. Journal of Quantitative Criminology 19, 275-301.
        """
        before, after = (self.table.set_index("ring")[name].astype(float) for name in ("before", "after"))
        if not before["comparison"] or not after["comparison"]:
            return float("nan")
        gained, moved = (
            after[ring] / after["comparison"] - before[ring] / before["comparison"] for ring in ("inner", "buffer")
        )
        return float(moved / gained) if gained < 0 else float("nan")

    def counts(self) -> dict[str, float | tuple[float, float]]:
        """The counts and lengths of time by the names that the weighted displacement difference takes them."""
        rows = self.table.set_index("ring")
        names = {"treated": "inner", "displacement_treated": "buffer", "control": "comparison"}
        events = {f"{name}_{when}": float(rows.at[ring, when]) for name, ring in names.items() for when in ("before", "after")}
        return {**events, "periods": (float(self.days_before), float(self.days_after))}


@keyed(events=("@time:",))
def displacement_rings(
    events: pd.DataFrame,
    site: tuple[float, float],
    *,
    start: str | pd.Timestamp,
    radius: float,
    buffer: float,
    comparison: float,
    days_before: int = 365,
    days_after: int = 365,
    phase_in_days: int = 0,
    time: str = "start",
    x: str = "x",
    y: str = "y",
) -> RingCounts:
    """Count the events around a place where a measure was taken.

    Parameters
    ----------
    events : DataFrame
        One row per event with a place (metres) and a time.
    site : (float, float)
        Easting and northing of the place.
    start : str or Timestamp
        When the measure began.
    radius, buffer, comparison : float
        Outer radii in metres of the place, of the ring that events may have moved to, and of the ring compared with.
    days_before, days_after, phase_in_days : int
        Lengths of time up to `start` and from `start` (plus `phase_in_days`, left out) on. Whole years hold every season alike.
    time, x, y : str
        Columns.

    Returns
    -------
    RingCounts

    Raises
    ------
    TableError
        A place or time is missing.
    OptionError
        The radii do not rise, or a time has no days.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat import places
    >>> east = [10] * 40 + [150] * 30 + [400] * 30 + [10] * 20 + [150] * 27 + [400] * 30
    >>> when = pd.to_datetime(["2023-05-01"] * 100 + ["2024-05-01"] * 77)
    >>> events = pd.DataFrame({"x": east, "y": 0, "start": when})
    >>> rings = places.displacement_rings(events, (0, 0), start="2024-01-01", radius=100, buffer=200, comparison=500)
    >>> rings.table[["ring", "to_radius", "before", "after"]]
             ring  to_radius  before  after
    0       inner        100      40     20
    1      buffer        200      30     27
    2  comparison        500      30     30
    """
    if not 0 < radius < buffer < comparison:
        raise OptionError(
            "radius, buffer, comparison",
            (radius, buffer, comparison),
            ("rising radii above 0",),
            tillatna=("radier över noll, i stigande ordning",),
        )
    if days_before < 1 or days_after < 1 or phase_in_days < 0:
        raise OptionError("days_before, days_after", (days_before, days_after), ("1 or more",), tillatna=("minst 1",))
    columns(events, [time])
    refuse(events, events[time].isna().to_numpy(dtype=bool), time, "a time for every event", "en tid för varje händelse")
    when = events[time].dt.tz_localize(None) if events[time].dt.tz is not None else events[time]
    places = coordinates(events, x, y)
    distance = np.hypot(places[:, 0] - site[0], places[:, 1] - site[1])
    edges = np.array([radius, buffer, comparison])
    ring = np.searchsorted(edges, distance, side="left")
    first = pd.Timestamp(start)
    resumed = first + pd.Timedelta(days=phase_in_days)
    early = ((when >= first - pd.Timedelta(days=days_before)) & (when < first)).to_numpy()
    late = ((when >= resumed) & (when < resumed + pd.Timedelta(days=days_after))).to_numpy()
    before, after = (np.bincount(ring[part], minlength=4)[:3] for part in (early, late))
    inner = np.concatenate([[0.0], edges[:-1]])
    table = pd.DataFrame(
        {
            "ring": RINGS,
            "from_radius": inner,
            "to_radius": edges,
            "km2": np.pi * (edges**2 - inner**2) / 1e6,
            "before": before,
            "after": after,
            "per_day_before": before / days_before,
            "per_day_after": after / days_after,
        }
    )
    return RingCounts(table, days_before, days_after, _cautions(table, days_before, days_after))


def _cautions(table: pd.DataFrame, before: int, after: int) -> tuple[str, ...]:
    def whole_years(days: int) -> bool:
        return abs(days - round(days / _YEAR) * _YEAR) <= 7 and days > 300

    conditions = [
        ("few_events", (table[["before", "after"]] < FEW).any(axis=None)),
        ("different_period_lengths", before != after),
        ("different_seasons", not (whole_years(before) and whole_years(after))),
    ]
    return tuple(code for code, holds in conditions if holds)
