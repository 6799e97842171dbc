"""Verdicts from rounded rates: never more than the true counts would have said, and nearly always as much."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kunskapsbaserat.data import embedded
from kunskapsbaserat.errors import OptionError, TableError
from kunskapsbaserat.rates import allowed_counts, implied_person_years
from kunskapsbaserat.trends import Baseline, Change, change, change_of_rounded, variation_of

KOMMUNER = embedded.counts_year().query("area_level == 'kommun'")
CERTAIN = (Change.SAKERSTALLD_OKNING, Change.SAKERSTALLD_MINSKNING)
STRENGTH = {
    Change.SAKERSTALLD_OKNING: 3,
    Change.SAKERSTALLD_MINSKNING: 3,
    Change.INGEN_SAKERSTALLD_SKILLNAD: 2,
    Change.FOR_FA_BROTT: 1,
    Change.KAN_INTE_BEDOMAS: 0,
}
NO_BREAKS: dict[str, int] = {}


def table(true_counts: list[list[int]], *, people: float, known: bool = False, last: int = 2025) -> pd.DataFrame:
    """Yearly series of one area, with the whole-number rates that `people` inhabitants give."""
    rows = [
        {"offence": f"brott_{i}", "year": last - len(series) + 1 + j, "count": n}
        for i, series in enumerate(true_counts)
        for j, n in enumerate(series)
    ]
    frame = pd.DataFrame(rows)
    rate = np.floor(frame["count"] / people * 100_000 + 0.5)
    return pd.DataFrame(
        {
            "area": "0180",
            "area_level": "kommun",
            "offence": frame["offence"],
            "sex": "alla",
            "period": pd.PeriodIndex(frame["year"].astype(str), freq="Y"),
            "count": pd.array(frame["count"] if known else [pd.NA] * len(frame), dtype="Int64"),
            "rate_published": pd.array(rate, dtype="Float64"),
            "status": "final",
            "source": "prov",
        }
    )


def rounded(true_counts: list[list[int]], *, people: float, precision: float = 0.0) -> pd.DataFrame:
    rates = table(true_counts, people=people)
    return allowed_counts(rates, np.full(len(rates), people), precision=precision)


def not_stronger(cautious: pd.DataFrame, true: pd.DataFrame) -> None:
    for ours, theirs in zip(cautious["change"], true["change"], strict=True):
        assert STRENGTH[ours] <= STRENGTH[theirs]
        assert STRENGTH[ours] < STRENGTH[theirs] or ours is theirs


# ---- the interval --------------------------------------------------------------------------------------------------------


def obvious(rate: float, people: float, precision: float) -> list[int]:
    """Every whole number that the rate may have come from, tried one by one; both ways of rounding a half are allowed."""
    found = []
    for n in range(int((rate + 2) * people * 1.1 / 1e5) + 3):
        lowest, highest = n / (people * (1 + precision)) * 1e5, n / (people * (1 - precision)) * 1e5
        if highest >= rate - 0.5 - 1e-9 and lowest <= rate + 0.5 + 1e-9:
            found.append(n)
    return found


@settings(max_examples=200, deadline=None)
@given(rate=st.integers(0, 400), people=st.floats(2_000, 1_100_000), precision=st.sampled_from([0.0, 1e-5, 1e-4, 0.003]))
def test_the_interval_is_every_whole_number_that_rounds_so(rate: int, people: float, precision: float):
    rows = pd.DataFrame({"count": pd.array([pd.NA], "Int64"), "rate_published": [float(rate)]})
    found = allowed_counts(rows, [people], precision=precision).iloc[0]
    expected = obvious(rate, people, precision)
    if not expected:
        assert found["count_reason"] == "no_whole_number"
        assert np.isnan(found["count_low"])
    else:
        assert (found["count_low"], found["count_high"]) == (expected[0], expected[-1])
        assert expected[0] <= found["count_likely"] <= expected[-1]


@settings(max_examples=200, deadline=None)
@given(count=st.integers(0, 200_000), people=st.integers(2_000, 1_000_000), off=st.floats(-1e-4, 1e-4))
def test_the_true_count_is_always_allowed(count: int, people: int, off: float):
    rate = np.floor(count / people * 1e5 + 0.5)
    rows = pd.DataFrame({"count": pd.array([pd.NA], "Int64"), "rate_published": [rate]})
    found = allowed_counts(rows, [people * (1 + off)], precision=1.01e-4).iloc[0]
    assert found["count_low"] <= count <= found["count_high"]


def test_a_known_count_stays_and_an_unknown_population_is_told():
    rows = pd.DataFrame({"count": pd.array([7, pd.NA, pd.NA], "Int64"), "rate_published": [70.0, 70.0, np.nan]})
    found = allowed_counts(rows, [np.nan, np.nan, 10_000.0])
    assert found[["count_low", "count_likely", "count_high"]].iloc[0].tolist() == [7, 7, 7]
    assert found["count_reason"].tolist() == [None, "no_population", None]
    assert found["count_low"].isna().tolist() == [False, True, True]


def test_zero_per_100_000_is_zero_in_a_small_kommun_and_up_to_four_in_a_large_one():
    rows = pd.DataFrame({"count": pd.array([pd.NA, pd.NA], "Int64"), "rate_published": [0.0, 0.0]})
    found = allowed_counts(rows, [2_500, 990_000])
    assert found["count_low"].tolist() == [0, 0]
    assert found["count_high"].tolist() == [0, 4]


def test_a_negative_precision_is_refused():
    rows = pd.DataFrame({"count": pd.array([pd.NA], "Int64"), "rate_published": [1.0]})
    with pytest.raises(OptionError):
        allowed_counts(rows, [1000], precision=-0.1)


# ---- the verdict ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pooled", [False, True])
@pytest.mark.parametrize("area", ["2081", "2021", "2080"])
def test_exact_counts_give_what_change_gives(area: str, pooled: bool):
    mine, others = KOMMUNER[KOMMUNER["area"] == area], KOMMUNER[KOMMUNER["area"] != area]
    typical = variation_of(others) if pooled else None
    expected = change(mine, typical=typical)
    found = change_of_rounded(allowed_counts(mine, np.full(len(mine), np.nan)), typical=typical)
    assert not found.pop("rounded").any()
    pd.testing.assert_frame_equal(found, expected, rtol=1e-12)


series = st.lists(st.integers(15, 90), min_size=3, max_size=3)


@pytest.mark.thorough
@settings(max_examples=6, deadline=None)
@given(true=st.lists(series, min_size=1, max_size=2), people=st.sampled_from([40_000, 150_000]), typed=st.booleans())
def test_no_allowed_counts_would_have_said_less(true: list[list[int]], people: int, typed: bool):
    """The slow way: `change` on every combination of allowed counts. The verdict is at most the weakest of them."""
    rule = Baseline(1, 2)
    typical = variation_of(KOMMUNER, baseline=rule) if typed else None
    intervals = rounded(true, people=people)
    choices = [range(int(a), int(b) + 1) for a, b in zip(intervals["count_low"], intervals["count_high"], strict=True)]
    found = change_of_rounded(intervals, baseline=rule, typical=typical, breaks=NO_BREAKS)
    for combination in itertools.islice(itertools.product(*choices), 100):
        exact = intervals.assign(count=pd.array(combination, dtype="Int64"))
        true_verdict = change(exact, baseline=rule, typical=typical, breaks=NO_BREAKS)
        not_stronger(found, true_verdict)
        judged = found["q_value"].notna()
        assert (true_verdict["q_value"][judged] <= found["q_value"][judged] + 1e-12).all()
        assert (true_verdict["lower"][judged] >= found["lower"][judged] - 1e-12).all()
        upper = found["upper"].fillna(np.inf)
        assert (true_verdict["upper"][judged].fillna(np.inf) <= upper[judged] + 1e-9).all()
        assert (true_verdict["dispersion"][judged] <= found["dispersion"][judged] + 1e-9).all()


@pytest.mark.thorough
@settings(max_examples=15, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    people=st.sampled_from([2_500, 25_000, 250_000, 995_000]),
    mean=st.sampled_from([8, 22, 60, 400]),
    ratio=st.sampled_from([0.5, 0.8, 1.0, 1.3, 2.5]),
)
def test_the_verdict_is_that_of_the_true_counts_or_weaker(seed: int, people: int, mean: int, ratio: float):
    rng = np.random.default_rng(seed)
    means = np.r_[np.full(5, mean), np.full(2, mean * ratio)]
    true = rng.poisson(means, size=(6, 7)).tolist()
    exact = change(table(true, people=people, known=True), breaks=NO_BREAKS)
    not_stronger(change_of_rounded(rounded(true, people=people, precision=1e-4), breaks=NO_BREAKS), exact)


def simulated(people: int, mean: float, ratio: float, *, tables: int, seed: int) -> pd.DataFrame:
    """Share called säkerställd from true counts and from rounded rates, of series that are all changed by `ratio`."""
    rng = np.random.default_rng(seed)
    means = np.r_[np.full(5, mean), np.full(2, mean * ratio)]
    true = rng.negative_binomial(means, 0.5, size=(tables, 7)).tolist()
    exact = change(apart(table(true, people=people, known=True)), breaks=NO_BREAKS)
    ours = change_of_rounded(apart(rounded(true, people=people, precision=1e-4)), breaks=NO_BREAKS)
    assert (exact["area"] == ours["area"]).all()
    return pd.DataFrame({"exact": exact["change"].isin(CERTAIN), "rounded": ours["change"].isin(CERTAIN)})


def apart(series: pd.DataFrame) -> pd.DataFrame:
    """Each series in an area of its own, so that each is decided by itself."""
    return series.assign(area=series["offence"], offence="brott")


@pytest.mark.thorough
def test_nothing_is_lost_in_a_small_kommun_and_little_in_the_largest():
    """A rounding of 0.5 per 100 000 is nothing at 25 000 inhabitants, and five offences of 400 at a million."""
    small = simulated(25_000, 100, 1.6, tables=150, seed=1)
    assert small["exact"].mean() > 0.5
    assert (small["exact"] == small["rounded"]).all()
    large = simulated(995_000, 400, 1.4, tables=150, seed=2)
    assert not (large["rounded"] & ~large["exact"]).any()
    assert large["rounded"].mean() > 0.8 * large["exact"].mean()


def test_no_more_false_verdicts_than_from_counts():
    still = simulated(995_000, 60, 1.0, tables=200, seed=3)
    assert not (still["rounded"] & ~still["exact"]).any()
    assert still["rounded"].mean() <= 0.05


def test_a_verdict_that_hangs_on_the_rounding_says_so():
    """About 25 offences a year at a million inhabitants: 2 or 3 per 100 000 each year, and nothing can be told."""
    true = [[22, 25, 24, 26, 23, 48, 50]]
    exact = change(table(true, people=995_000, known=True), breaks=NO_BREAKS)
    assert exact["change"].iat[0] in CERTAIN
    found = change_of_rounded(rounded(true, people=995_000), breaks=NO_BREAKS).iloc[0]
    assert found["change"] is Change.INGEN_SAKERSTALLD_SKILLNAD
    assert found["reason"] == "rounding"
    assert found["rounded"]
    assert found["lower"] < exact["lower"].iat[0] < exact["upper"].iat[0] < found["upper"]


def test_a_clear_change_is_called_from_rates_alone():
    true = [[1300, 1280, 1310, 1290, 1305, 700, 690]]
    found = change_of_rounded(rounded(true, people=995_000, precision=3e-5), breaks=NO_BREAKS).iloc[0]
    assert found["change"] is Change.SAKERSTALLD_MINSKNING
    assert found["reason"] is None
    assert found["mean_latest"] == pytest.approx(695, abs=5)


def test_a_missing_population_is_a_reason_of_its_own():
    intervals = allowed_counts(rates := table([[40] * 7, [50] * 7], people=50_000), np.full(len(rates), 50_000.0))
    gone = intervals.index == 3
    intervals.loc[gone, ["count_low", "count_high", "count_likely"]] = np.nan
    intervals.loc[gone, "count_reason"] = "no_population"
    found = change_of_rounded(intervals, breaks=NO_BREAKS)
    assert found["change"].tolist() == [Change.KAN_INTE_BEDOMAS, Change.INGEN_SAKERSTALLD_SKILLNAD]
    assert found["reason"].tolist() == ["no_population", None]


@pytest.mark.parametrize("people", [50_000, float("nan")])
def test_a_missing_year_stays_a_missing_year(people: float):
    rates = table([[40] * 6], people=50_000)
    found = change_of_rounded(allowed_counts(rates, np.full(len(rates), people)), breaks=NO_BREAKS)
    assert found["reason"].tolist() == ["missing_years"]


@settings(max_examples=40, deadline=None)
@given(people=st.integers(2_000, 1_000_000), true=st.lists(st.integers(1, 60_000), min_size=1, max_size=6))
def test_pairs_of_count_and_rate_imply_the_population(people: int, true: list[int]):
    """Every pair was divided by the same population: it lies in what they imply, and more pairs make it no wider."""
    pairs = table([[n] for n in true], people=people, known=True)
    found = implied_person_years(pairs)
    if (pairs["rate_published"] <= 0.5).all():
        assert found.empty
        return
    (row,) = found.to_dict("records")
    assert abs(people / row["exposure"] - 1) <= row["precision"] + 1e-9
    assert (
        row["precision"] <= implied_person_years(pairs.tail(1))["precision"].max() + 1e-12
        or pairs.tail(1)["rate_published"].le(0.5).all()
    )


def test_pairs_that_contradict_each_other_imply_nothing():
    pairs = table([[1000], [1000]], people=100_000, known=True)
    assert implied_person_years(pairs.assign(rate_published=[1000.0, 1100.0])).empty


def test_a_series_break_comes_before_the_rounding():
    found = change_of_rounded(rounded([[3] * 7], people=995_000), breaks={"brott_0": 2022})
    assert found["reason"].tolist() == ["series_break"]
    assert found["q_value"].isna().all()


def test_only_zeros_are_too_few():
    found = change_of_rounded(rounded([[0] * 7], people=995_000), breaks=NO_BREAKS)
    assert found["change"].tolist() == [Change.FOR_FA_BROTT]


def test_months_and_unprepared_tables_are_refused():
    with pytest.raises(TableError):
        change_of_rounded(table([[40] * 7], people=50_000))
    months = rounded([[40] * 7], people=50_000).assign(period=pd.period_range("2025-01", periods=7, freq="M"))
    with pytest.raises(TableError):
        change_of_rounded(months)
    with pytest.raises(OptionError):
        change_of_rounded(rounded([[40] * 7], people=50_000), baseline=Baseline(2, 20))
