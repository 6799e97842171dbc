"""The text of a cell, and the cells that hold no text of their own: errors of Excel's and formulas that were never computed."""

from __future__ import annotations

import numbers
import re
import unicodedata

from kunskapsbaserat.cells.place import Refused

UNCALCULATED = "#FORMEL_UTAN_VÄRDE!"
"""Stands in a cell whose formula has no stored result: the file was written by a program and never opened in Excel."""

_ERROR = re.compile(r"#(?:[A-ZÅÄÖ][A-ZÅÄÖ0-9/_]*[!?]|N/A|GETTING_DATA|#{2,})")
_GUARDED = re.compile(r"=\"([^\"]*)\"|'([^']+)'?")


def text_of(cell: object) -> str:
    """A cell as text: composed letters, single spaces, whole floats without ".0", and without Excel's marks of text.

    ``="0114"`` and ``'0114`` are how codes are kept from losing their first zero.

    Parameters
    ----------
    cell : object
        As read by `files`.

    Returns
    -------
    str

    Examples
    --------
    >>> from kunskapsbaserat import cells
    >>> cells.text_of(2026.0), cells.text_of('="0114"'), cells.text_of("  Upplands   Väsby ")
    ('2026', '0114', 'Upplands Väsby')
    """
    if cell is None:
        return ""
    if isinstance(cell, numbers.Real) and not isinstance(cell, (bool, numbers.Integral)) and float(cell).is_integer():
        cell = int(float(cell))
    text = " ".join(unicodedata.normalize("NFC", str(cell)).split())
    guarded = _GUARDED.fullmatch(text)
    return " ".join((guarded[1] if guarded[1] is not None else guarded[2]).split()) if guarded else text


def is_blank(cell: object) -> bool:
    """Whether nothing is to be seen in the cell.

    Parameters
    ----------
    cell : object
        As read by `files`.

    Returns
    -------
    bool

    Examples
    --------
    >>> from kunskapsbaserat import cells
    >>> cells.is_blank(None), cells.is_blank("  "), cells.is_blank(0)
    (True, True, False)
    """
    return cell is None or (isinstance(cell, str) and not cell.strip())


def is_error(cell: object) -> bool:
    """Whether the cell shows an error of Excel's ("#REF!", "#SAKNAS!") or a formula without a stored result.

    Parameters
    ----------
    cell : object
        As read by `files`.

    Returns
    -------
    bool

    Examples
    --------
    >>> from kunskapsbaserat import cells
    >>> cells.is_error("#REF!"), cells.is_error("#SAKNAS!"), cells.is_error("#1 i länet")
    (True, True, False)
    """
    return isinstance(cell, str) and bool(_ERROR.fullmatch(cell.strip()))


def refuse_error(cell: object, expected: str, forvantat: str) -> None:
    """No error of Excel's is a value, whatever was asked for.

    Raises
    ------
    Refused
        The cell is one.
    """
    if not is_error(cell):
        return
    if str(cell).strip() == UNCALCULATED:
        raise Refused(
            "formula_without_value",
            expected,
            forvantat,
            "är en formel utan sparat värde",
            "Öppna filen i Excel, spara den och försök igen.",
        )
    raise Refused("error_cell", expected, forvantat, "är ett fel i Excel", "Rätta formeln i cellen, eller skriv värdet.")
