"""How large would the treated's own drift have to be? Limits that hold when trends were not parallel (Rambachan and Roth 2023).

Before the start the treated have drifted from the others by so much from one period to the next. The limits say what is left of
the effect if the drift after the start was at most so many times (M-bar) the largest step before it.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Sequence

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from kunskapsbaserat.effects.staggered_means import MeanEffects
from kunskapsbaserat.errors import DesignError, OptionError
from kunskapsbaserat.rates.keys import keyed

Floats = NDArray[np.float64]

STEP = 40 / 999  # standard errors between the hypothesised effects, as in the authors' package
REACH = 20  # standard errors beyond 0, the estimate and the largest drift allowed: farther out nothing is accepted
MOST_HYPOTHESES = 5000
FIRST_STAGE = 0.1  # share of the error rate that is spent on the least favourable test before the conditional one
DRAWS = 4000
MOST_VERTICES = 20_000
_SEED = 2023


@keyed()
def relative_magnitudes(
    effects: MeanEffects,
    *,
    mbar: Sequence[float] = (0.5, 1.0, 1.5, 2.0),
    since_start: int = 0,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Limits of one period's effect under drifts of at most `mbar` times the largest step between periods before the start.

    Parameters
    ----------
    effects : MeanEffects
        Of kind "dynamic", from ``att_gt(..., base="universal")``.
    mbar : sequence of float
        0 or more. At 1 the drift after the start may be as large as the largest before it.
    since_start : int
        Which effect: periods since the start, 0 the first with the measure.
    confidence : float
        Of the limits.

    Returns
    -------
    DataFrame
        One row per `mbar`: ``mbar lower upper holds`` (the limits are on one side of 0), in the outcome's units. The largest
        `mbar` that holds is how much drift the conclusion stands. The limits are those of hypotheses on a grid whose step is
        1/25 of the effect's standard error, or wider where that would be more than 5 000 of them.

    Raises
    ------
    DesignError
        The effects are not by time since the start against one base period, there are fewer than two periods before the start,
        an effect lacks an error, or so many periods come after the start that the drifts cannot be searched.
    OptionError
        A negative `mbar`, or no effect of that time.

    References
    ----------
    Rambachan A, Roth J (2023). A more credible approach to parallel trends. Review of Economic Studies 90(5), 2555-2591.
    Andrews I, Roth J, Pakes A (2023). Inference for linear conditional moment inequalities. Review of Economic Studies 90(6).

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from kunskapsbaserat.effects import aggregate_effects, att_gt, relative_magnitudes
    >>> rng, years = np.random.default_rng(1), pd.period_range("2018", periods=6, freq="Y")
    >>> noise = rng.normal(0, 0.1, (40, 6)) - 1.0 * (np.arange(40) < 20)[:, None] * (years >= "2022")
    >>> table = pd.DataFrame({"area": np.repeat([f"{i:02}" for i in range(40)], 6), "period": np.tile(years, 40)})
    >>> table["y"] = noise.ravel()
    >>> cells = att_gt(table, outcome="y", starts={f"{i:02}": "2022" for i in range(20)}, base="universal")
    >>> relative_magnitudes(aggregate_effects(cells, "dynamic"), mbar=[1.0])["holds"].tolist()
    [True]
    """
    alpha = 1 - confidence
    if len(mbar) == 0 or not all(np.isfinite(m) and m >= 0 for m in mbar):
        raise OptionError("mbar", tuple(mbar), ("numbers, 0 or more",), tillatna=("tal, noll eller mer",))
    rows = _event_times(effects)
    before, after = rows[rows["by"] < -1], rows[rows["by"] >= 0]
    if since_start not in after["by"].tolist():
        allowed = tuple(str(int(e)) for e in after["by"])
        raise OptionError("since_start", since_start, allowed)
    kept = pd.concat([before, after])
    moved = effects.influence[:, kept.index.to_numpy()]
    weights = (after["by"] == since_start).to_numpy(dtype=float)
    estimates, covariance = kept["att"].to_numpy(dtype=float), moved.T @ moved / len(moved) ** 2
    limits = [robust_limits(estimates, covariance, len(before), weights, m, alpha) for m in mbar]
    table = pd.DataFrame(limits, columns=["lower", "upper"])
    return table.assign(mbar=list(mbar), holds=(table["lower"] > 0) | (table["upper"] < 0))[["mbar", "lower", "upper", "holds"]]


def _event_times(effects: MeanEffects) -> pd.DataFrame:
    rows = effects.rows if effects.kind == "dynamic" else effects.rows.iloc[:0]
    base = rows.loc[rows["by"] == -1, "att"] if len(rows) else pd.Series(dtype=float)
    others = rows[rows["by"] != -1] if len(rows) else rows
    early = int((others["by"] < -1).sum()) if len(rows) else 0
    if len(base) != 1 or base.iat[0] != 0 or early < 2 or not (others["standard_error"] > 0).all():
        raise DesignError(
            "no_event_study",
            "effects by time since the start against one base period, with errors and at least two periods before it",
            needed="aggregate_effects(att_gt(..., base='universal'), 'dynamic') with at least 10 treated areas",
            svenska="Det saknas effekter för varje tid före och efter starten, mot samma period, med felmarginaler.",
            behovs="Räkna med att_gt(base='universal'), aggregate_effects('dynamic') och minst 10 områden med åtgärden.",
        )
    if (np.diff(rows["by"]) != 1).any():
        raise DesignError(
            "gaps",
            "times since the start are missing",
            needed="consecutive periods",
            svenska="Tider saknas mellan de första och de sista.",
            behovs="Det behövs effekter för perioder i följd.",
        )
    return rows


def robust_limits(
    estimates: Floats, covariance: Floats, before: int, weights: Floats, mbar: float, alpha: float
) -> tuple[float, float]:
    """Lower and upper limit of ``weights @ effects`` after the start, by the hybrid conditional test.

    Parameters
    ----------
    estimates, covariance : arrays (periods,), (periods, periods)
        In time order, the reference (the last period before the start) left out.
    before : int
        How many of them are before the start.
    weights : array (periods after,)
        Of the effects after the start in the one asked for.
    mbar : float
        As in `relative_magnitudes`.
    alpha : float
        Error rate of each hypothesis.

    Returns
    -------
    (float, float)
        NaN where no hypothesis is accepted.
    """
    grid = _hypotheses(estimates, covariance, before, weights, mbar)
    accepted = np.zeros(len(grid), dtype=bool)
    for step, sign in itertools.product(range(before), (1.0, -1.0)):
        accepted |= _accepted(grid, estimates, covariance, _bounds(before, len(weights), step, sign, mbar), weights, alpha)
    if not accepted.any():
        return np.nan, np.nan
    return float(grid[accepted].min()), float(grid[accepted].max())


def _hypotheses(estimates: Floats, covariance: Floats, before: int, weights: Floats, mbar: float) -> Floats:
    """Effects on a grid that reaches beyond 0, the estimate and what the drift allowed can move it."""
    error = float(np.sqrt(weights @ covariance[before:, before:] @ weights))
    steps = np.diff(np.concatenate([np.eye(before), np.zeros((1, before))]), axis=0)
    errors = np.sqrt(np.diag(steps @ covariance[:before, :before] @ steps.T))
    periods = np.abs(weights) @ np.arange(1, len(weights) + 1)
    farthest = REACH * error + mbar * periods * float((np.abs(steps @ estimates[:before]) + 6 * errors).max())
    estimate = float(weights @ estimates[before:])
    low, high = min(estimate, 0) - farthest, max(estimate, 0) + farthest
    return np.linspace(low, high, min(int((high - low) / (STEP * error)) + 1, MOST_HYPOTHESES))


def _bounds(before: int, after: int, step: int, sign: float, mbar: float) -> Floats:
    """Rows of ``bounds @ drift <= 0``: each step after the start is at most `mbar` times the signed step before it."""
    whole = np.diff(np.eye(before + 1 + after), axis=0)
    steps = np.delete(whole, before, axis=1)  # the reference's drift is 0
    largest = mbar * sign * steps[step]
    late = steps[before:]
    return np.concatenate([late - largest, -late - largest])


def _accepted(
    grid: Floats, estimates: Floats, covariance: Floats, bounds: Floats, weights: Floats, alpha: float
) -> NDArray[np.bool_]:
    """Which hypothesised effects no combination of the bounds refuses."""
    late = bounds[:, -len(weights) :]
    turned = late @ np.linalg.inv(_with_first_row(weights))  # the effect asked for first, the others beside it
    spread = bounds @ covariance @ bounds.T
    vertices = _vertices(turned[:, 1:], np.sqrt(np.diag(spread)))
    drawn = _standard_normal(len(covariance)) @ (bounds @ _root(covariance)).T
    least_favourable = float(np.quantile((drawn @ vertices.T).max(axis=1), 1 - FIRST_STAGE * alpha))
    moments = (bounds @ estimates)[None] - grid[:, None] * turned[:, 0][None]
    values = moments @ vertices.T
    best = values.argmax(axis=1)
    refused = values.max(axis=1) > least_favourable
    level = 1 - alpha * (1 - FIRST_STAGE) / (1 - FIRST_STAGE * alpha)
    for vertex in np.unique(best[~refused]):
        here = np.flatnonzero((best == vertex) & ~refused)
        critical = _critical(values[here], vertices, vertex, spread, least_favourable, level)
        refused[here] = values[here, vertex] > np.maximum(critical, 0)
    return np.asarray(~refused)


def _root(covariance: Floats) -> Floats:
    """A matrix whose square is the covariance, which may be singular where there are more effects than areas."""
    values, vectors = np.linalg.eigh(covariance)
    root: Floats = vectors * np.sqrt(np.maximum(values, 0))
    return root


@functools.cache
def _standard_normal(size: int) -> Floats:
    """The same draws for every hypothesis and bound, so that the limits are smooth in M-bar."""
    return np.random.default_rng(_SEED).normal(size=(DRAWS, size))


def _with_first_row(weights: Floats) -> Floats:
    """An invertible matrix whose first row is the weights."""
    rows = np.eye(len(weights))
    rows[int(np.abs(weights).argmax())] = rows[0]
    rows[0] = weights
    return rows


def _vertices(beside: Floats, errors: Floats) -> Floats:
    """The combinations of moments, of standard size together, in which the effects beside fall out."""
    count, size = len(errors), beside.shape[1] + 1
    if math.comb(count, size) > MOST_VERTICES:
        raise DesignError(
            "many_periods",
            f"{count // 2} periods after the start",
            needed="at most 8: leave the later ones out of the table",
            svenska=f"Det finns {count // 2} perioder efter starten, och så många drifter går inte att söka igenom.",
            behovs="Det behövs högst 8. Ta bort de senare ur tabellen.",
        )
    found = []
    for chosen in itertools.combinations(range(count), size):
        system = np.vstack([beside[list(chosen)].T, errors[list(chosen)]])
        if np.linalg.matrix_rank(system) < size:
            continue
        solution = np.linalg.solve(system, np.eye(size)[-1])
        if (solution >= -1e-12).all():
            vertex = np.zeros(count)
            vertex[list(chosen)] = np.maximum(solution, 0)
            found.append(vertex)
    return np.unique(np.round(np.array(found), 12), axis=0)


def _critical(values: Floats, vertices: Floats, vertex: int, spread: Floats, ceiling: float, level: float) -> Floats:
    """Quantile of the chosen combination given that it was the largest, for each hypothesis (rows of `values`)."""
    direction = spread @ vertices[vertex]
    variance = float(vertices[vertex] @ direction)
    slope = vertices @ direction / variance  # how the others move with the chosen
    rest = values - slope * values[:, [vertex]]
    with np.errstate(divide="ignore", invalid="ignore"):
        meets = rest / (1 - slope)
    slower, faster = slope < 1 - 1e-9, slope > 1 + 1e-9
    low = np.where(slower, meets, -np.inf).max(axis=1)
    high = np.minimum(np.where(faster, meets, np.inf).min(axis=1), ceiling)
    deviation = np.sqrt(variance)
    above_low, above_high = scipy.special.ndtr(-low / deviation), scipy.special.ndtr(-high / deviation)
    tail = (1 - level) * above_low + level * above_high
    critical: Floats = np.where(tail > 0, -scipy.special.ndtri(np.maximum(tail, 1e-300)) * deviation, low)
    return critical
