"""A new workbook for a school in a kommun's folder, and the invented schools to try with."""

from __future__ import annotations

from pathlib import Path

from kunskapsbaserat.data import school as schools
from kunskapsbaserat.data.school.folder import SURVEYS
from kunskapsbaserat.data.school.template import YEARS
from kunskapsbaserat.errors import FileError
from kunskapsbaserat.report.documents.skola import example


def school(folder: Path, name: str, year: int | None = None) -> list[Path]:
    """Write a school's workbook; one that exists is never touched.

    Parameters
    ----------
    folder : Path
        The kommun's.
    name : str
        The school's.
    year : int, optional
        Of the workbook, where the school has one of another year already.

    Raises
    ------
    OptionError, FileError, FileLocked
        There is no such name or year, the workbook is there already, or the folder may not be written.
    """
    first = schools.path_in(folder, name)
    path = first if year is None or not first.exists() else first.with_name(f"skola-{year}.xlsx")
    if year is not None and year not in YEARS:
        told = "går inte att skriva: skriv året med fyra siffror, till exempel 2027."
        raise FileError("bad_year", path, f"is for no year: {year}", told)
    if not schools.write_new(path, name, year):
        raise FileError(
            "exists",
            path,
            "is there already and is not touched",
            "finns redan och skrivs inte över. Fyll i den, eller ange ett nytt år med --ar.",
        )
    (path.parent / SURVEYS).mkdir(exist_ok=True)
    return [path]


def examples(folder: Path) -> list[Path]:
    """Write the invented schools."""
    return example.write(folder)
