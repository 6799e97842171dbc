"""Reported offences and schools with a known truth, for calibration, power and examples. Always labelled SIMULERAD."""

from kunskapsbaserat.simulate.effects import EffectPanels, effect_panels
from kunskapsbaserat.simulate.repetition import Mapper, repeated
from kunskapsbaserat.simulate.school import SimulatedSchool, schools
from kunskapsbaserat.simulate.series import SOURCE, autocorrelated_counts, counts_table, month_means

__all__ = [
    "SOURCE",
    "EffectPanels",
    "Mapper",
    "SimulatedSchool",
    "autocorrelated_counts",
    "counts_table",
    "effect_panels",
    "month_means",
    "repeated",
    "schools",
]
