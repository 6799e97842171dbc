"""How often the methods of places cry wolf when nothing has happened, and how often they find what has.

    nice uv run benchmarks/places_calibration.py [maps weeks repeats named] > benchmarks/places_calibration.txt

Each line has a generator of its own, so that the parts may be run apart.

All events are SIMULERAD. "any" is the share of maps, weeks or reports with at least one call; a false discovery rate of 5 %
holds it at 5 % when there is nothing to find.
"""

from __future__ import annotations

import platform
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import shapely

from kunskapsbaserat.places import hot_spots, named_places, near_repeat, week_peaks
from kunskapsbaserat.trends import Change

E0, N0, SIDE = 530_000, 6_700_000, 5000
TOWN = shapely.box(E0 + 1, N0 + 1, E0 + SIDE - 1, N0 + SIDE - 1)
CALLED = (Change.SAKERSTALLD_OKNING, Change.SAKERSTALLD_MINSKNING)


def share(name: str, runs: int, once: Callable[..., bool], **options: Any) -> None:
    rng = np.random.default_rng(20261122)
    hits = sum(bool(once(rng, **options)) for _ in range(runs))
    error = np.sqrt(hits / runs * (1 - hits / runs) / runs)
    print(f"{name:<84} {100 * hits / runs:5.1f} %  +- {100 * error:.1f}  ({runs} runs)", flush=True)


def town(rng: np.random.Generator, n: int, extra: int = 0) -> pd.DataFrame:
    spot = 2550 + rng.random((extra, 2)) * 150
    both = np.concatenate([1 + rng.random((n, 2)) * (SIDE - 2), spot])
    return pd.DataFrame({"x": E0 + both[:, 0], "y": N0 + both[:, 1]})


def even_map(rng: np.random.Generator, n: int, **options: Any) -> bool:
    found = hot_spots(town(rng, n), within=TOWN, runs=99, seed=int(rng.integers(1e9)), **options)
    return bool(found["hot"].any())


def lumpy_map(rng: np.random.Generator, null: str) -> bool:
    """Cells with very different counts that do not lie together."""
    counts = rng.negative_binomial(0.3, 0.3, (20, 20))
    rows, columns = (np.repeat(i.ravel(), counts.ravel()) for i in np.indices(counts.shape))
    points = pd.DataFrame({"x": E0 + 250.0 * columns + 100, "y": N0 + 250.0 * rows + 100})
    return bool(hot_spots(points, within=TOWN, null=null)["hot"].any())


def found_there(rng: np.random.Generator, extra: int, statistic: str) -> bool:
    found = hot_spots(town(rng, 120, extra), within=TOWN, statistic=statistic, runs=99)
    hot = found[found["hot"]]
    return bool((np.hypot(hot["x"] - (E0 + 2625), hot["y"] - (N0 + 2625)) <= 260).any())


def maps() -> None:
    for n in (30, 120, 1000):
        for null in ("even", "shuffled"):
            share(f"map, {n} events strewn evenly over 400 cells, {null}: any", 1500, even_map, n=n, null=null)
    share("map, 120 events strewn evenly over 400 cells, scan: any", 400, even_map, n=120, statistic="scan")
    for null in ("shuffled", "even"):
        share(f"map, cells that differ but do not lie together, {null}: any", 1000, lumpy_map, null=null)
    for extra in (4, 6, 10):
        for statistic in ("gi", "scan"):
            name = f"map, 120 events evenly and {extra} more in one spot, {statistic}: that spot"
            share(name, 200, found_there, extra=extra, statistic=statistic)


def week(rng: np.random.Generator, n: int, vague: float, extra: int, doubled: float) -> pd.DataFrame:
    hours = rng.random(n) * 52 * 168
    hours = np.concatenate([hours, rng.integers(0, 52, extra) * 168 + 4 * 24 + 18 + 6 * rng.random(extra)])
    hours = np.concatenate([hours, rng.choice(hours, int(doubled * len(hours)))])
    length = np.where(rng.random(len(hours)) < vague, rng.exponential(30, len(hours)), 0.0)
    start = pd.Timestamp("2024-01-01") + pd.to_timedelta(hours, unit="h")
    return pd.DataFrame({"start": start, "end": start + pd.to_timedelta(length, unit="h")})


def any_peak(rng: np.random.Generator, n: int, vague: float, extra: int = 0, doubled: float = 0.0, hours: int = 6) -> bool:
    found = week_peaks(week(rng, n, vague, extra, doubled), hours=hours)
    if extra:
        found = found[(found["weekday"] == 4) & (found["from_hour"] == 18)]
    return bool(found["peak"].any())


def weeks() -> None:
    for n in (30, 150, 1000):
        for vague in (0.0, 0.5, 1.0):
            share(f"week, {n} even events, {vague:.0%} with vague times: any peak", 1500, any_peak, n=n, vague=vague)
    share("week, 150 even events, every hour a part: any peak", 1500, any_peak, n=150, vague=0.3, hours=1)
    share("week, 150 even events, a fifth of them reported twice: any peak", 1500, any_peak, n=150, vague=0.3, doubled=0.2)
    for extra in (10, 20):
        share(f"week, 150 even events and {extra} on Friday nights: that peak", 500, any_peak, n=150, vague=0.3, extra=extra)


def any_repeat(rng: np.random.Generator, extra: int) -> bool:
    """Places in clusters, days with a season, and `extra` true repeats within a week."""
    n = 100
    places = 500_000 + 300 * rng.random((n, 2))
    places[:, 0] += 1000.0 * rng.integers(0, 5, n)
    day = (300 * rng.beta(2, 4, n)).astype(int)
    again = rng.choice(n, extra, replace=False)
    places = np.concatenate([places, places[again] + rng.normal(0, 20, (extra, 2))])
    day = np.concatenate([day, day[again] + rng.integers(1, 7, extra)])
    points = pd.DataFrame(places, columns=["x", "y"])
    return bool(near_repeat(points, pd.Series(day), runs=399, seed=int(rng.integers(1e9))).table["raised"].any())


def repeats() -> None:
    share("near repeat, 100 events in clusters and a season: any band", 1000, any_repeat, extra=0)
    for extra in (5, 10):
        share(f"near repeat, the same and {extra} true repeats: any band", 300, any_repeat, extra=extra)


def table_of(numbers: np.ndarray) -> pd.DataFrame:
    place, period = (np.repeat(i.ravel(), numbers.ravel()) for i in np.indices(numbers.shape))
    return pd.DataFrame({"place": place, "period": period})


def counts(rng: np.random.Generator, mean: float, dispersion: float, periods: int) -> np.ndarray:
    level = np.repeat(rng.gamma(1.0, mean, 15)[:, None], periods, axis=1)
    if dispersion > 1:
        level = rng.gamma(np.maximum(level, 1e-9) / (dispersion - 1), dispersion - 1)
    return rng.poisson(level)


def any_place(rng: np.random.Generator, mean: float, dispersion: float, periods: int) -> bool:
    found = named_places(table_of(counts(rng, mean, dispersion, periods)), periods=range(periods))
    return bool(found["verdict"].isin(CALLED).any())


def doubled(rng: np.random.Generator, known: bool, new: bool) -> bool:
    """Every place has twice as many in the last period, because twice as many report."""
    numbers = counts(rng, 4.0, 1.0, 26)
    numbers[:, -1] = rng.poisson(numbers[:, :-1].mean(axis=1) * 2)
    active = pd.Series([10] * 25 + [20]) if known else None
    found = named_places(table_of(numbers), periods=range(26), active=active)
    return bool((found["status"] == "new" if new else found["verdict"].isin(CALLED)).any())


def one_grows(rng: np.random.Generator, times: float) -> bool:
    numbers = rng.poisson(np.full((15, 26), 3.0))
    numbers[4, -1] = rng.poisson(3 * times)
    found = named_places(table_of(numbers), periods=range(26)).set_index("place")
    return bool(found.at[4, "status"] == "new")


def named() -> None:
    for mean in (0.5, 2.0, 10.0):
        for dispersion in (1.0, 2.0):
            for periods in (8, 26):
                name = f"15 places, {mean} events a period, variance {dispersion} x mean, {periods} periods: any place"
                share(name, 600, any_place, mean=mean, dispersion=dispersion, periods=periods)
    share("everything doubles (more reporters): any place called", 600, doubled, known=False, new=False)
    share("everything doubles (more reporters): any place said to be new", 600, doubled, known=False, new=True)
    share("everything doubles, the reporters counted: any place called", 600, doubled, known=True, new=False)
    for times in (2, 3, 4):
        share(f"one place of 3 a period has {times} times as many: said to be new", 400, one_grows, times=times)


if __name__ == "__main__":
    print(f"Python {platform.python_version()}, numpy {np.__version__}, pandas {pd.__version__}, {time.strftime('%Y-%m-%d')}\n")
    parts = {"maps": maps, "weeks": weeks, "repeats": repeats, "named": named}
    for name in sys.argv[1:] or parts:
        parts[name]()
        print()
