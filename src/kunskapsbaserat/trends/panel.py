"""Every series of a table at once: verdict, trend, joinpoints and early warning, as columns for `screen`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from kunskapsbaserat import tables
from kunskapsbaserat.errors import OptionError, TableError
from kunskapsbaserat.rates.keys import COUNTS, keyed, keys_once
from kunskapsbaserat.rates.multiplicity import false_discovery_rate
from kunskapsbaserat.trends.change import Baseline, change, usual_baseline, variation_of_years
from kunskapsbaserat.trends.change_months import lined_up
from kunskapsbaserat.trends.count_trend import FEW
from kunskapsbaserat.trends.farrington_panel import farrington_latest
from kunskapsbaserat.trends.glm_batch import fit_poisson
from kunskapsbaserat.trends.joinpoint import information, joinpoint, most_joinpoints
from kunskapsbaserat.trends.joinpoint_search import Grid
from kunskapsbaserat.trends.series import break_years
from kunskapsbaserat.trends.variation import TypicalVariation
from kunskapsbaserat.trends.verdicts import Change
from kunskapsbaserat.trends.years import SERIES, summed_years

Floats = NDArray[np.float64]

CRITERIA = ("bic3", "wbic", "permutation")
MIN_YEARS = 5
MOST_YEARS = 5  # that the early warning looks back

Progress = Callable[[str, int, int], None]


@keyed(counts=COUNTS, exposure=("area", "year", "year#", "value#"))
def trend_panel(
    counts: pd.DataFrame,
    exposure: pd.DataFrame | None = None,
    *,
    baseline: Baseline | None = None,
    typical: TypicalVariation | None = None,
    breaks: Mapping[str, int] | None = None,
    joinpoints: str = "bic3",
    max_joinpoints: int = 2,
    alarm_level: float = 0.01,
    confidence: float = 0.95,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Judge all areas and offences of a counts table.

    Parameters
    ----------
    counts : DataFrame
        The counts contract, years or months.
    exposure : DataFrame
        Rows ``area year value`` (persons; mean of the year or at its end), for the trend and the joinpoints of rates. Without
        it counts are followed.
    baseline, typical, breaks
        As for `change`. Without `typical` the dispersion is pooled over the whole table where it has at least ten series
        (each area is then one of its own comparisons, which with many areas does not matter).
    joinpoints : {"bic3", "wbic", "permutation"}
        How the number of joinpoints is chosen. "permutation" takes a fraction of a second a series.
    max_joinpoints : int
        At most; less for short series.
    alarm_level : float
        One-sided level of the early warning of a single series.
    confidence : float
        One minus the false discovery rate, over the whole table and separately for the verdicts, the trends and the alarms.
    progress : callable
        Called with the name of a step, how many of them are done, and how many there are.

    Returns
    -------
    DataFrame
        One row per series, sorted by its key. All of `change`'s columns, and

        - ``trend_per_year trend_lower trend_upper`` (per cent), ``trend_p trend_q trend`` (`Change`), ``trend_from
          trend_to trend_reason`` (None, "few_years", "few", "no_exposure"): log-linear quasi-Poisson over the years since
          the latest series break;
        - ``joinpoints`` (how many), ``latest_joinpoint`` (year), ``latest_apc`` (per cent a year of the last segment):
          log-linear, a year without events counting half an event;
        - ``alarm_expected alarm_upper alarm alarm_p alarm_q alarm_reason``: early warning for the latest month
          (None, "few", "no_fit", "short"; years have none: "yearly"). `alarm` is the single series' at `alarm_level`; `alarm_q`
          is for the table.

    Raises
    ------
    TableError
        The table is empty.
    OptionError
        An unknown criterion.

    Notes
    -----
    300 series of 5 to 200 events a year over ten years, one kommun in twenty doubled in the last year (30 panels a cell, all in
    benchmarks/panel_calibration.txt): share of unchanged series whose own test alarms, the false discovery rate over the table,
    and share of the doubled ones (at least 20 events a year) that are called.

    ==========  ===============  ==========  ============  =====  =====  ===========
    dispersion  autocorrelation  year's cv   each alarms   fdr    found  each trend
    ==========  ===============  ==========  ============  =====  =====  ===========
    1           0.0              0.00        2.3 %         0.0 %  81 %   1.6 %
    1           0.3              0.15        4.3 %         0.0 %  33 %   4.9 %
    2           0.3              0.00        4.8 %         1.9 %  41 %   4.9 %
    4           0.0              0.15        4.6 %         0.6 %  18 %   5.4 %
    4           0.3              0.00        4.4 %         5.0 %  13 %   5.3 %
    4           0.3              0.15        4.3 %         4.8 %  10 %   5.5 %
    ==========  ===============  ==========  ============  =====  =====  ===========

    Early warnings over the table are called in at most 0.9 % of the unchanged series, most where the dispersion is 4.

    References
    ----------
    As for `change`, `count_trend`, `joinpoint` and `farrington`.

    Examples
    --------
    Theft and robbery in Falun and Borlänge; a table of all kommuner is judged by the same call:

    >>> from kunskapsbaserat.data import embedded
    >>> from kunskapsbaserat.trends import trend_panel
    >>> thefts = embedded.counts_groups().query("area in ['2080', '2081'] and offence == 'stold_ran_kap8'")
    >>> trend_panel(thefts)[["area", "change", "trend", "trend_per_year"]].round(1)
       area                      change                  trend  trend_per_year
    0  2080  ingen_sakerstalld_skillnad  sakerstalld_minskning            -2.4
    1  2081  ingen_sakerstalld_skillnad  sakerstalld_minskning            -4.4
    """
    if joinpoints not in CRITERIA:
        raise OptionError("joinpoints", joinpoints, CRITERIA)
    if counts.empty:
        raise TableError("at least one row of counts", forvantat="minst en rad med anmälda brott")
    steps = ("change", "trend", "joinpoints", "early_warning")
    say = progress or (lambda *_: None)
    say(steps[0], 0, len(steps))
    written = counts[SERIES].dtypes
    counts = counts.astype(dict.fromkeys(SERIES, "category"))  # every step groups by them: told apart once, they are numbers
    years = summed_years(counts)
    pool = typical if typical is not None else variation_of_years(years, baseline or usual_baseline(counts), breaks)
    verdict = change(counts, baseline=baseline, typical=pool, breaks=breaks, confidence=confidence, family="table")
    verdict = verdict.sort_values(SERIES, ignore_index=True)
    say(steps[1], 1, len(steps))
    wide, people = _yearly(years, exposure, verdict)
    first_year = _first_years(verdict["offence"], wide.columns.to_numpy(), breaks, counts)
    trends = _trends(wide, people, first_year, confidence)
    say(steps[2], 2, len(steps))
    bends = _joinpoints(wide, people, first_year, joinpoints, max_joinpoints)
    say(steps[3], 3, len(steps))
    alarms = _alarms(counts, verdict, breaks, alarm_level)
    say(steps[3], 4, len(steps))
    return pd.concat([verdict, trends, bends, alarms], axis=1).astype(written)


def _yearly(years: pd.DataFrame, exposure: pd.DataFrame | None, keys: pd.DataFrame) -> tuple[pd.DataFrame, Floats]:
    """Counts per series and year in the order of `keys`, and person-years beside them (1 without exposure)."""
    wide = years.pivot(index=SERIES, columns="year", values="count").sort_index(axis=1)
    wide = wide.reindex(pd.MultiIndex.from_frame(keys[SERIES]))
    wide = wide.reindex(columns=range(int(wide.columns.min()), int(wide.columns.max()) + 1))
    if exposure is None:
        return wide, np.ones(wide.shape)
    keys_once(exposure, ["area", "year"])
    table = exposure.pivot(index="area", columns="year", values="value")
    people = table.reindex(index=keys["area"], columns=wide.columns).to_numpy(dtype=float)
    return wide, np.where(people > 0, people, np.nan)


def _first_years(
    offences: pd.Series, years: NDArray[np.int64], breaks: Mapping[str, int] | None, counts: pd.DataFrame
) -> NDArray[np.int64]:
    """First year of each series that can be compared with the last one; a broken year holds months of the year before."""
    last = counts["period"].max()
    broken = int(tables.frequency(counts) != "Y" and last.end_time.month != 12)
    first = {o: max(break_years(o, breaks), default=int(years[0]) - broken) + broken for o in offences.unique()}
    starts: NDArray[np.int64] = np.maximum(offences.map(first).to_numpy(dtype=np.int64), int(years[0]))
    return starts


def _groups(wide: pd.DataFrame, people: Floats, first: NDArray[np.int64]) -> dict[int, NDArray[np.intp]]:
    """Rows by how many of the last years they have in one piece, with exposure."""
    usable = ~np.isnan(wide.to_numpy(dtype=float)) & ~np.isnan(people) & (wide.columns.to_numpy() >= first[:, None])
    length = np.where(usable.all(axis=1), usable.shape[1], np.argmin(usable[:, ::-1], axis=1))
    return {int(n): np.flatnonzero(length == n) for n in np.unique(length)}


def _trends(wide: pd.DataFrame, people: Floats, first: NDArray[np.int64], confidence: float) -> pd.DataFrame:
    m = len(wide)
    figures = np.full((m, 4), np.nan)
    start = np.full(m, np.nan)
    reason = np.where(np.isnan(people[:, -1]), "no_exposure", "few_years").astype(object)
    counts = wide.to_numpy(dtype=float)
    for n, rows in _groups(wide, people, first).items():
        if n < MIN_YEARS:
            continue
        y, offset = counts[rows, -n:], np.log(people[rows, -n:])
        enough = y.mean(axis=1) >= FEW
        reason[rows] = np.where(enough, "", "few")
        kept = rows[enough]
        start[rows] = wide.columns[-n]
        time = np.arange(n) - (n - 1) / 2
        fit = fit_poisson(np.column_stack([np.ones(n), time]), y[enough], offset=offset[enough])
        error = np.sqrt(np.maximum(fit.dispersion, 1) * fit.unscaled[:, 1, 1])
        slope, half = fit.coefficients[:, 1], scipy.special.stdtrit(fit.df, 0.5 + confidence / 2) * error
        percent = [100 * np.expm1(value) for value in (slope, slope - half, slope + half)]
        figures[kept] = np.column_stack([*percent, 2 * scipy.special.stdtr(fit.df, -np.abs(slope) / error)])
    table = pd.DataFrame(figures, columns=["trend_per_year", "trend_lower", "trend_upper", "trend_p"])
    table["trend_q"] = false_discovery_rate(table["trend_p"])
    certain = table["trend_q"] <= 1 - confidence
    verdict = np.select(
        [reason == "few", table["trend_p"].isna(), certain & (table["trend_per_year"] > 0), certain],
        [Change.FOR_FA_BROTT, Change.KAN_INTE_BEDOMAS, Change.SAKERSTALLD_OKNING, Change.SAKERSTALLD_MINSKNING],
        Change.INGEN_SAKERSTALLD_SKILLNAD,
    )
    table["trend"] = pd.Series([Change(value) for value in verdict], dtype=object)
    table["trend_from"], table["trend_to"] = start, np.where(np.isnan(start), np.nan, wide.columns[-1])
    return table.assign(trend_reason=pd.Series([str(text) if text else None for text in reason], dtype=object))


def _joinpoints(wide: pd.DataFrame, people: Floats, first: NDArray[np.int64], criterion: str, most: int) -> pd.DataFrame:
    m = len(wide)
    figures = np.full((m, 3), np.nan)
    counts = wide.to_numpy(dtype=float)
    for n, rows in _groups(wide, people, first).items():
        allowed = min(most, most_joinpoints(n, None))
        if n < MIN_YEARS:
            continue
        kept = rows[counts[rows, -n:].mean(axis=1) >= FEW]
        if len(kept) == 0:
            continue
        years = wide.columns[-n:].to_numpy(dtype=float)
        rates = np.maximum(counts[kept, -n:], 0.5) / people[kept, -n:]
        if criterion == "permutation":
            figures[kept] = [_by_permutation(rate, years, allowed) for rate in rates]
        else:
            figures[kept] = _by_criterion(np.log(rates).T, years, allowed, criterion)
    return pd.DataFrame(figures, columns=["joinpoints", "latest_joinpoint", "latest_apc"])


def _by_criterion(y: Floats, years: Floats, most: int, criterion: str) -> Floats:
    """Number, latest joinpoint and last yearly change of each column of `y`, grouped by where the joinpoints stand."""
    grid = Grid(years, most, to_end=2, between=2)
    best = grid.search(y)
    chosen = information(grid, best, y)[criterion].argmin(axis=0)
    result = np.full((y.shape[1], 3), np.nan)
    middle = years - years.mean()
    for k in np.unique(chosen):
        columns = np.flatnonzero(chosen == k)
        places = best.positions[k][:, columns]
        for place in np.unique(places, axis=1).T:
            here = columns[(places == place[:, None]).all(axis=0)]
            hinges = [np.maximum(0, years - years[p]) for p in place]
            beta = np.linalg.lstsq(np.column_stack([np.ones(len(years)), middle, *hinges]), y[:, here], rcond=None)[0]
            result[here, 0] = k
            result[here, 1] = years[place[-1]] if k else np.nan
            result[here, 2] = 100 * np.expm1(beta[1:].sum(axis=0))
    return result


def _by_permutation(rate: Floats, years: Floats, most: int) -> tuple[float, float, float]:
    fit = joinpoint(rate, year=years, max_joinpoints=most)
    return float(len(fit.joinpoints)), fit.joinpoints[-1] if fit.joinpoints else np.nan, fit.apc


def _alarms(counts: pd.DataFrame, keys: pd.DataFrame, breaks: Mapping[str, int] | None, level: float) -> pd.DataFrame:
    m = len(keys)
    per_year = {"M": 12, "Q": 4}.get(tables.frequency(counts))
    figures = pd.DataFrame(np.full((m, 3), np.nan), columns=["expected", "upper", "tail"])
    alarm = np.zeros(m, dtype=bool)
    reason = np.full(m, "yearly" if per_year is None else "short", dtype=object)
    if per_year is not None:
        numbers = _monthly(counts, keys, breaks, per_year)
        gap = np.isnan(numbers[:, ::-1])
        length = np.where(gap.any(axis=1), gap.argmax(axis=1), numbers.shape[1])
        for years in range(MOST_YEARS, 2, -1):
            needed = years * per_year + 2
            rows = np.flatnonzero((length >= needed) & (length < (np.inf if years == MOST_YEARS else needed + per_year)))
            if len(rows):
                part = farrington_latest(numbers[rows, -needed:], frequency=per_year, b=years, alpha=level)
                figures.iloc[rows] = part[figures.columns].to_numpy()
                alarm[rows], reason[rows] = part["alarm"], part["reason"].to_numpy()
    table = figures.rename(columns={"expected": "alarm_expected", "upper": "alarm_upper", "tail": "alarm_p"})
    table.insert(2, "alarm", alarm)
    table["alarm_q"] = false_discovery_rate(table["alarm_p"])
    return table.assign(alarm_reason=pd.Series([str(text) if text else None for text in reason], dtype=object))


def _monthly(counts: pd.DataFrame, keys: pd.DataFrame, breaks: Mapping[str, int] | None, per_year: int) -> Floats:
    """The latest counts of each series in the order of `keys`, NaN where missing or before the latest series break."""
    numbers: Floats = lined_up(counts, MOST_YEARS + 1, per_year)[1].reshape(len(keys), -1)
    periods = pd.period_range(end=counts["period"].max(), periods=numbers.shape[1])
    first = {o: max(break_years(o, breaks), default=0) for o in keys["offence"].unique()}
    numbers[periods.year.to_numpy() < keys["offence"].map(first).to_numpy()[:, None]] = np.nan
    return numbers
