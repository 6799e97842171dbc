"""The tables that pages for a råd, a ledningsgrupp and a nämnd have in common, and what is proposed by which rule."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from kunskapsbaserat.report.material.findings import CountFinding
from kunskapsbaserat.report.material.functions import responsible_of
from kunskapsbaserat.report.material.work import Dated, Late, Work
from kunskapsbaserat.report.page.blocks import Cell, Column, Table
from kunskapsbaserat.report.statements import meeting as text
from kunskapsbaserat.report.statements.common_blocks import plain_table
from kunskapsbaserat.swedish import capital

SOURCE = "kommunens_plan"
MOST_LATE = 3
"""Late measures with a proposal of their own; more would hide the other proposals, and the table has them all."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What somebody has to take a position on, why, and who prepares it: a function."""

    text: str
    reason: str
    owner: str


RULE = (
    "Förslagen kommer i den här ordningen: ärenden som är anmälda i moten.xlsx, plikter i lagen som är försenade eller snart ska "
    "göras, försenade åtgärder som ingen har tagit ställning till, problem utan åtgärd, och säkerställda ökningar som inget mål "
    "gäller. Mötet bestämmer."
)


def proposals(work: Work, forum: str, rising: Sequence[CountFinding] = ()) -> list[Proposal]:
    """By the printed `RULE`: what has been put forward, duties, late measures, problems without one, rising offences."""
    return [*_matters(work, forum), *_of_plan(work), *_of_figures(work, rising)]


def _matters(work: Work, forum: str) -> Iterator[Proposal]:
    for item in work.matters(forum):
        yield Proposal(item.arende.rstrip("."), item.skal or text.NO_REASON, responsible_of(item.ansvarig) or text.NOBODY)


def _of_plan(work: Work) -> Iterator[Proposal]:
    if work.plan is None:
        return
    board = responsible_of(work.plan.organisation.namnd) or text.NOBODY
    for duty in work.pressing():
        yield Proposal(text.duty_proposal(duty), text.duty_reason(duty), board)
    open_ = [one for one in work.late if one.measure.vidare is None]
    for one in open_[:MOST_LATE]:
        yield Proposal(text.late_proposal(one), text.late_reason(one), text.responsible(one))
    if len(open_) > MOST_LATE:
        yield Proposal(text.more_late(len(open_) - MOST_LATE), text.LATE_TABLE, work.coordinator or text.NOBODY)
    for problem in work.without_measure:
        yield Proposal(text.problem_proposal(problem.namn), text.PROBLEM_REASON, work.coordinator or text.NOBODY)


def _of_figures(work: Work, rising: Sequence[CountFinding]) -> Iterator[Proposal]:
    for f in rising:
        reason = text.rising_reason(f.judgement.latest, planned=work.plan is not None)
        yield Proposal(text.rising_proposal(f.facet.short), reason, work.coordinator or text.NOBODY)


# ---- tables --------------------------------------------------------------------------------------------------------------


def words_table(
    name: str, heads: Sequence[str], rows: Sequence[Sequence[str]], *, caption: str, scope: str = "", right: Sequence[int] = ()
) -> Table:
    """A table of words, as cards on a phone."""
    cells: list[list[Cell]] = [list(row) for row in rows]
    return plain_table(
        pd.DataFrame([list(row) for row in rows], columns=list(heads)),
        cells,
        [Column(head, right=at in right, phone=head if at else "") for at, head in enumerate(heads)],
        caption=caption,
        name=name,
        contents="description",
        sources=[SOURCE],
        scope_line=scope,
        layout="cards",
    )


def late_table(late: Sequence[Late], shown: int | None = None, *, name: str = "forsenade") -> Table:
    """Measures that are late with who is responsible, the longest first; the `shown` first of them."""
    some = late[:shown]
    rows = [[one.measure.namn, text.responsible(one), text.late_since(one), text.state(one.measure)] for one in some]
    left = text.left_out(len(late), len(some), "försenade åtgärder")
    return words_table(name, text.LATE_HEADS, rows, caption=text.late_line(len(late)).rstrip("."), scope=left)


def proposals_table(found: Sequence[Proposal], shown: int | None = None, *, name: str = "forslag") -> Table:
    """The proposals with reason and owner."""
    some = found[:shown]
    left = text.left_out(len(found), len(some), "förslag", neuter=True)
    rows = [[one.text, one.reason, one.owner] for one in some]
    return words_table(name, text.PROPOSAL_HEADS, rows, caption=text.PROPOSALS, scope=left)


def dates_table(coming: Sequence[Dated], shown: int | None = None, *, name: str = "datum") -> Table:
    """What comes, by day."""
    some = coming[:shown]
    left = text.left_out(len(coming), len(some), "datum", neuter=True)
    rows = [[capital(text.when(one)), text.what(one)] for one in some]
    return words_table(name, text.DATE_HEADS, rows, caption=text.DATES, scope=left)


def attendance_table(work: Work) -> Table | None:
    """Units and forums: how many of the meetings somebody came to. None where nobody has noted it."""
    rows = [[unit, forum, text.attended(times, held)] for unit, forum, times, held in work.attendance]
    return words_table("narvaro", text.ATTENDANCE_HEADS, rows, caption=text.ATTENDANCE) if rows else None
