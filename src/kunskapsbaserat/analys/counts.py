"""`brott`: reported offences of one or many kommuner as a table."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
import pandas as pd

from kunskapsbaserat import catalogue
from kunskapsbaserat import kommun as register
from kunskapsbaserat.analys import choices, words
from kunskapsbaserat.analys.material import Material, material
from kunskapsbaserat.analys.table import Tabell, table
from kunskapsbaserat.catalogue import Offence
from kunskapsbaserat.errors import KunskapError, OptionError
from kunskapsbaserat.kommun import Kommun
from kunskapsbaserat.rates import crude_rate, person_years_of
from kunskapsbaserat.report.material.choices import whole_year
from kunskapsbaserat.report.material.findings import HISTORICAL
from kunskapsbaserat.swedish import listed

COLUMNS = (
    *("kommun", "kod", "brott", "brott_id", "slag", "kon", "ar", "period", "antal", "folkmangd", "per_100000"),
    *("lower", "upper", "status", "kalla", "orsak"),
)
_MOST_NAMED = 5


class NoFigures(KunskapError, LookupError):
    """None of the kommuner has figures for what was asked; the message says what there is, and how to get the rest."""

    exit_code = 2


class Utelamnat(UserWarning):
    """Some of the kommuner asked for have no figures, and no rows in the table."""


def brott(
    kommuner: object = None,
    brott: object = None,
    *,
    lan: object = None,
    freq: str = "år",
    fran: int | str | None = None,
    data: object = None,
    confidence: float = 0.95,
) -> Tabell:
    """Reported offences of one or many kommuner, per 100 000 inhabitants with an interval.

    Parameters
    ----------
    kommuner : str, int, sequence or DataFrame
        Names or codes in any spelling ("Köping", "Köpings kommun", "1983"), several of them, a table with a column ``kod``
        (such as `liknande` gives), or "alla". May be left out with `lan` or `data`.
    brott : str or sequence of str, optional
        The catalogue's id, a name or a publisher's label ("bostadsinbrott", "Inbrott i bostad"). Default: all that the kommuner
        have.
    lan : str, optional
        All kommuner of a län: "20", "Dalarna".
    freq : {"år", "kvartal", "månad"}
        The package has years for all, quarters of the total, and months of ten groups 2013-2016; a kommun's folder can have
        more.
    fran : int or str, optional
        The first year, such as 2015.
    data : path, optional
        A kommun's folder (`kunskap ny`, `kunskap hamta`): its figures first, the package's beside them by the rule of a report.
    confidence : float
        Of the interval.

    Returns
    -------
    Tabell
        One row per kommun, offence, sex and period: ``kommun kod brott brott_id slag kon ar period antal folkmangd per_100000
        lower upper status kalla orsak``. ``ar`` is a whole number and ``period`` a pandas Period; ``slag`` tells Brå's groups
        from Brå's indicators, which count differently and are never added up; ``per_100000`` is per 100 000 inhabitants and
        period: Brå's own rate where it is published, else computed by Brå's rule. The limits are those of `rates.crude_rate`.
        ``orsak`` says why a value is missing.

    Raises
    ------
    UnknownKommun, UnknownOffence, OptionError
        A name that is none; the nearest are listed.
    NoFigures
        None of the kommuner has the offence.

    Warns
    -----
    Utelamnat
        Some of them have it and some have not.

    Notes
    -----
    What the files say is what the table has, small numbers too. What is published goes through the library's gate.

    Examples
    --------
    >>> import kunskapsbaserat as kb
    >>> tal = kb.brott(["Köping", "Arboga"], "stöld och rån").query("ar == 2025")
    >>> print(tal[["kommun", "antal", "per_100000", "lower", "upper"]].round().to_string(index=False))
    kommun  antal  per_100000  lower  upper
    Köping    802      3124.0 2912.0 3348.0
    Arboga    341      2444.0 2191.0 2718.0
    """
    chosen = choices.chosen_kommuner(kommuner, lan=lan, data=data)
    offences = choices.chosen_offences(brott)
    length = choices.frequency(freq)
    stuff = material(data)
    available = stuff.counts(length)
    rows = available[available["area"].isin([k.code for k in chosen])]
    if offences is not None:
        rows = rows[rows["offence"].isin([o.id for o in offences])]
    rows = rows[rows["count"].notna() | rows["rate_published"].notna()]
    if rows.empty:
        raise no_figures(chosen, offences, available, freq=freq, in_folder=data is not None)
    if (first := whole_year("fran", fran)) is not None:
        years = rows["period"].dt.year
        rows = rows[years >= first]
        if rows.empty:
            raise OptionError("fran", fran, range(years.min(), years.max() + 1))
    notes = _missing(chosen, offences, rows)
    for note in notes:
        warnings.warn(note, Utelamnat, stacklevel=2)
    title = f"Anmälda brott per {freq}"
    made = tidy(rows, stuff, chosen, confidence=confidence)
    return table(made, figure="tal", sources=stuff.sources(rows, length), notes=notes, title=title)


def tidy(rows: pd.DataFrame, stuff: Material, chosen: Sequence[Kommun], *, confidence: float = 0.95) -> pd.DataFrame:
    """Rows of the counts contract under Swedish names, with population and rates, in the order of `chosen`."""
    rows = rows.reset_index(drop=True)
    rated = crude_rate(rows.assign(exposure=_population(rows, stuff.exposure)), confidence=confidence, key=())
    rate, lower, upper = as_published(rated)
    only = rated["count"].isna() & rate.notna()
    facts = {o.id: o for o in catalogue.offences()}
    order = {k.code: at for at, k in enumerate(chosen)}
    made = pd.DataFrame(
        {
            "kommun": rated["area"].map({k.code: k.name for k in register.all_kommuner()}),
            "kod": rated["area"],
            "brott": [name_of(facts[o], s) for o, s in zip(rated["offence"], rated["sex"], strict=True)],
            "brott_id": rated["offence"],
            "slag": rated["offence"].map({o.id: kind_of(o) for o in facts.values()}),
            "kon": rated["sex"].map(words.SEX),
            "ar": rated["period"].dt.year.astype("int64"),
            "period": rated["period"],
            "antal": rated["count"].astype("Int64"),
            "folkmangd": rated["exposure"].astype(float),
            "per_100000": rate,
            "lower": lower,
            "upper": upper,
            "status": rated["status"].map(words.STATUS),
            "kalla": [words.source(c, own=bool(o)) for c, o in zip(rated["source"], rated["own"], strict=True)],
            "orsak": words.texts(words.reason(c) for c in rated["reason"].mask(only, "rate_only")),
        }
    )
    keys = pd.DataFrame({"a": rated["area"].map(order), "b": rated["offence"].map({o: i for i, o in enumerate(facts)})})
    by = keys.assign(c=rated["sex"], d=rated["period"]).sort_values(["a", "b", "c", "d"], kind="stable").index
    return made.loc[by, list(COLUMNS)].reset_index(drop=True)


def as_published(rated: pd.DataFrame) -> tuple[pd.Series, pd.Series, pd.Series]:
    """The rate and its limits: the publisher's own rate where there is one, as in the report, and limits that follow it.

    Brå rounds to whole numbers and divides by a population that is not always the one at hand.
    """
    computed, published = rated["rate"].astype(float), rated["rate_published"].astype(float)
    scale = (published / computed.where(computed > 0)).fillna(1.0)
    return published.fillna(computed), rated["lower"].astype(float) * scale, rated["upper"].astype(float) * scale


def _population(rows: pd.DataFrame, exposure: pd.DataFrame) -> pd.Series:
    """The mean population of the year that a period lies in, by Brå's rule for its status."""
    near = exposure[exposure["area"].isin(rows["area"].unique())]
    yearly = rows[["area", "area_level", "status"]].assign(period=rows["period"].dt.asfreq("Y"))
    each = yearly.drop_duplicates()
    known = each.assign(exposure=person_years_of(each, near).to_numpy(dtype=float))
    joined = yearly.merge(known, on=["area", "area_level", "status", "period"], how="left", validate="many_to_one")
    return pd.Series(np.asarray(joined["exposure"], dtype=float), index=rows.index)


def name_of(offence: Offence, sex: str) -> str:
    return offence.facets[sex].name if sex in offence.facets else offence.id


def kind_of(offence: Offence) -> str:
    """Total, one of Brå's groups, one of Brå's indicators, or another."""
    if offence.chapter == "totalt":
        return words.KIND_TOTAL
    if offence.chapter == HISTORICAL:
        return words.KIND_HISTORY
    if offence.labels("bra_grupper"):
        return words.KIND_GROUP
    return words.KIND_INDICATOR if offence.labels("bra_indikatorer") else words.KIND_OTHER


def _missing(chosen: Sequence[Kommun], offences: Sequence[Offence] | None, rows: pd.DataFrame) -> list[str]:
    """Who of those asked for has no figures, by offence."""
    notes = []
    if offences is None:
        lacking = [k.name for k in chosen if k.code not in set(rows["area"])]
        return [f"Utan tal: {_shortened(lacking)}."] if lacking else []
    for offence in offences:
        here = set(rows.loc[rows["offence"] == offence.id, "area"])
        lacking = [k.name for k in chosen if k.code not in here]
        if lacking:
            has = f"{len(chosen) - len(lacking)} av {len(chosen)} kommuner har tal om {_label(offence)}"
            notes.append(f"{has}. Utan tal: {_shortened(lacking)}. {_how_to_get(chosen, lacking)}")
    return notes


def _shortened(names: Sequence[str]) -> str:
    more = len(names) - _MOST_NAMED
    return listed(list(names)) if more <= 0 else f"{', '.join(names[:_MOST_NAMED])} och {more} till"


def _label(offence: Offence) -> str:
    return "/".join(dict.fromkeys(f.name for f in offence.facets.values()))


def _how_to_get(chosen: Sequence[Kommun], lacking: Sequence[str]) -> str:
    name = lacking[0] if lacking else chosen[0].name
    quoted = f'"{name}"' if " " in name else name
    return f'Hämta dem med kommandot ”kunskap hamta {quoted} MAPP” och skriv data="MAPP".'


def no_figures(
    chosen: Sequence[Kommun],
    offences: Sequence[Offence] | None,
    available: pd.DataFrame,
    *,
    freq: str = "år",
    in_folder: bool,
) -> NoFigures:
    """That there are none, what there is instead, and how to get the rest."""
    where = chosen[0].where if len(chosen) == 1 else f"i någon av de {len(chosen)} kommunerna"
    here = available[available["area"].isin([k.code for k in chosen])]
    ids = [o for o in catalogue.offences() if o.id in set(here["offence"])]
    asked = "brott" if offences is None else listed([f"{_label(o)} ({kind_of(o)})" for o in offences])
    per = "" if choices.frequency(freq) == "Y" else f" per {freq}"
    nobody = "Varken mappen eller paketet har" if in_folder else "Paketet har inga"
    message = f"{nobody} tal{per} om {asked} {where}."
    if ids:
        by_kind: dict[str, list[str]] = {}
        for o in ids:
            by_kind.setdefault(kind_of(o), []).append(o.id)
        message += f" Det här finns{per}: {'; '.join(f'{kind}: {listed(names)}' for kind, names in by_kind.items())}."
    codes = ", ".join(o.id for o in ids) or "none"
    english = f"no figures for {[o.id for o in offences or ()]} in {[k.code for k in chosen[:_MOST_NAMED]]}; there are: {codes}"
    return NoFigures(english, svenska=f"{message} {_how_to_get(chosen, [])}")
