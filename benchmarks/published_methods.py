"""Methods beside the printed figures of packages whose data are public but not ours to carry.

    uv run python benchmarks/published_methods.py FOLDER > benchmarks/published_methods.txt

FOLDER holds two tables written out of the packages' data as csv: ``base_stagg.csv`` (R fixest) and ``kansas.csv`` (R augsynth).
Figures in brackets are printed in the packages' own pages: fixest's reference page of `sunab`, augsynth's vignette
"single-augsynth" (its p-values and limits are drawn, and its ridge is chosen anew under every hypothesis).
"""

from __future__ import annotations

import platform
import sys
from pathlib import Path

import numpy as np
import pandas as pd

import kunskapsbaserat
from kunskapsbaserat.effects import Design, augmented_synthetic_control, sun_abraham

SUNAB = {
    -8: (-0.0790, 0.2975),
    -7: (0.1010, 0.3670),
    -6: (-0.0564, 0.3089),
    -5: (-0.2953, 0.2940),
    -4: (-0.3037, 0.2491),
    -3: (-0.0884, 0.2558),
    -2: (0.0847, 0.2443),
    0: (-5.188, 0.2211),
    1: (-3.540, 0.2128),
    2: (-2.155, 0.2258),
    3: (-0.7750, 0.2771),
    4: (1.069, 0.3104),
    5: (2.118, 0.4481),
    6: (4.631, 0.4604),
    7: (4.890, 0.3394),
}
# estimate, lower, upper, p-value by quarter, from 2012Q2
PLAIN = """-0.018 -0.042 0.006 0.123  -0.041 -0.070 -0.007 0.026  -0.033 -0.060 -0.001 0.041  -0.019 -0.046 0.005 0.104
-0.029 -0.053 0.000 0.042  -0.046 -0.075 -0.015 0.018  -0.032 -0.056 -0.010 0.027  -0.045 -0.074 -0.013 0.016
-0.043 -0.079 -0.014 0.019  -0.029 -0.066 0.000 0.036  -0.018 -0.053 0.018 0.123  -0.029 -0.074 0.005 0.083
-0.019 -0.051 0.013 0.122  -0.022 -0.058 0.007 0.105  -0.019 -0.055 0.013 0.172  -0.028 -0.067 0.008 0.102"""
RIDGE = """-0.022 -0.044 0.003 0.057  -0.047 -0.072 -0.018 0.020  -0.043 -0.071 -0.010 0.023  -0.030 -0.055 -0.004 0.026
-0.041 -0.067 -0.016 0.024  -0.059 -0.091 -0.030 0.023  -0.045 -0.073 -0.019 0.024  -0.058 -0.087 -0.026 0.020
-0.055 -0.094 -0.020 0.023  -0.041 -0.080 -0.006 0.038  -0.029 -0.072 0.006 0.051  -0.040 -0.082 0.000 0.055
-0.030 -0.069 0.002 0.045  -0.033 -0.072 0.000 0.059  -0.029 -0.071 0.010 0.056  -0.038 -0.091 0.004 0.049"""


def sunab(folder: Path) -> None:
    table = pd.read_csv(folder / "base_stagg.csv").astype({"id": str})
    table["period"] = pd.PeriodIndex((2000 + table["year"]).astype(int).astype(str), freq="Y")
    start = (2000 + table["year_treated"].where(table["year_treated"] < 1000)).astype("Int64").astype("string")
    found = sun_abraham(
        table.assign(start=pd.PeriodIndex(start, freq="Y")), outcome="y", unit="id", starts="start", covariates=["x1"]
    ).set_index("since_start")
    print("Sun and Abraham with a covariate: feols(y ~ x1 + sunab(year_treated, year) | id + year, base_stagg)")
    for since, (estimate, error) in SUNAB.items():
        row = found.loc[since]
        print(f"  {since:3d}  {row['estimate']:8.4f} [{estimate}]  error {row['standard_error']:.4f} [{error}]")


def kansas(folder: Path) -> None:
    table = pd.read_csv(folder / "kansas.csv")
    years, quarters = table["year"].astype(int), table["qtr"].astype(int)
    table["period"] = pd.PeriodIndex.from_fields(year=years, quarter=quarters, freq="Q")
    table["area"] = table["fips"].astype(int).astype(str).str.zfill(2)
    design = Design(table, outcome="lngdpcapita", treated="20", start="2012Q2", kind="index")
    whole = {None: ("-0.0294", "0.083", "79.5 %", PLAIN), "cv": ("-0.0401", "0.062", "84.7 %", RIDGE)}
    for penalty, (mean, imbalance, improvement, printed) in whole.items():
        found = augmented_synthetic_control(design, penalty=penalty)
        print(f"\nKansas, {'synthetic control' if penalty is None else 'augmented by a ridge'}")
        print(f"  mean effect {found.mean_effect:.4f} [{mean}], imbalance {found.imbalance:.3f} [{imbalance}]", end="")
        print(f", improvement {100 * found.improvement:.1f} % [{improvement}]")
        numbers = np.array(printed.split(), dtype=float).reshape(-1, 4)
        for (period, row), figures in zip(found.summary_frame().iterrows(), numbers, strict=True):
            own = "  ".join(f"{row[name]:7.3f}" for name in ("effect", "lower", "upper", "p_value"))
            print(f"  {period}  {own}   [{'  '.join(f'{x:7.3f}' for x in figures)}]")


if __name__ == "__main__":
    place = Path(sys.argv[1])
    print(f"{pd.Timestamp.now():%Y-%m-%d}, kunskapsbaserat {kunskapsbaserat.__version__}, Python {platform.python_version()}")
    print("uv run python benchmarks/published_methods.py FOLDER > benchmarks/published_methods.txt\n")
    sunab(place)
    kansas(place)
