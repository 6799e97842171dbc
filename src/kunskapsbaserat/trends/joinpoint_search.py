"""Where do straight lines bend best? The exhaustive search of joinpoint regression, for many series at once.

A model with k joinpoints adds k hinges max(0, x - x_j) to a straight line. After the line is projected out, adding a last
hinge lowers the sum of squares by the squared product of the series with one unit vector: the hinge less what the line
and the earlier hinges explain. So all placements and all series meet in one matrix product, and a permutation test of
thousands of series takes parts of a second.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kunskapsbaserat.errors import OptionError

Floats = NDArray[np.floating[Any]]

MOST_PLACEMENTS = 5_000_000
_CHUNK = 256  # placements a matrix product, so that it stays in the processor's cache
_SINGLE = 1e-4  # of a series' sum of squares: a hundred times what single precision can be wrong by
_BLOCK = 256  # series a matrix product
_KEPT = 16_000_000  # numbers; larger sets of directions are computed again for every block


@dataclass(frozen=True, slots=True)
class Best:
    """Per number of joinpoints (rows, from 0) and series (columns): lowest sum of squares, and where it is reached."""

    sse: Floats  # (kmax + 1, series)
    positions: tuple[NDArray[np.intp], ...]  # for each k: (k, series), indices into x


class Grid:
    """All allowed placements of up to `most` joinpoints on the points `x`, with optional square-root weights."""

    def __init__(self, x: Floats, most: int, *, to_end: int, between: int, root_weights: Floats | None = None) -> None:
        self.root = np.ones(len(x)) if root_weights is None else root_weights
        line = np.column_stack([np.ones(len(x)), x]) * self.root[:, None]
        self.line = np.linalg.qr(line)[0]
        self.candidates = np.arange(to_end, len(x) - to_end)
        hinges = np.maximum(0, x[:, None] - x[self.candidates]) * self.root[:, None]
        self.hinges = (hinges - self.line @ (self.line.T @ hinges)).T
        self.gram = self.hinges @ self.hinges.T
        self.levels = self._levels(most, between + 1)
        self.most = len(self.levels)
        self._kept: dict[tuple[int, np.dtype[Any]], Floats] = {}
        self._kept_families: dict[tuple[int, np.dtype[Any]], list[tuple[NDArray[np.intp], Floats]]] = {}

    def _levels(self, most: int, gap: int) -> list[tuple[NDArray[np.intp], NDArray[np.intp]]]:
        """For each k: the placements (rows of candidate numbers, in order) and the row of each one's first k - 1."""
        levels: list[tuple[NDArray[np.intp], NDArray[np.intp]]] = []
        before = np.empty((1, 0), dtype=np.intp)
        for k in range(most):
            first = before[:, -1] + gap if k else np.zeros(1, dtype=np.intp)
            many = np.maximum(len(self.candidates) - first, 0)
            if many.sum() > MOST_PLACEMENTS:
                raise OptionError(
                    "max_joinpoints",
                    most,
                    [f"at most {k} for a series of this length"],
                    tillatna=[f"högst {k} för en så lång serie"],
                )
            if many.sum() == 0:
                break
            parent = np.repeat(np.arange(len(before)), many)
            start = np.repeat(np.cumsum(many) - many, many)
            last = np.arange(many.sum()) - start + first[parent]
            before = np.column_stack([before[parent], last])
            levels.append((before, parent))
        return levels

    def _directions(self, rows: NDArray[np.intp]) -> Floats:
        """Unit vector per placement: its last hinge less what the line and its other hinges explain."""
        earlier, last = rows[:, :-1], rows[:, -1]
        vector = self.hinges[last]
        if earlier.shape[1]:
            inner = self.gram[earlier[:, :, None], earlier[:, None, :]]
            weights = np.linalg.solve(inner, self.gram[earlier, last[:, None]][..., None])[..., 0]
            for column in range(earlier.shape[1]):
                vector = vector - weights[:, column, None] * self.hinges[earlier[:, column]]
        directions: Floats = vector / np.linalg.norm(vector, axis=1, keepdims=True)
        return directions

    def _vectors(self, k: int, start: int, end: int, kind: np.dtype[Any]) -> Floats:
        rows = self.levels[k][0]
        if len(rows) * self.hinges.shape[1] > _KEPT:
            return self._directions(rows[start:end]).astype(kind, copy=False)
        if (k, kind) not in self._kept:
            self._kept[k, kind] = self._directions(rows).astype(kind, copy=False)
        return self._kept[k, kind][start:end]

    def search(self, series: Floats, *, most: int | None = None) -> Best:
        """The best placement of every number of joinpoints for every column of `series` (n, m)."""
        most = self.most if most is None else min(most, self.most)
        residual = self._residual(series)
        total = np.einsum("ij,ij->j", residual, residual)
        sse = np.empty((most + 1, residual.shape[1]))
        sse[0] = total
        positions = [np.empty((k, residual.shape[1]), dtype=np.intp) for k in range(most + 1)]
        for block in self._blocks(residual.shape[1]):
            gains: Floats = np.zeros((1, residual[:, block].shape[1]))
            for k in range(most):
                gains = self._gains(k, residual[:, block], gains)
                best = gains.argmax(axis=0)
                sse[k + 1, block] = total[block] - np.take_along_axis(gains, best[None], axis=0)[0]
                positions[k + 1][:, block] = self.candidates[self.levels[k][0][best]].T
        return Best(np.maximum(sse, 0), tuple(positions))

    def sums_of_squares(self, series: Floats, *, wanted: tuple[int, ...]) -> Floats:
        """Only the lowest sums of squares (len(wanted), m), without the placements."""
        return self._sums_of_squares(self._residual(series), wanted)

    def reaching(self, series: Floats, ratio: float, *, null: int, alternative: int) -> NDArray[np.bool_]:
        """In which series `alternative` joinpoints lower the sum of squares below that of `null` by at least this ratio: (m,).

        A permutation test needs no more. Single precision tells nearly all of them at half the price, and double precision
        those that lie nearer to the ratio than single precision can tell.
        """
        residual = self._residual(series)
        length = np.sqrt(np.einsum("ij,ij->j", residual, residual))
        scaled = np.divide(residual, length, out=np.zeros_like(residual), where=length > 0)
        before, after = self._sums_of_squares(scaled.astype(np.float32), (null, alternative)).astype(float)
        reached = np.asarray(before - ratio * after >= 0)
        near = np.abs(before - ratio * after) <= _SINGLE * (1 + ratio)
        if near.any():
            before, after = self._sums_of_squares(residual[:, near], (null, alternative))
            reached[near] = before / np.maximum(after, np.finfo(float).tiny) >= ratio
        return reached

    def _sums_of_squares(self, residual: Floats, wanted: tuple[int, ...]) -> Floats:
        """Of what the line leaves of each series, in the precision that it has."""
        total = np.einsum("ij,ij->j", residual, residual)
        squares = np.empty((len(wanted), residual.shape[1]), dtype=residual.dtype)
        most = max(wanted)
        for block in self._blocks(residual.shape[1]):
            part = np.ascontiguousarray(residual[:, block])
            gains, best = (np.zeros((rows, part.shape[1]), dtype=part.dtype) for rows in (1, most + 1))
            for k in range(most - 1):
                gains = self._gains(k, part, gains)
                best[k + 1] = gains.max(axis=0)
            if most:
                best[most] = self._largest(most - 1, part, gains)
            squares[:, block] = total[block] - best[list(wanted)]
        return np.maximum(squares, 0)

    def partial_r_squared(self, best: Best, series: Floats, k: int) -> Floats:
        """How much worse, relatively, the best model with k joinpoints is without each of its bends: (k, series)."""
        if k == 0:
            return np.empty((0, series.shape[1]))
        rows = np.searchsorted(self.candidates, best.positions[k]).T
        inverse = np.linalg.inv(self.gram[rows[:, :, None], rows[:, None, :]])
        inner = np.take_along_axis((self.hinges @ self._residual(series)).T, rows, axis=1)
        bends = (inverse @ inner[..., None])[..., 0]
        lost = np.square(bends) / np.diagonal(inverse, axis1=1, axis2=2)
        shares: Floats = np.divide(lost, lost + best.sse[k][:, None], out=np.zeros_like(lost), where=lost > 0).T
        return shares

    def _residual(self, series: Floats) -> Floats:
        weighted = series * self.root[:, None]
        return weighted - self.line @ (self.line.T @ weighted)

    @staticmethod
    def _blocks(columns: int) -> list[slice]:
        return [slice(start, start + _BLOCK) for start in range(0, columns, _BLOCK)]

    def _gains(self, k: int, part: Floats, before: Floats) -> Floats:
        parent = self.levels[k][1]
        gains = np.empty((len(parent), part.shape[1]), dtype=part.dtype)
        for start in range(0, len(parent), _CHUNK):
            rows = slice(start, start + _CHUNK)
            np.matmul(self._vectors(k, start, start + _CHUNK, part.dtype), part, out=gains[rows])
            np.square(gains[rows], out=gains[rows])
            gains[rows] += before[parent[rows]]
        return gains

    def _largest(self, k: int, part: Floats, before: Floats) -> Floats:
        """The largest gain of level k: the best last hinge of each parent first, then the best parent."""
        best = np.zeros(part.shape[1], dtype=part.dtype)
        for parents, vectors in self._families(k, part.dtype):
            squares = vectors @ part
            np.square(squares, out=squares)
            per_parent = squares.reshape(-1, len(parents), part.shape[1]).max(axis=0)
            per_parent += before[parents]
            np.maximum(best, per_parent.max(axis=0), out=best)
        return best

    def _families(self, k: int, kind: np.dtype[Any]) -> Iterator[tuple[NDArray[np.intp], Floats]]:
        """Parents with equally many children, and the children's directions: all parents' first ones, then the second ones.

        In that order the best child of every parent is a maximum over whole rows.
        """
        if (k, kind) in self._kept_families:
            yield from self._kept_families[k, kind]
            return
        kept: list[tuple[NDArray[np.intp], Floats]] | None = []
        rows, parent = self.levels[k]
        if len(rows) * self.hinges.shape[1] > _KEPT:
            kept = None
        first, several = np.unique(parent, return_index=True)[1], np.bincount(parent)
        several = several[several > 0]
        for children in np.unique(several):
            alike = first[several == children]
            for start in range(0, len(alike), step := max(1, _CHUNK // int(children))):
                begins = alike[start : start + step]
                vectors = self._directions(rows[(begins + np.arange(children)[:, None]).ravel()])
                family = parent[begins], vectors.astype(kind, copy=False)
                if kept is not None:
                    kept.append(family)
                yield family
        if kept is not None:
            self._kept_families[k, kind] = kept
