"""EVALUATE: did a measure change anything? Comparisons whose error rates hold with few areas and few events."""

from kunskapsbaserat.effects.design import Assignment, Design
from kunskapsbaserat.effects.did import did
from kunskapsbaserat.effects.goal import GoalPower, kan_vi_se_det
from kunskapsbaserat.effects.result import Diagnostics, EffectResult, Inference, Scale

__all__ = ["Assignment", "Design", "Diagnostics", "EffectResult", "GoalPower", "Inference", "Scale", "did", "kan_vi_se_det"]
