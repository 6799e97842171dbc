"""Where did a trend bend? Joinpoint regression on yearly rates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from kunskapsbaserat.errors import OptionError, TableError
from kunskapsbaserat.rates.keys import keyed
from kunskapsbaserat.trends.joinpoint_search import Best, Grid
from kunskapsbaserat.trends.segments_fit import DF_RULES, SCALES, SegmentFit, fit_segments

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Floats = NDArray[np.float64]

SELECTIONS = ("permutation", "bic", "bic3", "wbic")
ZEROS = ("refuse", "half")
MOST = 5
PERMUTATIONS = 4499  # with the observed series 4 500


@dataclass(frozen=True, slots=True)
class PermutationStep:
    """One test on the way: `null` joinpoints against `alternative`, rejected when `p_value` is at most `level`."""

    null: int
    alternative: int
    p_value: float
    level: float

    @property
    def rejected(self) -> bool:
        return self.p_value <= self.level


@dataclass(frozen=True, slots=True)
class Joinpoint:
    """Joined straight lines through a series, the number of them chosen by a stated rule.

    `criteria` has one row per number of joinpoints: ``joinpoints sse bic bic3 wbic weight placement``. `steps` are the
    permutation tests (empty for the other selections). `zeros_replaced` counts the zeros that became half an event.

    Examples
    --------
    >>> from kunskapsbaserat.data import embedded
    >>> from kunskapsbaserat.trends import joinpoint, series
    >>> line = joinpoint(series(embedded.counts_groups(), area="2081", offence="stold_ran_kap8"), selection="bic3")
    >>> line.joinpoints, round(line.apc, 1)  # the years of the bends, and per cent a year after the last
    ((), -4.4)
    >>> {name: round(value, 1) for name, value in line.aapc(2015, 2025).items() if name in ("aapc", "lower", "upper")}
    {'aapc': -4.4, 'lower': -5.6, 'upper': -3.1}
    >>> line.segments[["start", "end", "apc", "lower", "upper"]].round(1)
        start     end  apc  lower  upper
    0  2010.0  2025.0 -4.4   -5.6   -3.1
    """

    fit: SegmentFit
    values: Floats
    selection: str
    criteria: pd.DataFrame
    steps: tuple[PermutationStep, ...]
    confidence: float
    df: str
    zeros_replaced: int = 0

    @property
    def joinpoints(self) -> tuple[float, ...]:
        return self.fit.joinpoints

    @property
    def fitted(self) -> Floats:
        """In the units of the series."""
        return np.exp(self.fit.fitted) if self.fit.scale == "log" else self.fit.fitted

    @property
    def segments(self) -> pd.DataFrame:
        """See `SegmentFit.segments`."""
        return self.fit.segments(confidence=self.confidence, df=self.df)

    @property
    def apc(self) -> float:
        """The yearly change of the last segment, in per cent (log scale) or units of the series (linear)."""
        return float(self.segments["apc"].iat[-1])

    def aapc(self, start: float | None = None, end: float | None = None) -> dict[str, float]:
        """Average yearly change over a range of years; see `SegmentFit.average`."""
        return self.fit.average(start, end, confidence=self.confidence, df=self.df)

    def to_frame(self) -> pd.DataFrame:
        return self.segments.assign(scale=self.fit.scale, selection=self.selection, joinpoints=len(self.joinpoints))

    def summary(self, name: str | None = None, *, language: str = "sv") -> str:
        """What it says, in Swedish or English; `name` is what is counted, in words."""
        from kunskapsbaserat.trends import words

        return words.joinpoint(self, words.NAMES.get(language, "") if name is None else name, language)

    def summary_frame(self) -> pd.DataFrame:
        """The stretches, a row each: see `segments`."""
        return self.segments

    def conf_int(self) -> pd.DataFrame:
        """Limits of every stretch's change a year, by its first and last year: ``lower upper``."""
        return self.segments.set_index(["start", "end"])[["lower", "upper"]]

    def _repr_html_(self) -> str:
        from kunskapsbaserat.trends.shown import joinpoint_html

        return joinpoint_html(self)

    def plot(self, ax: Axes | None = None, **options: Any) -> Axes:
        """See `plots.joinpoint`."""
        from kunskapsbaserat import plots

        return plots.joinpoint(self, ax, **options)


@keyed(series=("rate", "year", "standard_error", "exposure"))
def joinpoint(
    rate: ArrayLike,
    *,
    year: ArrayLike | None = None,
    standard_error: ArrayLike | None = None,
    exposure: ArrayLike | None = None,
    per: float = 1.0,
    zeros: str = "refuse",
    scale: str = "log",
    max_joinpoints: int | None = None,
    min_to_end: int = 2,
    min_between: int = 2,
    selection: str = "permutation",
    alpha: float = 0.05,
    permutations: int = PERMUTATIONS,
    confidence: float = 0.95,
    df: str = "joinpoints_estimated",
    seed: int = 20230701,
) -> Joinpoint:
    """Joined straight lines through a yearly series, with per cent change a year for each.

    Joinpoints stand at observed years. All placements are tried. A joinpoint belongs to both its segments.

    Parameters
    ----------
    rate : array_like or Series, shape (n,)
        Rates (or counts), positive on the log scale, none missing. A Series with years or yearly periods as index
        needs no `year`.
    year : array_like, shape (n,)
        Increasing; may have gaps. Default 0, 1, 2, ...
    standard_error : array_like, shape (n,)
        Of `rate`, when its precision is known and differs: weights 1/variance (on the log scale (rate/error)^2).
        Default: constant variance.
    exposure, per, zeros
        The rule for zeros on the log scale, where a rate of 0 has no logarithm: "refuse" (an error that says so) or
        "half", which counts half an event, ``0.5 / exposure * per``; it needs the `exposure` and the `per` of the rate.
        The linear scale takes zeros as they are.
    scale : {"log", "linear"}
        Per cent change a year, or change in the units of the series.
    max_joinpoints : int
        0 to 5. Default by length: 1 from 7 years, 2 from 12, 3 from 17, 4 from 22, 5 from 27.
    min_to_end, min_between : int
        Observations that must lie outside a joinpoint at each end, and between two joinpoints.
    selection : {"permutation", "bic", "bic3", "wbic"}
        - "permutation": residuals of the smaller model are permuted; starting from 0 against `max_joinpoints`, each test
          at level alpha / (max_joinpoints - null) moves one of the two a step (Kim et al. 2000).
        - "bic", "bic3": ln(SSE/n) + (2k+2) ln(n)/n, or with 3k+2.
        - "wbic": with (2+w)k+2, where w is the largest partial R-squared of a bend of the model (Kim et al. 2023, our
          reading of the weight; the program's own figures have not been at hand).
    alpha, permutations, seed
        Level of the whole sequence of tests, permutations of each, and the seed that makes them repeatable.
    confidence, df
        Of the limits, and how their degrees of freedom are counted: "joinpoints_estimated" (n - 2k - 2) or
        "joinpoints_known" (n - k - 2).

    Returns
    -------
    Joinpoint

    Raises
    ------
    TableError
        A missing or (on the log scale) non-positive value, years that do not increase, or too few years.
    OptionError
        An option is out of range, or the placements are more than five million.

    References
    ----------
    Kim HJ, Fay MP, Feuer EJ, Midthune DN (2000). Permutation tests for joinpoint regression with applications to cancer
    rates. Stat Med 19, 335-351. Clegg LX et al. (2009). Estimating average annual per cent change in trend analysis.
    Stat Med 28, 3670-3682. Kim HJ et al. (2023). Data-driven choice of a model selection method in joinpoint regression.
    J Appl Stat 50, 1992-2013.

    Examples
    --------
    Lung cancer among men in England, per 100 000, mean of three years. NCI's program Joinpoint prints the same years
    and changes (-2.8662, -1.38, -2.312 and -3.415 per cent a year):

    >>> import numpy as np
    >>> from kunskapsbaserat.trends import joinpoint
    >>> rate = [93.333, 90.633, 88.3, 86.6, 85.433, 84.633, 83.3, 81.6, 79.467]
    >>> rate += [77.3, 75.8, 74.233, 72.5, 70.633, 68.267, 66.1, 63.633]
    >>> found = joinpoint(rate, year=np.arange(2002, 2019), max_joinpoints=3, selection="bic")
    >>> found.joinpoints, found.segments["apc"].round(1).tolist()
    ((2004.0, 2008.0, 2015.0), [-2.9, -1.4, -2.3, -3.4])
    """
    for name, value, allowed in (("scale", scale, SCALES), ("selection", selection, SELECTIONS), ("df", df, DF_RULES)):
        if value not in allowed:
            raise OptionError(name, value, allowed)
    values, years = _series(rate, year)
    filled, replaced = _without_zeros(values, scale, zeros, exposure, per)
    y = np.log(filled) if scale == "log" else filled
    root = _root_weights(filled, standard_error, scale)
    grid = Grid(years, most_joinpoints(len(years), max_joinpoints), to_end=min_to_end, between=min_between, root_weights=root)
    best = grid.search(y[:, None])
    table = _criteria(grid, best, y, years)
    steps: tuple[PermutationStep, ...] = ()
    if selection == "permutation":
        steps = _permutation_tests(grid, best, y, years, root, alpha, permutations, seed)
        chosen = _chosen(steps)
    else:
        chosen = int(table[selection].to_numpy().argmin())
    fit = fit_segments(y, years, years[best.positions[chosen][:, 0]].tolist(), scale=scale, root_weights=root)
    return Joinpoint(fit, values, selection, table, steps, confidence, df, replaced)


def most_joinpoints(n: int, wanted: int | None) -> int:
    """How many joinpoints a series of n years may have: what is asked for, or one per five years from the seventh."""
    if wanted is not None and not 0 <= wanted <= MOST:
        raise OptionError("max_joinpoints", wanted, range(MOST + 1))
    return min(max((n - 2) // 5, 0), MOST) if wanted is None else wanted


def information(grid: Grid, best: Best, y: Floats) -> dict[str, Floats]:
    """BIC, BIC3, WBIC and its weight, each (number of joinpoints from 0, series), for the searched columns of `y`."""
    n = len(y)
    count = np.arange(len(best.sse))[:, None]
    weight = np.vstack([grid.partial_r_squared(best, y, k).max(axis=0, initial=0) for k in range(len(best.sse))])
    loss, step = np.log(np.maximum(best.sse, np.finfo(float).tiny) / n), np.log(n) / n
    return {
        "bic": loss + (2 * count + 2) * step,
        "bic3": loss + (3 * count + 2) * step,
        "wbic": loss + ((2 + weight) * count + 2) * step,
        "weight": weight,
    }


def _criteria(grid: Grid, best: Best, y: Floats, years: Floats) -> pd.DataFrame:
    """One row per number of joinpoints of one series."""
    table = pd.DataFrame({name: values[:, 0] for name, values in information(grid, best, y[:, None]).items()})
    table.insert(0, "joinpoints", np.arange(len(table)))
    table.insert(1, "sse", best.sse[:, 0])
    return table.assign(placement=[tuple(years[positions[:, 0]].tolist()) for positions in best.positions])


def _permutation_tests(
    grid: Grid, best: Best, y: Floats, years: Floats, root: Floats, alpha: float, permutations: int, seed: int
) -> tuple[PermutationStep, ...]:
    """Test k0 against k1 until they meet: a rejection raises k0, anything else lowers k1."""
    rng = np.random.default_rng(seed)
    steps: list[PermutationStep] = []
    null, alternative = 0, grid.most
    while null < alternative:
        fit = fit_segments(y, years, years[best.positions[null][:, 0]].tolist(), root_weights=root)
        residuals = (y - fit.fitted) * root
        shuffled = rng.permuted(np.tile(residuals, (permutations, 1)), axis=1).T
        observed = best.sse[null, 0] / max(best.sse[alternative, 0], np.finfo(float).tiny)
        series = fit.fitted[:, None] + shuffled / root[:, None]
        reached = grid.reaching(series, observed * (1 - 1e-12), null=null, alternative=alternative)
        p_value = (1 + np.count_nonzero(reached)) / (permutations + 1)
        steps.append(PermutationStep(null, alternative, float(p_value), alpha / (grid.most - null)))
        null, alternative = (null + 1, alternative) if steps[-1].rejected else (null, alternative - 1)
    return tuple(steps)


def _chosen(steps: tuple[PermutationStep, ...]) -> int:
    return sum(step.rejected for step in steps)


def _series(rate: ArrayLike, year: ArrayLike | None) -> tuple[Floats, Floats]:
    if year is None and isinstance(rate, pd.Series):
        year = rate.index.year if isinstance(rate.index, pd.PeriodIndex) else rate.index
    values = np.asarray(rate, dtype=float)
    years = np.arange(len(values), dtype=float) if year is None else np.asarray(year, dtype=float)
    if values.ndim != 1 or years.shape != values.shape:
        raise TableError("one rate for each year", forvantat="ett tal för varje år", got=(values.shape, years.shape))
    if len(values) < 4:
        raise TableError("at least four years", forvantat="minst fyra år", got=len(values))
    if not np.isfinite(values).all():
        where = years[~np.isfinite(values)][0]
        raise TableError(
            "a rate for every year",
            forvantat="ett tal för varje år",
            row=f"{where:g}",
            got=None,
            hint="leave a year without a figure out: years may have gaps",
            tips="utelämna år utan uppgift: åren får ha luckor",
        )
    if (np.diff(years) <= 0).any():
        raise TableError("years that increase", forvantat="år i stigande ordning", column="year")
    return values, years


def _without_zeros(values: Floats, scale: str, zeros: str, exposure: ArrayLike | None, per: float) -> tuple[Floats, int]:
    if zeros not in ZEROS:
        raise OptionError("zeros", zeros, ZEROS)
    if scale == "linear":
        return values, 0
    if (values < 0).any():
        raise TableError("rates of 0 or more", forvantat="tal som är noll eller mer", got=float(values.min()))
    empty = values == 0
    if not empty.any():
        return values, 0
    if zeros == "refuse" or exposure is None:
        raise TableError(
            "rates above 0 on the log scale",
            forvantat="tal över noll (logaritmen av noll finns inte)",
            got=0,
            hint="zeros='half' with the exposure counts half an event; scale='linear' takes zeros as they are",
            tips="zeros='half' med befolkningen räknar ett halvt brott; scale='linear' tar nollor som de är",
        )
    half = np.broadcast_to(0.5 / np.asarray(exposure, dtype=float) * per, values.shape)
    return np.where(empty, half, values), int(empty.sum())


def _root_weights(values: Floats, standard_error: ArrayLike | None, scale: str) -> Floats:
    if standard_error is None:
        return np.ones(len(values))
    errors = np.asarray(standard_error, dtype=float)
    if errors.shape != values.shape or not (errors > 0).all():
        raise TableError("a standard error above 0 for each rate", forvantat="ett medelfel över noll för varje tal")
    return values / errors if scale == "log" else 1 / errors
