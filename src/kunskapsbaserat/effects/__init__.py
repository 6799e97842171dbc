"""EVALUATE: did a measure change anything? Comparisons whose error rates hold with few areas and few events."""

from kunskapsbaserat.effects.checks import check
from kunskapsbaserat.effects.design import Assignment, Design
from kunskapsbaserat.effects.did import did
from kunskapsbaserat.effects.evaluate import CostPerEvent, cost_per_averted, evaluate
from kunskapsbaserat.effects.goal import GoalPower, kan_vi_se_det
from kunskapsbaserat.effects.outcomes import Outcomes, did_outcomes
from kunskapsbaserat.effects.power import power
from kunskapsbaserat.effects.registration import Registration, registration_of
from kunskapsbaserat.effects.result import Diagnostics, EffectResult, Inference, Scale
from kunskapsbaserat.effects.robustness import (
    Sensitivity,
    displacement,
    leave_one_out,
    placebo_space,
    placebo_time,
    sensitivity,
)

__all__ = [
    "Assignment",
    "CostPerEvent",
    "Design",
    "Diagnostics",
    "EffectResult",
    "GoalPower",
    "Inference",
    "Outcomes",
    "Registration",
    "Scale",
    "Sensitivity",
    "check",
    "cost_per_averted",
    "did",
    "did_outcomes",
    "displacement",
    "evaluate",
    "kan_vi_se_det",
    "leave_one_out",
    "placebo_space",
    "placebo_time",
    "power",
    "registration_of",
    "sensitivity",
]
