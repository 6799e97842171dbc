from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from kunskapsbaserat import simulate
from kunskapsbaserat.errors import OptionError, TableError
from kunskapsbaserat.trends import Baseline, Change, beta_binomial, change, variation_of

CALLED = (Change.SAKERSTALLD_OKNING, Change.SAKERSTALLD_MINSKNING)


def months(counts: np.ndarray, last: str = "2024-12", **more: object) -> pd.DataFrame:
    return simulate.counts_table(counts, last=last).assign(**more)


def poisson(mean: float, *, ratio: float = 1.0, season: float = 0.0, seed: int = 1, series: int = 1) -> np.ndarray:
    means = simulate.month_means(np.full(series, mean), years=6, season=season, ratio=ratio)
    return simulate.autocorrelated_counts(np.random.default_rng(seed), means)


def judge(counts: np.ndarray, **options: object) -> pd.Series:
    return change(months(counts), breaks={}, **options).iloc[0]


# ---- the exact test ----------------------------------------------------------------------------------------------------


@given(st.integers(1, 300), st.floats(0.02, 0.9), st.floats(1.05, 6), st.data())
@settings(max_examples=60, deadline=None)
def test_beta_binomial_as_in_scipy(total: int, share: float, dispersion: float, data: st.DataObject):
    if dispersion > 0.9 * total:
        return
    count = data.draw(st.integers(0, total))
    size = (total - dispersion) / (dispersion - 1)
    theirs = stats.betabinom(total, size * share, size * (1 - share))
    arrays = [np.array([float(v)]) for v in (count, total, share, dispersion)]
    assert beta_binomial.cdf(*arrays)[0] == pytest.approx(theirs.cdf(count), abs=1e-7)
    assert theirs.var() == pytest.approx(dispersion * total * share * (1 - share))


def test_many_events_of_which_nearly_all_are_the_latest():
    """No event at all would then have a probability too small for a number, and all others come from it."""
    count, total, share, dispersion = np.array([380.0, 395.0, 0.0]), np.full(3, 400.0), np.full(3, 0.98), np.full(3, 1.25)
    size = (400 - 1.25) / 0.25
    theirs = stats.betabinom(400, size * 0.98, size * 0.02)
    assert theirs.pmf(0) == 0 < theirs.cdf(380)
    assert beta_binomial.cdf(count, total, share, dispersion) == pytest.approx(theirs.cdf(count), rel=1e-8)


def test_without_overdispersion_it_is_the_binomial_test():
    found = beta_binomial.two_sided(np.array([9.0]), np.array([20.0]), np.array([1 / 6]), np.array([1.0]))
    assert found[0] == pytest.approx(2 * stats.binom.sf(8, 20, 1 / 6), rel=1e-5)
    lower, upper = beta_binomial.share_limits(np.array([9.0]), np.array([20.0]), np.array([1.0]), np.array([0.025]))
    exact = stats.binomtest(9, 20).proportion_ci(0.95, method="exact")
    assert (lower[0], upper[0]) == pytest.approx((exact.low, exact.high), abs=1e-5)


@given(st.integers(0, 5000), st.floats(6, 60), st.floats(0.4, 2.5))
@settings(max_examples=15, deadline=None)
def test_interval_and_p_value_agree(seed: int, mean: float, ratio: float):
    row = judge(poisson(mean, ratio=ratio, seed=seed))
    if row["reason"] is not None or abs(row["p_value"] - 0.05) < 1e-3:
        return
    assert (row["p_value"] < 0.05) == (row["lower"] > 1 or row["upper"] < 1)
    assert row["lower"] <= row["ratio"] <= row["upper"]


def test_a_handful_of_events_can_be_enough():
    """Six a year, and then thirty: no need for twenty a year to see that."""
    counts = np.concatenate([np.tile([1, 0], 30), np.tile([2, 3], 6)])[None]
    row = judge(counts)
    assert (row["count_latest"], row["mean_earlier"], row["method"]) == (30, 6, "exact")
    assert row["change"] is Change.SAKERSTALLD_OKNING
    assert not row["percent_ok"]


def test_too_few_to_see_a_tripling():
    row = judge(poisson(2))
    assert (row["change"], row["reason"]) == (Change.FOR_FA_BROTT, "few")
    assert judge(np.zeros((1, 72), dtype=int))["change"] is Change.FOR_FA_BROTT
    assert judge(poisson(50), min_mean=1000)["change"] is Change.FOR_FA_BROTT


# ---- like months with like ---------------------------------------------------------------------------------------------


def test_season_cancels_out():
    """A season so strong that winter has none: the last twelve months against the same ones see nothing of it."""
    year = np.array([0, 0, 5, 10, 20, 30, 30, 20, 10, 5, 0, 0])
    row = judge(np.tile(year, 6)[None])
    assert row["ratio"] == pytest.approx(1)
    assert row["change"] is Change.INGEN_SAKERSTALLD_SKILLNAD


def test_a_part_of_the_year_is_compared_with_the_same_part():
    """To September: with nine months January to September, whatever the autumns were."""
    year = np.array([10] * 9 + [60] * 3)
    counts = np.concatenate([np.tile(year, 6), year[:9]])[None]
    table = months(counts, last="2024-09")
    row = change(table, breaks={}, baseline=Baseline(1, 5, months=9)).iloc[0]
    assert (row["count_latest"], row["count_earlier"], row["mean_earlier"]) == (90, 450, 90)
    with pytest.raises(OptionError, match="months"):
        Baseline(1, 5, months=13)


def test_a_missing_month_is_left_out_not_zero():
    table = months(np.full((1, 72), 10))
    missing = table["period"] == pd.Period("2021-03", freq="M")
    for gap in (table[~missing], table.assign(count=table["count"].mask(missing))):
        row = change(gap, breaks={}).iloc[0]
        assert (row["count_latest"], row["count_earlier"]) == (120, 590)
        assert row["ratio"] == pytest.approx(1)
        assert row["mean_earlier"] == pytest.approx(120)
        assert row["cautions"] == ("missing_months",)
    late = table[table["period"] != pd.Period("2024-07", freq="M")]
    row = change(late, breaks={}).iloc[0]
    assert (row["count_latest"], row["count_earlier"]) == (110, 550)
    few = table[table["period"] < pd.Period("2024-06", freq="M")]
    other = pd.concat([few, months(np.full((1, 72), 10), area="0002")])
    assert change(other, breaks={}).set_index("area").at["0001", "reason"] == "missing_years"


def test_months_before_a_series_break_are_not_compared():
    table = months(np.full((1, 72), 10))
    assert change(table, breaks={"skadegorelse": 2019})["reason"].iat[0] is None
    row = change(table, breaks={"skadegorelse": 2020}).iloc[0]
    assert (row["change"], row["reason"]) == (Change.KAN_INTE_BEDOMAS, "series_break")


# ---- cautions ----------------------------------------------------------------------------------------------------------


def test_one_investigation_is_not_a_rise():
    """A rise that stands in one month is called, with the caution; a rise over the year has none."""
    flat = np.full((1, 72), 10)
    flat[0, ::2] += 1
    spike, rise = flat.copy(), flat.copy()
    spike[0, -3] = 200
    rise[0, -12:] = 27
    one, whole = judge(spike), judge(rise)
    assert whole["change"] is Change.SAKERSTALLD_OKNING
    assert whole["cautions"] == ()
    assert one["change"] is not Change.SAKERSTALLD_OKNING or "one_month_decides" in one["cautions"]
    pool = variation_of(months(poisson(120, series=30), last="2024-12"), breaks={})
    assert judge(spike, typical=pool)["cautions"] == ("one_month_decides",)


def test_preliminary_months_are_marked():
    table = months(np.full((1, 72), 10))
    last = table["period"].max()
    for first, wanted in ((last - 1, ("preliminary", "still_filling_up")), (last - 11, ("preliminary", "still_filling_up"))):
        status = np.where(table["period"] >= first, "preliminary", "final")
        assert change(table.assign(status=status), breaks={})["cautions"].iat[0] == wanted
    early = np.where(table["period"] == last - 8, "preliminary", "final")
    assert change(table.assign(status=early), breaks={})["cautions"].iat[0] == ("preliminary",)


# ---- error rates -------------------------------------------------------------------------------------------------------


@pytest.mark.thorough
@pytest.mark.parametrize(("mean", "dispersion"), [(20, 2.0), (100, 4.0)])
def test_autocorrelated_months_give_few_false_verdicts(mean: float, dispersion: float):
    """The hardest cells of benchmarks/month_calibration.txt: 3 to 4 %; above 6.5 % something is wrong."""
    rng = np.random.default_rng(11)
    means = simulate.month_means(np.full(1000, float(mean)), years=6, season=0.4)
    counts = simulate.autocorrelated_counts(rng, means, dispersion=dispersion, autocorrelation=0.3)
    found = change(months(counts), breaks={})
    assert 0.005 < found["change"].isin(CALLED).mean() < 0.06


def test_a_doubling_is_seen():
    found = change(months(poisson(50, ratio=2, series=200)), breaks={})
    assert (found["change"] == Change.SAKERSTALLD_OKNING).mean() > 0.9


def test_a_pool_of_other_kommuner_sees_more():
    """Where other kommuner vary little between years, less is held back for it."""
    pool = variation_of(months(poisson(60, series=40, seed=5)), breaks={})
    table = months(poisson(60, ratio=1.4, series=200, seed=6))
    alone, pooled = (change(table, breaks={}, typical=t)["change"].isin(CALLED).mean() for t in (None, pool))
    assert pooled > alone + 0.1


def test_false_discoveries_over_the_table():
    found = change(months(poisson(60, series=300, seed=9)), breaks={}, family="table")
    assert found["change"].isin(CALLED).sum() <= 1
    assert (found["q_value"].dropna() >= found["p_value"].dropna()).all()
    with pytest.raises(OptionError, match="family"):
        change(months(poisson(60)), breaks={}, family="all")


def test_a_month_that_stands_twice_is_refused():
    table = months(poisson(60, series=2))
    with pytest.raises(TableError, match="once"):
        change(pd.concat([table, table.tail(1)], ignore_index=True), breaks={})


def test_quarters_work_the_same():
    table = simulate.counts_table(np.full((1, 24), 30), last="2024Q4", freq="Q")
    row = change(table, breaks={}).iloc[0]
    assert (row["count_latest"], row["count_earlier"]) == (120, 600)
    assert row["ratio"] == pytest.approx(1)
