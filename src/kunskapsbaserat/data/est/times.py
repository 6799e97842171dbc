"""When something happened, as an interval: Swedish and international ways to write it, found by stated rules.

A date without a time is a whole day, "6 november 2026 22–02" runs past midnight. Times with a zone are turned into Swedish
time. What can mean two dates (3/4/2026) is not guessed: the mapping says whether day or month stands first.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kunskapsbaserat import cells
from kunskapsbaserat.cells.clock import split_dated_span
from kunskapsbaserat.cells.date import ZONE
from kunskapsbaserat.cells.dialect import DAY_FIRST as DAY_FIRST
from kunskapsbaserat.cells.dialect import MONTH_FIRST as MONTH_FIRST
from kunskapsbaserat.cells.dialect import ORDERS as ORDERS

_NO_YEAR = re.compile(
    r"(?i)^((?:(?:mån|tis|ons|tors?|fre|lör|sön)[a-zåäö]*\.?\s+)?(?:den\s+)?\d{1,2}(?::?e|:a)?\s+"
    r"(?:jan|feb|mar|apr|maj|jun|jul|aug|sep|okt|nov|dec)[a-zåäö]*\.?)(?![a-zåäö.]|\s+\d{4})(.*)$"
)
_ZONED = r"\d{2}:\d{2}.*(?:Z|\+\d{2}:?\d{2})$"
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?(?:Z|\+\d{2}:?\d{2})?")
_DATE = len("2026-11-06")
_POSSIBLE = (
    pd.Timestamp(1990, 1, 1),
    pd.Timestamp(2100, 1, 1),
)  # a number that looks like a date outside these is something else


def parse(times: pd.Series, *, order: str = "", utc: bool = False) -> tuple[pd.Series, pd.Series]:
    """Time of each cell, and whether the cell says a clock time.

    Parameters
    ----------
    times : Series
        Text, dates, or milliseconds since 1970 (as ArcGIS writes them). Empty text is missing.
    order : {"", "dag/mån", "mån/dag"}
        How 3/4/2026 is meant; without it only dates that can mean one thing are read so.
    utc : bool
        Clock times that name no zone are in UTC, as ArcGIS keeps them; a day without a time is Swedish all the same.

    Returns
    -------
    time : Series of datetime64
        Swedish local time; NaT where the cell is empty or cannot be read.
    clock : Series of bool
    """
    out = pd.Series(pd.NaT, index=times.index, dtype="datetime64[us]")
    clock = pd.Series(False, index=times.index)
    dated = times.map(lambda cell: isinstance(cell, dt.date)) if times.dtype == object else pd.Series(False, index=times.index)
    if dated.any():
        stamps = times[dated].map(lambda cell: cell if isinstance(cell, dt.datetime) else dt.datetime.combine(cell, dt.time()))
        out[dated] = pd.to_datetime(stamps).astype("datetime64[us]")
        clock[dated] = times[dated].map(lambda cell: isinstance(cell, dt.datetime))
    said = stripped(times[~dated])
    stands = np.array([text != "" for text in said], dtype=bool)
    text = pd.Series(said, index=times.index[~dated], dtype=object)[stands]
    if text.empty:
        return out.where(out.between(*_POSSIBLE)), clock
    fast, fast_clock = _iso(text)
    read = fast.notna()
    found = fast[read]
    out[found.index] = found
    clock[found.index] = fast_clock[read.to_numpy()]
    rest = text[~read]
    for one in rest.unique():
        read = _slow(one, order)
        if read is not None:
            here = rest.index[rest == one]
            out[here], clock[here] = read
    return (_from_utc(out, clock, times) if utc else out).where(out.between(*_POSSIBLE)), clock


def stripped(cells: pd.Series) -> list[str]:
    """What stands in each cell as text without space around it; empty where nothing does.

    Parameters
    ----------
    cells : Series
        Text, or whatever a workbook has.

    Returns
    -------
    list of str

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat.data.est import times
    >>> times.stripped(pd.Series([" 22:00 ", None, "fredag"]))
    ['22:00', '', 'fredag']
    """
    # pandas hands out its texts one by one, and an array of objects all at once.
    text = cells.fillna("") if cells.isna().any() else cells
    texts = text if isinstance(text.dtype, pd.StringDtype) else text.astype("str")
    return [one.strip() for one in texts.to_numpy(dtype=object).tolist()]


def _from_utc(out: pd.Series, clock: pd.Series, times: pd.Series) -> pd.Series:
    """The clock times moved to Swedish time, but those that are so already: with a zone, or as milliseconds."""
    said = pd.Series(stripped(times), index=times.index, dtype="str")
    aware = said.str.contains(rf"{_ZONED}|^-?\d{{10,}}$")
    naive = clock & out.notna() & ~aware
    moved = out[naive].dt.tz_localize("UTC").dt.tz_convert(ZONE).dt.tz_localize(None).astype("datetime64[us]")
    return out.mask(naive, moved.reindex(out.index))


def _iso(text: pd.Series) -> tuple[pd.Series, NDArray[np.bool_]]:
    """ISO 8601 in one sweep, and which say a clock time; a zone is turned into Swedish time.

    "22:00-02:00" has none: it is a span.
    """
    said = text.to_numpy().tolist()
    shaped = np.array([_ISO.fullmatch(one) is not None for one in said])
    clock = shaped & np.array([one[_DATE : _DATE + 1] in {"T", " "} for one in said])
    zoned = clock & np.array([one[-1] == "Z" or "+" in one for one in said])
    out = pd.Series(pd.NaT, index=text.index, dtype="datetime64[us]")
    plain = shaped & ~zoned
    if plain.any():
        out[plain] = pd.to_datetime(text[plain], format="ISO8601", errors="coerce").astype("datetime64[us]")
    if zoned.any():
        utc = pd.to_datetime(text[zoned], format="ISO8601", errors="coerce", utc=True)
        out[zoned] = utc.dt.tz_convert(ZONE).dt.tz_localize(None).astype("datetime64[us]")
    return out, clock


def _slow(cell: object, order: str) -> tuple[dt.datetime, bool] | None:
    """One cell that is not ISO 8601; None when it cannot be read or can mean two dates."""
    try:
        return cells.read_moment(cell, replace(cells.PUBLISHER, order=order))
    except cells.Refused:
        return None


def spans(
    starts: pd.Series, ends: pd.Series, reported: pd.Series, *, order: str = "", utc: bool = False
) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Start and end of each event out of two columns as people fill them in.

    Parameters
    ----------
    starts, ends : Series
        As `parse` takes them. A start may say both clock times ("2026-11-06 22–02"), and an end only a clock time ("02:00"):
        the first such after the start. A start without a year ("fredag 6 november") is the last such day before the report.
    reported : Series of datetime64
        When each was reported, NaT where that is not known.
    order, utc
        As in `parse`; with `utc` an end that is only a clock time is not read: nobody knows of which day it is.

    Returns
    -------
    start, until : Series of datetime64
        As `intervals`; NaT in `start` where it cannot be read.
    unread : Series of bool
        Something stands as the end and cannot be read.
    """
    start, start_clock = parse(starts, order=order, utc=utc)
    end, end_clock = parse(ends, order=order, utc=utc)
    said = pd.Series(stripped(ends), index=ends.index, dtype=object)
    clock_said = said.where(said.ne("") & end.isna() & (not utc), "")
    unread = start.isna() & starts.notna()
    if unread.any():
        dated = _with_year(starts[unread], reported[unread])
        found, found_clock = parse(dated, order=order, utc=utc)
        rest = dated[found.isna()]
        spans_of_clock = [split_dated_span(text) or ("", "") for text in rest]
        parts = pd.DataFrame(spans_of_clock, index=rest.index, columns=["first", "last"]).reindex(dated.index).fillna("")
        ranged, ranged_clock = parse(parts["first"], order=order)
        start[unread], start_clock[unread] = found.fillna(ranged), found_clock | ranged_clock
        clock_said = clock_said.mask(unread & said.eq(""), parts["last"].reindex(start.index).fillna(""))
    if (only := clock_said.ne("")).any():
        hours = clock_said[only].map(_minutes)
        after = start[only].dt.normalize() + pd.to_timedelta(hours, unit="min").astype("timedelta64[us]")
        after = after.where(after >= start[only], after + np.timedelta64(1, "D"))
        end = end.where(~only, after.reindex(end.index))
        end_clock = end_clock | (only & end.notna())
    start, until = intervals(start, start_clock, end, end_clock)
    return start, until, (said.ne("") | clock_said.ne("")) & end.isna()


def _with_year(times: pd.Series, reported: pd.Series) -> pd.Series:
    """The texts, those of a day without a year ("6 november") with the year that puts it last before the report."""
    text = times.astype("str").str.strip()
    for row, (day, rest) in text[reported.notna()].str.extract(_NO_YEAR).dropna().iterrows():
        told = reported[row].to_pydatetime()
        years = [year for year in (told.year, told.year - 1) if (read := _slow(f"{day} {year}", "")) and read[0] <= told]
        if years:
            text[row] = f"{day} {years[0]}{rest}"
    return text


def _minutes(text: str) -> float:
    """Minutes after midnight, NaN when it is no clock time."""
    try:
        minutes = cells.read_clock(text)
    except cells.Refused:
        return np.nan
    return np.nan if minutes is None else float(minutes)


def intervals(start: pd.Series, start_clock: pd.Series, end: pd.Series, end_clock: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Start and end of each event: a day without a time is the whole day, and no end is the end of what the start says."""
    until = end.where(end.notna(), start)
    clock = end_clock.where(end.notna(), start_clock)
    day_end = until.dt.normalize() + np.timedelta64(1, "D")
    return start, until.where(clock | until.isna(), day_end)
