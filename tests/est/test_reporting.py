"""A new account must not become a wave of crime, and a wave must be seen through who reports."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from kunskapsbaserat.errors import TableError
from kunskapsbaserat.trends import control_chart
from kunskapsbaserat.trends.reporting import days_between_chart, own_reporters, per_reporter_chart

LEVELS = np.array([0.5, 1, 2, 4, 6])


def reports(rng: np.random.Generator, *, now: float = 1.0, present: float = 0.8, periods: int = 27):
    active = rng.random((len(LEVELS), periods)) < present
    counts = rng.poisson(LEVELS[:, None], (len(LEVELS), periods)) * active
    counts[:, -1] = rng.poisson(LEVELS * now) * active[:, -1]
    return counts, active


@pytest.mark.thorough
def test_error_rate_and_range_when_nothing_has_changed():
    """4 000 usual periods, each reporter away one time in five: at most about 5 % alarms, a range that holds 95 %."""
    rng = np.random.default_rng(1)
    found = [own_reporters(*reports(rng)) for _ in range(4000)]
    judged = [r for r in found if r.reason is None]
    share = np.mean([r.verdict != "inom" for r in judged])
    assert len(judged) > 3900
    assert 0.02 < share < 0.055
    p = np.array([r.p_value for r in judged])
    assert 0.03 < np.mean(p < 0.05) < 0.06
    assert abs(np.mean([r.observed - r.expected for r in judged])) < 0.15


@pytest.mark.thorough
def test_a_new_account_is_no_wave():
    """A school that begins to report ten a period doubles the raw count; the reporters of before report as ever."""
    rng = np.random.default_rng(2)
    alarms_raw = alarms_u = alarms = 0
    for _ in range(300):
        counts, active = reports(rng, present=1.0)
        school = np.zeros((1, counts.shape[1]), dtype=int)
        school[0, -1] = rng.poisson(14)
        counts, active = np.vstack([counts, school]), np.vstack([active, school > 0])
        result = own_reporters(counts, active)
        total = pd.Series(counts.sum(axis=0))
        alarms_raw += control_chart(total, chart="c", freeze=26).points["outside"].iat[-1]
        alarms_u += per_reporter_chart(total, pd.Series(active.sum(axis=0))).points["outside"].iat[-1]
        alarms += result.verdict != "inom"
        assert result.new == 1
        assert result.left_out == school[0, -1]
        assert result.raw == result.observed + result.left_out
    assert alarms_raw > 200  # what the raw number says, beyond three sigma
    assert alarms < 25  # what is true
    assert alarms_u > alarms  # a rate per reporter helps little when the new one reports more than the others


def test_a_wave_is_seen_though_reporters_are_away():
    """Twice as much from those who report, while the largest reporter is on holiday: the raw number is as usual."""
    rng = np.random.default_rng(3)
    seen = raw_as_usual = 0
    for _ in range(300):
        counts, active = reports(rng, now=2.2, present=1.0)
        active[-1, -1], counts[-1, -1] = False, 0
        result = own_reporters(counts, active)
        seen += result.verdict == "fler"
        raw_as_usual += abs(result.raw - result.raw_before) < 6
        assert result.silent == 1
    assert seen > 200
    assert raw_as_usual > 200


def test_against_the_exact_prediction():
    """One reporter, Poisson: with a long baseline the level is known, and the chance of so many is Poisson's."""
    counts = np.array([[3] * 2000 + [9]])
    result = own_reporters(counts, np.ones_like(counts, dtype=bool), baseline=2000, dispersion=1.0)
    exact = 2 * (stats.poisson.sf(9, 3) + stats.poisson.pmf(9, 3) / 2)
    assert result.p_value == pytest.approx(exact, rel=0.01)
    assert (result.lower, result.upper) == (stats.poisson.ppf(0.025, 3), stats.poisson.ppf(0.975, 3))


def test_more_variation_widens_the_range():
    rng = np.random.default_rng(4)
    counts = rng.negative_binomial(2, 2 / 12, (1, 27))
    active = np.ones_like(counts, dtype=bool)
    assert own_reporters(counts, active).dispersion > 2
    assert own_reporters(counts, active).upper > own_reporters(counts, active, dispersion=1.0).upper


def test_nothing_to_compare_with():
    result = own_reporters(np.array([[0, 0, 5]]), np.array([[False, False, True]]))
    assert (result.verdict, result.reason, result.new, result.left_out) == ("kan_inte_bedomas", "no_panel", 1, 5)
    assert np.isnan(result.lower)


def test_never_seen_before():
    counts = np.zeros((2, 27))
    counts[0, -1] = 1
    active = np.ones_like(counts, dtype=bool)
    assert own_reporters(counts, active).verdict == "fler"
    assert own_reporters(counts, active).upper == 0
    counts[0, -1] = 0
    assert own_reporters(counts, active).verdict == "inom"


@pytest.mark.parametrize("counts", [[[1, -1]], [[1, 2]], [1, 2]])
def test_bad_input(counts: list):
    with pytest.raises(TableError):
        own_reporters(np.array(counts, dtype=float), np.array([[True, False]]))


def test_days_between():
    chart = days_between_chart(
        pd.Series(pd.to_datetime(["2026-01-01", "2026-01-11 23:00", "2026-01-11 01:00", "2026-02-10"], format="ISO8601"))
    )
    assert list(chart.points["y"]) == [10, 0, 30]
    with pytest.raises(TableError):
        days_between_chart(pd.Series(pd.to_datetime(["2026-01-01"])))
