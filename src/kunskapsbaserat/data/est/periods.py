"""The rhythm of the reports: 7 or 14 days from a Monday, or calendar months."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from kunskapsbaserat.errors import OptionError

FIRST_MONDAY = date(2025, 12, 29)  # begins ISO week 1 of 2026, an odd week
MONTH = "månad"
LENGTHS = (7, 14, MONTH)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A period: its first day and the day after its last.

    Examples
    --------
    >>> import datetime
    >>> from kunskapsbaserat.data.est import Span
    >>> span = Span(datetime.date(2026, 3, 2), datetime.date(2026, 3, 16))
    >>> str(span.last), span.weeks, datetime.date(2026, 3, 16) in span
    ('2026-03-15', (10, 11), False)
    """

    start: date
    end: date

    @property
    def last(self) -> date:
        return self.end - timedelta(days=1)

    @property
    def weeks(self) -> tuple[int, int]:
        """ISO weeks of the first and the last day."""
        return self.start.isocalendar().week, self.last.isocalendar().week

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.start <= day < self.end


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How long a period is, and for 14 days a Monday that one begins on.

    Parameters
    ----------
    days : int or str
        Length of a period: 7, 14 or "månad".
    first : date
        A Monday that a period begins on.

    Raises
    ------
    OptionError
        No such length, or the day is no Monday.

    Examples
    --------
    >>> import datetime
    >>> from kunskapsbaserat.data.est import Rhythm
    >>> span = Rhythm(days=14).of(datetime.date(2026, 3, 4))
    >>> str(span.start), str(span.last), span.weeks
    ('2026-02-23', '2026-03-08', (9, 10))
    """

    days: int | str = 14
    first: date = FIRST_MONDAY

    def __post_init__(self) -> None:
        if self.days not in LENGTHS:
            raise OptionError("dagar", self.days, LENGTHS)
        if self.first.weekday() != 0:
            raise OptionError("första dag", self.first, ("a Monday",), tillatna=("en måndag",))

    def of(self, day: date) -> Span:
        """The period that a day lies in."""
        if self.days == MONTH:
            start = day.replace(day=1)
            return Span(start, (start + timedelta(days=32)).replace(day=1))
        assert isinstance(self.days, int)
        start = self.first + timedelta(days=(day - self.first).days // self.days * self.days)
        return Span(start, start + timedelta(days=self.days))

    def before(self, span: Span, count: int) -> list[Span]:
        """So many periods that end with `span`, oldest first."""
        found = [span]
        while len(found) < count:
            found.append(self.of(found[-1].start - timedelta(days=1)))
        return found[::-1]

    def a_year_before(self, span: Span) -> Span:
        """The period with the same place in last year: 52 weeks earlier, or the same month."""
        if self.days == MONTH:
            return self.of(span.start.replace(year=span.start.year - 1))
        return self.of(span.start - timedelta(weeks=52))

    @property
    def per_year(self) -> int:
        return 12 if self.days == MONTH else 364 // int(self.days)


def number(moments: pd.Series, spans: Sequence[Span]) -> np.ndarray:
    """Which of the consecutive `spans` each moment lies in; -1 where in none."""
    edges = np.array([s.start for s in spans] + [spans[-1].end], dtype="datetime64[us]")
    at = np.searchsorted(edges, moments.to_numpy("datetime64[us]"), side="right") - 1
    return np.where((at >= 0) & (at < len(spans)), at, -1)
