"""An interrupted series with a model of its own noise: ARIMA errors, or a level and a season that move (statsmodels).

`its` widens its error for months that resemble their neighbours; here the resemblance is a part of the model, as in the
classical studies of a law or a campaign. The fitted model is statsmodels' own and comes with the answer (`EffectResult.fit`).
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from kunskapsbaserat.effects.its_input import ItsSeries, from_series
from kunskapsbaserat.effects.result import Diagnostics, EffectResult, Inference, Scale, Unit
from kunskapsbaserat.errors import OptionError, TableError
from kunskapsbaserat.rates.checks import numbers, option, whole_number
from kunskapsbaserat.rates.keys import is_table, keyed

Floats = NDArray[np.float64]

MODELS = ("structural", "arima")
SEASONS = ("moving", "fixed", "none")


@keyed()
def its_state_space(
    series: pd.Series,
    *,
    start: object,
    model: str = "structural",
    order: tuple[int, int, int] = (1, 0, 0),
    seasonal_order: tuple[int, int, int] = (1, 0, 0),
    season: str = "moving",
    regressors: pd.DataFrame | None = None,
    log: bool = True,
    phase_in: int = 0,
    confidence: float = 0.95,
) -> EffectResult:
    """A step at the start in a series whose noise is modelled: maximum likelihood by the Kalman filter.

    Parameters
    ----------
    series : Series
        Numbers in time order, by period, none missing; with `log` above 0.
    start : period
        First period with the measure.
    model : {"structural", "arima"}
        A level that moves as a random walk, with a season and noise; or a regression with ARIMA errors.
    order, seasonal_order : tuple of three int
        Of "arima": autoregressive, differences, moving average, within the year and between years.
    season : {"moving", "fixed", "none"}
        Of "structural".
    regressors : DataFrame, optional
        Other things that the series follows, same index, as they enter (logarithms are the caller's).
    log : bool
        Model the logarithm: the estimate is then a log ratio, otherwise a difference.
    phase_in : int
        Periods from the start that are left out.
    confidence : float
        Of the interval.

    Returns
    -------
    EffectResult
        Design step 3 and `Inference.MODEL`: never called an effect. `fit` is statsmodels' results; `diagnostics.series` has the
        smoothed series without the step as its counterfactual.

    Raises
    ------
    TableError, OptionError, DesignError
        A number is missing or not above 0, an option is unknown, the start lies outside.

    References
    ----------
    Harvey AC, Durbin J (1986). The effects of seat belt legislation on British road casualties. J R Stat Soc A 149, 187-227.
    Box GEP, Tiao GC (1975). Intervention analysis. JASA 70, 70-79.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> months = pd.period_range("2018-01", periods=84, freq="M")
    >>> noise = np.random.default_rng(1).normal(0, 0.05, 84)
    >>> counts = pd.Series(np.exp(5 + noise - 0.3 * (months >= "2023-01")), index=months)
    >>> found = its_state_space(counts, start="2023-01", season="none")
    >>> round(found.estimate, 1), found.design_step
    (-0.3, 3)
    """
    option("model", model, MODELS)
    option("season", season, SEASONS)
    if not isinstance(series, pd.Series):
        raise TableError("a Series", forvantat="en serie", got=type(series).__name__)
    told: dict[str, Any] = {"exposure": None, "control": None, "control_exposure": None, "per_year": None, "breaks": ()}
    given = from_series(series, start=start, phase_in=phase_in, counts=False, **told)
    values = _values(given, log)
    others = _beside(series, regressors)
    step = given.after.astype(float)
    matrix = np.column_stack([step, others])
    values = np.where(given.left_out, np.nan, values)  # the filter steps over a missing period
    if model == "structural":
        fit = _structural(values, matrix, season, given.per_year)
    else:
        fit = _arima(values, matrix, _order("order", order), _order("seasonal_order", seasonal_order), given.per_year)
    return _answer(given, fit, step, confidence, log, model)


def _values(series: ItsSeries, log: bool) -> Floats:
    if np.isnan(series.observed).any():
        raise TableError("a number for every period", forvantat="ett tal för varje period", column=series.outcome or "series")
    if log and (series.observed <= 0).any():
        raise TableError("numbers above 0 (or log=False)", forvantat="tal över noll (eller log=False)", got=0)
    return np.log(series.observed) if log else series.observed


def _beside(series: pd.Series, regressors: pd.DataFrame | None) -> Floats:
    if regressors is None:
        return np.empty((len(series), 0))
    table = is_table(regressors)
    if not table.index.equals(series.index):
        raise TableError("regressors of the same periods", forvantat="förklarande tal för samma perioder")
    columns = np.column_stack([numbers(table, name) for name in table])
    if np.isnan(columns).any():
        raise TableError("regressors without holes", forvantat="förklarande tal utan luckor")
    return columns


def _order(name: str, order: Sequence[int]) -> tuple[int, int, int]:
    if isinstance(order, str) or not isinstance(order, Sequence) or len(order) != 3:
        raise OptionError(name, order, ("three whole numbers, 0 or more",), tillatna=("tre heltal, noll eller mer",))
    first, second, third = (whole_number(name, value, 0) for value in order)
    return first, second, third


def _structural(values: Floats, matrix: Floats, season: str, per_year: int) -> Any:
    from statsmodels.tsa.statespace.structural import UnobservedComponents

    seasonal: dict[str, Any] = {} if season == "none" or per_year < 2 else {"seasonal": per_year}
    if seasonal:
        seasonal["stochastic_seasonal"] = season == "moving"
    return _fitted(UnobservedComponents(values, "local level", exog=matrix, **seasonal))


def _arima(values: Floats, matrix: Floats, order: tuple[int, int, int], seasonal: tuple[int, int, int], per_year: int) -> Any:
    from statsmodels.tsa.statespace.sarimax import SARIMAX

    between = (*seasonal, per_year) if any(seasonal) and per_year > 1 else (0, 0, 0, 0)
    constant = not (order[1] or between[1])
    matrix = np.column_stack([matrix, np.ones(len(values))]) if constant else matrix
    return _fitted(SARIMAX(values, exog=matrix, order=order, seasonal_order=between))


def _fitted(model: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a search that does not settle is told by the result's own reason
        return model.fit(disp=False, maxiter=500)


def _answer(given: ItsSeries, fit: Any, step: Floats, confidence: float, log: bool, model: str) -> EffectResult:
    names = list(fit.model.param_names)
    place = next(i for i, name in enumerate(names) if name in ("beta.x1", "x1"))
    estimate, error = float(fit.params[place]), float(fit.bse[place])
    half = float(scipy.special.ndtri(0.5 + confidence / 2)) * error
    p_value = float(2 * scipy.special.ndtr(-abs(estimate) / error)) if error > 0 else np.nan
    without = given.observed / np.exp(estimate * step) if log else given.observed - estimate * step
    late = given.after
    observed, expected = float(given.observed[late].sum()), float(without[late].sum())
    limits = (estimate, estimate + half, estimate - half)
    averted = [observed * float(np.expm1(-v)) for v in limits] if log else [-int(late.sum()) * v for v in limits]
    details: Mapping[str, Any] = {
        "fit": fit,
        "standard_error": error,
        "coefficients": dict(zip(names, map(float, fit.params), strict=True)),
        "observed": observed,
        "expected": expected,
        "periods": int(late.sum()),
    }
    table = pd.DataFrame(
        {
            "period": given.periods,
            "observed": given.observed,
            "counterfactual": without,
            "gap": given.observed - without,
            "after": given.after,
            "left_out": given.left_out,
        }
    )
    return EffectResult(
        method=f"its_{model}",
        scale=Scale.LOG_RATIO if log else Scale.DIFFERENCE,
        estimate=estimate,
        lower=estimate - half,
        upper=estimate + half,
        confidence=confidence,
        p_value=p_value,
        inference=Inference.MODEL,
        design_step=3,
        outcome=given.outcome,
        unit=Unit.EVENTS if log else Unit.INDEX,
        events=(averted[0], averted[1], averted[2]),
        cautions=("single_series", "uncalibrated"),
        reason=None if fit.mle_retvals["converged"] else "not_converged",
        diagnostics=Diagnostics(series=table, statistic=estimate / error, details=MappingProxyType(details)),
    )
