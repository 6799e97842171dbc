"""One cell of a form as the value that its column asks for."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from kunskapsbaserat import cells
from kunskapsbaserat.cells import COORDINATE, FORM, Refused
from kunskapsbaserat.cells.text import refuse_error
from kunskapsbaserat.forms.columns import Column

Reader = Callable[[object, Column], Any]

YEARS = range(1990, 2101)
YES = MappingProxyType({"ja": True, "nej": False})
SYNONYMS = MappingProxyType(
    {
        **dict.fromkeys(("klart", "klara", "färdig", "färdigt", "gjort", "genomförd", "genomfört"), "klar"),
        **dict.fromkeys(("påbörjad", "påbörjat", "startad", "startat", "igång"), "pågår"),
        **dict.fromkeys(("ej påbörjad", "ej startat", "inte startad", "inte påbörjad", "ej påbörjat"), "ej startad"),
        **dict.fromkeys(("avslutad", "avslutat", "nedlagd"), "avslutad utan åtgärd"),
        **dict.fromkeys(("x", "yes"), "ja"),
    }
)
"""What people write instead of what is on a list, and the word on the list."""


def value(cell: object, column: Column, own: Mapping[str, Reader] = MappingProxyType({})) -> Any:
    """The value that a cell of this column stands for; None when it is empty, or says that there is none ("-", "..").

    Parameters
    ----------
    cell : object
        As read by `files`.
    column : Column
        What it should hold.
    own : mapping
        Readers of the kinds that only this workbook has.

    Raises
    ------
    Refused
        It cannot stand there.
    """
    if cells.is_blank(cell):
        return None
    return {**_READERS, **own}[column.kind](cell, column)


def text(cell: object, _: Column) -> str:
    refuse_error(cell, "a text", "text")
    return cells.text_of(cell.isoformat() if isinstance(cell, dt.date) else cell)


def _id(cell: object, column: Column) -> str:
    name = text(cell, column)
    if ";" in name or "," in name:
        raise Refused("bad_id", "an id", "ett id", "går inte att använda som id", "Skriv ett kort id utan komma och semikolon.")
    return name


def _date(cell: object, _: Column) -> dt.date | None:
    return cells.read_date(cell, FORM)


def _number(cell: object, column: Column) -> float | None:
    if cells.read_number(cell, FORM).percent:  # 60 % of what was planned is no 60 visits
        what = ("a number without %", "ett tal utan procent")
        raise Refused("percent", *what, "är en andel, inte ett antal", "Skriv hur många det är.")
    return _level(cell, column)


def _level(cell: object, _: Column) -> float | None:
    """A figure in the unit of its indicator, which may be per cent."""
    number = cells.read_number(cell, FORM).value
    return int(number) if number is not None and number.is_integer() else number


def _coordinate(cell: object, _: Column) -> float | None:
    return cells.read_number(cell, COORDINATE).value


def _kronor(cell: object, column: Column) -> float | None:
    what = ("an amount in kronor", "ett belopp i kronor")
    try:
        amount = _number(cell, column)
    except Refused as refused:
        if refused.code in ("negative", "error_cell", "formula_without_value"):
            raise
        advice = "Skriv hela kronor med bara siffror, till exempel 150000."
        raise Refused("bad_cost", *what, "är inget belopp", advice) from None
    if amount is not None and amount != int(amount):
        raise Refused("bad_cost", *what, "har ören", "Skriv hela kronor, till exempel 150000.")
    return amount


def _whole(cell: object, column: Column) -> int | None:
    number = _number(cell, column)
    if number is not None and number != int(number):
        raise Refused("not_whole", "a whole number", "ett heltal", "är inget heltal")
    return None if number is None else int(number)


def _year(cell: object, column: Column) -> int | None:
    try:
        year = _whole(cell, column)
    except Refused:
        year = -1
    if year is not None and year not in YEARS:
        raise Refused("bad_year", "a year", "ett årtal", "är inget årtal", "Skriv fyra siffror, till exempel 2026.")
    return year


def _choice(cell: object, column: Column) -> Any:
    word = text(cell, column).casefold()
    for said in (word, SYNONYMS.get(word, word)):
        if said in column.choices:
            return column.choices[said]
    raise Refused(
        "bad_choice", "a word on the list", "ett ord ur listan", "går inte att välja", f"Välj {_either(list(column.choices))}."
    )


def _yes(cell: object, _: Column) -> bool | None:
    return cells.read_yes_no(cell, FORM)


def several(cell: object, column: Column) -> tuple[str, ...]:
    """The parts between semicolons."""
    return tuple(part for raw in text(cell, column).split(";") if (part := " ".join(raw.split())))


def _refs(cell: object, column: Column) -> tuple[str, ...]:
    return tuple(part for raw in re.split(r"[;,]", text(cell, column)) if (part := " ".join(raw.split())))


def _either(names: list[str]) -> str:
    return f"{', '.join(names[:-1])} eller {names[-1]}"


_READERS: Mapping[str, Reader] = {
    "id": _id,
    "text": text,
    "date": _date,
    "number": _number,
    "level": _level,
    "coordinate": _coordinate,
    "kronor": _kronor,
    "whole": _whole,
    "year": _year,
    "choice": _choice,
    "yes": _yes,
    "ref": _id,
    "refs": _refs,
    "list": several,
}
