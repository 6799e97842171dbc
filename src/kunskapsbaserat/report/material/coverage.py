"""Which kommuner have figures for which offences: those that the same kommuner have are compared among the same kommuner."""

from __future__ import annotations

import pandas as pd

from kunskapsbaserat.report.material.computed_once import once


def coverage_of(counts: pd.DataFrame) -> dict[str, frozenset[str]]:
    """The kommuner that have counts, by offence."""

    def compute() -> dict[str, frozenset[str]]:
        rows = counts.loc[counts["area_level"] == "kommun", ["offence", "area"]].drop_duplicates()
        return {str(offence): frozenset(areas) for offence, areas in rows.groupby("offence")["area"]}

    return once(counts, "coverage", compute)


def by_coverage(counts: pd.DataFrame) -> list[pd.DataFrame]:
    """The table in parts, each with the offences that the same kommuner have figures for."""

    def compute() -> list[pd.DataFrame]:
        coverage = coverage_of(counts)
        numbers = {areas: number for number, areas in enumerate(dict.fromkeys(coverage.values()))}
        number_of = {offence: numbers[areas] for offence, areas in coverage.items()}  # a set of 290 is slow to compare by row
        row_numbers = counts["offence"].map(number_of)
        order = row_numbers.dropna().unique()
        return [counts[row_numbers == number].reset_index(drop=True) for number in order] if len(order) > 1 else []

    # A table kept beside itself would never be forgotten: one coverage is an empty list.
    return once(counts, "by coverage", compute) or [counts]
