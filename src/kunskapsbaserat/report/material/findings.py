"""What the figures say about one kommun, before any of it is put into words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from kunskapsbaserat import catalogue
from kunskapsbaserat.catalogue import Facet, Measure, Offence
from kunskapsbaserat.frames import records
from kunskapsbaserat.rates import (
    Comparison,
    ComparisonGroup,
    FunnelClass,
    Position,
    allowed_counts,
    among_all,
    comparison_group,
    crude_rate,
    mean_population,
    position,
)
from kunskapsbaserat.rates.screen import FUNNEL_LIMITS
from kunskapsbaserat.rates.survey import compare_unrounded, limits_of, unrounded
from kunskapsbaserat.report.material.computed_once import once, rows_in, rows_of, same_as_before
from kunskapsbaserat.report.material.coverage import by_coverage, coverage_of
from kunskapsbaserat.report.material.grid import Band, Grid, Series, grid_of, with_year
from kunskapsbaserat.report.material.judgements import Judgement, judgement_of
from kunskapsbaserat.report.material.levels import Level, LevelsBeside, judged_levels
from kunskapsbaserat.report.material.priority import Step, step_for_counts, step_for_survey
from kunskapsbaserat.report.material.usual import typical_for
from kunskapsbaserat.trends import Change, TypicalVariation, change, change_of_rounded
from kunskapsbaserat.trends.change import MIN_MEAN
from kunskapsbaserat.trends.survey import change_unrounded

POOLED_YEARS = 3
OLDEST_REACH = 3  # a series that ends longer ago than this does not hold the others back
FEWEST_AREAS = 10  # with fewer kommuner it cannot be told how much kommuner usually differ
COMPUTED, KOLADA = "bra_sol_bearbetad", "kolada"
Record = Mapping[str, Any]  # a row
_READ = ["offence", "sex", "year", "count", "rate_published", "status", "source", "own", "approximate"]
_POOLED_FROM = ["area", "area_level", "offence", "sex", "year", "count"]
HISTORICAL = "grupper_2013"  # the ten groups of 2013: an old example, never part of a series


@dataclass(frozen=True, slots=True)
class Pooled:
    """Several years together, for counts too small to be read one year at a time; `rate` per 100 000 and year.

    `among` is the funnel class among all kommuner with figures (`areas` of them), `shrunken` the rate weighed against theirs;
    both are missing with few kommuner.
    """

    first: int
    last: int
    count: int
    mean: float
    rate: float
    lower: float
    upper: float
    band: Band | None
    among: FunnelClass | None = None
    shrunken: float | None = None
    areas: int = 0


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


@dataclass(frozen=True, slots=True)
class SurveyFinding:
    """One survey measure in one kommun, its län and riket. Shares 0-1 with the publisher's limits."""

    measure: Measure
    kommun: Mapping[int, tuple[float, float, float]]
    lan: Mapping[int, tuple[float, float, float]]
    riket: Mapping[int, tuple[float, float, float]]
    respondents: int | None
    comparison: Comparison
    comparison_riket: Comparison
    visible_difference: float
    change: Change
    first_year: int
    visible_change: float
    lan_band: Mapping[int, Band]
    step: Step
    via_kolada: bool = False

    @property
    def key(self) -> str:
        return self.measure.id

    @property
    def last_year(self) -> int:
        return max(self.kommun)

    @property
    def first_survey(self) -> int:
        """The year the first survey was made; questions about victimisation are about the year before."""
        return min(self.kommun) + (self.measure.refers_to == "year_before")

    @property
    def last_survey(self) -> int:
        return self.last_year + (self.measure.refers_to == "year_before")

    @property
    def share(self) -> float:
        return self.kommun[self.last_year][0]


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
    verdicts = _by_key(_judged(mine, typical), ("offence", "sex"))
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
        pooled = _pooled_of(counts, exposure, among=among)
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
            pooled=_by_key(rows_of(pooled, kommun), ("offence", "sex")),
            together=together,
            pooled_bands=together.bands(group.members),
        )

    def finding(self, offence: Offence, facet: Facet, verdict: Record) -> CountFinding:
        key = (offence.id, facet.sex)
        pooled = _as_pooled(self.pooled.get(key), self.pooled_bands.get((key, self.together.last)))
        return _count_finding(offence, facet, self.series[key], self.bands, verdict, pooled, self.group)

    def levels(self, f: CountFinding, kommun: str) -> LevelsBeside:
        """The rates that the position was read from: the kommun's and those of its group."""
        key, areas = (f.offence.id, f.facet.sex), (kommun, *self.group.members)
        if f.small:
            return LevelsBeside(key, POOLED_YEARS, *self.together.at(key, self.together.last, areas))
        return LevelsBeside(key, 1, *self.yearly.at(key, f.last_year, areas))


def pooled_among(counts: pd.DataFrame, exposure: pd.DataFrame, offence: str) -> pd.DataFrame:
    """The last three years together of every kommun that has the offence, as the findings were made from."""
    table = next(part for part in by_coverage(counts) if offence in coverage_of(part))
    return _pooled_of(table, exposure, among=True)


def _pooled_of(counts: pd.DataFrame, exposure: pd.DataFrame, *, among: bool) -> pd.DataFrame:
    """The last three years together, with each kommun's place among all of them where it is asked for."""
    rows = once(counts, "latest years", lambda: same_as_before("latest years", _latest_years(with_year(counts))))
    pooled = once(rows, "pooled", lambda: _pooled(rows, exposure), also=exposure)
    return once(pooled, "among all", lambda: _among_all(pooled)) if among else pooled


def _latest_years(counts: pd.DataFrame) -> pd.DataFrame:
    last = int(counts["year"].max())
    return counts.loc[counts["year"].between(last - POOLED_YEARS + 1, last), _POOLED_FROM]


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


def _by_key(table: pd.DataFrame, key: tuple[str, ...]) -> dict[Any, Record]:
    """Its rows by the values of `key`, by the value itself when `key` is one column."""
    return {row[key[0]] if len(key) == 1 else tuple(row[k] for k in key): row for row in records(table)}


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


def _pooled(counts: pd.DataFrame, exposure: pd.DataFrame) -> pd.DataFrame:
    """The last three years together: events over person-years. Missing where a year or its population is missing."""
    last = int(counts["year"].max())
    first = last - POOLED_YEARS + 1
    rows = counts.astype({"year": "Int64"})
    everyone = once(exposure, "mean population", lambda: mean_population(exposure))
    joined = rows.merge(everyone, on=["area", "area_level", "year"], how="inner", validate="many_to_one")
    summed = joined.groupby(["area", "area_level", "offence", "sex"]).agg(
        count=("count", "sum"), known=("count", "count"), exposure=("exposure", "sum")
    )
    whole = summed[summed["known"] == POOLED_YEARS].reset_index()
    return crude_rate(whole).assign(first=first, last=last)


def _among_all(pooled: pd.DataFrame) -> pd.DataFrame:
    """Funnel class and shrunken rate of every kommun; neither where too few have figures to tell what is usual."""
    kommuner = pooled[pooled["area_level"] == "kommun"]
    if kommuner.empty:
        return pooled.assign(
            funnel_class=None, shrunken_rate=float("nan"), areas=0, **dict.fromkeys(FUNNEL_LIMITS, float("nan"))
        )
    rows = kommuner.assign(period=pd.PeriodIndex(kommuner["last"].astype(str), freq="Y"))
    found = among_all(rows)
    few = found["areas"] < FEWEST_AREAS
    found = found.assign(**{name: found[name].mask(few) for name in ("funnel_class", "shrunken_rate", *FUNNEL_LIMITS)})
    return pooled.join(found)


def _as_pooled(row: Record | None, pooled_band: Band | None) -> Pooled | None:
    if row is None:
        return None
    return Pooled(
        first=int(row["first"]),
        last=int(row["last"]),
        count=int(row["count"]),
        mean=float(row["count"]) / POOLED_YEARS,
        rate=float(row["rate"]),
        lower=float(row["lower"]),
        upper=float(row["upper"]),
        band=pooled_band,
        **_place_among(row),
    )


def _place_among(row: Record) -> dict[str, Any]:
    if "areas" not in row:  # it was not asked for
        return {}
    return {
        "among": row["funnel_class"] if isinstance(row["funnel_class"], FunnelClass) else None,
        "shrunken": None if pd.isna(row["shrunken_rate"]) else float(row["shrunken_rate"]),
        "areas": 0 if pd.isna(row["areas"]) else int(row["areas"]),
    }


_NOT_COMPARED: Record = {"comparison": Comparison.KAN_INTE_BEDOMAS, "visible": float("nan")}


def survey_findings(shares: pd.DataFrame, *, kommun: str, lan: str, group: ComparisonGroup) -> tuple[SurveyFinding, ...]:
    """Findings for every survey measure that the kommun has figures for, in catalogue order."""
    known = _limits(rows_in(shares, (kommun, lan, "00")))
    mine = [row for row in records(rows_of(shares, kommun)[["measure", "end_year", "share", "n", "source"]]) if _is_known(row)]
    if not mine:
        return ()
    wide = once(shares, "unrounded", lambda: unrounded(shares))
    grid = once(shares, "grid", lambda: Grid.of(shares, rate="share", count="share", by=["measure"], year="end_year"))
    near = rows_in(wide, (kommun, lan, "00"))
    lan_verdicts, riket_verdicts = (
        _by_key(compare_unrounded(near, area=kommun, other=other), ("measure",)) for other in (lan, "00")
    )
    over_time = _by_key(change_unrounded(rows_of(wide, kommun)), ("measure",))
    through_kolada = {row["measure"] for row in mine if row["source"] == KOLADA}
    respondents = {row["measure"]: row["n"] for row in sorted(mine, key=lambda row: int(row["end_year"]))}
    bands = grid.bands(group.members)
    found = []
    for measure in catalogue.measures():
        moved = over_time.get(measure.id)
        if moved is None:
            continue
        here = known[kommun, measure.id]
        beside = lan_verdicts.get(measure.id, _NOT_COMPARED)
        asked = respondents[measure.id]
        found.append(
            SurveyFinding(
                measure=measure,
                kommun=here,
                lan=known.get((lan, measure.id), {}),
                riket=known.get(("00", measure.id), {}),
                respondents=None if pd.isna(asked) else int(asked),
                comparison=beside["comparison"],
                comparison_riket=riket_verdicts.get(measure.id, _NOT_COMPARED)["comparison"],
                visible_difference=float(beside["visible"]),
                change=moved["change"],
                first_year=int(moved["from_year"]),
                visible_change=float(moved["visible"]),
                lan_band={y: b for ((m,), y), b in bands.items() if m == measure.id},
                step=step_for_survey(beside["comparison"], moved["change"]),
                via_kolada=measure.id in through_kolada,
            )
        )
    return tuple(found)


def shares_of(shares: pd.DataFrame, kommun: str) -> tuple[tuple[Measure, dict[int, float]], ...]:
    """The kommun's shares by year of every measure that it has figures for, as the findings have them."""
    known = _limits(rows_of(shares, kommun))
    measures = [(measure, known[kommun, measure.id]) for measure in catalogue.measures() if (kommun, measure.id) in known]
    return tuple((measure, {year: share for year, (share, *_) in years.items()}) for measure, years in measures)


def _limits(shares: pd.DataFrame) -> dict[tuple[str, str], dict[int, tuple[float, float, float]]]:
    """Share and limits of every area and measure, by year."""
    found: dict[tuple[str, str], dict[int, tuple[float, float, float]]] = {}
    keys = zip(*(shares[name].to_numpy(dtype=object) for name in ("area", "measure", "end_year")), strict=True)
    for (area, measure, year), (share, low, high) in sorted(
        zip(keys, limits_of(shares).tolist(), strict=True), key=lambda row: int(row[0][2])
    ):
        if share == share:
            found.setdefault((area, measure), {})[int(year)] = (share, low, high)
    return found


def _is_known(row: Record) -> bool:
    return not pd.isna(row["share"])
