"""What a kommun's folder holds of Brå beside the indicators: more offences, and rates without counts."""

from __future__ import annotations

from collections.abc import Sequence

from kunskapsbaserat import catalogue, swedish
from kunskapsbaserat.disclosure import release
from kunskapsbaserat.report.documents.lagesbild.sections import overview_table
from kunskapsbaserat.report.documents.lagesbild.words import front, local, situation
from kunskapsbaserat.report.material.computed_once import rows_of
from kunskapsbaserat.report.material.findings import CountFinding
from kunskapsbaserat.report.material.underlag import Underlag
from kunskapsbaserat.report.page import charts as plots
from kunskapsbaserat.report.page import common_words as words
from kunskapsbaserat.report.page.blocks import Block, Cell, Column, Note, Paragraph, Section, Spark, Table

PERIODS_SHOWN = 6


def more_section(found: Sequence[CountFinding], u: Underlag) -> Section:
    """Offences of Brå's database that are no indicators, in one table."""
    table = overview_table(found, (), u, caption=local.more_caption(u.kommun), annexed=True)
    return Section("fler-brott", situation.EXTENT_TOPIC, local.more_heading(found), [Paragraph(local.MORE), table])


def rates_only_section(u: Underlag) -> Section | None:
    """Offences of which only the rate is at hand: shown, but no change can be judged without counts."""
    rows = rows_of(u.rates_only, u.kommun.code)
    if rows.empty:
        return None
    rows = rows.assign(year=rows["period"].dt.year)
    shown = sorted(rows["year"].unique())[-PERIODS_SHOWN:]
    wide = rows.pivot(index=["offence", "sex"], columns="year", values="rate_published")
    cells: list[list[Cell]] = []
    for offence in catalogue.offences():
        for sex, facet in offence.facets.items():
            if (offence.id, sex) in wide.index:
                values = {int(y): float(v) for y, v in wide.loc[(offence.id, sex)].dropna().items()}
                spark = Spark(plots.sparkline(values, first_good=offence.first_comparable_year))
                cells.append([facet.short, spark, *(swedish.number(values.get(int(y), float("nan"))) for y in shown)])
    frame = rows[["area", "offence", "sex", "year", "rate_published"]].reset_index(drop=True)
    released = release(frame, name="bara_tal_per_invanare", contents="description", sources=sorted(rows["source"].unique()))
    columns = [Column(front.AREA), Column(front.DEVELOPMENT, css="c-spark")]
    columns += [Column(str(y), right=True, phone=str(y)) for y in shown]
    table = Table(
        caption=local.rates_only_caption(u.kommun),
        columns=columns,
        rows=cells,
        released=[released],
        layout="overview",
        source=local.rates_only_source(int(min(shown)), int(max(shown))),
    )
    blocks: list[Block] = [Paragraph(local.RATES_ONLY), table, Note(words.SA_LASER_DU, local.RATES_ONLY_NOTE)]
    return Section("bara-tal", situation.EXTENT_TOPIC, local.rates_only_heading(len(cells)), blocks)
