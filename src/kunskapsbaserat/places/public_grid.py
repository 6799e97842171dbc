"""Cells coarse enough to be shown to everyone: each holds at least 8 addresses or 5 events."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kunskapsbaserat.errors import OptionError
from kunskapsbaserat.places.grid import cell_frame, cell_numbers
from kunskapsbaserat.places.located import coordinates
from kunskapsbaserat.rates.keys import keyed

FEWEST_ADDRESSES = 8  # of a map cell, the rule of police.uk
FEWEST_EVENTS = 5
REST = "rest"


@keyed(points=(), addresses=())
def public_cells(
    points: pd.DataFrame,
    *,
    addresses: pd.DataFrame | None = None,
    smallest: float = 250.0,
    levels: int = 5,
    fewest_addresses: int = FEWEST_ADDRESSES,
    fewest_events: int = FEWEST_EVENTS,
    x: str = "x",
    y: str = "y",
) -> pd.DataFrame:
    """Merge cells four and four until each may be shown.

    Where one of four cells with events is too small, all four become one, so that no cell can be had by subtraction. What is
    too small even at the coarsest level goes to one row "rest" without a place; when the rest itself is too small the coarsest
    cell with fewest events joins it. The squares lie where they lie whatever the events are. Two reports of different days can
    still be subtracted from each other: that is for `disclosure` to guard.

    Parameters
    ----------
    points : DataFrame
        One row per event, coordinates in metres.
    addresses : DataFrame, optional
        One row per address, same columns `x` and `y`. Without it only events count.
    smallest : float
        Side of the finest cells in metres.
    levels : int
        How many sizes, each twice the one before, 1 to 12: with 250 m and 5 the coarsest is 4 km.
    fewest_addresses, fewest_events : int
        A cell is shown that has at least so many of the one or of the other.
    x, y : str
        Columns: easting and northing.

    Returns
    -------
    DataFrame
        One row per cell with events, finest and by name first, the rest last: ``cell x y size count addresses reason``. `size`
        is the side in metres (missing for the rest). The counts sum to the number of events, save when no rest could be made
        large enough: then its count is missing, with reason "few".

    Raises
    ------
    TableError
        A coordinate is missing, or they are degrees.
    OptionError

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat import places
    >>> events = pd.DataFrame({"x": [10] * 12 + [300] * 2 + [4100] * 6, "y": 10})
    >>> places.public_cells(events)[["cell", "size", "count"]]  # two events alone are not shown: four cells became one
         cell   size  count
    0  4000_0  250.0      6
    1     0_0  500.0     14
    """
    if not 1 <= levels <= 12:
        raise OptionError("levels", levels, ("1 to 12",), tillatna=("1 till 12",))
    if fewest_events < 1 or fewest_addresses < 1:
        raise OptionError(
            "fewest_events, fewest_addresses", (fewest_events, fewest_addresses), ("1 or more",), tillatna=("minst 1",)
        )
    nodes = _finest(points, addresses, smallest, x, y)
    shown: list[pd.DataFrame] = []
    for level in range(levels):
        if level:
            nodes, shown = _merged(nodes, shown)
        enough = (nodes["count"] >= fewest_events) | (nodes["addresses"] >= fewest_addresses)
        new = ~nodes["solved"] & (nodes["count"] > 0) & enough
        shown.append(nodes.loc[new, ["east", "north", "count", "addresses"]].assign(level=level))
        shown[-1] = shown[-1].assign(top_east=shown[-1]["east"], top_north=shown[-1]["north"])
        nodes["solved"] |= new | (nodes["count"] == 0)
    cells = pd.concat(shown)
    cells, rest, rest_addresses = _rest(nodes, cells, fewest_events)
    return _named(cells, rest, rest_addresses, smallest, fewest_events)


def _finest(points: pd.DataFrame, addresses: pd.DataFrame | None, smallest: float, x: str, y: str) -> pd.DataFrame:
    """East and north number, events and addresses of every finest cell that has any."""
    parts = []
    for name, table in (("count", points), ("addresses", addresses)):
        if table is not None:
            east, north = cell_numbers(coordinates(table, x, y), smallest)
            parts.append(pd.DataFrame({"east": east, "north": north, name: 1}))
    cells = pd.concat(parts).groupby(["east", "north"]).sum().reindex(columns=["count", "addresses"], fill_value=0)
    return cells.fillna(0).astype(np.int64).reset_index().assign(solved=False)


def _merged(nodes: pd.DataFrame, shown: list[pd.DataFrame]) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """One level up: a parent is solved when all its children are; else what its children showed is taken back."""
    parents = (
        nodes.assign(east=nodes["east"] // 2, north=nodes["north"] // 2)
        .groupby(["east", "north"])
        .agg(count=("count", "sum"), addresses=("addresses", "sum"), solved=("solved", "all"))
        .reset_index()
    )
    solved = pd.MultiIndex.from_frame(parents.loc[parents["solved"], ["east", "north"]])
    kept = []
    for cells in shown:
        up = cells.assign(top_east=cells["top_east"] // 2, top_north=cells["top_north"] // 2)
        kept.append(up[pd.MultiIndex.from_frame(up[["top_east", "top_north"]]).isin(solved)])
    return parents, kept


def _rest(nodes: pd.DataFrame, cells: pd.DataFrame, fewest_events: int) -> tuple[pd.DataFrame, int, int]:
    """What could not be shown, with a coarsest cell more when it is too little to stand by itself."""
    left = nodes[~nodes["solved"]]
    rest, addresses = int(left["count"].sum()), int(left["addresses"].sum())
    while 0 < rest < fewest_events and len(cells):
        tops = cells.groupby(["top_east", "top_north"])[["count", "addresses"]].sum().reset_index()
        least = tops.sort_values(["count", "top_east", "top_north"]).iloc[0]
        goes = (cells["top_east"] == least["top_east"]) & (cells["top_north"] == least["top_north"])
        rest, addresses = rest + int(least["count"]), addresses + int(least["addresses"])
        cells = cells[~goes]
    return cells, rest, addresses


def _named(cells: pd.DataFrame, rest: int, rest_addresses: int, smallest: float, fewest_events: int) -> pd.DataFrame:
    tables = []
    for level, part in cells.groupby("level"):
        size = smallest * 2 ** int(str(level))
        named = cell_frame(part["east"].to_numpy(), part["north"].to_numpy(), size)
        named = named.assign(size=size, count=part["count"].to_numpy(), addresses=part["addresses"].to_numpy(), reason=None)
        tables.append(named.sort_values("cell"))
    if rest:
        few = rest < fewest_events
        row = {"cell": REST, "x": np.nan, "y": np.nan, "size": np.nan, "count": pd.NA if few else rest}
        tables.append(pd.DataFrame([{**row, "addresses": rest_addresses, "reason": "few" if few else "rest"}]))
    names = ["cell", "x", "y", "size", "count", "addresses", "reason"]
    if not tables:
        return pd.DataFrame(columns=names).astype({"count": "Int64", "addresses": "Int64"})
    return pd.concat(tables, ignore_index=True).astype({"count": "Int64", "addresses": "Int64", "reason": object})[names]
