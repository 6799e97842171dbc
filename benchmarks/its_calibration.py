"""How often do methods for one treated series call a change where there is none, and miss one that is there?

    uv run python benchmarks/its_calibration.py [panels] [workers] > benchmarks/its_calibration.txt

The stated design (`simulate.effect_panels`: 290 units, 60 months before the start and 12 after) with one treated unit: drawn at
random, drawn among the 26 largest, or the one whose last twelve months rose most; each with and without a fall of 10 % in all
units at the start. "false" is the share of panels without effect that are called at 5 %, "cover 0" and "cover" that of 95 %
intervals that hold the truth without effect and with a fall of 20 %, "found" the share of such falls that are called, "sd" the
spread of the estimates and "error" the median standard error. Of `its`, "single" has no control, "covariate" and "second" have
the sum of all other units. "ratio" is `relative_effect_size`, twelve months before and after, counts as the only error.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import itertools
import multiprocessing
import platform
import sys
from datetime import date

import numpy as np
import pandas as pd
import scipy

from kunskapsbaserat import __version__, simulate
from kunskapsbaserat.effects import relative_effect_size
from kunskapsbaserat.effects.its import step_with_error
from kunskapsbaserat.effects.its_input import ItsSeries
from kunskapsbaserat.effects.its_model import segmented

SEED, CHUNK, BEFORE, AFTER = 20261122, 250, 60, 12
CHOICES = {"one_at_random": "random", "one_large": "large", "after_a_rise": "after_a_rise"}
METHODS = ("single/auto", "single/model", "single/newey_west", "covariate/auto", "second/auto", "second/model", "ratio/model")
PERIODS = pd.period_range("2019-01", periods=BEFORE + AFTER, freq="M")
ONES = np.ones(BEFORE + AFTER)


def main() -> None:
    panels = int(sys.argv[1]) if len(sys.argv) > 1 else 5000
    workers = int(sys.argv[2]) if len(sys.argv) > 2 else 2
    print(f"{date.today()}, kunskapsbaserat {__version__}, {panels} panels a cell, seed {SEED}")
    versions = f"Python {platform.python_version()}, numpy {np.__version__}, scipy {scipy.__version__}, pandas {pd.__version__}"
    print(f"{versions}, {platform.system()} {platform.machine()}")
    print(f"command: uv run python benchmarks/its_calibration.py {panels} {workers}\n")
    print(f"{'treated':14} {'shock':>6}  {'method':18} {'false':>7} {'cover 0':>8} {'cover':>7} {'found':>7}     sd  error")
    with multiprocessing.get_context("spawn").Pool(workers) as pool:
        for (name, choice), shock in itertools.product(CHOICES.items(), (0.0, -0.1)):
            cells = []
            for effect in (0.0, -0.2):
                jobs = [(choice, shock, effect, chunk) for chunk in range(panels // CHUNK)]
                cells.append(np.concatenate(pool.map(one_chunk, jobs, chunksize=1)))
            show(name, shock, *cells)


def show(name: str, shock: float, without: np.ndarray, effect: np.ndarray) -> None:
    """One line a method; arrays (panels, methods, 4): estimate, error, p-value of no effect, p-value of the truth."""
    for i, method in enumerate(METHODS):
        false, cover_0, cover, found = (
            100 * np.mean(part)
            for part in (
                without[:, i, 2] < 0.05,
                without[:, i, 3] >= 0.05,
                effect[:, i, 3] >= 0.05,
                effect[:, i, 2] < 0.05,
            )
        )
        spread, error = np.nanstd(without[:, i, 0]), np.nanmedian(without[:, i, 1])
        numbers = f"{false:6.1f}% {cover_0:7.1f}% {cover:6.1f}% {found:6.1f}% {spread:6.3f} {error:6.3f}"
        print(f"{name:14} {100 * shock:5.0f}%  {method:18} {numbers}", flush=True)


def one_chunk(job: tuple[str, float, float, int]) -> np.ndarray:
    choice, shock, effect, chunk = job
    number = list(CHOICES.values()).index(choice)
    rng = np.random.default_rng([SEED, number, int(-100 * shock), int(-100 * effect), chunk])
    panels = simulate.effect_panels(
        rng, CHUNK, months_before=BEFORE, months_after=AFTER, choice=choice, shock=shock, effect=effect
    )
    treated = panels.counts[np.arange(CHUNK), panels.treated[:, 0]]
    others = panels.counts.sum(axis=1) - treated
    return np.array([one_panel(*both, panels.log_effect) for both in zip(treated, others, strict=True)])


def one_panel(treated: np.ndarray, others: np.ndarray, truth: float) -> np.ndarray:
    rows = []
    for kind in ("single", "covariate", "second"):
        control = None if kind == "single" else others.astype(float)
        series = ItsSeries(PERIODS, treated.astype(float), ONES, control, ONES, BEFORE, 0, 12, 1, "", False)
        model = segmented(series, family="quasipoisson", control_as=kind, trend=True, slope_change=False, harmonics=2)
        for errors in (method.split("/")[1] for method in METHODS if method.startswith(kind)):
            estimate, error = step_with_error(series, model, family="quasipoisson", errors=errors)
            if error is None:  # no events after the start: no answer
                rows.append((np.nan, np.nan, 1.0, 1.0))
            else:
                rows.append((estimate, error.standard_error, error.p_value(estimate), error.p_value(estimate - truth)))
    ratio = relative_effect_size(
        treated_before=treated[BEFORE - 12 : BEFORE].sum(),
        treated_after=treated[BEFORE:].sum(),
        control_before=others[BEFORE - 12 : BEFORE].sum(),
        control_after=others[BEFORE:].sum(),
    )
    shifted = (ratio.log_ratio - truth) / ratio.standard_error
    rows.append((ratio.log_ratio, ratio.standard_error, ratio.p_value, 2 * scipy.special.ndtr(-abs(shifted))))
    return np.array(rows)


if __name__ == "__main__":
    main()
