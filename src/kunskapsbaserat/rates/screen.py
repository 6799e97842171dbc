"""Every kommun, offence and year at once: rate, funnel class, shrunken rate and comparison, false discoveries
controlled."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import scipy

from kunskapsbaserat import kommun as kommuner
from kunskapsbaserat.errors import TableError
from kunskapsbaserat.rates.cells import (
    Cube,
    Groups,
    Members,
    against_group,
    before_break,
    cube_of,
    funnels,
    members_of,
    variation_of,
)
from kunskapsbaserat.rates.checks import Floats, columns, counts, first_reason, positive, reasons
from kunskapsbaserat.rates.compare import Position
from kunskapsbaserat.rates.crude import crude_rate
from kunskapsbaserat.rates.exposure import person_years_of
from kunskapsbaserat.rates.funnel import funnel_class
from kunskapsbaserat.rates.keys import COUNTS, EXPOSURE, keyed, keys_once
from kunskapsbaserat.rates.multiplicity import false_discovery_rate, next_level
from kunskapsbaserat.rates.survey import Comparison
from kunskapsbaserat.tables import COUNTS_KEY

MIN_EXPECTED = 10  # events expected at the group's rate; fewer, and neither a count of 0 nor twice the rate says anything
POWER = 0.8


FUNNEL_LIMITS = ("lower_inner", "upper_inner", "lower_outer", "upper_outer")


@keyed(counts=COUNTS, exposure=EXPOSURE)
def screen(
    counts: pd.DataFrame,
    exposure: pd.DataFrame,
    *,
    groups: Groups = "regel",
    per: float = 100_000,
    confidence: float = 0.95,
    min_expected: float = MIN_EXPECTED,
    variation: Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """All kommuner, offences and years in one call, each offence and year being one funnel.

    Three views of the same cell, which answer different questions. The funnel class: does the kommun lie outside what
    is usual among all kommuner with data (limits widened by the variance between kommuner: CQC's rule, corrected for
    its trimming)? The shrunken rate: what is its level likely to be? The comparison: is its rate another than that of
    its comparison group together, by more than the usual variation between years?

    The comparison takes the own count as negative binomial around what the group's rate would give, with the
    variation k between years (pooled over kommuner for each offence, from the years after its latest series break)
    and the group's own uncertainty; with k = 0 it is the mid-P test of two Poisson counts. "Säkerställd" when the
    false discovery rate over all verdicts of the table is at most 1 - `confidence` (Benjamini and Hochberg).

    Parameters
    ----------
    counts : DataFrame
        The counts contract, yearly, kommuner (other levels are refused: a kommun is never compared with riket).
    exposure : DataFrame
        The exposure contract; person-years by Brå's rule (`mean_population`), per status of the counts. The kind is
        residents.
    groups : str or mapping of kommun to ComparisonGroup
        A kind of `comparison_group`, made for every kommun and offence among those with rates for the offence; by default the
        fixed rule. Or groups of one's own, the same for all offences.
    per, confidence : float
        The rates' base; coverage of the rates' limits and one minus the false discovery rate.
    min_expected : float
        Events expected at the group's rate below which nothing is judged.
    variation : mapping of offence to float, optional
        k for offences, instead of the estimate; needed for a table of one year.

    Returns
    -------
    DataFrame
        The rows of `counts` in their order, without source columns: ``area area_level offence sex period status count
        exposure rate lower upper per confidence method`` (as `crude_rate`); ``expected ratio lower_inner upper_inner
        lower_outer upper_outer funnel_class`` (expected at all kommuner's common rate; limits 95 and 99.8 %);
        ``shrunken_rate weight``; ``group group_members group_rate median lower_quartile upper_quartile position``
        (group's kind, number with figures, pooled rate; middle half of its rates); ``group_ratio variation p_value
        q_value visible_ratio comparison`` and ``reason``.

        `visible_ratio` is the ratio to the group that would have been found with 80 % probability. `comparison` is
        `Comparison`. Reasons: "no_count", "no_exposure" (no rate); "no_group" (nobody to compare with),
        "no_group_figures" (fewer than half of the group have a rate), "few_events" (verdict for_fa_brott),
        "series_break" (before the offence's latest one, when not all kommuner used the new codes), "no_variation" (k cannot
        be estimated: fewer than 20 pairs of neighbouring years), all with a rate but without a verdict.

    Raises
    ------
    TableError
        A column is missing, periods are not years, an area is not a kommun, a key stands twice, or a count is
        negative or not whole.

    References
    ----------
    Spiegelhalter DJ (2005). Statistics in Medicine 24, 1185-1202. Marshall RJ (1991). Applied Statistics 40, 283-294.
    Benjamini Y, Hochberg Y (1995). J R Stat Soc B 57, 289-300.

    Examples
    --------
    >>> from kunskapsbaserat import rates
    >>> from kunskapsbaserat.data import embedded
    >>> groups = embedded.counts_groups()
    >>> theft = groups.query("offence == 'stold_ran_kap8' and area.str.startswith('20') and period.dt.year > 2018")
    >>> table = rates.screen(theft, embedded.exposure())
    >>> borlange = table[(table["area"] == "2081") & (table["period"].dt.year == 2025)]
    >>> borlange[["rate", "group", "group_ratio", "visible_ratio", "q_value", "comparison"]].round(2)
             rate group  group_ratio  visible_ratio  q_value comparison
    18543  2885.8   lan         1.58           1.74     0.02      hogre
    """
    _check(counts)
    rows = _with_person_years(counts, exposure)
    rates = crude_rate(rows, per=positive("per", per), confidence=confidence, key=())
    cube = cube_of(rates)
    measures = funnels(cube)
    members = members_of(cube, groups)
    measures |= against_group(cube, members, per)
    k = variation_of(cube, variation)
    measures["before_break"] = before_break(cube)
    measures |= _tests(cube, measures, members, k, min_expected)
    cell = rates.assign(**{name: cube.long(values) for name, values in measures.items() if values.dtype != object})
    cell["group"] = pd.Series(cube.long(members.kind), index=cell.index, dtype=object)
    return _verdicts(cell, per, confidence, min_expected)


@keyed(rates=("area", "offence", "sex", "period!", "count#", "exposure#"), filled=("rates",))
def among_all(rates: pd.DataFrame, *, per: float = 100_000) -> pd.DataFrame:
    """Where every row lies among all areas with figures for its offence and period: the first two views of `screen` alone.

    Parameters
    ----------
    rates : DataFrame
        `area`, `offence`, `sex`, `period`, `count`, `exposure` (person-years); a period may be several years together.
    per : float
        Person-years of the shrunken rate.

    Returns
    -------
    DataFrame
        The index of `rates`; ``funnel_class`` (`FunnelClass`), ``shrunken_rate`` (per `per`), ``areas``, how many areas
        have figures, and the funnel's limits as ratios to what is common: ``lower_inner upper_inner lower_outer upper_outer``.

    Raises
    ------
    TableError
        A column is missing, a count is negative or not whole, or a key stands twice.

    Examples
    --------
    >>> from kunskapsbaserat import rates
    >>> from kunskapsbaserat.data import embedded
    >>> theft = embedded.counts_groups().query("offence == 'stold_ran_kap8' and period.dt.year == 2024")
    >>> theft["exposure"] = rates.person_years_of(theft, embedded.exposure())
    >>> found = theft[["area"]].join(rates.among_all(theft)).query("area in ['0180', '2080']")  # Stockholm and Falun among 290
    >>> found[["area", "shrunken_rate", "upper_inner", "funnel_class"]].round(2)
           area  shrunken_rate  upper_inner funnel_class
    1342   0180        4111.01         2.16         inom
    18462  2080        2586.88         2.17         inom
    """
    cube = cube_of(rates)
    measures = {name: cube.long(values) for name, values in funnels(cube).items()}
    limits = {name: measures[name] for name in FUNNEL_LIMITS}
    areas = (~np.isnan(cube.events)).sum(axis=1, keepdims=True)
    columns = {
        "funnel_class": pd.Series(funnel_class(measures["ratio"], **limits), index=rates.index).astype(object),
        "shrunken_rate": measures["shrunken_rate"] * per,
        "areas": cube.long(areas),
        **limits,
    }
    return pd.DataFrame(columns, index=rates.index)


def _check(table: pd.DataFrame) -> None:
    columns(table, [*COUNTS_KEY, "count", "status"])
    if table.empty:
        raise TableError("at least one row of counts", forvantat="minst en rad med anmälda brott")
    if not isinstance(table["period"].dtype, pd.PeriodDtype) or not str(table["period"].dtype).startswith("period[Y"):
        raise TableError("yearly periods", forvantat="år som perioder", column="period", got=str(table["period"].dtype))
    codes = {k.code for k in kommuner.all_kommuner()}
    wrong = ~table["area"].isin(codes).to_numpy() | (table["area_level"] != "kommun").to_numpy()
    if wrong.any():
        at = int(wrong.argmax())
        raise TableError(
            "kommuner only (their code as text)",
            forvantat="bara kommuner (koden som text)",
            row=table.index[at],
            column="area",
            got=str(table["area"].iloc[at]),
            hint=f"{int(wrong.sum())} rows; riket and län are no comparison for a kommun",
        )
    keys_once(table, COUNTS_KEY)


def _with_person_years(table: pd.DataFrame, exposure: pd.DataFrame) -> pd.DataFrame:
    """The counts with `exposure`, each row by the rule of its status; index and order kept."""
    rows = table[[*COUNTS_KEY, "status"]].assign(count=pd.array(counts(table, "count"), dtype="Float64").astype("Int64"))
    return rows.assign(exposure=person_years_of(rows, exposure))


def _tests(
    cube: Cube, measures: dict[str, np.ndarray], members: Members, k: Floats, min_expected: float
) -> dict[str, np.ndarray]:
    """p-value of the own count against the group's, and the ratio that would have been seen at the level alpha."""
    x, n = cube.events, cube.size
    group_x, group_n = measures.pop("group_events"), measures.pop("group_size")
    with np.errstate(divide="ignore", invalid="ignore"):
        half = group_x + 0.5  # the mid-P test of two Poisson counts, when k is 0
        mean = n * half / group_n
        squares = members.inside @ np.nan_to_num(n) ** 2
        group_variance = (1 + k * half * squares / group_n**2) / half  # squared coefficient of variation
        usable = (
            ~np.isnan(k)
            & ~measures["before_break"]
            & (group_n > 0)
            & (n * group_x / group_n >= min_expected)
            & ~np.isnan(measures["group_rate"])
        )
        scale = k + group_variance
        larger = _larger(x, np.where(usable, mean, np.nan), 1 / scale)
        ratio = np.where(group_x > 0, (x / n) / (group_x / group_n), np.nan)
    return {
        "group_ratio": ratio,
        "group_expected": np.where(group_n > 0, n * group_x / np.where(group_n > 0, group_n, np.nan), np.nan),
        "variation": np.broadcast_to(k, x.shape),
        "p_value": np.minimum(2 * np.minimum(larger, 1 - larger), 1),
        "scale": np.where(usable, scale, np.nan),
        "mean": np.where(usable, mean, np.nan),
    }


def _larger(x: Floats, mean: Floats, size: Floats) -> Floats:
    """P(X > x) + P(X = x) / 2 for a negative binomial X with this mean and variance mean + mean^2 / size."""
    share = mean / (mean + size)
    at_least = np.where(x > 0, scipy.special.betainc(np.where(x > 0, x, 1.0), size, share), 1.0)
    probability: Floats = (at_least + scipy.special.betainc(x + 1, size, share)) / 2
    return probability


def _visible(scale: Floats, mean: Floats, level: float) -> Floats:
    """The ratio at which a count would be called at this level with 80 % probability.

    Counts over their mean are taken as gamma distributed, with Wilson and Hilferty's quantiles.
    """

    def quantile(z: float, squared_variation: Floats) -> Floats:
        return np.maximum(1 - squared_variation / 9 + z * np.sqrt(squared_variation) / 3, 0.1) ** 3

    needed = quantile(-float(scipy.special.ndtri(level / 2)), scale + 1 / mean)
    ratio = needed
    for _ in range(5):
        ratio = needed / quantile(-float(scipy.special.ndtri(POWER)), scale + 1 / (mean * ratio))
    return ratio


def _verdicts(cell: pd.DataFrame, per: float, confidence: float, min_expected: float) -> pd.DataFrame:
    q = false_discovery_rate(cell["p_value"])
    certain = (q <= 1 - confidence).to_numpy()
    level = next_level(int(certain.sum()), int(q.notna().sum()), 1 - confidence)
    visible = _visible(cell["scale"].to_numpy(), cell["mean"].to_numpy(), level)
    no_group = (cell["group"] == "ingen").to_numpy()
    few = (cell["group_expected"] < min_expected).to_numpy()
    rate, ratio = cell["rate"].to_numpy(dtype=float), cell["group_ratio"].to_numpy()
    no_rate, no_figures = np.isnan(rate), np.isnan(cell["group_rate"].to_numpy())
    reason = first_reason(
        cell["reason"],
        reasons(cell.index, (no_group, "no_group"), (no_figures, "no_group_figures"), (few, "few_events")),
        reasons(
            cell.index,
            (cell["before_break"].to_numpy(), "series_break"),
            (np.isnan(cell["variation"].to_numpy()), "no_variation"),
        ),
    )
    codes = np.select(
        [no_rate | no_group | no_figures, few, np.isnan(q.to_numpy()), certain & (ratio > 1), certain],
        [4, 3, 4, 0, 1],
        default=2,
    )
    limits = {name: cell[name].to_numpy() for name in ("lower_inner", "upper_inner", "lower_outer", "upper_outer")}
    over, under = rate > cell["upper_quartile"].to_numpy(), rate < cell["lower_quartile"].to_numpy()
    place = np.select([no_rate | np.isnan(cell["median"].to_numpy()), over, under], [-1, 2, 0], default=1)
    result = cell.assign(
        shrunken_rate=cell["shrunken_rate"] * per,
        funnel_class=funnel_class(cell["ratio"].to_numpy(), **limits),
        position=pd.Categorical.from_codes(place, pd.Index([Position.UNDER, Position.INOM, Position.OVER], dtype=object)),
        q_value=q,
        visible_ratio=visible,
        comparison=pd.Categorical.from_codes(codes, pd.Index(list(Comparison), dtype=object)),
        reason=reason,
    )
    return result[_ORDER]


_ORDER = [
    *(*COUNTS_KEY, "status", "count", "exposure", "rate", "lower", "upper", "per", "confidence", "method"),
    *("expected", "ratio", "lower_inner", "upper_inner", "lower_outer", "upper_outer", "funnel_class"),
    *("shrunken_rate", "weight", "group", "group_members", "group_rate", "median", "lower_quartile", "upper_quartile"),
    *("position", "group_ratio", "variation", "p_value", "q_value", "visible_ratio", "comparison", "reason"),
]
