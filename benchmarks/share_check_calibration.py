"""Do the checks of shares before the start hold, and what do they do to the answer?

    uv run python benchmarks/share_check_calibration.py [panels] [processes] > benchmarks/share_check_calibration.txt

Areas' shares of a survey by year, made as in effect_calibration.py: around 25 %, moving together (sd 0.02) and each by itself
(autocorrelation 0.5, sd 0.02), asked of a few hundred persons with a design effect of 1.3; six years before the start and two
after. The treated are drawn at random, or are those whose share rose most in the last year before against the years before
("after a rise"), or their true share falls by one percentage point a year against the others, before the start as after it
("drift"): the measure then does nothing, and the check is there to see it. Each panel is evaluated by `evaluate`, without
effect and with the treated 5 percentage points lower after the start; with "said" the design says that the measure came
after a bad period.

Columns: how often the check "pre_trend" fails (nominal 5 % at random) and "after_bad_period" (10 %); without effect how often
`did` alone calls a change, the same among panels that pass "pre_trend", and how often `evaluate` lets a change be called an
effect; with effect how often `did` finds it and how often `evaluate` lets it be claimed. In per cent; the Monte Carlo
standard error of 5 % is 0.3 with 5 000 panels; "-" where fewer than 5 % of the panels pass. "holds": pre_trend fails in at
most 6.5 % of panels drawn at random, and what is claimed without effect is at most 6.5 %.
"""

from __future__ import annotations

import multiprocessing
import os
import platform
import sys
import time
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
import scipy

from kunskapsbaserat import __version__
from kunskapsbaserat.effects import Design, evaluate
from kunskapsbaserat.effects.panel import Panel
from kunskapsbaserat.trends import Change

SEED, CHUNK, BEFORE, AFTER, EFFECT, DRIFT, LIMIT = 20261124, 50, 6, 2, -0.05, -0.01, 0.065
CALLED = (Change.SAKERSTALLD_MINSKNING, Change.SAKERSTALLD_OKNING)
HEADS = ("pre_trend", "after_bad", "did", "did, passed", "claimed", "did finds", "claims it")


@dataclass(frozen=True)
class Cell:
    """One line of the table."""

    name: str
    units: int = 290
    treated: int = 1
    choice: str = "random"
    drift: float = 0.0
    said: bool = False
    limits: bool = True


CELLS = (
    Cell("1 of 290"),
    Cell("1 of 40", units=40),
    Cell("1 of 25", units=25),
    Cell("3 of 290", treated=3),
    Cell("3 of 40", units=40, treated=3),
    Cell("5 of 25", units=25, treated=5),
    Cell("1 of 290, no limits", limits=False),
    Cell("1 of 290, after a rise", choice="rise"),
    Cell("1 of 290, after a rise, said", choice="rise", said=True),
    Cell("3 of 290, after a rise", treated=3, choice="rise"),
    Cell("1 of 290, drift", drift=DRIFT),
    Cell("3 of 290, drift", treated=3, drift=DRIFT),
)


def chunk(job: tuple[int, int]) -> np.ndarray:
    """(panels, 7): both checks' failures, did, claim without effect and with it, and whether pre_trend passed."""
    cell, rng = CELLS[job[0]], np.random.default_rng([SEED, *job])
    return np.array([one_panel(cell, rng) for _ in range(CHUNK)])


def one_panel(cell: Cell, rng: np.random.Generator) -> list[float]:
    years = BEFORE + AFTER
    own = rng.normal(0, 0.02, (cell.units, years))
    for year in range(1, years):
        own[:, year] = 0.5 * own[:, year - 1] + np.sqrt(0.75) * own[:, year]
    drift = np.zeros((cell.units, years))
    chosen = rng.permutation(cell.units)[: cell.treated]
    drift[chosen] = cell.drift * (np.arange(years) - BEFORE)
    true = np.clip(rng.normal(0.25, 0.05, (cell.units, 1)) + rng.normal(0, 0.02, years) + own + drift, 0.06, 0.9)
    asked = np.clip(rng.lognormal(6, 0.6, cell.units), 100, 5_000)
    error = np.sqrt(1.3 * true * (1 - true) / asked[:, None])
    seen = np.clip(true + error * rng.standard_normal(true.shape), 0, 1)
    if cell.choice == "rise":
        chosen = np.argsort(seen[:, : BEFORE - 1].mean(axis=1) - seen[:, BEFORE - 1])[: cell.treated]
    names = tuple(f"{i:04}" for i in range(cell.units))
    periods = pd.period_range(end="2024", periods=years, freq="Y")
    row: list[float] = []
    for effect in (0.0, EFFECT):
        values = seen.copy()
        values[chosen, BEFORE:] += effect
        design = Design(
            Panel(names, periods, values, np.ones_like(values), error if cell.limits else None, "share"),
            outcome="share",
            kind="share",
            treated=[names[i] for i in chosen],
            start=str(periods[BEFORE]),
            assignment="after_bad_period" if cell.said else "chosen",
        )
        found = evaluate(design)
        failed = {*found.failed_checks, *found.cautions}
        called = found.p_value < 0.05
        row += [*(("pre_trend" in failed, "after_bad_period" in failed) if not effect else ())]
        row += [called, found.may_claim and found.verdict in CALLED]
    return [float(v) for v in (*row, row[0] == 0)]


def line(cell: Cell, found: np.ndarray) -> str:
    pre, bad, did, claimed, finds, claims, passed = found.T
    kept = did[passed == 1]
    parts = (pre, bad, did, kept, claimed, finds, claims)
    figures = [f"{100 * part.mean():.1f}" if len(part) >= len(found) / 20 else "-" for part in parts]
    asked = [claimed.mean()] + [pre.mean()] * (cell.choice == "random")
    said = "" if cell.drift else "holds" if max(asked) <= LIMIT else "does not hold"
    return f"{cell.name:30} {len(found):6}  " + " ".join(f"{f:>11}" for f in figures) + f"  {said}"


def main() -> None:
    panels = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    processes = int(sys.argv[2]) if len(sys.argv) > 2 else 2
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # each process has one processor
    started = time.perf_counter()
    print(f"{date.today()}, kunskapsbaserat {__version__}, {panels} panels a cell, seed {SEED}")
    versions = f"Python {platform.python_version()}, numpy {np.__version__}, scipy {scipy.__version__}, pandas {pd.__version__}"
    print(f"{versions}, {platform.system()} {platform.machine()}")
    print(f"command: uv run python benchmarks/share_check_calibration.py {panels} {processes}\n")
    print(f"{'':30} {'panels':>6}  " + " ".join(f"{h:>11}" for h in HEADS))
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        for number, cell in enumerate(CELLS):
            parts = pool.map(chunk, [(number, part) for part in range(panels // CHUNK)], chunksize=2)
            print(line(cell, np.concatenate(parts)), flush=True)
    print(f"\n{time.perf_counter() - started:.0f} seconds on {processes} processes")


if __name__ == "__main__":
    main()
