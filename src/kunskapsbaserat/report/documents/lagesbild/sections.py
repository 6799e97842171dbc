"""Sections that several parts of a report share: one offence, one survey measure, a table of measures, own text."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import pandas as pd

from kunskapsbaserat import swedish
from kunskapsbaserat.rates import ComparisonGroup, Position, position
from kunskapsbaserat.report.documents.lagesbild.words import agreement, analysis, front, lengths, situation
from kunskapsbaserat.report.material import law
from kunskapsbaserat.report.material.findings import CountFinding
from kunskapsbaserat.report.material.judgements import CERTAIN
from kunskapsbaserat.report.material.priority import Step
from kunskapsbaserat.report.material.selection import DIFFERS, count_problems, problems, survey_problems
from kunskapsbaserat.report.material.survey_findings import SurveyFinding
from kunskapsbaserat.report.material.underlag import Underlag
from kunskapsbaserat.report.page import common_words as words
from kunskapsbaserat.report.page import labels
from kunskapsbaserat.report.page.blocks import (
    Block,
    Bullets,
    Cell,
    Chips,
    Column,
    FigureRow,
    Highlight,
    Link,
    Mark,
    Meaning,
    Note,
    OwnText,
    Paragraph,
    Section,
    Stacked,
    Table,
)
from kunskapsbaserat.report.statements import method, reported, survey
from kunskapsbaserat.report.statements.common_blocks import plain_table, same_in_all_rows, written
from kunskapsbaserat.report.statements.figures import (
    count_figure,
    counts_table,
    spark,
    survey_figure,
    survey_spark,
    survey_table,
)
from kunskapsbaserat.trends import Change

ALIKE_SECTION = "liknande"
MOST_IN_TEXT = 3  # so many answers with their shares are read in a sentence as well as in a table
MOST_PROPOSED = 6  # rows of the table for priorities; the others are named under it


def count_section(f: CountFinding, u: Underlag, *, topic: str) -> Section:
    """One reported offence: figure, verdict, how to read it, what it means, the kommun's own assessment."""
    beside: list[Block] = [
        Chips(verdict_marks(f)),
        Paragraph(reported.paragraph(f)),
        Meaning(words.VAD_BETYDER, proposal(f.step), reported.meaning(f)),
    ]
    blocks: list[Block] = [FigureRow(count_figure(f, u), beside), *written(u, f.key, words.BEDOMNING)]
    return Section(id=f.key, topic=topic, heading=reported.headline(f), blocks=blocks)


def beside_each_other(findings: Sequence[Section]) -> list[Section]:
    """Findings in two columns; the first of an odd number has the whole width."""
    alone = len(findings) % 2
    return [*findings[:alone], *(dataclasses.replace(s, style="del halv") for s in findings[alone:])]


def law_table(requirements: Sequence[law.Requirement]) -> Table:
    """What 4 § asks for, and what is there."""
    return plain_table(
        pd.DataFrame([(r.part, r.state, r.text) for r in requirements], columns=["del", "lage", "text"]),
        [[r.part, Mark(r.state, law.STATES[r.state]), r.text] for r in requirements],
        [Column(head) for head in analysis.LAW_HEADS],
        caption=analysis.LAW_CAPTION,
        name="lagens_krav",
        contents="description",
        sources=["scb"],
        layout="law",
    )


def verdict_marks(f: CountFinding) -> list[Mark]:
    """Level, then change; a change that is not certain is said in the text and has no mark."""
    level = reported.level_chip(f)
    calm = f.judgement.change is Change.INGEN_SAKERSTALLD_SKILLNAD and not f.judgement.certain
    return [*([Mark(*level)] if level else []), *([] if calm and level else [Mark(*reported.chip(f))])]


def survey_section(f: SurveyFinding, u: Underlag, *, topic: str) -> Section:
    beside: list[Block] = [
        Chips([Mark(*c) for c in survey.chips(f)[: 2 if f.change is not Change.INGEN_SAKERSTALLD_SKILLNAD else 1]]),
        Paragraph(survey.paragraph(f, u.kommun)),
        Note(words.SA_LASER_DU, survey.read_this(f, u.kommun)),
        Meaning(words.VAD_BETYDER, proposal(f.step), survey.meaning(f)),
    ]
    blocks: list[Block] = [FigureRow(survey_figure(f, u), beside), *written(u, f.key, words.BEDOMNING)]
    return Section(id=f.key, topic=topic, heading=survey.headline(f), blocks=blocks)


def own_place(u: Underlag, key: str) -> list[OwnText]:
    """What the kommun has written in a place that the act asks for; empty ones stand together, see `places_section`."""
    return written(u, key, law.PLACES[key].heading)


def own_section(u: Underlag, key: str, *, topic: str, before: Sequence[Block] = ()) -> list[Section]:
    """A section that only the kommun can write, when it has; `before` is what else there is."""
    blocks = [*before, *written(u, key, words.BEDOMNING)]
    return [Section(key.replace("_", "-"), topic, law.PLACES[key].heading, blocks)] if blocks else []


def places_section(u: Underlag) -> list[Section]:
    """The places that are still empty, once and not under every figure; each with the first of the questions in `texter.md`."""
    empty = [place for place in law.PLACES.values() if place.key not in u.texts]
    boxes: list[Block] = [OwnText(p.key, p.heading, p.questions[:1], gathered=True) for p in empty]
    return [Section("kvar", "", situation.PLACES_HEADING, boxes, style="del kvar")] if boxes else []


def proposal(step: Step) -> Mark:
    return Mark(step.value, words.proposal(step))


def overview_table(
    counts: Sequence[CountFinding], surveys: Sequence[SurveyFinding], u: Underlag, *, caption: str, annexed: bool = False
) -> Table:
    """Areas as rows: sparkline, number, level and change; by the year and the comparison that they share, survey measures
    beside the last. `annexed`: it stands among the appendices."""
    parts = by_comparison(counts)
    rows: list[Sequence[Cell]] = []
    groups: list[tuple[str, int]] = []
    for part in parts:
        asked = surveys if part is parts[-1] else ()
        rows += [overview_survey_row(f) for f in asked] + [overview_count_row(f) for f in part]
        groups.append((front.row_group(part, len(asked)), len(asked) + len(part)))
    mixed = len(parts) > 1
    signs = {cell for row in rows for cell in row if isinstance(cell, str)}
    group = None if mixed else counts[0].group
    return Table(
        caption=caption,
        scope_line=front.mixed_scope(min(min(f.counts) for f in counts)) if mixed else front.overview_scope(counts),
        columns=_overview_columns(group, None if mixed else counts[0].last_year, surveys=bool(surveys)),
        rows=rows,
        released=[counts_table(f, u) for f in counts] + [survey_table(f, u) for f in surveys],
        layout="overview",
        source=front.overview_source(counts, surveys),
        see=Link(front.SEE_ALIKE, f"{lengths.REPORT}#{ALIKE_SECTION}" if annexed else ALIKE_SECTION)
        if any(f.group == u.alike and f.group.kind == "liknande" for f in counts)
        else None,
        key=front.key_words(group, u.kommun, surveys=bool(surveys), dots=any(f.few for f in counts)),
        signs=[sign for sign in words.SIGN_MEANINGS if sign[0] in signs],
        groups=groups if mixed else (),
        method="metod" if annexed else f"{lengths.ANNEX}#metod",
    )


def by_comparison(counts: Sequence[CountFinding]) -> list[list[CountFinding]]:
    """Findings that are about the same years and compared with the same kommuner, in their own order."""
    parts: dict[object, list[CountFinding]] = {}
    for f in counts:
        parts.setdefault((f.judgement.latest, f.group), []).append(f)
    return list(parts.values())


def _overview_columns(group: ComparisonGroup | None, year: int | None, *, surveys: bool) -> list[Column]:
    head, of_counts = (front.count_or_share(year, either) for either in (surveys, False))
    return [
        Column(front.AREA),
        Column(front.DEVELOPMENT, css="c-spark"),
        Column(head, right=True, css="c-antal", phone=of_counts),
        Column(front.RATE_HEAD, right=True, css="c-tal", phone=front.RATE_HEAD),
        Column(front.against_head(group), css="c-jmf", phone=front.against_head(group)),
        Column(front.CHANGE_HEAD, css="c-dom"),
    ]


def overview_count_row(f: CountFinding) -> list[Cell]:
    """Name, sparkline, count, rate, position against the band, verdict. Few offences: the mean of three years."""
    name: Cell = Stacked(f.facet.short, front.remark(f)) if front.remark(f) else f.facet.short
    rate: Cell
    if f.small:
        count: Cell = labels.count(f.count) if not f.pooled else Stacked(labels.count(f.count), front.pooled_mean(f), True)
        enough = f.pooled is not None and f.position is not None
        rate = Stacked(swedish.number(f.pooled.rate), front.pooled_years(f), True) if enough and f.pooled else swedish.MISSING
    elif f.stale:
        count, rate = (
            Stacked(labels.counted(f), front.year_of(f), True),
            Stacked(swedish.number(f.rate), front.year_of(f), True),
        )
    else:
        count, rate = labels.counted(f), swedish.number(f.rate)
    return [name, spark(f), count, rate, _against(f.position, f), change_cell(f)]


def change_cell(f: CountFinding) -> Cell:
    """A säkerställd change is a mark; any other is its size, since the caption says of all rows that they are not."""
    j = f.judgement
    if j.certain or j.q_value != j.q_value:
        return Mark(*words.change_mark(j.change, j.relative_change))
    size, between = front.change_in_words(f)
    return Stacked(size, between, True) if between else size


def survey_change_cell(f: SurveyFinding) -> Cell:
    """The share of the first survey; what has changed for certain, or cannot be judged, is a mark."""
    if f.change is not Change.INGEN_SAKERSTALLD_SKILLNAD:
        return Mark(*words.CHANGE[f.change])
    first = swedish.percent_sign(f.kommun[f.first_year][0], survey.decimals(f))
    return Stacked(front.survey_change(first, f.first_year), front.UNCERTAIN, True)


def overview_count_cells(f: CountFinding) -> list[Cell]:
    """The first three cells of an offence's row: name, sparkline, count."""
    return overview_count_row(f)[:3]


def overview_survey_cells(f: SurveyFinding) -> list[Cell]:
    """The first three cells of a survey measure's row: name, sparkline, share."""
    return overview_survey_row(f)[:3]


def _against(position: Position | None, f: CountFinding) -> Cell:
    if position is None or f.band is None:
        return swedish.MISSING
    return Stacked(_place(f), swedish.limits(f.band.lower, f.band.upper), True)


def _place(f: CountFinding) -> str:
    return words.position_mark(f.position, certain=f.level is not None and f.level.certain) if f.position else ""


def overview_survey_row(f: SurveyFinding) -> list[Cell]:
    d = survey.decimals(f)
    share, limits = survey.share_with_limits(f.kommun[f.last_year], d)
    against: Cell = swedish.MISSING
    if f.last_year in f.lan_band:
        b = f.lan_band[f.last_year]
        place = position(100 * f.share, 100 * b.lower, 100 * b.upper, decimals=d)
        if place is not None:
            against = Stacked(words.POSITION[place], f"{swedish.percent_limits(b.lower, b.upper, d)}{swedish.NBSP}%", True)
    name = Stacked(f.measure.short, front.survey_remark(f))
    return [
        name,
        survey_spark(f),
        Stacked(share, limits, True, front.SHARE),
        swedish.NOT_APPLICABLE,
        against,
        survey_change_cell(f),
    ]


def measures_table(findings: Sequence[SurveyFinding], u: Underlag, *, caption: str) -> Table:
    """Survey measures as rows: share with limits, the län, and the two verdicts."""
    rows: list[list[Cell]] = []
    for f in findings:
        d = survey.decimals(f)
        share, limits = survey.share_with_limits(f.kommun[f.last_year], d)
        lan = swedish.percent_sign(f.lan[f.last_year][0], d) if f.last_year in f.lan else swedish.MISSING
        against_kind, against = words.COMPARISON[f.comparison]
        change_kind, change = words.CHANGE[f.change]
        rows.append(
            [
                Stacked(f.measure.short, front.survey_years(f)),
                survey_spark(f),
                Stacked(share, limits, True),
                lan,
                Mark(against_kind, front.short_comparison(against)),
                Mark(change_kind, change),
            ]
        )
    columns = [
        Column(front.QUESTION),
        Column(front.DEVELOPMENT, css="c-spark"),
        Column(front.SHARE, right=True, css="c-antal", phone=front.SHARE),
        Column(labels.LAN, right=True, css="c-tal", phone=labels.LAN),
        Column(front.AGAINST_LAN, css="c-dom", phone=front.AGAINST_LAN),
        Column(front.SINCE_FIRST, css="c-dom", phone=front.SINCE_FIRST),
    ]
    table = Table(
        caption=caption,
        scope_line=front.measures_scope(findings),
        columns=columns,
        rows=rows,
        released=[survey_table(f, u) for f in findings],
        layout="overview",
        source=method.survey_source(findings),
    )
    return same_in_all_rows(table)


def highlight(f: CountFinding | SurveyFinding, *, calm: bool = True) -> Highlight:
    """A finding in two or three sentences, for the first page; `calm`: also that an answer has not changed for certain."""
    if isinstance(f, CountFinding):
        certain = f.judgement.change in CERTAIN
        mark = reported.chip(f) if certain else reported.level_chip(f) or reported.chip(f)
        return Highlight(reported.topic(f), Mark(*mark), reported.highlight(f))
    kind, text = words.COMPARISON[f.comparison] if f.comparison in DIFFERS else words.CHANGE[f.change]
    return Highlight(f.measure.short, Mark(kind, text.format(other="länet")), survey.highlight(f, calm=calm))


def answers_section(found: Sequence[SurveyFinding], u: Underlag) -> Section:
    """What the residents answer, beside the headline: those that differ from the län or have changed, a row each."""
    differing = [f for f in found if f.comparison in DIFFERS or f.change in CERTAIN]
    topic, caption, note, heading = situation.SURVEY
    blocks: list[Block] = [Paragraph(situation.measures_paragraph(found, u.kommun))]
    blocks += [measures_table(differing, u, caption=caption)] if len(differing) > MOST_IN_TEXT else []
    blocks.append(Note(words.SA_LASER_DU, f"{note} {situation.rest_of_answers(len(found) - len(differing))}".strip()))
    return Section("trygghet", topic, situation.measures_heading(heading, found), blocks)


def measures_section(found: Sequence[SurveyFinding], u: Underlag, *, key: str) -> Section:
    """All survey measures in one table, for the appendices."""
    table = measures_table(found, u, caption=situation.SURVEY[1])
    return Section(key, situation.CONSEQUENCES_TOPIC, situation.all_answers(len(found)), [table])


def agreement_section(u: Underlag) -> list[Section]:
    """Where two sources say something about the same problem: the same picture, another, or nothing that can be compared."""
    pairs = agreement.pairs(u)
    if not pairs:
        return []
    rows: list[list[Cell]] = [
        [p.problem, Stacked(p.one.source, p.one.text), Stacked(p.other.source, p.other.text), Stacked(*agreement.together(p))]
        for p in pairs
    ]
    table = plain_table(
        pd.DataFrame([(p.problem, p.one.source, p.other.source, str(p.picture)) for p in pairs], columns=agreement.COLUMNS),
        rows,
        [Column(head, phone=head) for head in agreement.HEADS],
        caption=agreement.CAPTION,
        name="kallor_mot_varandra",
        contents="description",
        sources=["bra_indikatorer", "bra_ntu"],
        scope_line=agreement.RULE,
        layout="cards",
        source=front.overview_source(u.count_findings, u.survey_findings),
    )
    return [Section("kallorna", analysis.TOPIC, agreement.heading(pairs), [table])]


def priorities_section(u: Underlag) -> Section:
    """The prioritisation table: statistics fill three columns, the kommun the rest."""
    lines: list[tuple[Step, list[Cell]]] = []
    for s in survey_problems(u):
        share = analysis.share_of(s, survey.decimals(s))
        lines.append((s.step, [s.measure.short, share, survey_change_cell(s), analysis.against_lan(s)]))
    for f in count_problems(u):
        where = _place(f) if f.position else swedish.MISSING
        lines.append((f.step, [f.facet.short, analysis.extent_of(f), change_cell(f), where]))
    lines.sort(key=lambda line: list(Step).index(line[0]))
    numbers = {name: number for number, (name, _) in enumerate(problems(u), start=1)}
    for _, cells in lines:  # the number by which the åtgärdsplan refers to it
        cells[0] = analysis.numbered(str(cells[0]), numbers)
    shown, rest = lines[:MOST_PROPOSED], lines[MOST_PROPOSED:]
    table = plain_table(
        pd.DataFrame([(str(cells[0]), step.value) for step, cells in lines], columns=["problem", "forslag"]),
        [[*cells, Mark(step.value, words.STEP[step])] for step, cells in shown],
        [Column(head, phone=head) for head in analysis.PRIORITY_HEADS],
        caption=analysis.PRIORITY_CAPTION,
        name="prioritering",
        contents="description",
        sources=["bra_indikatorer", "bra_ntu"],
        scope_line=analysis.PRIORITY_SCOPE,
        layout="cards",
        source=front.overview_source(u.count_findings, u.survey_findings),
    )
    steps = [step for step, _ in lines]
    heading = analysis.priority_heading(steps.count(Step.PRIORITERA), steps.count(Step.BEVAKA))
    blocks: list[Block] = [Paragraph(analysis.PRIORITY_LEAD, lead=True), same_in_all_rows(table)]
    blocks += [Paragraph(analysis.others([(str(cells[0]), step) for step, cells in rest]))] if rest else []
    blocks.append(Bullets(analysis.gaps(u), heading=analysis.GAPS))
    return Section("prioritering", analysis.TOPIC, heading, blocks)
