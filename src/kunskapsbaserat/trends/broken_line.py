"""Where does a slope change, when the place is not one of the observed ones? Broken-line regression."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy
from numpy.typing import ArrayLike, NDArray

from kunskapsbaserat.errors import KunskapError, OptionError, TableError
from kunskapsbaserat.rates.keys import keyed
from kunskapsbaserat.trends.glm import FAMILIES, GlmFit, fit_glm

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class BrokenLine:
    """A generalised linear model whose slope in x changes at estimated places. Limits use Student's t with `df` degrees of
    freedom.

    Attributes
    ----------
    breakpoints : DataFrame
        One row per breakpoint: ``estimate standard_error lower upper``, in the units of x.
    slopes : DataFrame
        One row per piece, on the link scale: ``slope standard_error lower upper``.
    family : str
        "poisson", "binomial" or "gaussian".
    deviance, df : float, int
        Of the model, and its residual degrees of freedom.
    confidence : float
        Of the limits.

    Examples
    --------
    >>> import numpy as np
    >>> from kunskapsbaserat.trends import broken_line
    >>> year = np.arange(2000, 2024)
    >>> counts = np.round(200 * np.exp(0.04 * np.minimum(year - 2000, 12) - 0.05 * np.maximum(year - 2012, 0)))
    >>> line = broken_line(counts, year, start=2008)
    >>> line.breakpoints.round(1)
       estimate  standard_error   lower   upper
    0    2012.0             0.5  2010.9  2013.1
    >>> (100 * np.expm1(line.slopes["slope"])).round(1).tolist()  # per cent a year before and after
    [4.1, -4.9]
    """

    breakpoints: pd.DataFrame
    slopes: pd.DataFrame
    family: str
    deviance: float
    df: int
    confidence: float


@keyed(series=("y", "x", "trials", "exposure"))
def broken_line(
    y: ArrayLike,
    x: ArrayLike,
    *,
    start: float | Sequence[float],
    trials: ArrayLike | None = None,
    exposure: ArrayLike | None = None,
    family: str = "poisson",
    dispersion: float | None = None,
    confidence: float = 0.95,
) -> BrokenLine:
    """Muggeo's estimate of breakpoints by linearisation.

    Parameters
    ----------
    y, x : array_like, shape (n,)
        Counts (or numbers), and where they were seen.
    start : float or sequence of float
        A first guess for each breakpoint, inside the range of x.
    trials : array_like
        For the binomial: y of so many.
    exposure : array_like
        For counts: per so much.
    family : {"poisson", "binomial", "gaussian"}
        With its canonical link.
    dispersion : float
        Variance over the family's; default 1 for counts and shares, estimated for numbers.
    confidence : float
        Of the limits.

    Returns
    -------
    BrokenLine

    Raises
    ------
    KunskapError
        No breakpoint is found: it leaves the range of x, or the slopes do not differ.
    TableError
        A number is missing, the shapes differ, or the points are too few for the breakpoints.
    OptionError
        An unknown family, the binomial without `trials`, or a `confidence` that is not between 0 and 1.

    References
    ----------
    Muggeo VMR (2003). Estimating regression models with unknown break-points. Stat Med 22, 3055-3071.

    Examples
    --------
    Reports in an invented kommun rise to 2012 and fall from there; the year is found although the guess is four years off:

    >>> import numpy as np
    >>> from kunskapsbaserat.trends import broken_line
    >>> year = np.arange(2000, 2024)
    >>> counts = np.round(200 * np.exp(0.04 * np.minimum(year - 2000, 12) - 0.05 * np.maximum(year - 2012, 0)))
    >>> row = broken_line(counts, year, start=2008).breakpoints.iloc[0]
    >>> print(f"{row['estimate']:.0f} ({row['lower']:.0f} to {row['upper']:.0f})")
    2012 (2011 to 2013)
    """
    if family not in FAMILIES or family == "negative_binomial":
        raise OptionError("family", family, ("poisson", "binomial", "gaussian"))
    numbers, places = np.asarray(y, dtype=float), np.asarray(x, dtype=float)
    points = np.sort(np.atleast_1d(np.asarray(start, dtype=float)))
    if np.isnan(numbers).any() or np.isnan(places).any():
        raise TableError("numbers without holes", forvantat="tal utan luckor", got="missing")
    if numbers.shape != places.shape or len(numbers) < 2 * len(points) + 3:
        raise TableError("at least two points a breakpoint and three more", forvantat="fler punkter", got=len(numbers))
    weights = None
    if family == "binomial":
        if trials is None:
            raise OptionError(
                "trials", None, ("the number each share is of",), tillatna=("antalet som varje andel är en del av",)
            )
        weights = np.asarray(trials, dtype=float)
        numbers = numbers / weights
    offset = None if exposure is None else np.log(np.asarray(exposure, dtype=float))
    points, fit = _iterate(numbers, places, points, family, weights, offset)
    phi = dispersion if dispersion is not None else (fit.dispersion if family == "gaussian" else 1.0)
    return _described(points, fit, phi, family, confidence)


def _design(x: Floats, points: Floats) -> Floats:
    hinges = np.maximum(0, x[:, None] - points)
    steps = -(x[:, None] > points).astype(float)
    return np.column_stack([np.ones(len(x)), x, hinges, steps])


def _iterate(
    y: Floats, x: Floats, points: Floats, family: str, weights: Floats | None, offset: Floats | None
) -> tuple[Floats, GlmFit]:
    """Move each breakpoint by step coefficient over bend; halve the step while the fit gets worse."""
    many = len(points)
    deviance = np.inf
    for _ in range(200):
        fit = fit_glm(_design(x, points), y, family=family, weights=weights, offset=offset)
        bends, shifts = fit.coefficients[2 : 2 + many], fit.coefficients[2 + many :]
        if (np.abs(bends) * np.ptp(x) < 1e-8 * (1 + np.abs(fit.coefficients[0]))).any():
            break
        step = shifts / bends
        for _ in range(12):
            moved = points + step
            inside = (moved > x.min()).all() and (moved < x.max()).all() and (np.diff(moved) > 0).all()
            if inside:
                plain = fit_glm(_design(x, moved)[:, : 2 + many], y, family=family, weights=weights, offset=offset)
                if plain.deviance <= deviance * (1 + 1e-10):
                    break
            step = step / 2
        else:  # no step is better: a lowest point, unless the full step would leap over observations
            if np.isfinite(deviance) and np.max(np.abs(shifts / bends)) < 2 * np.median(np.diff(np.unique(x))):
                return points, fit
            break
        settled = np.max(np.abs(moved - points)) < 1e-9 * np.ptp(x) or abs(deviance - plain.deviance) < 1e-12 * plain.deviance
        points, deviance = moved, plain.deviance
        if settled:
            return points, fit_glm(_design(x, points), y, family=family, weights=weights, offset=offset)
    raise KunskapError(
        "no breakpoint found: the slopes do not differ enough, or the start is far from any bend",
        svenska="Ingen brytpunkt hittades: lutningarna skiljer sig för lite, eller så ligger startvärdet långt från en böj.",
    )


def _described(points: Floats, fit: GlmFit, phi: float, family: str, confidence: float) -> BrokenLine:
    many = len(points)
    covariance = fit.unscaled * phi
    bends, shifts = fit.coefficients[2 : 2 + many], fit.coefficients[2 + many :]
    ratio = shifts / bends
    inner = np.diag(covariance)
    cross = np.diag(covariance[2 : 2 + many, 2 + many :])
    errors = np.sqrt(inner[2 + many :] + ratio**2 * inner[2 : 2 + many] - 2 * ratio * cross) / np.abs(bends)
    quantile = scipy.special.stdtrit(fit.df, 0.5 + confidence / 2)
    sums = np.tril(np.ones((many + 1, many + 1)))
    slopes = sums @ fit.coefficients[1 : 2 + many]
    slope_errors = np.sqrt(np.diag(sums @ covariance[1 : 2 + many, 1 : 2 + many] @ sums.T))

    def table(name: str, values: Floats, spread: Floats) -> pd.DataFrame:
        limits = {"lower": values - quantile * spread, "upper": values + quantile * spread}
        return pd.DataFrame({name: values, "standard_error": spread, **limits})

    return BrokenLine(
        table("estimate", points, errors), table("slope", slopes, slope_errors), family, fit.deviance, fit.df, confidence
    )
