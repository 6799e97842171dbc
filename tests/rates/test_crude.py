from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kunskapsbaserat.errors import TableError
from kunskapsbaserat.rates import crude_rate, poisson_interval


def table(**columns: object) -> pd.DataFrame:
    return pd.DataFrame(columns)


def test_a_rate_with_its_interval():
    row = crude_rate(table(count=[226], exposure=[51600.0])).iloc[0]
    assert row["rate"] == pytest.approx(226 / 51600 * 1e5)
    lower, upper = poisson_interval(226)
    assert (row["lower"], row["upper"]) == pytest.approx((lower / 51600 * 1e5, upper / 51600 * 1e5))
    assert (row["per"], row["confidence"], row["method"], row["reason"]) == (100_000, 0.95, "exact_byar", None)


@given(
    st.lists(st.tuples(st.integers(0, 10_000), st.floats(1, 1e7)), min_size=1, max_size=8),
    st.floats(1, 1e6),
    st.floats(0.1, 10),
)
def test_rates_scale_with_per_and_with_person_years(rows: list[tuple[int, float]], per: float, factor: float):
    counts, years = zip(*rows, strict=True)
    one = crude_rate(table(count=counts, exposure=years), per=per)
    other = crude_rate(table(count=counts, exposure=np.array(years) * factor), per=per * factor)
    np.testing.assert_allclose(one[["rate", "lower", "upper"]], other[["rate", "lower", "upper"]], rtol=1e-9)


def test_missing_is_not_zero_and_carries_its_reason():
    found = crude_rate(table(count=[5, None, 0, 3], exposure=[0, 100, 100, None]))
    assert found["reason"].tolist() == ["no_exposure", "no_count", None, "no_exposure"]
    assert found["rate"].isna().tolist() == [True, True, False, True]
    assert found[["rate", "lower", "upper"]].isna().all(axis=1).tolist() == [True, True, False, True]
    assert not np.isinf(found[["rate", "lower", "upper"]].astype(float)).any().any()


def test_other_columns_index_and_order_pass_through():
    df = pd.DataFrame({"kommun": ["b", "a"], "n": [1, 2], "p": [10.0, 20.0]}, index=[7, 3])
    found = crude_rate(df, count="n", exposure="p")
    assert found.index.tolist() == [7, 3]
    assert found["kommun"].tolist() == ["b", "a"]
    assert "rate" not in df


def test_more_offences_than_people_is_a_legal_rate():
    assert crude_rate(table(count=[250], exposure=[220]))["rate"].iat[0] == pytest.approx(113636.3636)


def test_an_empty_table_keeps_its_columns():
    found = crude_rate(table(count=pd.Series([], dtype="Int64"), exposure=pd.Series([], dtype=float)))
    assert len(found) == 0
    assert {"rate", "lower", "upper", "per", "confidence", "method", "reason"} <= set(found)


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"count": [1]}, "column 'exposure'"),
        ({"count": [1, -1], "exposure": [1, 1]}, "row 1, column 'count': expected a whole number, 0 or more, got -1"),
        ({"count": [1.5], "exposure": [1]}, "a whole number"),
        ({"count": [1], "exposure": [-20]}, "column 'exposure': expected person-years, 0 or more, got -20"),
        ({"count": [1, ".."], "exposure": [1, 1]}, "row 1, column 'count': expected a number, got '..'"),
    ],
)
def test_wrong_input_says_where(columns: dict[str, list], message: str):
    with pytest.raises(TableError) as caught:
        crude_rate(table(**columns))
    assert message in str(caught.value)
