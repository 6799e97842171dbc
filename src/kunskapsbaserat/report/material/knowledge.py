"""What the kommun's folder knows beside the statistics, as a report holds it. `own_knowledge` reads it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from kunskapsbaserat.report.material.own_figures import OwnFigures

FEWEST_PEOPLE = 5
TIMES = (("natten", 0, 6), ("förmiddagen", 6, 12), ("eftermiddagen", 12, 18), ("kvällen", 18, 24))


@dataclass(frozen=True, slots=True)
class EstYear:
    """The year's EST reports: categories, places and times in falling order, without counts; who reported.

    `peaks` are the parts of the week (weekday from Monday 0, part of `TIMES`) with more events than if they were spread evenly;
    None where the events are too few to say.
    """

    first: dt.date
    last: dt.date
    categories: tuple[str, ...]
    places: tuple[str, ...]
    times: tuple[str, ...]
    reporters: int
    silent: int
    peaks: tuple[tuple[int, int], ...] | None = None


@dataclass(frozen=True, slots=True)
class Walks:
    """Observations of trygghetsvandringar: what they are about, and what has become of them."""

    days: int
    about: tuple[tuple[str, int], ...]
    points: int
    done: int
    refused: int
    overdue: int

    @property
    def open(self) -> int:
        return self.points - self.done - self.refused


@dataclass(frozen=True, slots=True)
class Theme:
    """What somebody brought up in a dialogue; `people` is missing where it is not known or less than five."""

    name: str
    people: int | None
    of: int


@dataclass(frozen=True, slots=True)
class Talks:
    """Dialogues: how many came, who they were as far as five or more are behind a number, and the themes that may be told."""

    meetings: int
    people: int
    women: int | None
    young: int | None
    themes: tuple[Theme, ...]
    old: int | None = None


@dataclass(frozen=True, slots=True)
class Residents:
    """Who lives in the kommun: shares (0-1) of women, of those under 25 and of those of 65 and more. None where SCB's groups do
    not say."""

    year: int
    women: float | None
    young: float | None
    old: float | None


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What there is; None or False where the folder has nothing of the kind."""

    est: EstYear | None = None
    walks: Walks | None = None
    talks: Talks | None = None
    residents: Residents | None = None
    costs: bool = False
    surveys: bool = False
    registers: bool = False
    parts: bool = False
    areas: bool = False
    figures: OwnFigures = field(default_factory=OwnFigures)
    digests: tuple[tuple[str, str], ...] = ()

    @property
    def tells_places(self) -> bool:
        """Is something known of where and when, inside the kommun?"""
        return bool(self.parts or self.areas or (self.est and (self.est.places or self.est.times)))


NOTHING = Knowledge()
