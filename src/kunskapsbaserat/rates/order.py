"""A kommun's place among those it is compared with, and how far chance alone would move it."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd
import scipy

from kunskapsbaserat.errors import TableError
from kunskapsbaserat.rates.checks import Floats, amounts, counts, positive
from kunskapsbaserat.rates.compare import position
from kunskapsbaserat.rates.keys import keyed, keys_once

GRID = 400  # equally likely values of the own rate


@keyed(df=("area", "@by"))
def place_in_group(
    df: pd.DataFrame,
    *,
    area: str,
    members: Collection[str],
    by: Sequence[str] = (),
    count: str = "count",
    exposure: str = "exposure",
    per: float = 100_000,
    confidence: float = 0.95,
    dispersion: float = 1,
) -> pd.DataFrame:
    """The kommun's rate beside the median and middle half of its group, with the range of places that chance allows.

    A place in an order looks exact and is not. The range is that of the kommun's percentile when every kommun's underlying
    rate is only as well known as its count allows (a gamma distribution around the count plus one half); computed, not
    simulated. No list of places is made.

    Parameters
    ----------
    df : DataFrame
        One row per area and group of `by`: `area`, events and person-years.
    area : str
        Code of the kommun.
    members : collection of str
        Codes of the kommuner it is compared with.
    by : sequence of str
        Columns that divide the table: offence, period.
    count, exposure : str
        Column names.
    per, confidence : float
        The rates' base; coverage of the range of percentiles.
    dispersion : float
        Variance over mean of a count when nothing has changed: 1 for pure chance, more for most offences.

    Returns
    -------
    DataFrame
        One row per group: the columns of `by`, ``rate median lower_quartile upper_quartile position percentile percentile_lower
        percentile_upper members_with_value members per confidence reason``. `percentile` is the share (0 to 1) of the
        compared kommuner with a lower rate, those with the same counted half. Reasons: "no_row" (the kommun is not in the
        table), "no_count", "no_exposure", "few_members" (fewer than half have a rate).

    Raises
    ------
    TableError
        A column is missing, a count is negative or not whole, an area stands twice in a group, or the table is empty.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat import rates
    >>> codes = ["2029", "2061", "2080", "2081", "2083", "2084"]
    >>> burglary = pd.DataFrame({"area": codes, "count": [24, 27, 163, 226, 45, 119]})  # 2024
    >>> burglary["exposure"] = [16_090, 10_868, 59_965, 51_580, 15_313, 22_585]
    >>> found = rates.place_in_group(burglary, area="2080", members=codes)
    >>> found[["rate", "median", "position", "percentile", "percentile_lower", "percentile_upper"]].round(2)
         rate  median position  percentile  percentile_lower  percentile_upper
    0  271.83  293.87     inom         0.4               0.2               0.6
    """
    keys = list(by)
    keys_once(df, ["area", *keys])
    if df.empty:
        raise TableError("at least one row", forvantat="minst en rad")
    work = df[["area", *keys]].assign(events=counts(df, count), years=amounts(df, exposure))
    others = set(members) - {area}
    parts = work.groupby(keys, sort=True, observed=True) if keys else [((), work)]
    dispersion = positive("dispersion", dispersion)
    per = positive("per", per)
    rows = []
    for key, part in parts:
        cell = _place(part, area, others, dispersion, (1 - confidence) / 2, per)
        rows.append(dict(zip(keys, key if isinstance(key, tuple) else (key,), strict=True)) | cell)
    places = pd.DataFrame(rows).assign(members=len(others), per=per, confidence=confidence)
    for name in ("position", "reason"):
        places[name] = pd.Series([row[name] for row in rows], dtype=object)
    return places[[c for c in places if c != "reason"] + ["reason"]]


def _place(part: pd.DataFrame, area: str, others: set[str], dispersion: float, tail: float, per: float) -> dict[str, object]:
    own = part[part["area"] == area]
    near = part[part["area"].isin(others)].dropna(subset=["events"])
    near = near[near["years"] > 0]
    x, n = near["events"].to_numpy(), near["years"].to_numpy()
    rates = x / n * per
    quartiles = np.quantile(rates, [0.25, 0.5, 0.75]) if 2 * len(near) >= len(others) > 0 else np.full(3, np.nan)
    cell: dict[str, object] = dict(zip(("lower_quartile", "median", "upper_quartile"), map(float, quartiles), strict=True))
    cell |= dict.fromkeys(("rate", "percentile", "percentile_lower", "percentile_upper"), np.nan)
    cell |= {"position": None, "members_with_value": len(near)}
    reason = "no_row" if own.empty else None
    if reason is None:
        events, years = float(own["events"].iat[0]), float(own["years"].iat[0])
        reason = "no_count" if np.isnan(events) else None if years > 0 else "no_exposure"
    if reason is None:
        rate = events / years * per
        cell["rate"] = rate
        if np.isnan(quartiles).any():
            reason = "few_members"
        else:
            cell["position"] = position(rate, quartiles[0], quartiles[2])
            cell["percentile"] = float(np.mean(rates < rate) + np.mean(rates == rate) / 2)
            low, high = _percentiles(events, years, x, n, dispersion, tail)
            cell |= {"percentile_lower": low, "percentile_upper": high}
    order = ("rate", "median", "lower_quartile", "upper_quartile", "position", "percentile", "percentile_lower")
    return {name: cell[name] for name in (*order, "percentile_upper", "members_with_value")} | {"reason": reason}


def _percentiles(events: float, years: float, x: Floats, n: Floats, dispersion: float, tail: float) -> tuple[float, float]:
    """Quantiles of the share of others below: for each likely value of the own rate, the number below is a sum of
    independent yes or no, whose distribution is built up one kommun at a time."""
    likely = scipy.special.gammaincinv((events + 0.5) / dispersion, (np.arange(GRID) + 0.5) / GRID) * dispersion / years
    below = scipy.special.gammainc((x + 0.5) / dispersion, likely[:, None] * n / dispersion)
    number = np.zeros((GRID, len(x) + 1))
    number[:, 0] = 1
    for p in below.T:
        number[:, 1:] = number[:, 1:] * (1 - p[:, None]) + number[:, :-1] * p[:, None]
        number[:, 0] *= 1 - p
    cumulated = np.cumsum(number.mean(axis=0))
    low, high = np.searchsorted(cumulated, [tail, 1 - tail - 1e-12])
    return low / len(x), min(high, len(x)) / len(x)
