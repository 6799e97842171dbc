"""An analyst's own table through the gate: which columns count somebody, what is hidden, and how the rest is written."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kunskapsbaserat import swedish
from kunskapsbaserat.disclosure import LogEntry, release
from kunskapsbaserat.disclosure.grid import hidden_in
from kunskapsbaserat.errors import TableError
from kunskapsbaserat.report.page.blocks import Column, Table
from kunskapsbaserat.report.page.own import gate, words

Marks = NDArray[np.object_]  # a table's size: None where the number is shown, else what stands instead
ROWS, COLUMNS = 60, 12  # of a table on a page: more is for a file


@dataclass(frozen=True, slots=True)
class Judged:
    """A table that may be published with what was hidden in it, or the reasons why it may not."""

    reasons: Sequence[str]
    table: Table | None = None
    hidden: int = 0


def frame_of(of: object) -> pd.DataFrame:
    """A DataFrame with its index as columns where the index says something.

    Raises
    ------
    TableError
        It is no table, or has no rows.
    """
    of = getattr(of, "data", of) if type(of).__name__ == "Styler" else of
    of = of.to_pandas() if not isinstance(of, (pd.DataFrame, pd.Series)) and hasattr(of, "to_pandas") else of
    if isinstance(of, pd.Series):
        of = of.to_frame(words.VALUE if of.name is None else of.name)
    if not isinstance(of, pd.DataFrame):
        raise TableError("a DataFrame or Series", forvantat=words.NOT_A_TABLE, got=type(of).__name__)
    if of.empty:
        raise TableError("a table with rows", forvantat="en tabell med rader", got="0 rader")
    plain = isinstance(of.index, pd.RangeIndex) and of.index.name is None
    frame = (
        of.copy() if plain else of.rename_axis([n or f"Rad {i}" if of.index.nlevels > 1 else n or "" for i, n in _levels(of)])
    )
    heads = of.attrs.get("kunskapsbaserat", {}).get("kolumner", {})  # a table of the analyst's layer says what its columns mean
    names = [heads.get(name, name) for name in map(_head, frame.columns)]
    out = frame.set_axis(names, axis=1)
    return out.reset_index(drop=True) if plain else pd.concat([_index_as_columns(out), out.reset_index(drop=True)], axis=1)


def _levels(frame: pd.DataFrame) -> list[tuple[int, Any]]:
    return list(enumerate(frame.index.names, 1))


def _index_as_columns(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.index.to_frame(index=False).set_axis([str(name) for name in frame.index.names], axis=1)


def _head(name: object) -> str:
    return ", ".join(str(part) for part in name if str(part)) if isinstance(name, tuple) else str(name)


def judge(frame: pd.DataFrame, *, rubrik: str, source: str, name: str, known: bool) -> Judged:
    """Pass a table through the gate.

    Parameters
    ----------
    frame : DataFrame
        From `frame_of`.
    rubrik : str
        Its heading, which says what is counted where the columns' heads do not.
    source : str
        What is printed under it.
    name : str
        Its name in the log and of its file.
    known : bool
        Whether its source gives the figures out already at their level.
    """
    if len(frame) > ROWS or frame.shape[1] > COLUMNS:
        return Judged([words.too_long(len(frame), frame.shape[1], (ROWS, COLUMNS))])
    texts = [rubrik, source, *frame.columns, *(_text(v) for v in frame.to_numpy(dtype=object).ravel() if isinstance(v, str))]
    if reasons := gate.about_words(texts, words.TABLE):
        return Judged(reasons)
    numeric = [at for at in range(frame.shape[1]) if _is_number(frame.iloc[:, at])]
    counted = [at for at in numeric if _counts(frame.columns[at], rubrik)]
    marks = _nothing_hidden(len(frame), frame.shape[1])
    if not known and counted:
        marks[:, counted] = _hidden(frame, counted)
        # What is computed from a hidden count gives it away.
        rows = [row for row in range(len(frame)) if _is_marked(marks[row]).any()]
        computed = [at for at in numeric if at not in counted and not gate.says_when(frame.columns[at])]
        marks[np.ix_(rows, computed)] = swedish.MISSING
    hidden = int(_is_marked(marks).sum())
    return Judged([], _table(frame, marks, numeric, rubrik=rubrik, source=source, name=name, known=known), hidden)


def _is_marked(marks: Marks) -> Any:
    return np.frompyfunc(lambda mark: mark is not None, 1, 1)(marks).astype(bool)


def _hidden(frame: pd.DataFrame, counted: Sequence[int]) -> Marks:
    counts = frame.iloc[:, list(counted)].apply(pd.to_numeric, errors="coerce").astype("Float64").astype(float)
    if not counts.map(gate.is_small).to_numpy().any():
        return _nothing_hidden(*counts.shape)
    hidden: Marks = hidden_in(counts.set_axis([_text(v) for v in frame.iloc[:, 0]], axis=0)).to_numpy(dtype=object)
    return hidden


def _nothing_hidden(rows: int, columns: int) -> Marks:
    return np.full((rows, columns), None, dtype=object)


def _counts(head: str, rubrik: str) -> bool:
    """The column's own head decides where it says what it is; a year, or nothing, leaves it to the table's heading."""
    if gate.says_when(head):
        return False
    return gate.counts(head) and (gate.says_a_number(head) or gate.counts(rubrik))


def _is_number(column: pd.Series) -> bool:
    if pd.api.types.is_bool_dtype(column) or pd.api.types.is_datetime64_any_dtype(column):
        return False
    if isinstance(column.dtype, pd.PeriodDtype):
        return False
    if pd.api.types.is_numeric_dtype(column):
        return True
    values = column.dropna()
    return bool(len(values)) and bool(pd.to_numeric(values, errors="coerce").notna().any())


def _table(
    frame: pd.DataFrame, marks: Marks, numeric: Sequence[int], *, rubrik: str, source: str, name: str, known: bool
) -> Table:
    marked = _is_marked(marks)
    many = int(marked.sum())
    shown = frame.set_axis(_unlike(frame.columns), axis=1).convert_dtypes()
    shown = shown.mask(marked)
    if many:  # an empty cell of the file may also be one that nobody has filled in
        names = [[name for name, is_hidden in zip(shown.columns, row, strict=True) if is_hidden] for row in marked]
        shown[words.HIDDEN_COLUMN] = [", ".join(of) for of in names]
    passed = release(shown, name=name, contents="description", sources=["egen"])
    released = dataclasses.replace(passed, frame=passed.frame.drop(columns="suppressed"), log=log_of(name, many, known=known))
    decimals = {at: _decimals(frame.iloc[:, at]) for at in numeric if not gate.says_when(frame.columns[at])}
    values = frame.astype(object)
    rows = [
        [marks[row, at] or _written(values.iat[row, at], decimals.get(at)) for at in range(frame.shape[1])]
        for row in range(len(frame))
    ]
    columns = [Column(head or " ", right=at in decimals and at > 0) for at, head in enumerate(frame.columns)]
    notes = f"{source} {words.HIDDEN_NOTE}" if many else source
    return Table(rubrik, columns, rows, [released], layout="own", source=f"{notes} {words.numbers_beside(name)}")


def _unlike(names: pd.Index) -> list[str]:
    """Names of the file's columns, each once."""
    out: list[str] = []
    for name in names:
        bare = str(name) or "rad"
        out.append(bare if bare not in out else f"{bare}_{out.count(bare) + 2}")
    return out


def _decimals(column: pd.Series) -> int:
    numbers = pd.to_numeric(column, errors="coerce").dropna().to_numpy(dtype=float)
    most = 1 if len(numbers) and np.abs(numbers).max() >= 10 else 2
    return next((d for d in range(most) if np.allclose(numbers, np.round(numbers, d), atol=1e-9)), most)


def _written(value: Any, decimals: int | None) -> str:
    """A cell; `decimals` of a column that is no number is None, and a year is written without a space in it."""
    number = pd.to_numeric(value, errors="coerce") if decimals is not None or isinstance(value, float) else np.nan
    if pd.isna(number):
        return _text(value)
    return str(int(number)) if decimals is None and float(number).is_integer() else swedish.number(float(number), decimals or 0)


def log_of(name: str, hidden: int, *, known: bool) -> tuple[LogEntry, ...]:
    if known:
        return (LogEntry(name, gate.RULE, 0, "known: the publisher gives them out at this level"),)
    return (LogEntry(name, gate.RULE, hidden, "suppressed" if hidden else "published"),)


def _text(value: object) -> str:
    if value is None or value is pd.NaT or (isinstance(value, float) and np.isnan(value)) or value is pd.NA:
        return swedish.MISSING
    if isinstance(value, (bool, np.bool_)):
        return words.YES if value else words.NO
    if isinstance(value, pd.Timestamp):
        return str(value.date()) if value == value.normalize() else str(value.isoformat(sep=" ", timespec="minutes"))
    return str(value)
