"""How much years usually vary in the kommuner beside those that are judged: computed once, then without them."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from kunskapsbaserat import tables
from kunskapsbaserat.report.material.computed_once import once, same_as_before
from kunskapsbaserat.report.material.coverage import by_coverage
from kunskapsbaserat.trends import TypicalVariation, variation_of
from kunskapsbaserat.trends.change import dispersion_of
from kunskapsbaserat.trends.variation import Pool
from kunskapsbaserat.trends.years import SERIES


def typical_for(counts: pd.DataFrame, *judged: str) -> TypicalVariation | None:
    """The usual variation between years, from all kommuner but those to be judged."""
    return once(counts, ("usual without", *judged), lambda: _usual_beside(counts, judged))


def _usual_beside(counts: pd.DataFrame, judged: Collection[str]) -> TypicalVariation | None:
    everyone = once(counts, "kommuner", lambda: counts[counts["area_level"] == "kommun"])
    if once(counts, "number of kommuner", lambda: everyone["area"].nunique()) < 1 + len(judged):
        return None
    if set(judged) & once(counts, "alone at the end", lambda: _alone_at_the_end(everyone)):
        return variation_of(everyone[~everyone["area"].isin(judged)])  # without them the years compared are others
    return once(counts, "pool", lambda: _pool(counts, everyone)).beside(judged).typical()


def _pool(counts: pd.DataFrame, everyone: pd.DataFrame) -> Pool:
    """The series that can be judged."""
    cells = _cells(counts, everyone)
    return Pool.of(cells[cells["reason"].isna()])


_COLUMNS = [*tables.COUNTS_KEY, "count", "status"]


def _cells(counts: pd.DataFrame, everyone: pd.DataFrame) -> pd.DataFrame:
    """`dispersion_of` all kommuner; by year an offence depends on no other, and one that all kommuner have is computed once."""
    if tables.frequency(everyone) != "Y":
        return dispersion_of(everyone)
    largest = set(max(by_coverage(counts), key=len)["offence"].unique())
    of_all = everyone["offence"].isin(largest)
    rows = same_as_before("usual", everyone.loc[of_all, _COLUMNS].reset_index(drop=True))
    cells = once(rows, "cells", lambda: dispersion_of(rows))
    if of_all.all():
        return cells
    return pd.concat([cells, dispersion_of(everyone[~of_all])]).sort_values(SERIES, ignore_index=True)


def _alone_at_the_end(counts: pd.DataFrame) -> frozenset[str]:
    """Kommuner that alone reach the last year of an offence that others have too."""
    reach = counts.groupby(["offence", "area"])["period"].max().dt.year.rename("year").reset_index()
    others = reach.groupby("offence")["area"].transform("size") > 1
    at_end = reach[others & (reach["year"] == reach.groupby("offence")["year"].transform("max"))]
    return frozenset(at_end.loc[~at_end["offence"].duplicated(keep=False), "area"])
