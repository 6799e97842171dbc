"""Has the level changed, when a count is known only as an interval? A verdict that holds for every count in it.

The published rate 13 per 100 000 at 995 000 inhabitants means 125 to 134 offences. A change is called säkerställd only if it is
so for the least favourable of the counts that each year allows, each with the largest variation between years that they allow:
it is never called from rounded rates where the true counts would not have called it.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping

import numpy as np
import pandas as pd

from kunskapsbaserat import tables
from kunskapsbaserat.errors import OptionError, TableError
from kunskapsbaserat.rates.checks import columns
from kunskapsbaserat.rates.keys import COUNTS, keyed
from kunskapsbaserat.rates.multiplicity import false_discovery_rate
from kunskapsbaserat.trends.change import MIN_MEAN, Baseline, dispersion_of
from kunskapsbaserat.trends.comparison import Floats, added, floats
from kunskapsbaserat.trends.relative import course_noise, course_of, given_course, without_others
from kunskapsbaserat.trends.variation import Spread, TypicalVariation, moderated, year_counts
from kunskapsbaserat.trends.verdicts import (
    COLUMNS,
    FAMILIES,
    PERCENT_FROM,
    Change,
    ratio_limits,
    relative_columns,
    score_p_value,
    verdicts,
)
from kunskapsbaserat.trends.years import SERIES, YEARLY_BASELINE

ROUNDING = "rounding"
MOST_YEARS = 14
"""In one period: the variation between years is tried at every corner of their intervals, two to the power of the years."""
Corners = tuple[pd.DataFrame, pd.DataFrame]  # `dispersion_of` the least and of the largest allowed counts
CERTAIN = (Change.SAKERSTALLD_OKNING, Change.SAKERSTALLD_MINSKNING)


@keyed(counts=COUNTS)
def change_of_rounded(
    counts: pd.DataFrame,
    *,
    baseline: Baseline | None = None,
    typical: TypicalVariation | None = None,
    breaks: Mapping[str, int] | None = None,
    min_mean: float = MIN_MEAN,
    confidence: float = 0.95,
    power: float = 0.80,
    family: str = "area",
) -> pd.DataFrame:
    """`change` for yearly counts of which some or all are known only as intervals.

    Parameters
    ----------
    counts : DataFrame
        What `rates.rounded.allowed_counts` gives: the counts contract per year with ``count_low count_high count_likely
        count_reason``. Exact counts are their own interval, and a table of exact counts gives what `change` gives.
    baseline, typical, breaks, min_mean, confidence, power, family
        As for `change`.

    Returns
    -------
    DataFrame
        The columns of `change` and ``rounded`` (some year of the two periods is an interval). The counts, means and `ratio` are
        those of the likeliest counts. `lower` and `upper` reach as far as any allowed count would take them; `p_value`,
        `q_value`, `dispersion` and the visible changes are the least favourable ones. `reason` may also be "rounding" (some
        allowed counts would have been a säkerställd change, others not), "no_population" or "no_whole_number" (see
        `allowed_counts`).

    Raises
    ------
    TableError
        The table is empty, lacks a column or is not yearly.
    OptionError
        An option is out of range, or a period has more than 14 years.

    Notes
    -----
    The score rises with every count of the latest period and falls with every earlier one, and a larger dispersion only brings
    it nearer to zero, so the corners of the intervals bound it. Pearson's chi-square is convex in the counts: its largest value
    lies at a corner too. Adjusted p-values never fall when a p-value rises, so the verdicts of a whole family hold together.

    Examples
    --------
    Of a kommun of 250 000 inhabitants only whole rates per 100 000 are known. A fall by half is beyond doubt all the same:

    >>> import pandas as pd
    >>> from kunskapsbaserat.rates import allowed_counts
    >>> from kunskapsbaserat.trends import change_of_rounded
    >>> table = pd.DataFrame({"period": pd.period_range("2019", "2025", freq="Y"), "area": "1280", "area_level": "kommun"})
    >>> table = table.assign(offence="bostadsinbrott", sex="alla", status="final", source="exempel")
    >>> table["count"] = pd.array([None] * 7, dtype="Int64")
    >>> table["rate_published"] = pd.array([212, 205, 220, 208, 215, 104, 98], dtype="Float64")
    >>> row = change_of_rounded(allowed_counts(table, [250_000] * 7)).iloc[0]
    >>> print(row["change"], f"{row['ratio']:.2f} ({row['lower']:.2f} to {row['upper']:.2f})")
    sakerstalld_minskning 0.48 (0.41 to 0.55)
    """
    if family not in FAMILIES:
        raise OptionError("family", family, FAMILIES)
    rule = _checked(counts, baseline)
    low, likely, high = (
        dispersion_of(counts.assign(count=counts[name]), baseline=rule, breaks=breaks, min_mean=min_mean)
        for name in ("count_low", "count_likely", "count_high")
    )
    table = likely.assign(reason=_reason(likely, low["mean"] < min_mean, counts), method="score")
    table["straddles"] = (table["reason"] == "few") & (high["mean"] >= min_mean)
    corners, options = (low, high), (confidence, power, family)
    alone = _least_favourable(table, corners, _by_themselves(table, corners, typical), options)
    beside = _least_favourable(table, corners, _beside(table, corners, typical), options)
    found = added(alone, relative_columns(beside))
    found["percent_ok"] = (low[["mean_latest", "mean_earlier"]].min(axis=1) >= PERCENT_FROM).to_numpy(dtype=bool)
    found["rounded"] = (low["mean"] < high["mean"]).to_numpy(dtype=bool)
    return found[[*COLUMNS, "rounded"]]


def _by_themselves(table: pd.DataFrame, corners: Corners, typical: Spread | None) -> pd.DataFrame:
    """With the largest dispersion around the periods' means."""
    flat = np.ones_like(year_counts(corners[0]))
    dispersion, df = _largest_dispersion(table, corners, flat, typical)
    return table.assign(dispersion=dispersion, df=df)


def _beside(table: pd.DataFrame, corners: Corners, typical: TypicalVariation | None) -> pd.DataFrame:
    """With the largest dispersion around the others' course, whose own noise counts for as many events as are allowed."""
    course = course_of(table, typical)
    held = added(table, {"reason": without_others(table, course)})
    dispersion, df = _largest_dispersion(held, corners, course, typical and typical.beside)
    latest, earlier = floats(corners[1], "count_latest", "count_earlier")
    noise = course_noise(table, latest + earlier, typical)
    return held.assign(dispersion=dispersion + noise, df=df, **given_course(held, course))


def _least_favourable(
    table: pd.DataFrame, corners: Corners, compared: pd.DataFrame, options: tuple[float, float, str]
) -> pd.DataFrame:
    """One answer that holds for every allowed count; `options` are confidence, power and family."""
    confidence, power, family = options
    low, high = corners
    judged = compared["reason"].isna()
    worst, best = (pd.Series(p, index=table.index) for p in _p_values(compared, low, high))
    # A series that may be too small is not judged, but its true count may be: it stays a member of the family.
    compared = compared.assign(p_value=worst.where(judged, np.where(table["straddles"], 1.0, np.nan)))
    found = added(compared, verdicts(compared, confidence, power, family))
    possible = best.where(judged).groupby(found["family"], sort=False).transform(false_discovery_rate) <= 1 - confidence
    found.loc[judged & possible & ~found["change"].isin(CERTAIN), "reason"] = ROUNDING
    found.loc[~judged, ["p_value", "q_value"]] = np.nan
    found = _widened(found, low, high, confidence)
    found.loc[judged & found["reason"].isna() & found["upper"].isna(), "reason"] = "no_upper_limit"
    return found


def _checked(counts: pd.DataFrame, baseline: Baseline | None) -> Baseline:
    if counts.empty:
        raise TableError("at least one row of counts", forvantat="minst en rad med anmälda brott")
    columns(counts, ["count_low", "count_high", "count_likely", "count_reason"])
    if tables.frequency(counts) != "Y":
        raise TableError("yearly periods", forvantat="hela år", column="period", got=str(counts["period"].iat[0]))
    rule = baseline or Baseline(*YEARLY_BASELINE)
    if max(rule.latest, rule.earlier) > MOST_YEARS:
        raise OptionError(
            "baseline",
            (rule.latest, rule.earlier),
            (f"at most {MOST_YEARS} years in a period",),
            tillatna=(f"högst {MOST_YEARS} år i en period",),
        )
    return rule


def _reason(table: pd.DataFrame, small: pd.Series, counts: pd.DataFrame) -> pd.Series:
    """The first reason not to judge: a missing year only when some year has neither a count nor a rate."""
    first, last = int(table["earlier_from"].iat[0]), int(table["latest_to"].iat[0])
    there = counts[
        counts["period"].dt.year.between(first, last) & (counts["count_low"].notna() | counts["count_reason"].notna())
    ]
    by_series = there.groupby(SERIES).agg(years=("period", "nunique"), why=("count_reason", "first"))
    by_series = by_series.reindex(pd.MultiIndex.from_frame(table[SERIES])).set_axis(table.index)
    why = by_series["why"].where(by_series["years"] == last - first + 1)
    reason = table["reason"].where((table["reason"] != "missing_years") | why.isna(), why)
    return reason.mask(reason.isna() & small, "few")


def _largest_dispersion(table: pd.DataFrame, corners: Corners, course: Floats, typical: Spread | None) -> tuple[Floats, Floats]:
    own = table.assign(own_dispersion=_corner_dispersion(table, corners, course))
    # The usual variation is monotone in the mean count, one way or the other.
    ends = [moderated(own.assign(mean=end["mean"]), typical) for end in corners]
    return np.maximum(ends[0][0], ends[1][0]), ends[0][1]


def _corner_dispersion(table: pd.DataFrame, corners: Corners, course: Floats) -> Floats:
    """The largest Pearson dispersion that the intervals allow (1 with one year in each period, as in `change`)."""
    df = float(table["own_df"].iat[0])
    if df == 0:
        return np.ones(len(table))
    low, high = (year_counts(end) for end in corners)
    earlier = low.shape[1] - int(table["latest_to"].iat[0] - table["latest_from"].iat[0]) - 1
    periods = (slice(0, earlier), slice(earlier, None))
    return np.asarray(sum(_largest_chi_square(low[:, years], high[:, years], course[:, years]) for years in periods) / df)


def _largest_chi_square(low: Floats, high: Floats, course: Floats) -> Floats:
    """Sum of (count - fitted)^2 / fitted over the years of a period, at the corner of their intervals where it is largest.

    Fitted is the course through the period's sum; with that sum over it the chi-square is quadratic over linear, so convex.
    """
    largest = np.zeros(len(low))
    share = course / course.sum(axis=1, keepdims=True)
    open_years = np.flatnonzero((low < high).any(axis=0))
    for corner in itertools.product((False, True), repeat=len(open_years)):
        at_high = np.zeros(low.shape[1], dtype=bool)
        at_high[open_years] = corner
        values = np.where(at_high, high, low)
        fitted = values.sum(axis=1, keepdims=True) * share
        largest = np.fmax(largest, (np.square(values - fitted) / np.where(fitted > 0, fitted, 1)).sum(axis=1))
    return largest


def _p_values(table: pd.DataFrame, low: pd.DataFrame, high: pd.DataFrame) -> tuple[Floats, Floats]:
    """The largest p-value that the counts allow, and the smallest of the two outermost corners."""
    corners = [_corner(table, *pair) for pair in ((low, high), (high, low))]
    counted = [floats(corner, "count_latest", "count_earlier", "share") for corner in corners]
    below, above = (latest - (latest + earlier) * share for latest, earlier, share in counted)
    p = [score_p_value(corner) for corner in corners]
    crosses = (below <= 0) & (above >= 0) & ~np.isnan(p[0])
    return np.where(crosses, 1.0, np.maximum(*p)), np.minimum(*p)


def _corner(table: pd.DataFrame, latest: pd.DataFrame, earlier: pd.DataFrame) -> pd.DataFrame:
    """The comparison with the latest period's counts of one table and the earlier ones of another."""
    return table.assign(count_latest=latest["count_latest"], count_earlier=earlier["count_earlier"])


def _widened(table: pd.DataFrame, low: pd.DataFrame, high: pd.DataFrame, confidence: float) -> pd.DataFrame:
    """The limits of the outermost corners, and the visible changes made as much larger as the ratio is uncertain."""
    smallest, largest = (ratio_limits(_corner(table, *pair), confidence) for pair in ((low, high), (high, low)))
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.where(smallest[0] > 0, largest[0] / smallest[0], np.nan)
    spread = np.where(low["mean"] < high["mean"], spread, 1.0)
    return table.assign(
        lower=smallest[1],
        upper=largest[2],
        visible_increase=table["visible_increase"] * spread,
        visible_decrease=table["visible_decrease"] / spread,
    )
