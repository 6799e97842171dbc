"""Each figure once, out of rows that may hold it twice: a missing one hides nothing."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from kunskapsbaserat import tables
from kunskapsbaserat.data import embedded


def none_of(table: Callable[[], pd.DataFrame]) -> pd.DataFrame:
    """No rows of an embedded table, with its columns: what a folder without such files has."""
    return _without_rows(table).copy()


def no_months() -> pd.DataFrame:
    """No rows of monthly counts; those of quarters with another kind of period, as the months of the whole country weigh most
    of all that the package has and few reports read them.
    """
    return _no_months().copy()


@functools.cache
def _no_months() -> pd.DataFrame:
    return none_of(embedded.counts_quarter).astype({"period": "period[M]"})


@functools.cache
def _without_rows(table: Callable[[], pd.DataFrame]) -> pd.DataFrame:
    return table().iloc[:0].copy()  # not a view, which would keep the whole table


def best(rows: pd.DataFrame) -> pd.DataFrame:
    """Each key once: final before preliminary, with a count before without, else as they stand.

    A row without a rate gets the one of another row of the same status: it is the same figure from another file.
    """
    key = tables.COUNTS_KEY
    order = rows.assign(_late=(rows["status"] != "final").to_numpy(), _without=rows["count"].isna().to_numpy()).sort_values(
        ["_late", "_without"], kind="stable"
    )
    rate = order.groupby([*key, "status"], sort=False)["rate_published"].transform("first")
    filled = order.assign(rate_published=order["rate_published"].fillna(rate))
    return filled.drop_duplicates(key).drop(columns=["_late", "_without"]).sort_values(key, ignore_index=True)


def first(parts: Sequence[pd.DataFrame], key: list[str]) -> pd.DataFrame:
    """Rows of the first part that has a figure for each key; one without a figure only where no part has any.

    Parameters
    ----------
    parts : sequence of DataFrame
        The same columns, with ``value`` or ``share``; the first is believed before the others.
    key : list of str
        The columns that name a row.

    Returns
    -------
    DataFrame
        One row a key.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat.data.folder import first
    >>> own = pd.DataFrame({"area": ["2081", "2080"], "value": [51_600.0, None]})
    >>> built_in = pd.DataFrame({"area": ["2081", "2080"], "value": [51_590.0, 59_850.0]})
    >>> first([own, built_in], ["area"])
       area    value
    0  2081  51600.0
    1  2080  59850.0
    """
    filled = [p for p in parts if len(p)]
    rows = pd.concat(filled, ignore_index=True)
    value = "value" if "value" in rows else "share"
    missing = rows[value].isna().to_numpy()
    order = np.flatnonzero(~missing).tolist() + np.flatnonzero(missing).tolist()
    kept = rows.iloc[order].drop_duplicates(key)
    return kept.sort_index().reset_index(drop=True)
