"""The two sheets for the råd, and the appendix with what has no room on them."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from kunskapsbaserat.disclosure import Released, release
from kunskapsbaserat.report.documents.rad.material import Material
from kunskapsbaserat.report.documents.rad.words import page as text
from kunskapsbaserat.report.page.blocks import Block, Column, FirstPage, Highlight, Masthead, Paragraph, Section, Table
from kunskapsbaserat.report.page.sheet import has_room, sections_have_room
from kunskapsbaserat.report.statements import meeting
from kunskapsbaserat.report.statements.meeting_blocks import (
    Proposal,
    attendance_table,
    dates_table,
    late_table,
    proposals,
    proposals_table,
    words_table,
)
from kunskapsbaserat.swedish import MISSING, lower, number

FORUM = "rådet"
MOST_LATE, MOST_DECIDED = 10, 6
MOST_ROWS = 14
LETTERS = 110


@dataclass(frozen=True)
class Contents:
    """Everything that may stand on the two sheets, whole."""

    m: Material

    @functools.cached_property
    def proposals(self) -> list[Proposal]:
        return proposals(self.m.work, FORUM, self.m.rising)

    @functools.cached_property
    def est(self) -> Released | None:
        """The quarters of EST as they have passed the gate."""
        found = self.m.work.est_quarter
        if found is None:
            return None
        rows = [("EST", str(found.quarter), found.now)]
        rows += [("EST", str(found.quarter - 1), found.before)] if found.before is not None else []
        frame = pd.DataFrame(rows, columns=["name", "period", "count"])
        return release(frame, name="est_kvartal", contents="local", sources=["est"])

    @property
    def est_shown(self) -> list[str]:
        """What stands for each quarter, the latest first."""
        if self.est is None:
            return []
        rows = self.est.frame.to_dict("records")
        return [str(r["suppressed"]) if isinstance(r["suppressed"], str) else number(r["count"]) for r in rows]

    @functools.cached_property
    def changes(self) -> list[list[str]]:
        """What, before and now: figures, measures, decisions."""
        m = self.m
        rows = [[text.capital(text.source(one)), text.NOT_THERE, text.NEW] for one in m.new_figures]
        rows += [[one.measure.namn, text.before(one) if one.before else MISSING, meeting.state(one.measure)] for one in m.moved]
        rows += [[a.namn, text.NOT_THERE, text.added(a)] for a in m.added]
        rows += [[item.arende, text.PROPOSED, meeting.decision(item)] for item in m.work.decided(m.earlier.day)]
        return rows


# ---- the first sheet -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Choice:
    """How many rows and proposals stand on the first sheet."""

    late: int
    decide: int
    letters: int = LETTERS


def choices() -> Iterator[Choice]:
    """From the most to the least, in the order in which they are tried."""
    yield from (Choice(late, decide) for decide, late in itertools.product(range(MOST_DECIDED, 2, -1), range(MOST_LATE, 2, -1)))
    yield from (Choice(late, 3, letters) for late in (3, 2, 1) for letters in (80, 60))
    yield Choice(0, 2, 50)


def first_sheet(c: Contents, masthead: Masthead) -> tuple[FirstPage, Choice]:
    """The first of the choices that has room."""
    for choice in choices():
        page = _first(c, choice)
        if has_room(page, masthead):
            break
    return page, choice


def _first(c: Contents, choice: Choice) -> FirstPage:
    m = c.m
    return FirstPage(
        heading=text.HEADING,
        lead=text.lead(m, len(c.proposals)),
        notice="",
        highlights_heading=text.CHANGED,
        highlights=[
            Highlight(text.FIGURES, None, text.figures(m)),
            Highlight(text.EST, None, text.est(m, c.est_shown)),
            Highlight(text.MEASURES, None, text.moved(m)),
            Highlight(text.DECISIONS, None, text.decisions(m)),
        ],
        decide_heading=meeting.TO_DECIDE,
        decide=_decide(c, choice),
        remaining_heading=meeting.REMAINING,
        remaining=meeting.next_dates(m.work.coming, 3),
        remaining_link=None,
        marks_heading="",
        marks=(),
        overview=late_table(m.work.late, choice.late),
    )


def _decide(c: Contents, choice: Choice) -> list[str]:
    found = [f"{meeting.short(p.text, choice.letters)}." for p in c.proposals[: choice.decide]]
    more = len(c.proposals) - len(found)
    return [*found, meeting.more_proposals(more)] if more > 0 and found else found or [meeting.NO_PROPOSAL]


# ---- the second sheet ----------------------------------------------------------------------------------------------------


Shown = tuple[int, int, int]
"""Rows on the second sheet: proposals, changes, dates."""


def second_sheet(c: Contents) -> tuple[list[Section], Shown]:
    """Proposals with reasons, what has changed, and dates: as many rows of each as have room together."""
    shown = (min(len(c.proposals), MOST_ROWS), min(len(c.changes), MOST_ROWS), min(len(c.m.work.coming), MOST_ROWS))
    while not sections_have_room(sections := _second(c, *shown)) and max(shown) > 1:
        shown = _fewer(shown)
    return sections, shown


def _fewer(shown: Shown) -> Shown:
    """A row less of the longest table; of two alike the later."""
    rows = list(shown)
    rows[max(range(len(rows)), key=lambda at: (rows[at], at))] -= 1
    return rows[0], rows[1], rows[2]


def _second(c: Contents, proposed: int, changed: int, dated: int) -> list[Section]:
    found: list[Section] = []
    if c.proposals:
        table = proposals_table(c.proposals, proposed)
        found.append(Section("forslag", text.TOPICS["forslag"], text.proposals_heading(len(c.proposals)), [table]))
    blocks: list[Block] = (
        [changes_table(c.changes, changed)] if c.changes else [Paragraph(meeting.unknown_states(c.m.earlier) or text.NO_CHANGE)]
    )
    blocks += [est_table(c)] if c.est is not None else []
    found.append(Section("andrat", text.TOPICS["andrat"], text.changes_heading(len(c.changes)), blocks))
    table = dates_table(c.m.work.coming, dated)
    return [*found, Section("datum", text.TOPICS["datum"], meeting.dates_heading(len(c.m.work.coming)), [table])]


def changes_table(rows: Sequence[Sequence[str]], shown: int | None = None, *, name: str = "andrat") -> Table:
    left = meeting.left_out(len(rows), len(rows[:shown]), "ändringar")
    return words_table(name, text.CHANGE_HEADS, rows[:shown], caption=text.CHANGE_CAPTION, scope=left)


def est_table(c: Contents) -> Table:
    assert c.est is not None
    names = [text.quarter_name(pd.Period(p, "Q")) for p in c.est.frame["period"]]
    columns = [Column(text.EST_HEADS[0]), Column(text.EST_HEADS[1], right=True)]
    rows = [[name, shown] for name, shown in zip(names, c.est_shown, strict=True)]
    return Table(text.EST_CAPTION, columns, rows, [c.est], scope_line=text.EST_NOTE)


# ---- the appendix --------------------------------------------------------------------------------------------------------


def left_out(c: Contents, first: Choice, second: Shown) -> Section:
    """The tables that were cut on the sheets, whole."""
    wanted: list[tuple[bool, str, Callable[[], Table]]] = [
        (first.late < len(c.m.work.late), meeting.LATE, lambda: late_table(c.m.work.late, name="forsenade_alla")),
        (second[0] < len(c.proposals), meeting.PROPOSALS, lambda: proposals_table(c.proposals, name="forslag_alla")),
        (second[1] < len(c.changes), text.CHANGE_CAPTION, lambda: changes_table(c.changes, name="andrat_alla")),
        (second[2] < len(c.m.work.coming), meeting.DATES, lambda: dates_table(c.m.work.coming, name="datum_alla")),
    ]
    names = [lower(name) for cut, name, _ in wanted if cut]
    blocks: list[Block] = [make() for cut, _, make in wanted if cut]
    attended = attendance_table(c.m.work)
    blocks += [attended] if attended is not None else []
    return Section("bilaga-alla", text.TOPICS["bilaga"], text.left_heading(names), blocks)
