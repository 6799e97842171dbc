"""What is season, what is trend, and what is left?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from kunskapsbaserat.errors import OptionError, TableError
from kunskapsbaserat.rates.keys import keyed
from kunskapsbaserat.trends.stl import StlSettings, decompose

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Floats = NDArray[np.float64]

SETTINGS = ("r", "statsmodels")
SCALES = ("linear", "log")


@dataclass(frozen=True, slots=True)
class Seasonal:
    """A series taken apart: observed = trend + seasonal + remainder, or their product on the log scale.

    Attributes
    ----------
    parts : DataFrame
        One row per period, with the series' index: ``observed trend seasonal remainder weight adjusted`` (observed without
        season). On the log scale trend and adjusted are in the units of the series, seasonal and remainder factors.
    scale : {"linear", "log"}
        Of the parts.
    settings : StlSettings
        Windows, degrees and loops that were used.

    Examples
    --------
    >>> from kunskapsbaserat.data import embedded
    >>> from kunskapsbaserat.trends import seasonal, series
    >>> parts = seasonal(series(embedded.counts_month(), area="2081", offence="stold_2013"), scale="log")
    >>> round(parts.strength, 2)
    0.79
    >>> parts.profile.round(2).nlargest(2).to_dict()  # months with the most thefts, as factors
    {8: 1.4, 9: 1.29}
    >>> parts.parts[["observed", "trend", "seasonal", "adjusted"]].tail(2).round(2)
             observed   trend  seasonal  adjusted
    2016-11     196.0  229.98      0.85    230.57
    2016-12     212.0  227.36      0.83    255.43
    """

    parts: pd.DataFrame
    scale: str
    settings: StlSettings

    @property
    def strength(self) -> float:
        """0 (no season) to 1 (nothing else): 1 - var(remainder) / var(seasonal + remainder) (Wang, Smith and Hyndman 2006)."""
        seasonal, remainder = (self.parts[name].to_numpy() for name in ("seasonal", "remainder"))
        if self.scale == "log":
            seasonal, remainder = np.log(seasonal), np.log(remainder)
        both = float(np.var(seasonal + remainder))
        return max(0.0, 1 - float(np.var(remainder)) / both) if both > 0 else 0.0

    @property
    def profile(self) -> pd.Series:
        """Mean seasonal part by its place in the year (1 is the first), over the whole series."""
        place = _places(self.parts.index, self.settings.period)
        if self.scale == "log":
            return np.exp(np.log(self.parts["seasonal"]).groupby(place).mean())
        return self.parts["seasonal"].groupby(place).mean()

    def to_frame(self) -> pd.DataFrame:
        return self.parts

    def plot(self, ax: Axes | None = None, **options: Any) -> Axes:
        """See `plots.seasonal`."""
        from kunskapsbaserat import plots

        return plots.seasonal(self, ax, **options)


@keyed(series=("values",))
def seasonal(
    values: ArrayLike,
    *,
    period: int | None = None,
    scale: str = "linear",
    setting: str = "r",
    window: int | str | None = None,
    trend: int | None = None,
    low_pass: int | None = None,
    degrees: tuple[int, int, int] | None = None,
    jumps: tuple[int, int, int] | None = None,
    robust: bool = False,
    inner: int | None = None,
    outer: int | None = None,
) -> Seasonal:
    """STL, in the setting of R's ``stl`` or of statsmodels' ``STL``.

    Parameters
    ----------
    values : array_like or Series, shape (n,)
        In time order, none missing, at least two years. A Series with monthly or quarterly periods needs no `period`.
    period : int
        Periods a year.
    scale : {"linear", "log"}
        "log" lets the season be a factor; it needs values above 0.
    setting : {"r", "statsmodels"}
        Which defaults: R (seasonal degree 0, jumps of a tenth of the window, 2 inner loops, not robust; the window has no
        default there and is "periodic" here) or statsmodels (degree 1, no jumps, window 7, 5 inner loops). Robust: 15 outer
        loops in both, with 1 inner (R) or 2.
    window, trend, low_pass
        Odd numbers of points; "periodic" makes the season the same every year.
    degrees, jumps : (seasonal, trend, low-pass)
        Of the loess; jumps above 1 interpolate.
    robust, inner, outer
        Robustness weights, and the loops.

    Returns
    -------
    Seasonal

    Raises
    ------
    TableError
        Less than two years, a missing value, or a value of 0 or less on the log scale.
    OptionError
        An option is out of range.

    References
    ----------
    Cleveland RB et al. (1990). STL. Journal of Official Statistics 6, 3-73.

    Examples
    --------
    Bicycles are stolen when they are used. Which months have the most thefts in Lund, and how much above the mean?

    >>> from kunskapsbaserat.data import embedded
    >>> from kunskapsbaserat.trends import seasonal, series
    >>> parts = seasonal(series(embedded.counts_month(), area="1281", offence="stold_2013"))
    >>> parts.profile.round().nlargest(3).to_dict()
    {5: 101.0, 9: 87.0, 10: 47.0}
    """
    for name, choice, allowed in (("scale", scale, SCALES), ("setting", setting, SETTINGS)):
        if choice not in allowed:
            raise OptionError(name, choice, allowed)
    numbers, index, per_year = _checked(values, period, scale)
    periodic = window == "periodic" or (window is None and setting == "r")
    chosen = _settings(
        len(numbers), per_year, setting, None if periodic else window, (trend, low_pass), degrees, jumps, robust, (inner, outer)
    )
    y = np.log(numbers) if scale == "log" else numbers
    season, smooth, weights = (part[:, 0] for part in decompose(y[:, None], chosen))
    if periodic:
        place = np.arange(len(y)) % per_year
        season = (np.bincount(place, weights=season) / np.bincount(place))[place]
    rest = y - season - smooth
    if scale == "log":
        season, smooth, rest = np.exp(season), np.exp(smooth), np.exp(rest)
    table = {"observed": numbers, "trend": smooth, "seasonal": season, "remainder": rest, "weight": weights}
    adjusted = numbers / season if scale == "log" else numbers - season
    return Seasonal(pd.DataFrame(table | {"adjusted": adjusted}, index=index), scale, chosen)


def _checked(values: ArrayLike, period: int | None, scale: str) -> tuple[Floats, pd.Index, int]:
    numbers = np.asarray(values, dtype=float)
    index = values.index if isinstance(values, pd.Series) else pd.RangeIndex(len(numbers))
    if period is None and isinstance(index, pd.PeriodIndex):
        period = {"M": 12, "Q": 4, "W": 52}.get(index.freqstr[:1])
    if period is None or period < 2:
        raise OptionError("period", period, (12, 4, 52))
    if numbers.ndim != 1 or len(numbers) < 2 * period:
        raise TableError(f"two years of {period} periods", forvantat=f"två år med {period} perioder", got=len(numbers))
    if not np.isfinite(numbers).all():
        raise TableError("a value for every period", forvantat="ett tal för varje period")
    if scale == "log" and (numbers <= 0).any():
        raise TableError(
            "values above 0 on the log scale",
            forvantat="tal över noll (logaritmen av noll finns inte)",
            got=float(numbers.min()),
            hint="scale='linear' takes zeros as they are",
            tips="scale='linear' tar nollor som de är",
        )
    return numbers, index, period


def _settings(
    n: int,
    period: int,
    setting: str,
    window: int | str | None,
    other: tuple[int | None, int | None],
    degrees: tuple[int, int, int] | None,
    jumps: tuple[int, int, int] | None,
    robust: bool,
    loops: tuple[int | None, int | None],
) -> StlSettings:
    r = setting == "r"
    season = (10 * n + 1 if r else 7) if window is None else int(window)
    smooth = 1.5 * period / (1 - 1.5 / season)
    trend = other[0] or (_odd(np.ceil(smooth)) if r else _odd(np.floor(smooth) + 1))
    windows = (season, trend, other[1] or _odd(period if r else period + 1))
    for name, size in zip(("window", "trend", "low_pass"), windows, strict=True):
        if size < 3 or size % 2 == 0:
            raise OptionError(
                name, size, ("an odd number of points, 3 or more",), tillatna=("ett udda antal punkter, minst 3",)
            )
    tenth, tenth_of_trend, tenth_of_low = (int(np.ceil(size / 10)) for size in windows)
    inner, outer = loops
    return StlSettings(
        period,
        windows,
        degrees or ((0, 1, 1) if r else (1, 1, 1)),
        jumps or ((tenth, tenth_of_trend, tenth_of_low) if r else (1, 1, 1)),
        inner if inner is not None else ((1 if r else 2) if robust else (2 if r else 5)),
        outer if outer is not None else (15 if robust else 0),
    )


def _odd(size: float) -> int:
    whole = round(size)
    return whole + 1 - whole % 2


def _places(index: pd.Index, period: int) -> NDArray[np.int64]:
    if isinstance(index, pd.PeriodIndex) and period in (4, 12):
        return np.asarray(index.month if period == 12 else index.quarter)
    return np.arange(len(index)) % period + 1
