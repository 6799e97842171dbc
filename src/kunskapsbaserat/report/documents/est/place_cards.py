"""A card for each place: what has been reported there by period, and what has been done about it, by date."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np
import pandas as pd

from kunskapsbaserat.catalogue import est as catalogue
from kunskapsbaserat.data.est import sheets
from kunskapsbaserat.report.documents.est.material import Material
from kunskapsbaserat.report.documents.est.sections import MOSTLY, table
from kunskapsbaserat.report.documents.est.words import report as text
from kunskapsbaserat.report.documents.est.words import work as words_of
from kunskapsbaserat.report.page.blocks import Block, Bullets, Cell, Paragraph, Section
from kunskapsbaserat.swedish import number

MOST_CARDS = 12
LINES = 15


def sections(m: Material) -> list[Section]:
    """A card for each place with work or with events to follow, most events first; nothing when there is none."""
    found = [_card(m, place, at) for at, place in enumerate(places(m), start=1)]
    if not found:
        return []
    lead = Section("korthet", "", words_of.cards_heading(len(found)), [Paragraph(words_of.CARDS_LEAD)])
    return [lead, *found]


def places(m: Material) -> list[str]:
    """The named places to follow, then those where something is open."""
    counts = m.placeable["place"].value_counts()
    named = {str(place) for place in m.est.book.places["place"]}
    worked_at = {f.place for f in m.open if f.place is not None} & named
    wanted = dict.fromkeys([*map(str, m.watch["place"]), *sorted(worked_at)])
    return sorted(wanted, key=lambda place: (-int(counts.get(place, 0)), place))[:MOST_CARDS]


def _card(m: Material, place: str, at: int) -> Section:
    blocks: list[Block] = [Bullets([words_of.period_line(*line) for line in periods_of(m, place)])]
    lines = sorted(timeline(m, place), reverse=True)
    if lines:
        rows: list[list[Cell]] = [[f"{day:%Y-%m-%d}", words_of.KINDS[kind], what] for day, kind, what in lines[:LINES]]
        frame = pd.DataFrame([(day, kind) for day, kind, _ in lines], columns=["datum", "slag"])
        blocks.append(
            table(f"platskort_{at}", words_of.CARD_HEADS, rows, frame, caption=words_of.card_caption(place), layout="cards")
        )
    else:
        blocks.append(Paragraph(words_of.NOTHING_DONE))
    events = int((m.placeable["place"] == place).sum())
    return Section(f"plats-{at}", place, words_of.card_heading(events), blocks)


def periods_of(m: Material, place: str) -> list[tuple[str, int, str]]:
    """Each period of the window with the events there, and what most of them were."""
    shown = {c.id for c in catalogue.categories() if c.place}
    mine = (m.all_events["place"] == place).to_numpy() & m.all_events["category"].isin(shown).to_numpy()
    found = []
    for back, span in enumerate(reversed(m.window), start=1):
        inside = m.all_events[mine & (np.asarray(m.at) == len(m.spans) - back)]
        named = inside["category"].value_counts()
        mostly = catalogue.category(named.index[0]).name if len(named) and named.iloc[0] >= MOSTLY else ""
        found.append((text.period(span, m.rhythm), len(inside), mostly))
    return found


def timeline(m: Material, place: str) -> Iterator[tuple[date, str, str]]:
    """What has happened about a place, by day: walks, themes, problems, decisions, measures and when they were done."""
    book, until = m.est.book, m.today
    for sheet, kind, day_of in (
        (sheets.PROBLEMS, "problem", "forst_sett"),
        (sheets.DECISIONS, "beslut", "datum"),
        (sheets.DIALOGUES, "tema", "datum"),
        (sheets.MEASURES, "atgard", "beslutad"),
        (sheets.MEASURES, "borjade", "borjade"),
        (sheets.MEASURES, "klar", "klar"),
        (sheets.MEASURES, "oppnad", "oppnad"),
    ):
        for item in book.of(sheet):
            day = item.cells.get(day_of)
            if item.plats == place and day is not None and day <= until:
                yield day, kind, item.namn
    walked: dict[date, list[str]] = {}
    for item in book.of(sheets.WALKS):
        if item.plats == place and item.datum <= until:
            walked.setdefault(item.datum, []).append(item.namn)
        if item.plats == place and item.klar is not None and item.klar <= until:
            yield item.klar, "klar", item.namn
    for day, seen in walked.items():
        yield day, "vandring", words_of.walked(number(len(seen)), seen[:3])
