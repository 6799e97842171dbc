"""Times as people and systems write them."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from kunskapsbaserat.data.est import times


@pytest.mark.parametrize(
    ("text", "expected", "clock"),
    [
        ("2026-11-02", "2026-11-02", False),
        ("2026-11-02 14:30", "2026-11-02T14:30", True),
        ("2026-11-02T14:30:05", "2026-11-02T14:30:05", True),
        ("2026-11-02T13:30:00Z", "2026-11-02T14:30", True),  # winter time
        ("2026-07-02T12:30:00+00:00", "2026-07-02T14:30", True),  # summer time
        ("20261102", "2026-11-02", False),
        ("2026-11-02 kl. 14.30", "2026-11-02T14:30", True),
        ("2 november 2026", "2026-11-02", False),
        ("mån 2 nov 2026 kl 07.15", "2026-11-02T07:15", True),
        ("måndag den 2 november 2026 klockan 7", "2026-11-02T07:00", True),
        ("2.11.2026 14:30", "2026-11-02T14:30", True),
        ("31/1/2026", "2026-01-31", False),
        ("1/31/2026 2:30:00 PM", "2026-01-31T14:30", True),
        ("1/31/2026 12:05:00 AM", "2026-01-31T00:05", True),
        ("1793629800000", "2026-11-02T15:30", True),
        ("2026-11-02 24:00", "2026-11-03T00:00", True),
        (dt.date(2026, 11, 2), "2026-11-02", False),
        (dt.datetime(2026, 11, 2, 14, 30), "2026-11-02T14:30", True),
    ],
)
def test_read(text: object, expected: str, clock: bool):
    found, said = times.parse(pd.Series([text], dtype=object))
    assert found.iat[0] == pd.Timestamp(expected)
    assert bool(said.iat[0]) is clock


@pytest.mark.parametrize(
    "text",
    [
        "3/4/2026",
        "2026-13-02",
        "31 februari 2026",
        "i går kväll",
        "12",
        "2 smarch 2026",
        "",
        None,
        "99080313-0412",
        "9908-03-13",
        "1912-12-12",
        "811228-9874",
    ],
)
def test_not_guessed(text: object):
    assert times.parse(pd.Series([text], dtype=object))[0].isna().all()


def test_the_mapping_says_which_stands_first():
    cells = pd.Series(["3/4/2026"], dtype=object)
    assert times.parse(cells, order=times.DAY_FIRST)[0].iat[0] == pd.Timestamp("2026-04-03")
    assert times.parse(cells, order=times.MONTH_FIRST)[0].iat[0] == pd.Timestamp("2026-03-04")


@pytest.mark.parametrize(
    ("start", "end", "expected", "until"),
    [
        ("2026-11-06 22-02", None, "2026-11-06T22:00", "2026-11-07T02:00"),  # past midnight
        ("2026-11-06 22:00-02:00", "", "2026-11-06T22:00", "2026-11-07T02:00"),  # a span, not a zone west of Greenwich
        ("2026-11-06 8:00-10:00", "", "2026-11-06T08:00", "2026-11-06T10:00"),
        ("2026-11-06T22:00+01:00", "", "2026-11-06T22:00", "2026-11-06T22:00"),  # a zone: Swedish winter time
        ("2026-07-06 22:00+02:00", "", "2026-07-06T22:00", "2026-07-06T22:00"),
        ("6 november 2026 kl 22–23.30", "", "2026-11-06T22:00", "2026-11-06T23:30"),
        ("fre 6 nov 2026 mellan 22 och 02", "", "2026-11-06T22:00", "2026-11-07T02:00"),
        ("6/11 2026", "", "2026-11-06T00:00", "2026-11-07T00:00"),
        ("fredag 6 november 22-02", "", "2026-11-06T22:00", "2026-11-07T02:00"),  # the year is that of the report
        ("den 24 dec kl. 18", "", "2025-12-24T18:00", "2025-12-24T18:00"),  # the last one before the report
        ("2026-11-06 22:00", "02:00", "2026-11-06T22:00", "2026-11-07T02:00"),
        (dt.datetime(2026, 11, 6, 22), dt.time(23, 15), "2026-11-06T22:00", "2026-11-06T23:15"),
        (dt.date(2026, 11, 6), "kl 02", "2026-11-06T00:00", "2026-11-06T02:00"),
        ("2026-11-06 22-02", "2026-11-06 23:00", "2026-11-06T22:00", "2026-11-06T23:00"),  # the column of the end goes first
    ],
)
def test_starts_and_ends_as_people_write_them(start: object, end: object, expected: str, until: str):
    reported = pd.Series([pd.Timestamp("2026-11-09")])
    cells = pd.Series([start], dtype=object), pd.Series([end], dtype=object)
    first, last, unread = times.spans(*cells, reported)
    assert (first.iat[0], last.iat[0], bool(unread.iat[0])) == (pd.Timestamp(expected), pd.Timestamp(until), False)


@pytest.mark.parametrize(("start", "end"), [("2026-11-06 22-27", ""), ("2026-11-06", "sent"), ("2026-11-06 22:00", "25:10")])
def test_ends_that_are_not_guessed(start: str, end: str):
    _, until, unread = times.spans(pd.Series([start]), pd.Series([end]), pd.Series([pd.Timestamp("2026-11-09")]))
    assert unread.iat[0] or until.isna().iat[0]


def test_intervals():
    start = pd.Series(pd.to_datetime(["2026-11-13 16:00", "2026-11-13", "2026-11-13 16:00", "2026-11-13"], format="ISO8601"))
    end = pd.Series(pd.to_datetime(["2026-11-16 07:00", None, None, "2026-11-15"], format="ISO8601"))
    first, last = times.intervals(start, pd.Series([True, False, True, False]), end, pd.Series([True, False, False, False]))
    assert list(last - first) == [
        np.timedelta64(63, "h"),
        np.timedelta64(24, "h"),
        np.timedelta64(0, "h"),
        np.timedelta64(72, "h"),
    ]
