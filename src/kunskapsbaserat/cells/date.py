"""One cell as a day, or as a moment of one: Swedish and international ways to write it, found by stated rules.

What can mean two days (3/4/2026) is not guessed: the dialect says whether day or month stands first. A time zone is read only
where one can be meant: "22:00-02:00" is a span of time, since nobody in Sweden is west of Greenwich.
"""

from __future__ import annotations

import datetime as dt
import numbers
import re
from zoneinfo import ZoneInfo

from kunskapsbaserat.cells.dialect import DAY_FIRST, MONTH_FIRST, PUBLISHER, Dialect
from kunskapsbaserat.cells.period import month_number
from kunskapsbaserat.cells.place import Refused
from kunskapsbaserat.cells.text import is_blank, refuse_error, text_of

ZONE = "Europe/Stockholm"
_HERE = ZoneInfo(ZONE)

_CLOCK = r"(?:[ ,T]+(?:kl\.?|klockan)?\s*([0-9]{1,2})(?:[.:]([0-9]{2}))?(?:[.:]([0-9]{2})(?:\.[0-9]+)?)?\s*(am|pm|AM|PM)?)?"
_WEEKDAY = r"(?:(?:mån|tis|ons|tors?|fre|lör|sön)[a-zåäö]*\.?\s+)?"
_WORDS = re.compile(
    rf"{_WEEKDAY}(?:den\s+)?([0-9]{{1,2}})(?::?e|:a)?\s+([a-zåäö]{{3,9}})\.?\s+([0-9]{{4}}){_CLOCK}", re.IGNORECASE
)
_SLASHED = re.compile(rf"(?:den\s+)?(\d{{1,2}})[/.](\d{{1,2}})[/. ]\s*(\d{{4}}){_CLOCK}", re.ASCII)
_ISO_LIKE = re.compile(rf"(\d{{4}})(?:-(\d{{1,2}})-(\d{{1,2}})|(\d{{2}})(\d{{2}})){_CLOCK}\s*(Z|\+\d{{2}}:?\d{{2}})?", re.ASCII)
_SWEDISH_YEAR = re.compile(r"/\d{1,2}\s+\d{4}")  # 3/4 2026: nobody writes the month first and a space before the year
_MILLISECONDS = range(946_684_800_000, 4_102_444_800_000)  # 2000 to 2100
YEARS = range(1990, 2100)  # a number that looks like a date outside these is something else
_WHAT = ("a date", "ett datum")
_ADVICE = "Skriv till exempel 2026-03-01."


def read_moment(cell: object, dialect: Dialect = PUBLISHER) -> tuple[dt.datetime, bool] | None:
    """The moment a cell means, in Swedish local time, and whether it says a time of day. None when it is empty.

    Parameters
    ----------
    cell : object
        Text, a date, or milliseconds since 1970 (as ArcGIS writes them).
    dialect : Dialect
        `order` says how 3/4/2026 is meant.

    Returns
    -------
    (datetime, bool) or None
        In Swedish local time, and whether a time of day is said.

    Raises
    ------
    Refused
        It is no date, is not in the calendar, or can mean two days.

    Examples
    --------
    >>> from kunskapsbaserat import cells
    >>> moment, has_time = cells.read_moment("2026-11-21 22:30")
    >>> str(moment), has_time, cells.read_moment("2026-11-21")[1]
    ('2026-11-21 22:30:00', True, False)
    """
    if is_blank(cell):
        return None
    if isinstance(cell, dt.date):
        said_clock = isinstance(cell, dt.datetime)
        return _possible(cell if isinstance(cell, dt.datetime) else dt.datetime.combine(cell, dt.time())), said_clock
    refuse_error(cell, *_WHAT)
    text = text_of(cell)
    if text.isascii() and text.isdigit() and len(text) < 14 and int(text) in _MILLISECONDS:
        utc = dt.datetime.fromtimestamp(int(text) // 1000, tz=dt.UTC)
        return _possible(utc.astimezone(_HERE).replace(tzinfo=None)), True
    if isinstance(cell, numbers.Real) and not isinstance(cell, bool) and not re.fullmatch(r"(?:19|20)\d{6}", text):
        # A serial number of Excel's means one day in workbooks from Windows and another in old ones from a Mac.
        raise Refused("date_as_number", *_WHAT, "är ett tal, inte ett datum", f"{_ADVICE[:-1]} i en cell med datumformat.")
    return _of_text(text, dialect.order)


def read_date(cell: object, dialect: Dialect = PUBLISHER) -> dt.date | None:
    """The day that a cell means, as `read_moment`.

    Parameters
    ----------
    cell, dialect
        As in `read_moment`.

    Returns
    -------
    date or None
        None when it is empty.

    Raises
    ------
    Refused
        As in `read_moment`.

    Examples
    --------
    >>> from kunskapsbaserat import cells
    >>> str(cells.read_date("2026-11-21")), str(cells.read_date("3/4/2026", cells.FORM))
    ('2026-11-21', '2026-04-03')
    """
    moment = read_moment(cell, dialect)
    return None if moment is None else moment[0].date()


def _of_text(text: str, order: str) -> tuple[dt.datetime, bool]:
    if match := _WORDS.fullmatch(text):
        month = month_number(match[2])
        if month:
            return _moment(int(match[3]), month, int(match[1]), match.groups()[3:])
    elif match := _ISO_LIKE.fullmatch(text):
        year, month, day = int(match[1]), int(match[2] or match[4]), int(match[3] or match[5])
        return _moment(year, month, day, match.groups()[5:9], match[10])
    elif match := _SLASHED.fullmatch(text):
        day, month = _day_and_month(text, int(match[1]), int(match[2]), order)
        return _moment(int(match[3]), month, day, match.groups()[3:])
    raise Refused("no_date", *_WHAT, "är inget datum", _ADVICE)


def _day_and_month(text: str, first: int, second: int, order: str) -> tuple[int, int]:
    if order == MONTH_FIRST or (not order and second > 12):
        return second, first
    if order == DAY_FIRST or first > 12 or first == second or "." in text[:3] or _SWEDISH_YEAR.search(text):
        return first, second
    raise Refused("two_dates", *_WHAT, "kan betyda två datum", _ADVICE)


def _moment(
    year: int, month: int, day: int, clock: tuple[str | None, ...], zone: str | None = None
) -> tuple[dt.datetime, bool]:
    hour, minute, second, half = clock
    if zone and not minute:
        raise Refused("no_date", *_WHAT, "är inget datum", _ADVICE)
    try:
        start = dt.datetime(year, month, day)
        if hour is None:
            return _possible(start), False
        at = int(hour) % 12 + 12 * (half.lower() == "pm") if half else int(hour)
        if at == 24 and not int(minute or 0):
            return _possible(start + dt.timedelta(days=1)), True
        moment = start.replace(hour=at, minute=int(minute or 0), second=int(second or 0))
        return _possible(_local(moment, zone) if zone else moment), True
    except ValueError:
        raise Refused("no_such_date", *_WHAT, "finns inte i kalendern", _ADVICE) from None


def _local(moment: dt.datetime, zone: str) -> dt.datetime:
    """A moment with a zone in Swedish time."""
    offset = dt.timedelta() if zone == "Z" else dt.timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
    return (moment - offset).replace(tzinfo=dt.UTC).astimezone(_HERE).replace(tzinfo=None)


def _possible(moment: dt.datetime) -> dt.datetime:
    if moment.year not in YEARS:
        raise Refused("no_date", *_WHAT, "är inget datum mellan 1990 och 2099", _ADVICE)
    return moment
