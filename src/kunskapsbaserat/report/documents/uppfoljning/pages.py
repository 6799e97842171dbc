"""The shorter pages of a follow-up, from the same run: for fullmäktige, for the residents, and for a grant application."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING

from kunskapsbaserat import __version__
from kunskapsbaserat.catalogue import advice
from kunskapsbaserat.disclosure import Released
from kunskapsbaserat.plan.goals import vague
from kunskapsbaserat.report.documents.uppfoljning.material import Material
from kunskapsbaserat.report.documents.uppfoljning.sections import own_place, source_line, table
from kunskapsbaserat.report.documents.uppfoljning.words import followup, goals, work
from kunskapsbaserat.report.documents.uppfoljning.words import grant as grant_words
from kunskapsbaserat.report.material.judgements import CERTAIN
from kunskapsbaserat.report.page import common_words as words
from kunskapsbaserat.report.page import html
from kunskapsbaserat.report.page.blocks import (
    Block,
    Bullets,
    Cell,
    Definitions,
    Masthead,
    Note,
    Paragraph,
    Part,
    Section,
    Table,
)
from kunskapsbaserat.report.statements import measures
from kunskapsbaserat.swedish import MISSING, capital

if TYPE_CHECKING:
    from kunskapsbaserat.report.documents.uppfoljning.document import Uppfoljning

COUNCIL, PUBLIC, GRANT, STAFF = "fullmaktige.html", "invanare.html", "statsbidrag.html", "personal.html"


def pages(uf: Uppfoljning) -> dict[str, str]:
    """Each page by its file name, whole and by itself."""
    m = uf.m
    return {
        COUNCIL: council_page(uf),
        PUBLIC: _page(m, public(uf), followup.PUBLIC, f"{followup.PUBLIC_TITLE} {m.u.kommun.name}"),
        STAFF: _page(m, staff(uf), work.STAFF_KIND, f"{work.STAFF_TITLE}, {m.u.kommun.name}"),
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


def council_page(uf: Uppfoljning) -> str:
    """The sheet for fullmäktige as a page."""
    return _page(uf.m, [council(uf)], followup.COUNCIL, f"{followup.COUNCIL}, {uf.m.u.kommun.name}")


def council(uf: Uppfoljning) -> Part:
    """One sheet for fullmäktige (13 §): the first page of the full report, without links into it."""
    section = uf.first_page(followup.IN_REPORT, None)
    return dataclasses.replace(uf.forstasida(), sections=[section])


def public(uf: Uppfoljning) -> list[Part]:
    """For the residents (12 §): what was done, how it went, what was promised, and whom to ask (11 §)."""
    m = uf.m
    done = [followup.public_measure(a, _done(m, a.id)) for a in m.plan.atgarder]
    went = public_goals(m)
    went.append(Paragraph(f"{goals.HELPED} {followup.helped(m.outcomes)}"))
    lead = Paragraph(followup.public_lead(m.u.kommun, m.plan), lead=True)
    focus = [Bullets(work.public_focus(m.plan.fokus), heading=work.PUBLIC_FOCUS)] if m.plan.fokus else []
    head = Section("korthet", "", followup.PUBLIC_DONE, [lead, *focus, Bullets(done)])
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
        Section("det-har-kan-du-gora", "", work.YOU_CAN, you_can()),
        Section("kontakt", "", followup.CONTACT_HEADING, [Definitions(followup.contact(m.plan.organisation))], style="metod"),
    ]
    title = f"{followup.PUBLIC_TITLE} {m.u.kommun.name} {followup.period(m.plan.organisation)}"
    first = Part("korthet", "", [head], masthead=uf.masthead(title))
    return [first, *(Part(s.id, s.topic or s.heading, [s]) for s in sections)]


def you_can() -> list[Block]:
    """What residents can do themselves, each with its source."""
    lines = advice.for_residents()
    sources = list(dict.fromkeys(one.source.title for one in lines))
    return [
        Definitions([(one.head, one.text) for one in lines]),
        Note(work.STAFF_SOURCES, work.sources(sources, advice.version())),
    ]


def staff(uf: Uppfoljning) -> list[Part]:
    """For everybody who works in the kommun: what to look for, what the law asks of them, and whom to tell."""
    m = uf.m
    first = Section("personal", "", work.STAFF_HEADING, [Paragraph(work.STAFF_LEAD, lead=True)])
    sections = [
        Section(f"rad-{at}", "", duty.area, [Definitions(work.staff_lines(duty))], style="del liten-del")
        for at, duty in enumerate(advice.for_staff(), start=1)
    ]
    contact = Section("kontakt", "", work.STAFF_CONTACT, [Definitions(followup.contact(m.plan.organisation))], style="metod")
    masthead = dataclasses.replace(uf.masthead(f"{work.STAFF_TITLE}: {m.u.kommun.name}", work.STAFF_KIND), facts=())
    read: list[Block] = [Bullets(work.staff_sources(advice.for_staff())), Paragraph(work.source_line(advice.version()))]
    sources = Section("kallor", "", work.STAFF_SOURCES, read, style="metod")
    return [
        Part("personal", "", [first], masthead=masthead),
        *(Part(s.id, s.heading, [s]) for s in sections),
        Part("kontakt", contact.heading, [contact]),
        Part("kallor", sources.heading, [sources]),
    ]


MOST_FOR_RESIDENTS = 8
"""Goals told in three sentences each; of more, only those that have changed, and the others by how they went."""


def public_goals(m: Material) -> list[Block]:
    """How it went: goal by goal, or for a plan of many the changed ones first and then the others in groups."""
    if len(m.outcomes) <= MOST_FOR_RESIDENTS:
        return [Paragraph(goals.public(o)) for o in m.outcomes]
    told = [o for o in m.outcomes if o.change in CERTAIN or o.effect is not None][:MOST_FOR_RESIDENTS]
    groups: dict[str, list[str]] = {}
    for o in m.outcomes:
        if o not in told:
            groups.setdefault(goals.status_mark(o)[1], []).append(f"{o.goal.namn}. {goals.aim(o)}")
    return [
        Paragraph(goals.count_line(m.outcomes)),
        *(Paragraph(goals.public(o)) for o in told),
        *(Bullets(names, heading=capital(status)) for status, names in groups.items()),
    ]


def _done(m: Material, measure: str) -> str:
    found = [v for v in m.plan.aktiviteter if v.atgard == measure and (v.genomfort is not None or "genomfort" in dict(v.dolda))]
    return measures.dose(found) if found else ""


# ---- the grant -----------------------------------------------------------------------------------------------------------


def grant(uf: Uppfoljning) -> list[Part]:
    """What förordning (2023:442) asks for, as far as the plan says it, and what the plan does not say."""
    m = uf.m
    wanted = grant_words.applied_for(m.plan.atgarder)
    missing = [line for a in wanted for line in grant_words.missing_in(a, m.plan.goals_of(a))]
    missing += [fault.svenska for fault in vague(m.plan)]
    blocks: list[Block] = [
        Paragraph(grant_words.LEAD, lead=True),
        Paragraph(grant_words.NOT),
        *([Paragraph(left)] if (left := grant_words.not_applied_for(m.plan.atgarder)) else []),
        chain_table(m),
        plan_table(m),
    ]
    if missing:
        blocks.append(Bullets(missing, heading=grant_words.MISSING_HEADING))
    section = Section("underlag", "", followup.GRANT, blocks)
    return [Part("underlag", "", [section], masthead=_grant_masthead(uf))]


def _grant_masthead(uf: Uppfoljning) -> Masthead:
    return uf.masthead(f"{followup.GRANT}: {uf.m.u.kommun.name}", grant_words.KICKER)


def chain_table(m: Material) -> Table:
    """Problem, cause, measure, goal and how the result would be evaluated, one row a measure."""
    rows: list[list[Cell]] = []
    for a in grant_words.applied_for(m.plan.atgarder):
        found = m.plan.goals_of(a)
        causes = [o for o in m.plan.orsaker if o.id in a.orsaker]
        rows.append(
            [
                " ".join(grant_words.described(p) for p in m.plan.problems_of(a)) or MISSING,
                "; ".join(f"{o.namn} ({measures.grade(o.belagg)})" for o in causes) or MISSING,
                f"{a.namn}. {a.logik or ''}".strip(),
                "; ".join(f"{g.namn}: {goals.target(g)}" for g in found) or MISSING,
                grant_words.evaluation(a, found),
            ]
        )
    return table("statsbidrag_kedja", grant_words.HEADS, rows, caption=grant_words.CAPTION)


def plan_table(m: Material) -> Table:
    """Time, cost, partners and other grants, one row a measure."""
    other = m.plan.organisation.statliga_bidrag or MISSING
    rows: list[list[Cell]] = [
        [a.namn, measures.period(a), measures.cost(a), a.samverkar or MISSING, other]
        for a in grant_words.applied_for(m.plan.atgarder)
    ]
    return table("statsbidrag_plan", grant_words.TABLE_HEADS, rows, caption=grant_words.TABLE_CAPTION)


def grant_files(m: Material) -> dict[str, Released]:
    """The tables of the application as files."""
    found = [t for shown in (chain_table(m), plan_table(m)) for t in shown.released]
    return {t.name: dataclasses.replace(t, frame=t.frame.drop(columns="suppressed")) for t in found}
