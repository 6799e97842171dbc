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
