"""Two thousand damaged files, the same everywhere; benchmarks/read_fuzz.py does more."""

from __future__ import annotations

import collections
import os
import random
from pathlib import Path

import pytest
from damaged import FINE, SEEDS, mutate, one_cell, outcome

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the time limit is POSIX's alarm")


@pytest.mark.parametrize("seed", range(8))
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
