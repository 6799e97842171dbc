"""Does `trends.trend_panel` hold its error rates over a whole table? Simulated panels with a known truth.

    uv run python benchmarks/panel_calibration.py [panels] > benchmarks/panel_calibration.txt

A panel has 100 kommuner and 3 offences over ten years of months, with mean yearly counts from 5 to 200 (log-uniform). In one
kommun in twenty every offence rises by half ("+50 %") or doubles in the last twelve months; in the others nothing happens.
"each" is the share of unchanged series whose own p-value is at most 5 % (among those judged), "called" the share of all
unchanged series that are called with the false discovery rate controlled at 5 % over the panel, "fdr" that rate (the share of
unchanged ones among those called, 0 when none is, mean over the panels), "+50 %" and "x 2" how many of the changed series of
at least 20 events a year are called. The change leans on the pooled variation between years of the panel itself. "alarm" is
the share of unchanged series with an early warning called over the panel. `cv` is how much the level itself varies between
years.
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
from kunskapsbaserat.trends import Change, trend_panel

CALLED = (Change.SAKERSTALLD_OKNING, Change.SAKERSTALLD_MINSKNING)
KOMMUNER, OFFENCES, YEARS, SEED = 100, 3, 10, 20261122


def main() -> None:
    panels = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    print(f"{date.today()}, kunskapsbaserat {__version__}, {panels} panels a cell, seed {SEED}")
    versions = f"Python {platform.python_version()}, numpy {np.__version__}, scipy {scipy.__version__}, pandas {pd.__version__}"
    print(f"{versions}, {platform.system()} {platform.machine()}")
    print(f"command: uv run python benchmarks/panel_calibration.py {panels}\n")
    print(f"{'':16} {'change':>31} {'':>8} {'trend':>15} {'alarm':>7}")
    print(f"{'disp.':>5} {'r':>4} {'cv':>5} " + " ".join(f"{n:>7}" for n in ("each", "called", "fdr", "+50 %", "x 2")), end="")
    print(f" {'each':>7} {'called':>7} {'called':>7}")
    for dispersion, r, cv in itertools.product((1, 2, 4), (0.0, 0.3), (0.0, 0.15)):
        row(dispersion, r, cv, panels)


def row(dispersion: float, r: float, cv: float, panels: int) -> None:
    rng = np.random.default_rng([SEED, dispersion, int(10 * r), int(100 * cv)])
    flat, found = [], {}
    for ratio in (1.5, 2.0):
        many = (one_panel(rng, dispersion, r, cv, ratio).assign(panel=f"{ratio} {i}") for i in range(panels))
        rows = pd.concat(many, ignore_index=True)
        changed = rows["area"].astype(int) % 20 == 0
        found[ratio] = rows.loc[changed & (rows["mean_earlier"] >= 20), "change"].isin(CALLED).mean()
        flat.append(rows.assign(changed=changed))
    rows = pd.concat(flat)
    still = rows[~rows["changed"]]
    called = rows["change"].isin(CALLED)
    by_panel = pd.DataFrame({"false": called & ~rows["changed"], "called": called}).groupby(rows["panel"]).sum()
    figures = (
        (still["p_value"].dropna() <= 0.05).mean(),
        still["change"].isin(CALLED).mean(),
        (by_panel["false"] / by_panel["called"].clip(lower=1)).mean(),
        found[1.5],
        found[2.0],
        (still["trend_p"].dropna() <= 0.05).mean(),
        still["trend"].isin(CALLED).mean(),
        (still["alarm_q"] <= 0.05).mean(),
    )
    print(f"{dispersion:5} {r:4} {cv:5} " + " ".join(f"{100 * f:6.1f}%" for f in figures), flush=True)


def one_panel(rng: np.random.Generator, dispersion: float, r: float, cv: float, ratio: float) -> pd.DataFrame:
    parts = []
    for offence in range(OFFENCES):
        level = np.exp(rng.uniform(np.log(5), np.log(200), KOMMUNER))
        raised = np.where(np.arange(1, KOMMUNER + 1) % 20 == 0, ratio, 1.0)
        means = simulate.month_means(level, years=YEARS, season=0.3, ratio=raised)
        if cv:
            means *= np.repeat(rng.gamma(1 / cv**2, cv**2, (KOMMUNER, YEARS)), 12, axis=1)
        counts = simulate.autocorrelated_counts(rng, means, dispersion=dispersion, autocorrelation=r)
        parts.append(simulate.counts_table(counts, last="2024-12", offence=f"brott_{offence}"))
    return trend_panel(pd.concat(parts, ignore_index=True), breaks={})


if __name__ == "__main__":
    main()
