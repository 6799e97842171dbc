"""When something happened, as an interval: Swedish and international ways to write it, found by stated rules.

A date without a time is a whole day. Times with a zone are turned into Swedish time. What can mean two dates (3/4/2026) is not
guessed: the mapping says whether day or month stands first.
"""

from __future__ import annotations

import datetime as dt
import re

import numpy as np
import pandas as pd

ZONE = "Europe/Stockholm"
DAY_FIRST, MONTH_FIRST = "dag/mån", "mån/dag"
ORDERS = ("", DAY_FIRST, MONTH_FIRST)

_MONTHS = {
    name: at
    for at, name in enumerate(["jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec"], start=1)
}
_CLOCK = r"(?:[ ,T]+(?:kl\.?|klockan)?\s*(\d{1,2})(?:[.:](\d{2}))?(?:[.:]\d{2})?\s*(am|pm|AM|PM)?)?"
_WORDS = re.compile(
    rf"(?:(?:mån|tis|ons|tors?|fre|lör|sön)[a-zåäö]*\.?\s+)?(?:den\s+)?(\d{{1,2}})(?::?e|:a)?\s+([a-zåäö]{{3,9}})\.?\s+(\d{{4}}){_CLOCK}",
    re.IGNORECASE,
)
_SLASHED = re.compile(rf"(\d{{1,2}})[/.](\d{{1,2}})[/. ]\s*(\d{{4}}){_CLOCK}")
_ISO_LIKE = re.compile(rf"(\d{{4}})-?(\d{{2}})-?(\d{{2}}){_CLOCK}")
_HAS_CLOCK = re.compile(r"[T ]\s*(?:kl\.?\s*|klockan\s*)?\d{1,2}[.:]\d{2}|kl\.?\s*\d|klockan\s*\d")
_MILLISECONDS = (946_684_800_000, 4_102_444_800_000)  # 2000 to 2100
_POSSIBLE = (
    pd.Timestamp(1990, 1, 1),
    pd.Timestamp(2100, 1, 1),
)  # a number that looks like a date outside these is something else


def parse(cells: pd.Series, *, order: str = "") -> tuple[pd.Series, pd.Series]:
    """Time of each cell, and whether the cell says a clock time.

    Parameters
    ----------
    cells : Series
        Text, dates, or milliseconds since 1970 (as ArcGIS writes them). Empty text is missing.
    order : {"", "dag/mån", "mån/dag"}
        How 3/4/2026 is meant; without it only dates that can mean one thing are read so.

    Returns
    -------
    time : Series of datetime64
        Swedish local time; NaT where the cell is empty or cannot be read.
    clock : Series of bool
    """
    out = pd.Series(pd.NaT, index=cells.index, dtype="datetime64[us]")
    clock = pd.Series(False, index=cells.index)
    dated = cells.map(lambda cell: isinstance(cell, dt.date)) if cells.dtype == object else pd.Series(False, index=cells.index)
    if dated.any():
        stamps = cells[dated].map(lambda cell: cell if isinstance(cell, dt.datetime) else dt.datetime.combine(cell, dt.time()))
        out[dated] = pd.to_datetime(stamps).astype("datetime64[us]")
        clock[dated] = cells[dated].map(lambda cell: isinstance(cell, dt.datetime))
    text = cells[~dated].dropna().astype("str").str.strip()
    text = text[text != ""]
    if text.empty:
        return out.where(out.between(*_POSSIBLE)), clock
    fast = _iso(text)
    found = fast.dropna()
    out[found.index] = found
    clock[found.index] = text[found.index].str.contains(_HAS_CLOCK)
    rest = text.drop(found.index)
    for said in rest.unique():
        read = _slow(said, order)
        if read is not None:
            here = rest.index[rest == said] if len(rest) < 1000 else rest[rest.eq(said)].index
            out[here], clock[here] = read
    return out.where(out.between(*_POSSIBLE)), clock


def _iso(text: pd.Series) -> pd.Series:
    """ISO 8601, in one sweep; a zone is turned into Swedish time."""
    shaped = text.str.match(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?(?:Z|[+-]\d{2}:?\d{2})?$")
    out = pd.Series(pd.NaT, index=text.index, dtype="datetime64[us]")
    zoned = shaped & text.str.contains(r"\d{2}:\d{2}.*(?:Z|[+-]\d{2}:?\d{2})$")
    plain = shaped & ~zoned
    if plain.any():
        out[plain] = pd.to_datetime(text[plain], format="ISO8601", errors="coerce").astype("datetime64[us]")
    if zoned.any():
        utc = pd.to_datetime(text[zoned], format="ISO8601", errors="coerce", utc=True)
        out[zoned] = utc.dt.tz_convert(ZONE).dt.tz_localize(None).astype("datetime64[us]")
    return out


def _slow(text: str, order: str) -> tuple[dt.datetime, bool] | None:
    """One text that is not ISO 8601; None when it cannot be read or can mean two dates."""
    if text.isdigit() and _MILLISECONDS[0] <= int(text) <= _MILLISECONDS[1]:
        stamp = pd.Timestamp(int(text), unit="ms", tz="UTC").tz_convert(ZONE).tz_localize(None)
        return stamp.to_pydatetime(), True
    if match := _WORDS.fullmatch(text):
        month = _MONTHS.get(match[2][:3].lower())
        return _moment(int(match[3]), month, int(match[1]), match.groups()[3:]) if month else None
    if match := _ISO_LIKE.fullmatch(text):
        year, month, day = (int(part) for part in match.groups()[:3])
        return _moment(year, month, day, match.groups()[3:])
    if match := _SLASHED.fullmatch(text):
        first, second, year = (int(part) for part in match.groups()[:3])
        if order == MONTH_FIRST or (not order and second > 12):
            day, month = second, first
        elif order == DAY_FIRST or first > 12 or first == second or "." in text[:3]:
            day, month = first, second
        else:
            return None
        return _moment(year, month, day, match.groups()[3:])
    return None


def _moment(year: int, month: int, day: int, clock: tuple[str | None, ...]) -> tuple[dt.datetime, bool] | None:
    hour, minute, half = clock
    try:
        if hour is None:
            return dt.datetime(year, month, day), False
        at = int(hour) % 12 + 12 * (half.lower() == "pm") if half else int(hour)
        if at == 24 and not int(minute or 0):
            return dt.datetime(year, month, day) + dt.timedelta(days=1), True
        return dt.datetime(year, month, day, at, int(minute or 0)), True
    except ValueError:
        return None


def intervals(start: pd.Series, start_clock: pd.Series, end: pd.Series, end_clock: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Start and end of each event: a day without a time is the whole day, and no end is the end of what the start says."""
    until = end.where(end.notna(), start)
    clock = end_clock.where(end.notna(), start_clock)
    day_end = until.dt.normalize() + np.timedelta64(1, "D")
    return start, until.where(clock | until.isna(), day_end)
