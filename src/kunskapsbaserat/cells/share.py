"""One cell as a share between 0 and 1."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from kunskapsbaserat.cells.dialect import PUBLISHER, Dialect
from kunskapsbaserat.cells.number import Number, read_number
from kunskapsbaserat.cells.place import Refused

_TOLERANCE = 1e-9
Unit = Literal["procent", "andel"]


def read_share(cell: object, dialect: Dialect = PUBLISHER, *, unit: Unit | None = None) -> Number:
    """A cell as a share, or as missing with its reason.

    Parameters
    ----------
    cell, dialect
        As in `read_number`.
    unit : {"procent", "andel"}, optional
        Which of 12,5 and 0,125 the column means. Without it only a cell that says "%" can be read.

    Raises
    ------
    Refused
        It is no number, lies outside what the unit allows, or could be either.
    """
    number = read_number(cell, dialect)
    if number.value is None:
        return number
    if number.percent and unit == "andel":
        raise Refused("percent", "a share without %", "en andel utan %-tecken", "är procent", "Skriv enhet ”procent”.")
    if not number.percent and unit is None:
        raise Refused(
            "ambiguous",
            "a share with its unit",
            "en andel med sin enhet",
            "kan vara procent eller andel",
            "Skriv ”%” efter talet.",
        )
    highest = 1 if unit == "andel" else 100
    if not -_TOLERANCE <= number.value <= highest + _TOLERANCE:
        raise Refused("outside", f"a share of at most {highest}", f"en andel på högst {highest}", "ligger utanför det möjliga")
    return replace(number, value=number.value / highest)
