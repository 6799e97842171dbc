"""EVALUATE: did a measure change anything? Comparisons whose error rates hold with few areas and few events."""

from kunskapsbaserat.effects.bacon import BaconDecomposition, bacon
from kunskapsbaserat.effects.checks import check
from kunskapsbaserat.effects.clustered import clustered_effect
from kunskapsbaserat.effects.design import Assignment, Design
from kunskapsbaserat.effects.did import did
from kunskapsbaserat.effects.evaluate import CostPerEvent, cost_per_averted, evaluate
from kunskapsbaserat.effects.fixed_effects import fepois, twfe
from kunskapsbaserat.effects.fixed_effects_fit import FixedEffectsFit
from kunskapsbaserat.effects.goal import GoalPower, kan_vi_se_det
from kunskapsbaserat.effects.its import its
from kunskapsbaserat.effects.outcomes import Outcomes, did_outcomes
from kunskapsbaserat.effects.power import power
from kunskapsbaserat.effects.registration import Registration, registration_of
from kunskapsbaserat.effects.relative_effect import RelativeEffect, dispersion_of, relative_effect_size
from kunskapsbaserat.effects.result import Diagnostics, EffectResult, Inference, Scale, Unit
from kunskapsbaserat.effects.robustness import (
    Sensitivity,
    displacement,
    leave_one_out,
    placebo_space,
    placebo_time,
    sensitivity,
)
from kunskapsbaserat.effects.wdd import WddEstimate, wdd

__all__ = [
    "Assignment",
    "BaconDecomposition",
    "CostPerEvent",
    "Design",
    "Diagnostics",
    "EffectResult",
    "FixedEffectsFit",
    "GoalPower",
    "Inference",
    "Outcomes",
    "Registration",
    "RelativeEffect",
    "Scale",
    "Sensitivity",
    "Unit",
    "WddEstimate",
    "bacon",
    "check",
    "clustered_effect",
    "cost_per_averted",
    "did",
    "did_outcomes",
    "dispersion_of",
    "displacement",
    "evaluate",
    "fepois",
    "its",
    "kan_vi_se_det",
    "leave_one_out",
    "placebo_space",
    "placebo_time",
    "power",
    "registration_of",
    "relative_effect_size",
    "sensitivity",
    "twfe",
    "wdd",
]
