"""One `kunskap hamta`: ask each service, keep what it answers, and put the tables in the folders of the kommuner."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TypeVar

import pandas as pd

from kunskapsbaserat import kommun as kommuner
from kunskapsbaserat.data import embedded, fetched
from kunskapsbaserat.data import scb as scb_reader
from kunskapsbaserat.data.fetch import addresses, asking, kolada, measures, revisions, scb, trouble
from kunskapsbaserat.data.fetch.asking import Asker, Offline, Online
from kunskapsbaserat.data.fetch.http import Client, Limits
from kunskapsbaserat.data.fetch.measures import Judged, Measures
from kunskapsbaserat.data.fetch.store import Store
from kunskapsbaserat.data.fetched import About
from kunskapsbaserat.data.folder.layout import REVISIONS
from kunskapsbaserat.data.kolada import ADDRESS as KOLADA_ADDRESS
from kunskapsbaserat.data.kolada import PUBLISHER as KOLADA_PUBLISHER
from kunskapsbaserat.errors import FetchError, FileError, TableError
from kunskapsbaserat.kommun import RIKET, Kommun

_T = TypeVar("_T")
COUNTS, SURVEY, INDICATORS = "brott.csv", "trygghet.csv", "nyckeltal.csv"
PEOPLE_KOLADA, PEOPLE_SCB = "folkmangd_kolada.csv", "folkmangd_scb.csv"
TOTAL = "totalt"


@dataclass(frozen=True)
class Came:
    """What one service gave: `retrieved` is None when nothing came, `error` says why the newest did not."""

    name: str
    retrieved: date | None = None
    error: FetchError | None = None
    calls: int = 0


@dataclass(frozen=True)
class Placed:
    """The files of one kommun, and how many of their cells the publishers had changed since the last time."""

    place: Kommun
    folder: Path
    files: tuple[Path, ...] = ()
    revised: int = 0
    has_total: bool = False


@dataclass(frozen=True)
class Summary:
    """How a whole run went."""

    services: tuple[Came, ...]
    placed: tuple[Placed, ...]
    judged: tuple[Judged, ...] = field(default_factory=tuple)
    people_differ: int = 0

    @property
    def enough(self) -> bool:
        """Whether what the first page needs has come now: the total of each kommun."""
        offences = next(came for came in self.services if came.name == addresses.SERVICES["kolada"].name)
        return offences.error is None and all(one.has_total for one in self.placed)


def fetch(
    places: Mapping[Kommun, Path],
    store: Path,
    *,
    riket: bool = False,
    offline: bool = False,
    limits: Limits | None = None,
    told: Callable[[str], None] = lambda _: None,
) -> Summary:
    """Get everything for some kommuner, and put it in their folders.

    Parameters
    ----------
    places : mapping of Kommun to Path
        The kommuner and their folders, which exist.
    store : Path
        Where every answer is kept.
    riket : bool
        Every nyckeltal for all 290 kommuner, not only the kommun, those it is compared with and its län.
    offline : bool
        Make the tables of what the store has; nothing is sent.
    limits : Limits, optional
        Of time and size.
    told
        Hears of each request.

    Raises
    ------
    FileError, FileLocked
        A folder cannot be written, or another run is busy in it.
    """
    kept = Store(store)
    detail = _everyone() if riket else sorted({code for place in places for code in compared(place)})
    lan = sorted({place.lan_code for place in places})
    with kept.locked():
        how = _How(kept, offline, limits, told)
        got, offences = how.get("kolada", lambda asker: _kolada(asker, detail, lan))
        people, inhabitants = how.get("scb", lambda asker: scb.population(asker, _everyone()))
        placed = [
            _place(place, folder, _tables(place, got, people, offences.retrieved, inhabitants.retrieved, riket))
            for place, folder in places.items()
        ]
    differ = _differing(got.exposure, people) if got is not None and people is not None else 0
    return Summary((offences, inhabitants), tuple(placed), got.judged if got is not None else (), differ)


def compared(place: Kommun) -> set[str]:
    """The kommun, Kolada's two sets of liknande kommuner, its län, and the kommuner that Brå's indicators can be tried on."""
    alike = {code for kind in ("overgripande", "socioekonomi") for code in kommuner.liknande(place, kind).members}
    known = embedded.counts_year()
    tried = set(known.loc[known["area_level"] == "kommun", "area"])
    return {place.code, *alike, *(k.code for k in kommuner.in_lan(place.lan_code)), *tried}


def _everyone() -> list[str]:
    return [k.code for k in kommuner.all_kommuner()]


@dataclass
class _How:
    """Asks a service, or the store; a service that fails leaves the newest whole run of the store."""

    store: Store
    offline: bool
    limits: Limits | None
    told: Callable[[str], None]

    def get(self, key: str, make: Callable[[Asker], _T]) -> tuple[_T | None, Came]:
        client = Client(addresses.service(key), self.limits)
        name = client.service.name
        failure: FetchError | None = None
        if not self.offline:
            asker = Online(client, self.store, self.store.new_run(), lambda purpose: self.told(f"{name}: {purpose}"))
            try:
                result = make(asker)
            except FetchError as error:
                failure = error
            else:
                self.store.close(asker.run, key)
                return result, Came(name, _day(asker), None, client.calls)
        for run in self.store.closed_runs(key):
            earlier = Offline(client.service, self.store, run)
            try:
                return make(earlier), Came(name, _day(earlier), failure, client.calls)
            except FetchError as error:
                if not asking.is_missing(error):
                    raise
        return None, Came(name, None, failure or trouble.not_in_store(name, client.service.base), client.calls)


def _day(asker: Asker) -> date:
    return max(date.fromisoformat(entry.time[:10]) for entry in asker.answers)


def _kolada(asker: Asker, detail: Sequence[str], lan: Sequence[str]) -> Measures:
    """Everything of Kolada's: the total and the broad groups for all kommuner, the rest for those in `detail`."""
    titles = kolada.titles(asker)
    broad = [about.kpi for about in kolada.offence_kpis() if about.everywhere]
    narrow = [about.kpi for about in kolada.offence_kpis() if not about.everywhere]
    asked = [kpi for about in kolada.survey_kpis() for kpi in (about.kpi, about.uncertainty)]
    units = [*detail, "0000", *(f"00{code}" for code in lan)]
    wide = [kpi for kpi in [kolada.POPULATION, *broad] if kpi in titles]
    deep = [kpi for kpi in [*narrow, *asked] if kpi in titles]
    everywhere = [*_everyone(), "0000", *(f"00{code}" for code in lan)]
    figures = pd.concat(
        [
            kolada.values(asker, wide, everywhere, purpose="anmälda brott och folkmängd, alla kommuner"),
            kolada.values(asker, deep, units, purpose="brottstyper och trygghetsfrågor"),
        ],
        ignore_index=True,
    )
    people, against = measures.population(figures, _everyone())
    if not against.same:
        english = f"{against.differing} of {against.compared} populations differ, {against.missing} are missing"
        svenska = f"folkmängden är fel i {against.differing} av {against.compared} fall och saknas i {against.missing}"
        raise trouble.wrong_shape(asker.service.name, asker.service.base, english, svenska)
    where = {about.kpi: _everyone() if about.everywhere else detail for about in kolada.offence_kpis()}
    counts, indicators, judged = measures.offences(figures, titles, where)
    survey, asked_about = measures.shares(figures, titles, detail)
    return Measures(counts, survey, people, indicators, (*judged, *asked_about))


def _tables(
    place: Kommun,
    got: Measures | None,
    people: pd.DataFrame | None,
    offences_day: date | None,
    people_day: date | None,
    riket: bool,
) -> dict[str, tuple[pd.DataFrame, About]]:
    """The tables of one kommun's folder, by file name: what it is compared with too, but no more."""
    found: dict[str, tuple[pd.DataFrame, About]] = {}
    if got is not None and offences_day is not None:
        about = {"publisher": KOLADA_PUBLISHER, "address": KOLADA_ADDRESS, "licence": addresses.SERVICES["kolada"].licence}
        near = {*compared(place), place.lan_code, RIKET}
        broad = {j.stands_for for j in got.judged if j.kpi in {k.kpi for k in kolada.offence_kpis() if k.everywhere}}
        counts = got.counts[riket | got.counts["area"].isin(near) | got.counts["offence"].isin(broad)]
        survey = got.survey[riket | got.survey["area"].isin(near)]
        mine = got.indicators[got.indicators["area"] == place.code]
        for name, contents, table, title in (
            (COUNTS, "counts", counts, "Anmälda brott, prövade mot Brås tal"),
            (SURVEY, "survey", survey, "Nationella trygghetsundersökningen, prövad mot Brås tal"),
            (INDICATORS, "indicator", mine, "Anmälda brott per 100 000 invånare, Koladas nyckeltal"),
            (PEOPLE_KOLADA, "exposure", got.exposure, "Folkmängd 31 december (N01951)"),
        ):
            if len(table):
                found[name] = table, About(contents=contents, title=title, retrieved=offences_day, **about)
    if people is not None and people_day is not None:
        about_scb = {"publisher": scb_reader.PUBLISHER, "address": scb_reader.ADDRESS, "licence": scb_reader.LICENCE}
        found[PEOPLE_SCB] = people, About(contents="exposure", title="Folkmängd 31 december", retrieved=people_day, **about_scb)
    return found


def _place(place: Kommun, folder: Path, tables: Mapping[str, tuple[pd.DataFrame, About]]) -> Placed:
    """Put the tables in the folder. What has been revised is noted first: after a crash the next run finds it again."""
    room = folder / fetched.FOLDER
    differences, newest = {}, date.min
    for name, (table, about) in tables.items():
        path = room / name
        newest = max(newest, about.retrieved)
        earlier = _earlier(path)
        if earlier is not None:
            differences[name] = (about.contents, revisions.changed(earlier, table, about.contents))
    revised = revisions.note(folder / REVISIONS, differences, newest)
    for name, (table, about) in tables.items():
        fetched.write(room / name, table, about)
    for name in _gone(tables):  # it can no longer be proved to be Brå's
        (room / name).unlink(missing_ok=True)
    counts = tables[COUNTS][0] if COUNTS in tables else None
    total = counts is not None and bool(((counts["area"] == place.code) & (counts["offence"] == TOTAL)).any())
    return Placed(place, folder, tuple(room / name for name in tables), revised, total)


def _earlier(path: Path) -> pd.DataFrame | None:
    """The table of the last time; one that somebody has changed says nothing about the publisher, and is replaced."""
    try:
        return fetched.read(path)[0].table if path.exists() else None
    except (FileError, TableError):
        return None


def _gone(tables: Mapping[str, object]) -> list[str]:
    """Files of a service that came, but not with these."""
    return [name for name in (COUNTS, SURVEY, INDICATORS) if PEOPLE_KOLADA in tables and name not in tables]


def _differing(one: pd.DataFrame, other: pd.DataFrame) -> int:
    """Populations that Kolada and SCB do not agree about, of the years before SCB's noise."""
    both = one.merge(other, on=["area", "year"], suffixes=("", "_other"))
    before = both["year"] < scb_reader.NOISE_FROM
    return int((before & (both["value"] != both["value_other"])).sum())
