"""The group's own work on the quarter's page: what it has decided by forum, and how fast its queue moves."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

import pandas as pd

from kunskapsbaserat.catalogue import est as catalogue
from kunskapsbaserat.data.est import sheets
from kunskapsbaserat.data.est.item import Item
from kunskapsbaserat.report.documents.est.followed import DIALOGUE, MEASURE, WALK, Followed
from kunskapsbaserat.report.documents.est.material import Material
from kunskapsbaserat.report.documents.est.sections import table
from kunskapsbaserat.report.documents.est.words import report as text
from kunskapsbaserat.report.documents.est.words import work as words_of
from kunskapsbaserat.report.page.blocks import Cell, Paragraph, Section
from kunskapsbaserat.swedish import MISSING, listed, number

FEWEST_DONE = 3
"""Below this the middle of some lead times is one of them."""


def focus_section(m: Material) -> Section | None:
    """The plan's focus areas that follow categories of EST: how much of the quarter was about them, and when each ends."""
    if not m.focus:
        return None
    recent = m.all_events[m.at >= len(m.spans) - len(m.window)]
    rows: list[list[Cell]] = []
    frame = []
    for focus in m.focus:
        events = int(recent["category"].isin(focus.est).sum())
        ends = MISSING if focus.till is None else words_of.ends(focus.till, m.today)
        rows.append([focus.namn, listed([catalogue.category(c).name for c in focus.est]), number(events), ends])
        frame.append((focus.namn, events, focus.till))
    shown = table(
        "fokus",
        words_of.FOCUS_HEADS,
        rows,
        pd.DataFrame(frame, columns=["fokusomrade", "handelser", "till"]),
        caption=words_of.FOCUS_CAPTION,
        source=words_of.FOCUS_NOTE,
        right=(2,),
        layout="cards",
    )
    ended = sum(f.till is not None and f.till < m.today for f in m.focus)
    return Section("fokus", words_of.TOPIC_FOCUS, words_of.focus_heading(len(m.focus), ended), [shown])


def queue_section(m: Material) -> Section:
    """Open, late, done and reopened, with the days that the middle one took."""
    rows: list[list[Cell]] = []
    frame = []
    for kind in (None, MEASURE, WALK, DIALOGUE):
        mine = [f for f in m.followed if kind in (None, f.kind)]
        if not mine:
            continue
        days = lead_times(mine)
        middle = median(days) if len(days) >= FEWEST_DONE else None
        counts = (
            sum(f.open for f in mine),
            sum(f.overdue(m.today) for f in mine),
            sum(f.state in ("klar", "avslutad") for f in mine),
            sum(f.reopened is not None and f.reopened <= m.today for f in mine),
        )
        frame.append((kind or "alla", *counts, middle))
        rows.append([words_of.QUEUE_KINDS[kind], *map(number, counts), MISSING if middle is None else number(middle)])
    columns = ["slag", "oppna", "sena", "klara", "oppnade_igen", "dagar_i_mitten"]
    shown = table(
        "ko",
        words_of.QUEUE_HEADS,
        rows,
        pd.DataFrame(frame, columns=columns),
        caption=words_of.QUEUE_CAPTION,
        source=words_of.queue_note(FEWEST_DONE),
        right=range(1, 6),
    )
    late = sum(f.overdue(m.today) for f in m.followed)
    return Section("ko", words_of.TOPIC_QUEUE, words_of.queue_heading(len(m.open), late), [shown])


def lead_times(items: Sequence[Followed]) -> list[int]:
    """Days from when each was proposed or decided until it was done; those without a day are not counted."""
    return [(f.done - f.since).days for f in items if f.state == "klar" and f.done is not None and f.done >= f.since]


def forum_section(m: Material) -> Section:
    """What was decided in the window, by where it goes: up, down or aside."""
    first = m.window[0].start
    decided = [i for i in m.est.book.of(sheets.DECISIONS) if first <= i.datum <= m.today]
    heading = words_of.forum_heading(sum(_way(i) == sheets.UP for i in decided), len(decided))
    if not decided:
        return Section("forum", text.TOPIC_DECISIONS, heading, [Paragraph(words_of.NO_DECISIONS)])
    order = {forum: at for at, forum in enumerate(sheets.FORUMS)}
    ordered = sorted(decided, key=lambda i: (order.get(i.forum, len(order)), i.datum, i.row))
    rows: list[list[Cell]] = [
        [i.namn, words_of.forum(i.forum, _way(i)), f"{i.datum:%Y-%m-%d}", i.ansvarig or MISSING] for i in ordered
    ]
    frame = pd.DataFrame([(i.forum or "", _way(i) or "", i.datum) for i in ordered], columns=["forum", "riktning", "datum"])
    shown = table("beslut", words_of.FORUM_HEADS, rows, frame, caption=words_of.FORUM_CAPTION, layout="cards")
    return Section("forum", text.TOPIC_DECISIONS, heading, [shown])


def _way(item: Item) -> str | None:
    return sheets.FORUMS.get(item.forum) if item.forum else None
