"""Treated against weighted others, several outcomes at once, with linearised errors as in survey sampling."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False, slots=True)
class Contrast:
    """Arrays (outcomes,): totals after the start, and their difference a period and area with its error."""

    observed: Floats
    expected: Floats
    difference: Floats
    covariance: Floats  # (outcomes, outcomes)
    log_ratio: Floats
    log_error: Floats

    @property
    def statistic(self) -> Floats:
        """Difference over its error; NaN without events."""
        error = np.sqrt(np.diag(self.covariance))
        statistic: Floats = np.divide(self.difference, error, out=np.full(len(error), np.nan), where=error > 0)
        return statistic


def contrast(after: list[Floats], own: Bools, usable: Bools, weights: Floats, *, clusters: bool) -> Contrast:
    """Weighted regression of each outcome on being treated, with a level for each period.

    Parameters
    ----------
    after : list of arrays (areas, periods)
        One for each outcome.
    own, usable : bool arrays (areas,)
        The treated; the areas compared with.
    weights : array (areas,)
        1 for the treated.
    clusters : bool
        Whether an area's periods hang together.
    """
    used = own | usable
    periods = after[0].shape[1]
    weight = weights[used]
    terms = np.zeros((int(used.sum()), periods, 1 + periods))
    terms[:, :, 0] = own[used][:, None]
    terms[:, np.arange(periods), 1 + np.arange(periods)] = 1.0
    bread = np.linalg.pinv(np.einsum("i,itk,itl->kl", weight, terms, terms))
    moved, values = [], []
    for y in after:
        coefficients = bread @ np.einsum("i,itk,it->k", weight, terms, y[used])
        left = y[used] - terms @ coefficients
        scores = terms * (weight[:, None] * left)[:, :, None]
        rows = scores.sum(axis=1) if clusters else scores.reshape(-1, 1 + periods)
        moved.append(rows @ bread * np.sqrt(len(rows) / (len(rows) - 1)))
        values.append(coefficients)
    b = np.array(values)
    level = b[:, 1:].mean(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where((level > 0) & (level + b[:, 0] > 0), np.log((b[:, 0] + level) / level), np.nan)
        of_treated = 1 / (b[:, 0] + level)
        slopes = np.column_stack([of_treated, *[(of_treated - 1 / level) / periods] * periods])
    first = np.column_stack([m[:, 0] for m in moved])
    logs = np.array(
        [np.sqrt(((m @ s) ** 2).sum()) if np.isfinite(s).all() else np.nan for m, s in zip(moved, slopes, strict=True)]
    )
    return Contrast(
        observed=np.array([y[own].sum() for y in after]),
        expected=np.array([weights[usable] @ y[usable].sum(axis=1) for y in after]),
        difference=b[:, 0],
        covariance=first.T @ first,
        log_ratio=ratio,
        log_error=logs,
    )
