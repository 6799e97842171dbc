"""One cell as a number: by stated rules, and refused where two readings are possible."""

from __future__ import annotations

import datetime as dt
import math
import numbers
import re
from dataclasses import dataclass

from kunskapsbaserat.cells.dialect import PUBLISHER, Dialect
from kunskapsbaserat.cells.place import Place, Refused
from kunskapsbaserat.cells.text import is_blank, refuse_error, text_of

_PLAIN = re.compile(r"[+-]?\d+(?:[.,]\d+)?", re.ASCII)
_GROUPED = re.compile(r"[+-]?\d{1,3}(?: \d{3})+(?:[.,]\d+)?", re.ASCII)  # `text_of` has made every space a plain one
_POWER = re.compile(r"[+-]?\d+(?:[.,]\d+)?[eE][+-]?\d+", re.ASCII)
_SEVERAL_GROUPS = re.compile(r"[+-]?\d{1,3}(?:\.\d{3}){2,}|[+-]?\d{1,3}(?:,\d{3}){2,}", re.ASCII)
_HIDDEN = re.compile(r"[<≤]=?\s*\d+|\d+\s*[-–]\s*\d+|[xX]|\*", re.ASCII)
_ABOUT = re.compile(r"(?:ca|cirka|c:a|ungefär|omkring|runt|drygt|knappt|minst|högst|över|under|~|≈)\.?\s*\d.*", re.IGNORECASE)
_UNIT = re.compile(r"(?<=\d)\s*(?:st\.?|stycken|kr\.?|kronor|sek|:-)$", re.IGNORECASE)
_DASHES = {"-", "–", "—", "−"}
_MISSING = {
    **dict.fromkeys(("..", "…", "...", ". .", "na", "n/a", "nan", "null", "saknas", "uppgift saknas"), "not_available"),
    ".": "not_applicable",
}
_WHAT = ("a number", "ett tal")


@dataclass(frozen=True)
class Number:
    """A number or the reason why there is none. Made by `read_number`.

    Attributes
    ----------
    value : float or None
        The number; None when it is missing.
    reason : str or None
        Why it is missing: "empty", "not_available", "not_applicable", "dropout" or "suppressed".
    percent : bool
        Whether the cell itself says "%". The value is then not divided by 100.

    Examples
    --------
    >>> from kunskapsbaserat import cells
    >>> share = cells.read_number("12,5 %")
    >>> share.value, share.percent, cells.read_number("..").reason
    (12.5, True, 'not_available')
    """

    value: float | None
    reason: str | None = None
    percent: bool = False


def read_number(cell: object, dialect: Dialect = PUBLISHER) -> Number:
    """A cell as a number, or as missing with its reason.

    Parameters
    ----------
    cell : object
        As read by `files`.
    dialect : Dialect
        The kind of file it stands in.

    Returns
    -------
    Number
        A missing one has the reason "empty", "not_available" (".."), "not_applicable" ("."), "dropout" ("-") or "suppressed"
        ("<5", "1-4", "x", "*").

    Raises
    ------
    Refused
        The cell is no number, or could be read in two ways.

    Examples
    --------
    >>> from kunskapsbaserat import cells
    >>> cells.read_number("12 454").value, cells.read_number("<5").reason
    (12454.0, 'suppressed')
    >>> cells.read_number("1.234")
    Traceback (most recent call last):
        ...
    kunskapsbaserat.cells.place.Refused: ambiguous: expected a number with ',' as decimal sign
    """
    if is_blank(cell):
        return Number(None, "empty")
    if isinstance(cell, numbers.Real) and not isinstance(cell, bool):
        if math.isnan(cell):
            return Number(None, "not_available")
        return Number(_allowed(float(cell), dialect))
    if isinstance(cell, (dt.date, dt.time)):
        raise Refused(
            "is_date", *_WHAT, "är ett datum", "Excel har gjort om talet till ett datum. Hämta filen på nytt från källan."
        )
    refuse_error(cell, *_WHAT)
    return _of_text(text_of(cell).replace("−", "-"), dialect)


def number(cell: object, place: Place, dialect: Dialect = PUBLISHER) -> Number:
    """As `read_number`, for a cell in a file.

    Parameters
    ----------
    cell : object
        As read by `files`.
    place : Place
        Where it stands.
    dialect : Dialect
        The kind of file it stands in.

    Returns
    -------
    Number
        As `read_number`.

    Raises
    ------
    TableError
        The cell is no number, or could be read in two ways: with its place.

    Examples
    --------
    >>> from pathlib import Path
    >>> from kunskapsbaserat import cells
    >>> place = cells.Place(Path("uttag.csv"), "uttag", 7, "Antal")
    >>> cells.number("12 454", place).value
    12454.0
    >>> cells.number("många", place)
    Traceback (most recent call last):
        ...
    kunskapsbaserat.errors.TableError: uttag.csv, sheet 'uttag', row 7, column 'Antal': expected a number, got 'många'
    """
    try:
        return read_number(cell, dialect)
    except Refused as refused:
        raise place.refused(refused, cell) from None


def is_number(cell: object, dialect: Dialect) -> bool:
    """Whether a cell holds a number; a missing one is none.

    Parameters
    ----------
    cell : object
        As read by `files`.
    dialect : Dialect
        The kind of file it stands in.

    Returns
    -------
    bool

    Examples
    --------
    >>> from kunskapsbaserat import cells
    >>> cells.is_number("12 454", cells.BRA), cells.is_number("..", cells.BRA), cells.is_number("12 st", cells.BRA)
    (True, False, False)
    """
    try:
        return read_number(cell, dialect).value is not None
    except Refused:
        return False


def is_missing(cell: object, dialect: Dialect) -> bool:
    """Whether a cell is empty or one of the marks of a missing figure.

    Parameters
    ----------
    cell : object
        As read by `files`.
    dialect : Dialect
        The kind of file it stands in.

    Returns
    -------
    bool

    Examples
    --------
    >>> from kunskapsbaserat import cells
    >>> [cell for cell in (None, "..", "-", 0, "okänt") if cells.is_missing(cell, cells.BRA)]
    [None, '..', '-']
    """
    try:
        return read_number(cell, dialect).value is None
    except Refused:
        return False


def _of_text(text: str, dialect: Dialect) -> Number:
    if text in _DASHES:
        if dialect.dash is None:
            raise Refused(
                "dash", *_WHAT, "kan betyda noll eller saknas", "Ange i mappningen vad streck betyder: noll eller saknas."
            )
        return Number(0.0) if dialect.dash == "zero" else Number(None, "dropout")
    if text.casefold() in _MISSING:
        return Number(None, _MISSING[text.casefold()])
    if _HIDDEN.fullmatch(text):
        if dialect.hidden:
            return Number(None, "suppressed")
        raise Refused("not_a_number", *_WHAT, "är inget bestämt tal", "Skriv ett tal, eller lämna cellen tom.")
    percent = text.endswith("%")
    bare = text.removesuffix("%").rstrip()
    if dialect.units:
        bare = _UNIT.sub("", bare)
    _refuse_two_readings(bare, dialect)
    if not any(shape.fullmatch(bare) for shape in ((_PLAIN, _GROUPED, _POWER) if dialect.exponent else (_PLAIN, _GROUPED))):
        raise _no_number(bare, dialect)
    return Number(_allowed(float(bare.replace(" ", "").replace(",", ".")), dialect), percent=percent)


def _refuse_two_readings(text: str, dialect: Dialect) -> None:
    if not dialect.groups:
        return
    other = "." if dialect.decimal == "," else ","
    if re.fullmatch(rf"[+-]?[1-9]\d{{0,2}}{re.escape(other)}\d{{3}}", text, re.ASCII) or _SEVERAL_GROUPS.fullmatch(text):
        raise Refused(
            "ambiguous",
            f"a number with {dialect.decimal!r} as decimal sign",
            f"ett tal med ”{dialect.decimal}” som decimaltecken",
            "kan läsas på två sätt",
            "Tecknet kan betyda både tusental och decimal: skriv talet utan det.",
        )


def _no_number(text: str, dialect: Dialect) -> Refused:
    if _ABOUT.fullmatch(text):
        return Refused("approximate", *_WHAT, "är inget bestämt tal", "Skriv bara siffror i cellen, utan ord.")
    if _POWER.fullmatch(text):
        return Refused("power", *_WHAT, "är en potens och visar inte alla siffror", "Skriv ut hela talet.")
    advice = "Skriv bara siffror i cellen, utan ord och enhet." if dialect.units else ""  # nobody rewrites a publisher's file
    return Refused("not_a_number", *_WHAT, "är inget tal", advice)


def _allowed(value: float, dialect: Dialect) -> float:
    if math.isinf(value):
        raise Refused("not_finite", *_WHAT, "är inget ändligt tal")
    if value < 0 and not dialect.negative:
        raise Refused("negative", "a number, 0 or more", "ett tal, noll eller mer", "är mindre än noll")
    return value
