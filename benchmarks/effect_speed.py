"""What placebo inference costs when the panel collapses, against refitting the model for every placebo.

    OPENBLAS_NUM_THREADS=1 uv run python benchmarks/effect_speed.py [rounds] > benchmarks/effect_speed.txt

One panel of 290 areas and 180 months, one treated and five treated: `did` with every placebo, against fitting the Poisson
model with area and period effects anew for each area, by this library's own solver (all of them) and by statsmodels' GLM
with a dummy for every area and month (one placebo is fitted and the time multiplied). Then 1 500 panels of the
calibration's design (290 areas, 72 months): drawing them, and judging them. Medians of the rounds, in one run.
Matrix routines are held to one thread, so that neighbours on the machine disturb all alike.
"""

from __future__ import annotations

import os
import platform
import sys
import time
from collections.abc import Callable
from datetime import date

import numpy as np
import pandas as pd
import scipy
import statsmodels
import statsmodels.api as sm

from kunskapsbaserat import __version__, simulate
from kunskapsbaserat.effects import Design, did
from kunskapsbaserat.effects.collapse import growth_of_others, poisson_did
from kunskapsbaserat.effects.did import compare_with_placebos

SEED = 20261122


def median_ms(work: Callable[[], object], rounds: int) -> float:
    work()
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return 1000 * float(np.median(times))


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    print(f"{date.today()}, kunskapsbaserat {__version__}, median of {rounds} rounds, seed {SEED}")
    versions = f"Python {platform.python_version()}, numpy {np.__version__}, scipy {scipy.__version__}, pandas {pd.__version__}"
    print(f"{versions}, statsmodels {statsmodels.__version__}")
    load = f", load {os.getloadavg()[0]:.1f} when it began" if hasattr(os, "getloadavg") else ""
    print(f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors{load}")
    print(f"command: OPENBLAS_NUM_THREADS=1 uv run python benchmarks/effect_speed.py {rounds}\n")
    for treated in (1, 5):
        one_panel(treated, rounds)
    many_panels(1_500, max(rounds // 5, 3))


def one_panel(treated: int, rounds: int) -> None:
    rng = np.random.default_rng(SEED)
    table = simulate.effect_panels(rng, 1, months_before=150, months_after=30, n_treated=treated).table()
    areas = list(table.loc[table["treated"], "area"].unique())

    def build() -> Design:
        return Design(table, outcome="count", treated=areas, start="2022-07", exposure="population")

    design = build()
    found = did(design)
    whole = median_ms(lambda: did(design), rounds)
    placebos = found.diagnostics.n_placebo
    print(f"290 areas x 180 months, {treated} treated, {placebos} placebos")
    print(f"  Design of {len(table)} rows               {median_ms(build, rounds):9.1f} ms")
    print(f"  did, {len(found.diagnostics.placebo_distribution):4} placebos               {whole:9.1f} ms")
    if treated > 1:
        return
    donors = [str(u) for u in found.diagnostics.weights.index]
    designs = [Design(design.data, outcome="count", treated=donor, start="2022-07") for donor in donors]
    started = time.perf_counter()
    refitted = [poisson_did(d, d.comparable & np.isin(np.array(d.data.units), donors)) for d in designs]
    own = 1000 * (time.perf_counter() - started)
    print(f"  own solver, every placebo refitted {own:9.0f} ms    {own / whole:9.0f} times did  ({len(refitted)} fits)")
    rows = table[table["area"].isin([*donors])]
    step = ((rows["area"] == donors[0]) & (rows["period"] >= "2022-07")).rename("step")
    dummies = [pd.get_dummies(rows["area"]), pd.get_dummies(rows["period"].astype(str), drop_first=True), step]
    x = pd.concat(dummies, axis=1).astype(float).to_numpy()
    counts, offset = rows["count"].to_numpy(float), np.log(rows["population"].to_numpy())
    started = time.perf_counter()
    fit = sm.GLM(counts, x, sm.families.Poisson(), offset=offset).fit()
    one = 1000 * (time.perf_counter() - started)
    total = one * placebos
    print(f"  statsmodels' GLM, one placebo      {one:9.0f} ms")
    print(f"  the same for {placebos}, by multiplying {total:9.0f} ms    {total / whole:9.0f} times did")
    print(f"  (the placebo's log ratio: GLM {fit.params[-1]:.9f}, own solver {refitted[0]:.9f})\n")


def many_panels(panels: int, rounds: int) -> None:
    print(f"\n{panels} panels of 290 areas x 72 months")
    for threads in (1, 2, 4):
        drawn = median_ms(lambda n=threads: simulate.effect_panels(np.random.default_rng(SEED), panels, threads=n), rounds)
        print(f"  drawing them on {threads} threads        {drawn / 1000:9.2f} s")
    for treated in (1, 5):
        found = simulate.effect_panels(np.random.default_rng(SEED), panels, n_treated=treated)

        def judge(found: simulate.EffectPanels = found) -> object:
            before = found.counts[:, :, :60].sum(axis=2).astype(float)
            after = found.counts[:, :, 60:].sum(axis=2).astype(float)
            compared = before >= 120
            np.put_along_axis(compared, found.treated, False, axis=1)
            growth = growth_of_others(before, after, compared)
            return compare_with_placebos(before, after, growth, compared, found.treated)

        print(f"  judging them, {treated} treated          {median_ms(judge, rounds) / 1000:9.2f} s")


if __name__ == "__main__":
    main()
