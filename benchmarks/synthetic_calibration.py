"""Error rates of synthetic control and synthetic difference in differences by the stated design.

    OPENBLAS_NUM_THREADS=1 uv run python benchmarks/synthetic_calibration.py [panels] [processes]
    OPENBLAS_NUM_THREADS=1 uv run python benchmarks/synthetic_calibration.py [panels] [processes] few

write benchmarks/synthetic_calibration.txt and synthetic_calibration_few.txt beside it, every 200 panels.

290 areas, 60 months before and 12 after (`simulate.effect_panels`). The treated are a one at random, b one of the 26 largest, c
the one whose last 12 months rose most against the 12 before, d five at random; e and f are one and five of 40 areas drawn at
random. With "few": g five of 60, h five of 100. All are made in the same panels. The common shock (all areas -10 %) and the
effect (-20 %) thin the counts after the start, which gives Poisson counts of the smaller means exactly. The weights on areas
are chosen on the time before alone, so they are worked out once for each choice of treated, from those of all areas as a first
guess (the same weights result).
"""

from __future__ import annotations

import functools
import multiprocessing
import platform
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import kunskapsbaserat
from kunskapsbaserat.effects.design import Design
from kunskapsbaserat.effects.did import eligible
from kunskapsbaserat.effects.gap_inference import judge_counts
from kunskapsbaserat.effects.matched_series import course_weights, matched, usual_ridge
from kunskapsbaserat.effects.panel import Panel
from kunskapsbaserat.effects.sdid import time_weights
from kunskapsbaserat.effects.simplex import one_thread
from kunskapsbaserat.effects.weighted_areas import WeightedAreas
from kunskapsbaserat.simulate import effect_panels

CHOICES = {"a": ("random", 1), "b": ("large", 1), "c": ("after_a_rise", 1), "d": ("random", 5)}
SMALL = {"e": ("a", 40), "f": ("d", 40)}  # as cell a and d, among so many areas
FEW = {"g": ("d", 60), "h": ("d", 100)}
SHOCKS, EFFECTS = (0.0, -0.1), (0.0, -0.2)
STATED_CELLS = (
    "cells: a one at random, b one of the 26 largest, c the one that rose most, d five at random (of 290 areas);",
    "e one and f five at random of 40 areas",
)
FEW_CELLS = ("cells: g five of 60 areas at random, h five of 100",)
BEFORE, AFTER = 60, 12
A_BLOCK = 20
PERIODS = pd.period_range(end="2024-12", periods=BEFORE + AFTER, freq="M")


@dataclass
class Cases:
    """What is judged together: one row for each panel, shock and effect."""

    expected: list[NDArray[np.float64]] = field(default_factory=list)
    after: list[NDArray[np.float64]] = field(default_factory=list)
    compared: list[NDArray[np.bool_]] = field(default_factory=list)
    treated: list[NDArray[np.intp]] = field(default_factory=list)
    areas: list[WeightedAreas] = field(default_factory=list)
    known: list[tuple[float, float]] = field(default_factory=list)


def block(seed: int, few: bool) -> list[tuple[Any, ...]]:
    """A row for each panel, cell, method, shock and effect: estimate, lower, upper, p."""
    chosen, counts = {}, None
    for cell, (choice, n_treated) in ({"d": CHOICES["d"]} if few else CHOICES).items():
        panels = effect_panels(np.random.default_rng([2026, seed]), A_BLOCK, choice=choice, n_treated=n_treated)
        if counts is not None and not np.array_equal(counts, panels.counts):
            raise RuntimeError("the panels have to be the same for every choice")
        counts, chosen[cell] = panels.counts, panels.treated
    rng = np.random.default_rng([2027, seed])
    together: dict[tuple[str, str], Cases] = {}
    with one_thread():
        for p, panel in enumerate(counts):
            add_panel(together, rng, panel, {cell: treated[p] for cell, treated in chosen.items()}, few)
        return [row for (cell, method), cases in together.items() for row in judged(cell, method, cases)]


def add_panel(
    together: dict[tuple[str, str], Cases],
    rng: np.random.Generator,
    counts: NDArray[np.int64],
    treated_of: dict[str, NDArray[np.intp]],
    few: bool,
) -> None:
    everyone = counts[:, :BEFORE].sum(axis=1) >= 2 * BEFORE
    if not all(everyone[treated].all() for treated in treated_of.values()):
        raise RuntimeError("a treated area has too few events: it is from another panel")
    enough = np.flatnonzero(everyone)
    near = np.zeros((len(counts), len(counts)))
    if not few:
        near[enough] = weights_of_all(counts, everyone, enough)
        for cell, treated in treated_of.items():
            add_choice(together, cell, rng, counts, treated, near)
    for cell, (like, areas) in (FEW if few else SMALL).items():
        treated = treated_of[like]
        others = rng.permutation(np.setdiff1d(enough, treated))[: areas - len(treated)]
        kept = np.concatenate([treated, others])
        add_choice(together, cell, rng, counts[kept], np.arange(len(treated)), near[np.ix_(kept, kept)])


def weights_of_all(counts: NDArray[np.int64], everyone: NDArray[np.bool_], enough: NDArray[np.intp]) -> NDArray[np.float64]:
    """Of every area on all others, the treated among them."""
    base = counts[:, :BEFORE] / np.maximum(counts[:, :BEFORE].mean(axis=1, keepdims=True), 1e-9) * everyone[:, None]
    ridge = usual_ridge(base[everyone], n_treated=1, periods_after=AFTER)
    return course_weights(base, everyone, enough, ridge=ridge, centred=False)


def add_choice(
    together: dict[tuple[str, str], Cases],
    cell: str,
    rng: np.random.Generator,
    counts: NDArray[np.int64],
    treated: NDArray[np.intp],
    near: NDArray[np.float64],
) -> None:
    units = tuple(f"{i:04}" for i in range(len(counts)))
    weights = None
    for shock in SHOCKS:
        shocked = counts.copy()
        if shock:
            shocked[:, BEFORE:] = rng.binomial(counts[:, BEFORE:], 1 + shock)
        panel = Panel(units, PERIODS, shocked.astype(float), np.ones(shocked.shape), None, "events")
        design = Design(panel, outcome="count", treated=[units[i] for i in treated], start=PERIODS[BEFORE])
        compared = eligible(design)
        series = matched(design, compared, intercept=True, fitted=design.before)
        wanted = np.flatnonzero(series.used)
        before, after = series.course[:, :BEFORE], series.course[:, BEFORE:]
        if weights is None:
            ridge = usual_ridge(before[compared], n_treated=1, periods_after=AFTER)
            weights = np.zeros((len(counts), len(counts)))
            weights[wanted] = course_weights(before, compared, wanted, ridge=ridge, centred=False, near=near[wanted])
        times = np.zeros_like(before)
        times[wanted] = time_weights(before, after.mean(axis=1), compared, wanted)
        thinned = [shocked[:, BEFORE:].sum(axis=1).astype(float) for _ in EFFECTS]
        for late, effect in zip(thinned, EFFECTS, strict=True):
            late[treated] = rng.binomial(late[treated].astype(int), 1 + effect)
        for method, given in (("synthetic_control", None), ("sdid", times)):
            areas = WeightedAreas(design, series, weights, given)
            expected = areas.counterfactual()[:, BEFORE:].sum(axis=1)
            cases = together.setdefault((cell, method), Cases())
            for late, effect in zip(thinned, EFFECTS, strict=True):
                cases.expected.append(expected)
                cases.after.append(late)
                cases.compared.append(compared)
                cases.treated.append(treated)
                cases.areas.append(areas)
                cases.known.append((shock, effect))


def judged(cell: str, method: str, cases: Cases) -> list[tuple[Any, ...]]:
    @functools.lru_cache(maxsize=1)
    def outside(areas: WeightedAreas) -> NDArray[np.float64]:
        return areas.expected_outside(chosen)

    def outside_of(p: int, groups: NDArray[np.intp]) -> NDArray[np.float64]:
        nonlocal chosen
        chosen = groups
        return outside(cases.areas[p])

    chosen = np.zeros((0, 0), dtype=np.intp)
    treated = np.array(cases.treated)
    arrays = (np.array(cases.expected), np.array(cases.after), np.array(cases.compared), treated)
    found = judge_counts(*arrays, outside=outside_of if treated.shape[1] > 1 else None)
    p_value = found.p_value
    estimate = np.log(np.maximum(found.after, 0.5) / found.expected)
    return [
        (cell, *cases.known[i], method, estimate[i], found.lower[i], found.upper[i], p_value[i])
        for i in range(len(cases.known))
    ]


def main() -> None:
    panels = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    processes = int(sys.argv[2]) if len(sys.argv) > 2 else 2
    few = sys.argv[3:] == ["few"]
    began = time.perf_counter()
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        found: list[tuple[Any, ...]] = []
        for number, part in enumerate(pool.imap(functools.partial(block, few=few), range(panels // A_BLOCK)), 1):
            found += part
            if number % 10 == 0 or number * A_BLOCK == panels:
                report(found, number * A_BLOCK, processes, time.perf_counter() - began, few)


def report(rows: list[tuple[Any, ...]], panels: int, processes: int, seconds: float, few: bool) -> None:
    """All cells so far, to the named file."""
    names = ["cell", "shock", "effect", "method", "estimate", "lower", "upper", "p"]
    table = pd.DataFrame(rows, columns=names)
    truth = np.log1p(table["effect"])
    lower, upper = (table[name].fillna(end) for name, end in (("lower", -np.inf), ("upper", np.inf)))
    table["covered"] = (lower <= truth) & (truth <= upper)
    table["found"] = table["p"] < 0.05
    table["error"] = table["estimate"] - truth
    table["width"] = table["upper"] - table["lower"]
    keys = ["method", "cell", "shock", "effect"]
    found = table.groupby(keys).agg(
        panels=("p", "size"),
        found=("found", "mean"),
        covered=("covered", "mean"),
        bias=("error", "mean"),
        sd=("error", "std"),
        median_width=("width", "median"),
    )
    versions = f"kunskapsbaserat {kunskapsbaserat.__version__}, Python {platform.python_version()}, numpy {np.__version__}"
    lines = [
        f"{time.strftime('%Y-%m-%d')}, {versions}",
        f"{panels} panels a cell, {seconds:.0f} s in {processes} processes, by",
        f"OPENBLAS_NUM_THREADS=1 uv run python benchmarks/synthetic_calibration.py {panels} {processes}{' few' if few else ''}",
        *(FEW_CELLS if few else STATED_CELLS),
        "found: p below 0.05, that is false alarms at effect 0 and power at -0.2;",
        f"Monte-Carlo error of 5 %: {100 * np.sqrt(0.05 * 0.95 / panels):.2f} percentage points",
        "",
        found.round(4).to_string(),
    ]
    Path(__file__).with_name(f"synthetic_calibration{'_few' if few else ''}.txt").write_text(
        "\n".join(lines) + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    main()
