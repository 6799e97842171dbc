"""The work between two meetings: the plan, the forums' matters and EST as they stand on one day; no sentences.

What pages for a råd, a ledningsgrupp and a nämnd have in common. The day is never the clock's.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

import pandas as pd

from kunskapsbaserat import kommun as kommuner
from kunskapsbaserat import plan as plans
from kunskapsbaserat.catalogue import releases
from kunskapsbaserat.data import embedded, est, meetings
from kunskapsbaserat.data import folder as folders
from kunskapsbaserat.data.est import sheets as est_sheets
from kunskapsbaserat.data.est.folder import EstFolder
from kunskapsbaserat.data.est.item import Item
from kunskapsbaserat.data.filled_book import FilledBook
from kunskapsbaserat.data.meetings import sheets
from kunskapsbaserat.errors import FileError
from kunskapsbaserat.kommun import Kommun
from kunskapsbaserat.plan import example
from kunskapsbaserat.plan.duties import Duty, State, add_months, duties
from kunskapsbaserat.plan.model import Atgard, Lage, Plan, Problem, Stallning
from kunskapsbaserat.plan.protected import protected
from kunskapsbaserat.report.material.asked import day_of
from kunskapsbaserat.report.material.earlier import QUARTER
from kunskapsbaserat.report.material.functions import function_of, responsible_of

AHEAD = 12  # months of dates to come
EST_STEP = 5  # totals of EST to the nearest five: exact ones could be set against what a kommun has published itself
_ELSEWHERE = ("overenskommelser", "plan_beslut")
"""Duties whose dates are told otherwise: each agreement by itself, and the plan by its own last day."""
_UNFINISHED = (Lage.EJ_STARTAD, Lage.PAGAR)


class Why(StrEnum):
    """Why a measure is late."""

    END = "end"
    START = "start"
    PLAN = "plan"


@dataclass(frozen=True, slots=True)
class Late:
    """A measure that should have begun or ended; `responsible` is None where nobody is written, or a person."""

    measure: Atgard
    why: Why
    since: date
    responsible: str | None


@dataclass(frozen=True, slots=True)
class Dated:
    """Something with a day: a code for what it is, and names that belong to its sentence. `last` is the last of its days."""

    day: date
    code: str
    parts: tuple[str, ...] = ()
    last: date | None = None
    start: int | None = None
    end: int | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class EstQuarter:
    """Events reported in the last whole quarter and the one before, to the nearest five; below five as it is, for the gate."""

    quarter: pd.Period
    now: int
    before: int | None


@dataclass(frozen=True)
class Work:
    """What a kommun has decided to do, as it stands on the day of a meeting.

    `given` is the day that was asked for; `sha256` of every file that was read, by name.
    """

    kommun: Kommun
    plan: Plan | None
    meetings: FilledBook
    est: EstFolder | None
    given: date | None
    sha256: dict[str, str]

    @functools.cached_property
    def day(self) -> date:
        """The day that everything is held against: that of the meeting, else of what is newest. Never the clock's."""
        if self.given is not None:
            return self.given
        said = self.plan.organisation.uppfoljning_datum if self.plan is not None else None
        newest = self.est.reports["reported"].max() if self.est is not None else pd.NaT
        days = [said, *(s.retrieved for s in embedded.snapshots().values())]
        days += [newest.date()] if not pd.isna(newest) else []
        return max(day for day in days if day is not None)

    @property
    def example(self) -> bool:
        """Is the plan the invented one?"""
        return self.plan is not None and self.plan.example

    @property
    def measures(self) -> tuple[Atgard, ...]:
        return self.plan.atgarder if self.plan is not None else ()

    @functools.cached_property
    def late(self) -> list[Late]:
        """Measures that are late on the day, the longest first."""
        found = [one for a in self.measures if (one := _late(a, self.plan, self.day)) is not None]
        return sorted(found, key=lambda one: (one.since, one.measure.id))

    @functools.cached_property
    def duties(self) -> tuple[Duty, ...]:
        return duties(self.plan, as_of=self.day) if self.plan is not None else ()

    def pressing(self) -> list[Duty]:
        """Duties that are late, soon due or not fulfilled."""
        order = (State.FORSENAT, State.SNART, State.SAKNAS)
        return sorted((d for d in self.duties if d.state in order), key=lambda d: order.index(d.state))

    @functools.cached_property
    def without_measure(self) -> list[Problem]:
        """Problems that shall be acted on and have no measure."""
        if self.plan is None:
            return []
        return [p for p in self.plan.problem if p.stallning is Stallning.ATGARDAS and not self.plan.measures_of(p)]

    @property
    def coordinator(self) -> str | None:
        """The function of § 11, never a person."""
        return function_of(self.plan.organisation.samordningsfunktion) if self.plan is not None else None

    def matters(self, forum: str) -> list[Item]:
        """What a forum has to decide."""
        found = [i for i in self.meetings.of(sheets.MATTERS) if i.forum == forum]
        return [i for i in found if i.lage in (None, sheets.PROPOSED)]

    def decided(self, since: date, forum: str | None = None) -> list[Item]:
        """What has been decided or refused after a day, by any forum or one, the newest first."""
        found = [i for i in self.meetings.of(sheets.MATTERS) if i.dag is not None and since < i.dag <= self.day]
        found = [i for i in found if forum is None or i.forum == forum]
        return sorted(found, key=lambda i: (-i.dag.toordinal(), i.row))

    @functools.cached_property
    def attendance(self) -> list[tuple[str, str, int, int]]:
        """How many of a forum's meetings each unit took part in: unit, forum, times, meetings that somebody has noted."""
        forum = {i.id: i.forum for i in self.meetings.of(sheets.MEETINGS)}
        noted = self.meetings.of(sheets.ATTENDANCE)
        held = {name: len({i.mote for i in noted if forum[i.mote] == name}) for name in dict.fromkeys(forum.values())}
        units = sorted({i.enhet for i in noted}, key=kommuner.sort_key)
        found = []
        for unit in units:
            for name, meetings_held in held.items():
                rows = [i for i in noted if i.enhet == unit and forum[i.mote] == name]
                if rows:
                    found.append((unit, name, sum(i.deltog for i in rows), meetings_held))
        return found

    def est_decisions(self, since: date) -> int:
        """How many decisions the EST group has taken after a day; their words stay in its own report."""
        book = self.est.book.of(est_sheets.DECISIONS) if self.est is not None else ()
        return sum(since < i.datum <= self.day for i in book)

    @functools.cached_property
    def est_quarter(self) -> EstQuarter | None:
        """The last whole quarter that reports reach the end of; None without reports in it or before it."""
        if self.est is None or self.est.events.empty:
            return None
        days = self.est.events["reported"]
        days = days[days < pd.Timestamp(self.day) + pd.Timedelta(days=1)]
        if days.empty:
            return None
        quarter = pd.Period(days.max(), "Q") - 1
        if days.min() > quarter.end_time:
            return None
        before = quarter - 1
        had_before = days.min() <= before.end_time
        return EstQuarter(quarter, _in(days, quarter), _in(days, before) if had_before else None)

    @functools.cached_property
    def coming(self) -> list[Dated]:
        """Dates after the day, within a year."""
        return self.dates(AHEAD)

    def dates(self, months: int) -> list[Dated]:
        """Dates after the day, so many months ahead: meetings, duties, agreements, measures, promises, figures."""
        until = add_months(self.day, months)
        found = [*_meetings(self.meetings), *_of_plan(self.plan, self.duties), *_figures(self.day, until)]
        return sorted((d for d in found if self.day < d.day <= until), key=lambda d: (d.day, d.code, d.parts))


def _in(days: pd.Series, quarter: pd.Period) -> int:
    count = int(days.between(quarter.start_time, quarter.end_time).sum())
    return count if count < EST_STEP else EST_STEP * int(count / EST_STEP + 0.5)


def _late(a: Atgard, plan: Plan | None, day: date) -> Late | None:
    if a.lage not in _UNFINISHED:
        return None
    who = responsible_of(a.ansvarig)
    if a.slut is not None and a.slut < day:
        return Late(a, Why.END, a.slut, who)
    if a.lage is Lage.EJ_STARTAD and a.start is not None and a.start < day:
        return Late(a, Why.START, a.start, who)
    if a.lage is Lage.EJ_STARTAD and a.start is None and plan is not None and plan.organisation.plan_till < day:
        return Late(a, Why.PLAN, plan.organisation.plan_till, who)
    return None


def _meetings(book: FilledBook) -> Iterator[Dated]:
    for i in book.of(sheets.MEETINGS):
        yield Dated(i.dag, "mote", (i.forum, i.lokal or ""), start=i.start, end=i.slut, key=i.id)


def _of_plan(plan: Plan | None, found: tuple[Duty, ...]) -> Iterator[Dated]:
    if plan is None:
        return
    for duty in found:
        if duty.due is not None and duty.code not in _ELSEWHERE:
            yield Dated(duty.due, "plikt", (duty.code,), key=duty.code)
    yield Dated(plan.organisation.plan_till, "plan_slut", key="plan")
    for at, a in enumerate(plan.organisation.overenskommelser, start=1):
        if a.till is not None:
            yield Dated(a.till, "overenskommelse", (a.part,), key=str(at))
    yield from _of_council(plan)
    for m in plan.atgarder:
        if m.lage in _UNFINISHED and m.slut is not None:
            yield Dated(m.slut, "atgard_klar", (m.namn, responsible_of(m.ansvarig) or ""), key=m.id)
        if m.lage is Lage.EJ_STARTAD and m.start is not None:
            yield Dated(m.start, "atgard_start", (m.namn, responsible_of(m.ansvarig) or ""), key=m.id)
    for x in plan.loften:
        if x.till is not None:
            yield Dated(x.till, "lofte_slut", (x.lofte,), key=x.id)


def _of_council(plan: Plan) -> Iterator[Dated]:
    """What fullmäktige has decided for a time: goals of its own, what it has handed over, and the focus areas."""
    for at, goal in enumerate(plan.organisation.kf_mal, start=1):
        if goal.till is not None:
            yield Dated(goal.till, "kf_mal", (goal.mal,), key=str(at))
    for at, one in enumerate(plan.organisation.delegationer, start=1):
        if one.slut is not None:
            yield Dated(one.slut, "delegation", (one.vad, responsible_of(one.till) or ""), key=str(at))
    for focus in plan.fokus:
        if focus.till is not None:
            yield Dated(focus.till, "fokus", (focus.namn,), key=focus.id)


def _figures(after: date, until: date) -> Iterator[Dated]:
    for one in releases.expected(after, until):
        yield Dated(one.first, "siffror", (one.title, one.release.publisher, one.release.address), one.last, key=one.release.id)


# ---- reading -------------------------------------------------------------------------------------------------------------


def load(kommun: object = None, *, data: str | Path | None = None, day: object = None) -> Work:
    """The work of a kommun's folder; without one, and for its own kommun, the invented plan; else no plan at all.

    Parameters
    ----------
    kommun : str, optional
        Name or code; that of the folder when not given.
    data : path, optional
        The kommun's folder.
    day : date or str, optional
        The day of the meeting.

    Raises
    ------
    UnknownKommun, FileError
        There is no such kommun, or the folder is another's.
    PlanError, FormError, TableError, PersonalDataError, FileLocked
        A workbook in the folder has faults, seems to hold personal data, or is open.
    """
    given = day_of("--mote", day)
    place, plan = plan_of(kommun, data=data)
    if data is None:
        return Work(place, plan, FilledBook({}), None, given, {})
    folder = Path(data)
    book, events = meetings.read(folder), _est(folder)
    digests = {**(events.sha256 if events is not None else {})}
    digests |= {plans.path_in(folder).name: plan.sha256} if plan is not None else {}
    digests |= {sheets.FILE: book.sha256} if book.sha256 else {}
    return Work(place, plan, book, events, given, digests)


def plan_of(kommun: object = None, *, data: str | Path | None = None) -> tuple[Kommun, Plan | None]:
    """The kommun and the plan of its folder; without a folder the invented plan for its own kommun, else none.

    Raises
    ------
    UnknownKommun, FileError, PlanError, PersonalDataError, FileLocked
        As `load`.
    """
    if data is None:
        place = kommuner.get(kommun)
        return place, protected(example.example()) if place.code == example.KOMMUN else None
    folder = Path(data)
    place = folders.kommun_of(folder, kommun)
    return place, _plan(folder, place)


def since_of(work: Work, said: object) -> date:
    """The day that what has been decided is shown from: the one asked for, else three months before the meeting.

    Raises
    ------
    OptionError
        It is no day.
    """
    return day_of("--sedan", said) or add_months(work.day, -QUARTER)


def made_of(work: Work, *, since: date) -> dict[str, Any]:
    """What a page of the work alone is made of, for its manifest."""
    return {
        "catalogue": releases.version(),
        "parameters": {"kommun": work.kommun.code},
        "inputs": [{"file": name, "sha256": digest} for name, digest in sorted(work.sha256.items())],
        "plan": {"sha256": work.plan.sha256, "example": work.plan.example} if work.plan is not None else None,
        "meeting": {"day": work.day.isoformat(), "since": since.isoformat()},
    }


def without_example(work: Work) -> Work:
    """The same without the invented plan: what is put in a calendar or a register may not be made up."""
    return replace(work, plan=None) if work.example else work


def _plan(folder: Path, place: Kommun) -> Plan | None:
    try:
        return protected(plans.read(plans.path_in(folder), kommun=place))
    except FileError as error:
        if error.reason in ("no_plan", "empty_plan"):
            return None
        raise


def _est(folder: Path) -> EstFolder | None:
    try:
        return est.folder.read(folder)
    except FileError as error:
        if error.reason == "no_est":
            return None
        raise
