"""Does `trends.change` hold its error rates on months? Simulated counts of 5 to 200 crimes a year with a known truth.

    uv run python benchmarks/month_calibration.py [series] > benchmarks/month_calibration.txt

Six years of months a series; the last twelve months are judged against the five years before, each series alone (no other
kommuner to lean on, no other verdicts to share the error rate with). `dispersion` is the variance over the mean of a month,
`r` the correlation between neighbouring months, `season` the relative height of a yearly wave. "false" is the share of all
series, judged or not, that are called säkerställd ökning or minskning when nothing has changed, with its 95 % Monte Carlo
interval; "few" the share called för få brott; "+50 %", "x 2" and "-50 %" how often a true change that large is called
säkerställd. The last rows let the level itself vary between years (coefficient of variation in the third column), as real
years do: there the months of one series cannot tell the whole truth. The real months are in
`month_real_calibration.py`.
"""

from __future__ import annotations

import itertools
import platform
import sys
from datetime import date

import numpy as np
import pandas as pd
import scipy

from kunskapsbaserat import __version__, simulate
from kunskapsbaserat.trends import Change, change

CALLED = (Change.SAKERSTALLD_OKNING, Change.SAKERSTALLD_MINSKNING)
MEANS, DISPERSIONS, SEASONS, CORRELATIONS = (5, 10, 20, 50, 100, 200), (1, 2, 4), (0.0, 0.4), (0.0, 0.3)
SEED = 20261122


def main() -> None:
    series = int(sys.argv[1]) if len(sys.argv) > 1 else 4000
    print(f"{date.today()}, kunskapsbaserat {__version__}, {series} series a cell, seed {SEED}")
    versions = f"Python {platform.python_version()}, numpy {np.__version__}, scipy {scipy.__version__}, pandas {pd.__version__}"
    print(f"{versions}, {platform.system()} {platform.machine()}")
    print(f"command: uv run python benchmarks/month_calibration.py {series}\n")
    print(f"{'a year':>7} {'disp.':>6} {'season':>7} {'r':>4} {'false':>7} {'interval':>13} {'few':>7}", end="")
    print(f" {'+50 %':>7} {'x 2':>7} {'-50 %':>7}")
    worst = 0.0
    for cell in itertools.product(MEANS, DISPERSIONS, SEASONS, CORRELATIONS):
        worst = max(worst, row(*cell, series=series))
    print(f"\nworst cell: {100 * worst:.1f} %\n\nlevel varies between years")
    print(f"{'a year':>7} {'disp.':>6} {'cv':>7} {'r':>4} {'false':>7} {'interval':>13} {'few':>7}")
    for mean, cv in itertools.product(MEANS, (0.1, 0.2, 0.3)):
        row(mean, 1, 0.4, 0.0, series=series, cv=cv)


def row(mean: float, dispersion: float, season: float, r: float, *, series: int, cv: float = 0.0) -> float:
    rng = np.random.default_rng([SEED, mean, dispersion, int(10 * season), int(10 * r), int(100 * cv)])

    def called(ratio: float, many: int) -> tuple[float, float]:
        means = simulate.month_means(np.full(many, mean), years=6, season=season, ratio=ratio)
        if cv:
            means *= np.repeat(rng.gamma(1 / cv**2, cv**2, (many, 6)), 12, axis=1)
        counts = simulate.autocorrelated_counts(rng, means, dispersion=dispersion, autocorrelation=r)
        found = change(simulate.counts_table(counts, last="2024-12"), breaks={})["change"]
        return float(found.isin(CALLED).mean()), float((found == Change.FOR_FA_BROTT).mean())

    false, few = called(1.0, series)
    half = 1.96 * np.sqrt(max(false * (1 - false), 1e-6) / series)
    interval = f"{100 * max(false - half, 0):.1f}-{100 * (false + half):.1f}"
    line = f"{mean:7} {dispersion:6} {cv or season:7} {r:4} {100 * false:6.1f}% {interval:>12}% {100 * few:6.0f}%"
    if not cv:
        line += "".join(f" {100 * called(ratio, series // 4)[0]:6.0f}%" for ratio in (1.5, 2.0, 0.5))
    print(line, flush=True)
    return false


if __name__ == "__main__":
    main()
