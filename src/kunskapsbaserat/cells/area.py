"""One cell as an area: a code, a name, or both."""

from __future__ import annotations

import re

from kunskapsbaserat import kommun
from kunskapsbaserat.cells.place import Place, Refused, short
from kunskapsbaserat.cells.text import refuse_error, text_of
from kunskapsbaserat.errors import UnknownKommun

_WHAT = ("a kommun, a län or riket", "en kommun, ett län eller riket")


def read_area(cell: object) -> tuple[str, str]:
    """Code and level of an area written as a code, a name, or "0114 Upplands Väsby" (which must agree).

    The same in every dialect: a code is a code whoever wrote it.

    Parameters
    ----------
    cell : object
        As read by `files`.

    Returns
    -------
    (code, level)
        ("00", "riket"), ("20", "lan") or ("2080", "kommun").

    Raises
    ------
    Refused
        Nothing has that code or name, or code and name are two different areas.

    Examples
    --------
    >>> from kunskapsbaserat import cells
    >>> cells.read_area("Falu kommun"), cells.read_area("20 Dalarnas län"), cells.read_area("00")
    (('2080', 'kommun'), ('20', 'lan'), ('00', 'riket'))
    """
    refuse_error(cell, *_WHAT)
    text = kommun.text_of_code(text_of(cell))
    if isinstance(cell, bool) or not text:
        raise Refused("no_area", *_WHAT, "är inget område")
    if re.fullmatch(r"\d{4}[A-C]\d{4}", text):
        return text, "deso"
    if re.fullmatch(r"\d{4}R\d{3}", text):
        return text, "regso"
    try:
        if both := re.fullmatch(r"(\d{2}|\d{4})[ ,]+(\D.*)", text):
            code, name = _coded(both[1]), kommun.area(both[2])
            if code != name:
                raise Refused(
                    "two_areas", "a code and a name of one area", "en kod och ett namn på samma område", "är två olika områden"
                )
            return code
        return _coded(text) if re.fullmatch(r"[0-9]+", text) else kommun.area(text)
    except LookupError as error:
        advice = error.svenska if isinstance(error, UnknownKommun) else ""
        raise Refused("unknown_area", *_WHAT, "finns inte bland kommuner och län", advice) from error


def area(cell: object, place: Place) -> tuple[str, str]:
    """As `read_area`, for a cell in a file.

    Parameters
    ----------
    cell : object
        As read by `files`.
    place : Place
        Where it stands.

    Returns
    -------
    (code, level)
        As `read_area`.

    Raises
    ------
    TableError
        As `Refused`, with the place.

    Examples
    --------
    >>> from pathlib import Path
    >>> from kunskapsbaserat import cells
    >>> place = cells.Place(Path("uttag.csv"), "2024", 7, "Region")
    >>> cells.area("2080 Falun", place), cells.area("Riket", place)
    (('2080', 'kommun'), ('00', 'riket'))
    """
    try:
        return read_area(cell)
    except Refused as refused:
        got = short(cell)
        raise place.error(refused.expected, refused.forvantat, got, tips=refused.tips or None) from refused


def is_area(cell: object) -> bool:
    """Whether a cell is an area.

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
    >>> cells.is_area("Falun"), cells.is_area("0114"), cells.is_area("Källa: Brå")
    (True, True, False)
    """
    text = re.sub(r"^\d{2,4}[ ,]+(?=\D)", "", text_of(cell))
    if not text[:1].isdigit() and not kommun.is_name(text):
        return False
    try:
        read_area(cell)
    except Refused:
        return False
    return True


def _coded(digits: str) -> tuple[str, str]:
    """ "00" riket, "20" or 1 a län, "0114" or 114 a kommun."""
    if digits in ("00", "0000", "0"):
        return kommun.RIKET, "riket"
    if len(digits) <= 2:
        code = digits.zfill(2)
        if code not in {k.lan_code for k in kommun.all_kommuner()}:
            raise LookupError(digits)
        return code, "lan"
    if len(digits) > 4:  # a number of something else, and no name to be near
        raise LookupError(digits)
    return kommun.get(digits).code, "kommun"
