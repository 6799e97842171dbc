"""How much a year resembles the year before, beyond pure chance, and what that does to a comparison of two periods.

A year that lies high is mostly followed by another high one: in the 290 kommuner 2010-2025 the correlation of what goes beyond
chance is about 0.5. The years within a period then lie too close together to tell how far apart two periods come by themselves.
The correlation is read off differences between years of one and the same period (a variogram), so that a change between the
periods does not count as resemblance, and chance, which has no memory, is taken out before.
"""

from __future__ import annotations

import functools
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

USUAL = 0.5
"""In the national table, windows of seven years ending 2016-2025: 0.42-0.59 around the others' common course, 0.42-0.62 around
the periods' own means (`variation_of` of each window)."""
WORTH = 10.0
"""How many series `USUAL` weighs as: a pool of one län tells its correlation too badly to stand alone."""
HIGHEST = 0.95
FARTHEST = 4  # years apart; longer differences are few and tell of slow drift
_GRID = np.linspace(0, HIGHEST, 96)


class Shape(NamedTuple):
    """What correlated years do to two estimates, as ratios to independent years with the same variance.

    `within` is the expected dispersion around the means of the two periods, `contrast` that of the difference between the
    periods, `df` the degrees of freedom that the years within the periods are worth.
    """

    within: float
    contrast: float
    df: float

    @property
    def inflation(self) -> float:
        """How many times the extra variation seen within the periods the difference between them has."""
        return self.contrast / self.within


@functools.cache
def shape(latest: int, earlier: int, correlation: float) -> Shape:
    """For periods of so many years and a correlation that falls geometrically with the distance between years.

    Examples
    --------
    >>> from kunskapsbaserat.trends.correlation import shape
    >>> [round(shape(2, 5, r).inflation, 2) for r in (0.0, 0.5, 0.7)]
    [1.0, 1.97, 2.59]
    """
    n = latest + earlier
    if n <= 2:
        return Shape(1.0, 1.0, 0.0)
    years = np.arange(n)
    matrix = float(correlation) ** np.abs(np.subtract.outer(years, years))
    centred = np.eye(n)
    centred[:earlier, :earlier] -= 1 / earlier
    centred[earlier:, earlier:] -= 1 / latest
    around = centred @ matrix @ centred
    difference = np.r_[np.full(earlier, -1 / earlier), np.full(latest, 1 / latest)]
    return Shape(
        within=float(np.trace(around)) / (n - 2),
        contrast=float(difference @ matrix @ difference) / float(difference @ difference),
        df=float(np.trace(around)) ** 2 / float(np.sum(around**2)),
    )


def over_years(years: int, correlation: float) -> float:
    """The variance of a mean over so many years, as a ratio to that of independent years."""
    apart = np.abs(np.subtract.outer(np.arange(years), np.arange(years)))
    return float(np.sum(float(correlation) ** apart)) / years


def correlation_of(counts: Floats, fitted: Floats, dispersion: Floats, latest: int) -> float:
    """The correlation between neighbouring years, pooled over series and drawn a little towards the national one.

    Parameters
    ----------
    counts, fitted : (m, years)
        The `latest` years last. What is fitted is the mean of a year's own period, or the others' course through it.
    dispersion : (m,)
        What is usual for the series (variance over mean): the less chance alone stands for, the more a series tells.
    latest : int
        Years of the latest period; all before them are the earlier one.

    Returns
    -------
    float
        0 to 0.95. `USUAL` when no two distances between years of one period can be compared.
    """
    earlier = counts.shape[1] - latest
    farthest = min(max(latest, earlier) - 1, FARTHEST)
    told = dispersion > 1
    if farthest < 2 or not told.any():
        return USUAL
    deviation = (counts[told] - fitted[told]) / np.sqrt(np.maximum(fitted[told], 1e-9))
    periods = (deviation[:, :earlier], deviation[:, earlier:])
    phi = dispersion[told]
    weight = (phi - 1) / phi**2  # inverse variance, times how much there is to see
    pairs, beyond = np.zeros(farthest), np.zeros(farthest)
    for lag in range(1, farthest + 1):
        squares = np.hstack([(part[:, lag:] - part[:, :-lag]) ** 2 for part in periods if part.shape[1] > lag])
        pairs[lag - 1] = squares.shape[1]
        beyond[lag - 1] = weight @ (squares.mean(axis=1) / 2 - 1)
    apart = 1 - _GRID[:, None] ** np.arange(
        1, farthest + 1
    )  # the share of the variance that so distant years do not have in common
    height = np.maximum((apart * pairs * beyond).sum(axis=1) / np.maximum((apart**2 * pairs).sum(axis=1), 1e-12), 0)
    misfit = (pairs * (beyond - height[:, None] * apart) ** 2).sum(axis=1)
    n = int(told.sum())
    return float((n * _GRID[np.argmin(misfit)] + WORTH * USUAL) / (n + WORTH))
