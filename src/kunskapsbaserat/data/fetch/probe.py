"""Does each service answer as this version expects? One small question each way it is used; nothing is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kunskapsbaserat import kommun as kommuner
from kunskapsbaserat.data import embedded
from kunskapsbaserat.data.fetch import addresses, bra, database, kolada, scb, shapes, vulnerable
from kunskapsbaserat.data.fetch.asking import Asker, Live
from kunskapsbaserat.data.fetch.http import Client, Limits
from kunskapsbaserat.data.fetch.wanted import Wanted
from kunskapsbaserat.data.scb import NOISE_FROM
from kunskapsbaserat.errors import FetchError

if TYPE_CHECKING:
    import pandas as pd

SOME = ("0114", "2081")
"""Upplands Väsby and Borlänge: the package has figures of both for every measure."""


@dataclass(frozen=True)
class Probed:
    """What a service answered, in Swedish; `expected` is False when anything differs."""

    name: str
    address: str
    lines: tuple[str, ...]
    expected: bool


def every_service(limits: Limits | None = None) -> list[Probed]:
    """Each service in turn."""
    looks = [("kolada", _kolada), ("scb", _scb), ("sol", _sol), ("bra", _bra), ("scb_geo", _maps), ("polisen", _polisen)]
    return [_probed(key, look, limits) for key, look in looks]


def _probed(key: str, look: Callable[[Asker], list[str]], limits: Limits | None) -> Probed:
    client = Client(addresses.service(key), limits)
    asker = Live(client)
    try:
        differs = look(asker)
    except FetchError as error:
        return Probed(client.service.name, client.service.base, (error.svenska,), False)
    lines = differs or ["Svarar som väntat."]
    return Probed(client.service.name, client.service.base, (f"{client.calls} frågor besvarade.", *lines), not differs)


def _kolada(asker: Asker) -> list[str]:
    """Titles and units of every nyckeltal, and the known population and total of two kommuner in one question."""
    titles = kolada.titles(asker)
    lines = []
    for about in kolada.offence_kpis():
        title = titles.get(about.kpi)
        if title is None or not title.startswith(about.title) or kolada.inhabitants_per(title) is None:
            lines.append(f"{about.kpi} ska heta ”{about.title}, antal/100 000 inv” men heter ”{title or 'ingenting'}”.")
    for survey in kolada.survey_kpis():
        lines += [f"{kpi} ({survey.title}) finns inte." for kpi in (survey.kpi, survey.uncertainty) if kpi not in titles]
    figures = kolada.values(asker, [kolada.POPULATION, "N07540"], list(SOME), purpose="prov")
    for unit in SOME:
        here = figures[figures["unit"] == unit]
        lines += [f"Inga tal om {kpi} för {unit}." for kpi in (kolada.POPULATION, "N07540") if kpi not in set(here["kpi"])]
    people = figures[figures["kpi"] == kolada.POPULATION].rename(columns={"unit": "area"})
    known = embedded.exposure().query(f"kind == 'residents' and area in {SOME}")
    both = known.merge(people, on=["area", "year"], suffixes=("", "_new"))
    if len(both) < len(known) or (both["value"] != both["value_new"]).any():
        lines.append("Folkmängden är inte den som paketet känner till.")
    return lines


def _scb(asker: Asker) -> list[str]:
    """The population of two kommuner out of both tables."""
    people = scb.population(asker, list(SOME))
    known = embedded.exposure().query(f"kind == 'residents' and area in {SOME}")
    both = known.merge(people, on=["area", "year"], suffixes=("", "_new"))
    before = both["year"] < NOISE_FROM
    return ["Folkmängden är inte den som paketet känner till."] if (before & (both["value"] != both["value_new"])).any() else []


def _sol(asker: Asker) -> list[str]:
    """The rows of one kommun by year and by month: those that Brå no longer has, or that are not the known figures."""
    one = _one()
    return [*database.said(database.fetch_years(asker, one).judged), *_empty(database.fetch_months(asker, one), "månader")]


def _bra(asker: Asker) -> list[str]:
    """The workbook of indicators and table 120, of one kommun; each is asked for though the other is not there."""
    places = _one().places
    lines = []
    for ask in (lambda: bra.indicators(asker, places), lambda: bra.table_120(asker, places, asker.day)):
        try:
            ask()
        except FetchError as error:
            lines.append(error.svenska)
    return lines


def _maps(asker: Asker) -> list[str]:
    shapes.maps(asker, _one().places)
    return []


def _polisen(asker: Asker) -> list[str]:
    vulnerable.areas(asker)
    return []


def _empty(rows: pd.DataFrame, what: str) -> list[str]:
    return [] if len(rows) else [f"Inga {what} kom."]


def _one() -> Wanted:
    place = kommuner.get(SOME[0])
    return Wanted((place,), (place.code,), (place.code,), (place.lan_code,))
