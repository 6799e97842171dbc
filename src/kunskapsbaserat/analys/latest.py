"""One year of one offence in all kommuner that have it: what a funnel and a map are made from."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from kunskapsbaserat import kommun as register
from kunskapsbaserat.analys import choices, counts
from kunskapsbaserat.analys.material import Material
from kunskapsbaserat.catalogue import Offence
from kunskapsbaserat.errors import OptionError
from kunskapsbaserat.report.material.choices import whole_year


def one_year(stuff: Material, offence: Offence, *, kon: str | None = None, ar: int | str | None = None) -> pd.DataFrame:
    """Rows of the counts contract, both sexes together or the chosen one; the latest year that most kommuner have.

    Raises
    ------
    NoFigures, OptionError
        Nobody has the offence; or the year or the sex is none that there are figures for.
    """
    available = stuff.counts("Y")
    rows = available[(available["offence"] == offence.id) & available["count"].notna()]
    if rows.empty:
        raise counts.no_figures(register.all_kommuner(), (offence,), available, in_folder=stuff.folder is not None)
    sexes = sorted(rows["sex"].unique())
    sex = sexes[0] if kon is None and len(sexes) == 1 else kon
    if sex not in sexes:
        raise OptionError("kon", kon, sexes)
    rows = rows[rows["sex"] == sex]
    years = sorted(rows["period"].dt.year.unique().tolist())
    asked = whole_year("ar", ar)
    year = int(rows.groupby("area")["period"].max().dt.year.mode().max()) if asked is None else asked
    if year not in years:
        raise OptionError("ar", ar, years)
    return rows[rows["period"].dt.year == year].reset_index(drop=True)


def wanted_offence(brott: object) -> Offence:
    """The one offence of a figure: a list of several is refused."""
    offences = choices.chosen_offences(brott)
    if offences is None or len(offences) != 1:
        raise OptionError("brott", brott, ("one offence",), tillatna=("ett brott, till exempel ”totalt”",))
    return offences[0]


def codes(asked: object, lan: object) -> Collection[str]:
    """Of the kommuner to be marked: none when nobody was asked for."""
    if asked is None and lan is None:
        return ()
    return [k.code for k in choices.chosen_kommuner(asked, lan=lan)]
