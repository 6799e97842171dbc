"""Has the level changed? The latest years against the years before, by a rule that is fixed beforehand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd
from scipy import special

from kunskapsbaserat import catalogue
from kunskapsbaserat.errors import OptionError
from kunskapsbaserat.rates.multiplicity import false_discovery_rate
from kunskapsbaserat.trends.variation import TypicalVariation, typical_variation
from kunskapsbaserat.trends.years import SERIES, default_baseline, to_years

MIN_MEAN = 20


class Change(StrEnum):
    """The verdict on a change over time."""

    SAKERSTALLD_OKNING = "sakerstalld_okning"
    SAKERSTALLD_MINSKNING = "sakerstalld_minskning"
    INGEN_SAKERSTALLD_SKILLNAD = "ingen_sakerstalld_skillnad"
    FOR_FA_BROTT = "for_fa_brott"
    KAN_INTE_BEDOMAS = "kan_inte_bedomas"


@dataclass(frozen=True, slots=True)
class Baseline:
    """Which years are compared: the `latest` years against the `earlier` years just before them."""

    latest: int
    earlier: int

    def __post_init__(self) -> None:
        if self.latest < 1 or self.earlier < 1:
            raise OptionError("baseline", (self.latest, self.earlier), ("at least one year in each period",))


def change(
    counts: pd.DataFrame,
    *,
    baseline: Baseline | None = None,
    typical: TypicalVariation | None = None,
    breaks: Mapping[str, int] | None = None,
    min_mean: float = MIN_MEAN,
    confidence: float = 0.95,
    power: float = 0.80,
) -> pd.DataFrame:
    """A verdict for every series: are the latest years on another level than the years before?

    The count of the latest years, given the total, is compared with its share of the time by a quasi-binomial score
    test; the interval for the ratio of the yearly means inverts the same test. Years vary more than chance: the
    variance is multiplied by a dispersion estimated from the years within each period and, when `typical` is given,
    moderated by what is usual for the offence in other kommuner. Counts are not divided by population.

    The verdict is "säkerställd" when the false discovery rate over all verdicts of the same area is at most
    1 - `confidence` (Benjamini and Hochberg). It says that the level differs by more than the usual variation between
    years, never why.

    Parameters
    ----------
    counts : DataFrame
        The counts contract. Months and quarters are summed to years that end with the table's last period.
    baseline : Baseline
        Default: two years against the five before, as the act makes the kommun follow up every second year; for
        months and quarters the last twelve months against the five twelve-month periods before.
    typical : TypicalVariation
        From `variation_of` on other kommuner. Without it each series stands on its own few years.
    breaks : mapping of offence to year
        First year that can be compared with later ones; default from the catalogue. A series whose years reach over
        a break is not judged.
    min_mean : float
        Mean yearly count over the compared years below which nothing is judged. Whether a series is judged depends
        on its total only, so the error rate of the test is untouched by the choice.
    confidence : float
        Of the interval, and one minus the false discovery rate of the verdicts.
    power : float
        Probability with which the smallest visible change would have been found; 0.72-0.77 is reached where 0.80 is asked
        (benchmarks/change_calibration.txt), because the dispersion is estimated.

    Returns
    -------
    DataFrame
        One row per series: its key, ``latest_from latest_to earlier_from earlier_to`` (years), ``count_latest
        count_earlier`` (sums), ``mean_latest mean_earlier`` (per year), ``ratio lower upper`` (of the means),
        ``confidence p_value q_value``, ``dispersion df``, ``visible_increase visible_decrease`` (the ratios that
        would have been found with probability `power`, given the other verdicts of the area; missing where not even
        a fall to one per cent would have been), ``change`` (`Change`), ``reason`` (None, "missing_years",
        "series_break", "few" or "no_upper_limit") and ``preliminary``.

    Raises
    ------
    TableError
        The table is empty.
    OptionError
        An option is out of range, or an offence is not in the catalogue and `breaks` is not given.

    References
    ----------
    McCullagh P, Nelder JA (1989). Generalized Linear Models, 2nd ed., 4.5. Benjamini Y, Hochberg Y (1995). Controlling
    the false discovery rate. J R Stat Soc B 57, 289-300. Error rates: benchmarks/change_calibration.txt.
    """
    for name, value in (("confidence", confidence), ("power", power)):
        if not 0 < value < 1:
            raise OptionError(name, value, ("a share between 0 and 1",))
    table = _series(counts, baseline, breaks, min_mean)
    judged = table["reason"].isna()
    df = table["own_df"].where(judged)
    dispersion = table["own_dispersion"].clip(lower=1).where(judged)
    if typical is not None:
        pooled = typical.dispersion(table["offence"], table["sex"], table["mean"])
        dispersion = ((typical.df * pooled + df * table["own_dispersion"]) / (typical.df + df)).clip(lower=1)
        df = df + typical.df
    return _verdicts(table.assign(dispersion=dispersion, df=df, confidence=confidence), confidence, power)


def variation_of(
    counts: pd.DataFrame,
    *,
    baseline: Baseline | None = None,
    breaks: Mapping[str, int] | None = None,
    min_mean: float = MIN_MEAN,
) -> TypicalVariation | None:
    """The usual variation between years, pooled over the series of `counts` (other kommuner than the judged one)."""
    table = _series(counts, baseline, breaks, min_mean)
    return typical_variation(table[table["reason"].isna()])


def _series(counts: pd.DataFrame, baseline: Baseline | None, breaks: Mapping[str, int] | None, min_mean: float) -> pd.DataFrame:
    """One row per series: its two periods, its own dispersion, and the reason why it cannot be judged."""
    years = to_years(counts)
    rule = baseline or Baseline(*default_baseline(counts))
    last = int(years["year"].max())
    latest = range(last - rule.latest + 1, last + 1)
    earlier = range(latest.start - rule.earlier, latest.start)
    wide = years.pivot(index=SERIES, columns="year", values="count")
    later, before = wide.reindex(columns=latest).to_numpy(), wide.reindex(columns=earlier).to_numpy()
    preliminary = years[years["year"].isin(latest)].groupby(SERIES)["preliminary"].any()
    table = wide.index.to_frame(index=False).assign(
        latest_from=latest[0],
        latest_to=latest[-1],
        earlier_from=earlier[0],
        earlier_to=earlier[-1],
        count_latest=later.sum(axis=1),
        count_earlier=before.sum(axis=1),
        mean_latest=later.mean(axis=1),
        mean_earlier=before.mean(axis=1),
        mean=np.hstack([later, before]).mean(axis=1),
        own_df=float(max(rule.latest + rule.earlier - 2, 0)),
        preliminary=preliminary.reindex(wide.index, fill_value=False).to_numpy(dtype=bool),
    )
    table["own_dispersion"] = _dispersion(later, before, table["own_df"].iat[0])
    first_good = table["offence"].map(_first_good(table["offence"].unique(), breaks)).astype(float)
    starts_year_before = int((years["start_year"] < years["year"]).any())
    over_break = earlier[0] - starts_year_before < first_good
    reason = np.select(
        [over_break, table["mean"].isna(), table["mean"] < min_mean], ["series_break", "missing_years", "few"], default=""
    )
    return table.assign(reason=pd.Series([text or None for text in reason], index=table.index, dtype=object))


def _dispersion(later: np.ndarray, before: np.ndarray, df: float) -> np.ndarray:
    """Pearson's chi-square of the years around the mean of their own period, over its degrees of freedom.

    With one year in each period there is nothing to estimate from, and chance alone (1) is assumed.
    """
    if df == 0:
        return np.ones(len(later))
    chi_square = np.zeros(len(later))
    for part in (later, before):
        mean = part.mean(axis=1, keepdims=True)
        chi_square += (np.square(part - mean) / np.where(mean > 0, mean, 1)).sum(axis=1)
    return chi_square / df


def _first_good(offences: np.ndarray, breaks: Mapping[str, int] | None) -> dict[str, int | None]:
    if breaks is not None:
        return {o: breaks.get(o) for o in offences}
    return {o: catalogue.offence(o).first_comparable_year for o in offences}


def _verdicts(table: pd.DataFrame, confidence: float, power: float) -> pd.DataFrame:
    judged = table["reason"].isna()
    share = _time_share(table)
    total = table["count_latest"] + table["count_earlier"]
    deviation = table["count_latest"] - total * share
    score = deviation / np.sqrt(table["dispersion"] * total * share * (1 - share))
    table["p_value"] = np.where(judged, 2 * special.stdtr(table["df"], -score.abs()), np.nan)
    table["q_value"] = table.groupby("area", sort=False)["p_value"].transform(false_discovery_rate)
    table["ratio"], table["lower"], table["upper"] = _ratio_limits(table, confidence)
    table.loc[judged & table["upper"].isna(), "reason"] = "no_upper_limit"
    table["visible_increase"], table["visible_decrease"] = _visible(table, 1 - confidence, power)
    certain = table["q_value"] <= 1 - confidence
    table["change"] = np.select(
        [table["reason"] == "few", ~judged, certain & (deviation > 0), certain],
        [Change.FOR_FA_BROTT, Change.KAN_INTE_BEDOMAS, Change.SAKERSTALLD_OKNING, Change.SAKERSTALLD_MINSKNING],
        Change.INGEN_SAKERSTALLD_SKILLNAD,
    )
    table["change"] = pd.Series([Change(value) for value in table["change"]], index=table.index, dtype=object)
    return table[_COLUMNS]


_COLUMNS = [
    *SERIES,
    *("latest_from", "latest_to", "earlier_from", "earlier_to"),
    *("count_latest", "count_earlier", "mean_latest", "mean_earlier"),
    *("ratio", "lower", "upper", "confidence", "p_value", "q_value", "dispersion", "df"),
    *("visible_increase", "visible_decrease", "change", "reason", "preliminary"),
]


def _time_share(table: pd.DataFrame) -> pd.Series:
    """The latest years' share of all compared years: the expected share of the events if nothing changed."""
    latest = table["latest_to"] - table["latest_from"] + 1
    return latest / (latest + table["earlier_to"] - table["earlier_from"] + 1)


def _ratio_limits(table: pd.DataFrame, confidence: float) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Ratio of the yearly means with the limits that the score test does not reject (Wilson, with dispersion)."""
    quantile = pd.Series(special.stdtrit(table["df"], 0.5 + confidence / 2), index=table.index)
    share = _time_share(table)
    total = table["count_latest"] + table["count_earlier"]
    observed = (table["count_latest"] / total).where(table["df"].notna())
    spread = quantile**2 * table["dispersion"] / total
    middle = (observed + spread / 2) / (1 + spread)
    half = np.sqrt(spread * observed * (1 - observed) + spread**2 / 4) / (1 + spread)
    lower = (middle - half).clip(lower=0).mask(observed == 0, 0.0)
    upper = (middle + half).where(observed < 1)
    scale = (1 - share) / share
    ratios = [scale * p / (1 - p).where(p < 1) for p in (observed, lower, upper)]
    return ratios[0], ratios[1], ratios[2]


def _visible(table: pd.DataFrame, alpha: float, power: float) -> tuple[pd.Series, pd.Series]:
    """The smallest rise and fall (ratios of means) that would have been found with probability `power`.

    The level of the test is the one that one more finding would have had to meet beside those already made in the
    area, so that "would have been seen" holds for the rule that is really used.
    """
    tested = table.groupby("area", sort=False)["p_value"].transform("count")
    found = (table["q_value"] <= alpha).groupby(table["area"]).transform("sum")
    level = alpha * (found + 1).clip(upper=tested) / tested.where(tested > 0)
    critical = special.stdtrit(table["df"], 1 - level / 2).to_numpy()
    margin = special.stdtrit(table["df"], power).to_numpy()
    dispersion = table["dispersion"].to_numpy()
    before = table["count_earlier"].where(table["count_earlier"] > 0).to_numpy()  # taken as the expected number
    share = _time_share(table).to_numpy()

    def reached(log_ratio: np.ndarray) -> np.ndarray:
        """Is the power reached? The score's mean against its critical value plus `power` of its own spread."""
        later = before * share / (1 - share) * np.exp(log_ratio)
        score = np.abs((1 - share) * later - share * before)
        limit = critical * np.sqrt(dispersion * (later + before) * share * (1 - share))
        spread = np.sqrt(dispersion * ((1 - share) ** 2 * later + share**2 * before))
        return score >= limit + margin * spread

    def smallest(sign: int) -> pd.Series:
        low, high = np.zeros(len(table)), np.full(len(table), np.log(_LARGEST_VISIBLE))
        possible = reached(sign * high)
        for _ in range(40):
            middle = (low + high) / 2
            enough = reached(sign * middle)
            low, high = np.where(enough, low, middle), np.where(enough, middle, high)
        return pd.Series(np.exp(sign * high), index=table.index).where(possible)

    return smallest(1), smallest(-1)


_LARGEST_VISIBLE = 100.0  # a change that shows only when it is larger than a hundredfold is called invisible
