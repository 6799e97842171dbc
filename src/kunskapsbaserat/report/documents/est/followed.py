"""What the group follows until it is done: its measures, and what walks and dialogues have proposed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from kunskapsbaserat.data.est import sheets
from kunskapsbaserat.data.est.book import Book
from kunskapsbaserat.data.est.item import Item

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
        yield _followed(MEASURE, i, i.namn, i.beslutad, public=book.public.of(i) if i.offentlig else None)
    for kind, sheet in ((WALK, sheets.WALKS), (DIALOGUE, sheets.DIALOGUES)):
        yield from (_followed(kind, i, i.forslag, i.datum) for i in book.of(sheet) if i.forslag)


def _followed(kind: str, item: Item, text: str, since: date, *, public: str | None = None) -> Followed:
    return Followed(
        kind,
        item.id,
        text,
        item.plats,
        item.ansvarig,
        since,
        item.klar_senast,
        item.lage or NOT_STARTED,
        item.beslut,
        item.varfor_inte,
        public=public,
        done=item.klar,
        reopened=item.oppnad,
    )
