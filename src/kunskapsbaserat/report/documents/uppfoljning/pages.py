"""The shorter pages of a follow-up, from the same run: for fullmäktige, for the residents, and for a grant application."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING

from kunskapsbaserat import __version__
from kunskapsbaserat.disclosure import Released
from kunskapsbaserat.plan.goals import vague
from kunskapsbaserat.report.documents.uppfoljning.material import Material
from kunskapsbaserat.report.documents.uppfoljning.sections import own_place, source_line, table
from kunskapsbaserat.report.documents.uppfoljning.words import followup, goals, measures
from kunskapsbaserat.report.page import common_words as words
from kunskapsbaserat.report.page import html
from kunskapsbaserat.report.page.blocks import (
    Block,
    Bullets,
    Cell,
    Definitions,
    FirstPage,
    Masthead,
    Paragraph,
    Part,
    Section,
    Table,
)
from kunskapsbaserat.swedish import MISSING

if TYPE_CHECKING:
    from kunskapsbaserat.report.documents.uppfoljning.document import Uppfoljning

COUNCIL, PUBLIC, GRANT = "fullmaktige.html", "invanare.html", "statsbidrag.html"


def pages(uf: Uppfoljning) -> dict[str, str]:
    """Each page by its file name, whole and by itself."""
    m = uf.m
    return {
        COUNCIL: _page(m, [council(uf)], followup.COUNCIL, f"{followup.COUNCIL}, {m.u.kommun.name}"),
        PUBLIC: _page(m, public(uf), followup.PUBLIC, f"{followup.PUBLIC_TITLE} {m.u.kommun.name}"),
        GRANT: _page(m, grant(uf), followup.GRANT, f"{followup.GRANT}, {m.u.kommun.name}"),
    }


def _page(m: Material, parts: Sequence[Part], kind: str, title: str) -> str:
    start = f"{followup.EXAMPLE_SHORT}: " if m.plan.example else ""
    return html.page(
        [part.to_html() for part in parts],
        title=f"{start}{title}",
        foot=followup.foot(m.u.kommun, m.plan, kind),
        nav=[(p.sections[0].id, p.nav) for p in parts if p.nav],
        made_with=words.made_with(__version__),
    )


def council(uf: Uppfoljning) -> Part:
    """One page for fullmäktige (13 §): the first page of the full report, without links into it."""
    first = uf.forstasida()
    (section,) = first.sections
    blocks = [dataclasses.replace(b, remaining_link=None) if isinstance(b, FirstPage) else b for b in section.blocks]
    return dataclasses.replace(first, sections=[dataclasses.replace(section, blocks=blocks)])


def public(uf: Uppfoljning) -> list[Part]:
    """For the residents (12 §): what was done, how it went, what was promised, and whom to ask (11 §)."""
    m = uf.m
    done = [followup.public_measure(a, _done(m, a.id)) for a in m.plan.atgarder]
    went: list[Block] = [Paragraph(goals.public(o)) for o in m.outcomes]
    went.append(Paragraph(f"{goals.HELPED} {followup.helped(m.outcomes)}"))
    head = Section(
        "korthet", "", followup.PUBLIC_DONE, [Paragraph(followup.public_lead(m.u.kommun, m.plan), lead=True), Bullets(done)]
    )
    promises: list[Block] = [Bullets([measures.promise(x) for x in m.plan.loften])]
    sections = [
        Section(
            "malen",
            followup.TOPIC_GOALS,
            followup.PUBLIC_GOALS,
            [*went, Paragraph(followup.CERTAIN_MEANS), Paragraph(source_line(m))],
        ),
        *([Section("loften", followup.TOPIC_PROMISES, followup.PUBLIC_PROMISES, promises)] if m.plan.loften else []),
        Section(
            "bedomning",
            followup.TOPIC_NEXT,
            followup.PUBLIC_NEXT,
            [Bullets(followup.public_next(m.plan)), own_place(m, "uppf_invanarna")],
        ),
        Section("kontakt", "", followup.CONTACT_HEADING, [Definitions(followup.contact(m.plan.organisation))], style="metod"),
    ]
    title = f"{followup.PUBLIC_TITLE} {m.u.kommun.name} {followup.period(m.plan.organisation)}"
    first = Part("korthet", "", [head], masthead=uf.masthead(title))
    return [first, *(Part(s.id, s.topic or s.heading, [s]) for s in sections)]


def _done(m: Material, measure: str) -> str:
    found = [v for v in m.plan.aktiviteter if v.atgard == measure and (v.genomfort is not None or "genomfort" in dict(v.dolda))]
    return measures.dose(found) if found else ""


# ---- the grant -----------------------------------------------------------------------------------------------------------


def grant(uf: Uppfoljning) -> list[Part]:
    """What förordning (2023:442) asks for, as far as the plan says it, and what the plan does not say."""
    m = uf.m
    wanted = followup.applied_for(m.plan.atgarder)
    missing = [line for a in wanted for line in followup.grant_missing(a, m.plan.goals_of(a))]
    missing += [fault.svenska for fault in vague(m.plan)]
    blocks: list[Block] = [
        Paragraph(followup.GRANT_LEAD, lead=True),
        Paragraph(followup.GRANT_NOT),
        *([Paragraph(left)] if (left := followup.not_applied_for(m.plan.atgarder)) else []),
        chain_table(m),
        plan_table(m),
    ]
    if missing:
        blocks.append(Bullets(missing, heading=followup.GRANT_MISSING_HEADING))
    section = Section("underlag", "", followup.GRANT, blocks)
    return [Part("underlag", "", [section], masthead=_grant_masthead(uf))]


def _grant_masthead(uf: Uppfoljning) -> Masthead:
    return uf.masthead(f"{followup.GRANT}: {uf.m.u.kommun.name}", followup.GRANT_KICKER)


def chain_table(m: Material) -> Table:
    """Problem, cause, measure, goal and how the result would be evaluated, one row a measure."""
    rows: list[list[Cell]] = []
    for a in followup.applied_for(m.plan.atgarder):
        found = m.plan.goals_of(a)
        causes = [o for o in m.plan.orsaker if o.id in a.orsaker]
        rows.append(
            [
                " ".join(followup.described(p) for p in m.plan.problems_of(a)) or MISSING,
                "; ".join(f"{o.namn} ({measures.grade(o.belagg)})" for o in causes) or MISSING,
                f"{a.id} {a.namn}. {a.logik or ''}".strip(),
                "; ".join(f"{g.namn}: {goals.target(g)}" for g in found) or MISSING,
                followup.evaluation(a, found),
            ]
        )
    return table("statsbidrag_kedja", followup.GRANT_HEADS, rows, caption=followup.GRANT_CAPTION)


def plan_table(m: Material) -> Table:
    """Time, cost, partners and other grants, one row a measure."""
    other = m.plan.organisation.statliga_bidrag or MISSING
    rows: list[list[Cell]] = [
        [f"{a.id} {a.namn}", measures.period(a), measures.cost(a), a.samverkar or MISSING, other]
        for a in followup.applied_for(m.plan.atgarder)
    ]
    return table("statsbidrag_plan", followup.GRANT_TABLE_HEADS, rows, caption=followup.GRANT_TABLE_CAPTION)


def grant_files(m: Material) -> dict[str, Released]:
    """The tables of the application as files."""
    found = [t for shown in (chain_table(m), plan_table(m)) for t in shown.released]
    return {t.name: dataclasses.replace(t, frame=t.frame.drop(columns="suppressed")) for t in found}
