"""Words about the schools of a folder."""

from __future__ import annotations

from kunskapsbaserat.data.school import School
from kunskapsbaserat.findings import MARKS

HEADING = "Skolor"


def about(school: School) -> list[str]:
    """Which years there are, and what a person should know of the files."""
    years = ", ".join(str(year.year) for year in school.years)
    return [f"  {school.name}: {years}", *(f"    {MARKS[remark.level]} {remark}" for remark in school.remarks)]


def cannot(name: str, svenska: str) -> list[str]:
    first, *more = svenska.splitlines()
    return [f"  {MARKS['error']} {name}: {first}", *(f"  {line}" for line in more)]


def unfilled(name: str) -> str:
    return f"  {name}: inte ifylld än."
