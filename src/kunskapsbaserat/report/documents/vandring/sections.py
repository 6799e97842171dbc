"""The sections about what was seen: actions by age, refusals with reasons, places, the walk before, photos, who walked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from html import escape

import pandas as pd

from kunskapsbaserat.data.walks import Seen, Walk, sheets
from kunskapsbaserat.disclosure import release
from kunskapsbaserat.report.documents.vandring.material import Comparison, Material
from kunskapsbaserat.report.documents.vandring.words import protocol as protocol_words
from kunskapsbaserat.report.documents.vandring.words import report as text
from kunskapsbaserat.report.page.blocks import (
    Block,
    Cell,
    Column,
    FirstPage,
    Highlight,
    Link,
    NextSteps,
    OwnText,
    Paragraph,
    Section,
    Stacked,
    Table,
)
from kunskapsbaserat.swedish import MISSING, capital, number

SOURCE = "vandring"
PHOTO_WIDTH = 420


def section(key: str, heading: str, blocks: Sequence[Block]) -> Section:
    return Section(key, text.TOPICS[key], heading, blocks)


def table(
    name: str,
    heads: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    frame: pd.DataFrame,
    *,
    caption: str,
    source: str = "",
    right: Sequence[int] = (),
    layout: str = "cards",
) -> Table:
    """A table of words; on a phone each row is a card."""
    released = release(frame, name=name, contents="description", sources=[SOURCE])
    columns = [Column(head, right=at in right, phone=head) for at, head in enumerate(heads)]
    return Table(caption, columns, rows, [released], layout=layout, source=source)


# ---- page one ------------------------------------------------------------------------------------------------------------


def nothing_yet(m: Material) -> Section:
    """How to begin, where no walk has been written down."""
    blocks: list[Block] = [Paragraph(protocol_words.NEXT_LEAD, lead=True), NextSteps(protocol_words.steps(m.kommun))]
    return Section("korthet", "", protocol_words.NEXT_HEADING, blocks)


def first_page(m: Material) -> Section:
    page = FirstPage(
        heading=text.SHORT,
        lead=text.lead(m),
        notice="",
        highlights_heading=text.FOUND,
        highlights=highlights(m),
        decide_heading=text.DECIDE,
        decide=text.decide(m),
        remaining_heading=text.REMAINING,
        remaining=text.remaining(m),
        remaining_link=Link("Se hur det är räknat", "metod"),
        marks_heading="",
        marks=(),
        overview=overview(m),
    )
    return Section("korthet", "", text.SHORT, [page], style="kort")


def highlights(m: Material) -> list[Highlight]:
    """At most three: what has waited longest, what was refused, what has become of what was seen the last time."""
    shown = [Highlight(text.TOPICS["gamla"], None, text.oldest(m))] if m.old else []
    shown += [Highlight(text.TOPICS["nekade"], None, text.refusals(m))] if m.refused else []
    shown += [Highlight(text.TOPICS["jamforelse"], None, f"{text.compared_heading(pair)}.") for pair in m.comparisons]
    shown += [Highlight(text.TOPICS["klara"], None, text.in_time(m))] if m.done else []
    return shown[:3] or [Highlight("", None, text.nothing_special(m))]


def overview(m: Material) -> Table:
    rows: list[list[Cell]] = []
    counts: list[tuple[str | int, ...]] = []
    for theme in (None, *sheets.THEME):
        mine = [one for one in m.seen if theme in (None, one.theme)]
        if not mine:
            continue
        became = [sum(one.theme == theme or theme is None for one in group) for group in (m.open, m.done, m.refused)]
        counts.append((theme or text.ALL, len(mine), *became))
        rows.append([capital(theme or text.ALL), *map(number, [len(mine), *became])])
    frame = pd.DataFrame(counts, columns=["tema", "iakttagelser", "vantar", "klara", "nekade"])
    safe = any(one.theme == sheets.FELT_SAFE for one in m.seen)
    note = f"{text.SOURCE} {text.OVERVIEW_NOTE}" if safe else text.SOURCE
    return table(
        "teman", text.OVERVIEW_HEADS, rows, frame, caption=text.OVERVIEW_CAPTION, source=note, right=range(1, 5), layout="plain"
    )


# ---- actions -------------------------------------------------------------------------------------------------------------


def old_section(m: Material) -> Section:
    blocks: list[Block] = [Paragraph(text.NO_OLD)]
    if m.old:
        blocks = [_actions(m, m.old, "gamla_atgarder", text.OLD_CAPTION, text.AGE_NOTE)]
    return section("gamla", text.old_title(len(m.old)), blocks)


def waiting_section(m: Material) -> Section:
    old = {one.row_key for one in m.old}
    younger = [one for one in m.open if one.row_key not in old]
    blocks: list[Block] = []
    if younger:
        note = "" if m.old else text.AGE_NOTE
        blocks = [_actions(m, younger, "atgarder", text.WAITING_CAPTION, note)]
    return section("atgarder", text.waiting_heading(len(younger), old=len(m.old)), blocks)


def _actions(m: Material, shown: Sequence[Seen], name: str, caption: str, note: str) -> Table:
    rows: list[list[Cell]] = [
        [
            Stacked(*text.what(one)),
            one.responsible or text.NO_OWNER,
            text.decided(one),
            text.due(one, m.day),
            one.state,
            text.age(m.age(one)),
        ]
        for one in shown
    ]
    return table(name, text.ACTION_HEADS, rows, _frame(m, shown), caption=caption, source=note, right=(5,))


def _frame(m: Material, shown: Sequence[Seen]) -> pd.DataFrame:
    """What a file says: ids, days and states. What was written freely stays on the page."""
    rows = [
        (
            one.id,
            one.walk.id,
            one.walk.day,
            one.theme,
            one.responsible,
            one.decided,
            one.last_day,
            one.state,
            one.done,
            m.age(one),
        )
        for one in shown
    ]
    heads = ["id", "vandring", "dag", "tema", "ansvarig", "beslutad", "klar_senast", "lage", "blev_klar", "dagar_gammal"]
    return pd.DataFrame(rows, columns=heads)


def refused_section(m: Material) -> Section:
    if not m.refused:
        return section("nekade", text.refused_heading(0), [])
    rows: list[list[Cell]] = [
        [
            Stacked(*text.what(one)),
            one.responsible or text.NO_OWNER,
            f"{one.decided:%Y-%m-%d}" if one.decided else MISSING,
            one.why_not or text.NO_REASON,
        ]
        for one in m.refused
    ]
    shown = table(
        "nekade", text.REFUSED_HEADS, rows, _frame(m, m.refused), caption=text.REFUSED_CAPTION, source=text.REFUSED_NOTE
    )
    return section("nekade", text.refused_heading(len(m.refused)), [shown])


def done_section(m: Material) -> Section:
    if not m.done:
        return section("klara", text.done_heading(0), [])
    rows: list[list[Cell]] = [
        [
            Stacked(*text.what(one)),
            one.responsible or text.NO_OWNER,
            f"{one.done:%Y-%m-%d}" if one.done else MISSING,
            text.took(one),
        ]
        for one in m.done
    ]
    shown = table("klara", text.DONE_HEADS, rows, _frame(m, m.done), caption=text.DONE_CAPTION, right=(3,))
    return section("klara", text.done_heading(len(m.done)), [Paragraph(text.in_time(m)), shown])


# ---- the walk before -----------------------------------------------------------------------------------------------------


def before_section(m: Material) -> list[Section]:
    if not m.comparisons:
        return [section("jamforelse", text.NONE_BEFORE_HEADING, [Paragraph(text.NONE_BEFORE)])]
    made = []
    for at, pair in enumerate(m.comparisons):
        blocks: list[Block] = [Paragraph(text.new_things(pair)), _compared(pair, at)]
        key = "jamforelse" if not at else f"jamforelse-{at + 1}"
        made.append(Section(key, text.TOPICS["jamforelse"] if not at else "", text.compared_heading(pair), blocks))
    return made


def _compared(pair: Comparison, at: int) -> Table:
    outcomes = [*((one, text.OUTCOMES[what]) for one, what in pair.then), *((one, text.NEW) for one in pair.new)]
    rows: list[list[Cell]] = [[Stacked(*text.what(one)), what, one.responsible or text.NO_OWNER] for one, what in outcomes]
    frame = pd.DataFrame(
        [(one.id, one.walk.day, one.theme, what) for one, what in outcomes], columns=["id", "dag", "tema", "utfall"]
    )
    return table(
        f"jamforelse_{at + 1}",
        text.COMPARED_HEADS,
        rows,
        frame,
        caption=text.compared_caption(pair),
        source=text.COMPARED_NOTE,
    )


# ---- photos --------------------------------------------------------------------------------------------------------------


def photos_section(m: Material) -> Section:
    """The photos that can be shown, each with its words, and why the others are not."""
    shown = [photo for photo in m.photos if photo.picture is not None]
    left = [photo for photo in m.photos if photo.picture is None]
    blocks: list[Block] = [Paragraph(text.PHOTO_NOTE)] if shown else []
    blocks += [Paragraph(text.photo_left(photo.seen, photo.why_not)) for photo in left]
    for photo in shown:
        assert photo.picture is not None
        assert photo.seen.photo is not None
        alternative = escape(photo.seen.photo.alternative or "", quote=True)
        wide = min(PHOTO_WIDTH, photo.picture.width)
        tall = round(wide * photo.picture.height / photo.picture.width)
        image = f'<p><img src="{photo.picture.src}" alt="{alternative}" width="{wide}" height="{tall}"></p>'
        heading, signed = text.photo_heading(photo.seen), text.photo_signed(photo.seen)
        blocks.append(OwnText(f"bild-{photo.seen.row}", heading, (), text_html=image, signed=signed))
    return section("bilder", text.photos_heading(len(shown), len(left)), blocks)


# ---- who walked ----------------------------------------------------------------------------------------------------------


def walks_section(m: Material) -> Section:
    on_walk = Counter(one.walk.id for one in m.seen)
    came = [(walk.id, g.organisation, g.people) for walk in m.walks for g in walk.groups]
    frame = pd.DataFrame(came, columns=["vandring", "organisation", "count"]).astype({"count": "Float64"})
    released = release(frame, name="deltagare", contents="local", sources=[SOURCE])
    hidden = {(row.vandring, row.organisation) for row in released.frame.itertuples() if isinstance(row.suppressed, str)}
    rows: list[list[Cell]] = [
        [
            walk.place,
            Stacked(*text.when(walk)),
            walk.reason or MISSING,
            _came(walk, hidden),
            number(on_walk[walk.id]),
        ]
        for walk in reversed(m.walks)
    ]
    columns = [Column(head, right=at == 4, phone=head) for at, head in enumerate(text.WALK_HEADS)]
    walked = pd.DataFrame(
        [(w.id, w.day, w.light, on_walk[w.id]) for w in m.walks],
        columns=["vandring", "dag", "ljus", "iakttagelser"],
    )
    days = release(walked, name="vandringar", contents="description", sources=[SOURCE])
    shown = Table(text.WALKS_CAPTION, columns, rows, [released, days], layout="cards", source=text.WALKS_NOTE)
    return section("vandringar", text.walks_heading(m), [shown])


def _came(walk: Walk, hidden: set[tuple[str, str]]) -> str:
    said = [text.group(g.organisation, g.people, hidden=(walk.id, g.organisation) in hidden) for g in walk.groups]
    return "; ".join(said) or MISSING
