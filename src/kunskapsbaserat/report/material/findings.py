"""What the figures say about one kommun, before any of it is put into words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from kunskapsbaserat import catalogue
from kunskapsbaserat.catalogue import Facet, Measure, Offence
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
from kunskapsbaserat.rates.compare import band_of_each
from kunskapsbaserat.rates.screen import FUNNEL_LIMITS
from kunskapsbaserat.report.material.computed_once import once, rows_in, rows_of, same_as_before
from kunskapsbaserat.report.material.coverage import by_coverage, coverage_of
from kunskapsbaserat.report.material.judgements import Judgement, judgement_of
from kunskapsbaserat.report.material.levels import Level, judged_levels
from kunskapsbaserat.report.material.priority import Step, step_for_counts
from kunskapsbaserat.report.material.usual import typical_for
from kunskapsbaserat.trends import Change, TypicalVariation, change, change_of_rounded
from kunskapsbaserat.trends.change import MIN_MEAN

POOLED_YEARS = 3
OLDEST_REACH = 3  # a series that ends longer ago than this does not hold the others back
FEWEST_AREAS = 10  # with fewer kommuner it cannot be told how much kommuner usually differ
COMPUTED, KOLADA = "bra_sol_bearbetad", "kolada"
Record = Mapping[str, Any]  # a row
_POOLED_FROM = ["area", "area_level", "offence", "sex", "year", "count"]
HISTORICAL = "grupper_2013"  # the ten groups of 2013: an old example, never part of a series


@dataclass(frozen=True, slots=True)
class Band:
    """The middle half and the median of the comparison kommuner."""

    lower: float
    median: float
    upper: float


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
    return findings_of_each(counts, exposure, kommuner=(kommun,), groups=groups, verdicts_alone=verdicts_alone)[kommun]


def findings_of_each(
    counts: pd.DataFrame,
    exposure: pd.DataFrame,
    *,
    kommuner: Sequence[str],
    groups: str = "regel",
    verdicts_alone: bool = False,
) -> Mapping[str, tuple[CountFinding, ...]]:
    """`count_findings` of every kommun, as if each stood alone: the tests are the same, and many cost little more than one."""
    parts: dict[str, list[_Part]] = {code: [] for code in kommuner}
    for table in by_coverage(counts):
        here = [code for code in kommuner if len(rows_of(table, code))]
        for part in _parts_of(table, exposure, here, groups, among=not verdicts_alone):
            parts[part.kommun].append(part)
    mine = {code: pd.concat([p.rows for p in of], ignore_index=True) for code, of in parts.items() if of}
    usual = {code: typical_for(counts, code) for code in mine}
    verdicts = _judged(mine, usual)
    known = {code: {key: part for part in of for key in part.series} for code, of in parts.items()}
    found = {code: _found(known[code], verdicts.get(code, {})) for code in kommuner}
    if verdicts_alone:
        return found
    levels = {code: _levels(known[code], findings) for code, findings in found.items()}
    judged = judged_levels({code: rows for code, rows in levels.items() if len(rows)}, usual)
    return {
        code: tuple(replace(f, level=_level(f, judged.get(code, {}))) for f in findings) for code, findings in found.items()
    }


def _found(known: Mapping[tuple[str, str], _Part], verdicts: Mapping[Any, Record]) -> tuple[CountFinding, ...]:
    """In the order of the catalogue."""
    return tuple(
        known[key].finding(offence, facet, verdicts[key])
        for offence in catalogue.offences()
        if offence.chapter != HISTORICAL
        for sex, facet in offence.facets.items()
        if (key := (offence.id, sex)) in known
    )


def _level(f: CountFinding, judged: Mapping[tuple[str, str], Level]) -> Level | None:
    """The position is read from rounded numbers: what is shown as inside is never säkerställt outside."""
    level = judged.get((f.offence.id, f.facet.sex)) if f.position is not None else None
    return replace(level, certain=False) if level and f.position is Position.INOM else level


def _judged(
    mine: Mapping[str, pd.DataFrame], usual: Mapping[str, TypicalVariation | None]
) -> Mapping[str, Mapping[Any, Record]]:
    """`change` of each kommun; together where their offences end in the same years, which a table of `change` has in common."""
    alike: dict[object, list[str]] = {}
    for code, rows in mine.items():
        alone = usual[code] is None or _rounded(rows)
        alike.setdefault(code if alone else frozenset(rows.groupby("offence")["period"].max().items()), []).append(code)
    found: dict[str, Mapping[Any, Record]] = {}
    for codes in alike.values():
        if len(codes) == 1:
            table = _judged_alone(mine[codes[0]], usual[codes[0]])
        else:
            others = {code: typical for code in codes if (typical := usual[code]) is not None}
            table = change(pd.concat([mine[code] for code in codes], ignore_index=True), typical=others)
        found |= {code: by_key(rows, ("offence", "sex")) for code, rows in table.groupby("area")}
    return found


def _rounded(rows: pd.DataFrame) -> bool:
    return "approximate" in rows and bool(rows["approximate"].any())


def _judged_alone(rows: pd.DataFrame, typical: TypicalVariation | None) -> pd.DataFrame:
    """`change`, with the rounding taken in where counts come out of published rates."""
    if not _rounded(rows):
        return change(rows, typical=typical)
    rated = rows.assign(count=rows["count"].mask(rows["approximate"]))
    return change_of_rounded(allowed_counts(rated, rows["divided_by"], precision=rows["within"]), typical=typical)


@dataclass(frozen=True)
class _Part:
    """One kommun's series among those of the kommuner that have figures for the same measures."""

    kommun: str
    group: ComparisonGroup
    rows: pd.DataFrame
    by_year: pd.DataFrame  # of all kommuner, as are the three years together
    together: pd.DataFrame
    series: Mapping[tuple[str, str], list[Record]]
    pooled: Mapping[tuple[str, str], Record]
    bands: Mapping[tuple[Any, ...], Band] = field(default_factory=dict)
    pooled_bands: Mapping[tuple[Any, ...], Band] = field(default_factory=dict)

    @classmethod
    def of(cls, table: pd.DataFrame, exposure: pd.DataFrame, kommun: str, groups: str, *, among: bool) -> _Part:
        counts = _until(table, _reach(rows_of(table, kommun)))
        with_year = _with_year(counts)
        pooled = _pooled_of(counts, exposure, among=among)
        series: dict[tuple[str, str], list[Record]] = {}
        for row in rows_of(with_year, kommun).sort_values("year", kind="stable").to_dict("records"):
            series.setdefault((row["offence"], row["sex"]), []).append(row)
        return cls(
            kommun=kommun,
            group=comparison_group(kommun, frozenset().union(*coverage_of(counts).values()), kind=groups),
            rows=rows_of(counts, kommun),
            by_year=once(with_year, "rate", lambda: with_year.rename(columns={"rate_published": "rate"})),
            together=pooled,
            series=series,
            pooled=by_key(rows_of(pooled, kommun), ("offence", "sex")),
        )

    def finding(self, offence: Offence, facet: Facet, verdict: Record) -> CountFinding:
        key = (offence.id, facet.sex)
        pooled = _as_pooled(self.pooled.get(key), self.pooled_bands.get(key))
        return _count_finding(offence, facet, self.series[key], self.bands, verdict, pooled, self.group)


def _parts_of(
    table: pd.DataFrame, exposure: pd.DataFrame, kommuner: Sequence[str], groups: str, *, among: bool
) -> Iterator[_Part]:
    """The part of each kommun, with the middle halves of those it is compared with."""
    alike: dict[int, list[_Part]] = {}
    for code in kommuner:
        part = _Part.of(table, exposure, code, groups, among=among)
        alike.setdefault(id(part.by_year), []).append(part)
    for parts in alike.values():
        compared = {part.kommun: part.group.members for part in parts}
        bands = bands_among(parts[0].by_year, compared, ["offence", "sex", "year"])
        pooled = bands_among(parts[0].together, compared, ["offence", "sex"])
        for part in parts:
            yield replace(part, bands=bands.get(part.kommun, {}), pooled_bands=pooled.get(part.kommun, {}))


_LEVEL = ["area", "offence", "sex", "rate", "count"]


def _levels(known: Mapping[tuple[str, str], _Part], findings: Sequence[CountFinding]) -> pd.DataFrame:
    """The rates that the positions were read from: the kommun's and those of its group, as `level_verdicts` takes them."""
    found = []
    for part in {id(part): part for part in known.values()}.values():
        mine = [f for f in findings if f.position is not None and known[f.offence.id, f.facet.sex] is part]
        here = (part.kommun, *part.group.members)
        by_year = [(f.offence.id, f.facet.sex, f.last_year) for f in mine if not f.small]
        small = [(f.offence.id, f.facet.sex) for f in mine if f.small]
        if by_year:
            found.append(_of_keys(rows_in(part.by_year, here), ["offence", "sex", "year"], by_year).assign(years=1))
        if small:
            found.append(_of_keys(rows_in(part.together, here), ["offence", "sex"], small).assign(years=POOLED_YEARS))
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame()


def _of_keys(rows: pd.DataFrame, by: list[str], keys: Sequence[tuple[Any, ...]]) -> pd.DataFrame:
    places = rows.groupby(by, sort=False).indices
    at = np.concatenate([places[key] for key in keys])
    return rows[_LEVEL].iloc[at].astype({"rate": float, "count": float})


def pooled_among(counts: pd.DataFrame, exposure: pd.DataFrame, offence: str) -> pd.DataFrame:
    """The last three years together of every kommun that has the offence, as the findings were made from."""
    table = next(part for part in by_coverage(counts) if offence in coverage_of(part))
    return _pooled_of(table, exposure, among=True)


def _pooled_of(counts: pd.DataFrame, exposure: pd.DataFrame, *, among: bool) -> pd.DataFrame:
    """The last three years together, with each kommun's place among all of them where it is asked for."""
    with_year = _with_year(counts)
    last = int(with_year["year"].max())
    years = with_year["year"].between(last - POOLED_YEARS + 1, last)
    rows = once(counts, "latest years", lambda: same_as_before("latest years", with_year.loc[years, _POOLED_FROM]))
    pooled = once(rows, "pooled", lambda: _pooled(rows, exposure), also=exposure)
    return once(pooled, "among all", lambda: _among_all(pooled)) if among else pooled


def _with_year(counts: pd.DataFrame) -> pd.DataFrame:
    return once(counts, "with_year", lambda: counts.assign(year=counts["period"].dt.year))


def _reach(rows: pd.DataFrame) -> int:
    """The year that most of the series reach: all are judged over the same years. One that ended long ago has no say."""
    reach = rows.groupby(["offence", "sex"])["period"].max().dt.year
    return int(reach[reach >= reach.max() - OLDEST_REACH].mode().max())


def _until(counts: pd.DataFrame, last: int) -> pd.DataFrame:
    """The rows up to a year; the very table when all are, so that what others computed from it is found."""
    if once(counts, "last year", lambda: int(counts["period"].dt.year.max())) <= last:
        return counts
    return once(counts, ("until", last), lambda: counts[counts["period"].dt.year <= last].reset_index(drop=True))


def by_key(table: pd.DataFrame, key: tuple[str, ...]) -> dict[Any, Record]:
    """Its rows by the values of `key`, by the value itself when `key` is one column."""
    rows = table.to_dict("records")
    return {row[key[0]] if len(key) == 1 else tuple(row[k] for k in key): row for row in rows}


def _count_finding(
    offence: Offence,
    facet: Facet,
    rows: list[Record],
    bands: Mapping[tuple[Any, ...], Band],
    verdict: Record,
    pooled: Pooled | None,
    group: ComparisonGroup,
) -> CountFinding:
    counts = {int(row["year"]): int(row["count"]) for row in rows}
    rates = {int(row["year"]): float(row["rate_published"]) for row in rows if not pd.isna(row["rate_published"])}
    judgement = judgement_of(verdict)
    comparable = [c for y, c in counts.items() if y >= max(offence.first_comparable_year or 0, judgement.earlier[0])]
    few = judgement.change is Change.FOR_FA_BROTT or sum(comparable) < MIN_MEAN * len(comparable)
    own_bands = {y: bands[key] for y in counts if (key := (offence.id, facet.sex, y)) in bands}
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


def bands_among(
    rows: pd.DataFrame, compared: Mapping[str, Sequence[str]], by: list[str]
) -> Mapping[str, Mapping[tuple[Any, ...], Band]]:
    """The middle half of those that each kommun is compared with, by kommun and the values of `by`."""
    everyone = {code for members in compared.values() for code in members}
    table = band_of_each(rows_in(rows, everyone), members=compared, by=by)
    keys = zip(*(table[k].astype(int) if k == "year" else table[k] for k in by), strict=True)
    limits = zip(*(table[name].tolist() for name in ("lower_quartile", "median", "upper_quartile")), strict=True)
    found: dict[str, dict[tuple[Any, ...], Band]] = {}
    for kommun, key, values in zip(table["beside"], keys, limits, strict=True):
        found.setdefault(kommun, {})[key] = Band(*values)
    return found


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
