"""Synthetic control with all placebos of 290 areas and 180 months, beside a published library in the same run.

    OPENBLAS_NUM_THREADS=1 uv run --with diff-diff==3.13.0 python benchmarks/synthetic_speed.py > benchmarks/synthetic_speed.txt

Both fit the outcome in all 168 months before the start, without predictors, and refit for every area as a placebo, from a table
of rows. Theirs: `SyntheticControl(v_method="custom")` with equal importance, then `in_space_placebo`. Ours is the best of a few
runs before and after theirs. All times are of the processor, on one core, so that other work on the machine moves them little.
Takes about three minutes, nearly all of it theirs.
"""

from __future__ import annotations

import os
import platform
import time
import warnings
from collections.abc import Callable

import numpy as np
import pandas as pd

import kunskapsbaserat
from kunskapsbaserat.effects import Design, sdid, synthetic_control
from kunskapsbaserat.effects.simplex import weights_of
from kunskapsbaserat.simulate import effect_panels

AREAS, BEFORE, AFTER, OUTCOMES = 290, 168, 12, 20


def best(call: Callable[[], object], times: int) -> float:
    found = []
    for _ in range(times):
        began = time.process_time()
        call()
        found.append(time.process_time() - began)
    return min(found)


def table(seed: int) -> pd.DataFrame:
    panels = effect_panels(np.random.default_rng(seed), 1, units=AREAS, months_before=BEFORE, months_after=AFTER)
    rows = panels.table()
    return rows.assign(rate=1e5 * rows["count"] / rows["population"])


def ours(rows: pd.DataFrame) -> Design:
    treated = rows.loc[rows["treated"], "area"].unique().tolist()
    start = rows["period"].max() - (AFTER - 1)
    return Design(rows, outcome="rate", treated=treated, start=start, kind="index")


def limit(rows: pd.DataFrame) -> tuple[float, float]:
    """Seconds that no exact method on this machine can do without: reading the table, and the last equations of every area."""
    reading = best(lambda: ours(rows).data, 3)
    series = ours(rows).data.observed[:, :BEFORE]
    series = series - series.mean(axis=0)
    gram = series @ series.T
    found = weights_of(gram, gram, ~np.eye(AREAS, dtype=bool))

    def last() -> None:
        for own, weights in zip(gram, found, strict=True):
            support = np.flatnonzero(weights)
            np.linalg.solve(gram[np.ix_(support, support)] + np.eye(len(support)), own[support])

    return reading, best(last, 3)


def theirs(rows: pd.DataFrame) -> Callable[[], object]:
    import diff_diff

    months = sorted(rows["period"].unique())
    number = {period: i for i, period in enumerate(months)}
    plain = rows.assign(month=rows["period"].map(number))[["area", "month", "rate", "treated"]]
    plain["treat"] = (plain.pop("treated") & (plain["month"] >= BEFORE)).astype(int)

    def run() -> object:
        model = diff_diff.SyntheticControl(v_method="custom", custom_v=np.ones(BEFORE), standardize="none")
        fitted = model.fit(
            plain,
            "rate",
            "treat",
            "area",
            "month",
            post_periods=list(range(BEFORE, BEFORE + AFTER)),
            pre_period_outcomes="all",
        )
        fitted.in_space_placebo()
        return fitted

    return run


def main() -> None:
    warnings.simplefilter("ignore")
    rows = table(1)
    events = Design(
        rows,
        outcome="count",
        treated=rows.loc[rows["treated"], "area"].unique().tolist(),
        start=rows["period"].max() - (AFTER - 1),
    )
    single = best(lambda: synthetic_control(ours(rows)), 3)
    their_run = theirs(rows)
    began = time.process_time()
    fitted = their_run()
    other = time.process_time() - began
    again = best(lambda: synthetic_control(ours(rows)), 3)
    mine = synthetic_control(ours(rows))
    designs = [ours(table(seed)) for seed in range(1, OUTCOMES + 1)]
    began = time.process_time()
    for design in designs:
        synthetic_control(design)
    many = time.process_time() - began
    reading, solving = limit(rows)
    import diff_diff

    print(f"{time.strftime('%Y-%m-%d')}, kunskapsbaserat {kunskapsbaserat.__version__}, diff-diff {diff_diff.__version__},")
    print(
        f"Python {platform.python_version()}, numpy {np.__version__}, load {os.getloadavg()[0]:.0f} on {os.cpu_count()} cores"
    )
    print(f"{AREAS} areas x {BEFORE} + {AFTER} months, one core")
    print(f"effect         ours {mine.estimate:.4f}, theirs {fitted.att:.4f}")
    print(f"pre-MSPE       ours {mine.diagnostics.details['pre_mspe']:.6f}, theirs {fitted.pre_rmspe**2:.6f}")
    print(f"one outcome with all placebos, ours    {min(single, again):9.3f} s (before {single:.3f}, after {again:.3f})")
    print(f"the same, diff-diff                    {other:9.3f} s")
    print(f"ratio                                  {other / min(single, again):9.0f}")
    print(f"ridge (events, the default)            {best(lambda: synthetic_control(events), 2):9.3f} s")
    print(f"sdid (events)                          {best(lambda: sdid(events), 2):9.3f} s")
    print(f"{OUTCOMES} outcomes with all placebos           {many:9.3f} s")
    print(f"limit, an outcome: table to arrays     {reading:9.3f} s")
    print(f"  and one system of equations an area  {solving:9.3f} s (all supports known beforehand)")


if __name__ == "__main__":
    main()
