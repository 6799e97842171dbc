"""Several evaluations together: the BCG trials as R's metafor prints them, statsmodels, and a prediction's coverage."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.meta_analysis import combine_effects

from kunskapsbaserat import simulate
from kunskapsbaserat.effects import Design, did, pool_effects
from kunskapsbaserat.effects.pooled import between_variance
from kunskapsbaserat.effects.result import Scale
from kunskapsbaserat.errors import DesignError, KunskapError, TableError

# Colditz and others (1994): tuberculosis among vaccinated and not, 13 trials: cases and non-cases of each
TRIALS = [(4, 119, 11, 128), (6, 300, 29, 274), (3, 228, 11, 209), (62, 13536, 248, 12619), (33, 5036, 47, 5761)]
TRIALS += [(180, 1361, 372, 1079), (8, 2537, 10, 619), (505, 87886, 499, 87892), (29, 7470, 45, 7232), (17, 1699, 65, 1600)]
TRIALS += [(186, 50448, 141, 27197), (5, 2493, 3, 2338), (27, 16886, 29, 17825)]


def bcg() -> pd.DataFrame:
    a, b, c, d = np.array(TRIALS, dtype=float).T
    variance = 1 / a - 1 / (a + b) + 1 / c - 1 / (c + d)
    return pd.DataFrame({"estimate": np.log(a / (a + b) / (c / (c + d))), "standard_error": np.sqrt(variance)})


def test_the_bcg_trials():
    """metafor, README: rma(yi, vi, test = "knha") and predict(res, transf = exp)."""
    found = pool_effects(bcg())
    printed = {"variance": 0.3132, "variance_error": 0.1664, "q": 152.2330, "estimate": -0.7145, "standard_error": 0.1808}
    printed |= {"p_value": 0.0019, "lower": -1.1084, "upper": -0.3206}
    for name, value in printed.items():
        assert getattr(found, name) == pytest.approx(value, abs=5.1e-5), name
    assert 100 * found.i_squared == pytest.approx(92.22, abs=0.005)
    assert found.q_p < 1e-4
    assert np.exp([found.estimate, found.lower, found.upper]) == pytest.approx([0.49, 0.33, 0.73], abs=0.005)
    assert np.exp([found.prediction_lower, found.prediction_upper]) == pytest.approx([0.14, 1.76], abs=0.005)
    assert found.conf_int().loc["prediction"].tolist() == [found.prediction_lower, found.prediction_upper]
    assert found.summary_frame().at["mean", "estimate"] == found.estimate
    assert found.rows["weight"].sum() == pytest.approx(1)


def test_with_the_same_variance_between_it_is_statsmodels():
    table = bcg()
    own = pool_effects(table)
    other = combine_effects(table["estimate"].to_numpy(), table["standard_error"].to_numpy() ** 2, method_re="iterated")
    assert own.q == pytest.approx(other.q)
    weight = 1 / (table["standard_error"] ** 2 + own.variance)
    assert own.estimate == pytest.approx((weight * table["estimate"]).sum() / weight.sum())


def test_the_variance_is_the_most_likely():
    rng = np.random.default_rng(4)
    for _ in range(5):
        v = rng.uniform(0.01, 0.3, 7)
        y = rng.normal(0, np.sqrt(v + 0.1))

        def likelihood(tau2: float, y: np.ndarray = y, v: np.ndarray = v) -> float:
            w = 1 / (v + tau2)
            return 0.5 * (np.log(w).sum() - np.log(w.sum()) - w @ (y - w @ y / w.sum()) ** 2)

        grid = np.linspace(0, 3, 30_001)
        assert between_variance(y, v) == pytest.approx(grid[np.argmax([likelihood(t) for t in grid[::30]]) * 30], abs=0.004)


def test_the_prediction_covers_the_next_place():
    rng = np.random.default_rng(5)
    covered = 0
    for _ in range(200):
        errors = rng.uniform(0.05, 0.3, 8)
        true = rng.normal(-0.2, 0.2, 9)
        found = pool_effects(pd.DataFrame({"estimate": rng.normal(true[:8], errors), "standard_error": errors}))
        covered += found.prediction_lower <= true[8] <= found.prediction_upper
    assert covered >= 178  # binomial(200, 0.95) is below 178 in 0.02 % of cases; these intervals cover 93-95 %


def test_answers_of_evaluations_are_pooled_by_name():
    answers = {}
    for seed in range(4):
        made = simulate.effect_panels(np.random.default_rng(seed), 1, units=40, months_before=36)
        table = made.table()
        treated = table.loc[table["treated"], "area"].unique().tolist()
        answers[f"kommun {seed}"] = did(Design(table, outcome="count", treated=treated, start="2024-01", exposure="population"))
    found = pool_effects(answers)
    assert found.rows["name"].tolist() == list(answers)
    assert found.lower < 0 < found.upper
    other = dataclasses.replace(answers["kommun 0"], scale=Scale.DIFFERENCE)
    empty = dataclasses.replace(answers["kommun 0"], estimate=np.nan)
    for wrong in (other, empty):
        with pytest.raises(DesignError, match="scales"):
            pool_effects(answers | {"kommun 0": wrong})


def test_wrong_input_is_refused():
    with pytest.raises(DesignError, match="2 evaluations"):
        pool_effects(bcg().head(2))
    with pytest.raises(TableError, match="standard_error"):
        pool_effects(bcg().assign(standard_error=0.0))
    for wrong in (bcg()["estimate"], {"a": 0.3}, bcg().drop(columns="standard_error"), None):
        with pytest.raises(KunskapError):
            pool_effects(wrong)


def test_places_that_agree_by_chance_are_not_certain_for_that():
    """Three estimates of one half standard error each: their mean cannot be known to a thousandth."""
    table = pd.DataFrame({"name": list("abc"), "estimate": [-0.1, -0.1, -0.101], "standard_error": [0.5] * 3})
    found = pool_effects(table)
    assert found.variance == 0
    assert found.standard_error == pytest.approx(0.5 / np.sqrt(3))
    assert found.lower < -1 < 0.9 < found.upper
