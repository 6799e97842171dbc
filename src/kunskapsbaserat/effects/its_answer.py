"""What a segmented regression of one series answers: verdict, events averted, and how small a change could have been seen."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from kunskapsbaserat.effects.autocorrelated import ErrorMixture
from kunskapsbaserat.effects.did import LEAST_A_MONTH, LEAST_EXPECTED
from kunskapsbaserat.effects.false_alarms import ITS
from kunskapsbaserat.effects.its_input import ItsSeries
from kunskapsbaserat.effects.its_model import Segmented
from kunskapsbaserat.effects.result import Diagnostics, EffectResult, Inference, Scale, codes_that_hold

FEW = ("few_events_before", "few_events_after", "no_events_after", "few_control_events")  # reasons


def answer(
    series: ItsSeries,
    model: Segmented,
    estimate: float,
    error: ErrorMixture | None,
    control_as: str,
    errors: str,
    confidence: float,
    power: float,
) -> EffectResult:
    """The result of `its`; without `error` nothing could be estimated."""
    table = _table(series, model)
    after = series.after & model.used
    observed, expected = float(series.observed[after].sum()), float(model.expected(model.without)[after].sum())
    limits, p_value, visible = (np.nan, np.nan), np.nan, (np.nan, np.nan)
    if error is not None:
        half = error.reach((1 - confidence) / 2)
        limits, p_value = (estimate - half, estimate + half), error.p_value(estimate)
        visible = _visible(error, half + error.reach(1 - power), model, expected)
    second = series.control is not None and control_as == "second"
    reason = no_events(series, model) or _reason(series, model, expected)
    kind = "second" if second else "covariate" if series.control is not None else "single"
    cautions = (
        *codes_that_hold(
            single_series=not second,
            uncalibrated=errors != "auto",
            missing_periods=bool(np.isnan(series.observed).any()),
        ),
        *model.cautions,
    )
    return EffectResult(
        method="its",
        scale=Scale.DIFFERENCE if model.gaussian else Scale.LOG_RATIO,
        estimate=estimate,
        lower=limits[0],
        upper=limits[1],
        confidence=confidence,
        p_value=p_value,
        inference=Inference.MODEL if errors == "model" else Inference.AUTOCORRELATION,
        design_step=4 if second and series.comparison_area else 3,
        outcome=series.outcome,
        events=_averted(model, observed, int(after.sum()), estimate, limits),
        mde=visible[0],
        mde_increase=visible[1],
        cautions=cautions,
        reason=reason,
        few=reason in FEW,
        unit=series.unit,
        diagnostics=Diagnostics(
            n_treated=series.n_treated,
            series=table,
            statistic=estimate / error.standard_error if error is not None else None,
            pre_rmspe=_pre_rmspe(series, model, table),
            details=MappingProxyType(_details(model, error, expected, observed, errors, kind) | {"periods": int(after.sum())}),
        ),
    )


def no_events(series: ItsSeries, model: Segmented) -> str | None:
    """The reason why a ratio has nothing to be a ratio of."""
    if model.gaussian:
        return None
    before, after = model.used & ~series.after, model.used & series.after
    if series.observed[before].sum() == 0:
        return "few_events_before"
    if series.observed[after].sum() == 0:
        return "no_events_after"
    if model.fit.family == "binomial":
        assert series.control is not None
        if min(series.control[before].sum(), series.control[after].sum()) < LEAST_EXPECTED:
            return "few_control_events"
    return None


def _details(
    model: Segmented, error: ErrorMixture | None, expected: float, observed: float, errors: str, kind: str
) -> dict[str, Any]:
    return {
        "fit": model.fit,
        "coefficients": dict(zip(model.names, map(float, model.fit.coefficients), strict=True)),
        "standard_error": error.standard_error if error is not None else np.nan,
        "df": error.df if error is not None else np.nan,
        "dispersion": model.fit.dispersion,
        "theta": model.theta,
        "deviance": model.fit.deviance,
        "expected": expected,
        "observed": observed,
        "false_alarms": dict(ITS.get(f"{kind}/{errors}", {})),
    }


def _reason(series: ItsSeries, model: Segmented, expected: float) -> str | None:
    if model.gaussian:
        return None
    if not model.fit.converged:
        return "not_converged"
    before = model.used & (np.arange(len(model.used)) < series.first)
    if series.observed[before].mean() * series.per_year < 12 * LEAST_A_MONTH:
        return "few_events_before"
    return "few_events_after" if expected < LEAST_EXPECTED else None


def _table(series: ItsSeries, model: Segmented) -> pd.DataFrame:
    expected = model.expected(model.without)
    return pd.DataFrame(
        {
            "period": series.periods,
            "observed": series.observed,
            "counterfactual": expected,
            "gap": series.observed - expected,
            "after": series.after,
            "left_out": ~model.used,
        }
    )


def _pre_rmspe(series: ItsSeries, model: Segmented, table: pd.DataFrame) -> float:
    before = model.used & (np.arange(len(model.used)) < series.first)
    gap, level = table.loc[before, "gap"].to_numpy(), abs(float(table.loc[before, "observed"].mean()))
    return float(np.sqrt(np.mean(gap**2)) / max(level, 1e-9))


def _averted(
    model: Segmented, observed: float, periods: int, estimate: float, limits: tuple[float, float]
) -> tuple[float, float, float]:
    """Counterfactual less observed after the start, with limits."""
    values = (estimate, limits[1], limits[0])
    averted = [-periods * v if model.gaussian else observed * float(np.expm1(-v)) for v in values]
    return averted[0], averted[1], averted[2]


def _visible(error: ErrorMixture, at_zero: float, model: Segmented, expected: float) -> tuple[float, float]:
    """The fall and the rise that would be found, where `at_zero` would be if all errors were as they are at no effect.

    Of counts what chance adds after the start follows the events that are left there.
    """
    if model.gaussian:
        return -at_zero, at_zero
    base, chance = error.standard_error**2, max(model.fit.dispersion, 1.0) / expected
    sizes = np.linspace(0.001, 5, 5000)
    effects = []
    for sign in (-1, 1):
        variance = np.maximum(base + chance * np.expm1(-sign * sizes), 0.1 * base)
        enough = np.flatnonzero(sizes >= at_zero * np.sqrt(variance / base))
        effects.append(float(sign * sizes[enough[0]]) if len(enough) else np.nan)
    return effects[0], effects[1]
