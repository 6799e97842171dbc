"""The nämnder of a plan, each with its own measures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kunskapsbaserat import kommun as kommuner
from kunskapsbaserat.data.slug import slug
from kunskapsbaserat.errors import KunskapError, OptionError
from kunskapsbaserat.plan.model import Aktivitet, Atgard, Vems
from kunskapsbaserat.report.material import work as works
from kunskapsbaserat.report.material.functions import responsible_of
from kunskapsbaserat.report.material.work import Late, Work
from kunskapsbaserat.report.statements.plan_needed import no_plan


@dataclass(frozen=True, slots=True)
class Board:
    """A nämnd, by the name of its page, its measures in the plan's order, and their activities by id."""

    key: str
    name: str
    measures: tuple[Atgard, ...]
    late: tuple[Late, ...]
    activities: Mapping[str, tuple[Aktivitet, ...]]

    @property
    def undecided(self) -> list[Atgard]:
        """Measures whose next step nobody has decided."""
        return [a for a in self.measures if a.vidare is None]


@dataclass(frozen=True)
class Material:
    """The page of one nämnd, or over all (`wanted` is None)."""

    work: Work
    boards: tuple[Board, ...]
    wanted: Board | None

    @property
    def nobodys(self) -> list[Atgard]:
        """The kommun's own measures for which the plan names no nämnd that may be shown."""
        return [a for a in self.work.measures if a.vems is Vems.EGEN and responsible_of(a.ansvarig) is None]


def own_measures(measures: Sequence[Atgard]) -> dict[str, tuple[str, list[Atgard]]]:
    """The kommun's own measures by the nämnd that is responsible, in alphabetical order: its key, name and measures."""
    found: dict[str, tuple[str, list[Atgard]]] = {}
    for a in measures:
        name = responsible_of(a.ansvarig)
        if name is not None and a.vems is Vems.EGEN and slug(name):
            found.setdefault(slug(name), (name, []))[1].append(a)
    return dict(sorted(found.items(), key=lambda one: kommuner.sort_key(one[1][0])))


def boards(work: Work) -> tuple[Board, ...]:
    """Those that are responsible for a measure of the kommun's own, in alphabetical order."""
    return tuple(_board(work, key, name, own) for key, (name, own) in own_measures(work.measures).items())


def _board(work: Work, key: str, name: str, own: list[Atgard]) -> Board:
    done = {a.id: work.plan.activities_of(a) for a in own} if work.plan is not None else {}
    return Board(key, name, tuple(own), tuple(one for one in work.late if one.measure in own), done)


def keys_of(kommun: object, data: Path | None) -> tuple[str, ...]:
    """The names of the nämnder's pages; what is wrong with a plan is said when a page is made."""
    try:
        _, plan = works.plan_of(kommun, data=data)
    except KunskapError:
        return ()
    return tuple(own_measures(plan.atgarder)) if plan is not None else ()


def load(kommun: object = None, *, data: str | Path | None = None, namnd: str | None = None, mote: object = None) -> Material:
    """See `document.load`."""
    work = works.load(kommun, data=data, day=mote)
    if work.plan is None:
        raise no_plan(work.kommun, "namnd", data)
    there = boards(work)
    if namnd is None:
        return Material(work, there, None)
    wanted = next((one for one in there if one.key == slug(namnd)), None)
    if wanted is None:
        names = [one.name for one in there]
        raise OptionError("--namnd", namnd, names, tillatna=names or ["en nämnd när planen har en med egna åtgärder"])
    return Material(work, there, wanted)
