"""The columns of a workbook to fill in, and which of its rows somebody has filled in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

Rows = Sequence[Sequence[object]]

EXPLANATION = "Förklaring"
EXAMPLE = "EXEMPEL"
"""A row whose first cell begins so is the workbook's own example and is not read."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a sheet.

    `kind` is "id", "text", "date", "number" (how many), "level" (a figure that may be per cent), "coordinate", "kronor",
    "whole", "year", "choice", "yes", "ref" (an id of the sheet `refers`), "refs" or "list" (several, with semicolons), or one
    of the workbook's own kinds ("indicator", "evidence").
    One that came `later` is not missed in a workbook from before.
    """

    head: str
    name: str
    kind: str
    explanation: str
    required: bool = False
    choices: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    refers: str = ""
    example: object = None
    width: int = 22
    later: bool = False


def is_filled(row: Sequence[object]) -> bool:
    """Whether somebody has written in the row: it is not empty, no explanation and not the workbook's own example."""
    if not any(cell is not None for cell in row):
        return False
    first = str(row[0]).strip() if row[0] is not None else ""
    return not first.upper().startswith(EXAMPLE) and first != EXPLANATION


def apart_rows(rows: Rows, head: int) -> list[int]:
    """The rows that are not for anybody to fill in: down to the headings, the explanations and the examples."""
    below = [at for at, row in enumerate(rows[head + 1 :], start=head + 2) if not is_filled(row)]
    return [*range(1, head + 2), *below]


def filled_rows(rows: Rows, head: int) -> Iterator[tuple[int, Sequence[object]]]:
    """The rows below the headings that somebody has filled in, each with its number in Excel."""
    return ((at, row) for at, row in enumerate(rows[head + 1 :], start=head + 2) if is_filled(row))
