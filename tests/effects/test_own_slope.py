"""What an area's own drift would have given: shares that drift, a step that stands, and the drift that explains all."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from panels import START, panel

from kunskapsbaserat.effects import Design, EffectResult, did
from kunskapsbaserat.effects.collapse import collapse
from kunskapsbaserat.effects.did import eligible
from kunskapsbaserat.effects.own_slope import net_of_slope_of_counts
from kunskapsbaserat.effects.panel import Panel
from kunskapsbaserat.effects.result import Inference, Scale


def survey(seed: int, *, drift: float = 0.0, step: float = 0.0, units: int = 120) -> EffectResult:
    """Shares of eight years, the last two after the start; the first area drifts, or takes a step."""
    rng = np.random.default_rng(seed)
    values = 0.4 + rng.normal(0, 0.05, (units, 1)) + rng.normal(0, 0.015, (units, 8))
    values[0] += drift * np.arange(8)
    values[0, 6:] += step
    names = tuple(f"{i:04}" for i in range(units))
    periods = pd.period_range(end="2024", periods=8, freq="Y")
    made = Panel(names, periods, values, np.ones_like(values), np.full_like(values, 0.01), "share")
    return did(Design(made, outcome="share", kind="share", treated="0000", start="2023"))


def test_a_drift_is_no_step():
    drifting = [survey(seed, drift=-0.015) for seed in range(20)]
    certain = [r for r in drifting if r.certain]
    assert len(certain) >= 10  # the drift looks like a change nearly every time
    assert np.mean(["own_slope" in r.failed_checks for r in certain]) > 0.7
    stepping = [survey(seed, step=-0.09) for seed in range(20)]
    assert all(r.certain for r in stepping)
    assert np.mean(["own_slope" not in r.failed_checks for r in stepping]) > 0.8


def test_the_slope_of_counts_by_a_poisson_model_of_the_area_alone():
    """A second way: the whole likelihood's slope of each area given the others' course, not one step towards it."""
    table, treated = panel(3, units=60, choice="large")
    made = Design(table, outcome="count", treated=treated, start=START)
    two = collapse(made, eligible(made))
    found = net_of_slope_of_counts(made, two)
    assert found is not None
    row, place = made.rows[0], np.arange(60.0)
    terms = sm.add_constant(place - place.mean())
    model = sm.GLM(made.data.observed[row, :60], terms, family=sm.families.Poisson(), offset=np.log(two.period_effects[:60]))
    slope = float(model.fit().params[1])
    steps = np.flatnonzero(made.after).mean() - np.average(place, weights=two.period_effects[:60])
    plain = np.log((two.after[row] + 0.5) / (two.expected[row] + 0.5))
    assert found.estimate == pytest.approx(plain - slope * steps, abs=0.02)  # one step is the maximum but for its square


def test_the_drift_that_explains_all_is_the_estimate_over_the_years_between():
    table, treated = panel(5, effect=-0.4, n_treated=2, choice="large")
    made = Design(table, outcome="count", treated=treated, start=START)
    found = did(made)
    steps = np.flatnonzero(made.after).mean() - np.flatnonzero(made.before).mean()
    assert found.drift == pytest.approx(found.estimate / steps * 12 / made.data.months_per_period)
    assert found.to_frame()["drift"].iat[0] == found.drift
    assert "om året mot de andra skulle förklara allt" in found.summary()
    bare = EffectResult("did", Scale.LOG_RATIO, -0.1, -0.2, -0.01, 0.95, 0.01, Inference.PLACEBO, 4)
    assert np.isnan(bare.drift)


def test_a_comparison_that_is_one_area_is_told():
    table, treated = panel(5, units=60)
    largest = table[~table["area"].isin(treated)].groupby("area")["count"].sum().idxmax()
    table = table.assign(count=np.where(table["area"] == largest, table["count"] * 400, table["count"]))
    found = did(Design(table, outcome="count", treated=treated, start=START))
    assert "one_area" in found.failed_checks
