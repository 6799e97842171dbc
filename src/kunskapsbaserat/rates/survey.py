"""Differences between survey shares, from the publisher's own intervals."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
import pandas as pd
import scipy
from numpy.typing import ArrayLike, NDArray

from kunskapsbaserat.errors import TableError
from kunskapsbaserat.rates.keys import SURVEY, keyed
from kunskapsbaserat.rates.multiplicity import adjusted, next_level

Floats = NDArray[np.float64]
Places = NDArray[np.intp]
LIMITS = ["share", "lower", "upper"]


class Comparison(StrEnum):
    """The verdict on a difference between an area and what it is compared with.

    Examples
    --------
    >>> from kunskapsbaserat import rates
    >>> county = rates.Comparison("lagre")  # as in the column `comparison` of `screen`
    >>> county is rates.Comparison.LAGRE, county == "lagre", [kind.value for kind in rates.Comparison][:2]
    (True, True, ['hogre', 'lagre'])
    """

    HOGRE = "hogre"
    LAGRE = "lagre"
    INGEN_SAKERSTALLD_SKILLNAD = "ingen_sakerstalld_skillnad"
    FOR_FA_BROTT = "for_fa_brott"
    KAN_INTE_BEDOMAS = "kan_inte_bedomas"


@keyed(grids=("a", "b"))
def survey_difference(a: ArrayLike, b: ArrayLike) -> pd.DataFrame:
    """Differences a - b of independent survey shares.

    The limits are recovered from the two published 95 % intervals (MOVER), so that they keep the publisher's design,
    weights and model; nothing is recomputed from the number of respondents. A kommun is part of its län: taking the
    two as independent makes the interval a little too wide, never too narrow.

    Parameters
    ----------
    a, b : array_like, shape (k, 3)
        Share, lower and upper limit, all in the same unit.

    Returns
    -------
    DataFrame
        k rows: ``difference lower upper p_value standard_error``; missing where any of the six numbers is.

    Raises
    ------
    TableError
        The rows are not of three numbers, or `a` and `b` have different numbers of rows.

    References
    ----------
    Newcombe RG (1998). Interval estimation for the difference between independent proportions, method 10.
    Statistics in Medicine 17, 873-890. Zou GY, Donner A (2008). Statistics in Medicine 27, 1693-1702.

    Examples
    --------
    >>> from kunskapsbaserat import rates
    >>> falun, dalarna = [0.19, 0.15, 0.23], [0.212, 0.193, 0.232]  # NTU 2025, unsafe in the evening
    >>> rates.survey_difference([falun], [dalarna])[["difference", "lower", "upper", "p_value"]].round(3)
       difference  lower  upper  p_value
    0      -0.022 -0.067  0.022     0.33
    """
    first, second = _threes("a", a), _threes("b", b)
    if len(first) != len(second):
        raise TableError("as many rows in a as in b", forvantat="lika många rader i a som i b", got=(len(first), len(second)))
    return pd.DataFrame(_difference(first, second))


def _difference(a: Floats, b: Floats) -> dict[str, Floats]:
    """The columns of `survey_difference`; `a` and `b` are (k, 3)."""
    (share_a, lower_a, upper_a), (share_b, lower_b, upper_b) = a.T, b.T
    unknown = np.isnan([share_a, lower_a, upper_a, share_b, lower_b, upper_b]).any(axis=0)
    difference = np.where(unknown, np.nan, share_a - share_b)
    below = np.where(unknown, np.nan, np.hypot(share_a - lower_a, upper_b - share_b))
    above = np.where(unknown, np.nan, np.hypot(upper_a - share_a, share_b - lower_b))
    towards_zero = np.where(difference > 0, below, above)
    z95 = -scipy.special.ndtri(0.025)
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where(difference == 0, 0.0, z95 * np.abs(difference) / towards_zero)
    return {
        "difference": difference,
        "lower": difference - below,
        "upper": difference + above,
        "p_value": 2 * scipy.special.ndtr(-z),
        "standard_error": (below + above) / 2 / z95,
    }


def _threes(name: str, values: ArrayLike) -> Floats:
    """Share, lower and upper limit of each row: (k, 3)."""
    try:
        return np.asarray(values, dtype=float).reshape(-1, 3)
    except (TypeError, ValueError):
        expected, forvantat = "rows of share, lower and upper limit", "rader med andel, nedre och övre gräns"
        raise TableError(expected, forvantat=forvantat, column=name, got=type(values).__name__) from None


@keyed(shares=SURVEY)
def compare_survey(shares: pd.DataFrame, *, area: str, other: str, confidence: float = 0.95) -> pd.DataFrame:
    """Is the area's share higher or lower than another area's, for every measure in its latest year?

    Parameters
    ----------
    shares : DataFrame
        The survey contract.
    area, other : str
        Area codes, for instance a kommun and its län.
    confidence : float
        One minus the false discovery rate of the verdicts.

    Returns
    -------
    DataFrame
        One row per measure that both areas have in the latest year of `area`: ``measure year share other_share``,
        the columns of `survey_difference`, ``q_value`` (false discovery rate over the measures), ``visible`` (the
        smallest difference that would have been found with 80 % probability) and ``comparison`` (`Comparison`).

    Raises
    ------
    TableError
        A column is missing, a share or limit is no number, or a key stands twice.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat import rates
    >>> unsafe = pd.DataFrame({"area": ["2080", "20"], "measure": "otrygg_kvall", "start_year": 2025, "end_year": 2025})
    >>> unsafe = unsafe.assign(share=[0.19, 0.212], lower=[0.15, 0.193], upper=[0.23, 0.232])  # NTU: Falun and Dalarna
    >>> found = rates.compare_survey(unsafe, area="2080", other="20")
    >>> found[["measure", "difference", "lower", "upper", "visible", "comparison"]].round(3)
            measure  difference  lower  upper  visible                  comparison
    0  otrygg_kvall      -0.022 -0.071  0.027     0.07  ingen_sakerstalld_skillnad
    """
    return compare_unrounded(
        unrounded(shares[shares["area"].isin([area, other])]), area=area, other=other, confidence=confidence
    )


def compare_unrounded(shares: pd.DataFrame, *, area: str, other: str, confidence: float = 0.95) -> pd.DataFrame:
    """`compare_survey` of shares whose limits have been moved outwards already (`unrounded`)."""
    limits = limits_of(shares)
    found, beside = _same_windows(shares, limits[:, 0], area, other)
    return pd.DataFrame(
        {
            "measure": shares["measure"].array[found],
            "start_year": shares["start_year"].array[found],
            "year": shares["end_year"].array[found],
            "share": shares["share"].array[found],
            "other_share": shares["share"].array[beside],
            **verdicts_on(limits[found], limits[beside], confidence),
        }
    )


def _same_windows(shares: pd.DataFrame, share: Floats, area: str, other: str) -> tuple[Places, Places]:
    """Where the area's latest share of each measure stands, and where the other's of the same years does."""
    start, end = (shares[name].to_numpy(dtype=float, na_value=np.nan) for name in ("start_year", "end_year"))
    windows = list(zip(shares["measure"].to_numpy(dtype=object), start.tolist(), end.tolist(), strict=True))
    areas = shares["area"].to_numpy(dtype=object)
    answered = np.flatnonzero((areas == area) & ~np.isnan(share)).tolist()
    latest: dict[str, float] = {}
    for measure, _, year in (windows[at] for at in answered):
        latest[measure] = max(year, latest.get(measure, year))
    there = {windows[at]: at for at in np.flatnonzero(areas == other).tolist()}
    found = [at for at in answered if windows[at][2] == latest[windows[at][0]] and windows[at] in there]
    return np.array(found, dtype=np.intp), np.array([there[windows[at]] for at in found], dtype=np.intp)


def limits_of(shares: pd.DataFrame) -> Floats:
    """Share, lower and upper limit of each row, NaN where missing: (k, 3)."""
    return np.column_stack([shares[name].to_numpy(dtype=float, na_value=np.nan) for name in LIMITS])


def verdicts_on(here: Floats, there: Floats, confidence: float) -> dict[str, Floats | pd.Series]:
    """The difference between the two shares of each row, with the verdict under the false discovery rate: columns by name.

    `here` and `there` are (k, 3): share and limits.
    """
    result = _difference(here, there)
    difference, p_value = result["difference"], result["p_value"]
    q_value = adjusted(p_value)
    certain = q_value <= 1 - confidence
    level = next_level(int(certain.sum()), int(np.sum(~np.isnan(p_value))), 1 - confidence)
    verdicts = [
        Comparison.KAN_INTE_BEDOMAS
        if p != p
        else Comparison.INGEN_SAKERSTALLD_SKILLNAD
        if not sure
        else Comparison.HOGRE
        if apart > 0
        else Comparison.LAGRE
        for p, sure, apart in zip(p_value.tolist(), certain.tolist(), difference.tolist(), strict=True)
    ]
    return {
        **result,
        "q_value": q_value,
        "visible": (scipy.special.ndtri(1 - level / 2) + scipy.special.ndtri(0.8)) * result["standard_error"],
        "comparison": pd.Series(verdicts, dtype=object),
    }


def unrounded(shares: pd.DataFrame) -> pd.DataFrame:
    """The limits as wide as they may have been before the publisher rounded them.

    Brå gives kommuner whole per cent for most measures. The unit is inferred per area and measure from all its
    figures, and each limit is moved outwards by half a unit, so that rounding never makes a difference certain.
    """
    limits = limits_of(shares)
    lower, upper = limits[:, 1].copy(), limits[:, 2].copy()
    numbers = (limits * 1000).round(6)
    (areas, _), (measures, names) = (pd.factorize(shares[name]) for name in ("area", "measure"))
    series = areas * (len(names) + 1) + measures  # a number for each area and measure
    for unit, step in ((0.001, 1), (0.01, 10)):  # per mille, then whole per cent where everything is a multiple of it
        multiple = (numbers % step == 0) | np.isnan(numbers)
        all_are = ~np.isin(series, series[~multiple.all(axis=1)])
        lower[all_are] = np.maximum(limits[all_are, 1] - unit / 2, 0)
        upper[all_are] = np.minimum(limits[all_are, 2] + unit / 2, 1)
    wider = {"lower": pd.Series(lower, shares.index), "upper": pd.Series(upper, shares.index)}
    return shares.assign(**{name: values.astype(shares[name].dtype) for name, values in wider.items()})
