"""The decision version of a lägesbild (`beslut.html`): what sticks out, the problems to decide on, and what remains."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING

from kunskapsbaserat.report.documents.lagesbild.national_figures import level_and_change_figure
from kunskapsbaserat.report.documents.lagesbild.sections import (
    law_table,
    overview_count_cells,
    overview_survey_cells,
    proposal,
    survey_change_cell,
)
from kunskapsbaserat.report.documents.lagesbild.strips import change_cells, level_cell, survey_level_cell
from kunskapsbaserat.report.documents.lagesbild.words import decision as text
from kunskapsbaserat.report.documents.lagesbild.words import front, lengths, situation
from kunskapsbaserat.report.material import selection
from kunskapsbaserat.report.material.findings import CountFinding
from kunskapsbaserat.report.material.judgements import CERTAIN
from kunskapsbaserat.report.material.survey_findings import SurveyFinding
from kunskapsbaserat.report.material.underlag import Underlag
from kunskapsbaserat.report.page import common_words as words
from kunskapsbaserat.report.page.blocks import (
    Block,
    Bullets,
    Cell,
    Column,
    Definitions,
    Figure,
    FigureRow,
    FirstPage,
    Link,
    Mark,
    Meaning,
    Paragraph,
    Section,
    Table,
)
from kunskapsbaserat.report.statements import method, reported, survey
from kunskapsbaserat.report.statements.figures import count_figure, counts_table, survey_figure, survey_table

if TYPE_CHECKING:
    from kunskapsbaserat.report.documents.lagesbild.document import Lagesbild

MOST_ROWS = 7  # so many fit beside three findings on one sheet
MOST_PROBLEMS = 2  # with a figure each, on one sheet


def sections(lb: Lagesbild) -> list[Section]:
    """Three sheets."""
    return [first(lb), *problems(lb.u), rest(lb)]


def first(lb: Lagesbild) -> Section:
    """The first sheet: the finding, what to decide, and the numbers it rests on."""
    u = lb.u
    missing = [r.short for r in lb.requirements if r.state != "finns"]
    questions = front.decisions(selection.count_problems(u), selection.survey_problems(u), selection.over_the_band(u))
    page = FirstPage(
        heading=text.HEADING,
        lead=lb.lead(),
        notice=" ".join(line for line in (lb.notice(), text.left_out(selection.policed(u))) if line),
        highlights_heading=front.STICKS_OUT,
        highlights=lb.highlights,
        decide_heading=text.DECIDE,
        decide=text.decisions(questions, missing=bool(missing)),
        ordered=[(Mark(step.value, f"{words.STEP[step]}:"), names) for step, names in text.ordered(selection.problems(u))],
        decide_note=text.FREE,
        remaining_heading=front.REMAINING,
        remaining=front.remaining(missing),
        remaining_link=Link(front.SEE_MISSING, "lagens-krav-kort") if missing else None,
        marks_heading="",
        marks=(),
        overview=overview(u),
    )
    return Section("korthet", "", text.HEADING, [page], style="kort")


def overview(u: Underlag) -> Table:
    """The rows of the first page with level and change drawn among the others."""
    counts, surveys = selection.first_page(u)
    kept = sorted(counts, key=lambda f: not f.judgement.certain)[: MOST_ROWS - len(surveys)]
    counts = [f for f in counts if f in kept]
    changes = change_cells(counts, u)
    rows: list[Sequence[Cell]] = [
        *([*overview_survey_cells(f), survey_level_cell(f), survey_change_cell(f)] for f in surveys),
        *([*overview_count_cells(f), level_cell(f, u), changes[f.key]] for f in counts),
    ]
    area, development, count, level, change = text.OVERVIEW_HEADS
    certain = sum(f.judgement.certain for f in counts) + sum(f.change in CERTAIN for f in surveys)
    return Table(
        caption=text.caption(certain, len(rows), u.kommun.where),
        scope_line=front.strip_scope(counts),
        columns=[
            Column(area),
            Column(development, css="c-spark"),
            Column(count, right=True, css="c-antal", phone=count),
            Column(level, css="c-tal", phone=level),
            Column(change, css="c-dom", phone=change),
        ],
        rows=rows,
        released=[counts_table(f, u) for f in counts] + [survey_table(f, u) for f in surveys],
        layout="overview",
        source=front.overview_source(counts, surveys),
        key=front.key_words(None, u.kommun, surveys=bool(surveys), dots=any(f.few for f in counts)),
        method=f"{lengths.ANNEX}#metod",
    )


def problems(u: Underlag) -> list[Section]:
    """At most two problems with figure, answers and proposal: those proposed, else those that lie nearest."""
    told = selection.to_decide(u)[:MOST_PROBLEMS]
    return [problem(f, u) if place == 0 else problem_in_brief(f, u) for place, f in enumerate(told)]


def problem(f: CountFinding | SurveyFinding, u: Underlag) -> Section:
    """One problem: the years, the others, what is known, how surely, why, and what is proposed."""
    known, sure, unsaid, cause, measures = text.answers(f, u)
    proposed = _proposed(f)
    if isinstance(f, CountFinding) and f.group.kind == "liknande":
        blocks: list[Block] = [
            FigureRow(_figure(f, u), [Definitions([known, sure, unsaid])]),
            FigureRow(level_and_change_figure(f, u), [Definitions([cause, measures]), proposed]),
        ]
    else:
        blocks = [FigureRow(_figure(f, u), [Definitions([known, sure, unsaid, cause, measures]), proposed])]
    return Section(f"{f.key}-del", text.problem_topic(f.step), _headline(f), blocks, style="del blad problem")


def problem_in_brief(f: CountFinding | SurveyFinding, u: Underlag) -> Section:
    """A second problem on the same sheet: what is known, how surely, and what is proposed."""
    known, sure, _unsaid, _cause, measures = text.answers(f, u)
    blocks: list[Block] = [FigureRow(_figure(f, u), [Definitions([known, sure, measures]), _proposed(f)])]
    return Section(f"{f.key}-del", text.problem_topic(f.step), _headline(f), blocks, style="del problem")


def _figure(f: CountFinding | SurveyFinding, u: Underlag) -> Figure:
    return count_figure(f, u) if isinstance(f, CountFinding) else survey_figure(f, u)


def _headline(f: CountFinding | SurveyFinding) -> str:
    return reported.headline(f) if isinstance(f, CountFinding) else survey.headline(f)


def _proposed(f: CountFinding | SurveyFinding) -> Meaning:
    text_of = reported.meaning(f) if isinstance(f, CountFinding) else survey.meaning(f)
    return Meaning(words.VAD_BETYDER, proposal(f.step), text_of)


def rest(lb: Lagesbild) -> Section:
    """The last sheet: the map of the län, what the law asks for, how sure we are, and the sources."""
    u = lb.u
    blocks: list[Block] = []
    sure = Bullets(text.SURE_POINTS, heading=text.SURE_HEADING)
    if lb.county:
        blocks.append(FigureRow(lb.county, [Paragraph(situation.map_paragraph(u)), sure]))
    else:
        blocks += [Paragraph(situation.map_paragraph(u)), sure]
    table = dataclasses.replace(law_table(lb.requirements), layout="cards")
    sources = method.definitions_of_sources(u.count_findings, u.survey_findings)
    return Section(
        "lagens-krav-kort", text.REST_TOPIC, text.REST_HEADING, [*blocks, table, Definitions(sources)], style="del blad"
    )
