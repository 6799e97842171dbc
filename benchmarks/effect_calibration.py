"""Does `effects.did` hold its error rates? Panels whose true effect is known, by a design that was stated beforehand.

    uv run python benchmarks/effect_calibration.py [panels] [processes] [cells' names] > benchmarks/effect_calibration.txt

A panel is 290 units (lognormal population, median 4 events a month) with season, common waves, loadings on a common walk,
autocorrelated noise of the units and overdispersed counts: `simulate.effect_panels`. The measure starts after 60 months and
is judged over 12; the treated are (a) one at random, (b) one of the 26 largest by population, (c) the one whose last 12
months rose most against the 12 before, (d) five at random, all with at least 2 events a month before. "shock": all units
fall by 10 % at the start. The same panels are judged as they are and with the treated units' counts after the start thinned
by 20 %.

Columns: share of panels that got a verdict at all; of these, the share called säkerställd when nothing had happened
(nominal 5 %); how often the 95 % interval holds the truth, with no effect and at -20 %; how often the fall of 20 % is called
säkerställd; mean error and standard deviation of the log ratio; median width of the interval on the log scale and as a ratio
(upper minus lower). In brackets the Monte Carlo standard error. Targets (false alarms, coverage, power) stand in the last
columns, and a cell is "met" when its figures are on the right side of them, "missed" when a figure is on the wrong side by
more than two standard errors, otherwise "at the limit". Cells below the line have no stated targets: there "holds" means
false alarms of at most 6.5 % and coverage of at least 93 %, by the same rule. The last part judges shares of a survey by year,
6 years before and 2 after, with an effect of 5 percentage points instead of -20 %, everything on the difference scale.
Cells with the same simulated panels share them. Cells of quarters, years, drifting populations and shares go panel by panel
through `did(Design(...))`, two fifths as many; the others many panels at once, which gives the same
(tests/effects/test_did.py).
"""

from __future__ import annotations

import dataclasses
import multiprocessing
import os
import platform
import re
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from kunskapsbaserat import __version__, simulate
from kunskapsbaserat.effects import Design, did
from kunskapsbaserat.effects.collapse import growth_of_others
from kunskapsbaserat.effects.did import LEAST_A_MONTH, LEAST_EXPECTED, compare_with_placebos
from kunskapsbaserat.effects.panel import Panel
from kunskapsbaserat.effects.prognosis import FEWEST_COMPARED, history_of_counts

Floats = NDArray[np.float64]

SEED, CHUNK, EFFECT, SHARE_EFFECT = 20261122, 50, -0.2, -0.05
WIDTHS = (13, 13, 13, 13, 17, 6, 6, 6, 14)  # of the table's columns


@dataclass(frozen=True)
class Cell:
    """One line of the table."""

    name: str
    simulated: Mapping[str, Any] = field(default_factory=dict)
    targets: tuple[float, float, float, float] | None = None  # false alarms from and to, coverage, power
    least_a_month: float = LEAST_A_MONTH
    between: tuple[float, float] | None = None  # events a month before of the treated, one drawn among these
    pool: int | None = None  # so many areas to compare with, drawn among the eligible
    phase_in: int = 0
    rows: str = ""  # judged through did(Design(...)), panel by panel: "months", added to "quarters" or "years", or "shares"


def stated() -> list[Cell]:
    chosen = [
        ("(a) one at random", {}, (0.035, 0.065, 0.93, 0.20)),
        ("(b) one large", {"choice": "large"}, (0.035, 0.065, 0.93, 0.32)),
        ("(c) after a rise", {"choice": "after_a_rise"}, (0.0, 0.08, 0.92, 0.0)),
        ("(d) five at random", {"n_treated": 5}, (0.035, 0.065, 0.93, 0.62)),
    ]
    shocks = (("", 0.0), (", shock", -0.1))
    return [Cell(name + said, s | {"shock": shock}, targets) for name, s, targets in chosen for said, shock in shocks]


def further() -> list[Cell]:
    rise: dict[str, Any] = {"choice": "after_a_rise"}
    cells = [Cell("three at random", {"n_treated": 3}), Cell("ten at random", {"n_treated": 10})]
    for months in (48, 36, 24):
        cells.append(Cell(f"one at random, {months} months before", {"months_before": months}))
        cells.append(Cell(f"after a rise, {months} months before", rise | {"months_before": months}))
    cells += [
        Cell("five at random, 24 months before", {"months_before": 24, "n_treated": 5}),
        Cell("one at random, 24 months after", {"months_after": 24}),
        Cell("one large, 24 months after", {"months_after": 24, "choice": "large"}),
        Cell("five at random, 24 months after", {"months_after": 24, "n_treated": 5}),
        Cell("one at random, 6 months after", {"months_after": 6}),
        Cell("one at random, 6 of 18 months phase-in", {"months_after": 18}, phase_in=6),
        Cell("one of 1.5-2 a month, least 1.5", least_a_month=1.5, between=(1.5, 2)),
        Cell("one of 1-1.5 a month, least 1", least_a_month=1, between=(1, 1.5)),
        Cell("one of 0.5-1 a month, least 0.5", {"months_after": 24}, least_a_month=0.5, between=(0.5, 1)),
        Cell("8 years, the last 2 with the measure", {"months_before": 72, "months_after": 24}, rows="years"),
        Cell("quarters, 20 before and 4 after", rows="quarters"),
        Cell("population drifts, sd 1 % a year", {"drift": 0.01}, rows="months"),
        Cell("population drifts, sd 3 % a year", {"drift": 0.03}, rows="months"),
        Cell("population drifts, five at random", {"drift": 0.01, "n_treated": 5}, rows="months"),
    ]
    for treated in (1, 2, 3, 5, 10):
        pools = (20, 25, 30, 40, 60, 100)
        cells += [Cell(f"{treated} treated, {pool} areas to compare with", {"n_treated": treated}, pool=pool) for pool in pools]
    return cells


def surveys() -> list[Cell]:
    """Shares by year, 8 years of which the last two with the measure, which takes 5 percentage points off."""
    cells = []
    for treated, units in ((1, 290), (1, 40), (3, 290), (3, 40), (5, 25)):
        cells.append(Cell(f"shares, {treated} of {units}, limits given", {"units": units, "n_treated": treated}, rows="shares"))
    small: dict[str, Any] = {"units": 290, "n_treated": 1, "smallest": True}
    cells.append(Cell("shares, 1 of 290, no limits", {"units": 290, "n_treated": 1, "limits": False}, rows="shares"))
    cells.append(Cell("shares, 1 small survey of 290, limits", small, rows="shares"))
    cells.append(Cell("shares, 1 small survey of 290, no limits", small | {"limits": False}, rows="shares"))
    return cells


def survey_panels(
    rng: np.random.Generator, *, units: int, n_treated: int, limits: bool = True, smallest: bool = False
) -> pd.DataFrame:
    """Areas' shares around 25 %, moving together (sd 0.02) and each by itself (autocorrelation 0.5, sd 0.02), asked of a few
    hundred persons with a design effect of 1.3."""
    rows, names = [], tuple(f"{i:04}" for i in range(units))
    periods = pd.period_range(end="2024", periods=8, freq="Y")
    for _ in range(CHUNK):
        own = rng.normal(0, 0.02, (units, 8))
        for year in range(1, 8):
            own[:, year] = 0.5 * own[:, year - 1] + np.sqrt(0.75) * own[:, year]
        true = np.clip(rng.normal(0.25, 0.05, (units, 1)) + rng.normal(0, 0.02, 8) + own, 0.06, 0.9)
        asked = np.clip(rng.lognormal(6, 0.6, units), 100, 5_000)
        order = np.argsort(asked) if smallest else rng.permutation(units)
        treated = order[: units // 10][rng.permutation(max(units // 10, 1))[:n_treated]] if smallest else order[:n_treated]
        error = np.sqrt(1.3 * true * (1 - true) / asked[:, None])
        seen = np.clip(true + error * rng.standard_normal(true.shape), 0, 1)
        row: dict[str, float] = {}
        for tag, effect in (("0", 0.0), (str(EFFECT), SHARE_EFFECT)):
            values = seen.copy()
            values[treated, 6:] += effect
            panel = Panel(names, periods, values, np.ones_like(values), error if limits else None, "share")
            areas = [names[i] for i in treated]
            result = did(Design(panel, outcome="share", kind="share", treated=areas, start="2023"))
            row |= {f"estimate{tag}": result.estimate, f"p{tag}": result.p_value, f"judged{tag}": result.reason is None}
            row |= {f"lower{tag}": result.lower, f"upper{tag}": result.upper}
        rows.append(row)
    return pd.DataFrame(rows)


def judged(cell: Cell, panels: simulate.EffectPanels, rng: np.random.Generator) -> pd.DataFrame:
    """One row per panel: estimate, p-value and limits without effect and with it, and whether there is a verdict."""
    start = panels.start
    before = panels.counts[:, :, :start].sum(axis=2).astype(float)
    treated = panels.treated
    if cell.between:
        low, high = cell.between
        score = np.where((before >= low * start) & (before < high * start), rng.random(before.shape), -1)
        treated = score.argmax(axis=1)[:, None]
    late = panels.counts[:, :, start - 12 : start].sum(axis=2).astype(float)
    eligible = before >= cell.least_a_month * start
    np.put_along_axis(eligible, treated, False, axis=1)
    if cell.pool is not None:
        order = np.argsort(np.where(eligible, rng.random(before.shape), 2), axis=1)
        kept = np.zeros_like(eligible)
        np.put_along_axis(kept, order[:, : cell.pool], True, axis=1)
        eligible &= kept
    found = {}
    for effect in (0, EFFECT):
        counts = panels.counts
        if effect:
            rows = np.arange(CHUNK)[:, None]
            counts = counts.copy()
            counts[rows, treated, start:] = rng.binomial(counts[rows, treated, start:], 1 + effect)
        if cell.rows:
            found |= {f"{k}{effect}": v for k, v in by_rows(cell, dataclasses.replace(panels, counts=counts)).items()}
            continue
        after = counts[:, :, start + cell.phase_in :].sum(axis=2).astype(float)
        history = history_of_counts(late, before - late, eligible) if eligible.sum(axis=1).min() >= FEWEST_COMPARED else None
        growth = growth_of_others(before, after, eligible)
        result = compare_with_placebos(before, after, growth, eligible, treated, history=history)
        values = {"estimate": np.log(np.maximum(result.after, 0.5) / result.expected), "p": result.p_value}
        values |= {"lower": result.lower, "upper": result.upper, "judged": result.expected >= LEAST_EXPECTED}
        found |= {f"{k}{effect}": v for k, v in values.items()}
    return pd.DataFrame(found)


def family(job: tuple[list[tuple[int, Cell]], int]) -> dict[int, pd.DataFrame]:
    """Some panels, judged in every cell that has panels of this kind."""
    cells, chunk = job
    number, first = cells[0]
    rng = np.random.default_rng([SEED, number, chunk])
    if first.rows == "shares":
        return {number: survey_panels(rng, **first.simulated)}
    panels = simulate.effect_panels(rng, CHUNK, **first.simulated)
    return {n: judged(cell, panels, np.random.default_rng([SEED, n, chunk, 1])) for n, cell in cells}


def by_rows(cell: Cell, panels: simulate.EffectPanels) -> dict[str, Floats]:
    """The same through the call that users make."""
    together = {"months": 1, "quarters": 3, "years": 12}[cell.rows]
    counts = panels.counts.reshape(*panels.counts.shape[:2], -1, together).sum(axis=3).astype(float)
    periods = pd.period_range(end="2024-12", periods=panels.counts.shape[2], freq="M")[::together]
    periods = periods.asfreq({1: "M", 3: "Q", 12: "Y"}[together])
    names = tuple(f"{i:04}" for i in range(counts.shape[1]))
    answers = []
    for values, exposure, treated in zip(counts, panels.exposure, panels.treated, strict=True):
        kept = exposure.reshape(len(names), -1, together).sum(axis=2)
        panel = Panel(names, periods, values, kept, None, "events")
        areas = [names[i] for i in treated]
        first = str(periods[panels.start // together])
        result = did(Design(panel, outcome="count", treated=areas, start=first, phase_in=cell.phase_in))
        answers.append([result.estimate, result.p_value, result.lower, result.upper, result.reason is None])
    return dict(zip(("estimate", "p", "lower", "upper", "judged"), np.array(answers).T, strict=True))


def line(cell: Cell, found: pd.DataFrame) -> str:
    share = found["judged0"].astype(bool).mean()
    found = found[found["judged0"].astype(bool)]
    n, truth = len(found), SHARE_EFFECT if cell.rows == "shares" else np.log1p(EFFECT)
    false, power = (found["p0"] < 0.05).mean(), (found[f"p{EFFECT}"] < 0.05).mean()
    cover = [holds(found, tag, true).mean() for tag, true in (("0", 0.0), (str(EFFECT), truth))]
    error = found["estimate0"]
    lower, upper = found["lower0"], found["upper0"]

    def with_error(value: float) -> str:
        return f"{100 * value:.2f} ({100 * np.sqrt(value * (1 - value) / n):.2f})"

    bias = f"{error.mean():+.4f} ({error.std() / np.sqrt(n):.4f})"
    ratio = "" if cell.rows == "shares" else f"{(np.exp(upper) - np.exp(lower)).median():.3f}"
    figures = [*map(with_error, (false, *cover, power)), bias, f"{error.std():.3f}", f"{(upper - lower).median():.3f}", ratio]
    least_false, most_false, least_cover, least_power = cell.targets or (0.0, 0.065, 0.93, 0.0)
    excess = [most_false - false, false - least_false, min(cover) - least_cover, power - least_power]
    rates = (false, false, min(cover), power)
    errors = [e / np.sqrt(max(v * (1 - v), 1e-9) / n) for e, v in zip(excess, rates, strict=True)]
    said = ("met", "at the limit", "missed") if cell.targets else ("holds", "at the limit", "does not hold")
    verdict = said[0] if min(excess) >= 0 else said[1] if min(errors) >= -2 else said[2]
    asked = f"{100 * least_false:.1f}-{100 * most_false:.1f} {100 * least_cover:.0f} {100 * least_power:.0f}"
    shown = " ".join(f"{f:>{w}}" for f, w in zip([*figures, asked], WIDTHS, strict=True))
    return f"{cell.name:38} {n:6} {100 * share:5.0f}%  {shown}  {verdict}"


def holds(found: pd.DataFrame, tag: str, truth: float) -> pd.Series:
    """The interval holds the truth; a limit that is not given is no limit."""
    return ~((found[f"lower{tag}"] > truth) | (found[f"upper{tag}"] < truth))


def main() -> None:
    panels = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    processes = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # each process has one processor
    started = time.perf_counter()
    print(f"{date.today()}, kunskapsbaserat {__version__}, {panels} panels a cell, seed {SEED}")
    versions = f"Python {platform.python_version()}, numpy {np.__version__}, scipy {scipy.__version__}, pandas {pd.__version__}"
    print(f"{versions}, {platform.system()} {platform.machine()}")
    wanted = sys.argv[3] if len(sys.argv) > 3 else ""
    print(f"command: uv run python benchmarks/effect_calibration.py {panels} {processes} {wanted}\n")
    parts = [[cell for cell in part if re.search(wanted, cell.name)] for part in (stated(), further(), surveys())]
    cells = list(enumerate(cell for part in parts for cell in part))
    kinds: dict[str, list[tuple[int, Cell]]] = {}
    for number, cell in cells:
        kinds.setdefault(f"{dict(cell.simulated)} {cell.rows == 'shares'} {bool(cell.rows)}", []).append((number, cell))
    jobs = [
        (members, chunk)
        for members in kinds.values()
        for chunk in range((panels * 2 // 5 if members[0][1].rows else panels) // CHUNK)
    ]
    found: dict[int, list[pd.DataFrame]] = {number: [] for number, _ in cells}
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        for done, answers in enumerate(pool.imap(family, jobs, chunksize=4)):
            for number, answer in answers.items():
                found[number].append(answer)
            if done % 100 == 0:
                print(f"{done} of {len(jobs)}, {time.perf_counter() - started:.0f} s", file=sys.stderr, flush=True)
    heads = ("false alarms", "covers at 0", "covers effect", "finds effect", "bias", "sd", "width", "ratio", "asked for")
    print(f"{'':38} {'panels':>6} {'judged':>6}  " + " ".join(f"{h:>{w}}" for h, w in zip(heads, WIDTHS, strict=True)))
    for number, cell in cells:
        if number in (len(parts[0]), len(parts[0]) + len(parts[1])):
            print()
        print(line(cell, pd.concat(found[number])))
    print(f"\n{time.perf_counter() - started:.0f} seconds on {processes} processes")


if __name__ == "__main__":
    main()
