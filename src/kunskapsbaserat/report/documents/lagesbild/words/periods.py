"""Parts of a year in words."""

from __future__ import annotations

import pandas as pd

from kunskapsbaserat.swedish import month_name, span


def span_of_quarters(first: pd.Period, last: pd.Period) -> str:
    """ "januari–juni 2026": the months of the quarters, all of one year."""
    start, end = (month_name(p.month) for p in (first.asfreq("M", "start"), last.asfreq("M", "end")))
    return f"{span(start, end)} {last.year}"
