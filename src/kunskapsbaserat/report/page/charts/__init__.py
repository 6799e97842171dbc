"""Charts as small, accessible SVG."""

from kunskapsbaserat.report.page.charts.canvas import Drawing
from kunskapsbaserat.report.page.charts.cells import cell_map
from kunskapsbaserat.report.page.charts.classes import class_limits
from kunskapsbaserat.report.page.charts.comparison import KommunRow, PanelWords, level_and_change
from kunskapsbaserat.report.page.charts.county import MapWords, county_map
from kunskapsbaserat.report.page.charts.funnel import FunnelWords, funnel_chart, rate_funnel
from kunskapsbaserat.report.page.charts.marks import Estimate, ratio_range
from kunskapsbaserat.report.page.charts.periods import period_counts
from kunskapsbaserat.report.page.charts.quarters import QuarterWords, quarters
from kunskapsbaserat.report.page.charts.series import (
    Periods,
    SeriesBreak,
    Words,
    few_counts,
    line_with_band,
    sparkline,
    survey_intervals,
)
from kunskapsbaserat.report.page.charts.strip import change_strip, level_strip
from kunskapsbaserat.report.page.charts.target import Target

__all__ = [
    "Drawing",
    "Estimate",
    "FunnelWords",
    "KommunRow",
    "MapWords",
    "PanelWords",
    "Periods",
    "QuarterWords",
    "SeriesBreak",
    "Target",
    "Words",
    "cell_map",
    "change_strip",
    "class_limits",
    "county_map",
    "few_counts",
    "funnel_chart",
    "level_and_change",
    "level_strip",
    "line_with_band",
    "period_counts",
    "quarters",
    "rate_funnel",
    "ratio_range",
    "sparkline",
    "survey_intervals",
]
