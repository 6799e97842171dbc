"""Who was expected to report in each period, and who did: events, or "inget att rapportera"."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from kunskapsbaserat.data.est import periods
from kunskapsbaserat.data.est.book import Book
from kunskapsbaserat.data.est.periods import Span

COLUMNS = ("reporter", "period", "expected", "active", "nothing_to_report", "events")


def table(events: pd.DataFrame, book: Book, spans: Sequence[Span]) -> pd.DataFrame:
    """The activity contract, one row per reporter and period.

    Parameters
    ----------
    events : DataFrame
        The incidents contract, all reports (also those of one event by several: each reporter was active). Counted by when they
        were reported.
    book : Book
        Expected reporters and zero reports.
    spans : sequence of Span
        Consecutive periods, oldest first; ``period`` is the number of each from 0.

    Returns
    -------
    DataFrame
        ``reporter period expected active nothing_to_report events``; `active` is having reported anything, or nothing on
        purpose. A reporter that is neither expected nor active has a row with both false.
    """
    at = periods.number(events["reported"], spans)
    inside = events.assign(period=at)[at >= 0]
    counted = inside.dropna(subset=["reporter"]).groupby(["reporter", "period"]).size()
    zero = periods.number(book.silent["date"], spans) if len(book.silent) else np.array([], dtype=int)
    silent = {(name, number) for name, number in zip(book.silent["name"], zero, strict=True) if number >= 0}
    names = list(dict.fromkeys([*book.reporters["name"], *counted.index.get_level_values(0), *(name for name, _ in silent)]))
    registered = book.reporters.set_index("name")
    rows = []
    for name in names:
        for number, span in enumerate(spans):
            found = int(counted.get((name, number), 0))
            nothing = (name, number) in silent
            expected = name in registered.index and _expected(registered.loc[name], span)
            rows.append((name, number, expected, found > 0 or nothing, nothing and found == 0, found))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _expected(row: pd.Series, span: Span) -> bool:
    """Was the reporter to report during the whole of the period?"""
    start, end = row["start"], row["end"]
    return bool((pd.isna(start) or start.date() <= span.start) and (pd.isna(end) or end.date() >= span.last))
