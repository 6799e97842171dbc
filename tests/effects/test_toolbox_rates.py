"""The rates that answers carry are those of the committed calibration, and no claim is made before it is shown to hold."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kunskapsbaserat.effects.toolbox_rates import CELLS, FALSE_ALARMS, SHOWN_TO_HOLD

TEXT = (Path(__file__).parents[2] / "benchmarks" / "synthetic_calibration.txt").read_text(encoding="utf-8")


def measured() -> dict[tuple[str, str], float]:
    """Largest share of panels with p below 0.05 where nothing happened, by method and cell."""
    found: dict[tuple[str, str], float] = {}
    method = cell = ""
    for line in TEXT.splitlines():
        row = re.match(r"^(\w*) +([abcd]?) +(-?[\d.]*) +(-?[\d.]+) +(\d+) +([\d.]+) ", line)
        if not row:
            continue
        method, cell = row[1] or method, row[2] or cell
        if float(row[4]) == 0:
            key = (method, CELLS["abcd".index(cell)])
            found[key] = max(found.get(key, 0.0), float(row[6]))
    return found


def test_rates_are_the_measured():
    rows = measured()
    assert {(m, c): FALSE_ALARMS[m][c] for m in FALSE_ALARMS for c in CELLS} == pytest.approx(rows)


def test_a_method_is_shown_to_hold_by_enough_panels_within_the_band():
    panels = int(re.search(r"(\d+) panels a cell", TEXT)[1])
    for method in SHOWN_TO_HOLD:
        assert panels >= 5_000
        for cell in CELLS:
            assert FALSE_ALARMS[method][cell] <= (0.08 if cell == "after_a_rise" else 0.065)
            assert FALSE_ALARMS[method][cell] >= (0 if cell == "after_a_rise" else 0.035)
