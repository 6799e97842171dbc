"""EVALUATE: did a measure change anything? Comparisons whose error rates hold with few areas and few events."""

from kunskapsbaserat.effects.design import Assignment, Design
from kunskapsbaserat.effects.did import did
from kunskapsbaserat.effects.result import Diagnostics, EffectResult, Inference, Scale

__all__ = ["Assignment", "Design", "Diagnostics", "EffectResult", "Inference", "Scale", "did"]
