from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from kunskapsbaserat.errors import OptionError, TableError
from kunskapsbaserat.rates import FunnelClass, funnel, funnel_lines, funnel_shares, poisson_interval
from kunskapsbaserat.rates.overdispersion import overdispersion

ORDER = [FunnelClass.MYCKET_LAGRE, FunnelClass.LAGRE, FunnelClass.INOM, FunnelClass.HOGRE, FunnelClass.MYCKET_HOGRE]


def areas(count: list, expected: list) -> pd.DataFrame:
    return pd.DataFrame({"count": count, "expected": expected})


def test_published_interval_limits():
    """FunnelPlotR's own test: expected 15, 20 and 30."""
    found = funnel(areas([0, 0, 0], [15, 20, 30]), limits="interval")
    np.testing.assert_allclose(found["lower_inner"], [0.5596924, 0.610826, 0.6746958], atol=1e-7)
    np.testing.assert_allclose(found["upper_outer"], [2.082907, 1.902094, 1.702771], atol=1e-6)


@given(st.integers(0, 3000), st.floats(0.01, 3000))
def test_the_class_is_the_test_of_the_areas_own_interval(count: int, expected: float):
    found = funnel(areas([count], [expected])).iloc[0]
    low, high = zip(*(poisson_interval(count, confidence=c) for c in (0.95, 0.998)), strict=True)
    edge = np.abs(np.array([*low, *high]) - expected) < 1e-6 * expected
    if edge.any():
        return
    place = (expected > high[1]) * -1 + (expected > high[0]) * -1 + (expected < low[0]) + (expected < low[1])
    assert found["funnel_class"] == ORDER[place + 2]
    assert 0 <= found["lower_outer"] <= found["lower_inner"] <= found["upper_inner"] <= found["upper_outer"]


def test_control_limits_hold_their_error_rate():
    """Poisson counts at the target: about 5 and 0.2 % outside, never clearly more."""
    rng = np.random.default_rng(8)
    for mean in (3.0, 12.0, 150.0):
        found = funnel(areas(rng.poisson(mean, 40_000).tolist(), [mean] * 40_000))
        outside = (found["ratio"] < found["lower_inner"]) | (found["ratio"] > found["upper_inner"])
        assert outside.mean() < 0.055
        assert found["funnel_class"].isin([ORDER[0], ORDER[4]]).mean() < 0.004


@settings(max_examples=40)
@given(st.floats(0.5, 1e4), st.floats(1.001, 3), st.sampled_from([None, "shmi", "cqc"]))
def test_limits_narrow_as_areas_grow(size: float, times: float, rule: str | None):
    """Within the exact zone and within Byar's; where one takes over from the other a limit may step by a thousandth."""
    rows = areas([5] * 12, np.linspace(3, 8, 12).tolist())
    rows = pd.concat([areas([None, None], [size, size * times]), rows], ignore_index=True)
    found = funnel(rows, overdispersion=rule)
    for name in ("inner", "outer"):
        assert found[f"upper_{name}"].iat[1] <= found[f"upper_{name}"].iat[0] * 1.01
        assert found[f"lower_{name}"].iat[1] >= found[f"lower_{name}"].iat[0] * 0.99


def test_a_slow_overdispersion():
    """SHMI's and CQC's rules written out with ranks and quantiles from SciPy."""
    rng = np.random.default_rng(9)
    expected = rng.uniform(5, 200, 97)
    observed = rng.poisson(expected * rng.lognormal(0, 0.3, 97)).astype(float)
    z = np.sqrt(expected) * np.log(observed / expected)
    place = np.floor(stats.rankdata(z) * 10 / 98)
    kept = (place > 0) & (place < 9)
    w = expected[kept]
    phi = np.mean(z[kept] ** 2)
    tau2 = (kept.sum() * phi - (kept.sum() - 1)) / (w.sum() - (w**2).sum() / w.sum())
    found = overdispersion(observed, expected, rule="shmi")
    assert (found.phi, found.tau2, found.areas) == (pytest.approx(phi), pytest.approx(tau2), kept.sum())
    z = 2 * np.sqrt(expected) * (np.sqrt(observed / expected) - 1)
    z = z.clip(np.quantile(z, 0.1), np.quantile(z, 0.9))
    w = 4 * expected
    phi = np.mean(z**2)
    found = overdispersion(observed, expected, rule="cqc")
    assert found.phi == pytest.approx(phi)
    assert found.tau2 == pytest.approx((97 * phi - 96) / (w.sum() - (w**2).sum() / w.sum()))


def test_the_published_rules_call_too_many_and_the_consistent_ones_do_not():
    rng = np.random.default_rng(10)
    outside: dict[tuple[str, bool], list[float]] = {}
    for _ in range(60):
        expected = 0.002 * np.exp(rng.normal(9.8, 1, 290))
        observed = rng.poisson(expected * rng.lognormal(-0.06, 0.35, 290))
        rows = areas(observed.tolist(), (expected * observed.sum() / expected.sum()).tolist())
        for rule in ("shmi", "cqc"):
            for consistent in (False, True):
                found = funnel(rows, overdispersion=rule, consistent=consistent)
                outside.setdefault((rule, consistent), []).append((found["funnel_class"] != "inom").mean())
    share = {key: np.mean(values) for key, values in outside.items()}
    assert share["shmi", False] > 0.15
    assert share["cqc", False] > 0.12
    assert 0.035 < share["shmi", True] < 0.065
    assert 0.035 < share["cqc", True] < 0.065


def test_no_overdispersion_leaves_the_limits_alone():
    found = funnel(areas([10, 20, 30, 40] * 5, [10, 20, 30, 40] * 5), overdispersion="shmi")
    assert (found["tau2"] == 0).all()
    np.testing.assert_allclose(found["upper_inner"], np.exp(1.959963984540054 / np.sqrt(found["expected"])))


def test_missing_and_zero_say_why():
    found = funnel(areas([3, None, 2, 0], [2, 2, 0, 4]))
    assert found["reason"].tolist() == [None, "no_count", "no_expected", None]
    assert found["funnel_class"].tolist()[1:3] == [FunnelClass.KAN_INTE_BEDOMAS] * 2
    assert funnel(areas([3], [2]), overdispersion="cqc")["reason"].tolist() == ["few_areas"]
    assert len(funnel(areas([], []).astype(float))) == 0


def test_target_scales_the_limits():
    one, two = funnel(areas([5], [20])), funnel(areas([5], [10]), target=2)
    for name in ("lower_inner", "upper_inner", "lower_outer", "upper_outer"):
        assert two[name].iat[0] == pytest.approx(2 * one[name].iat[0])


def test_lines_meet_the_interval():
    """On the lower line the observed count's own upper limit is the expected count."""
    lines = funnel_lines([1, 8, 40])
    lower, upper = poisson_interval([1, 8, 40], method="exact")
    np.testing.assert_allclose(lines["expected_lower_inner"], upper)
    np.testing.assert_allclose(lines["ratio_upper_inner"], np.array([1, 8, 40]) / lower)
    with pytest.raises(OptionError, match="observed"):
        funnel_lines([0, 1])


def test_shares_against_wilson():
    rng = np.random.default_rng(11)
    total = rng.integers(20, 900, 200)
    rows = pd.DataFrame({"count": rng.binomial(total, 0.3), "total": total})
    found = funnel_shares(rows)
    common = rows["count"].sum() / total.sum()
    z = stats.norm.ppf(0.975)
    p = rows["count"] / total
    centre, half = (p + z**2 / 2 / total), z * np.sqrt(p * (1 - p) / total + z**2 / 4 / total**2)
    outside = ((centre + half) / (1 + z**2 / total) < common) | ((centre - half) / (1 + z**2 / total) > common)
    assert ((found["funnel_class"] != "inom") == outside).all()


def test_wrong_input():
    with pytest.raises(OptionError, match="overdispersion"):
        funnel(areas([1], [1]), overdispersion="nhs")
    with pytest.raises(OptionError, match="levels"):
        funnel(areas([1], [1]), levels=(0.9, 0.95, 0.998))
    with pytest.raises(TableError, match="once"):
        funnel(pd.DataFrame({"area": ["2081", "2081"], "count": [1, 1], "expected": [1.0, 1.0]}))
