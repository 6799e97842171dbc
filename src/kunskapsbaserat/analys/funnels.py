"""`funnel`: where kommuner lie among all others, when chance and the usual differences between kommuner are allowed for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from kunskapsbaserat import kommun as register
from kunskapsbaserat import rates
from kunskapsbaserat.analys import counts, latest, words
from kunskapsbaserat.analys.material import material
from kunskapsbaserat.analys.table import table
from kunskapsbaserat.frames import is_frame
from kunskapsbaserat.rates import among_all

COLUMNS = (
    *("kommun", "kod", "brott", "brott_id", "slag", "kon", "ar", "antal", "folkmangd", "per_100000", "vantat", "kvot"),
    *("nedre_95", "ovre_95", "nedre_998", "ovre_998", "tratt", "vald", "orsak"),
)
_LIMITS = {"lower_inner": "nedre_95", "upper_inner": "ovre_95", "lower_outer": "nedre_998", "upper_outer": "ovre_998"}


def funnel(
    kommuner: object = None,
    brott: object = "totalt",
    *,
    lan: object = None,
    ar: int | str | None = None,
    kon: str | None = None,
    data: object = None,
    **options: Any,
) -> Any:
    """A funnel of all kommuner with the chosen ones marked; with a table first, `rates.funnel` of that table.

    Two functions share the name. ``kb.funnel(df, count=..., expected=...)`` is the researcher's, on areas of any kind: it is
    passed on to `rates.funnel` with every option. ``kb.funnel("Köping", "totalt")`` is the analyst's and is described here.

    Parameters
    ----------
    kommuner : str, sequence or DataFrame
        The kommuner to mark; all are in the funnel. A DataFrame goes to `rates.funnel`, unless it has a column ``kod`` and no
        counts (as `liknande` gives).
    brott : str
        One offence, by id, name or label.
    lan : str, optional
        Mark the kommuner of a län.
    ar : int, optional
        Default the latest year that most kommuner have.
    kon : {"kvinna", "man"}, optional
        For an offence that Brå divides by the victim's sex.
    data : path, optional
        A kommun's folder, see `brott`.
    **options
        For `rates.funnel` alone.

    Returns
    -------
    Tabell
        One row per kommun with figures: ``kommun kod brott brott_id slag kon ar antal folkmangd per_100000 vantat kvot nedre_95
        ovre_95 nedre_998 ovre_998 tratt vald orsak``. ``vantat`` is the number at the common rate of all, ``kvot`` how many
        times that there are, the limits are of ``kvot``, ``tratt`` says where the kommun lies in words. The limits are widened
        by the variance between kommuner, as in the report (`rates.among_all`).

    Raises
    ------
    UnknownKommun, UnknownOffence, OptionError, NoFigures
        A choice that is none.

    Examples
    --------
    >>> import kunskapsbaserat as kb
    >>> tratt = kb.funnel(["Köping", "Arboga"], "totalt", ar=2025)
    >>> len(tratt)
    290
    >>> print(tratt.query("vald")[["kommun", "antal", "tratt"]].to_string(index=False))
    kommun  antal tratt
    Arboga   1424  inom
    Köping   2976  inom
    """
    if is_frame(kommuner) and not _names_kommuner(kommuner):
        return rates.funnel(kommuner, **options)
    if options:
        raise TypeError(f"funnel() got an unexpected keyword argument {next(iter(options))!r}")
    stuff = material(data)
    rows = latest.one_year(stuff, latest.wanted_offence(brott), kon=kon, ar=ar)
    made = _placed(rows, counts.tidy(rows, stuff, register.all_kommuner()))
    marked = latest.codes(kommuner, lan)
    made = made.assign(vald=made["kod"].isin(marked))
    order = made["kommun"].map(register.sort_key)
    made = made.loc[order.sort_values(kind="stable").index, list(COLUMNS)]
    title = f"{made['brott'].iat[0]} {int(made['ar'].iat[0])}"
    return table(made, figure="tratt", sources=stuff.sources(rows, "Y"), title=title)


def _names_kommuner(frame: Any) -> bool:
    return isinstance(frame, pd.DataFrame) and "kod" in frame and not {"count", "expected"} & set(frame.columns)


def _placed(rows: pd.DataFrame, made: pd.DataFrame) -> pd.DataFrame:
    """The tidy rows with their place among all; what is common is the pooled rate of those with a population."""
    cell = made.rename(columns={"kod": "area", "brott_id": "offence", "antal": "count", "folkmangd": "exposure"})
    cell = cell.assign(sex=rows["sex"].iat[0])[["area", "offence", "sex", "period", "count", "exposure"]]
    found = among_all(cell)
    events, people = made["antal"].astype(float).to_numpy(), made["folkmangd"].to_numpy(dtype=float)
    known = ~np.isnan(events) & ~np.isnan(people)
    common = events[known].sum() / people[known].sum() if known.any() else np.nan
    expected = np.where(people * common > 0, people * common, np.nan)
    few = found["funnel_class"].astype(str).eq("kan_inte_bedomas")
    return made.assign(
        vantat=expected,
        kvot=events / expected,
        **{swedish: found[english].to_numpy(dtype=float) for english, swedish in _LIMITS.items()},
        tratt=[words.among(c) for c in found["funnel_class"]],
        orsak=made["orsak"].where(made["orsak"].notna() | ~few, words.REASONS["few_areas"]),
    )
