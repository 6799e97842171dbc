"""The sections of the follow-up but the goals: chain, measures, what else has happened, duties, promises, the look back."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from kunskapsbaserat.frames import of_texts
from kunskapsbaserat.plan import indicators
from kunskapsbaserat.plan.model import Atgard, Lage, Orsak, Problem, Stallning
from kunskapsbaserat.report.documents.uppfoljning.material import Material
from kunskapsbaserat.report.documents.uppfoljning.words import followup
from kunskapsbaserat.report.material.own_texts.followup_places import PLACES
from kunskapsbaserat.report.page import common_words as words
from kunskapsbaserat.report.page.blocks import (
    Blank,
    Block,
    Bullets,
    Cell,
    Column,
    Definitions,
    Mark,
    Note,
    OwnText,
    Paragraph,
    Section,
    Stacked,
    Table,
)
from kunskapsbaserat.report.statements import duties as duty_text
from kunskapsbaserat.report.statements import evidence, measures
from kunskapsbaserat.report.statements.common_blocks import own_text, plain_table, same_in_all_rows
from kunskapsbaserat.swedish import NOT_APPLICABLE, years

PLAN_SOURCE = "scb"  # of tables that hold no figures of anybody: the gate wants a publisher
NAN = float("nan")


def table(
    name: str,
    heads: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    *,
    caption: str,
    scope: str = "",
    source: str = "",
) -> Table:
    """A table of words and of the plan's own figures, as cards on a phone."""
    frame = of_texts([[_plain(cell) for cell in row] for row in rows], heads)
    columns = [Column(head, phone=head) for head in heads]
    shown = plain_table(
        frame,
        rows,
        columns,
        caption=caption,
        name=name,
        contents="description",
        sources=[PLAN_SOURCE],
        scope_line=scope,
        layout="cards",
        source=source,
    )
    return same_in_all_rows(shown)


def with_small(text: str, small: str | None, called: str = "") -> Cell:
    """The text, with what else the plan says of it on a smaller line, and what that is `called`."""
    return Stacked(text, f"{called}: {small}" if called else small) if small else text


def _plain(cell: Cell) -> str:
    if isinstance(cell, Stacked):
        return f"{cell.text} {cell.small}"
    return cell if isinstance(cell, str) else getattr(cell, "text", "")


def own_place(m: Material, key: str) -> OwnText:
    place = PLACES[key]
    return own_text(m.u, key, place.heading.removeprefix("Uppföljning: ").capitalize(), place.questions)


def source_line(m: Material) -> str:
    counts, asked = m.u.count_findings, m.u.survey_findings
    first = min((min(f.counts) for f in counts), default=None)
    last = max((f.last_year for f in counts), default=None)
    surveys = ""
    if asked and any(o.kind == indicators.ASKED for o in m.outcomes):
        surveys = years(min(f.first_survey for f in asked), max(f.last_survey for f in asked))
    return followup.source(first, last, surveys)


# ---- the chain -----------------------------------------------------------------------------------------------------------


def chain_section(m: Material) -> Section:
    plan = m.plan
    rows: list[list[Cell]] = []
    placed: set[str] = set()
    for problem in plan.problem:
        for cause, measure in _links(m, problem):
            placed |= {measure.id} if measure else set()
            rows.append(_chain_row(m, problem, cause, measure))
    rows = [_not_said_again(row, rows[:at]) for at, row in enumerate(rows)]
    rows += [_chain_row(m, None, None, a) for a in plan.atgarder if a.id not in placed]
    shown = table("kedjan", followup.CHAIN_HEADS, rows, caption=followup.CHAIN_CAPTION, scope=followup.CHAIN_SCOPE)
    loose = (
        Bullets([followup.loose(f) for f in m.loose], heading=followup.LOOSE) if m.loose else Paragraph(followup.NOTHING_LOOSE)
    )
    return Section("kedjan", followup.TOPIC_CHAIN, followup.chain_heading(m.loose), [shown, loose])


def _not_said_again(row: list[Cell], before: Sequence[Sequence[Cell]]) -> list[Cell]:
    """The row without what an earlier one has said on its smaller lines of the same problem or cause."""
    said = [cell for earlier in before for cell in earlier]
    return [cell.text if isinstance(cell, Stacked) and cell in said else cell for cell in row]


def _links(m: Material, problem: Problem) -> list[tuple[Orsak | None, Atgard | None]]:
    causes = [o for o in m.plan.orsaker if o.problem == problem.id]
    found: list[tuple[Orsak | None, Atgard | None]] = []
    for cause in causes:
        aimed = [a for a in m.plan.atgarder if cause.id in a.orsaker]
        found += [(cause, a) for a in aimed] or [(cause, None)]
    return found or [(None, None)]


def _chain_row(m: Material, problem: Problem | None, cause: Orsak | None, measure: Atgard | None) -> list[Cell]:
    blank = Blank(followup.MISSING_LINK)
    chosen = m.plan.goals_of(measure) if measure else ()
    decided = problem is not None and problem.stallning is Stallning.INGEN_ATGARD
    why = f"{followup.NO_MEASURE}: {problem.skal or followup.MISSING_LINK}" if decided and problem else ""
    named = [found.label for g in chosen if g.indikator and (found := indicators.find(g.indikator))]
    return [
        with_small(problem.namn, measures.where(problem)) if problem else blank,
        with_small(f"{cause.namn} ({measures.grade(cause.belagg)})", cause.underlag, followup.BASIS)
        if cause
        else NOT_APPLICABLE
        if decided
        else blank,
        measure.namn if measure else why or blank,
        "; ".join(g.namn for g in chosen) if chosen else NOT_APPLICABLE if decided else blank,
        "; ".join(named) if named else NOT_APPLICABLE if decided else blank,
    ]


# ---- measures ------------------------------------------------------------------------------------------------------------


def measures_sections(m: Material) -> list[Section]:
    """One table over all, then each measure by itself."""
    overview = Section(
        "atgarder",
        followup.TOPIC_MEASURES,
        followup.measures_heading(m.plan.atgarder),
        [
            Paragraph(measures.total_cost(m.plan.atgarder)),
            measures_table(m),
            *([Bullets([f.svenska for f in m.contradictions], heading=measures.CONTRADICTIONS)] if m.contradictions else []),
        ],
    )
    return [overview, *(_measure_section(m, a, at) for at, a in enumerate(m.plan.atgarder, start=1))]


def measures_table(m: Material) -> Table:
    rows: list[list[Cell]] = []
    for a in m.plan.atgarder:
        done = m.plan.activities_of(a)
        fidelity = NOT_APPLICABLE if a.lage is Lage.EJ_STARTAD else measures.FIDELITY[a.foljsamhet]
        row: list[Cell] = [a.namn, Mark(*measures.STATES[a.lage]), measures.dose(done), measures.reach(done)]
        rows.append([*row, fidelity, measures.cost(a), evidence.status(m.evidence(a))])
    return table("atgarder", measures.HEADS, rows, caption=measures.CAPTION, scope=measures.SCOPE)


def _measure_section(m: Material, a: Atgard, at: int) -> Section:
    done = m.plan.activities_of(a)
    items = [
        (measures.PURPOSE, a.logik or measures.NOT_FILLED),
        (measures.RESPONSIBLE, measures.responsible(a)),
        (measures.PERIOD, " ".join(x for x in (measures.period(a), measures.bad_year(a)) if x)),
        (measures.PLACE, "; ".join(a.omraden)),
        (measures.DONE, "; ".join(measures.done_by(v) for v in done)),
        (measures.DEVIATION, a.avvikelse or ""),
        (measures.CAMERA, measures.camera(a)),
        (measures.SUPPORT, evidence.sentence(m.evidence(a))),
        (measures.JUDGEMENT, measures.judgement(a)),
    ]
    blocks: list[Block] = [Definitions([(term, text) for term, text in items if text])]
    return Section(f"atgard-{at}", "", measures.heading(a), blocks, style="del liten-del")


# ---- what else has happened ----------------------------------------------------------------------------------------------


def side_section(m: Material) -> Section:
    rows: list[list[Cell]] = [
        [a.namn, a.bieffekter or Blank(followup.NOT_SEEN)] for a in m.plan.atgarder if a.lage is not Lage.EJ_STARTAD
    ]
    blocks: list[Block] = [Paragraph(followup.NO_BUFFER)]
    blocks += [table("bieffekter", followup.SIDE_HEADS, rows, caption=followup.SIDE_CAPTION)] if rows else []
    blocks.append(own_place(m, "uppf_bieffekter"))
    if m.u.count_findings:
        blocks.append(Bullets(followup.elsewhere(m.elsewhere), heading=followup.ELSEWHERE_HEAD))
    return Section("bieffekter", followup.TOPIC_SIDE, followup.SIDE_HEADING, blocks)


def duties_section(m: Material) -> Section:
    rows: list[list[Cell]] = []
    for duty in m.duties:
        kind, text = duty_text.STATES[duty.state]
        state: Cell = text if kind == "ej" else Mark(kind, text)
        rows.append([duty_text.NAMES[duty.code], state, duty_text.text(duty), duty_text.due(duty)])
    shown = table("lagens_uppgifter", duty_text.HEADS, rows, caption=duty_text.CAPTION)
    return Section("lagen", followup.TOPIC_DUTIES, followup.duties_heading(m.duties), [Paragraph(followup.DUTIES_TEXT), shown])


def next_section(m: Material, council: Sequence[Block] = ()) -> Section:
    """What happens next, measure by measure; `council` tells more of fullmäktige's goals than their words."""
    rows: list[list[Cell]] = [
        [
            a.namn,
            measures.next_step(a) or Blank(words.FYLLS_I),
            a.motivering or Blank(words.FYLLS_I),
        ]
        for a in m.plan.atgarder
    ]
    blocks: list[Block] = [table("bedomning", followup.NEXT_HEADS, rows, caption=followup.NEXT_CAPTION)]
    blocks += council
    if m.plan.organisation.fullmaktiges_mal and not m.plan.organisation.kf_mal:
        blocks.append(Bullets(list(m.plan.organisation.fullmaktiges_mal), heading=followup.FULLMAKTIGE_GOALS))
    blocks += [own_place(m, "uppf_bedomning"), own_place(m, "uppf_lardomar")]
    return Section("bedomning", followup.TOPIC_NEXT, followup.NEXT_HEADING, blocks)


def back_section(m: Material) -> Section:
    back = m.back
    blocks: list[Block] = []
    if back is None or not back.items:
        blocks.append(Paragraph(followup.BACK_NONE))
    else:
        rows: list[list[Cell]] = [
            [
                r.name,
                words.STEP[r.step].lower(),
                followup.level(**dataclasses.asdict(r.then)),
                words.CHANGE[r.change_then][1],
                followup.level(**dataclasses.asdict(r.now)),
                words.CHANGE[r.change_now][1],
            ]
            for r in back.items
        ]
        blocks += [
            Paragraph(followup.back_lead(back.year, kept=back.kept)),
            table("aterblick", followup.BACK_HEADS, rows, caption=followup.BACK_CAPTION, source=source_line(m)),
        ]
    blocks.append(own_place(m, "uppf_aterblick"))
    heading = followup.back_heading(back.year if back else None)
    return Section("aterblick", followup.TOPIC_BACK, heading, blocks)


def promises_section(m: Material, links: Sequence[Block] = ()) -> Section:
    """Promise by promise; `links` lead from them to what they are kept by."""
    line = measures.promise_line(m.plan.loften)
    if not m.plan.loften:
        return Section("loften", followup.TOPIC_PROMISES, line.rstrip("."), [])
    rows: list[list[Cell]] = [
        [
            with_small(x.lofte, measures.promised_with(x)),
            Mark(*measures.KEPT[x.hallet]),
            x.resultat or Blank(words.FYLLS_I),
            measures.promise_period(x),
        ]
        for x in m.plan.loften
    ]
    shown = table("medborgarloften", measures.PROMISE_HEADS, rows, caption=measures.PROMISES_CAPTION)
    note = Note(words.SA_LASER_DU, followup.PROMISES_NOTE)
    return Section("loften", followup.TOPIC_PROMISES, line.rstrip("."), [shown, *links, note])
