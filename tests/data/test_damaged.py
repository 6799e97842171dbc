"""Two thousand damaged files, the same everywhere; benchmarks/read_fuzz.py does more."""

from __future__ import annotations

import collections
import os
import random
from pathlib import Path

import pytest
from damaged import FINE, SEEDS, mutate, one_cell, outcome

from kunskapsbaserat.data import bra

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the time limit is POSIX's alarm")


@pytest.mark.parametrize("seed", [0, 1, *(pytest.param(n, marks=pytest.mark.thorough) for n in range(2, 8))])
def test_a_damaged_file_is_read_or_refused_in_time(seed: int, tmp_path: Path):
    rng = random.Random(seed)
    counts: collections.Counter[str] = collections.Counter()
    for number in range(250):
        name = rng.choice(list(SEEDS))
        path = tmp_path / f"mutant{Path(name).suffix}"
        path.write_bytes(mutate(SEEDS[name], rng))
        counts[outcome(path)] += 1
        if number % 10 == 0:
            counts[one_cell(rng, tmp_path)] += 1
    assert set(counts) <= set(FINE)
    assert min(counts["read"], counts["refused"], counts["read, others unchanged"]) > 0


def test_a_blank_line_below_the_headings(tmp_path: Path):
    """As an export looks that somebody has opened and saved; found by a random mutant."""
    lines = SEEDS["lang.csv"].split(b"\n")
    path = tmp_path / "uttag.csv"
    path.write_bytes(b"\n".join([lines[0], b"", *lines[1:]]))
    assert outcome(path) == "read"
    values = bra.read(path).frame["value"].tolist()
    path.write_bytes(SEEDS["lang.csv"])
    assert values == bra.read(path).frame["value"].tolist()
