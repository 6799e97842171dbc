"""Two counts an area say what the whole Poisson panel says: against dummies in statsmodels, and area by area."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from kunskapsbaserat import simulate
from kunskapsbaserat.effects import Design, did
from kunskapsbaserat.effects.collapse import collapse, growth_of_others, period_effects, poisson_did


def panel(seed: int, *, units: int = 10, treated: int = 1, drift: float = 0.0, rate: float = 1e-3) -> simulate.EffectPanels:
    rng = np.random.default_rng(seed)
    months = {"months_before": 24, "months_after": 6}
    return simulate.effect_panels(rng, 1, units=units, n_treated=treated, drift=drift, rate=rate, effect=-0.3, **months)


def design_of(simulated: simulate.EffectPanels, **options: object) -> Design:
    table = simulated.table()
    areas = list(table.loc[table["treated"], "area"].unique())
    start = table["period"].drop_duplicates().iloc[simulated.start]
    return Design(table, outcome="count", treated=areas, start=start, exposure="population", **options)


def by_dummies(table: pd.DataFrame, treated: list[str], start: pd.Period, left_out: list[pd.Period]) -> float:
    """Log rate ratio by a GLM with a dummy for every area and period."""
    rows = table[~table["period"].isin(left_out)]
    dummies = [pd.get_dummies(rows["area"]), pd.get_dummies(rows["period"].astype(str), drop_first=True)]
    step = (rows["area"].isin(treated) & (rows["period"] >= start)).rename("step")
    x = pd.concat([*dummies, step], axis=1).astype(float)
    model = sm.GLM(rows["count"].astype(float), x, sm.families.Poisson(), offset=np.log(rows["population"]))
    return float(model.fit(tol=1e-13, maxiter=200).params["step"])


@pytest.mark.parametrize(("seed", "treated", "drift", "phase_in"), [(1, 1, 0, 0), (2, 3, 0, 2), (4, 4, 0.1, 3)])
def test_estimate_is_that_of_a_glm_with_dummies(seed, treated, drift, phase_in):
    simulated = panel(seed, treated=treated, drift=drift)
    design = design_of(simulated, phase_in=phase_in)
    months = design.data.periods
    left_out = list(months[simulated.start : simulated.start + phase_in])
    expected = by_dummies(simulated.table(), list(design.areas), months[simulated.start], left_out)
    assert did(design, least_a_month=0.01).estimate == pytest.approx(expected, abs=1e-8)


def test_estimate_converges_when_the_treated_have_most_of_the_events():
    table = panel(5, treated=1, drift=0.05).table()
    large = table["treated"]
    table.loc[large, "count"] = 40 * table.loc[large, "count"] + 1
    treated = list(table.loc[large, "area"].unique())
    start = table["period"].drop_duplicates().iloc[24]
    found = did(Design(table, outcome="count", treated=treated, start=start, exposure="population"), least_a_month=0.01)
    assert found.estimate == pytest.approx(by_dummies(table, treated, start, []), abs=1e-7)


def test_every_areas_own_comparison_is_a_glm_of_its_own():
    simulated = panel(6)
    design = design_of(simulated)
    two = collapse(design, design.comparable)
    table = simulated.table()
    others = table[~table["treated"]]
    start = design.data.periods[simulated.start]
    for row, area in list(enumerate(design.data.units))[::4]:
        rows = table if area in design.areas else others
        expected = by_dummies(rows, [area], start, [])
        assert np.log(two.after[row] / two.expected[row]) == pytest.approx(expected, abs=1e-9)


def test_drifting_exposure_costs_the_own_comparisons_little():
    simulated = panel(7, units=12, drift=0.03)
    design = design_of(simulated)
    two = collapse(design, design.comparable)
    table = simulated.table()
    others = table[~table["treated"]]
    start = design.data.periods[simulated.start]
    share = two.before / two.before[two.compared].sum()
    for row in np.flatnonzero(two.compared)[::7]:
        expected = by_dummies(others, [design.data.units[row]], start, [])
        change = abs(simulated.growth[0, row]) * 2  # of its exposure, over the two years that lie between the middles
        assert abs(np.log(two.after[row] / two.expected[row]) - expected) <= share[row] * change + 1e-9


def test_period_effects_are_the_dummies_of_the_periods():
    rng = np.random.default_rng(8)
    exposure = rng.uniform(1, 3, (6, 10))
    counts = rng.poisson(20 * exposure * rng.uniform(0.5, 1.5, 10)).astype(float)
    area, period = np.indices(counts.shape).reshape(2, -1)
    x = pd.concat([pd.get_dummies(area), pd.get_dummies(period, drop_first=True)], axis=1).astype(float)
    fit = sm.GLM(counts.ravel(), x.to_numpy(), sm.families.Poisson(), offset=np.log(exposure).ravel()).fit(tol=1e-13)
    effects = np.exp(np.r_[0, fit.params[6:]])
    np.testing.assert_allclose(period_effects(counts, exposure), effects / effects.sum(), rtol=1e-8)


def test_the_short_way_for_many_panels_gives_the_same_growth():
    simulated = simulate.effect_panels(np.random.default_rng(9), 3, units=40)
    before = simulated.counts[:, :, :60].sum(axis=2).astype(float)
    after = simulated.counts[:, :, 60:].sum(axis=2).astype(float)
    for number in range(3):
        table = simulated.table(number)
        areas = list(table.loc[table["treated"], "area"].unique())
        design = Design(table, outcome="count", treated=areas, start="2024-01")
        two = collapse(design, design.comparable)
        short = growth_of_others(before, after, np.tile(design.comparable, (3, 1)))[number]
        np.testing.assert_allclose(short, two.growth, rtol=1e-12)


def test_no_maximum_without_events_on_one_side():
    simulated = panel(10)
    for months in (slice(0, 24), slice(24, None)):
        table = simulated.table()
        month = np.tile(np.arange(30), 10)
        table.loc[table["treated"] & np.isin(month, np.arange(30)[months]), "count"] = 0
        rare = table["treated"] & (month >= 24) & (months.start == 0)  # a long row of zeros is true only where events are rare
        table.loc[rare, "count"] = (month == 24)[rare].astype(int)
        areas = list(table.loc[table["treated"], "area"].unique())
        start = table["period"].drop_duplicates().iloc[24]
        design = Design(table, outcome="count", treated=areas, start=start, exposure="population")
        assert np.isnan(poisson_did(design, design.comparable))
