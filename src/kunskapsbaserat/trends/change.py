"""Has the level changed? The latest period against the earlier ones, by a rule that is fixed beforehand."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kunskapsbaserat import tables
from kunskapsbaserat.errors import OptionError, TableError
from kunskapsbaserat.rates.keys import COUNTS, keyed
from kunskapsbaserat.trends.change_months import compare_months
from kunskapsbaserat.trends.comparison import Columns, frame
from kunskapsbaserat.trends.course import along
from kunskapsbaserat.trends.month_verdicts import judge_months
from kunskapsbaserat.trends.relative import around_course, beside_others, course_of
from kunskapsbaserat.trends.series import first_good, first_good_years
from kunskapsbaserat.trends.variation import TypicalVariation, moderated, pearson, typical_variation, year_counts
from kunskapsbaserat.trends.verdicts import COLUMNS, FAMILIES, Change, decided, relative_columns, score_p_value, verdicts
from kunskapsbaserat.trends.years import SERIES, default_baseline, summed_years

__all__ = ["MIN_MEAN", "Baseline", "Change", "change", "variation_of"]

MIN_MEAN = 20


@dataclass(frozen=True, slots=True)
class Baseline:
    """Which years are compared: the `latest` years against the `earlier` years just before them.

    With monthly or quarterly counts a year is the twelve months up to the last one; `months` compares only the last so many
    months of each such year (January to September with January to September).

    Parameters
    ----------
    latest, earlier : int
        Years in each period, at least 1.
    months : int
        The last so many months of each year, 1 to 12.

    Raises
    ------
    OptionError
        A period without a year, or months outside 1 to 12.

    Examples
    --------
    One year against the three before, instead of the default's two against five:

    >>> from kunskapsbaserat.data import embedded
    >>> from kunskapsbaserat.trends import Baseline, change
    >>> borlange = embedded.counts_groups().query("area == '2081' and offence == 'skadegorelse_kap12'")
    >>> row = change(borlange, baseline=Baseline(latest=1, earlier=3)).iloc[0]
    >>> print(row["earlier_from"], row["earlier_to"], row["latest_to"], round(row["ratio"], 2), row["change"])
    2022 2024 2025 0.76 ingen_sakerstalld_skillnad
    """

    latest: int
    earlier: int
    months: int = 12

    def __post_init__(self) -> None:
        if self.latest < 1 or self.earlier < 1:
            raise OptionError(
                "baseline",
                (self.latest, self.earlier),
                ("at least one year in each period",),
                tillatna=("minst ett år i varje period",),
            )
        if not 1 <= self.months <= 12:
            raise OptionError("baseline months", self.months, ("1 to 12",), tillatna=("1 till 12",))


@keyed(counts=COUNTS)
def change(
    counts: pd.DataFrame,
    *,
    baseline: Baseline | None = None,
    typical: TypicalVariation | None = None,
    breaks: Mapping[str, int] | None = None,
    min_mean: float | None = None,
    confidence: float = 0.95,
    power: float = 0.80,
    family: str = "area",
) -> pd.DataFrame:
    """Two verdicts for every series: has the level changed, and has it changed more, or less, than the other kommuner's?

    The count of the latest period, given the total, is compared with its share of the time; the interval for the ratio of
    the yearly means inverts the same test. Periods vary more than chance: the variance is multiplied by a dispersion.
    Counts are not divided by population.

    Years: the latest period ends with the last year that the table has for the offence, so that a measure published to 2025 and
    one published to 2024 are judged each over its own years. The test is a quasi-binomial score test; the dispersion comes from
    the years within each period and, when `typical` is given, is moderated by what is usual for the offence in other kommuner.
    Years follow each other, so two periods differ by more than the years within them: the part of the dispersion beyond chance
    is multiplied by what the correlation between years, estimated from the other kommuner (0.5 without them), does to a
    difference between periods (`trends.correlation`).

    The second verdict, in the columns that begin with ``relative_``, is the same test with the others' common course in the
    place of "no change": the latest period's share of the events is what that course gives, the years vary around it, and its
    own noise is added. When the whole country moves, a kommun has changed and yet not changed more than the others. It needs
    `typical`.

    Months and quarters: the same months are compared, so that season cancels out; a month that is missing is left out of
    its year, and a calendar month without latest count is left out of all years (caution "missing_months"). With up to 400
    events the test is exact (beta-binomial), above that the score test. Without `typical` the dispersion weighs what the
    months tell, with their autocorrelation, with what the few years tell (see `month_variation`).

    The verdict is "säkerställd" when the false discovery rate over all verdicts of the same area is at most
    1 - `confidence` (Benjamini and Hochberg). It says that the level differs by more than the usual variation between
    years, never why.

    Parameters
    ----------
    counts : DataFrame
        The counts contract.
    baseline : Baseline
        Default: two years against the five before, as the act makes the kommun follow up every second year; for
        months and quarters the last twelve months against the five twelve-month periods before.
    typical : TypicalVariation
        From `variation_of` on other kommuner. Without it each series stands on its own.
    breaks : mapping of offence to year
        First year that can be compared with later ones; default from the catalogue. A series whose years reach over
        a break is not judged.
    min_mean : float
        Mean yearly count below which nothing is judged. Default 20 for years; for months instead the rule that at least
        a tripling would have been seen, given the total. Whether a series is judged depends on its total and its variation
        only, so the error rate of the test is untouched by the choice.
    confidence : float
        Of the interval, and one minus the false discovery rate of the verdicts.
    power : float
        Probability with which the smallest visible change would have been found; 0.70 (rises) and 0.93 (falls) is reached where
        0.80 is asked (benchmarks/change_calibration.txt), as the noise grows with the counts.
    family : {"area", "table"}
        Whether false discoveries are controlled over the verdicts of each area (one report) or of the whole table.

    Returns
    -------
    DataFrame
        One row per series: its key, ``latest_from latest_to earlier_from earlier_to`` (years), ``count_latest
        count_earlier`` (sums), ``mean_latest mean_earlier`` (per year), ``ratio lower upper`` (of the means),
        ``confidence p_value q_value``, ``dispersion df``, ``method`` ("score" or "exact"), ``visible_increase
        visible_decrease`` (the ratios that would have been found with probability `power`, given the other verdicts of the
        area; missing where not even a fall to one per cent would have been), ``change`` (`Change`), ``reason`` (None,
        "missing_years", "series_break", "few" or "no_upper_limit"), ``percent_ok`` (both means are 20 or more; below that
        absolute numbers are shown), ``cautions`` (a tuple of "preliminary", "still_filling_up": the last two months are
        preliminary, "one_month_decides": without one month's excess the verdict falls, "missing_months") and
        ``preliminary``. Then ``others_ratio`` (the others' latest mean over their earlier one), ``relative_ratio relative_lower
        relative_upper`` (`ratio` over `others_ratio`) and ``relative_p_value relative_q_value relative_change
        relative_reason``, whose false discoveries are controlled apart; the reason may also be "no_others": no `typical`, fewer
        than five others, other years than theirs, or months of part of a year.

    Raises
    ------
    TableError
        The table is empty.
    OptionError
        An option is out of range, or an offence is not in the catalogue and `breaks` is not given.

    Notes
    -----
    Months, each series alone, simulated with a season and a correlation of 0.3 between neighbouring months: share called
    säkerställd when nothing has changed, share "för få brott", and share called for true changes (4 000 series a cell, all 72
    cells in benchmarks/month_calibration.txt; the worst has 3.5 % false verdicts):

    ======  ==========  =====  ====  =====  =====  =====
    a year  dispersion  false  few   +50 %  x 2    -50 %
    ======  ==========  =====  ====  =====  =====  =====
    5       1           0.7 %  91 %  4 %    10 %   0 %
    20      1           1.9 %  2 %   18 %   55 %   25 %
    20      4           2.4 %  81 %  8 %    16 %   4 %
    50      1           1.7 %  0 %   36 %   92 %   60 %
    50      4           3.5 %  14 %  16 %   42 %   19 %
    200     1           1.1 %  0 %   92 %   100 %  98 %
    200     4           2.1 %  0 %   46 %   93 %   53 %
    ======  ==========  =====  ====  =====  =====  =====

    The rates lie below 5 % because room is kept for years whose level differs, as real ones do: with a coefficient of
    variation of 0.2 between years there are 3 to 7 % false verdicts, with 0.3 up to 10 %. `typical` measures that variation
    instead of guarding against it.

    References
    ----------
    McCullagh P, Nelder JA (1989). Generalized Linear Models, 2nd ed., 4.5. Benjamini Y, Hochberg Y (1995). Controlling
    the false discovery rate. J R Stat Soc B 57, 289-300. Error rates: benchmarks/change_calibration.txt (years) and
    benchmarks/month_calibration.txt (months).

    Examples
    --------
    Crime against property and persons in Borlänge, 2024-2025 against 2019-2023:

    >>> from kunskapsbaserat.data import embedded
    >>> from kunskapsbaserat.trends import change
    >>> verdicts = change(embedded.counts_groups().query("area == '2081'"))
    >>> verdicts[["offence", "mean_earlier", "mean_latest", "change"]].round(0)
                   offence  mean_earlier  mean_latest                      change
    0     brott_mot_person        1315.0       1544.0  ingen_sakerstalld_skillnad
    1  narkotika_och_vapen         700.0        773.0  ingen_sakerstalld_skillnad
    2   skadegorelse_kap12         779.0        550.0  ingen_sakerstalld_skillnad
    3       stold_ran_kap8        2028.0       1680.0  ingen_sakerstalld_skillnad
    4               totalt        6103.0       6135.0  ingen_sakerstalld_skillnad

    With others' usual variation as `typical` a second verdict is given; see `variation_of`.
    """
    if family not in FAMILIES:
        raise OptionError("family", family, FAMILIES)
    rule = baseline or usual_baseline(counts)
    if _yearly(counts):
        rows = _series(summed_years(counts), rule, breaks, MIN_MEAN if min_mean is None else min_mean)
        rows["method"] = np.full(len(rows["share"]), "score", dtype=object)
        beside = {**rows, **_beside(rows, typical)}
        rows["dispersion"], rows["df"] = moderated(rows, typical)
        for answer in (rows, beside):
            answer["p_value"] = score_p_value(answer)
        beside |= decided(beside, confidence, family)[0]
        return frame({**rows, **verdicts(rows, confidence, power, family), **relative_columns(beside)})[COLUMNS]
    months = compare_months(counts, rule.latest, rule.earlier, rule.months)
    return judge_months(
        months, typical, first_good_years(months.table["offence"], breaks), min_mean, (confidence, power, family)
    )


@keyed(counts=COUNTS)
def variation_of(
    counts: pd.DataFrame,
    *,
    baseline: Baseline | None = None,
    breaks: Mapping[str, int] | None = None,
    min_mean: float = MIN_MEAN,
) -> TypicalVariation | None:
    """How years vary and which course they share, pooled over the series of `counts` (other kommuner than the judged one).

    Parameters
    ----------
    counts : DataFrame
        The counts contract, yearly, of many kommuner.
    baseline, breaks, min_mean
        As for `change`.

    Returns
    -------
    TypicalVariation, or None with fewer than ten series that can be judged
        What `change` takes as `typical`.

    Examples
    --------
    >>> from kunskapsbaserat.data import embedded
    >>> from kunskapsbaserat.trends import change, variation_of
    >>> counts = embedded.counts_groups()
    >>> usual = variation_of(counts[counts["area"] != "1480"])
    >>> goteborg = change(counts[counts["area"] == "1480"], typical=usual).set_index("offence").loc["totalt"]
    >>> str(goteborg["change"]), str(goteborg["relative_change"])
    ('ingen_sakerstalld_skillnad', 'sakerstalld_minskning')
    """
    return variation_of_years(summed_years(counts), baseline or usual_baseline(counts), breaks, min_mean)


def variation_of_years(
    years: pd.DataFrame, rule: Baseline, breaks: Mapping[str, int] | None, min_mean: float = MIN_MEAN
) -> TypicalVariation | None:
    """`variation_of` the years that `summed_years` gives."""
    table = frame(_series(years, rule, breaks, min_mean))
    return typical_variation(table[table["reason"].isna()])


@keyed(counts=COUNTS)
def dispersion_of(
    counts: pd.DataFrame,
    *,
    baseline: Baseline | None = None,
    breaks: Mapping[str, int] | None = None,
    min_mean: float = MIN_MEAN,
) -> pd.DataFrame:
    """One row per series with what `typical_variation` pools; a row depends on its own series and the years compared alone."""
    return frame(_series(summed_years(counts), baseline or usual_baseline(counts), breaks, min_mean))


def usual_baseline(counts: pd.DataFrame) -> Baseline:
    """What is compared when nothing else is said."""
    return Baseline(*default_baseline(counts))


def _yearly(counts: pd.DataFrame) -> bool:
    if counts.empty:
        raise TableError("at least one row of counts", forvantat="minst en rad med anmälda brott")
    return tables.frequency(counts) == "Y"


def _series(years: pd.DataFrame, rule: Baseline, breaks: Mapping[str, int] | None, min_mean: float) -> dict[str, NDArray[Any]]:
    """One row per series: its two periods, its own dispersion, and the reason why it cannot be judged."""
    offences, names = pd.factorize(years["offence"])
    ends = np.zeros(len(names), dtype=np.int64)
    np.maximum.at(ends, offences, years["year"].to_numpy())
    last = ends[offences]
    parts = [_until(years[last == end], int(end), rule, breaks, min_mean) for end in np.unique(ends)]
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    order = np.lexsort([columns[name] for name in reversed(SERIES)])
    columns = {name: values[order] for name, values in columns.items()}
    for name, values in (
        ("reason", [text or None for text in columns["reason"].tolist()]),
        ("cautions", [("preliminary",) if flag else () for flag in columns["preliminary"].tolist()]),
    ):
        columns[name] = np.empty(len(values), dtype=object)
        columns[name][:] = values
    return columns


def _until(
    years: pd.DataFrame, last: int, rule: Baseline, breaks: Mapping[str, int] | None, min_mean: float
) -> dict[str, NDArray[Any]]:
    """The series of the offences whose figures end in the year `last`, by column."""
    latest = range(last - rule.latest + 1, last + 1)
    earlier = range(latest.start - rule.earlier, latest.start)
    series, wide, flagged = _wide(years, range(earlier.start, latest.stop))
    before, later = wide[:, : rule.earlier], wide[:, rule.earlier :]
    keys = {name: np.array(names, dtype=object) for name, names in zip(SERIES, zip(*series, strict=True), strict=True)}
    mean = np.hstack([later, before]).mean(axis=1)
    df = float(max(rule.latest + rule.earlier - 2, 0))
    starts_year_before = int((years["start_year"] < years["year"]).any())
    over_break = earlier[0] - starts_year_before < first_good(keys["offence"], breaks)
    reason = np.select([over_break, np.isnan(mean), mean < min_mean], ["series_break", "missing_years", "few"], default="")
    every = functools.partial(np.full, len(series))
    return {
        **keys,
        "latest_from": every(latest[0]),
        "latest_to": every(latest[-1]),
        "earlier_from": every(earlier[0]),
        "earlier_to": every(earlier[-1]),
        "count_latest": later.sum(axis=1),
        "count_earlier": before.sum(axis=1),
        "mean_latest": later.mean(axis=1),
        "mean_earlier": before.mean(axis=1),
        "mean": mean,
        "share": every(rule.latest / (rule.latest + rule.earlier)),
        "own_df": every(df),
        "own_dispersion": _dispersion(wide, rule.latest),
        **{f"count_{i}": wide[:, i] for i in range(wide.shape[1])},
        "preliminary": flagged[:, rule.earlier :].any(axis=1),
        "reason": reason,
    }


def _beside(rows: Columns, typical: TypicalVariation | None) -> dict[str, NDArray[Any]]:
    course, latest = course_of(rows, typical), int(rows["latest_to"][0] - rows["latest_from"][0]) + 1
    return beside_others(rows, course, around_course(year_counts(rows), course, latest), typical)


def _wide(years: pd.DataFrame, shown: range) -> tuple[list[tuple[str, ...]], NDArray[np.float64], NDArray[np.bool_]]:
    """The series in sorted order, their counts (NaN where a year is not there), and which of them are preliminary.

    By hand: one kommun has a handful of series, and a pivot of pandas takes longer than all that is computed from it.
    """
    keys = list(zip(*(years[name].to_numpy(dtype=object) for name in SERIES), strict=True))
    series = sorted(set(keys))
    place = {key: i for i, key in enumerate(series)}
    rows, columns = np.array([place[key] for key in keys]), years["year"].to_numpy() - shown.start
    if len(np.unique(rows * 10_000 + columns)) < len(rows):
        twice = years[years.duplicated([*SERIES, "year"])].iloc[0]
        raise TableError(
            "one row per series and year",
            forvantat="en rad för varje område, brott och år",
            got=" ".join(str(twice[name]) for name in ("area", "offence", "year")),
        )
    within = (columns >= 0) & (columns < len(shown))
    at = rows[within], columns[within]
    counts = np.full((len(series), len(shown)), np.nan)
    counts[at] = years["count"].to_numpy()[within]
    flagged = np.zeros(counts.shape, dtype=bool)
    flagged[at] = years["preliminary"].to_numpy(dtype=bool)[within]
    return series, counts, flagged


def _dispersion(wide: NDArray[np.float64], latest: int) -> NDArray[np.float64]:
    """Of the years around the mean of their own period. With one year in each there is nothing to estimate from, and chance
    alone (1) is assumed."""
    return pearson(wide, along(wide, np.ones_like(wide), latest))
