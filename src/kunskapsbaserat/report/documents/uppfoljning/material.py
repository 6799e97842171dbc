"""What a follow-up stands on: the plan, the figures, and everything computed from them, before any of it is put into words."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from kunskapsbaserat import kommun as kommuner
from kunskapsbaserat import plan as plans
from kunskapsbaserat.catalogue import evidens
from kunskapsbaserat.catalogue.evidens import Evidence
from kunskapsbaserat.errors import FileError
from kunskapsbaserat.findings import Finding
from kunskapsbaserat.plan import chain, duties, effect, example, goals, indicators
from kunskapsbaserat.plan.changes import Changes
from kunskapsbaserat.plan.contradictions import contradictions
from kunskapsbaserat.plan.duties import Duty
from kunskapsbaserat.plan.goals import Visibility
from kunskapsbaserat.plan.model import Atgard, Mal, Plan
from kunskapsbaserat.plan.outcome import GoalOutcome, outcomes
from kunskapsbaserat.plan.protected import protected
from kunskapsbaserat.report.material import underlag
from kunskapsbaserat.report.material.computed_once import rows_in, rows_of
from kunskapsbaserat.report.material.findings import CountFinding
from kunskapsbaserat.report.material.judgements import CERTAIN
from kunskapsbaserat.report.material.lookback import Lookback, look_back
from kunskapsbaserat.report.material.own_texts.followup_places import PLACES
from kunskapsbaserat.report.material.selection import count_problems
from kunskapsbaserat.report.material.underlag import Underlag

ABOUT = ("brott", "skada", "trygghet", "arbete")


@dataclass(frozen=True)
class Material:
    """A plan and the figures of its kommun."""

    u: Underlag
    plan: Plan

    @functools.cached_property
    def as_of(self) -> date:
        """The day that due dates are held against: the plan's, else that of the newest figures. Never the clock's."""
        return self.plan.organisation.uppfoljning_datum or max(s.retrieved for s in self.u.snapshots.values())

    @functools.cached_property
    def outcomes(self) -> tuple[GoalOutcome, ...]:
        """Goals about crime first, then harm, trygghet by itself, and work done; within each in the plan's order."""
        months = self.u.own.months if self.u.own is not None else self.u.quarters.iloc[:0]
        found = outcomes(
            self.plan,
            self._counts,
            self._survey,
            typical=self.u.typical,
            others=self.u.compared_with,
            effects=effect.effects(self.plan, months),
            changes=self._changes,
        )
        return tuple(sorted(found, key=lambda o: ABOUT.index(o.about)))

    @functools.cached_property
    def visibility(self) -> dict[str, Visibility]:
        """By goal id: could the goal be seen?"""
        found = goals.visibility(self.plan, self._counts, self._survey, typical=self.u.typical, changes=self._changes)
        return {v.goal.id: v for v in found}

    @functools.cached_property
    def _changes(self) -> Changes:
        return Changes(self._counts, self.u.kommun.code, self.u.typical)

    @functools.cached_property
    def _counts(self) -> pd.DataFrame:
        """The rows that a goal may be about: the kommun's, and those of the kommuner that it is compared with."""
        members = {code for f in self.u.count_findings for code in f.group.members}
        return rows_in(self.u.counts, {self.u.kommun.code, *members})

    @functools.cached_property
    def _survey(self) -> pd.DataFrame:
        return rows_of(self.u.survey, self.u.kommun.code)

    @property
    def unseen(self) -> list[Mal]:
        """Goals on reported offences that were too small to be seen: they ought to be replaced."""
        counted = {o.goal.id for o in self.outcomes if o.kind == indicators.REPORTED and o.improved is None}
        return [
            v.goal for v in self.visibility.values() if v.seen is False and v.goal.id in counted and not self._certain(v.goal)
        ]

    def _certain(self, goal: Mal) -> bool:
        return next(o.change in CERTAIN for o in self.outcomes if o.goal is goal)

    @functools.cached_property
    def loose(self) -> list[Finding]:
        """What hangs loose in the chain, and what each goal lacks."""
        return [*chain.orphans(self.plan), *goals.vague(self.plan)]

    @functools.cached_property
    def contradictions(self) -> list[Finding]:
        """What the plan says about itself that cannot all be true."""
        return contradictions(self.plan, as_of=self.as_of)

    @functools.cached_property
    def duties(self) -> tuple[Duty, ...]:
        return duties.duties(self.plan, as_of=self.as_of)

    def evidence(self, measure: Atgard) -> Evidence | None:
        """What the measure leans on: a study, else the kommun's own experience, else nothing."""
        if measure.evidens:
            return evidens.get(measure.evidens)
        return evidens.experience(measure.erfarenhet, name=measure.namn) if measure.erfarenhet else None

    @functools.cached_property
    def elsewhere(self) -> list[CountFinding]:
        """Offences with a säkerställd change that no goal of the plan is about."""
        aimed = {o.indicator.key for o in self.outcomes if o.indicator is not None}
        return [f for f in count_problems(self.u) if f.judgement.change in CERTAIN and f.key not in aimed]

    @functools.cached_property
    def back(self) -> Lookback | None:
        return look_back(self.u, decided=self.plan.organisation.lagesbild_datum, as_of=self.as_of)

    @property
    def empty_places(self) -> list[str]:
        """Headings of the kommun's own texts that are not written."""
        return [place.heading.removeprefix("Uppföljning: ") for key, place in PLACES.items() if key not in self.u.texts]


def load(kommun: object = None, *, year: int | str | None = None, data: str | Path | None = None) -> Material:
    """The plan of a kommun's folder with its figures; without a folder the invented plan, for its own kommun only.

    Raises
    ------
    FileError
        There is no plan, or nothing is filled in.
    PlanError, TableError, PersonalDataError, UnknownKommun
        As `plan.read` and `report.underlag.load`.
    """
    u = underlag.load(kommun, year=year, data=data)
    if data is not None:
        return Material(u, protected(plans.read(plans.path_in(data), kommun=u.kommun)))
    if u.kommun.code != example.KOMMUN:
        name = kommuner.get(example.KOMMUN).name
        raise FileError(
            "no_plan",
            "atgardsplan.xlsx",
            f"is needed: give the kommun's folder (the invented plan is for {name})",
            f'behövs för uppföljningen. Kör ”kunskap ny "{u.kommun.name}" MAPP”, fyll i arbetsboken och kör sedan '
            f"”kunskap rapport uppfoljning --data MAPP”. (En påhittad exempelplan finns för {name}.)",
        )
    return Material(u, protected(example.example()))
