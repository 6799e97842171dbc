"""From a comparison of two periods to a verdict: limits, false discovery control and what would have been visible."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from kunskapsbaserat.rates.multiplicity import adjusted, next_level
from kunskapsbaserat.trends import beta_binomial
from kunskapsbaserat.trends.years import SERIES

Floats = NDArray[np.float64]

PERCENT_FROM = 20  # a percentage of fewer events than this misleads: absolute numbers are shown instead


class Change(StrEnum):
    """The verdict on a change over time.

    Examples
    --------
    A verdict is a member of `Change` and its text; `is` compares it:

    >>> from kunskapsbaserat.data import embedded
    >>> from kunskapsbaserat.trends import Change, count_trend, series
    >>> thefts = series(embedded.counts_groups(), area="2081", offence="stold_ran_kap8")
    >>> count_trend(thefts).change is Change.SAKERSTALLD_MINSKNING
    True
    >>> [str(verdict) for verdict in Change]
    ['sakerstalld_okning', 'sakerstalld_minskning', 'ingen_sakerstalld_skillnad', 'for_fa_brott', 'kan_inte_bedomas']
    """

    SAKERSTALLD_OKNING = "sakerstalld_okning"
    SAKERSTALLD_MINSKNING = "sakerstalld_minskning"
    INGEN_SAKERSTALLD_SKILLNAD = "ingen_sakerstalld_skillnad"
    FOR_FA_BROTT = "for_fa_brott"
    KAN_INTE_BEDOMAS = "kan_inte_bedomas"


RELATIVE = ("ratio", "lower", "upper", "p_value", "q_value", "change", "reason")
"""The columns of the second answer, with "relative_" before: against the others' course."""

COLUMNS = [
    *SERIES,
    *("latest_from", "latest_to", "earlier_from", "earlier_to"),
    *("count_latest", "count_earlier", "mean_latest", "mean_earlier"),
    *("ratio", "lower", "upper", "confidence", "p_value", "q_value", "dispersion", "df", "method"),
    *("visible_increase", "visible_decrease", "change", "reason", "percent_ok", "cautions", "preliminary"),
    "others_ratio",
    *(f"relative_{name}" for name in RELATIVE),
]


FAMILIES = ("area", "table")


def verdicts(table: pd.DataFrame, confidence: float, power: float, family: str = "area") -> pd.DataFrame:
    """Add ratio, limits, q-value, visible changes and verdict to a comparison.

    Parameters
    ----------
    table : DataFrame
        One row per series: its key, the periods, counts and means, ``share`` (of the events that would fall in the latest
        period if nothing had changed), ``dispersion df p_value reason preliminary`` and ``method``: "exact" (beta-binomial) or
        "score" (quasi-binomial).
    confidence, power : float
        As in `change`.
    family : {"area", "table"}
        The verdicts among which false discoveries are controlled.
    """
    found, level = decided(table, confidence, family)
    rise, fall = visible(table["count_earlier"], table["share"], table["dispersion"], table["df"], level, power)
    return found.assign(
        visible_increase=rise,
        visible_decrease=fall,
        percent_ok=table[["mean_latest", "mean_earlier"]].min(axis=1).to_numpy() >= PERCENT_FROM,
    )


def with_relative(found: pd.DataFrame, relative: pd.DataFrame) -> pd.DataFrame:
    """Add the second answer to the first, in columns of their own: has the area changed more, or less, than the others?

    Parameters
    ----------
    found : DataFrame
        From `verdicts`.
    relative : DataFrame
        From `decided` on the same rows given the others' course, with ``others_ratio``.
    """
    answers = relative[["others_ratio", *RELATIVE]].rename(columns={name: f"relative_{name}" for name in RELATIVE})
    return found.assign(**answers.set_axis(found.index))  # columns, not arrays: pandas would take the verdicts for plain text


def decided(table: pd.DataFrame, confidence: float, family: str) -> tuple[pd.DataFrame, pd.Series]:
    """Ratio, limits, q-value and verdict, and the level that one more finding would have had to meet (see `verdicts`)."""
    members = table["area"] if family == "area" else pd.Series("table", index=table.index)
    judged = table["reason"].isna()
    deviation = table["count_latest"] - (table["count_latest"] + table["count_earlier"]) * table["share"]
    q_value, level = _within_families(table["p_value"], members, 1 - confidence)
    ratio, lower, upper = ratio_limits(table, confidence)
    reason = table["reason"].mask(judged & upper.isna(), "no_upper_limit")
    certain = q_value <= 1 - confidence
    change = np.select(
        [reason == "few", ~judged, certain & (deviation > 0), certain],
        [Change.FOR_FA_BROTT, Change.KAN_INTE_BEDOMAS, Change.SAKERSTALLD_OKNING, Change.SAKERSTALLD_MINSKNING],
        Change.INGEN_SAKERSTALLD_SKILLNAD,
    )
    # One step: a column at a time costs more than the arithmetic, and every report comes here.
    found = table.assign(
        confidence=confidence,
        family=members,
        reason=reason,
        q_value=q_value,
        ratio=ratio,
        lower=lower,
        upper=upper,
        change=pd.Series([Change(value) for value in change], index=table.index, dtype=object),
    )
    return found, level


def _within_families(p_value: pd.Series, members: pd.Series, alpha: float) -> tuple[pd.Series, pd.Series]:
    """The q-values of each family, and the level that one more finding would have had to meet beside those already made."""
    p, q_value, level = p_value.to_numpy(dtype=float), np.full(len(p_value), np.nan), np.full(len(p_value), np.nan)
    for places in members.groupby(members, sort=False).indices.values():
        q_value[places] = q = adjusted(p[places])
        tested = int(np.sum(~np.isnan(q)))
        if tested:
            level[places] = next_level(int(np.sum(q <= alpha)), tested, alpha)
    return pd.Series(q_value, index=p_value.index), pd.Series(level, index=p_value.index)


def score_p_value(table: pd.DataFrame) -> pd.Series:
    """Two-sided p-value of the quasi-binomial score test with Student's t."""
    total = table["count_latest"] + table["count_earlier"]
    deviation = table["count_latest"] - total * table["share"]
    with np.errstate(invalid="ignore", divide="ignore"):
        score = deviation / np.sqrt(table["dispersion"] * total * table["share"] * (1 - table["share"]))
    return pd.Series(2 * scipy.special.stdtr(table["df"], -score.abs()), index=table.index).where(table["reason"].isna())


def ratio_limits(table: pd.DataFrame, confidence: float) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Ratio of the yearly means with the limits that the test does not reject: ratio, lower and upper."""
    quantile = pd.Series(scipy.special.stdtrit(table["df"], 0.5 + confidence / 2), index=table.index)
    total = table["count_latest"] + table["count_earlier"]
    observed = (table["count_latest"] / total).where(table["df"].notna())
    spread = quantile**2 * table["dispersion"] / total  # Wilson's limits, with dispersion
    middle = (observed + spread / 2) / (1 + spread)
    half = np.sqrt(spread * observed * (1 - observed) + spread**2 / 4) / (1 + spread)
    lower = (middle - half).clip(lower=0).mask(observed == 0, 0.0)
    upper = (middle + half).where(observed < 1)
    exact = (table["method"] == "exact").to_numpy() & observed.notna().to_numpy()
    if exact.any():
        rows = table[exact]
        tail = scipy.special.ndtr(-quantile[exact].to_numpy())
        numbers = [rows[name].to_numpy(dtype=float) for name in ("count_latest", "dispersion")]
        low, high = beta_binomial.share_limits(numbers[0], total[exact].to_numpy(dtype=float), numbers[1], tail)
        lower.loc[exact], upper.loc[exact] = low, np.where(high < 1 - 1e-9, high, np.nan)
    scale = (1 - table["share"]) / table["share"]
    ratios = [scale * p / (1 - p).where(p < 1) for p in (observed, lower, upper)]
    return ratios[0], ratios[1], ratios[2]


def visible(
    count_earlier: pd.Series, share: pd.Series, dispersion: pd.Series, df: pd.Series, level: pd.Series | float, power: float
) -> tuple[pd.Series, pd.Series]:
    """The smallest rise and fall (ratios of means) that would have been found at `level` with probability `power`.

    Missing where not even a hundredfold rise, or a fall to one per cent, would have been.
    """

    excess = _excess(count_earlier, share, dispersion, df, level)
    needed = np.asarray(scipy.special.stdtrit(df, power))  # the excess that is positive with probability `power`

    def reached(log_ratio: Floats) -> NDArray[np.bool_]:
        return np.asarray(excess(log_ratio) >= needed)

    def smallest(sign: int) -> pd.Series:
        low, high = np.zeros(len(count_earlier)), np.full(len(count_earlier), np.log(_LARGEST_VISIBLE))
        possible = reached(sign * high)
        for _ in range(40):
            middle = (low + high) / 2
            enough = reached(sign * middle)
            low, high = np.where(enough, low, middle), np.where(enough, middle, high)
        return pd.Series(np.exp(sign * high), index=count_earlier.index).where(possible)

    return smallest(1), smallest(-1)


def chance_of_finding(
    log_ratio: Floats,
    count_earlier: pd.Series,
    share: pd.Series,
    dispersion: pd.Series,
    df: pd.Series,
    level: pd.Series | float,
) -> Floats:
    """Probability that true log ratios of means would be found at `level`: the score's mean against its critical value, in
    units of its own spread."""
    return np.asarray(scipy.special.stdtr(df, _excess(count_earlier, share, dispersion, df, level)(log_ratio)))


def _excess(
    count_earlier: pd.Series, share: pd.Series, dispersion: pd.Series, df: pd.Series, level: pd.Series | float
) -> Callable[[Floats], Floats]:
    """How far the score's mean lies beyond its critical value, in units of its own spread, by log ratio of means."""
    phi = dispersion.to_numpy(dtype=float)
    before = count_earlier.where(count_earlier > 0).to_numpy(dtype=float)  # taken as the expected number
    s = share.to_numpy(dtype=float)
    usual = before * s / (1 - s)
    critical = np.asarray(scipy.special.stdtrit(df, 1 - np.asarray(level, dtype=float) / 2)) * np.sqrt(phi * s * (1 - s))

    def excess(log_ratio: Floats) -> Floats:
        later = usual * np.exp(log_ratio)
        score = np.abs((1 - s) * later - s * before)
        spread = np.sqrt(phi * ((1 - s) ** 2 * later + s**2 * before))
        return np.asarray((score - critical * np.sqrt(later + before)) / spread)

    return excess


_LARGEST_VISIBLE = 100.0  # a change that shows only when it is larger than a hundredfold is called invisible
