"""Weights that match areas on predictors, and how much each predictor should count."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kunskapsbaserat.effects.design import Design
from kunskapsbaserat.effects.matched_series import donors_of
from kunskapsbaserat.effects.simplex import WeightedProducts, weights_of
from kunskapsbaserat.errors import OptionError, TableError

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

IMPORTANCE = ("nested", "uniform")
_SEED = 1286
_STARTS = 24  # importances tried at random, beside equal ones and each predictor nearly alone
_KEPT = 3  # of the starts, improved on their own
_TRIED = 6  # neighbours tried a round
_ROUNDS = 60
_LEAST = 1e-5  # importance of a predictor that counts for nothing
_TIE = 1e-6  # share of the outcome's course in the matching: decides between weights that match the predictors equally well
_AT_A_TIME = 4_000
_STEP = 2.0**-26  # of a numerical slope: root of the machine precision


def standardised_predictors(design: Design, predictors: pd.DataFrame, used: Bools) -> Floats:
    """Predictors of all units (units, predictors), each over its standard deviation among the units used; 0 for the others.

    Raises
    ------
    TableError
        A unit that is used has no row or a hole, or a predictor is the same everywhere.
    """
    table = predictors.set_axis(predictors.index.astype(str)).apply(pd.to_numeric, errors="coerce")
    if table.index.has_duplicates:
        twice = table.index[table.index.duplicated()][0]
        raise TableError("each unit once", forvantat="att varje område står en gång", row=twice)
    values = table.reindex(list(design.data.units)).to_numpy(dtype=float)
    holes = used[:, None] & ~np.isfinite(values)
    if holes.any():
        row, column = (int(i[0]) for i in np.nonzero(holes))
        raise TableError(
            "a number for every unit that is compared",
            forvantat="ett tal för varje område som jämförs",
            row=design.data.units[row],
            column=str(table.columns[column]),
        )
    spread = values[used].std(axis=0, ddof=1)
    if not (spread > 0).all():
        name = str(table.columns[int(np.argmin(spread))])
        raise TableError("a predictor that differs between units", forvantat="tal som skiljer sig mellan områden", column=name)
    return np.where(used[:, None], (values - values[used].mean(axis=0)) / spread, 0.0)


def predictor_weights(
    traits: Floats, outcome: Floats, compared: Bools, wanted: NDArray[np.intp], *, importance: str | Floats
) -> tuple[Floats, Floats]:
    """Weights of each wanted unit on the others, and the importance of the predictors that gave them.

    Parameters
    ----------
    traits : array (units, predictors)
        Standardised.
    outcome : array (units, periods)
        Before the start.
    compared : bool array (units,)
        Units that may have a weight.
    wanted : int array (wanted,)
        Rows.
    importance : {"nested", "uniform"} or array (predictors,)
        How it is chosen, or itself.

    Returns
    -------
    weights (wanted, units), importance (wanted, predictors; sums to one)

    Notes
    -----
    "nested": the importance with the smallest mean square of the gap before the start, looked for by an evolution strategy
    from several starts (the problem has local optima, and often no unique solution), always the same for the same data. No
    importance is below 1e-5, so that every predictor counts.
    Weights that match the predictors equally well are told apart by the outcome's course.
    """
    number = traits.shape[1]
    if isinstance(importance, str):
        if importance not in IMPORTANCE:
            raise OptionError("importance", importance, IMPORTANCE)
        if importance == "nested":
            return _nested(traits, outcome, compared, wanted)
        importance = np.ones(number)
    if importance.shape != (number,) or not (importance >= 0).all() or not 0 < importance.sum() < np.inf:
        allowed, tillatna = (*IMPORTANCE, f"{number} numbers, 0 or more"), (*IMPORTANCE, f"{number} tal, 0 eller mer")
        raise OptionError("importance", importance.tolist(), allowed, tillatna=tillatna)
    same = np.tile(importance / importance.sum(), (len(wanted), 1))
    return _told_apart(traits, outcome, compared, wanted, same), same


def classical_importance(traits: Floats, outcome: Floats, compared: Bools, treated: int) -> Floats:
    """The importance that the original search finds for one unit: down from equal importances, and from a regression's.

    Local searches (BFGS and Nelder-Mead) as in Abadie, Diamond and Hainmueller (2011), JSS 42(13). They stop at the nearest
    local optimum; "nested" mostly fits better, and worse only where a predictor comes to count for nothing here. For comparison
    with published figures.

    Parameters
    ----------
    traits, outcome, compared
        As in `predictor_weights`.
    treated : int
        Row.
    """
    from scipy.optimize import minimize

    wanted = np.array([treated])

    def misfits(importances: Floats) -> Floats:
        shares = np.abs(importances) / np.abs(importances).sum(axis=1, keepdims=True)
        return _misfit(traits, outcome, compared, wanted, shares[:, None])[0][:, 0]

    def misfit(importance: Floats) -> float:
        return float(misfits(importance[None])[0])

    def slope(importance: Floats) -> Floats:
        moved = importance + np.diag(np.where(importance < 0, -_STEP, _STEP))
        found = misfits(np.vstack([importance, moved]))
        return np.asarray((found[1:] - found[0]) / (np.diag(moved) - importance))

    used = compared.copy()
    used[treated] = True
    design = np.column_stack([np.ones(used.sum()), traits[used]])
    slopes = (np.linalg.pinv(design) @ outcome[used])[1:]
    regression = (slopes**2).sum(axis=1)
    equal = np.full(traits.shape[1], 1 / traits.shape[1])
    searches = [
        minimize(misfit, start, method=method, jac=jacobian)
        for start in (equal, regression / regression.sum())
        for method, jacobian in (("BFGS", slope), ("Nelder-Mead", None))
    ]
    best = min(searches, key=lambda found: float(found.fun))
    return np.asarray(np.abs(best.x) / np.abs(best.x).sum())


def _weights(traits: Floats, compared: Bools, wanted: NDArray[np.intp], importance: Floats) -> Floats:
    """Weights for given importances (wanted, predictors); among equally good ones, any."""
    linear = (traits[wanted] * importance) @ traits.T
    return weights_of(WeightedProducts(traits, importance), linear, donors_of(compared, wanted))


def _told_apart(traits: Floats, outcome: Floats, compared: Bools, wanted: NDArray[np.intp], importance: Floats) -> Floats:
    """Weights for given importances (wanted, predictors); among equally good ones, those that follow the outcome best."""
    course = (outcome - outcome[compared].mean(axis=0)) / max(float(outcome[compared].std(axis=0).mean()), 1e-300)
    everything = np.hstack([traits, course])
    ties = np.full((len(wanted), course.shape[1]), _TIE / course.shape[1])
    products = WeightedProducts(everything, np.hstack([importance, ties]))
    linear = (everything[wanted] * products.importance) @ everything.T
    return weights_of(products, linear, donors_of(compared, wanted))


def _misfit(
    traits: Floats, outcome: Floats, compared: Bools, wanted: NDArray[np.intp], importance: Floats
) -> tuple[Floats, Floats]:
    """Mean square of the gap before the start, and the weights, of every wanted unit under each of its candidates.

    `importance` is (candidates, wanted, predictors).
    """
    candidates, number = importance.shape[:2]
    rows, flat = np.tile(wanted, candidates), importance.reshape(candidates * number, -1)
    weights = np.empty((len(rows), len(compared)))
    for i in range(0, len(rows), _AT_A_TIME):
        part = slice(i, i + _AT_A_TIME)
        weights[part] = _weights(traits, compared, rows[part], flat[part])
    square = np.mean((outcome[rows] - weights @ outcome) ** 2, axis=1)
    return square.reshape(candidates, number), weights.reshape(candidates, number, -1)


def _nested(traits: Floats, outcome: Floats, compared: Bools, wanted: NDArray[np.intp]) -> tuple[Floats, Floats]:
    number = traits.shape[1]
    rng = np.random.default_rng([_SEED, number])  # the same moves for every unit, whichever others are asked for
    starts = np.vstack(
        [
            np.full((1, number), 1 / number),
            0.05 / number + 0.95 * np.eye(number),
            rng.dirichlet(np.ones(number), _STARTS // 2),
            rng.dirichlet(np.full(number, 0.3), _STARTS // 2),
        ]
    ).clip(_LEAST)
    tried = np.repeat(starts[:, None, :], len(wanted), axis=1)
    square, _ = _misfit(traits, outcome, compared, wanted, tried)
    order = np.argsort(square, axis=0)[:_KEPT]
    best_square = np.take_along_axis(square, order, axis=0)
    best = np.take_along_axis(tried, order[:, :, None], axis=0)
    reach = np.full(best_square.shape, 1.0)
    for _ in range(_ROUNDS):
        moves = rng.standard_normal((_TRIED, _KEPT, 1, number)) * (rng.random((_TRIED, _KEPT, 1, number)) < 0.5)
        tried = best * np.exp(reach[..., None] * moves)
        tried = (tried / tried.sum(axis=-1, keepdims=True)).clip(_LEAST)
        shape = (_TRIED * _KEPT, len(wanted), number)
        square = _misfit(traits, outcome, compared, wanted, tried.reshape(shape))[0].reshape(_TRIED, *best_square.shape)
        first = square.argmin(axis=0)
        square_here = np.take_along_axis(square, first[None], axis=0)[0]
        better = square_here < best_square
        chosen = np.take_along_axis(tried, first[None, :, :, None], axis=0)[0]
        best = np.where(better[..., None], chosen, best)
        best_square = np.where(better, square_here, best_square)
        reach = np.clip(np.where(better, reach * 1.3, reach * 0.85), 0.01, 3.0)
    finalists = np.concatenate([best, starts[:1, None] * np.ones((1, len(wanted), 1))])
    finalists /= finalists.sum(axis=-1, keepdims=True)
    weights = np.array([_told_apart(traits, outcome, compared, wanted, own) for own in finalists])
    misfit = np.mean((outcome[wanted] - weights @ outcome) ** 2, axis=-1)
    winner, everyone = misfit.argmin(axis=0), np.arange(len(wanted))
    return weights[winner, everyone], finalists[winner, everyone]
