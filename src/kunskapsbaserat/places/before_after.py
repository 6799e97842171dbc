"""Before and after a measure at a place, beside the same circles around other places, through `effects.did`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import scipy

from kunskapsbaserat.errors import TableError
from kunskapsbaserat.places.located import coordinates
from kunskapsbaserat.rates.checks import columns, positive, refuse
from kunskapsbaserat.rates.keys import keyed, keys_once

if TYPE_CHECKING:
    from kunskapsbaserat.effects import EffectResult


@keyed(events=("@time:",), sites=("area",))
def place_panel(
    events: pd.DataFrame,
    sites: pd.DataFrame,
    *,
    radius: float,
    from_radius: float = 0.0,
    first: str | pd.Period,
    last: str | pd.Period,
    time: str = "start",
    x: str = "x",
    y: str = "y",
) -> pd.DataFrame:
    """Events per month within a distance of each place, months without events too.

    Parameters
    ----------
    events : DataFrame
        One row per event with a place (metres) and a time.
    sites : DataFrame
        One row per place: ``area x y``.
    radius, from_radius : float
        Metres; with `from_radius` above 0 the ring from there to `radius`.
    first, last : str or Period
        Months that the reports cover, so that a month of calm is a zero and a month without reporting is none.
    time, x, y : str
        Columns of `events`.

    Returns
    -------
    DataFrame
        One row per place and month: ``area period count``.

    Raises
    ------
    TableError
        A place or time is missing, an area stands twice, or two places lie so near that an event would count for both.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat import places
    >>> events = pd.DataFrame({"x": [10, 20, 900], "y": 0, "start": pd.to_datetime(["2026-01-05", "2026-03-02", "2026-03-09"])})
    >>> sites = pd.DataFrame({"area": ["torget", "parken"], "x": [0, 1000], "y": 0})
    >>> panel = places.place_panel(events, sites, radius=200, first="2026-01", last="2026-03")
    >>> {area: rows["count"].tolist() for area, rows in panel.groupby("area")}
    {'parken': [0, 0, 1], 'torget': [1, 0, 1]}
    """
    positive("radius", radius)
    columns(sites, ("area", "x", "y"))
    columns(events, [time])
    keys_once(sites, ["area"])
    refuse(events, events[time].isna().to_numpy(dtype=bool), time, "a time for every event", "en tid för varje händelse")
    middles = coordinates(sites, "x", "y")
    codes = sites["area"].astype(str).to_numpy()
    overlapping = scipy.spatial.cKDTree(middles).query_pairs(2 * radius * (1 - 1e-9), output_type="ndarray")
    if len(overlapping):
        one, other = sorted(codes[overlapping[0]])
        raise TableError(
            f"places at least {2 * radius:g} m apart",
            forvantat=f"platser med minst {2 * radius:g} m emellan",
            column="area",
            got=f"{one}, {other}",
            hint=f"{len(overlapping)} pairs of circles overlap",
            tips=f"{len(overlapping)} par av cirklar går in i varandra",
        )
    months = pd.period_range(first, last, freq="M")
    when = (events[time].dt.tz_localize(None) if events[time].dt.tz is not None else events[time]).dt.to_period("M")
    places = coordinates(events, x, y)
    distance, nearest = scipy.spatial.cKDTree(middles).query(places, distance_upper_bound=radius * (1 + 1e-9))
    month = months.get_indexer(pd.PeriodIndex(when))
    counted = (distance <= radius) & (month >= 0) & ((distance > from_radius) | (from_radius == 0))
    counts = np.zeros((len(sites), len(months)), dtype=np.int64)
    np.add.at(counts, (nearest[counted], month[counted]), 1)
    return pd.DataFrame(
        {
            "area": np.repeat(codes, len(months)),
            "period": months.take(np.tile(np.arange(len(months)), len(codes))),
            "count": counts.ravel(),
        }
    )


@keyed(events=("@time:",), sites=("area",))
def before_after(
    events: pd.DataFrame,
    sites: pd.DataFrame,
    *,
    treated: str | Sequence[str],
    start: str | pd.Period,
    radius: float,
    from_radius: float = 0.0,
    first: str | pd.Period,
    last: str | pd.Period,
    time: str = "start",
    x: str = "x",
    y: str = "y",
    confidence: float = 0.95,
    least_a_month: float = 2.0,
    **design: Any,
) -> EffectResult:
    """The change around the places with a measure against that around all comparable places, with placebo inference.

    With `from_radius` and a larger `radius` the same is asked of the ring around: more events than the comparison says is
    displacement, fewer is diffusion of benefits.

    Parameters
    ----------
    events, sites, radius, from_radius, first, last, time, x, y
        As in `place_panel`.
    treated : str or sequence of str
        The places with the measure, codes of `sites`.
    start : str or Period
        First month with it.
    confidence, least_a_month : float
        As in `effects.did`.
    **design
        Further options of `effects.Design`, such as `phase_in`, `buffer`, `sharing` and `assignment`.

    Returns
    -------
    EffectResult
        Without a verdict, and with its reason, when there are too few places to compare with or too few events.

    Raises
    ------
    TableError
        As in `place_panel`, or a code of `treated` is not among the sites.
    DesignError
        The months before or after are too few.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from kunskapsbaserat import places
    >>> months = pd.period_range("2022-01", "2025-12", freq="M")
    >>> sites = pd.DataFrame({"area": [f"p{i:02}" for i in range(25)], "x": np.arange(25) * 1000, "y": 0})
    >>> mean = np.full((25, 48), 10.0)
    >>> mean[0, 36:] = 4.0  # the true effect: 10 events a month become 4 at p00
    >>> number = np.random.default_rng(1).poisson(mean).ravel()
    >>> site, month = (np.repeat(index.ravel(), number) for index in np.indices(mean.shape))
    >>> events = pd.DataFrame({"x": site * 1000, "y": 0, "start": months.to_timestamp()[month]})
    >>> found = places.before_after(events, sites, treated="p00", start="2025-01", radius=200, first="2022-01", last="2025-12")
    >>> round(found.pct_change), found.p_value, str(found.verdict)
    (-60, 0.04, 'sakerstalld_minskning')
    """
    from kunskapsbaserat.effects import Design, did  # nobody else who asks about places needs the effects

    panel = place_panel(events, sites, radius=radius, from_radius=from_radius, first=first, last=last, time=time, x=x, y=y)
    chosen = Design(panel, outcome="count", treated=treated, start=start, **design)
    return did(chosen, confidence=confidence, least_a_month=least_a_month)
