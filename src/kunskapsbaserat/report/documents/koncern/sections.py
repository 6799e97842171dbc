"""The sections of the koncern's page."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from kunskapsbaserat.disclosure import Released, release
from kunskapsbaserat.report.documents.koncern.material import WHOLE, Material
from kunskapsbaserat.report.documents.koncern.words import page as text
from kunskapsbaserat.report.page import charts
from kunskapsbaserat.report.page.blocks import (
    Block,
    Column,
    Figure,
    FigureRow,
    FirstPage,
    Highlight,
    Paragraph,
    Section,
    Table,
)
from kunskapsbaserat.report.statements.meeting_blocks import words_table
from kunskapsbaserat.swedish import MISSING, number, plain
from kunskapsbaserat.trends import ControlChart

MOST_RAISED = 5


def first_page(m: Material) -> FirstPage:
    highlights = [Highlight(text.TOTAL, None, text.total(m))]
    if not m.too_few:
        highlights += [
            Highlight(text.LARGEST, None, text.largest(m)),
            Highlight(text.OVER_TIME, None, text.over_time(m)),
            Highlight(text.HIDDEN, None, text.hidden(m)),
        ]
    return FirstPage(
        heading=text.HEADING,
        lead=text.lead(m),
        notice="",
        highlights_heading=text.FOUND,
        highlights=highlights,
        decide_heading=text.TO_RAISE,
        decide=_to_raise(m),
        remaining_heading=text.REMAINING,
        remaining=text.remaining(m),
        remaining_link=None,
        marks_heading="",
        marks=(),
        overview=tree_table(m, m.divided("year", "ar"), text.heads(m, text.YEAR), text.YEARS),
    )


def _to_raise(m: Material) -> list[str]:
    raised = [text.agenda_line(owner, found) for owner in m.owners if (found := text.to_raise(m, owner))]
    more = [text.more_raised(len(raised) - MOST_RAISED)] if len(raised) > MOST_RAISED else []
    lines = [*raised[:MOST_RAISED], *more] or [f"{text.agenda_heading(0)}."]
    return [text.NO_PLAN, *raised[:MOST_RAISED], *more] if m.work.plan is None else lines


def tree_table(m: Material, released: Released, heads: Sequence[str], caption: str) -> Table:
    """Counts and kronor of parts, the whole last; what is hidden stands as two dots."""
    records = released.frame.to_dict("records")
    ordered = [r for r in records if r["name"] != WHOLE] + [r for r in records if r["name"] == WHOLE]
    rows = [
        [str(r["name"]), text.count(r["count"], r["suppressed"]), text.amount(r["amount"], r["suppressed"])] for r in ordered
    ]
    columns = [Column(head, right=at > 0, phone=head if at else "") for at, head in enumerate(heads)]
    return Table(caption, columns, rows, [released], scope_line=text.price_line(m), source=text.SOURCE, layout="cards")


# ---- over time -----------------------------------------------------------------------------------------------------------


def time_section(m: Material) -> Section:
    blocks: list[Block] = []
    if m.chart is not None:
        blocks.append(FigureRow(count_figure(m, m.chart), _beside(m)))
    for column, caption in (("amount", text.WITH), ("without", text.WITHOUT)):
        drawn = m.kronor_chart(column) if m.largest is not None or column == "amount" else None
        if drawn is not None:
            figure = kronor_figure(m, *drawn, column=column, caption=caption)
            blocks.append(FigureRow(figure, [Paragraph(figure.finding)]))
    return Section("over-tid", text.TOPICS["over_tid"], text.over_time(m).rstrip("."), blocks or [Paragraph(text.TOO_SHORT)])


def _beside(m: Material) -> list[Block]:
    return [Paragraph(said) for said in (text.over_time(m), text.beside(m)) if said]


def count_figure(m: Material, chart: ControlChart) -> Figure:
    by = m.monthly
    low, high = (chart.points[side].to_numpy() * by["units"].to_numpy() for side in ("lower", "upper"))
    labels = [text.short_month(p) for p in by["month"]]
    limits_of = {"nedre": low.round(2), "ovre": high.round(2)}
    months = {"manad": by["month"].astype(str), "handelser": by["count"], "enheter": by["units"]}
    frame = pd.DataFrame(months | limits_of)
    rows = [
        [text.month(p), number(n), number(u), number(lo, 1), number(hi, 1)]
        for p, n, u, lo, hi in zip(by["month"], by["count"], by["units"], low, high, strict=True)
    ]
    return Figure(
        id="handelser",
        drawing=charts.period_counts(list(by["count"]), list(zip(low, high, strict=True)), labels, format_number=plain),
        caption=text.COUNT_CAPTION,
        unit=text.COUNT_UNIT,
        title=text.chart_title(text.COUNT_CAPTION, m),
        finding=text.over_time(m),
        source=text.SOURCE,
        table=_details("manader", text.MONTH_HEADS, rows, frame, text.COUNT_CAPTION),
    )


def kronor_figure(m: Material, by: pd.DataFrame, chart: ControlChart, *, column: str, caption: str) -> Figure:
    low = chart.points["lower"].clip(lower=0).to_numpy()  # nobody loses less than nothing
    high = chart.points["upper"].to_numpy()
    labels = [text.short_month(p) for p in by["month"]]
    values = by[column].to_numpy()
    frame = pd.DataFrame(
        {"manad": by["month"].astype(str), "kronor": values.round(0), "nedre": low.round(0), "ovre": high.round(0)}
    )
    rows = [
        [text.month(p), number(v), number(lo), number(hi)] for p, v, lo, hi in zip(by["month"], values, low, high, strict=True)
    ]
    name = "kronor" if column == "amount" else "kronor_utan_storsta"
    return Figure(
        id=name.replace("_", "-"),
        drawing=charts.period_counts(list(values), list(zip(low, high, strict=True)), labels, format_number=text.in_thousands),
        caption=caption,
        unit=text.kronor_unit(m),
        title=text.chart_title(caption, m),
        finding=text.finding(chart, [text.month(p) for p in by["month"]], "kronorna"),
        source=text.SOURCE,
        table=_details(name, text.kronor_heads(m), rows, frame, caption),
    )


def _details(name: str, heads: Sequence[str], rows: list[list[str]], frame: pd.DataFrame, caption: str) -> Table:
    """The figures behind a chart: sums over at least three units, which the gate has nothing to hide in."""
    released = release(frame, name=name, contents="description", sources=["koncern"])
    columns = [Column(head, right=at > 0) for at, head in enumerate(heads)]
    return Table(caption, columns, rows, [released])


# ---- who -----------------------------------------------------------------------------------------------------------------


def units_section(m: Material) -> Section:
    table = tree_table(m, m.tree, text.heads(m, text.UNIT), text.UNITS)
    return Section("enheterna", text.TOPICS["enheterna"], text.units_heading(m), [table, Paragraph(text.HIDDEN_NOTE)])


def types_section(m: Material) -> Section:
    table = tree_table(m, m.divided("type", "typer"), text.heads(m, text.TYPE), text.TYPES)
    return Section("typerna", text.TOPICS["typerna"], text.TYPES, [table])


def agenda_section(m: Material) -> Section:
    rows = []
    for owner in m.owners:
        shown = m.shown(owner.name)
        found = text.to_raise(m, owner)
        rows.append(
            [
                owner.name,
                owner.kind,
                text.count(shown["count"], shown["suppressed"]),
                text.measures(m, owner),
                "; ".join(found) or text.NOTHING,
            ]
        )
    waiting = sum(bool(text.to_raise(m, owner)) for owner in m.owners)
    table = words_table("agenda", text.AGENDA_HEADS, rows, caption=text.AGENDA, right=(2,))
    return Section("agendan", text.TOPICS["agendan"], text.agenda_heading(waiting), [table])


def gaps_section(m: Material) -> Section:
    if m.gaps.empty:
        return Section("luckor", text.TOPICS["luckor"], text.gaps_heading(m), [Paragraph(text.NO_GAPS)])
    rows = [
        [r["unit"], number(r["missing"]), number(r["recent"]), MISSING if pd.isna(r["last"]) else text.month(r["last"])]
        for r in m.gaps.to_dict("records")
    ]
    table = words_table("luckor", text.GAP_HEADS, rows, caption=text.GAPS, right=(1, 2))
    return Section("luckor", text.TOPICS["luckor"], text.gaps_heading(m), [table, Paragraph(text.remaining(m))])
