"""Where a cell stands, and why it cannot be used."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from kunskapsbaserat.errors import TableError, Withheld

_SHOWN = 60  # so much of a cell of a form is repeated to the one who wrote it
_PERSONAL = re.compile(r"\d{6}[-+ ]?\d{4}|@")
_WORDS = re.compile(r"[^\W\d_]{2,}[\s,]+[^\W\d_]{2,}")  # two words may be anybody's name, in whatever letters


class Refused(Exception):
    """A cell that cannot be read.

    Attributes
    ----------
    code : str
        For programs: "not_a_number", "ambiguous", "error_cell" ...
    expected, forvantat : str
        What should have stood there, in English and in Swedish ("a number", "ett tal").
    fel : str
        What is wrong with the cell, as the end of a Swedish sentence: "är inget tal".
    tips : str
        What to do, a Swedish sentence; empty when nothing more can be said.

    Examples
    --------
    >>> from kunskapsbaserat import cells
    >>> try:
    ...     cells.read_number("1.234")
    ... except cells.Refused as refused:
    ...     print(refused.code, refused.sentence("1.234"), sep=": ")
    ambiguous: ”1.234” kan läsas på två sätt. Tecknet kan betyda både tusental och decimal: skriv talet utan det.
    """

    def __init__(self, code: str, expected: str, forvantat: str, fel: str, tips: str = "") -> None:
        super().__init__(f"{code}: expected {expected}")
        self.code, self.expected, self.forvantat, self.fel, self.tips = code, expected, forvantat, fel, tips

    @property
    def advice(self) -> str | None:
        """What is wrong and what to do, for a message that has said what was expected; None when it has said enough."""
        return f"cellen {self.fel}. {self.tips}" if self.tips else None

    def sentence(self, cell: object) -> str:
        """The whole in Swedish, for a cell of a form."""
        text = str(cell)
        shown = text if len(text) <= _SHOWN and not _PERSONAL.search(text) else f"en text på {len(text)} tecken"
        return f"”{shown}” {self.fel}." + (f" {self.tips}" if self.tips else "")


@dataclass(frozen=True)
class Place:
    """Where a cell stands, for the messages.

    Attributes
    ----------
    file : Path
        The file.
    sheet : str
        Its sheet.
    row : int
        As a person sees it in the file.
    column : str
        Its heading or letter.

    Examples
    --------
    >>> from pathlib import Path
    >>> from kunskapsbaserat import cells
    >>> place = cells.Place(Path("uttag.xlsx"), "2024", 7, "Antal")
    >>> print(place.error("a number", "ett tal", "många").svenska)
    uttag.xlsx, blad ”2024”, rad 7, kolumn ”Antal”: väntade ett tal, men där står ”många”.
    """

    file: Path
    sheet: str
    row: int
    column: str

    def error(
        self, expected: str, forvantat: str, got: object = None, *, tips: str | None = None, hint: str | None = None
    ) -> TableError:
        return TableError(
            expected,
            forvantat=forvantat,
            file=self.file,
            sheet=self.sheet,
            row=self.row,
            column=self.column,
            got=got,
            hint=hint,
            tips=tips,
        )

    def refused(self, refused: Refused, cell: object) -> TableError:
        """The error for a cell that a reader has refused."""
        if cell is None:
            return self.error(refused.expected, refused.forvantat, tips=refused.advice or "cellen är tom")
        return self.error(refused.expected, refused.forvantat, short(cell), tips=refused.advice)


def short(cell: object) -> str | Withheld:
    """A cell for a message. Long text, or two words, may hold anything about anybody and is not repeated.

    Parameters
    ----------
    cell : object
        As read by `files`.

    Returns
    -------
    str or Withheld

    Examples
    --------
    >>> from kunskapsbaserat import cells
    >>> cells.short("många"), cells.short("Anna Andersson, Storgatan 1")
    ('många', a text of 27 characters)
    """
    text = str(cell)
    return text if len(text) <= 20 and not _PERSONAL.search(text) and not _WORDS.search(text) else Withheld(len(text))
