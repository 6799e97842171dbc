"""Control charts, runs, season, level shifts, rank trends and index series."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from kunskapsbaserat.errors import OptionError, TableError
from kunskapsbaserat.trends import (
    change_points,
    control_chart,
    index_series,
    mann_kendall,
    run_chart,
    seasonal,
    year_to_date,
)
from kunskapsbaserat.trends.change_points import _bai_cdf
from kunskapsbaserat.trends.runs import anhoej, run_limits, run_of, some_of, steps_of

RNG = np.random.default_rng(20)


@pytest.fixture(autouse=True)
def _same_draws_in_any_order() -> None:
    """A test draws the same whichever tests ran before it."""
    RNG.bit_generator.state = np.random.default_rng(20).bit_generator.state


# ---- runs --------------------------------------------------------------------------------------------------------------


def test_runs_written_out():
    for _ in range(50):
        values = RNG.integers(0, 7, RNG.integers(2, 40)).astype(float)
        sides = [np.sign(v - 3) for v in values if v != 3]
        groups = [len(list(group)) for _, group in itertools.groupby(sides)]
        found = anhoej(values, 3)
        assert (found.n_useful, found.longest_run) == (len(sides), max(groups, default=0))
        assert found.n_crossings == max(len(groups) - 1, 0)


def test_run_limits_are_binomial():
    for n in range(1, 120):
        assert run_limits(n)[1] == stats.binom.ppf(0.05, n - 1, 0.5) if n > 1 else True
    assert run_limits(0) == (0, 0)


def test_rules_mark_the_points_that_break_them():
    values = np.array([1, -1, 1, 1, 1, 0, 1, 1, 1, 1, 1, -1.0])
    assert run_of(values, 0).tolist() == [False, False, True, True, True, False] + [True] * 5 + [False]
    assert some_of(np.array([True, False, True, False, False, True]), 2, 3).tolist() == [
        False,
        False,
        True,
        False,
        False,
        False,
    ]
    assert steps_of(np.array([1.0, 2, 3, 4, 5, 6, 7, 6])).tolist() == [False] * 5 + [True, True, False]


def test_chance_gives_few_shifts():
    signals = [run_chart(RNG.normal(size=24)).signal for _ in range(400)]
    assert 0.02 < np.mean(signals) < 0.15  # Anhøj and Olesen: about 5 to 10 %
    assert np.mean([run_chart(np.r_[RNG.normal(size=12), RNG.normal(3, size=12)]).signal for _ in range(100)]) > 0.9


def test_a_frozen_median_judges_later_points():
    values = np.r_[np.tile([9.0, 11], 6), np.full(12, 14.0)]
    chart = run_chart(values, freeze=12)
    assert (chart.centre, chart.signal) == (10, True)
    with pytest.raises(TableError):
        run_chart([np.nan, np.nan])


# ---- control charts ----------------------------------------------------------------------------------------------------


def test_limits_written_out():
    y, n = np.array([4.0, 6, 5, 9, 2]), np.array([100.0, 150, 100, 200, 50])
    c = control_chart(y).points
    assert c["centre"].iat[0] == y.mean()
    assert c["upper"].iat[0] == pytest.approx(y.mean() + 3 * np.sqrt(y.mean()))
    assert c["lower"].iat[0] == 0
    u = control_chart(y, n, chart="u", per=1000).points
    rate = y.sum() / n.sum()
    assert u["centre"].iat[0] == pytest.approx(1000 * rate)
    assert u["upper"].iat[1] == pytest.approx(1000 * (rate + 3 * np.sqrt(rate / 150)))
    p = control_chart(y, n, chart="p").points
    assert p["upper_2s"].iat[2] == pytest.approx(rate + 2 * np.sqrt(rate * (1 - rate) / 100))
    i = control_chart(y, chart="i", screen=False).points
    assert i["upper"].iat[0] == pytest.approx(y.mean() + 3 * np.abs(np.diff(y)).mean() / 1.128)
    g = control_chart(y, chart="g").points
    assert g["centre"].iat[0] == np.median(y)
    assert g["upper"].iat[0] == pytest.approx(y.mean() + 3 * np.sqrt(y.mean() * (y.mean() + 1)))


def test_laney_is_the_plain_chart_times_sigma_z():
    n = np.full(60, 1000.0)
    y = RNG.poisson(50 * RNG.gamma(10, 0.1, 60)).astype(float)
    plain, prime = (control_chart(y, n, chart=c, screen=False).points for c in ("u", "u_prime"))
    z = (plain["y"] - plain["centre"]) / ((plain["upper"] - plain["centre"]) / 3)
    sigma = np.abs(np.diff(z)).mean() / 1.128
    assert sigma > 1.3
    assert (prime["upper"] - prime["centre"]).iat[0] == pytest.approx(sigma * (plain["upper"] - plain["centre"]).iat[0])


def test_parts_freeze_and_exclusion_together():
    y = np.r_[np.full(12, 10.0), np.full(12, 20.0)]
    y[3], y[20] = 40, 60
    chart = control_chart(y, part=12, freeze=18, exclude=[3])
    assert chart.parts["centre"].tolist() == [10, 20]
    assert chart.points["outside"].tolist() == [i in (3, 20) for i in range(24)]
    assert chart.points["baseline"].sum() == 11 + 6
    assert chart.signal


def test_a_known_shift_is_rephased():
    y = np.r_[np.tile([22.0, 18], 12), np.tile([43.0, 47], 12)]
    once = control_chart(y)
    assert len(once.parts) == 1
    assert once.parts["runs_signal"].iat[0]
    again = control_chart(y, rephase=True)
    assert len(again.parts) == 2
    assert again.parts["start"].iat[1] == 24
    assert control_chart(y[:24], rephase=True).parts["part"].tolist() == [1]


def test_control_chart_refuses():
    for bad in ({"chart": "x"}, {"part": 9}, {"freeze": 0}):
        with pytest.raises(OptionError):
            control_chart([1, 2, 3], **bad)
    with pytest.raises(TableError, match="exposure"):
        control_chart([1, 2, 3], chart="u")
    with pytest.raises(TableError, match="above 0"):
        control_chart([1, 2, 3], [1, 0, 1], chart="u")
    with pytest.raises(TableError, match="at most n"):
        control_chart([1, 2, 3], [1, 1, 1], chart="p")
    with pytest.raises(TableError, match="0 or more"):
        control_chart([1, -2, 3])
    with pytest.raises(TableError, match="at least one point"):
        control_chart([1, 2, 3], exclude=[0, 1, 2])
    zeros = control_chart(np.zeros(10), np.ones(10), chart="u_prime").points
    assert (zeros[["lower", "upper"]] == 0).all(axis=None)


# ---- season ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("robust", [False, True])
def test_stl_as_in_statsmodels(robust: bool):
    from statsmodels.tsa.seasonal import STL

    t = np.arange(75)
    y = 50 + 0.2 * t + 8 * np.sin(2 * np.pi * t / 12) + RNG.normal(size=75)
    y[30] += 40
    theirs = STL(y, period=12, seasonal=9, robust=robust, seasonal_jump=2, trend_jump=3, low_pass_jump=4).fit()
    mine = seasonal(y, period=12, setting="statsmodels", window=9, robust=robust, jumps=(2, 3, 4)).parts
    np.testing.assert_allclose(mine["trend"], theirs.trend, atol=1e-9)
    np.testing.assert_allclose(mine["seasonal"], theirs.seasonal, atol=1e-9)
    np.testing.assert_allclose(mine["weight"], theirs.weights, atol=1e-7)


def test_a_known_season():
    index = pd.period_range("2015-04", periods=96, freq="M")
    truth = 1 + 0.4 * np.sin(2 * np.pi * (index.month - 4) / 12)
    found = seasonal(pd.Series(200 * truth * np.exp(RNG.normal(scale=0.03, size=96)), index=index), scale="log")
    assert found.strength > 0.9
    assert (found.profile.idxmax(), found.profile.idxmin()) == (7, 1)
    assert found.parts["trend"].to_numpy() == pytest.approx(200 * np.exp(np.log(np.asarray(truth)).mean()), rel=0.05)
    np.testing.assert_allclose(
        found.parts["trend"] * found.parts["seasonal"] * found.parts["remainder"], found.parts["observed"]
    )
    noise = seasonal(pd.Series(RNG.normal(size=96), index=index))
    assert noise.strength < 0.4


def test_seasonal_refuses():
    with pytest.raises(OptionError, match="period"):
        seasonal(np.arange(30.0))
    with pytest.raises(TableError, match="two years"):
        seasonal(np.arange(20.0), period=12)
    with pytest.raises(TableError, match="above 0"):
        seasonal(np.arange(30.0), period=12, scale="log")
    with pytest.raises(TableError, match="every period"):
        seasonal(np.where(np.arange(30) == 4, np.nan, 1.0), period=12)
    for bad in ({"window": 8}, {"scale": "root"}, {"setting": "sas"}):
        with pytest.raises(OptionError):
            seasonal(np.arange(30.0), period=12, **bad)


# ---- level shifts and ranks --------------------------------------------------------------------------------------------


def test_level_shifts_by_brute_force():
    y = np.r_[RNG.normal(0, 1, 15), RNG.normal(9, 1, 15), RNG.normal(-5, 1, 15)]
    found = change_points(y)
    assert found.breaks["position"].tolist() == [15, 30]
    two = min(
        (sum(((part - part.mean()) ** 2).sum() for part in (y[:a], y[a:b], y[b:])), a, b)
        for a in range(6, 45)
        for b in range(a + 6, 40)
    )
    assert found.criteria["rss"].iat[2] == pytest.approx(two[0])
    assert change_points(RNG.normal(size=40)).breaks.empty


def test_limits_of_a_shift_cover_it():
    covered = []
    for _ in range(150):
        y = np.r_[RNG.normal(0, 1, 30), RNG.normal(1.5, 2, 30)]
        row = change_points(y, breaks=1).breaks.iloc[0]
        covered.append(row["lower"] <= 30 <= row["upper"])
    assert np.mean(covered) > 0.88


def test_the_limit_law_as_simulated():
    """Where W(v) - |v|/2 is largest, the right side with twice the variance."""
    rng, phi, step = np.random.default_rng(2), 2.0, 0.02
    v = np.arange(1, 2001) * step
    noise = rng.normal(scale=np.sqrt(step), size=(2, 1500, 2000)).cumsum(axis=2)
    left, right = noise[0] - v / 2, np.sqrt(phi) * noise[1] - v / 2
    best_left, best_right = left.max(axis=1), right.max(axis=1)
    place = np.where(best_left > best_right, -v[left.argmax(axis=1)], v[right.argmax(axis=1)])
    place = np.where(np.maximum(best_left, best_right) < 0, 0, place)
    for x in (-4.0, -1.0, 1.0, 4.0):
        assert np.mean(place <= x) == pytest.approx(_bai_cdf(x, phi), abs=0.05)


def test_mann_kendall_as_in_scipy():
    y = RNG.integers(0, 12, 30).astype(float)
    found = mann_kendall(y)
    assert found.tau == pytest.approx(stats.kendalltau(np.arange(30), y).statistic)
    assert found.slope == pytest.approx(stats.theilslopes(y).slope)
    limits = stats.theilslopes(y, alpha=0.95)
    assert (found.lower, found.upper) == pytest.approx((limits.low_slope, limits.high_slope), abs=0.05)
    assert mann_kendall([5, 5, 5, 5]).p_value == 1
    assert mann_kendall(np.arange(12.0)).p_value < 1e-4
    assert np.mean([mann_kendall(RNG.normal(size=15)).p_value < 0.05 for _ in range(300)]) < 0.08
    with pytest.raises(TableError):
        mann_kendall([1.0, np.nan])


def test_change_points_refuses():
    with pytest.raises(TableError):
        change_points([1, 2, 3])
    with pytest.raises(OptionError, match="min_share"):
        change_points(np.arange(20.0), min_share=0.7)
    with pytest.raises(OptionError, match="breaks"):
        change_points(np.arange(20.0), breaks=9)


# ---- index and year to date --------------------------------------------------------------------------------------------


def test_an_index_without_its_base_is_missing_with_a_reason():
    rows = pd.DataFrame({"region": list("aabb"), "year": [2015, 2016] * 2, "rate": [50.0, 60, 0, 5]})
    found = index_series(rows, base=2015)
    assert found["index"].tolist()[:2] == [100, 120]
    assert found["reason"].tolist() == [None, None, "no_base", "no_base"]
    assert found["index"].isna().tolist() == [False, False, True, True]
    with pytest.raises(TableError, match="once"):
        index_series(pd.concat([rows, rows]), base=2015)


def test_year_to_date_refuses_negative_counts():
    with pytest.raises(TableError):
        year_to_date(pd.DataFrame({"now": [1], "before": [-1]}))
