"""What every method does with tables that are wrong: a TableError that names the rows, never a number."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from kunskapsbaserat.errors import TableError
from kunskapsbaserat.rates import (
    crude_rate,
    directly_standardised_rate,
    e_test,
    empirical_bayes,
    excess_risk,
    funnel,
    funnel_shares,
    gini,
    indirectly_standardised_rate,
    lorenz,
    pai,
    place_in_group,
    proportion,
    rate_difference,
    rate_ratio,
    standardised_ratio,
)

GOOD = pd.DataFrame(
    {
        "area": ["2080", "2081", "2082"],
        "count": [4, 30, 7],
        "exposure": [100.0, 900.0, 200.0],
        "expected": [5.0, 25.0, 9.0],
        "standard": [3.0, 2.0, 1.0],
        "total": [40, 300, 70],
        "predicted": [1.0, 2.0, 3.0],
        "reference_count": [50, 60, 70],
        "reference_exposure": [1000.0, 900.0, 800.0],
        "other_count": [3, 4, 5],
        "other_exposure": [100.0, 110.0, 120.0],
    }
)
METHODS: dict[str, tuple[Callable, str | None]] = {  # with the column of its denominator
    "crude_rate": (crude_rate, "exposure"),
    "directly_standardised_rate": (directly_standardised_rate, "exposure"),
    "indirectly_standardised_rate": (indirectly_standardised_rate, "exposure"),
    "standardised_ratio": (standardised_ratio, "reference_exposure"),
    "rate_ratio": (rate_ratio, "other_exposure"),
    "rate_difference": (rate_difference, "exposure"),
    "e_test": (e_test, "other_exposure"),
    "proportion": (proportion, "total"),
    "funnel": (funnel, "expected"),
    "funnel_shares": (funnel_shares, "total"),
    "empirical_bayes": (empirical_bayes, "exposure"),
    "excess_risk": (excess_risk, "exposure"),
    "place_in_group": (lambda df: place_in_group(df, area="2081", members=["2080", "2082"]), "exposure"),
    "gini": (gini, None),
    "lorenz": (lorenz, None),
    "pai": (pai, "predicted"),
}
WHOLE = [name for name in METHODS if name != "funnel_shares"]  # weighted parts need not be whole
EACH = pytest.mark.parametrize("name", METHODS)


@EACH
def test_the_good_table_is_good(name: str):
    assert METHODS[name][0](GOOD) is not None


@EACH
@pytest.mark.parametrize("value", [-1, np.inf, ".."])
def test_a_count_that_is_none(name: str, value: object):
    with pytest.raises(TableError, match="row 1, column 'count'") as caught:
        METHODS[name][0](GOOD.assign(count=pd.Series([4, value, 7], dtype=object)))
    assert "rad 1, kolumn ”count”" in caught.value.svenska


@pytest.mark.parametrize("name", WHOLE)
def test_a_fractional_count(name: str):
    with pytest.raises(
        TableError, match=r"row 0, column 'count': expected a whole number, 0 or more, got 0.5\n\(2 rows: 0, 2\)"
    ):
        METHODS[name][0](GOOD.assign(count=[0.5, 1, 1.5]))


@pytest.mark.parametrize("name", [name for name, (_, column) in METHODS.items() if column])
@pytest.mark.parametrize("value", [-1.0, np.inf, "många"])
def test_a_denominator_that_is_none(name: str, value: object):
    method, column = METHODS[name]
    with pytest.raises(TableError, match=f"row 2, column '{column}'"):
        method(GOOD.assign(**{str(column): pd.Series([100, 900, value], dtype=object)}))


@EACH
def test_a_missing_column(name: str):
    with pytest.raises(TableError, match="column 'count'"):
        METHODS[name][0](GOOD.drop(columns="count"))


@pytest.mark.parametrize(
    "name", ["crude_rate", "proportion", "funnel", "funnel_shares", "empirical_bayes", "excess_risk", "pai", "gini"]
)
def test_a_key_that_stands_twice(name: str):
    method = METHODS[name][0]
    twice = pd.concat([GOOD, GOOD.head(1)], ignore_index=True)
    with pytest.raises(TableError, match=r"row 3.*once"):
        method(twice)


def test_the_default_key_and_a_chosen_one():
    bands = pd.DataFrame({"area": ["2081"] * 2, "band": ["0-9", "10-19"], "count": [1, 1], "exposure": [5.0, 5.0]})
    assert len(crude_rate(bands)) == 2
    with pytest.raises(TableError, match="each of area once"):
        crude_rate(bands, key=["area"])
    with pytest.raises(TableError, match="each of area, period once"):
        crude_rate(bands.drop(columns="band").assign(period=pd.Period("2024"), source=["a", "b"]))
    assert len(crude_rate(bands.drop(columns="band"), key=())) == 2


def test_many_bad_rows_are_counted_not_listed():
    with pytest.raises(TableError, match=r"40 rows: 0, 1, 2, 3, 4 and 35 more") as caught:
        crude_rate(pd.DataFrame({"count": [-1] * 40, "exposure": 1.0}))
    assert "40 rader: 0, 1, 2, 3, 4 och 35 till" in caught.value.svenska


def test_large_tables_give_the_same_limits_as_small_ones():
    """Above a thousand rows each whole count is computed once and looked up."""
    rng = np.random.default_rng(1)
    count = rng.integers(0, 300, 5000).astype(float)
    count[::7] = np.nan
    df = pd.DataFrame({"count": count, "exposure": rng.uniform(1, 100, 5000)})
    for method in ("exact_byar", "exact", "byar", "midp", "byar_midpoint"):
        whole = crude_rate(df, method=method)[["rate", "lower", "upper"]]
        parts = pd.concat([crude_rate(df.iloc[i : i + 500], method=method) for i in range(0, 5000, 500)])
        np.testing.assert_array_equal(whole, parts[["rate", "lower", "upper"]])
