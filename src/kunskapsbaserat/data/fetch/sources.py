"""Every source of `kunskap hamta`: which service it is, how it is asked, and which files of a kommun's folder come of it.

The order is that of what matters most. Kolada and Brå's database each give what the first page needs; the rest is optional.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from kunskapsbaserat.data import embedded
from kunskapsbaserat.data import scb as scb_reader
from kunskapsbaserat.data.fetch import (
    addresses,
    alike,
    bra,
    database,
    kolada,
    measures,
    parts,
    scb,
    shapes,
    vulnerable,
)
from kunskapsbaserat.data.fetch.asking import Asker
from kunskapsbaserat.data.fetch.each import Each
from kunskapsbaserat.data.fetch.measures import Judged, Measures
from kunskapsbaserat.data.fetch.wanted import Wanted, compared, everyone
from kunskapsbaserat.data.fetched import About
from kunskapsbaserat.data.kolada import ADDRESS as KOLADA_ADDRESS
from kunskapsbaserat.data.kolada import PUBLISHER as KOLADA_PUBLISHER
from kunskapsbaserat.errors import FetchError
from kunskapsbaserat.kommun import RIKET, Kommun

COUNTS, SURVEY, INDICATORS = "brott.csv", "trygghet.csv", "nyckeltal.csv"
PEOPLE_KOLADA, PEOPLE_SCB = "folkmangd_kolada.csv", "folkmangd_scb.csv"
COUNTS_BRA, MONTHS, COUNTS_120, WORKBOOK = "brott_bra.csv", "brott_manad.csv", "brott_tabell120.csv", "indikatorer.xlsx"
PARTS, AGES, ALIKE = "delomraden.csv", "alder_kon.csv", "liknande.csv"
DESO, TATORTER, VULNERABLE = "deso.geojson", "tatorter.geojson", "utsatta_omraden.geojson"
BRA_PUBLISHER, BRA_ADDRESS = "Brottsförebyggande rådet (Brå)", "https://statistik.bra.se/solwebb"

Files = dict[str, tuple[pd.DataFrame, About] | bytes]


@dataclass(frozen=True, slots=True)
class Source:
    """One source.

    Attributes
    ----------
    service : str
        The service that is asked, as in `addresses.SERVICES`.
    part : str
        Which of several sources of one service it is: it has runs of its own in the store.
    name : str
        As a person calls it.
    ask
        What comes of asking.
    files
        The files of one kommun's folder: tables, or bytes as they came. None when nothing came about this kommun: what its
        folder has stays.
    names : tuple of str
        Every file that it may write: one that no longer comes is taken away.
    one_by_one : bool
        A question for each kommun: asked only for at most `wanted.MOST_ONE_BY_ONE` at a time.
    by_hand : str
        In Swedish, how a person gets it instead.
    """

    service: str
    part: str
    name: str
    ask: Callable[[Asker, Wanted], Any]
    files: Callable[[Any, Kommun, date, Wanted], Files | None]
    names: tuple[str, ...]
    one_by_one: bool = False
    by_hand: str = ""

    @property
    def key(self) -> str:
        """Its name in the store."""
        return f"{self.service}_{self.part}" if self.part else self.service


def judged_of(result: Any) -> tuple[Judged, ...]:
    """What was decided about each measure of a source that decides."""
    return result.judged if isinstance(result, (Measures, database.Database)) else ()


def lacking_of(result: Any) -> dict[Kommun, FetchError]:
    """The kommuner that a source gave nothing of, and why."""
    return result.lacking if isinstance(result, Each) else {}


def _kolada(asker: Asker, wanted: Wanted) -> Measures:
    """The total and the broad groups for all kommuner, the rest for those in detail."""
    titles = kolada.titles(asker)
    broad = [about.kpi for about in kolada.offence_kpis() if about.everywhere]
    narrow = [about.kpi for about in kolada.offence_kpis() if not about.everywhere]
    asked = [kpi for about in kolada.survey_kpis() for kpi in (about.kpi, about.uncertainty)]
    above = ["0000", *(f"00{code}" for code in wanted.lan)]
    wide = [kpi for kpi in [kolada.POPULATION, *broad] if kpi in titles]
    deep = [kpi for kpi in [*narrow, *asked] if kpi in titles]
    figures = pd.concat(
        [
            kolada.values(asker, wide, [*everyone(), *above], purpose="anmälda brott och folkmängd, alla kommuner"),
            kolada.values(asker, deep, [*wanted.detail, *above], purpose="brottstyper och trygghetsfrågor"),
        ],
        ignore_index=True,
    )
    people, against = measures.population(figures, everyone())
    if not against.same:
        english = f"{against.differing} of {against.compared} populations differ, {against.missing} are missing"
        svenska = f"folkmängden är fel i {against.differing} av {against.compared} fall och saknas i {against.missing}"
        raise asker.wrong(english, svenska)
    where = {about.kpi: everyone() if about.everywhere else wanted.detail for about in kolada.offence_kpis()}
    counts, indicators, judged = measures.offences(figures, titles, where)
    survey, asked_about = measures.shares(figures, titles, wanted.detail)
    return Measures(counts, survey, people, indicators, (*judged, *asked_about))


def _kolada_files(got: Measures, place: Kommun, day: date, wanted: Wanted) -> Files:
    """What the kommun is compared with too, but no more."""
    about = {"publisher": KOLADA_PUBLISHER, "address": KOLADA_ADDRESS, "licence": addresses.SERVICES["kolada"].licence}
    near = {*compared(place), place.lan_code, RIKET}
    broad = {j.stands_for for j in got.judged if j.kpi in {k.kpi for k in kolada.offence_kpis() if k.everywhere}}
    counts = got.counts[wanted.riket | got.counts["area"].isin(near) | got.counts["offence"].isin(broad)]
    survey = got.survey[wanted.riket | got.survey["area"].isin(near)]
    mine = got.indicators[got.indicators["area"] == place.code]
    return {
        name: (table, About(contents=contents, title=title, retrieved=day, **about))
        for name, contents, table, title in (
            (COUNTS, "counts", counts, "Anmälda brott, prövade mot Brås tal"),
            (SURVEY, "survey", survey, "Nationella trygghetsundersökningen, prövad mot Brås tal"),
            (INDICATORS, "indicator", mine, "Anmälda brott per 100 000 invånare, Koladas nyckeltal"),
            (PEOPLE_KOLADA, "exposure", got.exposure, "Folkmängd 31 december (N01951)"),
        )
        if len(table)
    }


def _alike_files(table: pd.DataFrame, place: Kommun, day: date, _: Wanted) -> Files:
    licence = addresses.SERVICES["kolada"].licence
    about = About("alike", KOLADA_PUBLISHER, "Liknande kommuner", KOLADA_ADDRESS, licence, day)
    return {ALIKE: (table[table["kommun"] == place.code].reset_index(drop=True), about)}


def _scb_about(contents: str, title: str, day: date) -> About:
    return About(contents, scb_reader.PUBLISHER, title, scb_reader.ADDRESS, scb_reader.LICENCE, day)


def _people_files(people: pd.DataFrame, _place: Kommun, day: date, _wanted: Wanted) -> Files:
    return {PEOPLE_SCB: (people, _scb_about("exposure", "Folkmängd 31 december", day))}


def _parts_files(got: parts.Parts, place: Kommun, day: date, _: Wanted) -> Files:
    areas = got.areas[got.areas["area"].str[:4] == place.code].reset_index(drop=True)
    ages = got.ages[got.ages["area"] == place.code].reset_index(drop=True)
    return {
        PARTS: (areas, _scb_about("parts", "Folkmängd 31 december efter DeSO och RegSO", day)),
        AGES: (ages, _scb_about("ages", "Folkmängd 31 december efter ålder och kön", day)),
    }


def _bra_about(contents: str, title: str, day: date, address: str = BRA_ADDRESS) -> About:
    return About(contents, BRA_PUBLISHER, title, address, addresses.SERVICES["sol"].licence, day)


def _years_files(got: database.Database, place: Kommun, day: date, wanted: Wanted) -> Files:
    mine = got.years[wanted.riket | got.years["area"].isin(compared(place))].reset_index(drop=True)
    return {COUNTS_BRA: (mine, _bra_about("counts", "Anmälda brott per år, Brås databas", day))} if len(mine) else {}


def _months_files(got: pd.DataFrame, place: Kommun, day: date, wanted: Wanted) -> Files:
    mine = got[got["area"].isin(set(wanted.near) if len(wanted.places) == 1 else {place.code})].reset_index(drop=True)
    about = _bra_about("months", "Anmälda brott per månad, Brås databas", day)
    if (mine["status"] == "preliminary").any():
        about = dataclasses.replace(about, status="preliminary")
    return {MONTHS: (mine, about)} if len(mine) else {}


def _table_120(asker: Asker, wanted: Wanted) -> Each[pd.DataFrame]:
    return bra.table_120(asker, wanted.places, asker.day)


def _table_120_files(got: Each[pd.DataFrame], place: Kommun, day: date, _: Wanted) -> Files | None:
    about = _bra_about("counts", "Tabell 120, anmälda brott i kommunen", day, "https://bra.se/statistik")
    return {COUNTS_120: (got.came[place], about)} if place in got.came else None


def _workbook_files(got: Each[bytes], place: Kommun, _day: date, _wanted: Wanted) -> Files | None:
    return {WORKBOOK: got.came[place]} if place in got.came else None


def _map_files(got: Each[dict[str, bytes]], place: Kommun, _day: date, _wanted: Wanted) -> Files | None:
    names = {"deso": DESO, "tatorter": TATORTER}
    return {names[layer]: content for layer, content in got.came[place].items()} if place in got.came else None


SOURCES: tuple[Source, ...] = (
    Source("kolada", "", "Kolada", _kolada, _kolada_files, (COUNTS, SURVEY, INDICATORS, PEOPLE_KOLADA)),
    Source("sol", "", "Brås databas", database.fetch_years, _years_files, (COUNTS_BRA,)),
    Source("scb", "", "SCB", lambda asker, _: scb.population(asker, everyone()), _people_files, (PEOPLE_SCB,)),
    Source("sol", "manad", "Brås databas, månader", database.fetch_months, _months_files, (MONTHS,)),
    Source("scb", "delar", "SCB, delområden", lambda asker, w: parts.population(asker, w.codes), _parts_files, (PARTS, AGES)),
    Source(
        "kolada",
        "liknande",
        "Kolada, liknande kommuner",
        lambda asker, w: alike.groups(asker, w.places),
        _alike_files,
        (ALIKE,),
    ),
    Source(
        "bra",
        "indikatorer",
        "Brås indikatorfil",
        lambda asker, w: bra.indicators(asker, w.places),
        _workbook_files,
        (WORKBOOK,),
        one_by_one=True,
        by_hand=bra.INDICATORS_BY_HAND,
    ),
    Source("bra", "tabell120", "Brås tabell 120", _table_120, _table_120_files, (COUNTS_120,), by_hand=bra.TABLE_BY_HAND),
    Source(
        "scb_geo",
        "",
        "SCB:s kartor",
        lambda asker, w: shapes.maps(asker, w.places),
        _map_files,
        (DESO, TATORTER),
        one_by_one=True,
    ),
    Source(
        "polisen",
        "",
        "Polisen",
        lambda asker, _: vulnerable.areas(asker),
        lambda content, *_: {VULNERABLE: content},
        (VULNERABLE,),
    ),
)


def total_is_known(got: Files, place: Kommun) -> bool:
    """Whether files have all reported offences of the kommun, of the package's last year or later."""
    last = embedded.counts_groups()["period"].max()
    for found in got.values():
        if not isinstance(found, bytes) and found[1].contents == "counts":
            rows = found[0]
            mine = rows[(rows["area"] == place.code) & (rows["offence"] == "totalt") & (rows["period"] >= last)]
            if mine["count"].notna().any() or mine["rate_published"].notna().any():
                return True
    return False
