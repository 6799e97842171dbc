"""The answer, the rules behind it, and when an effect may be claimed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from panels import START, design, panel

from kunskapsbaserat.effects import Assignment, Design, cost_per_averted, did, did_outcomes, evaluate
from kunskapsbaserat.errors import DesignError
from kunskapsbaserat.simulate import effect_panels
from kunskapsbaserat.trends import Change


def test_a_large_effect_on_many_events_is_found_and_may_be_claimed():
    found = evaluate(design(5, effect=-0.5, n_treated=3, choice="large"))
    assert found.verdict is Change.SAKERSTALLD_MINSKNING
    assert found.may_claim
    assert found.upper < 0
    assert "not_registered" in found.cautions


@pytest.mark.thorough
def test_nothing_is_seldom_credited():
    """No effect, areas chosen after a rise as kommuner do: an effect is claimed in at most 5 %, with Monte-Carlo room."""
    panels = effect_panels(np.random.default_rng(11), 120, choice="after_a_rise", units=120)
    claims = 0
    for p in range(120):
        table = panels.table(p)
        treated = table.loc[table["treated"], "area"].unique().tolist()
        claims += evaluate(Design(table, outcome="count", treated=treated, start=START)).may_claim
    assert claims <= 13  # binomial(120, 0.05) exceeds 13 in less than 1 %


@pytest.mark.parametrize("reason", ["p_floor", "few_events_before"])
def test_no_verdict_says_why(reason: str):
    table, treated = panel(3, choice="large")
    if reason == "p_floor":
        kept = [a for a in sorted(table["area"].unique()) if a not in treated][:15]
        table = table[table["area"].isin([*kept, *treated])]
    else:
        table = table.assign(count=np.where(table["area"].isin(treated), table["count"] // 40, table["count"]))
    found = evaluate(Design(table, outcome="count", treated=treated, start=START))
    assert found.reason == reason
    assert found.verdict is (Change.KAN_INTE_BEDOMAS if reason == "p_floor" else Change.FOR_FA_BROTT)
    assert not found.may_claim


def test_a_short_time_before_stops_after_a_bad_period():
    short = [design(seed, choice="after_a_rise", months_before=30) for seed in range(8)]
    reasons = [evaluate(d).reason for d in short]
    assert reasons.count("bad_period_too_short") >= 6  # a small area can have risen most by chance alone
    stopped = reasons.index("bad_period_too_short")
    long_enough = evaluate(design(stopped, choice="after_a_rise"))
    assert long_enough.reason is None
    assert "after_bad_period" in long_enough.cautions
    said = replace(design(1, months_before=30), assignment="after_bad_period")
    assert evaluate(said).reason == "bad_period_too_short"


def test_a_fall_that_began_before_the_start_is_no_effect():
    table, treated = panel(4, choice="large", n_treated=2)
    rng = np.random.default_rng(1)
    falling = table["area"].isin(treated) & (table["period"] >= "2023-01")
    table = table.assign(count=np.where(falling, rng.binomial(table["count"], 0.45), table["count"]))
    found = evaluate(Design(table, outcome="count", treated=treated, start=START))
    assert "pre_trend" in found.failed_checks
    assert not found.may_claim


def test_lots_are_step_five_and_need_no_registration():
    found = evaluate(replace(design(1), assignment="lot"))
    assert found.design_step == 5
    assert "not_registered" not in found.cautions
    assert Design.__dataclass_fields__["assignment"].default is Assignment.CHOSEN


def test_a_planned_design_waits():
    table, treated = panel(1)
    before = table[table["period"] < START]
    planned = Design(before, outcome="count", treated=treated, start=START)
    assert planned.planned
    assert planned.check()["passed"].all() or "months_after" not in set(planned.check()["check"])
    for method in (evaluate, did):
        with pytest.raises(DesignError, match="lies after") as error:
            method(planned)
        assert "Utvärdera när det finns tal" in error.value.svenska


def test_cost_only_where_an_effect_may_be_claimed():
    found = evaluate(design(5, effect=-0.5, n_treated=3, choice="large"))
    cost = cost_per_averted(found, 1_000_000)
    assert cost.per_event == pytest.approx(1_000_000 / found.events_averted)
    assert cost.lower < cost.per_event < cost.upper
    assert cost_per_averted(replace(found, failed_checks=("pre_trend",)), 1_000_000).reason == "no_claim"
    rise = replace(found, estimate=0.4, lower=0.2, upper=0.6, events=(-50.0, -90.0, -20.0))
    assert cost_per_averted(rise, 1_000_000).reason == "no_fall"


def slow_step_down(own: np.ndarray, others: np.ndarray) -> list[float]:
    """Westfall and Young's step-down, as the book says it."""
    order = sorted(range(len(own)), key=lambda i: -abs(own[i]))
    p = {}
    for rank, i in enumerate(order):
        remaining = order[rank:]
        count = 1
        for j in range(others.shape[1]):
            if max(abs(others[k, j]) for k in remaining) >= abs(own[i]):
                count += 1
        p[i] = max([count / (others.shape[1] + 1), *(p[k] for k in order[:rank])])
    return [p[i] for i in range(len(own))]


@pytest.mark.thorough
def test_several_outcomes_hold_the_family():
    """Three outcomes, nothing happens in any: any false verdict in at most 5 %, and so with the omnibus test."""
    rng = np.random.default_rng(3)
    panels = effect_panels(rng, 120, units=100)
    alarms = omnibus = 0
    for p in range(120):
        table = panels.table(p)
        treated = table.loc[table["treated"], "area"].unique().tolist()
        table["second"] = rng.poisson(table["count"] * 0.9)
        table["third"] = rng.poisson(1.3 * table["population"] / 4_000)
        found = did_outcomes(table, outcomes=["count", "second", "third"], treated=treated, start=START)
        alarms += int((found.rows["p_family"] < 0.05).any())
        omnibus += found.omnibus_p < 0.05
    assert alarms <= 13  # binomial(120, 0.05) exceeds 13 in less than 1 %
    assert omnibus <= 13


def test_several_outcomes_against_the_book():
    from kunskapsbaserat.effects.outcomes import step_down

    rng = np.random.default_rng(5)
    own, others = rng.normal(size=4) * 2, rng.normal(size=(4, 60))
    np.testing.assert_allclose(step_down(own, others), slow_step_down(own, others))


def test_an_outcome_with_few_events_leaves_the_others():
    table, treated = panel(5, effect=-0.5, n_treated=3, choice="large")
    table["seldom"] = np.random.default_rng(1).binomial(table["count"], 0.01)
    found = did_outcomes(table, outcomes=["count", "seldom"], treated=treated, start=START)
    assert found.rows["verdict"].tolist() == [Change.SAKERSTALLD_MINSKNING, Change.FOR_FA_BROTT]
    assert np.isnan(found.rows["p_family"].iat[1])
    assert found.omnibus_p < 0.05
    none = did_outcomes(table, outcomes=["seldom"], treated=treated, start=START)
    assert none.reason == "nothing_judged"
