from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import stats

from kunskapsbaserat.data import embedded
from kunskapsbaserat.rates import Comparison, compare_survey, survey_difference
from kunskapsbaserat.rates.survey import unrounded


def wilson(x: int, n: int) -> tuple[float, float, float]:
    z = stats.norm.isf(0.025)
    p = x / n
    middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    return p, middle - half, middle + half


def test_newcombe_1998():
    # Newcombe (1998), Stat Med 17:873-890, table II: 56/70 against 48/80, method 10: 0.0524 to 0.3339
    row = survey_difference(wilson(56, 70), wilson(48, 80)).iloc[0]
    assert_allclose((row["difference"], row["lower"], row["upper"]), (0.2, 0.0524, 0.3339), atol=5e-5)


SHARES = st.tuples(st.floats(0.02, 0.98), st.floats(0.001, 0.1), st.floats(0.001, 0.1)).map(
    lambda t: (t[0], max(t[0] - t[1], 0), min(t[0] + t[2], 1))
)


@given(SHARES, SHARES)
def test_the_difference_the_other_way_is_its_mirror(a: tuple, b: tuple):
    one, other = survey_difference(a, b).iloc[0], survey_difference(b, a).iloc[0]
    assert_allclose((one["lower"], one["upper"]), (-other["upper"], -other["lower"]))
    assert_allclose(one["p_value"], other["p_value"])


@given(SHARES, SHARES)
def test_p_value_and_interval_agree(a: tuple, b: tuple):
    row = survey_difference(a, b).iloc[0]
    excludes_zero = row["lower"] > 0 or row["upper"] < 0
    if abs(row["p_value"] - 0.05) > 1e-9:
        assert (row["p_value"] < 0.05) == excludes_zero


def test_a_missing_share_gives_no_verdict():
    assert survey_difference((0.3, np.nan, 0.4), (0.2, 0.1, 0.3)).isna().all(axis=None)


def test_borlange_insecurity_is_higher_than_in_the_lan():
    """33 % (29-38) against 21.2 (19.3-23.2), Brå's own intervals."""
    found = compare_survey(embedded.survey(), area="2081", other="20").set_index("measure")
    row = found.loc["otrygg_kvall"]
    assert row["comparison"] is Comparison.HOGRE
    assert row["difference"] == pytest.approx(0.118, abs=0.001)
    assert len(found) == 20


def test_a_rounded_share_is_never_made_certain_by_its_rounding():
    """Graffiti, 6 % (5-8) against 4.05 (3.7-4.4): certain at face value, not when the rounding is counted."""
    rows = embedded.survey().query("measure == 'problem_klotter' and area in ('2081', '20') and end_year == 2025")
    face = rows.set_index("area")[["share", "lower", "upper"]].astype(float)
    assert survey_difference(face.loc["2081"], face.loc["20"])["p_value"].iat[0] < 0.01
    wider = unrounded(embedded.survey()).query("measure == 'problem_klotter' and area == '2081' and end_year == 2025")
    assert_allclose(wider[["lower", "upper"]].astype(float).to_numpy()[0], (0.045, 0.085))


def test_rounding_is_inferred_from_the_figures():
    rows = pd.DataFrame(
        {
            "area": ["a", "b", "c"],
            "measure": "m",
            "share": [0.33, 0.331, 0.3312],
            "lower": [0.29, 0.291, 0.2912],
            "upper": [0.38, 0.381, 0.3812],
        }
    )
    assert_allclose((rows["lower"] - unrounded(rows)["lower"]).to_numpy(dtype=float), (0.005, 0.0005, 0), atol=1e-12)
    assert unrounded(rows.assign(lower=[0.0, 0, 0]))["lower"].min() == 0


def two_areas(mine: np.ndarray, other: np.ndarray, error: float) -> pd.DataFrame:
    """One survey's measures in a kommun and its län, with limits from one standard error."""
    share = np.concatenate([mine, other])
    return pd.DataFrame(
        {
            "area": np.repeat(["2081", "20"], [len(mine), len(other)]),
            "measure": [f"m{i}" for shares in (mine, other) for i in range(len(shares))],
            "start_year": 2025,
            "end_year": 2025,
            "share": share,
            "lower": share - 1.96 * error,
            "upper": share + 1.96 * error,
        }
    )


@pytest.mark.thorough
def test_error_rate_without_any_difference():
    """Twenty measures, no difference, normal sampling error: in at most 5 % of the reports is anything called certain."""
    rng = np.random.default_rng(20261121)
    truth, error = rng.uniform(0.05, 0.4, 20), 0.02
    any_called = 0
    for _ in range(400):
        shares = truth + rng.normal(0, error, (2, 20))
        found = compare_survey(two_areas(shares[0], shares[1], error), area="2081", other="20")
        any_called += bool((found["comparison"] != Comparison.INGEN_SAKERSTALLD_SKILLNAD).any())
    assert any_called / 400 < 0.05 + 3 * np.sqrt(0.05 * 0.95 / 400)


@pytest.mark.thorough
def test_the_visible_difference_is_found_with_the_stated_power():
    """One measure truly differs by exactly the visible difference: it is found about four times in five."""
    rng = np.random.default_rng(7)
    error, found_it = 0.02, 0
    visible = None
    for _ in range(400):
        mine, other = 0.3 + rng.normal(0, error, (2, 5))
        mine[0] += visible or 0.0
        result = compare_survey(two_areas(mine, other, error), area="2081", other="20").set_index("measure")
        if visible is None:
            visible = float(result.loc["m0", "visible"])
        else:
            found_it += result.loc["m0", "comparison"] is Comparison.HOGRE
    assert 0.72 < found_it / 399 < 0.88


def test_rows_are_told_apart_by_place_and_not_by_label():
    table = embedded.survey()
    found = [
        compare_survey(rows, area="2081", other="20") for rows in (table, table.set_index(np.zeros(len(table), dtype=int)))
    ]
    pd.testing.assert_frame_equal(*found)
