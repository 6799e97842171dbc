"""Different starts: against means by hand, a regression, and `did`; errors only where enough are treated."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from panels import panel

from kunskapsbaserat.effects import (
    Design,
    aggregate_effects,
    att_gt,
    did,
    staggered_did,
    staggered_placebos,
    sun_abraham,
)
from kunskapsbaserat.effects.placebo import draw_groups, wider
from kunskapsbaserat.errors import DesignError, OptionError
from kunskapsbaserat.trends import Change

YEARS = pd.period_range("2010", periods=8, freq="Y")


def staggered_panel(
    seed: int = 1, *, effect: float = 0.0, sizes: tuple[int, ...] = (12, 15), never: int = 30, noise: float = 1.0
) -> pd.DataFrame:
    """Cohorts that start in 2013 and 2015, and areas that never do."""
    rng = np.random.default_rng(seed)
    starts = np.repeat([3, 5, 99], [*sizes, never])
    y = rng.normal(size=(len(starts), 1)) + np.cumsum(rng.normal(size=8)) + noise * rng.normal(size=(len(starts), 8))
    y += effect * (np.arange(8) >= starts[:, None])
    return pd.DataFrame(
        {
            "area": np.repeat([f"{i:04}" for i in range(len(starts))], 8),
            "period": np.tile(YEARS, len(starts)),
            "y": y.ravel(),
            "start": pd.PeriodIndex(np.repeat([str(YEARS[s]) if s < 8 else "NaT" for s in starts], 8), freq="Y"),
        }
    )


@pytest.mark.parametrize("control", ["never", "not_yet"])
@pytest.mark.parametrize("base", ["varying", "universal"])
@pytest.mark.parametrize("anticipation", [0, 1])
def test_effects_are_differences_of_means(control: str, base: str, anticipation: int):
    table = staggered_panel()
    found = att_gt(table, outcome="y", starts="start", control=control, base=base, anticipation=anticipation)
    wide = table.pivot(index="area", columns="period", values="y").to_numpy()
    start = np.array([YEARS.get_loc(s) if not pd.isna(s) else 99 for s in table.groupby("area")["start"].first()])
    for row in found.rows.itertuples():
        g, t = YEARS.get_loc(row.cohort), YEARS.get_loc(row.period)
        last = g - 1 - anticipation
        against = t - 1 if base == "varying" and t < g - anticipation else last
        moved = wide[:, t] - wide[:, against]
        others = start == 99
        if control == "not_yet":
            others = (start > max(t, against) + anticipation) & (start != g)
        assert row.att == pytest.approx(moved[start == g].mean() - moved[others].mean())
        assert row.n_control == others.sum()


def test_errors_are_those_of_two_independent_means():
    table = staggered_panel()
    row = att_gt(table, outcome="y", starts="start").rows.set_index(["cohort", "period"]).loc[(YEARS[3], YEARS[3])]
    wide = table.pivot(index="area", columns="period", values="y").to_numpy()
    moved = wide[:, 3] - wide[:, 2]
    variance = moved[:12].var() / 12 + moved[27:].var() / 30
    assert row["standard_error"] == pytest.approx(np.sqrt(variance))
    assert row["band_lower"] <= row["lower"] <= row["att"] <= row["upper"] <= row["band_upper"]


def test_means_are_weighted_by_the_cohorts():
    found = att_gt(staggered_panel(), outcome="y", starts="start")
    late = found.rows.query("since_start >= 0")
    simple = aggregate_effects(found, "simple").overall["att"].iat[0]
    assert simple == pytest.approx(np.average(late["att"], weights=late["n_treated"]))
    by_cohort = late.groupby("cohort")["att"].mean()
    group = aggregate_effects(found, "group")
    assert group.rows["att"].tolist() == pytest.approx(by_cohort.tolist())
    assert group.overall["att"].iat[0] == pytest.approx(np.average(by_cohort, weights=[12, 15]))
    dynamic = aggregate_effects(found, "dynamic")
    zero = late.query("since_start == 0")
    assert dynamic.rows.set_index("by").loc[0, "att"] == pytest.approx(np.average(zero["att"], weights=zero["n_treated"]))
    assert dynamic.overall["att"].iat[0] == pytest.approx(dynamic.rows.query("by >= 0")["att"].mean())
    calendar = aggregate_effects(found, "calendar")
    first = late[late["period"] == YEARS[3]]
    assert calendar.rows["att"].iat[0] == pytest.approx(first["att"].iat[0])


def test_the_regression_gives_the_same_course():
    """Sun and Abraham's regression, with cohorts' own courses, is the universal base against the never treated."""
    table = staggered_panel(2)
    regression = sun_abraham(table, outcome="y", starts="start").set_index("since_start")
    means = aggregate_effects(att_gt(table, outcome="y", starts="start", base="universal"), "dynamic").rows.set_index("by")
    np.testing.assert_allclose(regression["estimate"], means["att"], atol=1e-10)
    # the weights' own error is counted in the means alone, the lost degrees of freedom in the regression alone
    both = regression.index != -1
    np.testing.assert_allclose(regression.loc[both, "standard_error"], means.loc[both, "standard_error"], rtol=0.15)


def test_without_never_treated_the_last_cohort_is_compared_with():
    table = staggered_panel(3, never=0)
    found = sun_abraham(table, outcome="y", starts="start")
    assert found["since_start"].max() == 1  # 2013 and 2014, before the last cohort starts
    same = att_gt(table, outcome="y", starts="start", control="not_yet", base="universal").rows
    own = same[(same["cohort"] == YEARS[3]) & (same["since_start"] >= 0) & same["att"].notna()].set_index("since_start")["att"]
    np.testing.assert_allclose(found.set_index("since_start").loc[[0, 1], "estimate"], own, atol=1e-10)
    with pytest.raises(DesignError, match="every area"):
        att_gt(table, outcome="y", starts="start")


def test_an_exact_effect_is_found_exactly():
    found = att_gt(staggered_panel(4, effect=-3.0, noise=0.0), outcome="y", starts="start")
    for kind in ("simple", "group", "dynamic", "calendar"):
        assert aggregate_effects(found, kind).overall["att"].iat[0] == pytest.approx(-3)
    assert found.rows.query("since_start < 0")["att"].abs().max() == pytest.approx(0, abs=1e-9)


@pytest.mark.thorough
def test_errors_hold_where_enough_are_treated():
    covered, pretests = 0, 0
    for seed in range(60):
        found = att_gt(staggered_panel(seed, effect=0.5, sizes=(25, 25), never=60), outcome="y", starts="start", draws=2)
        row = aggregate_effects(found, "simple", draws=2).overall.iloc[0]
        covered += row["lower"] <= 0.5 <= row["upper"]
        pretests += found.pretest_p < 0.05
    assert covered >= 51  # binomial(60, 0.95) is below 51 in 0.2 % of cases
    assert pretests <= 11  # a Wald test of six with 110 areas rejects somewhat too often


def test_few_treated_have_no_error():
    found = att_gt(staggered_panel(sizes=(3, 4)), outcome="y", starts="start")
    assert set(found.rows["reason"]) == {"few_treated"}
    assert found.rows[["standard_error", "lower", "band_upper"]].isna().all(axis=None)
    overall = aggregate_effects(found, "simple").overall.iloc[0]
    assert overall["reason"] == "few_treated"
    assert np.isnan(overall["standard_error"])
    assert np.isnan(found.pretest_p)
    course = sun_abraham(staggered_panel(sizes=(3, 4)), outcome="y", starts="start")
    assert set(course["reason"]) == {"few_treated", "reference"}


def test_few_treated_are_judged_among_groups_without_the_measure():
    table = staggered_panel(5, effect=-3.0, noise=0.5, sizes=(2, 1))
    found = staggered_placebos(table, outcome="y", starts="start")
    mean = aggregate_effects(att_gt(table, outcome="y", starts="start"), "simple").overall["att"].iat[0]
    assert found.estimate == pytest.approx(mean)
    assert found.verdict is Change.SAKERSTALLD_MINSKNING
    assert found.lower < -3 < found.upper
    assert found.diagnostics.n_treated == 3
    assert not found.may_claim
    ahead = staggered_placebos(table, outcome="y", starts="start", anticipation=1)
    mean = aggregate_effects(att_gt(table, outcome="y", starts="start", anticipation=1), "simple").overall["att"].iat[0]
    assert ahead.estimate == pytest.approx(mean)


@pytest.mark.parametrize("sizes", [(1, 0), (2, 1)])
def test_a_placebo_group_is_what_att_gt_says_of_it(sizes: tuple[int, int]):
    """Each group of never treated, given the starts and without the treated."""
    table = staggered_panel(6, sizes=sizes)
    found = staggered_placebos(table, outcome="y", starts="start")
    starts = table.dropna(subset="start").drop_duplicates("area").set_index("area")["start"]
    others = table[~table["area"].isin(starts.index)]
    areas = np.array(sorted(others["area"].unique()))
    groups = draw_groups(len(areas), len(starts))
    slow = []
    for group in groups[:12]:
        given = dict(zip(areas[group], starts, strict=True))
        slow.append(aggregate_effects(att_gt(others, outcome="y", starts=given, draws=2), draws=2).overall["att"].iat[0])
    z = np.array(slow) / found.diagnostics.details["placebo_se"]
    np.testing.assert_allclose(found.diagnostics.placebo_distribution[:12], z if len(starts) == 1 else wider(z, len(areas)))


@pytest.mark.thorough
def test_the_mean_effect_of_few_holds_its_rate():
    found = [staggered_placebos(staggered_panel(s, effect=0.5, sizes=(2, 1)), outcome="y", starts="start") for s in range(200)]
    assert 180 <= sum(f.lower <= 0.5 <= f.upper for f in found) <= 199  # binomial(200, 0.95): outside in 0.3 % of cases


def test_a_mean_effect_without_enough_to_compare_with_is_said():
    few = staggered_placebos(staggered_panel(sizes=(2, 1), never=10), outcome="y", starts="start")
    assert (few.reason, few.verdict) == ("p_floor", Change.KAN_INTE_BEDOMAS)
    assert np.isfinite(few.estimate)
    none = staggered_placebos(staggered_panel(sizes=(2, 1), never=0), outcome="y", starts="start")
    assert none.reason == "no_comparison"
    with pytest.raises(OptionError):
        staggered_placebos(staggered_panel(), outcome="y", starts={})
    with pytest.raises(OptionError):
        staggered_placebos(staggered_panel(), outcome="y", starts="start", anticipation=-1)


def test_starts_are_checked():
    table = staggered_panel()
    with pytest.raises(DesignError, match="several starts"):
        att_gt(table.assign(start=table["period"]), outcome="y", starts="start")
    with pytest.raises(DesignError, match="not in the panel"):
        att_gt(table, outcome="y", starts={"9999": "2013"})
    with pytest.raises(DesignError, match="figures are missing"):
        att_gt(table.iloc[1:], outcome="y", starts="start")
    with pytest.raises(OptionError):
        att_gt(table, outcome="y", starts="when")
    with pytest.raises(OptionError):
        att_gt(table, outcome="y", starts="start", control="later")
    with pytest.raises(OptionError):
        aggregate_effects(att_gt(table, outcome="y", starts="start"), "all")
    first = att_gt(table, outcome="y", starts={"0000": "2010", "0001": "2013"}).rows
    assert set(first.loc[first["cohort"] == YEARS[0], "reason"]) == {"no_period_before"}


@pytest.mark.parametrize("assignment", ["chosen", "lot"])
def test_starts_in_the_same_month_are_difference_in_differences(assignment: str):
    """With what the last year foretold, and without."""
    table, treated = panel(5, effect=-0.3, n_treated=4)
    found = staggered_did(table, outcome="count", starts=dict.fromkeys(treated, "2024-01"), assignment=assignment)
    same = did(Design(table, outcome="count", treated=treated, start="2024-01", assignment=assignment))
    assert found.estimate == pytest.approx(same.estimate, abs=2e-3)  # the areas' own exact model there
    assert found.p_value == pytest.approx(same.p_value, abs=2e-3)
    assert found.diagnostics.details["foretold"] == pytest.approx(same.diagnostics.details["foretold"], abs=2e-3)
    assert (found.diagnostics.details["foretold"] == 0) == (assignment == "lot")
    assert found.diagnostics.details["plain"] == pytest.approx(same.diagnostics.details["plain"], abs=2e-3)


def test_different_starts_are_added_together():
    table, treated = panel(6, n_treated=3, choice="large")
    starts = dict(zip(treated, ["2023-01", "2023-07", "2024-01"], strict=True))
    cut = table.assign(begin=pd.PeriodIndex(table["area"].map(starts).fillna("2100-01"), freq="M"))
    late = (cut["period"] >= cut["begin"]).to_numpy()
    counts = np.where(late, np.random.default_rng(1).binomial(cut["count"], 0.5), cut["count"])
    found = staggered_did(cut.assign(count=counts), outcome="count", starts=starts)
    by_area = found.diagnostics.details["by_area"]
    assert by_area["area"].tolist() == treated
    alone = [
        did(Design(cut.assign(count=counts), outcome="count", treated=a, start=s, sharing=set(treated) - {a}))
        for a, s in starts.items()
    ]
    assert by_area["expected"].tolist() == pytest.approx([r.diagnostics.details["expected"] for r in alone], rel=0.02)
    details = found.diagnostics.details
    assert found.estimate == pytest.approx(details["plain"] - details["foretold"])
    assert found.estimate == pytest.approx(np.log(by_area["observed"].sum() / by_area["expected"].sum()))
    assert found.verdict is Change.SAKERSTALLD_MINSKNING
    assert found.lower < np.log(0.5) < found.upper
    assert "Steg 4" in found.summary()


@pytest.mark.thorough
def test_placebos_that_start_at_the_same_times_hold_their_rate():
    alarms = 0
    for seed in range(300, 350):
        table, treated = panel(seed, n_treated=3, units=90)
        starts = dict(zip(treated, ["2023-01", "2023-07", "2024-01"], strict=True))
        alarms += staggered_did(table, outcome="count", starts=starts).p_value < 0.05
    assert alarms <= 8  # binomial(50, 0.05) exceeds 8 in less than 0.2 %


def test_too_few_areas_or_events_are_said():
    table, treated = panel(7, n_treated=2, choice="large")
    few = [a for a in sorted(table["area"].unique()) if a not in treated]
    starts = dict.fromkeys(treated, "2024-01")
    small = table[table["area"].isin([*few[:12], *treated])]
    assert staggered_did(small, outcome="count", starts=starts).reason == "p_floor"
    none = table[table["area"].isin(treated)]
    assert staggered_did(none, outcome="count", starts=starts).reason == "no_comparison"
    empty = table.assign(count=np.where(table["area"].isin(treated), 0, table["count"]))
    assert staggered_did(empty, outcome="count", starts=starts).verdict is Change.FOR_FA_BROTT
