"""Placebo inference, against loops, another optimiser, a grid and the recount of every p-value."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from kunskapsbaserat import simulate
from kunskapsbaserat.effects import placebo
from kunskapsbaserat.effects.collapse import growth_of_others
from kunskapsbaserat.effects.did import compare_with_placebos
from kunskapsbaserat.effects.variance_law import fit_variance_law


def many(seed: int, panels: int, **options: object) -> tuple[np.ndarray, ...]:
    simulated = simulate.effect_panels(np.random.default_rng(seed), panels, **options)
    before = simulated.counts[:, :, :60].sum(axis=2).astype(float)
    after = simulated.counts[:, :, 60:].sum(axis=2).astype(float)
    compared = before >= 120
    np.put_along_axis(compared, simulated.treated, False, axis=1)
    return before, after, growth_of_others(before, after, compared), compared, simulated.treated


def minus_log_likelihood(area: np.ndarray, chance: np.ndarray, log_ratio: np.ndarray, expected: np.ndarray) -> np.ndarray:
    variance = np.asarray(area)[..., None] + np.asarray(chance)[..., None] / expected
    return np.sum(np.log(variance) + log_ratio**2 / variance, axis=-1) / 2


@pytest.mark.parametrize(("units", "panels"), [(290, 3), (60, 10), (30, 20)])
def test_variance_law_is_likelier_than_any_other_on_a_grid(units, panels):
    before, after, growth, compared, _ = many(1, panels, units=units)
    expected = before * growth
    ratios = placebo.log_ratio(after, np.where(compared, expected, 1))
    least = 1 + (after * compared).sum(axis=1) / (before * compared).sum(axis=1)
    law = fit_variance_law(ratios, expected, compared, least_chance=least)
    for row in range(panels):
        others = np.meshgrid(np.r_[0, np.geomspace(1e-4, 0.5, 60)], least[row] * np.geomspace(1, 6, 60))
        areas = ratios[row][compared[row]], expected[row][compared[row]]
        assert law.area[row] >= 0
        assert law.chance[row] >= least[row]
        assert (
            minus_log_likelihood(law.area[row], law.chance[row], *areas) <= minus_log_likelihood(*others, *areas).min() + 1e-9
        )


def test_variance_law_looks_only_at_the_areas_compared():
    before, after, growth, compared, _ = many(2, 2, units=80)
    expected = before * growth
    ratios = placebo.log_ratio(after, np.where(compared, expected, 1))
    law = fit_variance_law(ratios, expected, compared, least_chance=1.2)
    changed = np.where(compared, ratios, 99.0), np.where(compared, expected, 0.0)
    again = fit_variance_law(*changed, compared, least_chance=1.2)
    np.testing.assert_array_equal([law.area, law.chance], [again.area, again.chance])


def test_variance_law_finds_what_the_areas_were_drawn_with():
    rng = np.random.default_rng(3)
    expected = rng.lognormal(4, 1, (200, 250))
    ratios = rng.normal(0, np.sqrt(0.03 + 1.6 / expected))
    law = fit_variance_law(ratios, expected, np.ones_like(expected, dtype=bool), least_chance=1.0)
    assert law.area.mean() == pytest.approx(0.03, abs=4 * law.area.std() / np.sqrt(200) + 0.0005)
    assert law.chance.mean() == pytest.approx(1.6, abs=4 * law.chance.std() / np.sqrt(200) + 0.02)


@given(
    st.lists(st.floats(-5, 5), min_size=1, max_size=130),
    st.floats(-6, 6),
    st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.975, 0.99]),
)
def test_p_value_is_a_recount_and_the_critical_value_agrees(statistics, own, confidence):
    found = placebo.placebos_of(np.array([statistics]), np.ones((1, len(statistics)), dtype=bool))
    as_far = sum(abs(s) >= abs(own) for s in statistics)
    p = found.p_value(np.array([own]))[0]
    assert p == (1 + as_far) / (len(statistics) + 1)
    if abs(p - (1 - confidence)) > 1e-12:
        assert (abs(own) > found.critical(confidence)[0]) == (p < 1 - confidence)
    assert found.floor[0] == pytest.approx(1 / (len(statistics) + 1))


def test_exactly_five_per_cent_is_not_below_five_per_cent():
    found = placebo.placebos_of(np.arange(1.0, 40.0)[None], np.ones((1, 39), dtype=bool))
    assert found.p_value(np.array([38.5]))[0] == 0.05
    assert found.critical(0.95)[0] == 39  # only beyond all 39 is p 1/40


def test_areas_not_compared_with_are_no_placebos():
    statistics = np.array([[1.0, 9.0, 2.0], [9.0, 1.0, 2.0]])
    found = placebo.placebos_of(statistics, np.array([[True, False, True], [False, True, True]]))
    np.testing.assert_array_equal(found.number, [2, 2])
    np.testing.assert_array_equal(found.p_value(np.array([5.0, 1.5])), [1 / 3, 2 / 3])


def test_interval_is_what_a_grid_does_not_reject():
    rng = np.random.default_rng(4)
    after = rng.integers(0, 80, 60).astype(float)
    expected, area, chance = rng.uniform(10, 60, 60), rng.uniform(0, 0.05, 60), rng.uniform(1.1, 2.5, 60)
    critical = rng.uniform(1.8, 2.6, 60)
    lower, upper = placebo.interval(after, expected, area, chance, critical)
    step = 0.001
    for row in range(60):
        centre = placebo.log_ratio(after[row], expected[row])
        for sign, limit in ((-1, lower[row]), (1, upper[row])):
            effects = centre + sign * np.arange(0, 12, step)
            mean = expected[row] * np.exp(effects)
            spread = np.sqrt(area[row] + chance[row] / np.maximum(mean, 2))
            rejected = abs(placebo.log_ratio(after[row], mean)) > critical[row] * spread
            if not rejected.any():
                assert np.isnan(limit)
            else:
                assert abs(limit - effects[rejected.argmax()]) <= step


def test_no_count_varies_more_on_the_log_scale_than_where_two_are_expected():
    counts = np.arange(60)
    for mean in (0.05, 0.3, 1, 2, 3, 5, 8):
        chance = stats.poisson.pmf(counts, mean)
        logs = np.log(counts + 0.5)
        assert chance @ (logs - chance @ logs) ** 2 <= 1 / max(mean, 2) + 0.06


def test_twenty_events_where_twenty_were_expected_have_a_lower_limit():
    given_ = np.array([20.0]), np.array([22.0]), np.array([0.01]), np.array([1.2]), np.array([2.8])
    lower, upper = placebo.interval(*given_)
    assert -4 < lower[0] < 0 < upper[0]
    lower, upper = placebo.interval(np.array([0.0]), *given_[1:])
    assert np.isnan(lower[0])
    assert upper[0] < 0


@pytest.mark.parametrize("treated", [1, 3, 5])
@pytest.mark.parametrize("units", [40, 290])
def test_zero_is_outside_the_interval_exactly_when_p_is_below_five_per_cent(treated, units):
    for effect in (0.0, -0.3, 0.4):
        *panels, who = many(5, 60, units=units, n_treated=treated, effect=effect)
        found = compare_with_placebos(*panels, who)
        enough = found.placebos.number >= 20
        outside = (found.lower > 0) | (found.upper < 0)
        np.testing.assert_array_equal(outside[enough], (found.p_value < 0.05)[enough])


def test_groups_are_drawn_once_and_for_all():
    chosen = placebo.draw_groups(40, 5)
    np.testing.assert_array_equal(chosen, placebo.draw_groups(40, 5))
    assert chosen.shape == (placebo.GROUPS, 5)
    assert all(len(set(group)) == 5 for group in chosen.tolist())
    often = np.bincount(chosen.ravel(), minlength=40)
    assert stats.chisquare(often).pvalue > 0.001
    np.testing.assert_array_equal(placebo.draw_groups(7, 1), np.arange(7)[:, None])


def test_a_group_is_compared_with_the_areas_outside_it():
    before, after, growth, compared, _ = (values[0] for values in many(6, 1, units=60, n_treated=3))
    before, after, growth = before[compared], after[compared], growth[compared]
    groups = placebo.draw_groups(len(before), 3, 50)
    for group, found in zip(groups, placebo.expected_outside(before, after, growth, groups), strict=True):
        inside = np.isin(np.arange(len(before)), group)
        expected = before[group] * after[~inside].sum() / before[~inside].sum()
        np.testing.assert_allclose(found, expected, rtol=1e-10)


# the expansion stops at the square of the degrees of freedom
@pytest.mark.parametrize("areas", [20, 40, 290])
def test_wider_is_from_the_normal_distribution_to_students(areas):
    z = np.linspace(-3.5, 3.5, 57)
    np.testing.assert_allclose(placebo.wider(z, areas), stats.t.ppf(stats.norm.cdf(z), areas - 1), atol=0.02)


def test_the_smallest_visible_effect_has_the_power_asked_for_and_the_one_before_has_not():
    statistics = np.random.default_rng(7).standard_normal(250)
    law = (80.0, 0.01, 1.4)
    for sign in (-1, 1):
        size = placebo.smallest_visible(*law, statistics, 2.0, power=0.8, sign=sign)
        assert np.sign(size) == sign
        chances = [placebo.chance_of_finding(size - nearer, *law, statistics, 2.0) for nearer in (0, sign * 0.005)]
        assert chances[0] >= 0.8 > chances[1]
    assert np.isnan(placebo.smallest_visible(*law, statistics, np.inf, power=0.8, sign=-1))
