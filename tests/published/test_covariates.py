"""Staggered starts with covariates: the figures that the R package did prints for mpdta with ~lpop, and slow versions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from effect_adapters import effect_adapter
from effect_cases import FOLDER

from kunskapsbaserat.effects import att_gt, sun_abraham
from kunskapsbaserat.effects.doubly_robust import doubly_robust
from kunskapsbaserat.errors import DesignError, OptionError

# did 2.1, help page of att_gt, examples out2 and out3: att_gt(lemp, ~lpop, mpdta); pre-test with analytical errors
NEVER = {
    "2004,2004": -0.0145,
    "2004,2005": -0.0764,
    "2004,2006": -0.1404,
    "2004,2007": -0.1069,
    "2006,2004": -0.0005,
    "2006,2005": -0.0062,
    "2006,2006": 0.0010,
    "2006,2007": -0.0413,
    "2007,2004": 0.0267,
    "2007,2005": -0.0046,
    "2007,2006": -0.0284,
    "2007,2007": -0.0288,
}
NOT_YET = NEVER | {
    "2004,2004": -0.0212,
    "2004,2005": -0.0816,
    "2004,2006": -0.1382,
    "2006,2004": -0.0075,
    "2006,2005": -0.0046,
    "2006,2006": 0.0087,
    "2007,2004": 0.0269,
    "2007,2005": -0.0042,
}


@pytest.mark.skipif(not FOLDER.is_dir(), reason=f"no reference cases in {FOLDER} (set REFERENCE_DIR)")
@pytest.mark.parametrize(
    ("control", "published", "pretest"), [("never treated", NEVER, 0.23267), ("not yet", NOT_YET, 0.23326)]
)
def test_did_with_lpop(control: str, published: dict[str, float], pretest: float):
    spec = {"outcome": "lemp", "unit": "countyreal", "time": "year", "cohort": "first.treat", "control_group": control}
    expected: list[dict[str, Any]] = [{"name": f"att_gt:{k}", "value": v, "tol_abs": 6e-5} for k, v in published.items()]
    expected.append({"name": "pretest_p_value", "value": pretest, "tol_abs": 6e-6})
    case = {"id": "mpdta_lpop", "method": "att_gt, doubly robust", "data_files": ["mpdta.csv"], "expected": expected}
    adapter = effect_adapter(case["method"])
    assert adapter is not None
    adapter({**case, "spec": {**spec, "covariates": "~lpop"}})
    with pytest.raises(AssertionError):
        adapter({**case, "spec": spec})


def areas_with_size(seed: int = 1, areas: int = 80) -> pd.DataFrame:
    """Large areas get the measure and grow more; the effect is 2."""
    rng = np.random.default_rng(seed)
    size = rng.normal(size=areas)
    has_it = rng.random(areas) < 1 / (1 + np.exp(-size))
    rows = [(f"{i:03}", pd.Period(str(y), "Y"), size[i], i) for i in range(areas) for y in (2018, 2019, 2020)]
    table = pd.DataFrame(rows, columns=["area", "period", "size", "i"])
    late = (table["period"] >= pd.Period("2020", "Y")).astype(float)
    table["y"] = late * (1.5 * table["size"] + 2.0 * has_it[table["i"]]) + 0.1 * rng.normal(size=len(table))
    table["x"] = rng.normal(size=len(table))
    table["y_with_x"] = table["y"] + 3 * table["x"]
    table["start"] = pd.PeriodIndex(np.where(has_it[table["i"]], "2020", "NaT"), freq="Y")
    return table


def test_the_estimate_is_that_of_two_fitted_models():
    """The same from statsmodels' logit and least squares, put together by the formula of the paper."""
    rng = np.random.default_rng(2)
    x = np.column_stack([np.ones(300), rng.normal(size=(300, 2))])
    d = (rng.random(300) < 1 / (1 + np.exp(-x[:, 1]))).astype(float)
    change = x @ [1.0, 2.0, -1.0] + d + rng.normal(size=300)
    propensity = sm.Logit(d, x).fit(disp=False).predict(x)
    left = change - sm.OLS(change[d == 0], x[d == 0]).fit().predict(x)
    odds = propensity / (1 - propensity) * (1 - d)
    expected = (d * left).sum() / d.sum() - (odds * left).sum() / odds.sum()
    found = doubly_robust(change, d == 1, x[:, 1:])
    assert found.att == pytest.approx(expected, abs=1e-9)
    # what the estimate loses when an area is left out is what its influence says, to the first order
    left_out = [
        doubly_robust(np.delete(change, i), np.delete(d == 1, i), np.delete(x[:, 1:], i, axis=0)).att for i in range(300)
    ]
    jackknife = (found.att - np.array(left_out)) * 299
    assert np.corrcoef(jackknife, found.influence)[0, 1] > 0.99
    assert found.influence.mean() == pytest.approx(0, abs=1e-9)


def test_a_covariate_takes_out_what_size_alone_does():
    table = areas_with_size()
    plain = att_gt(table, outcome="y", starts="start", draws=9).rows.iloc[-1]
    robust = att_gt(table, outcome="y", starts="start", covariates=["size"], draws=9).rows.iloc[-1]
    assert plain["att"] > 2.5
    assert robust["att"] == pytest.approx(2, abs=4 * robust["standard_error"])
    assert robust["standard_error"] < plain["standard_error"]


def test_a_covariate_on_another_scale_changes_nothing():
    table = areas_with_size()
    one = att_gt(table, outcome="y", starts="start", covariates=["size"], draws=9).rows
    other = att_gt(table.assign(size=1e6 + 1e3 * table["size"]), outcome="y", starts="start", covariates=["size"], draws=9).rows
    np.testing.assert_allclose(one["att"], other["att"], atol=1e-9)


def test_sun_abraham_with_a_covariate_is_the_regression_with_dummies():
    table = areas_with_size()
    found = sun_abraham(table, outcome="y_with_x", starts="start", covariates=["x"]).set_index("since_start")
    treated = table["start"].notna().to_numpy()
    year = table["period"].dt.year.to_numpy()
    terms = {"on": treated & (year == 2020), "early": treated & (year == 2018)}
    dummies = pd.get_dummies(table[["area"]]).join(pd.get_dummies(year, prefix="y", drop_first=True)).astype(float)
    fit = sm.OLS(table["y_with_x"], dummies.assign(**{k: v.astype(float) for k, v in terms.items()}, x=table["x"])).fit()
    assert found.at[0, "estimate"] == pytest.approx(fit.params["on"], abs=1e-9)
    assert found.at[-2, "estimate"] == pytest.approx(fit.params["early"], abs=1e-9)


def test_what_cannot_be_compared_has_a_reason():
    table = areas_with_size()
    apart = table.assign(size=table["start"].notna() * 10.0 + table["size"] / 100)
    assert att_gt(apart, outcome="y", starts="start", covariates=["size"], draws=9).rows["reason"].iat[-1] == "no_overlap"
    kept = table[table["start"].notna() | table["area"].isin(table.loc[table["start"].isna(), "area"].unique()[:2])]
    rows = att_gt(kept, outcome="y", starts="start", covariates=["size"], draws=9).rows
    assert rows["reason"].iat[-1] == "few_compared"
    assert np.isnan(rows["att"].iat[-1])


@pytest.mark.parametrize("method", [att_gt, sun_abraham])
def test_wrong_covariates_are_refused(method: Any):
    table = areas_with_size()
    with pytest.raises(OptionError, match="covariates"):
        method(table, outcome="y", starts="start", covariates="size")
    with pytest.raises(DesignError, match="same everywhere"):
        method(table.assign(size=1.0), outcome="y", starts="start", covariates=["size"])
    with pytest.raises(DesignError, match="missing"):
        method(table.assign(x=table["x"].where(table.index > 3)), outcome="y", starts="start", covariates=["x"])
    with pytest.raises(DesignError, match="vary within"):
        sun_abraham(table, outcome="y", starts="start", covariates=["size"])


def test_controls_that_are_all_alike_tell_nothing_of_a_covariate():
    """It varies among the treated alone: no line through the others can be drawn to them."""
    has_it = np.arange(12) < 4
    alike = np.where(has_it, np.where(np.arange(12) < 2, 1.0, 3.0), 2.0)[:, None]
    found = doubly_robust(np.arange(12.0), has_it, alike)
    assert (found.reason, np.isnan(found.att)) == ("few_compared", True)
