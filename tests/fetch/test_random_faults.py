"""benchmarks/fetch_faults.py makes thousands of these."""

from __future__ import annotations

from pathlib import Path

import pytest
from random_faults import faults, one


@pytest.mark.usefixtures("few")
def test_some_random_runs_end_rightly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("KUNSKAP_KALLOR", "")
    ends = [one(seed, faults(), tmp_path) for seed in range(10_000, 10_006)]
    assert len(set(ends)) > 1
