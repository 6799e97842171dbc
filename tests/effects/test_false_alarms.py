"""The measured rates that texts print are those of the committed calibrations."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kunskapsbaserat.effects.false_alarms import CELLS, FOUR_COUNTS, ITS

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
NAMES = {
    "wdd/counts": "wdd, one alike",
    "wdd/dispersion": "wdd, one alike, dispersion",
    "ratio/counts": "ratio, one alike",
    "ratio/dispersion": "ratio, one alike, dispersion",
}


def measured(file: str) -> dict[tuple[str, str], float]:
    """By method and cell, from the lines of a calibration."""
    found = {}
    for line in (BENCHMARKS / file).read_text(encoding="utf-8").splitlines():
        row = re.match(r"(\w+) +(-?\d+)%  (\S.*?) +([\d.]+)%", line)
        if row:
            found[row[3], row[1] + "_with_common_fall" * (int(row[2]) < 0)] = float(row[4]) / 100
    return found


@pytest.mark.parametrize("file", ["its_calibration.txt", "wdd_calibration.txt"])
def test_at_least_five_thousand_panels_a_cell(file: str):
    head = (BENCHMARKS / file).read_text(encoding="utf-8").splitlines()[0]
    assert int(re.search(r"(\d+) panels a cell", head)[1]) >= 5000


def test_rates_of_one_series():
    rows = measured("its_calibration.txt")
    assert {(m, c): ITS[m][c] for m in ITS for c in CELLS} == pytest.approx({k: rows[k] for k in rows if k[0] in ITS})
    assert {m for m, _ in rows} - set(ITS) == {"ratio/model"}


def test_rates_of_four_counts():
    rows = measured("wdd_calibration.txt")
    for method, name in NAMES.items():
        for cell in CELLS:
            assert FOUR_COUNTS[method][cell] == pytest.approx(rows[name, cell])


def test_the_default_holds_where_nothing_else_happens():
    """3.5-6.5 % is the band for what is shown first; above it the measured rate has to be said."""
    for cell in ("one_at_random", "one_large"):
        assert 0.035 <= ITS["single/auto"][cell] <= 0.065
        assert 0.035 <= ITS["second/auto"][cell] <= 0.065
        assert 0.035 <= ITS["second/auto"][f"{cell}_with_common_fall"] <= 0.065
    assert ITS["single/auto"]["after_a_rise"] <= 0.08
