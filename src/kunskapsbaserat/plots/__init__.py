"""DRAW: every result and plain frame in the house's look, on Matplotlib and seaborn.

Each function draws on `ax` (or a new figure) and returns the Axes; nothing is changed outside it. `theme` gives seaborn's own
functions the same look. Matplotlib and seaborn are loaded when something is drawn.
"""

from kunskapsbaserat.plots.axes import finish
from kunskapsbaserat.plots.charts import control_chart, run_chart
from kunskapsbaserat.plots.evaluations import comparisons, effect, event_study, placebos, power, series, weights
from kunskapsbaserat.plots.fitted import change_points, count_trend, expected_range, joinpoint, seasonal, trend
from kunskapsbaserat.plots.funnels import funnel
from kunskapsbaserat.plots.lines import counts, rate
from kunskapsbaserat.plots.maps import map
from kunskapsbaserat.plots.multiples import small_multiples
from kunskapsbaserat.plots.theming import colours, theme

__all__ = [
    "change_points",
    "colours",
    "comparisons",
    "control_chart",
    "count_trend",
    "counts",
    "effect",
    "event_study",
    "expected_range",
    "finish",
    "funnel",
    "joinpoint",
    "map",
    "placebos",
    "power",
    "rate",
    "run_chart",
    "seasonal",
    "series",
    "small_multiples",
    "theme",
    "trend",
    "weights",
]
