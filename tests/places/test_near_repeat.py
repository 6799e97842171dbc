from __future__ import annotations

import importlib
import itertools

import numpy as np
import pandas as pd
import pytest

from kunskapsbaserat.errors import OptionError, TableError
from kunskapsbaserat.places import near_repeat

FIRST = np.datetime64("2024-01-01")


def burglaries(rng: np.random.Generator, n: int, side: float = 3000.0, days: int = 200) -> pd.DataFrame:
    x, y = 500_000 + rng.random((2, n)) * side
    return pd.DataFrame({"x": x, "y": y, "date": FIRST + rng.integers(0, days, n)})


def with_repeats(rng: np.random.Generator, n: int, repeats: int) -> pd.DataFrame:
    first = burglaries(rng, n)
    again = first.sample(repeats, random_state=1).assign(
        x=lambda d: d["x"] + rng.normal(0, 20, repeats),
        date=lambda d: d["date"] + pd.to_timedelta(rng.integers(1, 6, repeats), unit="D"),
    )
    return pd.concat([first, again], ignore_index=True)


def pair_by_pair(points: pd.DataFrame, bands: tuple[float, ...], days: tuple[int, ...]) -> np.ndarray:
    table = np.zeros((len(bands), len(days)), dtype=int)
    rows = points.to_dict("records")
    for a, b in itertools.combinations(rows, 2):
        distance, between = np.hypot(a["x"] - b["x"], a["y"] - b["y"]), abs((a["date"] - b["date"]).days)
        band = next((i for i, end in enumerate(bands) if distance <= end), None)
        day = next((i for i, end in enumerate(days) if between <= end), None)
        if band is not None and day is not None:
            table[band, day] += 1
    return table


def test_pairs_by_counting_them():
    points = with_repeats(np.random.default_rng(1), 80, 20)
    points = pd.concat([points, points.iloc[:5].assign(date=points["date"].iloc[:5] + pd.Timedelta(days=9))], ignore_index=True)
    found = near_repeat(points, "date", bands=(0, 100, 400, 900), days=(3, 7, 30), runs=299)
    np.testing.assert_array_equal(
        found.table["pairs"].to_numpy().reshape(4, 3), pair_by_pair(points, (0, 100, 400, 900), (3, 7, 30))
    )
    assert found.table["pairs"].iloc[:3].sum() >= 5  # the same place


def test_the_mean_of_the_simulation_is_known():
    """Knox (1964): near pairs times close-in-time pairs over all pairs."""
    points = burglaries(np.random.default_rng(2), 120)
    found = near_repeat(points, "date", bands=(500,), days=(10,), runs=999)
    near = pair_by_pair(points, (500,), (10_000,))[0, 0]
    close = pair_by_pair(points, (1e9,), (10,))[0, 0]
    expected = near * close / (120 * 119 / 2)
    row = found.table.iloc[0]
    assert row["expected"] == pytest.approx(expected, rel=0.03)
    assert row["ratio"] == pytest.approx(row["pairs"] / row["expected"])


def test_repeats_are_found_and_nothing_else():
    found = near_repeat(with_repeats(np.random.default_rng(3), 150, 30), "date", runs=299)
    assert found.raised[["from_distance", "from_days"]].to_numpy().tolist() == [[0.0, 0]]
    assert found.raised["to_distance"].tolist() == [100.0]
    assert found.raised["p_value"].iat[0] == pytest.approx(1 / 300)
    assert found.raised["ratio"].iat[0] > 3


def test_size_without_near_repeats():
    """Places and days that have both their own pattern, but independent: about 5 % of tests are at most 0.05."""
    rng = np.random.default_rng(4)
    runs, at_most = 200, 0
    for i in range(runs):
        n = 60
        centre = rng.integers(0, 4, n)  # four clusters of places, and a season
        points = pd.DataFrame({"x": 1000.0 * centre + 200 * rng.random(n) + 500_000, "y": 200 * rng.random(n) + 500_000})
        day = pd.Series((100 * rng.beta(2, 5, n)).astype(int))
        at_most += near_repeat(points, day, bands=(150,), days=(7,), runs=99, seed=i).table["p_value"].iat[0] <= 0.05
    assert at_most / runs <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / runs)
    assert at_most / runs >= 0.05 - 3 * np.sqrt(0.05 * 0.95 / runs)


def test_order_moving_and_turning():
    points = with_repeats(np.random.default_rng(5), 80, 20)
    base = near_repeat(points, "date", runs=299).table
    turned = points.assign(x=points["y"] + 10_000, y=600_000 - points["x"])
    for other in (
        points.sample(frac=1, random_state=1),
        turned,
        points.assign(date=points["date"].dt.tz_localize("Europe/Stockholm")),
    ):
        assert near_repeat(other, "date", runs=299).table["pairs"].tolist() == base["pairs"].tolist()
    pd.testing.assert_frame_equal(near_repeat(points, points["date"], runs=299).table, base)


def test_refusals():
    rng = np.random.default_rng(6)
    with pytest.raises(TableError, match="at least 30 events, got 29") as caught:
        near_repeat(burglaries(rng, 29), "date")
    assert "minst 30 händelser" in caught.value.svenska
    points = burglaries(rng, 40)
    with pytest.raises(TableError, match="a time for every event"):
        near_repeat(points.assign(date=points["date"].where(points.index != 3)), "date")
    with pytest.raises(TableError, match="dates or whole days"):
        near_repeat(points, points["x"])
    for options in ({"bands": (100, 50)}, {"days": ()}, {"runs": 10}, {"runs": 199}):
        with pytest.raises(OptionError):
            near_repeat(points, "date", **options)


def test_too_wide_bands_are_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(importlib.import_module("kunskapsbaserat.places.near_repeat"), "MOST_PAIRS", 10)
    with pytest.raises(OptionError, match="shorter bands"):
        near_repeat(burglaries(np.random.default_rng(7), 40), "date", bands=(3000,))


def test_bands_without_pairs_say_so():
    points = burglaries(np.random.default_rng(8), 40)
    table = near_repeat(points, "date", bands=(0, 100), runs=299).table
    first = table.iloc[0]
    assert (first["pairs"], first["reason"]) == (0, "no_pairs")
    assert np.isnan(first["ratio"])
    assert np.isnan(first["p_value"])
