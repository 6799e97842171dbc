"""What a plan says about itself that cannot all be true."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from plans import plan_of

from kunskapsbaserat.plan import sheets
from kunskapsbaserat.plan.contradictions import contradictions
from kunskapsbaserat.plan.example import example

DAY = date(2026, 11, 22)
CASES = [
    (sheets.ATGARDER, "Å1", {"lage": None}, "not_started_but_done"),
    (sheets.ATGARDER, "Å8", {"lage": None, "start": date(2023, 5, 1), "slut": None}, "not_started_after_start"),
    (sheets.ATGARDER, "Å1", {"start": date(2027, 1, 1), "slut": None}, "started_before_start"),
    (sheets.ATGARDER, "Å1", {"lage": "pågår", "slut": date(2024, 11, 21)}, "under_way_after_end"),
    (sheets.AKTIVITETER, "V1", {"natt": 50, "malgrupp": 20}, "reach_above_group"),
    (sheets.LOFTEN, "L1", {"hallet": "pågår", "till": date(2026, 1, 1)}, "promise_under_way_after_end"),
]


@pytest.mark.parametrize(("sheet", "part", "changes", "code"), CASES, ids=[c[3] for c in CASES])
def test_every_contradiction_is_told_with_its_place(sheet: str, part: str, changes: dict[str, Any], code: str):
    before = {str(f) for f in contradictions(example(), as_of=DAY)}
    (new,) = [f for f in contradictions(plan_of({sheet: {part: changes}}), as_of=DAY) if str(f) not in before]
    assert (new.code, new.sheet, new.level) == (code, sheet, "warning")
    assert new.row
    assert new.svenska.startswith(part)
