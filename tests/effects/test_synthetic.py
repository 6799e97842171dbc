"""Weighted means of other areas: the solver, the weights, the answer, and what must not be answered."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from panels import START, design, panel
from scipy.optimize import LinearConstraint, minimize, nnls

from kunskapsbaserat.effects import (
    Design,
    classical_search,
    synthetic_control,
    synthetic_count,
    synthetic_outcomes,
)
from kunskapsbaserat.effects.design import at
from kunskapsbaserat.effects.gap_inference import judge_differences
from kunskapsbaserat.effects.simplex import Products, WeightedProducts, weights_of
from kunskapsbaserat.effects.weighted_result import pool_of
from kunskapsbaserat.errors import DesignError, OptionError, TableError
from kunskapsbaserat.trends import Change


def slow(gram: np.ndarray, linear: np.ndarray, ridge: float) -> float:
    """Smallest value over the simplex, by a general solver from several starts."""
    n = len(linear)
    whole = gram + ridge * np.eye(n)

    def value(w: np.ndarray) -> float:
        return float(w @ whole @ w / 2 - linear @ w)

    found = [
        minimize(
            value,
            start,
            jac=lambda w: whole @ w - linear,
            bounds=[(0, 1)] * n,
            constraints=LinearConstraint(np.ones(n), 1, 1),
            method="SLSQP",
            options={"ftol": 1e-14, "maxiter": 500},
        )
        for start in (np.full(n, 1 / n), np.eye(n)[0])
    ]
    return min(float(f.fun) for f in found)


@settings(max_examples=40)
@given(st.integers(0, 10_000), st.integers(2, 12), st.integers(1, 20), st.sampled_from([0.0, 0.1, 5.0]))
def test_weights_are_as_good_as_a_general_solvers(seed: int, donors: int, periods: int, ridge: float):
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(donors, periods)), rng.normal(size=periods)
    gram, linear = x @ x.T, x @ y
    w = weights_of(gram, linear[None], np.ones((1, donors), dtype=bool), ridge=ridge)[0]
    assert w.min() >= 0
    assert w.sum() == pytest.approx(1)
    own = w @ gram @ w / 2 - linear @ w + ridge * w @ w / 2
    assert own <= slow(gram, linear, ridge) + 1e-6 * (1 + abs(own))


@settings(max_examples=40)
@given(st.integers(0, 10_000), st.integers(1, 10), st.integers(3, 20))
def test_weights_of_any_sum_are_those_of_nnls(seed: int, donors: int, periods: int):
    rng = np.random.default_rng(seed)
    x, y = np.abs(rng.normal(size=(donors, periods))), np.abs(rng.normal(size=periods))
    w = weights_of(x @ x.T, (x @ y)[None], np.ones((1, donors), dtype=bool), sum_to_one=False)[0]
    best, misfit = nnls(x.T, y)
    assert np.linalg.norm(y - w @ x) == pytest.approx(misfit, abs=1e-6)
    if donors <= periods:
        np.testing.assert_allclose(w, best, atol=1e-5)


def test_many_problems_at_once_meet_the_conditions_of_an_optimum():
    """Karush-Kuhn-Tucker, for every area of a simulated panel, from two Gram matrices and from a start nearby."""
    counts = panel(3)[0].pivot(index="area", columns="period", values="count").to_numpy(dtype=float)[:80, :60]
    series = counts / counts.mean(axis=1, keepdims=True)
    gram = series @ series.T
    allowed = ~np.eye(80, dtype=bool)
    for ridge in (0.0, 3.0):
        w = weights_of(gram, gram, allowed, ridge=ridge)
        slope = w @ gram + ridge * w - gram
        slope -= (slope * w).sum(axis=1, keepdims=True)
        scale = gram.max()
        assert np.abs(slope[w > 0]).max() < 1e-8 * scale
        assert slope[allowed].min() > -1e-8 * scale
        assert (w[~allowed] == 0).all()
        two = Products(np.array([gram, 2 * gram]), np.repeat([0, 1], 80))
        both = weights_of(two, np.vstack([gram, 2 * gram]), np.vstack([allowed] * 2), ridge=np.repeat([ridge, 2 * ridge], 80))
        np.testing.assert_allclose(both, np.vstack([w, w]), atol=1e-7)
        without = allowed.copy()
        without[:, 7] = False
        fresh = weights_of(gram, gram, without, ridge=ridge)
        np.testing.assert_allclose(weights_of(gram, gram, without, ridge=ridge, near=w), fresh, atol=1e-7)


def test_importance_of_traits_is_the_same_as_scaled_traits():
    rng = np.random.default_rng(5)
    traits, importance = rng.normal(size=(15, 4)), np.array([[0.5, 0.2, 0.2, 0.1]])
    scaled = traits * np.sqrt(importance)
    allowed = np.arange(15)[None] != 0
    by_trait = weights_of(WeightedProducts(traits, importance), (traits[:1] * importance) @ traits.T, allowed)
    by_matrix = weights_of(scaled @ scaled.T, scaled[:1] @ scaled.T, allowed)
    np.testing.assert_allclose(by_trait @ scaled, by_matrix @ scaled, atol=1e-9)


def index_panel(series: np.ndarray, first_year: int = 1960) -> pd.DataFrame:
    units, periods = series.shape
    years = pd.period_range(str(first_year), periods=periods, freq="Y")
    return pd.DataFrame(
        {
            "area": np.repeat([f"u{i:02}" for i in range(units)], periods),
            "period": np.tile(years, units),
            "value": series.ravel(),
        }
    )


def index_design(series: np.ndarray, start: int = 30, **options: object) -> Design:
    table = index_panel(series)
    options = {"outcome": "value", "treated": "u00", "start": str(1960 + start), "kind": "index"} | options
    return Design(table, **options)


def test_a_mixture_of_others_is_found_and_its_effect_exact():
    rng = np.random.default_rng(1)
    series = np.cumsum(rng.normal(size=(40, 40)), axis=1) + 50
    series[0] = 0.6 * series[3] + 0.4 * series[9]
    series[0, 30:] -= 7
    found = synthetic_control(index_design(series))
    assert found.diagnostics.weights[["u03", "u09"]].tolist() == pytest.approx([0.6, 0.4], abs=1e-5)
    assert found.estimate == pytest.approx(-7, abs=1e-3)
    assert found.p_value == pytest.approx(1 / 40)
    assert found.verdict is Change.SAKERSTALLD_MINSKNING
    assert found.diagnostics.effective_donors == pytest.approx(1 / (0.36 + 0.16), abs=1e-3)
    assert found.diagnostics.details["weight_range"] is None


def test_weights_that_are_not_unique_come_as_a_range():
    rng = np.random.default_rng(2)
    series = np.cumsum(rng.normal(size=(30, 40)), axis=1) + 50
    series[5] = series[4]  # two areas alike
    series[0] = 0.5 * series[4] + 0.5 * series[9]
    rows = synthetic_control(index_design(series)).diagnostics.details["weight_range"].set_index("area")
    np.testing.assert_allclose(rows.loc[["u04", "u05"], "lower"], 0, atol=1e-6)
    np.testing.assert_allclose(rows.loc[["u04", "u05"], "upper"], 0.5, atol=1e-3)
    np.testing.assert_allclose(rows.loc["u09"], 0.5, atol=1e-3)


def test_a_level_that_nobody_else_has_leaves_no_verdict_unless_the_level_may_differ():
    rng = np.random.default_rng(3)
    series = rng.normal(size=(60, 42)) + 50
    series[0] -= 20  # below all others, before as after
    blocked = synthetic_control(index_design(series))
    assert blocked.reason == "bad_fit"
    assert blocked.verdict is Change.KAN_INTE_BEDOMAS
    assert not blocked.may_claim
    assert "annan nivå redan före starten" in blocked.summary("talen")
    free = synthetic_control(index_design(series), intercept=True)
    assert free.reason is None
    assert free.verdict is Change.INGEN_SAKERSTALLD_SKILLNAD


def test_events_of_an_area_with_a_rate_of_its_own():
    """Rates matched as they are miss the level; relative to each area's own they do not."""
    table, treated = panel(4, choice="large")
    own = table["area"].isin(treated)
    table = table.assign(count=np.where(own, 4 * table["count"], table["count"]))
    made = Design(table, outcome="count", treated=treated, start=START, exposure="population")
    assert synthetic_control(made, intercept=False, ridge=0).reason == "bad_fit"
    assert synthetic_control(made).reason is None


def test_the_p_value_is_that_of_each_area_in_turn():
    """A slow second way: every comparable area as if it were the treated, without the treated among the others."""
    table, treated = panel(6, units=60)
    made = Design(table, outcome="count", treated=treated, start=START, assignment="lot")
    found = synthetic_control(made)
    ridge = found.diagnostics.details["ridge"]
    rest = table[~table["area"].isin(treated)]
    names = np.array(made.data.units)[pool_of(made, 2.0)]
    ratios, expected = [], []
    for name in names:
        alone = synthetic_control(Design(rest, outcome="count", treated=name, start=START, assignment="lot"), ridge=ridge)
        after = alone.diagnostics.series.query("after")
        expected.append(after["counterfactual"].sum())
        ratios.append(np.log((after["observed"].sum() + 0.5) / (expected[-1] + 0.5)))
    details = found.diagnostics.details
    spread = np.sqrt(details["law_area"] + details["law_chance"] / np.array(expected))
    np.testing.assert_allclose(found.diagnostics.placebo_distribution, np.array(ratios) / spread, atol=1e-6)
    farther = (np.abs(ratios / spread) >= abs(found.diagnostics.statistic)).sum()
    assert found.p_value == pytest.approx((1 + farther) / (1 + len(names)))


def test_the_p_value_of_differences_is_that_of_each_area_in_turn():
    rng = np.random.default_rng(7)
    series = np.cumsum(rng.normal(size=(25, 40)), axis=1) + 50
    made = index_design(series)
    found = synthetic_control(made)
    table = index_panel(series[1:])
    statistics, ratios = [], []
    for unit in range(24):
        alone = synthetic_control(Design(table, outcome="value", treated=f"u{unit:02}", start="1990", kind="index"))
        gap = alone.diagnostics.series["gap"].to_numpy()
        early = np.sqrt(np.mean(gap[:30] ** 2))
        statistics.append(gap[30:].mean() / early)
        ratios.append(np.sqrt(np.mean(gap[30:] ** 2)) / early)
    np.testing.assert_allclose(found.diagnostics.placebo_distribution, statistics, rtol=1e-5)
    gap = found.diagnostics.series["gap"].to_numpy()
    own = np.sqrt(np.mean(gap[30:] ** 2) / np.mean(gap[:30] ** 2))
    assert found.diagnostics.details["p_rmspe_ratio"] == pytest.approx((1 + (np.array(ratios) >= own).sum()) / 25)


def test_the_interval_holds_what_is_not_rejected():
    rng = np.random.default_rng(8)
    series = np.cumsum(rng.normal(size=(45, 40)), axis=1) + 50
    found = synthetic_control(index_design(series))
    for limit, inwards in ((found.lower, 1), (found.upper, -1)):
        for moved, rejected in ((limit + inwards * 1e-6, False), (limit - inwards * 1e-6, True)):
            shifted = series.copy()
            shifted[0, 30:] -= moved
            assert (synthetic_control(index_design(shifted)).p_value < 0.05) == rejected


@pytest.mark.thorough
def test_false_alarms_where_nothing_happened():
    alarms = sum(synthetic_control(design(seed, units=60)).p_value < 0.05 for seed in range(100, 150))
    assert alarms <= 8  # binomial(50, 0.05) exceeds 8 in less than 0.2 %


def test_several_treated_are_judged_together():
    found = synthetic_control(design(9, effect=-0.4, n_treated=4, choice="large", units=120))
    assert found.diagnostics.n_treated == 4
    assert found.verdict is Change.SAKERSTALLD_MINSKNING
    details = found.diagnostics.details
    assert found.estimate == pytest.approx(np.log(details["observed"] / details["expected"]))
    assert found.events_averted == pytest.approx(details["expected"] - details["observed"])


def test_too_few_or_too_little_is_said():
    table, treated = panel(3, choice="large")
    few = [a for a in sorted(table["area"].unique()) if a not in treated][:15]
    small = table[table["area"].isin([*few, *treated])]
    assert synthetic_control(Design(small, outcome="count", treated=treated, start=START)).reason == "p_floor"
    one = table[table["area"].isin([few[0], *treated])]
    assert synthetic_control(Design(one, outcome="count", treated=treated, start=START)).reason == "no_comparison"
    empty = table.assign(count=np.where(table["area"].isin(treated), 0, table["count"]))
    found = synthetic_control(Design(empty, outcome="count", treated=treated, start=START))
    assert found.reason == "few_events_before"
    assert found.verdict is Change.FOR_FA_BROTT
    short = at(design(3), start=60, end=61)
    assert synthetic_control(short).reason in (None, "few_events_after")


@pytest.mark.parametrize(
    "options", [{"ridge": -1}, {"ridge": "some"}, {"confidence": 2}, {"fit_from": "2024-01"}, {"fit_from": "sometime"}]
)
def test_options_are_checked(options: dict):
    with pytest.raises(OptionError if options.get("fit_from") != "sometime" else DesignError):
        synthetic_control(design(1, units=60), **options)


def test_outcomes_are_the_same_as_one_by_one():
    table, treated = panel(2, units=60)
    table = table.assign(other=table["count"].to_numpy()[::-1])
    both = synthetic_outcomes(table, outcomes=["count", "other"], treated=treated, start=START)
    alone = synthetic_control(Design(table, outcome="other", treated=treated, start=START))
    assert both[1].to_frame().astype(str).equals(alone.to_frame().astype(str))


def traits(series: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    columns = {
        "early": series[:, :10].mean(axis=1),
        "late": series[:, 20:30].mean(axis=1),
        "noise": rng.normal(size=len(series)),
    }
    return pd.DataFrame(columns, index=[f"u{i:02}" for i in range(len(series))])


def test_searched_importance_fits_no_worse_than_any_other():
    rng = np.random.default_rng(11)
    series = np.cumsum(rng.normal(size=(12, 40)), axis=1) + 50
    made, predictors = index_design(series), traits(series, rng)
    errors = {
        kind: synthetic_control(made, predictors=predictors, importance=kind).diagnostics.details["pre_mspe"]
        for kind in ("nested", "uniform", tuple(classical_search(made, predictors)), (0.6, 0.3, 0.1), (0.2, 0.7, 0.1))
    }
    assert errors["nested"] <= min(errors.values()) + 0.02 * min(errors.values())
    outcomes_alone = synthetic_control(made).diagnostics.details["pre_mspe"]
    assert outcomes_alone <= errors["nested"] + 1e-9


def test_predictors_are_checked():
    rng = np.random.default_rng(12)
    series = np.cumsum(rng.normal(size=(10, 40)), axis=1) + 50
    made, predictors = index_design(series), traits(series, rng)
    for wrong in (
        predictors.drop(index="u04"),
        predictors.assign(noise=1.0),
        pd.concat([predictors, predictors.iloc[:1]]),
        predictors.assign(noise="many"),
    ):
        with pytest.raises(TableError):
            synthetic_control(made, predictors=wrong)
    for importance in ("best", (1, 2), (0, 0, 0), (-1, 1, 1)):
        with pytest.raises(OptionError):
            synthetic_control(made, predictors=predictors, importance=importance)


def test_the_count_version_goes_outside_the_others():
    rng = np.random.default_rng(13)
    series = np.exp(np.cumsum(0.1 * rng.normal(size=(12, 40)), axis=1)) * 50
    series[0] = 0.3 * series[2] + 0.2 * series[5]  # half of anybody's level
    series[0, 30:] *= 0.7
    found = synthetic_count(index_design(series))
    assert found.diagnostics.details["sum_of_weights"] == pytest.approx(0.5, abs=0.02)
    assert np.exp(found.estimate) == pytest.approx(0.7, abs=0.02)
    assert not found.may_claim
    assert synthetic_control(index_design(series)).reason == "bad_fit"


def test_the_count_version_refuses_what_it_is_not_for():
    series = np.random.default_rng(1).normal(size=(12, 40))
    with pytest.raises(DesignError, match="below 0"):
        synthetic_count(index_design(series))
    with pytest.raises(DesignError, match="2 treated"):
        synthetic_count(replace(index_design(np.abs(series)), treated=("u00", "u01")))
    with pytest.raises(OptionError):
        synthetic_count(index_design(np.abs(series)), blocks=1)


def test_differences_of_several_treated_are_averaged():
    rng = np.random.default_rng(14)
    gaps = rng.normal(size=(30, 20))
    fitted = np.arange(20) < 15
    found = judge_differences(gaps, fitted, ~fitted, np.arange(30) > 1, np.array([0, 1]))
    assert found.estimate == pytest.approx(gaps[:2, 15:].mean())
    assert found.spread == pytest.approx(np.sqrt(np.mean(gaps[:2, :15].mean(axis=0) ** 2)))
    share = np.mean(np.abs(found.visible(0.8) / found.spread + found.signed) > found.critical)
    assert share == pytest.approx(0.8, abs=0.01)
