"""Seasonal-trend decomposition by loess (STL), for many series at once.

Without robustness weights every smoothing is a fixed matrix, so a whole panel is decomposed by matrix products.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Places = NDArray[np.int_]


@dataclass(frozen=True, slots=True)
class StlSettings:
    """Loess windows (odd numbers of points), degrees (0 or 1) and jumps, in the order seasonal, trend, low-pass."""

    period: int
    windows: tuple[int, int, int]
    degrees: tuple[int, int, int] = (0, 1, 1)
    jumps: tuple[int, int, int] = (1, 1, 1)
    inner: int = 2
    outer: int = 0


def decompose(series: Floats, settings: StlSettings) -> tuple[Floats, Floats, Floats]:
    """Seasonal part, trend and robustness weights of each column of `series` (n, m), each (n, m).

    References
    ----------
    Cleveland RB, Cleveland WS, McRae JE, Terpenning I (1990). STL: a seasonal-trend decomposition procedure based on
    loess. Journal of Official Statistics 6, 3-73.
    """
    if settings.outer == 0:
        seasonal, trend = _inner(series, np.zeros_like(series), settings, None)
        return seasonal, trend, np.ones_like(series)
    columns = [_robust(column[:, None], settings) for column in series.T]
    seasonal, trend, weights = (np.hstack(parts) for parts in zip(*columns, strict=True))
    return seasonal, trend, weights


def _robust(column: Floats, settings: StlSettings) -> tuple[Floats, Floats, Floats]:
    seasonal, trend = _inner(column, np.zeros_like(column), settings, None)
    weights = np.ones_like(column)
    for _ in range(settings.outer):
        weights = _bisquare(column - seasonal - trend)
        seasonal, trend = _inner(column, trend, settings, weights[:, 0])
    return seasonal, trend, weights


def _inner(series: Floats, trend: Floats, settings: StlSettings, weights: Floats | None) -> tuple[Floats, Floats]:
    n, period = len(series), settings.period
    by_season = [
        loess_matrix(
            len(range(start, n, period)),
            settings.windows[0],
            settings.degrees[0],
            settings.jumps[0],
            extended=True,
            weights=None if weights is None else weights[start::period],
        )
        for start in range(period)
    ]
    trend_matrix = loess_matrix(n, settings.windows[1], settings.degrees[1], settings.jumps[1], weights=weights)
    low_matrix = loess_matrix(n, settings.windows[2], settings.degrees[2], settings.jumps[2])
    seasonal = np.zeros_like(series)
    for _ in range(settings.inner):
        detrended = series - trend
        cycle = np.empty((n + 2 * period, series.shape[1]))
        for start in range(period):
            cycle[start::period] = by_season[start] @ detrended[start::period]
        low = low_matrix @ _average(_average(_average(cycle, period), period), 3)
        seasonal = cycle[period : n + period] - low
        trend = trend_matrix @ (series - seasonal)
    return seasonal, trend


def loess_matrix(
    n: int, window: int, degree: int, jump: int, *, extended: bool = False, weights: Floats | None = None
) -> Floats:
    """The smoother as a matrix (n, n), or (n + 2, n) with a point before and after when `extended`.

    Loess is computed at every `jump`-th point and the last, and drawn straight between.
    """
    jump = min(jump, n - 1) if n > 1 else 1
    places = np.arange(1, n + 1, jump) if n > 1 else np.array([1])
    left, right = _neighbours(places, n, window, jump)
    if n > 1 and places[-1] != n:
        places, left, right = (np.append(a, b) for a, b in ((places, n), (left, left[-1]), (right, right[-1])))
    rows = _loess_rows(places, left, right, n, window, degree, weights)
    alone = np.isnan(rows).any(axis=1)  # every point of the window has weight 0: the point itself, as in the published code
    rows[alone] = places[alone, None] == np.arange(1, n + 1)
    if jump > 1:
        between = np.arange(1, n + 1)
        nearest = np.clip(np.searchsorted(places, between, side="right") - 1, 0, len(places) - 2)
        share = ((between - places[nearest]) / (places[nearest + 1] - places[nearest]))[:, None]
        rows = (1 - share) * rows[nearest] + share * rows[nearest + 1]
    if not extended:
        return rows
    ends = _loess_rows(
        np.array([0, n + 1]),
        np.array([1, max(1, n - window + 1)]),
        np.array([min(window, n), n]),
        n,
        window,
        degree,
        weights,
    )
    for end, nearest_row in ((0, 0), (1, -1)):
        if np.isnan(ends[end]).any():
            ends[end] = rows[nearest_row]
    return np.vstack([ends[:1], rows, ends[1:]])


def _neighbours(places: Places, n: int, window: int, jump: int) -> tuple[Places, Places]:
    """First and last point (from 1) that each fit uses."""
    if window >= n:
        return np.ones(len(places), dtype=int), np.full(len(places), n)
    half = (window + 1) // 2
    if jump == 1:
        left = np.clip(places - half, 0, n - window) + 1
    else:
        left = np.where(places < half, 1, np.where(places >= n - half + 1, n - window + 1, places - half + 1))
    return left, left + window - 1


def _loess_rows(
    places: Places, left: Places, right: Places, n: int, window: int, degree: int, weights: Floats | None
) -> Floats:
    """One row of weights per place; a row of NaN where every point has weight 0."""
    x = np.arange(1, n + 1)
    reach = np.maximum(places - left, right - places) + (max(window - n, 0) // 2)
    distance = np.abs(x - places[:, None])
    with np.errstate(invalid="ignore", divide="ignore"):
        tricube = (1 - np.minimum(distance / reach[:, None], 1) ** 3) ** 3
    tricube = np.where(distance <= 0.001 * reach[:, None], 1.0, np.where(distance <= 0.999 * reach[:, None], tricube, 0.0))
    tricube[(x < left[:, None]) | (x > right[:, None])] = 0
    if weights is not None:
        tricube = tricube * weights
    total = tricube.sum(axis=1, keepdims=True)
    rows: Floats = np.divide(tricube, total, out=np.full_like(tricube, np.nan), where=total > 0)
    if degree == 0:
        return rows
    middle = rows @ x
    spread = np.einsum("ij,ij->i", rows, (x - middle[:, None]) ** 2)
    tilt = np.divide(places - middle, spread, out=np.zeros_like(middle), where=np.sqrt(spread) > 0.001 * (n - 1))
    tilted: Floats = rows * (1 + tilt[:, None] * (x - middle[:, None]))
    return tilted


def _average(values: Floats, length: int) -> Floats:
    total = np.cumsum(np.vstack([np.zeros((1, values.shape[1])), values]), axis=0)
    means: Floats = (total[length:] - total[:-length]) / length
    return means


def _bisquare(remainder: Floats) -> Floats:
    size = np.abs(remainder)
    limit = 6 * np.median(size)
    if limit == 0:
        return np.ones_like(size)
    inside = (1 - (size / limit) ** 2) ** 2
    return np.where(size <= 0.001 * limit, 1.0, np.where(size <= 0.999 * limit, inside, 0.0))
