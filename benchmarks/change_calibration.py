"""Does `trends.change` hold its error rates on years? The national table 2010-2025, and simulated counts with a known truth.

    uv run python benchmarks/change_calibration.py [panels] > benchmarks/change_calibration.txt

Two answers: "alone" (have the kommun's counts changed?) and "others" (more, or less, than the other kommuner's?). Printed for
each: false alarms per test at 5 % before the false discovery control, reports without any change in which anything is called
säkerställt, and how often a true rise of 50 % in the two latest years has a p-value below 5 %; then the reports in which either
answer calls anything. "before" is the rule of 0.1.0's first drafts: years that do not follow each other.

The national table: five groups of offences in 290 kommuner, windows of seven years. As they are, they test "others": kommuner
have a real common course. For "alone" each kommun is first divided by the others' course, so that the real correlation
between years is left and the country's movement is not. The pool is all other kommuner, or those of the kommun's län.

Simulated: the sizes of the national table, dispersions that differ between series (scaled inverse chi-square with 20 degrees of
freedom), lognormal levels that follow the year before with correlation r; pools of 14 and 242 kommuner; with no common course,
one that comes and goes (correlation 0.5) and a random walk, both with a standard deviation of 5 % a year.
"""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import scipy

from kunskapsbaserat import __version__
from kunskapsbaserat.data import embedded
from kunskapsbaserat.trends import Change, TypicalVariation, change, variation_of
from kunskapsbaserat.trends.correlation import shape

BREAKS: dict[str, int] = {}
VISIBLE = {"visible_increase": Change.SAKERSTALLD_OKNING, "visible_decrease": Change.SAKERSTALLD_MINSKNING}
ENDS = tuple(range(2017, 2026, 2))
RAISED = {"still": "raised", "others": "others raised"}
SEED = 20261129
CORRELATIONS, POOLS = (0.0, 0.3, 0.5, 0.7), (14, 242)
COURSES = (("comes and goes", 0.5), ("random walk", 1.0))
COURSE_DEVIATION = 0.05
JUDGED = 6
HEADS = ("alarm", "any", "+50 %", "alarm", "any", "+50 %", "either")


def main() -> None:
    panels = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    print(f"{date.today()}, kunskapsbaserat {__version__}, {panels} panels a world, seed {SEED}")
    versions = f"Python {platform.python_version()}, numpy {np.__version__}, scipy {scipy.__version__}, pandas {pd.__version__}"
    print(f"{versions}, {platform.system()} {platform.machine()}, one core")
    print(f"command: uv run python benchmarks/change_calibration.py {panels}\n")
    print(f"{'':60} {'alone':>22} {'others':>22}")
    print(f"{'world':60} " + " ".join(f"{head:>7}" for head in HEADS))
    rng = np.random.default_rng(SEED)
    national(rng)
    simulated(rng, panels)
    promised(rng, panels)


# ---- the national table ------------------------------------------------------------------------------------------------


def national(rng: np.random.Generator) -> None:
    real = embedded.counts_groups()
    real = real[real["area_level"] == "kommun"]
    still = without_course(real, rng)
    for rule in ("before", "now"):
        print_row(f"national table, pool of 290, {rule}", [judged(window(still, end), window(real, end), rule) for end in ENDS])
    parts = [in_lan(window(still, end), window(real, end)) for end in ENDS[::2]]
    print_row("national table, pool of the rest of the län, now", parts)


def window(counts: pd.DataFrame, end: int) -> pd.DataFrame:
    return counts[counts["period"].dt.year.between(end - 6, end)].reset_index(drop=True)


def without_course(counts: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Each series over the national course of its offence, every kommun weighing alike; the halves are rounded at random."""
    values = counts["count"].astype(float)
    level = values.groupby([counts["area"], counts["offence"]]).transform("mean")
    relative = (values / level).where(level >= 20)
    course = relative.groupby([counts["offence"], counts["period"]]).transform("mean")
    return counts.assign(count=pd.array(np.floor(values / course + rng.random(len(values))), dtype="Int64"))


def judged(flat: pd.DataFrame, raw: pd.DataFrame, rule: str) -> dict[str, pd.DataFrame]:
    """Every kommun with the pool of all: one of 290 moves it little."""
    found = {}
    for name, table in (("still", flat), ("others", raw)):
        pool = pool_of(table, rule)
        found[name] = change(table, typical=pool, breaks=BREAKS)
        found[RAISED[name]] = change(raised(table), typical=pool, breaks=BREAKS)
    return found


def in_lan(flat: pd.DataFrame, raw: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Every sixth kommun with the pool of the others in its län."""
    found: dict[str, list[pd.DataFrame]] = {"still": [], "others": []}
    for area in flat["area"].unique()[::6]:
        for name, table in (("still", flat), ("others", raw)):
            lan = table[table["area"].str[:2] == area[:2]]
            mine = lan["area"] == area
            pool = pool_of(lan[~mine], "now")
            if pool is not None:  # Gotland is alone
                found[name].append(change(lan[mine], typical=pool, breaks=BREAKS))
    tables = {name: pd.concat(rows, ignore_index=True) for name, rows in found.items()}
    return tables | {RAISED[name]: table.iloc[:0] for name, table in tables.items()}


def raised(counts: pd.DataFrame) -> pd.DataFrame:
    """Half as many again in the two latest years."""
    late = counts["period"].dt.year >= counts["period"].dt.year.max() - 1
    more = (counts["count"].astype(float) * 1.5).round().astype("Int64")
    return counts.assign(count=counts["count"].where(~late, more))


def pool_of(counts: pd.DataFrame, rule: str) -> TypicalVariation | None:
    pool = variation_of(counts, breaks=BREAKS)
    if pool is None or rule == "now":
        return pool
    return replace(pool, correlation=0.0, beside=replace(pool.beside, correlation=0.0))


# ---- simulated ---------------------------------------------------------------------------------------------------------


def simulated(rng: np.random.Generator, panels: int) -> None:
    truth = Truth()
    for correlation in CORRELATIONS:
        for pool in POOLS:
            one_world(truth, rng, panels, pool, correlation, None, f"r = {correlation}, pool of {pool}, no common course")
    for (name, memory), pool in ((c, p) for c in COURSES for p in POOLS):
        one_world(truth, rng, panels, pool, 0.5, memory, f"r = 0.5, pool of {pool}, common course {name}")
    print(f"\nthe same without any pool, each series with the national correlation {'':12}")
    for correlation in CORRELATIONS:
        one_world(truth, rng, panels // 2, 14, correlation, None, f"r = {correlation}, no pool", pooled=False)


def one_world(
    truth: Truth,
    rng: np.random.Generator,
    panels: int,
    pool: int,
    correlation: float,
    memory: float | None,
    name: str,
    *,
    pooled: bool = True,
) -> None:
    parts = []
    for _ in range(panels if pool < 100 else panels // 8):
        table, mine = truth.draw(
            rng, pool + JUDGED * (1 if pool < 100 else 8), correlation, memory, JUDGED * (1 if pool < 100 else 8)
        )
        typical = variation_of(table[~mine], breaks=BREAKS) if pooled else None
        flat = change(table[mine], typical=typical, breaks=BREAKS)
        higher = change(raised(table[mine]), typical=typical, breaks=BREAKS)
        parts.append({"still": flat, "raised": higher, "others": flat, "others raised": higher})
    print_row(name, parts)


def promised(rng: np.random.Generator, panels: int) -> None:
    """How often the smallest visible rise and fall (promised: 80 %) are found in one series of a report, others unchanged."""
    truth, hits = Truth(), {"visible_increase": [0, 0], "visible_decrease": [0, 0]}
    for _ in range(panels):
        table, mine = truth.draw(rng, 50 + JUDGED, 0.5, None, JUDGED)
        typical = variation_of(table[~mine], breaks=BREAKS)
        rows = table[mine]
        still = change(rows, typical=typical, breaks=BREAKS)
        for column, tally in hits.items():
            one = still[still[column].notna()].groupby("area").sample(1, random_state=1)[["area", "offence", column]]
            factor = rows.merge(one, on=["area", "offence"], how="left")[column].fillna(1.0).to_numpy(dtype=float)
            late = (rows["period"].dt.year >= 2024).to_numpy()
            means = rows["count"].to_numpy(dtype=float) * np.where(late, factor, 1.0)
            bent = change(rows.assign(count=pd.array(np.round(means), dtype="Int64")), typical=typical, breaks=BREAKS)
            found = bent.merge(one[["area", "offence"]], on=["area", "offence"])
            tally[0] += int((found["change"] == VISIBLE[column]).sum())
            tally[1] += len(found)
    shares = {name: f"{100 * found / tried:.0f} % of {tried}" for name, (found, tried) in hits.items()}
    print(f"\nsmallest visible change found (promised 80 %; r = 0.5, pool of 50): {shares}")


class Truth:
    """The means of the national table's last seven years, and what lies behind their dispersions at a correlation of 0.5."""

    def __init__(self) -> None:
        real = window(embedded.counts_groups(), 2025)
        means = real.groupby(["area", "offence", "sex"])["count"].mean().astype(float).reset_index(name="mean")
        self.means = means[means["mean"] >= 5].reset_index(drop=True)
        pool = variation_of(real, breaks=BREAKS)
        assert pool is not None
        seen = pool.beside.dispersion(self.means["offence"], self.means["sex"], self.means["mean"]).to_numpy()
        self.dispersion = 1 + (seen - 1) / shape(2, 5, 0.5).within
        self.areas = self.means["area"].unique()

    def draw(
        self, rng: np.random.Generator, kommuner: int, correlation: float, memory: float | None, judged: int
    ) -> tuple[pd.DataFrame, pd.Series]:
        """Counts of so many kommuner without any change of their own, and which rows belong to the judged ones."""
        chosen = rng.choice(self.areas, kommuner, replace=False)
        here = self.means["area"].isin(chosen).to_numpy()
        keys, mean = self.means[here].reset_index(drop=True), self.means.loc[here, "mean"].to_numpy()
        dispersion = 1 + (self.dispersion[here] - 1) * 20 / rng.chisquare(20, len(mean))
        sigma = np.sqrt(np.log1p((dispersion - 1) / mean))[:, None]
        level = mean[:, None] * np.exp(sigma * following(rng, len(mean), correlation) - sigma**2 / 2)
        if memory is not None:
            offences, names = pd.factorize(keys["offence"])
            level *= np.exp(COURSE_DEVIATION * following(rng, len(names), memory))[offences]
        table = keys.loc[keys.index.repeat(7)].reset_index(drop=True)
        table = table.assign(
            area_level="kommun",
            period=pd.PeriodIndex([str(y) for y in range(2019, 2026)] * len(keys), freq="Y"),
            count=pd.array(rng.poisson(level).ravel(), dtype="Int64"),
            rate_published=pd.NA,
            status="final",
            source="simulerad",
        )
        return table, table["area"].isin(chosen[:judged])


def following(rng: np.random.Generator, rows: int, correlation: float) -> np.ndarray:
    """Seven years of noise, each with this correlation with the year before; at 1 a random walk."""
    noise = rng.standard_normal((rows, 7))
    if correlation == 1:
        return np.cumsum(noise, axis=1)
    for year in range(1, 7):
        noise[:, year] = correlation * noise[:, year - 1] + np.sqrt(1 - correlation**2) * noise[:, year]
    return noise


# ---- the table ---------------------------------------------------------------------------------------------------------


def print_row(world: str, parts: list[dict[str, pd.DataFrame]]) -> None:
    rows = [
        pd.concat([p[name] for p in parts], keys=range(len(parts))) for name in ("still", "raised", "others", "others raised")
    ]
    still, higher, others, others_higher = rows
    figures = (*rates(still, higher, ""), *rates(others, others_higher, "relative_"))
    calls = called(still, "") | called(others, "relative_").reindex(called(still, "").index, fill_value=False)
    print(
        f"{world:60} " + " ".join(f"{share:>7}" for share in [*map(percent, figures), percent(float(calls.mean()))]), flush=True
    )


def rates(still: pd.DataFrame, higher: pd.DataFrame, answer: str) -> Iterator[float]:
    p, raised_p = still[f"{answer}p_value"].dropna(), higher[f"{answer}p_value"].dropna()
    yield float((p < 0.05).mean()) if len(p) else np.nan
    yield float(called(still, answer).mean()) if len(p) else np.nan
    yield float((raised_p < 0.05).mean()) if len(raised_p) else np.nan


def called(rows: pd.DataFrame, answer: str) -> pd.Series:
    """By report (panel and kommun): is anything säkerställt?"""
    certain = rows[f"{answer}q_value"] <= 0.05
    return certain.groupby([rows.index.get_level_values(0), rows["area"]]).any()


def percent(share: float) -> str:
    return "" if np.isnan(share) else f"{100 * share:.1f} %"


if __name__ == "__main__":
    main()
