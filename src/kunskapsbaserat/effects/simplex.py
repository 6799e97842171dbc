"""Non-negative weights of least squares, for very many problems at once: an active-set method that shares one Gram matrix.

The placebos of a synthetic control are as many least-squares problems as there are areas, all made from the same series. They
differ only in which series is explained, so the products of all series with each other are worked out once, and every problem
picks its own rows and columns. Where all problems share one matrix, `pivoting` solves most of them in a few steps first.

References
----------
Lawson CL, Hanson RJ (1974). Solving least squares problems. Prentice-Hall. Chapter 23; here with several variables entered at
a time, and with the sum of the weights kept at one by a Lagrange multiplier.
"""

from __future__ import annotations

import functools
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kunskapsbaserat.effects.pivoting import pivoted

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Places = NDArray[np.intp]

_TOLERANCE = 1e-10  # of the reduced gradient, relative to the size of the problem
_JITTER = 1e-13  # added to the diagonal, relative: keeps equal series apart, far below any figure printed
_ROUNDS = 2_000
_ENTER = 6  # variables entered at a time at most


@dataclass(frozen=True, eq=False, slots=True)
class Products:
    """Products of the explaining series with each other: whole matrices, one or one for each group of problems.

    Attributes
    ----------
    gram : array (grams, n, n)
    which : int array (problems,)
        The matrix of each problem.
    """

    gram: Floats
    which: Places

    @property
    def diagonal(self) -> Floats:
        """Of each problem (problems, n)."""
        return np.asarray(np.diagonal(self.gram, axis1=1, axis2=2)[self.which])

    def times(self, problems: Places, weights: Floats) -> Floats:
        """The matrix times the weights of these problems (problems, n)."""
        if len(self.gram) == 1:
            return np.asarray(weights @ self.gram[0])
        which = self.which[problems]
        if 2 * len(self.gram) > len(which):  # hardly two problems a matrix
            return np.asarray(np.matmul(weights[:, None, :], self.gram[which])[:, 0, :])
        products = np.empty_like(weights)
        for g in np.unique(which):
            products[which == g] = weights[which == g] @ self.gram[g]
        return products

    def block(self, problems: Places, index: Places) -> Floats:
        """Rows and columns `index` (problems, m) of each problem's matrix: (problems, m, m)."""
        n = self.gram.shape[1]
        flat = ((self.which[problems] * n)[:, None] + index) * n
        return np.asarray(self.gram.reshape(-1).take(flat[:, :, None] + index[:, None, :]))


@dataclass(frozen=True, eq=False, slots=True)
class WeightedProducts:
    """Products in which each problem gives the traits an importance of its own: ``X diag(importance) X'``.

    Attributes
    ----------
    traits : array (n, traits)
    importance : array (problems, traits)
    """

    traits: Floats
    importance: Floats

    @property
    def diagonal(self) -> Floats:
        """Of each problem (problems, n)."""
        return np.asarray(self.importance @ (self.traits**2).T)

    def times(self, problems: Places, weights: Floats) -> Floats:
        """The matrix times the weights of these problems (problems, n)."""
        return np.asarray((weights @ self.traits * self.importance[problems]) @ self.traits.T)

    def block(self, problems: Places, index: Places) -> Floats:
        """Rows and columns `index` (problems, m) of each problem's matrix: (problems, m, m)."""
        chosen = self.traits[index]
        return np.asarray((chosen * self.importance[problems][:, None, :]) @ chosen.transpose(0, 2, 1))


def weights_of(
    products: Floats | Products | WeightedProducts,
    linear: Floats,
    allowed: Bools,
    *,
    ridge: ArrayLike = 0.0,
    sum_to_one: bool = True,
    near: Floats | None = None,
) -> Floats:
    """Minimise ``w'Gw/2 - c'w + ridge w'w/2`` over non-negative weights of each problem.

    Parameters
    ----------
    products : array (n, n), Products or WeightedProducts
        G, of the explaining series with each other.
    linear : array (problems, n)
        c, their products with the series to explain.
    allowed : bool array (problems, n)
        Series that may have a weight; at least one for each problem.
    ridge : array_like (problems,)
        Penalty on the squared weights.
    sum_to_one : bool
        Whether the weights sum to one (a synthetic control) or are only non-negative.
    near : array (problems, n), optional
        Weights of like problems to start from, for speed alone; those not allowed are taken out.

    Returns
    -------
    array (problems, n)
        Exact up to rounding, 0 where not allowed. With series that explain each other the weights need not be unique; then
        these are one solution.
    """
    ridge = np.broadcast_to(np.asarray(ridge, dtype=float), len(linear))
    with one_thread():
        if isinstance(products, np.ndarray):
            return _of_one_matrix(products, linear, allowed, ridge, sum_to_one, near)
        return _weights_of(products, linear, allowed, ridge, sum_to_one, near)


def one_thread() -> AbstractContextManager[Any]:
    """Many small systems of equations are solved one after the other: threads within each only wait for each other.

    On a machine with other work they made this a hundred times slower.
    """
    limit: AbstractContextManager[Any] = _controller().limit(limits=1, user_api="blas")
    return limit


@functools.cache
def _controller() -> Any:
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


def _of_one_matrix(
    gram: Floats, linear: Floats, allowed: Bools, ridge: Floats, sum_to_one: bool, near: Floats | None
) -> Floats:
    """By pivoting where that leaves no doubt, else by the active-set method, which has one answer where there are several."""
    weights, sure = np.zeros(linear.shape), np.zeros(len(linear), dtype=bool)
    if sum_to_one and near is None:
        scale, extra = _sizes(linear, np.diagonal(gram), ridge)
        weights, sure = pivoted(gram, linear, allowed, extra, _TOLERANCE * scale)
    if not sure.all():
        rest = ~sure
        products = Products(gram[None], np.zeros(int(rest.sum()), dtype=np.intp))
        start = None if near is None else near[rest]
        weights[rest] = _weights_of(products, linear[rest], allowed[rest], ridge[rest], sum_to_one, start)
    return weights


def _sizes(linear: Floats, diagonal: Floats, ridge: Floats) -> tuple[Floats, Floats]:
    """What each problem's tolerance is relative to, and what is added to its diagonal."""
    scale = np.maximum(np.abs(linear).max(axis=1), diagonal.max(axis=-1)) + ridge
    return scale, ridge + _JITTER * scale


def _weights_of(
    products: Products | WeightedProducts,
    linear: Floats,
    allowed: Bools,
    ridge: Floats,
    sum_to_one: bool,
    near: Floats | None,
) -> Floats:
    problems, n = linear.shape
    diagonal = products.diagonal
    scale, extra = _sizes(linear, diagonal, ridge)
    weights, active = np.zeros((problems, n)), np.zeros((problems, n), dtype=bool)
    if near is not None:
        weights = np.where(allowed, near, 0.0)
        if sum_to_one:
            weights[~weights.any(axis=1)] = 1.0
            weights = np.where(allowed, weights, 0.0)
            weights /= weights.sum(axis=1, keepdims=True)
        active = weights > 0
        slope = products.times(np.arange(problems), weights) - linear + extra[:, None] * weights
        if sum_to_one:
            slope -= (slope * weights).sum(axis=1, keepdims=True)
        moving = (np.abs(np.where(active, slope, 0.0)) > _TOLERANCE * scale[:, None]).any(axis=1)
        _settle(products, linear, extra, weights, active, np.flatnonzero(moving), sum_to_one)
    elif sum_to_one:
        alone = np.where(allowed, diagonal / 2 - linear, np.inf)
        nearest = alone.argmin(axis=1)
        weights[np.arange(problems), nearest] = 1.0
        active[np.arange(problems), nearest] = True
    open_ = np.arange(problems)
    for _ in range(_ROUNDS):
        slope = products.times(open_, weights[open_]) - linear[open_] + extra[open_, None] * weights[open_]
        if sum_to_one:
            slope -= (slope * weights[open_]).sum(axis=1, keepdims=True)
        slope = np.where(allowed[open_] & ~active[open_], slope, 0.0)
        entering = slope < -_TOLERANCE * scale[open_, None]
        unfinished = entering.any(axis=1)
        open_ = open_[unfinished]
        if not len(open_):
            break
        steepest = np.argpartition(slope[unfinished], min(_ENTER, n - 1), axis=1)[:, :_ENTER]
        chosen = np.zeros((len(open_), n), dtype=bool)
        np.put_along_axis(chosen, steepest, True, axis=1)
        active[open_] |= chosen & entering[unfinished]
        _settle(products, linear, extra, weights, active, open_, sum_to_one)
    return weights


def _settle(
    products: Products | WeightedProducts,
    linear: Floats,
    extra: Floats,
    weights: Floats,
    active: Bools,
    open_: Places,
    sum_to_one: bool,
) -> None:
    """Move each problem towards the best weights of its active series, dropping those that would go below 0."""
    left = open_
    while len(left):
        best = _best(products, left, linear[left], extra[left], active[left], sum_to_one)
        now, used = weights[left], active[left]
        outside = used & (best <= 0)
        with np.errstate(divide="ignore", invalid="ignore"):
            share = np.where(outside, now / (now - best), np.inf)
        share = np.where(np.isnan(share), 0.0, share)
        step = np.minimum(share.min(axis=1), 1.0)
        moved = now + step[:, None] * (best - now)
        blocked = outside & (share <= step[:, None])
        moved[blocked | ~used] = 0.0
        weights[left] = moved
        active[left] = used & ~blocked
        left = left[outside.any(axis=1)]


def _best(
    products: Products | WeightedProducts, problems: Places, linear: Floats, extra: Floats, active: Bools, sum_to_one: bool
) -> Floats:
    """The least-squares weights of the active series, whatever their sign (problems, n)."""
    rows, columns = np.nonzero(active)
    counts = active.sum(axis=1)
    most = int(counts.max())
    place = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
    index = np.zeros((len(problems), most), dtype=np.intp)
    index[rows, place] = columns
    used = np.arange(most) < counts[:, None]
    system = np.zeros((len(problems), most + sum_to_one, most + sum_to_one))
    system[:, :most, :most] = products.block(problems, index) * (used[:, :, None] & used[:, None, :])
    diagonal = np.arange(most)
    system[:, diagonal, diagonal] += np.where(used, extra[:, None], 1.0)
    right = np.zeros((len(problems), most + sum_to_one, 1))
    right[:, :most, 0] = np.where(used, np.take_along_axis(linear, index, axis=1), 0.0)
    if sum_to_one:
        system[:, :most, most] = system[:, most, :most] = used
        right[:, most, 0] = 1.0
    solution = np.linalg.solve(system, right)[:, :most, 0]
    best = np.zeros_like(linear)
    best[rows, columns] = solution[rows, place]
    return best
