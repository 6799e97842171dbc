"""Words about the walks of a folder."""

from __future__ import annotations

from datetime import date

from kunskapsbaserat.data.walks import Seen
from kunskapsbaserat.findings import MARKS, Finding
from kunskapsbaserat.report.documents.vandring.material import Material, Shown
from kunskapsbaserat.swedish import number

HEADING = "Trygghetsvandringar (vandringar/vandring.xlsx)"
EMPTY = "  Inget ifyllt än."


def cannot(svenska: str) -> list[str]:
    first, *more = svenska.splitlines()
    return [f"  {MARKS['error']} {first}", *(f"  {line}" for line in more)]


def summary(found: Material) -> str:
    return (
        f"  Vandringar: {number(len(found.walks))}. Iakttagelser: {number(len(found.seen))}. Väntar: {number(len(found.open))}. "
        f"Sena: {number(len(found.late))}."
    )


def remark(found: Finding) -> str:
    return f"  {MARKS[found.level]} {found}"


def photo(shown: Shown) -> str:
    return f"  {MARKS['warning']} blad ”{shown.seen.sheet}”, rad {shown.seen.row}: bilden {shown.why_not}"


def late(one: Seen, today: date, *, old: bool) -> str:
    """One line for each action: where it stands, whose it is, and how late."""
    over = (today - one.last_day).days
    how = (
        f"skulle ha varit klar {one.last_day:%Y-%m-%d}, {number(over)} dagar sen"
        if over > 0
        else f"ska vara klar {one.last_day:%Y-%m-%d}"
    )
    aged = f"; {number((today - one.first_day).days)} dagar sedan den sågs första gången" if old else ""
    who = one.responsible or "ansvarig saknas"
    return f"  {MARKS['warning']} blad ”{one.sheet}”, rad {one.row}: {one.id} ({who}) {how}{aged}."
