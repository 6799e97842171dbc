"""What the page for the råd stands on: the work between the meetings, the figures, and what is new in both."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kunskapsbaserat.data.snapshot import Snapshot
from kunskapsbaserat.plan.model import Atgard
from kunskapsbaserat.report.material import underlag
from kunskapsbaserat.report.material import work as works
from kunskapsbaserat.report.material.asked import day_of
from kunskapsbaserat.report.material.computed_once import rows_of
from kunskapsbaserat.report.material.earlier import Earlier, earlier
from kunskapsbaserat.report.material.findings import CountFinding
from kunskapsbaserat.report.material.selection import count_problems
from kunskapsbaserat.report.material.underlag import Underlag
from kunskapsbaserat.report.material.work import Work
from kunskapsbaserat.trends import Change

_REACH = {
    "counts_groups.csv.gz": "year",
    "counts_year.csv.gz": "year",
    "counts_quarter.csv.gz": "quarter",
    "survey.csv.gz": "survey",
}
"""The package's tables that a råd hears of, by what their latest figure is; the others are no news of the kommun."""


@dataclass(frozen=True, slots=True)
class NewFigures:
    """A source that has come or changed since the meeting before; `reach` is its latest year or quarter, None of own files."""

    about: Snapshot
    reach: str | None


@dataclass(frozen=True, slots=True)
class Moved:
    """A measure with another state than at the meeting before; `before` is None where the plan's dates say it."""

    measure: Atgard
    before: str | None


@dataclass(frozen=True)
class Material:
    """The råd's page of a kommun."""

    work: Work
    u: Underlag
    earlier: Earlier

    @functools.cached_property
    def rising(self) -> list[CountFinding]:
        """Offences with a säkerställd rise that no goal of the plan is about; not those that follow police controls."""
        goals = self.work.plan.mal if self.work.plan is not None else ()
        aimed = {goal.indikator for goal in goals}
        return [
            f
            for f in count_problems(self.u)
            if f.judgement.change is Change.SAKERSTALLD_OKNING and f.key not in aimed and not f.offence.detection_driven
        ]

    @functools.cached_property
    def new_figures(self) -> list[NewFigures]:
        """Sources that were not there at the meeting before: by their digests, or fetched after it where no page is kept."""
        own = set(self.u.snapshots) - set(_embedded())
        known = [name for name in (*_REACH, *sorted(own)) if name in self.u.snapshots and (name in own or self._reach(name))]
        return [NewFigures(self.u.snapshots[name], self._reach(name)) for name in known if self._is_new(name)]

    def _is_new(self, name: str) -> bool:
        about = self.u.snapshots[name]
        if self.earlier.page:
            return self.earlier.inputs.get(name) != about.sha256
        return self.earlier.day < about.retrieved <= self.work.day

    def _reach(self, name: str) -> str | None:
        """The latest year or quarter of a package's table that the kommun has figures of."""
        kind, code = _REACH.get(name), self.work.kommun.code
        if kind == "quarter":
            rows = rows_of(self.u.quarters, code).dropna(subset=["count"])
            return str(rows["period"].max()) if len(rows) else None
        if kind == "survey":
            return str(self.u.survey_findings[0].last_year) if self.u.survey_findings else None
        if kind == "year":
            groups = name == "counts_groups.csv.gz"
            found = [f.last_year for f in self.u.count_findings if f.offence.broad is groups]
            return str(max(found)) if found else None
        return None

    @functools.cached_property
    def moved(self) -> list[Moved]:
        """Measures with another state: against the kept page, else those that began or ended by the plan's own dates."""
        if self.earlier.page:
            was = self.earlier.states
            return [Moved(a, was[a.id]) for a in self.work.measures if a.id in was and was[a.id] != a.lage.value]
        return [Moved(a, None) for a in self.work.measures if _within(a, self.earlier.day, self.work.day)]

    @property
    def added(self) -> list[Atgard]:
        """Measures that the kept page did not have."""
        return [a for a in self.work.measures if a.id not in self.earlier.states] if self.earlier.page else []


def _within(a: Atgard, after: date, until: date) -> bool:
    """Has the measure begun or been finished between the days, as the plan says?"""
    began = a.start is not None and after < a.start <= until and a.lage.value != "ej_startad"
    done = a.slut is not None and after < a.slut <= until and a.lage.value in ("genomford", "avbruten")
    return began or done


@functools.cache
def _embedded() -> tuple[str, ...]:
    from kunskapsbaserat.data import embedded

    return tuple(embedded.snapshots())


def load(kommun: object = None, *, data: str | Path | None = None, sedan: object = None, mote: object = None) -> Material:
    """Everything that the page is made of; see `document.load`."""
    work = works.load(kommun, data=data, day=mote)
    folder = Path(data) if data is not None else None
    council = work.plan.organisation.rad_mote if work.plan is not None else None
    before = earlier(folder, "rad", kommun=work.kommun.code, today=work.day, since=day_of("--sedan", sedan), council=council)
    return Material(work, underlag.load(work.kommun, data=data), before)
