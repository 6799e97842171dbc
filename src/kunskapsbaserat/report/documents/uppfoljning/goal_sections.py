"""The goals of the follow-up: all of them in a table, and those that say most each with its figure."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from kunskapsbaserat import catalogue
from kunskapsbaserat.catalogue import indikatorer
from kunskapsbaserat.effects import words as effect_text
from kunskapsbaserat.plan import indicators
from kunskapsbaserat.plan.goals import other_unit
from kunskapsbaserat.plan.outcome import GoalOutcome, GoalStatus
from kunskapsbaserat.report.documents.uppfoljning.material import Material
from kunskapsbaserat.report.documents.uppfoljning.sections import source_line, table
from kunskapsbaserat.report.documents.uppfoljning.words import followup, goals
from kunskapsbaserat.report.material.findings import CountFinding
from kunskapsbaserat.report.material.judgements import CERTAIN
from kunskapsbaserat.report.page import common_words as words
from kunskapsbaserat.report.page.blocks import (
    Block,
    Cell,
    Chips,
    Figure,
    FigureRow,
    Mark,
    Meaning,
    Note,
    Paragraph,
    Section,
    Stacked,
    Table,
)
from kunskapsbaserat.report.page.charts import Target
from kunskapsbaserat.report.statements.figures import count_figure, survey_figure
from kunskapsbaserat.swedish import NOT_APPLICABLE

NAN = float("nan")
MOST_SECTIONS = 12
"""Goals with a section of their own: with more nobody finds what has changed, and the table has all of them."""


def first_of(outcomes: Sequence[GoalOutcome], most: int) -> list[GoalOutcome]:
    """The goals that are told when not all have room, in the plan's order.

    First those with a säkerställd change or an evaluation, then those that are not reached, then the others that are judged.
    """

    def waits(o: GoalOutcome) -> int:
        if o.change in CERTAIN or o.effect is not None:
            return 0
        return {GoalStatus.INTE_NATT: 1, GoalStatus.NATT: 2}.get(o.status, 3)

    kept = sorted(range(len(outcomes)), key=lambda at: (waits(outcomes[at]), at))[:most]
    return [outcomes[at] for at in sorted(kept)]


def goals_table(m: Material, chosen: Sequence[GoalOutcome]) -> Table:
    """A goal in each row: before, target, outcome, and the two answers."""
    rows: list[list[Cell]] = []
    for o in chosen:
        limits = goals.outcome_limits(o)
        shown: Cell = Stacked(goals.outcome(o), limits, True) if limits else goals.outcome(o)
        change: Cell = NOT_APPLICABLE if o.kind == "activity" else Mark(*goals.change_mark(o))
        before: Cell = Stacked(goals.baseline(o), stated, True) if (stated := goals.stated(o)) else goals.baseline(o)
        rows.append([o.goal.namn, before, goals.target(o.goal), shown, Mark(*goals.status_mark(o)), change])
    return table(
        "mal",
        followup.GOAL_HEADS,
        rows,
        caption=followup.GOALS_CAPTION,
        source=source_line(m),
    )


def goals_sections(m: Material, *, whole: bool) -> list[Section]:
    """What the judgement builds on, then goal by goal; with the `whole` table where the first page has not room for it."""
    chosen = first_of(m.outcomes, MOST_SECTIONS)
    if not m.outcomes:
        return [Section("malen", followup.TOPIC_GOALS, followup.goals_heading(m.outcomes), [Paragraph(followup.NO_GOALS)])]
    found = [
        Section(
            "malen",
            followup.TOPIC_GOALS,
            followup.goals_heading(m.outcomes),
            [
                Note(words.SA_LASER_DU, followup.READ_THIS),
                *([goals_table(m, m.outcomes)] if whole else []),
                *([Paragraph(followup.sections_of(len(m.outcomes), len(chosen)))] if len(chosen) < len(m.outcomes) else []),
                evidence_of_goals(m),
            ],
        )
    ]
    return [*found, *(_goal_section(m, o, at) for at, o in enumerate(m.outcomes, start=1) if o in chosen)]


def evidence_of_goals(m: Material) -> Table:
    rows: list[list[Cell]] = [
        [
            o.goal.namn,
            goals.DIRECTION[o.wanted],
            goals.others_short(o) if o.kind == indicators.REPORTED else NOT_APPLICABLE,
            goals.design(o),
            goals.helped_short(o),
        ]
        for o in m.outcomes
    ]
    source = goals.own_sources(m.outcomes)
    return table("malens_grund", followup.GOAL_TABLE_HEADS, rows, caption=followup.GOAL_TABLE_CAPTION, source=source)


def _goal_section(m: Material, o: GoalOutcome, at: int) -> Section:
    status, change = Mark(*goals.status_mark(o)), Mark(*goals.change_mark(o))
    answers = [(followup.AGAINST_GOAL, status)] + ([(followup.MOVED, change)] if o.kind != "activity" else [])
    said = goals.paragraph(o, seen=m.visibility.get(o.goal.id))
    beside: list[Block] = [Chips([mark for _, mark in answers], labels=[label for label, _ in answers]), Paragraph(said)]
    if o.kind == indicators.REPORTED:
        beside.append(Note(words.SA_LASER_DU, f"{goals.others(o)} {_detection(o)}".strip()))
    answer = effect_text.summary(o.effect, f"anmälda {o.goal.namn.lower()}") if o.effect else goals.effect(o)
    beside.append(Meaning(goals.HELPED, None, answer))
    blocks: list[Block] = []
    figure = _figure(m, o, f"mal-{at}-figur")
    blocks += [FigureRow(figure, beside)] if figure else beside
    if o.kind == "own" and o.indicator is not None:
        blocks.append(Note(words.SA_LASER_DU, _limits(o.indicator.key)))
    return Section(f"mal-{at}", followup.GOAL_TOPICS[o.about], goals.headline(o), blocks)


def _detection(o: GoalOutcome) -> str:
    """What the figure cannot say where it follows how much the police look."""
    offence = catalogue.offence(o.indicator.offence) if o.indicator else None
    return followup.DETECTION if offence is not None and offence.detection_driven else ""


def _limits(key: str) -> str:
    """The honest limits of an indicator of the kommun's own, and what to read beside it."""
    about = indikatorer.indicator(key)
    names = []
    for other in about.beside:
        found = indicators.find(other)
        names += [found.label] if found else []
    return " ".join(x for x in (followup.own_limits(about), followup.beside(about, names)) if x)


def _figure(m: Material, o: GoalOutcome, name: str) -> Figure | None:
    """The goal in the figures that it is followed by, in its own unit: offences in numbers, survey answers in per cent."""
    if o.indicator is None:
        return None
    if o.kind == indicators.ASKED:
        asked = m.u.measure(o.indicator.key)
        figure = survey_figure(asked, m.u, target=_target(o)) if asked else None
    else:
        counted = m.u.count(o.indicator.key)
        figure = _counted(m, o, counted) if counted else None
    if figure is None:
        return None
    unit = followup.with_goal(figure.unit) if _target(o) else figure.unit
    return dataclasses.replace(figure, id=name, unit=unit, finding=f"{figure.finding} {goals.aim(o)}")


def _counted(m: Material, o: GoalOutcome, f: CountFinding) -> Figure:
    """In numbers, as the goal is, while the table has the rates too; the compared years are drawn where they are the goal's."""
    details = count_figure(f, m.u).table
    if (f.judgement.earlier, f.judgement.latest) != (o.earlier, o.latest):
        f = dataclasses.replace(f, judgement=dataclasses.replace(f.judgement, q_value=NAN))
    drawn = count_figure(dataclasses.replace(f, rates={}, bands={}), m.u, target=_target(o))
    return dataclasses.replace(drawn, table=details, unit=followup.COUNTED)


def _target(o: GoalOutcome) -> Target | None:
    if o.goal.malvarde is None or o.goal.malar is None or other_unit(o.goal):
        return None
    return Target(o.goal.malvarde, o.goal.malar, followup.target_name(o.goal.malar), goals.target_value(o.goal))
