"""How long the comparison of all kommuner takes, beside a plain loop and beside statsmodels and esda in the same run.

    OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 uv run --with statsmodels --with esda benchmarks/rates_speed.py

Asked for: 290 kommuner x 30 offences x 10 years with all columns in about 2 s on one core, and 10 million crude rates with
exact or Byar limits in about 5 s and 4 GB. The loop and the other libraries are run on a part and their time scaled up; they
give fewer columns than `screen` does. All counts are SIMULERAD.
"""

from __future__ import annotations

import importlib.metadata
import os
import platform
import resource
import sys
import time
import warnings
from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy import stats

from kunskapsbaserat import kommun
from kunskapsbaserat.rates import comparison_group, crude_rate, empirical_bayes, funnel, screen

warnings.simplefilter("ignore")
OFFENCES, YEARS, MILLIONS = 30, range(2015, 2025), 10
CODES = [k.code for k in kommun.all_kommuner()]


def tables() -> tuple[pd.DataFrame, pd.DataFrame]:
    rng = np.random.default_rng(1)
    people = np.exp(rng.normal(9.8, 1, len(CODES))).clip(2400, 1e6)
    years = pd.DataFrame({"year": range(YEARS.start - 1, YEARS.stop)})
    exposure = pd.DataFrame({"area": CODES, "value": people}).merge(years, how="cross")
    exposure = exposure.assign(area_level="kommun", kind="residents")
    index = pd.MultiIndex.from_product(
        [CODES, [f"brott_{i:02}" for i in range(OFFENCES)], YEARS], names=["area", "offence", "year"]
    )
    rate = np.exp(rng.normal(-6, 1.2, OFFENCES)) * np.exp(rng.normal(0, 0.35, (len(CODES), OFFENCES)))
    mean = (people[:, None, None] * rate[:, :, None] * rng.gamma(50, 1 / 50, (len(CODES), OFFENCES, len(YEARS)))).ravel()
    counts = index.to_frame(index=False).assign(area_level="kommun", sex="alla", status="final", count=rng.poisson(mean))
    period = pd.PeriodIndex.from_ordinals(counts.pop("year") - 1970, freq="Y")
    return counts.assign(period=period), exposure


def seconds(call: Callable[[], object], times: int = 3) -> float:
    """The best of a few runs."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        call()
        taken.append(time.perf_counter() - start)
    return min(taken)


def plain_loop(counts: pd.DataFrame, people: dict[str, float]) -> list[tuple]:
    """Rate, exact limits, funnel limits, group's rate and its exact test, one cell at a time."""
    groups = {code: comparison_group(code, CODES).members for code in CODES}
    found = []
    for (_, _), part in counts.groupby(["offence", "period"], observed=True):
        events = dict(zip(part["area"], part["count"], strict=True))
        common = sum(events.values()) / sum(people.values())
        for code, x in events.items():
            n = people[code]
            lower = stats.gamma.ppf(0.025, x) if x else 0.0
            upper = stats.gamma.ppf(0.975, x + 1)
            expected = n * common
            limits = [stats.gamma.ppf(q, expected + (q > 0.5)) / expected for q in (0.001, 0.025, 0.975, 0.999)]
            others = sum(events[c] for c in groups[code])
            size = sum(people[c] for c in groups[code])
            p = stats.binomtest(int(x), int(x + others), n / (n + size)).pvalue if x + others else 1.0
            found.append((x / n, lower / n, upper / n, *limits, others / size, p))
    return found


def part_of(counts: pd.DataFrame, cells: int) -> pd.DataFrame:
    """The first `cells` offence-years, all kommuner."""
    key = counts[["offence", "period"]].drop_duplicates().head(cells)
    return counts.merge(key, on=["offence", "period"])


def say(what: str, taken: float, more: str = "") -> None:
    print(f"{what:<58} {taken:8.3f} s   {more}".rstrip())


def million_rates() -> None:
    from statsmodels.stats.rates import confint_poisson

    rng = np.random.default_rng(2)
    n = MILLIONS * 1_000_000
    df = pd.DataFrame({"count": rng.poisson(rng.gamma(0.7, 60, n)), "exposure": rng.uniform(500, 1e6, n)})
    taken = seconds(lambda: crude_rate(df), times=2)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    say(f"crude_rate, {MILLIONS} million rows, exact below 10 then Byar", taken, f"peak {peak:.1f} GB")
    exact = seconds(lambda: crude_rate(df, method="exact"), times=1)
    say(f"crude_rate, {MILLIONS} million rows, exact", exact)
    some = df.head(20_000)
    scale = n / len(some)
    loop = scale * seconds(lambda: [(stats.gamma.ppf(0.025, x), stats.gamma.ppf(0.975, x + 1)) for x in some["count"]], times=1)
    say("  plain loop over scipy.stats (20 000 rows, scaled)", loop, f"ratio {loop / exact:.0f}")
    theirs = scale * seconds(lambda: confint_poisson(some["count"].to_numpy(), 1, method="exact-c"), times=1)
    say("  statsmodels, vectorised (20 000 rows, scaled)", theirs, f"ratio {theirs / exact:.1f}")


def main() -> None:
    from esda.smoothing import Empirical_Bayes
    from statsmodels.stats.rates import confint_poisson, test_poisson_2indep

    names = ("numpy", "pandas", "scipy", "statsmodels", "esda")
    print(
        f"{time.strftime('%Y-%m-%d')}, Python {platform.python_version()}, {platform.machine()}, one of {os.cpu_count()} cores"
    )
    print(", ".join(f"{name} {importlib.metadata.version(name)}" for name in names))
    counts, exposure = tables()
    people = exposure.groupby("area")["value"].mean().to_dict()
    first = seconds(lambda: screen(counts, exposure), times=1)
    taken = seconds(lambda: screen(counts, exposure))
    width = len(screen(counts, exposure).columns)
    say(f"screen, {len(counts)} cells, all {width} columns", taken, f"first call {first:.2f} s")
    some = part_of(counts, 3)
    loop = seconds(lambda: plain_loop(some, people), times=1) * len(counts) / len(some)
    say("  plain loop, 9 columns (3 of 300 funnels, scaled)", loop, f"ratio {loop / taken:.0f}")
    x, n = counts["count"].to_numpy(), counts["area"].map(people).to_numpy()
    limits = seconds(lambda: confint_poisson(x, n, method="exact-c"))
    test = seconds(lambda: test_poisson_2indep(x, n, x[::-1] + 1, n[::-1], method="score"))
    say("  statsmodels, exact limits and one score test alone", limits + test, f"ratio {(limits + test) / taken:.2f}")
    one = part_of(counts, 1).assign(exposure=lambda d: d["area"].map(people))
    one["expected"] = one["exposure"] * one["count"].sum() / one["exposure"].sum()
    ours = seconds(lambda: empirical_bayes(one))
    theirs = seconds(lambda: Empirical_Bayes(one["count"].to_numpy(), one["exposure"].to_numpy()).r)
    say("empirical_bayes, 290 rows, checked, with all columns", ours)
    say("  esda, the smoothed rates alone", theirs, f"ratio {theirs / ours:.2f}")
    say("funnel, 290 rows, checked, with all columns", seconds(lambda: funnel(one)))
    million_rates()


if __name__ == "__main__":
    sys.exit(main())
