"""Where the figures come from: the package's tables, and before them those of a kommun's folder, by the rule of a report."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from kunskapsbaserat import tables
from kunskapsbaserat.data import embedded
from kunskapsbaserat.data import folder as folders
from kunskapsbaserat.data.folder import Folder
from kunskapsbaserat.data.snapshot import Snapshot
from kunskapsbaserat.errors import OptionError
from kunskapsbaserat.report.documents.explore.view import Screened, screened_built_in
from kunskapsbaserat.report.material import underlag

_FILES = {"bra_sol": {"Y": "counts_groups.csv.gz", "Q": "counts_quarter.csv.gz"}}
_FILES |= {"bra_indikatorer": {"Y": "counts_year.csv.gz"}, "bra_manad": {"M": "counts_month.csv.gz"}}
_POPULATION = "exposure.csv.gz"


@dataclass(frozen=True, eq=False)
class Material:
    """Counts and population, and what is said about them; `folder` is the kommun's own, if any."""

    folder: Folder | None = None

    @functools.cached_property
    def exposure(self) -> pd.DataFrame:
        if self.folder is None or self.folder.exposure.empty:
            return embedded.exposure()
        return folders.first([self.folder.exposure, embedded.exposure()], tables.EXPOSURE_KEY)

    def counts(self, freq: str) -> pd.DataFrame:
        """Rows of kommuner by year, quarter or month, with a column ``own``."""
        rows = self._counts[freq]()
        return rows[rows["area_level"] == "kommun"].reset_index(drop=True)

    @property
    def _counts(self) -> dict[str, functools.partial[pd.DataFrame]]:
        return {"Y": functools.partial(underlag.counts_of, self.folder)} | {
            "Q": functools.partial(self._quarters),
            "M": functools.partial(self._months),
        }

    def _months(self) -> pd.DataFrame:
        """The folder's months, and for series that it lacks those of 2013-2016: the two are never joined to one series."""
        built_in = embedded.counts_month().assign(own=False)
        own = self._own_months
        series = pd.MultiIndex.from_frame(own[["area", "offence", "sex"]].drop_duplicates())
        met = pd.MultiIndex.from_frame(built_in[["area", "offence", "sex"]]).isin(series)
        return pd.concat([own, built_in[~met]], ignore_index=True) if len(own) else built_in

    def _quarters(self) -> pd.DataFrame:
        built_in = embedded.counts_quarter().assign(own=False)
        own = _whole_quarters(self._own_months)
        return folders.first([own, built_in], tables.COUNTS_KEY) if len(own) else built_in

    @functools.cached_property
    def _own_months(self) -> pd.DataFrame:
        if self.folder is None or self.folder.months.empty:
            return embedded.counts_month().iloc[:0].assign(own=True)
        return self.folder.months.assign(own=True)

    @functools.cached_property
    def screened(self) -> Screened:
        """All kommuner and offences, screened at the first question and kept: what Utforska shows."""
        return screened_built_in() if self.folder is None else Screened(underlag.counts_of(self.folder), self.exposure)

    def sources(self, rows: pd.DataFrame, freq: str) -> list[str]:
        """A line for each table that the rows were made from, with the day it was fetched."""
        snapshots = embedded.snapshots()
        built_in = rows.loc[~rows["own"], "source"].unique()
        names = [name for code in sorted(built_in) if (name := _FILES.get(code, {}).get(freq))]
        lines = [_line(snapshots[name]) for name in (*names, _POPULATION) if name in snapshots]
        if self.folder is not None and rows["own"].any():
            lines += [f"{name}: {_line(self.folder.snapshots[name])}" for name in self.folder.sources]
        return lines


def _line(snapshot: Snapshot) -> str:
    return f"{snapshot.publisher}: {snapshot.title}. Hämtad {snapshot.retrieved}."


def _whole_quarters(months: pd.DataFrame) -> pd.DataFrame:
    """Quarters of which all three months have a count; preliminary when any of them is."""
    if months.empty:
        return months
    known = months[months["count"].notna()].assign(quarter=lambda t: t["period"].dt.asfreq("Q"))
    key = ["area", "area_level", "offence", "sex", "quarter"]
    found = known.groupby(key, sort=False).agg(
        count=("count", "sum"),
        months=("count", "size"),
        preliminary=("status", lambda s: (s == "preliminary").any()),
        source=("source", "first"),
        own=("own", "first"),
    )
    whole = found[found["months"] == 3].reset_index().rename(columns={"quarter": "period"})
    status = whole["preliminary"].map({True: "preliminary", False: "final"}).astype("str")
    rates = pd.array([pd.NA] * len(whole), dtype="Float64")
    return whole.assign(status=status, rate_published=rates)[months.columns]


def material(data: object = None) -> Material:
    """The package's figures, or a kommun's folder before them.

    Raises
    ------
    FileError, TableError, PersonalDataError
        The folder cannot be used.
    """
    if data is None:
        return _built_in()
    if isinstance(data, Folder):
        own = data
    elif isinstance(data, (str, Path)):
        own = folders.read(data)
    else:
        raise OptionError("data", data, ("a kommun's folder",), tillatna=("en kommuns mapp (kunskap ny)",))
    own.require_usable()
    return Material(own)


@functools.cache
def _built_in() -> Material:
    return Material()
