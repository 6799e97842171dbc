"""Sterne's and Blaker's exact Poisson limits: the figures of the R package exactci, and the definition itself, slowly."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from kunskapsbaserat.rates import crude_rate, poisson_interval

# exactci, tests/testthat/test_poisson.R: x = 100 at 95 %, x = 1 at 36.6 % (of minlike the upper limit alone, the root of 6)
PUBLISHED = {"minlike": (81.8391, 121.8372), "blaker": (81.5387, 121.5313)}


@pytest.mark.parametrize("method", PUBLISHED)
def test_the_published_limits_of_100_events(method: str):
    np.testing.assert_allclose(poisson_interval(100, method=method), PUBLISHED[method], rtol=0, atol=5e-5)


def test_the_published_limits_of_one_event_at_a_low_confidence():
    np.testing.assert_allclose(poisson_interval(1, confidence=0.366, method="blaker"), (0.6931, 2.1559), rtol=0, atol=5e-5)
    assert poisson_interval(1, confidence=0.366, method="minlike")[1] == pytest.approx(2.4495, abs=5e-5)


def p_value(x: int, mean: float, method: str) -> float:
    """By the definition, over all counts."""
    counts = np.arange(0, int(mean + x + 200))
    if method == "minlike":
        likely = stats.poisson.pmf(counts, mean)
        return float(likely[likely <= likely[x] * (1 + 1e-12)].sum())
    tails = np.minimum(stats.poisson.cdf(counts, mean), stats.poisson.sf(counts - 1, mean))
    return float(stats.poisson.pmf(counts, mean)[tails <= tails[x] * (1 + 1e-12)].sum())


@pytest.mark.parametrize("method", ["minlike", "blaker"])
@pytest.mark.parametrize("x", [0, 1, 2, 3, 7, 12, 41])
@pytest.mark.parametrize("confidence", [0.9, 0.95, 0.998])
def test_no_mean_outside_is_accepted_and_those_inside_end_at_the_limits(method: str, x: int, confidence: float):
    lower, upper = (float(limit) for limit in poisson_interval(x, confidence=confidence, method=method))
    alpha = 1 - confidence
    for mean in np.concatenate([np.linspace(0, lower, 60 if x else 1)[:-1], np.linspace(upper, upper + x + 20, 80)[1:]]):
        assert p_value(x, mean, method) <= alpha + 1e-9, mean
    assert p_value(x, upper * (1 - 1e-9), method) >= alpha - 1e-6
    if x:
        assert p_value(x, lower * (1 + 1e-9), method) >= alpha - 1e-6


@pytest.mark.parametrize("method", ["minlike", "blaker"])
def test_they_cover_at_least_what_they_say(method: str):
    """Exactly, over all counts, for means between the places where a count falls out."""
    counts = np.arange(0, 90)
    lower, upper = poisson_interval(counts, method=method)
    for mean in np.linspace(0.05, 40, 397):
        inside = (lower <= mean) & (mean <= upper)
        assert stats.poisson.pmf(counts[inside], mean).sum() >= 0.95 - 1e-6, mean


def test_they_are_shorter_than_garwoods_together():
    counts = np.arange(0, 60)
    garwood = np.subtract(*poisson_interval(counts, method="exact")[::-1])
    for method in ("minlike", "blaker"):
        assert (np.subtract(*poisson_interval(counts, method=method)[::-1])).sum() < 0.99 * garwood.sum()
    lower, upper = poisson_interval(counts, method="blaker")
    exact_lower, exact_upper = poisson_interval(counts, method="exact")
    assert ((lower >= exact_lower - 1e-9) & (upper <= exact_upper + 1e-9)).all()  # Blaker's lie within Garwood's


def test_large_missing_and_broken_counts():
    lower, upper = poisson_interval(np.array([[np.nan, 90_000], [0, 3]]), method="blaker")
    assert np.isnan(lower[0, 0])
    assert np.isnan(upper[0, 0])
    assert lower[0, 1] == pytest.approx(90_000 - 1.96 * 300, rel=1e-4)
    assert lower[1, 0] == 0
    with pytest.raises(ValueError, match="whole"):
        poisson_interval(2.5, method="minlike")
    found = crude_rate(pd.DataFrame({"count": [3, 0], "exposure": [100.0, 50.0]}), method="minlike")
    assert found["method"].eq("minlike").all()
    assert found["lower"].iat[1] == 0
