"""What the reported offences say about one kommun, before any of it is put into words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd

from kunskapsbaserat import catalogue
from kunskapsbaserat.catalogue import Facet, Offence
from kunskapsbaserat.frames import Record, by_key, records
from kunskapsbaserat.rates import (
    ComparisonGroup,
    Position,
    allowed_counts,
    comparison_group,
    position,
)
from kunskapsbaserat.report.material.computed_once import once, rows_of
from kunskapsbaserat.report.material.coverage import by_coverage, coverage_of
from kunskapsbaserat.report.material.grid import Band, Grid, Series, grid_of, with_year
from kunskapsbaserat.report.material.judgements import Judgement, judgement_of
from kunskapsbaserat.report.material.levels import Level, LevelsBeside, judged_levels
from kunskapsbaserat.report.material.pooled import POOLED_YEARS, Pooled, as_pooled, pooled_of
from kunskapsbaserat.report.material.priority import Step, step_for_counts
from kunskapsbaserat.report.material.usual import typical_for
from kunskapsbaserat.trends import Change, TypicalVariation, change, change_of_rounded
from kunskapsbaserat.trends.change import MIN_MEAN

OLDEST_REACH = 3  # a series that ends longer ago than this does not hold the others back
COMPUTED, KOLADA = "bra_sol_bearbetad", "kolada"
_READ = ["offence", "sex", "year", "count", "rate_published", "status", "source", "own", "approximate"]
HISTORICAL = "grupper_2013"  # the ten groups of 2013: an old example, never part of a series


@dataclass(frozen=True, slots=True)
class CountFinding:
    """One reported offence (for one sex, where it is divided) in one kommun. Rates are Brå's, per 100 000.

    `preliminary` years may still change; the counts of `approximate` years come out of rounded rates; `own` figures come from
    the kommun's folder; `computed` ones are sums of SOL's rows; `via_kolada` ones are Brå's, fetched from Kolada.
    `group` is who the rates are compared with: the kommuner that
    have figures differ from measure to measure.
    """

    offence: Offence
    facet: Facet
    counts: Mapping[int, int]
    rates: Mapping[int, float]
    bands: Mapping[int, Band]
    judgement: Judgement
    pooled: Pooled | None
    few: bool
    position: Position | None
    step: Step
    group: ComparisonGroup
    preliminary: frozenset[int] = frozenset()
    approximate: frozenset[int] = frozenset()
    level: Level | None = None
    own: bool = False
    computed: bool = False
    via_kolada: bool = False

    @property
    def key(self) -> str:
        return self.offence.id if self.facet.sex == "alla" else f"{self.offence.id}_{self.facet.sex}"

    @property
    def last_year(self) -> int:
        return max(self.counts)

    @property
    def count(self) -> int:
        return self.counts[self.last_year]

    @property
    def rate(self) -> float:
        return self.rates.get(self.last_year, float("nan"))

    @property
    def stale(self) -> bool:
        """Do the other offences of the report reach further?"""
        return self.last_year < self.judgement.latest[1]

    @property
    def rated(self) -> bool:
        """Is the latest rate known? Without population there are only counts."""
        return self.last_year in self.rates

    @property
    def first_comparable(self) -> int:
        return max(self.offence.first_comparable_year or 0, min(self.counts))

    @property
    def any_reported(self) -> bool:
        """Was anything reported in any year that can be compared?"""
        return any(count for year, count in self.counts.items() if year >= self.first_comparable)

    @property
    def small(self) -> bool:
        """Too few in the latest year for a rate of one year: the rate of three years is shown instead."""
        return self.few or self.count < MIN_MEAN

    @property
    def band(self) -> Band | None:
        """The band that the position was read against: the latest year's, or the pooled one when counts are small."""
        if self.small:
            return self.pooled.band if self.pooled and self.pooled.count >= MIN_MEAN else None
        return self.bands.get(self.last_year)


LARGE_JUMP, BEYOND_CHANCE = 1.5, 9.0


def jumps(f: CountFinding) -> bool:
    """Does the last year lie far from the year before: 1.5 times, and three standard errors of chance alone?"""
    before = f.counts.get(f.last_year - 1)
    if before is None or min(before, f.count) < MIN_MEAN or f.last_year - 1 < f.first_comparable:
        return False
    ratio, chance = f.count / before, (f.count - before) ** 2 / (f.count + before)
    return not 1 / LARGE_JUMP < ratio < LARGE_JUMP and chance >= BEYOND_CHANCE


def count_findings(
    counts: pd.DataFrame, exposure: pd.DataFrame, *, kommun: str, groups: str = "regel", verdicts_alone: bool = False
) -> tuple[CountFinding, ...]:
    """Findings for every offence of the table that the kommun has figures for, in catalogue order.

    Measures that the same kommuner have figures for are compared with the same kommuner and shown to the same year; what is
    säkerställt is decided over all of them together. With `verdicts_alone` what no verdict of a report's tables depends on is
    left out: the interval of the level, and the place among all kommuner. `groups` is the `kind` of `comparison_group`.
    """
    tables = [table for table in by_coverage(counts) if len(rows_of(table, kommun))]
    parts = [_Part.of(table, exposure, kommun, groups, among=not verdicts_alone) for table in tables]
    if not parts:
        return ()
    mine = pd.concat([part.rows for part in parts], ignore_index=True)
    typical = typical_for(counts, kommun)
    verdicts = by_key(_judged(mine, typical), ("offence", "sex"))
    known = {key: part for part in parts for key in part.series}
    findings = []
    for offence in (o for o in catalogue.offences() if o.chapter != HISTORICAL):
        for sex, facet in offence.facets.items():
            if part := known.get((offence.id, sex)):
                findings.append(part.finding(offence, facet, verdicts[offence.id, sex]))
    if verdicts_alone:
        return tuple(findings)
    levels = [known[f.offence.id, f.facet.sex].levels(f, kommun) for f in findings if f.position is not None]
    judged = judged_levels(levels, kommun, typical)
    return tuple(replace(f, level=_level(f, judged)) for f in findings)


def _level(f: CountFinding, judged: Mapping[tuple[str, str], Level]) -> Level | None:
    """The position is read from rounded numbers: what is shown as inside is never säkerställt outside."""
    level = judged.get((f.offence.id, f.facet.sex)) if f.position is not None else None
    return replace(level, certain=False) if level and f.position is Position.INOM else level


def _judged(mine: pd.DataFrame, typical: TypicalVariation | None) -> pd.DataFrame:
    """`change`, with the rounding taken in where counts come out of published rates."""
    if "approximate" not in mine or not mine["approximate"].any():
        return change(mine, typical=typical)
    rated = mine.assign(count=mine["count"].mask(mine["approximate"]))
    return change_of_rounded(allowed_counts(rated, mine["divided_by"], precision=mine["within"]), typical=typical)


@dataclass(frozen=True)
class _Part:
    """One kommun's series among those of the kommuner that have figures for the same measures."""

    group: ComparisonGroup
    rows: pd.DataFrame
    series: Mapping[tuple[str, str], list[Record]]
    yearly: Grid
    bands: Mapping[tuple[Series, int], Band]
    pooled: Mapping[tuple[str, str], Record]
    together: Grid
    pooled_bands: Mapping[tuple[Series, int], Band]

    @classmethod
    def of(cls, table: pd.DataFrame, exposure: pd.DataFrame, kommun: str, groups: str, *, among: bool) -> _Part:
        counts = _until(table, _reach(rows_of(table, kommun)))
        group = comparison_group(kommun, frozenset().union(*coverage_of(counts).values()), kind=groups)
        yearly = grid_of(counts)
        pooled = pooled_of(counts, exposure, among=among)
        together = once(pooled, "grid", lambda: Grid.of(pooled.assign(year=pooled["last"]), rate="rate"))
        series: dict[tuple[str, str], list[Record]] = {}
        own = rows_of(with_year(counts), kommun)
        for row in sorted(records(own[[name for name in _READ if name in own]]), key=lambda row: int(row["year"])):
            series.setdefault((row["offence"], row["sex"]), []).append(row)
        return cls(
            group=group,
            rows=rows_of(counts, kommun),
            series=series,
            yearly=yearly,
            bands=yearly.bands(group.members),
            pooled=by_key(rows_of(pooled, kommun), ("offence", "sex")),
            together=together,
            pooled_bands=together.bands(group.members),
        )

    def finding(self, offence: Offence, facet: Facet, verdict: Record) -> CountFinding:
        key = (offence.id, facet.sex)
        pooled = as_pooled(self.pooled.get(key), self.pooled_bands.get((key, self.together.last)))
        return _count_finding(offence, facet, self.series[key], self.bands, verdict, pooled, self.group)

    def levels(self, f: CountFinding, kommun: str) -> LevelsBeside:
        """The rates that the position was read from: the kommun's and those of its group."""
        key, areas = (f.offence.id, f.facet.sex), (kommun, *self.group.members)
        if f.small:
            return LevelsBeside(key, POOLED_YEARS, *self.together.at(key, self.together.last, areas))
        return LevelsBeside(key, 1, *self.yearly.at(key, f.last_year, areas))


def _reach(rows: pd.DataFrame) -> int:
    """The year that most of the series reach: all are judged over the same years. One that ended long ago has no say."""
    last: dict[tuple[str, str], int] = {}
    for *key, year in zip(*(rows[name].to_numpy(dtype=object) for name in ("offence", "sex")), _years(rows), strict=True):
        last[tuple(key)] = max(year, last.get(tuple(key), year))
    latest = max(last.values())
    reached = Counter(year for year in last.values() if year >= latest - OLDEST_REACH)
    return max(reached, key=lambda year: (reached[year], year))


def _years(rows: pd.DataFrame) -> list[int]:
    years: list[int] = rows["period"].dt.year.tolist()
    return years


def _until(counts: pd.DataFrame, last: int) -> pd.DataFrame:
    """The rows up to a year; the very table when all are, so that what others computed from it is found."""
    if once(counts, "last year", lambda: int(counts["period"].dt.year.max())) <= last:
        return counts
    return once(counts, ("until", last), lambda: counts[counts["period"].dt.year <= last].reset_index(drop=True))


def _count_finding(
    offence: Offence,
    facet: Facet,
    rows: list[Record],
    bands: Mapping[tuple[Series, int], Band],
    verdict: Record,
    pooled: Pooled | None,
    group: ComparisonGroup,
) -> CountFinding:
    counts = {int(row["year"]): int(row["count"]) for row in rows}
    rates = {int(row["year"]): float(row["rate_published"]) for row in rows if not pd.isna(row["rate_published"])}
    judgement = judgement_of(verdict)
    comparable = [c for y, c in counts.items() if y >= max(offence.first_comparable_year or 0, judgement.earlier[0])]
    few = judgement.change is Change.FOR_FA_BROTT or sum(comparable) < MIN_MEAN * len(comparable)
    own_bands = {y: bands[key] for y in counts if (key := ((offence.id, facet.sex), y)) in bands}
    last = max(counts)
    small = few or counts[last] < MIN_MEAN
    rate, around = (pooled.rate, pooled.band) if small and pooled else (rates.get(last), own_bands.get(last))
    if small and (pooled is None or pooled.count < MIN_MEAN):
        around = None
    place = position(rate, around.lower, around.upper, decimals=0) if around and rate is not None else None
    return CountFinding(
        offence=offence,
        facet=facet,
        counts=counts,
        rates=rates,
        bands=own_bands,
        judgement=judgement,
        pooled=pooled,
        few=few,
        position=place,
        step=step_for_counts(offence, place, judgement.change),
        group=group,
        preliminary=frozenset(int(row["year"]) for row in rows if row["status"] == "preliminary"),
        approximate=frozenset(int(row["year"]) for row in rows if row.get("approximate")),
        own=any(row["own"] for row in rows),
        computed=any(row["source"] == COMPUTED for row in rows),
        via_kolada=any(row["source"] == KOLADA for row in rows),
    )
