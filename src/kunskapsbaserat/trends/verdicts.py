"""From a comparison of two periods to a verdict: limits, false discovery control and what would have been visible."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from kunskapsbaserat.rates.multiplicity import adjusted, next_level
from kunskapsbaserat.trends import beta_binomial
from kunskapsbaserat.trends.comparison import Columns, Floats, floats, judged, objects
from kunskapsbaserat.trends.years import SERIES

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


def verdicts(rows: Columns, confidence: float, power: float, family: str = "area") -> dict[str, NDArray[Any]]:
    """Ratio, limits, q-value, visible changes and verdict of a comparison: the columns to add to it.

    Parameters
    ----------
    rows : Columns
        One row per series: its key, the periods, counts and means, ``share`` (of the events that would fall in the latest
        period if nothing had changed), ``dispersion df p_value reason preliminary`` and ``method``: "exact" (beta-binomial) or
        "score" (quasi-binomial).
    confidence, power : float
        As in `change`.
    family : {"area", "table"}
        The verdicts among which false discoveries are controlled.
    """
    found, level = decided(rows, confidence, family)
    earlier, share, dispersion, df = floats(rows, "count_earlier", "share", "dispersion", "df")
    rise, fall = visible(earlier, share, dispersion, df, level, power)
    percent_ok = np.fmin(*floats(rows, "mean_latest", "mean_earlier")) >= PERCENT_FROM
    return {**found, "visible_increase": rise, "visible_decrease": fall, "percent_ok": percent_ok}


def relative_columns(answers: Columns) -> dict[str, Any]:
    """The second answer, in columns of their own: has the area changed more, or less, than the others?

    Parameters
    ----------
    answers : Columns
        From `decided` on the same rows given the others' course, with ``others_ratio`` and ``p_value``.
    """
    return {"others_ratio": answers["others_ratio"], **{f"relative_{name}": answers[name] for name in RELATIVE}}


def decided(rows: Columns, confidence: float, family: str) -> tuple[dict[str, NDArray[Any]], Floats]:
    """Ratio, limits, q-value and verdict, and the level that one more finding would have had to meet (see `verdicts`)."""
    latest, earlier, share, p_value = floats(rows, "count_latest", "count_earlier", "share", "p_value")
    members = objects(rows, "area") if family == "area" else np.full(len(latest), "table", dtype=object)
    to_judge, rising = judged(rows), latest - (latest + earlier) * share > 0
    q_value, level = _within_families(p_value, members, 1 - confidence)
    ratio, lower, upper = ratio_limits(rows, confidence)
    reason = objects(rows, "reason").copy()
    reason[to_judge & np.isnan(upper)] = "no_upper_limit"
    certain = q_value <= 1 - confidence
    change = np.empty(len(latest), dtype=object)
    change[:] = [_verdict(*answer) for answer in zip(reason == "few", to_judge, certain, rising, strict=True)]
    return {
        "confidence": np.full(len(latest), confidence),
        "family": members,
        "reason": reason,
        "q_value": q_value,
        "ratio": ratio,
        "lower": lower,
        "upper": upper,
        "change": change,
    }, level


def _verdict(few: bool, to_judge: bool, certain: bool, rising: bool) -> Change:
    if few:
        return Change.FOR_FA_BROTT
    if not to_judge:
        return Change.KAN_INTE_BEDOMAS
    if not certain:
        return Change.INGEN_SAKERSTALLD_SKILLNAD
    return Change.SAKERSTALLD_OKNING if rising else Change.SAKERSTALLD_MINSKNING


def _within_families(p_value: Floats, members: NDArray[Any], alpha: float) -> tuple[Floats, Floats]:
    """The q-values of each family, and the level that one more finding would have had to meet beside those already made."""
    q_value, level = np.full(len(p_value), np.nan), np.full(len(p_value), np.nan)
    numbers, names = pd.factorize(members)
    order = np.argsort(numbers, kind="stable")
    for places in np.split(order, np.cumsum(np.bincount(numbers, minlength=len(names)))[:-1]):
        q_value[places] = q = adjusted(p_value[places])
        if tested := int(np.sum(~np.isnan(q))):
            level[places] = next_level(int((q <= alpha).sum()), tested, alpha)
    return q_value, level


def score_p_value(rows: Columns) -> Floats:
    """Two-sided p-value of the quasi-binomial score test with Student's t."""
    latest, earlier, share, dispersion, df = floats(rows, "count_latest", "count_earlier", "share", "dispersion", "df")
    total = latest + earlier
    with np.errstate(invalid="ignore", divide="ignore"):
        score = (latest - total * share) / np.sqrt(dispersion * total * share * (1 - share))
    return np.where(judged(rows), 2 * scipy.special.stdtr(df, -np.abs(score)), np.nan)


def ratio_limits(rows: Columns, confidence: float) -> tuple[Floats, Floats, Floats]:
    """Ratio of the yearly means with the limits that the test does not reject: ratio, lower and upper."""
    latest, earlier, share, dispersion, df = floats(rows, "count_latest", "count_earlier", "share", "dispersion", "df")
    quantile, total = scipy.special.stdtrit(df, 0.5 + confidence / 2), latest + earlier
    with np.errstate(invalid="ignore", divide="ignore"):
        observed = np.where(np.isnan(df), np.nan, latest / total)
        spread = quantile**2 * dispersion / total  # Wilson's limits, with dispersion
        middle = (observed + spread / 2) / (1 + spread)
        half = np.sqrt(spread * observed * (1 - observed) + spread**2 / 4) / (1 + spread)
        lower = np.where(observed == 0, 0.0, np.maximum(middle - half, 0))
        upper = np.where(observed < 1, middle + half, np.nan)
        exact = (objects(rows, "method") == "exact") & ~np.isnan(observed)
        if exact.any():
            tail = scipy.special.ndtr(-quantile[exact])
            low, high = beta_binomial.share_limits(latest[exact], total[exact], dispersion[exact], tail)
            lower[exact], upper[exact] = low, np.where(high < 1 - 1e-9, high, np.nan)
        scale = (1 - share) / share
        ratio, low, high = (scale * p / np.where(p < 1, 1 - p, np.nan) for p in (observed, lower, upper))
    return ratio, low, high


def visible(
    count_earlier: Floats, share: Floats, dispersion: Floats, df: Floats, level: Floats | float, power: float
) -> tuple[Floats, Floats]:
    """The smallest rise and fall (ratios of means) that would have been found at `level` with probability `power`.

    Missing where not even a hundredfold rise, or a fall to one per cent, would have been.
    """
    excess = _excess(count_earlier, share, dispersion, df, level)
    needed = np.asarray(scipy.special.stdtrit(df, power))  # the excess that is positive with probability `power`

    signs = np.array([[1.0], [-1.0]])  # rise and fall at once: a step of the search costs more than its arithmetic

    def reached(log_ratio: Floats) -> NDArray[np.bool_]:
        return np.asarray(excess(signs * log_ratio) >= needed)

    low, high = np.zeros((2, len(count_earlier))), np.full((2, len(count_earlier)), np.log(_LARGEST_VISIBLE))
    possible = reached(high)
    for _ in range(40):
        middle = (low + high) / 2
        enough = reached(middle)
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    rise, fall = np.where(possible, np.exp(signs * high), np.nan)
    return rise, fall


def chance_of_finding(
    log_ratio: Floats, count_earlier: Floats, share: Floats, dispersion: Floats, df: Floats, level: Floats | float
) -> Floats:
    """Probability that true log ratios of means would be found at `level`: the score's mean against its critical value, in
    units of its own spread."""
    return np.asarray(scipy.special.stdtr(df, _excess(count_earlier, share, dispersion, df, level)(log_ratio)))


def _excess(
    count_earlier: Floats, share: Floats, dispersion: Floats, df: Floats, level: Floats | float
) -> Callable[[Floats], Floats]:
    """How far the score's mean lies beyond its critical value, in units of its own spread, by log ratio of means."""
    phi, s = dispersion, share
    before = np.where(count_earlier > 0, count_earlier, np.nan)  # taken as the expected number
    usual = before * s / (1 - s)
    critical = np.asarray(scipy.special.stdtrit(df, 1 - np.asarray(level, dtype=float) / 2)) * np.sqrt(phi * s * (1 - s))

    def excess(log_ratio: Floats) -> Floats:
        later = usual * np.exp(log_ratio)
        score = np.abs((1 - s) * later - s * before)
        spread = np.sqrt(phi * ((1 - s) ** 2 * later + s**2 * before))
        return np.asarray((score - critical * np.sqrt(later + before)) / spread)

    return excess


_LARGEST_VISIBLE = 100.0  # a change that shows only when it is larger than a hundredfold is called invisible
