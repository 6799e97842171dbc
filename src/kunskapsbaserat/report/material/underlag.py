"""Underlag: the tables a report stands on, and everything computed from them, for one kommun."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kunskapsbaserat import kommun as kommuner
from kunskapsbaserat import tables
from kunskapsbaserat.catalogue import Measure
from kunskapsbaserat.data import embedded
from kunskapsbaserat.data.snapshot import Snapshot
from kunskapsbaserat.disclosure import Released, release
from kunskapsbaserat.errors import OptionError
from kunskapsbaserat.kommun import Kommun
from kunskapsbaserat.rates import (
    ComparisonGroup,
    allowed_counts,
    comparison_group,
    implied_person_years,
    mean_population,
    person_years_of,
)
from kunskapsbaserat.rates.compare import middle_half
from kunskapsbaserat.report.material.choices import FEWEST_YEARS, Choices, whole_year
from kunskapsbaserat.report.material.computed_once import once, rows_in, rows_of
from kunskapsbaserat.report.material.coverage import coverage_of
from kunskapsbaserat.report.material.findings import CountFinding, count_findings
from kunskapsbaserat.report.material.grid import Band, Grid, grid_of
from kunskapsbaserat.report.material.knowledge import NOTHING, Knowledge
from kunskapsbaserat.report.material.own_texts.markdown import Texts
from kunskapsbaserat.report.material.pooled import pooled_among
from kunskapsbaserat.report.material.quarter_findings import QuarterFinding, quarter_finding
from kunskapsbaserat.report.material.survey_findings import SurveyFinding, shares_of, survey_findings
from kunskapsbaserat.report.material.usual import typical_for
from kunskapsbaserat.trends import TypicalVariation

if TYPE_CHECKING:
    from kunskapsbaserat.data.folder import Folder

# NTU's yearly label runs a year ahead of the offences: the survey of 2025 was asked when the offences of 2024 were final.
SURVEY_LEAD = 1
YEARS_SHOWN = 16  # as far back as the groups of all kommuner go
KNOWN_POPULATION = (
    0.0001  # how far off a denominator may be that is not implied by a count and a rate of the same place and year
)


@dataclass(frozen=True)
class Underlag:
    """Tables, comparison groups and findings for one kommun up to one year.

    `counts` has a column ``own`` that tells the folder's figures from the embedded ones; `rates_only` the figures per 100 000
    whose counts are not at hand. `own` is the kommun's folder, if any, and `texts` what is written in it.
    """

    kommun: Kommun
    counts: pd.DataFrame
    rates_only: pd.DataFrame
    survey: pd.DataFrame
    exposure: pd.DataFrame
    quarters: pd.DataFrame
    comparisons: pd.DataFrame
    snapshots: dict[str, Snapshot]
    year: int | None = None
    own: Folder | None = None
    texts: Texts = dataclasses.field(default_factory=Texts)
    choices: Choices = dataclasses.field(default_factory=Choices)

    @functools.cached_property
    def knowledge(self) -> Knowledge:
        """What the kommun's folder knows beside the statistics."""
        if self.own is None:
            return NOTHING
        from kunskapsbaserat.report.material.own_knowledge import knowledge_of

        return knowledge_of(self.own)

    @functools.cached_property
    def alike(self) -> ComparisonGroup:
        """The comparison for the offences that all kommuner have figures for."""
        return comparison_group(self.kommun.code, coverage_of(self._passed)["totalt"], kind=self.choices.groups)

    @functools.cached_property
    def survey_group(self) -> ComparisonGroup:
        """The comparison for the survey's measures: few kommuner have them."""
        areas = once(self.survey, "areas", lambda: set(self.survey["area"]))
        return comparison_group(self.kommun.code, areas, kind=self.choices.groups)

    @property
    def _passed(self) -> pd.DataFrame:
        """The counts after the gate: what may not be shown is not computed with either."""
        passed = once(
            self.counts,
            "released",
            lambda: release(self.counts, name="underlag_brott", contents="counts", sources=self.counts["source"]),
        )
        return passed.frame

    def shown_counts(self, areas: Collection[str]) -> pd.DataFrame:
        """The counts of these areas as the gate let them pass; ``suppressed`` is what stands in the place of a hidden one."""
        return rows_in(self._passed, areas)

    def shown_survey(self, areas: Collection[str]) -> pd.DataFrame:
        """The survey's shares of these areas as the gate let them pass."""
        return rows_in(self._passed_survey, areas)

    @functools.cached_property
    def count_findings(self) -> tuple[CountFinding, ...]:
        return count_findings(self._passed, self.exposure, kommun=self.kommun.code, groups=self.choices.groups)

    @functools.cached_property
    def verdicts(self) -> tuple[CountFinding, ...]:
        """`count_findings` without what no verdict of a report's tables depends on; a third of the work."""
        return count_findings(
            self._passed, self.exposure, kommun=self.kommun.code, groups=self.choices.groups, verdicts_alone=True
        )

    @functools.cached_property
    def typical(self) -> TypicalVariation | None:
        """How much years usually vary in the other kommuner, as the findings were judged by."""
        return typical_for(self._passed, self.kommun.code)

    @property
    def _passed_survey(self) -> pd.DataFrame:
        passed = once(
            self.survey,
            "released",
            lambda: release(self.survey, name="underlag_enkat", contents="survey", sources=self.survey["source"]),
        )
        return passed.frame

    @functools.cached_property
    def survey_findings(self) -> tuple[SurveyFinding, ...]:
        return survey_findings(self._passed_survey, kommun=self.kommun.code, lan=self.kommun.lan_code, group=self.survey_group)

    @functools.cached_property
    def shares(self) -> tuple[tuple[Measure, dict[int, float]], ...]:
        """The kommun's shares by measure and year, as `survey_findings` have them."""
        return shares_of(self._passed_survey, self.kommun.code)

    @functools.cached_property
    def released(self) -> dict[str, Released]:
        """Tables that have passed the gate, by name, so that each passes once."""
        return {}

    def sources_of(self, offence: str) -> list[str]:
        """Where the kommun's own figures about an offence come from."""
        return self._sources.get(offence, [])

    @functools.cached_property
    def _sources(self) -> dict[str, list[str]]:
        rows = rows_of(self.counts, self.kommun.code)
        found: dict[str, set[str]] = {}
        for offence, source in zip(*(rows[name].to_numpy(dtype=object) for name in ("offence", "source")), strict=True):
            found.setdefault(offence, set()).add(source)
        return {offence: sorted(sources) for offence, sources in found.items()}

    @functools.cached_property
    def respondents(self) -> dict[tuple[str, int], int]:
        """How many in the kommun answered, by measure and the last year of its period."""
        rows = rows_of(self.survey, self.kommun.code)
        return dict(zip(zip(rows["measure"], rows["end_year"], strict=True), rows["n"], strict=True))

    @functools.cached_property
    def survey_sources(self) -> list[str]:
        return once(self.survey, "sources", lambda: sorted(self.survey["source"].unique()))

    @functools.cached_property
    def count_sources(self) -> list[str]:
        return sorted(rows_of(self.counts, self.kommun.code)["source"].unique())

    @functools.cached_property
    def quarter_finding(self) -> QuarterFinding | None:
        """What is known after the last year of the total; nothing when an earlier year was asked for."""
        return quarter_finding(self.quarters, self.kommun.code, after=self.total_year)

    def compared_with(self, offence: str) -> tuple[str, ...]:
        """The kommuner that an offence is compared with."""
        return next((f.group.members for f in self.count_findings if f.offence.id == offence), ())

    def count(self, key: str) -> CountFinding | None:
        return next((f for f in self.count_findings if f.key == key), None)

    def measure(self, key: str) -> SurveyFinding | None:
        return next((f for f in self.survey_findings if f.key == key), None)

    @functools.cached_property
    def total(self) -> CountFinding:
        """All reported offences: the one measure that every kommun has."""
        return next(f for f in self.count_findings if f.offence.id == "totalt")

    @property
    def total_year(self) -> int:
        return self.total.last_year

    @functools.cached_property
    def total_rates(self) -> dict[str, float]:
        """All reported offences per 100 000 inhabitants of every kommun, in the latest year of the total."""
        return self.rates_of("totalt", self.total_year)

    def rates_of(self, offence: str, year: int) -> dict[str, float]:
        """Published rates of the kommuner for one offence (both sexes) and year."""

        def compute() -> dict[str, float]:
            rows = self._passed[(self._passed["offence"] == offence) & (self._passed["sex"] == "alla")]
            rows = rows[(rows["area_level"] == "kommun") & (rows["period"].dt.year == year)].dropna(subset=["rate_published"])
            return dict(zip(rows["area"], rows["rate_published"].astype(float), strict=True))

        return once(self.counts, ("rates", offence, year), compute)

    def pooled_of(self, offence: str) -> pd.DataFrame:
        """Three years together of every kommun, by code, with the limits of the funnel."""

        def compute() -> pd.DataFrame:
            table = pooled_among(self._passed, self.exposure, offence)
            return table[(table["offence"] == offence) & (table["area_level"] == "kommun")].set_index("area")

        return once(self.counts, ("pooled of", offence), compute)

    @functools.cached_property
    def total_band_of_all(self) -> Band:
        """Median and middle half of all kommuner."""
        return once(self.counts, ("band of all", self.total_year), lambda: self.total_band(tuple(self.total_rates)))

    def total_band(self, members: tuple[str, ...]) -> Band:
        """Median and middle half of these kommuner."""
        rates = np.array([[self.total_rates[code]] for code in members if code in self.total_rates])
        (lower, median, upper), _ = middle_half(rates)
        return Band(float(lower[0]), float(median[0]), float(upper[0]))

    @functools.cached_property
    def rest_of_lan(self) -> float | None:
        """Offences per 100 000 in the other kommuner of the län together, in the latest year of the counts.

        None unless every one of them has figures and population.
        """
        total = self.total
        others = [k.code for k in kommuner.in_lan(self.kommun.lan_code) if k.code != self.kommun.code]
        if not others:
            return None
        _, counts, _ = grid_of(self.counts).at(("totalt", "alla"), total.last_year, others)
        everyone = once(self.exposure, "mean population", lambda: mean_population(self.exposure))
        grid = once(everyone, "grid", lambda: Grid.of(everyone, rate="exposure", count="exposure", by=()))
        _, people, _ = grid.at((), total.last_year, others)
        counts, people = counts[~np.isnan(counts)], people[~np.isnan(people)]
        if len(counts) < len(others) or len(people) < len(others):
            return None
        return float(counts.sum() / people.sum() * 100_000)

    def population(self, year: int) -> int | None:
        rows = rows_of(self.exposure, self.kommun.code)
        rows = rows[(rows["year"] == year) & (rows["kind"] == "residents")]
        return None if rows.empty else int(rows["value"].iat[0])

    @functools.cached_property
    def latest_population(self) -> tuple[int, int]:
        """(year, inhabitants) on 31 December of the latest known year."""
        rows = rows_of(self.exposure, self.kommun.code)
        rows = rows[rows["kind"] == "residents"]
        last = int(rows["year"].to_numpy(dtype=float).argmax())
        return int(rows["year"].iat[last]), int(rows["value"].iat[last])


def load(
    kommun: object = None,
    *,
    year: int | str | None = None,
    data: str | Path | Folder | None = None,
    chosen: Choices | None = None,
) -> Underlag:
    """The figures for one kommun: those of its own folder first, the embedded ones where the folder has none.

    Parameters
    ----------
    kommun : str
        Name or code; may be left out when `data` is given.
    year : int, optional
        Last year of reported offences to use; default the latest that most of the kommun's offences reach.
    data : path or Folder, optional
        The kommun's folder (`kunskap ny`), or what `data.folder.read` gave.
    chosen : Choices, optional
        What somebody has chosen beyond the fixed rules.

    Raises
    ------
    UnknownKommun
        No kommun has that name or code.
    OptionError
        No figures exist up to that year.
    FileError, TableError, PersonalDataError
        The folder belongs to another kommun, or a file or text in it cannot be used.
    """
    own = None
    if data is not None:
        from kunskapsbaserat.report.material import from_folder

        own = from_folder.read(data)
    place = kommuner.get(own.kommun if own is not None and kommun is None else kommun)
    if own is not None:
        from_folder.require_of(own, place)
    counts = counts_of(own)
    built_in = embedded_tables()
    year, chosen = whole_year("year", year), chosen or Choices()
    survey = from_folder.own_first(own.survey, built_in.survey, tables.SURVEY_KEY) if own else built_in.survey
    exposure = from_folder.own_first(own.exposure, built_in.exposure, tables.EXPOSURE_KEY) if own else built_in.exposure
    if year is not None:
        known = once(counts, "years", lambda: sorted(set(counts["period"].dt.year)))
        if year not in known:
            raise OptionError("year", year, known)
        survey = _asked_until(survey, year + SURVEY_LEAD)
    if counts is built_in.counts and exposure is built_in.exposure and chosen.first is None:
        counted, rates_only = _built_in_until(year)
    else:
        counted, rates_only = _divided(with_rates(_window(counts, year, chosen.first), exposure), exposure)
    return Underlag(
        kommun=place,
        counts=counted,
        rates_only=rates_only,
        survey=survey,
        exposure=exposure,
        quarters=built_in.quarters,
        comparisons=built_in.comparisons,
        snapshots=embedded.snapshots() | (own.snapshots if own is not None else {}),
        year=year,
        own=own,
        texts=Texts() if own is None else from_folder.texts(own),
        choices=chosen,
    )


def _asked_until(survey: pd.DataFrame, year: int) -> pd.DataFrame:
    """The survey up to a year: one table for all reports that look back to it."""

    def compute() -> pd.DataFrame:
        rows = survey[survey["end_year"] <= year]
        return embedded.shared(f"enkät till {year}", rows) if survey is embedded_tables().survey else rows

    return once(survey, ("asked until", year), compute)


@dataclass(frozen=True)
class BuiltIn:
    """The embedded tables, one copy for all reports of a process."""

    counts: pd.DataFrame
    survey: pd.DataFrame
    exposure: pd.DataFrame
    quarters: pd.DataFrame
    comparisons: pd.DataFrame


@functools.cache
def embedded_tables() -> BuiltIn:
    return BuiltIn(
        counts=embedded.shared("inbyggda brott", embedded.counts().assign(own=False)),
        survey=embedded.as_kept("survey.csv.gz"),
        exposure=embedded.shared("inbyggd befolkning", embedded.exposure()),
        quarters=embedded.as_kept("counts_quarter.csv.gz"),
        comparisons=embedded.as_kept("oppna_jamforelser.csv"),
    )


@functools.cache
def _built_in_until(year: int | None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Counts, and rates without counts, of the embedded table alone: the same for every kommun."""
    exposure = embedded_tables().exposure
    counts, rates_only = _divided(with_rates(_window(embedded_tables().counts, year), exposure), exposure)
    return embedded.shared(f"brott till {year}", counts), embedded.shared(f"tal till {year}", rates_only)


def _divided(counts: pd.DataFrame, exposure: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows with a count, or with one that their rate and the population give; and rows with a rate alone.

    A count out of a rounded rate is ``approximate``; ``divided_by`` and ``within`` say what the rate was divided by.
    """
    exact = counts[counts["count"].notna()].assign(approximate=False, divided_by=float("nan"), within=0.0)
    rated = counts[counts["count"].isna() & counts["rate_published"].notna()].reset_index(drop=True)
    if rated.empty:
        return exact.reset_index(drop=True), rated
    sizes = _denominators(rated, counts, exposure)
    likely = allowed_counts(rated, sizes["divided_by"], precision=sizes["within"])["count_likely"]
    estimated = rated.assign(count=likely.astype("Int64"), approximate=True, **sizes)
    known = estimated["count"].notna()
    return pd.concat([exact, estimated[known]], ignore_index=True), rated[~known].reset_index(drop=True)


def _denominators(rated: pd.DataFrame, counts: pd.DataFrame, exposure: pd.DataFrame) -> pd.DataFrame:
    """What the publisher divided each rate by: as other offences of the same place and year say, else the mean population."""
    key = ["area", "area_level", "period"]
    implied = implied_person_years(counts[counts["count"].notna() & counts["rate_published"].notna()])
    found = rated[key].merge(implied, on=key, how="left", validate="many_to_one")
    return pd.DataFrame(
        {
            "divided_by": found["exposure"].fillna(person_years_of(rated, exposure)).to_numpy(dtype=float),
            "within": found["precision"].fillna(KNOWN_POPULATION).to_numpy(dtype=float),
        }
    )


def counts_of(own: Folder | None) -> pd.DataFrame:
    """The folder's counts and the embedded ones, by the rule of `data.folder.precedence`."""
    built_in = embedded_tables().counts
    if own is None:
        return built_in
    from kunskapsbaserat.report.material import from_folder

    return from_folder.counts(own, built_in)


def _window(counts: pd.DataFrame, year: int | None, first: int | None = None) -> pd.DataFrame:
    """The years shown, up to the one asked for and from the one chosen."""
    years = counts["period"].dt.year
    last = int(years.max()) if year is None else year
    oldest = last - YEARS_SHOWN + 1
    if first is not None and not oldest <= first <= last - FEWEST_YEARS + 1:
        raise OptionError("fran", first, range(oldest, last - FEWEST_YEARS + 2))
    return counts[years.between(first or oldest, last)]


def with_rates(counts: pd.DataFrame, exposure: pd.DataFrame) -> pd.DataFrame:
    """Rates that the publisher has not given, by Brå's own rule, where the population is known."""
    unrated = counts[counts["rate_published"].isna() & counts["count"].notna()]
    near = rows_in(exposure, set(unrated["area"]))
    rate = (unrated["count"] / person_years_of(unrated, near) * 100_000).astype("Float64")
    return counts.assign(rate_published=counts["rate_published"].fillna(rate)).reset_index(drop=True)
