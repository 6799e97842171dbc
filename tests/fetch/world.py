"""What the publishers hold in the tests: the package's own figures as Kolada and SCB would give them, and faults in them."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field

import numpy as np

from kunskapsbaserat import kommun as kommuner
from kunskapsbaserat.data import embedded
from kunskapsbaserat.data.fetch import kolada

Series = dict[int, float | None]
SURVEY = kolada.survey_kpis()  # all of them, also where a test asks for fewer
OFFENCES = kolada.offence_kpis()
YEARS = range(2008, 2026)
NEXT = 2026
_AS_KOLADA = {"U07417": "stold_ran_kap8", "U07452": "skadegorelse_kap12"}
_INDICATORS = {"N07546": "bostadsinbrott", "N07547": "bilbrott", "N07544": "narkotika", "N07548": "trafikbrott"}


@dataclass
class World:
    """Figures by nyckeltal, unit and year, and the titles of the nyckeltal."""

    titles: dict[str, str]
    figures: dict[str, dict[str, Series]]
    people: dict[str, dict[int, int]] = field(default_factory=dict)
    database: dict[str, dict[str, dict[int, int]]] = field(default_factory=dict)
    alike: dict[tuple[str, str], tuple[int, tuple[str, ...]]] = field(default_factory=dict)

    def copy(self) -> World:
        figures = {kpi: {unit: dict(series) for unit, series in units.items()} for kpi, units in self.figures.items()}
        people = {unit: dict(years) for unit, years in self.people.items()}
        database = {
            name: {unit: dict(series) for unit, series in units.items()} if name == "totalt" else units
            for name, units in self.database.items()
        }
        return World(dict(self.titles), figures, people, database, dict(self.alike))


@functools.cache
def _original() -> World:
    people = _people()
    titles = {about.kpi: f"{about.title}, antal/100 000 inv" for about in OFFENCES}
    titles |= {about.kpi: f"NTU - {about.title} i det egna området, andel (%)" for about in SURVEY}
    titles |= {a.uncertainty: f"Osäkerhetstal - {a.title} i det egna området, andel (%)" for a in SURVEY}
    titles[kolada.POPULATION] = "Invånare totalt, antal"
    figures: dict[str, dict[str, Series]] = {
        kolada.POPULATION: {unit: {year: float(n) for year, n in years.items()} for unit, years in people.items()}
    }
    for about in OFFENCES:
        counts = _counts(about.kpi, people)
        figures[about.kpi] = {
            unit: {year: round(n / _mean(people[unit], year) * 100_000, 6) for year, n in years.items()}
            for unit, years in counts.items()
        }
    figures |= _survey(sorted(people))
    alike = {
        (k.code, kind): (found.year, found.members)
        for k in kommuner.all_kommuner()
        for kind in kommuner.LIKNANDE_KINDS
        for found in [kommuner.liknande(k, kind)]
    }
    return World(titles, figures, people, _database(), alike)


def world() -> World:
    """A fresh copy of what the publishers hold when nothing is wrong."""
    return _original().copy()


def next_year() -> World:
    """The publishers a year later: one more year of everything, five per cent up."""
    found = world()
    for kpi, units in found.figures.items():
        for unit, series in units.items():
            if NEXT - 1 in series:
                series[NEXT] = series[NEXT - 1]
            if kpi == kolada.POPULATION:
                found.people[unit][NEXT] = found.people[unit][NEXT - 1]
            elif kpi in {a.kpi for a in OFFENCES} and NEXT in series:
                people = found.people[unit]
                events = round(1.05 * float(series[NEXT - 1] or 0) * _mean(people, NEXT - 1) / 100_000)
                series[NEXT] = round(events / _mean(people, NEXT) * 100_000, 6)
                if about_total(kpi):
                    found.database["totalt"].setdefault(unit, {})[NEXT] = events
    return found


def about_total(kpi: str) -> bool:
    return kpi == "N07540"


def count(found: World, kpi: str, unit: str, year: int) -> int:
    """The count behind a rate, as the world was made."""
    return round(float(found.figures[kpi][unit][year] or 0) * _mean(found.people[unit], year) / 100_000)


def _mean(people: dict[int, int], year: int) -> float:
    return (people[year] + people[year - 1]) / 2


def _people() -> dict[str, dict[int, int]]:
    """The package's population; years that it lacks are made to fit the mean population that Brå's rates imply."""
    table = embedded.exposure()
    found: dict[str, dict[int, int]] = {}
    for kind in ("residents", "mean_residents"):
        for area, rows in table[(table["kind"] == kind) & (table["area_level"] == "kommun")].groupby("area"):
            series = dict(zip(rows["year"].astype(int), rows["value"].astype(float), strict=True))
            mine = found.setdefault(str(area), {})
            if kind == "residents":
                mine |= {year: int(n) for year, n in series.items()}
                continue
            for year in range(2010, 2026):
                if year not in mine:
                    mine[year] = round(2 * series[year] - mine[year - 1])
    for area, mine in found.items():  # 1310 is what nobody knows: Knivsta before it was
        for year in range(1998, min(mine)):
            mine.pop(year, None)
        found[area] = dict(sorted(mine.items()))
    country = {year: sum(mine.get(year, 0) for mine in found.values()) for year in range(1998, 2026)}
    return found | {"0000": country}


def _counts(kpi: str, people: dict[str, dict[int, int]]) -> dict[str, dict[int, int]]:
    """Events of a nyckeltal: the package's own where it has them, invented ones elsewhere."""
    name = {"N07540": "totalt"} | _AS_KOLADA | _INDICATORS
    known: dict[str, dict[int, int]] = {}
    if kpi in name:
        table = embedded.counts()
        rows = table[(table["offence"] == name[kpi]) & (table["sex"] == "alla") & (table["area_level"] == "kommun")]
        for area, part in rows.dropna(subset="count").groupby("area"):
            known[str(area)] = dict(zip(part["period"].dt.year, part["count"].astype(int), strict=True))
    drawn = np.random.default_rng(sum(map(ord, kpi)))
    level = drawn.uniform(0.0005, 0.005)
    found = {}
    for k in kommuner.all_kommuner():
        invented = {year: int(drawn.poisson(level * people[k.code][year])) for year in YEARS}
        if mine := known.get(k.code):  # the years before the known ones are like the first of them
            invented = {year: mine[min(mine)] for year in YEARS}
        found[k.code] = invented | known.get(k.code, {})
    return found


DATABASE = {
    "Totalt antal brott": "totalt",
    "3-7 kap. Brott mot person": "brott_mot_person",
    "8 kap. Stöld, rån m.m.": "stold_ran_kap8",
    "därav biltillgrepp": "biltillgrepp",
    "därav stöld ur och från motordrivet fordon": "stold_ur_fordon",
    "därav rån, inkl. grovt": "ran",
    "12 kap. Skadegörelsebrott": "skadegorelse_kap12",
    "Brott mot narkotikastrafflagen": "narkotika",
    "Brott mot trafikbrottslagen": "trafikbrott",
    "Inbrottsstöld i bostad m.m.": "bostadsinbrott",
}
"""Last heading in Brå's database, and the offence that it is."""


def _database() -> dict[str, dict[str, dict[int, int]]]:
    """Brå's database: the package's own figures of its groups and Dalarna's indicators, a share of the total elsewhere."""
    tables = {o: embedded.counts_groups() for o in ("totalt", "brott_mot_person", "stold_ran_kap8", "skadegorelse_kap12")}
    tables |= {o: embedded.counts_year() for o in ("narkotika", "trafikbrott", "bostadsinbrott")}
    found: dict[str, dict[str, dict[int, int]]] = {}
    for offence, table in tables.items():
        rows = table[(table["offence"] == offence) & (table["sex"] == "alla") & (table["area_level"] == "kommun")]
        found[offence] = {
            str(area): dict(zip(part["period"].dt.year, part["count"].astype(int), strict=True))
            for area, part in rows.dropna(subset="count").groupby("area")
        }
    total = found["totalt"]
    for offence, share in (("narkotika", 12), ("trafikbrott", 15), ("bostadsinbrott", 60), ("biltillgrepp", 90), ("ran", 150)):
        for area, years in total.items():
            found.setdefault(offence, {}).setdefault(area, {year: n // share for year, n in years.items()})
    found["stold_ur_fordon"] = {area: {year: n // 40 for year, n in years.items()} for area, years in total.items()}
    return found


def month_counts(year: int) -> list[int]:
    """A year's events over its months."""
    return [year // 12 + (month < year % 12) for month in range(12)]


def _survey(units: list[str]) -> dict[str, dict[str, Series]]:
    """NTU: the package's shares where it has them, invented ones elsewhere."""
    table = embedded.survey()
    found: dict[str, dict[str, Series]] = {}
    for about in SURVEY:
        rows = table[(table["measure"] == about.measure) & (table["area_level"] == "kommun")].dropna(subset="share")
        share: dict[str, Series] = {
            str(area): {int(y): round(100 * float(s), 6) for y, s in zip(part["end_year"], part["share"], strict=True)}
            for area, part in rows.groupby("area")
        }
        drawn = np.random.default_rng(int(about.kpi[1:]))
        for unit in units:
            if unit not in share:
                share[unit] = {year: float(drawn.integers(2, 40)) for year in range(2017, 2026)}
        found[about.kpi] = share
        found[about.uncertainty] = {unit: dict.fromkeys(years, 4.0) for unit, years in share.items()}
    return found
