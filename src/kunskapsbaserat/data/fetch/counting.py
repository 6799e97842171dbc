"""From a published rate back to the count, where that can be proved and nowhere else.

A rate is a count over the mean population of the year, so the rate times that population is a whole number; a figure that is
not within 0.01 of one was made with another denominator, or is rounded too much, and stays a rate.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

WITHIN = 0.01
"""How far from a whole number a recovered count may lie."""
MOST_OF_A_YEAR = 0.9
"""Share of a year's figures that must come out whole: by chance two in a hundred do, so a year where few do proves nothing."""


def recovered(rates: pd.DataFrame, population: pd.DataFrame) -> pd.Series:
    """The counts behind the rates of one measure.

    Parameters
    ----------
    rates : DataFrame
        ``unit``, ``year`` and ``value``, and ``per``: the number of inhabitants that the rate is for.
    population : DataFrame
        ``unit``, ``year`` and ``value``: inhabitants on 31 December.

    Returns
    -------
    Series
        Int64, indexed as `rates`; missing where the count cannot be proved.

    Examples
    --------
    >>> rates = pd.DataFrame({"unit": ["0114"], "year": [2025], "value": [11331.30988], "per": [100_000]})
    >>> people = pd.DataFrame({"unit": ["0114"] * 2, "year": [2024, 2025], "value": [50323.0, 50495.0]})
    >>> recovered(rates, people).tolist()
    [5712]
    """
    people = population.set_index(["unit", "year"])["value"]
    now = people.reindex(pd.MultiIndex.from_frame(rates[["unit", "year"]])).to_numpy(dtype=float)
    before = people.reindex(pd.MultiIndex.from_arrays([rates["unit"], rates["year"] - 1])).to_numpy(dtype=float)
    events = (now + before) / 2 / rates["per"].to_numpy(dtype=float)  # events for each unit of the rate
    exact = rates["value"].to_numpy(dtype=float) * events
    whole = np.round(exact)
    rounding = 0.5 * 10.0 ** -_decimals(rates["value"]) * events
    known = np.isfinite(exact)
    with np.errstate(invalid="ignore"):
        proved = known & (np.abs(exact - whole) <= WITHIN) & (rounding < 0.5)
    share = pd.Series(np.where(known, proved, np.nan), index=rates.index).groupby(rates["year"]).transform("mean")
    proved &= (share >= MOST_OF_A_YEAR).to_numpy(dtype=bool)
    return pd.Series(np.where(proved, whole, np.nan), index=rates.index).astype("Int64")


def _decimals(rates: pd.Series) -> int:
    """The most decimals that the measure is given with."""
    texts = [f"{value:.10f}".rstrip("0").partition(".")[2] for value in rates]
    return max(map(len, texts), default=0)
