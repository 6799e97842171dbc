"""How often is a change of a school's index said where there is none? The rule of `places.inventory` in arrays, 40 000 times.

    uv run python benchmarks/school_index_calibration.py > benchmarks/school_index_calibration.txt

The last rows of `school_calibration.txt` are the library itself in 400 schools, too few to tell 5 % from 8 %. Here the same is
drawn a hundred times as often; the first schools of every row are held against the library, which has to say the same.
"""

from __future__ import annotations

import platform
from datetime import date

import numpy as np
import pandas as pd
import scipy
from scipy import special

from kunskapsbaserat import __version__
from kunskapsbaserat.places.inventory import STEP, index_change

SEED = 20261130
SCHOOLS = 40_000
HELD = 20  # schools of each row that the library judges too
NAMES = [f"q{k}" for k in range(16)]
FACTORS = {f"f{k}": NAMES[2 * k : 2 * k + 2] for k in range(8)}


def main() -> None:
    print(f"{date.today()}, kunskapsbaserat {__version__}, {SCHOOLS} schools a row, seed {SEED}")
    versions = f"Python {platform.python_version()}, numpy {np.__version__}, scipy {scipy.__version__}, pandas {pd.__version__}"
    print(f"{versions}, {platform.system()} {platform.machine()}, one core")
    print("command: uv run python benchmarks/school_index_calibration.py\n")
    print(f"{'index, places judged twice':34} {'clear':>8}")
    rng = np.random.default_rng(SEED)
    for places in (6, 8, 12, 20):
        for spread in (0.0, 0.2):
            print(f"{f'{places} places, truth varies {spread:.1f}':34} {said(rng, places, spread):8.1%}")


def said(rng: np.random.Generator, places: int, spread: float) -> float:
    """The share of schools where a change is said."""
    met = np.clip(rng.normal(0.45, spread, (SCHOOLS, places, 16)), 0.05, 0.75)
    first, last = rng.binomial(2, met) / 2, rng.binomial(2, met) / 2
    moved = (last - first).mean(axis=2) * 20
    rounding = 20 * np.sqrt(2 * (STEP**2 / 12) / 16)
    half = special.stdtrit(places - 1, 0.975) * np.maximum(moved.std(axis=1, ddof=1), rounding) / np.sqrt(places)
    clear = np.abs(moved.mean(axis=1)) > half
    for school in range(HELD):
        tables = (pd.DataFrame(scores[school], columns=NAMES) for scores in (first, last))
        assert index_change(*tables, FACTORS).clear == clear[school]
    return float(clear.mean())


if __name__ == "__main__":
    main()
