"""What rows are called: every public function asks here whether names and periods are there, before it counts anything.

A row without a name must never become an area. Left to itself, pandas gives a missing name the position -1, which NumPy reads
as the last area; a group-by drops it without a word; and written as text it becomes an area called "nan".
"""

from __future__ import annotations

import functools
import inspect
import numbers as numbers_abc
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ParamSpec, TypeVar

import numpy as np
import pandas as pd

from kunskapsbaserat.errors import TableError
from kunskapsbaserat.frames import in_pandas
from kunskapsbaserat.rates.checks import columns, confidence_level, numbers, refuse

P = ParamSpec("P")
R = TypeVar("R")

NOT_KEY = ("status", "source", "reason", "method")
SHARES = ("confidence", "power", "alpha")  # arguments that are a share wherever they stand; 95 would fail late, or never
WRITTEN_MISSING = frozenset(
    {"", "nan", "NaN", "None", "<NA>", "NaT"}
)  # what pandas and Python write for a name that is missing


# What the tables of `tables` are asked for at a door, as `keyed` writes it.
CELLS = ("area", "area_level", "offence", "sex", "period!", "count#")
COUNTS = (*CELLS, "status=")
EXPOSURE = ("area", "area_level", "kind", "year", "year#", "value#")
SURVEY = ("area", "measure", "start_year#", "end_year#", "share#", "lower#", "upper#")


def keyed(
    *, series: Sequence[str] = (), grids: Sequence[str] = (), filled: Sequence[str] = (), **tables: Sequence[str]
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Check the keys of a public function's tables, the numbers of its series and its `SHARES` at its door.

    Parameters
    ----------
    series, grids : sequence of str
        Arguments that take a row of numbers, or numbers in any shape: text and infinite values are refused; whether any may be
        missing is the function's own matter.
    filled : sequence of str
        Tables that must have a row.
    **tables : sequence of str
        By argument that takes a table, its columns: ``"area"`` is a key, without a missing name; ``"sex?"`` is one where the
        table has it; ``"@by"`` is what the argument `by` names; ``"period!"`` holds pandas Periods, ``"start:"`` dates,
        ``"count#"`` numbers or nothing, ``"status="`` anything.

    Raises
    ------
    TableError
        From the function: the argument is no table of pandas (or of polars or arrow, which becomes one here), a column stands
        twice or is missing, a name or period is missing.
    OptionError
        From the function: one of the arguments in `SHARES` is not between 0 and 1, such as 95 for 95 %.
    """

    def checked(function: Callable[P, R]) -> Callable[P, R]:
        signature = inspect.signature(function)

        def given(arguments: Mapping[str, Any], name: str) -> bool:
            return arguments[name] is not None or signature.parameters[name].default is not None

        @functools.wraps(function)
        def door(*args: P.args, **kwargs: P.kwargs) -> R:
            try:
                bound = signature.bind(*args, **kwargs)
            except TypeError:
                return function(*args, **kwargs)  # fails as Python's calls do, with the function's name in the message
            bound.apply_defaults()
            for argument in (name for name in SHARES if name in signature.parameters and given(bound.arguments, name)):
                confidence_level(bound.arguments[argument], argument)
            for argument in (name for name in tables if given(bound.arguments, name)):
                table = bound.arguments[argument] = _taken_in(bound.arguments[argument], tables[argument])
                if argument in filled and table.empty:
                    raise TableError("at least one row", forvantat="minst en rad")
                for asked in tables[argument]:
                    _check_column(table, asked, bound.arguments)
            for argument in (name for name in (*series, *grids) if given(bound.arguments, name)):
                numbers_of(argument, bound.arguments[argument], one_row=argument in series)
            return function(*bound.args, **bound.kwargs)

        return door

    return checked


def _taken_in(value: Any, asked: Sequence[str]) -> pd.DataFrame:
    """The argument as a table of pandas. Other libraries have no periods: theirs are read out of text, numbers or dates."""
    table = is_table(in_pandas(value))
    if table is not value:
        from kunskapsbaserat.rates.times import in_periods_of_time  # which asks this module for names

        for column in (name[:-1] for name in asked if name.endswith("!")):
            table = in_periods_of_time(table, column)
    return table


def _check_column(table: pd.DataFrame, asked: str, arguments: Mapping[str, Any]) -> None:
    """One column, or those an argument names, as `keyed` asks for it."""
    name, kind = (asked[:-1], asked[-1]) if asked[-1] in "?!#=:" else (asked, "")
    value = arguments[name[1:]] if name.startswith("@") else name
    found = [value] if isinstance(value, str) or not isinstance(value, Sequence) else list(value)
    for column in (c for c in found if c is not None and (kind != "?" or c in table)):
        if kind == "!":
            in_periods(table, column)
        elif kind == ":":
            in_dates(table, column)
        elif kind == "#":
            numbers(table, column)
        elif kind == "=":
            columns(table, [column])
        else:
            named(table, [column])


def is_table(table: object) -> pd.DataFrame:
    """The argument, when it is a DataFrame in which each column has a name of its own."""
    if not isinstance(table, pd.DataFrame):
        raise TableError("a DataFrame", forvantat="en tabell (pandas DataFrame)", got=type(table).__name__)
    if not table.columns.is_unique:
        twice = str(table.columns[table.columns.duplicated()][0])
        raise TableError("each column once", forvantat="att varje kolumn står en gång", column=twice)
    for name in (c for c, dtype in table.dtypes.items() if isinstance(dtype, np.dtype) and dtype.kind == "O"):
        values = table[name].to_numpy()
        if several := {kind for kind in set(map(type, values)) if kind.__hash__ is None}:  # as isinstance(v, Hashable) says
            lists = np.fromiter((type(v) in several for v in values), dtype=bool, count=len(table))
            refuse(table, lists, str(name), "one value in every cell", "ett värde i varje cell")
    return table


def named(table: pd.DataFrame, keys: Sequence[str]) -> None:
    """Refuse a table with a row whose name or period is missing, infinite or no name at all."""
    columns(table, keys)
    for key in keys:
        values = table[key]
        missing = values.isna().to_numpy(dtype=bool)
        if values.dtype == object or isinstance(values.dtype, pd.StringDtype | pd.CategoricalDtype):
            if nameless := [v for v in values.unique() if _no_name(v)]:
                missing = missing | values.isin(nameless).to_numpy(dtype=bool)
        elif pd.api.types.is_float_dtype(values.dtype):
            missing = missing | np.isinf(values.to_numpy(dtype=float, na_value=np.nan))
        if isinstance(values.dtype, pd.PeriodDtype) or pd.api.types.is_datetime64_any_dtype(values.dtype):
            refuse(table, missing, key, "a period in every row", "en tidsperiod på varje rad")
        refuse(table, missing, key, "a name in every row", "ett namn på varje rad")
        if values.dtype == object and len(values):
            kind_of = {
                kind: numbers_abc.Real if issubclass(kind, numbers_abc.Real) else kind for kind in set(map(type, values))
            }
            if len(set(kind_of.values())) > 1:
                kinds = [kind_of[type(v)] for v in values]
                refuse(table, np.array([kind is not kinds[0] for kind in kinds]), key, "names of one kind", "namn av ett slag")


def _no_name(value: object) -> bool:
    if isinstance(value, str):
        return value.strip() in WRITTEN_MISSING
    return isinstance(value, float) and not np.isfinite(value)


def in_periods(table: pd.DataFrame, column: str) -> None:
    """Refuse a column that does not hold pandas Periods of months, quarters or years, one in every row."""
    columns(table, [column])
    kind = str(table[column].dtype)
    if not kind.startswith(("period[M", "period[Q", "period[Y")):
        raise TableError(
            "a pandas Period column of months, quarters or years",
            forvantat="månader, kvartal eller år (pandas Period)",
            column=column,
            got=kind,
        )
    named(table, [column])


def in_dates(table: pd.DataFrame, column: str) -> None:
    """Refuse a column that does not hold dates, one in every row."""
    named(table, [column])
    if not pd.api.types.is_datetime64_any_dtype(table[column].dtype):
        raise TableError("dates", forvantat="datum", column=column, got=str(table[column].dtype))


def numbers_of(name: str, values: object, *, one_row: bool) -> None:
    """Refuse what is no row (or grid) of finite numbers; missing ones are let through."""
    try:
        array = np.asarray(values, dtype=float)
    except (TypeError, ValueError):
        raise TableError("numbers", forvantat="tal", column=name, got=_first_text(values)) from None
    if one_row and array.ndim != 1:
        raise TableError("one row of numbers", forvantat="en rad med tal", column=name, got=f"shape {array.shape}")
    if np.isinf(array).any():
        raise TableError("finite numbers", forvantat="ändliga tal", row=int(np.isinf(array).argmax()), column=name)


def _first_text(values: object) -> object:
    listed = list(values) if isinstance(values, Sequence | pd.Series | np.ndarray) and not isinstance(values, str) else [values]
    return next((v for v in listed if not isinstance(v, int | float)), values)


def keys_once(df: pd.DataFrame, key: Sequence[str] | None, *, besides: Sequence[str] = ()) -> None:
    """Refuse a key that is missing or stands twice.

    Without `key`, and when the table has a column ``area``, the key is every column that names something: all but
    fractional numbers, `besides` (the measured columns), status, source, method and reason.
    """
    is_table(df)
    if key is None:
        if "area" not in df:
            return
        measured = {*besides, *NOT_KEY}
        key = [c for c in df if c not in measured and not pd.api.types.is_float_dtype(df[c].dtype)]
        named(df, [name for name in key if name in ("area", "period")])
    else:
        named(df, key)
    if not key:
        return
    twice = df.duplicated(list(key)).to_numpy()
    if twice.any():
        at = int(twice.argmax())
        raise TableError(
            f"each of {', '.join(map(str, key))} once",
            forvantat="att varje område, brott och period står en gång",
            row=df.index[at],
            column=str(key[0]),
            got=", ".join(str(v) for v in df.iloc[at][list(key)]),
            hint=f"{int(twice.sum())} rows stand twice; name the key with key=[...] if they differ in another column",
            tips=f"{int(twice.sum())} rader står två gånger",
        )
