"""Kulldorff's scan statistic: which circle holds more events than chance would place in any circle?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from kunskapsbaserat.errors import OptionError, TableError
from kunskapsbaserat.places.located import FEWEST_POINTS, coordinates
from kunskapsbaserat.rates.checks import Floats, amounts, columns, counts, refuse
from kunskapsbaserat.rates.keys import keyed

MOST_MEMBERS = 20_000_000  # areas in circles, all circles together: 160 MB
MOST_CLUSTERS = 10
_BLOCK = 4_000_000  # numbers of circles times simulated maps that are held at once
_ALIKE = 1e-7  # of the radius: areas so equally far away come in together


@dataclass(frozen=True, eq=False, slots=True)
class Circles:
    """Every circle around every area. `ring` says which areas come in with each further radius (rows: centre times radius)."""

    ring: scipy.sparse.csr_array
    radius: Floats  # (centres, radii), inf where a centre has no further circle
    expected: Floats  # events by chance in each circle; 0 where it is no candidate

    @property
    def shape(self) -> tuple[int, int]:
        return self.radius.shape[0], self.radius.shape[1]

    def sums(self, values: Floats) -> Floats:
        """Events in every circle; `values` is (areas,) or (areas, maps)."""
        rings = self.ring @ values
        return np.cumsum(rings.reshape(*self.shape, *values.shape[1:]), axis=1)


@keyed(areas=("@area",))
def scan(
    areas: pd.DataFrame,
    *,
    count: str = "count",
    exposure: str | None = None,
    area: str = "area",
    x: str = "x",
    y: str = "y",
    max_share: float = 0.5,
    max_radius: float | None = None,
    fdr: float = 0.05,
    runs: int = 999,
    seed: int = 0,
) -> pd.DataFrame:
    """Clusters of areas with more events than their exposure says, tested among all circles at once.

    Parameters
    ----------
    areas : DataFrame
        One row per area (DeSO, grid cell, named place), those without events too.
    count : str
        Column of events.
    exposure : str, optional
        Column of population or other size, 0 or more; default all areas alike.
    area, x, y : str
        Columns: code; middle of the area in metres.
    max_share : float
        Of the whole exposure in a circle, at most.
    max_radius : float, optional
        Of a circle, in metres.
    fdr : float
        Level at which a cluster is called (`hot`).
    runs : int
        Maps simulated without any cluster, at least 99. The smallest possible p is 1 / (runs + 1).
    seed : int
        Of the simulation.

    Returns
    -------
    DataFrame
        One row per area in the order of `areas`: ``area x y count exposure expected cluster radius cluster_count
        cluster_expected relative_risk statistic p_value hot reason``. `cluster` 1 is the most likely one, then those that do
        not overlap it, at most ten; `statistic` its log likelihood ratio; `p_value` its place among the largest ratios of the
        simulated maps, so no further correction is due (for further clusters it is on the safe side). Reasons: "few" (under 30
        events), "outside" (in no cluster).

    Raises
    ------
    TableError
        A count or coordinate is missing, an area stands twice, or an area without exposure has events.
    OptionError
        An option is out of its range, or there are more circles than fit in memory.

    References
    ----------
    Kulldorff M (1997). A spatial scan statistic. Communications in Statistics - Theory and Methods 26, 1481-1496.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat import places
    >>> areas = pd.DataFrame({"area": list("abcdef"), "x": [0, 1, 2, 10, 11, 12], "y": 0, "count": [9, 8, 10, 2, 3, 2]})
    >>> areas = areas.assign(x=areas["x"] * 1000, exposure=1000)
    >>> found = places.scan(areas, exposure="exposure", runs=199)
    >>> found[["area", "cluster", "cluster_count", "cluster_expected", "relative_risk", "hot"]].head(4).round(1)
      area  cluster  cluster_count  cluster_expected  relative_risk    hot
    0    a        1           27.0              17.0            3.9   True
    1    b        1           27.0              17.0            3.9   True
    2    c        1           27.0              17.0            3.9   True
    3    d     <NA>            NaN               NaN            NaN  False
    """
    if runs < 99:
        raise OptionError("runs", runs, ("99 or more",), tillatna=("minst 99",))
    if not 0 < max_share <= 1:
        raise OptionError("max_share", max_share, ("a share above 0, at most 1",), tillatna=("ett tal över 0, högst 1",))
    columns(areas, [area])
    if areas[area].duplicated().any():
        raise TableError(
            "each area once", forvantat="varje område en gång", column=area, got=areas[area][areas[area].duplicated()].iat[0]
        )
    events = counts(areas, count)
    refuse(areas, np.isnan(events), count, "a whole number, 0 for an area without events", "ett heltal, noll eller mer")
    size = np.ones(len(areas)) if exposure is None else amounts(areas, exposure)
    refuse(areas, np.isnan(size), exposure or count, "an exposure, 0 or more", "en befolkning eller annan storlek")
    refuse(
        areas,
        (size == 0) & (events > 0),
        count,
        "no events where there is no exposure",
        "inga händelser där det inte finns någon",
    )
    places = coordinates(areas, x, y)
    total = events.sum()
    table = pd.DataFrame(
        {
            "area": areas[area].to_numpy(),
            "x": places[:, 0],
            "y": places[:, 1],
            "count": events.astype(np.int64),
            "exposure": size,
            "expected": total * size / size.sum() if size.sum() > 0 else size,
        },
        index=areas.index,
    )
    if total < FEWEST_POINTS:
        return _with_clusters(table, [], fdr, "few")
    circles = circles_of(places, size / size.sum() * total, max_share=max_share, max_radius=max_radius)
    ratio = _log_ratio(circles.sums(events), circles.expected, total)
    largest = _simulated(circles, size / size.sum(), int(total), runs, seed)
    return _with_clusters(table, _clusters(circles, ratio, events, largest), fdr, "outside")


def circles_of(places: Floats, expected: Floats, *, max_share: float, max_radius: float | None = None) -> Circles:
    """All circles around the areas' middles with at most `max_share` of the expected events."""
    tree = scipy.spatial.cKDTree(places)
    reach = np.inf if max_radius is None else max_radius * (1 + _ALIKE)
    members = len(places) ** 2 if max_radius is None else int(tree.count_neighbors(tree, reach))
    if members > MOST_MEMBERS:
        raise OptionError(
            "max_radius",
            max_radius,
            ("a smaller radius, or larger cells: there are too many circles",),
            tillatna=("en kortare radie eller större rutor: det blir för många cirklar",),
        )
    if max_radius is None:
        centre, member = np.divmod(np.arange(members), len(places))
    else:
        pairs = tree.sparse_distance_matrix(tree, reach, output_type="coo_matrix")
        centre, member = pairs.row.astype(np.int64), pairs.col.astype(np.int64)
    distance = np.hypot(*(places[centre] - places[member]).T)
    order = np.lexsort((member, distance, centre))
    centre, member, distance = centre[order], member[order], distance[order]
    new_centre = np.diff(centre, prepend=-1) > 0
    further = new_centre | (np.diff(distance, prepend=0) > _ALIKE * np.maximum(distance, 1.0))
    step = np.cumsum(further) - 1
    step -= step[np.flatnonzero(new_centre)][centre]
    radii = int(step.max()) + 1
    shape = (len(places), radii)
    row = centre * radii + step
    ring = scipy.sparse.csr_array((np.ones(len(row)), (row, member)), shape=(len(places) * radii, len(places)))
    radius = np.full(shape, np.inf)
    radius[centre, step] = distance
    inside = np.cumsum((ring @ expected).reshape(shape), axis=1)
    candidate = np.isfinite(radius) & (inside > 0) & (inside <= max_share * expected.sum() * (1 + 1e-12))
    return Circles(ring, radius, np.where(candidate, inside, 0.0))


def _log_ratio(inside: Floats, expected: Floats, total: float) -> Floats:
    """Log likelihood ratio of a higher rate inside than outside; 0 where it is not higher."""
    expected = expected.reshape(expected.shape + (1,) * (inside.ndim - expected.ndim))
    higher = (expected > 0) & (inside > expected)
    c, e = np.where(higher, inside, 1.0), np.where(higher, expected, 1.0)
    ratio = scipy.special.xlogy(c, c / e) + scipy.special.xlogy(total - c, (total - c) / np.maximum(total - e, 1e-300))
    return np.where(higher, ratio, 0.0)


def _simulated(circles: Circles, share: Floats, total: int, runs: int, seed: int) -> Floats:
    """The largest ratio of each map without clusters."""
    rng = np.random.default_rng(seed)
    block = max(1, _BLOCK // circles.radius.size)
    distinct, group = np.unique(np.round(circles.expected, 9), return_inverse=True)
    order = np.argsort(group.ravel(), kind="stable")
    starts = np.searchsorted(group.ravel()[order], np.arange(len(distinct)))
    largest = []
    for first in range(0, runs, block):
        maps = rng.multinomial(total, share, size=min(block, runs - first)).T.astype(float)
        sums = circles.sums(maps).reshape(circles.radius.size, -1)
        if len(distinct) < circles.radius.size // 4:  # for one expected number the ratio grows with the count
            sums = np.maximum.reduceat(sums[order], starts, axis=0)
            largest.append(_log_ratio(sums, distinct, total).max(axis=0))
        else:
            largest.append(_log_ratio(sums, circles.expected.ravel(), total).max(axis=0))
    return np.concatenate(largest)


@dataclass(frozen=True, eq=False, slots=True)
class _Cluster:
    members: NDArray[np.intp]
    radius: float
    count: float
    expected: float
    ratio: float
    p_value: float
    relative_risk: float


def _clusters(circles: Circles, ratio: Floats, events: Floats, largest: Floats) -> list[_Cluster]:
    """The most likely circle, then the most likely one without an area of those before."""
    clusters: list[_Cluster] = []
    taken = np.zeros(len(events), dtype=bool)
    ratio = ratio.copy()
    total = events.sum()
    while len(clusters) < MOST_CLUSTERS:
        centre, step = np.unravel_index(int(ratio.argmax()), ratio.shape)
        best = float(ratio[centre, step])
        if best <= 0:
            break
        rows = slice(centre * ratio.shape[1], centre * ratio.shape[1] + step + 1)
        members = np.sort(circles.ring[rows].indices)
        count, expected = float(events[members].sum()), float(circles.expected[centre, step])
        outside = (total - count) / max(total - expected, 1e-300)
        risk = count / expected / outside if outside > 0 else np.nan
        p = (1 + (largest >= best - 1e-9).sum()) / (len(largest) + 1)
        clusters.append(_Cluster(members, float(circles.radius[centre, step]), count, expected, best, float(p), risk))
        taken[members] = True
        ratio[circles.sums(taken.astype(float)) > 0] = 0.0
    return clusters


def _with_clusters(table: pd.DataFrame, clusters: list[_Cluster], fdr: float, reason: str) -> pd.DataFrame:
    names = ("radius", "cluster_count", "cluster_expected", "relative_risk", "statistic", "p_value")
    values = {name: np.full(len(table), np.nan) for name in names}
    number = pd.array([pd.NA] * len(table), dtype="Int64")
    why = np.full(len(table), reason, dtype=object)
    for order, cluster in enumerate(clusters, start=1):
        of_cluster = (cluster.radius, cluster.count, cluster.expected, cluster.relative_risk, cluster.ratio, cluster.p_value)
        for name, value in zip(names, of_cluster, strict=True):
            values[name][cluster.members] = value
        number[cluster.members] = order
        why[cluster.members] = None
    hot = values["p_value"] <= fdr
    return table.assign(cluster=number, **values, hot=hot, reason=pd.Series(why, index=table.index, dtype=object))
