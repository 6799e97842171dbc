"""COMPARE: intervals, crude rates, person-years and comparison groups. Takes tables, never files."""

from kunskapsbaserat.rates.compare import ComparisonGroup, Position, band, comparison_group, position
from kunskapsbaserat.rates.crude import crude_rate
from kunskapsbaserat.rates.exposure import mean_population, sum_areas
from kunskapsbaserat.rates.intervals import poisson_interval
from kunskapsbaserat.rates.multiplicity import false_discovery_rate
from kunskapsbaserat.rates.survey import Comparison, compare_survey, survey_difference

__all__ = [
    "Comparison",
    "ComparisonGroup",
    "Position",
    "band",
    "compare_survey",
    "comparison_group",
    "crude_rate",
    "false_discovery_rate",
    "mean_population",
    "poisson_interval",
    "position",
    "sum_areas",
    "survey_difference",
]
