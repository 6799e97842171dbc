"""Weights that meet totals exactly, and the tests that rest on them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize

from kunskapsbaserat.effects import balance_weights
from kunskapsbaserat.effects.balance_solver import balanced
from kunskapsbaserat.errors import DesignError, OptionError, TableError

QUARTERS = pd.period_range("2020Q1", periods=12, freq="Q")


def blocks(seed: int = 1, *, areas: int = 240, treated: int = 12, effect: float = 0.0, outcomes: int = 2) -> pd.DataFrame:
    """Small areas with covariates; the last `treated` have the measure from 2022Q3 on."""
    rng = np.random.default_rng(seed)
    people = rng.poisson(60, areas) + 10.0
    level = np.exp(0.5 * rng.normal(size=(areas, 1))) * people[:, None] / 60
    rows = {
        "area": np.repeat([f"{i:05}" for i in range(areas)], 12),
        "period": np.tile(QUARTERS, areas),
        "people": np.repeat(people, 12),
    }
    own = (np.arange(areas) >= areas - treated)[:, None] & (np.arange(12) >= 10)
    for k in range(outcomes):
        rows[f"y{k}"] = rng.poisson(2 * level * np.where(own, 1 + effect, 1) * np.ones((1, 12))).ravel()
    return pd.DataFrame(rows)


def weighted(table: pd.DataFrame, **options: object):
    treated = sorted(table["area"].unique())[-12:]
    options = {"outcomes": ["y0", "y1"], "covariates": ["people"], "placebos": 0, "every": 2} | options
    return balance_weights(table, treated=treated, start="2022Q3", **options)


@pytest.mark.parametrize("objective", ["variance", "entropy"])
def test_totals_are_met_exactly_by_the_weights_nearest_equal(objective: str):
    rng = np.random.default_rng(2)
    traits = np.column_stack([np.ones(25), rng.normal(size=(25, 3)) + 2])
    totals = 5 * traits[:3].mean(axis=0) * 0.5 + 5 * traits.mean(axis=0) * 0.5
    w = balanced(traits, totals, 0.2, objective)
    np.testing.assert_allclose(w @ traits, totals, atol=1e-8)
    assert w.min() >= 0

    def far(v: np.ndarray) -> float:
        v = np.maximum(v, 1e-12)
        return float(((v - 0.2) ** 2).sum() / 0.4) if objective == "variance" else float((v * np.log(v / 0.2) - v + 0.2).sum())

    slow = minimize(
        far,
        np.full(25, 0.2),
        bounds=[(0, None)] * 25,
        constraints={"type": "eq", "fun": lambda v: v @ traits - totals},
        method="SLSQP",
        options={"ftol": 1e-14, "maxiter": 1_000},
    )
    np.testing.assert_allclose(w, slow.x, atol=1e-4)


def test_totals_that_no_weights_meet():
    traits = np.column_stack([np.ones(10), np.arange(10.0)])
    assert balanced(traits, np.array([2.0, 30.0]), 0.2, "variance") is None
    assert balanced(traits, np.array([2.0, 30.0]), 0.2, "entropy") is None
    table = blocks()
    own = table["area"].isin(sorted(table["area"].unique())[-12:])
    with pytest.raises(DesignError, match="no weights"):
        weighted(table.assign(people=np.where(own, 10_000.0, table["people"])))


def test_the_balance_is_exact_and_the_expected_is_weighted():
    table = blocks(3)
    found = weighted(table)
    np.testing.assert_allclose(found.balance["weighted"], found.balance["treated"], rtol=1e-7)
    assert found.weights.sum() == pytest.approx(12)
    assert found.effective_areas < len(found.weights)
    late = table[table["period"] >= "2022Q3"].groupby("area")["y0"].sum()
    assert found.rows["expected"].iat[0] == pytest.approx((found.weights * late[found.weights.index]).sum())
    assert found.rows["observed"].iat[0] == late.loc[sorted(table["area"].unique())[-12:]].sum()
    assert set(found.rows["reason"]) == {"no_placebos"}
    assert found.rows["p_value"].isna().all()


def test_the_error_is_that_of_a_weighted_regression_with_areas_as_clusters():
    from statsmodels.regression.linear_model import WLS

    table = blocks(4)
    found = weighted(table)
    late = table[table["period"] >= "2022Q3"]
    own = late["area"].isin(sorted(table["area"].unique())[-12:]).astype(float)
    weights = late["area"].map(found.weights).fillna(1.0)
    terms = np.column_stack([own, late["period"] == "2022Q3", late["period"] == "2022Q4"]).astype(float)
    groups = pd.factorize(late["area"])[0]
    fit = WLS(late["y0"].to_numpy(dtype=float), terms, weights=weights.to_numpy()).fit(
        cov_type="cluster", cov_kwds={"groups": groups, "use_correction": False}
    )
    n = len(np.unique(groups))
    assert found.rows["statistic"].iat[0] == pytest.approx(fit.tvalues[0] / np.sqrt(n / (n - 1)), rel=1e-6)


def test_placebos_find_an_effect_and_correct_for_several_outcomes():
    found = weighted(blocks(5, effect=-0.6), placebos=59)
    assert found.n_placebo + found.failed_placebos == 59
    assert found.omnibus_p == pytest.approx(1 / (found.n_placebo + 1))
    assert found.omnibus_model_p < 0.001
    assert (found.rows["p_family"] >= found.rows["p_value"] - 1e-12).all()
    assert (found.rows["upper"] < 0).all()
    assert found.rows["reason"].isna().all()


@pytest.mark.thorough
def test_placebos_hold_their_rate():
    alarms = sum(weighted(blocks(seed, areas=120), placebos=39, every=5).omnibus_p < 0.05 for seed in range(40))
    assert alarms <= 6  # binomial(40, 0.05) exceeds 6 in less than 0.4 %


def test_an_outcome_without_events_is_said():
    found = weighted(blocks(6).assign(y1=0))
    assert found.rows["reason"].tolist() == ["no_placebos", "no_events"]
    assert np.isnan(found.rows["p_model"].iat[1])


def test_bad_input_is_refused():
    table = blocks(7)
    changing = table.assign(people=np.arange(len(table), dtype=float))
    with pytest.raises(TableError):
        weighted(changing)
    with pytest.raises(OptionError):
        weighted(table, objective="ridge")
    with pytest.raises(OptionError):
        weighted(table, placebos=-1)
