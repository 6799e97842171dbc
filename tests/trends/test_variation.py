from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from kunskapsbaserat.data import embedded
from kunskapsbaserat.trends import typical_variation, variation
from kunskapsbaserat.trends.change import dispersion_of
from kunskapsbaserat.trends.variation import MAX_DF, SeriesPool, _inverse_trigamma


def cells(rng: np.random.Generator, *, per_offence: int, prior_df: float, slope: float = 0.3) -> pd.DataFrame:
    """Own dispersions with five degrees of freedom around a known prior."""
    level = {"a": 2.0, "b": 4.0, "c": 8.0}
    rows = []
    for offence, at_hundred in level.items():
        mean = rng.uniform(30, 800, per_offence)
        prior = at_hundred * (mean / 100) ** slope
        true = prior * prior_df / rng.chisquare(prior_df, per_offence)
        rows.append(
            pd.DataFrame({"offence": offence, "mean": mean, "own_dispersion": true * rng.chisquare(5, per_offence) / 5})
        )
    return pd.concat(rows, ignore_index=True).assign(area="x", sex="alla", own_df=5.0)


def test_recovers_a_known_prior():
    found = typical_variation(cells(np.random.default_rng(1), per_offence=4000, prior_df=8))
    assert found.df == pytest.approx(8, rel=0.15)
    assert found.slope == pytest.approx(0.3, abs=0.03)
    for offence, expected in (("a", 2.0), ("b", 4.0), ("c", 8.0)):
        at_hundred = found.dispersion(pd.Series([offence]), pd.Series(["alla"]), pd.Series([100.0]))
        assert at_hundred.iat[0] == pytest.approx(expected, rel=0.07)


def test_the_pool_is_never_worth_more_than_twelve_degrees_of_freedom():
    assert typical_variation(cells(np.random.default_rng(2), per_offence=500, prior_df=1e6)).df == MAX_DF


def test_an_unseen_offence_gets_the_overall_dispersion():
    found = typical_variation(cells(np.random.default_rng(3), per_offence=100, prior_df=10))
    unseen = found.dispersion(pd.Series(["z"]), pd.Series(["alla"]), pd.Series([100.0])).iat[0]
    assert 2 < unseen < 8


def test_an_offence_with_one_series_is_drawn_towards_the_others():
    rng = np.random.default_rng(4)
    few = pd.concat(
        [
            cells(rng, per_offence=60, prior_df=10),
            pd.DataFrame([{"offence": "d", "mean": 100.0, "own_dispersion": 60.0, "area": "x", "sex": "alla", "own_df": 5.0}]),
        ]
    )
    found = typical_variation(few)
    drawn = found.dispersion(pd.Series(["d"]), pd.Series(["alla"]), pd.Series([100.0])).iat[0]
    assert 4 < drawn < 40


def test_never_below_chance():
    quiet = cells(np.random.default_rng(5), per_offence=50, prior_df=10).assign(own_dispersion=0.2)
    found = typical_variation(quiet)
    assert found.dispersion(pd.Series(["a"]), pd.Series(["alla"]), pd.Series([100.0])).iat[0] == 1


def test_too_few_series_give_no_pool():
    assert typical_variation(cells(np.random.default_rng(6), per_offence=3, prior_df=10)) is None
    assert typical_variation(cells(np.random.default_rng(6), per_offence=9, prior_df=10).assign(own_df=0.0)) is None


@given(st.floats(1e-4, 1e4))
def test_inverse_trigamma(y: float):
    assert special.polygamma(1, _inverse_trigamma(y)) == pytest.approx(y, rel=1e-6)


@pytest.mark.parametrize("seed", range(20))
def test_one_intercept_an_offence_is_least_squares_with_dummies(seed: int):
    """The slow obvious way: every offence as a column of its own."""
    rng = np.random.default_rng(seed)
    groups = pd.factorize(rng.integers(0, 7, 40))[0]
    x = np.where(groups == 1, 0.7, rng.normal(size=40)) if seed else groups * 0.5  # at first all alike within each offence
    y = rng.normal(size=40)
    effects, slope, left, spare = variation._within(groups, x, y)
    dummies = np.eye(groups.max() + 1)[groups]
    design = np.column_stack([dummies, x])
    fitted, _, rank, _ = np.linalg.lstsq(design, y, rcond=None)
    assert spare == 40 - rank
    assert left == pytest.approx(y - design @ fitted, abs=1e-10)
    assert dummies @ effects + slope * x == pytest.approx(design @ fitted, abs=1e-10)
    assert (slope == 0.0) == (seed == 0)


def test_a_pool_without_some_kommuner_is_that_of_the_others():
    """One table read once, in place of a table for each kommun that is judged."""
    counts = embedded.counts_year().query("area_level == 'kommun'")
    found = dispersion_of(counts)
    judged = found[found["reason"].isna()]
    whole = SeriesPool.of(judged)
    for areas in (("2081",), ("2021", "2085")):
        assert whole.without(areas).variation() == typical_variation(judged[~judged["area"].isin(areas)])
    assert whole.variation() != whole.without(("2081",)).variation()
