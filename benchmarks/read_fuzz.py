"""Damaged files by the thousand: each ends in one of the library's own errors or is read, within ten seconds.

    uv run python benchmarks/read_fuzz.py [--seconds 120] [--seed 1] [--sources DIR] > benchmarks/read_fuzz.txt

What is done to them stands in tests/data/damaged.py; with --sources the files of a folder are damaged too. A mutant that hangs
or ends in another's error is kept in the folder `mutanter` that is made here.
"""

from __future__ import annotations

import argparse
import collections
import datetime as dt
import platform
import random
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "data"))

from damaged import FINE, SEEDS, mutate, one_cell, outcome


def seeds(sources: Path | None) -> dict[str, bytes]:
    found = dict(SEEDS)
    for path in sorted(sources.rglob("*")) if sources else ():
        if path.suffix in (".xls", ".xlsx", ".csv", ".txt", ".html", ".json") and path.stat().st_size < 200_000:
            found[path.name] = path.read_bytes()
    return found


def keep(path: Path, said: str) -> None:
    """What went wrong can be looked at afterwards."""
    room = Path("mutanter")
    room.mkdir(exist_ok=True)
    number = len(list(room.iterdir()))
    (room / f"{number:03}{path.suffix}").write_bytes(path.read_bytes())
    print(f"{number:03}{path.suffix}: {said}", file=sys.stderr)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sources", type=Path)
    chosen = parser.parse_args()
    rng, originals = random.Random(chosen.seed), seeds(chosen.sources)
    counts: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        room = Path(folder)
        while time.perf_counter() - started < chosen.seconds:
            name = rng.choice(list(originals))
            path = room / f"mutant{Path(name).suffix}"
            path.write_bytes(mutate(originals[name], rng))
            said = outcome(path)
            counts[Path(name).suffix][said] += 1
            if said not in FINE:
                keep(path, said)
            if rng.random() < 0.1:
                counts["one cell"][one_cell(rng, room)] += 1
    total = sum(sum(counter.values()) for counter in counts.values())
    print(f"{dt.date.today()}, Python {platform.python_version()}, seed {chosen.seed}, {len(originals)} seeds, {total} mutants")
    for kind, counter in sorted(counts.items()):
        for said, count in counter.most_common():
            print(f"  {kind:<9} {count:>7}  {said}")


if __name__ == "__main__":
    main()
