"""Header rows: which rows are headers, and what they say of each column.

A header row is one whose cells all name the same kind of thing: years, parts of a year, measures, regions or offences.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, replace

from kunskapsbaserat.cells import When, when
from kunskapsbaserat.data.bra import labels

_AXES = {
    "år",
    "period",
    "tid",
    "månad",
    "kvartal",
    "region",
    "område",
    "kommun",
    "län",
    "brottstyp",
    "brott",
    "brottskategori",
    "mått",
    "regioner",
    "brottstyper",
    "tidsperiod",
    "geografi",
    "år/månad",
    "år/kvartal",
}


@dataclass(frozen=True, slots=True)
class Place:
    """What is known of a value so far; each part comes from a heading, from the row's own label or from the column."""

    region: str | None = None
    path: tuple[str, ...] = ()
    year: int | None = None
    part: tuple[str, int] | None = None
    measure: str | None = None
    preliminary: bool = False

    def timed(self, time: When) -> Place:
        return replace(
            self,
            year=time.year or self.year,
            part=(time.part, time.number) if time.part else self.part,
            preliminary=self.preliminary or time.preliminary,
        )


@dataclass(frozen=True)
class Header:
    """The columns with what they are about, those with an unknown name, and the first that is no label column."""

    columns: dict[int, Place]
    unknown: dict[int, str]
    first: int
    rows: tuple[tuple[object, ...], ...]


def header(rows: list[list[object]]) -> Header:
    """What each column of some header rows, read together, is about."""
    start = min(_first_name(row) for row in rows)
    width = max(max((c for c, cell in enumerate(row) if cell is not None), default=0) for row in rows) + 1
    filled: list[list[object]] = []
    for row in reversed(rows):
        filled.insert(0, _filled(row, start, width, filled))
    columns: dict[int, Place] = {}
    unknown: dict[int, str] = {}
    for c in range(start, width):
        place, strange = Place(), None
        for row in filled:
            cell = row[c]
            if cell is None or _is_axis(cell):
                continue
            known = _with(place, cell)
            if known is None:
                strange = str(cell)
            else:
                place = known
        if strange is not None:
            unknown[c] = strange
        elif place != Place():
            columns[c] = place
    return Header(columns, unknown, start, tuple(tuple(r) for r in rows))


def _is_axis(cell: object) -> bool:
    return isinstance(cell, str) and cell.casefold().rstrip(":") in _AXES


def _kind(cell: object) -> str | None:
    if (time := when(cell)) is not None:
        return "time" if time.kind != "year" or isinstance(cell, str) else "number"
    if labels.measure(cell) or _measured_year(cell):
        return "measure"
    if isinstance(cell, str) and labels.region(cell):
        return "region"
    if isinstance(cell, str) and labels.is_known(cell):
        return "offence"
    return None


def _measured_year(cell: object) -> tuple[str, When] | None:
    """A header such as "Antal 2024" or "Antal per 100 000 inv 2025 prel."."""
    found = re.fullmatch(r"(.*\D)\s*((?:19|20)\d\d(?: prel\.?)?)", str(cell)) if isinstance(cell, str) else None
    if found is None:
        return None
    measure, time = labels.measure(found[1].strip(" ,")), when(found[2])
    return (measure, time) if measure and time else None


def header_kind(row: list[object]) -> str | None:
    """What a header row's cells name; None when the row is no header row.

    Cells that name nothing known are let through when most of the row is a header (they are reported as left out).
    """
    cells = [cell for cell in row if cell is not None]
    if not cells:
        return None
    named = [cell for cell in cells if not _is_axis(cell)]
    if not named and (row[0] is None or len(cells) > 1):
        return "axis"
    if row[0] is not None and not _is_axis(row[0]):
        return None
    kinds = [_kind(cell) for cell in named]
    known = {kind for kind in kinds if kind}
    if known == {"number"}:
        return "time" if all(isinstance(cell, (int, float)) for cell in named) else None
    if known == {"number", "time"}:  # Excel has made numbers of the years without a mark: 2024 beside "2025 prel."
        return "time" if None not in kinds else None
    if "number" in known or any(isinstance(cell, (int, float)) for cell in named if _kind(cell) is None):
        return None
    if len(known) == 1 and sum(kind is not None for kind in kinds) * 2 > len(kinds):
        return known.pop()
    return None


def _first_name(row: list[object]) -> int:
    """Where the names begin: words such as "År" or "Region" over the label columns are not among them."""
    named = [c for c, cell in enumerate(row) if cell is not None and not _is_axis(cell)]
    axis = [c for c, cell in enumerate(row) if cell is not None and c > 0]
    return named[0] if named else axis[0] if axis else 1


def _filled(row: list[object], start: int, width: int, below: list[list[object]]) -> list[object]:
    """A merged header cell holds for the columns to its right that the rows below tell apart.

    A row that repeats its names is not merged, and an empty cell in it has lost its name: it stays empty.
    """
    cells = [row[c] if c < len(row) else None for c in range(width)]
    if any(a is not None and a == b for a, b in itertools.pairwise(cells)):
        return cells
    span: set[tuple[object, ...]] = set()
    for c in range(start, width):
        under = tuple(other[c] if c < len(other) else None for other in below)
        if cells[c] is not None:
            span = {under}
        elif c > start and any(cell is not None for cell in under) and under not in span:
            cells[c] = cells[c - 1]
            span.add(under)
    return cells


def _contradicts(before: Place, after: Place) -> bool:
    """A column has one year, one part of it, one measure and one region."""
    pairs = [(getattr(before, name), getattr(after, name)) for name in ("year", "part", "measure", "region")]
    return any(old is not None and old != new for old, new in pairs)


def _with(place: Place, cell: object) -> Place | None:
    """The place with one more header cell; None when the cell says nothing known, or something else than a cell above it."""
    both = _measured_year(cell)
    time, kind = both[::-1] if both else (when(cell), labels.measure(cell))
    text = str(cell)
    region = None if time or kind else text if labels.region(text) else None
    said = place.timed(time) if time else place
    said = replace(said, measure=kind or place.measure, region=region or place.region)
    if _contradicts(place, said):
        return None
    if time or kind or region:
        return said
    if labels.is_known(text):
        return replace(place, path=(*place.path, text))
    return None
