"""Yearly counts out of Brå's exports of every frequency."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from kunskapsbaserat import catalogue, tables
from kunskapsbaserat.data import embedded
from kunskapsbaserat.data.bra import Export, merge, selections
from kunskapsbaserat.data.folder.figures import best, none_of
from kunskapsbaserat.errors import TableError
from kunskapsbaserat.findings import Finding

SERIES = ["area", "area_level", "offence", "sex"]


def joined(exports: Sequence[Export], problems: list[Finding]) -> dict[str, pd.DataFrame]:
    """The counts contract for each frequency that the files have.

    `problems` gets what `merge` tells, and a contradiction between files as an error.
    """
    found = {}
    for frequency in ("Y", "M", "Q"):
        having = [e for e in exports if _usable(e, frequency)]
        if not having:
            continue
        try:
            merged = merge(having, frequency=frequency)
        except TableError as error:
            problems.append(Finding("error", "contradiction", error.svenska, "mappen"))
            continue
        problems += merged.findings
        found[frequency] = merged.table
    return found


def yearly(by_frequency: Mapping[str, pd.DataFrame], problems: list[Finding]) -> pd.DataFrame:
    """The counts contract per year.

    Years come from files of years; where a year, or its count, is missing it is the sum of its months, or else of its quarters,
    when every one is there. `problems` gets years that are not whole, and an error where final parts do not sum to their final
    year.
    """
    found: list[pd.DataFrame] = []
    for frequency, table in by_frequency.items():
        years = tables.whole_years(table)
        if frequency != "Y":
            problems += _part_years(table, tables.PER_YEAR[frequency])
        if found and len(years):
            problems += _disagreeing(found[0], years)
        found += [years] if len(years) else []
    if not found:
        return none_of(embedded.counts_year)
    rows = best(pd.concat(found, ignore_index=True))
    return one_source(selections.derive(tables.counts(rows)))


def _usable(export: Export, frequency: str) -> bool:
    """Has the file rows of that frequency about areas and offences that the library knows?"""
    f = export.frame
    known = f["area"].notna() & f["offence"].notna() & f["area_level"].isin(tables.AREA_LEVELS)
    return bool((known & (f["frequency"] == frequency)).any())


def _part_years(table: pd.DataFrame, parts: int) -> list[Finding]:
    """Years of which only some months or quarters are there."""
    known = table.dropna(subset=["count"])
    have = known.groupby(known["period"].dt.year)["period"].nunique()
    what = "månader" if parts == 12 else "kvartal"
    return [
        Finding("info", "part_year", f"Av {year} finns {n} av {parts} {what}; de räknas inte som ett år.", "mappen")
        for year, n in have.items()
        if n < parts
    ]


def _disagreeing(years: pd.DataFrame, summed: pd.DataFrame) -> list[Finding]:
    both = years.merge(summed, on=[*SERIES, "period"], suffixes=("", "_parts"))
    final = (both["status"] == "final") & (both["status_parts"] == "final")
    wrong = both[final & both["count"].notna() & (both["count"] != both["count_parts"])]
    if wrong.empty:
        return []
    row = wrong.iloc[0]
    name = catalogue.offence(row["offence"]).facets[row["sex"]].name
    first = f"{name} {row['period']}, område {row['area']}: {row['count']} i årsfilen men delarna blir {row['count_parts']}"
    text = f"{len(wrong)} årssummor stämmer inte med sina månader eller kvartal i en annan fil. {first}. Hämta filerna på nytt."
    return [Finding("error", "parts_do_not_sum", text, "mappen")]


def one_source(counts: pd.DataFrame, *, window: int = 7) -> pd.DataFrame:
    """Each series from one source only: Brå's indicators and its database do not define every offence alike.

    The source with most known years among the latest seven is used; of two with as many the one that reaches furthest, then
    the indicators. All offences together are the same figure in every source and are never cut.

    Parameters
    ----------
    counts : DataFrame
        The counts contract per year, with ``source``.
    window : int
        The latest years that are counted.

    Returns
    -------
    DataFrame
        The rows that are kept.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat.data import embedded, folder
    >>> indicators = embedded.counts_year().query("area == '2081' and offence == 'bilbrott'")
    >>> database = indicators.tail(2).assign(source="bra_sol")
    >>> folder.one_source(pd.concat([indicators, database]))["source"].unique().tolist()
    ['bra_indikatorer']
    """
    known = counts[counts["count"].notna() | counts["rate_published"].notna()]
    kept = known[known["offence"] != "totalt"]
    if kept.groupby(SERIES)["source"].nunique().le(1).all():
        return counts
    year = kept["period"].dt.year
    last = kept.groupby(SERIES)["period"].transform("max").dt.year
    rank = kept.assign(late=year > last - window, year=year).groupby([*SERIES, "source"], as_index=False)
    scored = rank.agg(late=("late", "sum"), year=("year", "max"))
    scored["own"] = scored["source"] == "bra_indikatorer"
    best = scored.sort_values(["late", "year", "own"], ascending=False).drop_duplicates(SERIES)[[*SERIES, "source"]]
    chosen = counts.merge(best.rename(columns={"source": "chosen"}), on=SERIES, how="left")
    keep = chosen["chosen"].isna() | (chosen["chosen"] == chosen["source"])
    return counts[keep.to_numpy()].reset_index(drop=True)
