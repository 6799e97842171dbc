"""Error rates of synthetic control and synthetic difference in differences by the stated design.

    uv run python benchmarks/synthetic_calibration.py [panels] [processes]

writes benchmarks/synthetic_calibration.txt beside it, every 100 panels.

290 areas, 60 months before and 12 after. The common shock (all areas -10 %) and the effect (-20 %) thin the counts after the
start, which gives Poisson counts of the smaller means exactly. The weights are chosen on the time before alone, so they
are worked out once for each choice of treated; the four choices are made in the same panels.
"""

from __future__ import annotations

import multiprocessing
import os
import platform
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import kunskapsbaserat
from kunskapsbaserat.effects.design import Design
from kunskapsbaserat.effects.did import eligible
from kunskapsbaserat.effects.gap_inference import judge_counts
from kunskapsbaserat.effects.matched_series import course_weights, matched, usual_ridge
from kunskapsbaserat.effects.panel import Panel
from kunskapsbaserat.effects.sdid import moved_level, time_weights
from kunskapsbaserat.simulate import effect_panels

CHOICES = {"a": ("random", 1), "b": ("large", 1), "c": ("after_a_rise", 1), "d": ("random", 5)}
BEFORE, AFTER = 60, 12
A_BLOCK = 10
PERIODS = pd.period_range(end="2024-12", periods=BEFORE + AFTER, freq="M")


def block(seed: int) -> list[tuple[Any, ...]]:
    """A row for each panel, choice, shock, effect and method: estimate, lower, upper, p."""
    rng = np.random.default_rng([2026, seed])
    states = rng.bit_generator.state
    chosen = {}
    for cell, (choice, n_treated) in CHOICES.items():  # the same counts for each choice of treated
        own = np.random.default_rng()
        own.bit_generator.state = states
        panels = effect_panels(own, A_BLOCK, choice=choice, n_treated=n_treated)
        chosen[cell] = panels.treated
    rows: list[tuple[Any, ...]] = []
    for p, counts in enumerate(panels.counts):
        rows += one_panel(own, counts, {cell: treated[p] for cell, treated in chosen.items()})
    return rows


def one_panel(rng: np.random.Generator, counts: np.ndarray, treated_of: dict[str, np.ndarray]) -> list[tuple[Any, ...]]:
    units = tuple(f"{i:04}" for i in range(len(counts)))
    enough = np.flatnonzero(counts[:, :BEFORE].sum(axis=1) >= 2 * BEFORE)
    everyone = np.isin(np.arange(len(counts)), enough)
    base = counts[:, :BEFORE] / np.maximum(counts[:, :BEFORE].mean(axis=1, keepdims=True), 1e-9) * everyone[:, None]
    near = np.zeros((len(counts), len(counts)))
    ridge = usual_ridge(base[everyone], n_treated=1, periods_after=AFTER)
    near[enough] = course_weights(base, everyone, enough, ridge=ridge, centred=False)
    rows: list[tuple[Any, ...]] = []
    for cell, treated in treated_of.items():
        rows += [(cell, *row) for row in one_choice(rng, units, counts, treated, near)]
    return rows


def one_choice(
    rng: np.random.Generator, units: tuple[str, ...], counts: np.ndarray, treated: np.ndarray, near: np.ndarray
) -> list[tuple[Any, ...]]:
    weights = None
    rows: list[tuple[Any, ...]] = []
    for shock in (0.0, -0.1):
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
        others = weights @ series.course
        times = np.zeros_like(before)
        times[wanted] = time_weights(before, after.mean(axis=1), compared, wanted)
        expected = {
            "synthetic_control": series.outcome(others)[:, BEFORE:].sum(axis=1),
            "sdid": series.outcome(moved_level(design, series, others, times))[:, BEFORE:].sum(axis=1),
        }
        for effect in (0.0, -0.2):
            observed = shocked.astype(float)
            if effect:
                observed[treated, BEFORE:] = rng.binomial(shocked[treated, BEFORE:], 1 + effect)
            late = observed[:, BEFORE:].sum(axis=1)
            for method, without in expected.items():
                found = judge_counts(without[None], late[None], compared[None], np.array([treated]))
                estimate = np.log(max(late[treated].sum(), 0.5) / without[treated].sum())
                rows.append((shock, effect, method, estimate, found.lower[0], found.upper[0], found.p_value[0]))
    return rows


def main() -> None:
    panels = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    processes = int(sys.argv[2]) if len(sys.argv) > 2 else 2
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # of the processes that are started
    began = time.perf_counter()
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        found: list[tuple[Any, ...]] = []
        for number, part in enumerate(pool.imap(block, range(panels // A_BLOCK)), 1):
            found += part
            if number % 10 == 0 or number * A_BLOCK == panels:
                report(found, number * A_BLOCK, processes, time.perf_counter() - began)


def report(rows: list[tuple[Any, ...]], panels: int, processes: int, seconds: float) -> None:
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
        f"uv run python benchmarks/synthetic_calibration.py {panels} {processes}",
        "cells: a one at random, b one of the 26 largest, c the one that rose most, d five at random",
        "found: p below 0.05, that is false alarms at effect 0 and power at -0.2;",
        f"Monte-Carlo error of 5 %: {100 * np.sqrt(0.05 * 0.95 / panels):.2f} percentage points",
        "",
        found.round(4).to_string(),
    ]
    (Path(__file__).with_suffix(".txt")).write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
