"""What a header says about time: a year, a part of a year, or both at once."""

from __future__ import annotations

import datetime
import functools
import re
from dataclasses import dataclass

import pandas as pd
from babel.dates import get_month_names

_MONTHS = tuple(get_month_names("wide", locale="sv_SE").values())
_YEAR = r"(?P<year>19[5-9]\d|20\d\d)"
_PRELIMINARY = re.compile(r"[\s,;(]*\b(prel|preliminär|preliminärt|preliminära)\b\.?\)?", re.IGNORECASE)
_QUARTER = re.compile(r"(?:kvartal|kvart|kv|k|q)\.?\s*([1-4])|([1-4])\s*(?::[ae]\s*)?(?:kvartalet|kvartal|kv)\.?")
_WHOLE_YEAR = {"helår", "hela året", "helåret", "år totalt", "totalt år", "året"}


@dataclass(frozen=True, slots=True)
class When:
    """A piece of time: `year`, `part` ("Y" whole year, "Q" quarter or "M" month, with `number`), or both."""

    year: int | None = None
    part: str | None = None
    number: int = 1
    preliminary: bool = False

    @property
    def kind(self) -> str:
        """ "year", "part" or "period" (both)."""
        return "period" if self.year and self.part else "year" if self.year else "part"


def when(value: object) -> When | None:
    """The time that a cell names ("2026 prel.", 2021.0, "Kvartal 1", "Jan", "2014K1", "2024-01"); None when it names none."""
    if isinstance(value, datetime.date):
        return When(value.year, "M", value.month)  # Excel reads "jan-24" as a date
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, (int, float)):
        return When(int(value)) if float(value).is_integer() and 1950 <= value <= 2099 else None
    return _when(str(value))


def period(year: int, part: str, number: int = 1) -> pd.Period:
    """The pandas Period of a year, quarter or month."""
    return _period(year, part, number)


@functools.lru_cache(maxsize=4096)
def _period(year: int, part: str, number: int) -> pd.Period:
    if part == "Y":
        return pd.Period(year=year, freq="Y")
    if part == "Q":
        return pd.Period(year=year, quarter=number, freq="Q")
    return pd.Period(year=year, month=number, freq="M")


@functools.lru_cache(maxsize=4096)
def _when(text: str) -> When | None:
    plain = " ".join(text.split())
    preliminary = bool(_PRELIMINARY.search(plain))
    plain = " ".join(_PRELIMINARY.sub(" ", plain).casefold().split()).rstrip("*").strip()
    if found := re.fullmatch(_YEAR + r"(?:\.0)?", plain):
        return When(int(found["year"]), preliminary=preliminary)
    if found := re.fullmatch(_YEAR + r"\s*[-/m]\s*(?P<month>0[1-9]|1[0-2])(?:-01(?:[ t]00:00:00)?)?", plain):
        return When(int(found["year"]), "M", int(found["month"]), preliminary)
    inside = re.search(r"(?<!\d)" + _YEAR + r"(?!\d)", plain)
    rest = (plain[: inside.start()] + " " + plain[inside.end() :]).strip(" -,/") if inside else plain
    part = _part(rest)
    if part is None:
        return None
    return When(int(inside["year"]) if inside else None, *part, preliminary=preliminary)


def _part(plain: str) -> tuple[str, int] | None:
    if plain in _WHOLE_YEAR:
        return "Y", 1
    if found := _QUARTER.fullmatch(plain):
        return "Q", int(next(n for n in found.groups() if n))
    word = plain.rstrip(".")
    if len(word) >= 3 and word.isalpha():
        hits = [i for i, month in enumerate(_MONTHS, start=1) if month.startswith(word) or (word == "sept" and i == 9)]
        if len(hits) == 1:
            return "M", hits[0]
    return None
