from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import stats

from kunskapsbaserat.errors import OptionError
from kunskapsbaserat.rates import poisson_interval
from kunskapsbaserat.rates.intervals import METHODS

COUNTS = st.integers(0, 100_000)


def test_exact_limits_match_r():
    # > DescTools::PoissonCI(15, 400, method = "exact")      as quoted in statsmodels' own tests
    lower, upper = poisson_interval(15, method="exact")
    assert_allclose((lower / 400, upper / 400), (0.0209884653319583, 0.0618505471787146), rtol=1e-12)


def test_the_two_formulas_called_byar():
    # Breslow and Day (1987) and R's epitools, for 15 events
    assert_allclose(np.array(poisson_interval(15, method="byar")).round(2), (8.39, 24.74))
    assert_allclose(np.array(poisson_interval(15, method="byar_midpoint")).round(2), (8.76, 24.12))


def test_no_events():
    # Garwood (1936): 3.689 two-sided at 95 %; mid-P solves exp(-m) / 2 = 0.025
    for method, upper in (("exact", 3.688879454), ("exact_byar", 3.688879454), ("midp", 2.995732274)):
        found = poisson_interval(0, method=method)
        assert found[0] == 0
        assert found[1] == pytest.approx(upper, rel=1e-9)


def test_exact_byar_switches_at_ten():
    for count in (9, 10):
        exact, byar, both = (poisson_interval(count, method=m) for m in ("exact", "byar", "exact_byar"))
        assert both == (exact if count < 10 else byar)


@given(COUNTS, st.sampled_from(METHODS), st.floats(0.5, 0.999))
def test_limits_enclose_the_count(count: int, method: str, confidence: float):
    lower, upper = poisson_interval(count, confidence=confidence, method=method)
    assert 0 <= lower <= count <= upper
    assert np.isfinite(upper)


@given(COUNTS, st.sampled_from(METHODS))
def test_more_confidence_is_wider_and_more_events_higher(count: int, method: str):
    narrow, wide = (poisson_interval(count, confidence=c, method=method) for c in (0.9, 0.99))
    assert wide[0] <= narrow[0]
    assert wide[1] >= narrow[1]
    above = poisson_interval(count + 1, method=method)
    here = poisson_interval(count, method=method)
    assert above[0] >= here[0]
    assert above[1] >= here[1]


@given(st.integers(1, 200))
def test_exact_limits_by_the_definition(count: int):
    """Slow and obvious: at each limit the tail beyond the count is 2.5 %."""
    lower, upper = poisson_interval(count, method="exact")
    assert stats.poisson.sf(count - 1, lower) == pytest.approx(0.025, rel=1e-8)
    assert stats.poisson.cdf(count, upper) == pytest.approx(0.025, rel=1e-8)


@given(st.integers(1, 200))
def test_midp_limits_by_the_definition(count: int):
    lower, upper = poisson_interval(count, method="midp")
    for limit, tail in ((lower, 0.975), (upper, 0.025)):
        middle = stats.poisson.cdf(count - 1, limit) + stats.poisson.pmf(count, limit) / 2
        assert middle == pytest.approx(tail, rel=1e-8)


@pytest.mark.parametrize(
    ("method", "least", "mean_low", "mean_high"),
    [("exact", 0.95, 0.95, 0.98), ("exact_byar", 0.945, 0.95, 0.98), ("midp", 0.91, 0.945, 0.965)],
)
def test_coverage(method: str, least: float, mean_low: float, mean_high: float):
    """Exact probability that the interval covers the mean, over a grid of means."""
    counts = np.arange(400)
    lower, upper = poisson_interval(counts, method=method)
    means = np.concatenate([np.linspace(0.5, 20, 40), np.linspace(25, 200, 15)])
    covered = np.array([stats.poisson.pmf(counts[(lower <= m) & (m <= upper)], m).sum() for m in means])
    assert covered.min() >= least
    assert mean_low <= covered.mean() <= mean_high


def test_missing_gives_missing_and_shapes_are_kept():
    lower, upper = poisson_interval([[0, np.nan], [5, 1e6]], method="midp")
    assert lower.shape == upper.shape == (2, 2)
    assert np.isnan([lower[0, 1], upper[0, 1]]).all()
    assert np.isfinite(upper[1]).all()


def test_wrong_input_is_refused():
    with pytest.raises(OptionError, match="exact_byar"):
        poisson_interval(3, method="garwood")
    with pytest.raises(OptionError, match="confidence"):
        poisson_interval(3, confidence=95)
    with pytest.raises(ValueError, match="0 or more, got -1"):
        poisson_interval([3, -1])
    with pytest.raises(ValueError, match="whole"):
        poisson_interval(2.5, method="midp")
