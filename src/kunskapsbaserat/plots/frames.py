"""What a drawing is given: plain frames with the columns it needs, in any of the names that the library uses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from kunskapsbaserat import kommun as kommuner
from kunskapsbaserat.errors import KunskapError, OptionError, TableError, UnknownKommun

TIMES = ("ar", "år", "year", "period", "månad", "kvartal")
RATES = ("per_100000", "rate", "varde", "värde", "value", "antal", "count")
NAMES = ("kommun", "namn", "name", "area", "kommunkod", "kod")
CODES = ("kommunkod", "kod", "area", "kommun", "namn", "name")


def as_frame(data: Any, name: str = "df") -> pd.DataFrame:
    """The table as a pandas frame; polars and arrow tables become one.

    Raises
    ------
    OptionError
        No table.
    TableError
        No rows, or two columns of one name.
    """
    if isinstance(data, pd.Series):
        data = data.rename_axis(data.index.name or "period").rename(data.name or "value").reset_index()
    if not isinstance(data, pd.DataFrame) and callable(getattr(data, "to_pandas", None)):
        data = data.to_pandas()
    if not isinstance(data, pd.DataFrame):
        raise OptionError(name, type(data).__name__, ("a DataFrame",), tillatna=("en tabell (DataFrame)",))
    if data.empty:
        raise TableError("at least one row to draw", forvantat="minst en rad att rita")
    doubled = data.columns[data.columns.duplicated()]
    if len(doubled):
        raise TableError("columns of different names", forvantat="kolumner med olika namn", column=str(doubled[0]))
    return data


def column(df: pd.DataFrame, wanted: str | None, usual: Sequence[str], role: str, roll: str) -> str:
    """The column that is meant: the one named, else the first of the usual names that is there.

    Raises
    ------
    TableError
        It is not there; `role` and `roll` say in both languages what it would hold.
    """
    if wanted is not None and wanted in df.columns:
        return wanted
    if wanted is None or wanted in usual:
        for name in usual:
            if name in df.columns:
                return name
    columns = ", ".join(map(str, df.columns))
    raise TableError(
        f"a column with {role}",
        forvantat=f"en kolumn med {roll}",
        column=wanted or usual[0],
        hint=f"the columns are {columns}",
        tips=f"Kolumnerna är {columns}. Säg vilken som menas.",
    )


def optional(df: pd.DataFrame, wanted: str | None, usual: Sequence[str], role: str, roll: str) -> str | None:
    """As `column`, but None where a usual one is not there; another name that is not there is refused."""
    if wanted is not None and wanted not in usual and wanted not in df.columns:
        return column(df, wanted, (), role, roll)
    return next((name for name in dict.fromkeys((*([wanted] if wanted else []), *usual)) if name in df.columns), None)


def only(df: pd.DataFrame, *names: str) -> Any:
    """The one value that a column has, of the first column that is there; None where it has several or none is there."""
    for name in names:
        if name in df.columns:
            values = df[name].unique()
            return values[0] if len(values) == 1 else None
    return None


def numbers(df: pd.DataFrame, name: str) -> pd.Series:
    """A column as numbers, missing where it is empty.

    Raises
    ------
    TableError
        A cell is no number, or infinite.
    """
    values = pd.to_numeric(df[name], errors="coerce").astype(float)
    wrong = (values.isna() & df[name].notna()) | np.isinf(values)
    if wrong.any():
        at = int(np.flatnonzero(wrong)[0])
        raise TableError("a number", forvantat="ett tal", row=df.index[at], column=name, got=str(df[name].iloc[at]))
    return values


def some_numbers(df: pd.DataFrame, name: str) -> pd.Series:
    """`numbers`, of which at least one is there."""
    values = numbers(df, name)
    if values.isna().all():
        raise TableError("at least one value that is not missing", forvantat="minst ett värde som inte saknas", column=name)
    return values


def once(df: pd.DataFrame, keys: Sequence[str]) -> None:
    """Refuse a table in which a series has two values for the same time.

    Raises
    ------
    TableError
        With the first that stands twice.
    """
    twice = df.duplicated(list(keys))
    if twice.any():
        row = df.loc[twice.to_numpy()].iloc[0]
        shown = ", ".join(str(row[key]) for key in keys)
        raise TableError(
            f"one row for each {' and '.join(keys)}",
            forvantat=f"en rad för varje {' och '.join(keys)}",
            got=shown,
            hint="choose one offence, or say with `hue` which column tells the series apart",
            tips="Välj ett brott, eller säg med hue vilken kolumn som skiljer serierna åt.",
        )


def area_names(values: pd.Series) -> pd.Series:
    """Kommun names for kommun codes, other names as they are."""
    texts = values.astype(str)
    known = {code: _name(code) for code in texts.unique()}
    return texts.map(known)


def kommun_codes(values: pd.Series, name: str) -> pd.Series:
    """Kommun codes for names or codes.

    Raises
    ------
    TableError
        A name that no kommun has, with its row.
    """
    found: dict[Any, str] = {}
    for row, value in values.items():
        if value in found:
            continue
        try:
            found[value] = kommuner.get(value).code
        except KunskapError as error:
            raise TableError(
                "the name or code of a kommun",
                forvantat="namnet på en kommun eller dess kod",
                row=row,
                column=name,
                got=str(value),
                hint=str(error),
                tips=error.svenska,
            ) from None
    return values.map(found)


def _name(text: str) -> str:
    if not (text.isdigit() and len(text) == 4):
        return text
    try:
        return kommuner.get(text).name
    except UnknownKommun:
        return text
