"""Hot spots on a grid: the cells with more events than an even spread over the area would give."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import scipy

from kunskapsbaserat.errors import OptionError
from kunskapsbaserat.places import getis_ord
from kunskapsbaserat.places.grid import Grid, grid_counts, grid_of
from kunskapsbaserat.places.located import FEWEST_POINTS
from kunskapsbaserat.places.scan import scan
from kunskapsbaserat.rates.checks import confidence_level, option
from kunskapsbaserat.rates.keys import keyed
from kunskapsbaserat.rates.multiplicity import false_discovery_rate

if TYPE_CHECKING:
    import shapely

STATISTICS = ("gi", "scan")
NULLS = ("even", "shuffled")
_SCAN_REACH = 8  # cells: the largest circle's radius


@keyed(points=())
def hot_spots(
    points: pd.DataFrame,
    *,
    cell: float = 250.0,
    statistic: str = "gi",
    null: str = "even",
    within: shapely.Geometry | pd.DataFrame | None = None,
    reach: int = 1,
    fdr: float = 0.05,
    runs: int = 999,
    seed: int = 0,
    x: str = "x",
    y: str = "y",
) -> pd.DataFrame:
    """Cells with more events around them than chance gives.

    With very many events nearly every built-up cell is hotter than an even spread: give `within` then. What is new, and not
    just busy as always, is another question: `named_places` with the cell as the place.

    Parameters
    ----------
    points : DataFrame
        One row per event, coordinates in metres. Events without a place are taken apart first (`located`), and duplicates of
        one event removed (`duplicate_pairs`): ten reports of one fire are no hot spot.
    cell : float
        Side of a cell in metres.
    statistic : {"gi", "scan"}
        Getis-Ord Gi* of each cell with those around it, or Kulldorff's most likely circles of cells.
    null : {"even", "shuffled"}
        What Gi* is tested against. "even": every event falls in any cell alike. "shuffled": the cells' counts are dealt out
        anew, which asks whether busy cells lie together; one very busy cell alone is then never hot.
    within : geometry, DataFrame or None
        The area that events could have fallen in: its outline, or a table of cells (``x y``; for instance `grid_counts` of all
        events of earlier years, which leaves forests and lakes out). Default the rectangle around the events.
    reach : int
        Gi*: how many cells away count as around; 1 is the eight nearest, 0 the cell alone (which finds a single place better).
    fdr : float
        Expected share of false ones among the cells called (Gi*); level of a circle (scan).
    runs, seed : int
        The scan's simulations.
    x, y : str
        Columns: easting and northing.

    Returns
    -------
    DataFrame
        One row per cell with an event, those with the highest statistic first: ``cell x y count around cells expected statistic
        p_value q_value hot cluster method reason``. `around` and `expected` are the events in the cell's neighbourhood (Gi*) or
        circle (scan), over so many `cells`; `statistic` the standard score Gi* or the log likelihood ratio; `p_value` is exact
        and one-sided (Gi*) or simulated (scan, where it holds for all circles at once and `q_value` is the same). A `hot` cell
        has itself more events than the mean cell; `cluster` numbers the spots that hot cells beside each other make up (Gi*) or
        the circles (scan), 1 first. Reasons: "few" (under 30 events: show a table), "outside" (in no circle).

    Raises
    ------
    TableError
        A coordinate is missing or in degrees, events lie outside `within`, or the grid has more than 4 million cells.
    OptionError

    References
    ----------
    Getis A, Ord JK (1992). The analysis of spatial association by use of distance statistics. Geographical Analysis 24,
    189-206. Ord JK, Getis A (1995). Local spatial autocorrelation statistics. Geographical Analysis 27, 286-306. Caldas de
    Castro M, Singer BH (2006). Controlling the false discovery rate. Geographical Analysis 38, 180-208.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from kunskapsbaserat import places
    >>> rng = np.random.default_rng(1)
    >>> spread, square = rng.uniform(0, 3000, (60, 2)), rng.normal(1000, 60, (30, 2))  # invented: one busy square
    >>> table = places.hot_spots(pd.DataFrame(np.vstack([spread, square]), columns=["x", "y"]))
    >>> table[["cell", "count", "around", "expected", "hot", "cluster"]].head(3).round(1)
            cell  count  around  expected   hot  cluster
    0   750_1000      5      36       5.6  True        1
    1  1000_1000      5      35       5.6  True        1
    2    750_750     10      32       5.6  True        1
    >>> int(table["cluster"].max())
    1
    """
    option("statistic", statistic, STATISTICS)
    option("null", null, NULLS)
    confidence_level(fdr, "fdr")
    if reach != int(reach) or reach < 0:
        raise OptionError("reach", reach, ("0 or more whole cells",), tillatna=("ett helt antal rutor, noll eller mer",))
    if len(points) < FEWEST_POINTS:
        return _too_few(grid_counts(points, cell=cell, x=x, y=y), statistic, null)
    grid = grid_of(points, cell=cell, within=within, x=x, y=y)
    table = _gi(grid, reach, null, fdr) if statistic == "gi" else _scan(grid, fdr, runs, seed)
    table = table.sort_values(["statistic", "cell"], ascending=[False, True], ignore_index=True, na_position="last")
    return table if statistic == "scan" else table.assign(cluster=_joined(table, grid.cell))


def _gi(grid: Grid, reach: int, null: str, fdr: float) -> pd.DataFrame:
    around, cells, score = getis_ord.gi_star(grid, reach=reach)
    values = grid.counts[grid.inside]
    if null == "even":
        p = getis_ord.p_even(around, cells, events=grid.events, of=len(values))
    else:
        p = getis_ord.p_shuffled(around, cells, values)
    q = false_discovery_rate(pd.Series(p)).to_numpy()
    kept = values > 0
    rows, columns = np.nonzero(grid.inside)
    mean = values.mean()
    return grid.frame(rows[kept], columns[kept]).assign(
        around=around[kept],
        cells=cells[kept],
        expected=cells[kept] * mean,
        statistic=score[kept],
        p_value=p[kept],
        q_value=q[kept],
        hot=(q[kept] <= fdr) & (values[kept] > mean),
        cluster=pd.NA,
        method=_method("gi", null),
        reason=None,
    )


def _scan(grid: Grid, fdr: float, runs: int, seed: int) -> pd.DataFrame:
    rows, columns = np.nonzero(grid.inside)
    cells = grid.frame(rows, columns)
    scanned = scan(cells, area="cell", max_radius=_SCAN_REACH * grid.cell, fdr=fdr, runs=runs, seed=seed)
    members = scanned["cluster"].map(scanned["cluster"].value_counts()).astype("Int64")
    table = cells.assign(
        around=scanned["cluster_count"].astype("Int64"),
        cells=members,
        expected=scanned["cluster_expected"],
        statistic=scanned["statistic"],
        p_value=scanned["p_value"],
        q_value=scanned["p_value"],
        hot=scanned["hot"] & (cells["count"] > cells["count"].mean()),
        cluster=scanned["cluster"],
        method=_method("scan", ""),
        reason=scanned["reason"],
    )
    return table[table["count"] > 0]


def _joined(table: pd.DataFrame, cell: float) -> pd.Series:
    """Number of the spot that each hot cell is part of: hot cells side by side or corner to corner, the hottest first."""
    number = pd.Series(pd.NA, index=table.index, dtype="Int64")
    hot = table[table["hot"]]
    if len(hot):
        beside = scipy.spatial.cKDTree(hot[["x", "y"]].to_numpy() / cell).sparse_distance_matrix(
            scipy.spatial.cKDTree(hot[["x", "y"]].to_numpy() / cell), 1 + 1e-6, p=np.inf, output_type="coo_matrix"
        )
        spot = scipy.sparse.csgraph.connected_components(beside.tocsr() + scipy.sparse.eye_array(len(hot)), directed=False)[1]
        number[hot.index] = pd.factorize(spot)[0] + 1  # the table is sorted, so a spot is met by its hottest cell
    return number


def _too_few(cells: pd.DataFrame, statistic: str, null: str) -> pd.DataFrame:
    none = pd.array([pd.NA] * len(cells), dtype="Int64")
    return cells.assign(
        around=none,
        cells=none,
        expected=np.nan,
        statistic=np.nan,
        p_value=np.nan,
        q_value=np.nan,
        hot=False,
        cluster=none,
        method=_method(statistic, null),
        reason="few",
    ).sort_values(["count", "cell"], ascending=[False, True], ignore_index=True)


def _method(statistic: str, null: str) -> str:
    return f"gi_{null}" if statistic == "gi" else "scan"
