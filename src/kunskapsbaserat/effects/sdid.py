"""Synthetic difference in differences: areas that went the same way, and the times before the start that tell of the after."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kunskapsbaserat.effects.answers import without_answer
from kunskapsbaserat.effects.design import Design, for_design
from kunskapsbaserat.effects.did import LEAST_A_MONTH
from kunskapsbaserat.effects.matched_series import course_weights, matched, noise_of, usual_ridge
from kunskapsbaserat.effects.result import EffectResult
from kunskapsbaserat.effects.simplex import Products, weights_of
from kunskapsbaserat.effects.weighted_areas import WeightedAreas
from kunskapsbaserat.effects.weighted_result import early_reason, pool_of, result_of
from kunskapsbaserat.rates.keys import keyed

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_TIME_RIDGE = 1e-6  # of the noise: makes the time weights unique
_AT_A_TIME = 32 * 2**20  # bytes of time products held at once


@for_design
@keyed()
def sdid(design: Design, *, confidence: float = 0.95, power: float = 0.8, least_a_month: float = LEAST_A_MONTH) -> EffectResult:
    """The treated's change against a weighted mean of other areas' change, from weighted times before the start.

    The weights on areas make their course before the start parallel to the treated's, those on times make the time before the
    start like the time after it, among the areas compared with. The same is done for every comparable area.

    Parameters
    ----------
    design : Design
        What is compared. Several treated have the same start, and weights of their own each.
    confidence, power, least_a_month : float
        As in `did`.

    Returns
    -------
    EffectResult
        Log ratio for events, difference for others; reasons as in `did`. `diagnostics.details`: ``time_weights`` (Series by
        period, the first treated's) and, with differences, ``placebo_se`` (standard deviation of the placebos' estimates).

    Raises
    ------
    DesignError
        The start lies after the panel.
    OptionError
        As `did`.

    Notes
    -----
    Events are taken relative to each area's own rate before the start, and differences as ratios, so that the counterfactual is
    above 0: what came times (others after over others before). For other outcomes it is the estimator as published. Inference
    is by placebos, standardised for size (events) or by the placebos' own spread.

    References
    ----------
    Arkhangelsky D, Athey S, Hirshberg DA, Imbens GW, Wager S (2021). American Economic Review 111(12), 4088-4118.

    Examples
    --------
    >>> import numpy as np
    >>> from kunskapsbaserat.effects import Design, sdid
    >>> from kunskapsbaserat.simulate import effect_panels
    >>> rng = np.random.default_rng(5)
    >>> panel = effect_panels(rng, 1, units=60, months_before=36, effect=-0.5, n_treated=3, choice="large").table()
    >>> treated = panel.loc[panel["treated"], "area"].unique().tolist()
    >>> answer = sdid(Design(panel, outcome="count", treated=treated, start="2024-01"))
    >>> np.exp([answer.estimate, answer.lower, answer.upper]).round(2).tolist()  # rate ratio; the true one is 0.5
    [0.46, 0.36, 0.57]
    """
    compared = pool_of(design, least_a_month)
    reason = early_reason(design, compared, least_a_month)
    if reason:
        return without_answer(design, "sdid", reason, confidence)
    series = matched(design, compared, intercept=design.kind == "events", fitted=design.before)
    wanted = np.flatnonzero(series.used)
    before, after = series.course[:, design.before], series.course[:, design.after]
    ridge = usual_ridge(before[compared], n_treated=1, periods_after=after.shape[1])
    weights = np.zeros((len(compared), len(compared)))
    weights[wanted] = course_weights(before, compared, wanted, ridge=ridge, centred=True)
    times = np.zeros_like(before)
    times[wanted] = time_weights(before, after.mean(axis=1), compared, wanted)
    periods = design.data.periods[design.before]
    details: dict[str, Any] = {"time_weights": pd.Series(times[design.rows[0]], index=periods, name="weight"), "ridge": ridge}
    return result_of(
        design,
        "sdid",
        WeightedAreas(design, series, weights, times),
        confidence=confidence,
        power=power,
        details=details,
        spread_of="estimates",
        level_matched=False,
        usual=least_a_month == LEAST_A_MONTH,
    )


def time_weights(before: Floats, after: Floats, compared: Bools, wanted: NDArray[np.intp]) -> Floats:
    """For each wanted unit the weights on the periods before that make them like the time after, among the others.

    Parameters
    ----------
    before : array (units, periods)
        Before the start.
    after : array (units,)
        Mean over the time after.
    compared : bool array (units,)
        Units that the periods are compared in.
    wanted : int array (wanted,)
        Rows; a unit compared with is left out of its own.

    Returns
    -------
    array (wanted, periods)
    """
    number, periods = int(compared.sum()), before.shape[1]
    ridge = (_TIME_RIDGE * noise_of(before[compared])) ** 2
    x, y = before - before[compared].mean(axis=0), after - after[compared].mean()
    gram, linear = x[compared].T @ x[compared], x[compared].T @ y[compared]
    everyone = weights_of(gram, linear[None], np.ones((1, periods), dtype=bool), ridge=ridge * number)
    weights = np.empty((len(wanted), periods))
    step = max(_AT_A_TIME // (8 * periods**2), 1)
    for i in range(0, len(wanted), step):
        rows = wanted[i : i + step]
        out = np.where(compared[rows], number / (number - 1), 0.0)  # a unit taken out of sums about the mean
        grams = gram - out[:, None, None] * x[rows][:, :, None] * x[rows][:, None, :]
        linears = linear - (out * y[rows])[:, None] * x[rows]
        products = Products(grams, np.arange(len(rows)))
        others = number - compared[rows]
        free, near = np.ones(linears.shape, dtype=bool), np.repeat(everyone, len(rows), axis=0)
        weights[i : i + step] = weights_of(products, linears, free, ridge=ridge * others, near=near)
    return weights
