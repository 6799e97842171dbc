"""A walk and what was seen on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from kunskapsbaserat.data.walks import sheets

MONTHS = 6
"""Within so long a kommun's own measures ought to be done: what Kungsbacka asks of itself."""


@dataclass(frozen=True, slots=True)
class Group:
    """Who came, by organisation; the number is missing where nobody has written it.

    Examples
    --------
    >>> from kunskapsbaserat.data.walks import Group
    >>> Group("Gata och park", 3).people, Group("Boende", None).people
    (3, None)
    """

    organisation: str
    people: int | None


@dataclass(frozen=True, slots=True)
class Walk:
    """One walk; `start` is in minutes after midnight.

    Examples
    --------
    >>> import datetime
    >>> from kunskapsbaserat.data.walks import Group, Walk
    >>> walk = Walk("V1", datetime.date(2026, 3, 10), "Stationsområdet", start=18 * 60 + 30, groups=(Group("Boende", 14),))
    >>> f"{walk.day} {walk.start // 60}.{walk.start % 60}", walk.groups[0].people
    ('2026-03-10 18.30', 14)
    """

    id: str
    day: date
    place: str
    start: int | None = None
    light: str | None = None
    reason: str | None = None
    groups: tuple[Group, ...] = ()


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture by its file, what it shows in words, and whether somebody vouches for that no person is seen.

    Examples
    --------
    >>> from kunskapsbaserat.data.walks import Photo
    >>> Photo("tunnel.jpg", "En släckt lampa i tunneln", cleared=True).cleared
    True
    """

    file: str
    alternative: str | None
    cleared: bool


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing that was seen on a walk, and what has become of it; `x` and `y` are metres in SWEREF 99 TM.

    `before` is the id of the same thing on an earlier walk, and `since` the day of the first walk that it was seen on
    without being done in between. `sheet` and `row` say where it stands.

    Examples
    --------
    >>> import datetime
    >>> from kunskapsbaserat.data.walks import Seen, Walk
    >>> walk = Walk("V1", datetime.date(2026, 3, 10), "Stationsområdet")
    >>> lamp = Seen("I1", walk, "Gångtunneln", "belysning", "En lampa är släckt", "inte påbörjad", "Iakttagelser", 4)
    >>> lamp.open, lamp.needs_something
    (True, True)
    """

    id: str
    walk: Walk
    place: str
    theme: str
    text: str
    state: str
    sheet: str
    row: int
    x: float | None = None
    y: float | None = None
    before: str | None = None
    proposal: str | None = None
    responsible: str | None = None
    action: str | None = None
    decided: date | None = None
    due: date | None = None
    done: date | None = None
    why_not: str | None = None
    photo: Photo | None = None
    since: date | None = None

    @property
    def first_day(self) -> date:
        return self.since or self.walk.day

    @property
    def row_key(self) -> tuple[str, int]:
        """Where it stands, which no other row has."""
        return self.sheet, self.row

    @property
    def half_a_year_on(self) -> date:
        """The day `MONTHS` calendar months after it was first seen."""
        on: date = (pd.Timestamp(self.first_day) + pd.DateOffset(months=MONTHS)).date()
        return on

    @property
    def last_day(self) -> date:
        """The last day for it: as decided, else `MONTHS` after it was first seen."""
        return self.due or self.half_a_year_on

    @property
    def needs_something(self) -> bool:
        """What feels safe asks for nothing, unless somebody has proposed or decided something."""
        return self.theme != sheets.FELT_SAFE or bool(self.proposal or self.action)

    @property
    def open(self) -> bool:
        return self.needs_something and self.state not in (sheets.DONE, sheets.REFUSED)
