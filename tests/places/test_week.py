from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kunskapsbaserat.errors import OptionError, TableError
from kunskapsbaserat.places import time_knowledge, week_pattern, week_peaks
from kunskapsbaserat.places.local_time import pieces
from kunskapsbaserat.places.week import _second_moment

MONDAY = pd.Timestamp("2024-01-01")


def events(*intervals: tuple[str, str], tz: str | None = None) -> pd.DataFrame:
    frame = pd.DataFrame(intervals, columns=["start", "end"]).apply(pd.to_datetime, format="%Y-%m-%d %H:%M")
    return frame if tz is None else frame.apply(lambda times: times.dt.tz_localize(tz))


def minute_by_minute(frame: pd.DataFrame) -> np.ndarray:
    """Every minute of every interval has the same share of its event."""
    table = np.zeros((7, 24))
    for start, end in zip(frame["start"], frame["end"], strict=True):
        minutes = pd.date_range(start, end, freq="min", inclusive="left") if end > start else pd.DatetimeIndex([start])
        if minutes.tz is not None:  # real minutes, on the local clock
            minutes = pd.date_range(start.tz_convert("UTC"), end.tz_convert("UTC"), freq="min", inclusive="left")
            minutes = minutes.tz_convert(start.tz)
        np.add.at(table, (minutes.day_of_week, minutes.hour), 1 / len(minutes))
    return table


def test_an_interval_is_spread_over_its_minutes():
    # Friday 16.30 to Friday 19.00: half an hour of 16, the whole of 17 and 18
    found = week_pattern(events(("2024-01-05 16:30", "2024-01-05 19:00")))
    assert found.shape == (7, 24)
    assert found.loc[4, [16, 17, 18]].tolist() == pytest.approx([0.2, 0.4, 0.4])
    assert found.to_numpy().sum() == pytest.approx(1)


def test_a_weekend_turns_into_monday():
    # Ratcliffe's case: home from the country on Monday morning
    found = week_pattern(events(("2024-01-05 16:00", "2024-01-08 07:00")))
    assert found.loc[4, 16] == found.loc[0, 6] == pytest.approx(1 / 63)
    assert found.loc[0, 7] == 0


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 5 * 7 * 24 * 60), st.integers(0, 3 * 7 * 24 * 60)), min_size=1, max_size=5))
def test_agrees_with_counting_minutes(minutes: list[tuple[int, int]]):
    start = MONDAY + pd.to_timedelta([m for m, _ in minutes], unit="min")
    frame = pd.DataFrame({"start": start, "end": start + pd.to_timedelta([n for _, n in minutes], unit="min")})
    np.testing.assert_allclose(week_pattern(frame).to_numpy(), minute_by_minute(frame), atol=1e-9)


@pytest.mark.parametrize("night", ["2024-03-30 22:00", "2024-10-26 22:00", "2024-03-01 00:00", "2024-06-01 12:00"])
@pytest.mark.parametrize("hours", [3, 9, 400, 6000])
def test_summer_time(night: str, hours: int):
    """The night the clock is changed has an hour too few or too many, and long intervals hold both nights."""
    start = pd.Timestamp(night, tz="Europe/Stockholm")
    frame = pd.DataFrame({"start": [start], "end": [start + pd.Timedelta(hours=hours)]})
    np.testing.assert_allclose(week_pattern(frame).to_numpy(), minute_by_minute(frame), atol=1e-9)


def test_the_hour_that_is_skipped_has_nothing():
    found = week_pattern(events(("2024-03-31 00:30", "2024-03-31 04:00"), tz="Europe/Stockholm"))
    assert found.loc[6, 2] == 0
    assert found.loc[6, [0, 1, 3]].tolist() == pytest.approx([0.2, 0.4, 0.4])


def test_unknown_times_are_told_apart():
    frame = events(
        ("2024-01-05 16:30", "2024-01-05 17:00"), ("2024-01-05 16:30", "2024-01-06 10:00"), ("", ""), ("2024-01-01 08:00", "")
    )
    assert week_pattern(frame).to_numpy().sum() == pytest.approx(3)
    known = time_knowledge(frame)
    assert (known.known, known.unknown, known.within_hour, known.within_day, known.longer) == (3, 1, 2, 3, 0)
    assert week_pattern(frame.drop(columns="end")).loc[4, 16] == 2


def test_order_and_weights():
    rng = np.random.default_rng(1)
    start = MONDAY + pd.to_timedelta(rng.integers(0, 100_000, 200), unit="min")
    frame = pd.DataFrame({"start": start, "end": start + pd.to_timedelta(rng.integers(0, 9000, 200), unit="min")})
    frame["weight"] = rng.integers(0, 4, 200)
    shuffled = frame.sample(frac=1, random_state=2)
    np.testing.assert_allclose(week_pattern(frame), week_pattern(shuffled), atol=1e-9)
    repeated = frame.loc[frame.index.repeat(frame["weight"])]
    np.testing.assert_allclose(week_pattern(frame, weights="weight"), week_pattern(repeated), atol=1e-9)


def test_bad_times_are_refused():
    with pytest.raises(TableError, match="an end that is not before start"):
        week_pattern(events(("2024-01-05 16:30", "2024-01-05 16:00")))
    with pytest.raises(TableError, match="a start where there is an end"):
        week_pattern(events(("", "2024-01-05 16:00")))
    with pytest.raises(TableError, match="dates with times"):
        week_pattern(pd.DataFrame({"start": ["fredag"]}))
    with pytest.raises(OptionError):
        week_peaks(events(("2024-01-05 16:30", "2024-01-05 17:00")), hours=5)


@pytest.mark.parametrize("length", [0, 0.5, 5, 20, 100, 163.5, 167, 168, 400])
@pytest.mark.parametrize("hours", [1, 6, 24])
def test_the_variance_of_a_vague_time(length: float, hours: int):
    """The mean square of an event's weight in a part of the week, over the places that the interval could have."""
    begin = np.arange(0, 168, 0.01) + 0.005
    weeks = 168 * np.arange(5)[:, None]
    overlap = np.minimum(begin + length, weeks + hours) - np.maximum(begin, weeks)
    weight = np.maximum(overlap, 0).sum(axis=0) / length if length else (begin < hours).astype(float)
    frame = pd.DataFrame({"start": [MONDAY], "end": [MONDAY + pd.Timedelta(hours=length)]})
    got = _second_moment(pieces(frame, start="start", end="end"), hours)
    assert got == pytest.approx(np.mean(weight**2), rel=1e-3)


def evenly(rng: np.random.Generator, n: int, vague: bool) -> pd.DataFrame:
    start = MONDAY + pd.to_timedelta(rng.random(n) * 52 * 168, unit="h")
    length = np.where(rng.random(n) < 0.5, 0.0, rng.exponential(30, n)) if vague else np.zeros(n)
    return pd.DataFrame({"start": start, "end": start + pd.to_timedelta(length, unit="h")})


@pytest.mark.thorough
@pytest.mark.parametrize("vague", [False, True])
def test_evenly_spread_events_have_no_peak(vague: bool):
    """At a false discovery rate of 5 % at most about 5 % of even weeks have any peak (bound: three standard errors up)."""
    rng = np.random.default_rng(4)
    runs = 250
    false = sum(week_peaks(evenly(rng, 150, vague))["peak"].any() for _ in range(runs))
    assert false / runs <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / runs)


def test_a_true_peak_is_found_and_a_single_evening_is_not():
    rng = np.random.default_rng(5)
    weeks = rng.integers(0, 52, 40)
    evenings = MONDAY + pd.to_timedelta(weeks * 168 + 4 * 24 + 19 + 3 * rng.random(40), unit="h")
    frame = pd.concat([evenly(rng, 100, True), pd.DataFrame({"start": evenings, "end": evenings})])
    peaks = week_peaks(frame).query("peak")
    assert peaks[["weekday", "from_hour"]].to_numpy().tolist() == [[4, 18]]
    one = pd.concat([evenly(rng, 100, False), pd.DataFrame({"start": [pd.Timestamp("2024-05-03 20:00")] * 30})])
    found = week_peaks(one).set_index(["weekday", "from_hour"]).loc[(4, 18)]
    assert not found["peak"] or found["weeks"] >= 3
    burst = pd.DataFrame({"start": [pd.Timestamp("2024-05-03 20:00")] * 30})
    found = week_peaks(burst).set_index(["weekday", "from_hour"]).loc[(4, 18)]
    assert (found["peak"], found["weeks"], found["reason"]) == (False, 1, "few_weeks")


def test_a_vague_weekend_is_no_peak_on_saturday_night():
    frame = events(*[(f"2024-{m:02}-05 16:00", f"2024-{m:02}-08 16:00") for m in range(1, 13)] * 5)
    by_hour = week_peaks(frame)
    exact = frame.assign(end=frame["start"])
    assert week_peaks(exact)["p_value"].min() < by_hour["p_value"].min()


def test_few_events_give_no_verdict():
    found = week_peaks(evenly(np.random.default_rng(1), 29, False))
    assert len(found) == 28
    assert found["p_value"].isna().all()
    assert set(found["reason"]) == {"few"}
