"""benchmarks/fetch_faults.py makes thousands of these."""

from __future__ import annotations

from pathlib import Path

import pytest
from random_faults import faults, one

from kunskapsbaserat.data.fetch import run


@pytest.mark.usefixtures("small")
def test_some_random_runs_end_rightly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("KUNSKAP_KALLOR", "")
    monkeypatch.setattr(run, "SOURCES", run.SOURCES)
    ends = [one(seed, faults(), tmp_path / str(seed)) for seed in range(10_000, 10_006)]
    assert len(set(ends)) > 1
