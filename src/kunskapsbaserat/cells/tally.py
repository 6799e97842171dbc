"""That no row of a table vanishes: each is counted in, and has to be counted out again before the table is used."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from kunskapsbaserat.cells.text import is_blank
from kunskapsbaserat.errors import RowsLost


class Tally:
    """The rows of a sheet that hold anything, until a reader has said what became of each.

    A row becomes values (missing ones with their reason too), a finding, a heading or a note, or is left out in a number
    that is said. A reader that goes past a row in any other way has a fault, and `settle` tells it.

    Examples
    --------
    >>> from kunskapsbaserat import cells
    >>> tally = cells.Tally("uttag.csv", "uttag", [["År", "Antal"], ["2024", "7"], [None, " "], ["Källa: Brå", None]])
    >>> tally.take("heading", 1)
    >>> tally.take("values", 2)
    >>> tally.left
    (4,)
    >>> tally.take("note", 4)
    >>> tally.settle()
    """

    def __init__(self, path: str | Path, sheet: str, rows: Iterable[Sequence[object]], *, first: int = 1) -> None:
        self._path, self._sheet = path, sheet
        self._left = {number for number, row in enumerate(rows, start=first) if not all(map(is_blank, row))}
        self.ways: dict[str, int] = {}

    @classmethod
    def of(cls, path: str | Path, sheet: str, numbers: Iterable[int]) -> Tally:
        """The tally of rows that are known by their numbers alone."""
        tally = cls(path, sheet, ())
        tally._left = {int(number) for number in numbers}
        return tally

    def take(self, way: str, *rows: int) -> None:
        """Say what became of rows, by their numbers in Excel: "values", "heading", "note", "left_out" or "finding"."""
        taken = self._left & set(rows)
        self._left -= taken
        self.ways[way] = self.ways.get(way, 0) + len(taken)

    @property
    def left(self) -> tuple[int, ...]:
        """The rows of which nothing has been said."""
        return tuple(sorted(self._left))

    def settle(self) -> None:
        """Nothing of a table is used before every row of it is accounted for.

        Raises
        ------
        RowsLost
            Rows are left.
        """
        if self._left:
            raise RowsLost(self._path, self._sheet, self.left)
