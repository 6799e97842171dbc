"""The sections out of a länspaket: duties, shared problems with who works on what, EST, topics for courses."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from kunskapsbaserat import swedish
from kunskapsbaserat.disclosure import release
from kunskapsbaserat.kommun import Kommun
from kunskapsbaserat.report.documents.region.package import EST_STEP, County
from kunskapsbaserat.report.documents.region.sections import planned_blocks
from kunskapsbaserat.report.documents.region.words import package as words
from kunskapsbaserat.report.page.blocks import Block, Bullets, Cell, Column, Paragraph, Section, Table
from kunskapsbaserat.report.statements.common_blocks import plain_table

SOURCES = ["lanspaket"]


def sections(county: County) -> list[Section]:
    """In the order of the page."""
    found = [duty_section(county), problem_section(county, trygghet=False), est_section(county), course_section(county)]
    return [section for section in found if section is not None]


def duty_section(county: County) -> Section:
    """One row a kommun in alphabetical order, and what could not be read."""
    places = county.lan.kommuner
    rows: list[list[Cell]] = [[place.name, *_dates(county, place)] for place in places]
    heads = words.DUTY_HEADS
    table = plain_table(
        pd.DataFrame(rows, columns=["kommun", "lagesbild", "plan", "uppfoljning", "nasta"]),
        rows,
        [Column(heads[0]), *(Column(head, phone=head) for head in heads[1:])],
        caption=words.DUTY_CAPTION,
        name="plikter",
        contents="description",
        sources=SOURCES,
        scope_line=words.DUTY_SCOPE,
        layout="cards",
    )
    missing = [place for place in places if place.code not in county.plans]
    return Section("plikter", words.TOPIC, words.duty_heading(missing, len(places)), [table, *_faults(county)])


def _dates(county: County, place: Kommun) -> list[str]:
    lagesbild, plan, follow_up = (county.duty(place.code, name) for name in ("lagesbild", "plan_beslut", "uppfoljning"))
    if lagesbild is None:
        member = county.members.get(place.code)
        why = words.DAMAGED if member is not None and member.faults else words.MISSING
        return [why, words.MISSING, words.MISSING, "–"]
    return [*(words.duty(one) for one in (lagesbild, plan, follow_up)), words.following([lagesbild, follow_up])]


def _faults(county: County) -> list[Block]:
    said = [words.fault(m.kommun.name, text) for m in county.members.values() for text in m.faults]
    said += [words.fault("", text) for text in county.faults]
    return [Bullets(said, heading=words.FAULTS_HEADING)] if said else []


def problem_section(county: County, *, trygghet: bool) -> Section | None:
    """Problems that stand in two plans or more, with the measures of each; those about trygghet by themselves."""
    if not county.plans:
        return None
    shared = [one for one in county.shared if one.about_trygghet is trygghet]
    key, topic = ("problem_trygghet", words.TOPIC_TRYGGHET) if trygghet else ("problem", words.TOPIC)
    heading = words.problems_heading(len(shared), trygghet=trygghet)
    if not shared:
        return Section(key, topic, heading, [Paragraph(words.NO_SHARED)])
    rows: list[list[Cell]] = []
    groups = []
    lines = []
    for problem in shared:
        mine = [
            [
                f"{done.measure.namn}",
                done.kommun.name,
                words.STATES[done.measure.lage],
                words.goals(done),
                done.contact or words.MISSING,
            ]
            for done in problem.measures
        ] or [
            [words.NO_MEASURE, swedish.NOT_APPLICABLE, swedish.NOT_APPLICABLE, swedish.NOT_APPLICABLE, swedish.NOT_APPLICABLE]
        ]
        rows += [list(row) for row in mine]
        lines += [[problem.name, *row] for row in mine]
        groups.append((words.problem(problem.name, problem.kommuner), len(mine)))
    heads = words.PROBLEM_HEADS
    frame = pd.DataFrame(lines, columns=["problem", "atgard", "kommun", "lage", "mal", "kontakt"])
    table = Table(
        caption=words.PROBLEM_CAPTION,
        columns=[Column(heads[0]), *(Column(head, phone=head) for head in heads[1:])],
        rows=rows,
        released=[release(frame, name=f"gemensamma_{key}", contents="description", sources=SOURCES)],
        scope_line=words.PROBLEM_SCOPE,
        layout="cards",
        groups=groups,
    )
    known = [block for one in shared for block in planned_blocks(one)] if trygghet else []
    return Section(key, topic, heading, [table, *known])


def est_section(county: County) -> Section | None:
    """Totals of the last whole quarter: what is 1 to 4 is not shown, and nothing can be had by subtraction."""
    counted = [(k, number) for k in county.lan.kommuner if (number := county.events(k.code)) is not None]
    if not counted or county.quarter is None:
        return None
    frame = pd.DataFrame([{"kommun": k.code, "name": k.name, "count": _to_step(n)} for k, n in counted])
    released = release(frame, name="est_lanet", contents="local", sources=SOURCES)
    shown = released.frame.to_dict("records")
    hidden = [row["suppressed"] for row in shown if not pd.isna(row["suppressed"])]
    rows: list[list[Cell]] = [
        [row["name"], str(row["suppressed"]) if not pd.isna(row["suppressed"]) else swedish.number(row["count"])]
        for row in shown
    ]
    total = int(sum(row["count"] for row in shown if pd.isna(row["suppressed"])))
    rows.append([words.EST_TOTAL, words.est_total(total, hidden=bool(hidden))])
    rows += [[k.name, words.MISSING] for k in county.lan.kommuner if k.code not in {one.code for one, _ in counted}]
    quarter = swedish.span_of_quarters(county.quarter, county.quarter)
    table = Table(
        caption=words.est_caption(quarter),
        columns=[Column(words.EST_HEADS[0]), Column(words.EST_HEADS[1], phone=words.EST_HEADS[1])],
        rows=rows,
        released=[released],
        scope_line=words.EST_SCOPE,
        layout="cards",
    )
    return Section("est", words.TOPIC, words.EST_HEADING, [table])


def _to_step(count: int) -> int:
    """To the nearest five; what the gate hides goes to it as it is."""
    return count if count < EST_STEP else EST_STEP * int(count / EST_STEP + 0.5)


def course_section(county: County) -> Section | None:
    """What is missing in the plans, counted, as topics."""
    if not county.plans:
        return None
    return Section("kurser", words.TOPIC, words.COURSES_HEADING, _courses(county))


def _courses(county: County) -> Sequence[Block]:
    if not county.gaps:
        few = not county.enough_plans
        return [Paragraph(words.FEW_PLANS if few else words.NO_GAPS)]
    of = len(county.plans)
    lines = [words.course(topic, count, of) for topic, count in county.topics(words.TOPIC_OF)]
    return [Paragraph(words.COURSES_LEAD), Bullets(lines)]
