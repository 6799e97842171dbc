from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from kunskapsbaserat.errors import OptionError, TableError
from kunskapsbaserat.rates import empirical_bayes, excess_risk, neighbours_of, spatial_median


def areas(count: list, exposure: list) -> pd.DataFrame:
    return pd.DataFrame({"area": [f"{i:04}" for i in range(len(count))], "count": count, "exposure": exposure})


def grid(size: int = 4) -> dict[str, shapely.Geometry]:
    """Squares side by side, and an island."""
    cells = {f"{size * i + j:04}": shapely.box(j, i, j + 1, i + 1) for i in range(size) for j in range(size)}
    return cells | {"9999": shapely.box(size + 1, 0, size + 2, 1)}


def test_marshall_by_hand():
    found = empirical_bayes(areas([1, 4, 10], [100, 100, 400]), per=1)
    mean = 15 / 600
    spread = (100 * (0.01 - mean) ** 2 + 100 * (0.04 - mean) ** 2 + 400 * (0.025 - mean) ** 2) / 600
    variance = max(0, spread - mean / 200)
    assert variance == 0  # they differ by no more than chance: all get the common rate
    np.testing.assert_allclose(found["shrunken_rate"], mean)
    found = empirical_bayes(areas([1, 40, 10], [100, 100, 400]), per=1)
    mean = 51 / 600
    variance = (100 * (0.01 - mean) ** 2 + 100 * (0.4 - mean) ** 2 + 400 * (0.025 - mean) ** 2) / 600 - mean / 200
    weight = variance / (variance + mean / 100)
    assert found["shrunken_rate"].iat[0] == pytest.approx(mean + weight * (0.01 - mean))


@settings(max_examples=50)
@given(
    st.lists(st.tuples(st.integers(0, 200), st.floats(10, 1e5)), min_size=2, max_size=20),
    st.sampled_from(["marshall", "gamma"]),
)
def test_a_shrunken_rate_lies_between_the_own_and_the_common(rows: list, method: str):
    df = areas(*map(list, zip(*rows, strict=True)))
    found = empirical_bayes(df, method=method)
    own, prior = df["count"] / df["exposure"] * 1e5, found["prior_mean"]
    low, high = np.minimum(own, prior) * (1 - 1e-9) - 1e-9, np.maximum(own, prior) * (1 + 1e-9) + 1e-9
    assert found["shrunken_rate"].between(low, high).all()
    assert found["weight"].between(0, 1).all()
    twice = empirical_bayes(df, method=method, per=2e5)
    np.testing.assert_allclose(twice["shrunken_rate"], 2 * found["shrunken_rate"])
    mixed = empirical_bayes(df.iloc[::-1], method=method).iloc[::-1]
    np.testing.assert_allclose(mixed["shrunken_rate"], found["shrunken_rate"], rtol=1e-6)


@pytest.mark.parametrize("method", ["marshall", "gamma"])
def test_closer_to_the_truth_than_the_raw_rate(method: str):
    rng = np.random.default_rng(12)
    people = np.exp(rng.normal(8, 1.2, 290))
    truth = rng.gamma(4, 0.001 / 4, 290)
    found = empirical_bayes(areas(rng.poisson(people * truth).tolist(), people.tolist()), method=method, per=1)
    raw = found["count"] / found["exposure"]
    assert ((found["shrunken_rate"] - truth) ** 2).mean() < 0.6 * ((raw - truth) ** 2).mean()
    assert found["prior_variance"].iat[0] == pytest.approx(truth.var(), rel=0.6)


def test_areas_without_people_get_the_common_rate():
    found = empirical_bayes(areas([5, 0, 9, None], [100, 0, 300, 50]))
    assert found["reason"].tolist() == [None, "no_exposure", None, "no_count"]
    assert found["shrunken_rate"].iat[1] == pytest.approx(14 / 400 * 1e5)
    assert found["weight"].iat[1] == 0
    assert found.loc[3, ["shrunken_rate", "weight"]].isna().all()
    with pytest.raises(TableError, match="person-years where there are events"):
        empirical_bayes(areas([5, 1], [100, 0]))
    alone = empirical_bayes(areas([0, 0], [0, 0]))
    assert alone["reason"].tolist() == ["no_areas", "no_areas"]


def test_neighbours_from_the_geometry():
    near = neighbours_of(grid())
    assert near["0000"] == ("0001", "0004", "0005")
    assert len(near["0005"]) == 8
    assert near["9999"] == ()
    assert neighbours_of(grid(), nearest_for_islands=True)["9999"] == ("0003",)


def test_local_smoothing_by_hand():
    """A slow second implementation, one area at a time."""
    near = neighbours_of(grid())
    rng = np.random.default_rng(13)
    df = pd.DataFrame(
        {"area": list(near), "count": rng.poisson(20, 17) * rng.integers(1, 4, 17), "exposure": rng.uniform(500, 5000, 17)}
    )
    found = empirical_bayes(df, neighbours=near, per=1).set_index("area")
    table = df.set_index("area")
    for code, others in near.items():
        part = table.loc[[code, *others]]
        if not others:
            assert found.loc[code, "basis"] == "all"
            continue
        mean = part["count"].sum() / part["exposure"].sum()
        rate = part["count"] / part["exposure"]
        spread = (part["exposure"] * (rate - mean) ** 2).sum() / part["exposure"].sum()
        variance = max(0.0, spread - mean / part["exposure"].mean())
        own = rate.loc[code]
        weight = variance / (variance + mean / table.loc[code, "exposure"])
        assert found.loc[code, "shrunken_rate"] == pytest.approx(mean + weight * (own - mean))
    medians = spatial_median(df, neighbours=near, per=1).set_index("area")["median_rate"]
    assert medians["0000"] == pytest.approx(
        np.median([(table["count"] / table["exposure"])[c] for c in ("0000", *near["0000"])])
    )


def test_excess_risk_and_wrong_options():
    found = excess_risk(areas([1, 3, 0], [100, 100, 0]))
    assert found["excess_risk"].tolist()[:2] == [0.5, 1.5]
    assert found["reason"].tolist() == [None, None, "no_exposure"]
    assert excess_risk(areas([0, 0], [1, 1]))["reason"].tolist() == ["no_events"] * 2
    with pytest.raises(TableError, match="known neighbours"):
        empirical_bayes(areas([1, 1], [1, 1]), neighbours={"0000": ()})
    with pytest.raises(OptionError, match="method"):
        empirical_bayes(areas([1, 1], [1, 1]), method="gamma", neighbours={})
