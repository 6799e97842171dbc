"""What a länspaket says about the kommuner of a län: plans, duties, measures, EST and own surveys.

A part that is damaged stops no other: it is named, with what is wrong.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar

import pandas as pd

from kunskapsbaserat import plan as plans
from kunskapsbaserat.data import embedded, est
from kunskapsbaserat.data import folder as folders
from kunskapsbaserat.data.folder.layout import data_paths
from kunskapsbaserat.errors import FileError, KunskapError
from kunskapsbaserat.kommun import Kommun, sort_key
from kunskapsbaserat.lan import Lan
from kunskapsbaserat.plan import chain, duties, goals, indicators
from kunskapsbaserat.plan.duties import Duty, State
from kunskapsbaserat.plan.model import Atgard, Plan, Problem
from kunskapsbaserat.plan.outcome import GoalOutcome, outcomes
from kunskapsbaserat.plan.protected import protected
from kunskapsbaserat.report.material.functions import function_of
from kunskapsbaserat.report.material.underlag import counts_of
from kunskapsbaserat.report.material.usual import typical_for

T = TypeVar("T")
_NOT_THERE = {"no_plan", "empty_plan", "no_est"}  # nothing is wrong: it has not been made
FEWEST_PLANS = 3  # with fewer, what is counted is said of somebody
SHARED = 2
EST_STEP = 5  # totals of EST are shown to the nearest five: exact ones could be set against what a kommun has published itself


@dataclass(frozen=True)
class Member:
    """The folder of one kommun as far as it could be read; `faults` are sentences about what could not."""

    kommun: Kommun
    plan: Plan | None
    survey: pd.DataFrame
    events: pd.DataFrame | None
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Done:
    """A measure of one kommun, with how its goals went and who can be asked: a function, never a person."""

    kommun: Kommun
    measure: Atgard
    goals: int
    reached: int
    open: int
    contact: str | None


@dataclass(frozen=True, slots=True)
class SharedProblem:
    """A problem that stands in the plans of several kommuner: by the key of its indicator, else by its name."""

    name: str
    indicator: str | None
    about_trygghet: bool
    kommuner: tuple[Kommun, ...]
    measures: tuple[Done, ...]


@dataclass(frozen=True)
class County:
    """The folders of a län's kommuner."""

    lan: Lan
    members: Mapping[str, Member]
    faults: tuple[str, ...]
    sha256: str

    @property
    def plans(self) -> dict[str, Plan]:
        return {code: m.plan for code, m in self.members.items() if m.plan is not None}

    @functools.cached_property
    def as_of(self) -> date:
        """The day that due dates are held against: of the newest figures or follow-up in the package, never the clock's."""
        said = [p.organisation.uppfoljning_datum for p in self.plans.values()]
        retrieved = [s.retrieved for s in embedded.snapshots().values()]
        return max([*retrieved, *(day for day in said if day is not None)])

    def duty(self, code: str, name: str) -> Duty | None:
        """How a duty stands in a kommun; None without a plan."""
        found = self._duties.get(code, ())
        return next((duty for duty in found if duty.code == name), None)

    @functools.cached_property
    def _duties(self) -> dict[str, tuple[Duty, ...]]:
        return {code: duties.duties(plan, as_of=self.as_of) for code, plan in self.plans.items()}

    @functools.cached_property
    def shared(self) -> tuple[SharedProblem, ...]:
        """Problems that two kommuner or more have in their plans, by name."""
        found: dict[str, list[tuple[Kommun, Plan, Problem]]] = {}
        for code, plan in self.plans.items():
            for problem in plan.problem:
                found.setdefault(_key(problem), []).append((self.members[code].kommun, plan, problem))
        shared = []
        for rows in found.values():
            places = tuple(dict.fromkeys(place for place, _, _ in rows))
            if len(places) >= SHARED:
                measures = [done for place, plan, problem in rows for done in self._measures(place, plan, problem)]
                measures.sort(key=lambda done: (done.measure.namn.casefold(), sort_key(done.kommun.name)))
                first = rows[0][2]
                shared.append(_shared(first, places, tuple(dict.fromkeys(measures))))
        return tuple(sorted(shared, key=lambda one: one.name.casefold()))

    def _measures(self, place: Kommun, plan: Plan, problem: Problem) -> Iterable[Done]:
        for measure in plan.measures_of(problem):
            of = [o for o in self.outcomes[place.code] if measure.id in o.goal.atgarder]
            reached, unknown = (sum(o.status == status for o in of) for status in ("natt", "kan_inte_bedomas"))
            yield Done(place, measure, len(of), reached, unknown, contact(plan))

    @functools.cached_property
    def outcomes(self) -> dict[str, tuple[GoalOutcome, ...]]:
        """How the goals of each plan went, by Brå's figures that the package carries."""
        counts, survey = counts_of(None), embedded.survey()
        return {code: outcomes(plan, counts, survey, typical=typical_for(counts, code)) for code, plan in self.plans.items()}

    @property
    def enough_plans(self) -> bool:
        """Are there so many that a count says nothing about one of them?"""
        return len(self.plans) >= FEWEST_PLANS

    @functools.cached_property
    def gaps(self) -> dict[str, frozenset[str]]:
        """What hangs loose or is missing in each plan, by code; empty where that would name somebody."""
        if not self.enough_plans:
            return {}
        found = {}
        for code, plan in self.plans.items():
            loose = {fault.code for fault in [*chain.orphans(plan), *goals.vague(plan)]}
            lacking = {duty.code for duty in self._duties[code] if duty.state in (State.SAKNAS, State.DELVIS)}
            found[code] = frozenset(loose | lacking)
        return found if any(found.values()) else {}

    def topics(self, topic_of: Mapping[str, str]) -> list[tuple[str, int]]:
        """In how many plans something of each topic is missing, the most common first."""
        counted = Counter(topic for codes in self.gaps.values() for topic in {topic_of[code] for code in codes})
        return sorted(counted.items(), key=lambda one: (-one[1], one[0]))

    @functools.cached_property
    def quarter(self) -> pd.Period | None:
        """The last whole calendar quarter before the newest report of anybody."""
        newest = [m.events["reported"].max() for m in self.members.values() if m.events is not None and len(m.events)]
        return pd.Period(max(newest), "Q") - 1 if newest else None

    def events(self, code: str) -> int | None:
        """Events reported in the quarter; None where the kommun's lists do not cover it."""
        table = self.members[code].events if code in self.members else None
        if table is None or table.empty or self.quarter is None:
            return None
        days = table["reported"]
        if days.min() > self.quarter.end_time or days.max() < self.quarter.start_time:
            return None
        return int(days.between(self.quarter.start_time, self.quarter.end_time).sum())


def read(lan: Lan, data: Path) -> County:
    """The folders of a län's kommuner in a länspaket.

    Raises
    ------
    FileError
        It is no folder, or nothing in it belongs to a kommun.
    """
    package = folders.read_package(data)
    mine = {place.code: path for place, path in package.folders.items() if place.lan_code == lan.code}
    places = {k.code: k for k in lan.kommuner}
    members = {code: _member(places[code], mine[code]) for code in places if code in mine}
    faults = tuple(error.svenska for error in package.faults)
    return County(lan, members, faults, _digest(mine))


def _member(place: Kommun, path: Path) -> Member:
    faults: list[str] = []
    plan = _tried(lambda: protected(plans.read(plans.path_in(path), kommun=place)), faults)
    folder = _tried(lambda: _usable(path), faults)
    events = _tried(lambda: est.folder.read(path).events, faults)
    survey = folder.survey if folder is not None else embedded.survey().iloc[:0]
    return Member(place, plan, survey, events, tuple(faults))


def _usable(path: Path) -> folders.Folder:
    folder = folders.read(path)
    if folder.errors:
        first = folder.errors[0]  # what `require_usable` raises says where the folder lies, which is nobody's business
        raise FileError("unusable", path, str(first), f"har fel: {first}")
    return folder


def _tried(read: Callable[[], T], faults: list[str]) -> T | None:
    """What could be read; None with the reason noted, or without where it has not been made."""
    try:
        return read()
    except KunskapError as error:
        if not (isinstance(error, FileError) and error.reason in _NOT_THERE):
            faults.append(error.svenska.splitlines()[0])
        return None


def _digest(mine: Mapping[str, Path]) -> str:
    """Of every file that the page may have been made from, by the code of the kommun: where they lie is no part of it."""
    said = {
        f"{code}/{file.relative_to(path).as_posix()}": hashlib.sha256(file.read_bytes()).hexdigest()
        for code, path in mine.items()
        for file in [*data_paths(path), plans.path_in(path), est.path_in(path), *est.folder.lists(path)]
        if file.is_file()
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _key(problem: Problem) -> str:
    indicator = _indicator(problem)
    return indicator.key if indicator is not None else " ".join(problem.namn.split()).casefold()


def _indicator(problem: Problem) -> indicators.PlanIndicator | None:
    return indicators.find(problem.indikator) if problem.indikator else None


def _shared(first: Problem, places: tuple[Kommun, ...], measures: tuple[Done, ...]) -> SharedProblem:
    """What is felt and what is reported are told apart by the indicator, without one by the problem's own name."""
    indicator = _indicator(first)
    if indicator is None:
        return SharedProblem(first.namn, None, "trygg" in first.namn.casefold(), places, measures)
    return SharedProblem(indicator.label, indicator.key, indicator.about == "trygghet", places, measures)


def contact(plan: Plan) -> str | None:
    """The coordinating function of § 11, where what is written is one."""
    return function_of(plan.organisation.samordningsfunktion)
