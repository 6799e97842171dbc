"""Rates over months, rolling windows, several years and parts of years, from person-time that exists without any offence.

The person-years of a window are those of its months, whether or not an offence was reported in them. Dividing by the
population of the months that hold offences gives an area with offences in 3 of 12 months a rate four times too high, and an
area without offences none at all.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from kunskapsbaserat import tables
from kunskapsbaserat.errors import OptionError, TableError
from kunskapsbaserat.rates.checks import Floats, amounts, columns, counts, option
from kunskapsbaserat.rates.crude import crude_rate
from kunskapsbaserat.rates.exposure import mean_population
from kunskapsbaserat.rates.keys import COUNTS, EXPOSURE, keyed, keys_once

SERIES = ["area", "area_level", "offence", "sex"]
ABSENT = ("missing", "zero")


@keyed(exposure=EXPOSURE)
def person_years(exposure: pd.DataFrame, *, freq: str = "M", status: str = "final", kind: str = "residents") -> pd.DataFrame:
    """Person-years per area and year, quarter or month, for every area and period whose population is known.

    A month of a final year has a twelfth of a population that moves evenly from one 31 December to the next, so that the
    months of a year sum to Brå's denominator; a preliminary one a twelfth of that of 31 December before.

    Parameters
    ----------
    exposure : DataFrame
        The exposure contract.
    freq : {"Y", "Q", "M"}
        Length of the periods.
    status, kind : str
        As in `mean_population`.

    Returns
    -------
    DataFrame
        ``area area_level period exposure`` (person-years in the period).

    Raises
    ------
    OptionError
        An unknown length of period or status.
    TableError
        A column is missing, or a key stands twice.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat import rates
    >>> falun = pd.DataFrame({"area": "2080", "area_level": "kommun", "kind": "residents", "year": [2023, 2024]})
    >>> falun["value"] = [59_986.0, 59_945.0]  # SCB, 31 December
    >>> quarters = rates.person_years(falun, freq="Q")
    >>> quarters["exposure"].round(1).tolist(), float(quarters["exposure"].sum())
    ([14995.2, 14992.7, 14990.1, 14987.5], 59965.5)
    """
    option("freq", freq, tuple(tables.PER_YEAR))
    years = mean_population(exposure, status=status, kind=kind)
    parts = tables.PER_YEAR[freq]
    rows = years.loc[years.index.repeat(parts)].reset_index(drop=True)
    part = np.tile(np.arange(parts), len(years))
    size = rows["exposure"].to_numpy(dtype=float)
    if status == "final" and parts > 1:
        at_end = exposure[exposure["kind"] == kind].set_index(["area", "area_level", "year"])["value"]
        end = at_end.reindex(pd.MultiIndex.from_frame(rows[["area", "area_level", "year"]])).to_numpy(dtype=float)
        size = size + (end - size) * (2 * (part + 0.5) / parts - 1)  # the mean of the two year-ends lies in the middle
    first = (rows["year"].to_numpy(dtype=int) - 1970) * parts + part
    return rows[["area", "area_level"]].assign(period=pd.PeriodIndex.from_ordinals(first, freq=freq), exposure=size / parts)


@keyed(counts=COUNTS, person_years=("area", "area_level", "period!", "exposure#"))
def rolling_rate(
    counts: pd.DataFrame,
    person_years: pd.DataFrame,
    *,
    window: int = 12,
    absent: str = "missing",
    per: float = 100_000,
    confidence: float = 0.95,
    method: str = "exact_byar",
) -> pd.DataFrame:
    """Yearly rates over a moving window of periods.

    Parameters
    ----------
    counts : DataFrame
        The counts contract, one frequency.
    person_years : DataFrame
        ``area area_level period exposure`` in the same frequency, from `person_years`.
    window : int
        Number of periods; 12 months by default.
    absent : {"missing", "zero"}
        What it means that a series has no row for a period between the table's first and last: "missing", nobody knows; or
        "zero", for tables summed up from incidents, where nothing reported gives no row. Then every area with person-years
        gets every offence of the table. A row whose count is missing is missing either way.
    per, confidence, method
        As in `crude_rate`.

    Returns
    -------
    DataFrame
        One row per series and window: ``area area_level offence sex from_period period count exposure`` and the columns of
        `crude_rate`; `exposure` is the window's person-years and the rate is per `per` person-years. A window with a missing
        count has the reason "no_count", one with a month without population "no_exposure".

    Raises
    ------
    TableError
        Periods of two frequencies, a doubled key, or a count that is negative or not whole.
    OptionError
        A window that is shorter than one period or longer than the table.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat import rates
    >>> place = {"area": "2080", "area_level": "kommun", "period": pd.period_range("2013-01", "2014-02", freq="M")}
    >>> damage = pd.DataFrame(place).assign(offence="skadegorelse_2013", sex="alla", status="final")
    >>> damage["count"] = [38, 26, 28, 39, 54, 49, 37, 44, 48, 40, 48, 34, 34, 26]  # Brå, Falun
    >>> people = pd.DataFrame(place).assign(exposure=56_800 / 12)
    >>> found = rates.rolling_rate(damage, people).astype({"rate": int})
    >>> found[["from_period", "period", "count", "rate"]]
      from_period   period  count  rate
    0     2013-01  2013-12    485   853
    1     2013-02  2014-01    481   846
    2     2013-03  2014-02    481   846
    """
    grid = _grid(counts, person_years, absent)
    span = grid.events.shape[1]
    if not 1 <= window <= span:
        raise OptionError("window", window, (f"1 to {span} periods",), tillatna=(f"1 till {span} perioder",))
    events, size = _moving_sum(grid.events, window), _moving_sum(grid.size, window)
    ends = grid.periods[window - 1 :]
    rows = grid.series.loc[grid.series.index.repeat(len(ends))].reset_index(drop=True)
    rows = rows.assign(
        from_period=_tiled(ends - (window - 1), len(grid.series)),
        period=_tiled(ends, len(grid.series)),
        count=pd.array(events.ravel(), dtype="Float64").astype("Int64"),
        exposure=size.ravel(),
    )
    return crude_rate(rows, per=per, confidence=confidence, method=method, key=())


@keyed(counts=COUNTS, person_years=("area", "area_level", "period!", "exposure#"))
def pooled_rate(
    counts: pd.DataFrame,
    person_years: pd.DataFrame,
    *,
    absent: str = "missing",
    per: float = 100_000,
    confidence: float = 0.95,
    method: str = "exact_byar",
) -> pd.DataFrame:
    """The mean yearly rate of the whole period, from person-years (not the mean of the yearly rates).

    Parameters
    ----------
    counts, person_years, absent, per, confidence, method
        As in `rolling_rate`.

    Returns
    -------
    DataFrame
        One row per series, the columns of `rolling_rate`, with one window from the first period of the table to its last.

    Raises
    ------
    TableError
        As in `rolling_rate`.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat import rates
    >>> place = {"area": "2080", "area_level": "kommun", "period": pd.period_range("2022", "2024", freq="Y")}
    >>> burglary = pd.DataFrame(place).assign(offence="bostadsinbrott", sex="alla", status="final", count=[127, 136, 163])
    >>> people = pd.DataFrame(place).assign(exposure=[59_827.5, 59_902.0, 59_965.5])
    >>> rates.pooled_rate(burglary, people)[["count", "exposure", "rate", "lower", "upper"]].round(1)
       count  exposure   rate  lower  upper
    0    426  179695.0  237.1  215.1  260.7
    """
    window = _grid(counts, person_years, absent).events.shape[1]
    return rolling_rate(counts, person_years, window=window, absent=absent, per=per, confidence=confidence, method=method)


@keyed(counts=COUNTS, person_years=("area", "area_level", "period!", "exposure#"))
def year_to_date(
    counts: pd.DataFrame,
    person_years: pd.DataFrame,
    *,
    through: pd.Period | str | None = None,
    absent: str = "missing",
    per: float = 100_000,
    confidence: float = 0.95,
    method: str = "exact_byar",
) -> pd.DataFrame:
    """The same months of every year: January to September beside January to September, never made into a year.

    Parameters
    ----------
    counts : DataFrame
        The counts contract, monthly or quarterly.
    person_years : DataFrame
        As in `rolling_rate`.
    through : Period or str, optional
        The last month or quarter; default the table's last.
    absent, per, confidence, method
        As in `rolling_rate`.

    Returns
    -------
    DataFrame
        One row per series and year: the series, ``year from_period period share_of_year preliminary count exposure`` and the
        columns of `crude_rate`. `exposure` is the mean population of those months, so the rate is events per `per` inhabitants
        in that part of the year. Years whose months are not all in the table are missing ("no_count").

    Raises
    ------
    TableError
        The periods are years, or as in `rolling_rate`.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat import rates
    >>> place = {"area": "2080", "area_level": "kommun", "period": pd.period_range("2025Q1", "2026Q2", freq="Q")}
    >>> reported = pd.DataFrame(place).assign(offence="totalt", sex="alla", status=["final"] * 4 + ["preliminary"] * 2)
    >>> reported["count"] = [906, 1059, 1279, 1241, 1150, 1341]  # Brå
    >>> people = pd.DataFrame(place).assign(exposure=59_970 / 4)
    >>> rates.year_to_date(reported, people)[["year", "share_of_year", "preliminary", "count", "rate"]].round(1)
       year  share_of_year  preliminary  count    rate
    0  2025            0.5        False   1965  3276.6
    1  2026            0.5         True   2491  4153.7
    """
    parts = tables.PER_YEAR[tables.frequency(counts)]
    if parts == 1:
        raise TableError("monthly or quarterly periods", forvantat="månader eller kvartal", column="period")
    freq = counts["period"].dtype.freq
    last = counts["period"].max() if through is None else pd.Period(through, freq=freq)
    grid = _grid(counts[counts["period"] <= last], person_years, absent)
    length = (last.ordinal % parts) + 1
    years = np.arange(grid.periods[0].year, last.year + 1)
    starts = pd.PeriodIndex.from_ordinals((years - 1970) * parts, freq=freq)
    events, size = _moving_sum(grid.events, length), _moving_sum(grid.size, length) * parts / length
    at = starts.asi8 - grid.periods.asi8[0]
    inside = (at >= 0) & (at < events.shape[1])
    values = [np.where(inside, each[:, np.clip(at, 0, each.shape[1] - 1)], np.nan) for each in (events, size)]
    early = counts.loc[(counts["status"] == "preliminary") & (counts["period"] <= last)]
    early = early[(early["period"].array.asi8 % parts) < length]
    rows = grid.series.loc[grid.series.index.repeat(len(years))].reset_index(drop=True)
    rows = rows.assign(
        year=np.tile(years, len(grid.series)),
        from_period=_tiled(starts, len(grid.series)),
        period=_tiled(starts + (length - 1), len(grid.series)),
        share_of_year=length / parts,
        preliminary=np.isin(np.tile(years, len(grid.series)), early["period"].dt.year.unique()),
        count=pd.array(values[0].ravel(), dtype="Float64").astype("Int64"),
        exposure=values[1].ravel(),
    )
    return crude_rate(rows, per=per, confidence=confidence, method=method, key=())


class _Grid(NamedTuple):
    """Series in rows, periods without gaps in columns."""

    series: pd.DataFrame
    periods: pd.PeriodIndex
    events: Floats
    size: Floats


def _grid(table: pd.DataFrame, time: pd.DataFrame, absent: str) -> _Grid:
    option("absent", absent, ABSENT)
    columns(table, [*SERIES, "period", "count"])
    columns(time, ["area", "area_level", "period", "exposure"])
    if table.empty:
        raise TableError("at least one row of counts", forvantat="minst en rad med anmälda brott")
    for name, each in (("counts", table), ("person_years", time)):
        if not isinstance(each["period"].dtype, pd.PeriodDtype):
            raise TableError(
                "a pandas Period column with one frequency", column="period", got=f"{each['period'].dtype} in {name}"
            )
    if table["period"].dtype != time["period"].dtype:
        raise TableError(
            f"person-years in the frequency of the counts ({table['period'].dtype})",
            forvantat="personår med samma periodlängd som brotten",
            column="period",
            got=str(time["period"].dtype),
        )
    keys_once(table, [*SERIES, "period"])
    keys_once(time, ["area", "area_level", "period"])
    periods = pd.period_range(table["period"].min(), table["period"].max(), freq=table["period"].dtype.freq)
    series = table[SERIES].drop_duplicates()
    if absent == "zero":
        places = pd.concat([series[["area", "area_level"]], time[["area", "area_level"]]]).drop_duplicates()
        levels = series["area_level"].unique()
        series = places[places["area_level"].isin(levels)].merge(series[["offence", "sex"]].drop_duplicates(), how="cross")
    series = series.reset_index(drop=True)
    shape = (len(series), len(periods))
    events = np.full(shape, 0.0 if absent == "zero" else np.nan)
    row = pd.MultiIndex.from_frame(series).get_indexer(pd.MultiIndex.from_frame(table[SERIES]))
    events[row, table["period"].array.asi8 - periods.asi8[0]] = counts(table, "count")
    inside = time[time["period"].between(periods[0], periods[-1])]
    places = inside[["area", "area_level"]].drop_duplicates().reset_index(drop=True)
    by_place = np.full((len(places) + 1, len(periods)), np.nan)
    place = pd.MultiIndex.from_frame(places)
    at = place.get_indexer(pd.MultiIndex.from_frame(inside[["area", "area_level"]]))
    by_place[at, inside["period"].array.asi8 - periods.asi8[0]] = amounts(inside, "exposure")
    size = by_place[place.get_indexer(pd.MultiIndex.from_frame(series[["area", "area_level"]]))]  # -1: the row without any
    return _Grid(series, periods, events, size)


def _moving_sum(values: Floats, window: int) -> Floats:
    """Sums over `window` columns; NaN where one of them is."""
    unknown = np.isnan(values)
    summed = np.cumsum(np.pad(np.where(unknown, 0.0, values), ((0, 0), (1, 0))), axis=1)
    gaps = np.cumsum(np.pad(unknown, ((0, 0), (1, 0))), axis=1)
    total = summed[:, window:] - summed[:, :-window]
    return np.where(gaps[:, window:] > gaps[:, :-window], np.nan, total)


def _tiled(periods: pd.PeriodIndex, times: int) -> pd.PeriodIndex:
    return pd.PeriodIndex.from_ordinals(np.tile(periods.asi8, times), freq=periods.freq)
