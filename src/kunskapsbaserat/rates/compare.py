"""Which kommuner to compare with, and where one kommun lies among them."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kunskapsbaserat import kommun as kommuner
from kunskapsbaserat.errors import OptionError, TableError
from kunskapsbaserat.rates import checks
from kunskapsbaserat.rates.checks import option
from kunskapsbaserat.rates.keys import keyed, keys_once

MIN_LIKNANDE = 5
MIN_LAN = 5
MIN_ALL = 20
KINDS = ("liknande", "socioekonomi", "skr_grupp", "lan", "alla")
SKR_YEAR = 2023


class Position(StrEnum):
    """Where a value lies against the middle half of the comparison group. A description, not a verdict.

    Examples
    --------
    >>> from kunskapsbaserat import rates
    >>> rates.position(272.0, 129.5, 293.5) is rates.Position.INOM, str(rates.Position.INOM)
    (True, 'inom')
    """

    OVER = "over"
    INOM = "inom"
    UNDER = "under"


@dataclass(frozen=True, slots=True)
class ComparisonGroup:
    """The kommuner that one kommun is compared with, and why just these. Made by `comparison_group` and `nearest_kommuner`.

    Attributes
    ----------
    kommun : str
        Code of the kommun itself, which is never among the members.
    kind : str
        "liknande", "lan", "alla" or "ingen" by the rule, or as chosen: "socioekonomi", "skr_grupp", "kovariater".
    members : tuple of str
        Codes of those that have figures.
    wanted : tuple of str
        Codes of the liknande kommuner (or the chosen ones), with and without figures.
    wanted_year : int
        The year that set was made for.
    without_figures : tuple of str
        Those of `wanted` that are no members.

    Examples
    --------
    >>> from kunskapsbaserat import rates
    >>> group = rates.comparison_group("Falun", ["0882", "1292", "1488", "2081", "2184"], kind="socioekonomi")
    >>> group.kind, group.wanted_year, group.members
    ('socioekonomi', 2024, ('1292',))
    >>> len(group.wanted), len(group.without_figures)
    (7, 6)
    """

    kommun: str
    kind: str
    members: tuple[str, ...]
    wanted: tuple[str, ...]
    wanted_year: int
    chosen: bool = False  # by somebody, and not by the rule

    @property
    def without_figures(self) -> tuple[str, ...]:
        return tuple(code for code in self.wanted if code not in self.members) if self.kind != "liknande" else ()


def comparison_group(kommun: object, available: Collection[str], *, kind: str = "regel") -> ComparisonGroup:
    """The comparison group, from the kommuner that have figures.

    By the fixed rule: first Kolada's liknande kommuner, if at least 5 of the 7 have figures; else the other kommuner of
    the län, if at least 5 have; else all other kommuner with figures, if at least 20 have; else nobody. The kommun
    itself is never among its comparison.

    Parameters
    ----------
    kommun : str
        Code or name.
    available : collection of str
        Codes of the kommuner that have figures.
    kind : {"regel", "liknande", "socioekonomi", "skr_grupp", "lan", "alla"}
        "regel" is the rule above. The others are taken as they are, with those members that have figures: Kolada's two
        sets of liknande kommuner, the kommuner of the same SKR-grupp (2023), the rest of the län, all others.

    Returns
    -------
    ComparisonGroup

    Raises
    ------
    UnknownKommun
        No kommun has that name or code.
    OptionError
        An unknown kind.

    Examples
    --------
    >>> from kunskapsbaserat import kommun, rates
    >>> dalarna = [k.code for k in kommun.in_lan("20")]  # figures for these alone: Falun's liknande kommuner lie elsewhere
    >>> group = rates.comparison_group("Falun", dalarna)
    >>> group.kind, len(group.members)
    ('lan', 14)
    """
    me = kommuner.get(kommun)
    alike = kommuner.liknande(me, "socioekonomi" if kind == "socioekonomi" else "overgripande")
    have = set(available) - {me.code}
    if kind != "regel":
        wanted = _wanted(me, alike, option("kind", kind, ("regel", *KINDS)))
        year = SKR_YEAR if kind == "skr_grupp" else alike.year
        there = tuple(c for c in wanted if c in have)
        return ComparisonGroup(me.code, kind if there else "ingen", there, wanted, year, chosen=True)
    steps = (
        ("liknande", [c for c in alike.members if c in have], MIN_LIKNANDE),
        ("lan", [k.code for k in kommuner.in_lan(me.lan_code) if k.code in have], MIN_LAN),
        ("alla", sorted(have), MIN_ALL),
    )
    for kind, members, least in steps:
        if len(members) >= least:
            return ComparisonGroup(me.code, kind, tuple(members), alike.members, alike.year)
    return ComparisonGroup(me.code, "ingen", (), alike.members, alike.year)


def _wanted(me: kommuner.Kommun, alike: kommuner.Liknande, kind: str) -> tuple[str, ...]:
    if kind in ("liknande", "socioekonomi"):
        return alike.members
    everyone = kommuner.all_kommuner()
    if kind == "skr_grupp":
        everyone = tuple(k for k in everyone if k.skr_code == me.skr_code)
    elif kind == "lan":
        everyone = tuple(k for k in everyone if k.lan_code == me.lan_code)
    return tuple(k.code for k in everyone if k.code != me.code)


@keyed(filled=("covariates",), covariates=("area", "year", "year#"))
def nearest_kommuner(
    covariates: pd.DataFrame,
    kommun: object,
    *,
    columns: Sequence[str],
    members: int = 7,
    log: Collection[str] = (),
    year: int | None = None,
) -> ComparisonGroup:
    """The kommuner that are most alike by chosen covariates: Euclidean distance, each covariate over its standard deviation.

    Parameters
    ----------
    covariates : DataFrame
        One row per kommun and year: ``area``, ``year`` and the covariates. Kommuner without a row are not candidates.
    kommun : str
        Code or name.
    columns : sequence of str
        The covariates, for instance population, density, share of young, commuting.
    members : int
        How many; at equal distance in code order.
    log : collection of str
        Covariates compared by their logarithm, such as population.
    year : int, optional
        Default the latest in the table.

    Returns
    -------
    ComparisonGroup
        `kind` is "kovariater" and `wanted_year` the covariates' year.

    Raises
    ------
    TableError
        A covariate is missing or cannot be read, a kommun stands twice, or the kommun has no row.
    OptionError
        No covariate is named.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat import kommun, rates
    >>> people = {"2080": 59_945, "2081": 51_489, "2083": 15_273, "2026": 10_371}  # SCB, 31 December 2024
    >>> about = pd.DataFrame({"area": people.keys(), "year": 2024, "population": people.values()})
    >>> group = rates.nearest_kommuner(about, "Falun", columns=["population"], log=["population"], members=2)
    >>> [kommun.get(code).name for code in group.members]
    ['Borlänge', 'Hedemora']
    """
    me = kommuner.get(kommun)
    if not columns:
        raise OptionError("columns", [], ("at least one covariate",), tillatna=("minst en egenskap",))
    checks.columns(covariates, ["area", "year", *columns])
    year = int(covariates["year"].max()) if year is None else year
    rows = covariates[covariates["year"] == year].sort_values("area")
    keys_once(rows, ["area"])
    if me.code not in set(rows["area"]):
        raise TableError(f"a row for {me.code} in {year}", forvantat=f"en rad för {me.name} {year}", column="area")
    scaled = []
    for name in columns:
        values = checks.numbers(rows, name)
        checks.refuse(rows, np.isnan(values), name, "a number for every kommun", "ett tal för varje kommun")
        if name in log:
            checks.refuse(rows, values <= 0, name, "a number above 0 (it is compared by its logarithm)", "ett tal över noll")
            values = np.log(values)
        spread = values.std()
        scaled.append(values / spread if spread > 0 else values * 0)
    points = np.column_stack(scaled)
    own = (rows["area"] == me.code).to_numpy()
    away = np.sqrt(((points - points[own]) ** 2).sum(axis=1))
    order = [i for i in np.argsort(away, kind="stable") if not own[i]][:members]
    nearest = tuple(rows["area"].iloc[order])
    return ComparisonGroup(me.code, "kovariater", nearest, nearest, year)


@keyed(values=("area", "@by", "@value#"))
def band(values: pd.DataFrame, *, members: Collection[str], by: list[str], value: str = "rate") -> pd.DataFrame:
    """Median and middle half (quartiles by linear interpolation) of the members' values.

    Parameters
    ----------
    values : DataFrame
        ``area``, the columns of `by` and `value`.
    members : collection of str
        Codes of the areas compared with.
    by : list of str
        Columns that divide the table: offence, period.
    value : str
        Column of the figure, in any unit.

    Returns
    -------
    DataFrame
        One row per combination of `by`: ``lower_quartile``, ``median``, ``upper_quartile`` and ``members_with_value``.
        Combinations in which fewer than half of the members have a value are left out.

    Raises
    ------
    TableError
        A column is missing, or a name or a figure in it cannot be read.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat import rates
    >>> published = pd.DataFrame({"area": ["2026", "2029", "2061", "2083", "2084"], "offence": "bostadsinbrott"})
    >>> published["rate"] = [106, 149, 248, 294, 527]  # 2024, per 100 000
    >>> rates.band(published, members=published["area"], by=["offence"])
              offence  lower_quartile  median  upper_quartile  members_with_value
    0  bostadsinbrott           149.0   248.0           294.0                   5
    """
    table = _quartiles(values[values["area"].isin(members)], by, value)
    return table[table["members_with_value"] * 2 >= len(set(members))].reset_index(drop=True)


def band_of_each(
    values: pd.DataFrame, *, members: Mapping[str, Collection[str]], by: list[str], value: str = "rate"
) -> pd.DataFrame:
    """`band` for several areas, each with members of its own: one table, with the area compared in the column ``beside``.

    Parameters
    ----------
    values, by, value
        As there.
    members : mapping of area to codes
        Those that each is compared with.

    Returns
    -------
    DataFrame
        As there, with ``beside`` first.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat.rates.compare import band_of_each
    >>> values = pd.DataFrame({"area": list("abcd"), "year": 2024, "rate": [100.0, 200, 300, 400]})
    >>> band_of_each(values, members={"a": ["b", "c"], "b": ["a", "c", "d"]}, by=["year"])[["beside", "median"]].values.tolist()
    [['a', 250.0], ['b', 300.0]]
    """
    places, sizes = values.groupby("area", sort=False).indices, {area: len(set(codes)) for area, codes in members.items()}
    beside = [(area, places[code]) for area, codes in members.items() for code in dict.fromkeys(codes) if code in places]
    at = np.concatenate([rows for _, rows in beside]) if beside else np.empty(0, dtype=np.intp)
    numbers = {area: number for number, area in enumerate(members)}
    compared = np.repeat([numbers[area] for area, _ in beside], [len(rows) for _, rows in beside]).astype(np.int64)
    table = _quartiles(values[[*by, value]].iloc[at].assign(beside=compared), ["beside", *by], value)
    table["beside"] = pd.Series([*members], dtype=object).iloc[table["beside"].astype(int)].to_numpy()
    return table[table["members_with_value"] * 2 >= table["beside"].map(sizes)].reset_index(drop=True)


def _quartiles(rows: pd.DataFrame, by: list[str], value: str) -> pd.DataFrame:
    rows = rows.dropna(subset=[value])
    if rows.empty:
        return pd.DataFrame(columns=[*by, "lower_quartile", "median", "upper_quartile", "members_with_value"])
    # A report asks for hundreds of small groups: one sort of all of them is ten times faster than a quantile each.
    values_of, groups = rows[value].to_numpy(dtype=float), _numbered(rows, by)
    order = np.lexsort((values_of, groups))
    _, starts, sizes = np.unique(groups[order], return_index=True, return_counts=True)
    columns = {
        name: _quantile(values_of[order], starts, sizes, share)
        for name, share in (("lower_quartile", 0.25), ("median", 0.5), ("upper_quartile", 0.75))
    }
    return rows[by].iloc[order[starts]].reset_index(drop=True).assign(**columns, members_with_value=sizes)


def _numbered(rows: pd.DataFrame, by: list[str]) -> NDArray[np.int64]:
    """The combination of `by` that each row belongs to, as a number; the numbers follow the sorted combinations."""
    numbers = np.zeros(len(rows), dtype=np.int64)
    for column in by:
        codes, levels = pd.factorize(rows[column], sort=True)
        numbers = numbers * len(levels) + codes
    return numbers


def _quantile(
    ordered: NDArray[np.float64], starts: NDArray[np.int64], sizes: NDArray[np.int64], share: float
) -> NDArray[np.float64]:
    """By linear interpolation, of groups that lie sorted one after the other."""
    place = (sizes - 1) * share
    below = np.floor(place).astype(int)
    low = ordered[starts + below]
    high = ordered[starts + np.minimum(below + 1, sizes - 1)]
    return np.asarray(low + (high - low) * (place - below))


def position(value: float, lower_quartile: float, upper_quartile: float, *, decimals: int | None = None) -> Position | None:
    """Over, inside or under the middle half; None when something is missing.

    Parameters
    ----------
    value, lower_quartile, upper_quartile : float
        In one unit, whichever it is.
    decimals : int, optional
        The three are first rounded (half up) to so many, as they are shown, so that a shown 13 never lies under a shown 13-24.

    Returns
    -------
    Position or None

    Examples
    --------
    >>> from kunskapsbaserat import rates
    >>> rates.position(527, 129.5, 293.5), rates.position(12.9, 13.2, 24.0), rates.position(12.9, 13.2, 24.0, decimals=0)
    (<Position.OVER: 'over'>, <Position.UNDER: 'under'>, <Position.INOM: 'inom'>)
    """
    if any(pd.isna(v) for v in (value, lower_quartile, upper_quartile)):
        return None
    if decimals is not None:
        value, lower_quartile, upper_quartile = (
            math.floor(v * 10**decimals + 0.5 + 1e-9) for v in (value, lower_quartile, upper_quartile)
        )
    if value > upper_quartile:
        return Position.OVER
    return Position.UNDER if value < lower_quartile else Position.INOM
