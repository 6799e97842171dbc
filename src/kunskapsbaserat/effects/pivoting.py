"""Non-negative weights that sum to one, for problems that share a matrix: every weight of the wrong sign is exchanged at once.

Which series have a weight is guessed by a ridge regression of all problems together. Then, round by round, the series whose
weight is below 0 leave, those that would lower the sum of squares enter, and the weights are solved for again: a handful of
solutions, where the active-set method of `simplex` takes dozens of short steps, each with a solution of its own. Nothing says
that the rounds come to an end, nor which solution they end at where there are several, so the answer says of which problems it
is beyond doubt; the others are left to `simplex`.

References
----------
Portugal LF, Júdice JJ, Vicente LN (1994). A comparison of block pivoting and interior-point algorithms for linear least
squares problems with nonnegative variables. Mathematics of Computation 63(208), 625-643; here with the sum kept at one, and
with so many entering at a time at most.
"""

from __future__ import annotations

import numpy as np
import scipy
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_GUESSED = 20  # series with a weight at first, at most
_SHRUNK = 3.0  # the ridge of the guess, over the mean of the diagonal
_ENTER = 6  # series entered at a time at most
_ROUNDS = 30
_UNSURE = 1e8  # a weight so large where those of the problem are about one: series that explain each other
_TOLD = 1e3  # tolerances that a weight's part of the sum of squares is at least: one within it may be left out as well


def pivoted(gram: Floats, linear: Floats, allowed: Bools, extra: Floats, tolerance: Floats) -> tuple[Floats, Bools]:
    """Minimise ``w'Gw/2 - c'w + extra w'w/2``, and say of which problems the weights are the only ones beyond doubt.

    Parameters
    ----------
    gram : array (n, n)
        G.
    linear : array (problems, n)
        c.
    allowed : bool array (problems, n)
        Series that may have a weight; at least one for each problem.
    extra : array (problems,)
        Added to the diagonal.
    tolerance : array (problems,)
        Of the reduced gradient.

    Returns
    -------
    weights : array (problems, n)
    sure : bool array (problems,)
    """
    probe = np.abs(np.diagonal(gram)).max() * np.random.default_rng(1).standard_normal(len(gram))
    active = _guessed(gram, linear, allowed)
    weights, sure = np.zeros(linear.shape), np.zeros(len(linear), dtype=bool)
    open_ = np.arange(len(linear))
    for _ in range(_ROUNDS):
        used, nothing = active[open_], tolerance[open_, None]
        best, apart = _best(gram, linear[open_], extra[open_], used, probe)
        slope = best @ gram - linear[open_] + extra[open_, None] * best
        slope -= (slope * best).sum(axis=1, keepdims=True)
        slope[used | ~allowed[open_]] = np.inf
        leaving, entering = used & (best < 0), (slope < -nothing) & _largest(-slope, _ENTER)
        settled = ~(leaving | entering).any(axis=1)
        weights[open_[settled]] = best[settled]
        told = np.where(used, best * np.diagonal(gram), np.inf) > _TOLD * nothing
        sure[open_[settled]] = (apart & (slope > nothing).all(axis=1) & told.all(axis=1))[settled]
        active[open_] = (used & ~leaving) | entering
        open_ = open_[~settled]
        if not len(open_):
            break
    return weights, sure


def _guessed(gram: Floats, linear: Floats, allowed: Bools) -> Bools:
    """The allowed series with the largest positive weights by a ridge regression; at least one.

    A series that explains itself leaves the others what they would have without it, but for a common factor.
    """
    ridge = _SHRUNK * float(np.mean(np.diagonal(gram))) or 1.0
    likely = scipy.linalg.solve(gram + ridge * np.eye(len(gram)), linear.T, assume_a="pos").T
    likely = np.where(allowed, likely, -np.inf)
    guessed = _largest(likely, _GUESSED) & (likely > 0)
    guessed[np.arange(len(likely)), likely.argmax(axis=1)] = True
    return guessed


def _largest(values: Floats, number: int) -> Bools:
    """So many of the largest values of each row."""
    at = max(values.shape[1] - number, 0)
    return np.asarray(values >= np.partition(values, at, axis=1)[:, at, None])


def _best(gram: Floats, linear: Floats, extra: Floats, active: Bools, probe: Floats) -> tuple[Floats, Bools]:
    """The best weights of the active series, whatever their sign, and whether no active series explains another.

    Problems with equally many series are solved together. Where series explain each other, the system has next to no
    solution to equations that were not made from them, such as `probe`.
    """
    best, apart = np.zeros_like(linear), np.empty(len(linear), dtype=bool)
    numbers, series = active.sum(axis=1), np.nonzero(active)[1]
    first = np.cumsum(numbers) - numbers
    for number in np.unique(numbers):
        of = np.flatnonzero(numbers == number)
        index = series[first[of, None] + np.arange(number)]
        system = np.ones((len(of), number + 1, number + 1))
        system[:, :number, :number] = gram.take(index[:, :, None] * len(gram) + index[:, None, :])
        diagonal = np.einsum("kii->ki", system)  # a view
        diagonal[:, :number] += extra[of, None]
        diagonal[:, number] = 0.0
        right = np.ones((len(of), number + 1, 2))
        right[:, :number, 0] = linear[of[:, None], index]
        right[:, :number, 1] = probe[index]
        solution = np.linalg.solve(system, right)[:, :number]
        best[of[:, None], index] = solution[:, :, 0]
        apart[of] = np.abs(solution[:, :, 1]).max(axis=1) < _UNSURE
    return best, apart
