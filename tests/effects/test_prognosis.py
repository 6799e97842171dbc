"""What the last year before the start foretells: a slow second way, known truths, and real months."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from panels import START, panel

from kunskapsbaserat.data import embedded
from kunskapsbaserat.effects import Design, did, placebo_space, sdid, synthetic_control
from kunskapsbaserat.effects.collapse import growth_of_others
from kunskapsbaserat.effects.did import compare_with_placebos
from kunskapsbaserat.effects.placebo import log_ratio
from kunskapsbaserat.effects.prognosis import FEWEST_COMPARED, History, foresee, history_of, history_of_counts
from kunskapsbaserat.effects.variance_law import VarianceLaw, fit_swing_law, fit_variance_law


def drawn(seed: int, areas: int = 120, *, fall: float = 0.8, rise: float = 0.3, sd: float = 0.3) -> tuple[np.ndarray, ...]:
    """Ratios after the start that follow the areas' true rises, with Poisson counts for the last year."""
    rng = np.random.default_rng(seed)
    true = rng.normal(0, sd, areas)
    expected = rng.uniform(50, 800, areas)
    late = rng.poisson(expected * np.exp(true)).astype(float)
    ratios = np.where(true < 0, fall, rise) * true + rng.normal(0, 0.05, areas)
    return ratios[None], expected[None], late[None]


def test_the_slopes_of_true_rises_are_found_though_the_rises_are_seen_with_chance():
    found = []
    for seed in range(30):
        ratios, expected, late = drawn(seed, fall=0.8, rise=0.3)
        everyone = np.ones_like(ratios, dtype=bool)
        history = History(late, expected, np.zeros(1))
        law = fit_variance_law(ratios, expected, everyone, least_chance=0.01)
        found.append(foresee(ratios, expected, everyone, law, history).slopes[0])
    typical, fall, rise = np.mean(found, axis=0)
    assert (typical, fall, rise) == pytest.approx((0.0, 0.8, 0.3), abs=0.08)  # a shrunken rise near 0 is of either sign


def test_each_area_is_foretold_by_the_others_alone():
    """A slow second way: for every area a ridge regression without it."""
    ratios, expected, late = drawn(1, areas=25)
    compared = np.ones_like(ratios, dtype=bool)
    compared[0, 0] = False
    law = VarianceLaw(np.array([0.02]), np.array([1.5]), np.zeros(1))
    found = foresee(ratios, expected, compared, law, History(late, expected, np.zeros(1)))
    usual = fit_variance_law(log_ratio(late, expected), expected, compared, least_chance=1.0)
    shrunk = log_ratio(late, expected)[0] * usual.area / (usual.area + usual.chance / expected[0])
    np.testing.assert_allclose(found.rise[0], shrunk, rtol=1e-12)
    for i in range(25):
        rows = np.flatnonzero(compared[0] & (np.arange(25) != i))
        terms = np.column_stack([np.ones(25), np.minimum(shrunk, 0), np.maximum(shrunk, 0)])
        weight = 1 / (0.02 + 1.5 / expected[0][rows])
        information = terms[rows].T @ (weight[:, None] * terms[rows]) + np.diag([0.0, 1.0, 1.0])
        slopes = np.linalg.solve(information, terms[rows].T @ (weight * ratios[0][rows]))
        assert found.predicted[0, i] == pytest.approx(terms[i] @ slopes, rel=1e-9)
        variance = terms[i] @ np.linalg.solve(information, terms[i])
        assert found.error[0, i] == pytest.approx(np.sqrt(variance), rel=1e-9)


def test_a_law_with_swing_is_the_maximum_of_its_likelihood():
    rng = np.random.default_rng(5)
    squared, expected = rng.gamma(0.5, 0.2, (1, 4_000)), rng.uniform(30, 900, (1, 4_000))
    ratios = rng.normal(0, np.sqrt(0.01 + 0.3 * squared + 2 / expected))
    everyone = np.ones_like(ratios, dtype=bool)
    near = VarianceLaw(np.array([0.1]), np.array([1.0]), np.array([0.0]))
    law = fit_swing_law(ratios, expected, everyone, squared, least_chance=1.0, near=near)
    assert (law.area[0], law.swing[0], law.chance[0]) == pytest.approx((0.01, 0.3, 2.0), rel=0.2)

    def likelihood(area: float, swing: float, chance: float) -> float:
        variance = area + swing * squared + chance / expected
        return float(-0.5 * (np.log(variance) + ratios**2 / variance).sum())

    best = likelihood(law.area[0], law.swing[0], law.chance[0])
    for factors in ((1.02, 1, 1), (0.98, 1, 1), (1, 1.02, 1), (1, 0.98, 1), (1, 1, 1.02), (1, 1, 0.98)):
        assert likelihood(law.area[0] * factors[0], law.swing[0] * factors[1], law.chance[0] * factors[2]) < best


def test_rises_that_are_chance_alone_foretell_nothing():
    rng = np.random.default_rng(3)
    mean = np.repeat(rng.uniform(100, 900, (1, 100)), 36, axis=0).reshape(1, 36, 100)
    counts = rng.poisson(mean / 36).astype(float)
    late, earlier = counts[:, 24:].sum(axis=1), counts[:, :24].sum(axis=1)
    compared = np.ones((1, 100), dtype=bool)
    history = history_of_counts(late, earlier, compared)
    found = foresee(
        np.zeros((1, 100)),
        np.full((1, 100), 300.0),
        compared,
        VarianceLaw(np.array([0.01]), np.array([2.0]), np.zeros(1)),
        history,
    )
    assert np.abs(found.predicted).max() < 1e-9
    assert np.abs(found.rise).max() < 0.1


def test_lots_and_few_areas_are_compared_as_they_are():
    table, treated = panel(3, units=60)
    made = Design(table, outcome="count", treated=treated, start=START)
    lot = replace(made, panel=made.data, assignment="lot")
    assert history_of(lot, made.comparable) is None
    few = made.comparable.copy()
    few[np.flatnonzero(few)[FEWEST_COMPARED - 1 :]] = False
    assert history_of(made, few) is None
    for method in (did, synthetic_control, sdid):
        plain, adjusted = method(lot), method(made)
        assert plain.diagnostics.details["foretold"] == 0
        foretold = adjusted.diagnostics.details["foretold"]
        assert foretold != 0
        assert adjusted.estimate == pytest.approx(plain.estimate - foretold, abs=1e-6)
        late = adjusted.diagnostics.series.query("after")
        assert np.log(late["observed"].sum() / late["counterfactual"].sum()) == pytest.approx(adjusted.estimate, abs=1e-6)


def test_several_treated_are_foretold_each_by_its_own_year():
    table, treated = panel(3, units=80, n_treated=4)
    made = Design(table, outcome="count", treated=treated, start=START)
    found = did(made)
    alone = [did(replace(made, panel=made.data, treated=a, sharing=[b for b in treated if b != a])) for a in treated]
    expected = sum(r.diagnostics.details["expected"] for r in alone)
    assert found.diagnostics.details["expected"] == pytest.approx(expected, rel=1e-6)
    assert len(placebo_space(made)) == found.diagnostics.weights.size + 4


@pytest.mark.parametrize("offence", ["hot_krankning_frihet_2013", "alkohol_narkotika_2013"])
def test_kommuner_whose_last_year_was_low_alarm_as_often_as_others(offence):
    """Real months: every kommun in turn as if treated from 2016; the tenth whose last year had fallen most."""
    table = embedded.counts_month()
    table = table[table["offence"] == offence]
    counts = table.pivot(index="area", columns="period", values="count").to_numpy(dtype=float)
    counts = counts[counts[:, :36].sum(axis=1) >= 72]
    before, late, after = counts[:, :36].sum(axis=1), counts[:, 24:36].sum(axis=1), counts[:, 36:].sum(axis=1)
    number = len(counts)
    before, late, after = (np.repeat(v[None], number, axis=0) for v in (before, late, after))
    compared = ~np.eye(number, dtype=bool)
    history = history_of_counts(late, before - late, compared)
    growth, treated = growth_of_others(before, after, compared), np.arange(number)[:, None]
    lowest = np.argsort(history.late[0] / history.expected[0])[: number // 10]
    alarms = {}
    for kind, known in (("plain", None), ("adjusted", history)):
        found = compare_with_placebos(before, after, growth, compared, treated, history=known)
        alarms[kind] = (found.p_value < 0.05)[lowest].mean()
        assert (found.p_value < 0.05).mean() == pytest.approx(0.05, abs=0.01)
    assert alarms["plain"] > 0.10
    assert alarms["adjusted"] <= 0.08
