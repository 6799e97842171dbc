"""A share of a whole that can be counted to its end: the pupils of a school, of whom some have answered."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import scipy

from kunskapsbaserat.rates.checks import Floats, counts, positive, reasons, refuse
from kunskapsbaserat.rates.keys import keyed, keys_once


@keyed(df=("area?",))
def finite_proportion(
    df: pd.DataFrame,
    *,
    count: str = "count",
    total: str = "total",
    population: str = "population",
    per: float = 1,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """The share of a finite whole, from those of it who answered, with exact limits.

    Those who answered are taken as drawn by chance from the whole: what the others would have said is not known, and no
    interval tells it. The limits are the shares of the whole that the answers do not contradict (the hypergeometric
    distribution's tails, turned around): they hold their confidence for every size, and where everybody has answered they are
    the share itself. Where the size of the whole is missing, they are those of a whole without end (Clopper and Pearson's).

    Parameters
    ----------
    df : DataFrame
        One row per share.
    count, total, population : str
        Columns of those who agree, those who answered and all who could have: whole numbers, each at most the next. The last
        may be missing.
    per : float
        1, or 100 for per cent.
    confidence : float
        Two-sided, between 0 and 1.

    Returns
    -------
    DataFrame
        The rows of `df`, same order and index, plus ``share lower upper per confidence method reason``. `method` is
        "hypergeometric" or "exact". Reasons: "no_count", "no_total" (missing or 0).

    Raises
    ------
    TableError
        A column is missing, a number is negative or not whole, or a part is larger than its whole.

    References
    ----------
    Buonaccorsi JP (1987). A note on confidence intervals for proportions in finite populations. The American Statistician 41,
    215-218. Wang W (2015). Exact optimal confidence intervals for hypergeometric parameters. JASA 110, 1491-1499.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat import rates
    >>> answered = pd.DataFrame({"count": [48, 48], "total": [64, 64], "population": [80, 64]})
    >>> rates.finite_proportion(answered, per=100)[["share", "lower", "upper"]].to_numpy().tolist()
    [[75.0, 70.0, 78.75], [75.0, 75.0, 75.0]]
    """
    keys_once(df, None, besides=(count, total, population))
    part, answered, whole = counts(df, count), counts(df, total), counts(df, population)
    with np.errstate(invalid="ignore"):
        refuse(df, part > answered, count, f"at most its whole ({total})", f"högst så många som i {total}")
        refuse(df, answered > whole, total, f"at most its whole ({population})", f"högst så många som i {population}")
    no_part, no_whole = np.isnan(part), ~(answered > 0)
    part = np.where(no_part | no_whole, np.nan, part)
    limits = [_limits(x, n, size, confidence) for x, n, size in zip(part, answered, whole, strict=True)]
    lower, upper = (np.array([pair[side] for pair in limits], dtype=float) for side in (0, 1))
    per = positive("per", per)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = part / answered * per
    return df.assign(
        share=share,
        lower=lower * per,
        upper=upper * per,
        per=per,
        confidence=confidence,
        method=np.where(np.isnan(whole), "exact", "hypergeometric"),
        reason=reasons(df.index, (no_part, "no_count"), (no_whole, "no_total")),
    )


def _limits(x: float, n: float, size: float, confidence: float) -> tuple[float, float]:
    tail = (1 - confidence) / 2
    if np.isnan(x):
        return np.nan, np.nan
    if np.isnan(size):
        lower = 0.0 if x == 0 else float(scipy.special.betaincinv(x, n - x + 1, tail))
        upper = 1.0 if x == n else float(scipy.special.betaincinv(x + 1, n - x, 1 - tail))
        return lower, upper
    lowest, highest = int(x), int(size - (n - x))
    lower = _first(lowest, highest, lambda k: _at_least(x, n, size, k) > tail)
    upper = size - _first(int(n - x), int(size - x), lambda k: _at_least(n - x, n, size, k) > tail)
    return lower / size, upper / size


def _first(low: int, high: int, holds: Callable[[int], bool]) -> int:
    """The smallest whole number from `low` to `high` for which a condition holds that goes on holding, and does for `high`."""
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle + 1, high)
    return low


def _at_least(x: float, n: float, size: float, k: int) -> float:
    """Probability that at least `x` of `n` drawn are among the `k` of the whole who agree."""
    drawn: Floats = np.arange(x, min(n, k) + 1)
    drawn = drawn[n - drawn <= size - k]
    return float(np.exp(_log_chosen(k, drawn) + _log_chosen(size - k, n - drawn) - _log_chosen(size, n)).sum())


def _log_chosen(of: float, some: Floats | float) -> Floats:
    result: Floats = (
        scipy.special.gammaln(of + 1.0)
        - scipy.special.gammaln(np.asarray(some) + 1.0)
        - scipy.special.gammaln(of - np.asarray(some) + 1.0)
    )
    return result
