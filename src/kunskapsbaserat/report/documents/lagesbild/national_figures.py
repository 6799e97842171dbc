"""Figures of what every kommun has from the national tables: quarters, level and change among the alike, the funnel of all."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from kunskapsbaserat import kommun as kommuner
from kunskapsbaserat import swedish
from kunskapsbaserat.disclosure import release
from kunskapsbaserat.report.documents.lagesbild.words import national
from kunskapsbaserat.report.material.computed_once import once
from kunskapsbaserat.report.material.findings import CountFinding
from kunskapsbaserat.report.material.grid import grid_of
from kunskapsbaserat.report.material.judgements import CERTAIN
from kunskapsbaserat.report.material.pooled import POOLED_YEARS
from kunskapsbaserat.report.material.quarter_findings import QuarterFinding
from kunskapsbaserat.report.material.underlag import Underlag
from kunskapsbaserat.report.page import charts as plots
from kunskapsbaserat.report.page import labels
from kunskapsbaserat.report.page.blocks import Cell, Column, Figure, Table
from kunskapsbaserat.report.statements import method
from kunskapsbaserat.trends.verdicts import PERCENT_FROM

_LIMITS = 25


def quarters_figure(q: QuarterFinding, u: Underlag) -> Figure:
    """Bars per quarter; the preliminary ones hollow, and the last quarter of each year to compare with."""
    frame = pd.DataFrame(
        [
            {
                "kommun": u.kommun.code,
                "area_level": "kommun",
                "offence": "totalt",
                "year": p.year,
                "quarter": p.quarter,
                "count": n,
            }
            for p, n in sorted(q.counts.items())
        ]
    )
    released = release(frame, name="kvartal_totalt", contents="counts", sources=["bra_sol"])
    drawing = plots.quarters(
        {(p.year, p.quarter): float(n) for p, n in q.counts.items()},
        words=plots.QuarterWords(national.quarter_name(q.last), national.quarter_name(q.last - 4), national.PRELIMINARY),
        preliminary={(p.year, p.quarter) for p in q.preliminary},
        format_number=swedish.plain,
    )
    return Figure(
        id="kvartal",
        drawing=drawing,
        caption=national.QUARTERS_CAPTION,
        unit=national.quarters_unit(q),
        title=national.quarters_title(q, u.kommun),
        finding=national.quarters_finding(q, u.kommun),
        source=national.QUARTERS_SOURCE,
        table=Table(
            caption=national.quarters_table_caption(u.kommun),
            columns=[Column(labels.YEAR), *(Column(head, right=True) for head in national.QUARTER_HEADS)],
            rows=[_year_of_quarters(q, year) for year in sorted({p.year for p in q.counts})],
            released=[released],
        ),
    )


def _year_of_quarters(q: QuarterFinding, year: int) -> list[Cell]:
    counts = {
        p.quarter: swedish.number(n) + f"{swedish.NBSP}p" * (p in q.preliminary) for p, n in q.counts.items() if p.year == year
    }
    return [str(year), *(counts.get(number, swedish.MISSING) for number in (1, 2, 3, 4))]


def level_and_change_figure(f: CountFinding, u: Underlag) -> Figure:
    """The kommun and its liknande: the rate and how much the two periods differ, one dot each."""
    codes = [u.kommun.code, *_by_name(f.group.members)]
    levels = levels_of(f, u)
    changes = changes_of(u.counts, f, codes)
    own = f.judgement
    judged = own.q_value == own.q_value
    rows = []
    for code in codes:
        mine = code == u.kommun.code
        change = changes.get(code)
        limits = (own.lower, own.upper) if mine and judged else (None, None)
        certain = mine and own.change in CERTAIN
        estimate = None if change is None else plots.Estimate(change, *_positive(limits), certain=certain)
        level = levels.get(code)
        rows.append(plots.KommunRow(kommuner.get(code).name, level_mark(level, f if mine else None), estimate, own=mine))
    drawing = plots.level_and_change(
        rows,
        band=(f.band.lower, f.band.upper) if f.band else None,
        words=plots.PanelWords(*national.PANELS),
        format_number=swedish.plain,
        format_change=national.change_tick,
    )
    frame = pd.DataFrame(
        [
            {
                "kommun": code,
                "area_level": "kommun",
                "offence": f.offence.id,
                "first": f.pooled.first if f.small and f.pooled else f.last_year,
                "last": f.last_year,
                "rate": levels.get(code),
                "ratio": changes.get(code),
            }
            for code in codes
        ]
    )
    released = release(frame, name=f"liknande_{f.key}", contents="description", sources=u.sources_of(f.offence.id))
    ordered = sorted((c for c in codes if c in levels), key=lambda c: levels[c])
    return Figure(
        id="niva-och-forandring",
        drawing=drawing,
        caption=national.alike_caption(f),
        unit=national.alike_unit(f),
        title=national.alike_title(f, u.kommun),
        finding=national.alike_finding(f, u.kommun, kommuner.get(ordered[-1]).name, kommuner.get(ordered[0]).name),
        source=method.counts_source([f]),
        table=Table(
            caption=national.alike_caption(f),
            columns=[
                Column(labels.KOMMUN),
                Column(labels.RATE_SHORT, right=True),
                Column(national.CHANGE_COLUMN, right=True),
            ],
            rows=[
                [kommuner.get(c).name, swedish.number(levels.get(c, float("nan"))), national.change_in_percent(changes.get(c))]
                for c in codes
            ],
            released=[released],
        ),
    )


def levels_of(f: CountFinding, u: Underlag) -> dict[str, float]:
    """The rate of every kommun in the years that the level was read in: three together where the kommun's own are few."""
    if f.small and f.pooled:
        return {str(code): float(rate) for code, rate in u.pooled_of(f.offence.id)["rate"].items()}
    return u.rates_of(f.offence.id, f.last_year)


def level_mark(rate: float | None, own: CountFinding | None) -> plots.Estimate | None:
    """The own level with the interval that its verdict was read from."""
    if rate is None or own is None or own.level is None:
        return None if rate is None else plots.Estimate(rate)
    return plots.Estimate(rate, own.level.lower, own.level.upper, certain=own.level.certain)


def _by_name(codes: Sequence[str]) -> list[str]:
    return sorted(codes, key=lambda code: kommuner.sort_key(kommuner.get(code).name))


def _positive(limits: tuple[float | None, float | None]) -> tuple[float | None, float | None]:
    """Limits that can be drawn on a logarithmic axis."""
    low, high = (None if v is None or v != v or v <= 0 else v for v in limits)
    return (low, high) if low is not None and high is not None else (None, None)


def changes_of(counts: pd.DataFrame, f: CountFinding, codes: list[str]) -> dict[str, float]:
    """Ratio of the mean counts of the two periods, of the kommuner whose every year is known and whose means are not few."""
    key = (f.offence.id, f.facet.sex)
    means = [
        dict(zip(codes, grid_of(counts).means(key, period, codes), strict=True))
        for period in (f.judgement.latest, f.judgement.earlier)
    ]
    latest, earlier = means
    return {c: latest[c] / earlier[c] for c in codes if latest[c] >= PERCENT_FROM and earlier[c] >= PERCENT_FROM}


def among_all_figure(f: CountFinding, u: Underlag) -> Figure | None:
    """Every kommun's rate of three years over its size; None where the kommun has no such rate."""
    table = u.pooled_of(f.offence.id)
    if u.kommun.code not in table.index or once(table, "no limits", lambda: bool(table["lower_inner"].isna().all())):
        return None
    common = once(table, "common rate", lambda: float(table["count"].sum() / table["exposure"].sum() * 100_000))
    points = once(table, "points", lambda: _points(table))
    others = [point for code, point in points.items() if code != u.kommun.code and code not in f.group.members]
    limits = funnel_limits(table)
    drawing = plots.rate_funnel(
        others,
        own=points[u.kommun.code],
        similar=[points[c] for c in f.group.members if c in points],
        common=common,
        inner=once(limits, ("curve", "inner"), lambda: _curve(limits, "inner", common)),
        outer=once(limits, ("curve", "outer"), lambda: _curve(limits, "outer", common)),
        words=plots.FunnelWords(u.kommun.name, national.FUNNEL_AXIS, national.FUNNEL_COMMON),
        format_number=swedish.plain,
    )
    shown = table.loc[[c for c in (u.kommun.code, *_by_name(f.group.members)) if c in table.index]]
    released = release(
        shown.reset_index()[["area", "count", "rate", "first", "last"]].assign(area_level="kommun", offence=f.offence.id),
        name=f"alla_kommuner_{f.key}",
        contents="counts",
        sources=u.sources_of(f.offence.id),
    )
    return Figure(
        id="tratt",
        drawing=drawing,
        caption=national.funnel_caption(f),
        unit=national.funnel_unit(f),
        title=national.funnel_title(f, u.kommun),
        finding=national.funnel_finding(f, u.kommun, common),
        source=method.counts_source([f]),
        table=Table(
            caption=national.funnel_caption(f),
            columns=[Column(labels.KOMMUN), Column(labels.COUNT, right=True), Column(labels.RATE_SHORT, right=True)],
            rows=[
                [kommuner.get(code).name, swedish.number(count), swedish.number(rate)]
                for code, count, rate in zip(shown.index, shown["count"], shown["rate"], strict=True)
            ],
            released=[released],
            scope_line=national.FUNNEL_TABLE_SCOPE,
        ),
    )


def _points(table: pd.DataFrame) -> dict[str, tuple[float, float]]:
    """Size and rate of every kommun."""
    sizes, rates = (table[name].to_numpy(dtype=float) for name in ("exposure", "rate"))
    return dict(zip(table.index, zip((sizes / POOLED_YEARS).tolist(), rates.tolist(), strict=True), strict=True))


def funnel_limits(table: pd.DataFrame) -> pd.DataFrame:
    """The funnel's lines at some 25 sizes: enough for a smooth curve."""

    def compute() -> pd.DataFrame:
        rows = table.assign(size=table["exposure"].astype(float) / POOLED_YEARS)
        rows = rows.dropna(subset=["lower_inner", "upper_outer"]).sort_values("size")
        return rows.iloc[_spread(len(rows))]

    return once(table, "limits", compute)


def _curve(limits: pd.DataFrame, name: str, common: float) -> list[tuple[float, float, float]]:
    columns = ["size", f"lower_{name}", f"upper_{name}"]
    return [(float(s), float(low) * common, float(high) * common) for s, low, high in limits[columns].to_numpy()]


def _spread(rows: int) -> list[int]:
    """About 25 places from the first to the last."""
    step = max((rows - 1) / (_LIMITS - 1), 1)
    return sorted({min(round(i * step), rows - 1) for i in range(_LIMITS)})
