"""A comparison of two periods, one row a series, by column.

Arrays, or a table of pandas, which is read the same way. Inside the tests of a change it is arrays: one kommun has a handful of
series, and there a column of pandas costs fifty times what is computed with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Columns: TypeAlias = Mapping[str, Any]

_OBJECTS = ("change", "reason", "cautions", "relative_change", "relative_reason")


def floats(rows: Columns, *names: str) -> list[Floats]:
    """Columns as numbers, missing as NaN."""
    return [_floats(rows[name]) for name in names]


def _floats(column: Any) -> Floats:
    return column.to_numpy(dtype=float, na_value=np.nan) if isinstance(column, pd.Series) else np.asarray(column, dtype=float)


def objects(rows: Columns, name: str) -> NDArray[Any]:
    """A column of texts or of anything else."""
    return np.asarray(rows[name], dtype=object)


def judged(rows: Columns) -> NDArray[np.bool_]:
    """Which rows there is no reason not to judge."""
    return np.asarray(pd.isna(objects(rows, "reason")), dtype=bool)


def frame(rows: Columns) -> pd.DataFrame:
    """The rows as a table."""
    return pd.DataFrame(_held(rows))


def added(table: pd.DataFrame, new: Columns) -> pd.DataFrame:
    """A table with more columns, or others in the place of some."""
    return table.assign(**_held(new, table.index))


def _held(rows: Columns, index: pd.Index | None = None) -> dict[str, Any]:
    """Verdicts and reasons stay objects: pandas would make texts of the first, and NaN of no reason."""
    return {name: pd.Series(rows[name], index=index, dtype=object) if name in _OBJECTS else rows[name] for name in rows}
