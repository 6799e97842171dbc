from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from kunskapsbaserat.errors import OptionError, TableError
from kunskapsbaserat.places import grid_counts, hot_spots, located
from kunskapsbaserat.places.getis_ord import _tails, around, gi_star, p_shuffled
from kunskapsbaserat.places.grid import grid_of

E0, N0 = 530_000, 6_700_000  # a corner in Borlänge, SWEREF 99 TM
SIDE = 5_000
TOWN = shapely.box(E0 + 1, N0 + 1, E0 + SIDE - 1, N0 + SIDE - 1)


def scattered(rng: np.random.Generator, n: int) -> pd.DataFrame:
    return pd.DataFrame({"x": E0 + 1 + rng.random(n) * (SIDE - 2), "y": N0 + 1 + rng.random(n) * (SIDE - 2)})


def with_hot_spot(rng: np.random.Generator, n: int, extra: int) -> pd.DataFrame:
    near = pd.DataFrame({"x": E0 + 2600 + rng.random(extra) * 100, "y": N0 + 1600 + rng.random(extra) * 100})
    return pd.concat([scattered(rng, n), near], ignore_index=True)


def test_gi_star_by_the_published_formula():
    """Ord and Getis (1995), with sums written out for one cell at a time. esda gives the same: benchmarks/places_oracles.py."""
    grid = grid_of(with_hot_spot(np.random.default_rng(1), 200, 10), cell=250, within=TOWN)
    total, cells, score = gi_star(grid, reach=1)
    counts, n = grid.counts, grid.counts.size
    mean, spread = counts.mean(), np.sqrt((counts.astype(float) ** 2).mean() - counts.mean() ** 2)
    for row, column in itertools.product(range(20), range(20)):
        near = [
            counts[i, j]
            for i in range(max(row - 1, 0), min(row + 2, 20))
            for j in range(max(column - 1, 0), min(column + 2, 20))
        ]
        w = len(near)
        z = (sum(near) - mean * w) / (spread * np.sqrt((n * w - w**2) / (n - 1)))
        at = row * 20 + column
        assert (total[at], cells[at]) == (sum(near), w)
        assert score[at] == pytest.approx(z, rel=1e-9, abs=1e-9)


def test_even_p_is_binomial():
    found = hot_spots(with_hot_spot(np.random.default_rng(1), 200, 10), within=TOWN)
    expected = stats.binom.sf(found["around"].astype(int) - 1, 210, found["cells"].astype(int) / 400)
    np.testing.assert_allclose(found["p_value"], expected, rtol=1e-9)
    assert found["expected"].iat[0] == pytest.approx(9 * 210 / 400)


@given(st.lists(st.integers(0, 9), min_size=5, max_size=9))
def test_shuffled_p_by_going_through_every_deal(values: list[int]):
    tails = _tails(np.array(values), np.array([2, 4]))
    for size in (2, 4):
        sums = np.array([sum(deal) for deal in itertools.combinations(values, size)])
        for total in range(sums.max() + 1):
            assert tails[size][total] == pytest.approx((sums >= total).mean(), abs=1e-12)


def test_rounded_shuffles_are_never_too_small(monkeypatch: pytest.MonkeyPatch):
    rng = np.random.default_rng(2)
    values = rng.negative_binomial(0.3, 0.01, 400)
    total = np.sort(rng.integers(0, 9 * values.max(), 50))
    cells = np.full(50, 9)
    exact = p_shuffled(total, cells, values)
    monkeypatch.setattr("kunskapsbaserat.places.getis_ord.MOST_LEVELS", 200)
    rounded = p_shuffled(total, cells, values)
    assert (rounded >= exact - 1e-12).all()
    assert (rounded <= exact * 3 + 0.02).all()


@settings(max_examples=30)
@given(st.integers(0, 3), st.integers(0, 2**32 - 1))
def test_sums_around_by_looking(reach: int, seed: int):
    values = np.random.default_rng(seed).integers(0, 5, (6, 8))
    got = around(values, reach)
    for i, j in itertools.product(range(6), range(8)):
        near = values[max(i - reach, 0) : i + reach + 1, max(j - reach, 0) : j + reach + 1]
        assert got[i, j] == near.sum()


@pytest.mark.parametrize("null", ["even", "shuffled"])
def test_no_hot_spots_where_there_are_none(null: str):
    """An even spread: at most about 5 % of maps show anything (bound: three standard errors up)."""
    rng = np.random.default_rng(3)
    runs = 100
    false = sum(hot_spots(scattered(rng, 120), within=TOWN, null=null)["hot"].any() for _ in range(runs))
    assert false / runs <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / runs)


def test_shuffling_holds_when_cells_differ():
    """Cells that differ by themselves, without lying together: an even spread is rightly refused, clustering is not found."""
    rng = np.random.default_rng(4)
    runs, even, shuffled = 60, 0, 0
    for _ in range(runs):
        counts = rng.negative_binomial(0.3, 0.3, (20, 20))
        rows, columns = np.nonzero(counts)
        points = pd.DataFrame({"x": E0 + 250 * columns + 100, "y": N0 + 250 * rows + 100}).astype(float)
        points = points.loc[points.index.repeat(counts[rows, columns])]
        even += hot_spots(points, within=TOWN)["hot"].any()
        shuffled += hot_spots(points, within=TOWN, null="shuffled")["hot"].any()
    assert shuffled / runs <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / runs)
    assert even / runs > 0.5


@pytest.mark.parametrize("statistic", ["gi", "scan"])
def test_a_hot_spot_is_found_where_it_is(statistic: str):
    found = hot_spots(with_hot_spot(np.random.default_rng(5), 150, 15), within=TOWN, statistic=statistic, runs=199)
    first = found.iloc[0]
    assert first["hot"]
    assert abs(first["x"] - (E0 + 2625)) <= 250
    assert abs(first["y"] - (N0 + 1625)) <= 250
    assert found["hot"].sum() <= 20


def test_hot_cells_beside_each_other_are_one_spot():
    rng = np.random.default_rng(10)
    points = with_hot_spot(rng, 100, 40)
    other = pd.DataFrame({"x": E0 + 4100 + rng.random(25) * 100, "y": N0 + 4100 + rng.random(25) * 100})
    found = hot_spots(pd.concat([points, other], ignore_index=True), within=TOWN)
    hot = found[found["hot"]]
    assert hot["cluster"].iat[0] == 1
    assert found.loc[~found["hot"], "cluster"].isna().all()
    for (_, one), (_, two) in itertools.combinations(hot.iterrows(), 2):
        if max(abs(one["x"] - two["x"]), abs(one["y"] - two["y"])) <= 250:
            assert one["cluster"] == two["cluster"]
    tops = hot.groupby("cluster")["statistic"].max()
    assert tops.index.tolist() == list(range(1, len(tops) + 1))
    assert tops.is_monotonic_decreasing
    assert len(tops) >= 2


def test_one_busy_cell_is_hot_by_evenness_and_never_by_shuffling():
    points = pd.concat([scattered(np.random.default_rng(6), 100), pd.DataFrame({"x": [E0 + 1100.0] * 40, "y": N0 + 1100.0})])
    assert hot_spots(points, within=TOWN)["hot"].any()
    assert not hot_spots(points, within=TOWN, null="shuffled")["hot"].any()


def test_moving_turning_and_reordering_change_nothing():
    points = with_hot_spot(np.random.default_rng(7), 150, 15)
    base = hot_spots(points, within=TOWN)
    again = hot_spots(points.sample(frac=1, random_state=1), within=TOWN)
    pd.testing.assert_frame_equal(base, again)
    moved = hot_spots(points + 25_000, within=shapely.affinity.translate(TOWN, 25_000, 25_000))
    middle = E0 + SIDE / 2, N0 + SIDE / 2
    turned = pd.DataFrame({"x": middle[0] - (points["y"] - middle[1]), "y": middle[1] + (points["x"] - middle[0])})
    turned = hot_spots(turned, within=TOWN)
    for other in (moved, turned):
        for column in ("statistic", "p_value", "q_value"):
            np.testing.assert_allclose(np.sort(other[column]), np.sort(base[column]), rtol=1e-9)
        assert other["hot"].sum() == base["hot"].sum()


def test_few_points_are_a_table():
    found = hot_spots(scattered(np.random.default_rng(8), 29))
    assert set(found["reason"]) == {"few"}
    assert found["count"].sum() == 29
    assert not found["hot"].any()
    enough = hot_spots(scattered(np.random.default_rng(8), 30))
    assert (
        list(found.columns)
        == list(enough.columns)
        == list(hot_spots(scattered(np.random.default_rng(8), 30), statistic="scan"))
    )


def test_the_area_may_be_the_cells_where_anything_ever_happens():
    rng = np.random.default_rng(9)
    points = with_hot_spot(rng, 60, 15)
    earlier = grid_counts(pd.concat([scattered(rng, 100), points]))
    found = hot_spots(points, within=earlier)
    assert found["hot"].any()
    assert found["expected"].iat[0] > hot_spots(points, within=TOWN)["expected"].iat[0]


def test_cells_lie_where_they_lie():
    table = grid_counts(pd.DataFrame({"x": [500_000.0, 500_249.9, 500_250.0], "y": [6_700_000.0, 6_700_000.0, 6_699_999.9]}))
    assert table[["cell", "count"]].to_numpy().tolist() == [["500000_6700000", 2], ["500250_6699750", 1]]
    assert table.loc[0, ["x", "y"]].tolist() == [500_125, 6_700_125]


def test_bad_points_are_refused():
    degrees = pd.DataFrame({"x": np.full(40, 15.4), "y": np.full(40, 60.5)})
    with pytest.raises(TableError, match="metres") as caught:
        hot_spots(degrees)
    assert "räkna om dem först" in caught.value.svenska
    points = scattered(np.random.default_rng(1), 40)
    points.loc[3, "x"] = np.nan
    with pytest.raises(TableError, match="row 3, column 'x'"):
        hot_spots(points)
    known, unknown = located(points)
    assert (len(known), len(unknown)) == (39, 1)
    far = pd.concat([known, pd.DataFrame({"x": [0.0], "y": [0.0]})], ignore_index=True)
    with pytest.raises(TableError, match="a coordinate far from the others"):
        hot_spots(far)
    with pytest.raises(TableError, match="events inside the area, got 1"):
        hot_spots(pd.concat([known, pd.DataFrame({"x": [E0 - 900.0], "y": [N0 - 900.0]})]), within=TOWN)
    with pytest.raises(OptionError):
        hot_spots(known, statistic="kernel")
    with pytest.raises(OptionError):
        hot_spots(known, reach=-1)
