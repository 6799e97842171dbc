"""Directly standardised rates: what the rate would be with a standard age structure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import scipy

from kunskapsbaserat.rates.checks import (
    Floats,
    amounts,
    columns,
    counts,
    first_reason,
    option,
    positive,
    reasons,
    refuse,
)
from kunskapsbaserat.rates.grouped import any_of, groups, total_of
from kunskapsbaserat.rates.intervals import poisson_interval
from kunskapsbaserat.rates.keys import keyed, keys_once

METHODS = ("dobson", "gamma", "gamma_without_largest", "normal", "lognormal")
MIN_DOBSON = 10  # Public Health England withholds a rate on fewer events: the approximation is not good there


@keyed(df=("@by", "@stratum"))
def directly_standardised_rate(
    df: pd.DataFrame,
    *,
    by: str | Sequence[str] = "area",
    stratum: str | Sequence[str] | None = None,
    count: str = "count",
    exposure: str = "exposure",
    standard: str = "standard",
    per: float = 100_000,
    confidence: float = 0.95,
    method: str = "dobson",
    repeats: Mapping[int, str] | None = None,
    min_count: float | None = None,
) -> pd.DataFrame:
    """Rates weighted to a standard population, with limits.

    Parameters
    ----------
    df : DataFrame
        One row per group and stratum (age band, sex): events, person-years and the standard population's weight.
    by : str or sequence of str
        Column(s) of the group: one rate each, in order of appearance.
    stratum : str or sequence of str, optional
        Column(s) of the stratum; when given, a stratum may stand only once in a group, and all groups must have the same
        strata with the same weights.
    count, exposure, standard : str
        Columns of events, person-years and weights (any scale, 0 or more).
    per, confidence
        As in `crude_rate`.
    method : {"dobson", "gamma", "gamma_without_largest", "normal", "lognormal"}
        - "dobson": the Byar limits of the total count, moved to the standardised rate (Public Health England's).
        - "gamma": Fay and Feuer's, with the largest weight in the upper limit, as published (R's epitools, esda).
        - "gamma_without_largest": the same without it, one event more above instead (R's dsr). Narrower, not conservative.
        - "normal", "lognormal": from the standard error (SAS PROC STDRATE). A normal limit below 0 is given as 0.
    repeats : mapping of int to str, optional
        For persons who meet several events: number of events -> column with the number of persons that met so many. Widens
        the limits, since the persons and not the events are independent.
    min_count : float, optional
        A group with fewer events is given no rate (reason "few_events"). Default 10 for "dobson", 0 for the others.

    Returns
    -------
    DataFrame
        One row per group: the columns of `by`, ``count exposure rate standard_error lower upper per confidence method
        reason``. Reasons: "no_count" or "no_exposure" (in some stratum with weight), "no_standard" (the weights sum to 0),
        "few_events", "no_events" (no limits: "normal", "lognormal" and Dobson's need an event).

    Raises
    ------
    TableError
        A column is missing, a count is negative or not whole, a stratum stands twice, groups have different strata, or
        the persons of `repeats` do not add up to the events.

    References
    ----------
    Dobson AJ et al. (1991). Confidence intervals for weighted sums of Poisson parameters. Statistics in Medicine 10, 457-462.
    Fay MP, Feuer EJ (1997). Confidence intervals for directly standardized rates. Statistics in Medicine 16, 791-801.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat import rates
    >>> births = pd.DataFrame({"count": [25, 150, 110, 84, 82, 39], "exposure": [72202, 326701, 208667, 83228, 28466, 5375]})
    >>> births["standard"] = [63986.6, 186263.6, 157302.2, 97647, 47572.6, 12262.6]
    >>> found = rates.directly_standardised_rate(births.assign(order="second"), by="order", method="gamma")
    >>> found[["count", "rate", "lower", "upper"]].round(1)  # Fay and Feuer (1997), table 1: 91.2 (82.4 to 100.9)
       count  rate  lower  upper
    0  490.0  91.2   82.4  100.9
    """
    option("method", method, METHODS)
    tail = (1 - confidence) / 2
    by = [by] if isinstance(by, str) else list(by)
    columns(df, by)
    _same_strata(df, by, stratum, standard)
    events, years = counts(df, count), amounts(df, exposure)
    weights = amounts(df, standard, "a weight", "en vikt")
    refuse(df, np.isnan(weights), standard, "a weight, 0 or more", "en vikt, noll eller mer")
    squares = _squares(df, events, count, repeats)

    group, labels = groups(df, by)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = weights / total_of(weights, group)[group]
        per_event = np.where(share > 0, share / years, 0.0)  # what one event adds to the rate
    usable = ~np.isnan(events) & ((years > 0) | (share == 0))
    rate = total_of(np.where(usable, per_event * np.nan_to_num(events), np.nan), group)
    variance = total_of(np.where(usable, per_event**2 * np.nan_to_num(squares), np.nan), group)
    total = total_of(events, group)
    largest = pd.Series(per_event).groupby(group).max().to_numpy()
    lower, upper = _limits(method, rate, variance, total, largest, tail)

    least = (MIN_DOBSON if method == "dobson" else 0) if min_count is None else min_count
    withheld = reasons(
        labels.index,
        (any_of(np.isnan(events), group), "no_count"),
        (total_of(weights, group) == 0, "no_standard"),
        (any_of(~(years > 0) & (share > 0), group), "no_exposure"),
        (total < least, "few_events"),
    )
    no_rate = withheld.notna().to_numpy()
    per = positive("per", per)
    hidden = np.where(no_rate, np.nan, per)
    limitless = ~no_rate & (np.isnan(lower) | np.isnan(upper))
    return labels.assign(
        count=total,
        exposure=total_of(years, group),
        rate=rate * hidden,
        standard_error=np.sqrt(variance) * hidden,
        lower=lower * hidden,
        upper=upper * hidden,
        per=per,
        confidence=confidence,
        method=method,
        reason=first_reason(withheld, reasons(labels.index, (limitless, "no_events"))),
    )


def _limits(method: str, rate: Floats, variance: Floats, total: Floats, largest: Floats, tail: float) -> tuple[Floats, Floats]:
    """Limits of the rates per person-year; NaN where the method has none."""
    z = -scipy.special.ndtri(tail)
    with np.errstate(divide="ignore", invalid="ignore"):
        some = np.where(total > 0, 1.0, np.nan)
        if method == "dobson":
            low, high = poisson_interval(total, confidence=1 - 2 * tail, method="byar")
            scale = np.sqrt(variance / total)
            return np.maximum(rate + scale * (low - total), 0), rate + scale * (high - total)
        if method == "normal":
            return np.maximum(rate - z * np.sqrt(variance), 0) * some, (rate + z * np.sqrt(variance)) * some
        if method == "lognormal":
            ratio = np.exp(z * np.sqrt(variance) / rate)
            return rate / ratio * some, rate * ratio * some
        shape = np.where(total > 0, rate**2 / variance, 1.0)
        lower = np.where(total > 0, scipy.special.gammaincinv(shape, tail) * variance / rate, np.where(total == 0, 0.0, np.nan))
        if method == "gamma":
            spread = variance + largest**2
            moved = rate + largest
            return lower, scipy.special.gammainccinv(moved**2 / spread, tail) * spread / moved
        return lower, scipy.special.gammainccinv(1 + shape, tail) * variance / rate * some


def _squares(df: pd.DataFrame, events: Floats, count: str, repeats: Mapping[int, str] | None) -> Floats:
    """The sum over persons of the square of their number of events: the events themselves when nobody is met twice."""
    if repeats is None:
        return events
    persons = {times: np.nan_to_num(counts(df, name)) for times, name in repeats.items()}
    added = sum((times * n for times, n in persons.items()), np.zeros(len(df)))
    different = (added != events) & ~np.isnan(events)
    refuse(df, different, count, "the events that the persons in repeats add up to", "summan av personernas händelser")
    return sum((times**2 * n for times, n in persons.items()), np.zeros(len(df)))


def _same_strata(df: pd.DataFrame, by: list[str], stratum: str | Sequence[str] | None, standard: str) -> None:
    if stratum is None:
        return
    names = [stratum] if isinstance(stratum, str) else list(stratum)
    keys_once(df, [*by, *names])
    size = df.groupby(by, sort=False, dropna=False).ngroups
    each = df.groupby(names, sort=False, dropna=False)[standard]
    weights = each.transform("nunique").to_numpy()
    times = each.transform("size").to_numpy()
    refuse(df, times != size, names[0], "the same strata in every group", "samma åldersgrupper i varje område")
    refuse(df, weights > 1, standard, "the same weight for a stratum in every group", "samma vikt i varje område")
