"""What has to be hidden in a table that an analyst has made: its small counts, and what they could be computed from.

The table's rows and columns are all that is known of it. Which rows are sums of others, and which columns, is read from the
numbers, as whoever has the table can do.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from kunskapsbaserat.disclosure.own import FEW, HIDDEN, Cells, judged
from kunskapsbaserat.disclosure.rules import POLICY, Policy
from kunskapsbaserat.disclosure.totals import says_total, totals


def hidden_in(counts: pd.DataFrame, *, policy: Policy = POLICY) -> pd.DataFrame:
    """What stands instead of each count: None where it is shown, "1–4" where it is small, ".." where it is tied to others.

    Parameters
    ----------
    counts : DataFrame
        Only columns of counts; the index names the rows. Missing and negative numbers are passed by.
    policy : Policy
        The threshold.

    Examples
    --------
    >>> table = pd.DataFrame({"2023": [3, 20, 23], "2024": [9, 12, 21]}, index=["Norr", "Söder", "Totalt"])
    >>> hidden_in(table).to_dict("list")
    {'2023': ['..', '..', None], '2024': [None, None, None]}
    """
    values = counts.to_numpy(dtype=float, na_value=np.nan)
    cells, at = Cells(), np.full(values.shape, -1)
    for row, column in zip(*np.nonzero(values >= 0), strict=True):
        value = values[row, column]
        at[row, column] = cells.add(float(np.ceil(value)), least=1, small=0 < value < policy.small_area_below)
    _tie(cells, at, values, [str(name) for name in counts.index])
    _tie(cells, at.T, values.T, [str(name) for name in counts.columns])
    hidden, tied, _ = judged(cells)
    marks = np.full(values.shape, None, dtype=object)
    for row, column in zip(*np.nonzero(at >= 0), strict=True):
        if hidden[at[row, column]]:
            marks[row, column] = HIDDEN if tied[at[row, column]] else FEW
    return pd.DataFrame(marks, index=counts.index, columns=counts.columns, dtype=object)


def _tie(cells: Cells, at: np.ndarray, values: np.ndarray, names: Sequence[str]) -> None:
    """Tie the lines of one direction that are sums of others; one called total holds all the others and something more."""
    lines = {f"{name}\n{number}": number for number, name in enumerate(name.casefold() for name in names)}
    rows = {name: np.where(values[n] >= 0, values[n], np.nan) for name, n in lines.items()}
    sums = totals(rows)
    parts = tuple(name for name in lines if not says_total(name))
    by_name = [(n, parts) for n in lines if says_total(n) and n not in {total for total, _ in sums}]
    for total, of in [*sums, *(pair for pair in by_name if len(pair[1]) > 1)]:
        for place in range(at.shape[1]):
            inside = [int(at[lines[n], place]) for n in of if at[lines[n], place] >= 0]
            if at[lines[total], place] >= 0 and inside:
                cells.tie(int(at[lines[total], place]), inside)
