from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from kunskapsbaserat.errors import OptionError, TableError
from kunskapsbaserat.rates import e_test, proportion, proportion_change, rate_difference, rate_ratio
from kunskapsbaserat.rates.difference import METHODS as DIFFERENCES
from kunskapsbaserat.rates.ratio import METHODS as RATIOS

COUNT = st.integers(0, 300)
SIZE = st.floats(1, 1e5)


def pair(x1: float, n1: float, x2: float, n2: float) -> pd.DataFrame:
    return pd.DataFrame({"count": [x1], "exposure": [n1], "other_count": [x2], "other_exposure": [n2]})


def test_published_p_values():
    """Gu and others (2008), example 1: 60 in 51 477.5 against 30 in 54 308.7 person-years, one-sided."""
    printed = {"wald": 0.000356, "score": 0.000316, "wald_log": 0.000420, "score_log": 0.000200, "sqrt": 0.000285}
    for method, p in printed.items():
        found = rate_ratio(pair(60, 51477.5, 30, 54308.7), method=method, alternative="larger")
        assert round(found["p_value"].iat[0], 6) == p
    assert (
        round(e_test(pair(60, 51477.5, 30, 54308.7), statistic="score", alternative="larger")["p_value"].iat[0], 6) == 0.000298
    )


def test_a_slow_e_test():
    """Every pair of counts one by one, both statistics."""
    for x1, n1, x2, n2, d in ((6, 1.0, 2, 1.0, 0.0), (9, 1.0, 7, 3.0, 0.0), (5, 2.0, 1, 1.5, 0.4), (0, 2.0, 4, 1.0, 0.0)):
        rate = (x1 + x2 - d * n1) / (n1 + n2)
        for name in ("wald", "score") if d == 0 else ("wald",):

            def size(a: int, b: int, name=name, n1=n1, n2=n2, d=d) -> float:
                variance = a / n1**2 + b / n2**2 if name == "wald" else (a + b) / (n1 * n2)
                gap = a / n1 - b / n2 - d
                return abs(gap) / math.sqrt(variance) if variance else (math.inf if gap else 0.0)

            seen = size(x1, x2) - 1e-10
            one, other = (stats.poisson.pmf(range(80), mean).tolist() for mean in (n1 * (rate + d), n2 * rate))
            p = sum(one[a] * other[b] for a in range(80) for b in range(80) if size(a, b) >= seen)
            found = e_test(pair(x1, n1, x2, n2), difference=d, statistic=name)["p_value"].iat[0]
            assert found == pytest.approx(p, rel=1e-9)


@settings(max_examples=60)
@given(COUNT, SIZE, COUNT, SIZE, st.sampled_from(RATIOS))
def test_ratio_properties(x1, n1, x2, n2, method):
    found = rate_ratio(pair(x1, n1, x2, n2), method=method).iloc[0]
    turned = rate_ratio(pair(x2, n2, x1, n1), method=method).iloc[0]
    numbers = found[["ratio", "lower", "upper", "p_value"]].astype(float)
    assert not np.isinf(numbers).any()
    assert (numbers.isna().any()) == (found["reason"] is not None) or found["reason"] == "no_events"
    assert not found["lower"] < 0
    assert not found["lower"] > found["ratio"] * (1 + 1e-9)
    assert not found["upper"] < found["ratio"] * (1 - 1e-9)
    np.testing.assert_allclose(found["p_value"], turned["p_value"], rtol=1e-6, atol=1e-12)
    if found["lower"] > 0 and turned["upper"] > 0 and method not in ("wald", "mover"):  # 1/ratio has the limits turned
        assert found["lower"] * turned["upper"] == pytest.approx(1, rel=1e-6)
    if found["reason"] is None and method in ("exact", "midp", "score", "wald_log"):  # limits and p agree
        assert (found["p_value"] < 0.05) == (not found["lower"] < 1 < found["upper"]) or found["p_value"] == pytest.approx(
            0.05, rel=1e-6
        )


@settings(max_examples=60)
@given(COUNT, SIZE, COUNT, SIZE, st.sampled_from(DIFFERENCES))
def test_difference_properties(x1, n1, x2, n2, method):
    found = rate_difference(pair(x1, n1, x2, n2), method=method).iloc[0]
    turned = rate_difference(pair(x2, n2, x1, n1), method=method).iloc[0]
    wide = rate_difference(pair(x1, n1, x2, n2), method=method, confidence=0.999).iloc[0]
    if found["reason"] == "no_events":
        assert method == "wald"
        return
    scale = 1e5 * max(x1, x2, 1) / min(n1, n2)
    assert wide["lower"] <= found["lower"] + 1e-9 * scale
    assert found["lower"] <= found["difference"] + 1e-9 * scale
    assert found["difference"] <= found["upper"] + 1e-9 * scale
    assert found["upper"] <= wide["upper"] + 1e-9 * scale
    np.testing.assert_allclose(found["lower"], -turned["upper"], rtol=1e-6, atol=1e-8 * scale)


def test_zero_counts_say_why():
    rows = pd.concat(
        [pair(5, 10, 0, 10), pair(0, 10, 5, 10), pair(0, 10, 0, 10), pair(3, 0, 2, 5), pair(None, 1, 2, 5)], ignore_index=True
    )
    found = rate_ratio(rows)
    assert found["reason"].tolist() == ["no_other_events", None, "no_events", "no_exposure", "no_count"]
    assert found["lower"].iat[0] > 0
    assert found.loc[0, ["ratio", "upper"]].isna().all()
    assert (found["ratio"].iat[1], found["lower"].iat[1]) == (0, 0)
    assert found["p_value"].iat[2] == 1
    assert (found["lower"].iat[2], found["upper"].isna().tolist()) == (0, [True, False, True, True, True])
    assert e_test(rows)["p_value"].iat[2] == 1
    assert e_test(rows)["reason"].tolist() == [None, None, None, "no_exposure", "no_count"]


def test_one_sided_limits():
    rows = pair(20, 10, 10, 10)
    larger = rate_ratio(rows, alternative="larger").iloc[0]
    assert (larger["reason"], np.isnan(larger["upper"])) == ("one_sided", True)
    both = rate_ratio(rows, confidence=0.9).iloc[0]
    assert larger["lower"] == pytest.approx(both["lower"])
    smaller = rate_ratio(rows, alternative="smaller").iloc[0]
    assert (smaller["lower"], smaller["upper"]) == (0, pytest.approx(both["upper"]))


def test_error_rates():
    """True equality, 2 000 pairs: the exact test stays below 5 %, mid-P and the E-test are near it."""
    rng = np.random.default_rng(6)
    n = 2000
    rows = pd.DataFrame(
        {"count": rng.poisson(12, n), "exposure": 1.0, "other_count": rng.poisson(24, n), "other_exposure": 2.0}
    )
    calls = {m: (rate_ratio(rows, method=m)["p_value"] < 0.05).mean() for m in ("exact", "midp", "score")}
    calls["e_test"] = (e_test(rows, statistic="score")["p_value"] < 0.05).mean()
    assert calls["exact"] < 0.05
    for method in ("midp", "score", "e_test"):
        assert 0.035 < calls[method] < 0.065


def test_wrong_input():
    with pytest.raises(OptionError, match="method"):
        rate_ratio(pair(1, 1, 1, 1), method="magic")
    with pytest.raises(TableError, match="column 'other_count'"):
        rate_ratio(pair(1, 1, 1.5, 1))
    with pytest.raises(OptionError, match="null"):
        rate_ratio(pair(1, 1, 1, 1), null=0)


def test_published_shares():
    """Wilson (0 of 20) as Public Health England, and Newcombe (1998), table II a: 56/70 - 48/80."""
    row = proportion(pd.DataFrame({"count": [0], "total": [20]})).iloc[0]
    assert (row["lower"], round(row["upper"], 9)) == (0, 0.161125158)
    rows = pd.DataFrame({"count": [56], "total": [70], "other_count": [48], "other_total": [80]})
    found = proportion_change(rows).iloc[0]
    assert (round(found["lower"], 4), round(found["upper"], 4)) == (0.0524, 0.3339)


@given(st.integers(1, 500), st.data())
def test_share_properties(n, data):
    x = data.draw(st.integers(0, n))
    for method in ("wilson", "exact"):
        rows = pd.DataFrame({"count": [x, n - x], "total": [n, n]})
        found = proportion(rows, method=method, per=100)
        assert 0 <= found["lower"].iat[0] <= found["share"].iat[0] <= found["upper"].iat[0] <= 100
        assert found["lower"].iat[0] == pytest.approx(100 - found["upper"].iat[1])


def test_a_part_is_at_most_its_whole():
    with pytest.raises(TableError, match=r"row 1, column 'count': expected at most its whole \(total\), got 21"):
        proportion(pd.DataFrame({"count": [1, 21], "total": [20, 20]}))
    assert proportion(pd.DataFrame({"count": [0, None], "total": [0, 5]}))["reason"].tolist() == ["no_total", "no_count"]
