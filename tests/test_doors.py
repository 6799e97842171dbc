"""Every public function that takes a table or a row of numbers, with keys missing, doubled, infinite and mistyped.

Nothing but the package's own errors reaches a caller, and a missing name or period never becomes an area or a time.
"""

from __future__ import annotations

import functools
import inspect
import types
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest

from doors import Call, all_calls, design_of
from kunskapsbaserat import effects, places, rates, trends
from kunskapsbaserat.errors import KunskapError, OptionError, TableError
from kunskapsbaserat.rates.keys import SHARES

# Public functions that take neither a table nor a row of numbers with keys: answers, options, names and drawn results.
WITHOUT = {
    *("effects.aggregate_effects", "effects.clustered_effect", "effects.cost_per_averted", "effects.plot_comparisons"),
    *("effects.relative_magnitudes", "effects.harm_weighted_wdd"),
    *("effects.relative_effect_size", "effects.wdd", "places.burst_probability", "rates.comparison_group"),
    *("rates.exposure_for", "rates.neighbours_of", "rates.position", "rates.standard_population"),
}
MISSING = (None, np.nan, pd.NA, "", "nan")
# Slow ones, whose tables pass the same door as another's: only their keys and kinds are damaged.
SLOW = {"effects.synthetic_count", "effects.classical_search", "effects.compare", "places.place_map", "places.public_cells"}


@functools.cache
def calls() -> dict[str, Call]:
    return all_calls()


EACH = pytest.mark.parametrize("name", sorted(calls()))
EACH_QUICK = pytest.mark.parametrize("name", sorted(set(calls()) - SLOW))


def functions() -> Iterator[tuple[str, Callable[..., Any]]]:
    for module in (effects, places, rates, trends):
        for name in module.__all__:
            if isinstance(function := getattr(module, name), types.FunctionType):
                yield f"{module.__name__.rpartition('.')[2]}.{name}", function


def public() -> Iterator[str]:
    return (name for name, _ in functions())


def outcome(name: str, **changed: Any) -> KunskapError | None:
    """The package's own error, or None where the call went through; anything else fails the test."""
    function, arguments, _ = calls()[name]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            function(**(arguments | changed))
        except KunskapError as error:
            return error
    return None


def tables(name: str) -> dict[str, pd.DataFrame]:
    return {argument: value for argument, value in calls()[name][1].items() if isinstance(value, pd.DataFrame)}


def with_value(table: pd.DataFrame, column: Any, value: Any, row: int = 1) -> pd.DataFrame:
    values = table[column].astype(object)
    values.iloc[min(row, len(values) - 1)] = value
    return table.assign(**{str(column): values}) if isinstance(column, str) else table


def test_every_public_function_is_walked():
    assert set(calls()) | WITHOUT == set(public())
    assert not set(calls()) & WITHOUT


@EACH
def test_the_good_call_is_good(name: str):
    assert outcome(name) is None


@EACH
def test_a_missing_name_or_period_is_refused(name: str):
    for argument, table in tables(name).items():
        for key in (k for k in calls()[name][2] if k in table):
            for value in MISSING:
                damaged = with_value(table, key, value)
                if isinstance(table[key].dtype, pd.PeriodDtype) and not isinstance(value, str):
                    damaged = damaged.assign(**{key: damaged[key].astype(table[key].dtype)})
                assert outcome(name, **{argument: damaged}), (argument, key, value)


@pytest.mark.thorough
@EACH_QUICK
@pytest.mark.parametrize("value", [np.inf, [1, 2], "x"])
def test_a_cell_that_is_none_meets_our_own_error_or_an_answer(name: str, value: object):
    for argument, table in tables(name).items():
        for column in table.columns:
            outcome(name, **{argument: with_value(table, column, value)})


@EACH
def test_what_is_no_table_and_a_doubled_column_are_refused(name: str):
    for argument, table in tables(name).items():
        for wrong in (table.to_dict("list"), "table.csv", table.iloc[:, 0]):
            assert outcome(name, **{argument: wrong}), (argument, type(wrong))
        twice = pd.concat([table, table.iloc[:, :1]], axis=1)
        assert isinstance(outcome(name, **{argument: twice}), TableError), argument


@EACH_QUICK
def test_a_lost_column_a_doubled_row_and_no_rows_meet_our_own_error_or_an_answer(name: str):
    for argument, table in tables(name).items():
        for column in table.columns:
            outcome(name, **{argument: table.drop(columns=column)})
        outcome(name, **{argument: pd.concat([table, table.iloc[:1]], ignore_index=True)})
        outcome(name, **{argument: table.iloc[:0]})


@EACH_QUICK
def test_a_period_of_another_kind(name: str):
    for argument, table in tables(name).items():
        for column in (c for c in table if isinstance(table[c].dtype, pd.PeriodDtype)):
            for wrong in (table[column].astype(str), table[column].dt.to_timestamp(), table[column].dt.year):
                outcome(name, **{argument: table.assign(**{column: wrong})})


@EACH_QUICK
def test_rows_of_numbers_that_are_none(name: str):
    _, arguments, _ = calls()[name]
    for argument, value in arguments.items():
        if not (isinstance(value, pd.Series | np.ndarray) or (isinstance(value, list) and isinstance(value[0], int | float))):
            continue
        plain = np.asarray(value, dtype=float)
        for wrong in ("x", None, ["a", "b"], 5, [], plain[None], _at(plain, np.inf), _at(plain, np.nan)):
            outcome(name, **{argument: wrong})
        if plain.ndim == 1:
            assert outcome(name, **{argument: _at(plain, np.inf)}), argument


def _at(values: np.ndarray, value: float) -> np.ndarray:
    damaged = values.copy()
    damaged.flat[1] = value
    return damaged


def test_a_row_without_a_name_does_not_become_the_last_area():
    table = calls()["effects.did"][1]["panel"]
    last = table["area"].max()
    row = table[table["area"] == last].iloc[-1:].assign(area=None, count=9_999)
    with pytest.raises(TableError, match="a name in every row") as error:
        calls()["effects.did"][0](panel=pd.concat([table, row], ignore_index=True))
    assert "ett namn på varje rad" in error.value.svenska


# Every public function with each of its arguments that is a share.
WITH_SHARES = [
    pytest.param(function, argument, id=f"{name}-{argument}")
    for name, function in functions()
    for argument in SHARES
    if argument in inspect.signature(function).parameters
]


@pytest.mark.parametrize(("function", "argument"), WITH_SHARES)
@pytest.mark.parametrize("value", [95, 0, 1.0, "0.95", np.nan])
def test_a_share_is_refused_before_anything_else_is_looked_at(function: Callable[..., Any], argument: str, value: object):
    others = {p.name: object() for p in inspect.signature(function).parameters.values() if p.default is p.empty}
    others |= {"design": design_of(calls()["effects.did"][1]["panel"])} if "design" in others else {}
    with pytest.raises(OptionError) as refused:
        function(**others, **{argument: value})
    assert argument in str(refused.value)
    assert "ett tal mellan 0 och 1, till exempel 0,95" in refused.value.svenska
