"""What taking out the last year's foretelling costs `did`, with every placebo.

    OPENBLAS_NUM_THREADS=1 uv run python benchmarks/prognosis_speed.py [rounds] > benchmarks/prognosis_speed.txt

One panel of 290 areas, 150 + 30 or 60 + 12 months, one or five treated: `did` of the same design with the areas drawn by lot
(nothing is foretold) and chosen (it is), in turns. Medians of processor time in one run, so that neighbours disturb both alike.
"""

from __future__ import annotations

import platform
import sys
import time
from datetime import date

import numpy as np

from kunskapsbaserat import __version__, simulate
from kunskapsbaserat.effects import Design, did

SEED = 20261130


def both(before: int, after: int, treated: int, rounds: int) -> None:
    rng = np.random.default_rng(SEED)
    table = simulate.effect_panels(rng, 1, months_before=before, months_after=after, n_treated=treated).table()
    areas = table.loc[table["treated"], "area"].unique().tolist()
    what = {"outcome": "count", "treated": areas, "start": table["period"].max() - (after - 1), "exposure": "population"}
    designs = {how: Design(table, assignment=how, **what) for how in ("lot", "chosen")}
    times: dict[str, list[float]] = {how: [] for how in designs}
    for turn in range(rounds + 1):
        for how, design in designs.items():
            began = time.process_time()
            did(design)
            if turn:  # the first warms up
                times[how].append(1000 * (time.process_time() - began))
    plain, adjusted = (float(np.median(times[how])) for how in ("lot", "chosen"))
    name = f"290 areas x {before + after} months, {treated} treated"
    print(f"{name:<36} plain {plain:5.1f} ms, adjusted {adjusted:5.1f} ms, ratio {adjusted / plain:.2f}", flush=True)


if __name__ == "__main__":
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    print(f"{date.today()}, kunskapsbaserat {__version__}, Python {platform.python_version()}, numpy {np.__version__}")
    print(f"OPENBLAS_NUM_THREADS=1 uv run python benchmarks/prognosis_speed.py {number}\n")
    for before, after in ((150, 30), (60, 12)):
        for treated in (1, 5):
            both(before, after, treated, number)
