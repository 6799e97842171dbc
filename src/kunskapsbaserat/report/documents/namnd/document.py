"""The page of a nämnd: its own measures, cost and next step; without a nämnd the page over all of them.

n = namnd.load(data="min mapp", namnd="Socialnämnden")
n.forstasida()
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kunskapsbaserat import __version__
from kunskapsbaserat.catalogue import evidens
from kunskapsbaserat.catalogue.evidens import Evidence
from kunskapsbaserat.plan.model import Atgard
from kunskapsbaserat.report.document import Document, from_notebook, part
from kunskapsbaserat.report.documents.namnd import material as namnd_material
from kunskapsbaserat.report.documents.namnd.material import Board, Material
from kunskapsbaserat.report.documents.namnd.words import page as text
from kunskapsbaserat.report.material import work as works
from kunskapsbaserat.report.page import common_words as words
from kunskapsbaserat.report.page.blocks import Definitions, FirstPage, Highlight, Masthead, Section, Table
from kunskapsbaserat.report.statements import evidence, measures, meeting
from kunskapsbaserat.report.statements.meeting_blocks import words_table
from kunskapsbaserat.swedish import number


@from_notebook
def load(*, kommun: object = None, data: str | Path | None = None, namnd: str | None = None, mote: object = None) -> Namnd:
    """The page of a nämnd, or over all of the plan.

    Parameters
    ----------
    kommun : str, optional
        Name or code; that of the folder when not given.
    data : path, optional
        The kommun's folder with its plan; without it the invented plan for Borlänge.
    namnd : str, optional
        As it stands in the plan's column Ansvarig; default all.
    mote : date or str, optional
        The day of the meeting; default that of the newest figures.

    Raises
    ------
    OptionError
        No nämnd of the plan is called so; those that are there are listed.
    FileError
        There is no plan, or the folder is another kommun's.
    UnknownKommun, PlanError, FormError, TableError, PersonalDataError, FileLocked
        As `rad.load`.
    """
    return Namnd(namnd_material.load(kommun, data=data, namnd=namnd, mote=mote))


class Namnd(Document):
    """The parts of the page of a nämnd."""

    name = "namnd"
    lists_inputs = False
    appendix_style = "bilaga ej-utskrift"

    def __init__(self, material: Material) -> None:
        self.m = material

    @property
    def title(self) -> str:
        return meeting.page_title(self.m.work, text.title(self.m))

    @property
    def invented(self) -> str:
        return meeting.invented(self.m.work)

    # ---- the parts -------------------------------------------------------------------------------------------------------

    @part()
    def forstasida(self) -> list[Section]:
        """Masthead, the measures with cost and next step."""
        page = self._of_all() if self.m.wanted is None else self._of_one(self.m.wanted)
        return [Section("korthet", "", text.HEADING, [page], style="kort")]

    @part(text.TOPICS["gjort"])
    def gjort(self) -> list[Section]:
        """What has been done, and what research says."""
        wanted = self.m.boards if self.m.wanted is None else (self.m.wanted,)
        sections = [done_section(one) for one in wanted]
        return sections or [Section("gjort", text.TOPICS["gjort"], text.NO_BOARDS, [])]

    @part(text.TOPICS["metod"])
    def metod(self) -> list[Section]:
        """By which rules."""
        return [Section("metod", "", text.TOPICS["metod"], [Definitions(text.method(self.m))], style="metod ej-utskrift")]

    def _of_one(self, board: Board) -> FirstPage:
        return self._page(
            text.lead(board),
            [
                Highlight(text.COST, None, text.cost(board.measures)),
                Highlight(text.LATE, None, text.late(board)),
                Highlight(text.OTHERS, None, text.others(board)),
            ],
            [text.step(a) for a in board.measures],
            measures_table(board),
        )

    def _of_all(self) -> FirstPage:
        m = self.m
        own = [a for one in m.boards for a in one.measures]
        return self._page(
            text.lead_all(m),
            [Highlight(text.COST, None, text.cost(own)), Highlight(text.NOBODY, None, text.nobodys(m.nobodys))],
            [text.step(a) for one in m.boards for a in one.undecided] or [text.EVERYTHING_DECIDED],
            boards_table(m),
        )

    def _page(self, lead: str, highlights: list[Highlight], decide: list[str], overview: Table) -> FirstPage:
        return FirstPage(
            heading=text.HEADING,
            lead=lead,
            notice="",
            highlights_heading=text.STANDS,
            highlights=highlights,
            decide_heading=text.NEXT,
            decide=decide,
            remaining_heading=text.REMAINING,
            remaining=meeting.next_dates(self.m.work.coming, 2),
            remaining_link=None,
            marks_heading="",
            marks=(),
            overview=overview,
        )

    # ---- the appendix ----------------------------------------------------------------------------------------------------

    @property
    def foot(self) -> str:
        return text.foot(self.m)

    @property
    def made_with(self) -> str:
        return words.made_with(__version__, of="ur kommunens åtgärdsplan")

    def made_of(self) -> dict[str, Any]:
        made = works.made_of(self.m.work, since=self.m.work.day)
        wanted = self.m.wanted.key if self.m.wanted is not None else None
        return made | {"parameters": {**made["parameters"], "namnd": wanted}, "evidence": evidens.version()}

    def masthead(self) -> Masthead:
        return Masthead(
            organisation=words.organisation(self.m.work.kommun),
            notice=self.invented or meeting.WORKING_PAPER,
            kicker=text.KICKER,
            title=text.title(self.m),
            facts=(),
        )

    def __repr__(self) -> str:
        return f"Namnd(kommun={self.m.work.kommun.code!r}, boards={len(self.m.boards)})"


# ---- tables --------------------------------------------------------------------------------------------------------------


def measures_table(board: Board) -> Table:
    """A measure a row: state, cost, next step."""
    rows = [[a.namn, meeting.state(a), measures.cost(a), text.next_step(a)] for a in board.measures]
    return words_table("atgarder", text.HEADS, rows, caption=text.CAPTION)


def boards_table(m: Material) -> Table:
    """A nämnd a row, in alphabetical order."""
    rows = [
        [
            one.name,
            number(len(one.measures)),
            number(len(one.late)),
            number(sum(a.utfall_kostnad or 0 for a in one.measures)),
            number(len(one.undecided)),
        ]
        for one in m.boards
    ]
    return words_table("namnder", text.ALL_HEADS, rows, caption=text.ALL_CAPTION, right=(1, 2, 3, 4))


def done_section(board: Board) -> Section:
    """What has been done of each measure; its activities have passed the gate when the plan was read."""
    rows = [
        [
            a.namn,
            measures.period(a),
            measures.dose(board.activities[a.id]),
            measures.FIDELITY[a.foljsamhet],
            evidence.status(_evidence(a)),
            a.motivering or measures.NOT_FILLED,
        ]
        for a in board.measures
    ]
    table = words_table(f"gjort_{board.key}", text.DONE_HEADS, rows, caption=f"{text.DONE_CAPTION}: {board.name}")
    return Section(f"gjort-{board.key}", text.TOPICS["gjort"], board.name, [table])


def _evidence(a: Atgard) -> Evidence | None:
    if a.evidens:
        return evidens.get(a.evidens)
    return evidens.experience(a.erfarenhet, name=a.namn) if a.erfarenhet else None
