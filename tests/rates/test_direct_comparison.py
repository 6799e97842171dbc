"""Two standardised rates compared: what R's dsr and SAS print for Alaska and Florida, and a bootstrap."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kunskapsbaserat.errors import OptionError, TableError
from kunskapsbaserat.rates import compare_standardised, rate_ratio

AGES = ["00-14", "15-34", "35-54", "55-74", "75+"] * 2
SEX = ["m"] * 5 + ["f"] * 5
ALASKA = [37, 68, 206, 369, 556, 78, 181, 395, 555, 479]
ALASKA_YEARS = [81205, 93662, 108615, 35139, 5491, 77203, 85412, 100386, 32118, 7701]
FLORIDA = [1189, 2962, 10279, 26354, 42443, 906, 1234, 5630, 18309, 53489]
FLORIDA_YEARS = [1505889, 1972157, 2197912, 1383533, 554632, 1445831, 1870430, 2246737, 1612270, 868838]
US = [30854207, 40199647, 40945028, 19948630, 6106351, 29399168, 38876268, 41881451, 22717040, 10494416]
WHAT = {"reference": "Florida", "by": "state", "stratum": ["age", "sex"], "per": 1000}


def states() -> pd.DataFrame:
    common = {"age": AGES, "sex": SEX, "standard": US}
    one = pd.DataFrame(common | {"state": "Alaska", "count": ALASKA, "exposure": ALASKA_YEARS})
    return pd.concat([one, pd.DataFrame(common | {"state": "Florida", "count": FLORIDA, "exposure": FLORIDA_YEARS})])


def test_the_figures_of_the_r_package_dsr():
    """dsr, vignette: dsrr(estimate = "ratio") and (estimate = "difference"), per 1 000, four decimals."""
    row = compare_standardised(states(), method="log_error_added", **WHAT).iloc[0]
    published = {"rate": 8.0693, "reference_rate": 7.7342, "ratio": 1.0433, "ratio_lower": 1.0031, "ratio_upper": 1.0835}
    published |= {"difference": 0.3351, "difference_lower": 0.0108, "difference_upper": 0.6594}
    for name, value in published.items():
        assert row[name] == pytest.approx(value, abs=5.1e-5), name


def test_the_limits_are_those_of_simulated_counts():
    rng = np.random.default_rng(1)
    weight = np.array(US) / sum(US)
    alaska, florida = (
        rng.poisson(counts, (20_000, 10)) / np.array(years) @ weight
        for counts, years in ((ALASKA, ALASKA_YEARS), (FLORIDA, FLORIDA_YEARS))
    )
    row = compare_standardised(states(), **WHAT).iloc[0]
    np.testing.assert_allclose(
        row[["ratio_lower", "ratio_upper"]].astype(float), np.quantile(alaska / florida, [0.025, 0.975]), atol=0.002
    )
    simulated = 1000 * np.quantile(alaska - florida, [0.025, 0.975])
    np.testing.assert_allclose(row[["difference_lower", "difference_upper"]].astype(float), simulated, atol=0.02)
    assert (row["p_value"] < 0.05) == (row["ratio_lower"] > 1)


def test_with_one_stratum_it_is_the_ratio_of_two_crude_rates():
    one = pd.DataFrame({"area": ["a", "b"], "count": [40, 30], "exposure": [1000.0, 1200.0], "standard": 1.0})
    row = compare_standardised(one, reference="b").iloc[0]
    plain = pd.DataFrame({"count": [40], "exposure": [1000.0], "other_count": [30], "other_exposure": [1200.0]})
    crude = rate_ratio(plain, method="wald_log").iloc[0]
    assert row["ratio"] == pytest.approx(crude["ratio"])
    assert row["ratio_lower"] == pytest.approx(crude["lower"])
    assert row["ratio_upper"] == pytest.approx(crude["upper"])


def test_the_reference_and_areas_without_events_have_reasons():
    rows = states()
    found = compare_standardised(rows.assign(count=rows["count"].where(rows["state"] == "Florida", 0)), **WHAT).set_index(
        "state"
    )
    assert found["reason"].tolist() == ["no_events", "reference"]
    assert found.at["Alaska", "ratio"] == 0
    assert np.isnan(found.loc["Alaska", ["ratio_lower", "ratio_upper", "difference_lower", "p_value"]].astype(float)).all()
    assert found.at["Florida", "ratio"] == 1
    found = compare_standardised(rows.assign(count=rows["count"].where(rows["state"] == "Alaska", 0)), **WHAT).set_index(
        "state"
    )
    assert found.at["Alaska", "reason"] == "reference_no_events"
    assert np.isnan(found.at["Alaska", "ratio"])
    missing = rows.assign(count=rows["count"].astype("Int64").where(rows["state"] == "Alaska"))
    assert compare_standardised(missing, **WHAT)["reason"].tolist() == ["reference_no_count", "no_count"]


def test_wrong_input_is_refused():
    with pytest.raises(OptionError, match="Alaska"):
        compare_standardised(states(), **(WHAT | {"reference": "Texas"}))
    with pytest.raises(OptionError, match="method"):
        compare_standardised(states(), method="exact", **WHAT)
    with pytest.raises(TableError):
        compare_standardised(states().iloc[:-1], **WHAT)  # another age structure
