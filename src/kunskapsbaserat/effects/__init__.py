"""EVALUATE: did a measure change anything? Comparisons whose error rates hold with few areas and few events."""

from kunskapsbaserat.effects.result import Diagnostics, EffectResult, Inference, Scale

__all__ = ["Diagnostics", "EffectResult", "Inference", "Scale"]
