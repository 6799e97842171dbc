"""Simulated panels whose effect is known: what the answers together must satisfy.

A single panel proves nothing: of twenty right intervals one misses. So the panels are counted, and each count is held against
what chance allows at 1 %, whatever the number of panels, their treated units and their effects.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from kunskapsbaserat.effects import Design, EffectResult, did

CHANCE = 0.01


def truth_panels(case: Mapping[str, Any], folder: Path) -> None:
    """Columns ``panel``, ``unit``, ``population`` and one per month (m01, m02, ...); `folder` is the case's own."""
    wide = pd.concat([pd.read_csv(folder / name) for name in case["data_files"]])
    months = [name for name in wide if name[0] == "m" and name[1:].isdigit()]
    rows = wide.melt(["panel", "unit", "population"], months, "month", "count")
    rows["period"] = pd.Period("2019-01", "M") + (rows["month"].str[1:].astype(int) - 1).to_numpy()
    found = [judge(rows[rows["panel"] == expected["panel"]], expected) for expected in case["expected"]]
    true = np.log1p([expected["true_relative_effect"] for expected in case["expected"]])
    estimate, lower, upper = (np.array([getattr(f, name) for f in found]) for name in ("estimate", "lower", "upper"))
    assert all(f.reason is None for f in found), [f.reason for f in found]
    assert not (lower > upper).any()

    covered = int(np.sum(~((lower > true) | (upper < true))))
    assert covered >= stats.binom.ppf(CHANCE, len(found), 0.95), covered

    alarms = [f.p_value < 0.05 for f, effect in zip(found, true, strict=True) if effect == 0]
    assert sum(alarms) <= stats.binom.ppf(1 - CHANCE, len(alarms), 0.05), alarms

    error = 2 * stats.norm.isf(0.025) * (estimate - true) / (upper - lower)
    known = error[np.isfinite(error)]
    assert abs(known.sum()) <= stats.norm.isf(CHANCE / 2) * np.sqrt(len(known)), known.mean()


def judge(rows: pd.DataFrame, expected: Mapping[str, Any]) -> EffectResult:
    start = pd.Period("2019-01", "M") + (expected["first_post_month"] - 1)
    treated = [str(unit) for unit in expected["treated_units"]]
    return did(Design(rows, outcome="count", unit="unit", treated=treated, start=start, exposure="population"))
