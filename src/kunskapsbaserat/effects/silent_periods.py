"""Runs of zeros that an area's own rate makes impossible: a register that began late, or stopped, is no fall and no rise.

Zero and missing are two values, and files mix them up. Where an area usually has many events, a long run without a single one
is missing figures written as zeros, and a comparison across it finds an enormous change that never happened.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

IMPOSSIBLE = 1e-6  # chance of such a run in a series: once in a million areas
MOST_VARIABLE = 4.0  # variance over mean of an area's own counts that is still taken for its usual variation


def impossible_zeros(counts: Floats, exposure: Floats) -> Bools:
    """Periods within a run of zeros that has a chance below one in a million at the area's own rate elsewhere.

    Parameters
    ----------
    counts, exposure : arrays (units, periods)
        Events (NaN where missing) and time at risk.

    Returns
    -------
    bool array (units, periods)

    Notes
    -----
    The rate is that of the periods outside the run, and chance is a negative binomial's with a variance of four times its mean
    (the probability of no event in a period where m are expected is then 4 to the power -m/3, not exp(-m)), multiplied by the
    number of places where the run could lie.
    """
    found = np.zeros(counts.shape, dtype=bool)
    for row in np.flatnonzero(_worth_a_look(counts)):
        for first, end in _runs(counts[row] == 0):
            outside = np.ones(counts.shape[1], dtype=bool)
            outside[first:end] = False
            outside &= ~np.isnan(counts[row])
            at_risk = exposure[row][outside].sum()
            if not at_risk > 0:
                continue
            expected = counts[row][outside].sum() / at_risk * np.nansum(exposure[row, first:end])
            chance = counts.shape[1] * MOST_VARIABLE ** (-expected / (MOST_VARIABLE - 1))
            found[row, first:end] = chance < IMPOSSIBLE
    return found


def _worth_a_look(counts: Floats) -> Bools:
    """Units whose longest run could be impossible, were their exposure up to twice as large within it; most are not."""
    length, longest = np.zeros(len(counts)), np.zeros(len(counts))
    for column in counts.T:
        length = np.where(column == 0, length + 1, 0)
        longest = np.maximum(longest, length)
    elsewhere = np.maximum(counts.shape[1] - np.isnan(counts).sum(axis=1) - longest, 1)
    expected = 2 * np.nansum(counts, axis=1) / elsewhere * longest
    return np.asarray(counts.shape[1] * MOST_VARIABLE ** (-expected / (MOST_VARIABLE - 1)) < IMPOSSIBLE)


def _runs(zero: Bools) -> list[tuple[int, int]]:
    """First position and the one after the last of each run."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], zero, [False]]).astype(int)))
    return [(int(a), int(b)) for a, b in edges.reshape(-1, 2)]
