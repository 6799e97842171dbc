"""Which rows of Brå's database a lägesbild needs, and whether they give back the figures that the package carries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kunskapsbaserat import catalogue, tables
from kunskapsbaserat.data import embedded
from kunskapsbaserat.data.bra import labels, selections
from kunskapsbaserat.data.fetch import agreement, sol
from kunskapsbaserat.data.fetch.agreement import Agreement
from kunskapsbaserat.data.fetch.asking import Asker
from kunskapsbaserat.data.fetch.measures import Judged
from kunskapsbaserat.data.fetch.wanted import Wanted

FIRST_YEAR = 2010
"""As far back as the package's groups go."""
YEARS_OF_MONTHS = 5
_ALSO = (("3-7 kap. Brott mot person",),)


@dataclass(frozen=True, slots=True)
class Database:
    """The counts contract by year, and what was decided about each offence."""

    years: pd.DataFrame
    judged: tuple[Judged, ...]


def offences() -> list[tuple[str, str]]:
    """Id and sex of what is asked for: the rows that the recipe of a folder tells a person to mark, and brott mot person."""
    found = [labels.offence(path) for path in (*selections.paths(), *_ALSO)]
    return list(dict.fromkeys((about.offence, about.sex) for about in found if about is not None))


def fetch_years(asker: Asker, wanted: Wanted) -> Database:
    """The rows by year of the kommuner and those that they are compared with.

    Raises
    ------
    FetchError
        As `sol.years`.
    """
    answer = sol.years(asker, offences(), wanted.detail, first=FIRST_YEAR)
    kept, judged = _proved(answer.table)
    judged += [Judged(offence, _name(offence), reason="brottstypen finns inte i Brås urval") for offence in answer.absent]
    table = selections.derive(tables.counts(kept)) if len(kept) else kept
    return Database(table, tuple(judged))


def fetch_months(asker: Asker, wanted: Wanted) -> pd.DataFrame:
    """The rows by month of the kommuner and their liknande kommuner.

    Raises
    ------
    FetchError
        As `sol.months`.
    """
    answer = sol.months(asker, offences(), wanted.near, years_back=YEARS_OF_MONTHS)
    known = answer.table[answer.table["count"].notna()]
    return tables.counts(known).sort_values(tables.COUNTS_KEY, ignore_index=True)


def _proved(table: pd.DataFrame) -> tuple[pd.DataFrame, list[Judged]]:
    """The offences whose figures are those that the package has, where it has any; the others are left out with a reason."""
    known = embedded.counts_groups()
    known = known[(known["area_level"] == "kommun") & known["area"].isin(set(table["area"]))]
    known = known.assign(year=known["period"].dt.year)
    people = embedded.exposure().query("kind == 'residents' and area_level == 'kommun'").set_index(["area", "year"])["value"]
    kept, judged = [], []
    for (offence, _sex), rows in table.groupby(["offence", "sex"], sort=False):
        mine = known[known["offence"] == offence]
        reason = _inconsistent(rows, people)
        against = agreement.of_counts(_by_year(rows), mine[["area", "area_level", "year", "count", "rate_published"]])
        if not reason and len(mine) and not _same(against):
            reason = f"{against.differing + against.missing} av {against.compared} tal är inte de som paketet har"
        if not reason:
            kept.append(rows)
        judged.append(Judged(str(offence), _name(str(offence)), "" if reason else str(offence), reason, against))
    return pd.concat(kept, ignore_index=True) if kept else table.iloc[:0], judged


def _same(against: Agreement) -> bool:
    """Here few figures are enough: the row bears Brå's own heading, and is only held against a table that changed places."""
    return against.missing + against.differing <= max(agreement.REVISED * against.compared, 1)


def _inconsistent(rows: pd.DataFrame, people: pd.Series) -> str:
    """A count and a rate of one row that cannot belong together: the rate per 100 000 says how many inhabitants there are."""
    both = rows[rows["count"].notna() & rows["rate_published"].notna()]
    index = pd.MultiIndex.from_arrays([both["area"], both["period"].dt.year])
    inhabitants = people.reindex(index).to_numpy(dtype=float)
    implied = both["count"].to_numpy(dtype=float) / inhabitants * 100_000
    given = both["rate_published"].to_numpy(dtype=float)
    with np.errstate(invalid="ignore"):
        far = np.abs(implied - given) > np.maximum(5.0, 0.1 * given)  # a year's growth and a rounded rate are less
    return f"{int(far.sum())} antal hör inte ihop med sina tal per invånare" if far.any() else ""


def _by_year(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(year=rows["period"].dt.year)[["area", "area_level", "year", "count", "rate_published"]]


def _name(offence: str) -> str:
    facets = catalogue.offence(offence).facets
    return f"{next(iter(facets.values())).name} (Brås databas)"


def said(judged: Sequence[Judged]) -> list[str]:
    """In Swedish, the rows that are not used."""
    return [f"{one.title} används inte: {one.reason}." for one in judged if one.reason]
