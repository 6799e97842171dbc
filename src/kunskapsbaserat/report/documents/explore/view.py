"""Every kommun and offence screened once, and one of them looked at from all sides: what `widgets.Utforska` shows."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import pandas as pd

from kunskapsbaserat import catalogue, tables
from kunskapsbaserat import kommun as kommuner
from kunskapsbaserat.catalogue import Facet, Offence
from kunskapsbaserat.data import embedded
from kunskapsbaserat.data import folder as folders
from kunskapsbaserat.disclosure import release
from kunskapsbaserat.errors import OptionError, TableError
from kunskapsbaserat.kommun import Kommun
from kunskapsbaserat.rates import ComparisonGroup, band, comparison_group
from kunskapsbaserat.rates import screen as screen_rates
from kunskapsbaserat.rates.compare import KINDS
from kunskapsbaserat.report.material import underlag
from kunskapsbaserat.report.material.usual import typical_for
from kunskapsbaserat.trends import Change, change
from kunskapsbaserat.trends.change import MIN_MEAN
from kunskapsbaserat.trends.level import level_verdicts

GROUPS = ("regel", *KINDS)


class Measure(StrEnum):
    """What is drawn; the value is the column of `rates.screen`."""

    COUNT = "count"
    RATE = "rate"
    RATIO = "ratio"  # observed over expected at the common rate of all kommuner
    SHRUNKEN = "shrunken_rate"


@dataclass(frozen=True, eq=False)
class Screened:
    """Counts and population of many kommuner, with what is worked out from them kept.

    Parameters
    ----------
    counts : DataFrame
        The counts contract of kommuner: years, quarters or months. Rates are those of whole calendar years.
    exposure : DataFrame
        The exposure contract, kind "residents".
    """

    counts: pd.DataFrame
    exposure: pd.DataFrame

    @functools.cached_property
    def years(self) -> pd.DataFrame:
        """Whole calendar years of kommuner, through the disclosure gate: what may not be shown is not computed with either."""
        rows = tables.whole_years(self.counts)
        rows = rows[rows["area_level"] == "kommun"].dropna(subset=["count"]).reset_index(drop=True)
        if rows.empty:
            raise TableError(
                "counts of kommuner for at least one whole year",
                forvantat="anmälda brott i kommuner för minst ett helt år",
            )
        return release(rows, name="utforska", contents="counts", sources=rows["source"]).frame

    @functools.cached_property
    def offences(self) -> tuple[tuple[Offence, Facet], ...]:
        """What there are figures for, in catalogue order."""
        here = set(zip(self.years["offence"], self.years["sex"], strict=True))
        return tuple((o, f) for o in catalogue.offences() for f in o.facets.values() if (o.id, f.sex) in here)

    def offences_of(self, kommun: object) -> tuple[tuple[Offence, Facet], ...]:
        """What the kommun has figures for, in catalogue order: all have the broad groups, few have Brå's indicators."""
        rows = self.years[(self.years["area"] == kommuner.get(kommun).code) & self.years["count"].notna()]
        here = set(zip(rows["offence"], rows["sex"], strict=True))
        return tuple((o, f) for o, f in self.offences if (o.id, f.sex) in here)

    def years_of(self, kommun: object, offence: str, sex: str = "alla") -> list[int]:
        """The years in which the kommun has a figure."""
        rows = self.years[(self.years["area"] == kommuner.get(kommun).code) & (self.years["offence"] == offence)]
        return sorted(rows.loc[(rows["sex"] == sex) & rows["count"].notna(), "period"].dt.year.tolist())

    def level(self, kind: str = "regel") -> pd.DataFrame:
        """`rates.screen` of all kommuner, offences and years against this kind of comparison group, among those who have the
        offence."""
        if kind not in GROUPS:
            raise OptionError("group", kind, GROUPS)
        if kind not in self._levels:
            self._levels[kind] = screen_rates(self.years, self.exposure, groups=kind)
        return self._levels[kind]

    def verdicts(self, kommun: object, *, until: int | None = None) -> pd.DataFrame:
        """`trends.change` of all offences of one kommun, moderated by what is usual in the others (as in its lägesbild).

        With `until` as if nothing were known after that year.
        """
        place = kommuner.get(kommun)
        key = (place.code, until)
        if key not in self._verdicts:
            counts = self._counts_until(until)
            mine = counts[counts["area"] == place.code]
            judged = change(mine, typical=typical_for(counts, place.code))
            sources = sorted(mine["source"].unique())
            self._verdicts[key] = release(judged, name="utforska_forandring", contents="counts", sources=sources).frame
        return self._verdicts[key]

    def _counts_until(self, year: int | None) -> pd.DataFrame:
        """The same table for the same year: what is usual in the others is worked out once for each."""
        if year not in self._until:
            counts = self.years if tables.frequency(self.counts) == "Y" else self.counts
            kept = counts if year is None else counts[counts["period"].dt.year <= year].reset_index(drop=True)
            self._until[year] = kept
        return self._until[year]

    def levels(self, place: Kommun, group: ComparisonGroup, year: int) -> pd.DataFrame:
        """`level_verdicts` of all offences of one kommun and year, against the middle half of a group (as in its lägesbild)."""
        key = (place.code, group.members, year)
        if key not in self._own_levels:
            self._own_levels[key] = self._judged(place, group, year)
        return self._own_levels[key]

    def _judged(self, place: Kommun, group: ComparisonGroup, year: int) -> pd.DataFrame:
        rows = self.years[self.years["period"].dt.year == year]
        rows = rows[rows["area"].isin([place.code, *group.members])].merge(
            self.level()[["area", "offence", "sex", "period", "rate"]], on=["area", "offence", "sex", "period"]
        )
        rows = rows.assign(years=1, count=rows["count"].astype(float))
        enough = rows.loc[(rows["area"] == place.code) & (rows["count"] >= MIN_MEAN), ["offence", "sex"]]
        rows = rows.merge(enough, on=["offence", "sex"])
        if rows.empty:
            return pd.DataFrame(columns=["offence", "sex", "certain", "reason"])
        return level_verdicts(rows, area=place.code, typical=typical_for(self.years, place.code))

    def view(
        self,
        kommun: object,
        offence: str,
        *,
        sex: str = "alla",
        year: int | None = None,
        group: str = "regel",
        measure: str = Measure.RATE,
    ) -> View:
        """One kommun and offence among the others.

        Parameters
        ----------
        kommun : str
            Name or code.
        offence, sex : str
            Of the offence catalogue.
        year : int, optional
            Of all that is said and shown: the change is judged as if nothing were known after it. Default the kommun's latest.
        group : str
            Kind of comparison group, see `rates.comparison_group`.
        measure : {"count", "rate", "ratio", "shrunken_rate"}
            What is drawn.

        Raises
        ------
        UnknownKommun, OptionError
            A choice that does not exist, or for which there are no figures.
        """
        place = kommuner.get(kommun)
        if measure not in list(Measure):
            raise OptionError("measure", measure, [m.value for m in Measure])
        rows = self.level(group)
        rows = rows[(rows["offence"] == offence) & (rows["sex"] == sex)].assign(year=lambda t: t["period"].dt.year)
        own = rows[rows["area"] == place.code].sort_values("year")
        if own["count"].notna().sum() == 0:
            raise NoFigures(place, catalogue.offence(offence).facets.get(sex))
        years = own.loc[own["count"].notna(), "year"].tolist()
        year = years[-1] if year is None else year
        if year not in years:
            raise OptionError("year", year, years)
        verdicts = self.verdicts(place, until=None if year == years[-1] else year)
        verdict = verdicts[(verdicts["offence"] == offence) & (verdicts["sex"] == sex)].iloc[0]
        members = comparison_group(place, set(rows.loc[rows["rate"].notna(), "area"]), kind=group)
        levels = self.levels(place, members, year)
        levels = levels[(levels["offence"] == offence) & (levels["sex"] == sex) & levels["reason"].isna()]
        return View(
            kommun=place,
            offence=catalogue.offence(offence),
            facet=catalogue.offence(offence).facets[sex],
            year=year,
            group=members,
            measure=Measure(measure),
            rows=rows.reset_index(drop=True),
            verdict=verdict,
            level_certain=bool(levels["certain"].iat[0]) if len(levels) else None,
            yearly=tables.frequency(self.counts) == "Y",
        )

    @functools.cached_property
    def _own_levels(self) -> dict[tuple[str, tuple[str, ...], int], pd.DataFrame]:
        return {}

    @functools.cached_property
    def _levels(self) -> dict[str, pd.DataFrame]:
        return {}

    @functools.cached_property
    def _verdicts(self) -> dict[tuple[str, int | None], pd.DataFrame]:
        return {}

    @functools.cached_property
    def _until(self) -> dict[int | None, pd.DataFrame]:
        return {}


class NoFigures(OptionError):
    """The kommun has no figures for the offence."""

    def __init__(self, place: Kommun, facet: Facet | None) -> None:
        from kunskapsbaserat.report.documents.explore import words

        super().__init__("kommun", place.name, ("a kommun with figures",))
        self.svenska = words.no_figures(place, facet)


@dataclass(frozen=True, eq=False)
class View:
    """One kommun and offence among the others.

    Attributes
    ----------
    rows : DataFrame
        Rows of `rates.screen` for the offence, all kommuner and years, with ``year``.
    verdict : Series
        The row of `trends.change`.
    level_certain : bool or None
        Whether the rate is säkerställt outside the middle half of the group (`trends.level`); None where that cannot be told.
    yearly : bool
        Whether the verdict is about years, not the last twelve months.
    """

    kommun: Kommun
    offence: Offence
    facet: Facet
    year: int
    group: ComparisonGroup
    measure: Measure
    rows: pd.DataFrame
    verdict: pd.Series
    level_certain: bool | None = None
    yearly: bool = True

    @functools.cached_property
    def own(self) -> pd.DataFrame:
        """The kommun's row of every year."""
        return self.rows[self.rows["area"] == self.kommun.code].sort_values("year").set_index("year")

    @functools.cached_property
    def now(self) -> pd.Series:
        """The kommun's row of the chosen year."""
        return self.own.loc[self.year]

    @functools.cached_property
    def areas(self) -> pd.DataFrame:
        """All kommuner in the chosen year."""
        return self.rows[self.rows["year"] == self.year].set_index("area")

    @property
    def first_comparable(self) -> int:
        """First year after the offence's latest series break."""
        return max(self.offence.first_comparable_year or 0, int(self.own.index.min()))

    @property
    def few(self) -> bool:
        """Are the offences too few for a rate to be drawn? The rule of the report."""
        counts = self.own["count"].dropna()
        recent = counts[
            (counts.index >= max(self.first_comparable, int(self.verdict["earlier_from"]))) & (counts.index <= self.year)
        ]
        return self.verdict["change"] is Change.FOR_FA_BROTT or float(recent.sum()) < MIN_MEAN * len(recent)

    @functools.cached_property
    def drawn(self) -> Measure:
        """The measure, or counts where there are too few for a rate. The shrunken rate is made for few."""
        return Measure.COUNT if self.few and self.measure is not Measure.SHRUNKEN else self.measure

    @functools.cached_property
    def band(self) -> pd.DataFrame:
        """Median and middle half of the comparison group by year, of what is drawn; none of counts."""
        if self.drawn is Measure.COUNT or not self.group.members:
            return pd.DataFrame(columns=["lower_quartile", "median", "upper_quartile"])
        return band(self.rows, members=self.group.members, by=["year"], value=self.drawn.value).set_index("year")

    def table(self) -> pd.DataFrame:
        """The kommun's years: what is drawn, and what it is made of."""
        table = self.own.reset_index()[
            [
                *("year", "status", "count", "exposure", "rate", "lower", "upper", "expected", "ratio", "shrunken_rate"),
                *("group_members", "group_rate", "lower_quartile", "median", "upper_quartile", "comparison", "reason"),
            ]
        ]
        return table.assign(kommun=self.kommun.code, name=self.kommun.name, offence=self.offence.id, sex=self.facet.sex)

    def table_of_areas(self) -> pd.DataFrame:
        """All kommuner with figures in the chosen year."""
        rows = self.areas.reset_index().dropna(subset=["count"])
        names = [kommuner.get(code).name for code in rows["area"]]
        columns = ["count", "exposure", "rate", "lower", "upper", "expected", "ratio", "funnel_class", "shrunken_rate"]
        table = rows[["area", *columns]].assign(name=names, year=self.year, in_group=rows["area"].isin(self.group.members))
        return table.sort_values("name", key=lambda s: s.map(kommuner.sort_key), ignore_index=True)


def screened(data: str | Path | None = None) -> Screened:
    """The figures of a kommun's folder first, the embedded ones where it has none.

    Raises
    ------
    FileError, TableError, PersonalDataError
        The folder cannot be used.
    """
    if data is None:
        return screened_built_in()
    own = folders.read(data)
    own.require_usable()
    exposure = folders.first([own.exposure, embedded.exposure()], tables.EXPOSURE_KEY)
    return Screened(underlag.counts_of(own), exposure)


@functools.cache
def screened_built_in() -> Screened:
    """The embedded figures, screened once for all that ask."""
    return Screened(underlag.counts_of(None), embedded.exposure())


@functools.cache
def screened_months() -> Screened:
    """The ten groups of offences 2013-2016 by month, all 290 kommuner: history, of other limits than the yearly groups."""
    return Screened(embedded.counts_month(), embedded.exposure())
