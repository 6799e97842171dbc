"""The common course: how the other kommuner's counts of an offence went from year to year, taken together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

FEWEST = 5
"""Kommuner: the course of fewer is mostly that of the largest."""


@dataclass(frozen=True, slots=True)
class Course:
    """One offence in the other kommuner: `index` is a year's count over the mean of the years, from the year `first` on.

    `noise` is the dispersion that the course's own chance adds per event of the kommun that is held against it.
    """

    first: int
    index: tuple[float, ...]
    noise: float
    areas: int

    def over(self, first: int, last: int) -> Floats | None:
        """The index of these years, None where one of them is not there."""
        years = self.index[first - self.first : last - self.first + 1] if first >= self.first else ()
        return np.array(years) if len(years) == last - first + 1 else None


class NumberedSeries(NamedTuple):
    """The offence and sex of each row, as a number into `keys`."""

    numbers: NDArray[np.intp]
    keys: Sequence[tuple[str, str]]


def courses_of(
    series: NumberedSeries, first: NDArray[np.int64], counts: Floats, dispersion: Floats
) -> Mapping[tuple[str, str], Course]:
    """The common course of every offence and sex that at least five kommuner have.

    Parameters
    ----------
    series : NumberedSeries
        Which offence and sex each row is.
    first : (m,)
        The first of the compared years.
    counts : (m, years)
        Their counts, no year missing.
    dispersion : (m,)
        What is usual for the series; each weighs as the inverse, so that no city decides the course alone.
    """
    found = {}
    weighted, weight = counts / dispersion[:, None], 1 / dispersion
    order = np.argsort(series.numbers, kind="stable")
    ends = np.cumsum(np.bincount(series.numbers, minlength=len(series.keys)))
    for key, places in zip(series.keys, np.split(order, ends[:-1]), strict=True):
        total = weighted[places].sum(axis=0)
        if len(places) < FEWEST or not (total > 0).all():
            continue
        events = counts[places].sum(axis=1)
        spread = float(np.sum(weight[places] ** 2 * dispersion[places] * events)) / float(weight[places] @ events) ** 2
        index = tuple((total / total.mean()).tolist())
        found[key] = Course(int(first[places[0]]), index, spread, len(places))
    return found


def along(counts: Floats, course: Floats, latest: int) -> Floats:
    """What the years would have been, had each of the two periods followed the course at its own level: (m, years)."""
    fitted = np.empty_like(counts)
    earlier = counts.shape[1] - latest
    for period in (slice(0, earlier), slice(earlier, None)):
        part = course[:, period]
        total = part.sum(axis=1)
        level = np.divide(counts[:, period].sum(axis=1), total, out=np.full(len(counts), np.nan), where=total != 0)
        fitted[:, period] = part * level[:, None]  # without a course, or without any expected event, there is no level
    return fitted
