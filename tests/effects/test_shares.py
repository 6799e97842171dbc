"""`did` of shares and indexes: against loops, with and without the survey's limits, and its error rates."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kunskapsbaserat.effects import Design, EffectResult, Scale, did
from kunskapsbaserat.effects.panel import Panel
from kunskapsbaserat.effects.placebo import draw_groups, wider
from kunskapsbaserat.effects.variance_law import fit_variance_law
from kunskapsbaserat.trends import Change

YEARS, BEFORE = 8, 6


def survey(seed: int, *, units: int = 60, area: float = 0.02) -> tuple[np.ndarray, np.ndarray]:
    """Shares by unit and year, and their standard errors."""
    rng = np.random.default_rng(seed)
    true = rng.normal(0.25, 0.05, (units, 1)) + rng.normal(0, 0.02, YEARS) + rng.normal(0, area, (units, YEARS))
    error = np.sqrt(0.2 / np.clip(rng.lognormal(6, 0.7, (units, 1)), 80, 6_000)) * np.ones(YEARS)
    return np.clip(true + error * rng.standard_normal(true.shape), 0.01, 0.99), error


def table_of(shares: np.ndarray, error: np.ndarray) -> pd.DataFrame:
    units = len(shares)
    return pd.DataFrame(
        {
            "area": np.repeat([f"{i:04}" for i in range(units)], YEARS),
            "period": pd.period_range("2017", periods=YEARS, freq="Y")[np.tile(np.arange(YEARS), units)],
            "share": shares.ravel(),
            "low": (shares - 1.959963984540054 * error).ravel(),
            "high": (shares + 1.959963984540054 * error).ravel(),
        }
    )


def judge(shares: np.ndarray, error: np.ndarray, treated: list[int], *, limits: bool = True) -> EffectResult:
    names = [f"{i:04}" for i in treated]
    options = {"outcome": "share", "kind": "share", "treated": names, "start": "2023"}
    return did(Design(table_of(shares, error), limits=("low", "high") if limits else None, **options))


def figures(found: EffectResult) -> list[float]:
    return [found.estimate, found.lower, found.upper, found.p_value, found.mde, found.mde_increase]


@pytest.mark.parametrize("treated", [[3], [3, 8, 20]])
@pytest.mark.parametrize("limits", [True, False])
def test_against_loops(treated, limits):
    shares, error = survey(1)
    donors = [i for i in range(60) if i not in treated]
    moved = [shares[i, BEFORE:].mean() - shares[i, :BEFORE].mean() for i in range(60)]
    noise = [np.sqrt(sum(error[i, BEFORE:] ** 2) / 4 + sum(error[i, :BEFORE] ** 2) / 36) for i in range(60)]
    gap = {i: moved[i] - np.mean([moved[j] for j in donors if j != i]) for i in range(60)}
    if limits:
        law = fit_variance_law(
            np.array([[gap[i] for i in donors]]),
            np.array([[noise[i] ** -2 for i in donors]]),
            np.ones((1, len(donors)), dtype=bool),
            least_chance=1.0,
        )
        variance = [law.area[0] + law.chance[0] * noise[i] ** 2 for i in range(60)]
    else:
        variance = [np.mean([gap[i] ** 2 for i in donors])] * 60
    estimate = np.mean([gap[i] for i in treated])
    spread = np.sqrt(sum(variance[i] for i in treated)) / len(treated)
    placebos = []
    for group in draw_groups(len(donors), len(treated)):
        inside = [donors[i] for i in group]
        outside = [i for i in donors if i not in inside]
        difference = np.mean([moved[i] for i in inside]) - np.mean([moved[i] for i in outside])
        z = difference / (np.sqrt(sum(variance[i] for i in inside)) / len(inside))
        placebos.append(float(wider(z, len(donors))) if len(treated) > 1 else z)
    as_far = sum(abs(z) >= abs(estimate / spread) for z in placebos)
    found = judge(shares, error, treated, limits=limits)
    assert found.scale is Scale.DIFFERENCE
    assert found.estimate == pytest.approx(estimate, abs=1e-12)
    assert found.p_value == pytest.approx((1 + as_far) / (len(placebos) + 1))
    ranked = [(1 + sum(abs(q) >= abs(z) for q in placebos)) / (len(placebos) + 1) for z in placebos]
    most = max(abs(z) for z, p in zip(placebos, ranked, strict=True) if p >= 0.05)
    assert found.upper - found.estimate == pytest.approx(most * spread, rel=1e-9)
    assert found.estimate - found.lower == pytest.approx(most * spread, rel=1e-9)


@pytest.mark.parametrize("limits", [True, False])
def test_what_happens_to_all_changes_nothing(limits):
    shares, error = survey(2)
    found = figures(judge(shares, error, [5], limits=limits))
    moved = shares.copy()
    moved[:, BEFORE:] += 0.03
    np.testing.assert_allclose(figures(judge(moved, error, [5], limits=limits)), found, atol=1e-9)


def test_an_index_scales():
    shares, error = survey(3)
    options = {"outcome": "share", "kind": "index", "treated": "0005", "start": "2023"}
    once = did(Design(table_of(shares, error), **options))
    many = did(Design(table_of(200 * shares - 900, error), **options))
    np.testing.assert_allclose(figures(many)[:3], 200 * np.array(figures(once)[:3]), rtol=1e-9)
    assert many.p_value == once.p_value


def test_the_treated_areas_own_outcome_does_not_move_the_yardstick():
    shares, error = survey(4)
    hit = shares.copy()
    hit[7, BEFORE:] -= 0.2
    before, after = judge(shares, error, [7]), judge(hit, error, [7])
    assert after.diagnostics.details["spread"] == pytest.approx(before.diagnostics.details["spread"], rel=1e-12)
    assert after.estimate == pytest.approx(before.estimate - 0.2, abs=1e-9)
    assert after.verdict is Change.SAKERSTALLD_MINSKNING
    placebos = [r.diagnostics.placebo_distribution for r in (before, after)]
    np.testing.assert_allclose(placebos[1], placebos[0], rtol=1e-9)


def test_a_small_survey_has_a_wider_interval_than_a_large_one_only_when_limits_are_given():
    shares, error = survey(5, units=150)
    small, large = int(error[:, 0].argmax()), int(error[:, 0].argmin())

    def width(row: int, limits: bool) -> float:
        found = judge(shares, error, [row], limits=limits)
        return found.upper - found.lower

    assert judge(shares, error, [small], limits=False).failed_checks == ("no_limits",)
    assert judge(shares, error, [small]).failed_checks == ()
    assert width(small, True) > 1.5 * width(large, True)
    assert width(small, False) == pytest.approx(width(large, False), rel=0.2)


def test_limits_that_meet_count_as_the_smallest_error_and_missing_ones_as_missing():
    shares, error = survey(6)
    flat = error.copy()
    flat[9] = 0
    least = error.copy()
    least[9] = np.delete(error, [5, 9], axis=0).min()
    np.testing.assert_allclose(figures(judge(shares, flat, [5])), figures(judge(shares, least, [5])), rtol=1e-9)
    gone = error.copy()
    gone[9, 2] = np.nan
    assert judge(shares, gone, [5]).diagnostics.n_placebo == judge(shares, error, [5]).diagnostics.n_placebo - 1


@pytest.mark.parametrize(("units", "treated", "reason"), [(20, [0], "p_floor"), (21, [0], None), (9, [0, 1, 2, 3], "p_floor")])
def test_too_few_areas_are_not_judged(units, treated, reason):
    shares, error = survey(7, units=units)
    found = judge(shares, error, treated)
    assert found.reason == reason
    assert np.isfinite(found.estimate)
    assert np.isfinite([found.lower, found.upper, found.mde]).all() == (reason is None)
    if reason:
        assert found.verdict is Change.KAN_INTE_BEDOMAS
        alone = judge(shares[: len(treated)], error[: len(treated)], treated)
        assert alone.reason == "no_comparison"


def test_areas_that_all_move_exactly_alike_are_no_division_by_zero():
    shares = np.full((40, YEARS), 0.25)
    shares[:, BEFORE:] = 0.2
    found = judge(shares, np.zeros_like(shares), [0])
    assert found.verdict is Change.INGEN_SAKERSTALLD_SKILLNAD
    assert np.isfinite(figures(found)).all()


@pytest.mark.thorough
@pytest.mark.parametrize(("units", "treated"), [(100, 1), (40, 3)])
def test_false_alarms_and_coverage_hold(units, treated):
    panels, false, covered, found = 300, 0, 0, 0
    names = tuple(f"{i:04}" for i in range(units))
    periods = pd.period_range("2017", periods=YEARS, freq="Y")
    for seed in range(panels):
        shares, error = survey(1_000 + seed, units=units)
        options = {"outcome": "share", "kind": "share", "treated": names[:treated], "start": "2023"}
        result = did(Design(Panel(names, periods, shares, np.ones_like(shares), error, "share"), **options))
        assert (result.p_value < 0.05) == (result.lower > 0 or result.upper < 0)
        false += result.p_value < 0.05
        covered += result.lower <= 0 <= result.upper
        found += (
            abs(result.estimate - 0.05) > (result.upper - result.lower) / 2
        )  # of a rise by 5 points the estimate is as far off
    slack = 4 * np.sqrt(0.05 * 0.95 / panels)
    assert false / panels < 0.05 + slack
    assert covered / panels > 0.95 - slack
    assert found / panels > 0.25
