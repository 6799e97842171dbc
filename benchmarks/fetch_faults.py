"""Random faults, many runs: each ends in right figures, or in an error that names the source, the request and what to do.

    python benchmarks/fetch_faults.py --runs 10000 >> benchmarks/fetch_faults.txt

Every run draws up to three faults of the transport or of the figures, on which request each begins, and one to three of the
sources, from the replica of the tests. The small country of the tests (17 kommuner, five offences and two questions of NTU) and
no pauses keep a run short; the way through store, tables and folder is the whole one. The seed of a run is its number, so that
a run of some thousand goes on where the last one stopped (--first).
"""

from __future__ import annotations

import argparse
import dataclasses
import os
import platform
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "fetch"))

import test_figures as figures
from random_faults import faults, one

from conftest import make_small
from kunskapsbaserat.data.fetch import addresses


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--first", type=int, default=0, help="the seed of the first run")
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop after so long")
    args = parser.parse_args()
    make_small(setattr)
    addresses.SERVICES = {key: dataclasses.replace(service, pause=0.0) for key, service in addresses.SERVICES.items()}
    known, ends, began = faults(), Counter[str](), time.perf_counter()
    load, computing = os.getloadavg()[0], time.process_time()
    for seed in range(args.first, args.first + args.runs):
        if time.perf_counter() - began > args.seconds:
            break
        with tempfile.TemporaryDirectory() as room:
            try:
                ends[one(seed, known, Path(room))] += 1
            except BaseException:
                print(f"run {seed} ended wrongly", flush=True)
                raise
    done = sum(ends.values())
    print(f"python benchmarks/{Path(__file__).name} {' '.join(sys.argv[1:])}")
    print(
        f"{time.strftime('%Y-%m-%d')}, Python {platform.python_version()}, {os.cpu_count()} cores, "
        f"{time.perf_counter() - began:.0f} s, {time.process_time() - computing:.0f} s of computing, load {load:.1f} first"
    )
    print(
        f"{done} of {args.runs} runs made, from seed {args.first}; {len(known)} faults and {len(figures.HELD) - 1} other "
        "worlds: 0 wrong tables, 0 half ones"
    )
    each = Counter(part for end, times in ends.items() for part in end.split("; ") * times)
    for ended, n in each.most_common():
        print(f"{n:6d}  {ended}")


if __name__ == "__main__":
    main()
