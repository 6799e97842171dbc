"""How often does a clustered standard error call an effect where there is none? By how many areas have the measure.

    uv run python benchmarks/clustered_alarms.py [draws] > benchmarks/clustered_alarms.txt

Ten groups of reported offences of all kommuner 2013-2016 (the package's own months). Areas with at least two events a month
before January 2015 are drawn at random, so many as the row says, and given a measure from that month that never was. Poisson
regression with a level for each area and month (`fepois`) and least squares (`twfe`, events per area's mean). "usual" is the
error clustered by area with every small-sample factor and t with as many degrees of freedom as areas less one, as other
programs print it; "ours" is `clustered_effect`, which refuses fewer than ten areas. The figures are the share of draws with p
below 5 %: 5 % is right. Each draw takes one of the groups in turn.
"""

from __future__ import annotations

import platform
import sys
from datetime import date

import numpy as np
import pandas as pd
import scipy
from scipy import stats

from kunskapsbaserat import __version__
from kunskapsbaserat.data import embedded
from kunskapsbaserat.effects import clustered_effect, fepois, twfe
from kunskapsbaserat.effects.clustered import LEAST_CLUSTERS

START, LEAST_A_MONTH, TREATED, SEED = "2015-01", 2, (1, 2, 3, 5, 10, 20, 40), 20261130


def panels() -> dict[str, pd.DataFrame]:
    """For each group of offences the months of areas that had enough before the start."""
    months = embedded.counts_month()
    months = months[months["area_level"] == "kommun"]
    out = {}
    for offence, rows in months.groupby("offence"):
        before = rows[rows["period"] < START].groupby("area")["count"].mean()
        table = rows.loc[rows["area"].isin(before.index[before >= LEAST_A_MONTH]), ["area", "period", "count"]].dropna()
        whole = table.groupby("area")["period"].transform("size") == table["period"].nunique()
        table = table[whole].astype({"count": float})
        if table["area"].nunique() > 2 * max(TREATED):
            out[str(offence)] = table.assign(relative=table["count"] / table.groupby("area")["count"].transform("mean"))
    return out


def main() -> None:
    draws = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    tables = panels()
    print(f"{date.today()}, kunskapsbaserat {__version__}, {draws} draws a row, seed {SEED}")
    versions = f"Python {platform.python_version()}, numpy {np.__version__}, scipy {scipy.__version__}, pandas {pd.__version__}"
    print(f"{versions}, {platform.system()} {platform.machine()}")
    print(f"command: uv run python benchmarks/clustered_alarms.py {draws}")
    sizes = [t["area"].nunique() for t in tables.values()]
    print(f"{len(tables)} groups of offences, {min(sizes)}-{max(sizes)} areas each, a start in {START}\n")
    print(f"{'':>16} {'Poisson':>15} {'least squares':>17}")
    print(f"{'with the measure':>16} {'usual':>7} {'ours':>7} {'usual':>9} {'ours':>7}")
    for many in TREATED:
        shares = alarms(list(tables.values()), many, draws)
        shown = [f"{share:.1%}" if many >= LEAST_CLUSTERS or at % 2 == 0 else "refused" for at, share in enumerate(shares)]
        print(f"{many:>16} {shown[0]:>7} {shown[1]:>7} {shown[2]:>9} {shown[3]:>7}", flush=True)


def alarms(tables: list[pd.DataFrame], many: int, draws: int) -> list[float]:
    """The share of draws with an alarm: by Poisson's usual error and ours, and by least squares' two."""
    rng = np.random.default_rng([SEED, many])
    called = np.zeros((draws, 4), dtype=bool)
    for draw in range(draws):
        table = tables[draw % len(tables)]
        areas = table["area"].unique()
        chosen = rng.choice(areas, many, replace=False)
        rows = table.assign(measure=(table["area"].isin(chosen) & (table["period"] >= START)).astype(int))
        asked = {"regressors": ["measure"], "effects": ["area", "period"]}
        limit = stats.t.ppf(0.975, len(areas) - 1)
        for at, fit in enumerate((fepois(rows, outcome="count", **asked), twfe(rows, outcome="relative", **asked))):
            called[draw, 2 * at] = abs(fit.coefficients["measure"] / fit.cluster_errors("area")["measure"]) > limit
            if many >= LEAST_CLUSTERS:
                called[draw, 2 * at + 1] = clustered_effect(fit, "measure", cluster="area").p_value < 0.05
    return called.mean(axis=0).tolist()


if __name__ == "__main__":
    main()
