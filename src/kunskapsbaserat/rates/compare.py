"""Which kommuner to compare with, and where one kommun lies among them."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

import pandas as pd

from kunskapsbaserat import kommun as kommuner

MIN_LIKNANDE = 5
MIN_LAN = 5
MIN_ALL = 20


class Position(StrEnum):
    """Where a value lies against the middle half of the comparison group. A description, not a verdict."""

    OVER = "over"
    INOM = "inom"
    UNDER = "under"


@dataclass(frozen=True, slots=True)
class ComparisonGroup:
    """The kommuner that one kommun is compared with, and why just these.

    `kind` is "liknande", "lan", "alla" or "ingen". `wanted` are the liknande kommuner, `without_figures` those of
    them that have none.
    """

    kommun: str
    kind: str
    members: tuple[str, ...]
    wanted: tuple[str, ...]
    wanted_year: int

    @property
    def without_figures(self) -> tuple[str, ...]:
        return tuple(code for code in self.wanted if code not in self.members) if self.kind != "liknande" else ()


def comparison_group(kommun: object, available: Collection[str]) -> ComparisonGroup:
    """The comparison group by a fixed rule, from the kommuner that have figures.

    First Kolada's liknande kommuner, if at least 5 of the 7 have figures; else the other kommuner of the län, if at
    least 5 have; else all other kommuner with figures, if at least 20 have; else nobody. The kommun itself is
    never among its comparison.

    Parameters
    ----------
    kommun : str
        Code or name.
    available : collection of str
        Codes of the kommuner that have figures.
    """
    me = kommuner.get(kommun)
    alike = kommuner.liknande(me)
    have = set(available) - {me.code}
    steps = (
        ("liknande", [c for c in alike.members if c in have], MIN_LIKNANDE),
        ("lan", [k.code for k in kommuner.in_lan(me.lan_code) if k.code in have], MIN_LAN),
        ("alla", sorted(have), MIN_ALL),
    )
    for kind, members, least in steps:
        if len(members) >= least:
            return ComparisonGroup(me.code, kind, tuple(members), alike.members, alike.year)
    return ComparisonGroup(me.code, "ingen", (), alike.members, alike.year)


def band(values: pd.DataFrame, *, members: Collection[str], by: list[str], value: str = "rate") -> pd.DataFrame:
    """Median and middle half (quartiles by linear interpolation) of the members' values.

    Returns
    -------
    DataFrame
        One row per combination of `by`: ``lower_quartile``, ``median``, ``upper_quartile`` and ``members_with_value``.
        Combinations in which fewer than half of the members have a value are left out.
    """
    rows = values[values["area"].isin(members)].dropna(subset=[value])
    if rows.empty:
        return pd.DataFrame(columns=[*by, "lower_quartile", "median", "upper_quartile", "members_with_value"])
    grouped = rows.groupby(by, observed=True, sort=True)[value]
    table = grouped.quantile([0.25, 0.5, 0.75]).unstack().set_axis(["lower_quartile", "median", "upper_quartile"], axis=1)
    table["members_with_value"] = grouped.size()
    return table[table["members_with_value"] * 2 >= len(set(members))].reset_index()


def position(value: float, lower_quartile: float, upper_quartile: float, *, decimals: int | None = None) -> Position | None:
    """Over, inside or under the middle half; None when something is missing.

    With `decimals` the three are first rounded (half up) as they are shown, so that a shown 13 never lies under a shown 13-24.
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
