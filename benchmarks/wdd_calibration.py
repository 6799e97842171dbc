"""How often do comparisons of four counts call a change where there is none?

    uv run python benchmarks/wdd_calibration.py [panels] > benchmarks/wdd_calibration.txt

The stated design (`simulate.effect_panels`) with one treated unit, twelve months before and after the start, no effect. The
control is the unit with the nearest number of events in the twelve months before ("one alike"), or all other units ("all
others", for the ratio only: the difference in numbers between one unit and all others means nothing). "false" is the share
called at 5 %, with the counts as the only error or with `dispersion_of` the 60 months before of the treated and the control.
"""

from __future__ import annotations

import itertools
import platform
import sys
from datetime import date

import numpy as np
import scipy

from kunskapsbaserat import __version__, simulate
from kunskapsbaserat.effects import dispersion_of, relative_effect_size, wdd

SEED, CHUNK, BEFORE = 20261123, 250, 60
CHOICES = {"one_at_random": "random", "one_large": "large", "after_a_rise": "after_a_rise"}
METHODS = (
    "wdd, one alike",
    "wdd, one alike, dispersion",
    "ratio, one alike",
    "ratio, one alike, dispersion",
    "ratio, all others",
)


def main() -> None:
    panels = int(sys.argv[1]) if len(sys.argv) > 1 else 5000
    print(f"{date.today()}, kunskapsbaserat {__version__}, {panels} panels a cell, seed {SEED}")
    versions = f"Python {platform.python_version()}, numpy {np.__version__}, scipy {scipy.__version__}"
    print(f"{versions}, {platform.system()} {platform.machine()}")
    print(f"command: uv run python benchmarks/wdd_calibration.py {panels}\n")
    print(f"{'treated':14} {'shock':>6}  {'method':28} {'false':>7}")
    for (name, choice), shock in itertools.product(CHOICES.items(), (0.0, -0.1)):
        called = np.concatenate([one_chunk(choice, shock, chunk) for chunk in range(panels // CHUNK)])
        for method, rate in zip(METHODS, 100 * called.mean(axis=0), strict=True):
            print(f"{name:14} {100 * shock:5.0f}%  {method:28} {rate:6.1f}%", flush=True)


def one_chunk(choice: str, shock: float, chunk: int) -> np.ndarray:
    rng = np.random.default_rng([SEED, list(CHOICES.values()).index(choice), int(-100 * shock), chunk])
    panels = simulate.effect_panels(rng, CHUNK, months_before=BEFORE, choice=choice, shock=shock)
    return np.array([one_panel(counts, unit) for counts, unit in zip(panels.counts, panels.treated[:, 0], strict=True)])


def one_panel(counts: np.ndarray, unit: int) -> list[bool]:
    before, after = counts[:, BEFORE - 12 : BEFORE].sum(axis=1), counts[:, BEFORE:].sum(axis=1)
    distance = np.abs(before - before[unit])
    distance[unit] = distance.max() + 1
    alike = int(distance.argmin())
    treated = {"treated_before": before[unit], "treated_after": after[unit]}
    one = treated | {"control_before": before[alike], "control_after": after[alike]}
    rest = treated | {"control_before": before.sum() - before[unit], "control_after": after.sum() - after[unit]}
    dispersion = dispersion_of([counts[unit, :BEFORE], counts[alike, :BEFORE]])
    answers = (
        wdd(**one),
        wdd(**one, dispersion=dispersion),
        relative_effect_size(**one),
        relative_effect_size(**one, dispersion=dispersion),
        relative_effect_size(**rest),
    )
    return [answer.p_value < 0.05 for answer in answers]


if __name__ == "__main__":
    main()
