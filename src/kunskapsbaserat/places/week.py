"""When in the week do events happen? Weekday by hour, with aoristic weights for times that are known as intervals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import scipy

from kunskapsbaserat.errors import OptionError
from kunskapsbaserat.places.local_time import WEEK, Pieces, pieces, week_hour, week_number
from kunskapsbaserat.places.located import FEWEST_POINTS
from kunskapsbaserat.rates.checks import Floats, amounts, reasons, refuse
from kunskapsbaserat.rates.keys import keyed
from kunskapsbaserat.rates.multiplicity import false_discovery_rate

DAY_PARTS = (1, 2, 3, 4, 6, 8, 12, 24)
FEWEST_WEEKS = 3


@keyed(events=())
def week_pattern(events: pd.DataFrame, *, start: str = "start", end: str = "end", weights: str | None = None) -> pd.DataFrame:
    """Events by weekday and hour, each spread evenly over the time in which it may have happened.

    Parameters
    ----------
    events : DataFrame
        One row per event. Times with a zone are counted on that zone's clock, times without are taken as local. Without an
        end the event is a moment; without a start it is not in the pattern (`time_knowledge` counts those).
    start, end : str
        Columns; `end` may be absent.
    weights : str, optional
        Column: what each event counts for, 0 or more. Default 1.

    Returns
    -------
    DataFrame
        Shape (7, 24): index ``weekday`` 0 (Monday) to 6, columns ``hour`` 0 to 23; sums to the number (or weight) of events
        with a known start. Minutes count exactly; an interval of whole weeks adds alike to every hour.

    Raises
    ------
    TableError
        A column is missing or holds no times, an interval ends before it starts, a weight is missing or negative.

    References
    ----------
    Ratcliffe JH (2002). Aoristic signatures and the spatio-temporal analysis of high volume crime patterns. Journal of
    Quantitative Criminology 18, 23-43.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat import places
    >>> events = pd.DataFrame({"start": pd.to_datetime(["2026-05-02 23:30"]), "end": pd.to_datetime(["2026-05-03 01:30"])})
    >>> pattern = places.week_pattern(events)  # two hours, from Saturday (5) to Sunday (6)
    >>> float(pattern.at[5, 23]), float(pattern.at[6, 0]), float(pattern.at[6, 1])
    (0.25, 0.5, 0.25)
    """
    parts = pieces(events, start=start, end=end)
    spread = _spread(parts, _weights(events, weights)[parts.event])
    return pd.DataFrame(spread.reshape(7, 24), index=pd.RangeIndex(7, name="weekday"), columns=pd.RangeIndex(24, name="hour"))


@keyed(events=())
def week_peaks(
    events: pd.DataFrame, *, start: str = "start", end: str = "end", hours: int = 6, fdr: float = 0.05
) -> pd.DataFrame:
    """Which parts of the week have more events than if they had been spread evenly over it?

    A vague time is no evidence: the variance of each part's sum is that of the same intervals placed at random in the week, so
    that a hundred burglaries "some time during the weekend" make no peak on Saturday night.

    Parameters
    ----------
    events : DataFrame
        As in `week_pattern`. Duplicates of one event must be gone.
    start, end : str
        Columns; `end` may be absent.
    hours : int
        Length of a part of the day, one of 1, 2, 3, 4, 6, 8, 12, 24.
    fdr : float
        Expected share of false peaks among those called.

    Returns
    -------
    DataFrame
        One row per part of the week: ``weekday from_hour to_hour count expected ratio weeks p_value q_value peak reason``.
        `count` is the aoristic sum, `weeks` the different weeks with an event whose middle falls in the part, `p_value`
        one-sided. Reasons for no verdict: "few" (under 30 events with a known time), "few_weeks" (more than expected but from
        fewer than 3 weeks: one disturbed evening is no pattern).

    Raises
    ------
    TableError, OptionError

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from kunskapsbaserat import places
    >>> fridays = pd.date_range("2026-01-02 22:00", periods=25, freq="7D")
    >>> others = pd.date_range("2026-01-01", "2026-06-30", periods=60)
    >>> table = places.week_peaks(pd.DataFrame({"start": fridays.append(others)}))
    >>> table[table["peak"]][["weekday", "from_hour", "to_hour", "count", "expected", "weeks"]].round(1)
        weekday  from_hour  to_hour  count  expected  weeks
    19        4         18       24   28.0       3.0     26
    """
    if hours not in DAY_PARTS:
        raise OptionError("hours", hours, DAY_PARTS)
    parts = pieces(events, start=start, end=end)
    n_events = len(np.unique(parts.event))
    count = _spread(parts, np.ones(len(parts.event))).reshape(-1, hours).sum(axis=1)
    expected = np.full(len(count), n_events * hours / WEEK)
    few = n_events < FEWEST_POINTS
    p = np.full(len(count), np.nan)
    if not few:
        scale = _second_moment(parts, hours) / expected[0]
        p = np.where(count > 0, scipy.special.gammainc(np.maximum(count, 1e-300) / scale, expected / scale), 1.0)
    weeks = _weeks(parts, hours)
    p_value = pd.Series(p)
    q_value = false_discovery_rate(p_value)
    called = (q_value <= fdr).to_numpy(dtype=bool)
    number = np.arange(len(count))
    per_day = 24 // hours
    return pd.DataFrame(
        {
            "weekday": number // per_day,
            "from_hour": number % per_day * hours,
            "to_hour": number % per_day * hours + hours,
            "count": count,
            "expected": expected,
            "ratio": np.divide(count, expected, out=np.full(len(count), np.nan), where=expected > 0),
            "weeks": weeks,
            "p_value": p_value,
            "q_value": q_value,
            "peak": called & (weeks >= FEWEST_WEEKS),
            "reason": reasons(p_value.index, (np.full(len(count), few), "few"), (called & (weeks < FEWEST_WEEKS), "few_weeks")),
        }
    )


def _weights(events: pd.DataFrame, weights: str | None) -> Floats:
    if weights is None:
        return np.ones(len(events))
    numbers_given = amounts(events, weights, "a weight", "en vikt")
    refuse(events, np.isnan(numbers_given), weights, "a weight, 0 or more", "en vikt, noll eller mer")
    return numbers_given


def _spread(parts: Pieces, weight: Floats) -> Floats:
    """Weight in each hour of the week, by exact overlap. What lies after a moment t is the rest of its hour and every later
    hour in full, so an interval is the difference between what lies after its start and after its end."""
    weight = weight * parts.share
    begin = week_hour(parts.start)
    moment = parts.hours <= 0
    rounds = np.floor(parts.hours / WEEK)
    density = np.divide(weight, parts.hours, out=np.zeros_like(weight), where=~moment)
    first, after = begin[~moment], (begin + parts.hours - rounds * WEEK)[~moment]
    dense = density[~moment]

    def beyond(t: Floats) -> tuple[Floats, Floats]:
        hour = np.floor(t).astype(np.intp)
        size = 2 * WEEK + 1
        rest = np.bincount(hour, dense * (hour + 1 - t), size)
        return rest.astype(float), np.bincount(hour, dense, size).astype(float)

    (rest, full), (rest_after, full_after) = beyond(first), beyond(after)
    later = np.concatenate([[0.0], np.cumsum(full - full_after)[:-1]])
    two_weeks = rest - rest_after + later
    total = two_weeks[:WEEK] + two_weeks[WEEK : 2 * WEEK]
    total += (density * rounds).sum()
    total += np.bincount(np.floor(begin[moment]).astype(np.intp), weight[moment], WEEK)
    expected: Floats = np.maximum(total, 0.0)
    return expected


def _second_moment(parts: Pieces, hours: int) -> float:
    """Sum over events of the mean square of its weight in a part of `hours`, were it placed at random in the week."""
    length = np.bincount(parts.event, parts.hours)[np.unique(parts.event)]
    rounds = np.floor(length / WEEK)
    rest = length - rounds * WEEK
    # An interval that leaves less than `hours` of the week out is looked at through what it leaves out.
    outside = rest > WEEK - hours
    short = np.where(outside, WEEK - rest, rest)
    low, high = np.minimum(short, hours), np.maximum(short, hours)
    mean, square = short * hours / WEEK, (2 * low**3 / 3 + low**2 * (high - low)) / WEEK
    mean, square = (
        np.where(outside, hours - mean, mean),
        np.where(outside, hours**2 - 2 * hours * mean + square, square),
    )
    overlap = (rounds * hours) ** 2 + 2 * rounds * hours * mean + square
    moment = length <= 0
    return float(np.where(moment, hours / WEEK, overlap / np.where(moment, 1.0, length) ** 2).sum())


def _weeks(parts: Pieces, hours: int) -> np.ndarray:
    middle = parts.start + parts.hours / 2
    part = np.floor(week_hour(middle) / hours).astype(np.int64)
    size = WEEK // hours
    seen = np.unique(week_number(middle) * size + part)
    return np.bincount(seen % size, minlength=size)
