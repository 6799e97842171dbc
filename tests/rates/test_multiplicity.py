from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from kunskapsbaserat.rates import false_discovery_rate
from kunskapsbaserat.rates.multiplicity import next_level


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_agrees_with_scipy(p: list[float]):
    np.testing.assert_allclose(false_discovery_rate(pd.Series(p)), stats.false_discovery_control(p), rtol=1e-12)


def test_benjamini_and_hochberg_1995():
    # Table 1 of the paper: 15 p-values; at 5 % the four smallest are called
    p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0]
    assert (false_discovery_rate(pd.Series(p)) <= 0.05).tolist() == [True] * 4 + [False] * 11


def test_missing_is_no_part_of_the_family():
    q = false_discovery_rate(pd.Series([0.02, None, 0.04], index=["a", "b", "c"]))
    assert q.tolist()[::2] == [0.04, 0.04]
    assert np.isnan(q["b"])
    assert false_discovery_rate(pd.Series([], dtype=float)).empty


@pytest.mark.parametrize(("found", "tested", "level"), [(0, 12, 0.05 / 12), (2, 12, 0.0125), (12, 12, 0.05), (0, 0, 0.05)])
def test_next_level(found: int, tested: int, level: float):
    assert next_level(found, tested, 0.05) == pytest.approx(level)
