"""EVALUATE: did a measure change anything? Comparisons whose error rates hold with few areas and few events."""

from kunskapsbaserat.effects.augmented import AugmentedControl, augmented_synthetic_control
from kunskapsbaserat.effects.bacon import BaconDecomposition, bacon
from kunskapsbaserat.effects.balance_weights import BalanceResult, balance_weights
from kunskapsbaserat.effects.checks import check
from kunskapsbaserat.effects.clustered import clustered_effect
from kunskapsbaserat.effects.compare import compare, plot_comparisons
from kunskapsbaserat.effects.design import Assignment, Design
from kunskapsbaserat.effects.did import did
from kunskapsbaserat.effects.evaluate import CostPerEvent, cost_per_averted, evaluate
from kunskapsbaserat.effects.event_study import EventStudy, event_study
from kunskapsbaserat.effects.fixed_effects import fepois, twfe
from kunskapsbaserat.effects.fixed_effects_fit import FixedEffectsFit
from kunskapsbaserat.effects.goal import GoalPower, kan_vi_se_det
from kunskapsbaserat.effects.harm_wdd import HarmEstimate, harm_weighted_wdd
from kunskapsbaserat.effects.its import its
from kunskapsbaserat.effects.its_state_space import its_state_space
from kunskapsbaserat.effects.outcomes import Outcomes, did_outcomes
from kunskapsbaserat.effects.peak_sites import PeakSites, peak_sites
from kunskapsbaserat.effects.pooled import PooledEffects, pool_effects
from kunskapsbaserat.effects.power import power
from kunskapsbaserat.effects.registration import Registration, registration_of
from kunskapsbaserat.effects.relative_effect import RelativeEffect, dispersion_of, relative_effect_size
from kunskapsbaserat.effects.relative_magnitudes import relative_magnitudes
from kunskapsbaserat.effects.result import Diagnostics, EffectResult, Inference, Scale, Unit
from kunskapsbaserat.effects.robustness import (
    Sensitivity,
    displacement,
    leave_one_out,
    placebo_space,
    placebo_time,
    sensitivity,
)
from kunskapsbaserat.effects.sdid import sdid
from kunskapsbaserat.effects.staggered import AttGt, att_gt
from kunskapsbaserat.effects.staggered_did import staggered_did
from kunskapsbaserat.effects.staggered_means import MeanEffects, aggregate_effects
from kunskapsbaserat.effects.staggered_placebos import staggered_placebos
from kunskapsbaserat.effects.sun_abraham import sun_abraham
from kunskapsbaserat.effects.synthetic import classical_search, synthetic_control, synthetic_outcomes
from kunskapsbaserat.effects.synthetic_count import synthetic_count
from kunskapsbaserat.effects.wdd import WddEstimate, wdd

__all__ = [
    "Assignment",
    "AttGt",
    "AugmentedControl",
    "BaconDecomposition",
    "BalanceResult",
    "CostPerEvent",
    "Design",
    "Diagnostics",
    "EffectResult",
    "EventStudy",
    "FixedEffectsFit",
    "GoalPower",
    "HarmEstimate",
    "Inference",
    "MeanEffects",
    "Outcomes",
    "PeakSites",
    "PooledEffects",
    "Registration",
    "RelativeEffect",
    "Scale",
    "Sensitivity",
    "Unit",
    "WddEstimate",
    "aggregate_effects",
    "att_gt",
    "augmented_synthetic_control",
    "bacon",
    "balance_weights",
    "check",
    "classical_search",
    "clustered_effect",
    "compare",
    "cost_per_averted",
    "did",
    "did_outcomes",
    "dispersion_of",
    "displacement",
    "evaluate",
    "event_study",
    "fepois",
    "harm_weighted_wdd",
    "its",
    "its_state_space",
    "kan_vi_se_det",
    "leave_one_out",
    "peak_sites",
    "placebo_space",
    "placebo_time",
    "plot_comparisons",
    "pool_effects",
    "power",
    "registration_of",
    "relative_effect_size",
    "relative_magnitudes",
    "sdid",
    "sensitivity",
    "staggered_did",
    "staggered_placebos",
    "sun_abraham",
    "synthetic_control",
    "synthetic_count",
    "synthetic_outcomes",
    "twfe",
    "wdd",
]
