"""The effect on one cohort in one period among areas that differ: a propensity and a prognosis, of which one may be wrong."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

FARTHEST = 0.999  # a propensity above this says that nobody like the treated is left to compare with
TRIMMED_FROM = 0.995  # areas without the measure that are as likely as this to have it would outweigh all others
ROUNDS = 100


@dataclass(frozen=True, eq=False, slots=True)
class DoublyRobust:
    """Effect on the treated and how much each area moves it.

    Attributes
    ----------
    att : float
        NaN with a reason.
    influence : array (areas,)
        Mean 0; the error is its root mean square divided by the root of the number of areas.
    reason : str or None
        "few_compared" (no more areas without the measure than terms) or "no_overlap" (the covariates tell the treated apart).
    """

    att: float
    influence: Floats
    reason: str | None = None


def doubly_robust(change: Floats, treated: Bools, covariates: Floats) -> DoublyRobust:
    """Sant'Anna and Zhao's estimator for a panel: logit propensity and least squares among the areas without the measure.

    Parameters
    ----------
    change : array (areas,)
        Outcome in the later period less that in the earlier one.
    treated : array of bool (areas,)
        The others are compared with.
    covariates : array (areas, terms)
        Without a constant, which is added.

    Returns
    -------
    DoublyRobust

    References
    ----------
    Sant'Anna PHC, Zhao J (2020). Doubly robust difference-in-differences estimators. Journal of Econometrics 219(1), 101-122.

    Examples
    --------
    >>> import numpy as np
    >>> size = np.array([1.0, 2.0, 3.0, 4.0, 1.5, 2.5, 3.5, 4.5])
    >>> has_it = np.array([False, True, False, True, False, True, False, False])
    >>> round(doubly_robust(0.5 * size + 2.0 * has_it, has_it, size[:, None]).att, 6)
    2.0
    """
    terms = np.column_stack([np.ones(len(change)), covariates])
    nothing = np.zeros(len(change))
    if (~treated).sum() <= terms.shape[1] or np.linalg.matrix_rank(terms[~treated]) < terms.shape[1]:
        return DoublyRobust(np.nan, nothing, "few_compared")
    d = treated.astype(float)
    propensity, information = _logit(terms, d)
    if information is None or propensity[treated].max() > FARTHEST:
        return DoublyRobust(np.nan, nothing, "no_overlap")
    odds = np.where(propensity < TRIMMED_FROM, propensity / (1 - propensity), 0.0) * (1 - d)
    prognosis, moves_prognosis = _least_squares(terms, change, 1 - d)
    left = change - terms @ prognosis
    own, others = d / d.mean(), odds / odds.mean()
    gain_own, gain_others = float((own * left).mean()), float((others * left).mean())
    moves_odds = ((d - propensity)[:, None] * terms) @ information
    of_own = own * (left - gain_own) - moves_prognosis @ (own[:, None] * terms).mean(axis=0)
    of_others = others * (left - gain_others) + moves_odds @ ((others * (left - gain_others))[:, None] * terms).mean(axis=0)
    of_others -= moves_prognosis @ (others[:, None] * terms).mean(axis=0)
    return DoublyRobust(gain_own - gain_others, of_own - of_others)


def _logit(terms: Floats, d: Floats) -> tuple[Floats, Floats | None]:
    """Fitted probabilities and the inverse of the mean information; None where the likelihood has no maximum."""
    coefficients = np.zeros(terms.shape[1])
    for _ in range(ROUNDS):
        fitted = 1 / (1 + np.exp(-np.clip(terms @ coefficients, -30, 30)))
        information = (terms * (fitted * (1 - fitted))[:, None]).T @ terms / len(d)
        if np.linalg.cond(information) > 1 / np.finfo(float).eps:
            return fitted, None
        step = np.linalg.solve(information, terms.T @ (d - fitted) / len(d))
        coefficients = coefficients + step
        if np.abs(step).max() < 1e-10 * (1 + np.abs(coefficients).max()):
            return fitted, np.asarray(np.linalg.inv(information), dtype=float)
    return fitted, None


def _least_squares(terms: Floats, change: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Coefficients, and how much each area moves them."""
    inverse = np.linalg.inv((terms * weights[:, None]).T @ terms / len(change))
    coefficients = inverse @ (terms.T @ (weights * change)) / len(change)
    moves: Floats = ((weights * (change - terms @ coefficients))[:, None] * terms) @ inverse
    return coefficients, moves
