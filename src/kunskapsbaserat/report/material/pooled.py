"""The last three years together, for counts too small to be read one year at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from kunskapsbaserat.frames import Record
from kunskapsbaserat.rates import FunnelClass, among_all, crude_rate, mean_population
from kunskapsbaserat.rates.screen import FUNNEL_LIMITS
from kunskapsbaserat.report.material.computed_once import once, same_as_before
from kunskapsbaserat.report.material.coverage import by_coverage, coverage_of
from kunskapsbaserat.report.material.grid import Band, with_year

POOLED_YEARS = 3
FEWEST_AREAS = 10  # with fewer kommuner it cannot be told how much kommuner usually differ
_POOLED_FROM = ["area", "area_level", "offence", "sex", "year", "count"]


@dataclass(frozen=True, slots=True)
class Pooled:
    """Several years together, for counts too small to be read one year at a time; `rate` per 100 000 and year.

    `among` is the funnel class among all kommuner with figures (`areas` of them), `shrunken` the rate weighed against theirs;
    both are missing with few kommuner.
    """

    first: int
    last: int
    count: int
    mean: float
    rate: float
    lower: float
    upper: float
    band: Band | None
    among: FunnelClass | None = None
    shrunken: float | None = None
    areas: int = 0


def pooled_among(counts: pd.DataFrame, exposure: pd.DataFrame, offence: str) -> pd.DataFrame:
    """The last three years together of every kommun that has the offence, as the findings were made from."""
    table = next(part for part in by_coverage(counts) if offence in coverage_of(part))
    return pooled_of(table, exposure, among=True)


def pooled_of(counts: pd.DataFrame, exposure: pd.DataFrame, *, among: bool) -> pd.DataFrame:
    """The last three years together, with each kommun's place among all of them where it is asked for."""
    rows = once(counts, "latest years", lambda: same_as_before("latest years", _latest_years(with_year(counts))))
    pooled = once(rows, "pooled", lambda: _pooled(rows, exposure), also=exposure)
    return once(pooled, "among all", lambda: _among_all(pooled)) if among else pooled


def _latest_years(counts: pd.DataFrame) -> pd.DataFrame:
    last = int(counts["year"].max())
    return counts.loc[counts["year"].between(last - POOLED_YEARS + 1, last), _POOLED_FROM]


def _pooled(counts: pd.DataFrame, exposure: pd.DataFrame) -> pd.DataFrame:
    """The last three years together: events over person-years. Missing where a year or its population is missing."""
    last = int(counts["year"].max())
    first = last - POOLED_YEARS + 1
    rows = counts.astype({"year": "Int64"})
    everyone = once(exposure, "mean population", lambda: mean_population(exposure))
    joined = rows.merge(everyone, on=["area", "area_level", "year"], how="inner", validate="many_to_one")
    summed = joined.groupby(["area", "area_level", "offence", "sex"]).agg(
        count=("count", "sum"), known=("count", "count"), exposure=("exposure", "sum")
    )
    whole = summed[summed["known"] == POOLED_YEARS].reset_index()
    return crude_rate(whole).assign(first=first, last=last)


def _among_all(pooled: pd.DataFrame) -> pd.DataFrame:
    """Funnel class and shrunken rate of every kommun; neither where too few have figures to tell what is usual."""
    kommuner = pooled[pooled["area_level"] == "kommun"]
    if kommuner.empty:
        return pooled.assign(
            funnel_class=None, shrunken_rate=float("nan"), areas=0, **dict.fromkeys(FUNNEL_LIMITS, float("nan"))
        )
    rows = kommuner.assign(period=pd.PeriodIndex(kommuner["last"].astype(str), freq="Y"))
    found = among_all(rows)
    few = found["areas"] < FEWEST_AREAS
    found = found.assign(**{name: found[name].mask(few) for name in ("funnel_class", "shrunken_rate", *FUNNEL_LIMITS)})
    return pooled.join(found)


def as_pooled(row: Record | None, pooled_band: Band | None) -> Pooled | None:
    """A row of `pooled_of` with the band that it is read against; None when the kommun has no such row."""
    if row is None:
        return None
    return Pooled(
        first=int(row["first"]),
        last=int(row["last"]),
        count=int(row["count"]),
        mean=float(row["count"]) / POOLED_YEARS,
        rate=float(row["rate"]),
        lower=float(row["lower"]),
        upper=float(row["upper"]),
        band=pooled_band,
        **_place_among(row),
    )


def _place_among(row: Record) -> dict[str, Any]:
    if "areas" not in row:  # it was not asked for
        return {}
    return {
        "among": row["funnel_class"] if isinstance(row["funnel_class"], FunnelClass) else None,
        "shrunken": None if pd.isna(row["shrunken_rate"]) else float(row["shrunken_rate"]),
        "areas": 0 if pd.isna(row["areas"]) else int(row["areas"]),
    }
