"""What every kommun has from the national tables: the quarters, its place among the alike and among all, and the calm rows."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from kunskapsbaserat import kommun as kommuner
from kunskapsbaserat import swedish
from kunskapsbaserat.disclosure import release
from kunskapsbaserat.report.documents.lagesbild.national_figures import (
    among_all_figure,
    level_and_change_figure,
    quarters_figure,
)
from kunskapsbaserat.report.documents.lagesbild.sections import ALIKE_SECTION, overview_table, verdict_marks
from kunskapsbaserat.report.documents.lagesbild.words import front, national, situation
from kunskapsbaserat.report.material.computed_once import once, rows_of
from kunskapsbaserat.report.material.findings import CountFinding
from kunskapsbaserat.report.material.grid import Grid
from kunskapsbaserat.report.material.selection import CHILDREN, SECTION_CHAPTERS, broad, first_page, with_section
from kunskapsbaserat.report.material.underlag import Underlag
from kunskapsbaserat.report.page import common_words as words
from kunskapsbaserat.report.page import labels
from kunskapsbaserat.report.page.blocks import Block, Cell, Chips, Column, FigureRow, Note, Paragraph, Section, Stacked, Table
from kunskapsbaserat.report.statements import method, reported
from kunskapsbaserat.report.statements.common_blocks import plain_table, written
from kunskapsbaserat.report.statements.figures import count_figure


def total_section(u: Underlag) -> Section:
    """All reported offences: the years, and beside them the quarters since the last final year, which nothing is said of."""
    blocks: list[Block] = [FigureRow(count_figure(u.total, u), [Chips(verdict_marks(u.total))])]
    if u.quarter_finding is not None:
        blocks.append(
            FigureRow(quarters_figure(u.quarter_finding, u), [Paragraph(national.quarters_paragraph(u.quarter_finding))])
        )
    blocks += written(u, u.total.key, words.BEDOMNING)
    return Section(u.total.key, situation.extent_topic(u.total), reported.headline(u.total), blocks, style="del par")


def alike_section(u: Underlag) -> Section | None:
    """The kommun among its liknande: level and change of the offence that sticks out most, and the rates of all groups."""
    groups = broad(u)
    chosen = _chosen(groups)
    if chosen is None or chosen.group.kind != "liknande":
        return None
    beside: list[Block] = [Paragraph(national.alike_paragraph(chosen)), Note(words.SA_LASER_DU, national.ALIKE_NOTE)]
    blocks: list[Block] = [FigureRow(level_and_change_figure(chosen, u), beside)]
    return Section(ALIKE_SECTION, situation.EXTENT_TOPIC, national.alike_heading(chosen, u.kommun), blocks)


def among_all_section(u: Underlag) -> Section | None:
    """The same offence among all kommuner: what chance and usual differences give."""
    chosen = _chosen(broad(u))
    figure = None if chosen is None else among_all_figure(chosen, u)
    if chosen is None or figure is None:
        return None
    beside: list[Block] = [
        Paragraph(national.among_all_paragraph(chosen, u.kommun)),
        Note(words.SA_LASER_DU, national.FUNNEL_NOTE),
    ]
    blocks: list[Block] = [FigureRow(figure, beside)]
    blocks += [comparisons] if (comparisons := _open_comparisons(u)) else []
    return Section("alla-kommuner", situation.EXTENT_TOPIC, national.among_all_heading(chosen), blocks)


def alike_rates_section(u: Underlag) -> Section | None:
    """The rates of every broad group in each of the liknande kommuner, for the appendices."""
    groups = broad(u)
    if not groups or groups[0].group.kind != "liknande":
        return None
    return Section("liknande-tal", situation.EXTENT_TOPIC, national.ALIKE_RATES_HEADING, [_alike_table(u, groups)])


def rows_section(u: Underlag) -> Section | None:
    """The offences that neither the first page nor a section tells, those against children among them: a row each."""
    told = [*with_section(u), *first_page(u)[0]]
    rest = [f for f in u.count_findings if f.offence.chapter in (*SECTION_CHAPTERS, CHILDREN) and f not in told]
    if not rest:
        return None
    table = overview_table(rest, (), u, caption=national.rows_caption(u.kommun))
    blocks: list[Block] = [Paragraph(national.rows_lead(rest)), table]
    if any(f.offence.chapter == CHILDREN for f in rest):
        blocks.append(Note(situation.CHILDREN, situation.children_note()))
    blocks += written(u, "barn_och_unga", words.BEDOMNING)
    return Section("fler-omraden", situation.EXTENT_TOPIC, national.rows_heading(rest, u.kommun), blocks)


def _chosen(groups: Sequence[CountFinding]) -> CountFinding | None:
    """The group that lies furthest from the middle half of the comparison, else the largest; never one of police controls."""
    rated = [f for f in groups if f.band is not None and f.offence.id != "totalt" and not f.offence.detection_driven]
    if not rated:
        return next((f for f in groups if f.offence.id == "totalt" and f.band is not None), None)
    return max(rated, key=lambda f: (_distance(f), f.count))


def _distance(f: CountFinding) -> float:
    """How far outside the middle half, in its own widths."""
    if f.band is None:
        return 0.0
    rate = f.pooled.rate if f.small and f.pooled else f.rate
    width = max(f.band.upper - f.band.lower, 1.0)
    return max(rate - f.band.upper, f.band.lower - rate, 0.0) / width


def _alike_table(u: Underlag, groups: Sequence[CountFinding]) -> Table:
    """The kommun and its liknande: the published rates of every broad group in the latest year."""
    year = groups[0].last_year
    codes = [u.kommun.code, *sorted(u.alike.members, key=lambda c: kommuner.sort_key(kommuner.get(c).name))]
    rates = {f.offence.id: u.rates_of(f.offence.id, year) for f in groups}
    frame = pd.DataFrame(
        [
            {"kommun": code, "area_level": "kommun", "offence": offence, "year": year, "rate": of.get(code)}
            for code in codes
            for offence, of in rates.items()
        ]
    )
    rows: list[list[Cell]] = [
        [kommuner.get(code).name, *(swedish.number(rates[f.offence.id].get(code, float("nan"))) for f in groups)]
        for code in codes
    ]
    return plain_table(
        frame,
        rows,
        [Column(labels.KOMMUN), *(Column(f.facet.short, right=True) for f in groups)],
        caption=national.alike_table_caption(u.kommun, year),
        name="liknande_kommuner",
        contents="description",
        sources=u.count_sources,
        scope_line=national.alike_table_scope(u.alike),
        source=method.counts_source(groups),
    )


def _open_comparisons(u: Underlag) -> Table | None:
    """Violence, theft and vandalism as Öppna jämförelser has them: a level over three years, no change."""
    mine = rows_of(u.comparisons, u.kommun.code)
    if mine.empty:
        return None
    grid = once(
        u.comparisons,
        "grid",
        lambda: Grid.of(u.comparisons, rate="per_1000", count="per_1000", by=["measure"], year="end_year"),
    )
    everyone = once(u.comparisons, "band of all", lambda: grid.bands(tuple(u.total_rates)))
    bands = ({"alike": grid.bands(u.alike.members)} if u.alike.members else {}) | {"all": everyone}
    rows: list[list[Cell]] = []
    for row in mine.to_dict("records"):
        cells: list[Cell] = [national.COMPARED[row["measure"]], swedish.number(row["per_1000"], 1)]
        for of_group in bands.values():
            middle = of_group[(row["measure"],), int(row["end_year"])]
            cells.append(Stacked(swedish.number(middle.median, 1), swedish.limits(middle.lower, middle.upper, 1), True))
        rows.append(cells)
    heads = [national.median_of_alike(len(u.alike.members))] * ("alike" in bands) + [national.MEDIAN_OF_ALL]
    first, last = int(mine["start_year"].iat[0]), int(mine["end_year"].iat[0])
    return Table(
        caption=national.comparisons_caption(u.kommun, first, last),
        scope_line=national.COMPARISONS_SCOPE,
        columns=[Column(front.AREA), Column(national.PER_1000, right=True, phone=national.PER_1000_SHORT)]
        + [Column(head, right=True, phone=head) for head in heads],
        rows=rows,
        released=[
            release(
                mine.reset_index(drop=True), name="oppna_jamforelser", contents="description", sources=["oppna_jamforelser"]
            )
        ],
        layout="cards",
        source=national.COMPARISONS_SOURCE,
    )
