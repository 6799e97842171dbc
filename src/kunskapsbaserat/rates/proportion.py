"""Shares of a whole, and the difference between two of them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import scipy

from kunskapsbaserat.rates.checks import (
    Floats,
    counts,
    first_reason,
    option,
    positive,
    reasons,
    refuse,
)
from kunskapsbaserat.rates.keys import keyed, keys_once

METHODS = ("wilson", "exact")


@keyed(df=("area?",))
def proportion(
    df: pd.DataFrame,
    *,
    count: str = "count",
    total: str = "total",
    per: float = 1,
    confidence: float = 0.95,
    method: str = "wilson",
) -> pd.DataFrame:
    """A share of a whole with limits, for instance persons in an own survey with simple random sampling.

    Not for NTU and other weighted surveys: their published intervals know the design and are kept as they are.

    Parameters
    ----------
    df : DataFrame
        One row per share.
    count, total : str
        Columns of the part and the whole: whole numbers, the part at most the whole.
    per : float
        1, or 100 for per cent.
    confidence : float
        Two-sided, between 0 and 1.
    method : {"wilson", "exact"}
        Wilson's score limits, or Clopper and Pearson's exact ones.

    Returns
    -------
    DataFrame
        The rows of `df`, same order and index, plus ``share lower upper per confidence method reason``. Reasons:
        "no_count", "no_total" (missing or 0).

    Raises
    ------
    TableError
        A column is missing, a number is negative or not whole, or a part is larger than its whole.

    References
    ----------
    Wilson EB (1927). Probable inference. Journal of the American Statistical Association 22, 209-212.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat import rates
    >>> unsafe = pd.DataFrame({"question": ["evening", "day"], "count": [12, 0], "total": [100, 20]})
    >>> rates.proportion(unsafe, per=100)[["question", "share", "lower", "upper"]].round(1)
      question  share  lower  upper
    0  evening   12.0    7.0   19.8
    1      day    0.0    0.0   16.1
    """
    option("method", method, METHODS)
    keys_once(df, None, besides=(count, total))
    part, whole, reason = _share(df, count, total)
    lower, upper = (wilson_limits if method == "wilson" else _exact)(part, whole, confidence)
    per = positive("per", per)
    return df.assign(
        share=part / whole * per,
        lower=lower * per,
        upper=upper * per,
        per=per,
        confidence=confidence,
        method=method,
        reason=reason,
    )


@keyed(df=("area?",))
def proportion_change(
    df: pd.DataFrame,
    *,
    count: str = "count",
    total: str = "total",
    other_count: str = "other_count",
    other_total: str = "other_total",
    per: float = 1,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """The difference between two independent shares, by Newcombe's hybrid score method.

    Parameters
    ----------
    df : DataFrame
        One row per pair of shares: the one minus the other.
    count, total, other_count, other_total : str
        Columns of parts and wholes.
    per, confidence
        As in `proportion`.

    Returns
    -------
    DataFrame
        The rows of `df`, same order and index, plus ``share other_share difference lower upper p_value per confidence method
        reason``; `p_value` is that of the score test (pooled share).

    Raises
    ------
    TableError
        As in `proportion`.

    References
    ----------
    Newcombe RG (1998). Interval estimation for the difference between independent proportions: comparison of eleven methods,
    method 10. Statistics in Medicine 17, 873-890.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat import rates
    >>> pair = pd.DataFrame({"count": [56], "total": [70], "other_count": [48], "other_total": [80]})
    >>> rates.proportion_change(pair)[["difference", "lower", "upper"]].round(4)  # Newcombe (1998), table II: 0.0524 to 0.3339
       difference   lower   upper
    0         0.2  0.0524  0.3339
    """
    x1, n1, reason = _share(df, count, total)
    x2, n2, other_reason = _share(df, other_count, other_total)
    per = positive("per", per)
    (l1, u1), (l2, u2) = wilson_limits(x1, n1, confidence), wilson_limits(x2, n2, confidence)
    share, other = x1 / n1, x2 / n2
    difference = share - other
    pooled = (x1 + x2) / (n1 + n2)
    with np.errstate(divide="ignore", invalid="ignore"):
        z = difference / np.sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2))
    p = np.where(difference == 0, 1.0, 2 * scipy.special.ndtr(-np.abs(z)))
    return df.assign(
        share=share * per,
        other_share=other * per,
        difference=difference * per,
        lower=(difference - np.hypot(share - l1, u2 - other)) * per,
        upper=(difference + np.hypot(u1 - share, other - l2)) * per,
        p_value=p,
        per=per,
        confidence=confidence,
        method="newcombe",
        reason=first_reason(reason, other_reason),
    )


def _share(df: pd.DataFrame, count: str, total: str) -> tuple[Floats, Floats, pd.Series]:
    part, whole = counts(df, count), counts(df, total)
    refuse(df, part > whole, count, f"at most its whole ({total})", f"högst så många som i {total}")
    no_part, no_whole = np.isnan(part), ~(whole > 0)
    usable = np.where(no_part | no_whole, np.nan, 1.0)
    return part * usable, whole * usable, reasons(df.index, (no_part, "no_count"), (no_whole, "no_total"))


def wilson_limits(x: Floats, n: Floats, confidence: float = 0.95) -> tuple[Floats, Floats]:
    """Wilson's score limits of `x` of `n`; neither needs to be whole, as where answers count as fewer than they are."""
    z = -scipy.special.ndtri((1 - confidence) / 2)
    centre = (x + z**2 / 2) / (n + z**2)
    half = z / (n + z**2) * np.sqrt(x * (n - x) / n + z**2 / 4)
    lower, upper = np.maximum(centre - half, 0), np.minimum(centre + half, 1)
    return np.where(x == 0, 0.0, lower), np.where(x == n, 1.0, upper)


def _exact(x: Floats, n: Floats, confidence: float) -> tuple[Floats, Floats]:
    tail = (1 - confidence) / 2
    lower = scipy.special.betaincinv(np.where(x > 0, x, 1.0), n - x + 1, tail)
    upper = scipy.special.betaincinv(x + 1, np.where(n > x, n - x, 1.0), 1 - tail)
    return np.where(x == 0, 0.0, lower), np.where(x == n, 1.0, upper)
