"""The last twelve months beside the same months of earlier years: the sums, and how much such sums vary."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kunskapsbaserat import tables
from kunskapsbaserat.rates.keys import keys_once
from kunskapsbaserat.trends.month_variation import YearVariation, year_variation
from kunskapsbaserat.trends.years import SERIES

Floats = NDArray[np.float64]

FILLING_UP = 2  # months: late reports reach the publisher for about so long
ENOUGH = 0.75  # of the months that a comparison needs


@dataclass(frozen=True, slots=True)
class MonthComparison:
    """`table` has one row per series (see `verdicts`), with ``mean own_dispersion own_df``; the rest goes with its rows.

    `excess_latest` and `excess_earlier` are the largest excess of one month over what the season lets expect. `year_counts` and
    `year_fitted` (m, years) are the sums of the compared months and what season and level let expect, `whole_years` whether
    those are all months of the year.
    """

    table: pd.DataFrame
    variation: YearVariation
    first_year: pd.Series
    excess_latest: pd.Series
    excess_earlier: pd.Series
    filling_up: pd.Series
    missing: pd.Series
    earlier: int
    year_counts: Floats
    year_fitted: Floats
    whole_years: bool


def compare_months(counts: pd.DataFrame, latest: int, earlier: int, months: int) -> MonthComparison:
    """Line up the last `months` months of the `latest` years with the same months of the `earlier` ones."""
    per_year = tables.PER_YEAR[tables.frequency(counts)]
    keys, cube, status = lined_up(counts, latest + earlier, per_year)
    used = per_year - max(months * per_year // 12, 1)
    cube[:, :, :used] = np.nan
    before, after = cube[:, :earlier], cube[:, earlier:]
    common = np.asarray(np.any(~np.isnan(before), axis=1) & np.all(~np.isnan(after), axis=1))
    wanted = per_year - used
    there = ~np.isnan(cube) & common[:, None, :]
    enough = (common.sum(axis=1) >= ENOUGH * wanted) & (there.sum(axis=(1, 2)) >= ENOUGH * wanted * (latest + earlier))
    complete = there.sum(axis=(1, 2)) == wanted * (latest + earlier)
    cube[~there] = np.nan
    sums = [np.nansum(part, axis=1) for part in (cube[:, earlier:], cube[:, :earlier])]  # per calendar month
    known_years = there[:, :earlier].sum(axis=1)
    count_latest, count_earlier = sums[0].sum(axis=1), sums[1].sum(axis=1)
    share = _share_of_latest(sums[0] + sums[1], common, latest, known_years)
    residuals, fitted = _residuals(cube, earlier, sums, known_years, latest)
    between, between_df = _between(residuals, fitted, earlier)
    mean_month = (count_latest + count_earlier) / np.maximum(there.sum(axis=(1, 2)), 1)
    last = counts["period"].max()
    yearly = np.where(enough, 1.0, np.nan)
    table = keys.assign(
        latest_from=last.year - latest + 1,
        latest_to=last.year,
        earlier_from=last.year - latest - earlier + 1,
        earlier_to=last.year - latest,
        count_latest=count_latest * yearly,
        count_earlier=count_earlier * yearly,
        mean_latest=count_latest / latest * yearly,
        mean_earlier=_earlier_mean(count_earlier, share, latest) * yearly,
        mean=mean_month * common.sum(axis=1) * yearly,
        share=np.where(share > 0, share, np.nan),
        own_dispersion=between,
        own_df=between_df,
        preliminary=status["preliminary"],
    )
    table["reason"] = pd.Series([None if ok else "missing_years" for ok in enough], index=table.index, dtype=object)
    excess = _excess(cube, earlier, known_years)
    return MonthComparison(
        table,
        year_variation(residuals, mean_month, between, between_df, mean_month * np.maximum(common.sum(axis=1), 1)),
        pd.Series((last - (latest + earlier) * per_year + 1 + used).year, index=table.index),
        pd.Series(excess[0], index=table.index),
        pd.Series(excess[1], index=table.index),
        pd.Series(status["filling_up"], index=table.index),
        pd.Series(enough & ~complete, index=table.index),
        earlier=earlier,
        year_counts=np.nansum(cube, axis=2),
        year_fitted=np.nansum(fitted, axis=2),
        whole_years=used == 0,
    )


def _share_of_latest(sums: Floats, common: NDArray[np.bool_], latest: int, known_years: Floats) -> Floats:
    """The part of all events that would fall in the latest years if nothing changed: each calendar month has its own weight."""
    total = sums.sum(axis=1)
    expected = np.where(common, sums * latest / (latest + known_years), 0.0).sum(axis=1)
    time_share = np.where(common, latest / (latest + known_years), 0.0).sum(axis=1) / np.maximum(common.sum(axis=1), 1)
    return np.asarray(np.where(total > 0, expected / np.where(total > 0, total, 1), time_share))


def _earlier_mean(count_earlier: Floats, share: Floats, latest: int) -> Floats:
    """Yearly mean of the earlier years over the months that the latest ones have."""
    return count_earlier * share / np.maximum(1 - share, 1e-12) / latest


def lined_up(counts: pd.DataFrame, years: int, per_year: int) -> tuple[pd.DataFrame, Floats, dict[str, NDArray[np.bool_]]]:
    """The series in sorted order, their counts as (series, years, months of the year that ends with the last month), NaN where
    there is none, and which of them are preliminary."""
    groups = counts.groupby(SERIES, sort=True)
    keys = groups.size().index.to_frame(index=False)
    row = groups.ngroup().to_numpy()
    ordinal = counts["period"].array.asi8
    behind = ordinal.max() - ordinal
    inside = behind < years * per_year
    wide = np.full(len(keys) * years * per_year, np.nan)
    place = (row[inside] + 1) * years * per_year - 1 - behind[inside]
    if np.bincount(place).max() > 1:
        keys_once(counts, [*SERIES, "period"])
    wide[place] = counts["count"].to_numpy(dtype=float, na_value=np.nan)[inside]
    preliminary = (counts["status"] == "preliminary").to_numpy()
    status = {}
    for name, reach in (("preliminary", per_year), ("filling_up", FILLING_UP)):
        flagged = np.zeros(len(keys), dtype=bool)
        flagged[row[preliminary & (behind < reach)]] = True
        status[name] = flagged
    return keys, wide.reshape(len(keys), years, per_year), status


def _residuals(cube: Floats, earlier: int, sums: list[Floats], known_years: Floats, latest: int) -> tuple[Floats, Floats]:
    """Counts less month effect times the level of their own period, and what was fitted."""
    whole = np.maximum(known_years + latest, 1)
    month = (sums[0] + sums[1]) / whole  # mean of each calendar month over all years
    levels = []
    for part, per_month in ((cube[:, :earlier], known_years), (cube[:, earlier:], np.full_like(known_years, latest))):
        expected = (month * per_month).sum(axis=1)
        levels.append(np.divide(np.nansum(part, axis=(1, 2)), expected, out=np.ones(len(cube)), where=expected > 0))
    level = np.repeat(np.column_stack(levels), [earlier, latest], axis=1)
    fitted = np.where(np.isnan(cube), np.nan, month[:, None, :] * level[:, :, None])
    return cube - fitted, fitted


def _excess(cube: Floats, earlier: int, known_years: Floats) -> tuple[Floats, Floats]:
    """Largest excess of one latest month, and of one earlier, over what the season and the other months let expect."""
    before, after = cube[:, :earlier], cube[:, earlier:]
    sums = np.nansum(before, axis=1)
    usual = np.divide(sums, known_years, out=np.zeros_like(sums), where=known_years > 0)[:, None, :]
    counted = ~np.isnan(after)
    rest = np.nansum(after, axis=(1, 2))[:, None, None] - np.nan_to_num(after)
    rest_usual = np.sum(usual * counted, axis=(1, 2))[:, None, None] - usual
    level = np.divide(rest, rest_usual, out=np.ones_like(after), where=rest_usual > 0)
    latest = np.max(np.nan_to_num(after - usual * level), axis=(1, 2))
    others = (known_years - 1)[:, None, :] * np.ones_like(before)
    mean_others = np.divide(sums[:, None, :] - np.nan_to_num(before), others, out=np.zeros_like(before), where=others > 0)
    return np.maximum(latest, 0), np.maximum(np.max(np.nan_to_num(before - mean_others), axis=(1, 2)), 0)


def _between(residuals: Floats, fitted: Floats, earlier: int) -> tuple[Floats, Floats]:
    """Dispersion of the yearly sums around the mean of their own period, and its degrees of freedom."""
    years = np.nansum(residuals, axis=2)
    expected = np.nansum(fitted, axis=2)
    chi_square = np.divide(years**2, expected, out=np.zeros_like(years), where=expected > 0).sum(axis=1)
    seen = np.asarray(np.any(~np.isnan(residuals), axis=2))
    df = np.maximum(seen[:, :earlier].sum(axis=1) - 1, 0) + np.maximum(seen[:, earlier:].sum(axis=1) - 1, 0)
    return np.divide(chi_square, df, out=np.ones(len(years)), where=df > 0), df.astype(float)
