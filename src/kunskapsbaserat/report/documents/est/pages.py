"""The pages beside the group's own: the public version, which passes the ledger, and those of the quarter and the year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from kunskapsbaserat import __version__
from kunskapsbaserat.catalogue import est as catalogue
from kunskapsbaserat.data.est.folder import LEDGER
from kunskapsbaserat.disclosure import release
from kunskapsbaserat.disclosure.ledger import Figure, Ledger
from kunskapsbaserat.errors import DisclosureError
from kunskapsbaserat.report.documents.est import actors, kept_ledger, place_cards, public_map
from kunskapsbaserat.report.documents.est import public as est_public
from kunskapsbaserat.report.documents.est import quarter as est_quarter
from kunskapsbaserat.report.documents.est import year as est_year
from kunskapsbaserat.report.documents.est.followed import MEASURE
from kunskapsbaserat.report.documents.est.material import Material
from kunskapsbaserat.report.documents.est.public import CATEGORY, PLACE
from kunskapsbaserat.report.documents.est.public_places import places_blocks
from kunskapsbaserat.report.documents.est.words import agreed as agreed_words
from kunskapsbaserat.report.documents.est.words import deepening as words_of
from kunskapsbaserat.report.documents.est.words import report as text
from kunskapsbaserat.report.documents.est.words import work as work_words
from kunskapsbaserat.report.page import common_words as words
from kunskapsbaserat.report.page import html
from kunskapsbaserat.report.page.blocks import Block, Bullets, Cell, Column, Definitions, Note, Paragraph, Part, Section, Table
from kunskapsbaserat.swedish import MISSING, number

if TYPE_CHECKING:
    from kunskapsbaserat.report.documents.est.document import Est

PUBLIC = "offentlig.html"


@dataclass(frozen=True)
class PublicPage:
    """The public version: its parts, the whole page, and the ledger with what it tells.

    `seen` is the text of the ledger's file when the page was judged, `files` what else it gives out, by name.
    """

    parts: list[Part]
    html: str
    ledger: Ledger
    path: Path
    m: Material
    seen: str
    files: dict[str, bytes]

    def note(self) -> None:
        """Keep the ledger, so that the next report knows what this one told.

        Raises
        ------
        DisclosureError
            Another report was noted meanwhile, and beside that one this page tells too much.
        FileLocked
            The ledger may not be written.
        """
        kept_ledger.keep(
            self.path, self.ledger, seen=self.seen, judge_again=self._beside, mine=est_public.keyed(self.m.est.secret)
        )

    def _beside(self, now: Ledger) -> Ledger:
        """The ledger as another report left it, with this page in it."""
        start = self.m.span.start
        told = self.ledger.reports[start]
        allowed = est_public.shown(self.m, now)
        if set(told) <= set(allowed) and all(now.count(f) == self.ledger.count(f) for f in told):
            now.reports[start] = told
            return now
        raise DisclosureError(
            "another report of the folder was noted meanwhile; beside it this page tells too much",
            svenska="En annan rapport ur samma mapp blev klar under tiden, och bredvid den får sidan inte visa allt. "
            "Skapa rapporten igen.",
        )


def public(e: Est) -> PublicPage:
    """The public version: everything in it has passed the ledger."""
    m = e.m
    path = m.est.path / LEDGER
    ledger, seen = kept_ledger.read(path, mine=est_public.keyed(m.est.secret))
    shown = est_public.shown(m, ledger)
    parts = _parts(e, ledger, shown)
    files = public_map.files(m, ledger, [f for f in shown if f.dimension == PLACE])
    page = whole(m, parts, text.PUBLIC, words_of.public_title(m))
    return PublicPage(parts, page, ledger, path, m, seen, files)


def whole(m: Material, parts: Sequence[Part], kind: str, title: str) -> str:
    """A page by itself."""
    return html.page(
        [part.to_html() for part in parts],
        title=f"{title}, {text.period(m.span, m.rhythm)}",
        foot=text.foot(m.kommun, m.span, m.rhythm, kind),
        nav=[[s.id, s.topic or s.heading] for part in parts for s in part.sections if s.id != "korthet"],
        made_with=words.made_with(__version__, of=text.MADE_OF),
    )


def deepening(e: Est) -> dict[str, str]:
    """The pages of the quarter, the year, the places and each actor by file name; all internal."""
    m = e.m
    made = {}
    facts = words_of.quarter_facts(m)
    wanted = [
        (words_of.QUARTER_FILE, words_of.QUARTER, facts, est_quarter.sections(m)),
        (words_of.YEAR_FILE, words_of.YEAR, words_of.year_facts(m), est_year.sections(m)),
        (work_words.CARDS_FILE, work_words.CARDS, facts, place_cards.sections(m)),
    ]
    wanted += [
        (work_words.actor_file(at), f"{work_words.ACTOR}: {actor}", facts[:1], actors.sections(m, actor))
        for at, actor in enumerate(actors.actors(m), start=1)
    ]
    for file, title, facts, sections in wanted:
        if not sections:
            continue
        head = e.masthead(text.INTERNAL)
        first = Part(
            "korthet", "", sections[:1], masthead=type(head)(head.organisation, head.notice, head.kicker, title, facts)
        )
        rest = [Part(s.id, s.topic or s.heading, [s]) for s in sections[1:]]
        made[file] = whole(m, [first, *rest], text.INTERNAL, f"{title}, {m.kommun.name}")
    return made


# ---- the page ------------------------------------------------------------------------------------------------------------


def _parts(e: Est, ledger: Ledger, shown: Sequence[Figure]) -> list[Part]:
    m = e.m
    start = m.span.start
    total = est_public.total_of(ledger, start)
    head: list[Block] = [Paragraph(words_of.public_lead(m, total), lead=True)]
    if words_of.stand_in(m):
        head.insert(0, Paragraph(words_of.PUBLIC_STAND_IN))
    if warning := words_of.public_warning(m):
        head.append(Note(words_of.MIND, warning))
    head += [Paragraph(words_of.public_reporting(m)), _category_table(m, ledger, shown, total)]
    measures = [f for f in m.followed if f.kind == MEASURE and f.public is not None and (f.open or f.since >= start)]
    doing: list[Block] = [
        Bullets([words_of.doing(f, m.est.book.public) for f in measures]) if measures else Paragraph(words_of.NO_DOING)
    ]
    places = places_blocks(m, ledger, [f for f in shown if f.dimension == PLACE])
    coming = [agreed_words.coming(*said) for said in m.public_coming]
    sections = [
        Section("korthet", "", text.KORTHET, head),
        Section("platser", words_of.PUBLIC_WHERE, words_of.public_places_heading(bool(places)), places),
        Section("gors", "", words_of.PUBLIC_DOING, doing),
        *([Section("kommande", "", words_of.PUBLIC_COMING, [Bullets(coming)])] if coming else []),
        Section("lasning", "", words_of.PUBLIC_READ, [Definitions(words_of.public_method())], style="metod"),
    ]
    masthead = e.masthead(text.PUBLIC)
    facts = [fact for fact in masthead.facts if fact[0] in ("Period", "Diarienummer", "Nästa rapport")]
    masthead = type(masthead)(masthead.organisation, masthead.notice, masthead.kicker, words_of.public_title(m), facts)
    return [Part(s.id, s.topic or s.heading, [s], masthead=masthead if s.id == "korthet" else None) for s in sections]


def _category_table(m: Material, ledger: Ledger, shown: Sequence[Figure], total: int | None) -> Table:
    """The period beside the one before; what may not be told is said to be so."""
    before = m.rhythm.of(m.span.start - timedelta(days=1))
    told = {f for figures in ledger.reports.values() for f in figures} | set(shown)
    rows: list[list[Cell]] = []
    frame = []
    for category in catalogue.categories():
        if not category.public:
            continue
        cells = [_cell(ledger, told, Figure(CATEGORY, category.id, span.start, span.end)) for span in (m.span, before)]
        if cells[0] != "0" or cells[1] not in ("0", MISSING):
            rows.append([category.name, *(text.count(int(c)) if c.isdigit() else c for c in cells)])
        frame.append((category.id, m.span.start, m.span.end, cells[0]))
    sums = [words_of.HIDDEN if total is None else number(total), _total(ledger, before.start)]
    rows.insert(0, [words_of.TOTAL, *sums])
    released = release(
        pd.DataFrame(frame, columns=["kategori", "fran", "till", "antal"]),
        name="offentlig_kategorier",
        contents="description",
        sources=["est"],
    )
    columns = [Column(head, right=at > 0) for at, head in enumerate(words_of.PUBLIC_HEADS)]
    return Table(words_of.PUBLIC_TABLE, columns, rows, [released], scope_line=words_of.KEY, source=text.SOURCE)


def _total(ledger: Ledger, start: date) -> str:
    if start not in ledger.reports:
        return MISSING
    total = est_public.total_of(ledger, start)
    return words_of.HIDDEN if total is None else number(total)


def _cell(ledger: Ledger, told: set[Figure], figure: Figure) -> str:
    """The figure as digits, "visas inte", or ".." for a period that has not been published.

    One mark for all that is not shown: it does not say whether the number is small, or is hidden for another's sake.
    """
    if figure in told:
        return str(ledger.count(figure))
    return words_of.HIDDEN if figure.first in ledger.reports else MISSING
