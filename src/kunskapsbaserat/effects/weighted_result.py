"""From counterfactual series of all areas to one answer: inference, fit before the start, weights."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kunskapsbaserat.effects import placebo
from kunskapsbaserat.effects.answers import may_be_judged, series_table
from kunskapsbaserat.effects.design import Design, ended
from kunskapsbaserat.effects.did import LEAST_EXPECTED, eligible
from kunskapsbaserat.effects.gap_inference import Differences, judge_counts, judge_differences
from kunskapsbaserat.effects.prognosis import history_of
from kunskapsbaserat.effects.result import Diagnostics, EffectResult, Inference, Scale, Unit
from kunskapsbaserat.effects.toolbox_rates import FALSE_ALARMS, shown_to_hold
from kunskapsbaserat.effects.weighted_areas import WeightedAreas

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

LEVEL_GAP = 0.1  # of events, relative: a counterfactual farther from the level before the start is no counterfactual
HALF_SPREAD = 0.5  # of the treated's own standard deviation before the start, the same for any outcome


def pool_of(design: Design, least_a_month: float) -> Bools:
    """Units that may be compared with: of events those with enough of them before the start."""
    return eligible(design, least_a_month) if ended(design).kind == "events" else design.comparable


def early_reason(design: Design, compared: Bools, least_a_month: float) -> str | None:
    """Why no counterfactual can be made, before any is tried."""
    before = design.data.observed[design.rows][:, design.before]
    if design.kind == "events" and before.sum() / len(before) < least_a_month * design.months_before:
        return "few_events_before"
    return "no_comparison" if compared.sum() < 2 else None


def result_of(
    design: Design,
    method: str,
    areas: WeightedAreas,
    *,
    confidence: float,
    power: float,
    cautions: tuple[str, ...] = (),
    details: Mapping[str, Any] | None = None,
    spread_of: str = "gaps",
    level_matched: bool = True,
    usual: bool = True,
) -> EffectResult:
    """The answer.

    Parameters
    ----------
    design : Design
        What was compared.
    method : str
        Its name.
    areas : WeightedAreas
        The weights of the treated and of every unit compared with.
    confidence, power : float
        Of the interval; of the smallest visible effect.
    cautions : tuple of str
        The method's own.
    details : mapping, optional
        The method's own figures.
    spread_of : {"gaps", "estimates"}
        As in `judge_differences`.
    level_matched : bool
        Whether the counterfactual should have the treated's level before the start; if not, missing it is no fault.
    usual : bool
        Whether the method's options are those that its error rates were measured with.
    """
    series, counterfactual = areas.series, areas.counterfactual()
    observed = np.where(series.used[:, None], design.data.observed, 0.0)
    table = series_of(design, counterfactual)
    fit = fit_before(design, table, series.fitted)
    shared = areas.weights[design.rows].mean(axis=0)
    donors = pd.Series(shared[series.compared], index=np.array(design.data.units)[series.compared], name="weight")
    common: dict[str, Any] = {
        "series": table,
        "weights": donors,
        "effective_donors": float(1 / np.sum((shared / shared.sum()) ** 2)) if shared.sum() > 0 else None,
        "pre_rmspe": fit["relative_rmspe"],
        "n_treated": len(design.rows),
    }
    more = {**fit, **(details or {}), "power": power}
    held = usual and _error_rates_hold(design, method, series.compared)
    if design.kind == "events" and not held:
        more["false_alarms"] = dict(FALSE_ALARMS.get(method, {}))
    arrays = (design, areas, observed, counterfactual)
    if design.kind == "events":
        answer = _counts(*arrays, common, more, confidence, power)
    else:
        answer = _differences(*arrays, common, more, confidence, power, spread_of)
    if fit["bad"] and level_matched:
        answer |= {"reason": "bad_fit", "few": False}
    return EffectResult(
        method=method,
        confidence=confidence,
        inference=Inference.PLACEBO,
        design_step=design.step,
        outcome=design.outcome,
        unit=Unit(design.kind),
        cautions=(*answer.pop("cautions", ()), *cautions),
        failed_checks=() if held else ("not_calibrated",),
        **answer,
    )


def _error_rates_hold(design: Design, method: str, compared: Bools) -> bool:
    return design.kind == "events" and shown_to_hold(
        method,
        treated=len(design.rows),
        compared=int(compared.sum()),
        months_before=design.months_before,
        months_per_period=design.data.months_per_period,
    )


def series_of(design: Design, counterfactual: Floats) -> pd.DataFrame:
    """Of the treated together: events summed, other outcomes averaged."""
    together = np.sum if design.kind == "events" else np.mean
    own, expected = (together(values[design.rows], axis=0) for values in (design.data.observed, counterfactual))
    return series_table(design, own, expected)


def foreseen_series(table: pd.DataFrame, foretold: float) -> pd.DataFrame:
    """With what the treated's own last year foretold (log ratio) in the counterfactual after the start."""
    counterfactual = table["counterfactual"] * np.where(table["after"], np.exp(foretold), 1.0)
    return table.assign(counterfactual=counterfactual, gap=table["observed"] - counterfactual)


def fit_before(design: Design, table: pd.DataFrame, fitted: Bools) -> dict[str, Any]:
    """How the counterfactual agrees with the treated before the start; `bad` when it misses their level."""
    own, gap = (table.loc[fitted, name].to_numpy(dtype=float) for name in ("observed", "gap"))
    mean_gap, mean, spread = float(gap.mean()), float(own.mean()), float(own.std())
    bad = abs(mean_gap) > HALF_SPREAD * spread
    if design.kind == "events":
        bad |= abs(mean_gap) > LEVEL_GAP * mean
    mspe = float(np.mean(gap**2))
    return {
        "bad": bool(bad),
        "pre_mspe": mspe,
        "pre_level_gap": mean_gap,
        "pre_r_squared": 1 - mspe / spread**2 if spread > 0 else np.nan,
        "relative_rmspe": float(np.sqrt(mspe) / max(abs(mean), 1e-12)),
    }


def _counts(
    design: Design,
    areas: WeightedAreas,
    observed: Floats,
    counterfactual: Floats,
    common: dict[str, Any],
    details: dict[str, Any],
    confidence: float,
    power: float,
) -> dict[str, Any]:
    expected, after = counterfactual[:, design.after].sum(axis=1), observed[:, design.after].sum(axis=1)
    compared = areas.series.compared & (expected > 0)
    total, own = float(expected[design.rows].sum()), float(after[design.rows].sum())
    floor = 1 / (int(compared.sum()) + 1)
    if total <= 0 or compared.sum() < max(2 * len(design.rows), 2):
        estimate = float(placebo.log_ratio(np.array(own), np.array(total))) if total > 0 else np.nan
        return {
            "scale": Scale.LOG_RATIO,
            "estimate": estimate,
            "lower": np.nan,
            "upper": np.nan,
            "p_value": np.nan,
            "events": (total - own, np.nan, np.nan),
            "reason": "bad_fit" if total <= 0 else "p_floor",
            "diagnostics": Diagnostics(
                p_floor=floor, details=MappingProxyType(details | {"observed": own, "expected": total}), **common
            ),
        }
    outside = (lambda _, chosen: areas.expected_outside(chosen)) if len(design.rows) > 1 else None
    comparison = judge_counts(
        expected[None],
        after[None],
        compared[None],
        design.rows[None],
        outside=outside,
        history=history_of(design, compared),
        confidence=confidence,
    )
    foretold = comparison.foretold(design.rows, expected[design.rows])
    common["series"] = foreseen_series(common["series"], foretold)
    floor = max(floor, 1 / (len(comparison.signed[0]) + 1))
    judged = may_be_judged(floor, confidence)
    reason = "few_events_after" if total < LEAST_EXPECTED else None if judged else "p_floor"
    return comparison.answer(judged=judged, power=power) | {
        "reason": reason,
        "few": reason == "few_events_after",
        "diagnostics": Diagnostics(
            n_placebo=len(comparison.signed[0]),
            p_floor=floor,
            placebo_distribution=comparison.signed[0],
            statistic=float(comparison.statistic[0]),
            details=MappingProxyType(details | comparison.figures() | {"foretold": foretold}),
            **common,
        ),
    }


def _differences(
    design: Design,
    areas: WeightedAreas,
    observed: Floats,
    counterfactual: Floats,
    common: dict[str, Any],
    details: dict[str, Any],
    confidence: float,
    power: float,
    spread_of: str,
) -> dict[str, Any]:
    series, periods = areas.series, design.before | design.after
    gaps = np.where(series.used[:, None] & periods, observed - counterfactual, 0.0)
    compared = series.compared
    number = int(compared.sum())
    if number < max(2 * len(design.rows), 2):
        estimate = float(gaps[design.rows][:, design.after].mean())
        diagnostics = Diagnostics(p_floor=1 / (number + 1), details=MappingProxyType(details), **common)
        nothing = dict.fromkeys(("lower", "upper", "p_value"), np.nan)
        why = {"reason": "p_floor"}
        return {"scale": Scale.DIFFERENCE, "estimate": estimate, "diagnostics": diagnostics, **nothing, **why}

    def outside(chosen: NDArray[np.intp]) -> Floats:
        return np.where(periods, observed[chosen].mean(axis=1) - areas.mean_outside(chosen), 0.0)

    differences = judge_differences(
        gaps,
        series.fitted,
        design.after,
        compared,
        design.rows,
        confidence=confidence,
        spread_of=spread_of,
        outside=outside if len(design.rows) > 1 else None,
    )
    floor = 1 / (min(number, len(differences.signed)) + 1)
    judged = may_be_judged(floor, confidence) and np.isfinite(differences.critical)
    half = differences.critical * differences.spread if judged else np.nan
    visible = differences.visible(power) if judged else np.nan
    return {
        "scale": Scale.DIFFERENCE,
        "estimate": differences.estimate,
        "lower": differences.estimate - half,
        "upper": differences.estimate + half,
        "p_value": differences.p_value if judged else np.nan,
        "mde": -visible,
        "mde_increase": visible,
        "reason": None if judged else "p_floor",
        "diagnostics": Diagnostics(
            n_placebo=len(differences.signed),
            p_floor=floor,
            placebo_distribution=differences.signed,
            statistic=differences.statistic,
            details=MappingProxyType(details | _difference_figures(differences, common["series"])),
            **common,
        ),
    }


def _difference_figures(differences: Differences, series: pd.DataFrame) -> dict[str, float]:
    observed, counterfactual = (float(series[name][series["after"]].mean()) for name in ("observed", "counterfactual"))
    return {
        "spread": differences.spread,
        "critical": differences.critical,
        "p_rmspe_ratio": differences.p_ratio,
        "placebo_se": differences.placebo_se,
        "ratio": observed / counterfactual if counterfactual else np.nan,
    }
