"""The E-test: an unconditional test of two Poisson rates."""

from __future__ import annotations

import numpy as np
import pandas as pd
import scipy

from kunskapsbaserat.rates.checks import Floats, option
from kunskapsbaserat.rates.difference import score_statistic
from kunskapsbaserat.rates.keys import keyed
from kunskapsbaserat.rates.ratio import ALTERNATIVES, two_rates

STATISTICS = ("wald", "score")
_REACH = 9.0  # standard deviations (and a floor) on each side of a mean: what lies beyond has a probability below 1e-18
_FLOOR = 40


@keyed(df=("area?",))
def e_test(
    df: pd.DataFrame,
    *,
    count: str = "count",
    exposure: str = "exposure",
    other_count: str = "other_count",
    other_exposure: str = "other_exposure",
    difference: float = 0,
    statistic: str = "wald",
    alternative: str = "two_sided",
) -> pd.DataFrame:
    """Do two rates differ by more than `difference`? The p-value sums over all pairs of counts.

    More powerful than the exact conditional test. The two statistics agree for equal exposures only: name the one used.

    Parameters
    ----------
    df : DataFrame
        One row per pair: events and person-years of the one and of the other.
    count, exposure, other_count, other_exposure : str
        Column names.
    difference : float
        The difference between the rates (events per person-year) under the hypothesis.
    statistic : {"wald", "score"}
        - "wald": the published one, each rate's own variance (Krishnamoorthy and Thomson; SciPy).
        - "score": the variance under the hypothesis, pooled for no difference (Gu and others; ptools, crimepy, statsmodels).
    alternative : {"two_sided", "larger", "smaller"}
        Whether the one's rate is different, larger or smaller.

    Returns
    -------
    DataFrame
        The rows of `df`, same order and index, plus ``p_value statistic alternative reason``. Two counts of 0 give 1: they
        say nothing. Reasons: "no_count", "no_exposure".

    Raises
    ------
    TableError
        A column is missing, a count is negative or not whole, or an exposure is negative.

    References
    ----------
    Krishnamoorthy K, Thomson J (2004). A more powerful test for comparing two Poisson means. Journal of Statistical Planning
    and Inference 119, 23-35.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat import rates
    >>> pairs = pd.DataFrame({"count": [3, 6, 20], "other_count": [0, 2, 10], "exposure": 1.0, "other_exposure": 1.0})
    >>> rates.e_test(pairs)["p_value"].round(4).tolist()  # Krishnamoorthy and Thomson (2004)
    [0.0884, 0.1749, 0.0688]
    """
    option("statistic", statistic, STATISTICS)
    option("alternative", alternative, ALTERNATIVES)
    pair = two_rates(df, count, exposure, other_count, other_exposure)
    cells = pd.DataFrame({"x1": pair.x1, "n1": pair.n1, "x2": pair.x2, "n2": pair.n2})
    each = cells.drop_duplicates().dropna()  # the sum is over a plane of counts: once per distinct pair
    p = [_p_value(a, n, b, m, difference, statistic, alternative) for a, n, b, m in each.to_numpy().tolist()]
    p_values = cells.merge(each.assign(p_value=np.array(p, dtype=float)), how="left", on=list(cells))["p_value"]
    return df.assign(p_value=p_values.to_numpy(), statistic=statistic, alternative=alternative, reason=pair.reason)


def _p_value(x1: float, n1: float, x2: float, n2: float, d: float, statistic: str, alternative: str) -> float:
    if alternative == "smaller":
        return _p_value(x2, n2, x1, n1, -d, statistic, "larger")
    other_rate = (x1 + x2 - d * n1) / (n1 + n2)
    if other_rate <= 0 or other_rate + d < 0:
        return 1.0
    observed = float(_statistic(np.array([x1]), n1, np.array([x2]), n2, d, statistic)[0])
    if alternative == "two_sided":
        observed = abs(observed)
        if observed == 0:
            return 1.0
    return min(
        1.0, _sum_tail(n1, n2, d, statistic, observed, n1 * (other_rate + d), n2 * other_rate, alternative == "two_sided")
    )


def _sum_tail(n1: float, n2: float, d: float, statistic: str, observed: float, mean1: float, mean2: float, both: bool) -> float:
    """Probability of a statistic at least as far out as the observed one, ties included."""
    first, second = _around(mean1), _around(mean2)
    weights1, weights2 = _probability(first, mean1), _probability(second, mean2)
    least = observed - 1e-9 * max(1.0, abs(observed))
    probability = 0.0
    block = max(1, 4_000_000 // len(second))
    for start in range(0, len(first), block):
        rows = slice(start, start + block)
        values = _statistic(first[rows, None], n1, second[None, :], n2, d, statistic)
        extreme = (np.abs(values) if both else values) >= least
        probability += float(weights1[rows] @ (extreme @ weights2))
    return probability


def _statistic(x1: Floats, n1: float, x2: Floats, n2: float, d: float, statistic: str) -> Floats:
    """The statistic; 0 where both the difference and its variance are 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        if statistic == "score" and d == 0:
            values = (x1 / n1 - x2 / n2) / np.sqrt((x1 + x2) / (n1 * n2))
        else:
            values = score_statistic(x1, n1, x2, n2, d, estimated=statistic == "wald")
    return np.where(np.isnan(values), 0.0, values)


def _around(mean: float) -> Floats:
    reach = _REACH * np.sqrt(mean) + _FLOOR
    return np.arange(max(0, np.floor(mean - reach)), np.ceil(mean + reach) + 1)


def _probability(x: Floats, mean: float) -> Floats:
    probability: Floats = np.exp(scipy.special.xlogy(x, mean) - mean - scipy.special.gammaln(x + 1))
    return probability
