"""Getis and Ord's local statistic Gi*: the events in a cell and the cells around it, beside what chance gives."""

from __future__ import annotations

import math

import numpy as np
import scipy
from numpy.typing import NDArray

from kunskapsbaserat.places.grid import Grid
from kunskapsbaserat.rates.checks import Floats

Ints = NDArray[np.int64]

MOST_LEVELS = 20_000  # sums told apart in the exact distribution


def around(values: Ints, reach: int) -> Ints:
    """Sums over the square of cells at most `reach` steps away, the cell itself among them."""
    for axis in (0, 1):
        padded = np.zeros([n + (2 * reach + 1) * (a == axis) for a, n in enumerate(values.shape)], dtype=np.int64)
        middle = [slice(None), slice(None)]
        middle[axis] = slice(reach + 1, reach + 1 + values.shape[axis])
        padded[tuple(middle)] = values
        summed = np.cumsum(padded, axis=axis)
        length = values.shape[axis]
        high, low = [slice(None), slice(None)], [slice(None), slice(None)]
        high[axis], low[axis] = slice(2 * reach + 1, 2 * reach + 1 + length), slice(0, length)
        values = summed[tuple(high)] - summed[tuple(low)]
    return values


def gi_star(grid: Grid, *, reach: int) -> tuple[Ints, Ints, Floats]:
    """Events and cells around each cell inside, and Gi* as a standard score (Ord and Getis 1995, eq. 14), weights 0 and 1."""
    total = around(np.where(grid.inside, grid.counts, 0), reach)[grid.inside]
    cells = around(grid.inside.astype(np.int64), reach)[grid.inside]
    values = grid.counts[grid.inside]
    n, mean, spread = len(values), values.mean(), values.std()
    # All cells alike, or all of them around each: nothing to standardise by.
    scale = spread * np.sqrt(cells * (n - cells) / max(n - 1, 1))
    score = np.divide(total - cells * mean, scale, out=np.zeros(len(total)), where=scale > 0)
    return total, cells, score


def p_even(total: Ints, cells: Ints, *, events: int, of: int) -> Floats:
    """Chance of at least so many around a cell, when every event falls in any of the `of` cells alike: binomial, exact."""
    share = cells / of
    p = np.ones(len(total))
    some = (total > 0) & (share < 1)
    p[some] = scipy.special.betainc(total[some], events - total[some] + 1, share[some])
    return p


def p_shuffled(total: Ints, cells: Ints, values: Ints) -> Floats:
    """Chance of at least so many around a cell, when the cells' counts are dealt out anew among the cells: exact.

    Where the sums are so large that their distribution would take too long, the dealt counts are rounded up to whole steps, so
    that p is never too small.
    """
    size = int(cells.max())
    step = max(1, math.ceil(size * int(values.max(initial=0)) / MOST_LEVELS))
    tails = _tails(-(-values // step), np.unique(cells))
    p = np.ones(len(total))
    for number, tail in tails.items():
        here = cells == number
        p[here] = tail[np.minimum(-(-total[here] // step), len(tail) - 1)]
    return p


def _tails(values: Ints, sizes: Ints) -> dict[int, Floats]:
    """P(sum >= s) of that many cells drawn without replacement, by counting the ways (all terms are positive)."""
    largest = int(sizes.max())
    values_there, number = np.unique(values[values > 0], return_counts=True)
    ways = np.zeros((largest + 1, largest * int(values_there.max(initial=0)) + 1))
    ways[0, 0] = 1.0
    for value, copies in zip(values_there.tolist(), number.tolist(), strict=True):
        for drawn in range(largest, 0, -1):
            for k in range(1, min(copies, drawn) + 1):
                ways[drawn, k * value :] += scipy.special.binom(copies, k) * ways[drawn - k, : ways.shape[1] - k * value]
    empty = int((values == 0).sum())
    tails = {}
    for size in sizes.tolist():
        with_empty = scipy.special.binom(empty, size - np.arange(size + 1)) @ ways[: size + 1]
        tail = np.cumsum(with_empty[::-1])[::-1]
        tails[size] = tail / tail[0]
    return tails
