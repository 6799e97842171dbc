"""Charts as small, accessible SVG."""

from kunskapsbaserat.plots.classes import class_limits
from kunskapsbaserat.report.page.charts.canvas import Drawing
from kunskapsbaserat.report.page.charts.comparison import KommunRow, PanelWords, level_and_change
from kunskapsbaserat.report.page.charts.county import MapWords, county_map
from kunskapsbaserat.report.page.charts.funnel import FunnelWords, funnel_chart, rate_funnel
from kunskapsbaserat.report.page.charts.marks import Estimate, ratio_range
from kunskapsbaserat.report.page.charts.multiple import behind, panel, round_top
from kunskapsbaserat.report.page.charts.panels import AreaPanel, area_panels
from kunskapsbaserat.report.page.charts.periods import period_counts
from kunskapsbaserat.report.page.charts.quarters import QuarterWords, quarters
from kunskapsbaserat.report.page.charts.ranked import ChangeRow, change_rows
from kunskapsbaserat.report.page.charts.rows import DotRow, LineRow, dot_rows, line_rows
from kunskapsbaserat.report.page.charts.series import (
    Periods,
    SeriesBreak,
    Words,
    few_counts,
    line_with_band,
    sparkline,
    survey_intervals,
)
from kunskapsbaserat.report.page.charts.sketch import sketch
from kunskapsbaserat.report.page.charts.strip import change_strip, level_strip
from kunskapsbaserat.report.page.charts.target import Target
from kunskapsbaserat.report.page.charts.week import week_grid

__all__ = [
    "AreaPanel",
    "ChangeRow",
    "DotRow",
    "Drawing",
    "Estimate",
    "FunnelWords",
    "KommunRow",
    "LineRow",
    "MapWords",
    "PanelWords",
    "Periods",
    "QuarterWords",
    "SeriesBreak",
    "Target",
    "Words",
    "area_panels",
    "behind",
    "change_rows",
    "change_strip",
    "class_limits",
    "county_map",
    "dot_rows",
    "few_counts",
    "funnel_chart",
    "level_and_change",
    "level_strip",
    "line_rows",
    "line_with_band",
    "panel",
    "period_counts",
    "quarters",
    "rate_funnel",
    "ratio_range",
    "round_top",
    "sketch",
    "sparkline",
    "survey_intervals",
    "week_grid",
]
