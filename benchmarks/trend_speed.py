"""How long do the heavy trend methods take? Processor time, one core.

    OPENBLAS_NUM_THREADS=1 uv run python benchmarks/trend_speed.py > benchmarks/trend_speed.txt

Joinpoint: 35 yearly rates with one bend, 4 499 permutations of each test. Panel: 290 kommuner, 30 offences, 120 months, all
columns of `trend_panel`. Best of three runs (the panel: one run).
"""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable
from datetime import date

import numpy as np
import pandas as pd
import scipy

from kunskapsbaserat import __version__, simulate
from kunskapsbaserat.trends import joinpoint, trend_panel


def main() -> None:
    print(f"{date.today()}, kunskapsbaserat {__version__}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores")
    print(f"Python {platform.python_version()}, numpy {np.__version__}, scipy {scipy.__version__}, pandas {pd.__version__}")
    print(f"OPENBLAS_NUM_THREADS={os.environ.get('OPENBLAS_NUM_THREADS', 'unset')}, load {os.getloadavg()[0]:.0f} before\n")
    rate = bent_rate()
    for most in (3, 4, 5):
        seconds, found = best(lambda most=most: joinpoint(rate, max_joinpoints=most))
        print(f"joinpoint, 35 years, up to {most}, {len(found.steps)} tests of 4499 permutations: {seconds:6.2f} s")
    rows = table()
    seconds, found = best(lambda: trend_panel(rows, breaks={}), times=1)
    print(f"trend_panel, {len(found)} series of 120 months: {seconds:6.1f} s")


def bent_rate() -> np.ndarray:
    """35 yearly rates with one bend."""
    noise = np.random.default_rng(2).normal(scale=0.05, size=35)
    return np.exp(0.05 * np.maximum(0, np.arange(35) - 15) + noise)


def best(call: Callable[[], object], times: int = 3) -> tuple[float, object]:
    seconds = []
    result: object = None
    for _ in range(times):
        start = time.process_time()
        result = call()
        seconds.append(time.process_time() - start)
    return min(seconds), result


def table() -> pd.DataFrame:
    rng = np.random.default_rng(1)
    parts = []
    for offence in range(30):
        level = np.exp(rng.uniform(np.log(5), np.log(500), 290))
        counts = simulate.autocorrelated_counts(rng, simulate.month_means(level, years=10, season=0.3), dispersion=1.5)
        parts.append(simulate.counts_table(counts, last="2024-12", offence=f"brott_{offence:02}"))
    return pd.concat(parts, ignore_index=True)


if __name__ == "__main__":
    main()
