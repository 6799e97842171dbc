"""The rates that answers carry are those of the committed calibration, and no claim is made beyond what it shows to hold."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from panels import design

from kunskapsbaserat.effects import Design, sdid, synthetic_control
from kunskapsbaserat.effects.toolbox_rates import CELLS, FALSE_ALARMS, FEWEST_COMPARED, MONTHS_BEFORE, shown_to_hold

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
TEXTS = [(BENCHMARKS / f"synthetic_calibration{few}.txt").read_text(encoding="utf-8") for few in ("", "_few")]
STATED, BANDS = CELLS[:4], {"after_a_rise": (0.0, 0.08)}


def measured() -> dict[tuple[str, str], float]:
    """Largest share of panels with p below 0.05 where nothing happened, by method and cell."""
    found: dict[tuple[str, str], float] = {}
    method = cell = ""
    for line in "\n".join(TEXTS).splitlines():
        row = re.match(r"^(\w*) +([a-h]?) +(-?[\d.]*) +(-?[\d.]+) +(\d+) +([\d.]+) ", line)
        if not row:
            continue
        method, cell = row[1] or method, row[2] or cell
        if float(row[4]) == 0:
            key = (method, CELLS["abcdefgh".index(cell)])
            found[key] = max(found.get(key, 0.0), float(row[6]))
    return found


def test_rates_are_the_measured():
    assert {(m, c): FALSE_ALARMS[m][c] for m in FALSE_ALARMS for c in CELLS} == pytest.approx(measured())


@pytest.mark.parametrize("method", FEWEST_COMPARED)
def test_a_method_is_shown_to_hold_by_enough_panels_within_the_band(method: str):
    assert int(re.search(r"(\d+) panels a cell", TEXTS[0])[1]) >= 5_000
    rates = FALSE_ALARMS[method]
    assert all(BANDS.get(c, (0.035, 0.065))[0] <= rates[c] <= BANDS.get(c, (0.035, 0.065))[1] for c in STATED)
    one, several = FEWEST_COMPARED[method]
    few = {"one_of_40": (39, one), "five_of_40": (35, several), "five_of_60": (55, several), "five_of_100": (95, several)}
    assert all(rates[cell] <= 0.065 for cell, (areas, fewest) in few.items() if areas >= fewest)


@pytest.mark.parametrize("method", FEWEST_COMPARED)
def test_what_was_not_measured_is_not_shown_to_hold(method: str):
    measured = {"treated": 5, "compared": 220, "months_before": MONTHS_BEFORE, "months_per_period": 1}
    assert shown_to_hold(method, **measured)
    for other in (
        {"treated": 6},
        {"compared": FEWEST_COMPARED[method][1] - 1},
        {"months_before": 59},
        {"months_per_period": 3},
    ):
        assert not shown_to_hold(method, **(measured | other))
    assert not shown_to_hold("synthetic_count", **measured)


def first(of: Design, units: int) -> Design:
    """On the treated and the first of the others."""
    kept = np.unique(np.concatenate([of.rows, np.arange(units)]))
    data = of.data
    names = tuple(data.units[i] for i in kept)
    panel = replace(data, units=names, observed=data.observed[kept], exposure=data.exposure[kept])
    return replace(of, panel=panel)


def test_answers_outside_what_was_measured_carry_the_rates():
    of = design(5, n_treated=3, choice="large")
    for found in (synthetic_control(of), sdid(of)):
        assert found.failed_checks == ()
        assert "false_alarms" not in found.diagnostics.details
    outside = (synthetic_control(of, ridge=0.0), synthetic_control(of, intercept=False), sdid(of, least_a_month=1.0))
    for found in (*outside, sdid(first(of, 60)), synthetic_control(of, fit_from="2021-01")):
        assert found.failed_checks == ("not_calibrated",)
        assert found.diagnostics.details["false_alarms"] == dict(FALSE_ALARMS[found.method])
