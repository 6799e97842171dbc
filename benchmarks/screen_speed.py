"""How long does `screen` take for the whole country? Months and years, one process.

    OPENBLAS_NUM_THREADS=1 uv run python benchmarks/screen_speed.py > benchmarks/screen_speed.txt

290 kommuner x 30 offences, simulated (SIMULERAD): ten years, and 120 months. The first half is rates, funnel, shrunken rate and
comparison, the second trend, joinpoints, warning and verdict. All times are of the processor, on one core, so that other work
on the machine moves them little.
"""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable
from datetime import date

import numpy as np
import pandas as pd
import scipy

import kunskapsbaserat as kb
from kunskapsbaserat import catalogue, kommun, rates, tables
from kunskapsbaserat.trends import trend_panel

YEARS = range(2014, 2024)
OFFENCES = [o.id for o in catalogue.offences() if not o.breaks and o.chapter != "grupper_2013"][:30]


def main() -> None:
    print(f"{date.today()}, kunskapsbaserat {kb.__version__}, SIMULERAD, seed 1")
    print(f"Python {platform.python_version()}, numpy {np.__version__}, scipy {scipy.__version__}, pandas {pd.__version__}")
    print(f"{platform.system()} {platform.machine()}, load {os.getloadavg()[0]:.0f} on {os.cpu_count()} cores")
    print("OPENBLAS_NUM_THREADS=1 uv run python benchmarks/screen_speed.py\n")
    for name, freq, periods in (("ten years", "Y", 10), ("120 months", "M", 120)):
        counts, exposure = country(offences=len(OFFENCES), freq=freq, periods=periods)
        first = _timed(lambda c=counts, e=exposure: rates.screen(tables.whole_years(c), e))
        second = _timed(lambda c=counts, e=exposure: trend_panel(c, _persons(e)))
        both = _timed(lambda c=counts, e=exposure: kb.screen(c, e))
        print(
            f"{name:12} 290 kommuner x {len(OFFENCES)} offences: first half {first:5.1f} s, second {second:5.1f} s, "
            f"screen {both:5.1f} s (second/first {second / first:.1f})"
        )


def country(*, offences: int, freq: str, periods: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Counts and population of all kommuner."""
    rng = np.random.default_rng(1)
    areas = [k.code for k in kommun.all_kommuner()]
    people = rng.lognormal(9.9, 0.9, len(areas)).round()
    exposure = pd.DataFrame(
        [
            {"area": a, "area_level": "kommun", "kind": "residents", "year": y, "value": float(n)}
            for a, n in zip(areas, people, strict=True)
            for y in range(YEARS[0] - 1, YEARS[-1] + 1)
        ]
    )
    when = pd.period_range(str(YEARS[0]), periods=periods, freq=freq)
    return _counts(rng, areas, OFFENCES[:offences], people, when), exposure


def _counts(
    rng: np.random.Generator, areas: list[str], offences: list[str], people: np.ndarray, when: pd.PeriodIndex
) -> pd.DataFrame:
    level = np.outer(people, rng.lognormal(-6, 1, len(offences)))[:, :, None] / (12 if len(when) > 20 else 1)
    drawn = rng.negative_binomial(8, 8 / (8 + level), (len(areas), len(offences), len(when)))
    index = pd.MultiIndex.from_product([areas, offences, when], names=["area", "offence", "period"])
    table = pd.DataFrame({"count": pd.array(drawn.ravel(), dtype="Int64")}, index=index).reset_index()
    table["period"] = pd.PeriodIndex(table["period"], freq=when.freq)
    return table.assign(area_level="kommun", sex="alla", status="final", source="simulerad", rate_published=pd.NA)


def _persons(exposure: pd.DataFrame) -> pd.DataFrame:
    return rates.mean_population(exposure).rename(columns={"exposure": "value"})[["area", "year", "value"]]


def _timed(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


if __name__ == "__main__":
    main()
