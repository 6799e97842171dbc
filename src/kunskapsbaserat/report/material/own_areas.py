"""Counts of the kommun's own by stadsdel, RegSO or DeSO: the latest year of each, per inhabitant where somebody lives there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kunskapsbaserat.disclosure.own import OF_AREA
from kunskapsbaserat.rates.intervals import poisson_interval
from kunskapsbaserat.report.material.own_gate import PARTS, OwnFile

PER = 1_000  # a DeSO has 700 to 2 700 inhabitants
NEAREST_YEARS = 2  # so far from the year of the counts may the number of inhabitants be


@dataclass(frozen=True, slots=True)
class AreaValue:
    """One area: its count, how many live there, the rate per 1 000 with limits; each None where it is not known or not shown.

    `mark` stands instead of a hidden count; `empty` says that nobody lives there.
    """

    area: str
    count: float | None
    mark: str | None = None
    residents: float | None = None
    rate: float | None = None
    lower: float | None = None
    upper: float | None = None

    @property
    def empty(self) -> bool:
        return self.residents == 0


@dataclass(frozen=True, slots=True)
class OwnAreas:
    """What one file counts in the kommun's parts in its latest year. `level` is "stadsdel", "regso" or "deso"."""

    file: OwnFile
    name: str
    level: str
    year: int
    areas: tuple[AreaValue, ...]

    @property
    def rated(self) -> bool:
        """Can the areas be compared per inhabitant? Where one in three lacks a population they are shown as counts."""
        known = [v for v in self.areas if v.count is not None]
        return bool(known) and 3 * sum(v.rate is None and not v.empty for v in known) < len(known)


def own_areas(file: OwnFile, exposure: pd.DataFrame) -> tuple[OwnAreas, ...]:
    """Every count of a file about the kommun's parts, in its latest year; other contents have tables alone.

    Parameters
    ----------
    file : OwnFile
        With ``of_parts``.
    exposure : DataFrame
        The exposure contract with the residents of the areas, as far as they are known.
    """
    if file.read.contract != "counts" or not file.of_parts:
        return ()
    rows = file.frame[file.frame["area_level"].isin(PARTS) & (file.frame["sex"] == "alla")]
    rows = rows.assign(name=rows["offence"].astype(str).str.split(OF_AREA, regex=False).str[0], year=rows["period"].dt.year)
    found = []
    for (name, level), part in rows.groupby(["name", "area_level"], sort=False):
        year = int(part["year"].max())
        people = _residents(exposure, str(level), year)
        latest = part[part["year"] == year]
        values = [
            _value(str(area), mark, count, people)
            for area, mark, count in zip(latest["area"], latest["suppressed"], latest["count"], strict=True)
        ]
        found.append(OwnAreas(file, file.label(str(name)), str(level), year, tuple(values)))
    return tuple(found)


def _value(area: str, mark: object, count: object, people: dict[str, float]) -> AreaValue:
    residents = people.get(area)
    if isinstance(mark, str) or count is None or count is pd.NA:
        return AreaValue(area, None, mark if isinstance(mark, str) else None, residents)
    counted = float(str(count))
    if not residents:
        return AreaValue(area, counted, None, residents)
    lower, upper = poisson_interval(np.array([counted]))
    per = PER / residents
    return AreaValue(area, counted, None, residents, counted * per, float(lower[0]) * per, float(upper[0]) * per)


def _residents(exposure: pd.DataFrame, level: str, year: int) -> dict[str, float]:
    """Inhabitants of each area at the end of the year, or of the nearest year that is known."""
    rows = exposure[(exposure["area_level"] == level) & (exposure["kind"] == "residents")]
    rows = rows.assign(away=(rows["year"].astype(int) - year).abs())
    rows = rows[rows["away"] <= NEAREST_YEARS].sort_values(["away", "year"]).drop_duplicates("area")
    return dict(zip(rows["area"].astype(str), rows["value"].astype(float), strict=True))
