"""Do verdicts on months hold on the real ones? Ten groups of offences in 290 kommuner 2013-2016.

    uv run python benchmarks/month_real_calibration.py > benchmarks/month_real_calibration.txt

The last year against the three before, as they are and with the national course of the years taken out, so that what is left is
the kommuner's own variation: single tests below 5 %, and kommuner with any verdict. "alone" is each series by its own months,
"pool" with the variation of the others, "others" against their common course.
"""

from __future__ import annotations

import platform
from datetime import date

import numpy as np
import pandas as pd
import scipy

from kunskapsbaserat import __version__
from kunskapsbaserat.data import embedded
from kunskapsbaserat.trends import Baseline, change, variation_of

YEARS = Baseline(1, 3)
SEED = 20261122


def main() -> None:
    print(f"{date.today()}, kunskapsbaserat {__version__}, seed {SEED}")
    versions = f"Python {platform.python_version()}, numpy {np.__version__}, scipy {scipy.__version__}, pandas {pd.__version__}"
    print(f"{versions}, {platform.system()} {platform.machine()}, one core")
    print("command: uv run python benchmarks/month_real_calibration.py\n")
    print(f"{'':34} {'tests':>6} {'alarm':>8} {'any':>8}")
    counts = embedded.counts_month()
    counts = counts[counts["area_level"] == "kommun"]
    for name, table in (("as they are", counts), ("without the national course", without_course(counts))):
        pool = variation_of(table, baseline=YEARS, breaks={})
        for typical, answer, method in ((None, "", "alone"), (pool, "", "pool"), (pool, "relative_", "others")):
            found = change(table, baseline=YEARS, typical=typical, breaks={})
            tests = found[found[f"{answer}p_value"].notna()]
            alarms = (tests[f"{answer}p_value"] < 0.05).mean()
            reports = (tests[f"{answer}q_value"] <= 0.05).groupby(tests["area"]).any().mean()
            print(f"{name:27} {method:>6} {len(tests):6} {100 * alarms:6.1f} % {100 * reports:6.1f} %", flush=True)


def without_course(counts: pd.DataFrame) -> pd.DataFrame:
    """Each month over its year's national index of the offence; the halves are rounded at random."""
    values = counts["count"].astype(float)
    years = values.groupby([counts["offence"], counts["period"].dt.year]).transform("sum")
    still = values * years.groupby(counts["offence"]).transform("mean") / years
    dice = np.random.default_rng(SEED).random(len(values))
    return counts.assign(count=pd.array(np.floor(still + dice), dtype="Int64"))


if __name__ == "__main__":
    main()
