"""COMPARE: rates, standardised rates, ratios, funnels, smoothing and comparison groups. Takes tables, never files."""

from kunskapsbaserat.rates.compare import ComparisonGroup, Position, band, comparison_group, nearest_kommuner, position
from kunskapsbaserat.rates.concentration import Gini, gini, lorenz, pai
from kunskapsbaserat.rates.crude import crude_rate
from kunskapsbaserat.rates.denominator import ExposureChoice, exposure_for, exposure_sensitivity
from kunskapsbaserat.rates.difference import rate_difference
from kunskapsbaserat.rates.direct import directly_standardised_rate
from kunskapsbaserat.rates.direct_comparison import compare_standardised
from kunskapsbaserat.rates.etest import e_test
from kunskapsbaserat.rates.exposure import mean_population, person_years_of, sum_areas
from kunskapsbaserat.rates.finite import finite_proportion
from kunskapsbaserat.rates.funnel import FunnelClass, funnel, funnel_lines, funnel_shares
from kunskapsbaserat.rates.indirect import indirectly_standardised_rate, standardised_ratio
from kunskapsbaserat.rates.inequality import inequality_slopes
from kunskapsbaserat.rates.intervals import poisson_interval
from kunskapsbaserat.rates.multiplicity import false_discovery_rate
from kunskapsbaserat.rates.neighbours import neighbours_of
from kunskapsbaserat.rates.order import place_in_group
from kunskapsbaserat.rates.person_time import person_years, pooled_rate, rolling_rate, year_to_date
from kunskapsbaserat.rates.proportion import proportion, proportion_change
from kunskapsbaserat.rates.ratio import rate_ratio
from kunskapsbaserat.rates.rounded import allowed_counts, implied_person_years
from kunskapsbaserat.rates.screen import among_all, screen
from kunskapsbaserat.rates.smoothing import empirical_bayes, excess_risk, spatial_median
from kunskapsbaserat.rates.standards import standard_population
from kunskapsbaserat.rates.survey import Comparison, compare_survey, survey_difference

__all__ = [
    "Comparison",
    "ComparisonGroup",
    "ExposureChoice",
    "FunnelClass",
    "Gini",
    "Position",
    "allowed_counts",
    "among_all",
    "band",
    "compare_standardised",
    "compare_survey",
    "comparison_group",
    "crude_rate",
    "directly_standardised_rate",
    "e_test",
    "empirical_bayes",
    "excess_risk",
    "exposure_for",
    "exposure_sensitivity",
    "false_discovery_rate",
    "finite_proportion",
    "funnel",
    "funnel_lines",
    "funnel_shares",
    "gini",
    "implied_person_years",
    "indirectly_standardised_rate",
    "inequality_slopes",
    "lorenz",
    "mean_population",
    "nearest_kommuner",
    "neighbours_of",
    "pai",
    "person_years",
    "person_years_of",
    "place_in_group",
    "poisson_interval",
    "pooled_rate",
    "position",
    "proportion",
    "proportion_change",
    "rate_difference",
    "rate_ratio",
    "rolling_rate",
    "screen",
    "spatial_median",
    "standard_population",
    "standardised_ratio",
    "sum_areas",
    "survey_difference",
    "year_to_date",
]
