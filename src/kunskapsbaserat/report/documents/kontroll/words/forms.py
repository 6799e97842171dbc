"""Words about the workbooks of meetings and of losses."""

from __future__ import annotations

from kunskapsbaserat.findings import MARKS

HEADING = "Möten och förluster"


def meetings(name: str, held: int, matters: int, attended: int) -> list[str]:
    return [f"  {name}: {held} möten, {matters} ärenden, {attended} rader närvaro"]


def losses(name: str, units: int, rows: int) -> list[str]:
    return [f"  {name}: {units} enheter, {rows} rader"]


def unfilled(name: str) -> list[str]:
    return [f"  {name}: inte ifylld än."]


def cannot(name: str, svenska: str) -> list[str]:
    first, *more = svenska.splitlines()
    return [f"  {MARKS['error']} {name}: {first.removeprefix(name).strip()}", *(f"  {line}" for line in more)]
