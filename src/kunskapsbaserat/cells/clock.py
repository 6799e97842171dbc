"""One cell as a time of day, and the two of a span ("22:00-02:00")."""

from __future__ import annotations

import datetime as dt
import re

from kunskapsbaserat.cells.place import Refused
from kunskapsbaserat.cells.text import is_blank, refuse_error, text_of

CLOCK = r"(?:kl\.?\s*|klockan\s*)?(\d{1,2})(?:[.:](\d{2}))?(?:[.:]\d{2}(?:\.\d+)?)?"
_ONLY = re.compile(CLOCK, re.IGNORECASE | re.ASCII)
_BARE = re.compile(r"(\d{1,2})(\d{2})", re.ASCII)  # 0930
_DATED_SPAN = re.compile(
    r"(?P<first>.*[ ,T](?:kl\.?|klockan)?\s*\d{1,2}(?:[.:]\d{2})?)\s*(?:[-–—]|till|och)\s*"
    r"(?P<last>(?:kl\.?\s*)?\d{1,2}(?:[.:]\d{2})?)",
    re.IGNORECASE | re.ASCII,
)
_WHAT = ("a time of day", "ett klockslag")
MIDNIGHT = 24 * 60


def read_clock(cell: object) -> int | None:
    """Minutes after midnight of "22:00", "kl 22", "9.30" or "0930"; "24:00" is the end of the day. None when it is empty.

    Parameters
    ----------
    cell : object
        As read by `files`.

    Returns
    -------
    int or None
        0 to 1440.

    Raises
    ------
    Refused
        It is no time of day.

    Examples
    --------
    >>> from kunskapsbaserat import cells
    >>> cells.read_clock("kl 22"), cells.read_clock("0930"), cells.read_clock("24:00")
    (1320, 570, 1440)
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


def split_dated_span(text: str) -> tuple[str, str] | None:
    """ "2026-11-06 22:00-02:00" as its first moment and its last time of day; None when it is no such span."""
    span = _DATED_SPAN.fullmatch(text.replace(" mellan ", " "))
    return (span["first"], span["last"]) if span else None
