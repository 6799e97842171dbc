"""What every method asks of its columns: numbers, whole counts and positive exposures. What rows are called: `keys`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from numbers import Integral, Real
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kunskapsbaserat.errors import OptionError, TableError

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

SHOWN_ROWS = 5


def columns(df: pd.DataFrame, names: Iterable[str]) -> None:
    """Refuse a table without one of the columns."""
    for name in names:
        if name not in df:
            raise TableError(f"a column {name!r}", forvantat=f"kolumnen {name}", column=name)


def confidence_level(confidence: float, name: str = "confidence") -> float:
    """The confidence, when it is a share between 0 and 1."""
    if not (isinstance(confidence, Real) and 0 < confidence < 1):
        allowed = ("a share between 0 and 1, for instance 0.95",)
        raise OptionError(name, confidence, allowed, tillatna=("ett tal mellan 0 och 1, till exempel 0,95",))
    return float(confidence)


def option(name: str, got: str, allowed: Sequence[str]) -> str:
    """The option, when it is among the allowed ones."""
    if got not in allowed:
        raise OptionError(name, got, allowed)
    return got


def positive(name: str, got: float) -> float:
    """The option, when it is a number above 0."""
    if not (isinstance(got, Real) and np.isfinite(got) and got > 0):
        raise OptionError(name, got, ("a number above 0",), tillatna=("ett tal över noll",))
    return float(got)


def whole_number(name: str, got: Any, least: int, most: int | None = None) -> int:
    """The option, when it is a whole number of at least `least` (and at most `most`)."""
    whole = isinstance(got, Integral) and not isinstance(got, bool)
    if not (whole and got >= least and (most is None or got <= most)):
        upper, hogst = ("", "") if most is None else (f" and at most {most}", f" och högst {most}")
        allowed = (f"a whole number, at least {least}{upper}",)
        raise OptionError(name, got, allowed, tillatna=(f"ett heltal, minst {least}{hogst}",))
    return int(got)


def numbers(df: pd.DataFrame, name: str) -> Floats:
    """A column as floats, missing as NaN; refuses text and infinite values."""
    columns(df, [name])
    try:
        values: Floats = pd.to_numeric(df[name]).to_numpy(dtype=float, na_value=np.nan)
    except (TypeError, ValueError):
        parsed = pd.to_numeric(df[name], errors="coerce")
        bad = (parsed.isna() & df[name].notna()).to_numpy(dtype=bool)
        refuse(df, bad, name, "a number", "ett tal")
        raise
    refuse(df, np.isinf(values), name, "a finite number", "ett ändligt tal")
    return values


def counts(df: pd.DataFrame, name: str) -> Floats:
    """A column of events: whole, 0 or more, missing as NaN."""
    events = numbers(df, name)
    with np.errstate(invalid="ignore"):
        bad = (events != np.floor(events)) & ~np.isnan(events) | (events < 0)
    refuse(df, bad, name, "a whole number, 0 or more", "ett heltal, noll eller mer")
    return events


def amounts(df: pd.DataFrame, name: str, expected: str = "person-years", forvantat: str = "antal personår") -> Floats:
    """A column of sizes (person-years, expected counts): 0 or more, missing as NaN."""
    values = numbers(df, name)
    refuse(df, values < 0, name, f"{expected}, 0 or more", f"{forvantat}, noll eller mer")
    return values


def refuse(df: pd.DataFrame, bad: Mask, column: str, expected: str, forvantat: str) -> None:
    """TableError naming the rows, when there are any bad ones."""
    if not bad.any():
        return
    at = np.flatnonzero(bad)
    shown = ", ".join(str(df.index[i]) for i in at[:SHOWN_ROWS])
    more = f" and {len(at) - SHOWN_ROWS} more" if len(at) > SHOWN_ROWS else ""
    several = len(at) > 1
    raise TableError(
        expected,
        forvantat=forvantat,
        row=df.index[at[0]],
        column=column,
        got=df[column].iloc[at[0]],
        hint=f"{len(at)} rows: {shown}{more}" if several else None,
        tips=f"{len(at)} rader: {shown}{more.replace('and', 'och').replace('more', 'till')}" if several else None,
    )


def reasons(index: pd.Index, *conditions: tuple[Mask, str]) -> pd.Series:
    """The first reason that holds for each row, None where none does."""
    codes = np.full(len(index), None, dtype=object)
    for mask, code in reversed(conditions):
        codes[mask] = code
    return pd.Series(codes, index=index, dtype=object)


def first_reason(*columns: pd.Series) -> pd.Series:
    """Row by row the first reason that is not None."""
    codes = np.full(len(columns[0]), None, dtype=object)
    for reason in reversed(columns):
        has_reason = reason.notna().to_numpy()
        codes[has_reason] = reason.to_numpy(dtype=object)[has_reason]
    return pd.Series(codes, index=columns[0].index, dtype=object)
