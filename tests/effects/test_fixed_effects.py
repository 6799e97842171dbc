"""Fixed effects against the slow obvious way: a column for every group."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import scipy
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from kunskapsbaserat.effects import Inference, bacon, clustered_effect, fepois, twfe
from kunskapsbaserat.effects.demean import demean, n_levels
from kunskapsbaserat.errors import DesignError, OptionError, TableError


def panel(units: int = 14, periods: int = 16, treated: int = 4, seed: int = 4) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    rows = pd.MultiIndex.from_product([range(units), range(periods)], names=["unit", "t"]).to_frame(index=False)
    rows["people"] = 1000 * (1 + rows["unit"]) * (1 + 0.01 * rows["t"])
    rows["measure"] = ((rows["unit"] < treated) & (rows["t"] >= 10)).astype(float)
    rows["x"] = rng.normal(size=len(rows))
    rows["region"] = rows["unit"] % 3
    mean = 2e-3 * rows["people"] * np.exp(0.1 * np.sin(rows["t"]) - 0.3 * rows["measure"] + 0.2 * rows["x"])
    rows["count"] = rng.poisson(mean)
    rows["y"] = np.log(mean) + rng.normal(scale=0.3, size=len(rows))
    rows["weight"] = rng.uniform(0.5, 3, len(rows))
    return rows


def dummies(rows: pd.DataFrame, regressors: list[str], effects: list[str]) -> np.ndarray:
    parts = [rows[regressors].to_numpy(dtype=float), np.ones((len(rows), 1))]
    parts += [pd.get_dummies(rows[name], drop_first=True).to_numpy(dtype=float) for name in effects]
    return np.column_stack(parts)


def test_poisson_is_the_model_with_indicators():
    rows, names = panel(), ["measure", "x"]
    found = fepois(rows, outcome="count", regressors=names, effects=["unit", "t"], exposure="people")
    design = dummies(rows, names, ["unit", "t"])
    oracle = sm.GLM(rows["count"], design, family=sm.families.Poisson(), offset=np.log(rows["people"])).fit(tol=1e-13)
    assert_allclose(found.coefficients, oracle.params[:2], rtol=1e-8)
    assert_allclose(found.errors, oracle.bse[:2], rtol=1e-8)
    assert_allclose(found.deviance, oracle.deviance, rtol=1e-10)
    assert found.df == oracle.df_resid
    clustered = sm.GLM(rows["count"], design, family=sm.families.Poisson(), offset=np.log(rows["people"])).fit(
        tol=1e-13, cov_type="cluster", cov_kwds={"groups": rows["unit"], "use_correction": False}
    )
    assert_allclose(found.cluster_errors("unit", small_sample="none"), clustered.bse[:2], rtol=1e-7)
    ratio = found.cluster_errors("unit", small_sample="clusters") / found.cluster_errors("unit", small_sample="none")
    assert_allclose(ratio**2, 14 / 13)


def test_full_small_sample_factor_counts_levels_outside_the_clusters():
    rows = panel()
    found = fepois(rows, outcome="count", regressors=["measure"], effects=["unit", "t"])
    ratio = found.cluster_errors("unit") / found.cluster_errors("unit", small_sample="none")
    n = len(rows)
    assert_allclose(ratio**2, 14 / 13 * (n - 1) / (n - 1 - 16))  # one regressor, 16 periods; units lie within clusters


def test_r_glm_stops_earlier():
    """The same coefficients to eight digits; errors by the weights of the round before."""
    rows = panel()
    exact, early = (
        fepois(rows, outcome="count", regressors=["measure"], effects=["unit", "t"], compat=c) for c in ("converged", "r_glm")
    )
    assert_allclose(early.coefficients, exact.coefficients, rtol=1e-6)
    assert_allclose(early.errors, exact.errors, rtol=1e-3)
    assert early.errors.iloc[0] != exact.errors.iloc[0]


def test_without_groups_the_level_is_a_coefficient():
    rows = panel()
    found = fepois(rows, outcome="count", regressors=["x"], exposure="people")
    design = np.column_stack([np.ones(len(rows)), rows["x"]])
    oracle = sm.GLM(rows["count"], design, family=sm.families.Poisson(), offset=np.log(rows["people"])).fit(tol=1e-13)
    assert list(found.coefficients.index) == ["(Intercept)", "x"]
    assert_allclose(found.coefficients, oracle.params, rtol=1e-8)
    assert_allclose(found.errors, oracle.bse, rtol=1e-8)
    assert found.df == oracle.df_resid


def test_two_way_clusters_add_and_subtract():
    """Cameron, Gelbach and Miller: the one, plus the other, less the crossing, from scores per row."""
    rows = panel()
    found = twfe(rows, outcome="y", regressors=["measure"], effects=["unit", "t"])
    clusters = {"a": "unit", "b": "t"}

    def squared(groups: pd.Series) -> float:
        return float((pd.Series(found.scores[:, 0]).groupby(groups.to_numpy()).sum() ** 2).sum())

    middle = squared(rows["unit"]) + squared(rows["t"]) - squared(rows["unit"] * 1000 + rows["t"])
    by_hand = np.sqrt(found.bread[0, 0] ** 2 * middle)
    assert_allclose(found.cluster_errors(*clusters.values(), small_sample="none"), by_hand, rtol=1e-10)


@pytest.mark.parametrize("effects", [["unit"], ["unit", "t"], ["unit", "t", "wave"]])
def test_least_squares_is_the_weighted_model_with_indicators(effects: list[str]):
    rows = panel()
    rows["wave"] = (rows["unit"] + rows["t"]) % 5
    found = twfe(rows, outcome="y", regressors=["measure", "x"], effects=effects, weights="weight")
    oracle = sm.WLS(rows["y"], dummies(rows, ["measure", "x"], effects), weights=rows["weight"]).fit()
    assert_allclose(found.coefficients, oracle.params.iloc[:2], rtol=1e-8)
    assert_allclose(found.errors, oracle.bse.iloc[:2], rtol=1e-8)
    assert found.df == oracle.df_resid


def test_demeaned_is_the_residual():
    rng = np.random.default_rng(5)
    groups = [rng.integers(0, 6, 200), rng.integers(0, 9, 200), rng.integers(0, 4, 200)]
    groups = [np.unique(g, return_inverse=True)[1] for g in groups]
    columns, weights = rng.normal(size=(200, 2)), rng.uniform(0.1, 5, 200)
    design = np.column_stack([np.eye(g.max() + 1)[g] for g in groups])
    root = np.sqrt(weights)[:, None]
    fitted = design @ np.linalg.lstsq(design * root, columns * root, rcond=None)[0]
    assert_allclose(demean(columns, groups, weights), columns - fitted, atol=1e-10)
    assert n_levels(groups) == np.linalg.matrix_rank(design)


def test_free_levels_of_parts_that_do_not_meet():
    """Two groupings whose rows fall in two separate parts share two levels, not one."""
    first, second = np.array([0, 0, 1, 1, 2, 2]), np.array([0, 1, 0, 1, 2, 3])
    design = np.column_stack([np.eye(3)[first], np.eye(4)[second]])
    assert n_levels([first, second]) == np.linalg.matrix_rank(design) == 5


def test_groups_without_events_are_left_out_and_counted():
    rows = panel()
    rows.loc[(rows["unit"] == 13) | (rows["t"] == 3), "count"] = 0
    found = fepois(rows, outcome="count", regressors=["measure"], effects=["unit", "t"])
    kept = rows[(rows["unit"] != 13) & (rows["t"] != 3)]
    again = fepois(kept, outcome="count", regressors=["measure"], effects=["unit", "t"])
    assert found.n_dropped == len(rows) - len(kept)
    assert found.n == len(kept)
    assert_allclose(found.coefficients, again.coefficients, rtol=1e-9)


def test_a_coefficient_that_runs_away_is_refused():
    rows = panel()
    rows.loc[rows["measure"] == 1, "count"] = 0
    with pytest.raises(DesignError, match="runs away") as refused:
        fepois(rows, outcome="count", regressors=["measure"], effects=["unit", "t"])
    assert refused.value.reason == "separated"


def test_what_the_groups_explain_is_refused():
    rows = panel().assign(late=lambda r: (r["t"] > 5).astype(float), twice=lambda r: 2 * r["x"])
    for fit, outcome in ((fepois, "count"), (twfe, "y")):
        for regressors in (["late"], ["x", "twice"]):
            with pytest.raises(DesignError, match=regressors[-1]) as refused:
                fit(rows, outcome=outcome, regressors=regressors, effects=["unit", "t"])
            assert refused.value.reason == "absorbed"


def test_missing_and_negative_values_are_refused():
    rows = panel()
    for column, value in (("count", -1), ("count", np.nan), ("x", np.nan), ("people", 0.0), ("unit", np.nan)):
        bad = rows.astype({column: float})
        bad.loc[3, column] = value
        with pytest.raises(TableError, match=column):
            fepois(bad, outcome="count", regressors=["x"], effects=["unit", "t"], exposure="people")
    with pytest.raises(TableError, match="weight"):
        twfe(rows.assign(weight=0.0), outcome="y", regressors=["x"], effects=["unit"], weights="weight")
    with pytest.raises(TableError, match="count"):
        fepois(rows.assign(count=0), outcome="count", regressors=["x"], effects=["unit"])
    with pytest.raises(OptionError):
        fepois(rows, outcome="count", regressors=[], effects=["unit"])
    with pytest.raises(OptionError):
        fepois(rows, outcome="count", regressors=["x"]).cluster_errors()


# Clustered inference


def test_few_treated_clusters_are_refused():
    rows = panel(treated=9, units=40)
    fit = fepois(rows, outcome="count", regressors=["measure"], effects=["unit", "t"], exposure="people")
    with pytest.raises(DesignError, match="did") as refused:
        clustered_effect(fit, "measure", cluster="unit")
    assert refused.value.reason == "few_treated_clusters"
    assert "Minst 10" in refused.value.svenska
    few_without = fepois(panel(treated=35, units=40), outcome="count", regressors=["measure"], effects=["unit", "t"])
    with pytest.raises(DesignError) as refused:
        clustered_effect(few_without, "measure", cluster="unit")
    assert refused.value.reason == "few_control_clusters"


def test_many_treated_clusters_give_an_answer_that_claims_nothing():
    rows = panel(treated=20, units=45)
    fit = fepois(rows, outcome="count", regressors=["measure", "x"], effects=["unit", "t"], exposure="people")
    answer = clustered_effect(fit, "measure", cluster="unit", outcome="count")
    assert answer.inference is Inference.CLUSTER
    assert not answer.may_claim
    assert answer.lower < -0.3 < answer.upper < 0
    details = answer.diagnostics.details
    assert details["usual_error"] == fit.cluster_errors("unit")["measure"]
    assert 3 < details["effective_clusters"] < 20  # people run from 1 000 to 20 000
    assert answer.upper - answer.lower > 2 * 2.015368 * details["usual_error"]  # t, 44 df
    assert answer.diagnostics.n_treated == 20


@pytest.mark.parametrize("many", [12, 20])
def test_the_error_is_that_of_leaving_out_one_area_at_a_time(many: int):
    """With a level for each area alone the others' levels do not move: the refits are the jackknife itself."""
    rows = panel(treated=many, units=40)
    asked = {"outcome": "y", "regressors": ["measure", "x"], "effects": ["unit"]}
    whole = twfe(rows, **asked)
    without = [
        twfe(rows[rows["unit"] != unit], **{**asked, "regressors": ["measure", "x"]}).coefficients["measure"]
        for unit in rows["unit"].unique()
    ]
    answer = clustered_effect(whole, "measure", cluster="unit")
    slow = np.sqrt(39 / 40 * np.sum((np.array(without) - whole.coefficients["measure"]) ** 2))
    effective = answer.diagnostics.details["effective_clusters"]
    assert_allclose((answer.upper - answer.lower) / 2, scipy.stats.t.ppf(0.975, effective - 1) * slow, rtol=0.02)
    assert_allclose(effective, many, rtol=0.1)  # all weigh nearly alike


def test_one_area_that_weighs_most_counts_as_few():
    rows = panel(treated=20, units=45)
    rows.loc[rows["unit"] == 0, ["people", "count"]] *= 400
    fit = fepois(rows, outcome="count", regressors=["measure"], effects=["unit", "t"], exposure="people")
    answer = clustered_effect(fit, "measure", cluster="unit")
    assert answer.diagnostics.details["effective_clusters"] < 2
    assert answer.lower < 0 < answer.upper


@pytest.mark.thorough
def test_areas_of_unlike_size_are_called_no_oftener_than_they_should():
    """Levels that vary from year to year, sizes over four powers of ten, twelve of forty with a measure that does nothing."""
    rng = np.random.default_rng(7)
    usual, ours = [], []
    for _ in range(150):
        rows = panel(units=40, treated=12, seed=int(rng.integers(1_000_000)))
        size = rng.lognormal(4, 2, 40)
        level = np.exp(rng.normal(0, 0.15, (40, 2)))[rows["unit"], (rows["t"] >= 10).astype(int)]
        rows["count"] = rng.poisson(size[rows["unit"]] * level)
        fit = fepois(rows, outcome="count", regressors=["measure"], effects=["unit", "t"])
        answer = clustered_effect(fit, "measure", cluster="unit")
        usual.append(abs(answer.estimate) > scipy.stats.t.ppf(0.975, 39) * answer.diagnostics.details["usual_error"])
        ours.append(answer.p_value < 0.05)
    assert np.mean(usual) > 0.1
    assert np.mean(ours) < 0.08


# Goodman-Bacon


@given(
    seed=st.integers(0, 10_000), starts=st.lists(st.integers(0, 8), min_size=4, max_size=9).filter(lambda s: len(set(s)) > 1)
)
@settings(max_examples=40, deadline=None)
def test_the_comparisons_add_up_to_the_two_way_estimate(seed: int, starts: list[int]):
    """Starts 1-7, 8 is never and 0 always: the weighted mean of the comparisons is the regression's coefficient."""
    if set(starts) == {0, 8}:
        starts = [*starts, 4]
    rng = np.random.default_rng(seed)
    rows = pd.MultiIndex.from_product([range(len(starts)), range(8)], names=["unit", "t"]).to_frame(index=False)
    rows["measure"] = (rows["t"] >= np.array(starts)[rows["unit"]]).astype(float)
    rows["y"] = rng.normal(size=len(rows)) + rows["measure"]
    found = bacon(rows, outcome="y", treated="measure", unit="unit", time="t")
    whole = twfe(rows, outcome="y", regressors=["measure"], effects=["unit", "t"])
    assert_allclose(found.estimate, whole.coefficients.iloc[0], atol=1e-9)
    assert_allclose(found.by_kind()["weight"].sum(), 1)
    assert (found.comparisons["weight"] > 0).all()


def test_each_comparison_is_a_regression_on_its_own_rows():
    rows = panel(units=9)
    start = {0: 4, 1: 4, 2: 9, 3: 9, 4: 9}
    rows["measure"] = (rows["t"] >= rows["unit"].map(start).fillna(99)).astype(float)
    table = bacon(rows, outcome="y", treated="measure", unit="unit", time="t").comparisons.set_index("kind")
    early = rows[(rows["unit"] < 5) & (rows["t"] < 9)]
    late = rows[(rows["unit"] < 5) & (rows["t"] >= 4)]
    for kind, part in (("earlier_vs_later", early), ("later_vs_earlier", late)):
        alone = twfe(part, outcome="y", regressors=["measure"], effects=["unit", "t"])
        assert_allclose(table.at[kind, "estimate"], alone.coefficients.iloc[0])
    assert (table.at["later_vs_earlier", "treated"], table.at["later_vs_earlier", "control"]) == (9, 4)
    assert table.loc["treated_vs_untreated", "control"].isna().all()


def test_bacon_refuses():
    rows = panel(units=5, treated=2)
    ask = {"outcome": "y", "treated": "measure", "unit": "unit", "time": "t"}
    with pytest.raises(TableError, match="every unit and period"):
        bacon(rows.iloc[1:], **ask)
    with pytest.raises(TableError, match="every unit and period"):
        bacon(pd.concat([rows, rows.iloc[:1]]), **ask)
    with pytest.raises(TableError, match="0 or 1"):
        bacon(rows.assign(measure=0.5), **ask)
    with pytest.raises(DesignError, match="loses"):
        bacon(rows.assign(measure=rows["measure"] * (rows["t"] < 12)), **ask)
    with pytest.raises(DesignError, match="same period"):
        bacon(rows.assign(measure=(rows["t"] > 3) * 1.0), **ask)
