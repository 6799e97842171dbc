"""How many single damaged bits of an old workbook (.xls) change a figure without a word?

The format has no checksum. Bits are flipped one at a time, at random, anywhere after the file's head; the file is read as a
kommun's file is.
"""

from __future__ import annotations

import argparse
import collections
import random
import sys
import tempfile
import time
import warnings
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd

from kunskapsbaserat.data import bra
from kunskapsbaserat.errors import KunskapError

KEY = ["region", "label", "period", "measure", "value", "reason"]


def outcome(path: Path, sound: pd.DataFrame) -> str:
    """What became of a damaged file."""
    try:
        export = bra.read(path)
    except KunskapError:
        return "refused"
    now = export.frame[KEY]
    if len(now) == len(sound) and np.allclose(
        now["value"].astype(float), sound["value"].astype(float), rtol=1e-6, equal_nan=True
    ):
        names = ["region", "label", "period"]
        return "no figure changed" if (now[names] == sound[names]).all(axis=None) else "a name or a year changed, no figure"
    said = {f.code for f in bra.check(export) if f.level == "error"}
    if said & {"rate_and_count", "parts_and_heading", "finer"}:
        return "changed, said by count and rate, parts and heading or decimals"
    if (now["reason"] == "empty").sum() > (sound["reason"] == "empty").sum():
        return "gone, said as an empty cell"
    return "changed, said by another check" if said else "changed without a word"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("file", type=Path)
    parser.add_argument("--flips", type=int, default=400)
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    content, chosen, start = arguments.file.read_bytes(), random.Random(7), time.process_time()
    sound = bra.read(arguments.file).frame[KEY]
    found: collections.Counter[str] = collections.Counter()
    with tempfile.TemporaryDirectory() as folder:
        damaged = Path(folder) / arguments.file.name
        for _ in range(arguments.flips):
            at = chosen.randrange(512, len(content))
            damaged.write_bytes(content[:at] + bytes([content[at] ^ (1 << chosen.randrange(8))]) + content[at + 1 :])
            found[outcome(damaged, sound)] += 1
    print(
        f"{datetime.now(UTC):%Y-%m-%d}  python benchmarks/xls_bits.py {arguments.file.name} --flips {arguments.flips}  "
        f"Python {sys.version.split()[0]}"
    )
    print(f"{len(content)} bytes, {len(sound)} figures, measures {', '.join(sorted(set(sound['measure'])))}")
    for name, times in found.most_common():
        print(f"  {times:5} {name}")
    print(f"{time.process_time() - start:.0f} s of a processor")


if __name__ == "__main__":
    main()
