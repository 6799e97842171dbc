"""FOLLOW: changes over time, with verdicts that hold their error rates. Takes tables, never files."""

from kunskapsbaserat.trends.broken_line import BrokenLine, broken_line
from kunskapsbaserat.trends.change import Baseline, Change, change, variation_of
from kunskapsbaserat.trends.change_points import ChangePoints, change_points
from kunskapsbaserat.trends.control_chart import ControlChart, control_chart
from kunskapsbaserat.trends.count_trend import CountTrend, count_trend
from kunskapsbaserat.trends.ears import ears
from kunskapsbaserat.trends.expected_range import ExpectedRange, expected_range
from kunskapsbaserat.trends.farrington import farrington
from kunskapsbaserat.trends.index_series import index_series, year_to_date
from kunskapsbaserat.trends.joinpoint import Joinpoint, joinpoint
from kunskapsbaserat.trends.mann_kendall import MonotoneTrend, mann_kendall
from kunskapsbaserat.trends.panel import trend_panel
from kunskapsbaserat.trends.reporting import Reporting, own_reporters
from kunskapsbaserat.trends.rounded import change_of_rounded
from kunskapsbaserat.trends.run_chart import RunChart, run_chart
from kunskapsbaserat.trends.seasonal import Seasonal, seasonal
from kunskapsbaserat.trends.series import series, split_at_breaks, survey_series
from kunskapsbaserat.trends.sup_f import SupF, sup_f
from kunskapsbaserat.trends.survey import survey_change
from kunskapsbaserat.trends.variation import TypicalVariation, typical_variation
from kunskapsbaserat.trends.years import to_years

__all__ = [
    "Baseline",
    "BrokenLine",
    "Change",
    "ChangePoints",
    "ControlChart",
    "CountTrend",
    "ExpectedRange",
    "Joinpoint",
    "MonotoneTrend",
    "Reporting",
    "RunChart",
    "Seasonal",
    "SupF",
    "TypicalVariation",
    "broken_line",
    "change",
    "change_of_rounded",
    "change_points",
    "control_chart",
    "count_trend",
    "ears",
    "expected_range",
    "farrington",
    "index_series",
    "joinpoint",
    "mann_kendall",
    "own_reporters",
    "run_chart",
    "seasonal",
    "series",
    "split_at_breaks",
    "sup_f",
    "survey_change",
    "survey_series",
    "to_years",
    "trend_panel",
    "typical_variation",
    "variation_of",
    "year_to_date",
]
