"""The linked figures of a view, each with its title and finding in words."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd

from kunskapsbaserat import kommun as kommuner
from kunskapsbaserat import swedish
from kunskapsbaserat.rates import Position
from kunskapsbaserat.report.documents.explore import words
from kunskapsbaserat.report.documents.explore.view import Measure, View
from kunskapsbaserat.report.page import charts as plots
from kunskapsbaserat.report.page import labels
from kunskapsbaserat.report.page.charts import Drawing
from kunskapsbaserat.trends import Change

_DECIMALS = {Measure.RATIO: 2}
FEWEST_IN_FUNNEL = 5


@dataclass(frozen=True, slots=True)
class ViewFigure:
    """A drawing, what it is called, and its finding."""

    id: str
    drawing: Drawing
    caption: str
    unit: str
    title: str
    finding: str

    def svg(self, *, alone: bool = False) -> str:
        """An ``<svg>`` element for a page, or with `alone` for a file of its own."""
        size = f' width="{self.drawing.width}" height="{self.drawing.height}"' if alone else ""
        space = ' xmlns="http://www.w3.org/2000/svg" font-family="DejaVu Sans, Segoe UI, sans-serif"' if alone else ""
        return (
            f'<svg{space}{size} role="img" aria-labelledby="{self.id}-t {self.id}-d" stroke-linejoin="round" '
            f'viewBox="0 0 {self.drawing.width} {self.drawing.height}"><title id="{self.id}-t">{escape(self.title)}</title>'
            f'<desc id="{self.id}-d">{escape(self.finding)}</desc>{self.drawing.body}</svg>'
        )


def _band(limits: pd.DataFrame, lower: str, upper: str) -> list[tuple[float, float, float]]:
    """The funnel's curve: expected events and the two limits."""
    columns = (limits[name].astype(float).tolist() for name in ("expected", lower, upper))
    return list(zip(*columns, strict=True))


def shown(value: Any, measure: Measure) -> str:
    """A value as the measure is written."""
    return swedish.number(float("nan") if pd.isna(value) else float(value), _DECIMALS.get(measure, 0))


def certain(view: View) -> bool:
    """Is anything säkerställt, of the change or of the level?"""
    changed = view.verdict["change"] in (Change.SAKERSTALLD_OKNING, Change.SAKERSTALLD_MINSKNING)
    return changed or (bool(view.level_certain) and view.now["position"] in (Position.OVER, Position.UNDER))


def trend(view: View) -> ViewFigure:
    """The kommun's years over the middle half of its comparison; dots where the offences are too few."""
    series = view.own[view.drawn.value].dropna()
    values = {int(year): float(v) for year, v in series.items()}
    series_break = None
    if view.offence.breaks and min(view.own.index) < view.first_comparable:
        series_break = plots.SeriesBreak(view.first_comparable, labels.break_label(view.offence.breaks[-1]))
    if not values:
        values = {int(year): float(v) for year, v in view.own["count"].dropna().items()}
    if view.few and view.drawn is Measure.COUNT:
        drawing = plots.few_counts(values, format_number=swedish.plain, series_break=series_break, hover=_told(view, values))
    else:
        drawing = _line(view, values, series_break)
    return ViewFigure(
        "trend",
        drawing,
        words.trend_caption(view),
        words.trend_unit(view),
        words.trend_title(view, values),
        words.trend_finding(view, {y: shown(v, view.drawn) for y, v in values.items()}),
    )


def _line(view: View, values: dict[int, float], series_break: plots.SeriesBreak | None) -> Drawing:
    around = {int(str(year)): row for year, row in view.band.iterrows()}
    judged = view.yearly and not pd.isna(view.verdict["q_value"])
    periods = None
    if judged:
        earlier, latest = ((int(view.verdict[f"{k}_from"]), int(view.verdict[f"{k}_to"])) for k in ("earlier", "latest"))
        periods = plots.Periods(earlier, latest, labels.EARLIER_YEARS, labels.LATEST_YEARS)
    last = max(values)
    return plots.line_with_band(
        values,
        band={y: (float(r["lower_quartile"]), float(r["upper_quartile"])) for y, r in around.items()},
        median={y: float(r["median"]) for y, r in around.items()},
        words=plots.Words(
            name=view.kommun.name,
            last_value=shown(values[last], view.drawn),
            median=labels.MEDIAN,
            last_median=shown(around[max(around)]["median"], view.drawn) if around else "",
        ),
        format_number=swedish.plain,
        periods=periods,
        series_break=series_break,
        hover=_told(view, values),
    )


def _told(view: View, values: dict[int, float]) -> dict[int, str]:
    """What a pointer is told of each year: the value that is drawn, and the count behind it."""
    counts = view.own["count"]
    return {
        year: f"{view.kommun.name} {year}: {shown(value, view.drawn)}"
        + (f" ({labels.count(counts[year])} brott)" if view.drawn is not Measure.COUNT and not pd.isna(counts[year]) else "")
        for year, value in values.items()
    }


def funnel(view: View) -> ViewFigure | None:
    """All kommuner of the year; None where too few can be placed, or the kommun itself cannot."""
    areas = view.areas.dropna(subset=["expected", "ratio"])
    areas = areas[areas["expected"] > 0].sort_values("expected")
    if view.kommun.code not in areas.index or len(areas) < FEWEST_IN_FUNNEL:
        return None
    here = areas.loc[view.kommun.code]
    limits = areas.dropna(subset=["lower_inner", "upper_outer"])
    others = areas.drop(index=view.kommun.code)
    names = [kommuner.get(code).name for code in (*others.index, view.kommun.code)]
    ratios = [*others["ratio"], here["ratio"]]
    drawing = plots.funnel_chart(
        [(float(e), float(r)) for e, r in zip(others["expected"], others["ratio"], strict=True)],
        own=(float(here["expected"]), float(here["ratio"])),
        inner=_band(limits, "lower_inner", "upper_inner"),
        outer=_band(limits, "lower_outer", "upper_outer"),
        words=plots.FunnelWords(view.kommun.name, words.FUNNEL_AXIS, words.FUNNEL_COMMON),
        format_number=swedish.plain,
        hover=[f"{name}: {swedish.number(float(r), 2)} gånger det väntade" for name, r in zip(names, ratios, strict=True)],
    )
    return ViewFigure(
        "tratt", drawing, words.FUNNEL_CAPTION, words.FUNNEL_UNIT, words.funnel_title(view), words.funnel_finding(view)
    )


def county(view: View) -> ViewFigure | None:
    """The kommuner of the län with what is drawn; None where the län is one kommun."""
    neighbours = kommuner.in_lan(view.kommun.lan_code)
    if len(neighbours) < 2:
        return None
    known = view.areas[view.drawn.value].to_dict()
    texts = {k.code: shown(known.get(k.code), view.drawn) for k in neighbours}
    drawing = plots.county_map(
        {k.code: known.get(k.code) for k in neighbours},
        own=view.kommun.code,
        named=[k.code for k in neighbours],
        format_number=lambda value: shown(value, view.drawn),
        hover={k.code: f"{k.name}: {shown(known.get(k.code), view.drawn)}" for k in neighbours},
    )
    return ViewFigure(
        "karta", drawing, words.map_caption(view), words.unit(view.drawn), words.map_title(view), words.map_finding(view, texts)
    )
