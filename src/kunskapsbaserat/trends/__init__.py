"""FOLLOW: changes over time, with verdicts that hold their error rates. Takes tables, never files."""

from kunskapsbaserat.trends.change import Baseline, Change, change, variation_of
from kunskapsbaserat.trends.survey import survey_change
from kunskapsbaserat.trends.variation import TypicalVariation, typical_variation
from kunskapsbaserat.trends.years import to_years

__all__ = [
    "Baseline",
    "Change",
    "TypicalVariation",
    "change",
    "survey_change",
    "to_years",
    "typical_variation",
    "variation_of",
]
