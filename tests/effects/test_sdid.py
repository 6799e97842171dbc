"""Synthetic difference in differences: exact where it must be, and indifferent to what it takes out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from panels import START, design, panel
from scipy.optimize import LinearConstraint, minimize

from kunskapsbaserat.effects import Design, did, sdid
from kunskapsbaserat.errors import OptionError
from kunskapsbaserat.trends import Change


def index_design(series: np.ndarray, start: int) -> Design:
    units, periods = series.shape
    years = pd.period_range("1960", periods=periods, freq="Y")
    table = pd.DataFrame(
        {
            "area": np.repeat([f"u{i:02}" for i in range(units)], periods),
            "period": np.tile(years, units),
            "value": series.ravel(),
        }
    )
    return Design(table, outcome="value", treated="u00", start=str(1960 + start), kind="index")


def slow_weights(x: np.ndarray, y: np.ndarray, ridge: float) -> np.ndarray:
    """Weights on the rows of x, with a free intercept, by a general solver."""
    x, y = x - x.mean(axis=1, keepdims=True), y - y.mean()
    n = len(x)
    found = minimize(
        lambda w: float(np.sum((y - w @ x) ** 2) + ridge * w @ w),
        np.full(n, 1 / n),
        jac=lambda w: -2 * x @ (y - w @ x) + 2 * ridge * w,
        bounds=[(0, 1)] * n,
        constraints=LinearConstraint(np.ones(n), 1, 1),
        method="SLSQP",
        options={"ftol": 1e-15, "maxiter": 2_000},
    )
    return np.asarray(found.x)


def test_the_estimate_is_that_of_a_slow_second_way():
    rng = np.random.default_rng(1)
    y = rng.normal(size=(30, 26)) + np.cumsum(rng.normal(size=26)) + np.arange(30)[:, None]
    before, after = y[:, :20], y[:, 20:]
    noise = np.diff(before[1:], axis=1).std(ddof=1)
    units = slow_weights(before[1:], before[0], np.sqrt(6) * noise**2 * 20)
    times = slow_weights(before[1:].T, after[1:].mean(axis=1), (1e-6 * noise) ** 2 * 29)
    gap = y[0] - units @ y[1:]
    found = sdid(index_design(y, 20))
    assert found.estimate == pytest.approx(gap[20:].mean() - times @ gap[:20], abs=2e-3)
    np.testing.assert_allclose(found.diagnostics.weights, units, atol=2e-3)
    np.testing.assert_allclose(found.diagnostics.details["time_weights"], times, atol=2e-3)


def test_levels_and_common_years_do_not_matter():
    rng = np.random.default_rng(2)
    y = rng.normal(size=(30, 34))
    moved = y + rng.normal(size=(30, 1)) * 50
    first, second = sdid(index_design(y, 30)), sdid(index_design(moved, 30))
    assert second.estimate == pytest.approx(first.estimate, abs=1e-6)
    steady = rng.normal(size=(30, 1)) * 50 + np.cumsum(rng.normal(size=34))  # levels and years alone
    steady[0, 30:] += 5
    assert sdid(index_design(steady, 30)).estimate == pytest.approx(5)


def test_events_scale_with_the_area():
    """Ten times the population with the same rates: the same rate ratios for all others, and for itself."""
    table, treated = panel(3, choice="large", units=80)
    first = sdid(Design(table, outcome="count", treated=treated, start=START, exposure="population"))
    larger = table.assign(population=table["population"] * np.where(table["area"] == treated[0], 10, 1))
    second = sdid(Design(larger, outcome="count", treated=treated, start=START, exposure="population"))
    assert second.estimate == pytest.approx(first.estimate)
    assert second.p_value == first.p_value


def test_an_effect_is_found_with_several_treated():
    made = design(9, effect=-0.4, n_treated=4, choice="large", units=120)
    found = sdid(made)
    assert found.verdict is Change.SAKERSTALLD_MINSKNING
    assert not found.may_claim  # until benchmarks/synthetic_calibration.txt shows that it holds
    assert "inte visats hålla sin felrisk" in found.summary()
    assert found.upper < 0
    assert abs(found.estimate - did(made).estimate) < 0.15


@pytest.mark.thorough
def test_false_alarms_where_nothing_happened():
    alarms = sum(sdid(design(seed, units=60)).p_value < 0.05 for seed in range(200, 250))
    assert alarms <= 8  # binomial(50, 0.05) exceeds 8 in less than 0.2 %


def test_a_small_pool_has_no_verdict():
    table, treated = panel(3, choice="large")
    few = [a for a in sorted(table["area"].unique()) if a not in treated][:12]
    small = table[table["area"].isin([*few, *treated])]
    found = sdid(Design(small, outcome="count", treated=treated, start=START))
    assert found.reason == "p_floor"
    assert np.isnan(found.lower)
    with pytest.raises(OptionError):
        sdid(design(3, units=60), confidence=0)
