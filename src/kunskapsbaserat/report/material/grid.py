"""A table of all kommuner laid out by place, offence and year: what a report asks of its comparison is looked up.

Laid out once for a table and kept beside it (`computed_once`). A report then reads the rows of eight kommuner without a
comparison of texts, which is what takes time in a table of two hundred thousand rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kunskapsbaserat.rates.compare import middle_half
from kunskapsbaserat.report.material.computed_once import once

Floats = NDArray[np.float64]
Series = tuple[str, ...]  # offence and sex, or the measure of a survey


@dataclass(frozen=True, slots=True)
class Band:
    """The middle half and the median of the comparison kommuner."""

    lower: float
    median: float
    upper: float


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Counts and rates, (areas, series, years): missing where the table has no row.

    `areas` and `series` say where each lies, areas in the order of the table; `first` is the year that lies first.
    """

    areas: Mapping[str, int]
    series: Mapping[Series, int]
    first: int
    counts: Floats
    rates: Floats

    @classmethod
    def of(
        cls, table: pd.DataFrame, *, rate: str, by: Sequence[str] = ("offence", "sex"), year: str = "year", count: str = "count"
    ) -> Grid:
        """The table has ``area``, the columns that name a series and those of year, count and rate; each row once."""
        areas, codes = pd.factorize(table["area"])
        series, keys = np.zeros(len(table), dtype=np.intp), [()]
        for name in by:
            codes_of, names = pd.factorize(table[name])
            series, pairs = pd.factorize(series * len(names) + codes_of)
            keys = [(*keys[pair // len(names)], names[pair % len(names)]) for pair in pairs.tolist()]
        years = table[year].to_numpy(dtype=np.int64)
        first = int(years.min()) if len(years) else 0
        shape = (len(codes), len(keys), int(years.max()) - first + 1 if len(years) else 0)
        counts, rates = np.full(shape, np.nan), np.full(shape, np.nan)
        at = (areas, series, years - first)
        counts[at] = table[count].to_numpy(dtype=float, na_value=np.nan)
        rates[at] = table[rate].to_numpy(dtype=float, na_value=np.nan)
        return cls(
            areas={code: place for place, code in enumerate(codes)},
            series={key: place for place, key in enumerate(keys)},
            first=first,
            counts=counts,
            rates=rates,
        )

    def places(self, areas: Sequence[str]) -> list[int]:
        """Where those of the areas lie that the table has, in its order."""
        return sorted(self.areas[area] for area in dict.fromkeys(areas) if area in self.areas)

    @property
    def last(self) -> int:
        """The year that lies last."""
        return self.first + int(self.counts.shape[2]) - 1

    def at(self, series: Series, year: int, areas: Sequence[str]) -> tuple[list[str], Floats, Floats]:
        """Those of the areas that the table has, their counts and their rates of one series and year."""
        known = {self.areas[area]: area for area in areas if area in self.areas}
        if series not in self.series or not self.first <= year <= self.last:
            return [], np.empty(0), np.empty(0)
        places, at = sorted(known), (self.series[series], year - self.first)
        return [known[place] for place in places], self.counts[places, *at], self.rates[places, *at]

    def means(self, series: Series, years: tuple[int, int], areas: Sequence[str]) -> list[float]:
        """Each area's mean yearly count from the first year to the last, missing where a year of it is not known."""
        first, last = (year - self.first for year in years)
        if series not in self.series or first < 0 or last >= self.counts.shape[2]:
            return [np.nan] * len(areas)
        means = self.counts[:, self.series[series], first : last + 1].mean(axis=1)
        return [float(means[self.areas[area]]) if area in self.areas else np.nan for area in areas]

    def bands(self, members: Sequence[str]) -> dict[tuple[Series, int], Band]:
        """By series and year, of those in which at least half of the members have a rate (see `rates.band`)."""
        if not members:
            return {}
        rates = self.rates[self.places(members)]
        limits, known = middle_half(rates.reshape(len(rates), rates.shape[1] * rates.shape[2]))
        lower, median, upper = (values.reshape(rates.shape[1:]) for values in limits)
        enough = (known * 2 >= max(len(set(members)), 1)).reshape(rates.shape[1:])
        keys = list(self.series)
        return {
            (keys[at], self.first + year): Band(float(lower[at, year]), float(median[at, year]), float(upper[at, year]))
            for at, year in np.argwhere(enough).tolist()
        }


def grid_of(counts: pd.DataFrame) -> Grid:
    """The table of yearly counts and published rates laid out, once."""
    return once(counts, "grid", lambda: Grid.of(with_year(counts), rate="rate_published"))


def with_year(counts: pd.DataFrame) -> pd.DataFrame:
    """The table with the year of each period in a column, once."""
    return once(counts, "with_year", lambda: counts.assign(year=counts["period"].dt.year))
