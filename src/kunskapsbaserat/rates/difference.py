"""The difference between two rates, with limits and a test."""

from __future__ import annotations

import numpy as np
import pandas as pd
import scipy

from kunskapsbaserat.rates.checks import Floats, first_reason, option, positive, reasons
from kunskapsbaserat.rates.intervals import poisson_interval
from kunskapsbaserat.rates.keys import keyed
from kunskapsbaserat.rates.ratio import ALTERNATIVES, score_limits, two_rates

METHODS = ("score", "wald", "wald_half", "mover", "mover_exact")


@keyed(df=("area?",))
def rate_difference(
    df: pd.DataFrame,
    *,
    count: str = "count",
    exposure: str = "exposure",
    other_count: str = "other_count",
    other_exposure: str = "other_exposure",
    null: float = 0,
    per: float = 100_000,
    alternative: str = "two_sided",
    confidence: float = 0.95,
    method: str = "score",
) -> pd.DataFrame:
    """How many more events per `per` person-years has the one than the other?

    Parameters
    ----------
    df : DataFrame
        One row per pair: events and person-years of the one and of the other.
    count, exposure, other_count, other_exposure : str
        Column names.
    null : float
        The difference (per `per`) that `p_value` is a test of.
    per : float
        The rates' base.
    alternative : {"two_sided", "larger", "smaller"}
        What the p-value is against; the limits are two-sided.
    confidence : float
        Between 0 and 1.
    method : {"score", "wald", "wald_half", "mover", "mover_exact"}
        - "score": inverts the test with the variance under each difference (restricted maximum likelihood).
        - "wald": estimated variance; not for few events. "wald_half": the variance with half an event added to each.
        - "mover": from the two rates' own score limits; "mover_exact": from their exact limits, which covers at
          least `confidence`. The p-value of both is that of "score".

    Returns
    -------
    DataFrame
        The rows of `df`, same order and index, plus ``difference lower upper p_value per confidence method alternative
        reason``. Reasons: "no_count", "no_exposure", "no_events" (Wald's limits need an event).

    Raises
    ------
    TableError
        A column is missing, a count is negative or not whole, or an exposure is negative.

    References
    ----------
    Ng HKT, Gu K, Tang ML (2007). A comparative study of tests for the difference of two Poisson means. Computational
    Statistics and Data Analysis 51, 3085-3099. Li HQ, Tang ML, Poon WY, Tang NS (2011). Confidence intervals for difference
    between two Poisson rates. Communications in Statistics - Simulation and Computation 40, 1478-1493.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat import rates
    >>> falun = pd.DataFrame({"count": [163], "exposure": [59_965.5], "other_count": [136], "other_exposure": [59_902.0]})
    >>> rates.rate_difference(falun)[["difference", "lower", "upper", "p_value"]].round(2)  # burglaries 2024 and 2023
       difference  lower   upper  p_value
    0       44.79 -11.84  101.97     0.12
    """
    option("method", method, METHODS)
    option("alternative", alternative, ALTERNATIVES)
    z = float(-scipy.special.ndtri((1 - confidence) / 2))
    x1, n1, x2, n2, reason = two_rates(df, count, exposure, other_count, other_exposure)
    per = positive("per", per)
    difference = x1 / n1 - x2 / n2
    with np.errstate(divide="ignore", invalid="ignore"):
        if method == "score":
            lower, upper = (_invert(x1, n1, x2, n2, target) for target in (z, -z))
        elif method in ("wald", "wald_half"):
            added = 0.0 if method == "wald" else 0.5
            half = z * np.sqrt((x1 + added) / n1**2 + (x2 + added) / n2**2)
            half = np.where(half > 0, half, np.nan)
            lower, upper = difference - half, difference + half
        else:
            lower, upper = _mover(x1, n1, x2, n2, z, exact=method == "mover_exact")
        if method == "wald_half":
            statistic = (difference - null / per) / (half / z)
        else:
            statistic = score_statistic(x1, n1, x2, n2, null / per, estimated=method == "wald")
    tails = {
        "larger": scipy.special.ndtr(-statistic),
        "smaller": scipy.special.ndtr(statistic),
        "two_sided": 2 * scipy.special.ndtr(-abs(statistic)),
    }
    p = np.where(np.isnan(statistic) & (x1 + x2 == 0), 1.0, tails[alternative])
    none = reasons(df.index, (np.isnan(lower) & ~np.isnan(x1), "no_events"))
    return df.assign(
        difference=difference * per,
        lower=lower * per,
        upper=upper * per,
        p_value=p,
        per=per,
        confidence=confidence,
        method=method,
        alternative=alternative,
        reason=first_reason(reason, none),
    )


def score_statistic(
    x1: Floats, n1: Floats | float, x2: Floats, n2: Floats | float, d: Floats | float, *, estimated: bool = False
) -> Floats:
    """(difference of the rates - d) over its standard error, by default the one under the difference d."""
    moved = x1 / n1 - x2 / n2 - d
    if estimated:
        return moved / np.sqrt(x1 / n1**2 + x2 / n2**2)
    n = n1 + n2
    b = x1 + x2 - n * d
    other = (b + np.sqrt(np.maximum(b**2 + 4 * n * x2 * d, 0))) / (2 * n)  # the other's rate, most likely under d
    variance = np.maximum(other + d, 0) / n1 + other / n2
    return np.where((moved == 0) & (variance == 0), 0.0, moved / np.sqrt(variance))


def _invert(x1: Floats, n1: Floats, x2: Floats, n2: Floats, target: float) -> Floats:
    """The difference at which the statistic, which falls in it, is `target`: by halving a bracket."""
    estimate = x1 / n1 - x2 / n2
    smallest = np.minimum(n1, n2)
    step = np.sign(target) * (abs(target) * np.sqrt(x1 + x2 + target**2) + target**2) / smallest
    far = estimate - step
    for _ in range(60):
        inside = np.abs(score_statistic(x1, n1, x2, n2, far)) < abs(target)
        if not inside.any():
            break
        far = np.where(inside, estimate - 2 * (estimate - far), far)
    near = np.array(estimate)
    for _ in range(100):
        middle = (near + far) / 2
        beyond = np.abs(score_statistic(x1, n1, x2, n2, middle)) > abs(target)
        near, far = np.where(beyond, near, middle), np.where(beyond, middle, far)
    limit: Floats = (near + far) / 2
    return limit


def _mover(x1: Floats, n1: Floats, x2: Floats, n2: Floats, z: float, *, exact: bool) -> tuple[Floats, Floats]:
    if exact:
        confidence = float(1 - 2 * scipy.special.ndtr(-z))
        (l1, u1), (l2, u2) = (poisson_interval(x, confidence=confidence, method="exact") for x in (x1, x2))
    else:
        (l1, u1), (l2, u2) = score_limits(x1, z), score_limits(x2, z)
    difference = x1 / n1 - x2 / n2
    below = np.hypot((x1 - l1) / n1, (u2 - x2) / n2)
    above = np.hypot((u1 - x1) / n1, (x2 - l2) / n2)
    return difference - below, difference + above
