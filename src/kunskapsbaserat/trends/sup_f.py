"""Has the level shifted at all, at a time that nobody named beforehand? The largest F of all possible dates."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from kunskapsbaserat.errors import OptionError, TableError
from kunskapsbaserat.rates.keys import keyed

Floats = NDArray[np.float64]

DRAWS = 4999
_CHUNK = 2_000_000  # numbers at a time
_SEED = 1993


@dataclass(frozen=True, slots=True)
class SupF:
    """The largest F statistic of one shift in the mean.

    Attributes
    ----------
    statistic : float
        The reduction of the sum of squares over the mean square that is left.
    p_value : float
        Place among series of the same length of independent normal values without a shift; at least 0.0002.
    p_asymptotic : float
        From the limit for long series (De Long 1981); NaN below a statistic of 5, where the formula does not hold.
    position : int
        The last point before the shift, from 1.
    at : object
        Its index.
    min_share : float
        Share of the series at each end where no shift is looked for.

    Examples
    --------
    >>> from kunskapsbaserat.trends import sup_f
    >>> found = sup_f([5, 6, 5, 4, 6, 5, 9, 10, 9, 11, 10, 9])
    >>> round(found.statistic, 1), found.position, found.at, found.p_value < 0.01
    (98.5, 6, 5, True)
    """

    statistic: float
    p_value: float
    p_asymptotic: float
    position: int
    at: Any
    min_share: float


@keyed(series=("values",))
def sup_f(values: ArrayLike, *, min_share: float = 0.15) -> SupF:
    """Andrews' test of one shift in the mean at an unknown date.

    A date that was chosen because the series jumped there makes any test of that date wrong; this one pays for the search.
    Values are taken as independent around their level: take out a season or a slope first, and see `change_points` for dates.

    Parameters
    ----------
    values : array_like or Series, shape (n,)
        In time order, none missing, at least 8.
    min_share : float
        Above 0 and below 0.5.

    Returns
    -------
    SupF

    Raises
    ------
    TableError
        Too few values, or one is missing or infinite, or all are the same.
    OptionError
        `min_share` is none.

    References
    ----------
    Andrews DWK (1993, 2003). Tests for parameter instability and structural change. Econometrica 61, 821-856; 71, 395-397.
    De Long DM (1981). Crossing probabilities for a square root boundary. Communications in Statistics A10, 2197-2213.

    Examples
    --------
    >>> found = sup_f([5, 6, 5, 4, 6, 5, 9, 10, 9, 11, 10, 9])
    >>> found.position, found.p_value < 0.01
    (6, True)
    """
    if not 0 < min_share < 0.5:
        raise OptionError("min_share", min_share, ("a share between 0 and 0.5",), tillatna=("ett tal mellan 0 och 0,5",))
    series = values if isinstance(values, pd.Series) else pd.Series(np.asarray(values, dtype=float))
    y = series.to_numpy(dtype=float)
    if len(y) < 8 or not np.isfinite(y).all() or np.ptp(y) == 0:
        raise TableError(
            "at least eight values, not all the same and none missing",
            forvantat="minst åtta tal, inte alla lika och inget saknat",
        )
    first = max(int(np.floor(min_share * len(y) + 1e-9)), 1)
    statistics = f_statistics(y[None], first)[0]
    best = int(statistics.argmax())
    largest = float(statistics[best])
    drawn = _without_shift(len(y), first)
    position = first + best
    return SupF(
        statistic=largest,
        p_value=float((1 + (drawn >= largest).sum()) / (len(drawn) + 1)),
        p_asymptotic=_asymptotic(largest, min_share),
        position=position,
        at=series.index[position - 1],
        min_share=min_share,
    )


def f_statistics(y: Floats, first: int) -> Floats:
    """F of a shift after point `first`, `first` + 1, ... for each series (series, points)."""
    n = y.shape[1]
    after = np.arange(first, n - first + 1)
    centred = y - y.mean(axis=1, keepdims=True)
    sums = np.cumsum(centred, axis=1)[:, after - 1]
    between = sums**2 * n / (after * (n - after))
    within = (centred**2).sum(axis=1, keepdims=True) - between
    statistics: Floats = between / np.maximum(within, np.finfo(float).tiny) * (n - 2)
    return statistics


def _without_shift(n: int, first: int) -> Floats:
    rng = np.random.default_rng([_SEED, n])
    size = max(1, min(DRAWS, _CHUNK // n))
    drawn: list[Floats] = []
    while sum(map(len, drawn)) < DRAWS:
        drawn.append(f_statistics(rng.normal(size=(size, n)), first).max(axis=1))
    return np.concatenate(drawn)[:DRAWS]


def _asymptotic(statistic: float, min_share: float) -> float:
    if statistic < 5:
        return np.nan
    half = statistic / 2
    longest = 2 * math.log((1 - min_share) / min_share)
    return min(1.0, math.sqrt(half) * math.exp(-half) / math.gamma(0.5) * ((1 - 1 / statistic) * longest + 2 / statistic))
