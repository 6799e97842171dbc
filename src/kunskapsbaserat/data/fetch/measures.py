"""Kolada's figures as the contract's tables: what each nyckeltal may be called, and why, is decided here by the figures."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

import pandas as pd

from kunskapsbaserat import catalogue, tables
from kunskapsbaserat.data import embedded
from kunskapsbaserat.data.fetch import agreement, counting, kolada
from kunskapsbaserat.data.fetch.agreement import Agreement

MOST_PER_INHABITANT = 1.0
"""Offences for each inhabitant in a year: the highest real figure is about 0.35."""
MOST_CHANGE = 3.0
"""How many times larger or smaller the median kommun's rate may be than the year before."""
_PLACES = 6  # of a share: what adding and dividing leaves behind it is no figure
FIRST_YEAR = 1998
"""As far back as the package's population goes."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of one nyckeltal: the name it may bear (`stands_for`), or why it has none (`reason`)."""

    kpi: str
    title: str
    stands_for: str = ""
    reason: str = ""
    agreement: Agreement | None = None
    rates_only: int = 0


@dataclass(frozen=True)
class Measures:
    """The contract's tables, Kolada's own figures under Kolada's names, and what was decided about each nyckeltal."""

    counts: pd.DataFrame
    survey: pd.DataFrame
    exposure: pd.DataFrame
    indicators: pd.DataFrame
    judged: tuple[Judged, ...] = field(default_factory=tuple)


def population(figures: pd.DataFrame, asked: Collection[str]) -> tuple[pd.DataFrame, Agreement]:
    """The exposure contract of N01951, and how it stands against the package's population of the kommuner asked for."""
    people = figures[(figures["kpi"] == kolada.POPULATION) & (figures["year"] >= FIRST_YEAR)]
    rows = _placed(people).assign(kind="residents")
    known = embedded.exposure().query("kind == 'residents'")
    against = agreement.of_people(rows, known[known["area"].isin(asked)])
    return tables.exposure(rows[[*tables.EXPOSURE_KEY, "value"]]), against


def offences(
    figures: pd.DataFrame, titles: dict[str, str], asked: Mapping[str, Collection[str]]
) -> tuple[pd.DataFrame, pd.DataFrame, list[Judged]]:
    """The counts contract, the rates that keep Kolada's name, and what was decided; `asked` are the kommuner by nyckeltal."""
    people = figures[figures["kpi"] == kolada.POPULATION]
    counts: list[pd.DataFrame] = []
    others: list[pd.DataFrame] = []
    judged: list[Judged] = []
    for about in kolada.offence_kpis():
        rows = figures[figures["kpi"] == about.kpi]
        wrong = _unfit(about.title, titles.get(about.kpi, ""), rows)
        if wrong:
            judged.append(Judged(about.kpi, titles.get(about.kpi, about.title), reason=wrong))
            continue
        title = titles[about.kpi]
        per = kolada.inhabitants_per(title)
        assert per is not None
        placed = _placed(rows.assign(per=per, count=counting.recovered(rows.assign(per=per), people)))
        placed = placed.assign(rate_published=placed["value"] * (100_000 / per))
        name, against = _stands_for(placed, about.may_be, asked[about.kpi])
        if name and against is not None:  # of the years before the first one compared nothing is proved
            placed = placed[placed["year"] >= (against.first_year or 0)]
        if reason := _implausible(placed):
            judged.append(Judged(about.kpi, title, reason=reason))
            continue
        if name:
            counts.append(_contract(placed, name))
        else:
            others.append(placed.assign(title=f"{title} ({about.kpi})"))
        judged.append(
            Judged(about.kpi, title, name, _why_not(about.may_be, against), against, int(placed["count"].isna().sum()))
        )
    return _joined(counts, tables.counts, embedded.counts_groups(), tables.COUNTS_KEY), _indicators(others), judged


def shares(figures: pd.DataFrame, titles: dict[str, str], asked: Collection[str]) -> tuple[pd.DataFrame, list[Judged]]:
    """The survey contract, with limits as far from the share as Kolada's uncertainty says, and what was decided."""
    found: list[pd.DataFrame] = []
    judged: list[Judged] = []
    known = embedded.survey()
    for about in kolada.survey_kpis():
        title = titles.get(about.kpi, "")
        rows = figures[figures["kpi"] == about.kpi]
        if wrong := _unfit_share(about, titles, rows):
            judged.append(Judged(about.kpi, title or about.title, reason=wrong))
            continue
        margin = figures[figures["kpi"] == about.uncertainty].set_index(["unit", "year"])["value"]
        placed = _placed(rows.assign(margin=margin.reindex(pd.MultiIndex.from_frame(rows[["unit", "year"]])).to_numpy()))
        placed = placed.assign(share=placed["value"] / 100)
        mine = known[(known["measure"] == about.measure) & known["area"].isin(asked) & known["share"].notna()]
        against = agreement.of_shares(placed, mine.rename(columns={"end_year": "year"}))
        if against.same:
            found.append(_survey(placed[placed["year"] >= (against.first_year or 0)], about.measure))
        judged.append(
            Judged(about.kpi, title, about.measure if against.same else "", "" if against.same else _differs(against), against)
        )
    return _joined(found, tables.survey, known, tables.SURVEY_KEY), judged


def _unfit(expected: str, title: str, rows: pd.DataFrame) -> str:
    """Why a nyckeltal cannot be read as what it was."""
    if not title:
        return "nyckeltalet finns inte längre i Kolada"
    if not title.startswith(expected):
        return f"nyckeltalet heter nu ”{title}”"
    if kolada.inhabitants_per(title) is None:
        return f"enheten går inte att läsa ur namnet ”{title}”"
    return "" if len(rows) else "Kolada har inga tal för området"


def _unfit_share(about: kolada.SurveyKpi, titles: dict[str, str], rows: pd.DataFrame) -> str:
    title, doubt = (titles.get(kpi, "").partition(" - ")[2] for kpi in (about.kpi, about.uncertainty))
    if not title.startswith(about.title) or not title.endswith("andel (%)"):
        return (
            f"nyckeltalet heter nu ”{titles[about.kpi]}”" if about.kpi in titles else "nyckeltalet finns inte längre i Kolada"
        )
    if doubt != title:
        return "osäkerhetstalet hör inte till samma fråga"
    if len(rows) and rows["value"].max() > 100:
        return "en andel är större än 100 procent"
    return "" if len(rows) else "Kolada har inga tal för området"


def _implausible(rows: pd.DataFrame) -> str:
    """A unit that was changed without a word: for one place, or for one year."""
    if (rows["rate_published"] > MOST_PER_INHABITANT * 100_000).any():
        return "fler brott än invånare: enheten kan ha ändrats"
    medians = rows[rows["area_level"] == "kommun"].groupby("year")["rate_published"].median().sort_index()
    steps = medians[medians > 0]
    change = (steps / steps.shift()).dropna()
    far = change[(change > MOST_CHANGE) | (change < 1 / MOST_CHANGE)]
    many = len(set(rows["area"])) >= agreement.FEWEST
    return f"nivån {int(far.index[0])} är en helt annan än året före: enheten kan ha ändrats" if many and len(far) else ""


def _stands_for(placed: pd.DataFrame, may_be: tuple[str, ...], asked: Collection[str]) -> tuple[str, Agreement | None]:
    """The first of the offences whose known figures these are; with none, how it stood against the first."""
    first: Agreement | None = None
    known = embedded.counts()
    for offence in may_be:
        rows = known[(known["offence"] == offence) & (known["sex"] == "alla") & known["area"].isin({*asked, *placed["area"]})]
        rows = rows[rows["count"].notna() | rows["rate_published"].notna()].assign(year=rows["period"].dt.year)
        against = agreement.of_counts(placed, rows[["area", "area_level", "year", "count", "rate_published"]])
        if against.same:
            return offence, against
        first = first or against
    return "", first


def _why_not(may_be: tuple[str, ...], against: Agreement | None) -> str:
    if not may_be:
        return "paketet har inga tal av Brås att pröva det mot"
    assert against is not None
    return "" if against.same else _differs(against)


def _differs(against: Agreement) -> str:
    if against.compared < agreement.FEWEST:
        return f"bara {against.compared} av Brås tal finns att pröva det mot"
    return f"{against.differing + against.missing} av {against.compared} tal är inte Brås"


def _placed(rows: pd.DataFrame) -> pd.DataFrame:
    """Kolada's units as areas: "0000" is riket, "00LL" a län (Kolada's region), else a kommun."""
    unit = rows["unit"].astype(str)
    level = unit.map(lambda code: "riket" if code == "0000" else "lan" if code.startswith("00") else "kommun")
    area = unit.map(lambda code: "00" if code == "0000" else code[2:] if code.startswith("00") else code)
    return rows.assign(area=area, area_level=level).reset_index(drop=True)


def _contract(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "area": rows["area"],
            "area_level": rows["area_level"],
            "offence": catalogue.offence(name).id,
            "sex": "alla",
            "period": pd.PeriodIndex.from_ordinals(rows["year"].to_numpy() - 1970, freq="Y"),
            "count": rows["count"],
            "rate_published": rows["rate_published"].astype("Float64"),
            "status": "final",
            "source": "kolada",
        }
    )


def _survey(placed: pd.DataFrame, measure: str) -> pd.DataFrame:
    margin = placed["margin"] / 100
    return pd.DataFrame(
        {
            "area": placed["area"],
            "area_level": placed["area_level"],
            "measure": measure,
            "start_year": placed["year"],
            "end_year": placed["year"],
            "share": placed["share"].round(_PLACES).astype("Float64"),
            "lower": (placed["share"] - margin).clip(lower=0).round(_PLACES).astype("Float64"),
            "upper": (placed["share"] + margin).clip(upper=1).round(_PLACES).astype("Float64"),
            "n": pd.array([pd.NA] * len(placed), dtype="Int64"),
            "source": "kolada",
        }
    )


def _joined(
    parts: list[pd.DataFrame], contract: Callable[[pd.DataFrame], pd.DataFrame], like: pd.DataFrame, key: list[str]
) -> pd.DataFrame:
    """One table by its contract; with no part the columns are those of a table that is `like` it."""
    rows = pd.concat(parts, ignore_index=True) if parts else like.iloc[:0]
    return contract(rows).sort_values(key, ignore_index=True)


def _indicators(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Under Kolada's own names and in Kolada's own units."""
    columns = ["area", "area_level", "indicator", "sex", "period", "value", "unit", "source"]
    if not parts:
        return pd.DataFrame(columns=columns)
    rows = pd.concat(parts, ignore_index=True)
    period = pd.PeriodIndex.from_ordinals(rows["year"].to_numpy() - 1970, freq="Y")
    rows = rows.rename(columns={"title": "indicator"}).assign(period=period, sex="alla", unit="kolada", source="kolada")
    return rows[columns].sort_values(["indicator", "area", "period"], ignore_index=True)
