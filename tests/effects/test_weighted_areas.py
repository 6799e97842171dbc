"""Weights with a ridge by two ways, and groups of areas beside means without their own members."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from panels import design

from kunskapsbaserat.effects import Design, sdid, synthetic_control
from kunskapsbaserat.effects.did import eligible
from kunskapsbaserat.effects.gap_inference import judge_counts, judge_differences
from kunskapsbaserat.effects.matched_series import course_weights, matched, usual_ridge
from kunskapsbaserat.effects.pivoting import pivoted
from kunskapsbaserat.effects.placebo import draw_groups, wider
from kunskapsbaserat.effects.ridge_weights import ridge_weights
from kunskapsbaserat.effects.sdid import time_weights
from kunskapsbaserat.effects.simplex import Products, weights_of
from kunskapsbaserat.effects.weighted_areas import WeightedAreas


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 40), st.integers(1, 60), st.floats(0.01, 100.0), st.booleans())
def test_ridge_weights_are_those_of_the_active_sets(seed: int, n: int, periods: int, ridge: float, warm: bool):
    rng = np.random.default_rng(seed)
    series, wanted = rng.normal(size=(n, periods)), rng.normal(size=(7, periods))
    allowed = rng.random((7, n)) < 0.8
    allowed[:, 0] = True
    largest = np.linalg.eigvalsh(series @ series.T)[-1]
    near = rng.random((7, n)) * (rng.random((7, n)) < 0.3) if warm else None
    found = ridge_weights(series, wanted, allowed, ridge=ridge * largest, near=near)
    exact = weights_of(series @ series.T, wanted @ series.T, allowed, ridge=ridge * largest)
    np.testing.assert_allclose(found, exact, atol=1e-8)


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 10_000), st.integers(2, 60), st.integers(2, 60), st.sampled_from(["all differ", "some equal", "few values"])
)
def test_pivoting_gives_what_the_active_sets_give(seed: int, n: int, periods: int, kind: str):
    """Where several weights fit as well too: pivoting has to know that, and leave those problems alone.

    Then the weight is shared as far as rounding allows, so that only the fit is the same to the last digit.
    """
    rng = np.random.default_rng(seed)
    series = rng.poisson(0.5, (n, periods)).astype(float) if kind == "few values" else rng.normal(size=(n, periods))
    if kind == "some equal":
        series[: n // 2] = series[n - n // 2 :]
    gram, allowed = series @ series.T, ~np.eye(n, dtype=bool)
    slow = weights_of(Products(gram[None], np.zeros(n, dtype=np.intp)), gram, allowed)
    found = weights_of(gram, gram, allowed)
    np.testing.assert_allclose(found @ series, slow @ series, atol=1e-9)
    if kind == "all differ":
        missed = np.abs(slow @ series - series).max(axis=1) > 1e-6  # met exactly, a series may be so in several ways
        np.testing.assert_allclose(found[missed], slow[missed], atol=1e-9)


def test_pivoting_says_what_it_is_sure_of():
    rng = np.random.default_rng(3)
    series = rng.normal(size=(60, 1)) + 0.3 * rng.normal(size=(60, 90)).cumsum(axis=1)
    twice = np.vstack([series, series[:1]])
    for rows, unsure in ((series, []), (twice, [0, 60])):
        gram = rows @ rows.T
        extra, tolerance = (np.full(len(gram), part * np.abs(gram).max()) for part in (1e-13, 1e-10))
        weights, sure = pivoted(gram, gram, ~np.eye(len(gram), dtype=bool), extra, tolerance)
        assert set(unsure) <= set(np.flatnonzero(~sure))
        assert sure.mean() > 0.5
        np.testing.assert_allclose(weights[sure].sum(axis=1), 1)
        assert (weights[sure] >= 0).all()


def test_a_small_ridge_is_left_to_the_active_sets():
    series = np.random.default_rng(1).normal(size=(10, 20))
    assert ridge_weights(series, series[:2], np.ones((2, 10), dtype=bool), ridge=1e-3) is None


def test_weights_to_start_from_that_hold_nothing_allowed():
    rng = np.random.default_rng(2)
    gram = np.cov(rng.normal(size=(12, 40)))
    allowed = np.ones((3, 12), dtype=bool)
    allowed[0, :2] = False
    near = np.zeros((3, 12))
    near[:, :2] = 0.5
    cold, warm = (weights_of(gram, gram[:3], allowed, ridge=0.1, near=n) for n in (None, near))
    np.testing.assert_allclose(warm, cold, atol=1e-9)


def weighted(of: Design, *, with_times: bool) -> WeightedAreas:
    compared = eligible(of) if of.kind == "events" else of.comparable
    series = matched(of, compared, intercept=of.kind == "events", fitted=of.before)
    wanted = np.flatnonzero(series.used)
    before, after = series.course[:, of.before], series.course[:, of.after]
    weights, times = np.zeros((len(compared), len(compared))), np.zeros_like(before)
    ridge = usual_ridge(before[compared], n_treated=1, periods_after=12)
    weights[wanted] = course_weights(before, compared, wanted, ridge=ridge, centred=with_times)
    times[wanted] = time_weights(before, after.mean(axis=1), compared, wanted)
    return WeightedAreas(of, series, weights, times if with_times else None)


def as_index(of: Design) -> Design:
    """The same counts as numbers on any scale."""
    rows, periods = np.indices(of.data.observed.shape)
    table = pd.DataFrame(
        {
            "area": np.array(of.data.units)[rows.ravel()],
            "period": of.data.periods[periods.ravel()],
            "value": of.data.observed.ravel(),
        }
    )
    return Design(table, outcome="value", treated=of.areas, start=of.start, kind="index")


@pytest.mark.parametrize("with_times", [False, True])
@pytest.mark.parametrize("kind", ["events", "index"])
def test_a_group_is_taken_out_of_its_members_comparisons(kind: str, with_times: bool):
    of = design(4, units=60, n_treated=3)
    of = of if kind == "events" else as_index(of)
    areas = weighted(of, with_times=with_times)
    series, before = areas.series, of.before
    chosen = np.flatnonzero(series.compared)[draw_groups(int(series.compared.sum()), 3)][:40]
    slow = np.empty((*chosen.shape, len(before)))
    for g, group in enumerate(chosen):
        for m, member in enumerate(group):
            weights = areas.weights[member].copy()
            weights[group] = 0
            others = weights @ series.course / weights.sum()
            if with_times:
                own, theirs = (areas.times[member] @ s[before] for s in (series.course[member], others))
                others = others * own / theirs if kind == "events" else others + own - theirs
            slow[g, m] = series.factor[member] * (others + series.level[member])
    np.testing.assert_allclose(areas.expected_outside(chosen), slow[..., of.after].sum(axis=2), rtol=1e-9)
    np.testing.assert_allclose(areas.mean_outside(chosen), slow.mean(axis=1), rtol=1e-9)


def test_scaling_the_weights_left_is_near_choosing_them_anew():
    """Against weights chosen without the group, the placebos' expected events differ little beside what is judged."""
    of = design(6, units=80, n_treated=5)
    areas = weighted(of, with_times=False)
    series, compared = areas.series, areas.series.compared
    chosen = np.flatnonzero(compared)[draw_groups(int(compared.sum()), 5)][:60]
    before = series.course[:, of.before]
    ridge = usual_ridge(before[compared], n_treated=1, periods_after=12)
    anew = np.empty(len(chosen))
    for g, group in enumerate(chosen):
        without = compared.copy()
        without[group] = False
        weights = course_weights(before, without, group, ridge=ridge, centred=False)
        anew[g] = (series.factor[group] * (weights @ series.course))[:, of.after].sum()
    scaled, whole = (
        areas.expected_outside(chosen).sum(axis=1),
        areas.counterfactual()[:, of.after].sum(axis=1)[chosen].sum(axis=1),
    )
    late = of.data.observed[:, of.after].sum(axis=1)[chosen].sum(axis=1)
    spread = np.log(late / anew).std()
    assert np.log(scaled / anew).std() < 0.1 * spread
    assert np.log(whole / late).std() < np.log(scaled / late).std()  # members that weigh each other hide their own change


def test_statistics_of_groups_are_spread_as_those_of_few_areas():
    rng = np.random.default_rng(3)
    gaps, fitted = rng.normal(size=(30, 40)), np.arange(40) < 30
    compared, treated = np.arange(30) > 1, np.array([0, 1])
    found = judge_differences(gaps, fitted, ~fitted, compared, treated)
    groups = np.flatnonzero(compared)[draw_groups(28, 2)]
    mean = gaps[groups].mean(axis=1)
    z = mean[:, ~fitted].mean(axis=1) / np.sqrt((mean[:, fitted] ** 2).mean(axis=1))
    np.testing.assert_allclose(found.signed, wider(z, 28))


def test_groups_that_hold_most_of_a_members_weight_are_left_out():
    rng = np.random.default_rng(4)
    after = rng.poisson(50, size=(1, 12)).astype(float)
    expected, compared = np.full((1, 12), 50.0), np.arange(12)[None] > 1

    def outside(_: int, chosen: np.ndarray) -> np.ndarray:
        together = (chosen == 2).any(axis=1) & (chosen == 3).any(axis=1)
        return np.where(together[:, None], np.nan, 50.0) * np.ones(chosen.shape)

    found = judge_counts(expected, after, compared, np.array([[0, 1]]), outside=outside)
    chosen = np.flatnonzero(compared[0])[draw_groups(10, 2)]
    both = np.isin(chosen, (2, 3)).all(axis=1)
    assert both.any()
    assert len(found.signed[0]) == (~both).sum()


@pytest.mark.parametrize("method", [synthetic_control, sdid])
def test_an_index_is_not_said_in_percentage_points(method):
    rng = np.random.default_rng(7)
    table = pd.DataFrame(
        {
            "area": np.repeat([f"u{i:02}" for i in range(30)], 34),
            "period": np.tile(pd.period_range("1960", periods=34, freq="Y"), 30),
            "value": rng.normal(20, 1, size=30 * 34),
        }
    )
    table.loc[(table["area"] == "u00") & (table["period"] >= "1985"), "value"] -= 5
    found = method(Design(table, outcome="value", treated="u00", start="1985", kind="index"))
    assert found.unit == "index"
    assert "procentenheter" not in found.summary()


@pytest.mark.parametrize("method", [synthetic_control, sdid])
def test_nothing_left_of_the_groups_is_said(method):
    """Every area follows one other alone: no group is judged without its own members' weights where all are in it."""
    rng = np.random.default_rng(5)
    twins = np.repeat(rng.normal(size=(6, 34)).cumsum(axis=1), 2, axis=0) + 1e-3 * rng.normal(size=(12, 34))
    table = pd.DataFrame(
        {
            "area": np.repeat([f"u{i:02}" for i in range(12)], 34),
            "period": np.tile(pd.period_range("1960", periods=34, freq="Y"), 12),
            "value": twins.ravel(),
        }
    )
    found = method(Design(table, outcome="value", treated=["u00", "u02"], start="1990", kind="index"))
    assert found.reason == "p_floor"
    assert found.diagnostics.n_placebo < 1_999
