"""The section of what the kommun itself has seen and heard, part 2 of 4 §."""

from __future__ import annotations

import pandas as pd

from kunskapsbaserat.report.documents.lagesbild.words import own as text
from kunskapsbaserat.report.material.own_knowledge import Knowledge
from kunskapsbaserat.report.page.blocks import Block, Cell, Column
from kunskapsbaserat.report.statements.common_blocks import plain_table
from kunskapsbaserat.swedish import number


def own_sources(known: Knowledge) -> list[Block]:
    """A row for every source with what it shows and what it does not, and the themes of the dialogues."""
    rows: list[list[Cell]] = []
    if known.est:
        rows.append([text.EST, text.est(known.est), text.EST_LIMITS])
    if known.walks:
        rows.append([text.WALKS, text.walks(known.walks), text.WALK_LIMITS])
    if known.talks:
        rows.append([text.TALKS, text.talks(known.talks), text.TALK_LIMITS])
    if not rows:
        return []
    sources = plain_table(
        pd.DataFrame(rows, columns=["kalla", "visar", "visar_inte"]),
        rows,
        [Column(head, phone=head) for head in text.HEADS],
        caption=text.CAPTION,
        name="egna_kallor",
        contents="description",
        sources=["lokal"],
        layout="cards",
    )
    return [sources, *_themes(known)]


def _themes(known: Knowledge) -> list[Block]:
    if known.talks is None or len(known.talks.themes) < 2:
        return []
    rows: list[list[Cell]] = [
        [t.name, text.HIDDEN if t.people is None else number(t.people), number(t.of)] for t in known.talks.themes
    ]
    return [
        plain_table(
            pd.DataFrame(rows, columns=["tema", "antal", "deltagare"]),
            rows,
            [Column(text.THEME_HEADS[0]), *(Column(head, right=True, phone=head) for head in text.THEME_HEADS[1:])],
            caption=text.THEMES_CAPTION,
            name="dialogernas_teman",
            contents="description",
            sources=["lokal"],
            layout="cards",
        )
    ]
