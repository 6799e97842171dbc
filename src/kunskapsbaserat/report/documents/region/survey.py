"""What the inhabitants of a län have answered: the shares of the latest survey, apart from everything about crime."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from kunskapsbaserat import catalogue
from kunskapsbaserat.catalogue import Measure
from kunskapsbaserat.data import embedded
from kunskapsbaserat.lan import Lan

ASKED = ("otrygg_kvall", "valt_annan_vag", "avstatt_aktivitet", "oro_bostadsinbrott", "oro_misshandel")
"""About trygghet and its consequences; having been a victim is another thing, and not asked for here."""
SHOWN = 3


@dataclass(frozen=True)
class Answers:
    """The latest answers by measure: one row per kommun with ``area share lower upper n end_year source``."""

    tables: Mapping[Measure, pd.DataFrame]

    @property
    def areas(self) -> set[str]:
        return {area for table in self.tables.values() for area in table["area"]}

    @property
    def years(self) -> tuple[int, int]:
        found = [int(year) for table in self.tables.values() for year in table["end_year"]]
        return min(found), max(found)


def answers(lan: Lan, own: Mapping[str, pd.DataFrame], *, year: int | None) -> Answers:
    """The kommuner's own tables first, Brå's embedded ones where they have none.

    Parameters
    ----------
    lan : Lan
        Whose kommuner.
    own : mapping of code to DataFrame
        The survey contract of each kommun's folder.
    year : int, optional
        The last year of the page's figures; answers of a later year than the one after are left out.
    """
    codes = {k.code for k in lan.kommuner}
    everything = pd.concat([*own.values(), embedded.survey()], ignore_index=True)
    mine = everything[everything["area"].isin(codes) & everything["share"].notna()]
    if year is not None:
        mine = mine[mine["end_year"] <= year + 1]
    found: dict[Measure, pd.DataFrame] = {}
    for measure in (m for name in ASKED for m in catalogue.measures() if m.id == name):
        rows = mine[mine["measure"] == measure.id]
        if rows.empty:
            continue
        # of the same year the kommun's own stands first in the table and is kept
        latest = rows.sort_values("end_year", kind="stable", ascending=False).drop_duplicates("area")
        found[measure] = latest.reset_index(drop=True)
    most = sorted(found, key=lambda m: -len(found[m]))[:SHOWN]
    return Answers({measure: found[measure] for measure in found if measure in most})
