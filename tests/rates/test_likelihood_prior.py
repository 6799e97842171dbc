"""Empirical Bayes by maximum likelihood: Scottish lip cancer (Clayton and Kaldor 1987), with statsmodels as oracle."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from kunskapsbaserat.rates import empirical_bayes
from kunskapsbaserat.rates.smoothing import likelihood_prior

# Male lip cancer 1975-1980 in 56 counties: cases, and those that the country's rates by age would give
CASES = [9, 39, 11, 9, 15, 8, 26, 7, 6, 20, 13, 5, 3, 8, 17, 9, 2, 7, 9, 7, 16, 31, 11, 7, 19, 15, 7, 10]
CASES += [16, 11, 5, 3, 7, 8, 11, 9, 11, 8, 6, 4, 10, 8, 2, 6, 19, 3, 2, 3, 28, 6, 1, 1, 1, 1, 0, 0]
EXPECTED = [1.4, 8.7, 3.0, 2.5, 4.3, 2.4, 8.1, 2.3, 2.0, 6.6, 4.4, 1.8, 1.1, 3.3, 7.8, 4.6, 1.1, 4.2, 5.5, 4.4, 10.5]
EXPECTED += [22.7, 8.8, 5.6, 15.5, 12.5, 6.0, 9.0, 14.4, 10.2, 4.8, 2.9, 7.0, 8.5, 12.3, 10.1, 12.7, 9.4, 7.2, 5.3, 18.8]
EXPECTED += [15.8, 4.3, 14.6, 50.7, 8.2, 5.6, 9.3, 88.7, 19.6, 3.4, 3.6, 5.7, 7.0, 4.2, 1.8]


def lips() -> pd.DataFrame:
    return pd.DataFrame({"count": CASES, "exposure": EXPECTED})


def test_the_prior_of_the_lip_cancers():
    """Shape and scale of the gamma distribution to two decimals."""
    row = empirical_bayes(lips(), per=1, method="ml").iloc[0]
    assert row["prior_mean"] ** 2 / row["prior_variance"] == pytest.approx(1.88, abs=0.005)
    assert row["prior_mean"] / row["prior_variance"] == pytest.approx(1.32, abs=0.005)
    assert row["shrunken_rate"] == pytest.approx((9 + 1.8795) / (1.4 + 1.3217), abs=1e-3)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_it_is_statsmodels_negative_binomial(seed: int):
    rng = np.random.default_rng(seed)
    years = rng.lognormal(9, 1, 60)
    counts = rng.poisson(years * 0.003 * rng.gamma(2.5, 1 / 2.5, 60)) if seed else None
    counts, years = (np.array(CASES), np.array(EXPECTED)) if counts is None else (counts, years)
    model = sm.NegativeBinomial(counts, np.ones(len(counts)), offset=np.log(years))
    fit = model.fit(disp=False, maxiter=500, start_params=[np.log(counts.sum() / years.sum()), 0.5])
    mean, variance = likelihood_prior(counts.astype(float), years)
    assert mean == pytest.approx(np.exp(fit.params[0]), rel=1e-4)
    assert variance / mean**2 == pytest.approx(fit.params[1], rel=1e-3)


def test_counts_that_vary_no_more_than_chance_have_no_variance():
    same = pd.DataFrame({"count": [10, 20, 30, 40], "exposure": [1000.0, 2000.0, 3000.0, 4000.0]})
    found = empirical_bayes(same, per=1, method="ml")
    assert found["prior_variance"].eq(0).all()
    np.testing.assert_allclose(found["shrunken_rate"], 0.01)
    none = empirical_bayes(same.assign(count=0), method="ml")
    assert none["shrunken_rate"].eq(0).all()
    assert empirical_bayes(same.iloc[:1], per=1, method="ml")["shrunken_rate"].iat[0] == pytest.approx(0.01)


def test_missing_and_empty_areas_keep_their_reasons():
    rows = pd.concat([lips(), pd.DataFrame({"count": [np.nan, 0], "exposure": [5.0, 0.0]})], ignore_index=True)
    found = empirical_bayes(rows, per=1, method="ml")
    assert found["reason"].tolist()[-2:] == ["no_count", "no_exposure"]
    assert found["shrunken_rate"].iat[-1] == pytest.approx(found["prior_mean"].iat[0])
