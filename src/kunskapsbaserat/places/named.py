"""Which named places have more events this period than they usually have, and than the other places' development says?"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from kunskapsbaserat.errors import OptionError, TableError
from kunskapsbaserat.rates.checks import Floats, confidence_level, numbers, reasons, refuse
from kunskapsbaserat.rates.keys import keyed
from kunskapsbaserat.rates.multiplicity import false_discovery_rate
from kunskapsbaserat.trends.verdicts import Change

FEWEST_PERIODS = 6  # earlier ones
FEWEST_EVENTS = 5  # earlier and now together
PERSISTENT_SHARE = 2 / 3  # of the earlier periods with an event


@dataclass(frozen=True, eq=False, slots=True)
class _Tables:
    """Counts by place: now, earlier (places, periods), and the size of each period."""

    now: Floats
    earlier: Floats
    size_now: float
    sizes: Floats


@keyed(events=("@place", "@period"))
def named_places(
    events: pd.DataFrame,
    *,
    place: str = "place",
    period: str = "period",
    periods: Sequence[Hashable] | None = None,
    exposure: pd.Series | None = None,
    active: pd.Series | None = None,
    confidence: float = 0.95,
    fdr: float = 0.05,
) -> pd.DataFrame:
    """The latest period at every place, beside the place's own earlier periods and beside the other places.

    More reporters give more reports at all places: a place is new only when it has more than its own history says per active
    reporter, or, where `active` is not given, has also grown more than the others.

    Parameters
    ----------
    events : DataFrame
        One row per event, all periods.
    place, period : str
        Columns: name of the place; the period it belongs to (pandas Period or whole numbers).
    periods : sequence, optional
        Every period looked at, in order, the latest last: one without any event must not be forgotten. Default all from the
        first to the last among the events.
    exposure, active : Series, optional
        By period: its length (days, opening hours), and the number of active reporters. Both scale what is expected.
    confidence : float
        Of the expected ranges.
    fdr : float
        Expected share of false ones among the places called, and among those said to have grown more than the others.

    Returns
    -------
    DataFrame
        One row per place, lowest p-value first: ``place count earlier periods_with_events rank expected lower upper
        expected_others lower_others upper_others p_value q_value p_others q_others verdict status reason``. `earlier` is the
        sum of the earlier periods, `rank` the place's order among those sums; the ranges hold a new count with the given
        confidence, from the place's own history and from what the other places did. `p_value` two-sided against the own
        history, `p_others` against the others. `verdict` is a `Change`; `status` is "new" (säkerställd ökning per active
        reporter, or säkerställd ökning that is säkerställt more than the others'), "general" (säkerställd ökning, but not
        säkerställt more than the others': it may be the reporting), "fewer", "persistent" (as usual, with events in two thirds
        of the earlier periods and now) or "usual". Reasons for no verdict: "short_history" (under 6 earlier periods), "few"
        (under 5 events).

    Raises
    ------
    TableError
        A place or period is missing, an event lies outside `periods`, or a period has events but no exposure or reporters.

    Notes
    -----
    Given the sum of now and earlier, a Poisson count now is binomial with the share of the time that is now, which gives the
    range of a new count (Krishnamoorthy and Peng 2011) without assuming the mean known. Counts that vary more than Poisson are
    divided by the dispersion that all places have in common in the earlier periods, never below 1.

    References
    ----------
    Krishnamoorthy K, Peng J (2011). Improved closed-form prediction intervals for binomial and Poisson distributions. Journal
    of Statistical Planning and Inference 141, 1709-1718.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat import places
    >>> count = {"torget": [5] * 8, "skolan": [4, 5, 3, 4, 5, 4, 4, 15], "parken": [8, 7, 9, 8, 7, 8, 9, 8]}
    >>> rows = [(place, year) for place, counts in count.items() for year, n in enumerate(counts, 2018) for _ in range(n)]
    >>> table = places.named_places(pd.DataFrame(rows, columns=["place", "period"]))
    >>> table[["place", "count", "expected", "lower", "upper", "status"]].round(1)
        place  count  expected  lower  upper      status
    0  skolan     15       4.1    1.0    9.0         new
    1  parken      8       8.0    3.0   15.0  persistent
    2  torget      5       5.0    1.0   10.0  persistent
    """
    confidence_level(fdr, "fdr")
    every = _periods(events, period, periods)
    names = pd.Index(sorted(events[place].unique()), name="place")
    tables = _tables(events, place, period, names, every, exposure, active)
    verdicts = _judged(tables, confidence)
    short, few = np.full(len(names), len(every) - 1 < FEWEST_PERIODS), tables.now + tables.earlier.sum(axis=1) < FEWEST_EVENTS
    reason = reasons(pd.RangeIndex(len(names)), (short, "short_history"), (few, "few"))
    judged = reason.isna().to_numpy()
    for name in ("p_value", "p_others"):
        verdicts.loc[~judged, name] = np.nan
    if short.any():
        verdicts[["expected", "lower", "upper", "expected_others", "lower_others", "upper_others"]] = np.nan
    q_value, q_others = false_discovery_rate(verdicts["p_value"]), false_discovery_rate(verdicts["p_others"])
    verdict = _verdicts(tables.now > verdicts["expected"], q_value, few & ~short, judged, fdr)
    table = pd.DataFrame(
        {
            "place": names,
            "count": tables.now.astype(np.int64),
            "earlier": tables.earlier.sum(axis=1).astype(np.int64),
            "periods_with_events": (tables.earlier > 0).sum(axis=1),
        }
    )
    table["rank"] = table["earlier"].rank(ascending=False, method="min").astype(int)
    table = table.join(verdicts).assign(q_value=q_value, q_others=q_others, verdict=verdict, reason=reason)
    table["status"] = _status(table, tables.earlier.shape[1], fdr, counted=active is not None)
    order = [c for c in table if c not in ("q_value", "p_others", "q_others", "verdict", "status", "reason")]
    order += ["q_value", "p_others", "q_others", "verdict", "status", "reason"]
    return table[order].sort_values(["p_value", "place"], ignore_index=True, na_position="last")


def _periods(events: pd.DataFrame, period: str, periods: Sequence[Hashable] | None) -> pd.Index:
    column = events[period]
    if periods is not None:
        every = pd.Index(periods)
        refuse(events, ~column.isin(every).to_numpy(), period, "a period among `periods`", "en av de perioder som räknas upp")
        return every
    if not len(events):
        raise TableError(
            "events, or the periods without any", forvantat="händelser, eller de perioder som saknar", column=period
        )
    if isinstance(column.dtype, pd.PeriodDtype):
        return pd.period_range(column.min(), column.max())
    if pd.api.types.is_integer_dtype(column.dtype):
        return pd.RangeIndex(int(column.min()), int(column.max()) + 1)
    raise OptionError(
        "periods",
        None,
        ("every period in order, for instance sorted labels",),
        tillatna=("alla perioder i ordning, till exempel sorterade namn",),
    )


def _tables(
    events: pd.DataFrame,
    place: str,
    period: str,
    names: pd.Index,
    every: pd.Index,
    exposure: pd.Series | None,
    active: pd.Series | None,
) -> _Tables:
    counts = np.zeros((len(names), len(every)))
    np.add.at(counts, (names.get_indexer(events[place]), every.get_indexer(events[period])), 1)
    size = np.ones(len(every))
    for name, values in (("exposure", exposure), ("active", active)):
        if values is None:
            continue
        amounts = numbers(values.reindex(every).to_frame(name), name)
        bad = (
            np.isnan(amounts)
            | (amounts < 0)
            | ((amounts == 0) & (counts.sum(axis=0) > 0))
            | ((amounts == 0) & (every == every[-1]))
        )
        refuse(pd.DataFrame({name: amounts}, index=every), bad, name, "a number above 0 for the period", "ett tal över noll")
        size = size * amounts
    return _Tables(counts[:, -1], counts[:, :-1], float(size[-1]), size[:-1])


def _judged(tables: _Tables, confidence: float) -> pd.DataFrame:
    sizes, earlier = tables.sizes, tables.earlier.sum(axis=1)
    whole = sizes.sum()
    share = tables.size_now / (tables.size_now + whole)
    dispersion = _dispersion(tables)
    own = _range(earlier, np.full(len(earlier), share), np.full(len(earlier), dispersion), confidence)
    others_now, others_earlier = tables.now.sum() - tables.now, earlier.sum() - earlier
    judgeable = (others_now > 0) & (others_earlier > 0)
    now, before = np.where(judgeable, others_now, 1.0), np.where(judgeable, others_earlier, 1.0)
    relative = now / (now + before)
    both = tables.now + earlier
    # The others' development is itself a count: what is added to the binomial variance is that of its share.
    wider = dispersion * (1 + both * relative * (1 - relative) * (1 / now + 1 / before))
    by_others = _range(earlier, relative, wider, confidence)

    def where_known(values: Floats) -> Floats:
        return np.where(judgeable, values, np.nan)

    return pd.DataFrame(
        {
            "expected": earlier * tables.size_now / whole if whole > 0 else np.full(len(earlier), np.nan),
            "lower": own[0],
            "upper": own[1],
            "expected_others": where_known(earlier * now / before),
            "lower_others": where_known(by_others[0]),
            "upper_others": where_known(by_others[1]),
            "p_value": _two_sided(tables.now, earlier, np.full(len(earlier), share), np.full(len(earlier), dispersion)),
            "p_others": where_known(_two_sided(tables.now, earlier, relative, wider)),
        }
    )


def _dispersion(tables: _Tables) -> float:
    """Variance over mean of the earlier counts round each place's own mean, all places together."""
    whole = tables.sizes.sum()
    if whole <= 0 or tables.earlier.sum() == 0:
        return 1.0
    mean = tables.earlier.sum(axis=1, keepdims=True) * tables.sizes / whole
    free = (mean * (1 - tables.sizes / whole)).sum()
    return max(1.0, float(((tables.earlier - mean) ** 2).sum() / free)) if free > 0 else 1.0


def _more(count: Floats, earlier: Floats, share: Floats, dispersion: Floats) -> Floats:
    """Chance of at least so many."""
    return np.where(
        count > 0, scipy.special.betainc(np.maximum(count, 1e-300) / dispersion, earlier / dispersion + 1, share), 1.0
    )


def _fewer(count: Floats, earlier: Floats, share: Floats, dispersion: Floats) -> Floats:
    """Chance of at most so many."""
    some = earlier > 0
    return np.where(some, scipy.special.betaincc(count / dispersion + 1, np.where(some, earlier, 1.0) / dispersion, share), 1.0)


def _two_sided(count: Floats, earlier: Floats, share: Floats, dispersion: Floats) -> Floats:
    least = np.minimum(_more(count, earlier, share, dispersion), _fewer(count, earlier, share, dispersion))
    probability: Floats = np.minimum(2 * least, 1.0)
    return probability


def _range(earlier: Floats, share: Floats, dispersion: Floats, confidence: float) -> tuple[Floats, Floats]:
    """The counts that are neither too many nor too few."""
    tail = (1 - confidence) / 2
    too_many = _first(lambda k: _more(k, earlier, share, dispersion) <= tail, len(earlier))
    not_few = _first(lambda k: _fewer(k, earlier, share, dispersion) > tail, len(earlier))
    return not_few, too_many - 1


def _first(holds: Callable[[Floats], NDArray[np.bool_]], size: int) -> Floats:
    """Smallest whole number from 0 on for which a condition holds, that holds for all larger ones."""
    high = np.ones(size)
    while not (reached := holds(high)).all():
        high = np.where(reached, high, high * 2)
    low = np.full(size, -1.0)
    while (high - low > 1).any():
        middle = np.floor((low + high) / 2)
        enough = holds(np.maximum(middle, 0))
        open_ = high - low > 1
        low, high = np.where(open_ & ~enough, middle, low), np.where(open_ & enough, middle, high)
    return high


def _verdicts(more: pd.Series, q: pd.Series, few: np.ndarray, judged: np.ndarray, fdr: float) -> list[Change]:
    verdicts = np.full(len(q), Change.KAN_INTE_BEDOMAS, dtype=object)
    verdicts[few] = Change.FOR_FA_BROTT
    verdicts[judged] = Change.INGEN_SAKERSTALLD_SKILLNAD
    return [
        verdict if not called else Change.SAKERSTALLD_OKNING if up else Change.SAKERSTALLD_MINSKNING
        for verdict, called, up in zip(verdicts, q <= fdr, more, strict=True)
    ]


def _status(table: pd.DataFrame, earlier_periods: int, fdr: float, *, counted: bool) -> pd.Series:
    rose = table["verdict"] == Change.SAKERSTALLD_OKNING
    beyond = (table["q_others"] <= fdr) & (table["count"] > table["expected_others"])
    alone = table["expected_others"].isna() | counted
    often = (table["periods_with_events"] >= PERSISTENT_SHARE * earlier_periods) & (table["count"] > 0) & (earlier_periods > 0)
    codes = np.select(
        [rose & (beyond | alone), rose, table["verdict"] == Change.SAKERSTALLD_MINSKNING, often],
        ["new", "general", "fewer", "persistent"],
        "usual",
    )
    return pd.Series(codes, index=table.index, dtype=object)
