"""Verdicts on the months: exact for few events, with the variance that the months, the years or other kommuner tell."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import scipy

from kunskapsbaserat.trends import beta_binomial
from kunskapsbaserat.trends.change_months import MonthComparison
from kunskapsbaserat.trends.comparison import Columns, Floats, added, floats, judged, objects
from kunskapsbaserat.trends.course import along
from kunskapsbaserat.trends.relative import beside_others, course_of
from kunskapsbaserat.trends.variation import TypicalVariation, moderated, pearson
from kunskapsbaserat.trends.verdicts import COLUMNS, Change, decided, relative_columns, score_p_value, verdicts, visible

FEW_BEYOND = 3.0  # when not even a tripling would have been seen, there is too little to judge
EXACT_UP_TO = 400  # events in all compared periods; above it the score test is as good


def judge_months(
    months: MonthComparison,
    typical: TypicalVariation | None,
    first_good: pd.Series,
    min_mean: float | None,
    verdict_options: tuple[float, float, str],
) -> pd.DataFrame:
    """The columns of `change` for lined-up months; `verdict_options` are confidence, power and family."""
    confidence, power, family = verdict_options
    table = months.table
    table.loc[(months.first_year < first_good).to_numpy(), "reason"] = "series_break"
    if typical is None:
        table["dispersion"], table["df"] = months.variation.dispersion(1 - confidence), months.variation.df
    else:
        table["dispersion"], table["df"] = moderated(table, typical)
    latest, earlier, share, dispersion, df = floats(table, "count_latest", "count_earlier", "share", "dispersion", "df")
    total = latest + earlier
    rise, _ = visible(total * (1 - share), share, dispersion, df, 1 - confidence, power)
    few = ~(rise <= FEW_BEYOND) if min_mean is None else table["mean"] < min_mean
    table.loc[table["reason"].isna() & few, "reason"] = "few"
    table[["dispersion", "df"]] = table[["dispersion", "df"]].where(table["reason"].isna())
    table["method"] = np.where(total <= EXACT_UP_TO, "exact", "score")
    table["p_value"] = _p_value(table, None if typical is not None else months)
    result = added(table, verdicts(table, confidence, power, family))
    result = result.assign(tested=result["p_value"].notna(), called=result["q_value"] <= 1 - confidence)
    tested, called = (result.groupby("family")[name].transform("sum") for name in ("tested", "called"))
    # The level that the called p-values met: without one month's excess a verdict has to meet it to stand.
    level = (1 - confidence) * called / tested.where(tested > 0)
    result["cautions"] = _cautions(result, months, level, typical is None)
    beside = _beside(table, months, typical)
    beside |= decided(beside, confidence, family)[0]
    return added(result, relative_columns(beside))[COLUMNS]


def _beside(table: pd.DataFrame, months: MonthComparison, typical: TypicalVariation | None) -> dict[str, Any]:
    """The comparison given the others' course of whole years; of parts of years there is none."""
    course = course_of(table, typical if months.whole_years else None)
    fitted = along(months.year_counts, months.year_fitted * course, months.year_counts.shape[1] - months.earlier)
    around = pearson(months.year_counts, fitted, *floats(months.table, "own_df"))
    compared = {**table, **beside_others(table, course, around, typical)}
    return {**compared, "p_value": _p_value(compared, None)}


def _p_value(rows: Columns, months: MonthComparison | None) -> Floats:
    """Exact or score test with Student's t; without `typical` the weights of the possible dispersions decide."""
    p = score_p_value(rows)
    to_judge = judged(rows)
    latest, earlier, share, phi, df = floats(rows, "count_latest", "count_earlier", "share", "dispersion", "df")
    exact = to_judge & (objects(rows, "method") == "exact")
    if exact.any():
        tails = beta_binomial.two_sided(latest[exact], (latest + earlier)[exact], share[exact], phi[exact])
        deviation = -scipy.special.ndtri(np.clip(tails / 2, 1e-300, 0.5))
        p[exact] = 2 * scipy.special.stdtr(df[exact], -deviation)
    if months is None:
        return p
    half = np.clip(np.where(np.isnan(p), 1, p) / 2, 1e-300, 0.5)
    scale = np.sqrt(np.where(np.isnan(phi), 1, phi) / months.variation.months)
    statistic = -scipy.special.stdtrit(months.variation.df, half) * scale
    return np.where(to_judge, months.variation.tail(statistic), np.nan)


def _cautions(result: pd.DataFrame, months: MonthComparison, level: pd.Series, weighed: bool) -> pd.Series:
    up = result["change"] == Change.SAKERSTALLD_OKNING
    certain = up | (result["change"] == Change.SAKERSTALLD_MINSKNING)
    without = result.assign(
        count_latest=(result["count_latest"] - months.excess_latest.where(up, 0)).round().clip(lower=0),
        count_earlier=(result["count_earlier"] - months.excess_earlier.where(~up, 0)).round().clip(lower=0),
    )
    decides = certain & ~(_p_value(without, months if weighed else None) <= level)
    flags = {
        "preliminary": result["preliminary"],
        "still_filling_up": months.filling_up,
        "one_month_decides": decides,
        "missing_months": months.missing,
    }
    columns = zip(*(flag.tolist() for flag in flags.values()), strict=True)
    rows = [tuple(name for name, holds in zip(flags, row, strict=True) if holds) for row in columns]
    return pd.Series(rows, index=result.index, dtype=object)
