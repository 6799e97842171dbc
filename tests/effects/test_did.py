"""`did`: what must not matter does not, what cannot be judged is refused, and its error rates hold."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kunskapsbaserat import simulate
from kunskapsbaserat.effects import Design, EffectResult, did
from kunskapsbaserat.effects.collapse import growth_of_others
from kunskapsbaserat.effects.did import compare_with_placebos
from kunskapsbaserat.effects.panel import Panel
from kunskapsbaserat.effects.prognosis import history_of_counts
from kunskapsbaserat.errors import OptionError
from kunskapsbaserat.trends import Change

SAID = (Change.SAKERSTALLD_MINSKNING, Change.SAKERSTALLD_OKNING)


def simulated(seed: int, *, panels: int = 1, **options: object) -> simulate.EffectPanels:
    return simulate.effect_panels(np.random.default_rng(seed), panels, **options)


def table_of(seed: int, **options: object) -> pd.DataFrame:
    return simulated(seed, **options).table()


def judge(table: pd.DataFrame, *, start: str = "2024-01", **options: object) -> EffectResult:
    areas = list(table.loc[table["treated"], "area"].unique())
    return did(Design(table, outcome="count", treated=areas, start=start, exposure="population"), **options)


def figures(found: EffectResult) -> list[float]:
    return [found.estimate, found.lower, found.upper, found.p_value, found.mde, found.mde_increase, *found.events]


@pytest.mark.parametrize("treated", [1, 3, 5])
def test_many_panels_at_once_give_what_each_gives_alone(treated):
    together = simulated(1, panels=6, n_treated=treated, effect=-0.2)
    before = together.counts[:, :, :60].sum(axis=2).astype(float)
    after = together.counts[:, :, 60:].sum(axis=2).astype(float)
    compared = before >= 120
    np.put_along_axis(compared, together.treated, False, axis=1)
    growth = growth_of_others(before, after, compared)
    late = together.counts[:, :, 48:60].sum(axis=2).astype(float)
    history = history_of_counts(late, before - late, compared)
    found = compare_with_placebos(before, after, growth, compared, together.treated, history=history)
    for number in range(6):
        alone = judge(together.table(number))
        expected = [found.p_value[number], found.lower[number], found.upper[number]]
        np.testing.assert_allclose([alone.p_value, alone.lower, alone.upper], expected, rtol=1e-8)
        assert alone.estimate == pytest.approx(np.log(found.after[number] / found.expected[number]), abs=1e-9)
        assert len(alone.diagnostics.weights) == compared[number].sum()


@settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(1, 3), st.integers(0, 2**32), st.floats(0.001, 1000))
def test_names_order_and_unit_of_exposure_change_nothing(treated, seed, scale):
    table = table_of(2, units=60, n_treated=treated)
    rng = np.random.default_rng(seed)
    names = pd.Series(table["area"].unique())
    other = table.sample(frac=1, random_state=rng.integers(2**31)).reset_index(drop=True)
    other["population"] *= scale
    np.testing.assert_allclose(figures(judge(other)), figures(judge(table)), rtol=1e-7)
    if treated == 1:  # groups are drawn by row, so that with several treated other names mean another draw
        other["area"] = other["area"].map(dict(zip(names, rng.permutation(names), strict=True)))
        np.testing.assert_allclose(figures(judge(other)), figures(judge(table)), rtol=1e-7)


def test_other_names_for_the_areas_move_a_groups_p_value_only_as_the_draw_does():
    table = table_of(3, units=80, n_treated=3, effect=-0.1)
    names = list(table["area"].unique())
    renamed = table.assign(area=table["area"].map(dict(zip(names, names[::-1], strict=True))))
    found, again = judge(table), judge(renamed)
    assert again.estimate == pytest.approx(found.estimate, abs=1e-9)
    assert abs(found.p_value - again.p_value) < 4 * np.sqrt(2 * found.p_value * (1 - found.p_value) / 1_999)


def test_what_happens_to_all_changes_nothing():
    table = table_of(4, units=60)
    shocked = table.copy()
    shocked.loc[shocked["period"] >= "2024-01", "count"] *= 3
    plain, again = (judge(t).diagnostics.details["plain"] for t in (table, shocked))
    assert again == pytest.approx(plain, abs=1e-9)
    assert judge(shocked).estimate == pytest.approx(judge(table).estimate, abs=0.02)  # the slopes' weights know their counts
    assert judge(shocked).p_value == pytest.approx(judge(table).p_value, abs=0.1)


def test_twice_the_counts_is_the_same_change_better_known():
    table = table_of(5, units=100, effect=-0.3, choice="large")
    double = table.assign(count=2 * table["count"])
    kept = {"least_a_month": 2.0}
    once, twice = judge(table, **kept), judge(double, least_a_month=4.0)
    assert twice.diagnostics.details["plain"] == pytest.approx(once.diagnostics.details["plain"], abs=1e-9)
    assert twice.estimate == pytest.approx(once.estimate, abs=0.01)  # the slopes' weights know their counts
    assert twice.events_averted == pytest.approx(2 * once.events_averted, rel=0.02)
    assert twice.upper - twice.lower == pytest.approx(once.upper - once.lower, rel=0.05)  # the placebos swing as before


@pytest.mark.parametrize("treated", [1, 4])
def test_the_treated_areas_own_outcome_does_not_move_the_yardstick(treated):
    table = table_of(6, units=80, n_treated=treated)
    hit = table.copy()
    after = hit["treated"] & (hit["period"] >= "2024-01")
    hit.loc[after, "count"] = hit.loc[after, "count"] * 7 + 5
    for name in ("law_area", "law_chance", "critical", "expected", "area_variance"):
        assert judge(hit).diagnostics.details[name] == judge(table).diagnostics.details[name]
    np.testing.assert_array_equal(judge(hit).diagnostics.placebo_distribution, judge(table).diagnostics.placebo_distribution)


@pytest.mark.parametrize("freq", ["Q", "Y"])
def test_quarters_and_years_say_what_their_months_say(freq):
    table = table_of(7, units=60, months_before=72, months_after=24)
    coarse = table.assign(period=table["period"].dt.asfreq(freq))
    keys = ["area", "period", "treated"]
    coarse = coarse.groupby(keys, as_index=False).agg(count=("count", "sum"), population=("population", "sum"))
    found = judge(coarse, start="2023Q1" if freq == "Q" else "2023")
    np.testing.assert_allclose(figures(found), figures(judge(table, start="2023-01")), rtol=1e-6)


def test_phase_in_is_as_if_those_months_were_not_there():
    table = table_of(8, units=60, months_after=12)
    areas = list(table.loc[table["treated"], "area"].unique())
    design = Design(table, outcome="count", treated=areas, start="2024-01", exposure="population", phase_in=4)
    noise = table.copy()
    early = (noise["period"] >= "2024-01") & (noise["period"] <= "2024-04")
    noise.loc[early, "count"] = np.arange(early.sum()) % 50
    other = Design(noise, outcome="count", treated=areas, start="2024-01", exposure="population", phase_in=4)
    np.testing.assert_allclose(figures(did(design)), figures(did(other)), rtol=1e-12)
    missing = noise.assign(count=noise["count"].astype("Int64").mask(early))
    gone = Design(missing, outcome="count", treated=areas, start="2024-01", exposure="population", phase_in=4)
    np.testing.assert_allclose(figures(did(design)), figures(did(gone)), rtol=1e-12)


def test_an_area_with_a_hole_is_no_comparison_and_neither_are_buffer_and_sharing():
    table = table_of(9, units=60)
    areas = list(table.loc[table["treated"], "area"].unique())
    ordinary = [a for a in table["area"].unique() if a not in areas]
    options = {"outcome": "count", "treated": areas, "start": "2024-01", "exposure": "population"}
    whole = did(Design(table, **options))
    out = [a for a in ordinary if a in whole.diagnostics.weights.index][:3]
    holed = table.assign(count=table["count"].astype("Int64"))
    holed.loc[holed[holed["area"] == out[0]].index[5], "count"] = pd.NA
    holed = holed.drop(index=holed[holed["area"] == out[1]].index[70])
    holed = holed[holed["area"] != out[2]]
    found = did(Design(holed, **options))
    assert len(found.diagnostics.weights) == len(whole.diagnostics.weights) - 3
    apart = did(Design(table, buffer=out[:2], sharing=out[2:], **options))
    np.testing.assert_allclose(figures(apart), figures(found), rtol=1e-9)
    np.testing.assert_allclose(figures(did(Design(table[~table["area"].isin(out)], **options))), figures(found), rtol=1e-9)


def test_no_events_after_has_a_finite_estimate_no_lower_limit_and_says_so():
    table = table_of(10, units=80)
    table.loc[table["treated"] & (table["period"] >= "2024-01"), "count"] = 0
    found = judge(table)
    assert np.isfinite(found.estimate)
    assert found.estimate < -1
    assert found.verdict is Change.SAKERSTALLD_MINSKNING
    assert found.upper < 0
    assert not np.isinf(found.lower)
    assert "no_events_after" in found.cautions
    expected = found.diagnostics.details["expected"]
    assert found.events_averted == pytest.approx(expected)


def test_the_counterfactual_after_is_what_the_others_say():
    table = table_of(11, units=60, effect=-0.3)
    found = judge(table)
    series = found.diagnostics.series
    after = series[series["after"]]
    expected = found.diagnostics.details["expected"]
    assert after["counterfactual"].sum() == pytest.approx(expected, rel=1e-9)
    assert found.events_averted == pytest.approx(expected - after["observed"].sum(), rel=1e-6)
    before = series[~series["after"]]
    assert before["gap"].sum() == pytest.approx(0, abs=1e-6)


def refused(table: pd.DataFrame, **options: object) -> EffectResult:
    found = judge(table, **options)
    assert found.verdict in (Change.KAN_INTE_BEDOMAS, Change.FOR_FA_BROTT)
    assert not found.may_claim
    assert not np.isinf(figures(found)).any()
    return found


@pytest.mark.parametrize("treated", [1, 3])
def test_too_few_areas_are_described_but_not_judged(treated):
    table = table_of(12, units=120, n_treated=treated, effect=-0.9)
    large = table[~table["treated"]].groupby("area")["count"].sum().nlargest(100).index
    for donors in (1, 2, 5, 18, 19):
        found = refused(table[table["treated"] | table["area"].isin(large[:donors])])
        assert found.reason == "p_floor"
        assert found.diagnostics.n_placebo >= donors
        assert np.isfinite(found.estimate)
        assert np.isnan([found.lower, found.upper, found.mde, found.mde_increase]).all()
        assert not found.p_value < 0.05
    assert refused(table[table["treated"]]).reason == "no_comparison"
    few, enough = (judge(table[table["treated"] | table["area"].isin(large[:number])]) for number in (39, 40))
    assert few.reason is enough.reason is None
    assert few.cautions == (("few_areas",) if treated > 1 else ())
    assert enough.cautions == ()


def test_too_few_events_are_called_so():
    table = table_of(13, units=100)
    few = table.copy()
    few.loc[few["treated"], "count"] = (np.arange(few["treated"].sum()) % 2).astype(int)
    found = refused(few)
    assert (found.reason, found.verdict) == ("few_events_before", Change.FOR_FA_BROTT)
    found = refused(few[few["period"] <= "2024-06"], least_a_month=0.4)
    assert (found.reason, found.verdict) == ("few_events_after", Change.FOR_FA_BROTT)
    few.loc[few["treated"] & (few["period"] < "2024-01"), "count"] = 0
    assert refused(few).reason == "few_events_before"


def test_treated_without_events_say_nothing_among_many_panels():
    many = simulated(13, panels=2, units=60)
    before, after = (many.counts[:, :, part].sum(axis=2).astype(float) for part in (slice(0, 60), slice(60, None)))
    compared = before >= 120
    np.put_along_axis(compared, many.treated, False, axis=1)
    growth = growth_of_others(before, after, compared)
    alone = compare_with_placebos(before, after, growth, compared, many.treated)
    before[0, many.treated[0]] = 0
    found = compare_with_placebos(before, after, growth, compared, many.treated)
    assert found.p_value[0] == 1
    assert found.p_value[1] == alone.p_value[1]
    assert found.lower[1] == alone.lower[1]


def test_others_without_events_are_no_comparison():
    table = table_of(14, units=60)
    for nothing in (~table["treated"], ~table["treated"] & (table["period"] >= "2024-01")):
        assert refused(table.assign(count=table["count"].mask(nothing, 0))).reason == "no_comparison"


@pytest.mark.parametrize(("option", "value"), [("confidence", 1.0), ("confidence", 95), ("power", 0), ("least_a_month", 0)])
def test_options_out_of_range_are_refused(option, value):
    with pytest.raises(OptionError, match=option):
        judge(table_of(15, units=40), **{option: value})


@pytest.mark.parametrize(("confidence", "most"), [(0.9, 0.1), (0.95, 0.05), (0.99, 0.01)])
def test_verdict_follows_the_confidence(confidence, most):
    for seed in range(16, 22):
        found = judge(table_of(seed, units=200, effect=-0.3), confidence=confidence)
        assert (found.verdict in SAID) == (found.p_value < most) == (found.lower > 0 or found.upper < 0)


@pytest.mark.thorough
@pytest.mark.parametrize(("treated", "power"), [(1, 0.20), (5, 0.62)])
def test_false_alarms_coverage_and_power_hold(treated, power):
    """The stated design in small; the committed table has 5 000 panels a cell. Bounds: 4 Monte Carlo errors."""
    panels, least = 300, {"false": 0.05, "covered": 0.95, "found": power}
    bound = {name: 4 * np.sqrt(rate * (1 - rate) / panels) for name, rate in least.items()}
    many = simulated(23, panels=panels, n_treated=treated, threads=2)
    before = many.counts[:, :, :60].sum(axis=2).astype(float)
    compared = before >= 120
    np.put_along_axis(compared, many.treated, False, axis=1)
    for true in (1.0, 0.8):
        after = many.counts[:, :, 60:].sum(axis=2).astype(float)
        thinned = np.random.default_rng(24).binomial(np.take_along_axis(after, many.treated, axis=1).astype(int), true)
        np.put_along_axis(after, many.treated, thinned, axis=1)
        found = compare_with_placebos(before, after, growth_of_others(before, after, compared), compared, many.treated)
        covered = np.mean(~((found.lower > np.log(true)) | (found.upper < np.log(true))))
        assert covered > 0.95 - bound["covered"]
        said = np.mean(found.p_value < 0.05)
        assert abs(said - 0.05) < bound["false"] if true == 1 else said > power - bound["found"]


@pytest.mark.thorough
def test_an_effect_of_the_size_called_visible_is_found_with_that_power():
    many, found = simulated(24, panels=150, units=100), []
    rng = np.random.default_rng(25)
    periods = pd.period_range("2019-01", periods=72, freq="M")
    names = tuple(f"{i:04}" for i in range(100))
    for counts, (row,) in zip(many.counts, many.treated, strict=True):
        values = counts.astype(float)
        options = {"outcome": "count", "treated": names[row], "start": "2024-01"}
        before = did(Design(Panel(names, periods, values, np.ones_like(values), None, "events"), **options))
        if np.isnan(before.mde):
            continue
        values[row, 60:] = rng.binomial(counts[row, 60:], np.exp(before.mde))
        after = did(Design(Panel(names, periods, values, np.ones_like(values), None, "events"), **options))
        found.append(after.p_value < 0.05)
    assert len(found) > 135
    assert abs(np.mean(found) - 0.8) < 4 * np.sqrt(0.8 * 0.2 / len(found))
