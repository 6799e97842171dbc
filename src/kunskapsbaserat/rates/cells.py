"""The cells of a screening: counts and person-years in arrays, and what all kommuner and a group tell about each cell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from kunskapsbaserat import catalogue
from kunskapsbaserat.errors import UnknownKommun
from kunskapsbaserat.rates.checks import Floats, amounts
from kunskapsbaserat.rates.compare import ComparisonGroup, comparison_group
from kunskapsbaserat.rates.funnel import funnel_limits
from kunskapsbaserat.rates.overdispersion import overdispersion
from kunskapsbaserat.rates.smoothing import marshall_prior, shrink
from kunskapsbaserat.rates.variation import yearly_variation

FUNNEL_RULE = "cqc"  # on the square root of the ratio, where small counts keep to the limits and 0 events has them too
Groups = Mapping[str, ComparisonGroup] | str


class Cube(NamedTuple):
    """Counts and person-years, shape (series, areas, years); a series is one offence and sex."""

    areas: list[str]
    offences: list[str]
    years: np.ndarray
    events: Floats
    size: Floats
    at: tuple[np.ndarray, np.ndarray, np.ndarray]

    def long(self, values: np.ndarray) -> np.ndarray:
        """A value per row of the table, from one per cell (series, areas, years)."""
        by_row: np.ndarray = np.broadcast_to(values, self.events.shape)[self.at]
        return by_row


class Members(NamedTuple):
    """Which areas belong to which area's group: matrix per series, index lists, and the group's kind."""

    inside: Floats
    kind: np.ndarray
    wanted: Floats


def cube_of(rates: pd.DataFrame) -> Cube:
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
    return Cube(
        list(areas), [name for name, _ in names], years, np.where(usable, events, np.nan), np.where(usable, size, np.nan), at
    )


def funnels(cube: Cube) -> dict[str, np.ndarray]:
    """Funnel and shrunken rate of every offence and year, over all kommuner with data."""
    x, n = cube.events, cube.size
    shape = (x.shape[0], 1, x.shape[2])
    common, spread, tau2 = np.full(shape, np.nan), np.full(shape, np.nan), np.full(shape, np.nan)
    for s, t in np.ndindex(x.shape[0], x.shape[2]):
        counted = ~np.isnan(x[s, :, t])
        if not counted.any():
            continue
        events, size = x[s, counted, t], n[s, counted, t]
        common[s, 0, t], spread[s, 0, t] = marshall_prior(events, size)
        if events.sum() > 0:
            extra = overdispersion(events, size * common[s, 0, t], rule=FUNNEL_RULE, consistent=True)
            tau2[s, 0, t] = np.nan if np.isnan(extra.phi) else extra.tau2
    expected = n * np.where(common > 0, common, np.nan)
    limits = {}
    for name, level in (("inner", 0.95), ("outer", 0.998)):
        limits[f"lower_{name}"], limits[f"upper_{name}"] = funnel_limits(expected, level, rule=FUNNEL_RULE, tau2=tau2)
    rate, weight = shrink(x, n, np.broadcast_to(common, x.shape), np.broadcast_to(spread, x.shape))
    hidden = np.where(np.isnan(x), np.nan, 1.0)
    return {
        "expected": expected,
        "ratio": x / expected,
        **limits,
        "shrunken_rate": rate * hidden,
        "weight": weight * hidden,
    }


def members_of(cube: Cube, groups: Groups) -> Members:
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
            made[has.tobytes()] = [
                _group(code, [c for c, h in zip(cube.areas, has, strict=True) if h], groups) for code in cube.areas
            ]
        for i, group in enumerate(made[has.tobytes()]):
            kind[s, i, 0], wanted[s, i, 0] = group.kind, len(group.members)
            inside[s, i, [at[c] for c in group.members if c in at]] = 1
    return Members(inside, kind, wanted)


def _group(code: str, available: list[str], groups: Groups) -> ComparisonGroup:
    if isinstance(groups, str):
        return comparison_group(code, available, kind=groups)
    if code not in groups:
        raise UnknownKommun(code)
    return groups[code]


def against_group(cube: Cube, members: Members, per: float) -> dict[str, np.ndarray]:
    """Number with figures, pooled counts and rate, and the middle half of the rates of each area's group."""
    x, n = (np.ascontiguousarray(np.nan_to_num(of)) for of in (cube.events, cube.size))  # else no fast product is found
    counted = np.ascontiguousarray(~np.isnan(cube.events), dtype=float)
    having = members.inside @ counted
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
    quartiles = [np.full(rates.shape, np.nan) for _ in range(3)]
    for s in range(rates.shape[0]):
        sizes = inside[s].sum(axis=1).astype(int)
        for size in np.unique(sizes[sizes > 0]):
            areas = np.flatnonzero(sizes == size)
            who = np.nonzero(inside[s, areas])[1].reshape(len(areas), size)
            ordered = np.sort(rates[s][who], axis=1)  # (areas, size, years), missing last
            number = (~np.isnan(ordered)).sum(axis=1)
            for q, values in zip((0.25, 0.5, 0.75), quartiles, strict=True):
                place = q * np.maximum(number - 1, 0)
                low = np.floor(place).astype(int)
                high = np.minimum(low + 1, np.maximum(number - 1, 0))
                below = np.take_along_axis(ordered, low[:, None], axis=1)[:, 0]
                above = np.take_along_axis(ordered, high[:, None], axis=1)[:, 0]
                values[s, areas] = below + (above - below) * (place - low)
    return quartiles


def variation_of(cube: Cube, published: Mapping[str, float] | None) -> Floats:
    """k of every series, shape (series, 1, 1)."""
    variation = np.empty((len(cube.offences), 1, 1))
    after = ~before_break(cube)
    for s, offence in enumerate(cube.offences):
        if published is not None and offence in published:
            variation[s] = published[offence]
        else:
            variation[s] = yearly_variation(cube.events[s], cube.size[s], after[s, 0, :-1])
    return variation


def before_break(cube: Cube) -> np.ndarray:
    """Years before the offence's latest series break, when not all kommuner used the new codes; shape (series, 1, years)."""
    first_good = {o.id: o.first_comparable_year for o in catalogue.offences()}
    starts = np.array([first_good.get(offence) or cube.years[0] for offence in cube.offences])
    return (cube.years < starts[:, None])[:, None, :]
