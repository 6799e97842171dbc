"""The first page, which is also fullmäktige's one sheet: as much of the goals as has room on it, and said when not all have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kunskapsbaserat.plan.outcome import GoalOutcome
from kunskapsbaserat.report.documents.uppfoljning.goal_sections import first_of, goals_table
from kunskapsbaserat.report.documents.uppfoljning.material import Material
from kunskapsbaserat.report.documents.uppfoljning.words import followup, goals
from kunskapsbaserat.report.page.blocks import FirstPage, Highlight, Link, Masthead
from kunskapsbaserat.report.page.sheet import has_room
from kunskapsbaserat.report.statements import measures

MOST_WHOLE, MOST_TOLD, MOST_ROWS = 3, 12, 20
"""Goals told in words with their figures, in words without, and in the table: what can be read, apart from what has room."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What stands on the sheet: goals told in words, with their figures (`whole`) or not, goals in its table, and of how many
    measures the proposal gives the titles (`named`), of at most so many `letters` each."""

    told: int
    rows: int
    whole: bool = False
    named: int = followup.NAMED
    letters: int = followup.LETTERS

    @property
    def shown(self) -> int:
        return max(self.told, self.rows)


def choices(goals_of_plan: int) -> Iterator[Choice]:
    """From the most that a sheet may hold to the least, in the order in which they are tried: first a goal less is told."""
    if goals_of_plan <= MOST_WHOLE:
        yield Choice(goals_of_plan, goals_of_plan, whole=True)
    for shown in range(min(goals_of_plan, MOST_ROWS), 0, -1):
        for named in (followup.NAMED, 2):
            yield Choice(min(shown, MOST_TOLD), shown, named=named)
            yield Choice(0, shown, named=named)
            if shown <= MOST_TOLD:  # what is told in words needs no table
                yield Choice(shown, 0, named=named)
    yield Choice(0, 0, named=2)
    yield Choice(0, 0, named=1, letters=30)


def choose(m: Material, masthead: Masthead) -> Choice:
    """The first of the choices that has room, and the last where the other texts alone fill the sheet."""
    for choice in choices(len(m.outcomes)):
        if has_room(first_page(m, choice, where=followup.IN_REPORT), masthead):
            return choice
    return choice


def first_page(m: Material, choice: Choice, *, where: str, link: Link | None = None) -> FirstPage:
    """The page with the chosen goals.

    Parameters
    ----------
    m, choice
        The plan with its outcomes, and what has room.
    where : str
        Where all goals are, when not all stand here.
    link : Link, optional
        To the kommun's judgement, where the page has it.
    """
    every = len(m.outcomes)
    left_out = followup.first_goals(every, choice.shown, where) if choice.shown < every else ""
    return FirstPage(
        heading=followup.KORTHET,
        lead=f"{measures.count_line(m.plan.atgarder)} {goals.count_line(m.outcomes)}",
        notice=left_out,
        highlights_heading=followup.GOALS_HEADING,
        highlights=_highlights(m, first_of(m.outcomes, choice.told), whole=choice.whole),
        decide_heading=followup.DECIDE,
        decide=followup.decisions(m.plan, m.outcomes, m.unseen, most=choice.named, letters=choice.letters),
        remaining_heading=followup.REMAINING,
        remaining=followup.remaining(m.empty_places, m.loose, m.duties),
        remaining_link=link,
        marks_heading=followup.MARKS,
        marks=followup.marks(m.outcomes) if choice.rows else (),
        overview=goals_table(m, first_of(m.outcomes, choice.rows)),
    )


def _highlights(m: Material, told: Sequence[GoalOutcome], *, whole: bool) -> list[Highlight]:
    """The goals in words: with their figures where they are few, else the target and the outcome, as the table has the rest."""
    found = [
        Highlight(
            followup.short(goals.headline(o), 110),
            None,
            goals.paragraph(o, seen=m.visibility.get(o.goal.id)) if whole else goals.aim(o),
        )
        for o in told
    ]
    return [*found, Highlight(goals.HELPED, None, followup.helped(m.outcomes))]
