"""Weighted demeaning by several groupings at once: what is left of a column when each group's level is taken out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from kunskapsbaserat.errors import DesignError

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]

SWEEPS = 20_000
TOLERANCE = 1e-12  # largest change in a sweep, relative to the column's standard deviation


def demean(columns: Floats, groups: Sequence[Codes], weights: Floats, *, start: Floats | None = None) -> Floats:
    """Residuals of a weighted regression of each column on indicators of all groups, by alternating projections.

    Parameters
    ----------
    columns : (n, k)
        What is demeaned.
    groups : sequence of (n,)
        For each grouping the group of each row, numbered from 0 without gaps.
    weights : (n,)
        Above 0.
    start : (n, k)
        Columns that differ from `columns` by levels of the groups only (an earlier answer): fewer sweeps.

    References
    ----------
    Guimaraes P, Portugal P (2010). Stata Journal 10, 628-649. Gaure S (2013). Comput Stat Data Anal 66, 8-18.
    """
    left = (columns if start is None else start).copy()
    totals: list[Floats] = [np.bincount(group, weights).astype(float) for group in groups]
    spread = np.sqrt(np.average((columns - np.average(columns, axis=0, weights=weights)) ** 2, axis=0, weights=weights))
    for k in range(left.shape[1]):
        _sweep(left[:, k], groups, weights, totals, float(spread[k]) or 1.0)
    return left


def _sweep(column: Floats, groups: Sequence[Codes], weights: Floats, totals: Sequence[Floats], spread: float) -> None:
    """In place, until no group's mean moves; one grouping needs one sweep."""
    for _ in range(SWEEPS):
        moved = 0.0
        for group, total in zip(groups, totals, strict=True):
            means = np.bincount(group, weights * column) / total
            column -= means[group]
            moved = max(moved, float(np.abs(means).max()))
        if moved <= TOLERANCE * spread or len(groups) == 1:
            return
    raise DesignError(
        "not_converged",
        f"the fixed effects did not settle within {SWEEPS} sweeps",
        needed="groups that share more rows: fewer or coarser fixed effects",
        svenska="De fasta effekterna går inte att räkna ut.",
        behovs="Använd färre eller grövre grupper.",
    )


def n_levels(groups: Sequence[Codes]) -> int:
    """Free levels of all groupings together: the sum less what is counted twice.

    Of two groupings exactly (one for each connected part); with more, one less for each grouping after the first, as fixest
    counts.
    """
    levels = sum(int(group.max()) + 1 for group in groups)
    if len(groups) == 2:
        return levels - _connected_parts(groups[0], groups[1])
    return levels - max(len(groups) - 1, 0)


def _connected_parts(first: Codes, second: Codes) -> int:
    """Connected parts of the graph whose edges are the rows."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    n, m = int(first.max()) + 1, int(second.max()) + 1
    graph = coo_array((np.ones(len(first)), (first, second + n)), shape=(n + m, n + m))
    return int(connected_components(graph, directed=False)[0])
