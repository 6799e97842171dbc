"""Words about the workbooks of meetings and of losses."""

from __future__ import annotations

from kunskapsbaserat.findings import MARKS
from kunskapsbaserat.report.documents.kontroll.words.folder import several

HEADING = "Möten och förluster"


def meetings(name: str, held: int, matters: int, attended: int) -> list[str]:
    return [
        f"  {name}: {several(held, 'möte', 'möten')}, {several(matters, 'ärende', 'ärenden')}, "
        f"{several(attended, 'rad', 'rader')} närvaro"
    ]


def losses(name: str, units: int, rows: int) -> list[str]:
    return [f"  {name}: {several(units, 'enhet', 'enheter')}, {several(rows, 'rad', 'rader')}"]


def unfilled(name: str) -> list[str]:
    return [f"  {name}: inte ifylld än."]


def cannot(name: str, svenska: str) -> list[str]:
    first, *more = svenska.splitlines()
    return [f"  {MARKS['error']} {name}: {first.removeprefix(name).strip()}", *(f"  {line}" for line in more)]
