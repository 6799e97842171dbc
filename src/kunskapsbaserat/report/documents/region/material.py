"""What Brå's figures say about the kommuner of a län, before any of it is put into words: levels and changes, and which of
them are säkerställda."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from kunskapsbaserat import catalogue
from kunskapsbaserat.catalogue import Offence
from kunskapsbaserat.data import embedded
from kunskapsbaserat.data.snapshot import Snapshot
from kunskapsbaserat.errors import OptionError
from kunskapsbaserat.kommun import Kommun, sort_key
from kunskapsbaserat.lan import Lan
from kunskapsbaserat.rates import mean_population
from kunskapsbaserat.report.material.computed_once import once
from kunskapsbaserat.report.material.judgements import CERTAIN
from kunskapsbaserat.report.material.usual import typical_for
from kunskapsbaserat.trends import Change, TypicalVariation, change
from kunskapsbaserat.trends.level import level_verdicts_together

OFFENCES = ("totalt", "stold_ran_kap8", "brott_mot_person", "skadegorelse_kap12", "narkotika_och_vapen")
"""The total and the broad groups that all 290 kommuner have figures for, in the order of the page."""
LATEST, FDR = 2, 0.05  # the level is the mean of the two latest years, those that the change is about
SEEN = 2 / 3  # "en minskning på en tredjedel": could it be seen at all?
FILES = ("counts_groups.csv.gz", "mean_residents.csv.gz", "exposure.csv.gz", "survey.csv.gz")


@dataclass(frozen=True, slots=True)
class Level:
    """The mean rate of the latest years beside the middle half of the other kommuner of the län; `reason` why not judged."""

    rate: float
    lower: float
    upper: float
    band: tuple[float, float]
    certain: bool
    reason: str | None

    @property
    def above(self) -> bool:
        return self.rate > self.band[1]


@dataclass(frozen=True, slots=True)
class Moved:
    """The change of the yearly counts, with the limits at the level that the whole page's verdicts take."""

    change: Change
    ratio: float
    lower: float
    upper: float
    mean_latest: float
    mean_earlier: float
    percent_ok: bool
    visible_decrease: float
    by_itself: Change

    @property
    def certain(self) -> bool:
        return self.change in CERTAIN


@dataclass(frozen=True, slots=True)
class Series:
    """One offence in one kommun: rates per 100 000 by year, and both verdicts."""

    kommun: Kommun
    offence: Offence
    rates: Mapping[int, float]
    counts: Mapping[int, int]
    level: Level
    moved: Moved

    @property
    def name(self) -> str:
        return self.offence.facets["alla"].name


@dataclass(frozen=True)
class Material:
    """The figures of one län up to a year."""

    lan: Lan
    year: int | None = None

    @functools.cached_property
    def counts(self) -> pd.DataFrame:
        """Of the whole country: how much years usually vary is learnt from the kommuner outside the län."""
        return groups(self.year)

    @functools.cached_property
    def mine(self) -> pd.DataFrame:
        return self.counts[self.counts["area"].isin(self.codes)].reset_index(drop=True)

    @property
    def codes(self) -> list[str]:
        return [k.code for k in self.lan.kommuner]

    @property
    def offences(self) -> list[Offence]:
        known = {o.id: o for o in catalogue.offences()}
        return [known[name] for name in OFFENCES]

    @functools.cached_property
    def typical(self) -> TypicalVariation | None:
        return typical_for(self.counts, *self.codes)

    @functools.cached_property
    def changes(self) -> pd.DataFrame:
        """`change` with all verdicts of the page in one family, one row per kommun and offence."""
        return change(self.mine, typical=self.typical, family="table")

    @functools.cached_property
    def levels(self) -> pd.DataFrame:
        """Mean rates of the latest years with the verdicts of the page in one family."""
        return level_verdicts_together(self._level_rows, typical=self.typical)

    @property
    def _level_rows(self) -> pd.DataFrame:
        rows = self.mine.assign(year=self.mine["period"].dt.year)
        rows = rows[rows["year"] > self.last - LATEST].merge(people(), on=["area", "year"], how="left", validate="many_to_one")
        summed = rows.groupby(["area", "offence", "sex"], as_index=False)[["count", "exposure"]].sum()
        rate = summed["count"].astype(float) / summed["exposure"] * 100_000
        return summed.assign(count=summed["count"].astype(float), rate=rate, years=LATEST).drop(columns="exposure")

    @functools.cached_property
    def last(self) -> int:
        return int(self.counts["period"].dt.year.max())

    @functools.cached_property
    def first(self) -> int:
        return int(self.counts["period"].dt.year.min())

    @property
    def latest(self) -> tuple[int, int]:
        return self.last - LATEST + 1, self.last

    @property
    def earlier(self) -> tuple[int, int]:
        row = self.changes.iloc[0]
        return int(row["earlier_from"]), int(row["earlier_to"])

    @functools.cached_property
    def inhabitants(self) -> tuple[int, Mapping[str, int]]:
        """The latest year that all kommuner have a population for, and the inhabitants by code."""
        rows = embedded.exposure()
        rows = rows[(rows["kind"] == "residents") & rows["area"].isin(self.codes)]
        years = rows.groupby("year")["area"].nunique()
        last = int(years[years == len(self.codes)].index.max())
        found = rows[rows["year"] == last]
        return last, dict(zip(found["area"], found["value"].astype(int), strict=True))

    @functools.cached_property
    def by_size(self) -> list[Kommun]:
        """Certainty falls downwards in a table; nobody is placed by their crime."""
        size = self.inhabitants[1]
        return sorted(self.lan.kommuner, key=lambda k: (-size[k.code], sort_key(k.name)))

    # ---- one kommun and offence ------------------------------------------------------------------------------------------

    @functools.cached_property
    def series(self) -> dict[tuple[str, str], Series]:
        """By code and offence."""
        changes = self.changes.set_index(["area", "offence"])
        narrow = self._limits.set_index(["area", "offence"])
        alone = change(self.mine, typical=self.typical).set_index(["area", "offence"])["change"]
        levels = self.levels.set_index(["area", "offence"])
        years = self.mine.assign(year=self.mine["period"].dt.year)
        found = {}
        for (area, offence), rows in years.groupby(["area", "offence"]):
            key = str(area), str(offence)
            found[key] = Series(
                kommun=next(k for k in self.lan.kommuner if k.code == area),
                offence=next(o for o in self.offences if o.id == offence),
                rates=dict(zip(rows["year"].astype(int), rows["rate_published"].astype(float), strict=True)),
                counts=dict(zip(rows["year"].astype(int), rows["count"].astype(int), strict=True)),
                level=_level(levels.loc[key].to_dict()),
                moved=_moved(changes.loc[key].to_dict(), narrow.loc[key].to_dict(), alone[key]),
            )
        return found

    @functools.cached_property
    def _limits(self) -> pd.DataFrame:
        """The same changes with the limits at the level that Benjamini and Hochberg's step takes: picture and verdict agree."""
        tested = int(self.changes["q_value"].notna().sum())
        certain = int((self.changes["q_value"] <= FDR).sum())
        met = FDR * max(certain, 1) / max(tested, 1)
        return change(self.mine, typical=self.typical, family="table", confidence=1 - met)

    def of(self, offence: Offence) -> list[Series]:
        """In alphabetical order."""
        return [self.series[k.code, offence.id] for k in self.lan.kommuner]

    # ---- the verdicts ----------------------------------------------------------------------------------------------------

    @property
    def tests(self) -> tuple[int, int]:
        """How many levels and how many changes were tried."""
        return int(self.levels["p_value"].notna().sum()), int(self.changes["q_value"].notna().sum())

    @property
    def not_tested(self) -> int:
        """Changes of so few offences that nothing can be said."""
        return int(self.changes["q_value"].isna().sum())

    def certain_levels(self, offence: Offence | None = None) -> list[Series]:
        return [s for s in self._all(offence) if s.level.certain]

    def certain_changes(self, offence: Offence | None = None) -> list[Series]:
        return [s for s in self._all(offence) if s.moved.certain]

    def _all(self, offence: Offence | None) -> Iterator[Series]:
        for one in [offence] if offence else self.offences:
            yield from self.of(one)

    @property
    def certain(self) -> int:
        return len(self.certain_levels()) + len(self.certain_changes())

    @property
    def places(self) -> list[Kommun]:
        """Kommuner with any verdict that is säkerställt, in alphabetical order."""
        codes = {s.kommun.code for s in [*self.certain_levels(), *self.certain_changes()]}
        return [k for k in self.lan.kommuner if k.code in codes]

    def alike(self, offence: Offence, verdict: Change) -> list[Series]:
        """Kommuner with the same säkerställd change."""
        return [s for s in self.of(offence) if s.moved.change is verdict]

    @functools.cached_property
    def shared(self) -> list[Offence]:
        """Offences that have risen, or are high, säkerställt in two kommuner or more: the problems that are shared."""
        return [
            o
            for o in self.offences
            if len(self.alike(o, Change.SAKERSTALLD_OKNING)) > 1 or sum(s.level.above for s in self.certain_levels(o)) > 1
        ]

    @property
    def only_by_themselves(self) -> list[Series]:
        """Changes that a kommun's own report, with its few tests, may call säkerställda, and this page does not."""
        return [s for s in self._all(None) if s.moved.by_itself in CERTAIN and not s.moved.certain]

    def fewer_than_at_first(self, offence: Offence) -> int:
        """How many kommuner have a lower rate in the latest years than in the first ones; a count, not a verdict."""
        return sum(mean_rate(s, self.latest) < mean_rate(s, (self.first, self.first + LATEST - 1)) for s in self.of(offence))

    @property
    def others_ratio(self) -> Mapping[str, float]:
        """How the kommuner outside the län have gone, by offence."""
        rows = self.changes.dropna(subset=["others_ratio"]).drop_duplicates("offence")
        return dict(zip(rows["offence"], rows["others_ratio"].astype(float), strict=True))

    @property
    def with_types(self) -> set[str]:
        """Kommuner whose offences of each type the package carries."""
        rows = embedded.counts_year()
        return set(rows.loc[rows["area_level"] == "kommun", "area"]) & set(self.codes)

    @property
    def snapshots(self) -> dict[str, Snapshot]:
        return {name: one for name, one in embedded.snapshots().items() if name in FILES}


def mean_rate(s: Series, span: tuple[int, int]) -> float:
    """The mean of the published rates of some years."""
    found = [s.rates[year] for year in range(span[0], span[1] + 1) if year in s.rates and s.rates[year] == s.rates[year]]
    return sum(found) / len(found) if found else float("nan")


def _level(row: Mapping[str, object]) -> Level:
    names = ("rate", "lower", "upper", "lower_quartile", "upper_quartile")
    numbers = {name: float("nan") if row[name] is None else float(str(row[name])) for name in names}
    reason = row["reason"]
    band = (numbers["lower_quartile"], numbers["upper_quartile"])
    return Level(
        numbers["rate"],
        numbers["lower"],
        numbers["upper"],
        band,
        bool(row["certain"]),
        reason if isinstance(reason, str) else None,
    )


def _moved(row: Mapping[str, object], narrow: Mapping[str, object], alone: Change) -> Moved:
    def number(name: str, of: Mapping[str, object] = row) -> float:
        return float(str(of[name]))

    verdict = row["change"]
    assert isinstance(verdict, Change)
    return Moved(
        verdict,
        number("ratio"),
        number("lower", narrow),
        number("upper", narrow),
        number("mean_latest"),
        number("mean_earlier"),
        bool(row["percent_ok"]),
        number("visible_decrease"),
        alone,
    )


@functools.cache
def groups(year: int | None) -> pd.DataFrame:
    """The broad groups of all kommuner, one copy for all reports of a process.

    Raises
    ------
    OptionError
        No figures reach that year.
    """
    table = embedded.counts_groups()
    years = table["period"].dt.year
    if year is not None and not int(years.min()) + 6 <= year <= int(years.max()):
        raise OptionError("year", year, list(range(int(years.min()) + 6, int(years.max()) + 1)))
    kept = table[years <= (year or int(years.max()))].reset_index(drop=True)
    return embedded.shared(f"länens brott till {year}", kept)


def people() -> pd.DataFrame:
    """Mean population by ``area`` and ``year``."""
    table = groups(None)
    return once(table, "people", lambda: mean_population(embedded.exposure())[["area", "year", "exposure"]])
