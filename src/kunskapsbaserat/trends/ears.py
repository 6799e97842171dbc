"""Early warning from a short history: the latest count against the few periods before it (EARS C1, C2 and C3)."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
import scipy
from numpy.typing import ArrayLike, NDArray

from kunskapsbaserat.errors import OptionError, TableError
from kunskapsbaserat.rates.keys import keyed

Floats = NDArray[np.float64]

METHODS = ("C1", "C2", "C3")
_GUARD = {"C1": 0, "C2": 2, "C3": 2}  # periods between the baseline and the examined one


@keyed(series=("counts",))
def ears(
    counts: ArrayLike,
    *,
    method: str = "C1",
    baseline: int = 7,
    alpha: float = 0.001,
    min_sigma: float = 0.5,
    range_: Iterable[int] | None = None,
) -> pd.DataFrame:
    """Upper bound from the mean and the standard deviation of the `baseline` periods before.

    For new problems and short series. Knows nothing of season, weekday or trend: `farrington` does, where there are years.

    Parameters
    ----------
    counts : array_like or Series, shape (n,)
        In time order, none missing.
    method : {"C1", "C2", "C3"}
        C1: the periods just before. C2: two periods are left out between. C3: C2, with what the two periods before lay above
        their own mean plus one standard deviation taken from the bound.
    baseline : int
        Periods, at least 3.
    alpha : float
        One-sided level of the normal bound.
    min_sigma : float
        Smallest standard deviation that is believed. With 0 (as the R package) one crime after seven periods without is an
        alarm.
    range_ : iterable of int
        Positions, counted from 1; default all that have a baseline.

    Returns
    -------
    DataFrame
        ``index`` (from 1), ``method observed mean sigma upper alarm``.

    Raises
    ------
    TableError
        A count is missing or negative, or a position has no baseline or lies outside the series.
    OptionError
        An unknown method, a baseline below 3, or an `alpha` that is not between 0 and 1.

    References
    ----------
    Fricker RD, Hegler BL, Dunfee DA (2008). Comparing syndromic surveillance detection methods. Stat Med 27, 3407-3429.

    Examples
    --------
    Bicycle thefts a week around a railway station, the last week against the seven before:

    >>> from kunskapsbaserat.trends import ears
    >>> ears([4, 6, 5, 3, 5, 4, 6, 13], range_=[8])[["observed", "mean", "upper", "alarm"]].round(1)
       observed  mean  upper  alarm
    0      13.0   4.7    8.2   True
    """
    if method not in METHODS:
        raise OptionError("method", method, METHODS)
    if baseline < 3:
        raise OptionError("baseline", baseline, ("3 periods or more",), tillatna=("minst 3 perioder",))
    numbers = np.asarray(counts, dtype=float)
    if numbers.ndim != 1 or np.isnan(numbers).any() or (numbers < 0).any():
        raise TableError(
            "a count of 0 or more for every period", forvantat="ett antal på 0 eller mer för varje period", column="count"
        )
    first = baseline + _GUARD[method] + (2 if method == "C3" else 0) + 1
    examined = np.arange(first, len(numbers) + 1) if range_ is None else np.array([int(k) for k in range_])
    if len(examined) == 0 or examined.min() < first or examined.max() > len(numbers):
        raise TableError(
            f"at least {first} periods for {method} with a baseline of {baseline}",
            forvantat=f"minst {first} perioder för {method} med {baseline} perioder att jämföra med",
            got=len(numbers),
        )
    quantile = -scipy.special.ndtri(alpha)
    mean, sigma = _baseline(numbers, examined, baseline, _GUARD[method], min_sigma)
    used = np.zeros(len(examined))
    if method == "C3":
        for back in (1, 2):
            earlier, spread = _baseline(numbers, examined - back, baseline, _GUARD[method], min_sigma)
            above = numbers[examined - back - 1] - earlier
            used += np.maximum(np.divide(above, spread, out=np.zeros_like(above), where=spread > 0) - 1, 0)
    upper = np.maximum(mean + sigma * (quantile - used), 0)
    observed = numbers[examined - 1]
    return pd.DataFrame(
        {
            "index": examined,
            "method": method,
            "observed": observed,
            "mean": mean,
            "sigma": sigma,
            "upper": upper,
            "alarm": observed > upper,
        }
    )


def _baseline(numbers: Floats, examined: NDArray[np.intp], length: int, guard: int, min_sigma: float) -> tuple[Floats, Floats]:
    windows = np.lib.stride_tricks.sliding_window_view(numbers, length)[examined - 1 - guard - length]
    return windows.mean(axis=1), np.maximum(windows.std(axis=1, ddof=1), min_sigma)
