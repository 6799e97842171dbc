"""The rows of a sheet by its columns: the headings are found, in any order, and every cell that cannot be used is said."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kunskapsbaserat.cells import Refused, text_of
from kunskapsbaserat.forms.columns import Column, Rows

HEADS_WITHIN = 6  # the row of headings is one of the first


@dataclass(frozen=True, slots=True)
class Misplaced:
    """A heading that is unknown ("unknown_column"), stands twice ("doubled_column") or is not there ("missing_column")."""

    code: str
    head: str
    at: int | None = None
    near: str = ""

    @property
    def svenska(self) -> str:
        """What is wrong and what to do."""
        if self.code == "doubled_column":
            return f"kolumnen ”{self.head}” står två gånger."
        if self.code == "missing_column":
            return f"kolumnen ”{self.head}” saknas. Lägg tillbaka den."
        return f"kolumnen ”{self.head}” hör inte till bladet." + (
            f" Menade du ”{self.near}”?" if self.near else " Ta bort den."
        )


@dataclass(frozen=True, slots=True)
class CellFault:
    """A cell that cannot be used; `refused` is None where it should have been filled in."""

    column: Column
    at: int
    cell: object
    refused: Refused | None


def head_row(rows: Rows, first: str) -> int | None:
    """Index of the row whose first cell is the first heading."""
    for at, row in enumerate(rows[:HEADS_WITHIN]):
        if row and isinstance(row[0], str) and row[0].strip().casefold() == first.casefold():
            return at
    return None


def places(columns: Sequence[Column], heads: Sequence[object]) -> tuple[dict[str, int], list[Misplaced]]:
    """Where each column stands, by its heading. What is wrong with one does not hide the others."""
    known = {column.head.casefold(): column.name for column in columns}
    found: dict[str, int] = {}
    wrong = []
    for at, cell in enumerate(heads):
        if cell is None:
            continue
        head = text_of(cell)
        field = known.get(head.casefold())
        if field is None:
            near = difflib.get_close_matches(head, [c.head for c in columns], n=1, cutoff=0.5)
            wrong.append(Misplaced("unknown_column", head, at, near[0] if near else ""))
        elif field in found:
            wrong.append(Misplaced("doubled_column", head, at))
        else:
            found[field] = at
    wrong += [Misplaced("missing_column", column.head) for column in columns if column.name not in found and not column.later]
    return found, wrong


def read_row(
    columns: Sequence[Column],
    at: Mapping[str, int],
    row: Sequence[object],
    value: Callable[[object, Column], Any],
) -> tuple[dict[str, Any], list[CellFault]]:
    """The values of a row by column name, without those that are missing, and the cells that cannot be used.

    Parameters
    ----------
    columns : sequence of Column
        Those of the sheet; one without a place is left out.
    at : mapping
        Where each stands, as `places` gives it.
    row : sequence
        Its cells.
    value : callable
        Reads one cell, and raises `Refused`.
    """
    values: dict[str, Any] = {}
    faults = []
    for column in columns:
        if column.name not in at:
            continue
        place = at[column.name]
        cell = row[place] if place < len(row) else None
        try:
            said = value(cell, column)
        except Refused as refused:
            faults.append(CellFault(column, place, cell, refused))
            continue
        if said is not None:
            values[column.name] = said
        elif column.required:
            faults.append(CellFault(column, place, cell, None))
    return values, faults


@dataclass(frozen=True, slots=True)
class Dangling:
    """A reference to an id that does not stand on the sheet it refers to; `known` are those that do."""

    sheet: str
    column: Column
    row: Any
    ref: str
    known: frozenset[str]


def dangling(
    sheets: Mapping[str, Sequence[Column]], rows: Mapping[str, Sequence[Any]], *, unread: Sequence[str] | frozenset[str] = ()
) -> Iterator[Dangling]:
    """The references that lead nowhere.

    Parameters
    ----------
    sheets : mapping of sheet to columns
        The id of a row is its first column.
    rows : mapping of sheet to rows
        Objects with an attribute for each column.
    unread : collection of sheet names
        Sheets that could not be read: what is said to stand there is believed.
    """
    known = {
        sheet: frozenset(key for row in found if (key := getattr(row, sheets[sheet][0].name)) is not None)
        for sheet, found in rows.items()
    }
    for sheet, found in rows.items():
        for column in sheets[sheet]:
            if not column.refers or column.refers in unread:
                continue
            there = known.get(column.refers, frozenset())
            for row in found:
                named = getattr(row, column.name)
                for ref in [named] if isinstance(named, str) else named or ():
                    if ref not in there:
                        yield Dangling(sheet, column, row, ref, there)
