"""The common course: how the other kommuner's counts of an offence went from year to year, taken together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

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


def courses_of(
    places: Mapping[tuple[str, str], NDArray[np.intp]], first: NDArray[np.int64], counts: Floats, dispersion: Floats
) -> Mapping[tuple[str, str], Course]:
    """The common course of every offence and sex that at least five kommuner have.

    Parameters
    ----------
    places : mapping
        Where the series of each offence and sex stand.
    first : (m,)
        The first year of each series.
    counts : (m, years)
        Their counts, no year missing.
    dispersion : (m,)
        What is usual for the series; each weighs as the inverse, so that no city decides the course alone.
    """
    found = {}
    weighted, weight = counts / dispersion[:, None], 1 / dispersion
    for key, at in places.items():
        total = weighted[at].sum(axis=0)
        if len(at) < FEWEST or not (total > 0).all():
            continue
        events = counts[at].sum(axis=1)
        spread = float(np.sum(weight[at] ** 2 * dispersion[at] * events)) / float(weight[at] @ events) ** 2
        index = tuple((total / total.mean()).tolist())
        found[key] = Course(int(first[at[0]]), index, spread, len(at))
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
