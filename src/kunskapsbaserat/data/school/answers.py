"""How many answered a statement, and how many agreed: one form for every survey, wherever it came from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from kunskapsbaserat.data.est.item import Item
from kunskapsbaserat.data.school import sheets
from kunskapsbaserat.data.school.book import is_grade

OWN_FORM = "egen enkät"


@dataclass(frozen=True, slots=True)
class Answers:
    """One statement, answered by one group in one year.

    Attributes
    ----------
    group : str
        "" is the whole school, else a year of pupils ("åk 8") or a class.
    sex : str
        "" is everybody.
    n, agree : int
        Answers in all (vet inte too), and those who agree wholly or mostly.
    asked : int or None
        How many were asked; None where nobody has said.
    wanted : bool
        Whether to agree is what is wanted.
    source : str
        `OWN_FORM`, or the survey's name.
    """

    question: str
    who: str
    n: int
    agree: int
    asked: int | None = None
    group: str = ""
    sex: str = ""
    wanted: bool = True
    source: str = OWN_FORM

    @property
    def whole(self) -> bool:
        return not self.group and not self.sex

    @property
    def of_class(self) -> bool:
        """Of a class, or of a group that cannot be told from one: read, and never shown."""
        return bool(self.group) and not is_grade(self.group)

    @property
    def key(self) -> tuple[str, str, str]:
        """What is asked, of whom, in which survey: the same from year to year."""
        return (self.source, self.who, self.question.casefold().rstrip(". "))


def of_form(items: Sequence[Item]) -> list[Answers]:
    """The rows of the form's own survey; where nobody has filled in the whole school, it is the sum of its groups."""
    found = [_of_row(item) for item in items if item.fraga and item.vilka]
    return [*found, *_summed(found)]


def _of_row(item: Item) -> Answers:
    counts = {name: item.cells.get(name) or 0 for name in sheets.ANSWERS}
    return Answers(
        question=item.fraga,
        who=item.vilka,
        n=sum(counts.values()),
        agree=sum(counts[name] for name in sheets.AGREE),
        asked=item.tillfragade,
        group=item.grupp or "",
        sex=item.kon or "",
        wanted=item.onskat != "instämmer inte",
    )


def _summed(rows: Sequence[Answers]) -> Iterator[Answers]:
    """The whole school of each statement that has groups but no row of its own."""
    of_groups: dict[tuple[str, str, str], list[Answers]] = {}
    for row in rows:
        of_groups.setdefault(row.key, []).append(row)
    for mine in of_groups.values():
        grades, classes = ([r for r in mine if r.group and r.of_class is of] for of in (False, True))
        groups = grades or classes or [row for row in mine if row.sex]
        if any(row.whole for row in mine) or not groups:
            continue
        asked = None if any(row.asked is None for row in groups) else sum(row.asked or 0 for row in groups)
        yield replace(
            groups[0],
            n=sum(row.n for row in groups),
            agree=sum(row.agree for row in groups),
            asked=asked,
            group="",
            sex="",
        )


def disagreements(rows: Sequence[Answers]) -> Iterator[str]:
    """What cannot all be true: groups with more answers than the whole school."""
    for whole in (row for row in rows if row.whole):
        for of, mine in (
            ("årskurserna", [r for r in rows if r.key == whole.key and r.group and not r.of_class]),
            ("klasserna", [r for r in rows if r.key == whole.key and r.of_class]),
            ("könen", [r for r in rows if r.key == whole.key and r.sex]),
        ):
            more = sum(r.n for r in mine) > whole.n or sum(r.agree for r in mine) > whole.agree
            more = more or sum(r.n - r.agree for r in mine) > whole.n - whole.agree
            if more:
                yield f"”{whole.question}” ({whole.who}): {of} har tillsammans fler svar än hela skolan."
