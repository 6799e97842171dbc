from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kunskapsbaserat.errors import OptionError, TableError
from kunskapsbaserat.trends import joinpoint
from kunskapsbaserat.trends.joinpoint_search import Grid
from kunskapsbaserat.trends.segments_fit import fit_segments

YEARS = np.arange(2005, 2025, dtype=float)


def slow_best(y: np.ndarray, x: np.ndarray, k: int, to_end: int, between: int) -> tuple[float, tuple[int, ...]]:
    """Every placement by its own least squares."""
    best = (np.inf, ())
    for places in itertools.combinations(range(to_end, len(x) - to_end), k):
        if any(b - a <= between for a, b in itertools.pairwise(places)):
            continue
        design = np.column_stack([np.ones(len(x)), x - x.mean(), *(np.maximum(0, x - x[p]) for p in places)])
        beta = np.linalg.lstsq(design, y, rcond=None)[0]
        best = min(best, (float(np.sum((y - design @ beta) ** 2)), places))
    return best


@given(st.integers(0, 10_000), st.integers(0, 3), st.integers(1, 3), st.integers(0, 3), st.booleans())
@settings(max_examples=25, deadline=None)
def test_search_agrees_with_the_slow_version(seed: int, k: int, to_end: int, between: int, gaps: bool):
    rng = np.random.default_rng(seed)
    x = np.cumsum(rng.integers(1, 4, 14)).astype(float) if gaps else np.arange(14.0)
    y = rng.normal(size=(14, 2)).cumsum(axis=0)
    grid = Grid(x, k, to_end=to_end, between=between)
    best = grid.search(y)
    for column in range(2):
        for size in range(grid.most + 1):
            sse, places = slow_best(y[:, column], x, size, to_end, between)
            assert best.sse[size, column] == pytest.approx(sse, rel=1e-8)
            assert tuple(best.positions[size][:, column]) == places
    only = grid.sums_of_squares(y, wanted=tuple(range(grid.most + 1)))
    np.testing.assert_allclose(only[-1], best.sse[-1], rtol=1e-9)


def test_large_sets_of_placements_are_searched_in_pieces(monkeypatch: pytest.MonkeyPatch):
    """Directions computed again for every block give the same as kept ones."""
    y = np.random.default_rng(5).normal(size=(26, 40))
    kept = Grid(np.arange(26.0), 3, to_end=2, between=2).sums_of_squares(y, wanted=(0, 1, 3))
    monkeypatch.setattr("kunskapsbaserat.trends.joinpoint_search._KEPT", 0)
    again = Grid(np.arange(26.0), 3, to_end=2, between=2).sums_of_squares(y, wanted=(0, 1, 3))
    np.testing.assert_allclose(again, kept, rtol=1e-12)


@given(st.integers(0, 10_000), st.integers(0, 2), st.integers(0, 39))
@settings(max_examples=25, deadline=None)
def test_single_precision_decides_as_double_does(seed: int, null: int, at: int):
    """Also at ratios that lie nearer to that of one of the series than single precision can tell."""
    y = np.random.default_rng(seed).normal(size=(24, 40)).cumsum(axis=0)
    grid = Grid(np.arange(24.0), 3, to_end=2, between=2)
    before, after = grid.sums_of_squares(y, wanted=(null, 3))
    ratios = before / np.maximum(after, np.finfo(float).tiny)
    for ratio in ratios[at] * np.array([1 - 1e-5, 1 - 1e-9, 1 - 1e-11, 1 + 1e-11, 1 + 1e-9, 1 + 1e-5]):
        np.testing.assert_array_equal(grid.reaching(y, ratio, null=null, alternative=3), ratios >= ratio)


def test_a_bend_is_found_and_a_straight_line_left_alone():
    noise = np.random.default_rng(1).normal(scale=0.02, size=20)
    bent = joinpoint(np.exp(5 - 0.04 * (YEARS - 2005) + 0.12 * np.maximum(0, YEARS - 2015) + noise), year=YEARS)
    assert bent.joinpoints == (2015,)
    assert bent.segments["apc"].to_numpy() == pytest.approx([100 * np.expm1(-0.04), 100 * np.expm1(0.08)], abs=1)
    straight = joinpoint(np.exp(5 - 0.04 * (YEARS - 2005) + noise), year=YEARS)
    assert straight.joinpoints == ()
    assert straight.apc == straight.aapc()["aapc"]
    assert straight.aapc()["lower"] < 100 * np.expm1(-0.04) < straight.aapc()["upper"]


def test_permutation_test_holds_its_level():
    """Straight lines with noise: at most 5 % get a joinpoint (60 series of 399 permutations: at most 7)."""
    rng = np.random.default_rng(7)
    found = [
        joinpoint(np.exp(3 + 0.02 * np.arange(15) + rng.normal(scale=0.1, size=15)), permutations=399).joinpoints
        for _ in range(60)
    ]
    assert sum(bool(f) for f in found) <= 7


def test_same_seed_same_answer():
    rate = np.exp(np.random.default_rng(3).normal(size=20))
    first, again = joinpoint(rate, permutations=199), joinpoint(rate, permutations=199)
    assert first.steps == again.steps
    assert all(0 < step.p_value <= 1 for step in first.steps)
    assert first.steps[0].level == pytest.approx(0.05 / 3)


def test_slopes_and_errors_as_in_statsmodels():
    import statsmodels.api as sm

    y = np.random.default_rng(2).normal(size=20).cumsum()
    design = sm.add_constant(np.column_stack([YEARS, np.maximum(0, YEARS - 2012)]))
    theirs = sm.OLS(y, design).fit()
    mine = fit_segments(y, YEARS, [2012], scale="linear").segments(df="joinpoints_known")
    assert mine["slope"].to_numpy() == pytest.approx([theirs.params[1], theirs.params[1] + theirs.params[2]])
    assert mine["standard_error"].iat[0] == pytest.approx(theirs.bse[1])
    assert mine[["lower", "upper"]].iloc[0].to_numpy() == pytest.approx(theirs.conf_int()[1])
    second = theirs.t_test([0, 1, 1])
    assert mine["standard_error"].iat[1] == pytest.approx(float(second.sd.item()))


def test_known_errors_weigh():
    """A point whose error is a hundred times the others' does not matter."""
    rate = np.exp(2 + 0.1 * np.arange(10))
    spoiled = rate.copy()
    spoiled[4] *= 5
    errors = 0.01 * rate
    errors[4] = 100 * spoiled[4]
    found = joinpoint(spoiled, standard_error=errors, selection="bic3", max_joinpoints=1)
    assert found.aapc()["aapc"] == pytest.approx(100 * np.expm1(0.1), abs=0.1)


def test_criteria_by_hand():
    table = joinpoint(np.exp(np.random.default_rng(4).normal(size=16)), selection="bic").criteria
    n, row = 16, table.iloc[1]
    loss, step = np.log(row["sse"] / n), np.log(n) / n
    assert row["bic"] == pytest.approx(loss + 4 * step)
    assert row["bic3"] == pytest.approx(loss + 5 * step)
    assert row["wbic"] == pytest.approx(loss + (4 + row["weight"]) * step)
    assert row["weight"] == pytest.approx(1 - row["sse"] / table["sse"].iat[0])  # with one bend: R-squared of that bend
    assert table["weight"].between(0, 1).all()


def test_the_rule_for_zeros():
    rate = np.array([3.0, 2, 0, 1, 2, 3, 1, 2])
    with pytest.raises(TableError, match="half an event"):
        joinpoint(rate)
    with pytest.raises(TableError, match="half an event"):
        joinpoint(rate, zeros="half")
    found = joinpoint(rate, zeros="half", exposure=np.full(8, 1e5), per=1e5, selection="bic3")
    assert found.zeros_replaced == 1
    assert np.isfinite(found.aapc()["aapc"])
    assert joinpoint(rate, scale="linear", selection="bic3").zeros_replaced == 0


def test_years_from_the_index_and_refusals():
    rate = pd.Series(np.arange(1.0, 9), index=pd.period_range("2015", periods=8, freq="Y"))
    assert joinpoint(rate, selection="bic3").fit.x[0] == 2015
    with pytest.raises(TableError, match="every year"):
        joinpoint(rate.where(rate != 4))
    with pytest.raises(TableError, match="increase"):
        joinpoint([1, 2, 3, 4, 5], year=[1, 2, 2, 3, 4])
    with pytest.raises(TableError, match="four years"):
        joinpoint([1, 2, 3])
    for option in ({"scale": "cube"}, {"selection": "aic"}, {"df": "all"}, {"max_joinpoints": 6}):
        with pytest.raises(OptionError):
            joinpoint(rate, **option)
    with pytest.raises(OptionError, match="max_joinpoints"):
        joinpoint(np.arange(1.0, 121), max_joinpoints=5)
    with pytest.raises(OptionError, match="interval within"):
        joinpoint(rate, selection="bic3").aapc(2010, 2020)
