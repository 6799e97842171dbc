"""Does `trends.count_trend` hold its error rates? Simulated counts with and without a trend.

    uv run python benchmarks/trend_calibration.py [series] > benchmarks/trend_calibration.txt

Ten years a series, as months (season as a level for each month) and as their yearly sums. "false" is the share of all series
without a trend that are called säkerställd ökning or minskning (a series below 20 events a year is "för få brott"); "+10 %" how
often a rise of ten per cent a year is. In the last rows the level itself varies between years (coefficient of variation cv).
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
from kunskapsbaserat.trends import Change, count_trend

CALLED = (Change.SAKERSTALLD_OKNING, Change.SAKERSTALLD_MINSKNING)
YEARS, SEED = 10, 20261122


def main() -> None:
    series = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    print(f"{date.today()}, kunskapsbaserat {__version__}, {series} series a cell, seed {SEED}")
    versions = f"Python {platform.python_version()}, numpy {np.__version__}, scipy {scipy.__version__}, pandas {pd.__version__}"
    print(f"{versions}, {platform.system()} {platform.machine()}")
    print(f"command: uv run python benchmarks/trend_calibration.py {series}\n")
    print(f"{'':31} {'months':>15} {'years':>15}")
    print(f"{'a year':>7} {'disp.':>6} {'season':>7} {'r':>4} {'cv':>4} " + f"{'false':>7} {'+10 %':>7} " * 2)
    for mean, dispersion, season, r in itertools.product((10, 20, 50, 200), (1, 2, 4), (0.0, 0.4), (0.0, 0.3)):
        row(mean, dispersion, season, r, 0.0, series)
    for mean, cv in itertools.product((20, 50, 200), (0.1, 0.2, 0.3)):
        row(mean, 1, 0.4, 0.0, cv, series)


def row(mean: float, dispersion: float, season: float, r: float, cv: float, series: int) -> None:
    rng = np.random.default_rng([SEED, mean, dispersion, int(10 * season), int(10 * r), int(100 * cv)])
    index = pd.period_range("2015-01", periods=12 * YEARS, freq="M")
    rates = []
    for growth, many in ((1.0, series), (1.1, series // 4)):
        means = simulate.month_means(np.full(many, mean), years=YEARS, season=season)
        means *= growth ** (np.arange(12 * YEARS) / 12 - YEARS / 2)
        if cv:
            means *= np.repeat(rng.gamma(1 / cv**2, cv**2, (many, YEARS)), 12, axis=1)
        counts = simulate.autocorrelated_counts(rng, means, dispersion=dispersion, autocorrelation=r)
        by_month = [count_trend(pd.Series(one, index=index)).change in CALLED for one in counts]
        sums = counts.reshape(many, YEARS, 12).sum(axis=2)
        years = pd.period_range("2015", periods=YEARS, freq="Y")
        by_year = [count_trend(pd.Series(one, index=years)).change in CALLED for one in sums]
        rates.append([100 * np.mean(called) for called in (by_month, by_year)])
    cells = " ".join(f"{rates[0][i]:6.1f}% {rates[1][i]:6.0f}%" for i in (0, 1))
    print(f"{mean:7} {dispersion:6} {season:7} {r:4} {cv:4} {cells}", flush=True)


if __name__ == "__main__":
    main()
