"""Years out of counts of any frequency."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kunskapsbaserat import tables
from kunskapsbaserat.errors import TableError
from kunskapsbaserat.rates.keys import COUNTS, keyed

SERIES = ["area", "area_level", "offence", "sex"]


YEARLY_BASELINE = (2, 5)  # the act's cycle of two years against the five before


def default_baseline(counts: pd.DataFrame) -> tuple[int, int]:
    """Latest and earlier years by frequency: two against five for years, the last twelve months against five times twelve."""
    return YEARLY_BASELINE if tables.frequency(counts) == "Y" else (1, 5)


@keyed(counts=COUNTS)
def to_years(counts: pd.DataFrame) -> pd.DataFrame:
    """Counts per year; months and quarters as twelve-month periods that end with the table's last one.

    A year in which a period or a count is missing is missing: it is never filled with zero.

    Parameters
    ----------
    counts : DataFrame
        The counts contract: years, quarters or months.

    Returns
    -------
    DataFrame
        The series' key, ``year`` (in which the period ends), ``start_year`` (in which it begins), ``count`` (float,
        NaN when missing) and ``preliminary``.

    Raises
    ------
    TableError
        The table is empty.

    Examples
    --------
    Quarters to the second of 2026 become years that end in June:

    >>> from kunskapsbaserat.data import embedded
    >>> from kunskapsbaserat.trends import to_years
    >>> quarters = embedded.counts_quarter().query("area == '2081'")
    >>> to_years(quarters)[["start_year", "year", "count", "preliminary"]].tail(2)
        start_year  year   count  preliminary
    11        2024  2025  6367.0        False
    12        2025  2026  5905.0         True
    """
    return summed_years(counts)


def summed_years(counts: pd.DataFrame) -> pd.DataFrame:
    """`to_years` of a table that has come in through another door."""
    if counts.empty:
        raise TableError("at least one row of counts", forvantat="minst en rad med anmälda brott")
    per_year = tables.PER_YEAR[tables.frequency(counts)]
    last = counts["period"].max()
    behind = (last.ordinal - counts["period"].array.asi8) // per_year
    broken = per_year > 1 and last.end_time.month != 12
    # One table, at once: with the handful of series of one kommun each column that is added costs more than what is computed.
    frame = pd.DataFrame(
        {
            **{name: counts[name] for name in SERIES},
            "year": last.year - behind,
            "start_year": last.year - behind - int(broken),
            "count": counts["count"].to_numpy(dtype=float, na_value=np.nan),
            "preliminary": (counts["status"] == "preliminary").to_numpy(),
        },
        index=counts.index,
    )
    if per_year == 1:
        return frame
    grouped = frame.groupby([*SERIES, "year", "start_year"], sort=False)
    summed = grouped.agg(count=("count", "sum"), known=("count", "count"), preliminary=("preliminary", "any"))
    return summed.assign(count=summed["count"].where(summed.pop("known") == per_year)).reset_index()
