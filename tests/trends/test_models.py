"""Generalised linear models, count trends, breakpoints: beside statsmodels and known truth."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kunskapsbaserat import simulate
from kunskapsbaserat.errors import KunskapError, OptionError, TableError
from kunskapsbaserat.trends import Change, broken_line, count_trend
from kunskapsbaserat.trends.glm import fit_glm, fit_negative_binomial, leverage
from kunskapsbaserat.trends.glm_batch import fit_poisson

N = 60
RNG = np.random.default_rng(12)


@pytest.fixture(autouse=True)
def _same_draws_in_any_order() -> None:
    """A test draws the same whichever tests ran before it."""
    RNG.bit_generator.state = np.random.default_rng(12).bit_generator.state


X = np.column_stack([np.ones(N), np.arange(N) / N, RNG.normal(size=N)])
MEAN = np.exp(1.5 + 0.8 * X[:, 1] + 0.2 * X[:, 2])
OFFSET = RNG.normal(scale=0.2, size=N)
COUNTS = RNG.negative_binomial(4, 4 / (4 + MEAN)).astype(float)


@pytest.mark.parametrize("family", ["poisson", "binomial", "gaussian", "negative_binomial"])
def test_glm_as_in_statsmodels(family: str):
    import statsmodels.api as sm

    trials = np.full(N, 40.0)
    y = {"binomial": np.minimum(COUNTS, 40) / 40, "gaussian": COUNTS}.get(family, COUNTS)
    theirs = {
        "poisson": sm.families.Poisson(),
        "binomial": sm.families.Binomial(),
        "gaussian": sm.families.Gaussian(),
        "negative_binomial": sm.families.NegativeBinomial(alpha=0.25),
    }[family]
    weights = trials if family == "binomial" else None
    fit = fit_glm(X, y, family=family, offset=OFFSET, weights=weights, alpha=0.25 if family == "negative_binomial" else 0)
    model = sm.GLM(y, X, family=theirs, offset=OFFSET, var_weights=weights).fit(tol=1e-12)
    np.testing.assert_allclose(fit.coefficients, model.params, rtol=1e-7)
    np.testing.assert_allclose(fit.unscaled, model.normalized_cov_params, rtol=1e-6)
    assert fit.deviance == pytest.approx(model.deviance)
    assert fit.pearson == pytest.approx(model.pearson_chi2)
    np.testing.assert_allclose(leverage(X, fit), model.get_hat_matrix_diag(observed=False), rtol=1e-6)


def test_negative_binomial_and_newey_west_as_in_statsmodels():
    import statsmodels.api as sm

    fit, theta, _ = fit_negative_binomial(X, COUNTS, offset=OFFSET)
    theirs = sm.NegativeBinomial(COUNTS, X, offset=OFFSET).fit(disp=0, method="newton", maxiter=200)
    np.testing.assert_allclose(fit.coefficients, theirs.params[:3], rtol=1e-4)
    assert 1 / theta == pytest.approx(theirs.params[3], rel=1e-4)
    hac = count_trend(COUNTS, time=False, terms=pd.DataFrame(X[:, 1:]), errors="hac", lags=4, family="poisson")
    robust = sm.GLM(COUNTS, X, family=sm.families.Poisson()).fit(
        cov_type="HAC", cov_kwds={"maxlags": 4, "use_correction": True}
    )
    np.testing.assert_allclose(hac.terms["standard_error"], robust.bse, rtol=1e-6)


def test_many_series_at_once_as_one_by_one():
    counts = np.vstack([COUNTS, RNG.poisson(2, N), RNG.poisson(80, N), np.zeros(N)])
    weights = RNG.uniform(0.5, 2, counts.shape)
    batch = fit_poisson(X, counts, offset=np.tile(OFFSET, (4, 1)), weights=weights)
    for i in range(3):
        one = fit_glm(X, counts[i], offset=OFFSET, weights=weights[i])
        np.testing.assert_allclose(batch.coefficients[i], one.coefficients, rtol=1e-6)
        np.testing.assert_allclose(batch.unscaled[i], one.unscaled, rtol=1e-5)
        assert batch.dispersion[i] == pytest.approx(one.dispersion)
    assert batch.converged.tolist() == [True, True, True, False]
    assert np.isnan(batch.coefficients[3]).all()


# ---- count_trend -------------------------------------------------------------------------------------------------------


def monthly(growth: float = 1.0, *, mean: float = 100, seed: int = 1, **more: float) -> pd.Series:
    means = simulate.month_means([mean], years=10, season=0.3) * growth ** (np.arange(120) / 12)
    counts = simulate.autocorrelated_counts(np.random.default_rng(seed), means, **more)[0]
    return pd.Series(counts, index=pd.period_range("2015-01", periods=120, freq="M"))


def test_a_known_trend_is_found_in_months_and_in_years():
    months = monthly(1.08)
    years = months.groupby(months.index.year).sum()
    years.index = pd.PeriodIndex(years.index.astype(str), freq="Y")
    for series in (months, years):
        found = count_trend(series)
        assert found.annual["lower"] < 8 < found.annual["upper"]
        assert found.change is Change.SAKERSTALLD_OKNING
    assert count_trend(months, season="harmonic").annual["change"] == pytest.approx(8, abs=2)


def test_exposure_explains_a_growing_population():
    people = np.linspace(10_000, 20_000, 120)
    rng = np.random.default_rng(2)
    counts = pd.Series(rng.poisson(people / 1000), index=pd.period_range("2015-01", periods=120, freq="M"))
    assert count_trend(counts).change is Change.SAKERSTALLD_OKNING
    assert count_trend(counts, exposure=people).change is Change.INGEN_SAKERSTALLD_SKILLNAD


def test_the_family_by_rule():
    poisson = monthly(mean=60)
    assert count_trend(poisson).family in ("poisson", "quasipoisson")
    assert count_trend(monthly(mean=600, dispersion=6.0)).family == "quasipoisson"
    wide = np.exp(np.linspace(2, 6, 120))
    gamma = np.random.default_rng(3).gamma(3, 1 / 3, 120)
    grown = pd.Series(np.random.default_rng(4).poisson(wide * gamma), index=poisson.index)
    assert count_trend(grown).family == "negative_binomial"
    even = pd.Series(np.tile([9, 10, 11, 10], 10))
    runaway = count_trend(even, family="negative_binomial")
    assert (runaway.family, "nb_fallback" in runaway.cautions) == ("quasipoisson", True)


def test_few_events_are_not_judged():
    assert count_trend(monthly(1.3, mean=3)).change is Change.FOR_FA_BROTT


def test_count_trend_refuses():
    with pytest.raises(TableError, match="every period"):
        count_trend([1, None, 3, 4])
    with pytest.raises(TableError, match="exposure"):
        count_trend([1, 2, 3, 4], exposure=[1, 0, 1, 1])
    with pytest.raises(TableError, match="more counts"):
        count_trend([1, 2])
    for option in ({"family": "gamma"}, {"errors": "boot"}, {"season": "moon"}):
        with pytest.raises(OptionError):
            count_trend([1, 2, 3, 4, 5], **option)


def test_nothing_but_zeros_is_said_to_be_too_few():
    found = count_trend(pd.Series(np.zeros(24), index=pd.period_range("2023-01", periods=24, freq="M")), season="none")
    assert found.change is Change.FOR_FA_BROTT
    assert not np.isinf(found.terms.select_dtypes("number").to_numpy()).any()


# ---- breakpoints -------------------------------------------------------------------------------------------------------


def test_breakpoints_of_a_known_line():
    x = np.arange(80.0)
    mean = np.exp(3 + 0.03 * x - 0.08 * np.maximum(0, x - 40.4))
    y = np.random.default_rng(5).poisson(mean)
    found = broken_line(y, x, start=30)
    assert found.breakpoints["lower"].iat[0] < 40.4 < found.breakpoints["upper"].iat[0]
    assert found.slopes["slope"].to_numpy() == pytest.approx([0.03, -0.05], abs=0.01)
    straight = broken_line(2 * np.abs(x - 33.3) + np.random.default_rng(6).normal(size=80), x, start=50, family="gaussian")
    assert straight.breakpoints["estimate"].iat[0] == pytest.approx(33.3, abs=0.3)


def test_broken_line_refuses():
    with pytest.raises(OptionError, match="family"):
        broken_line([1, 2, 3, 4, 5, 6], range(6), start=3, family="gamma")
    with pytest.raises(OptionError, match="trials"):
        broken_line([1, 2, 3, 4, 5, 6], range(6), start=3, family="binomial")
    with pytest.raises(TableError):
        broken_line([1, 2, 3], range(3), start=1)
    with pytest.raises(KunskapError, match="no breakpoint"):
        broken_line(np.full(30, 5), np.arange(30.0), start=15)
