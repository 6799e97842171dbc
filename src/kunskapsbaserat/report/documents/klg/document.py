"""One page for the ledningsgrupp, and an appendix with every table whole.

k = klg.load(data="min mapp", mote="2026-12-08")
k.forstasida()
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from kunskapsbaserat import __version__
from kunskapsbaserat.catalogue import releases
from kunskapsbaserat.report.document import Document, FileHead, from_notebook, heads_with_annex, part
from kunskapsbaserat.report.documents.klg.words import page as text
from kunskapsbaserat.report.material import work as works
from kunskapsbaserat.report.material.work import Work
from kunskapsbaserat.report.page import common_words as words
from kunskapsbaserat.report.page.blocks import Block, Definitions, FirstPage, Highlight, Masthead, Section
from kunskapsbaserat.report.page.sheet import has_room
from kunskapsbaserat.report.statements import measures, meeting
from kunskapsbaserat.report.statements.meeting_blocks import (
    RULE,
    Proposal,
    attendance_table,
    dates_table,
    late_table,
    proposals,
    proposals_table,
    words_table,
)
from kunskapsbaserat.report.statements.plan_needed import no_plan
from kunskapsbaserat.swedish import MISSING, number

LETTERS = 110


@from_notebook
def load(*, kommun: object = None, data: str | Path | None = None, sedan: object = None, mote: object = None) -> Klg:
    """The page for the ledningsgrupp of a kommun.

    Parameters
    ----------
    kommun : str, optional
        Name or code; that of the folder when not given.
    data : path, optional
        The kommun's folder with its plan; without it the invented plan for Borlänge.
    sedan : date or str, optional
        The day that decisions are shown from; default three months before.
    mote : date or str, optional
        The day of the meeting; default that of the newest figures.

    Raises
    ------
    FileError
        There is no plan, or the folder is another kommun's.
    OptionError, UnknownKommun, PlanError, FormError, TableError, PersonalDataError, FileLocked
        As `rad.load`.
    """
    work = works.load(kommun, data=data, day=mote)
    if work.plan is None:
        raise no_plan(work.kommun, "klg", data)
    return Klg(work, works.since_of(work, sedan))


class Klg(Document):
    """The parts of the page for the ledningsgrupp."""

    name = "klg"
    appendix_file = text.ANNEX
    lists_inputs = False

    def __init__(self, work: Work, since: Any) -> None:
        self.w, self.since = work, since

    @property
    def title(self) -> str:
        return meeting.page_title(self.w, text.title(self.w))

    @property
    def invented(self) -> str:
        return meeting.invented(self.w)

    @functools.cached_property
    def proposals(self) -> list[Proposal]:
        return proposals(self.w, text.FORUM)

    # ---- the parts -------------------------------------------------------------------------------------------------------

    @part()
    def forstasida(self) -> list[Section]:
        """The page: decisions, what is late, and cost."""
        for late, decide, letters in _choices():
            page = self._page(late, decide, letters)
            if has_room(page, self.masthead()):
                break
        return [Section("korthet", "", text.HEADING, [page], style="kort")]

    def _page(self, late: int, decide: int, letters: int) -> FirstPage:
        said = [f"{meeting.short(p.text, letters)} ({p.owner})." for p in self.proposals[:decide]]
        more = len(self.proposals) - len(said)
        return FirstPage(
            heading=text.HEADING,
            lead=text.lead(self.w, len(self.proposals)),
            notice="",
            highlights_heading=text.STANDS,
            highlights=[
                Highlight(text.LATE, None, text.late(self.w)),
                Highlight(text.COST, None, text.cost(self.w)),
                Highlight(text.DUTIES, None, text.duties(self.w)),
                Highlight(text.DECIDED, None, text.decided(self.w, self.since)),
            ],
            decide_heading=meeting.TO_DECIDE,
            decide=([*said, meeting.more_in_annex(more)] if more else said) or [meeting.NO_PROPOSAL],
            remaining_heading=meeting.REMAINING,
            remaining=meeting.next_dates(self.w.coming, 3),
            remaining_link=None,
            marks_heading="",
            marks=(),
            overview=late_table(self.w.late, late),
        )

    @part(text.TOPICS["bilaga"], file=text.ANNEX)
    def allt(self) -> list[Section]:
        """Every table whole: decisions with reasons, late measures, costs, dates."""
        blocks: list[Block] = [proposals_table(self.proposals)] if self.proposals else []
        blocks += [late_table(self.w.late, name="forsenade_alla")] if self.w.late else []
        blocks.append(dates_table(self.w.coming))
        attended = attendance_table(self.w)
        blocks += [attended] if attended is not None else []
        return [Section("allt", text.TOPICS["bilaga"], text.TOPICS["bilaga"], blocks), self._costs()]

    def _costs(self) -> Section:
        rows = [
            [a.namn, meeting.responsible_for(a), text.state(a.lage), _kronor(a.kostnad), _kronor(a.utfall_kostnad)]
            for a in self.w.measures
        ]
        table = words_table("kostnader", text.COST_HEADS, rows, caption=text.COST_CAPTION, right=(3, 4))
        return Section("kostnad", text.TOPICS["kostnad"], measures.total_cost(self.w.measures).rstrip("."), [table])

    @part(text.TOPICS["metod"], file=text.ANNEX)
    def metod(self) -> list[Section]:
        """By which rules."""
        return [Section("metod", "", text.TOPICS["metod"], [Definitions(text.method(self.w, RULE))], style="metod")]

    # ---- the appendix ----------------------------------------------------------------------------------------------------

    @property
    def foot(self) -> str:
        return text.foot(self.w)

    @property
    def made_with(self) -> str:
        return words.made_with(__version__, of="ur kommunens åtgärdsplan")

    @functools.cached_property
    def heads(self) -> Mapping[str, FileHead]:
        report, annex = text.LINKS
        return heads_with_annex(self.masthead(), title=self.title, foot=self.foot, report=report, annex=annex)

    def made_of(self) -> dict[str, Any]:
        return works.made_of(self.w, since=self.since) | {"releases": releases.version()}

    def masthead(self) -> Masthead:
        return Masthead(
            organisation=words.organisation(self.w.kommun),
            notice=self.invented or meeting.WORKING_PAPER,
            kicker=text.KICKER,
            title=text.title(self.w),
            facts=(),
        )

    def __repr__(self) -> str:
        return f"Klg(kommun={self.w.kommun.code!r}, day={self.w.day.isoformat()!r})"


def _choices() -> Iterator[tuple[int, int, int]]:
    """Late measures, decisions and letters of each, from the most to the least."""
    yield from ((late, decide, LETTERS) for late, decide in ((12, 6), (10, 6), (8, 5), (6, 5), (5, 4), (4, 3), (3, 3)))
    yield from ((late, 3, letters) for late in (3, 1, 0) for letters in (80, 40))


def _kronor(value: float | None) -> str:
    return MISSING if value is None else number(value)
