"""`sticker_ut`: which offences of a kommun, or which kommuner of an offence, lie apart from what is usual."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kunskapsbaserat import catalogue
from kunskapsbaserat import kommun as register
from kunskapsbaserat.analys import choices, counts, words
from kunskapsbaserat.analys.material import material
from kunskapsbaserat.analys.table import Tabell, table
from kunskapsbaserat.rates import Comparison, FunnelClass
from kunskapsbaserat.report.material.choices import whole_year

COLUMNS = (
    *("kommun", "kod", "brott", "brott_id", "slag", "kon", "ar", "antal", "per_100000", "lower", "upper", "kvot", "tratt"),
    *("jamforelse", "jamfort_tal", "antal_jamforda", "lage", "orsak"),
)
_KEY = ["area", "offence", "sex", "period"]
_FIRST = {Comparison.HOGRE: 0, Comparison.LAGRE: 0}
_OUTSIDE = {FunnelClass.MYCKET_HOGRE: 0, FunnelClass.MYCKET_LAGRE: 0, FunnelClass.HOGRE: 1, FunnelClass.LAGRE: 1}


def sticker_ut(
    kommuner: object = "alla",
    brott: object = None,
    *,
    lan: object = None,
    ar: int | str | None = None,
    data: object = None,
) -> Tabell:
    """What lies apart: all offences of a kommun, or all kommuner of an offence, the most certain first.

    Parameters
    ----------
    kommuner, brott, lan, data
        As for `kunskapsbaserat.brott`; all kommuner when only an offence is named.
    ar : int, optional
        Default the latest year of each series.

    Returns
    -------
    Tabell
        One row per kommun, offence and sex: ``kommun kod brott brott_id slag kon ar antal per_100000 lower upper kvot tratt
        jamforelse jamfort_tal antal_jamforda lage orsak``. ``jamforelse`` is the verdict against the kommun's comparison group
        (`rates.screen`, false discoveries counted over all kommuner, offences and years), ``tratt`` the place among all
        kommuner and ``lage`` that against the middle half of the group. First the säkerställda differences, then those outside
        the funnel, in each the largest difference first. For work at the desk: a page for residents ranks no kommuner.

    Raises
    ------
    UnknownKommun, UnknownOffence, OptionError, NoFigures
        A choice that is none.

    Examples
    --------
    >>> import kunskapsbaserat as kb
    >>> tabell = kb.sticker_ut("Borlänge").head(2)
    >>> print(tabell[["brott", "slag", "jamforelse"]].to_string(index=False))
                                brott           slag        jamforelse
                       Narkotikabrott Brås indikator säkerställt högre
    Våld mot vuxna på offentlig plats Brås indikator säkerställt högre
    """
    if lan is not None and isinstance(kommuner, str) and kommuner == choices.ALL:
        kommuner = None
    chosen = choices.chosen_kommuner(kommuner, lan=lan, data=data)
    offences = choices.chosen_offences(brott)
    stuff = material(data)
    level = stuff.screened.level()
    rows = level[level["area"].isin([k.code for k in chosen]) & level["count"].notna()]
    if offences is not None:
        rows = rows[rows["offence"].isin([o.id for o in offences])]
    if rows.empty:
        raise counts.no_figures(chosen, offences, stuff.counts("Y"), in_folder=data is not None)
    year = rows["period"].dt.year
    asked = whole_year("ar", ar)
    if asked is None:
        rows = rows[year == year.groupby([rows["area"], rows["offence"], rows["sex"]]).transform("max")]
    else:
        rows = rows[year == choices.one_of("ar", asked, sorted(set(year.tolist())))]
    published = stuff.screened.years[[*_KEY, "rate_published"]]
    made = _swedish(rows.merge(published, on=_KEY, how="left", validate="one_to_one"))
    used = stuff.screened.years
    used = used[used["offence"].isin(rows["offence"])]
    return table(
        made,
        figure=None,
        sources=stuff.sources(used if "own" in used else used.assign(own=False), "Y"),
        title="Vad sticker ut",
    )


def _swedish(rows: pd.DataFrame) -> pd.DataFrame:
    facts = {o.id: o for o in catalogue.offences()}
    rate, lower, upper = counts.as_published(rows)
    made = pd.DataFrame(
        {
            "kommun": [register.get(code).name for code in rows["area"]],
            "kod": rows["area"],
            "brott": [counts.name_of(facts[o], s) for o, s in zip(rows["offence"], rows["sex"], strict=True)],
            "brott_id": rows["offence"],
            "slag": [counts.kind_of(facts[o]) for o in rows["offence"]],
            "kon": rows["sex"].map(words.SEX),
            "ar": rows["period"].dt.year.astype("int64"),
            "antal": rows["count"].astype("Int64"),
            "per_100000": rate,
            "lower": lower,
            "upper": upper,
            "kvot": rows["ratio"].astype(float),
            "tratt": [words.among(c) for c in rows["funnel_class"]],
            "jamforelse": [words.comparison(c) for c in rows["comparison"]],
            "jamfort_tal": rows["group_rate"].astype(float),
            "antal_jamforda": rows["group_members"].astype("Int64"),
            "lage": words.texts(words.position(p) for p in rows["position"]),
            "orsak": words.texts(words.reason(r) for r in rows["reason"]),
        }
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        distance = np.abs(np.log(rows["group_ratio"].astype(float).to_numpy()))
    order = pd.DataFrame(
        {
            "certain": [_FIRST.get(Comparison(str(c)), 1) for c in rows["comparison"]],
            "outside": [_OUTSIDE.get(FunnelClass(str(c)), 2) for c in rows["funnel_class"]],
            "distance": -np.nan_to_num(distance, nan=-1.0, posinf=np.inf),
        }
    )
    return made.loc[order.sort_values(["certain", "outside", "distance"], kind="stable").index, list(COLUMNS)]
