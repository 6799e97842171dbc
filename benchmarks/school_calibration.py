"""Do the intervals and verdicts of a school's report hold their error rates? Counted where it can be, else simulated.

    uv run python benchmarks/school_calibration.py [schools] > benchmarks/school_calibration.txt

Shares of a finite whole: every number of pupils who may agree, every answer with its probability; "least" is the lowest
coverage of a 95 % interval. Two years: schools in which nothing has changed answer eight statements that hang together; "any"
is the share of schools where a change is said of any statement, which the false discovery control holds at 5 % when nothing
has changed; "stay" is the share of the pupils who are there both years. Index: places that have not changed are judged twice by
people who differ; "clear" is how often a change is said (roughly, of so few schools; precisely in
`school_index_calibration.txt`), then how often a rise is.
"""

from __future__ import annotations

import platform
import sys
from datetime import date

import numpy as np
import pandas as pd
import scipy
from scipy.stats import hypergeom

from kunskapsbaserat import __version__
from kunskapsbaserat.places.inventory import index_change
from kunskapsbaserat.rates import finite_proportion
from kunskapsbaserat.report.documents.skola.material import changes_of

SEED = 20261130
CUT = 0.2
QUESTIONS = 8


def main() -> None:
    schools = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    print(f"{date.today()}, kunskapsbaserat {__version__}, {schools} schools a row, seed {SEED}")
    versions = f"Python {platform.python_version()}, numpy {np.__version__}, scipy {scipy.__version__}, pandas {pd.__version__}"
    print(f"{versions}, {platform.system()} {platform.machine()}, one core")
    print(f"command: uv run python benchmarks/school_calibration.py {schools}\n")
    shares()
    rng = np.random.default_rng(SEED)
    print(f"\n{'two years, nothing changed':34} {'any':>8}")
    for pupils, response, stay in (
        (80, 0.8, 0.0),
        (80, 1.0, 0.0),
        (80, 1.0, 0.67),
        (300, 0.6, 0.0),
        (300, 0.9, 0.67),
        (1000, 0.8, 0.0),
    ):
        name = f"{pupils} pupils, {response:.0%} answer, {stay:.0%} stay"
        print(f"{name:34} {two_years(rng, schools, pupils, response, stay):8.1%}")
    print(f"\n{'index, places judged twice':34} {'clear':>8} {'+2 seen':>8} {'+4 seen':>8}")
    for places in (6, 8, 12, 20):
        for spread in (0.0, 0.2):
            rates = [judged_twice(rng, schools, places, spread, rise) for rise in (0.0, 0.1, 0.2)]
            print(f"{f'{places} places, truth varies {spread:.1f}':34} " + " ".join(f"{rate:8.1%}" for rate in rates))


def shares() -> None:
    print(f"{'share of a finite whole':34} {'least':>8} {'mean':>8}")
    for size in (20, 60, 120, 400):
        for response in (0.3, 0.8, 0.95):
            n = max(5, round(size * response))
            answers = np.arange(n + 1)
            found = finite_proportion(pd.DataFrame({"count": answers, "total": n, "population": size}))
            lower, upper = np.round(found["lower"] * size), np.round(found["upper"] * size)
            covered = [
                hypergeom(size, truth, n).pmf(answers)[(lower <= truth) & (upper >= truth)].sum() for truth in range(size + 1)
            ]
            print(f"{f'{n} of {size} answered':34} {min(covered):8.1%} {np.mean(covered):8.1%}")


def two_years(rng: np.random.Generator, schools: int, pupils: int, response: float, stay: float) -> float:
    """How often a change is said of any statement."""
    said = 0
    for _ in range(schools):
        level = rng.normal(0.5, 0.4, QUESTIONS)
        own = rng.normal(0, 0.6, (pupils, 1))
        same = rng.random(pupils) < stay
        years = []
        for year in range(2):
            if year:
                own = np.where(same[:, None], own, rng.normal(0, 0.6, (pupils, 1)))
            agree = (level + own + rng.normal(0, 1, (pupils, QUESTIONS)) > CUT)[rng.random(pupils) < response]
            years.append(
                pd.DataFrame({"key": range(QUESTIONS), "suppressed": None, "n": float(len(agree)), "share": agree.mean(axis=0)})
            )
        said += bool((changes_of(years[1], years[0])["verdict"] != "oklart").any())
    return said / schools


def judged_twice(rng: np.random.Generator, schools: int, places: int, spread: float, rise: float) -> float:
    """How often a change of the index is said; every question is met with a chance of its own, judged anew each time."""
    names = [f"q{k}" for k in range(16)]
    factors = {f"f{k}": names[2 * k : 2 * k + 2] for k in range(8)}
    clear = 0
    for _ in range(schools):
        met = np.clip(rng.normal(0.45, spread, (places, 16)), 0.05, 0.75)
        first, last = (pd.DataFrame(rng.binomial(2, met + up) / 2, columns=names) for up in (0.0, rise))
        clear += index_change(first, last, factors).clear
    return clear / schools


if __name__ == "__main__":
    main()
