"""When did the level shift? Breaks in the mean, their number by BIC and their dates with limits."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import scipy
from numpy.typing import ArrayLike, NDArray

from kunskapsbaserat.errors import OptionError, TableError
from kunskapsbaserat.rates.keys import keyed

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ChangePoints:
    """The level of a series as steps.

    Attributes
    ----------
    series : Series
        As it was given.
    breaks : DataFrame
        One row per break: ``position`` (the last point before the shift, from 1), ``at`` (its index), ``lower upper``
        (positions), ``mean_before mean_after confidence``.
    criteria : DataFrame
        One row per number of breaks: ``breaks rss bic``.

    Examples
    --------
    >>> from kunskapsbaserat.trends import change_points
    >>> steps = change_points([14, 12, 15, 13, 14, 12, 21, 23, 20, 22, 21, 24])
    >>> steps.to_frame()[["position", "mean_before", "mean_after"]].round(1)
       position  mean_before  mean_after
    0         6         13.3        21.8
    >>> steps.fitted[[0, -1]].round(1).tolist()
    [13.3, 21.8]
    >>> steps.criteria.round(1)
       breaks    rss   bic
    0       0  234.9  74.7
    1       1   18.2  49.0
    2       2   16.7  52.9
    3       3   15.8  57.3
    4       4   15.2  61.7
    5       5   14.5  66.1
    """

    series: pd.Series
    breaks: pd.DataFrame
    criteria: pd.DataFrame

    @property
    def fitted(self) -> Floats:
        edges = [0, *self.breaks["position"].tolist(), len(self.series)]
        y = self.series.to_numpy(dtype=float)
        return np.concatenate([np.full(b - a, y[a:b].mean()) for a, b in itertools.pairwise(edges)])

    def to_frame(self) -> pd.DataFrame:
        return self.breaks

    def plot(self, ax: Axes | None = None, **options: Any) -> Axes:
        """See `plots.change_points`."""
        from kunskapsbaserat import plots

        return plots.change_points(self, ax, **options)


@keyed(series=("values",))
def change_points(
    values: ArrayLike,
    *,
    min_share: float = 0.15,
    breaks: int | None = None,
    max_breaks: int | None = None,
    confidence: float = 0.95,
) -> ChangePoints:
    """All numbers of breaks in the mean by dynamic programming; the number with the lowest BIC unless `breaks` says it.

    The values are taken to be independent around their levels; a season or a slope has to be taken out first.

    Parameters
    ----------
    values : array_like or Series, shape (n,)
        In time order, none missing.
    min_share : float
        Shortest part as a share of the series (0 to 0.5).
    breaks, max_breaks : int
        A given number of breaks, or the most that is tried (default as many as fit).
    confidence : float
        Of the limits for the date (Bai 1997, with a variance of its own on each side).

    Returns
    -------
    ChangePoints

    Raises
    ------
    TableError
        Fewer than six values, too few for `min_share`, or one that is missing.
    OptionError
        `min_share` or `confidence` is out of range, or more breaks are asked for than fit.

    References
    ----------
    Bai J, Perron P (2003). Computation and analysis of multiple structural change models. J Appl Econometrics 18, 1-22.
    Bai J (1997). Estimation of a change point in multiple regression models. Rev Econ Stat 79, 551-563. Zeileis A et al.
    (2003). Testing and dating of structural changes in practice. Comput Stat Data Anal 44, 109-123.

    Examples
    --------
    Twelve years of the Nile's flow at Aswan (10^8 m3); Zeileis et al. (2003) date the break in the whole series to 1898:

    >>> import pandas as pd
    >>> from kunskapsbaserat.trends import change_points
    >>> flow = [1250, 1260, 1220, 1030, 1100, 774, 840, 874, 694, 940, 833, 701]
    >>> nile = pd.Series(flow, index=range(1894, 1906))
    >>> row = change_points(nile, max_breaks=1).breaks.iloc[0]
    >>> int(row["at"]), round(row["mean_before"]), round(row["mean_after"])
    (1898, 1172, 808)
    """
    if not 0 < min_share <= 0.5:
        raise OptionError(
            "min_share", min_share, ("a share above 0 and at most 0.5",), tillatna=("ett tal över 0 och högst 0,5",)
        )
    series = values if isinstance(values, pd.Series) else pd.Series(np.asarray(values, dtype=float))
    y = series.to_numpy(dtype=float)
    shortest = max(int(np.floor(len(y) * min_share + 1e-9)), 2)
    if len(y) < 2 * shortest or len(y) < 6 or not np.isfinite(y).all():
        raise TableError("at least six values and none missing", forvantat="minst sex tal och inget saknat", got=len(y))
    fits = len(y) // shortest - 1
    wanted = [number for number in (breaks, max_breaks) if number is not None]
    if any(not 0 <= number <= fits for number in wanted):
        raise OptionError("breaks", wanted, range(fits + 1))
    most = min(fits, max(int(np.ceil(1 / min_share)) - 2, 1)) if not wanted else max(wanted)
    rss, dates = _partitions(y, shortest, most)
    n = len(y)
    number = np.arange(most + 1)
    bic = n * (np.log(np.maximum(rss, np.finfo(float).tiny)) + 1 - np.log(n) + np.log(2 * np.pi)) + np.log(n) * 2 * (number + 1)
    chosen = int(bic.argmin()) if breaks is None else breaks
    table = pd.DataFrame(_break_rows(y, dates[chosen], confidence), columns=_COLUMNS)
    table.insert(1, "at", [series.index[position - 1] for position in table["position"]])
    return ChangePoints(series, table, pd.DataFrame({"breaks": number, "rss": rss, "bic": bic}))


_COLUMNS = ["position", "lower", "upper", "mean_before", "mean_after", "confidence"]


def _partitions(y: Floats, shortest: int, most: int) -> tuple[Floats, list[list[int]]]:
    """Lowest sum of squares, and the last points before the breaks, for each number of breaks."""
    n = len(y)
    sums, squares = (np.concatenate([[0.0], np.cumsum(part)]) for part in (y - y.mean(), (y - y.mean()) ** 2))
    start, end = np.arange(n + 1)[:, None], np.arange(n + 1)[None, :]
    length = end - start
    with np.errstate(divide="ignore", invalid="ignore"):
        cost = (squares[None, :] - squares[:, None]) - (sums[None, :] - sums[:, None]) ** 2 / length
    cost = np.where(length >= shortest, np.maximum(cost, 0), np.inf)
    best = [cost[0]]
    came_from = []
    for _ in range(most):
        total = best[-1][:, None] + cost
        came_from.append(total.argmin(axis=0))
        best.append(total.min(axis=0))
    dates = []
    for number in range(most + 1):
        place, ends = n, []
        for step in range(number - 1, -1, -1):
            place = int(came_from[step][place])
            ends.append(place)
        dates.append(ends[::-1])
    return np.array([costs[n] for costs in best]), dates


def _break_rows(y: Floats, dates: list[int], confidence: float) -> list[tuple[float, ...]]:
    edges = [0, *dates, len(y)]
    parts = [y[a:b] for a, b in itertools.pairwise(edges)]
    rows: list[tuple[float, ...]] = []
    for date, before, after in zip(dates, parts[:-1], parts[1:], strict=True):
        shift = after.mean() - before.mean()
        variances = before.var(), after.var()
        if shift == 0 or min(variances) == 0:
            low, high = date, date
        else:
            scale = variances[0] / shift**2
            ratio = np.sqrt(variances[1] / variances[0])
            high_quantile, low_quantile = _quantiles(ratio**2, confidence)
            low, high = date - int(np.ceil(high_quantile * scale)), date - int(np.floor(low_quantile * scale))
        rows.append((date, max(low, 1), min(high, len(y)), before.mean(), after.mean(), confidence))
    return rows


def _quantiles(phi: float, confidence: float) -> tuple[float, float]:
    """Upper and lower quantile of Bai's limit law, where phi is the variance after the break over that before."""
    from scipy import optimize

    tail = (1 - confidence) / 2
    reach = 10.0
    while _bai_cdf(-reach, phi) > tail / 10 or _bai_cdf(reach, phi) < 1 - tail / 10:
        reach *= 2
    upper = optimize.brentq(lambda x: _bai_cdf(x, phi) - (1 - tail), -reach, reach)
    lower = optimize.brentq(lambda x: _bai_cdf(x, phi) - tail, -reach, reach)
    return float(upper), float(lower)


def _bai_cdf(x: float, phi: float) -> float:
    """Distribution of where W(v) - |v|/2 is largest, with phi times the variance on the right side (Bai 1997, appendix B)."""
    if x <= 0:
        v = -x
        root = np.sqrt(v)
        a = (phi + 2) ** 2 / (phi + 1)
        first = -np.sqrt(v / (2 * np.pi)) * np.exp(-v / 8)
        second = (
            phi * (phi + 2) / (phi + 1) * np.exp((1 + 1 / phi) / phi * v / 2 + scipy.special.log_ndtr(-(0.5 + 1 / phi) * root))
        )
        return float(first - second + (v / 2 - 2 + a) * scipy.special.ndtr(-root / 2))
    inverse = 1 / phi
    root = np.sqrt(x)
    a = (2 * phi + 1) ** 2 / ((phi + 1) * phi)
    first = np.sqrt(inverse) * np.sqrt(x / (2 * np.pi)) * np.exp(-inverse * x / 8)
    exponent = (phi + 1) * x / 2 + scipy.special.log_ndtr(-(phi + 0.5) / np.sqrt(phi) * root)
    second = (2 * phi + 1) / (phi + 1) * inverse * np.exp(exponent)
    return float(1 + first + second - (a - 2 + inverse * x / 2) * scipy.special.ndtr(-np.sqrt(inverse) * root / 2))
