"""Charts as small, accessible SVG, drawn with Matplotlib."""

from kunskapsbaserat.report.plots.canvas import Drawing
from kunskapsbaserat.report.plots.cells import cell_map
from kunskapsbaserat.report.plots.charts import (
    Periods,
    SeriesBreak,
    Words,
    few_counts,
    line_with_band,
    sparkline,
    survey_intervals,
)
from kunskapsbaserat.report.plots.county import county_map
from kunskapsbaserat.report.plots.funnel import FunnelWords, funnel_chart
from kunskapsbaserat.report.plots.periods import period_counts

__all__ = [
    "Drawing",
    "FunnelWords",
    "Periods",
    "SeriesBreak",
    "Words",
    "cell_map",
    "county_map",
    "few_counts",
    "funnel_chart",
    "line_with_band",
    "period_counts",
    "sparkline",
    "survey_intervals",
]
