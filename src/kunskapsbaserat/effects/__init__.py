"""EVALUATE: did a measure change anything? Comparisons whose error rates hold with few areas and few events."""

from kunskapsbaserat.effects.bacon import BaconDecomposition, bacon
from kunskapsbaserat.effects.clustered import clustered_effect
from kunskapsbaserat.effects.design import Assignment, Design
from kunskapsbaserat.effects.did import did
from kunskapsbaserat.effects.fixed_effects import FixedEffectsFit, fepois, twfe
from kunskapsbaserat.effects.its import its
from kunskapsbaserat.effects.relative_effect import RelativeEffect, dispersion_of, relative_effect_size
from kunskapsbaserat.effects.result import Diagnostics, EffectResult, Inference, Scale
from kunskapsbaserat.effects.wdd import WddEstimate, wdd

__all__ = [
    "Assignment",
    "BaconDecomposition",
    "Design",
    "Diagnostics",
    "EffectResult",
    "FixedEffectsFit",
    "Inference",
    "RelativeEffect",
    "Scale",
    "WddEstimate",
    "bacon",
    "clustered_effect",
    "did",
    "dispersion_of",
    "fepois",
    "its",
    "relative_effect_size",
    "twfe",
    "wdd",
]
