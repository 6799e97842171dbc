"""How much years usually vary in the kommuner beside the one that is judged: computed once, then without it."""

from __future__ import annotations

import pandas as pd

from kunskapsbaserat.report.material.computed_once import once
from kunskapsbaserat.trends import TypicalVariation, variation_of
from kunskapsbaserat.trends.change import dispersion_of
from kunskapsbaserat.trends.variation import typical_variation


def typical_for(counts: pd.DataFrame, kommun: str) -> TypicalVariation | None:
    """The usual variation between years, from all kommuner but the one to be judged."""
    everyone = once(counts, "kommuner", lambda: counts[counts["area_level"] == "kommun"])
    if everyone["area"].nunique() < 2:
        return None
    if kommun in once(counts, "alone at the end", lambda: _alone_at_the_end(everyone)):
        return variation_of(everyone[everyone["area"] != kommun])  # without the kommun the years compared are others
    cells = once(counts, "cells", lambda: dispersion_of(everyone))
    return typical_variation(cells[cells["reason"].isna() & (cells["area"] != kommun)])


def _alone_at_the_end(counts: pd.DataFrame) -> frozenset[str]:
    """Kommuner that alone reach the last year of an offence that others have too."""
    reach = counts.groupby(["offence", "area"])["period"].max().dt.year.rename("year").reset_index()
    others = reach.groupby("offence")["area"].transform("size") > 1
    at_end = reach[others & (reach["year"] == reach.groupby("offence")["year"].transform("max"))]
    return frozenset(at_end.loc[~at_end["offence"].duplicated(keep=False), "area"])
