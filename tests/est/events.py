"""Events made up for tests."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from kunskapsbaserat.data.est import reader

CATEGORIES = ("skadegorelse", "vald", "ordning", "klotter")


def made(
    n: int,
    *,
    seed: int = 0,
    start: str = "2026-01-05",
    days: int = 28,
    spread: float = 3000,
    hours: Sequence[float] = (0, 1),
    categories: Sequence[str] = CATEGORIES,
    reporters: Sequence[str] = ("Kyrkskolan", "Vaktbolaget"),
) -> pd.DataFrame:
    """`n` events at random over so many days and metres, their times open for one of `hours`."""
    rng = np.random.default_rng(seed)
    first = pd.Timestamp(start) + pd.to_timedelta(rng.integers(0, max(days * 24 * 60, 1), n), unit="min")
    open_for = pd.to_timedelta(rng.choice(hours, n), unit="h")
    grain = reader.GRAIN
    return pd.DataFrame(
        {
            "incident_id": [f"{at:020x}" for at in range(n)],
            "file": "lista.csv",
            "row": np.arange(2, n + 2),
            "reported": first + open_for + pd.Timedelta(hours=2),
            "start": first,
            "end": first + open_for,
            "place": pd.Series([None] * n, dtype="str"),
            "area": pd.Series([None] * n, dtype="str"),
            "x": np.floor(520_000 + rng.uniform(0, spread, n)) // grain * grain + grain / 2,
            "y": np.floor(6_700_000 + rng.uniform(0, spread, n)) // grain * grain + grain / 2,
            "place_type": pd.Series([None] * n, dtype="str"),
            "category": rng.choice(categories, n) if n else [],
            "severity": pd.Series(rng.integers(1, 4, n), dtype="Int64"),
            "reporter": rng.choice(reporters, n) if n else [],
            "reporter_type": "skola",
            "police": "okant",
        }
    ).astype(reader.COLUMNS)
