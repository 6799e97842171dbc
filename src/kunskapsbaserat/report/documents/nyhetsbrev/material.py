"""What a newsletter stands on: the package's figures of a county, the studies of the catalogue, and what is expected."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from datetime import date

import pandas as pd

from kunskapsbaserat import catalogue
from kunskapsbaserat import lan as counties
from kunskapsbaserat.catalogue import evidens, releases
from kunskapsbaserat.catalogue.evidens import Evidence
from kunskapsbaserat.catalogue.releases import Expected
from kunskapsbaserat.data import embedded
from kunskapsbaserat.data.snapshot import Snapshot
from kunskapsbaserat.errors import OptionError
from kunskapsbaserat.lan import Lan
from kunskapsbaserat.plan.duties import add_months
from kunskapsbaserat.report.material.asked import day_of

GROUPS, QUARTERS, SURVEY, PEOPLE = "counts_groups.csv.gz", "counts_quarter.csv.gz", "survey.csv.gz", "exposure.csv.gz"
HEADLINE = "otrygg_kvall"
SINCE, AHEAD = 3, 6  # months back and ahead


@dataclass(frozen=True, slots=True)
class Figures:
    """A source with the latest year or quarter that it has for the county; `is_new` since the day that is counted from."""

    name: str
    about: Snapshot
    reach: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class Sums:
    """A number of a county and the same a year before; `first` to `last` are quarters, or the same year."""

    first: pd.Period
    last: pd.Period
    now: int
    before: int


@dataclass(frozen=True, slots=True)
class Asked:
    """The share of a survey in the county, 0-1, with its limits."""

    measure: catalogue.Measure
    year: int
    share: float
    lower: float
    upper: float


@dataclass(frozen=True)
class Material:
    """The newsletter of a county; `given` is the day that was asked for."""

    lan: Lan
    given: date | None

    @functools.cached_property
    def snapshots(self) -> dict[str, Snapshot]:
        return embedded.snapshots()

    @property
    def day(self) -> date:
        """The day of the newest figures, never the clock's."""
        return max(s.retrieved for s in self.snapshots.values())

    @property
    def since(self) -> date:
        return self.given or add_months(self.day, -SINCE)

    @property
    def codes(self) -> list[str]:
        return [k.code for k in self.lan.kommuner]

    @functools.cached_property
    def figures(self) -> list[Figures]:
        """The sources that have figures of the county."""
        groups, quarters, people = (
            _of(table, self.codes) for table in (embedded.counts_groups(), embedded.counts_quarter(), embedded.exposure())
        )
        residents = people[people["kind"] == "residents"]
        found = [
            (GROUPS, str(groups["period"].max())),
            (QUARTERS, str(quarters["period"].max())),
            (SURVEY, str(self.asked.year) if self.asked is not None else ""),
            (PEOPLE, str(residents["year"].max()) if len(residents) else ""),
        ]
        return [
            Figures(name, self.snapshots[name], reach, self.snapshots[name].retrieved > self.since)
            for name, reach in found
            if reach
        ]

    @functools.cached_property
    def years(self) -> Sums | None:
        """All reported offences of the county in the latest year and the one before; None unless every kommun has both."""
        totals = _of(embedded.counts_groups(), self.codes)
        totals = totals[totals["offence"] == "totalt"]
        last = totals["period"].max()
        return _sums(totals, [last], [last - 1], self.codes)

    @functools.cached_property
    def quarters(self) -> Sums | None:
        """The part of a year after the last whole one, and the same part the year before."""
        table = _of(embedded.counts_quarter(), self.codes)
        last = table["period"].max()
        if self.years is None or last.year <= self.years.last.year:
            return None
        now = list(pd.period_range(pd.Period(year=last.year, quarter=1, freq="Q"), last, freq="Q"))
        return _sums(table, now, [p - 4 for p in now], self.codes)

    @functools.cached_property
    def asked(self) -> Asked | None:
        """The headline measure of trygghet in the county, where the package has it."""
        table = embedded.survey()
        mine = table[(table["area_level"] == "lan") & (table["area"] == self.lan.code) & (table["measure"] == HEADLINE)]
        mine = mine.dropna(subset=["share"])
        if mine.empty:
            return None
        row = mine.loc[mine["end_year"].idxmax()]
        limits = float(row["lower"]), float(row["upper"])
        return Asked(catalogue.measure(HEADLINE), int(row["end_year"]), float(row["share"]), *limits)

    @property
    def research(self) -> list[Evidence]:
        """The studies with a figure that was seen in the source, the newest first."""
        found = [e for e in evidens.current() if e.checked == "siffra" and e.year is not None and not e.gap]
        return sorted(found, key=lambda e: (-(e.year or 0), e.id))

    @property
    def expected(self) -> list[Expected]:
        return releases.expected(self.day, add_months(self.day, AHEAD))


def _of(table: pd.DataFrame, codes: list[str]) -> pd.DataFrame:
    return table[table["area"].isin(codes) & (table["area_level"] == "kommun")]


def _sums(table: pd.DataFrame, now: list[pd.Period], before: list[pd.Period], codes: list[str]) -> Sums | None:
    def total(periods: list[pd.Period]) -> int | None:
        rows = table[table["period"].isin(periods)].dropna(subset=["count"])
        return int(rows["count"].sum()) if len(rows) == len(periods) * len(codes) else None

    this, last = total(now), total(before)
    return Sums(now[0], now[-1], this, last) if this is not None and last is not None else None


def load(lan: object = None, *, sedan: object = None) -> Material:
    """See `document.load`."""
    found = Material(counties.get(lan), day_of("--sedan", sedan))
    if found.since >= found.day:
        said = f"en dag före {found.day.isoformat()}"
        raise OptionError("--sedan", found.since.isoformat(), (f"a day before {found.day}",), tillatna=(said,))
    return found
