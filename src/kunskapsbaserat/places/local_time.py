"""Events whose time is known as an interval: its parts on the clock of the place, over changes to and from summer time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kunskapsbaserat.errors import TableError
from kunskapsbaserat.rates.checks import Floats, columns, refuse
from kunskapsbaserat.rates.keys import keyed

WEEK = 168  # hours
_MONDAY = 72  # 1 January 1970 was a Thursday
_MICROSECONDS = 3.6e9  # an hour


@dataclass(frozen=True, slots=True)
class TimeKnowledge:
    """How well it is known when the events happened. Made by `time_knowledge`.

    Attributes
    ----------
    known, unknown : int
        Events with a start, and without; the latter are in no pattern.
    within_hour, within_day : int
        Of the known, those that lie inside one hour, and inside 24.
    longer : int
        Those of the known that are spread so thin that they say little of when.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat import places
    >>> events = pd.DataFrame({"start": pd.to_datetime(["2026-05-01 17:00", "2026-05-02 23:00"])})
    >>> events["end"] = pd.to_datetime(["2026-05-04 07:00", "2026-05-02 23:10"])  # a weekend; ten minutes
    >>> knowledge = places.time_knowledge(events)
    >>> knowledge.within_hour, knowledge.longer
    (1, 1)
    """

    known: int
    unknown: int
    within_hour: int
    within_day: int

    @property
    def longer(self) -> int:
        return self.known - self.within_day


@dataclass(frozen=True, eq=False, slots=True)
class Pieces:
    """Stretches of local time. An interval over a change of the clock is two pieces."""

    event: NDArray[np.intp]  # which row of the events
    start: Floats  # hours since 1970 on the local clock
    hours: Floats  # of elapsed time
    share: Floats  # of the event


@keyed(events=())
def time_knowledge(events: pd.DataFrame, *, start: str = "start", end: str = "end") -> TimeKnowledge:
    """Count the events with an exact time, a time within a day, a longer interval, and none.

    Parameters
    ----------
    events : DataFrame
        One row per event.
    start, end : str
        Columns: the interval in which it happened; `end` may be absent or missing, and then the event is a moment.

    Returns
    -------
    TimeKnowledge

    Raises
    ------
    TableError
        A column is missing or holds no times, or an interval ends before it starts.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat import places
    >>> events = pd.DataFrame({"start": pd.to_datetime(["2026-05-01 17:00", "2026-05-02 23:00", None])})
    >>> events["end"] = pd.to_datetime(["2026-05-04 07:00", "2026-05-02 23:10", None])
    >>> places.time_knowledge(events)
    TimeKnowledge(known=2, unknown=1, within_hour=1, within_day=1)
    """
    first, last = instants(events, start, end)
    hours = (last - first)[~np.isnan(first)]
    return TimeKnowledge(len(hours), int(np.isnan(first).sum()), int((hours <= 1).sum()), int((hours <= 24).sum()))


def pieces(events: pd.DataFrame, *, start: str, end: str) -> Pieces:
    """The events with a known start, cut where the local clock is changed."""
    first, last = instants(events, start, end)
    with_time = np.flatnonzero(~np.isnan(first))
    first, last = first[with_time], last[with_time]
    zone = getattr(events[start].dt, "tz", None)
    if zone is None or not len(with_time):
        return Pieces(with_time, first, last - first, np.ones(len(with_time)))
    at, offset = _changes(first.min(), last.max(), zone)
    begins, ends = np.searchsorted(at, first, side="right"), np.searchsorted(at, last, side="left")
    parts = np.maximum(ends - begins, 0) + 1
    owner = np.repeat(np.arange(len(with_time)), parts)
    order = np.arange(len(owner)) - np.repeat(np.cumsum(parts) - parts, parts)
    edges = np.concatenate([at, [np.inf]])
    change = begins[owner] + order  # the change that ends this piece
    low = np.where(order == 0, first[owner], edges[change - 1])
    high = np.minimum(edges[change], last[owner])
    length = (last - first)[owner]
    share = np.divide(high - low, length, out=np.ones_like(length), where=length > 0)
    return Pieces(with_time[owner], low + offset[change], high - low, share)


def week_hour(hours: Floats) -> Floats:
    """Hours since Monday 00.00, in [0, 168)."""
    return np.asarray(np.mod(hours + _MONDAY, WEEK))


def week_number(hours: Floats) -> NDArray[np.int64]:
    """Weeks, Monday to Sunday, counted from one in 1969."""
    return np.asarray(np.floor((hours + _MONDAY) / WEEK), dtype=np.int64)


def instants(events: pd.DataFrame, start: str, end: str) -> tuple[Floats, Floats]:
    """Hours since 1970; without an end the event is a moment."""
    columns(events, [start])
    first = _hours(events, start)
    if end not in events:
        return first, first
    last = _hours(events, end)
    if (getattr(events[start].dt, "tz", None) is None) != (getattr(events[end].dt, "tz", None) is None):
        raise TableError("a time zone in both times or in none", forvantat="samma slags tid i båda kolumnerna", column=end)
    last = np.where(np.isnan(last), first, last)
    refuse(events, last < first, end, f"an end that is not before {start}", "ett slut som inte ligger före början")
    refuse(
        events, np.isnan(first) & ~np.isnan(last), start, "a start where there is an end", "en början där det finns ett slut"
    )
    return first, last


def _hours(events: pd.DataFrame, name: str) -> Floats:
    column = events[name]
    if not pd.api.types.is_datetime64_any_dtype(column.dtype):
        raise TableError("dates with times", forvantat="datum och klockslag", column=name, got=str(column.dtype))
    plain = column.dt.tz_convert("UTC").dt.tz_localize(None) if column.dt.tz is not None else column
    ticks = plain.astype("datetime64[us]").to_numpy()
    return np.where(np.isnat(ticks), np.nan, ticks.astype(np.int64) / _MICROSECONDS)


def _changes(first: float, last: float, zone: Any) -> tuple[Floats, Floats]:
    """When (UTC hours) the clock is changed, and the offset before the first change and after each."""
    utc = pd.to_datetime(np.arange(np.floor(first), np.ceil(last) + 2) * 3600, unit="s", utc=True)
    local = utc.tz_convert(zone).tz_localize(None)
    offset = ((local - utc.tz_localize(None)) / pd.Timedelta(hours=1)).to_numpy(dtype=float)
    changed = np.flatnonzero(np.diff(offset)) + 1
    return np.floor(first) + changed.astype(float), offset[np.concatenate([[0], changed])]
