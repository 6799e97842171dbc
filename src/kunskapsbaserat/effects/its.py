"""Interrupted time series: did the level of one series change at the start, beyond its trend, season and usual variation?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from kunskapsbaserat.effects.autocorrelated import ErrorMixture, error_mixture, single
from kunskapsbaserat.effects.design import Design
from kunskapsbaserat.effects.false_alarms import ITS
from kunskapsbaserat.effects.its_answer import answer, no_events
from kunskapsbaserat.effects.its_input import ItsSeries, from_design, from_series
from kunskapsbaserat.effects.its_model import Segmented, segmented
from kunskapsbaserat.effects.result import EffectResult
from kunskapsbaserat.errors import OptionError
from kunskapsbaserat.rates.checks import confidence_level, option

Floats = NDArray[np.float64]

FAMILIES = ("poisson", "quasipoisson", "negative_binomial", "gaussian")
ERRORS = ("auto", "model", "newey_west")
CONTROLS = ("second", "covariate")
FALSE_ALARMS = ITS  # measured, by control and errors ("single/auto") and by cell; for the texts


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
        On the log-ratio scale (gaussian: mean difference). Design step 3, with other areas as the second series 4; no effect
        may be claimed either way, since the error is a model's. Without verdict: "few_events_before" (fewer than two a month),
        "few_events_after" (ten expected), "no_events_after", "few_control_events" (ten in the second series), "not_converged".
        Cautions: "single_series", "uncalibrated" (`errors` other than "auto"), "missing_periods", "nb_fallback".
        ``diagnostics.details`` holds coefficients, standard_error, dispersion, theta, and the measured `false_alarms`.

    Raises
    ------
    DesignError
        "start_outside", "unknown_period", "too_short" (fewer than 24 months before), "too_short_after", "phase_in_too_long",
        "series_break", "treated_among_donors".
    OptionError, TableError
        An option or a value is not allowed.

    Notes
    -----
    Panels without effect, one treated unit, 60 months before and 12 after (5 000 a cell, benchmarks/its_calibration.txt): share
    called, and share of true falls of 20 % found. With a common fall all units fall by 10 % at the start, for another reason.

    ==================  ==========  ==========  ==========  ==========  ==========  ============
    control, errors     at random   and fall    large       and fall    after rise  found, large
    ==================  ==========  ==========  ==========  ==========  ==========  ============
    none, auto          4.3 %       6.7 %       5.4 %       8.3 %       2.4 %       20 %
    none, model         10.1 %      12.7 %      14.4 %      19.6 %      7.4 %       36 %
    none, newey_west    15.1 %      18.4 %      18.0 %      23.9 %      8.3 %       40 %
    second, auto        3.7 %       3.7 %       4.8 %       4.4 %       2.1 %       20 %
    second, model       8.4 %       8.1 %       12.5 %      10.3 %      6.1 %       35 %
    covariate, auto     4.2 %       4.0 %       4.7 %       4.5 %       2.7 %       19 %
    ==================  ==========  ==========  ==========  ==========  ==========  ============

    A series alone takes for an effect whatever else happened at the same time; "second" does not, and holds 95 % intervals in
    every cell. That a fall of 20 % is seldom found is the price of one series: `did` finds more.

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
    return answer(series, model, estimate, error, control_as, errors, confidence, power)


def step_with_error(
    series: ItsSeries, model: Segmented, *, family: str, errors: str, lags: int | None = None
) -> tuple[float, ErrorMixture | None]:
    """The estimate and its error; none where a series of counts has no events before or after the start."""
    if no_events(series, model):
        return np.nan, None
    estimate, gradient = model.effect(series.after & model.used)
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
