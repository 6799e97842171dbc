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
from kunskapsbaserat.effects.its_input import ItsSeries, from_design, from_series, refuse_fractions
from kunskapsbaserat.effects.its_model import Segmented, segmented
from kunskapsbaserat.effects.result import EffectResult
from kunskapsbaserat.errors import OptionError, TableError
from kunskapsbaserat.rates.checks import option, whole_number
from kunskapsbaserat.rates.keys import keyed

Floats = NDArray[np.float64]

FAMILIES = ("poisson", "quasipoisson", "negative_binomial", "gaussian")
ERRORS = ("auto", "model", "newey_west")
CONTROLS = ("second", "covariate")
FALSE_ALARMS = ITS  # measured, by control and errors ("single/auto") and by cell; for the texts


@keyed()
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
    harmonics: int | None = None,
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
        First period with the measure: on a PeriodIndex it must begin when a period of the series does. This and the other
        figures about the series are for a series only: a design says them.
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
        Pairs of sine waves over the year, at most half as many as its periods; default two where there is room.
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
        "start_outside", "start_inside_period", "unknown_period", "too_short" (fewer than 24 months before), "too_short_after",
        "phase_in_too_long", "series_break", "treated_among_donors".
    OptionError, TableError
        An option or a value is not allowed.

    Notes
    -----
    Panels without effect, one treated unit, 60 months before and 12 after (5 000 a cell, benchmarks/its_calibration.txt): share
    called, and share of true falls of 20 % found. With a common fall all units fall by 10 % at the start, for another reason.

    ==================  ==========  ==========  ==========  ==========  ==========  ============
    control, errors     at random   and fall    large       and fall    after rise  found, large
    ==================  ==========  ==========  ==========  ==========  ==========  ============
    none, auto          4.0 %       6.3 %       5.3 %       8.0 %       2.9 %       19 %
    none, model         9.5 %       12.9 %      14.5 %      18.4 %      7.7 %       34 %
    none, newey_west    14.3 %      18.0 %      17.3 %      23.0 %      8.9 %       40 %
    second, auto        3.5 %       3.5 %       5.1 %       3.9 %       2.9 %       19 %
    second, model       7.9 %       7.4 %       12.4 %      10.6 %      7.1 %       34 %
    covariate, auto     3.5 %       3.6 %       4.6 %       4.2 %       3.1 %       18 %
    ==================  ==========  ==========  ==========  ==========  ==========  ============

    A series alone takes for an effect whatever else happened at the same time; "second" does not, and holds 95 % intervals in
    every cell. That a fall of 20 % is seldom found is the price of one series: `did` finds more.

    References
    ----------
    Lopez Bernal J, Cummins S, Gasparrini A (2017, 2018). Int J Epidemiol 46, 348-355 and 47, 2082-2093 (with controls). Newey
    WK, West KD (1994). Rev Econ Stud 61, 631-653.

    Examples
    --------
    Coronary events in Sicily after the smoking ban of 2005. Lopez Bernal and others (2017) print the rate ratio 0.894 for the
    plain model. The default takes out the season, and its limits are wider because months resemble their neighbours:

    >>> import numpy as np
    >>> import pandas as pd
    >>> from kunskapsbaserat.data import embedded
    >>> from kunskapsbaserat.effects import its
    >>> sicily = embedded.sicily()
    >>> events = pd.Series(sicily["events"].to_numpy(), index=pd.PeriodIndex(sicily["period"]))
    >>> people = sicily["exposure"].to_numpy()
    >>> plain = its(events, start="2005-01", exposure=people, harmonics=0, family="poisson", errors="model")
    >>> np.exp([plain.estimate, plain.lower, plain.upper]).round(3).tolist()
    [0.894, 0.865, 0.925]
    >>> answer = its(events, start="2005-01", exposure=people)
    >>> np.exp([answer.estimate, answer.lower, answer.upper]).round(2).tolist()
    [0.89, 0.82, 0.95]
    """
    for name, got, allowed in (("family", family, FAMILIES), ("errors", errors, ERRORS), ("control_as", control_as, CONTROLS)):
        option(name, got, allowed)
    whole_number("phase_in", phase_in, 0)
    if lags is not None:
        whole_number("lags", lags, 0)
        if errors != "newey_west":
            raise OptionError("lags", lags, ("None, or errors='newey_west'",), tillatna=("None, eller errors='newey_west'",))
    if family == "gaussian" and control is not None and control_as == "second":
        raise OptionError(
            "control_as", control_as, ("covariate with family='gaussian'",), tillatna=("covariate när family är gaussian",)
        )
    if isinstance(data, Design):
        settled = {"start": start, "exposure": exposure, "control_exposure": control_exposure, "per_year": per_year}
        for name, value in {**settled, "phase_in": phase_in or None, "breaks": breaks or None}.items():
            if value is not None:
                raise OptionError(name, value, ("nothing: the design says it",), tillatna=("inget: upplägget säger det",))
        if data.kind != "events" and family != "gaussian":
            raise OptionError(
                "family", family, ("gaussian for shares and indexes",), tillatna=("gaussian för andelar och index",)
            )
        series = from_design(data, control)
    elif isinstance(data, pd.Series):
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
    else:
        raise TableError("a Design or a Series", forvantat="ett upplägg (Design) eller en serie", got=type(data).__name__)
    if family != "gaussian":
        refuse_fractions(series, control=control_as == "second")
    room = series.per_year // 2
    waves = min(2, room) if harmonics is None else whole_number("harmonics", harmonics, 0, room)
    model = segmented(series, family=family, control_as=control_as, trend=trend, slope_change=slope_change, harmonics=waves)
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
