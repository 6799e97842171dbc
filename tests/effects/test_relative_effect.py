"""Relative effect size: by hand, by regression, and with counts that vary more than Poisson's."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from kunskapsbaserat.effects import dispersion_of, relative_effect_size
from kunskapsbaserat.errors import OptionError, TableError
from kunskapsbaserat.trends import Change

# andrewpwheeler.com, 2021-03-18, on Wilson's estimator: log ratio -0.4238142, ratio 0.6545455
BLOG = {"treated_before": 50, "treated_after": 30, "control_before": 60, "control_after": 55}
COUNT = st.integers(min_value=1, max_value=10_000)


def test_published_example():
    found = relative_effect_size(**BLOG)
    assert_allclose((found.log_ratio, found.ratio), (-0.4238142, 0.6545455), rtol=1e-6)
    assert_allclose(found.relative_effect_size, 50 * 55 / (30 * 60))
    assert_allclose(found.standard_error, np.sqrt(1 / 50 + 1 / 30 + 1 / 60 + 1 / 55))


def test_is_the_interaction_of_a_poisson_regression():
    counts = np.array([50, 30, 60, 55, 0, 0, 0, 0]) // 2
    counts[4:] = np.array([50, 30, 60, 55]) - counts[:4]  # two half years a count
    treated, after = np.tile([1, 1, 0, 0], 2), np.tile([0, 1, 0, 1], 2)
    design = np.column_stack([np.ones(8), treated, after, treated * after])
    oracle = sm.GLM(counts, design, family=sm.families.Poisson()).fit(tol=1e-12)
    found = relative_effect_size(**BLOG)
    assert_allclose((found.log_ratio, found.standard_error), (oracle.params[3], oracle.bse[3]), rtol=1e-7)
    assert_allclose(found.log_interval, oracle.conf_int()[3], rtol=1e-6)
    assert_allclose(found.p_value, oracle.pvalues[3], rtol=1e-6)


def test_overdispersion_widens():
    plain, wide = relative_effect_size(**BLOG), relative_effect_size(**BLOG, dispersion=4)
    assert_allclose(wide.standard_error, 2 * plain.standard_error)
    # Farrington and others (2007): for 760 crimes the factor is 1.8
    many = dict.fromkeys(BLOG, 760)
    found = relative_effect_size(**many, dispersion="farrington")
    assert_allclose(found.dispersion, 1.808)
    assert_allclose(found.standard_error, np.sqrt(4 * 1.808 / 760))


@given(a=COUNT, b=COUNT, c=COUNT, d=COUNT)
def test_areas_change_places(a: int, b: int, c: int, d: int):
    one = relative_effect_size(treated_before=a, treated_after=b, control_before=c, control_after=d)
    other = relative_effect_size(treated_before=c, treated_after=d, control_before=a, control_after=b)
    assert_allclose(one.log_ratio, -other.log_ratio, atol=1e-12)
    assert_allclose((one.p_value, one.standard_error), (other.p_value, other.standard_error))
    assert one.interval[0] <= one.ratio <= one.interval[1]


def test_a_zero_gets_half_an_event():
    found = relative_effect_size(treated_before=12, treated_after=0, control_before=60, control_after=55)
    assert {"zero_count", "few_events"} <= set(found.cautions)
    assert_allclose(found.ratio, (0.5 / 12.5) / (55.5 / 60.5))
    answer = found.effect()
    assert answer.verdict is Change.FOR_FA_BROTT
    assert answer.events == (0, 0, 0)


def test_the_answer_counts_events():
    answer = relative_effect_size(**BLOG).effect()
    assert_allclose(answer.events_averted, 50 * 55 / 60 - 30)
    assert answer.events[1] < answer.events[0] < answer.events[2]
    assert answer.mde < 0 < answer.mde_increase
    assert not answer.may_claim


def test_dispersion_of_a_series():
    rng = np.random.default_rng(2)
    assert_allclose(dispersion_of([rng.poisson(rng.gamma(5, 2, 40_000))]), 3, rtol=0.05)
    assert dispersion_of([np.full(24, 7.0)]) == 1
    one, two = [2, 4, 6], [10, 10, 1, 3]
    by_hand = ((4 + 0 + 4) / 4 + (16 + 16 + 25 + 9) / 6) / 5
    assert_allclose(dispersion_of([one, two]), by_hand)
    for bad in ([[1.0, np.nan]], [[3]], [[0, 0, 0]], [[-1, 2]]):
        with pytest.raises(TableError):
            dispersion_of(bad)


@pytest.mark.parametrize("bad", [0.5, np.nan, "welsh"])
def test_dispersion_is_one_or_more(bad: object):
    with pytest.raises(OptionError, match="dispersion"):
        relative_effect_size(**BLOG, dispersion=bad)


def test_intervals_hold_when_the_dispersion_is_known():
    """4 000 quadruples of variance three times the mean: 95 % held, to within three Monte-Carlo errors."""
    rng = np.random.default_rng(3)
    means = np.array([120.0, 90.0, 150.0, 140.0])
    truth = np.log(90 / 120 / (140 / 150))
    counts = rng.poisson(rng.gamma(means / 2, 2, (4000, 4)))

    def covered(dispersion: float) -> float:
        inside = [
            relative_effect_size(**dict(zip(BLOG, row, strict=True)), dispersion=dispersion).log_interval for row in counts
        ]
        return float(np.mean([low <= truth <= high for low, high in inside]))

    assert abs(covered(3) - 0.95) < 0.0105
    assert covered(1) < 0.8
