"""Crude rates: events per person-years, with an interval."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kunskapsbaserat.errors import TableError
from kunskapsbaserat.rates.intervals import poisson_interval


def crude_rate(
    df: pd.DataFrame,
    *,
    count: str = "count",
    exposure: str = "exposure",
    per: float = 100_000,
    confidence: float = 0.95,
    method: str = "exact_byar",
) -> pd.DataFrame:
    """Events per `per` inhabitants and year, with an interval for the Poisson mean.

    Reported crime is a census, not a sample: the interval says how much the number may vary between years without any
    change in the underlying level, and it assumes that events are independent. Crime varies more than that; for a
    verdict on a change use `kunskapsbaserat.trends.change`, which estimates the extra variation.

    Parameters
    ----------
    df : DataFrame
        One row per area and period. Other columns pass through.
    count : str
        Column of events: whole, 0 or more.
    exposure : str
        Column of person-years, more than 0; for a yearly figure the mean population, see `mean_population`.
    per : float
        The rate's base: 100 000 inhabitants by default.
    confidence, method
        See `poisson_interval`.

    Returns
    -------
    DataFrame
        The rows of `df`, same order and index, plus ``rate``, ``lower``, ``upper`` (events per `per` person-years),
        ``per``, ``confidence``, ``method`` and ``reason``: None, "no_count" or "no_exposure" (missing or zero
        person-years), and then rate and limits are missing.

    Raises
    ------
    TableError
        A column is missing, a count is negative or not whole, or an exposure is negative.

    References
    ----------
    Public Health England (2018). Technical guide: confidence intervals.
    """
    for name in (count, exposure):
        if name not in df:
            raise TableError(f"a column {name!r}", forvantat=f"kolumnen {name}", column=name)
    events = _numbers(df, count)
    years = _numbers(df, exposure)
    whole = np.isnan(events) | (events == np.floor(events))
    _no_row(df, ~whole | (events < 0), count, "a whole number, 0 or more", "ett heltal, noll eller mer")
    _no_row(df, years < 0, exposure, "person-years, 0 or more", "antal personår, noll eller mer")
    usable = ~np.isnan(events) & (np.nan_to_num(years) > 0)
    low, high = poisson_interval(events, confidence=confidence, method=method)
    scale = per / np.where(usable, years, np.nan)
    reason = np.select([np.isnan(events), ~usable], ["no_count", "no_exposure"], default="")
    return df.assign(
        rate=events * scale,
        lower=low * scale,
        upper=high * scale,
        per=per,
        confidence=confidence,
        method=method,
        reason=pd.Series([text or None for text in reason], index=df.index, dtype=object),
    )


def _numbers(df: pd.DataFrame, name: str) -> np.ndarray:
    try:
        return pd.to_numeric(df[name]).to_numpy(dtype=float, na_value=np.nan)
    except (TypeError, ValueError):
        bad = next(v for v in df[name] if pd.isna(pd.to_numeric(v, errors="coerce")) and not pd.isna(v))
        index = df.index[(df[name] == bad).to_numpy().argmax()]
        raise TableError("a number", forvantat="ett tal", row=index, column=name, got=bad) from None


def _no_row(df: pd.DataFrame, bad: np.ndarray, column: str, expected: str, forvantat: str) -> None:
    if bad.any():
        at = int(bad.argmax())
        raise TableError(expected, forvantat=forvantat, row=df.index[at], column=column, got=df[column].iloc[at])
