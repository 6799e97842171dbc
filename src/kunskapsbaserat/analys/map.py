"""`karta`: the kommuner of a län, or any others, with what a map of them shows."""

from __future__ import annotations

from kunskapsbaserat import kommun as register
from kunskapsbaserat.analys import choices, counts, latest
from kunskapsbaserat.analys.material import material
from kunskapsbaserat.analys.table import Tabell, table


def karta(
    brott: object = "totalt",
    *,
    lan: object = None,
    kommuner: object = None,
    ar: int | str | None = None,
    kon: str | None = None,
    data: object = None,
) -> Tabell:
    """One year of an offence in the kommuner of a map; `.plot()` draws it.

    Parameters
    ----------
    brott : str
        One offence, by id, name or label.
    lan : str, optional
        "20", "Dalarna"; several in a list.
    kommuner : str or sequence, optional
        Any kommuner instead, or "alla".
    ar : int, optional
        Default the latest year that most kommuner have.
    kon : {"kvinna", "man"}, optional
        For an offence that Brå divides by the victim's sex.
    data : path, optional
        A kommun's folder, see `brott`.

    Returns
    -------
    Tabell
        The columns of `brott`, one row for every kommun of the map: one without figures has no number and says why in
        ``orsak``, so that the map shows that it is missing.

    Raises
    ------
    UnknownKommun, UnknownOffence, OptionError, NoFigures
        A choice that is none.

    Examples
    --------
    >>> import kunskapsbaserat as kb
    >>> dalarna = kb.karta("bostadsinbrott", lan="20", ar=2024)
    >>> len(dalarna), int(dalarna["antal"].sum())
    (15, 790)
    """
    chosen = choices.chosen_kommuner(kommuner, lan=lan, data=data)
    stuff = material(data)
    offence = latest.wanted_offence(brott)
    rows = latest.one_year(stuff, offence, kon=kon, ar=ar)
    here = rows[rows["area"].isin([k.code for k in chosen])]
    if here.empty:
        raise counts.no_figures(chosen, (offence,), stuff.counts("Y"), in_folder=data is not None)
    known = counts.tidy(here, stuff, chosen)
    facts = known.iloc[0][["brott", "brott_id", "slag", "kon", "ar", "period"]].to_dict()
    everyone = known.set_index("kod").reindex([k.code for k in chosen]).reset_index()
    lacking = ~everyone["kod"].isin(known["kod"])
    everyone["kommun"] = [k.name for k in chosen]
    everyone["orsak"] = everyone["orsak"].where(~lacking, "inga tal i paketet eller mappen")
    for name, value in facts.items():
        everyone[name] = value
    made = everyone.astype({"ar": "int64", "period": known["period"].dtype})[list(counts.COLUMNS)]
    order = made["kommun"].map(register.sort_key).sort_values(kind="stable").index
    title = f"{facts['brott']} {facts['ar']}"
    return table(made.loc[order], figure="karta", sources=stuff.sources(here, "Y"), title=title)
