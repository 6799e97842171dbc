"""Stadsdelar out of the kommun's own files, in the report."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest
from test_own_folder import SHARED, TOTAL, counts, needs_originals, sol

from fresh import fresh_folder
from kunskapsbaserat.data import folder as folders
from kunskapsbaserat.report.documents.lagesbild.parts_of_kommun import part_table, stadsdel_section
from kunskapsbaserat.report.material import underlag
from kunskapsbaserat.report.page.blocks import Mark, Stacked, Table
from kunskapsbaserat.trends import Change

PARTS = {"Norr": 4000, "Söder": 4100, "Väster": 4200, "Öster": 4300, "Innerstaden": 9000}
YEARS = range(2016, 2026)


def series(level: int, *, rate: bool) -> dict[str, dict[str, float | str | None]]:
    """A part of 40 000 inhabitants, whose offences fell by half in the last two years where `level` is 4 000."""
    found: dict[str, dict[str, float | str | None]] = {}
    for year in YEARS:
        n = level // 2 if year >= 2024 and level == 4000 else level + year % 3
        found[str(year)] = {"rate": round(n / 40_000 * 1e5)} if rate else {"count": n, "rate": round(n / 40_000 * 1e5)}
    return found


@pytest.fixture
def malmo(tmp_path: Path) -> Path:
    made = tmp_path / "malmo"
    fresh_folder(made, "Malmö")
    return made


def test_stadsdelar_stand_beside_each_other_with_verdicts(malmo: Path):
    sol(malmo / "bra" / "delar.csv", {(f"Stadsområde {n} (Malmö)", TOTAL): series(v, rate=False) for n, v in PARTS.items()})
    u = underlag.load(data=malmo)
    section = stadsdel_section(u)
    assert section is not None
    (table,) = [b for b in section.blocks if isinstance(b, Table)]
    assert [row[0] for row in table.rows] == sorted(PARTS)
    by_name = {str(row[0]): row for row in table.rows}
    assert by_name["Norr"][2] == "2\xa0000"
    marks = {name: cell.kind for name, row in by_name.items() for cell in row if isinstance(cell, Mark)}
    assert marks == {name: "minskning" if name == "Norr" else "ingen" for name in PARTS}
    assert "Säkerställt färre" in str(section.blocks[0])
    assert "över" in str(by_name["Innerstaden"][3])
    assert "under" in str(by_name["Norr"][3])
    (released,) = table.released
    assert len(released.frame) == len(PARTS) * len(YEARS)


def test_rates_alone_are_judged_where_another_offence_implies_the_population(malmo: Path):
    drugs = "Brott mot narkotikastrafflagen"
    values = {}
    for name, level in PARTS.items():
        values[f"Stadsområde {name} (Malmö)", TOTAL] = series(level, rate=False)
        values[f"Stadsområde {name} (Malmö)", drugs] = series(level // 4 if level != 4000 else 4000, rate=True)
    sol(malmo / "bra" / "delar.csv", values)
    found = part_table(underlag.load(data=malmo))
    rated = found[(found["offence"] == "narkotika") & (found["name"] == "Norr")]
    assert rated["count"].isna().all()
    assert set(rated["change"]) == {Change.SAKERSTALLD_MINSKNING}


def test_rates_without_any_population_say_so(malmo: Path):
    sol(malmo / "bra" / "delar.csv", {(f"Stadsområde {n} (Malmö)", TOTAL): series(v, rate=True) for n, v in PARTS.items()})
    found = part_table(underlag.load(data=malmo))
    assert set(found["reason"]) == {"no_population"}


def test_no_parts_no_section(malmo: Path):
    assert stadsdel_section(underlag.load("Malmö")) is None
    sol(malmo / "bra" / "annan.csv", {("Stadsdelsområde Bromma (Sthlm)", TOTAL): counts({2024: 50, 2025: 60})})
    assert folders.read(malmo).parts.empty
    assert stadsdel_section(underlag.load(data=malmo)) is None


def test_older_limits_are_not_compared_with_newer(tmp_path: Path):
    made = tmp_path / "sthlm"
    fresh_folder(made, "Stockholm")
    sol(made / "bra" / "bromma.csv", {("Stadsdelsområde Bromma (Sthlm)", TOTAL): series(4000, rate=False)})
    found = part_table(underlag.load(data=made))
    assert set(found["reason"]) == {"series_break"}


@pytest.mark.thorough
@needs_originals
def test_stockholms_originals_reach_the_report(tmp_path: Path):
    made = tmp_path / "sthlm"
    fresh_folder(made, "Stockholm")
    for path in (SHARED / "bra" / "sol_raw").glob("sol_*"):
        shutil.copy(path, made / "bra")
    u = underlag.load(data=made)
    assert u.own is not None
    assert u.own.recalculated_parts >= {"0180:hagersten-alvsjo", "0180:jarva"}
    section = stadsdel_section(u)
    assert section is not None
    (table,) = [b for b in section.blocks if isinstance(b, Table)]
    assert len(table.rows) == 11
    assert table.rows[0][0] == "Bromma"
    rate = table.rows[0][3]
    assert isinstance(rate, Stacked)
    assert (rate.text, rate.small) == ("13\xa0221", "under")
    released = pd.concat([r.frame for r in table.released])
    assert released["offence"].nunique() > 40
    assert u.own.sources == tuple(n for n in u.own.snapshots if "resultat_lan" not in n)
