"""How often an EST page calls something when nothing has happened: signals, categories, places, hot cells, hours, repeats.

SIMULERAD: six reporters over 27 fortnights, ten categories, 25 named places; steady, or with reporters that vary more than
chance (variance twice the mean), or with a season that doubles some part of the year.
    uv run python benchmarks/est_calibration.py > benchmarks/est_calibration.txt
"""

from __future__ import annotations

import datetime as dt
import platform
import time

import numpy as np
import pandas as pd

from kunskapsbaserat import __version__, places
from kunskapsbaserat.rates.multiplicity import false_discovery_rate
from kunskapsbaserat.trends.reporting import FEWER, MORE, own_reporters

FORTNIGHTS, PERIODS, REPORTERS, CATEGORIES, NAMED = 200, 27, 6, 10, 25
START = pd.Timestamp("2026-01-05")


def counts(rng: np.random.Generator, means: np.ndarray, kind: str) -> np.ndarray:
    """Counts per row and period round the means of the rows."""
    season = 1 + (np.cos(2 * np.pi * np.arange(PERIODS) / 26 + rng.uniform(0, 2 * np.pi)) + 1) / 2 * (kind == "season")
    mean = means[:, None] * season
    return rng.negative_binomial(mean, 0.5) if kind == "uneven" else rng.poisson(mean)


def points(rng: np.random.Generator) -> pd.DataFrame:
    """A quarter's events with no pattern, rounded as the reader does."""
    n = int(rng.integers(40, 200))
    at = np.floor(rng.uniform(0, 5000, (n, 2)) / 50) * 50 + 500_025
    start = START + pd.to_timedelta(rng.integers(0, 91 * 24 * 60, n), unit="min")
    end = start + pd.to_timedelta(rng.choice([0, 60, 600], n), unit="min")
    return pd.DataFrame({"x": at[:, 0], "y": at[:, 1], "start": start, "end": end})


def signals(rng: np.random.Generator, kind: str) -> dict[str, bool]:
    """What a page would call in one fortnight."""
    levels, active = rng.gamma(2, 3, REPORTERS), np.ones((REPORTERS, PERIODS), dtype=bool)
    overall = own_reporters(counts(rng, levels, kind), active).verdict
    shares = rng.dirichlet(np.ones(CATEGORIES))
    p = [own_reporters(counts(rng, levels * share, kind), active).p_value for share in shares]
    table = counts(rng, rng.gamma(0.7, 2, NAMED), kind)
    place, period = np.nonzero(table)
    rows = np.repeat(np.column_stack([place, period]), table[place, period], axis=0)
    events = pd.DataFrame({"place": [f"p{n}" for n in rows[:, 0]], "period": rows[:, 1]})
    named = places.named_places(events, periods=list(range(PERIODS)), active=pd.Series(np.full(PERIODS, 6.0)))
    quarter = points(rng)
    return {
        "all events": overall in (MORE, FEWER),
        "any category": bool((false_discovery_rate(pd.Series(p, dtype=float)) <= 0.05).any()),
        "any new place": bool((named["status"] == "new").any()),
        "any hot cell": bool(places.hot_spots(quarter, reach=0)["hot"].any()),
        "any part of the week": bool(places.week_peaks(quarter)["peak"].astype(bool).any()),
        "any near repeat": len(places.near_repeat(quarter, "start").raised) > 0,
    }


def main() -> None:
    print(f"{dt.date.today()}  kunskapsbaserat {__version__}, Python {platform.python_version()}, pandas {pd.__version__}")
    print("uv run python benchmarks/est_calibration.py")
    print(f"false alarms in {FORTNIGHTS} fortnights where nothing has happened (nominal 5 %)")
    started = time.perf_counter()
    for kind in ("steady", "uneven", "season"):
        rng = np.random.default_rng(1)
        found = pd.DataFrame([signals(rng, kind) for _ in range(FORTNIGHTS)]).mean()
        print(f"{kind:8}" + "  ".join(f"{name} {100 * share:.1f} %" for name, share in found.items()))
    print(f"{time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()
