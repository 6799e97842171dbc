from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from kunskapsbaserat.errors import TableError
from kunskapsbaserat.rates import (
    crude_rate,
    directly_standardised_rate,
    indirectly_standardised_rate,
    standard_population,
    standardised_ratio,
)
from kunskapsbaserat.rates.direct import METHODS

# Fleiss (1981), Down's syndrome by mother's age, first children; limits by Fay and Feuer (1997), table 1
BIRTHS = pd.DataFrame(
    {
        "area": "first",
        "age": ["-19", "20-24", "25-29", "30-34", "35-39", "40-"],
        "count": [107, 141, 60, 40, 39, 25],
        "exposure": [230061, 329449, 114920, 39487, 14208, 3052],
        "standard": [63986.6, 186263.6, 157302.2, 97647.0, 47572.6, 12262.6],
    }
)


def strata(counts: list[int], years: list[float], weights: list[float], area: str = "a") -> pd.DataFrame:
    return pd.DataFrame({"area": area, "count": counts, "exposure": years, "standard": weights})


def test_published_gamma_limits():
    row = directly_standardised_rate(BIRTHS, method="gamma").iloc[0]
    assert round(row["rate"], 1) == 92.3
    assert (round(row["lower"], 1), round(row["upper"], 1)) == (80.4, 105.8)


def test_a_slow_second_implementation():
    """Every method written out for one group, stratum by stratum."""
    rate = var = 0.0
    weights = BIRTHS["standard"] / BIRTHS["standard"].sum()
    for w, x, n in zip(weights, BIRTHS["count"], BIRTHS["exposure"], strict=True):
        rate += w * x / n
        var += w**2 * x / n**2
    se, total, wm = np.sqrt(var), BIRTHS["count"].sum(), (weights / BIRTHS["exposure"]).max()
    z = stats.norm.ppf(0.975)
    byar = [
        total * (1 - 1 / (9 * total) - z / 3 / total**0.5) ** 3,
        (total + 1) * (1 - 1 / (9 * (total + 1)) + z / 3 / (total + 1) ** 0.5) ** 3,
    ]
    expected = {
        "normal": (rate - z * se, rate + z * se),
        "lognormal": (rate * np.exp(-z * se / rate), rate * np.exp(z * se / rate)),
        "dobson": tuple(rate + np.sqrt(var / total) * (b - total) for b in byar),
        "gamma": (
            stats.gamma.ppf(0.025, rate**2 / var, scale=var / rate),
            stats.gamma.ppf(0.975, (rate + wm) ** 2 / (var + wm**2), scale=(var + wm**2) / (rate + wm)),
        ),
        "gamma_without_largest": (
            stats.gamma.ppf(0.025, rate**2 / var, scale=var / rate),
            stats.gamma.ppf(0.975, 1 + rate**2 / var, scale=var / rate),
        ),
    }
    assert set(expected) == set(METHODS)
    for method, limits in expected.items():
        row = directly_standardised_rate(BIRTHS, method=method, per=1).iloc[0]
        np.testing.assert_allclose((row["lower"], row["upper"]), limits, rtol=1e-10)
        assert row["standard_error"] == pytest.approx(se)


@given(
    st.lists(st.tuples(st.integers(0, 400), st.floats(10, 1e5), st.floats(0.1, 1e4)), min_size=1, max_size=8),
    st.sampled_from(METHODS),
    st.randoms(use_true_random=False),
)
def test_properties(rows, method, random):
    """Order of strata and scale of weights do not matter; limits contain the rate, widen with confidence, are never below 0."""
    df = strata(*map(list, zip(*rows, strict=True)))
    one = directly_standardised_rate(df, method=method).iloc[0]
    mixed = df.sample(frac=1, random_state=random.randint(0, 99)).assign(standard=lambda d: d["standard"] * 7)
    other = directly_standardised_rate(mixed, method=method).iloc[0]
    wide = directly_standardised_rate(df, method=method, confidence=0.998).iloc[0]
    names = ["rate", "lower", "upper"]
    np.testing.assert_allclose(one[names].astype(float), other[names].astype(float), rtol=1e-9)
    if one["reason"] is None:
        assert 0 <= wide["lower"] <= one["lower"] <= one["rate"] * (1 + 1e-12)
        assert one["rate"] <= one["upper"] * (1 + 1e-12) <= wide["upper"] * (1 + 1e-9)
        assert np.isfinite(wide["upper"])
    else:
        assert one[["lower", "upper"]].isna().any()


def test_one_stratum_is_the_crude_rate():
    df = strata([226], [51600.0], [1.0])
    crude = crude_rate(df, method="byar", key=()).iloc[0]
    row = directly_standardised_rate(df).iloc[0]
    assert [row["rate"], row["lower"], row["upper"]] == pytest.approx([crude["rate"], crude["lower"], crude["upper"]])


def test_repeated_events_widen_the_limits_and_must_add_up():
    df = strata([12, 30], [1000.0, 2000.0], [1.0, 1.0]).assign(f1=[6, 10], f2=[3, 4], f3=[0, 4])
    plain = directly_standardised_rate(df).iloc[0]
    clustered = directly_standardised_rate(df, repeats={1: "f1", 2: "f2", 3: "f3"}).iloc[0]
    assert clustered["rate"] == plain["rate"]
    squares = [6 + 4 * 3, 10 + 4 * 4 + 9 * 4]
    expected = np.sqrt(sum((0.5 / n) ** 2 * s for n, s in zip((1000, 2000), squares, strict=True))) * 1e5
    assert clustered["standard_error"] == pytest.approx(expected)
    assert clustered["upper"] > plain["upper"]
    with pytest.raises(TableError, match="persons in repeats add up to"):
        directly_standardised_rate(df, repeats={1: "f1", 2: "f2"})


def test_missing_is_not_zero_and_few_events_are_withheld():
    df = pd.concat(
        [
            strata([50, None], [100.0, 100.0], [1, 1], "no_count"),
            strata([50, 5], [100.0, 0.0], [1, 1], "no_exposure"),
            strata([5, 4], [100.0, 100.0], [1, 1], "few_events"),
            strata([50, 5], [100.0, 100.0], [0, 0], "no_standard"),
            strata([50, 5], [100.0, 0.0], [1, 0], "fine"),
        ]
    )
    found = directly_standardised_rate(df).set_index("area")
    assert found["reason"].to_dict() == {a: None if a == "fine" else a for a in found.index}
    hidden = found.drop(index="fine")[["rate", "lower", "upper", "standard_error"]]
    assert hidden.isna().all(axis=None)
    assert directly_standardised_rate(df, method="gamma").set_index("area").loc["few_events", "reason"] is None


@pytest.mark.parametrize("method", METHODS)
def test_no_events(method: str):
    row = directly_standardised_rate(strata([0, 0], [100.0, 300.0], [3, 1]), method=method, min_count=0).iloc[0]
    assert row["rate"] == 0
    if method == "gamma":  # the largest weight times the limit for no events
        assert (row["lower"], row["upper"]) == (0, pytest.approx(0.75 / 100 * stats.gamma.ppf(0.975, 1) * 1e5))
        assert row["reason"] is None
    else:
        assert row["reason"] == "no_events"
        assert np.isnan(row["upper"])


def test_strata_must_be_the_same_everywhere():
    twice = pd.concat([BIRTHS, BIRTHS.head(1)])
    with pytest.raises(TableError, match="once"):
        directly_standardised_rate(twice, stratum="age")
    short = pd.concat([BIRTHS, BIRTHS.head(5).assign(area="second")], ignore_index=True)
    with pytest.raises(TableError, match="the same strata in every group"):
        directly_standardised_rate(short, stratum="age")
    other = pd.concat([BIRTHS, BIRTHS.assign(area="second", standard=BIRTHS["standard"] + 1)], ignore_index=True)
    with pytest.raises(TableError, match="the same weight"):
        directly_standardised_rate(other, stratum="age")


def test_coverage_of_the_gamma_limits():
    """Rare events in unequal strata: the published limits cover at least 95 %, the normal ones do not."""
    rng = np.random.default_rng(4)
    years, weights, rates = np.array([300, 2000, 9000.0]), np.array([0.5, 0.3, 0.2]), np.array([0.002, 0.001, 0.0005])
    truth, n = weights @ rates, 4000
    df = pd.DataFrame(
        {"area": np.repeat(np.arange(n), 3), "exposure": np.tile(years, n), "standard": np.tile(weights, n)}
    ).assign(count=rng.poisson(np.tile(years * rates, n)))
    share = {}
    for method in ("gamma", "normal"):
        found = directly_standardised_rate(df, method=method, per=1)
        share[method] = ((found["lower"] <= truth) & (truth <= found["upper"])).mean()
    assert share["gamma"] >= 0.95
    assert share["normal"] < 0.93


def test_standard_populations():
    esp = standard_population()
    assert (len(esp), esp["standard"].sum(), esp["age_band"].iat[-1]) == (19, 100_000, "90+")
    sweden = standard_population("sverige_2026")
    assert (len(sweden), sweden["age_band"].iat[0]) == (11, "0-9")
    assert 10.55e6 < sweden["standard"].sum() < 10.65e6


def test_indirect_and_direct_meet_when_all_rates_are_alike():
    df = BIRTHS.assign(reference_count=BIRTHS["count"] * 3, reference_exposure=BIRTHS["exposure"] * 3)
    row = standardised_ratio(df).iloc[0]
    assert row["ratio"] == pytest.approx(1)
    assert row["expected"] == pytest.approx(BIRTHS["count"].sum())
    rate = indirectly_standardised_rate(df).iloc[0]
    assert rate["rate"] == pytest.approx(BIRTHS["count"].sum() / BIRTHS["exposure"].sum() * 1e5)


def test_indirect_by_hand_and_its_reasons():
    df = pd.DataFrame(
        {
            "area": ["a", "a", "b", "b", "c", "c", "d", "d"],
            "count": [8, 4, 3, None, 2, 2, 0, 0],
            "exposure": [100, 200, 50, 50, 10, None, 5, 5],
            "reference_count": [30, 10, 30, 10, 30, 10, 0, 0],
            "reference_exposure": [1000, 1000, 1000, 1000, 1000, 1000, 10, 10],
        }
    )
    found = standardised_ratio(df, scale=100).set_index("area")
    assert found.loc["a", "expected"] == pytest.approx(100 * 0.03 + 200 * 0.01)
    assert found.loc["a", "ratio"] == pytest.approx(100 * 12 / 5)
    assert found["reason"].to_dict() == {"a": None, "b": "no_count", "c": "no_exposure", "d": "no_expected"}
    assert found.loc[["b", "c", "d"], ["ratio", "lower", "upper"]].isna().all(axis=None)
