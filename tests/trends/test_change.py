from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats

from kunskapsbaserat.data import embedded
from kunskapsbaserat.errors import OptionError, TableError
from kunskapsbaserat.rates import allowed_counts
from kunskapsbaserat.trends import Baseline, Change, TypicalVariation, change, change_of_rounded, variation_of

KOMMUNER = embedded.counts_year().query("area_level == 'kommun'")


def series(
    counts: list, *, first: int = 2018, offence: str = "skadegorelse", status: str = "final", **more: object
) -> pd.DataFrame:
    years = [str(first + i) for i in range(len(counts))]
    return pd.DataFrame(
        {
            "area": "2081",
            "area_level": "kommun",
            "offence": offence,
            "sex": "alla",
            "period": pd.PeriodIndex(years, freq="Y"),
            "count": pd.array(counts, dtype="Int64"),
            "rate_published": pd.NA,
            "status": status,
            "source": "prov",
        }
    ).assign(**more)


def judge(kommun: str, **options: object) -> pd.DataFrame:
    others = KOMMUNER[KOMMUNER["area"] != kommun]
    pool = variation_of(others, **{k: v for k, v in options.items() if k == "baseline"})
    return change(KOMMUNER[KOMMUNER["area"] == kommun], typical=pool, **options).set_index(["offence", "sex"])


# ---- the real figures --------------------------------------------------------------------------------------------------


def test_borlange_two_years_against_five():
    found = judge("2081")
    burglary = found.loc[("bostadsinbrott", "alla")]
    assert (burglary["mean_latest"], burglary["mean_earlier"]) == (277.5, 161.4)
    assert burglary["ratio"] == pytest.approx(1.72, abs=0.005)
    # Alone both would have been called (their intervals leave 1); among fifteen offences not.
    assert burglary["lower"] > 1
    assert found.loc[("bilbrott", "alla"), "upper"] < 1
    assert not found["change"].isin([Change.SAKERSTALLD_OKNING, Change.SAKERSTALLD_MINSKNING]).any()
    assert burglary["others_ratio"] == pytest.approx(0.85, abs=0.01)
    assert burglary["relative_ratio"] == pytest.approx(1.72 / 0.85, abs=0.05)
    years = found[["latest_from", "latest_to", "earlier_from", "earlier_to"]].drop_duplicates().to_numpy().tolist()
    assert years == [[2023, 2024, 2018, 2022]]


def test_one_year_against_five_says_nothing_for_all_fifteen():
    """2024 against 2019-2023: nothing can be told from usual variation, for any of the fifteen offences."""
    found = judge("2081", baseline=Baseline(1, 5))
    assert not found["change"].isin([Change.SAKERSTALLD_OKNING, Change.SAKERSTALLD_MINSKNING]).any()
    assert len(found) == 15


def test_the_verdict_depends_on_the_baseline():
    """226 burglaries are 1.18 times the mean of 2019-2023 and 1.41 times that of 2017-2022: the rule is fixed beforehand."""
    mine = KOMMUNER[(KOMMUNER["area"] == "2081") & (KOMMUNER["offence"] == "bostadsinbrott")]
    assert change(mine, baseline=Baseline(1, 5))["ratio"].iat[0] == pytest.approx(1.18, abs=0.005)
    without_2023 = mine[mine["period"].dt.year != 2023].assign(
        period=pd.PeriodIndex([str(y) for y in range(2018, 2025)], freq="Y")
    )
    assert change(without_2023, baseline=Baseline(1, 6))["ratio"].iat[0] == pytest.approx(1.41, abs=0.005)


def test_partner_violence_is_not_judged_across_the_new_codes():
    found = judge("2081").loc["vald_nara_relation"]
    assert (found["change"] == Change.KAN_INTE_BEDOMAS).all()
    assert (found["reason"] == "series_break").all()
    assert found[["ratio", "lower", "upper", "p_value", "q_value"]].isna().all(axis=None)


def test_a_small_kommun_has_mostly_too_few():
    found = judge("2021")
    assert (found["change"] == Change.FOR_FA_BROTT).sum() == 8
    assert found.loc[("totalt", "alla"), "change"] is Change.INGEN_SAKERSTALLD_SKILLNAD


def test_falun_has_no_certain_change():
    assert not judge("2080")["change"].isin([Change.SAKERSTALLD_OKNING, Change.SAKERSTALLD_MINSKNING]).any()


# ---- a slow obvious version --------------------------------------------------------------------------------------------


# Two years against five at a correlation of 0.5, by hand: variances of (y6 + y7)/2 - (y1 + ... + y5)/5 and of the residuals.
INFLATION, WORTH = 1.291964 / 0.655, 4.022149


def slow_test(later: np.ndarray, before: np.ndarray, ratio: float = 1.0) -> tuple[float, float]:
    """p-value and dispersion, written out: quasi-binomial score test that the ratio of the means is `ratio`."""
    df = WORTH
    chi_square = sum(((part - part.mean()) ** 2 / part.mean()).sum() for part in (later, before) if part.mean() > 0)
    dispersion = 1 + INFLATION * (max(1.0, chi_square / 5) - 1)
    share = ratio * len(later) / (ratio * len(later) + len(before))
    total = later.sum() + before.sum()
    z = (later.sum() - total * share) / np.sqrt(dispersion * total * share * (1 - share))
    return 2 * stats.t.sf(abs(z), df), dispersion


COUNTS = st.lists(st.integers(20, 400), min_size=7, max_size=7)


@given(COUNTS)
@settings(max_examples=25)
def test_agrees_with_the_slow_version(counts: list[int]):
    row = change(series(counts)).iloc[0]
    later, before = np.array(counts[-2:], float), np.array(counts[:-2], float)
    p, dispersion = slow_test(later, before)
    assert row["p_value"] == pytest.approx(p, rel=1e-4)  # the two numbers written out have seven digits
    assert row["dispersion"] == pytest.approx(dispersion, rel=1e-5)
    for limit in (row["lower"], row["upper"]):
        assert slow_test(later, before, limit)[0] == pytest.approx(0.05, abs=1e-5)
    root = optimize.brentq(lambda r: slow_test(later, before, r)[0] - 0.05, row["ratio"], row["ratio"] * 1e5)
    assert row["upper"] == pytest.approx(root, rel=1e-4)


@given(COUNTS)
@settings(max_examples=25)
def test_interval_and_p_value_agree(counts: list[int]):
    row = change(series(counts)).iloc[0]
    assert row["lower"] <= row["ratio"] <= row["upper"]
    if abs(row["p_value"] - 0.05) > 1e-9:
        assert (row["p_value"] < 0.05) == (row["lower"] > 1 or row["upper"] < 1)


@given(COUNTS)
@settings(max_examples=10)
def test_order_of_rows_does_not_matter(counts: list[int]):
    table = series(counts)
    one, other = change(table), change(table.sample(frac=1, random_state=1))
    pd.testing.assert_frame_equal(one, other)


# ---- edges of our own data ---------------------------------------------------------------------------------------------


def test_nothing_in_the_latest_years():
    row = change(series([60, 70, 65, 75, 70, 0, 0])).iloc[0]
    assert (row["ratio"], row["lower"]) == (0, 0)
    assert 0 < row["upper"] < 1
    assert row["change"] is Change.SAKERSTALLD_MINSKNING


def test_nothing_in_the_earlier_years():
    row = change(series([0, 0, 0, 0, 0, 90, 100])).iloc[0]
    assert np.isnan(row["ratio"])
    assert np.isnan(row["upper"])
    assert np.isfinite(row["lower"])
    assert row["reason"] == "no_upper_limit"
    assert row["change"] is Change.SAKERSTALLD_OKNING


def test_nothing_at_all():
    row = change(series([0] * 7)).iloc[0]
    assert (row["change"], row["reason"]) == (Change.FOR_FA_BROTT, "few")


def test_the_limit_for_few_is_a_mean_of_twenty():
    assert change(series([20] * 7))["change"].iat[0] is Change.INGEN_SAKERSTALLD_SKILLNAD
    assert change(series([20] * 6 + [19]))["change"].iat[0] is Change.FOR_FA_BROTT


def test_a_missing_year_is_not_zero():
    for table in (series([50, 50, None, 50, 50, 50, 50]), series([50] * 7).drop(index=2), series([50] * 6)):
        row = change(table).iloc[0]
        assert (row["change"], row["reason"]) == (Change.KAN_INTE_BEDOMAS, "missing_years")


def test_a_kommun_that_lacks_the_last_year_is_not_judged_on_an_older_one():
    both = pd.concat([series([50] * 7), series([50] * 6, area="2080")])
    found = change(both).set_index("area")["change"]
    assert found["2081"] is Change.INGEN_SAKERSTALLD_SKILLNAD
    assert found["2080"] is Change.KAN_INTE_BEDOMAS


def test_preliminary_years_are_marked():
    assert change(series([50] * 7, status="preliminary"))["preliminary"].tolist() == [True]
    assert change(series([50] * 7))["preliminary"].tolist() == [False]


def test_breaks_can_be_given():
    table = series([50] * 7, offence="eget")
    assert change(table, breaks={})["change"].iat[0] is Change.INGEN_SAKERSTALLD_SKILLNAD
    assert change(table, breaks={"eget": 2019})["reason"].iat[0] == "series_break"
    assert change(table, breaks={"eget": 2018})["reason"].iat[0] is None
    with pytest.raises(OptionError, match="offence"):
        change(table)


def test_nothing_is_infinite_negative_or_silently_missing():
    rng = np.random.default_rng(3)
    tables = [series(rng.poisson(m, 7).tolist(), area=f"{i:04}") for i, m in enumerate(rng.choice([0, 1, 25, 300], 60))]
    found = change(pd.concat(tables))
    numbers = found.select_dtypes("number")
    assert not np.isinf(numbers).any().any()
    assert (numbers.fillna(0) >= 0).all().all()
    assert found.loc[found["ratio"].isna(), "reason"].notna().all()


def test_wrong_options_are_refused():
    with pytest.raises(OptionError, match="confidence"):
        change(series([50] * 7), confidence=95)
    with pytest.raises(OptionError, match="power"):
        change(series([50] * 7), power=0)
    with pytest.raises(OptionError, match="baseline"):
        Baseline(0, 5)
    with pytest.raises(TableError, match="at least one row"):
        change(series([50] * 7).iloc[:0])


def test_columns_do_not_depend_on_options():
    columns = [
        list(change(series([50] * 7), **o)) for o in ({}, {"typical": variation_of(KOMMUNER)}, {"baseline": Baseline(1, 1)})
    ]
    assert columns[0] == columns[1] == columns[2]


OBJECTS = ["change", "reason", "cautions", "relative_change", "relative_reason"]


@pytest.mark.parametrize("typical", [None, variation_of(KOMMUNER)], ids=["alone", "beside others"])
def test_verdicts_are_members_and_no_reason_is_none(typical: TypicalVariation | None):
    """Of years, of quarters and of rounded rates alike; pandas makes texts of the one and NaN of the other if it may."""
    quarters, years = (table.query("area == '2081'") for table in (embedded.counts_quarter(), KOMMUNER))
    rounded = allowed_counts(years, [52_000.0] * len(years))
    for found in (
        change(series([50] * 7), typical=typical),
        change(quarters, typical=typical),
        change_of_rounded(rounded, typical=typical),
    ):
        assert [str(found[name].dtype) for name in OBJECTS] == ["object"] * len(OBJECTS)
        assert {type(value) for name in ("change", "relative_change") for value in found[name]} == {Change}
        assert {type(value) for name in ("reason", "relative_reason") for value in found[name]} <= {str, type(None)}
        assert (
            found.loc[found["change"] == Change.INGEN_SAKERSTALLD_SKILLNAD, "reason"].map(lambda reason: reason is None).all()
        )


# ---- what would have been seen -----------------------------------------------------------------------------------------


def test_the_smallest_visible_change_is_outside_what_is_certain():
    """A change as large as the smallest visible one is called certain when it really shows up in the counts."""
    row = change(series([100, 104, 96, 102, 98, 100, 100])).iloc[0]
    assert row["change"] is Change.INGEN_SAKERSTALLD_SKILLNAD
    higher = round(100 * row["visible_increase"])
    lower = round(100 * row["visible_decrease"])
    assert change(series([100, 104, 96, 102, 98, higher, higher]))["change"].iat[0] is Change.SAKERSTALLD_OKNING
    assert change(series([100, 104, 96, 102, 98, lower, lower]))["change"].iat[0] is Change.SAKERSTALLD_MINSKNING


def test_more_events_show_smaller_changes():
    visible = [change(series([m] * 7))["visible_increase"].iat[0] for m in (25, 100, 1000)]
    assert visible[0] > visible[1] > visible[2] > 1


def test_many_verdicts_at_once_need_larger_changes():
    one = series([100] * 7)
    many = pd.concat(
        [series([100] * 7, sex=s, offence=o) for s in ("kvinna", "man") for o in ("skadegorelse", "narkotika", "trafikbrott")]
    )
    assert change(many)["visible_increase"].iat[0] > change(one)["visible_increase"].iat[0]


# ---- error rates -------------------------------------------------------------------------------------------------------


def panel(
    rng: np.random.Generator, *, kommuner: int = 15, offences: int = 8, dispersion: float = 6.0, ratio: float = 1.0
) -> pd.DataFrame:
    """Counts with a known ratio between the two periods, overdispersed alike in all series."""
    names = [
        "bostadsinbrott",
        "skadegorelse",
        "narkotika",
        "trafikbrott",
        "totalt",
        "stold_totalt",
        "vald_offentlig_vuxna",
        "ran_unga",
    ]
    mean = np.repeat([120.0, 120.0 * ratio], [5, 2])
    counts = rng.negative_binomial(mean / (dispersion - 1), 1 / dispersion, size=(kommuner * offences, len(mean)))
    cells = [(f"{area:04}", offence) for area in range(kommuner) for offence in names[:offences]]
    one = series([0] * len(mean))
    return pd.concat([one] * len(cells), ignore_index=True).assign(
        area=np.repeat([area for area, _ in cells], len(mean)),
        offence=np.repeat([offence for _, offence in cells], len(mean)),
        count=pd.array(counts.ravel(), dtype="Int64"),
    )


@pytest.mark.thorough
def test_error_rate_and_coverage():
    """No change: 5 % of the tests and at most 5 % of the kommuner get a false alarm. A true rise of 40 %: 95 % covered."""
    rng = np.random.default_rng(20261121)
    alarms, any_alarm, covered = [], [], []
    for _ in range(30):
        flat, raised = panel(rng), panel(rng, ratio=1.4)
        for area in ("0000", "0007"):
            pool = variation_of(flat[flat["area"] != area], breaks={})
            found = change(flat[flat["area"] == area], typical=pool, breaks={})
            alarms += (found["p_value"] < 0.05).tolist()
            any_alarm.append((found["q_value"] <= 0.05).any())
            higher = change(raised[raised["area"] == area], typical=pool, breaks={})
            covered += ((higher["lower"] <= 1.4) & (higher["upper"] >= 1.4)).tolist()
    assert len(alarms) == 480
    assert 0.02 < np.mean(alarms) < 0.08
    assert np.mean(any_alarm) < 0.05 + 3 * np.sqrt(0.05 * 0.95 / 60)
    assert 0.92 < np.mean(covered) < 0.98
