"""An extract for each actor: its own reports as counts, what it answers for, what was decided for it; no row of events."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pandas as pd

from kunskapsbaserat.catalogue import est as catalogue
from kunskapsbaserat.data.est import sheets
from kunskapsbaserat.kommun import sort_key
from kunskapsbaserat.report.documents.est.material import Material
from kunskapsbaserat.report.documents.est.sections import table
from kunskapsbaserat.report.documents.est.words import agreed as agreed_words
from kunskapsbaserat.report.documents.est.words import report as text
from kunskapsbaserat.report.documents.est.words import work as words_of
from kunskapsbaserat.report.page.blocks import Block, Bullets, Cell, Paragraph, Section, Stacked
from kunskapsbaserat.swedish import number

DECIDED_DAYS = 180


def actors(m: Material) -> list[str]:
    """The registered reporters, and who else answers for something open, in alphabetical order."""
    named = {str(name).casefold(): str(name) for name in m.est.book.reporters["name"]}
    for f in m.open:
        if f.responsible:
            named.setdefault(f.responsible.casefold(), f.responsible)
    return sorted(named.values(), key=sort_key)


def sections(m: Material, actor: str) -> list[Section]:
    return [_reports(m, actor), _work(m, actor), _decided(m, actor)]


def _same(one: str | None, actor: str) -> bool:
    return one is not None and one.casefold() == actor.casefold()


def _reports(m: Material, actor: str) -> Section:
    events = m.est.reports
    theirs = [isinstance(who, str) and _same(who, actor) for who in events["reporter"]]
    mine = events[np.array(theirs, dtype=bool)]
    now = mine[(mine["reported"] >= pd.Timestamp(m.span.start)) & (mine["reported"] < pd.Timestamp(m.span.end))]
    window = mine[(mine["reported"] >= pd.Timestamp(m.window[0].start)) & (mine["reported"] < pd.Timestamp(m.span.end))]
    if window.empty:
        return Section("korthet", "", words_of.actor_heading(0), [Paragraph(words_of.NO_REPORTS)])
    rows: list[list[Cell]] = []
    frame = []
    for category in catalogue.categories():
        counts = [int((part["category"] == category.id).sum()) for part in (now, window)]
        if counts[1]:
            rows.append([category.name, *map(number, counts)])
            frame.append((category.id, *counts))
    name = f"utdrag_{actors(m).index(actor) + 1:02}"
    shown = table(
        name,
        words_of.ACTOR_HEADS,
        rows,
        pd.DataFrame(frame, columns=["kategori", "perioden", "kvartalet"]),
        caption=words_of.ACTOR_CAPTION,
        scope=words_of.actor_scope(m),
        right=(1, 2),
    )
    blocks: list[Block] = [Paragraph(words_of.ACTOR_LEAD), Paragraph(_activity(m, actor)), shown]
    return Section("korthet", "", words_of.actor_heading(len(now)), blocks)


def _activity(m: Material, actor: str) -> str:
    """In how many periods of the window it reported, or said that there was nothing to report."""
    known = [name for name in m.reporters if _same(name, actor)]
    if not known:
        return words_of.NOT_A_REPORTER
    active = np.asarray(m.active)[m.reporters.index(known[0])][-len(m.window) :]
    return words_of.activity(int(active.sum()), len(m.window))


def _work(m: Material, actor: str) -> Section:
    mine = [f for f in m.open if _same(f.responsible, actor)]
    late = sum(f.overdue(m.today) for f in mine)
    heading = words_of.actor_work(len(mine), late)
    if not mine:
        return Section("ansvar", words_of.TOPIC_OWN, heading, [])
    rows: list[list[Cell]] = [
        [
            Stacked(*agreed_words.followed(f)),
            agreed_words.due(f, m.today),
            text.STATES[f.state],
            agreed_words.age(f.days_old(m.today)),
        ]
        for f in mine
    ]
    frame = pd.DataFrame([(f.kind, f.due, f.state) for f in mine], columns=["slag", "klar_senast", "lage"])
    heads = [head for head in agreed_words.MEASURE_HEADS if head != "Ansvarig"]
    name = f"utdrag_{actors(m).index(actor) + 1:02}_ansvar"
    return Section(
        "ansvar",
        words_of.TOPIC_OWN,
        heading,
        [table(name, heads, rows, frame, caption=agreed_words.MEASURES_CAPTION, layout="cards")],
    )


def _decided(m: Material, actor: str) -> Section:
    first = m.today - timedelta(days=DECIDED_DAYS)
    said = [
        agreed_words.decision(i)
        for i in m.est.book.of(sheets.DECISIONS)
        if first <= i.datum <= m.today and (_same(i.ansvarig, actor) or _same(i.forum, actor))
    ]
    blocks: list[Block] = [Bullets(said)] if said else []
    return Section("beslut", text.TOPIC_DECISIONS, words_of.actor_decided(len(said)), blocks)
