"""Does `screen` call chance a difference? SIMULERAD tables with known truth, all 290 kommuner with their population 2019.

    uv run benchmarks/screen_calibration.py > benchmarks/screen_calibration.txt

First part: every kommun has the same rate, and k is the squared variation of its level between years (0.05 means that a
count of 100 has the variance 600). The p-values should be uniform and nothing should be called. Second part: kommuner differ by
a factor with the given standard deviation of its logarithm; how many lie outside each rule's funnel limits, of which 5
and 0.2 % should. Third part: coverage of `place_in_group`'s range of percentiles.
"""

from __future__ import annotations

import importlib.metadata
import itertools
import platform
import time

import numpy as np
import pandas as pd

from kunskapsbaserat import kommun
from kunskapsbaserat.data import embedded
from kunskapsbaserat.rates import funnel, place_in_group, screen

CODES = [k.code for k in kommun.all_kommuner()]
YEARS, OFFENCES = range(2015, 2025), 30


def people() -> np.ndarray:
    table = embedded.exposure()
    table = table[(table["year"] == 2019) & (table["area_level"] == "kommun")]
    return table.set_index("area")["value"].reindex(CODES).to_numpy(dtype=float)


def same_rate(rng: np.random.Generator, size: np.ndarray, k: float) -> pd.DataFrame:
    shape = (len(CODES), OFFENCES, len(YEARS))
    rate = np.exp(rng.normal(-6, 1.2, OFFENCES))
    mean = size[:, None, None] * rate[None, :, None] * (rng.gamma(1 / k, k, shape) if k else np.ones(shape))
    index = pd.MultiIndex.from_product(
        [CODES, [f"brott_{i:02}" for i in range(OFFENCES)], YEARS], names=["area", "offence", "year"]
    )
    table = index.to_frame(index=False).assign(area_level="kommun", sex="alla", status="final")
    table["count"] = rng.poisson(mean).ravel()
    return table.assign(period=pd.PeriodIndex.from_ordinals(table.pop("year") - 1970, freq="Y"))


def alike(size: np.ndarray) -> None:
    print(
        "\nAll kommuner alike: share of p-values below 0.05 and 0.01, expected and found below 0.0001, calls (hogre or lagre)"
    )
    print("k      estimated k      judged  p<0.05  p<0.01  p<0.0001   calls   p<0.05 by expected count -20 -50 -200 -1000 over")
    years = pd.DataFrame({"year": range(YEARS.start - 1, YEARS.stop)})
    exposure = (
        pd.DataFrame({"area": CODES, "value": size}).merge(years, how="cross").assign(area_level="kommun", kind="residents")
    )
    rng = np.random.default_rng(2)
    for k in (0, 0.02, 0.05, 0.1, 0.2, 0.3):
        found = screen(same_rate(rng, size, k), exposure)
        found = found[found["p_value"].notna()]
        p, calls = found["p_value"], found["comparison"].isin(["hogre", "lagre"]).sum()
        estimates = found.groupby("offence")["variation"].first()
        expected = found["group_rate"] * found["exposure"] / found["per"]
        parts = (p < 0.05).groupby(pd.cut(expected, [0, 20, 50, 200, 1000, 1e9]), observed=True).mean()
        print(
            f"{k:<6} {estimates.mean():.4f} +- {estimates.std():.4f} {len(p):>7}"
            f"  {(p < 0.05).mean():.4f}  {(p < 0.01).mean():.4f}"
            f"  {1e-4 * len(p):4.1f} {(p < 1e-4).sum():4}   {calls:5}   {'  '.join(f'{share:.3f}' for share in parts)}"
        )


def unlike(size: np.ndarray) -> None:
    print("\nKommuner that differ: share outside the 95 and the 99.8 % limits, mean of 100 funnels; events per 1000 residents")
    print("log sd  events   SHMI            SHMI consistent  CQC             CQC consistent")
    rng = np.random.default_rng(3)
    for rate, spread in itertools.product((0.2, 2, 20), (0, 0.15, 0.35, 0.6)):
        outside = np.zeros((4, 2))
        for _ in range(100):
            expected = rate / 1000 * size
            count = rng.poisson(expected * rng.lognormal(-(spread**2) / 2, spread, len(size)))
            rows = pd.DataFrame({"count": count, "expected": expected * count.sum() / expected.sum()})
            for i, (rule, consistent) in enumerate((r, c) for r in ("shmi", "cqc") for c in (False, True)):
                place = funnel(rows, overdispersion=rule, consistent=consistent)["funnel_class"].astype(str)
                outside[i] += place.ne("inom").mean(), place.str.startswith("mycket").mean()
        print(f"{spread:<7} {rate:<6} " + "   ".join(f"{a:5.1f} {b:5.2f} %" for a, b in outside))


def places() -> None:
    print("\nplace_in_group: how often the 95 % range of percentiles holds the kommun's true place among 14, 2000 tables each")
    rng = np.random.default_rng(4)
    for spread in (0.1, 0.3, 0.6):
        for mean in (10, 100):
            held = 0
            for _ in range(2000):
                rates = rng.lognormal(0, spread, 15)
                size = mean * rng.uniform(0.3, 3, 15)
                rows = pd.DataFrame({"area": [str(i) for i in range(15)], "count": rng.poisson(rates * size), "exposure": size})
                row = place_in_group(rows, area="0", members=rows["area"][1:]).iloc[0]
                true = (rates[1:] < rates[0]).mean()
                held += row["percentile_lower"] <= true <= row["percentile_upper"]
            print(f"log sd {spread}, about {mean} events: {held / 20:.1f} %")


if __name__ == "__main__":
    names = ("numpy", "pandas", "scipy")
    print("$ uv run benchmarks/screen_calibration.py")
    print(
        f"{time.strftime('%Y-%m-%d')}, Python {platform.python_version()}, "
        + ", ".join(f"{n} {importlib.metadata.version(n)}" for n in names)
    )
    residents = people()
    alike(residents)
    unlike(residents)
    places()
