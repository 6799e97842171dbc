"""Dates as an iCalendar file (RFC 5545), which every calendar program reads: the same dates give the same bytes.

The package `icalendar` folds lines and escapes texts. The rule of Swedish summer time is written here: the one it makes begins
an hour late, and ends with the last date of the file.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from icalendar import Event, Timezone

ZONE = "Europe/Stockholm"
_HERE = ZoneInfo(ZONE)
_PRODUCT = "-//kunskapsbaserat//kalender//SV"
_HOST = "kunskapsbaserat"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a calendar.

    Attributes
    ----------
    key : str
        What makes it one of its kind: the same key in the next file moves the entry instead of adding another.
    first, last : date
        Its days; the same for one day.
    start, end : int, optional
        Minutes after midnight, Swedish time, of an entry of one day; without them it lasts the whole day.
    remind : int
        Days before it that the calendar says so; 0 is never.
    """

    key: str
    summary: str
    first: dt.date
    last: dt.date
    start: int | None = None
    end: int | None = None
    description: str = ""
    place: str = ""
    address: str = ""
    category: str = ""
    remind: int = 0


def calendar(entries: Sequence[Entry], *, name: str, made: dt.date) -> bytes:
    """The file.

    Parameters
    ----------
    entries : sequence of Entry
        In any order; each key once.
    name : str
        What the calendar is called where it is shown.
    made : date
        The day that the entries were made from: never the clock's, so that the same dates give the same bytes.
    """
    from icalendar import Calendar

    book = Calendar()
    book.add("prodid", _PRODUCT)
    book.add("version", "2.0")
    book.add("calscale", "GREGORIAN")
    book.add("method", "PUBLISH")
    book.add("x-wr-calname", name)
    if any(entry.start is not None for entry in entries):
        book.add_component(_zone())
    for entry in sorted(entries, key=lambda one: (one.first, one.start or 0, one.key)):
        book.add_component(_event(entry, made))
    return bytes(book.to_ical(sorted=False))


def _event(entry: Entry, made: dt.date) -> Event:
    from icalendar import Event

    event = Event()
    event.add("uid", f"{entry.key}@{_HOST}")
    event.add("dtstamp", dt.datetime.combine(made, dt.time(), tzinfo=dt.UTC))
    for name, moment in _times(entry):
        event.add(name, moment)
    event.add("summary", entry.summary)
    for name, text in (("description", entry.description), ("location", entry.place), ("url", entry.address)):
        if text:
            event.add(name, text)
    if entry.category:
        event.add("categories", [entry.category])
    if entry.start is None:
        event.add("transp", "TRANSPARENT")  # a day to remember blocks no meeting
    if entry.remind:
        event.add_component(_alarm(entry))
    return event


def _times(entry: Entry) -> list[tuple[str, dt.date]]:
    """Beginning and end; a whole day ends before the next one begins (RFC 5545, 3.6.1)."""
    if entry.start is None:
        return [("dtstart", entry.first), ("dtend", entry.last + dt.timedelta(days=1))]
    begins = _moment(entry.first, entry.start)
    return [("dtstart", begins)] if entry.end is None else [("dtstart", begins), ("dtend", _moment(entry.first, entry.end))]


def _moment(day: dt.date, minutes: int) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), tzinfo=_HERE) + dt.timedelta(minutes=minutes)


def _alarm(entry: Entry) -> Any:
    from icalendar import Alarm

    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", entry.summary)
    alarm.add("trigger", -dt.timedelta(days=entry.remind))
    return alarm


def _zone() -> Timezone:
    """Central European time with summer time from the last Sunday of March to that of October, as since 1996."""
    from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

    zone = Timezone()
    zone.add("tzid", ZONE)
    for part, name, begins, month, before, after in (
        (TimezoneDaylight(), "CEST", dt.datetime(1981, 3, 29, 2), 3, 1, 2),
        (TimezoneStandard(), "CET", dt.datetime(1996, 10, 27, 3), 10, 2, 1),
    ):
        part.add("dtstart", begins)
        part.add("rrule", {"freq": "yearly", "bymonth": month, "byday": "-1SU"})
        part.add("tzoffsetfrom", dt.timedelta(hours=before))
        part.add("tzoffsetto", dt.timedelta(hours=after))
        part.add("tzname", name)
        zone.add_component(part)
    return zone
