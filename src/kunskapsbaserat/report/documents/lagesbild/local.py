"""What a kommun's folder holds beside the indicators: more offences, rates without counts, and figures of the kommun's own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from kunskapsbaserat import catalogue, swedish
from kunskapsbaserat.data.imported import Imported
from kunskapsbaserat.disclosure import OwnTable, OwnTables, release
from kunskapsbaserat.report.documents.lagesbild.sections import overview_table
from kunskapsbaserat.report.documents.lagesbild.words import front, local, situation
from kunskapsbaserat.report.material.computed_once import rows_of
from kunskapsbaserat.report.material.findings import CountFinding
from kunskapsbaserat.report.material.underlag import Underlag
from kunskapsbaserat.report.page import charts as plots
from kunskapsbaserat.report.page import common_words as words
from kunskapsbaserat.report.page import labels
from kunskapsbaserat.report.page.blocks import Block, Cell, Column, Note, Paragraph, Section, Spark, Table

PERIODS_SHOWN = 6
CONTENTS = {"counts": "local", "survey": "survey", "indicator": "indicator"}


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


def local_tables(u: Underlag) -> list[Block]:
    """A table for every file of the kommun's own that has figures about the kommun as a whole."""
    imports = u.own.local if u.own is not None else ()
    mine = [found.table[found.table["area"] == u.kommun.code].reset_index(drop=True) for found in imports]
    together = OwnTables(tuple(OwnTable(table, CONTENTS[found.contract]) for found, table in zip(imports, mine, strict=True)))
    return [
        _local_table(found, table, together, index)
        for index, (found, table) in enumerate(zip(imports, mine, strict=True), start=1)
        if not table.empty
    ]


def _local_table(found: Imported, mine: pd.DataFrame, together: OwnTables, index: int) -> Table:
    name = {"counts": "offence", "survey": "measure", "indicator": "indicator"}[found.contract]
    contents = CONTENTS[found.contract]
    released = release(mine, name=f"lokal_{index}", contents=contents, sources=["lokal"], beside=together)
    frame = released.frame.assign(when=[local.period(row) for row in released.frame.to_dict("records")])
    order = frame.sort_values("period" if "period" in frame else "end_year")
    shown = list(dict.fromkeys(order["when"]))[-PERIODS_SHOWN:]
    rows: list[list[Cell]] = []
    for key, part in frame.groupby([name, *(["sex"] if "sex" in frame else [])], sort=False):
        values = {row["when"]: _value(found, row) for row in part.to_dict("records")}
        rows.append([local.name(key), *(values.get(when, swedish.MISSING) for when in shown)])
    return Table(
        caption=found.title,
        scope_line=local.scope(found, set(frame["suppressed"].dropna())),
        columns=[Column(local.WHAT), *(Column(when, right=True, phone=when) for when in shown)],
        rows=rows,
        released=[released],
        layout="cards",
        source=local.source(found),
    )


def _value(found: Imported, row: dict[str, Any]) -> str:
    if row["suppressed"] and not pd.isna(row["suppressed"]):
        return str(row["suppressed"])
    if found.contract == "counts":
        return labels.count(None if pd.isna(row["count"]) else row["count"])
    if found.contract == "survey":
        return swedish.MISSING if pd.isna(row["share"]) else local.share(row)
    return swedish.MISSING if pd.isna(row["value"]) else swedish.plain(float(row["value"]))
