"""Tables of other libraries become pandas at the door, by narwhals (polars, arrow and the like); and rows of small tables."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

Record = Mapping[str, Any]  # a row


def is_frame(value: object) -> bool:
    """Is it a table of any library that is loaded here?"""
    return isinstance(value, pd.DataFrame) or isinstance(in_pandas(value), pd.DataFrame)


def in_pandas(value: Any) -> Any:
    """A table of another library as pandas; everything else, pandas too, as it is.

    A lazy table (polars' LazyFrame) is computed. Text stays text and missing stays missing.

    Examples
    --------
    >>> import pyarrow as pa
    >>> from kunskapsbaserat.frames import in_pandas
    >>> in_pandas(pa.table({"area": ["2081"], "count": [7]})).to_dict("list")
    {'area': ['2081'], 'count': [7]}
    """
    if isinstance(value, (pd.DataFrame, pd.Series)) or not _of_another_library(value):
        return value
    import narwhals as nw

    read = nw.from_native(value, pass_through=True, allow_series=False)
    if isinstance(read, nw.LazyFrame):
        read = read.collect()
    if not isinstance(read, nw.DataFrame):
        return value
    # polars makes pandas of itself by pyarrow, which need not be installed; lists of values say the same, more slowly.
    return read.to_pandas() if importlib.util.find_spec("pyarrow") else pd.DataFrame(read.to_dict(as_series=False))


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows by column name, as ``table.to_dict("records")`` gives them, at a fifth of its price for few rows."""
    names = list(table.columns)
    return [dict(zip(names, row, strict=True)) for row in table.to_numpy(dtype=object).tolist()]


def of_texts(rows: Sequence[Sequence[str]], names: Sequence[str]) -> pd.DataFrame:
    """A table of words, as many in each row as there are names. Pandas need not find out what they are, which takes longest."""
    return pd.DataFrame(np.array(rows, dtype=object).reshape(len(rows), len(names)), columns=list(names), dtype=object)


def by_key(table: pd.DataFrame, key: tuple[str, ...]) -> dict[Any, Record]:
    """Its rows by the values of `key`, by the value itself when `key` is one column."""
    return {row[key[0]] if len(key) == 1 else tuple(row[k] for k in key): row for row in records(table)}


def _of_another_library(value: object) -> bool:
    """Only a library that has made a table can be loaded already, so that nothing is loaded to say no."""
    library = type(value).__module__.partition(".")[0]
    return (
        library in {"polars", "pyarrow", "modin", "cudf", "duckdb", "ibis", "pyspark", "dask", "sqlframe"}
        and library in sys.modules
    )
