"""What the group follows until it is done: its measures, and what walks and dialogues have proposed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from kunskapsbaserat.data.est import sheets
from kunskapsbaserat.data.est.book import Book

DONE = ("klar", "avslutad")
NOT_STARTED = "ej_startad"
WALK, DIALOGUE, MEASURE = "trygghetsvandring", "dialog", "atgard"


@dataclass(frozen=True, slots=True)
class Followed:
    """Something that has been proposed or decided and is followed until it is done: from the group, a walk or a dialogue.

    `public` is what it may be called where everybody reads it; None where it may not stand at all. `done` and `reopened` are
    the days of it, where somebody has written them.
    """

    kind: str
    id: str
    text: str
    place: str | None
    responsible: str | None
    since: date
    due: date | None
    state: str
    decision: str | None
    why_not: str | None
    public: str | None = None
    done: date | None = None
    reopened: date | None = None

    @property
    def open(self) -> bool:
        return self.state not in DONE and self.decision != "gors_inte"

    def days_old(self, today: date) -> int:
        return (today - self.since).days

    def overdue(self, today: date) -> bool:
        return self.open and self.due is not None and self.due < today


def followed_of(book: Book) -> Iterator[Followed]:
    """Measures, and proposals of walks and dialogues, in the order of the workbook."""
    for i in book.of(sheets.MEASURES):
        start = (MEASURE, i.id, i.namn, i.plats, i.ansvarig, i.beslutad, i.klar_senast, i.lage or NOT_STARTED, None, None)
        yield Followed(*start, public=book.public.of(i) if i.offentlig else None, done=i.klar, reopened=i.oppnad)
    for kind, sheet in ((WALK, sheets.WALKS), (DIALOGUE, sheets.DIALOGUES)):
        for i in book.of(sheet):
            if i.forslag:
                start = (kind, i.id, i.forslag, i.plats, i.ansvarig, i.datum, i.klar_senast, i.lage or NOT_STARTED)
                yield Followed(*start, i.beslut, i.varfor_inte, done=i.klar, reopened=i.oppnad)
