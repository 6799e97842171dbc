"""Interrupted time series: did the level of one series change at the start, beyond its trend, season and usual variation?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from kunskapsbaserat.effects.autocorrelated import ErrorMixture, error_mixture, single
from kunskapsbaserat.effects.design import Design
from kunskapsbaserat.effects.did import LEAST_A_MONTH, LEAST_EXPECTED
from kunskapsbaserat.effects.its_input import ItsSeries, from_design, from_series
from kunskapsbaserat.effects.its_model import Segmented, segmented
from kunskapsbaserat.effects.result import Diagnostics, EffectResult, Inference, Scale
from kunskapsbaserat.errors import OptionError
from kunskapsbaserat.rates.checks import confidence_level, option

Floats = NDArray[np.float64]

FAMILIES = ("poisson", "quasipoisson", "negative_binomial", "gaussian")
ERRORS = ("auto", "model", "newey_west")
CONTROLS = ("second", "covariate")

# @@FALSE_ALARMS@@
FALSE_ALARMS: Mapping[str, Mapping[str, float]] = {}


def its(
    data: Design | pd.Series,
    *,
    start: object = None,
    exposure: ArrayLike | None = None,
    control: Any = None,
    control_exposure: ArrayLike | None = None,
    control_as: str = "second",
    family: str = "quasipoisson",
    trend: bool = True,
    slope_change: bool = False,
    harmonics: int = 2,
    phase_in: int = 0,
    per_year: int | None = None,
    breaks: Sequence[object] = (),
    errors: str = "auto",
    lags: int | None = None,
    confidence: float = 0.95,
    power: float = 0.8,
) -> EffectResult:
    """Segmented regression of a series: level, trend, season and a step (and change of slope) at the start.

    Parameters
    ----------
    data : Design or Series
        A design: the sum of its treated areas, with its start, exposure and phase-in. A series: counts (or with
        `family="gaussian"` any numbers) in time order, on a PeriodIndex or an increasing index; missing is left out.
    start : period
        First period with the measure. This and the other figures about the series are for a series only: a design says them.
    exposure, control_exposure : array_like, shape (n,)
        Above 0: the logarithm is the offset.
    control : array_like (n,), or codes
        A series that the measure did not reach. Of a design: area codes, or "comparable" for all that `did` would use.
    control_as : {"second", "covariate"}
        "second": the difference between the two series' steps, from the treated's share of both series' events, so that what
        happened to both cancels. "covariate": the logarithm of the control's rate (of gaussian models the number itself).
    family : {"quasipoisson", "poisson", "negative_binomial", "gaussian"}
        Of the treated series; a second series makes it binomial. Poisson and quasi-Poisson give the same estimate.
    trend, slope_change : bool
        A log-linear trend; and a change of it at the start. Then the estimate is over the whole time after.
    harmonics : int
        Pairs of sine waves over the year.
    phase_in, per_year : int
        Periods left out from the start on; periods a year, where the index does not say.
    breaks : sequence
        First good periods (or years) of the series' breaks.
    errors, lags : {"auto", "model", "newey_west"}, int
        "auto": see `autocorrelated`. "model": the family's own (quasi-Poisson and gaussian with Student's t). "newey_west":
        with `lags`, default the whole part of 4 (n/100)^(2/9), n/(n - p), and Student's t with n - p.
    confidence, power : float
        Of interval and verdict; of the smallest visible effect.

    Returns
    -------
    EffectResult
        On the log-ratio scale (gaussian: mean difference). Without verdict for fewer than two events a month before
        ("few_events_before") or ten expected after ("few_events_after"), or where the fit does not converge. Design step 3, 4
        with other areas as the second series; no effect may be claimed either way, since the error is a model's. Cautions:
        "single_series", "uncalibrated" (`errors` other than "auto"), "missing_periods", "nb_fallback", "no_events_after".
        ``diagnostics.details`` holds coefficients, standard_error, dispersion, theta, and the measured `false_alarms`.

    Raises
    ------
    DesignError
        "start_outside", "too_short" (fewer than 24 months before), "too_short_after", "phase_in_too_long", "series_break".
    OptionError, TableError
        An option or a value is not allowed.

    Notes
    -----
    @@NOTES@@

    References
    ----------
    Lopez Bernal J, Cummins S, Gasparrini A (2017, 2018). Int J Epidemiol 46, 348-355 and 47, 2082-2093 (with controls). Newey
    WK, West KD (1994). Rev Econ Stud 61, 631-653.
    """
    for name, got, allowed in (("family", family, FAMILIES), ("errors", errors, ERRORS), ("control_as", control_as, CONTROLS)):
        option(name, got, allowed)
    confidence_level(confidence)
    if family == "gaussian" and control is not None and control_as == "second":
        raise OptionError("control_as", control_as, ("covariate with family='gaussian'",))
    if isinstance(data, Design):
        settled = {"start": start, "exposure": exposure, "control_exposure": control_exposure, "per_year": per_year}
        for name, value in {**settled, "phase_in": phase_in or None, "breaks": breaks or None}.items():
            if value is not None:
                raise OptionError(name, value, ("nothing: the design says it",))
        if data.kind != "events" and family != "gaussian":
            raise OptionError("family", family, ("gaussian for shares and indexes",))
        series = from_design(data, control)
    else:
        series = from_series(
            data,
            start=start,
            exposure=exposure,
            control=control,
            control_exposure=control_exposure,
            phase_in=phase_in,
            per_year=per_year,
            breaks=breaks,
            counts=family != "gaussian",
        )
    model = segmented(series, family=family, control_as=control_as, trend=trend, slope_change=slope_change, harmonics=harmonics)
    estimate, error = step_with_error(series, model, family=family, errors=errors, lags=lags)
    return _answer(series, model, estimate, error, control_as, errors, confidence, power)


def step_with_error(
    series: ItsSeries, model: Segmented, *, family: str, errors: str, lags: int | None = None
) -> tuple[float, ErrorMixture | None]:
    """The estimate and its error; none where there are no events after the start."""
    after = series.after & model.used
    if not model.gaussian and series.observed[after].sum() == 0:
        return np.nan, None
    estimate, gradient = model.effect(after)
    return estimate, _error(model, gradient, family, errors, lags)


def _error(model: Segmented, gradient: Floats, family: str, errors: str, lags: int | None) -> ErrorMixture:
    """The error of the estimate: of the model, by Newey and West, or averaged over possible disturbances."""
    fit, used = model.fit, model.used
    residuals, variance, slope = model.moments()
    x = model.design[used]
    influence = (x * (slope / variance)[:, None]) @ fit.unscaled @ gradient
    if errors == "auto":
        counts = not model.gaussian
        return error_mixture(x, residuals, variance, slope, influence, np.flatnonzero(used).astype(float), counts=counts)
    if errors == "newey_west":
        reach = lags if lags is not None else int(4 * (len(x) / 100) ** (2 / 9))
        parts = np.zeros(len(used))
        parts[used] = influence * residuals  # zero where a period is left out, so that neighbours are neighbours
        total = parts @ parts
        for lag in range(1, min(reach, len(parts) - 1) + 1):
            total += 2 * (1 - lag / (reach + 1)) * (parts[lag:] @ parts[:-lag])
        return single(float(total) * len(x) / fit.df, float(fit.df))
    own = float(gradient @ fit.unscaled @ gradient)
    if family == "poisson" or (family == "negative_binomial" and np.isfinite(model.theta)):
        return single(own)
    least = 0.0 if model.gaussian else 1.0
    return single(own * max(fit.dispersion, least), float(fit.df))


def _answer(
    series: ItsSeries,
    model: Segmented,
    estimate: float,
    error: ErrorMixture | None,
    control_as: str,
    errors: str,
    confidence: float,
    power: float,
) -> EffectResult:
    table = _table(series, model)
    after = series.after & model.used
    observed, expected = float(series.observed[after].sum()), float(model.expected(model.without)[after].sum())
    limits, p_value, visible = (np.nan, np.nan), np.nan, (np.nan, np.nan)
    if error is not None:
        half = error.reach((1 - confidence) / 2)
        limits, p_value = (estimate - half, estimate + half), error.p_value(estimate)
        visible = _visible(error, half + error.reach(1 - power), model, expected)
    second = series.control is not None and control_as == "second"
    reason = "no_events_after" if error is None else _reason(series, model, expected)
    kind = "second" if second else "covariate" if series.control is not None else "single"
    cautions = (
        *["single_series"] * (not second),
        *["uncalibrated"] * (errors != "auto"),
        *["missing_periods"] * bool((np.isnan(series.observed)).any()),
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
        few=reason in ("few_events_before", "few_events_after", "no_events_after"),
        diagnostics=Diagnostics(
            n_treated=series.n_treated,
            series=table,
            statistic=estimate / error.standard_error if error is not None else None,
            pre_rmspe=_pre_rmspe(series, model, table),
            details=MappingProxyType(_details(model, error, expected, observed, errors, kind)),
        ),
    )


def _details(
    model: Segmented, error: ErrorMixture | None, expected: float, observed: float, errors: str, kind: str
) -> dict[str, Any]:
    return {
        "coefficients": dict(zip(model.names, map(float, model.fit.coefficients), strict=True)),
        "standard_error": error.standard_error if error is not None else np.nan,
        "df": error.df if error is not None else np.nan,
        "dispersion": model.fit.dispersion,
        "theta": model.theta,
        "deviance": model.fit.deviance,
        "expected": expected,
        "observed": observed,
        "false_alarms": dict(FALSE_ALARMS.get(f"{kind}/{errors}", {})),
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
    found = [-periods * v if model.gaussian else observed * float(np.expm1(-v)) for v in values]
    return found[0], found[1], found[2]


def _visible(error: ErrorMixture, at_zero: float, model: Segmented, expected: float) -> tuple[float, float]:
    """The fall and the rise that would be found, where `at_zero` would be if all errors were as they are at no effect.

    Of counts what chance adds after the start follows the events that are left there.
    """
    if model.gaussian:
        return -at_zero, at_zero
    base, chance = error.standard_error**2, max(model.fit.dispersion, 1.0) / expected
    sizes = np.linspace(0.001, 5, 5000)
    found = []
    for sign in (-1, 1):
        variance = np.maximum(base + chance * np.expm1(-sign * sizes), 0.1 * base)
        enough = np.flatnonzero(sizes >= at_zero * np.sqrt(variance / base))
        found.append(float(sign * sizes[enough[0]]) if len(enough) else np.nan)
    return found[0], found[1]
