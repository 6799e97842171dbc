"""Runs around a centre line: the rules that tell a shift from noise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Runs:
    """Anhøj's two tests: the longest run on one side, and how often the line is crossed. Points on the line are no use."""

    n_useful: int
    longest_run: int
    longest_run_max: int
    n_crossings: int
    n_crossings_min: int

    @property
    def signal(self) -> bool:
        """True when the longest run is too long or the crossings too few to be chance."""
        return self.longest_run > self.longest_run_max or self.n_crossings < self.n_crossings_min


def run_limits(n_useful: int) -> tuple[int, int]:
    """The longest run and the fewest crossings that are still chance, for a number of useful points.

    References
    ----------
    Anhøj J, Olesen AV (2014). Run charts revisited. PLoS ONE 9(11) e113825. Schilling MF (2012). The surprising
    predictability of long runs. Math Mag 85, 141-149. Chen Z (2010). A note on the runs test. Model Assist Stat Appl 5, 73-77.
    """
    if n_useful < 1:
        return 0, 0
    return int(np.round(np.log2(n_useful))) + 3, _binomial_quantile(0.05, n_useful - 1)


def anhoej(values: Floats, centre: Floats | float) -> Runs:
    """The two tests for values around a centre line; missing values are left out."""
    side = np.sign(np.asarray(values, dtype=float) - centre)
    useful = side[(side != 0) & ~np.isnan(side)]
    if len(useful) == 0:
        return Runs(0, 0, 0, 0, 0)
    ends = np.flatnonzero(np.append(np.diff(useful) != 0, True))
    longest, crossings = run_limits(len(useful))
    return Runs(len(useful), int(np.diff(ends, prepend=-1).max()), longest, len(ends) - 1, crossings)


def run_of(values: Floats, centre: Floats | float, length: int = 8) -> Flags:
    """Points that belong to `length` or more useful points in a row on one side of the line."""
    side = np.sign(np.asarray(values, dtype=float) - centre)
    in_run = np.zeros(len(side), dtype=bool)
    places = np.flatnonzero((side != 0) & ~np.isnan(side))
    if len(places) == 0:
        return in_run
    ends = np.flatnonzero(np.append(np.diff(side[places]) != 0, True))
    for start, end in zip(np.append(0, ends[:-1] + 1), ends, strict=True):
        if end - start + 1 >= length:
            in_run[places[start : end + 1]] = True
    return in_run


def some_of(beyond: Flags, wanted: int, window: int) -> Flags:
    """Points that close a window of `window` points with at least `wanted` beyond the line, themselves among them."""
    count = np.convolve(beyond, np.ones(window))[: len(beyond)]
    return beyond & (count >= wanted)


def steps_of(values: Floats, length: int = 6) -> Flags:
    """Points that close `length` points in a row which all rise or all fall."""
    direction = np.sign(np.diff(values, prepend=np.nan))
    count = np.zeros(len(direction), dtype=int)
    for i in range(1, len(direction)):
        same = direction[i] == direction[i - 1]
        count[i] = 0 if direction[i] == 0 or np.isnan(direction[i]) else (count[i - 1] + 1 if same else 1)
    return count >= length - 1


def _binomial_quantile(p: float, n: int) -> int:
    """The smallest k with P(X <= k) >= p for n fair coins."""
    return int(np.argmax(scipy.special.bdtr(np.arange(n + 1), n, 0.5) >= p))
