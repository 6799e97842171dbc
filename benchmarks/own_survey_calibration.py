"""False alarms of a change in a survey of the kommun's own, when answers of a class are alike, and of an amount held against
the years before.

    uv run python benchmarks/own_survey_calibration.py [draws] > benchmarks/own_survey_calibration.txt

Nothing has changed. Classes of 20 pupils answer alike by the intraclass correlation of the first column (beta-binomial). "each
answer one" counts every answer, "two as one" is what the reports do (`own_shares.DESIGN`). For amounts: eleven years and a
twelfth of the same kind, independent, following each other (0.5), or rising evenly by one standard deviation a year.
"""

from __future__ import annotations

import platform
import sys
from datetime import date

import numpy as np
import pandas as pd
import scipy

from kunskapsbaserat import __version__
from kunskapsbaserat.rates.survey import survey_difference
from kunskapsbaserat.report.material.own_series import usual_limits
from kunskapsbaserat.report.material.own_shares import DESIGN, with_limits

SEED = 20261130
CLASS = 20


def main() -> None:
    draws = int(sys.argv[1]) if len(sys.argv) > 1 else 4000
    print(f"{date.today()}, kunskapsbaserat {__version__}, {draws} draws, seed {SEED}")
    versions = f"Python {platform.python_version()}, numpy {np.__version__}, scipy {scipy.__version__}, pandas {pd.__version__}"
    print(f"{versions}, {platform.system()} {platform.machine()}, one core")
    print(f"command: uv run python benchmarks/own_survey_calibration.py {draws}\n")
    rng = np.random.default_rng(SEED)
    print(f"{'alike':>6}{'answers':>9}{'share':>7}{'each answer one':>17}{'two as one':>12}")
    for alike in (0.0, 0.05, 0.1):
        for n in (60, 200, 600):
            for share in (0.1, 0.3, 0.5):
                rounds = [_answers(rng, draws, n, share, alike) for _ in range(2)]
                alarms = [float((_p_values(rounds, n, design) <= 0.05).mean()) for design in (1.0, DESIGN)]
                print(f"{alike:>6}{n:>9}{share:>7}{alarms[0]:>16.1%}{alarms[1]:>12.1%}")
    print(f"\n{'amounts':<24}{'called unusual':>16}")
    for name, series in _amounts(rng, draws // 4).items():
        outside = [not lower <= row[-1] <= upper for row in series for lower, upper in [usual_limits(row[:-1])]]
        print(f"{name:<24}{float(np.mean(outside)):>16.1%}")


def _answers(rng: np.random.Generator, draws: int, n: int, share: float, alike: float) -> np.ndarray:
    if alike == 0:
        return rng.binomial(n, share, draws) / n
    strength = (1 - alike) / alike
    levels = rng.beta(share * strength, (1 - share) * strength, (draws, n // CLASS))
    return np.asarray(rng.binomial(CLASS, levels).sum(axis=1) / n)


def _p_values(rounds: list[np.ndarray], n: int, design: float) -> np.ndarray:
    limits = [with_limits(pd.DataFrame({"share": share, "n": n}), design=design) for share in rounds]
    first, second = (frame[["share", "lower", "upper"]].to_numpy() for frame in limits)
    return survey_difference(second, first)["p_value"].to_numpy()


def _amounts(rng: np.random.Generator, draws: int) -> dict[str, np.ndarray]:
    noise = rng.normal(0, 1, (draws, 32))
    followed = np.zeros_like(noise)
    for year in range(1, 32):
        followed[:, year] = 0.5 * followed[:, year - 1] + noise[:, year]
    return {
        "independent": noise[:, -12:],
        "following each other": followed[:, -12:],
        "rising evenly": noise[:, -12:] + np.arange(12),
    }


if __name__ == "__main__":
    main()
