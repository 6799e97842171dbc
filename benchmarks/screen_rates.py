"""How often the screen for personal data finds what it should, and how often it alarms where nothing is.

    uv run python benchmarks/screen_rates.py > benchmarks/screen_rates.txt

Hits: invented personal data in every way of writing them, one cell among ordinary figures. False alarms: the publishers'
own files (SOURCE_DIR, default ../shared/data), columns of random figures, and what only looks like a person.
"""

from __future__ import annotations

import datetime as dt
import os
import platform
import random
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "data"))

from dirty import HARD, INNOCENT, KINDS, numbered_things

from kunskapsbaserat.data import files, screen
from kunskapsbaserat.data.files import Sheet
from kunskapsbaserat.errors import FileError

ROOT = Path(__file__).parents[1]
SOURCE = Path(os.environ.get("SOURCE_DIR", ROOT.parent / "shared" / "data"))
FILES = 500
COLUMNS = 20_000


def hits(rng: random.Random) -> None:
    print(f"\nHits: {FILES} draws of each kind, one dirty cell in a table of 20 rows")
    for kind, write in KINDS.items():
        cells = [cell for _ in range(FILES) for cell in write(rng)]
        found = sum(kind in kinds_of(cell, rng) for cell in cells)
        print(f"  {kind:<13} {found:>6} of {len(cells):>6}  {found / len(cells):7.2%}")
    hard = [name for name in HARD if "name" in kinds_of(f"Enligt {name} hände det igen", rng)]
    print(f"  rare, foreign or lower-case names in a sentence: {len(hard)} of {len(HARD)}")


def kinds_of(cell: object, rng: random.Random) -> set[str]:
    rows: list[tuple[object, ...]] = [("Kommun", "År", "Antal", "Anmärkning")]
    rows += [("Orsa", 2025, rng.randint(0, 9999), None) for _ in range(20)]
    rows[rng.randint(1, 20)] = ("Borlänge", 2025, 12, cell)
    return {finding.kind for finding in screen.find([Sheet("Blad1", tuple(rows))])}


def false_alarms(rng: random.Random) -> None:
    print(f"\nFalse alarms: {COLUMNS} columns of random ten-digit figures")
    for rows in (1, 10, 100, 290):
        alarms = 0
        for _ in range(COLUMNS // rows if rows > 1 else COLUMNS):
            column = tuple((rng.randint(10**9, 10**10 - 1),) for _ in range(rows))
            alarms += bool(screen.find([Sheet("Blad1", (("Kronor",), *column))]))
        tried = COLUMNS // rows if rows > 1 else COLUMNS
        print(f"  {rows:>4} figures a column: {alarms} of {tried} columns  {alarms / tried:7.2%}")


def innocent(rng: random.Random) -> None:
    """What looks like a person and is none: dates that begin as Stockholm's numbers, numbered things, parishes."""
    print(f"\nFalse alarms: {FILES} draws of each kind, alone in a table of 20 rows (numbered things: six in a column)")
    for kind, write in INNOCENT.items():
        cells = [cell for _ in range(FILES) for cell in write(rng)]
        print(f"  {kind:<13} {sum(bool(kinds_of(cell, rng)) for cell in cells):>6} of {len(cells):>6}")
    columns = [numbered_things(rng) for _ in range(FILES)]
    alarms = sum(bool(screen.find([Sheet("Blad1", (("Lekplats",), *((c,) for c in column)))])) for column in columns)
    print(f"  {'numbered':<13} {alarms:>6} of {len(columns):>6} columns")


def publishers() -> None:
    print("\nFalse alarms: the publishers' files")
    cells = alarms = read = 0
    started = time.perf_counter()
    for path in sorted(SOURCE.rglob("*")):
        try:
            file = files.read_file(path)
        except FileError:
            continue
        found = screen.find(file.sheets)
        read, cells = read + 1, cells + sum(len(row) for sheet in file.sheets for row in sheet.rows)
        alarms += bool(found)
        if found:
            print(f"  {path.relative_to(SOURCE)}: {len(found)} cells, {', '.join(sorted({f.kind for f in found}))}")
    print(f"  {alarms} of {read} files, {cells} cells, {time.perf_counter() - started:.1f} s with reading")


if __name__ == "__main__":
    print(f"{dt.date.today()}, Python {platform.python_version()}, uv run python benchmarks/screen_rates.py")
    hits(random.Random(1))
    false_alarms(random.Random(2))
    innocent(random.Random(3))
    publishers()
