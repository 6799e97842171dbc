"""One thing that a person should know about what was read: how serious it is, where it stands, and what to do."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Level = Literal["error", "warning", "info"]
MARKS: dict[str, str] = {"error": "FEL", "warning": "OBS", "info": "-"}
"""What each level is called in every command, in order: with a fel nothing is used, with a varning all but what it names, and
an upplysning changes nothing."""

_LETTERS = re.compile(r"[A-Z]{1,3}(, [A-Z]{1,3})*")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something found in a file, in a workbook or between files.

    Attributes
    ----------
    level : {"error", "warning", "info"}
        Fel, varning or upplysning; see `MARKS`.
    code : str
        For programs.
    svenska : str
        The whole sentence for a person, without the place. Never what stood in a cell that may be about a person.
    file, sheet, row, column
        The place as a person sees it: `row` as Excel counts, `column` the heading, or Excel's letter where there is none.
    expected : str, optional
        What should have been there, in Swedish.
    more_rows : tuple of int
        The next rows with the same finding; `count` is how many there are in all.

    Examples
    --------
    >>> from kunskapsbaserat.findings import Finding
    >>> found = Finding("error", "no_number", "Cellen är inget tal.", file="plan.xlsx", sheet="Mål", row=4, column="Målvärde")
    >>> print(found)
    plan.xlsx, blad ”Mål”, rad 4, kolumn ”Målvärde”: Cellen är inget tal.
    >>> found.where
    'blad ”Mål”, rad 4, kolumn ”Målvärde”'
    """

    level: Level
    code: str
    svenska: str
    file: str = ""
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    expected: str | None = None
    more_rows: tuple[int, ...] = ()
    count: int = 1

    def __post_init__(self) -> None:
        if self.level not in MARKS:
            raise ValueError(f"level {self.level!r} is none of {', '.join(MARKS)}")

    @property
    def rows(self) -> tuple[int, ...]:
        """The rows that are shown."""
        return () if self.row is None else (self.row, *self.more_rows)

    @property
    def where(self) -> str:
        """The place in Swedish, without the file."""
        parts = [f"blad ”{self.sheet}”"] if self.sheet else []
        if self.rows:
            more = f" och {self.count - len(self.rows)} till" if self.count > len(self.rows) else ""
            parts.append(f"rad {', '.join(map(str, self.rows))}{more}")
        if self.column:
            parts.append(f"kolumn {self.column}" if _LETTERS.fullmatch(self.column) else f"kolumn ”{self.column}”")
        return ", ".join(parts)

    def __str__(self) -> str:
        place = ", ".join(part for part in (self.file, self.where) if part)
        expected = f" Väntade {self.expected}." if self.expected else ""
        return f"{place}: {self.svenska}{expected}" if place else f"{self.svenska}{expected}"
