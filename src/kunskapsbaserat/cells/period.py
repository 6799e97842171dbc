"""One cell as a piece of time: a year, a part of a year, or both at once; and as one period of a given length."""

from __future__ import annotations

import calendar
import datetime as dt
import functools
import numbers
import re
from dataclasses import dataclass

import pandas as pd
from babel.dates import get_month_names

from kunskapsbaserat.cells.dialect import BRA, PUBLISHER, Dialect
from kunskapsbaserat.cells.place import Place, Refused
from kunskapsbaserat.cells.text import refuse_error, text_of

MONTHS = tuple(get_month_names("wide", locale="sv_SE").values())
_YEAR = r"(?P<year>19[5-9]\d|20\d\d)"
_YEARS = range(1950, 2100)
_SERIALS = range(20_000, 73_051)  # Excel's numbers of the days from 1954 to 2099
_PRELIMINARY = re.compile(r"[\s,;(]*\b(prel|preliminär|preliminärt|preliminära)\b\.?\)?", re.IGNORECASE)
_QUARTER = re.compile(r"(?:kvartal|kvart|kv|k|q)\.?\s*([1-4])|([1-4])\s*(?::[ae]\s*)?(?:kvartalet|kvartal|kv)\.?", re.ASCII)
_SHORT_YEAR = re.compile(r"([a-zåäö]{3,9})\.?[-'](\d\d)", re.ASCII)  # "jan-26", as Excel shows a month
_WHOLE_YEAR = {"helår", "hela året", "helåret", "år totalt", "totalt år", "året"}
_NAMES = {"Y": ("a year", "ett år"), "Q": ("a quarter", "ett kvartal"), "M": ("a month", "en månad")}


@dataclass(frozen=True, slots=True)
class When:
    """A piece of time: a year, a part of a year, or both. Made by `when`.

    Attributes
    ----------
    year : int or None
        The year.
    part : {"Y", "Q", "M"} or None
        Whole year, quarter or month.
    number : int
        Of the quarter or month.
    preliminary : bool
        Whether the cell says so.
    kind : {"year", "part", "period"}
        What is known; "period" is both.

    Examples
    --------
    >>> from kunskapsbaserat import cells
    >>> heading, row = cells.when("2026 prel."), cells.when("Kvartal 2")
    >>> heading.kind, heading.preliminary, row.kind, row.part, row.number
    ('year', True, 'part', 'Q', 2)
    """

    year: int | None = None
    part: str | None = None
    number: int = 1
    preliminary: bool = False

    @property
    def kind(self) -> str:
        """ "year", "part" or "period" (both)."""
        return "period" if self.year and self.part else "year" if self.year else "part"


def when(cell: object, dialect: Dialect = BRA) -> When | None:
    """The time that a cell names ("2026 prel.", 2021.0, "Kvartal 1", "Jan", "2014K1", "2024-01"); None when it names none.

    Parameters
    ----------
    cell : object
        As read by `files`.
    dialect : Dialect
        The kind of file it stands in.

    Returns
    -------
    When or None

    Examples
    --------
    >>> from kunskapsbaserat import cells
    >>> cells.when("2014K1")
    When(year=2014, part='Q', number=1, preliminary=False)
    >>> cells.when("Jan").kind, cells.when("Antal")
    ('part', None)
    """
    if isinstance(cell, dt.date):
        return When(cell.year, "M", cell.month)  # Excel reads "jan-24" as a date
    if isinstance(cell, bool) or cell is None:
        return None
    if isinstance(cell, numbers.Real):
        return When(int(float(cell))) if float(cell) in _YEARS else None
    return _when(text_of(cell), dialect.day_in_month)


def read_period(cell: object, frequency: str, dialect: Dialect = PUBLISHER) -> pd.Period:
    """A year ("Y"), quarter ("Q") or month ("M") in the spellings of the publishers and of Excel.

    Parameters
    ----------
    cell : object
        As read by `files`.
    frequency : {"Y", "Q", "M"}
        Length of the period.
    dialect : Dialect
        The kind of file it stands in.

    Returns
    -------
    Period

    Raises
    ------
    Refused
        It is no period of that length.

    Examples
    --------
    >>> from kunskapsbaserat import cells
    >>> str(cells.read_period("2026 prel.", "Y")), str(cells.read_period("2026K2", "Q"))
    ('2026', '2026Q2')
    >>> str(cells.read_period("jan 2026", "M"))
    '2026-01'
    """
    refuse_error(cell, *_NAMES[frequency])
    time = when(cell, dialect)
    if time is not None and time.year is not None:
        part = time.part or "Y"
        if part == frequency and not (frequency == "Y" and isinstance(cell, dt.date)):
            return period_of(time.year, part, time.number)
    advice = "Talet kan vara ett datum i Excel: visa cellen som datum." if _may_be_serial(cell) else ""
    raise Refused("no_period", *_NAMES[frequency], f"är inte {_NAMES[frequency][1]}", advice)


def period(cell: object, place: Place, frequency: str, dialect: Dialect = PUBLISHER) -> pd.Period:
    """As `read_period`, for a cell in a file.

    Parameters
    ----------
    cell : object
        As read by `files`.
    place : Place
        Where it stands.
    frequency : {"Y", "Q", "M"}
        Length of the period.
    dialect : Dialect
        The kind of file it stands in.

    Returns
    -------
    Period
        As `read_period`.

    Raises
    ------
    TableError
        It is no period of that length: with its place.

    Examples
    --------
    >>> from pathlib import Path
    >>> from kunskapsbaserat import cells
    >>> place = cells.Place(Path("uttag.csv"), "uttag", 7, "Period")
    >>> str(cells.period("Kvartal 2 2026", place, "Q"))
    '2026Q2'
    >>> cells.period("2026", place, "Q")
    Traceback (most recent call last):
        ...
    kunskapsbaserat.errors.TableError: uttag.csv, sheet 'uttag', row 7, column 'Period': expected a quarter, got '2026'
    """
    try:
        return read_period(cell, frequency, dialect)
    except Refused as refused:
        raise place.refused(refused, cell) from None


def is_period(cell: object, frequency: str, dialect: Dialect = PUBLISHER) -> bool:
    """Whether a cell or a heading is a year, quarter or month.

    Parameters
    ----------
    cell : object
        As read by `files`.
    frequency : {"Y", "Q", "M"}
        Length of the period.
    dialect : Dialect
        The kind of file it stands in.

    Returns
    -------
    bool

    Examples
    --------
    >>> from kunskapsbaserat import cells
    >>> cells.is_period("2026K2", "Q"), cells.is_period("2026", "Q"), cells.is_period("Antal", "Y")
    (True, False, False)
    """
    try:
        read_period(cell, frequency, dialect)
    except Refused:
        return False
    return True


def years(cell: object, place: Place) -> tuple[int, int]:
    """First and last year of "2025", "2023-2024", "2023/24" or "2025 prel.".

    Parameters
    ----------
    cell : object
        As read by `files`.
    place : Place
        Where it stands.

    Returns
    -------
    (int, int)
        First and last year; the same for one year.

    Raises
    ------
    TableError
        It is none of these, or the last is before the first.

    Examples
    --------
    >>> from pathlib import Path
    >>> from kunskapsbaserat import cells
    >>> place = cells.Place(Path("ntu.csv"), "ntu", 7, "År")
    >>> cells.years("2023/24", place), cells.years("2025 prel.", place)
    ((2023, 2024), (2025, 2025))
    """
    text = str(cell.year) if isinstance(cell, dt.date) else _PRELIMINARY.sub("", text_of(cell))
    span = re.fullmatch(r"((?:19|20)\d\d)(?:\s*[-–/]\s*((?:19|20)?\d\d))?", text, re.ASCII)
    what = ("a year or a span of years", "ett år eller ett spann av år")
    if not span:
        raise place.refused(Refused("no_years", *what, "är inget år"), cell)
    first = int(span[1])
    last = int(span[2] if len(span[2] or "") == 4 else span[1][:2] + span[2]) if span[2] else first
    if last < first:  # "2025-02" is a month
        raise place.refused(Refused("no_years", *what, "är inget år"), cell)
    return first, last


def has_begun(period: pd.Period) -> bool:
    """Whether something can have happened in a period by today: a mistyped 2042 would be the newest year of a report.

    Parameters
    ----------
    period : Period
        Of any length.

    Returns
    -------
    bool

    Examples
    --------
    >>> from kunskapsbaserat import cells
    >>> cells.has_begun(cells.period_of(2025, "Y")), cells.has_begun(cells.period_of(2099, "Q", 2))
    (True, False)
    """
    return bool(period.start_time.date() <= dt.date.today())


@functools.lru_cache(maxsize=4096)
def period_of(year: int, part: str, number: int = 1) -> pd.Period:
    """The pandas Period of a year, quarter or month.

    Parameters
    ----------
    year : int
        The year.
    part : {"Y", "Q", "M"}
        Whole year, quarter or month.
    number : int
        Of the quarter or month.

    Returns
    -------
    Period

    Examples
    --------
    >>> from kunskapsbaserat import cells
    >>> str(cells.period_of(2026, "Y")), str(cells.period_of(2026, "Q", 2)), str(cells.period_of(2026, "M", 9))
    ('2026', '2026Q2', '2026-09')
    """
    if part == "Y":
        return pd.Period(year=year, freq="Y")
    if part == "Q":
        return pd.Period(year=year, quarter=number, freq="Q")
    return pd.Period(year=year, month=number, freq="M")


@functools.lru_cache(maxsize=4096)
def _when(text: str, day_in_month: bool) -> When | None:
    preliminary = bool(_PRELIMINARY.search(text))
    plain = " ".join(_PRELIMINARY.sub(" ", text).casefold().split()).rstrip("*").strip()
    if year := re.fullmatch(rf"(?:år )?{_YEAR}(?:\.0)?", plain):
        return When(int(year["year"]), preliminary=preliminary)
    day = r"(?:-(?P<day>0[1-9]|[12]\d|3[01]))?" if day_in_month else r"(?:-(?P<day>01))?"
    if month := re.fullmatch(rf"{_YEAR}\s*(?:[-/m]\s*)?(?P<month>0[1-9]|1[0-2]){day}(?:[ t]00:00:00)?", plain):
        year_, number = int(month["year"]), int(month["month"])
        known = int(month["day"] or 1) <= calendar.monthrange(year_, number)[1]  # 31 April is a slip in the month or the day
        return When(year_, "M", number, preliminary) if known else None
    if (short := _SHORT_YEAR.fullmatch(plain)) and (at := month_number(short[1])):
        return When(2000 + int(short[2]), "M", at, preliminary)
    inside = re.search(r"(?<!\d)" + _YEAR + r"(?!\d)", plain)
    rest = (plain[: inside.start()] + " " + plain[inside.end() :]).strip(" -,/") if inside else plain
    part = _part(rest)
    if part is None:
        return None
    return When(int(inside["year"]) if inside else None, *part, preliminary=preliminary)


def _part(plain: str) -> tuple[str, int] | None:
    if plain in _WHOLE_YEAR:
        return "Y", 1
    if quarter := _QUARTER.fullmatch(plain):
        return "Q", int(next(n for n in quarter.groups() if n))
    month = month_number(plain)
    return ("M", month) if month else None


def month_number(word: str) -> int | None:
    """The month that a word of three letters or more names: "jan", "sept.", "mars".

    Parameters
    ----------
    word : str
        Swedish, in any case.

    Returns
    -------
    int or None
        1 to 12; None when it names none, or several.

    Examples
    --------
    >>> from kunskapsbaserat import cells
    >>> cells.month_number("jan"), cells.month_number("Sept."), cells.month_number("ma"), cells.month_number("summa")
    (1, 9, None, None)
    """
    plain = word.rstrip(".").casefold()
    if len(plain) < 3 or not plain.isalpha():
        return None
    hits = [at for at, month in enumerate(MONTHS, start=1) if month.startswith(plain) or (plain == "sept" and at == 9)]
    return hits[0] if len(hits) == 1 else None


def _may_be_serial(cell: object) -> bool:
    return text_of(cell).isascii() and text_of(cell).isdigit() and len(text_of(cell)) == 5 and int(text_of(cell)) in _SERIALS
