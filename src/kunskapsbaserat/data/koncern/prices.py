"""Kronor of one month in the money of another: SCB's consumer price index.

The figures are SCB's "Konsumentprisindex (1980=100), fastställda tal", which are not changed afterwards. January 2015 to
March 2024 were read on SCB's own page; April to November 2024 in another publisher's copy of the table, which agrees with
SCB's page in every month that both have. Later months are filled in by the kommun (the workbook's sheet Prisindex).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

SOURCE = "SCB, konsumentprisindex (1980=100), fastställda tal"
VERSION = "2026-11-30"  # when they were last read
ADDRESS = "https://www.scb.se/pr0101"
MOST_IN_A_MONTH = 0.05
"""No month since 1980 has changed the index by more: two series with different bases do."""
SAME_SERIES = 0.002
"""How far the ratio of two copies of one series may vary: a rounding to whole numbers, and no other index."""

# fmt: off
_BY_YEAR = {
    2015: (310.75, 312.93, 313.19, 313.16, 314.24, 313.33, 313.43, 312.81, 314.06, 314.29, 313.75, 314.21),
    2016: (313.13, 314.14, 315.70, 315.64, 316.21, 316.54, 316.73, 316.38, 316.91, 318.00, 318.10, 319.68),
    2017: (317.50, 319.73, 319.68, 321.54, 321.74, 321.97, 323.69, 323.18, 323.62, 323.38, 324.04, 325.23),
    2018: (322.51, 324.87, 325.76, 327.10, 327.86, 328.62, 330.33, 329.63, 331.14, 330.72, 330.40, 331.87),
    2019: (328.56, 331.02, 331.79, 334.11, 334.95, 334.47, 335.80, 334.39, 335.95, 336.04, 336.36, 337.68),
    2020: (332.82, 334.47, 333.91, 332.90, 334.91, 336.84, 337.57, 337.07, 337.27, 336.97, 337.00, 339.34),
    2021: (338.09, 339.01, 339.54, 340.37, 341.04, 341.32, 342.23, 343.99, 345.74, 346.44, 348.03, 352.47),
    2022: (350.56, 353.56, 359.80, 362.02, 365.82, 370.95, 371.28, 377.81, 383.21, 384.04, 387.93, 395.96),
    2023: (391.50, 395.82, 398.08, 399.93, 401.19, 405.49, 405.67, 405.97, 408.05, 409.07, 410.35, 413.34),
    2024: (412.74, 413.76, 414.26, 415.50, 416.18, 415.86, 416.22, 413.78, 414.57, 415.51, 416.75),
}
# fmt: on

KNOWN: Mapping[pd.Period, float] = {
    pd.Period(year=year, month=month, freq="M"): value
    for year, months in _BY_YEAR.items()
    for month, value in enumerate(months, start=1)
}
"""What SCB has published, as far as the package has it."""


@dataclass(frozen=True, slots=True)
class Prices:
    """A price index by month, of one series."""

    index: Mapping[pd.Period, float]

    def missing(self, months: Iterable[pd.Period]) -> list[pd.Period]:
        """The months that have no index, in order."""
        return sorted({month for month in months if month not in self.index})

    def factors(self, months: Iterable[pd.Period]) -> tuple[pd.Period, dict[pd.Period, float]] | None:
        """The latest of the months, and what an amount of each is multiplied by to be in its money.

        None where any has no index: amounts in two kinds of money are never added.
        """
        wanted = sorted(set(months))
        if not wanted or self.missing(wanted):
            return None
        return wanted[-1], {month: self.index[wanted[-1]] / self.index[month] for month in wanted}


def jumps(index: Mapping[pd.Period, float]) -> Iterator[pd.Period]:
    """Months that no price index has: where two series with different bases have been put together."""
    for before, after in itertools.pairwise(sorted(index)):
        months = (after - before).n
        if abs(index[after] / index[before] - 1) > MOST_IN_A_MONTH * months:
            yield after


def is_scb(index: Mapping[pd.Period, float]) -> bool:
    """Does the index move as SCB's does in the months that both have? Another base gives the same movement."""
    ratios = [index[month] / KNOWN[month] for month in index if month in KNOWN]
    return not ratios or max(ratios) / min(ratios) - 1 <= SAME_SERIES
