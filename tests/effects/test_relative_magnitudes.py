"""Drifts after the start of at most so many times those before it: the authors' printed limits, and slow versions."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog

from kunskapsbaserat.effects import aggregate_effects, att_gt, relative_magnitudes
from kunskapsbaserat.effects.relative_magnitudes import _bounds, _vertices, robust_limits
from kunskapsbaserat.errors import DesignError, OptionError

# Two-way fixed effects of Medicaid's expansion in 2014 (reference 2013) on insurance, states as clusters: estimates 2008-2012
# and 2014-2015 and their covariance, computed from the public table that HonestDiD's README uses.
ESTIMATES = np.array([-0.00528534, -0.01129732, -0.00267598, -0.00141931, 0.00033968, 0.04644686, 0.06920618])
COVARIANCE = np.array(
    [
        [7.488485e-05, 6.039876e-05, 4.444619e-05, 3.385766e-05, 4.328014e-05, 4.765882e-05, 2.42513e-05],
        [6.039876e-05, 7.266499e-05, 3.789328e-05, 2.866576e-05, 4.543321e-05, 4.428853e-05, 2.824656e-05],
        [4.444619e-05, 3.789328e-05, 5.052051e-05, 2.673678e-05, 2.778194e-05, 3.060645e-05, 9.637548e-06],
        [3.385766e-05, 2.866576e-05, 2.673678e-05, 4.003222e-05, 2.412861e-05, 2.380869e-05, 2.923902e-06],
        [4.328014e-05, 4.543321e-05, 2.778194e-05, 2.412861e-05, 5.462665e-05, 3.682535e-05, 9.722978e-06],
        [4.765882e-05, 4.428853e-05, 3.060645e-05, 2.380869e-05, 3.682535e-05, 8.375674e-05, 6.321403e-05],
        [2.42513e-05, 2.824656e-05, 9.637548e-06, 2.923902e-06, 9.722978e-06, 6.321403e-05, 0.0001071236],
    ]
)
# HonestDiD, README, createSensitivityResults_relativeMagnitudes: C-LF, M-bar 0.5 to 2
PUBLISHED = {0.5: (0.0241, 0.0673), 1.0: (0.0171, 0.0720), 1.5: (0.00859, 0.0796), 2.0: (-0.00107, 0.0883)}


@pytest.mark.parametrize("mbar", PUBLISHED)
def test_the_authors_printed_limits(mbar: float):
    # the grid's step is 0.00037, and the first stage's quantile is drawn, there a thousand times: within two steps
    found = robust_limits(ESTIMATES, COVARIANCE, 5, np.array([1.0, 0.0]), mbar, 0.05)
    np.testing.assert_allclose(found, PUBLISHED[mbar], rtol=0, atol=2 * 40 * np.sqrt(COVARIANCE[5, 5]) / 999)


def test_the_vertices_give_the_linear_programme():
    """The least slack with which some combination of later effects meets every bound."""
    bounds = _bounds(5, 3, 2, -1.0, 1.5)
    beside, errors = bounds[:, -2:], np.linspace(1, 2, len(bounds))
    vertices = _vertices(beside, errors)
    rng = np.random.default_rng(1)
    for moments in rng.normal(size=(20, len(bounds))):
        limits = np.column_stack([-beside, -errors])
        slack = linprog([0, 0, 1], A_ub=limits, b_ub=-moments, bounds=[(None, None)] * 3)
        assert (vertices @ moments).max() == pytest.approx(slack.fun, abs=1e-7)


def test_the_bounds_hold_what_they_say():
    drift = np.array([-1.0, 0.5, 0.0, 1.5, 3.0])  # two before, the reference's 0, two after
    steps = np.diff(drift)
    for step, sign in ((0, 1.0), (1, -1.0)):
        largest = 2 * sign * steps[step]
        kept = (_bounds(2, 2, step, sign, 2.0) @ np.delete(drift, 2) <= 1e-12).all()
        assert kept == (np.abs(steps[2:]).max() <= largest + 1e-12)


def test_the_limits_cover_an_effect_under_the_worst_drift_allowed():
    rng = np.random.default_rng(3)
    covariance = 0.01 * (np.eye(4) + 0.5)
    true = np.array([-0.4, -0.2, 0.2 + 0.3, 0.4])  # a drift of 0.2 a period and an effect of 0.3 in the first
    covered = 0
    for drawn in rng.multivariate_normal(true, covariance, 120):
        lower, upper = robust_limits(drawn, covariance, 2, np.array([1.0, 0.0]), 1.0, 0.05)
        covered += lower <= 0.3 <= upper
    assert covered >= 108  # binomial(120, 0.95) is below 108 in 1 % of cases


def panel(seed: int = 1) -> pd.DataFrame:
    rng, years = np.random.default_rng(seed), pd.period_range("2018", periods=6, freq="Y")
    y = rng.normal(0, 0.1, (40, 6)) - (np.arange(40) < 20)[:, None] * (years >= "2022")
    return pd.DataFrame({"area": np.repeat([f"{i:02}" for i in range(40)], 6), "period": np.tile(years, 40), "y": y.ravel()})


STARTS = {f"{i:02}": "2022" for i in range(20)}


def test_wider_with_larger_drifts():
    cells = att_gt(panel(), outcome="y", starts=STARTS, base="universal", draws=9)
    found = relative_magnitudes(aggregate_effects(cells, "dynamic"), mbar=[0, 0.5, 1, 4, 30], since_start=1)
    assert (found["lower"].diff().dropna() <= 1e-12).all()
    assert (found["upper"].diff().dropna() >= -1e-12).all()
    assert found["holds"].iat[0]
    assert not found["holds"].iat[-1]
    assert found["lower"].iat[0] < -1 < found["upper"].iat[0]


def test_what_it_cannot_be_made_of_is_refused():
    varying = aggregate_effects(att_gt(panel(), outcome="y", starts=STARTS, draws=9), "dynamic")
    universal = att_gt(panel(), outcome="y", starts=STARTS, base="universal", draws=9)
    few = att_gt(panel(), outcome="y", starts={"00": "2022"}, base="universal", draws=9)
    for wrong in (varying, aggregate_effects(universal, "simple"), aggregate_effects(few, "dynamic")):
        with pytest.raises(DesignError, match="one base period"):
            relative_magnitudes(wrong)
    good = aggregate_effects(universal, "dynamic")
    for options in ({"mbar": []}, {"mbar": [-1]}, {"mbar": [np.nan]}, {"since_start": 5}, {"confidence": 2}):
        with pytest.raises(OptionError):
            relative_magnitudes(good, **options)
