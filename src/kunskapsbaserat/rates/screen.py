"""Every kommun, offence and year at once: rate, funnel class, shrunken rate and comparison, false discoveries controlled."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import special

from kunskapsbaserat import catalogue
from kunskapsbaserat import kommun as kommuner
from kunskapsbaserat.errors import TableError, UnknownKommun
from kunskapsbaserat.rates.checks import Floats, amounts, columns, confidence_level, counts, first_reason, keys_once, positive, reasons
from kunskapsbaserat.rates.compare import ComparisonGroup, Position, comparison_group
from kunskapsbaserat.rates.crude import crude_rate
from kunskapsbaserat.rates.exposure import mean_population
from kunskapsbaserat.rates.funnel import funnel_class, funnel_limits
from kunskapsbaserat.rates.multiplicity import false_discovery_rate, next_level
from kunskapsbaserat.rates.overdispersion import overdispersion
from kunskapsbaserat.rates.ratio import midp_larger
from kunskapsbaserat.rates.smoothing import marshall_prior, shrink
from kunskapsbaserat.rates.survey import Comparison
from kunskapsbaserat.rates.variation import yearly_variation

KEY = ["area", "area_level", "offence", "sex", "period"]
MIN_EXPECTED = 10  # events expected at the group's rate; fewer, and neither a count of 0 nor twice the rate says anything
POWER = 0.8
Groups = Mapping[str, ComparisonGroup]


def screen(
    counts: pd.DataFrame,
    exposure: pd.DataFrame,
    *,
    groups: Groups | None = None,
    per: float = 100_000,
    confidence: float = 0.95,
    min_expected: float = MIN_EXPECTED,
    variation: Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """All kommuner, offences and years in one call, each offence and year being one funnel.

    Three views of the same cell, which answer different questions. The funnel class: does the kommun lie outside what is usual
    among all kommuner with data (limits widened by the variance between kommuner, SHMI's rule)? The shrunken rate: what is its
    level likely to be? The comparison: is its rate another than that of its comparison group together, by more than the usual
    variation between years?

    The comparison is the conditional mid-P test of two counts, each divided by its dispersion 1 + k m (m the expected count;
    k the variation between years, pooled over kommuner for each offence and never across a series break). "Säkerställd" when
    the false discovery rate over all verdicts of the table is at most 1 - `confidence` (Benjamini and Hochberg).

    Parameters
    ----------
    counts : DataFrame
        The counts contract, yearly, kommuner (other levels are refused: a kommun is never compared with riket).
    exposure : DataFrame
        The exposure contract; person-years by Brå's rule (`mean_population`), per status of the counts. The kind is residents.
    groups : mapping of kommun to ComparisonGroup, optional
        Default `comparison_group` for every kommun, by the fixed rule, among those with counts for the offence.
    per, confidence : float
        The rates' base; coverage of the rates' limits and one minus the false discovery rate.
    min_expected : float
        Events expected at the group's rate below which nothing is judged.
    variation : mapping of offence to float, optional
        k for offences, instead of the estimate; needed for a table of one year.

    Returns
    -------
    DataFrame
        The rows of `counts` in their order, without source columns: ``area area_level offence sex period status count exposure rate
        lower upper per confidence method`` (as `crude_rate`); ``expected ratio lower_inner upper_inner lower_outer upper_outer
        funnel_class`` (expected at all kommuner's common rate; limits 95 and 99.8 %); ``shrunken_rate weight``;
        ``group group_members group_rate median lower_quartile upper_quartile position`` (group's kind, number with figures,
        pooled rate; middle half of its rates); ``group_ratio variation p_value q_value visible_ratio comparison`` and ``reason``.

        `visible_ratio` is the ratio to the group that would have been found with 80 % probability. `comparison` is `Comparison`.
        Reasons: "no_count", "no_exposure" (no rate); "no_group" (nobody to compare with), "no_group_figures" (fewer than half of
        the group have a rate), "few_events" (verdict for_fa_brott), "no_variation" (k cannot be estimated: fewer than 20 pairs of
        neighbouring years), all with a rate but without a verdict.

    Raises
    ------
    TableError
        A column is missing, periods are not years, an area is not a kommun, a key stands twice, or a count is negative or not
        whole.

    References
    ----------
    Spiegelhalter DJ (2005). Statistics in Medicine 24, 1185-1202. Marshall RJ (1991). Applied Statistics 40, 283-294.
    Benjamini Y, Hochberg Y (1995). J R Stat Soc B 57, 289-300.
    """
    confidence_level(confidence)
    _check(counts)
    rows = _with_person_years(counts, exposure)
    rates = crude_rate(rows, per=positive("per", per), confidence=confidence, key=())
    cube = _cube(rates)
    found = _funnels(cube)
    members = _members(cube, groups)
    found |= _against_group(cube, members, per)
    k = _variation(cube, variation)
    found |= _tests(cube, found, members, k, min_expected)
    cell = rates.assign(**{name: cube.long(values) for name, values in found.items() if values.dtype != object})
    cell["group"] = pd.Series(cube.long(members.kind), index=cell.index, dtype=object)
    return _verdicts(cell, per, confidence, min_expected)


class _Cube(NamedTuple):
    """Counts and person-years, shape (series, areas, years); a series is one offence and sex."""

    areas: list[str]
    offences: list[str]
    years: np.ndarray
    events: Floats
    size: Floats
    at: tuple[np.ndarray, np.ndarray, np.ndarray]

    def long(self, values: np.ndarray) -> np.ndarray:
        """A value per row of the table, from one per cell (series, areas, years)."""
        return np.broadcast_to(values, self.events.shape)[self.at]


class _Members(NamedTuple):
    """Which areas belong to which area's group: matrix per series, index lists, and the group's kind."""

    inside: Floats
    kind: np.ndarray
    wanted: Floats


def _check(table: pd.DataFrame) -> None:
    columns(table, [*KEY, "count", "status"])
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
    keys_once(table, KEY)


def _with_person_years(table: pd.DataFrame, exposure: pd.DataFrame) -> pd.DataFrame:
    """The counts with `exposure`, each row by the rule of its status; index and order kept."""
    rows = table[[*KEY, "status"]].assign(count=pd.array(counts(table, "count"), dtype="Float64").astype("Int64"))
    rows["year"] = rows["period"].dt.year
    rows["exposure"] = np.nan
    for status in rows["status"].unique():
        years = mean_population(exposure, status=status).set_index(["area", "area_level", "year"])["exposure"]
        mine = (rows["status"] == status).to_numpy()
        key = pd.MultiIndex.from_frame(rows.loc[mine, ["area", "area_level", "year"]])
        rows.loc[mine, "exposure"] = years.reindex(key).to_numpy(dtype=float)
    return rows.drop(columns="year")


def _cube(rates: pd.DataFrame) -> _Cube:
    area, areas = pd.factorize(rates["area"], sort=True)
    series, names = pd.MultiIndex.from_frame(rates[["offence", "sex"]]).factorize()
    year = rates["period"].dt.year.to_numpy()
    years = np.arange(year.min(), year.max() + 1)
    shape = (len(names), len(areas), len(years))
    events, size = np.full(shape, np.nan), np.full(shape, np.nan)
    at = (series, area, year - years[0])
    events[at] = rates["count"].to_numpy(dtype=float, na_value=np.nan)
    person_years = amounts(rates, "exposure")
    size[at] = np.where(person_years > 0, person_years, np.nan)
    usable = ~np.isnan(events) & ~np.isnan(size)
    return _Cube(list(areas), [name for name, _ in names], years, np.where(usable, events, np.nan), np.where(usable, size, np.nan), at)


def _funnels(cube: _Cube) -> dict[str, np.ndarray]:
    """Funnel and shrunken rate of every offence and year, over all kommuner with data."""
    x, n = cube.events, cube.size
    shape = (x.shape[0], 1, x.shape[2])
    common, spread, tau2 = np.full(shape, np.nan), np.full(shape, np.nan), np.full(shape, np.nan)
    for s, t in np.ndindex(x.shape[0], x.shape[2]):
        known = ~np.isnan(x[s, :, t])
        if not known.any():
            continue
        events, size = x[s, known, t], n[s, known, t]
        common[s, 0, t], spread[s, 0, t] = marshall_prior(events, size)
        if events.sum() > 0:
            found = overdispersion(events, size * common[s, 0, t], rule="shmi")
            tau2[s, 0, t] = np.nan if np.isnan(found.phi) else found.tau2
    expected = n * np.where(common > 0, common, np.nan)
    limits = {}
    for name, level in (("inner", 0.95), ("outer", 0.998)):
        limits[f"lower_{name}"], limits[f"upper_{name}"] = funnel_limits(expected, level, rule="shmi", tau2=tau2)
    rate, weight = shrink(x, n, np.broadcast_to(common, x.shape), np.broadcast_to(spread, x.shape))
    hidden = np.where(np.isnan(x), np.nan, 1.0)
    return {
        "expected": expected,
        "ratio": x / expected,
        **limits,
        "shrunken_rate": rate * hidden,
        "weight": weight * hidden,
    }


def _members(cube: _Cube, groups: Groups | None) -> _Members:
    """The comparison group of every area, for every series: those with a count for the offence in some year."""
    number = len(cube.areas)
    inside = np.zeros((len(cube.offences), number, number))
    kind = np.full((len(cube.offences), number, 1), "ingen", dtype=object)
    wanted = np.zeros((len(cube.offences), number, 1))
    at = {code: i for i, code in enumerate(cube.areas)}
    made: dict[bytes, list[ComparisonGroup]] = {}
    for s in range(len(cube.offences)):
        has = ~np.isnan(cube.events[s]).all(axis=1)
        if has.tobytes() not in made:
            made[has.tobytes()] = [_group(code, [c for c, h in zip(cube.areas, has, strict=True) if h], groups) for code in cube.areas]
        for i, group in enumerate(made[has.tobytes()]):
            kind[s, i, 0], wanted[s, i, 0] = group.kind, len(group.members)
            inside[s, i, [at[c] for c in group.members if c in at]] = 1
    return _Members(inside, kind, wanted)


def _group(code: str, available: list[str], groups: Groups | None) -> ComparisonGroup:
    if groups is None:
        return comparison_group(code, available)
    if code not in groups:
        raise UnknownKommun(code)
    return groups[code]


def _against_group(cube: _Cube, members: _Members, per: float) -> dict[str, np.ndarray]:
    """Number with figures, pooled counts and rate, and the middle half of the rates of each area's group."""
    x, n = np.nan_to_num(cube.events), np.nan_to_num(cube.size)
    known = (~np.isnan(cube.events)).astype(float)
    having = members.inside @ known
    events, size = members.inside @ x, members.inside @ n
    enough = (having > 0) & (2 * having >= members.wanted)
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = np.where(enough, events / size, np.nan)
        rates = cube.events / cube.size
    quartiles = _quartiles(rates, members.inside)
    quartiles = [np.where(enough, q, np.nan) * per for q in quartiles]
    return {
        "group_members": having.astype(int),
        "group_rate": rate * per,
        "lower_quartile": quartiles[0],
        "median": quartiles[1],
        "upper_quartile": quartiles[2],
        "group_events": events,
        "group_size": size,
    }


def _quartiles(rates: Floats, inside: Floats) -> list[Floats]:
    """Quartiles of the members' rates by linear interpolation, shape as `rates`; areas with groups of one size together."""
    found = [np.full(rates.shape, np.nan) for _ in range(3)]
    for s in range(rates.shape[0]):
        sizes = inside[s].sum(axis=1).astype(int)
        for size in np.unique(sizes[sizes > 0]):
            areas = np.flatnonzero(sizes == size)
            who = np.nonzero(inside[s, areas])[1].reshape(len(areas), size)
            ordered = np.sort(rates[s][who], axis=1)  # (areas, size, years), missing last
            number = (~np.isnan(ordered)).sum(axis=1)
            for q, values in zip((0.25, 0.5, 0.75), found, strict=True):
                place = q * np.maximum(number - 1, 0)
                low = np.floor(place).astype(int)
                high = np.minimum(low + 1, np.maximum(number - 1, 0))
                below = np.take_along_axis(ordered, low[:, None], axis=1)[:, 0]
                above = np.take_along_axis(ordered, high[:, None], axis=1)[:, 0]
                values[s, areas] = below + (above - below) * (place - low)
    return found


def _variation(cube: _Cube, given: Mapping[str, float] | None) -> Floats:
    """k of every series, shape (series, 1, 1)."""
    known = {o.id: o.first_comparable_year for o in catalogue.offences()}
    found = np.empty((len(cube.offences), 1, 1))
    for s, offence in enumerate(cube.offences):
        if given is not None and offence in given:
            found[s] = given[offence]
            continue
        comparable = cube.years[1:] != known.get(offence)
        found[s] = yearly_variation(cube.events[s], cube.size[s], comparable)
    return found


def _tests(cube: _Cube, found: dict[str, np.ndarray], members: _Members, k: Floats, min_expected: float) -> dict[str, np.ndarray]:
    """p-value of the own count against the group's, and the ratio that would have been seen at the level alpha."""
    x, n = cube.events, cube.size
    group_x, group_n = found.pop("group_events"), found.pop("group_size")
    with np.errstate(divide="ignore", invalid="ignore"):
        common = (x + group_x) / (n + group_n)
        mean, group_mean = n * common, group_n * common
        squares = members.inside @ np.nan_to_num(n) ** 2
        own_dispersion = 1 + k * mean
        group_dispersion = 1 + k * common * squares / group_n
        a, b = x / own_dispersion, group_x / group_dispersion
        share = (n / own_dispersion) / (n / own_dispersion + group_n / group_dispersion)
        usable = (~np.isnan(k)) & (group_n > 0) & (n * group_x / group_n >= min_expected) & ~np.isnan(found["group_rate"])
        a, b, share = (np.where(usable, v, np.nan) for v in (a, b, share))
        larger = midp_larger(a, b, share)
        error = np.sqrt(own_dispersion / mean + group_dispersion / group_mean)
        ratio = np.where(group_x > 0, (x / n) / (group_x / group_n), np.nan)
    return {
        "group_ratio": ratio,
        "group_expected": np.where(group_n > 0, n * group_x / np.where(group_n > 0, group_n, np.nan), np.nan),
        "variation": np.broadcast_to(k, x.shape),
        "p_value": np.minimum(2 * np.minimum(larger, 1 - larger), 1),
        "log_error": np.where(usable, error, np.nan),
    }


def _verdicts(cell: pd.DataFrame, per: float, confidence: float, min_expected: float) -> pd.DataFrame:
    q = false_discovery_rate(cell["p_value"])
    certain = (q <= 1 - confidence).to_numpy()
    level = next_level(int(certain.sum()), int(q.notna().sum()), 1 - confidence)
    visible = np.exp((-special.ndtri(level / 2) + special.ndtri(POWER)) * cell["log_error"].to_numpy())
    no_group = (cell["group"] == "ingen").to_numpy()
    few = (cell["group_expected"] < min_expected).to_numpy()
    rate, ratio = cell["rate"].to_numpy(dtype=float), cell["group_ratio"].to_numpy()
    no_rate, no_figures = np.isnan(rate), np.isnan(cell["group_rate"].to_numpy())
    reason = first_reason(
        cell["reason"],
        reasons(cell.index, (no_group, "no_group"), (no_figures, "no_group_figures"), (few, "few_events")),
        reasons(cell.index, (np.isnan(cell["variation"].to_numpy()), "no_variation")),
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
        position=pd.Categorical.from_codes(place, [Position.UNDER, Position.INOM, Position.OVER]),
        q_value=q,
        visible_ratio=visible,
        comparison=pd.Categorical.from_codes(codes, list(Comparison)),
        reason=reason,
    )
    return result[_ORDER]


_ORDER = [
    *(*KEY, "status", "count", "exposure", "rate", "lower", "upper", "per", "confidence", "method"),
    *("expected", "ratio", "lower_inner", "upper_inner", "lower_outer", "upper_outer", "funnel_class"),
    *("shrunken_rate", "weight", "group", "group_members", "group_rate", "median", "lower_quartile", "upper_quartile"),
    *("position", "group_ratio", "variation", "p_value", "q_value", "visible_ratio", "comparison", "reason"),
]
