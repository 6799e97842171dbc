"""What taking out the last year's foretelling does with few areas to compare with, and with several starts.

    OPENBLAS_NUM_THREADS=1 uv run python benchmarks/prognosis_small_pools.py [panels] [did|staggered] \\
        > benchmarks/prognosis_small_pools.txt (with staggered: benchmarks/prognosis_staggered.txt)

Simulated panels of the calibration's design without effect, 60 months before and 12 after, of so many areas. The treated is one
at random, or the one whose last year rose most. "alarm": p-value below 0.05, or below 0.10 with 14 others, where none can be
below 0.05; with fewer than 20 nothing is foretold (`prognosis.FEWEST_COMPARED`). "cover" and "find": limits and p-value of a
true fall of 20 %. "plain" is the comparison of areas drawn by lot. "staggered": `staggered_did` with three treated whose
starts lie three months apart, at random or the three that rose most in the year before the first start.
"""

from __future__ import annotations

import platform
import sys
import time
from datetime import date

import numpy as np
import pandas as pd

from kunskapsbaserat import __version__
from kunskapsbaserat.effects import Design, EffectResult, did, staggered_did
from kunskapsbaserat.effects.panel import Panel
from kunskapsbaserat.simulate import effect_panels

PERIODS = pd.period_range("2019-01", periods=78, freq="M")
POOLS = {14: 0.10, 26: 0.05, 40: 0.05, 80: 0.05}  # areas beside, and the error rate asked for


def drawn(seed: int, **options: object) -> tuple[Panel, list[str]]:
    made = effect_panels(np.random.default_rng([31, seed]), 1, **options)  # type: ignore[arg-type]
    units = tuple(f"{i:04}" for i in range(len(made.counts[0])))
    exposure = np.broadcast_to(made.population[0][:, None], made.counts[0].shape).astype(float)
    panel = Panel(units, PERIODS[: made.counts.shape[2]], made.counts[0].astype(float), exposure, None, "events")
    return panel, [units[i] for i in np.atleast_1d(made.treated[0])]


def line(name: str, level: float, none: list[EffectResult], fall: list[EffectResult]) -> None:
    judged = np.mean([f.reason != "p_floor" for f in none])
    alarm = np.mean([f.reason != "p_floor" and f.p_value < level for f in none])
    error = 100 * np.sqrt(alarm * (1 - alarm) / len(none))
    known = [f for f in fall if np.isfinite(f.lower) and np.isfinite(f.upper)]
    cover = f"{100 * np.mean([f.lower <= np.log(0.8) <= f.upper for f in known]):5.1f} %" if known else "    -  "
    find = np.mean([f.reason != "p_floor" and f.p_value < level for f in fall])
    print(f"{name:<46} {100 * judged:5.0f} %  {100 * alarm:4.1f} % +-{error:4.1f}  {cover}  {100 * find:5.1f} %", flush=True)


def one_start(panels: int) -> None:
    for others, level in POOLS.items():
        for choice in ("random", "after_a_rise"):
            answers: dict[tuple[str, float], list[EffectResult]] = {}
            for seed in range(panels):
                for effect in (0.0, -0.2):
                    panel, treated = drawn(seed, units=others + 1, choice=choice, effect=effect)
                    for how in ("lot", "chosen"):
                        design = Design(
                            panel, outcome="count", treated=treated, start=PERIODS[60], exposure="population", assignment=how
                        )
                        answers.setdefault((how, effect), []).append(did(design, confidence=1 - level, least_a_month=0.5))
            for how, name in (("lot", "plain"), ("chosen", "adjusted")):
                line(f"did, {others} others, {choice}, {name}", level, answers[how, 0.0], answers[how, -0.2])


def several_starts(panels: int) -> None:
    for choice in ("random", "after_a_rise"):
        for assignment in ("lot", "chosen"):
            found = []
            for seed in range(panels):
                panel, treated = drawn(seed, units=90, choice=choice, n_treated=3, months_after=18)
                starts = dict(zip(treated, PERIODS[[60, 63, 66]], strict=True))
                found.append(staggered_did(panel, outcome="count", starts=starts, exposure="population", assignment=assignment))
            how = {"lot": "plain", "chosen": "adjusted"}[assignment]
            alarm = np.mean([f.p_value < 0.05 for f in found])
            print(f"staggered_did, 87 others, {choice}, {how:<20} alarm {100 * alarm:4.1f} % of {panels}", flush=True)


if __name__ == "__main__":
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    part = sys.argv[2] if len(sys.argv) > 2 else "did"
    began = time.process_time()
    print(f"{date.today()}, kunskapsbaserat {__version__}, Python {platform.python_version()}, numpy {np.__version__}")
    print(f"OPENBLAS_NUM_THREADS=1 uv run python benchmarks/prognosis_small_pools.py {number} {part}\n")
    if part == "did":
        print(f"{number} panels a row{'':<33} judged  alarm           cover    find")
        one_start(number)
    else:
        several_starts(number)
    print(f"\n{time.process_time() - began:.0f} s of processor time")
