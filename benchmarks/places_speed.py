"""How long a million events take from file to hot spots: read, deduplicated, binned, tested.

    uv run benchmarks/places_speed.py > benchmarks/places_speed.txt

Asked for: about 60 s and 4 GB on 4 cores. One process is used. The events are SIMULERAD: five years in a kommun of 30 x 30 km,
most of them in a few centres, 8 % of them reported once more by another reporter, a third with a time that is an interval.
"""

from __future__ import annotations

import importlib.metadata
import os
import platform
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
import pandas as pd

from kunskapsbaserat.places import (
    concentration,
    duplicate_pairs,
    hot_spots,
    named_places,
    near_repeat,
    public_cells,
    week_pattern,
    week_peaks,
)

EVENTS, SIDE, HOURS, CATEGORIES = 1_000_000, 30_000.0, 5 * 8766, 20
T = TypeVar("T")


def simulated(rng: np.random.Generator) -> pd.DataFrame:
    unique = int(EVENTS / 1.08)
    centres = rng.uniform(0, SIDE, (40, 2))
    centre = rng.choice(40, unique, p=rng.dirichlet(np.full(40, 0.5)))
    places = np.where(rng.random((unique, 1)) < 0.25, rng.uniform(0, SIDE, (unique, 2)), rng.normal(centres[centre], 600))
    start = rng.uniform(0, HOURS, unique)
    length = np.where(rng.random(unique) < 0.35, rng.exponential(20, unique), 0)
    kind = rng.integers(0, CATEGORIES, unique)
    again = rng.choice(unique, EVENTS - unique, replace=False)
    rows = np.concatenate([np.arange(unique), again])
    late = np.arange(EVENTS) >= unique
    places = places[rows].clip(0, SIDE - 1) + np.where(late[:, None], rng.normal(0, 30, (EVENTS, 2)), 0)
    begin = start[rows] + np.where(late, rng.uniform(-1, 1, EVENTS), 0)
    first = pd.Timestamp("2020-01-01")
    order = rng.permutation(EVENTS)
    table = pd.DataFrame(
        {
            "handelse_id": np.arange(EVENTS),
            "kategori": np.char.add("kategori ", kind[rows].astype(str)),
            "x": (500_000 + places[:, 0]).round(1),
            "y": (6_700_000 + places[:, 1]).round(1),
            "start": (first + pd.to_timedelta(begin, unit="h")).round("min"),
            "end": (first + pd.to_timedelta(begin + length[rows], unit="h")).round("min"),
        }
    )
    return table.iloc[order]


def measured(name: str, call: Callable[[], T]) -> T:
    start = time.perf_counter()
    result = call()
    taken = time.perf_counter() - start
    steps[name] = taken
    print(f"{name:<62} {taken:7.1f} s   largest so far {peak():5.2f} GB", flush=True)
    return result


def peak() -> float:
    scale = 1024**3 if sys.platform == "darwin" else 1024**2
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / scale


def without_duplicates(events: pd.DataFrame) -> pd.DataFrame:
    """A stand-in for the person who decides: the later row of every proposed pair goes."""
    pairs = duplicate_pairs(events, category="kategori", distance=100, hours=1)
    print(f"    {len(pairs):,} pairs proposed")
    return events[~events.index.isin(pairs["second"])]


steps: dict[str, float] = {}


def main() -> None:
    versions = ", ".join(f"{p} {importlib.metadata.version(p)}" for p in ("pandas", "numpy", "scipy"))
    print(f"Python {platform.python_version()}, {versions}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    print(f"{EVENTS:,} SIMULERAD events, {time.strftime('%Y-%m-%d')}\n")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "händelser.csv"
        simulated(np.random.default_rng(20261122)).to_csv(file, index=False)
        print(f"the file has {file.stat().st_size / 1e6:.0f} MB\n")
        events = measured("read the CSV", lambda: pd.read_csv(file, parse_dates=["start", "end"]))
    events = measured("propose duplicates and drop them", lambda: without_duplicates(events))
    week = measured("weekday x hour with aoristic weights", lambda: week_pattern(events))
    measured("peaks of the week", lambda: week_peaks(events))
    hot = measured("bin in cells of 250 m and test (Gi*, even)", lambda: hot_spots(events))
    asked = sum(steps.values())
    print(f"\nread, deduplicated, binned, hot spots: {asked:.1f} s, {peak():.2f} GB   (asked for: about 60 s, 4 GB)")
    print(f"    {len(events):,} events left, as many in the week: {week.to_numpy().sum():,.0f}")
    print(f"    {hot['hot'].sum()} of {len(hot)} cells hot\n")
    measured("the same, Gi* shuffled", lambda: hot_spots(events, null="shuffled"))
    measured("scan statistic, cells of 1 km, 999 maps", lambda: hot_spots(events, cell=1000, statistic="scan"))
    measured("public cells", lambda: public_cells(events))
    named = events.assign(place=(events["x"] // 500).astype(int) * 1000 + (events["y"] // 500).astype(int) % 1000)
    named = named.assign(period=(events["start"] - pd.Timestamp("2020-01-01")).dt.days.clip(0) // 14)
    measured(f"{named['place'].nunique()} named places, {named['period'].nunique()} fortnights", lambda: named_places(named))
    measured("concentration, 499 simulated spreads", lambda: concentration(named, places=3721))
    part = events.iloc[:20_000]
    measured("near repeat, 20 000 events, 999 runs", lambda: near_repeat(part, "start"))


if __name__ == "__main__":
    main()
