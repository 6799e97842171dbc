"""The section of what the kommun itself has seen and heard, part 2 of 4 §."""

from __future__ import annotations

import pandas as pd

from kunskapsbaserat.report.documents.lagesbild.words import own as text
from kunskapsbaserat.report.material.knowledge import Knowledge
from kunskapsbaserat.report.page import charts
from kunskapsbaserat.report.page.blocks import Block, Cell, Column, Figure, FigureRow, Paragraph
from kunskapsbaserat.report.statements.common_blocks import plain_table
from kunskapsbaserat.swedish import capital, number


def own_sources(known: Knowledge) -> list[Block]:
    """A row for every source with what it shows and what it does not, and the themes of the dialogues."""
    rows: list[list[Cell]] = []
    if known.est:
        rows.append([text.EST, text.est(known.est), text.EST_LIMITS])
    if known.walks:
        rows.append([text.WALKS, text.walks(known.walks), text.WALK_LIMITS])
    if known.talks:
        rows.append([text.TALKS, text.talks(known.talks, known.residents), text.TALK_LIMITS])
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
    return [sources, *_week(known), *_themes(known)]


def _week(known: Knowledge) -> list[Block]:
    """When in the week EST has more events than an even spread; which, and never how many."""
    if known.est is None or known.est.peaks is None:
        return []
    peaks = known.est.peaks
    rows: list[list[Cell]] = [
        [capital(name), *(text.WEEK_MORE if (at, part) in peaks else text.WEEK_EVEN for part in range(len(text.PARTS)))]
        for at, name in enumerate(text.DAYS)
    ]
    table = plain_table(
        pd.DataFrame([row[1:] for row in rows], columns=list(text.PARTS)),
        rows,
        [Column(head) for head in text.WEEK_HEADS],
        caption=text.WEEK_CAPTION,
        name="est_veckan",
        contents="description",
        sources=["lokal"],
    )
    figure = Figure(
        id="est-veckan",
        drawing=charts.week_grid([capital(name) for name in text.DAYS], text.PARTS, peaks),
        caption=text.WEEK_CAPTION,
        unit=text.WEEK_UNIT,
        title=text.week_title(known.est),
        finding=text.week_finding(peaks),
        source=text.WEEK_SOURCE,
        table=table,
    )
    return [FigureRow(figure, [Paragraph(f"{text.week_finding(peaks)} {text.WEEK_LIMIT}")])]


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
