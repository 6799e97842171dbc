"""The charts of a report: a line with the comparison band, survey intervals, few counts, a sparkline."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from kunskapsbaserat.report.page.charts.canvas import (
    BAND,
    BASE,
    HEIGHT,
    INK,
    INK2,
    KOMMUN,
    LINE,
    SPARK_BAND,
    TOP,
    WIDTH,
    Canvas,
    Drawing,
    EndLabel,
    Scale,
    end_labels,
    frame,
    longest_line,
    scale,
    ticks,
)
from kunskapsbaserat.report.page.charts.measure import width
from kunskapsbaserat.report.page.charts.target import Target, draw_target, target_label

Series = Mapping[int, float]
Limits = Mapping[int, tuple[float, float]]
PERIOD_ROOM = 32
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Periods:
    """The years behind a verdict, drawn as two bars under the axis."""

    earlier: tuple[int, int]
    latest: tuple[int, int]
    earlier_label: str
    latest_label: str


@dataclass(frozen=True, slots=True)
class SeriesBreak:
    """Years before `first_good` are shown apart; `label` is written beside the rule, one line each."""

    first_good: int
    label: Sequence[str]


@dataclass(frozen=True, slots=True)
class Words:
    """The few words and the number format a chart writes; they come from the words of a document."""

    name: str
    last_value: str
    median: str = ""
    last_median: str = ""
    others: Mapping[str, str] = field(default_factory=dict)


def line_with_band(
    values: Series,
    *,
    band: Limits,
    median: Series,
    words: Words,
    format_number: Callable[[float], str] = str,
    periods: Periods | None = None,
    series_break: SeriesBreak | None = None,
    target: Target | None = None,
    hover: Mapping[int, str] | None = None,
) -> Drawing:
    """Reported offences per year: the kommun's line over the middle half of the comparison kommuner.

    All values per 100 000 inhabitants (or counts, when the words say so), a target too. `hover` is what a pointer is told of a
    year, where the page has a reader with one.
    """
    canvas = Canvas(height=HEIGHT + (PERIOD_ROOM if periods else 0))
    largest = max([*values.values(), *(upper for _, upper in band.values()), 1e-9])
    # The words beside a break stand at the top: the lines stay below them.
    headroom = 1.2 if series_break else 1.04
    at = _scale(values, largest, longest_line(words.name, words.median), target, headroom=headroom)
    good = {y: v for y, v in values.items() if not series_break or y >= series_break.first_good}
    old = {y: v for y, v in values.items() if y not in good}
    kept_band = {y: limits for y, limits in band.items() if y in good}
    if kept_band:
        _band(canvas, at, kept_band)
    frame(canvas, at, [(v, format_number(v)) for v in ticks(at.top_value)])
    if periods:
        _periods(canvas, at, periods)
    kept_median = {y: v for y, v in median.items() if y in good}
    for run in _runs(kept_median):
        if len(run) > 1:
            canvas.line(_points(at, run), "median", colour=INK2, width=1.5, dashes=(5, 3))
    if old and series_break:
        _before_break(canvas, at, old, series_break)
    if target:
        draw_target(canvas, at, target)
    _kommun_line(canvas, at, good)
    canvas.values([(at.x(year), at.y(values[year]), text) for year, text in (hover or {}).items() if year in values])
    labels = [EndLabel(at.y(_last(values)), words.name, words.last_value, KOMMUN, bold=True)]
    if kept_median and words.median and max(kept_median) == max(values):
        labels.append(EndLabel(at.y(_last(kept_median)), words.median, words.last_median))
    end_labels(canvas, at, [*labels, *([target_label(at, target)] if target else [])])
    return canvas.finish()


def _scale(years: Iterable[int], largest: float, longest_name: int, target: Target | None, *, headroom: float = 1.04) -> Scale:
    """Room for the target too: its value, its year and its words."""
    if target is None:
        return scale(list(years), largest, longest_name, headroom=headroom)
    longest = max(longest_name, target.longest)
    return scale([*years, target.year], max(largest, target.value), longest, headroom=headroom)


def few_counts(
    values: Series,
    *,
    format_number: Callable[[float], str] = str,
    series_break: SeriesBreak | None = None,
    target: Target | None = None,
    hover: Mapping[int, str] | None = None,
) -> Drawing:
    """Too few to judge: one grey dot a year with its count above; no line, no band, no rate."""
    canvas = Canvas()
    headroom = 1.3 if series_break else 1.15
    at = _scale(values, max(max(values.values()), 4), 1, target, headroom=headroom)
    frame(canvas, at, [(v, format_number(v)) for v in ticks(at.top_value, whole=True)])
    good = {y: v for y, v in values.items() if not series_break or y >= series_break.first_good}
    old = {y: v for y, v in values.items() if y not in good}
    if old and series_break:
        canvas.dots(_points(at, old), "tidigare", size=7, fill="white", edge=INK2, width=1.5)
        _break_rule(canvas, at, series_break)
    if target:
        draw_target(canvas, at, target)
        end_labels(canvas, at, [target_label(at, target)])
    canvas.dots(_points(at, good), "fa", size=8, fill=INK2, edge=INK2, width=0)
    for year, value in values.items():
        colour, bold = (INK, True) if year in good else (INK2, False)
        canvas.text(at.x(year), at.y(value) - 10, format_number(value), "tal", colour=colour, bold=bold, align="center")
    canvas.values([(at.x(year), at.y(values[year]), text) for year, text in (hover or {}).items() if year in values])
    return canvas.finish()


def survey_intervals(
    kommun: Limits,
    shares: Series,
    *,
    lan: Series,
    lan_limits: Limits,
    riket: Series,
    words: Words,
    format_number: Callable[[float], str] = str,
    top_label: str = "",
    target: Target | None = None,
) -> Drawing:
    """Survey shares (per cent) with the publisher's intervals; the kommun's points are not joined."""
    canvas = Canvas()
    largest = max(upper for _, upper in [*kommun.values(), *lan_limits.values()])
    at = _scale(shares, largest, longest_line(words.name, *words.others), target)
    if lan_limits:
        _band(canvas, at, lan_limits)
    values = ticks(at.top_value)
    frame(canvas, at, [(v, format_number(v) + (top_label if v == values[-1] else "")) for v in values])
    for series, gid, dashes in ((lan, "median", (5, 3)), (riket, "riket", None)):
        if series:
            colour, width = (INK2, 1.5) if dashes else (INK, 1.4)
            canvas.line(_points(at, series), gid, colour=colour, width=width, dashes=dashes)
    caps = [[(at.x(y) - 4, at.y(limit)), (at.x(y) + 4, at.y(limit))] for y, limits in kommun.items() for limit in limits]
    bars = [[(at.x(y), at.y(low)), (at.x(y), at.y(high))] for y, (low, high) in kommun.items()]
    if target:
        draw_target(canvas, at, target)
    canvas.segments(bars + caps, "kommun", colour=KOMMUN, width=2.4)
    canvas.dots(_points(at, shares), "punkt", size=8.5, fill=KOMMUN)
    labels = [EndLabel(at.y(_last(shares)), words.name, words.last_value, KOMMUN, bold=True)]
    for label, series in zip(words.others, (riket, lan), strict=True):
        if series:
            labels.append(EndLabel(at.y(_last(series)), label, words.others[label], INK if series is riket else INK2))
    end_labels(canvas, at, [*labels, *([target_label(at, target)] if target else [])])
    return canvas.finish()


SPARK_WIDTH, SPARK_HEIGHT = 132, 35


def sparkline(
    values: Series, *, band: Limits | None = None, first_good: int | None = None, few: bool = False, until: int = 0
) -> Drawing:
    """The shape of a series for a table row; the numbers stand in the row. The lower edge is the base line.

    A series that ends before `until` ends before the right edge, so that the rows of a table share their years.
    """
    canvas = Canvas(SPARK_WIDTH, SPARK_HEIGHT)
    years = range(min(values), max(*values, until) + 1)
    upper = [limits[1] for limits in (band or {}).values()]
    top = max([*values.values(), *upper, 1e-9])

    def x(year: float) -> float:
        return round(5 + 122 * (year - years[0]) / max(len(years) - 1, 1))

    def y(value: float) -> float:
        return SPARK_HEIGHT - 30 * value / top

    good = {k: v for k, v in values.items() if first_good is None or k >= first_good}
    if band and not few:
        kept = {k: v for k, v in band.items() if k in good}
        edge = [(x(k), y(low)) for k, (low, _) in kept.items()]
        if len(kept) > 1:
            canvas.area(edge + [(x(k), y(high)) for k, (_, high) in reversed(kept.items())], "band", fill=SPARK_BAND)
    if few:
        canvas.dots([(x(k), y(v)) for k, v in values.items()], "fa", size=3.5, fill=INK2, edge=INK2, width=0)
        return canvas.finish(classes=False)
    old = {k: v for k, v in values.items() if k not in good}
    if len(old) > 1:
        canvas.line([(x(k), y(v)) for k, v in old.items()], "tidigare", colour=KOMMUN, width=1.4, dashes=(1, 2))
    elif old:
        canvas.dots([(x(k), y(v)) for k, v in old.items()], "tidigare", size=3, fill="white", edge=KOMMUN, width=1)
    if len(good) > 1:
        canvas.line([(x(k), y(v)) for k, v in good.items()], "kommun", colour=KOMMUN, width=2)
    if good:
        last = max(good)
        canvas.dots([(x(last), y(good[last]))], "punkt", size=6, fill=KOMMUN, width=1)
    return canvas.finish(classes=False)


def _points(at: Scale, series: Series) -> list[tuple[float, float]]:
    return [(at.x(year), at.y(value)) for year, value in sorted(series.items())]


def _last(series: Series) -> float:
    return series[max(series)]


def _runs(series: Mapping[int, T]) -> list[dict[int, T]]:
    """Years that follow each other: no line is drawn over a year without a figure."""
    found: list[dict[int, T]] = []
    for year in sorted(series):
        if not found or year - 1 not in found[-1]:
            found.append({})
        found[-1][year] = series[year]
    return found


def _band(canvas: Canvas, at: Scale, limits: Limits) -> None:
    for run in _runs(limits):
        if len(run) < 2:
            continue
        lower = _points(at, {year: low for year, (low, _) in run.items()})
        upper = _points(at, {year: high for year, (_, high) in run.items()})
        canvas.area(lower + upper[::-1], "band", fill=BAND)
        canvas.line(lower, "kant", colour=LINE, width=0.9)
        canvas.line(upper, "kant", colour=LINE, width=0.9)


def _kommun_line(canvas: Canvas, at: Scale, values: Series) -> None:
    runs = [_points(at, run) for run in _runs(values)]
    for points in runs:
        if len(points) > 1:
            canvas.line(points, "kommun", colour=KOMMUN, width=2.8)
    canvas.dots([points[0] for points in runs[:-1] if len(points) == 1], "punkt", size=6, fill=KOMMUN)
    canvas.dots(runs[-1][-1:] if runs else [], "punkt", size=9, fill=KOMMUN)


def _before_break(canvas: Canvas, at: Scale, old: Series, series_break: SeriesBreak) -> None:
    points = _points(at, old)
    if len(points) > 1:
        canvas.line(points, "tidigare", colour=KOMMUN, width=1.6, dashes=(1, 3))
    canvas.dots(points, "tidigare", size=7, fill="white", edge=KOMMUN, width=1.5)
    _break_rule(canvas, at, series_break)


def _break_rule(canvas: Canvas, at: Scale, series_break: SeriesBreak) -> None:
    """A dashed rule half a year before the first good year, with its reason beside it."""
    x = at.x(series_break.first_good - 0.5)
    canvas.line([(x, TOP - 8), (x, BASE)], "brott", colour=INK, width=1.2, dashes=(3, 3))
    for row, text in enumerate(series_break.label):
        canvas.text(x + 8, 12 + 19 * row, text, "brott", colour=INK)


def _periods(canvas: Canvas, at: Scale, periods: Periods) -> None:
    middles: list[float] = []
    for (first, last), gid, colour in ((periods.earlier, "period", INK2), (periods.latest, "periodny", KOMMUN)):
        start, end = max(at.x(first - 0.17), at.left - 8), min(at.x(last + 0.17), at.right + 8)
        canvas.line([(start, BASE + 40), (end, BASE + 40)], gid, colour=colour, width=3)
        middles.append((start + end) / 2)
    earlier, latest = _apart(middles[0], middles[1], periods)
    canvas.text(earlier, BASE + 59, periods.earlier_label, "period", align="center")
    canvas.text(latest, BASE + 59, periods.latest_label, "periodny", colour=KOMMUN, bold=True, align="center")


def _apart(earlier: float, latest: float, periods: Periods) -> tuple[float, float]:
    """Middles of the two labels: under their bars where there is room, else the later moved to the right as far as the
    drawing goes and the earlier to the left."""
    half = width(periods.latest_label) / 2
    distance = width(periods.earlier_label, bold=False) / 2 + 8 + half
    latest = min(max(latest, earlier + distance), WIDTH - half)
    return min(earlier, latest - distance), latest
