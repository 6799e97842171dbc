"""Times as people have them: text, dates and whole numbers become the periods of a panel, or are refused with the row."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd

from kunskapsbaserat.errors import TableError
from kunskapsbaserat.rates.checks import refuse
from kunskapsbaserat.rates.keys import named

# How a period is written, by its length: 2024; 2024Q1, 2024K1 (kvartal); 2024-03, 2024M03 (SCB), 202403; 2024-03-01.
_WRITTEN = {
    "Y": re.compile(r"(\d{4})"),
    "Q": re.compile(r"(\d{4})[ -]?[QqKk]([1-4])"),
    "M": re.compile(r"(\d{4})(?:[-/ ]?[Mm]?)(0[1-9]|1[0-2])"),
    "D": re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]00:00(?::00(?:\.0+)?)?)?"),
}
_YEARS = (1700, 2200)
_SHAPES = ("2024, 2024Q1, 2024-03 or 2024-03-01", "2024, 2024Q1, 2024-03 eller 2024-03-01")


def in_periods_of_time(table: pd.DataFrame, column: str) -> pd.DataFrame:
    """The table with its column of time as pandas Periods: years, quarters or months.

    Text and whole numbers say how long a period is ("2024-03", 202403 is a month, 2024 a year). Dates are the first, or all the
    last, days of periods of one length: the longest that begins, or ends, with every one of them.

    Raises
    ------
    TableError
        A time is missing, is none, is of another length than the others, or lies inside a month.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat.rates.times import in_periods_of_time
    >>> table = pd.DataFrame({"manad": ["2024-01", "2024-02"], "antal": [3, 5]})
    >>> in_periods_of_time(table, "manad")["manad"].dtype
    period[M]
    """
    if column not in table or isinstance(table[column].dtype, pd.PeriodDtype) or table.empty:
        return table
    named(table, [column])
    values = table[column]
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        return table.assign(**{column: _of_dates(table, column, values)})
    texts = values.map(_as_text).astype("str")
    known = texts.drop_duplicates()
    lengths = known.map(length_of)
    unread = texts.isin(known[lengths.isna()]).to_numpy(dtype=bool)
    refuse(table, unread, column, f"a time such as {_SHAPES[0]}", f"en tid som {_SHAPES[1]}")
    other = texts.isin(known[lengths != lengths.iloc[0]]).to_numpy(dtype=bool)
    refuse(table, other, column, "times of one length", "tider av samma längd")
    if lengths.iloc[0] == "D":
        return table.assign(**{column: _of_dates(table, column, _dates(table, column, texts))})
    periods = known.map(period_of_text)
    return table.assign(**{column: pd.PeriodIndex(texts.map(dict(zip(known, periods, strict=True))))})


def _as_text(value: Any) -> str:
    """A number as its digits, a date or period as it is written."""
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        return str(int(value))
    return str(value).strip()


def length_of(text: str) -> str | None:
    """ "Y", "Q", "M" or "D" (a date); None for what is no time."""
    for length, shape in _WRITTEN.items():
        if shape.fullmatch(text):
            return length if _YEARS[0] <= int(text[:4]) <= _YEARS[1] else None
    return None


def period_of_text(text: str) -> pd.Period:
    """The period of a text that `length_of` knows as a year, quarter or month."""
    length = length_of(text)
    parts = _WRITTEN[str(length)].fullmatch(text)
    assert parts is not None
    year = int(parts[1])
    if length == "Y":
        return pd.Period(year=year, freq="Y")
    return (
        pd.Period(year=year, quarter=int(parts[2]), freq="Q")
        if length == "Q"
        else pd.Period(year=year, month=int(parts[2]), freq="M")
    )


def _dates(table: pd.DataFrame, column: str, texts: pd.Series) -> pd.Series:
    dates = pd.to_datetime(texts, errors="coerce", format="ISO8601")
    refuse(table, dates.isna().to_numpy(), column, "a date", "ett datum")
    return dates


def _of_dates(table: pd.DataFrame, column: str, moments: pd.Series) -> pd.Series:
    days = (moments.dt.tz_localize(None) if moments.dt.tz is not None else moments).dt.normalize()
    for length in ("Y", "Q", "M"):
        periods = days.dt.to_period(length)
        if (periods.dt.start_time == days).all() or (periods.dt.end_time.dt.normalize() == days).all():
            return periods
    inside = (days.dt.day != 1).to_numpy()
    raise TableError(
        "the first day of a month, quarter or year in every row",
        forvantat="den första dagen i en månad, ett kvartal eller ett år på varje rad",
        row=table.index[int(inside.argmax())],
        column=column,
        got=str(days.iloc[int(inside.argmax())].date()),
        hint="one row per area and period: sum the events of each month first",
        tips="En rad per område och period: räkna ihop händelserna per månad först, eller läs filen i verktyget Effekt",
    )
