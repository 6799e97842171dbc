"""`liknande`: the kommuner that one kommun is compared with."""

from __future__ import annotations

import pandas as pd

from kunskapsbaserat import kommun as kommuner
from kunskapsbaserat.analys.table import Tabell, table
from kunskapsbaserat.data import embedded


def liknande(kommun: object, slag: str = "overgripande") -> Tabell:
    """Kolada's seven kommuner that resemble one kommun, to compare it with.

    Parameters
    ----------
    kommun : str
        Name or code.
    slag : {"overgripande", "socioekonomi"}
        Alike in most things, or in the circumstances of those who live there.

    Returns
    -------
    Tabell
        One row per kommun, in Kolada's order: ``kommun kod lan skr_grupp folkmangd ar ar_for_jamforelsen``; ``folkmangd`` on
        31 December of ``ar``. The kommun itself is not among them.

    Examples
    --------
    >>> import kunskapsbaserat as kb
    >>> kb.liknande("Köping")["kommun"].tolist()[:3]
    ['Nässjö', 'Vetlanda', 'Tranås']
    >>> jamfort = kb.brott(["Köping", *kb.liknande("Köping").kommun], "totalt")
    """
    place = kommuner.get(kommun)
    group = kommuner.liknande(place, slag)
    people = embedded.exposure()
    people = people[(people["kind"] == "residents") & people["area"].isin(group.members)]
    latest = people.sort_values("year").drop_duplicates("area", keep="last").set_index("area")
    rows = [kommuner.get(code) for code in group.members]
    made = pd.DataFrame(
        {
            "kommun": [k.name for k in rows],
            "kod": [k.code for k in rows],
            "lan": [k.lan for k in rows],
            "skr_grupp": [k.skr_group for k in rows],
            "folkmangd": [int(latest["value"].get(k.code)) for k in rows],
            "ar": [int(latest["year"].get(k.code)) for k in rows],
            "ar_for_jamforelsen": group.year,
        }
    )
    source = f"RKA, Kolada: Liknande kommuner, {'socioekonomi' if slag == 'socioekonomi' else 'övergripande'}, {group.year}."
    return table(made, figure=None, sources=[source], title=f"Kommuner som liknar {place.name}")
