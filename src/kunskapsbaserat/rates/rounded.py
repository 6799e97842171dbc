"""Which whole numbers of offences a rounded rate allows, when the population it was divided by is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from kunskapsbaserat.errors import OptionError, TableError
from kunskapsbaserat.rates.checks import Floats
from kunskapsbaserat.rates.keys import keyed

NO_POPULATION, NO_WHOLE_NUMBER = "no_population", "no_whole_number"
_ULP = 1e-9  # a bound that is a whole number on paper stays so in floating point


@keyed(table=("area?", "count#", "rate_published#"), grids=("person_years",))
def allowed_counts(
    table: pd.DataFrame,
    person_years: ArrayLike,
    *,
    precision: ArrayLike = 0.0,
    half_unit: float = 0.5,
    per: float = 100_000,
) -> pd.DataFrame:
    """The lowest and highest count behind each row: one number where the count is known, else what its rate allows.

    Parameters
    ----------
    table : DataFrame
        The counts contract: rows with a `count`, with a `rate_published` alone, or with neither.
    person_years : array of float
        What the publisher divided each row by (`person_years_of` gives it), in the order of `table`; missing where it is not
        known.
    precision : float or array of float
        How far off `person_years` may be, as a share of it. A population taken from a published total and its rate is known to
        about 0.5 / rate: 0.00003 in Stockholm, 0.0001 in Dorotea.
    half_unit : float
        Half a step of the rounding: 0.5 for whole numbers, 0 for rates with all their decimals.
    per : float
        The base of the rate.

    Returns
    -------
    DataFrame
        `table` with ``count_low count_high`` (whole numbers, missing where nothing is known), ``count_likely`` (the count, or
        the whole number nearest to rate times population) and ``count_reason``: None, "no_population" (a rate and nothing to
        multiply it by) or "no_whole_number" (no count gives that rate at that population: one of them is another area's).

    Raises
    ------
    TableError
        A column is missing, or a count or rate is no number.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat import rates
    >>> published = pd.DataFrame({"count": pd.array([None, None], "Int64"), "rate_published": [13.0, 160.0]})
    >>> rates.allowed_counts(published, [995_000, 2_500])[["count_low", "count_likely", "count_high"]].astype(int)
       count_low  count_likely  count_high
    0        125           129         134
    1          4             4           4
    """
    if half_unit < 0 or np.any(np.asarray(precision, dtype=float) < 0):
        raise OptionError("half_unit, precision", (half_unit, precision), ("0 or more",), tillatna=("0 eller mer",))
    exact = table["count"].to_numpy(dtype=float, na_value=np.nan)
    rate = table["rate_published"].astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    people = np.asarray(person_years, dtype=float)
    if people.shape not in ((), rate.shape):
        raise TableError(
            "person-years for every row", forvantat="personår för varje rad", column="person_years", got=people.shape
        )
    people = np.where(people > 0, people, np.nan)
    off = np.broadcast_to(np.asarray(precision, dtype=float), people.shape)
    low = _up((rate - half_unit).clip(min=0) * people * (1 - off).clip(min=0) / per)
    high = _down((rate + half_unit) * people * (1 + off) / per)
    impossible = low > high
    known = ~np.isnan(exact)
    likely = np.clip(np.rint(rate * people / per), low, high)
    values = [np.where(known, exact, np.where(impossible, np.nan, bound)) for bound in (low, high, likely)]
    reason = np.select([known | np.isnan(rate), np.isnan(people), impossible], ["", NO_POPULATION, NO_WHOLE_NUMBER], default="")
    return table.assign(
        count_low=values[0],
        count_high=values[1],
        count_likely=values[2],
        count_reason=pd.Series([text or None for text in reason.tolist()], index=table.index, dtype=object),
    )


def _up(bound: NDArray[np.float64]) -> Floats:
    return np.ceil(bound - _ULP * np.maximum(bound, 1))


def _down(bound: NDArray[np.float64]) -> Floats:
    return np.floor(bound + _ULP * np.maximum(bound, 1))


@keyed(table=("area", "area_level", "period!", "count#", "rate_published#"))
def implied_person_years(table: pd.DataFrame, *, half_unit: float = 0.5, per: float = 100_000) -> pd.DataFrame:
    """The person-years that published pairs of count and rounded rate imply, per area and period.

    Every pair of an area and period was divided by the same population, so each narrows it down further; the pair with the
    largest rate does most.

    Parameters
    ----------
    table : DataFrame
        The counts contract.
    half_unit, per : float
        As in `allowed_counts`.

    Returns
    -------
    DataFrame
        ``area area_level period exposure precision`` for the areas and periods with such a pair: the middle of what is
        possible, and how far off it may be as a share. Pairs that contradict each other give no row.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat import rates
    >>> burglary = {"offence": "bostadsinbrott", "count": 163, "rate_published": 272.0}
    >>> falun = pd.DataFrame([burglary, {"offence": "bilbrott", "count": 150, "rate_published": 250.0}])
    >>> falun = falun.assign(area="2080", area_level="kommun", sex="alla", period=pd.Period("2024", freq="Y"))
    >>> rates.implied_person_years(falun)[["area", "exposure", "precision"]].round(4)  # by SCB's year-ends 59 965.5
       area   exposure  precision
    0  2080  59958.536     0.0013
    """
    pairs = table[table["count"].notna() & (table["rate_published"] > half_unit) & (table["count"] > 0)]
    count = pairs["count"].to_numpy(dtype=float)
    rate = pairs["rate_published"].to_numpy(dtype=float)
    limits = pairs[["area", "area_level", "period"]].assign(
        low=count / (rate + half_unit) * per, high=count / (rate - half_unit) * per
    )
    found = limits.groupby(["area", "area_level", "period"], as_index=False).agg(low=("low", "max"), high=("high", "min"))
    found = found[found["low"] <= found["high"]]
    middle = (found["low"] + found["high"]) / 2
    return (
        found[["area", "area_level", "period"]]
        .assign(exposure=middle, precision=(found["high"] - found["low"]) / 2 / middle)
        .reset_index(drop=True)
    )
