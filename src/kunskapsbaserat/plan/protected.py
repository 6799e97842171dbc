"""The plan as it may be read by others: small numbers of persons or events are taken out before anything is said of it.

A goal's outcome or starting value of 1-4 ("brottsaktiva: 2") can point at persons, and so can 3 reached of a group. They are
taken out of the plan itself, so that no page, table or sentence can have them; what stands instead is remembered in `dolda`.
A target that small, and a number in the goal's name, go the same way: "from four to two" is told by either.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from typing import Any, TypeAlias, TypeVar

import pandas as pd

from kunskapsbaserat.disclosure import below_threshold, release
from kunskapsbaserat.disclosure.rules import POLICY, counts_people, counts_somebody
from kunskapsbaserat.plan import indicators
from kunskapsbaserat.plan.model import Aktivitet, Mal, Malslag, Plan
from kunskapsbaserat.plan.work import Fokus, Grannomrade, Kontroll, Plats, Processtal
from kunskapsbaserat.plan.work_protected import FEW as FEW
from kunskapsbaserat.plan.work_protected import in_words, protected_work

_Item = TypeVar("_Item", Mal, Aktivitet)

FIGURES = ("utfall", "utgangsvarde")
TEXTS = ("namn", "utfall_kalla")

OF_PERSONS = ("brottsaktiva_process",)
"""Indicators whose numbers are persons that somebody knows."""

_SMALL_IN_TEXT = re.compile(
    r"(?<![\w.,:/§–-])(?:[1-4]|tv[åa]|tre|fyra)(?![\w–-]|[.,:/]\d)(?!\s*(?:§|kap|procent|%|år\b|måna|gånger))", re.IGNORECASE
)


def protected(plan: Plan) -> Plan:
    """The plan without its small numbers of persons or events.

    Parameters
    ----------
    plan : Plan
        As it was read.

    Returns
    -------
    Plan
        In goals on indicators of the kommun's own, `utfall` and `utgangsvarde`, and in activities `natt`, `malgrupp` and,
        unless the unit names things, `genomfort` are None where they are small, or would give a small one away; `dolda` has
        what stands instead, by field. Where a figure of a goal is small, so may its target be, which is then None too, and a
        small number that stands in its texts is put into words.
    """
    marks = _goal_marks(plan)
    goals = tuple(_goal(goal, marks.get(goal.id, {})) for goal in plan.mal)
    activities = tuple(_activity(activity) for activity in plan.aktiviteter)
    return protected_work(dataclasses.replace(plan, mal=goals, aktiviteter=activities))


Shown: TypeAlias = "Mal | Aktivitet | Fokus | Processtal | Kontroll | Grannomrade | Plats"


def withheld(plan: Plan) -> Iterator[tuple[Shown, str, str]]:
    """What of a plan will not be shown: the goal, activity or other row, the field, and what stands instead."""
    shown = protected(plan)
    items: list[Shown] = [*shown.mal, *shown.aktiviteter, *shown.fokus, *shown.processtal, *shown.kontroller]
    items += [*shown.grannsamverkan, *shown.platser]
    for item in items:
        for name, mark in item.dolda:
            yield item, name, mark


def _goal_marks(plan: Plan) -> dict[str, dict[str, str]]:
    """What stands instead of the figures of the goals, by goal and field: those of the same year are judged together."""
    rows = [
        (goal.id, name, f"{goal.namn} {name}", str(_year(goal, name)), float(value), unit)
        for goal in plan.mal
        if (unit := _unit(goal)) is not None and counts_somebody(unit)
        for name in FIGURES
        if (value := getattr(goal, name)) is not None
    ]
    if not rows:
        return {}
    frame = pd.DataFrame(rows, columns=["goal", "field", "indicator", "period", "value", "unit"])
    found: dict[str, dict[str, str]] = {}
    for row in release(frame, name="planens_tal", contents="indicator", sources=["lokal"]).frame.to_dict("records"):
        if row["suppressed"] is not None and not pd.isna(row["suppressed"]):
            found.setdefault(row["goal"], {})[row["field"]] = in_words(str(row["suppressed"]))
    return found


def _goal(goal: Mal, marks: dict[str, str]) -> Mal:
    """The goal without its small figures. A target of 1-4 goes with them, and alone where it counts persons."""
    small = goal.malvarde is not None and 0 < goal.malvarde < POLICY.small_area_below
    unit = _unit(goal)
    if small and unit is not None and counts_somebody(unit) and (marks or goal.indikator in OF_PERSONS):
        marks = {**marks, "malvarde": FEW}
    if not marks:
        return goal
    texts: dict[str, Any] = {name: told_without(text) for name in TEXTS if (text := getattr(goal, name)) is not None}
    return _without(dataclasses.replace(goal, **texts), marks)


def told_without(text: str) -> str:
    """A text with its small numbers in words that say only that they are small.

    Examples
    --------
    >>> told_without("Brottsaktiva ska minska från 4 till två före 2027")
    'Brottsaktiva ska minska från färre än fem till färre än fem före 2027'
    """
    return _SMALL_IN_TEXT.sub(FEW, text)


def _year(goal: Mal, name: str) -> int | str | None:
    return goal.malar if name == "utfall" else f"före {goal.utgang_fran or goal.malar}"


def _unit(goal: Mal) -> str | None:
    """The unit of a goal's own figures; None when they are Brå's, which are known, or count what has been done."""
    if goal.slag is Malslag.AKTIVITET:
        return None
    indicator = indicators.find(goal.indikator) if goal.indikator else None
    if indicator is None:
        return goal.enhet or ""
    return goal.enhet or indicator.unit if indicator.kind == indicators.OWN else None


def _activity(activity: Aktivitet) -> Aktivitet:
    names = ["natt", "malgrupp", *(["genomfort", "planerat"] if counts_people(activity.enhet or "") else [])]
    few = {name: value for name in names if (value := getattr(activity, name)) is not None}
    small = below_threshold(list(few.values()), threshold=POLICY.small_area_below)
    marks = {name: FEW for name, hide in zip(few, small, strict=True) if hide}
    if "genomfort" not in marks:  # what was planned tells of somebody only where few were reached
        marks.pop("planerat", None)
    return _without(activity, marks)


def _without(item: _Item, marks: dict[str, str]) -> _Item:
    if not marks:
        return item
    emptied: dict[str, Any] = dict.fromkeys(marks)
    return dataclasses.replace(item, **emptied, dolda=tuple(sorted(marks.items())))
