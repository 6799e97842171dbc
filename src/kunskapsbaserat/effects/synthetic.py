"""Synthetic control: the treated area beside a weighted mean of other areas that went the same way before the start."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kunskapsbaserat.effects.answers import check_one_treated, check_outcomes, without_answer
from kunskapsbaserat.effects.design import Design, for_design, period_of
from kunskapsbaserat.effects.did import LEAST_A_MONTH
from kunskapsbaserat.effects.matched_series import Matched, course_weights, matched, usual_ridge
from kunskapsbaserat.effects.result import EffectResult
from kunskapsbaserat.effects.synthetic_predictors import classical_importance, predictor_weights, standardised_predictors
from kunskapsbaserat.effects.weight_range import weight_range
from kunskapsbaserat.effects.weighted_areas import WeightedAreas
from kunskapsbaserat.effects.weighted_result import early_reason, pool_of, result_of
from kunskapsbaserat.errors import OptionError
from kunskapsbaserat.rates.keys import keyed

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@for_design
@keyed(predictors=())
def synthetic_control(
    design: Design,
    *,
    intercept: bool | None = None,
    ridge: float | str | None = None,
    predictors: pd.DataFrame | None = None,
    importance: str | Sequence[float] = "nested",
    fit_from: str | pd.Period | None = None,
    confidence: float = 0.95,
    power: float = 0.8,
    least_a_month: float = LEAST_A_MONTH,
) -> EffectResult:
    """The treated areas against weighted means of the comparable areas, with the same made for every comparable area.

    Each treated area has weights of its own, 0 or more and summing to one.

    Parameters
    ----------
    design : Design
        What is compared.
    intercept : bool, optional
        Compare courses and let the level differ: events are taken relative to the area's own rate before the start, other
        outcomes as distances from the area's own mean. Default: True for events, False (the classical method) for others.
    ridge : float or "usual", optional
        Penalty on the squared weights; "usual" is that of synthetic difference in differences. Default: "usual" for events,
        whose months are noisy, 0 (the classical method) for others. Not used with `predictors`.
    predictors : DataFrame, optional
        One row per unit (index: area codes), numbers without holes: the areas are matched on these instead of every period.
    importance : {"nested", "uniform"} or sequence of float
        Of the predictors: chosen (for each area) so that the weighted mean follows the outcome best before the start, equal, or
        as given.
    fit_from : str or Period, optional
        First period that the weights are chosen on; default the panel's first.
    confidence, power, least_a_month : float
        As in `did`.

    Returns
    -------
    EffectResult
        Log ratio for events, difference for others. Reasons as in `did`, and "bad_fit": the weighted mean misses the treated's
        level before the start, by more than a tenth (events) or half the treated's own standard deviation, so that the gap
        after it says nothing. `diagnostics.details`: ``pre_mspe``, ``pre_r_squared``, ``weight_range`` (DataFrame ``area
        lower upper`` where other weights fit as well, None where they are unique) and, with differences, ``p_rmspe_ratio``
        and ``ratio``.

    Raises
    ------
    DesignError
        The start lies after the panel.
    TableError
        Predictors are missing for an area.

    Notes
    -----
    For events the p-value is the place among the comparable areas, standardised for size as in `did`. For other outcomes each
    area's mean gap is divided by the root mean square of its gap before the start.

    References
    ----------
    Abadie A, Diamond A, Hainmueller J (2010). JASA 105(490), 493-505. Doudchenko N, Imbens GW (2016). NBER 22791 (intercept).

    Examples
    --------
    Half of b and half of c is a's own course before 2018; from then on a has one unit less:

    >>> import numpy as np
    >>> import pandas as pd
    >>> from kunskapsbaserat.effects import Design, synthetic_control
    >>> rng, years = np.random.default_rng(2), pd.period_range("2008", periods=12, freq="Y")
    >>> course = rng.normal(size=(6, 1)) + 0.3 * rng.normal(size=(6, 12)).cumsum(axis=1)
    >>> course[0] = (course[1] + course[2]) / 2 - 1.0 * (years >= "2018")
    >>> table = pd.DataFrame({"area": np.repeat(list("abcdef"), 12), "period": np.tile(years, 6), "y": course.ravel()})
    >>> answer = synthetic_control(Design(table, outcome="y", treated="a", start="2018", kind="index"))
    >>> round(answer.estimate, 2), answer.diagnostics.weights.round(2)[lambda weight: weight > 0].to_dict()
    (-1.0, {'b': 0.5, 'c': 0.5})
    >>> answer.reason  # with five others no p-value can be below 0.05
    'p_floor'
    """
    compared = pool_of(design, least_a_month)
    reason = early_reason(design, compared, least_a_month)
    if reason:
        return without_answer(design, "synthetic_control", reason, confidence)
    fitted = fitted_periods(design, fit_from)
    intercept = design.kind == "events" if intercept is None else intercept
    series = matched(design, compared, intercept=intercept, fitted=fitted)
    penalty = _penalty(design, series, ridge)
    wanted = np.flatnonzero(series.used)
    details: dict[str, Any] = {"intercept": intercept}
    if predictors is None:
        own_weights = course_weights(series.course[:, fitted], compared, wanted, ridge=penalty, centred=False)
        details |= {"ridge": penalty}
    else:
        traits = standardised_predictors(design, predictors, series.used)
        importances = importance if isinstance(importance, str) else np.asarray(importance, dtype=float)
        own_weights, shares = predictor_weights(traits, series.course[:, fitted], compared, wanted, importance=importances)
        names = [str(c) for c in predictors.columns]
        own = shares[np.isin(wanted, design.rows)].mean(axis=0)
        details |= {"importance": pd.Series(own, index=names, name="importance")}
    weights = np.zeros((len(compared), len(compared)))
    weights[wanted] = own_weights
    rows = design.rows
    if predictors is None and penalty == 0 and len(rows) == 1:
        details["weight_range"] = weight_range(design, series.course[:, fitted], compared, weights[rows[0]])
    return result_of(
        design,
        "synthetic_control",
        WeightedAreas(design, series, weights),
        confidence=confidence,
        power=power,
        details=details,
        usual=intercept
        and (ridge is None or ridge == "usual")
        and predictors is None
        and fit_from is None
        and least_a_month == LEAST_A_MONTH,
    )


@for_design
@keyed(predictors=())
def classical_search(design: Design, predictors: pd.DataFrame, *, fit_from: str | pd.Period | None = None) -> pd.Series:
    """The importance of each predictor that the original local search finds, to give `synthetic_control` as `importance`.

    Parameters
    ----------
    design : Design
        With one treated unit; the outcome is matched as it is, without intercept.
    predictors, fit_from
        As in `synthetic_control`.

    Returns
    -------
    Series
        By predictor; the importances sum to one.

    Raises
    ------
    DesignError
        "several_treated": more than one treated area.
    TableError
        Predictors are missing for an area.

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> from kunskapsbaserat.effects import Design, classical_search
    >>> rng, years = np.random.default_rng(2), pd.period_range("2008", periods=12, freq="Y")
    >>> size = np.array([1.0, 0.5, 1.5, 2.0, 3.0])  # what the course follows; the other predictor is noise
    >>> course = np.outer(size, np.linspace(1, 2, 12)) + 0.01 * rng.normal(size=(5, 12))
    >>> table = pd.DataFrame({"area": np.repeat(list("abcde"), 12), "period": np.tile(years, 5), "y": course.ravel()})
    >>> predictors = pd.DataFrame({"size": size, "noise": rng.normal(size=5)}, index=list("abcde"))
    >>> importance = classical_search(Design(table, outcome="y", treated="a", start="2018", kind="index"), predictors)
    >>> bool(importance["size"] > importance["noise"]), round(float(importance.sum()), 6)
    (True, 1.0)
    """
    check_one_treated(design)
    fitted = fitted_periods(design, fit_from)
    compared = pool_of(design, LEAST_A_MONTH)
    series = matched(design, compared, intercept=False, fitted=fitted)
    traits = standardised_predictors(design, predictors, series.used)
    importance = classical_importance(traits, series.course[:, fitted], compared, int(design.rows[0]))
    return pd.Series(importance, index=[str(c) for c in predictors.columns], name="importance")


@keyed(panel=())
def synthetic_outcomes(
    panel: pd.DataFrame, *, outcomes: Sequence[str], options: dict[str, Any] | None = None, **design: Any
) -> tuple[EffectResult, ...]:
    """`synthetic_control` of several outcomes of one measure, all placebos of all outcomes.

    Parameters
    ----------
    panel : DataFrame
        One row per unit and period, a column per outcome.
    outcomes : sequence of str
        Columns.
    options : dict, optional
        Of `synthetic_control`.
    **design
        The other arguments of `Design`.

    Returns
    -------
    tuple of EffectResult
        One per outcome, in the order of `outcomes`.

    Raises
    ------
    OptionError
        `outcomes` is no list of columns, or empty.

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> from kunskapsbaserat.effects import synthetic_outcomes
    >>> rng, years = np.random.default_rng(2), pd.period_range("2008", periods=12, freq="Y")
    >>> table = pd.DataFrame({"area": np.repeat(list("abcdef"), 12), "period": np.tile(years, 6)})
    >>> for name, step in (("theft", -1.0), ("worry", 0.0)):
    ...     course = rng.normal(size=(6, 1)) + 0.3 * rng.normal(size=(6, 12)).cumsum(axis=1)
    ...     course[0] = (course[1] + course[2]) / 2 + step * (years >= "2018")
    ...     table[name] = course.ravel()
    >>> answers = synthetic_outcomes(table, outcomes=["theft", "worry"], treated="a", start="2018", kind="index")
    >>> [(answer.outcome, round(answer.estimate, 2) + 0.0) for answer in answers]
    [('theft', -1.0), ('worry', 0.0)]
    """
    check_outcomes(outcomes)
    return tuple(synthetic_control(Design(panel, outcome=name, **design), **(options or {})) for name in outcomes)


def fitted_periods(design: Design, fit_from: str | pd.Period | None) -> Bools:
    """Periods before the start from `fit_from` on; at least two."""
    if fit_from is None:
        return design.before
    first = period_of(fit_from, design.data.periods, "fit_from")
    fitted = design.before & np.asarray(design.data.periods >= first)
    if fitted.sum() < 2:
        allowed, tillatna = (
            ("a period with at least two periods from it to the start",),
            ("en period minst två perioder före starten",),
        )
        raise OptionError("fit_from", fit_from, allowed, tillatna=tillatna)
    return np.asarray(fitted)


def _penalty(design: Design, series: Matched, ridge: float | str | None) -> float:
    ridge = ("usual" if design.kind == "events" else 0.0) if ridge is None else ridge
    if ridge == "usual":
        values = series.course[series.compared][:, series.fitted]
        return usual_ridge(values, n_treated=1, periods_after=int(design.after.sum()))
    if isinstance(ridge, str) or not 0 <= ridge < np.inf:
        raise OptionError("ridge", ridge, ("a number, 0 or more", "usual"), tillatna=("ett tal, 0 eller mer", "usual"))
    return float(ridge)
