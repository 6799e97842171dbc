"""One cell of the plan's workbook as a value, or the Swedish words for what is wrong with it."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from kunskapsbaserat.catalogue import evidens
from kunskapsbaserat.errors import OptionError
from kunskapsbaserat.plan import indicators, sheets
from kunskapsbaserat.plan.sheets import Column, Line

YEARS = range(1990, 2101)
_ISO = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")


class Refused(Exception):
    """A cell that cannot be used: a code, and the Swedish sentence that says what to write instead."""

    def __init__(self, code: str, svenska: str) -> None:
        super().__init__(code)
        self.code, self.svenska = code, svenska


def value(cell: object, column: Column | Line) -> Any:
    """The value that a cell of this column stands for; None when it is empty.

    Raises
    ------
    Refused
        It cannot stand there.
    """
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        return None
    return _PARSERS[column.kind](cell, column)


def _text(cell: object, _: Column | Line) -> str:
    return " ".join(_as_text(cell).split())


def _as_text(cell: object) -> str:
    return cell.isoformat() if isinstance(cell, dt.date) else str(cell)


def _id(cell: object, _: Column | Line) -> str:
    found = _as_text(cell).strip()
    if ";" in found or "," in found:
        raise Refused("bad_id", f"”{found}” går inte att använda som id: skriv ett kort id utan komma och semikolon.")
    return found


def _date(cell: object, _: Column | Line) -> dt.date:
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, dt.date):
        return cell
    if _ISO.fullmatch(_as_text(cell).strip()) and not _in_calendar(_as_text(cell).strip()):
        raise Refused("no_such_date", f"”{cell}” finns inte i kalendern. Skriv till exempel 2026-03-01.")
    what = "ett tal" if isinstance(cell, (int, float)) else "text"
    raise Refused(
        "date_as_text", f"”{cell}” är {what}, inte ett datum. Skriv till exempel 2026-03-01 i en cell med datumformat."
    )


def _in_calendar(text: str) -> bool:
    try:
        return bool(dt.date(*(int(part) for part in text.split("-"))))
    except ValueError:
        return False


def _number(cell: object, _: Column | Line) -> float:
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        if cell < 0:
            raise Refused("negative", f"{cell} är mindre än noll.")
        return cell
    text = re.sub(r"[\s\u00a0\u202f]", "", _as_text(cell))
    if text.isdigit():
        return int(text)
    why = "ett tal skrivet som text" if re.fullmatch(r"\d+[.,]\d+", text) else "inget tal"
    raise Refused("not_a_number", f"”{cell}” är {why}. Skriv bara siffror i cellen, utan ord och enhet.")


def _kronor(cell: object, column: Column | Line) -> float:
    try:
        found = _number(cell, column)
    except Refused as refused:
        if refused.code == "negative":
            raise
        raise Refused(
            "bad_cost", f"”{cell}” är inget belopp. Skriv hela kronor med bara siffror, till exempel 150000."
        ) from None
    if found != int(found):
        raise Refused("bad_cost", f"{str(cell).replace('.', ',')} har ören. Skriv hela kronor, till exempel 150000.")
    return found


def _whole(cell: object, column: Column | Line) -> int:
    found = _number(cell, column)
    if found != int(found):
        raise Refused("not_whole", f"{cell} är inget heltal.")
    return int(found)


def _year(cell: object, column: Column | Line) -> int:
    try:
        found = _whole(cell, column)
    except Refused:
        found = -1
    if found not in YEARS:
        raise Refused("bad_year", f"”{cell}” är inget årtal. Skriv fyra siffror, till exempel 2026.")
    return found


def _choice(cell: object, column: Column | Line) -> Any:
    assert isinstance(column, Column)
    found = column.choices.get(_text(cell, column).casefold())
    if found is None:
        raise Refused("bad_choice", f"”{cell}” går inte att välja. Välj {_either(list(column.choices))}.")
    return found


def _yes(cell: object, column: Column | Line) -> bool:
    text = _text(cell, column).casefold()
    if text not in sheets.YES:
        raise Refused("bad_choice", f"”{cell}” går inte att välja. Välj ja eller nej.")
    return sheets.YES[text]


def _list(cell: object, column: Column | Line) -> tuple[str, ...]:
    return tuple(part for raw in _as_text(cell).split(";") if (part := _text(raw, column)))


def _refs(cell: object, column: Column | Line) -> tuple[str, ...]:
    return tuple(part for raw in re.split(r"[;,]", _as_text(cell)) if (part := _text(raw, column)))


def _indicator(cell: object, column: Column | Line) -> str:
    """The key of a known indicator; what may be the id of an activity is kept and checked when all sheets are read."""
    text = _text(cell, column)
    found = indicators.find(text)
    return found.key if found else text


def _indicators(cell: object, column: Column | Line) -> tuple[str, ...]:
    return tuple(_indicator(part, column) for part in _list(cell, column))


def _evidence(cell: object, column: Column | Line) -> str:
    try:
        return evidens.get(_text(cell, column)).id
    except OptionError:
        raise Refused("unknown_evidence", f"”{cell}” finns inte på bladet Forskning. Välj i listan.") from None


def _either(names: list[str]) -> str:
    return f"{', '.join(names[:-1])} eller {names[-1]}"


_PARSERS = {
    "id": _id,
    "text": _text,
    "date": _date,
    "number": _number,
    "kronor": _kronor,
    "whole": _whole,
    "year": _year,
    "choice": _choice,
    "yes": _yes,
    "ref": _id,
    "refs": _refs,
    "list": _list,
    "indicator": _indicator,
    "indicators": _indicators,
    "evidence": _evidence,
}
