"""Underlag: the tables a report stands on, and everything computed from them, for one kommun."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import pandas as pd

from kunskapsbaserat import kommun as kommuner
from kunskapsbaserat.data import embedded
from kunskapsbaserat.data.snapshot import Snapshot
from kunskapsbaserat.disclosure import Released, release
from kunskapsbaserat.errors import OptionError
from kunskapsbaserat.kommun import Kommun
from kunskapsbaserat.rates import ComparisonGroup, band, comparison_group, mean_population
from kunskapsbaserat.report.findings import Band, CountFinding, SurveyFinding, count_findings, survey_findings

# NTU's yearly label runs a year ahead of the offences: the survey of 2025 was asked when the offences of 2024 were final.
SURVEY_LEAD = 1


@dataclass(frozen=True)
class Underlag:
    """Tables, comparison groups and findings for one kommun up to one year."""

    kommun: Kommun
    counts: pd.DataFrame
    survey: pd.DataFrame
    exposure: pd.DataFrame
    total_rate: pd.DataFrame
    months: pd.DataFrame
    snapshots: dict[str, Snapshot]
    year: int | None = None

    @functools.cached_property
    def group(self) -> ComparisonGroup:
        """The comparison for offences: who of the alike, or else of the län, has figures by offence."""
        level = self.counts["area_level"] == "kommun"
        return comparison_group(self.kommun.code, set(self.counts.loc[level, "area"]))

    @functools.cached_property
    def total_group(self) -> ComparisonGroup:
        """The comparison for the total, which all 290 have."""
        return comparison_group(self.kommun.code, set(self.total_rate["area"]))

    @functools.cached_property
    def count_findings(self) -> tuple[CountFinding, ...]:
        """From counts that have passed the gate: what may not be shown is not computed with either."""
        passed = release(self.counts, name="underlag_brott", contents="counts", sources=self.counts["source"])
        return count_findings(passed.frame, self.exposure, kommun=self.kommun.code, group=self.group)

    @functools.cached_property
    def survey_findings(self) -> tuple[SurveyFinding, ...]:
        passed = release(self.survey, name="underlag_enkat", contents="survey", sources=self.survey["source"])
        return survey_findings(passed.frame, kommun=self.kommun.code, lan=self.kommun.lan_code, group=self.group)

    @functools.cached_property
    def released(self) -> dict[str, Released]:
        """Tables that have passed the gate, by name, so that each passes once."""
        return {}

    def sources_of(self, offence: str) -> list[str]:
        """Where the kommun's own figures about an offence come from."""
        rows = self.counts[(self.counts["area"] == self.kommun.code) & (self.counts["offence"] == offence)]
        return sorted(rows["source"].unique())

    @functools.cached_property
    def survey_sources(self) -> list[str]:
        return sorted(self.survey["source"].unique())

    @functools.cached_property
    def count_sources(self) -> list[str]:
        return sorted(self.counts.loc[self.counts["area"] == self.kommun.code, "source"].unique())

    def count(self, key: str) -> CountFinding | None:
        return next((f for f in self.count_findings if f.key == key), None)

    def measure(self, key: str) -> SurveyFinding | None:
        return next((f for f in self.survey_findings if f.key == key), None)

    @property
    def total_year(self) -> int:
        return int(self.total_rate["year"].iat[0])

    @functools.cached_property
    def total_rates(self) -> dict[str, float]:
        """All reported offences per 100 000 inhabitants of every kommun, in the latest year."""
        return dict(zip(self.total_rate["area"], self.total_rate["rate"].astype(float), strict=True))

    def total_band(self, members: tuple[str, ...]) -> Band:
        table = band(self.total_rate, members=members, by=["year"]).iloc[0]
        return Band(float(table["lower_quartile"]), float(table["median"]), float(table["upper_quartile"]))

    @functools.cached_property
    def rest_of_lan(self) -> float | None:
        """Offences per 100 000 in the other kommuner of the län together, in the latest year of the counts.

        None unless every one of them has figures and population.
        """
        total = self.count("totalt")
        others = [k.code for k in kommuner.in_lan(self.kommun.lan_code) if k.code != self.kommun.code]
        if total is None or not others:
            return None
        rows = self.counts[(self.counts["offence"] == "totalt") & (self.counts["period"].dt.year == total.last_year)]
        rows = rows[rows["area"].isin(others)].dropna(subset=["count"])
        people = mean_population(self.exposure)
        people = people[people["area"].isin(others) & (people["year"] == total.last_year)]
        if len(rows) < len(others) or len(people) < len(others):
            return None
        return float(rows["count"].sum() / people["exposure"].sum() * 100_000)

    def population(self, year: int) -> int | None:
        rows = self.exposure[(self.exposure["area"] == self.kommun.code) & (self.exposure["year"] == year)]
        rows = rows[rows["kind"] == "residents"]
        return None if rows.empty else int(rows["value"].iat[0])

    @property
    def latest_population(self) -> tuple[int, int]:
        """(year, inhabitants) on 31 December of the latest known year."""
        rows = self.exposure[(self.exposure["area"] == self.kommun.code) & (self.exposure["kind"] == "residents")]
        last = rows.sort_values("year").iloc[-1]
        return int(last["year"]), int(last["value"])


def load(kommun: object, *, year: int | None = None) -> Underlag:
    """The embedded figures for one kommun.

    Parameters
    ----------
    kommun : str
        Name or code.
    year : int, optional
        Last year of reported offences to use; default the latest.

    Raises
    ------
    UnknownKommun
        No kommun has that name or code.
    OptionError
        No figures exist up to that year.
    """
    place = kommuner.get(kommun)
    counts, survey, total_rate = embedded.counts_year(), embedded.survey(), embedded.total_rate()
    if year is not None:
        known = sorted(set(counts["period"].dt.year))
        if year not in known:
            raise OptionError("year", year, known)
        counts = counts[counts["period"].dt.year <= year]
        survey = survey[survey["end_year"] <= year + SURVEY_LEAD]
    return Underlag(
        kommun=place,
        counts=counts,
        survey=survey,
        exposure=embedded.exposure(),
        total_rate=total_rate,
        months=embedded.counts_month_2013(),
        snapshots=embedded.snapshots(),
        year=year,
    )
