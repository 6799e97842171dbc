"""What the quarters say after the last final year: the same part of the year, this year and before. Never a verdict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from kunskapsbaserat.report.material.computed_once import rows_of

EARLIER_YEARS = 5


@dataclass(frozen=True, slots=True)
class QuarterFinding:
    """All reported offences of one kommun per quarter.

    `count` and `before` are those of the quarters `first` to `last` and of the same quarters the year before; `usual` is the
    mean of the same quarters in the up to five years before that have them.
    """

    counts: Mapping[pd.Period, int]
    preliminary: frozenset[pd.Period]
    first: pd.Period
    last: pd.Period
    count: int
    before: int
    usual: float
    usual_years: tuple[int, int]

    @property
    def year_before(self) -> int:
        return int(self.last.year) - 1


def quarter_finding(quarters: pd.DataFrame, kommun: str, *, after: int) -> QuarterFinding | None:
    """The part of a year that has begun after the last final year; None when there is none, or when a quarter is missing.

    Parameters
    ----------
    quarters : DataFrame
        The counts contract per quarter, the total.
    kommun : str
        Code.
    after : int
        The last year whose figures the report has in full.
    """
    mine = rows_of(quarters, kommun).dropna(subset=["count"]).sort_values("period")
    counts = dict(zip(mine["period"], mine["count"].astype(int), strict=True))
    this_year = [p for p in counts if p.year == after + 1]
    if not this_year:
        return None
    numbers = [p.quarter for p in this_year]
    sums = {year: _sum(counts, year, numbers) for year in range(after + 1 - EARLIER_YEARS, after + 2)}
    now, before = sums[after + 1], sums[after]
    earlier = {year: value for year, value in sums.items() if year <= after and value is not None}
    if now is None or before is None or numbers != list(range(1, len(numbers) + 1)):
        return None
    return QuarterFinding(
        counts=counts,
        preliminary=frozenset(mine.loc[mine["status"] == "preliminary", "period"]),
        first=this_year[0],
        last=this_year[-1],
        count=now,
        before=before,
        usual=sum(earlier.values()) / len(earlier),
        usual_years=(min(earlier), max(earlier)),
    )


def _sum(counts: Mapping[pd.Period, int], year: int, numbers: list[int]) -> int | None:
    parts = [counts.get(pd.Period(year=year, quarter=q, freq="Q")) for q in numbers]
    return None if None in parts else sum(p for p in parts if p is not None)
