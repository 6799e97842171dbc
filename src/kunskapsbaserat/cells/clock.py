"""One cell as a time of day, or as a span of two ("22:00-02:00")."""

from __future__ import annotations

import datetime as dt
import re

from kunskapsbaserat.cells.place import Refused
from kunskapsbaserat.cells.text import is_blank, refuse_error, text_of

CLOCK = r"(?:kl\.?\s*|klockan\s*)?(\d{1,2})(?:[.:](\d{2}))?(?:[.:]\d{2}(?:\.\d+)?)?"
_ONLY = re.compile(CLOCK, re.IGNORECASE | re.ASCII)
_BARE = re.compile(r"(\d{1,2})(\d{2})", re.ASCII)  # 0930
_SPAN = re.compile(
    r"(?:(?:mellan)\s+)?(?P<first>(?:kl\.?\s*|klockan\s*)?\d{1,2}(?:[.:]?\d{2})?)\s*(?:[-–—]|till|och)\s*"
    r"(?P<last>(?:kl\.?\s*)?\d{1,2}(?:[.:]?\d{2})?)",
    re.IGNORECASE | re.ASCII,
)
_DATED_SPAN = re.compile(
    r"(?P<first>.*[ ,T](?:kl\.?|klockan)?\s*\d{1,2}(?:[.:]\d{2})?)\s*(?:[-–—]|till|och)\s*"
    r"(?P<last>(?:kl\.?\s*)?\d{1,2}(?:[.:]\d{2})?)",
    re.IGNORECASE | re.ASCII,
)
_WHAT = ("a time of day", "ett klockslag")
MIDNIGHT = 24 * 60


def read_clock(cell: object) -> int | None:
    """Minutes after midnight of "22:00", "kl 22", "9.30" or "0930"; "24:00" is the end of the day. None when it is empty.

    Raises
    ------
    Refused
        It is no time of day.
    """
    if is_blank(cell):
        return None
    if isinstance(cell, dt.time):
        return 60 * cell.hour + cell.minute
    refuse_error(cell, *_WHAT)
    match = None if isinstance(cell, (bool, dt.date)) else _ONLY.fullmatch(text_of(cell)) or _BARE.fullmatch(text_of(cell))
    minutes = 60 * int(match[1]) + int(match[2] or 0) if match else -1
    if match is None or int(match[2] or 0) > 59 or minutes > MIDNIGHT:
        raise Refused("no_clock", *_WHAT, "är inget klockslag", "Skriv till exempel 22:30.")
    return minutes


def read_clock_span(cell: object) -> tuple[int, int] | None:
    """Both times of day of "22:00-02:00", "kl 22 till 02" or "mellan 9.30 och 11", in minutes after midnight; None when empty.

    The second is the first such time after the first, so "22-02" ends the day after.

    Raises
    ------
    Refused
        It is no span.
    """
    if is_blank(cell):
        return None
    refuse_error(cell, *_WHAT)
    span = _SPAN.fullmatch(text_of(cell))
    if not span:
        raise Refused(
            "no_span", "two times of day", "två klockslag", "är inte två klockslag", "Skriv till exempel 22:00-02:00."
        )
    return read_clock(span["first"]) or 0, read_clock(span["last"]) or 0


def split_dated_span(text: str) -> tuple[str, str] | None:
    """ "2026-11-06 22:00-02:00" as its first moment and its last time of day; None when it is no such span."""
    span = _DATED_SPAN.fullmatch(text.replace(" mellan ", " "))
    return (span["first"], span["last"]) if span else None
