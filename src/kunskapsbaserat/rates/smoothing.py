"""Rates drawn towards the common level, the more so the less an area's own figures tell."""

from __future__ import annotations

import numpy as np
import pandas as pd
import scipy

from kunskapsbaserat.errors import OptionError
from kunskapsbaserat.rates.checks import Floats, amounts, columns, counts, option, positive, reasons, refuse
from kunskapsbaserat.rates.keys import keyed, keys_once
from kunskapsbaserat.rates.neighbours import Neighbours, neighbourhoods

METHODS = ("marshall", "gamma", "ml")


@keyed(df=("area?",))
def empirical_bayes(
    df: pd.DataFrame,
    *,
    count: str = "count",
    exposure: str = "exposure",
    area: str = "area",
    per: float = 100_000,
    method: str = "marshall",
    neighbours: Neighbours | None = None,
    tolerance: float = 1e-5,
    max_iterations: int = 20,
) -> pd.DataFrame:
    """Shrunken rates: each area's own rate weighed against the common one.

    A village where one burglary became three has three times the rate and no more crime. The shrunken rate is what
    one would guess its level to be, knowing how much areas of the table usually differ. For maps and order; for the
    record of what was reported use `crude_rate`.

    Parameters
    ----------
    df : DataFrame
        One row per area, of one offence and period.
    count, exposure, area : str
        Columns of events, person-years and area code (the last only with `neighbours`).
    per : float
        The rates' base. With expected events as `exposure` and `per` 1 the result is a smoothed ratio.
    method : {"marshall", "gamma", "ml"}
        - "marshall": mean and variance of the areas' true rates by moments (Marshall 1991); negative variance is
          taken as 0.
        - "gamma": true rates follow a gamma distribution, fitted by iterated moments (Clayton and Kaldor 1987).
        - "ml": the same distribution by maximum likelihood of the negative binomial counts; no variance is found where the
          counts vary no more than chance.
    neighbours : mapping of area to areas, optional
        With "marshall": the common level and variance are those of the area and its neighbours (`rates.neighbours_of`).
        An area without neighbours in the table is weighed against all.
    tolerance, max_iterations
        When the iteration of "gamma" stops: relative change of mean and variance.

    Returns
    -------
    DataFrame
        The rows of `df`, same order and index, plus ``shrunken_rate per``, ``weight`` (of the area's own rate, 0 to 1),
        ``prior_mean prior_variance`` (of the rates, per `per` and its square), ``basis`` ("all" or "neighbours"),
        ``method`` and ``reason``. An area without person-years gets the common rate, weight 0 and reason
        "no_exposure"; without a count it gets nothing ("no_count").

    Raises
    ------
    TableError
        A column is missing, a count is negative or not whole, events without person-years, or an area stands twice.

    References
    ----------
    Marshall RJ (1991). Mapping disease and mortality rates using empirical Bayes estimators. Applied Statistics 40,
    283-294. Clayton D, Kaldor J (1987). Empirical Bayes estimates of age-standardized relative risks. Biometrics 43,
    671-681.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat import rates
    >>> burglary = pd.DataFrame({"area": ["2021", "2023", "2034", "2080", "2081", "2084"], "count": [8, 15, 21, 163, 226, 119]})
    >>> burglary["exposure"] = [6_740, 10_257, 6_879.5, 59_965.5, 51_580, 22_585]
    >>> table = rates.empirical_bayes(rates.crude_rate(burglary)[["area", "count", "exposure", "rate"]])
    >>> table[["area", "rate", "shrunken_rate", "weight"]].round(2)
       area    rate  shrunken_rate  weight
    0  2021  118.69         184.20    0.72
    1  2023  146.24         188.24    0.79
    2  2034  305.25         317.60    0.72
    3  2080  271.82         275.13    0.96
    4  2081  438.15         433.78    0.95
    5  2084  526.90         508.11    0.89
    """
    option("method", method, METHODS)
    if neighbours is not None and method != "marshall":
        raise OptionError("method", method, ("marshall",))
    keys_once(df, None, besides=(count, exposure))
    events, years = counts(df, count), amounts(df, exposure)
    nothing = ~(years > 0)
    refuse(df, (years == 0) & (events > 0), exposure, "person-years where there are events", "personår där det finns brott")
    usable = ~nothing & ~np.isnan(events)
    x, n = np.where(usable, events, 0.0), np.where(usable, years, 0.0)
    basis = np.full(len(df), "all", dtype=object)
    if method == "ml":
        mean, variance = likelihood_prior(x, n)
    elif method == "gamma":
        mean, variance = gamma_prior(x, n, tolerance, max_iterations)
    else:
        mean, variance = marshall_prior(x, n)
    means, variances = np.full(len(df), mean), np.full(len(df), variance)
    if neighbours is not None:
        columns(df, [area])
        keys_once(df, [area])
        inside = neighbourhoods(df[area], neighbours)
        local = (inside[:, usable].sum(axis=1) > 1) & usable
        near_mean, near_variance = _local_prior(x, n, inside * usable)
        means, variances = np.where(local, near_mean, means), np.where(local, near_variance, variances)
        basis[local] = "neighbours"
    per = positive("per", per)
    rate, weight = shrink(x, n, means, variances)
    hidden = np.where(np.isnan(events) | np.isnan(means), np.nan, per)
    return df.assign(
        shrunken_rate=rate * hidden,
        per=per,
        weight=np.where(np.isnan(hidden), np.nan, weight),
        prior_mean=means * per,
        prior_variance=variances * per**2,
        basis=pd.Series(basis, index=df.index, dtype=object),
        method=method,
        reason=reasons(df.index, (np.isnan(events), "no_count"), (np.isnan(means), "no_areas"), (nothing, "no_exposure")),
    )


def shrink(x: Floats, n: Floats, mean: Floats, variance: Floats) -> tuple[Floats, Floats]:
    """The weighted rate (per person-year) and the weight of the own rate; all arrays of one shape."""
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = np.where((n > 0) & (variance > 0), variance / (variance + mean / n), 0.0)
        return np.where(weight > 0, mean + weight * (x / n - mean), mean), weight


def marshall_prior(x: Floats, n: Floats) -> tuple[float, float]:
    """Mean and variance of the true rates, by moments; areas with no person-years do not count."""
    used = n > 0
    if not used.any():
        return np.nan, np.nan
    x, n = x[used], n[used]
    mean = x.sum() / n.sum()
    spread = np.sum(n * (x / n - mean) ** 2) / n.sum()
    return float(mean), max(0.0, float(spread - mean / n.mean()))


def _local_prior(x: Floats, n: Floats, inside: Floats) -> tuple[Floats, Floats]:
    """The same for every row's neighbourhood."""
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = np.where(n > 0, x / n, 0.0)
        people, areas = inside @ n, inside.sum(axis=1)
        mean = (inside @ x) / people
        spread = (inside * n * (rate - mean[:, None]) ** 2).sum(axis=1) / people
        return mean, np.maximum(spread - mean * areas / people, 0.0)


def gamma_prior(x: Floats, n: Floats, tolerance: float = 1e-5, max_iterations: int = 20) -> tuple[float, float]:
    """Mean and variance of the gamma distribution of the true rates, by Clayton and Kaldor's iterated moments."""
    used = n > 0
    x, n = x[used], n[used]
    if not len(x):
        return np.nan, np.nan
    raw = x / n
    pooled = float(x.sum() / n.sum())
    mean, variance = float(raw.mean()), float(raw.var(ddof=1)) if len(x) > 1 else 0.0
    last = mean, variance
    for iteration in range(max_iterations + 2):
        if variance <= 1e-14 * mean**2 or mean == 0:
            return pooled, 0.0
        last = mean, variance
        shape, scale = mean**2 / variance, mean / variance
        smooth = (x + shape) / (n + scale)
        new_mean = float(smooth.mean())
        new_variance = float(np.sum((1 + scale / n) * (smooth - new_mean) ** 2) / (len(x) - 1))
        close = abs(new_mean - mean) <= tolerance * (new_mean + mean) and abs(new_variance - variance) <= tolerance * (
            new_variance + variance
        )
        mean, variance = new_mean, new_variance
        if close or iteration == max_iterations:
            break
    return last


def likelihood_prior(x: Floats, n: Floats) -> tuple[float, float]:
    """Mean and variance of the gamma distribution of the true rates under which the counts are likeliest.

    For a given shape the best mean is one root, so that the search is over the shape alone; the likelihood of very large shapes
    is that of no variance, which is the answer where no shape does better.
    """
    from scipy import optimize  # 0.2 s to load; most readers of a rate never smooth

    used = n > 0
    x, n = x[used], n[used]
    if not len(x):
        return np.nan, np.nan
    pooled = float(x.sum() / n.sum())
    if pooled == 0:
        return 0.0, 0.0
    size = n * pooled  # so that the mean is near 1

    def mean_of(shape: float) -> float:
        def slope(m: float) -> float:
            return float(np.sum(x - (x + shape) * size * m / (shape + size * m)))

        return float(optimize.brentq(slope, 1e-8, 1e8))

    def minus_log_likelihood(log_shape: float) -> float:
        shape = float(np.exp(log_shape))
        mu = size * mean_of(shape)
        terms = scipy.special.gammaln(x + shape) - scipy.special.gammaln(shape) + shape * np.log(shape / (shape + mu))
        return -float(np.sum(terms + scipy.special.xlogy(x, mu / (shape + mu))))

    best = optimize.minimize_scalar(minus_log_likelihood, bounds=_LOG_SHAPES, method="bounded", options={"xatol": 1e-10})
    if best.x > _LOG_SHAPES[1] - 0.1 or best.fun >= -float(np.sum(scipy.special.xlogy(x, size) - size)) - 1e-9:
        return pooled, 0.0
    shape = float(np.exp(best.x))
    mean = pooled * mean_of(shape)
    return mean, mean**2 / shape


_LOG_SHAPES = (-9.0, 16.0)  # shapes from a ten-thousandth to ten millions: beyond, all or nothing is chance


@keyed(df=("area?",))
def excess_risk(df: pd.DataFrame, *, count: str = "count", exposure: str = "exposure") -> pd.DataFrame:
    """Each area's rate over the rate of all areas together.

    Parameters
    ----------
    df : DataFrame
        One row per area, of one offence and period.
    count, exposure : str
        Columns of events and person-years.

    Returns
    -------
    DataFrame
        The rows of `df`, same order and index, plus ``excess_risk`` (times, 1 for the common rate) and ``reason``: "no_count",
        "no_exposure", "no_events" (none in any area).

    Raises
    ------
    TableError
        A column is missing, a count is negative or not whole, or an area stands twice.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat import rates
    >>> burglary = pd.DataFrame({"area": ["2080", "2081", "2084"], "count": [163, 226, 119]})
    >>> burglary["exposure"] = [59_965.5, 51_580, 22_585]
    >>> rates.excess_risk(burglary)[["area", "excess_risk"]].round(2)
       area  excess_risk
    0  2080         0.72
    1  2081         1.16
    2  2084         1.39
    """
    keys_once(df, None, besides=(count, exposure))
    events, years = counts(df, count), amounts(df, exposure)
    usable = ~np.isnan(events) & (years > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        common = events[usable].sum() / years[usable].sum()
        values = np.where(usable & (common > 0), events / years / common, np.nan)
    conditions = ((np.isnan(events), "no_count"), (~(years > 0), "no_exposure"), (np.isnan(values), "no_events"))
    return df.assign(excess_risk=values, reason=reasons(df.index, *conditions))


@keyed(df=("area",))
def spatial_median(
    df: pd.DataFrame,
    *,
    neighbours: Neighbours,
    count: str = "count",
    exposure: str = "exposure",
    area: str = "area",
    per: float = 100_000,
) -> pd.DataFrame:
    """The median of the rates of an area and its neighbours (areas without a rate left out).

    Parameters
    ----------
    df : DataFrame
        One row per area, of one offence and period.
    neighbours : mapping of area to areas
        As `neighbours_of` gives it.
    count, exposure, area : str
        Columns of events, person-years and area code.
    per : float
        The rates' base.

    Returns
    -------
    DataFrame
        The rows of `df`, same order and index, plus ``median_rate`` (per `per`) ``per areas_with_rate reason`` ("no_rates":
        neither the area nor a neighbour has one).

    Raises
    ------
    TableError
        A column is missing, a count is negative or not whole, an area stands twice or has no neighbours known.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat import rates
    >>> burglary = pd.DataFrame({"area": ["2080", "2081", "2034"], "count": [163, 226, 21]})  # Falun, Borlänge, Orsa
    >>> burglary["exposure"] = [59_965.5, 51_580, 6_879.5]
    >>> borders = {"2080": ("2081",), "2081": ("2080",), "2034": ()}  # of the three; see `neighbours_of`
    >>> rates.spatial_median(burglary, neighbours=borders)[["area", "median_rate", "areas_with_rate"]].round(1)
       area  median_rate  areas_with_rate
    0  2080        355.0                2
    1  2081        355.0                2
    2  2034        305.3                1
    """
    columns(df, [area])
    keys_once(df, [area])
    events, years = counts(df, count), amounts(df, exposure)
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = np.where(years > 0, events / years, np.nan)
    inside = neighbourhoods(df[area], neighbours) > 0
    near = [rate[row & ~np.isnan(rate)] for row in inside]
    median = np.array([np.median(values) if len(values) else np.nan for values in near])
    return df.assign(
        median_rate=median * positive("per", per),
        per=per,
        areas_with_rate=[len(values) for values in near],
        reason=reasons(df.index, (np.isnan(median), "no_rates")),
    )
