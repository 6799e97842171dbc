"""One million events: read from CSV, pairs of duplicates, periods, reporters, week and hot spots. Time and largest memory.

    uv run python benchmarks/est_read.py > benchmarks/est_read.txt

The time is the processor's, of all threads; the memory is the most that the process has held. Another process writes the list.
"""

from __future__ import annotations

import datetime as dt
import os
import platform
import resource
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd

from kunskapsbaserat import __version__, places
from kunskapsbaserat.catalogue import est as catalogue
from kunskapsbaserat.data import est as ests
from kunskapsbaserat.data.est import periods
from kunskapsbaserat.report.documents.est import material as est_material
from kunskapsbaserat.report.documents.kontroll.new_folder import new_folder

EVENTS = 1_000_000


def event_list(path: Path, events: int = EVENTS) -> None:
    """SIMULERAD: ten years of events over a kommun, some open in time, some without a place."""
    rng = np.random.default_rng(1)
    start = pd.Timestamp("2016-01-01") + pd.to_timedelta(rng.integers(0, 10 * 365 * 24 * 60, events), unit="min")
    end = start + pd.to_timedelta(rng.choice([0, 0, 0, 60, 600, 3000], events), unit="min")
    names = [c.name for c in catalogue.categories()]
    centre = rng.integers(0, 40, events)
    middles = rng.uniform(0, 12_000, (40, 2))
    x, y = (middles[centre, k] + rng.normal(0, 400, events) for k in (0, 1))
    pd.DataFrame(
        {
            "Händelse-ID": np.arange(events),
            "Registrerad": (end + pd.Timedelta(hours=3)).strftime("%Y-%m-%d %H:%M"),
            "Händelsetid från": start.strftime("%Y-%m-%d %H:%M"),
            "Händelsetid till": end.strftime("%Y-%m-%d %H:%M"),
            "Händelsetyp": rng.choice(names, events),
            "Öst": (515_000 + x).round(),
            "Nord": (6_700_000 + y).round(),
            "Organisation": rng.choice([f"Rapportör {n}" for n in range(40)], events),
            "Beskrivning": "En fritext som inte ska läsas, " * 2,
        }
    ).to_csv(path, sep=";", index=False)


def main() -> None:
    pd.set_option("mode.string_storage", "python")  # as in a core install, which has no pyarrow
    print(f"{dt.date.today()}  kunskapsbaserat {__version__}, Python {platform.python_version()}, pandas {pd.__version__}")
    print(f"uv run python benchmarks/est_read.py; load {os.getloadavg()[0]:.0f} on {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as room:
        folder = Path(room) / "k"
        new_folder(folder, "Borlänge")
        with ProcessPoolExecutor(1) as apart:
            apart.submit(event_list, folder / "est" / "uttag.csv").result()
        print(f"{EVENTS} events, {(folder / 'est' / 'uttag.csv').stat().st_size / 1e6:.0f} MB of CSV")
        clock = time.process_time()

        def lap(what: str) -> None:
            nonlocal clock
            largest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
            print(f"{what:44} {time.process_time() - clock:6.1f} s   largest so far {largest:.1f} GB")
            sys.stdout.flush()
            clock = time.process_time()

        found = ests.read(folder)
        lap(f"read ({len(found.reports)} events)")
        pairs = est_material.proposed_pairs(found)
        lap(f"possible duplicates ({len(pairs)} pairs)")
        rhythm = periods.Rhythm(14)
        spans = rhythm.before(rhythm.of(dt.date(2025, 12, 20)), 260)
        np.bincount(periods.number(found.events["reported"], spans) + 1)
        lap("periods")
        places.week_pattern(found.events)
        lap("weekday by hour, aoristic")
        hot = places.hot_spots(places.located(found.events)[0])
        lap(f"hot spots ({int(hot['hot'].sum())} of {len(hot)} cells)")


if __name__ == "__main__":
    main()
