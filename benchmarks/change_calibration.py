"""Does `trends.change` hold its error rates? Simulated counts with the sizes and the variation of the real ones.

    uv run python benchmarks/change_calibration.py [panels] > benchmarks/change_calibration.txt

Each panel has the 15 kommuner of Dalarna with their mean yearly counts of the 12 offences without a series break. A year's
count is Poisson around a lognormal level; its dispersion is the one estimated from the real data for the offence
and size, times a factor of its own per series (scaled inverse chi-square), so that the pool is never exactly right.
One kommun is judged with the pool of the other 14. Printed per world and method: false alarms per test at 5 % before the
false discovery control, share of panels without any change in which anything is called säkerställt, coverage of the 95 %
interval for a true ratio of 1 and of 1.5, and how often the smallest visible increase and decrease (promised: 80 %) are found.
"""

from __future__ import annotations

import platform
import sys
from datetime import date

import numpy as np
import pandas as pd
import scipy

from kunskapsbaserat import __version__
from kunskapsbaserat.data import embedded
from kunskapsbaserat.trends import Change, change, variation_of

YEARS = range(2018, 2025)
JUDGED = ("2081", "2080", "2061", "2021")  # Borlänge, Falun, Smedjebacken, Vansbro
BREAKS: dict[str, int] = {}
VISIBLE = {"visible_increase": Change.SAKERSTALLD_OKNING, "visible_decrease": Change.SAKERSTALLD_MINSKNING}


def main() -> None:
    panels = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    counts = embedded.counts_year()
    real = counts[(counts["area_level"] == "kommun") & (counts["offence"] != "vald_nara_relation")]
    print(f"{date.today()}, kunskapsbaserat {__version__}, {panels} panels a world, seed 20260415")
    versions = f"Python {platform.python_version()}, numpy {np.__version__}, scipy {scipy.__version__}, pandas {pd.__version__}"
    print(f"{versions}, {platform.system()} {platform.machine()}, one core")
    print(f"command: uv run python benchmarks/change_calibration.py {panels}\n")
    heads = ("alarm", "any", "cover 1", "cover 1.5", "rise seen", "fall seen")
    print(f"{'world':34} {'method':10} " + " ".join(f"{head:>9}" for head in heads))
    for name, spread, correlation in WORLDS:
        rng = np.random.default_rng(20260415)
        truth = Truth(real, spread, correlation)
        results = [one_panel(truth, rng) for _ in range(panels)]
        for method in ("own", "moderated"):
            print_row(name, method, pd.concat([r[method] for r in results], keys=range(panels)))


WORLDS = (
    ("series alike (prior df 1000)", 1000, 0.0),
    ("series differ (prior df 20)", 20, 0.0),
    ("series differ much (prior df 6)", 6, 0.0),
    ("years follow each other (r = 0.2)", 20, 0.2),
    ("years follow each other (r = 0.4)", 20, 0.4),
)


class Truth:
    """The real means and pooled dispersions, from which panels are drawn."""

    def __init__(self, real: pd.DataFrame, spread: float, correlation: float) -> None:
        recent = real[real["period"].dt.year >= YEARS[0]]
        means = recent.groupby(["area", "offence", "sex"])["count"].mean().astype(float).reset_index(name="mean")
        self.keys = means[["area", "offence", "sex"]]
        self.mean = means["mean"].to_numpy()
        pool = variation_of(real)
        assert pool is not None
        self.dispersion = pool.dispersion(means["offence"], means["sex"], means["mean"]).to_numpy()
        self.spread, self.correlation = spread, correlation

    def draw(self, rng: np.random.Generator, ratio: np.ndarray) -> pd.DataFrame:
        dispersion = self.dispersion * self.spread / rng.chisquare(self.spread, len(self.mean))
        level = np.outer(self.mean, np.ones(len(YEARS)))
        level[:, -2:] *= ratio[:, None]
        extra = np.maximum(dispersion - 1, 0)[:, None] / np.maximum(level, 0.5)  # squared coefficient of variation
        noise = rng.standard_normal(level.shape)
        for year in range(1, level.shape[1]):
            r = self.correlation
            noise[:, year] = r * noise[:, year - 1] + np.sqrt(1 - r * r) * noise[:, year]
        sigma = np.sqrt(np.log1p(extra))
        counts = rng.poisson(level * np.exp(sigma * noise - sigma**2 / 2))
        table = self.keys.loc[self.keys.index.repeat(len(YEARS))].reset_index(drop=True)
        return table.assign(
            area_level="kommun",
            period=pd.PeriodIndex([str(y) for y in YEARS] * len(self.keys), freq="Y"),
            count=pd.array(counts.ravel(), dtype="Int64"),
            rate_published=pd.NA,
            status="final",
            source="simulerad",
        )


def one_panel(truth: Truth, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """All judged kommuner of one panel: without a change, with every series raised by half, and by the visible increase."""
    kept: dict[str, list[pd.DataFrame]] = {"own": [], "moderated": []}
    flat = truth.draw(rng, np.ones(len(truth.mean)))
    raised = truth.draw(rng, np.full(len(truth.mean), 1.5))
    area = JUDGED[int(rng.integers(len(JUDGED)))]
    pool = variation_of(flat[flat["area"] != area], breaks=BREAKS)
    mine = flat["area"] == area
    one = np.flatnonzero((truth.keys["area"] == area).to_numpy() & (truth.mean >= 20))
    for method, typical in (("own", None), ("moderated", pool)):
        without = change(flat[mine], typical=typical, breaks=BREAKS)
        higher = change(raised[raised["area"] == area], typical=typical, breaks=BREAKS)
        row = without.assign(covered_raised=(higher["lower"] <= 1.5) & (higher["upper"] >= 1.5))
        row["raised_judged"] = higher["ratio"].notna()
        target = int(rng.choice(one))
        key = truth.keys.iloc[target]
        for column, verdict in VISIBLE.items():
            wanted = _one(without, key)[column]
            row[column + "_seen"] = np.nan
            if wanted.notna().all():
                ratio = np.ones(len(truth.mean))
                ratio[target] = float(wanted.iat[0])
                bent = truth.draw(rng, ratio)
                found = change(bent[bent["area"] == area], typical=typical, breaks=BREAKS)
                row.loc[row.index[0], column + "_seen"] = float(_one(found, key)["change"].iat[0] == verdict)
        kept[method].append(row)
    return {method: pd.concat(rows) for method, rows in kept.items()}


def _one(table: pd.DataFrame, key: pd.Series) -> pd.DataFrame:
    return table[(table["offence"] == key["offence"]) & (table["sex"] == key["sex"])]


def print_row(world: str, method: str, rows: pd.DataFrame) -> None:
    judged = rows[rows["p_value"].notna()]
    called = judged["change"].isin([Change.SAKERSTALLD_OKNING, Change.SAKERSTALLD_MINSKNING])
    figures = (
        (judged["p_value"] < 0.05).mean(),
        called.groupby(level=0).any().mean(),
        ((judged["lower"] <= 1) & (judged["upper"] >= 1)).mean(),
        rows.loc[rows["raised_judged"], "covered_raised"].mean(),
        rows["visible_increase_seen"].mean(),
        rows["visible_decrease_seen"].mean(),
    )
    print(f"{world:34} {method:10} " + " ".join(f"{100 * f:8.1f}%" for f in figures), flush=True)


if __name__ == "__main__":
    main()
