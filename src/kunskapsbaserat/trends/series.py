"""One series out of a table, cut where the statistics changed: the doorway to every method that takes a series."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kunskapsbaserat import catalogue
from kunskapsbaserat.errors import OptionError, TableError
from kunskapsbaserat.rates.keys import keyed


@keyed(counts=("area", "offence", "sex", "period!", "count#"))
def series(
    counts: pd.DataFrame,
    *,
    area: str,
    offence: str,
    sex: str = "alla",
    breaks: Mapping[str, int] | None = None,
    across_breaks: bool = False,
) -> pd.Series:
    """The counts of one area and offence in time order, from the latest series break on.

    Parameters
    ----------
    counts : DataFrame
        The counts contract.
    area, offence, sex : str
        Which series.
    breaks : mapping of offence to year
        First year that can be compared with later ones; default from the catalogue.
    across_breaks : bool
        Give the whole series all the same: for a chart that shows the break, never for a model.

    Returns
    -------
    Series
        Float counts on a PeriodIndex without gaps; a missing count inside is NaN, those before the first and after the last
        known one are left out. ``attrs["breaks"]`` are the first good years of the breaks within the table's span, for charts.

    Raises
    ------
    TableError
        There is no such series, or nothing of it after the break.
    OptionError
        The offence is not in the catalogue and `breaks` does not have it.

    Examples
    --------
    Car crime was counted in another way before 2018, so the series begins there:

    >>> from kunskapsbaserat.data import embedded
    >>> from kunskapsbaserat.trends import series
    >>> riket = series(embedded.counts_year(), area="00", offence="bilbrott")
    >>> riket.head(3)
    2018    57046.0
    2019    54791.0
    2020    58591.0
    Freq: Y-DEC, Name: bilbrott, dtype: float64
    """
    rows = counts[(counts["area"] == area) & (counts["offence"] == offence) & (counts["sex"] == sex)]
    values = rows.set_index("period")["count"].astype("Float64").astype(float).sort_index()
    values = values.loc[values.first_valid_index() : values.last_valid_index()] if values.notna().any() else values.iloc[:0]
    if values.empty:
        raise TableError(
            "a series with counts for this area and offence",
            forvantat="en serie med tal för området och brottet",
            got=f"{area} {offence} {sex}",
        )
    values = values.reindex(pd.period_range(values.index[0], values.index[-1], freq=values.index.freq))
    first_years = break_years(offence, breaks)
    values.attrs["breaks"] = [year for year in first_years if values.index[0].year < year <= values.index[-1].year]
    values.name = offence
    if across_breaks or not first_years:
        return values
    kept = values[values.index.year >= max(first_years)]
    if kept.notna().sum() == 0:
        raise TableError(
            f"counts from {max(first_years)} on: earlier years cannot be compared with later ones",
            forvantat=f"tal från {max(first_years)} och framåt: åren före går inte att jämföra med dem efter",
            got=f"{area} {offence} {sex}",
        )
    kept.attrs["breaks"] = values.attrs["breaks"]
    return kept


def break_years(offence: str, breaks: Mapping[str, int] | None = None) -> list[int]:
    """First good year of each series break of an offence, in order."""
    if breaks is not None:
        return [breaks[offence]] if offence in breaks else []
    return sorted(b.first_good for b in catalogue.offence(offence).breaks)


def first_good_years(offences: pd.Series, breaks: Mapping[str, int] | None = None) -> pd.Series:
    """First comparable year of each row's offence, NaN where there is no break."""
    return pd.Series(first_good(offences.to_numpy(dtype=object), breaks), index=offences.index, name=offences.name)


def first_good(offences: Sequence[str] | NDArray[np.object_], breaks: Mapping[str, int] | None = None) -> NDArray[np.float64]:
    """First comparable year of each offence, NaN where there is no break."""
    first = {offence: max(break_years(offence, breaks), default=np.nan) for offence in dict.fromkeys(offences)}
    return np.array([first[offence] for offence in offences], dtype=float)


@keyed(counts=("area?", "offence", "period!"))
def split_at_breaks(counts: pd.DataFrame, *, breaks: Mapping[str, int] | None = None) -> pd.DataFrame:
    """The rows of `counts` with ``part``: 0 before the first series break of the offence, one more after each.

    Parameters
    ----------
    counts : DataFrame
        The counts contract, yearly or finer.
    breaks : mapping of offence to year
        First year that can be compared with later ones; default from the catalogue.

    Returns
    -------
    DataFrame
        The rows of `counts`, same order and index, with ``part`` (int).

    Raises
    ------
    OptionError
        An offence is not in the catalogue and `breaks` does not have it.

    Examples
    --------
    >>> from kunskapsbaserat.data import embedded
    >>> from kunskapsbaserat.trends import split_at_breaks
    >>> cars = embedded.counts_year().query("area == '00' and offence == 'bilbrott'")
    >>> split_at_breaks(cars)[["period", "count", "part"]].head(3)
      period  count  part
    0   2017  11896     0
    1   2018  57046     1
    2   2019  54791     1
    """
    years = counts["period"].dt.year
    part = np.zeros(len(counts), dtype=int)
    for offence in counts["offence"].unique():
        here = (counts["offence"] == offence).to_numpy()
        for first_good in break_years(offence, breaks):
            part[here & (years >= first_good).to_numpy()] += 1
    return counts.assign(part=part)


@keyed(shares=("area", "measure", "start_year#", "end_year#", "share#"))
def survey_series(shares: pd.DataFrame, *, area: str, measure: str, group: str | None = None) -> pd.Series:
    """The shares (0-1) of one measure by the last year of each window; refused when windows overlap.

    Two windows with a year in common hold the same answers: as points of a trend they would be counted twice.

    Parameters
    ----------
    shares : DataFrame
        The survey contract.
    area, measure : str
        Which series.
    group : str
        Where the table has a column ``group``: one of its values.

    Returns
    -------
    Series, shape (surveys,)
        Shares 0-1, on the last year of each window; missing shares are left out.

    Raises
    ------
    TableError
        Windows overlap, or there is no such series.
    OptionError
        A `group` is asked for and the table has no such column.

    Examples
    --------
    >>> from kunskapsbaserat.data import embedded
    >>> from kunskapsbaserat.trends import survey_series
    >>> survey_series(embedded.survey(), area="00", measure="otrygg_kvall").tail(3).round(3)
    year
    2023    0.265
    2024    0.242
    2025    0.250
    Name: otrygg_kvall, dtype: float64
    """
    rows = shares[(shares["area"] == area) & (shares["measure"] == measure)].dropna(subset=["share"])
    if group is not None:
        if "group" not in rows:
            raise OptionError("group", group, (None,))
        rows = rows[rows["group"] == group]
    rows = rows.sort_values("end_year")
    if rows.empty:
        raise TableError(
            "shares for this area and measure", forvantat="andelar för området och frågan", got=f"{area} {measure}"
        )
    clash = rows["start_year"].to_numpy()[1:] <= rows["end_year"].to_numpy()[:-1]
    if clash.any():
        first, second = rows.iloc[int(clash.argmax())], rows.iloc[int(clash.argmax()) + 1]
        windows = [f"{row['start_year']}-{row['end_year']}" for row in (first, second)]
        raise TableError(
            "survey windows without a year in common",
            forvantat="mätperioder som inte överlappar",
            column="start_year",
            got=" and ".join(windows),
            hint="keep every other window: overlapping ones hold the same answers",
            tips="behåll varannan mätning: överlappande perioder innehåller samma svar",
        )
    index = pd.Index(rows["end_year"].to_numpy(dtype=int), name="year")
    return pd.Series(rows["share"].to_numpy(dtype=float), index=index, name=measure)
