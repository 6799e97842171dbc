"""The series that weights are chosen for: as they are, or relative to each area's own level; and back again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kunskapsbaserat.effects.design import Design
from kunskapsbaserat.effects.ridge_weights import ridge_weights
from kunskapsbaserat.effects.simplex import one_thread, weights_of

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False, slots=True)
class Matched:
    """Series of all units, made comparable.

    Attributes
    ----------
    course : array (units, periods)
        What a weighted mean is taken of; 0 where a unit is not used or a period is left out.
    factor, level : arrays (units, periods), (units, 1)
        The outcome is ``factor * (course + level)``.
    used : bool array (units,)
        Units compared with, and those with the measure.
    compared : bool array (units,)
    fitted : bool array (periods,)
        Periods before the start that the weights are chosen on.
    """

    course: Floats
    factor: Floats
    level: Floats
    used: Bools
    compared: Bools
    fitted: Bools

    def outcome(self, values: Floats) -> Floats:
        """Series on the outcome's own scale; `values` (units, periods) on that of `course`."""
        return np.asarray(self.factor * (values + self.level))


def matched(design: Design, compared: Bools, *, intercept: bool, fitted: Bools) -> Matched:
    """The units' series.

    Parameters
    ----------
    design : Design
        Of any kind.
    compared : bool array (units,)
        Units that may have a weight.
    intercept : bool
        Events: each area's rate relative to its own mean rate before the start, so that only the course has to be like the
        others', not the level. Others: each area's distance to its own mean.
    fitted : bool array (periods,)
        Periods before the start that the weights are chosen on.
    """
    used = compared.copy()
    used[design.rows] = True
    kept = used[:, None] & (design.before | design.after)
    observed = np.where(kept, design.data.observed, 0.0)
    if design.kind == "events":
        exposure = np.where(kept, design.data.exposure, 1.0)
        rate = observed / exposure
        if not intercept:
            return Matched(rate, exposure, np.zeros((len(rate), 1)), used, compared, fitted)
        own = observed[:, fitted].sum(axis=1, keepdims=True) / exposure[:, fitted].sum(axis=1, keepdims=True)
        own = np.where(own > 0, own, 1.0)
        return Matched(rate / own, exposure * own, np.zeros_like(own), used, compared, fitted)
    level = observed[:, fitted].mean(axis=1, keepdims=True) if intercept else np.zeros((len(observed), 1))
    return Matched(np.where(kept, observed - level, 0.0), np.ones_like(observed), level, used, compared, fitted)


def noise_of(values: Floats) -> float:
    """Standard deviation of the first differences of the series (units, periods)."""
    return float(np.diff(values, axis=1).std(ddof=1))


def usual_ridge(values: Floats, *, n_treated: int, periods_after: int) -> float:
    """The penalty of synthetic difference in differences, from the series compared with before the start (units, periods).

    References
    ----------
    Arkhangelsky D, Athey S, Hirshberg DA, Imbens GW, Wager S (2021). American Economic Review 111(12), equation 5.
    """
    return float(np.sqrt(n_treated * periods_after) * noise_of(values) ** 2 * values.shape[1])


def course_weights(
    values: Floats, compared: Bools, wanted: NDArray[np.intp], *, ridge: float, centred: bool, near: Floats | None = None
) -> Floats:
    """For each wanted unit the weights on the others, to follow its course.

    Parameters
    ----------
    values : array (units, periods)
        Before the start.
    compared : bool array (units,)
        Units that may have a weight; a unit never has one in its own weights.
    wanted : int array (wanted,)
        Rows.
    ridge : float
        Penalty on the squared weights.
    centred : bool
        Whether a constant distance between the unit and the weighted mean is let be.
    near : array (wanted, units), optional
        Weights to start from.

    Returns
    -------
    array (wanted, units)
    """
    series = values - values.mean(axis=1, keepdims=True) if centred else values
    series = series - series[compared].mean(axis=0)  # weights that sum to one: nothing changes but the rounding
    allowed = donors_of(compared, wanted)
    if ridge > 0:
        with one_thread():
            nearest = ridge_weights(series, series[wanted], allowed, ridge=ridge, near=near)
        near = near if nearest is None else nearest
    gram = series @ series.T
    return weights_of(gram, gram[wanted], allowed, ridge=ridge, near=near)


def donors_of(compared: Bools, wanted: NDArray[np.intp]) -> Bools:
    """Who may have a weight for whom (wanted, units)."""
    return np.asarray(compared & (np.arange(len(compared)) != wanted[:, None]))
