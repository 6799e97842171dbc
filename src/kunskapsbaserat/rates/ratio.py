"""The ratio of two rates, with limits and a test."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
import scipy

from kunskapsbaserat.rates.checks import Floats, amounts, counts, first_reason, option, positive, reasons
from kunskapsbaserat.rates.keys import keyed

METHODS = ("exact", "midp", "score", "score_log", "wald", "wald_log", "wald_half", "sqrt", "mover")
ALTERNATIVES = ("two_sided", "larger", "smaller")


class TwoRates(NamedTuple):
    """Events and person-years of two processes; NaN where a pair cannot be used."""

    x1: Floats
    n1: Floats
    x2: Floats
    n2: Floats
    reason: pd.Series


@keyed(df=("area?",))
def rate_ratio(
    df: pd.DataFrame,
    *,
    count: str = "count",
    exposure: str = "exposure",
    other_count: str = "other_count",
    other_exposure: str = "other_exposure",
    null: float = 1,
    alternative: str = "two_sided",
    confidence: float = 0.95,
    method: str = "exact",
) -> pd.DataFrame:
    """How many times higher is one rate than another?

    Both counts are taken as Poisson. Crime varies more than that from year to year: the limits say what chance alone does.

    Parameters
    ----------
    df : DataFrame
        One row per pair: events and person-years of the one and of the other.
    count, exposure, other_count, other_exposure : str
        Column names.
    null : float
        The ratio that `p_value` is a test of, above 0.
    alternative : {"two_sided", "larger", "smaller"}
        "larger" tests that the ratio is above `null` and gives a lower limit only, "smaller" an upper limit only.
    confidence : float
        Between 0 and 1.
    method : {"exact", "midp", "score", "score_log", "wald", "wald_log", "wald_half", "sqrt", "mover"}
        - "exact": given both events together, the one's share is binomial; Clopper and Pearson's limits, and a two-sided
          p-value of twice the smaller tail, so that limits and p-value agree (Fay 2010).
        - "midp": the same with half the probability of the observed count; covers `confidence` on average.
        - "score", "score_log": variance under the null, on the ratio's scale and on the logarithm's.
        - "wald", "wald_log", "sqrt": estimated variance, on three scales (Gu and others' names).
        - "wald_half": "wald_log" with half an event added to each count, so that a count of 0 has limits.
        - "mover": limits from the two rates' own score limits (Donner and Zou); its p-value is that of "score".

    Returns
    -------
    DataFrame
        The rows of `df`, same order and index, plus ``ratio lower upper p_value confidence method alternative reason``.
        Reasons: "no_count", "no_exposure"; "no_other_events" (none to divide by: only the lower limit is a number); "no_events"
        (none in either: only the lower limit 0 and p_value 1 are numbers); "few_events" (the method has no limit with so few);
        "one_sided" (the limit that was not asked for).

    Raises
    ------
    TableError
        A column is missing, a count is negative or not whole, or an exposure is negative.

    References
    ----------
    Gu K, Ng HKT, Tang ML, Schucany WR (2008). Testing the ratio of two Poisson rates. Biometrical Journal 50, 283-298.
    Fay MP (2010). Two-sided exact tests and matching confidence intervals. R Journal 2(1), 53-58.
    Li HQ, Tang ML, Wong WK (2014). Confidence intervals for ratio of two Poisson rates. Computational Statistics 29, 869-889.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat import rates
    >>> pair = pd.DataFrame({"count": [2], "exposure": [17877], "other_count": [9], "other_exposure": [16660]})
    >>> rates.rate_ratio(pair)[["ratio", "lower", "upper", "p_value"]].round(3)  # R's rateratio.test: 0.022 to 1.001
       ratio  lower  upper  p_value
    0  0.207  0.022  1.001     0.05
    """
    option("method", method, METHODS)
    option("alternative", alternative, ALTERNATIVES)
    sides = 2 if alternative == "two_sided" else 1
    z = -scipy.special.ndtri((1 - confidence) / sides)
    pair = two_rates(df, count, exposure, other_count, other_exposure)
    x1, n1, x2, n2, reason = pair
    with np.errstate(divide="ignore", invalid="ignore"):
        times = n2 / n1
        ratio = x1 / x2 * times
        lower, upper = (limit * times for limit in _limits(method, x1, x2, float(z)))
        above = _tail_larger(method, x1, x2, positive("null", null) / times)
        below = _tail_larger(method, x2, x1, times / null)
    p = {"two_sided": np.minimum(1, 2 * np.fmin(above, below)), "larger": above, "smaller": below}[alternative]
    none = x1 + x2 == 0
    p = np.where(none, 1.0, p)
    lower = 0.0 * x1 if alternative == "smaller" else np.where(x1 == 0, 0.0, np.maximum(lower, 0))
    if alternative == "larger":
        upper = np.full_like(upper, np.nan)
    finite = {"ratio": ratio, "lower": lower, "upper": upper, "p_value": p}
    finite = {name: np.where(np.isfinite(values), values, np.nan) for name, values in finite.items()}
    missing = np.isnan(np.stack(list(finite.values()))).any(axis=0)
    one_sided = missing if alternative == "larger" else np.zeros(len(df), dtype=bool)
    later = reasons(
        df.index,
        (none, "no_events"),
        ((x2 == 0) & (x1 > 0), "no_other_events"),
        (one_sided & ~np.isnan(finite["lower"]), "one_sided"),
        (np.asarray(missing), "few_events"),
    )
    return df.assign(
        **finite,
        confidence=confidence,
        method=method,
        alternative=alternative,
        reason=first_reason(reason, later),
    )


def two_rates(df: pd.DataFrame, count: str, exposure: str, other_count: str, other_exposure: str) -> TwoRates:
    """The four columns, checked; a pair that lacks one of them is missing, with its reason."""
    x1, x2 = counts(df, count), counts(df, other_count)
    n1, n2 = amounts(df, exposure), amounts(df, other_exposure)
    no_count = np.isnan(x1) | np.isnan(x2)
    no_exposure = ~((n1 > 0) & (n2 > 0))
    usable = np.where(no_count | no_exposure, np.nan, 1.0)
    reason = reasons(df.index, (no_count, "no_count"), (no_exposure, "no_exposure"))
    with np.errstate(invalid="ignore"):
        return TwoRates(x1 * usable, n1 * usable, x2 * usable, n2 * usable, reason)


def _limits(method: str, x1: Floats, x2: Floats, z: float) -> tuple[Floats, Floats]:
    """Limits for (mean of x1) / (mean of x2); infinite or NaN where there is none."""
    total = x1 + x2
    tail = float(scipy.special.ndtr(-z))
    if method in ("exact", "midp"):
        lower, upper = (_clopper_pearson if method == "exact" else _midp)(x1, x2, tail)
        return lower / (1 - lower), np.where(x2 == 0, np.inf, upper / (1 - upper))
    if method == "score":
        return _roots(x2**2, 2 * x1 * x2 + z**2 * total, x1**2)
    if method == "wald":
        return _roots(x2**2 - z**2 * x2, 2 * x1 * x2, x1**2 - z**2 * x1)
    if method == "sqrt":
        a, b = np.sqrt(x1 + 3 / 8), np.sqrt(x2 + 3 / 8)
        lower, upper = _roots(4 * b**2 - z**2, 8 * a * b, 4 * a**2 - z**2)
        return np.maximum(lower, 0) ** 2, upper**2
    if method == "mover":
        return _mover(x1, x2, z)
    if method == "wald_half":
        x1, x2 = x1 + 0.5, x2 + 0.5
    log_ratio = np.log(x1 / x2)
    if method in ("wald_log", "wald_half"):
        half = z * np.sqrt(1 / x1 + 1 / x2)
        return np.exp(log_ratio - half), np.exp(log_ratio + half)
    return _score_log(log_ratio, 2 * z / np.sqrt(total))


def _roots(a: Floats, b: Floats, c: Floats) -> tuple[Floats, Floats]:
    """The roots of a r^2 - b r + c = 0, computed without cancellation; no upper limit where a <= 0."""
    root = np.sqrt(np.maximum(b**2 - 4 * a * c, 0))
    larger = (b + root) / 2
    return c / larger, np.where(a > 0, larger / a, np.inf)


def _mover(x1: Floats, x2: Floats, z: float) -> tuple[Floats, Floats]:
    """Donner and Zou's limits from the score limits of each mean; a mean of 0 has the lower limit 0."""
    (l1, u1), (l2, u2) = score_limits(x1, z), score_limits(x2, z)
    with np.errstate(over="ignore"):
        low = (x1 * x2 - np.sqrt(np.maximum((x1 * x2) ** 2 - l1 * u2 * (2 * x1 - l1) * (2 * x2 - u2), 0))) / (
            u2 * (2 * x2 - u2)
        )
        high = (x1 * x2 + np.sqrt(np.maximum((x1 * x2) ** 2 - u1 * l2 * (2 * x1 - u1) * (2 * x2 - l2), 0))) / (
            l2 * (2 * x2 - l2)
        )
    return low, np.where(l2 > 0, high, np.inf)


def score_limits(x: Floats, z: float) -> tuple[Floats, Floats]:
    """Limits for a Poisson mean by inverting the score test: (x - m)^2 = z^2 m."""
    centre = x + z**2 / 2
    half = z * np.sqrt(x + z**2 / 4)
    upper = centre + half
    return np.where(x > 0, x**2 / upper, 0.0 * x), upper


def _score_log(log_ratio: Floats, c: Floats) -> tuple[Floats, Floats]:
    """Solve |log_ratio - t| = c cosh(t / 2) for t below and above, by Newton's method from log_ratio.

    The function is concave, so the steps from its negative side never pass the root; with few events there is none.
    """
    limits = []
    for sign in (-1.0, 1.0):
        t = np.array(log_ratio)
        for _ in range(60):
            value = sign * (t - log_ratio) - c * np.cosh(t / 2)
            slope = sign - c * np.sinh(t / 2) / 2
            step = np.where(sign * slope > 0, value / slope, np.nan)
            t = t - step
            if not (np.abs(step) > 1e-14 * np.maximum(np.abs(t), 1)).any():
                break
        else:
            t = np.where(np.abs(step) > 1e-9, np.nan, t)
        limits.append(np.exp(t))
    return limits[0], limits[1]


def _clopper_pearson(x1: Floats, x2: Floats, tail: float) -> tuple[Floats, Floats]:
    lower = scipy.special.betaincinv(np.where(x1 > 0, x1, 1.0), x2 + 1, tail)
    upper = scipy.special.betaincinv(x1 + 1, np.where(x2 > 0, x2, 1.0), 1 - tail)
    return np.where(x1 > 0, lower, 0.0 * x1), upper


def _midp(x1: Floats, x2: Floats, tail: float) -> tuple[Floats, Floats]:
    exact_lower, exact_upper = _clopper_pearson(x1, x2, tail)
    exact_upper = np.where(x2 == 0, 1.0, exact_upper)
    share = x1 / (x1 + x2)
    limits = []
    for low, high, target in ((exact_lower, share, tail), (share, exact_upper, 1 - tail)):
        low, high = np.array(low), np.array(high)
        for _ in range(60):  # halves the bracket each time: far below one unit in the last place
            middle = (low + high) / 2
            small = midp_larger(x1, x2, middle) < target
            low, high = np.where(small, middle, low), np.where(small, high, middle)
        limits.append((low + high) / 2)
    return np.where(x1 > 0, limits[0], 0.0 * x1), limits[1]


def midp_larger(x1: Floats, x2: Floats, share: Floats) -> Floats:
    """P(X > x1) + P(X = x1) / 2 for a binomial X out of x1 + x2; also for counts that are not whole."""
    at_least = np.where(x1 > 0, scipy.special.betainc(np.where(x1 > 0, x1, 1.0), x2 + 1, share), 1.0 + 0 * x1)
    more = np.where(x2 > 0, scipy.special.betainc(x1 + 1, np.where(x2 > 0, x2, 1.0), share), 0.0 * x2)
    return (at_least + more) / 2


def _tail_larger(method: str, x1: Floats, x2: Floats, rho: Floats) -> Floats:
    """One-sided p-value that (mean of x1) / (mean of x2) is above rho."""
    share = rho / (1 + rho)
    if method == "exact":
        return np.where(x1 > 0, scipy.special.betainc(np.where(x1 > 0, x1, 1.0), x2 + 1, share), 1.0 + 0 * x1)
    if method == "midp":
        return midp_larger(x1, x2, share)
    difference = x1 - x2 * rho
    total = x1 + x2
    if method in ("score", "mover"):
        statistic = difference / np.sqrt(total * rho)
    elif method == "wald":
        statistic = difference / np.sqrt(x1 + x2 * rho**2)
    elif method == "sqrt":
        statistic = 2 * (np.sqrt(x1 + 3 / 8) - np.sqrt((x2 + 3 / 8) * rho)) / np.sqrt(1 + rho)
    else:
        if method == "wald_half":
            x1, x2 = x1 + 0.5, x2 + 0.5
        distance = np.log(x1 / x2) - np.log(rho)
        log_variance = (2 + 1 / rho + rho) / total if method == "score_log" else 1 / x1 + 1 / x2
        statistic = distance / np.sqrt(log_variance)
    probability: Floats = scipy.special.ndtr(-statistic)
    return probability
