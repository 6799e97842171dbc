"""Regressions with any number of fixed effects: Poisson with exposure, and weighted least squares.

The clustered standard error of one such regression is wrong with few treated areas: on real months without an effect it called
one in 82-88 % of cases with one treated area, and with ten still in 10-23 % (``benchmarks/clustered_alarms.txt``). So
`clustered_effect` refuses fewer than ten and leaves out one area at a time instead; what `FixedEffectsFit.cluster_errors` gives
is for comparison with other programs and never becomes an answer by itself.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kunskapsbaserat.effects.demean import Codes, Floats, demean, n_levels
from kunskapsbaserat.effects.fixed_effects_fit import FixedEffectsFit, group_codes
from kunskapsbaserat.errors import DesignError, OptionError, TableError
from kunskapsbaserat.rates.checks import columns as need_columns
from kunskapsbaserat.rates.checks import numbers, option
from kunskapsbaserat.rates.keys import keyed

COMPAT = ("converged", "r_glm")
_ITERATIONS = 200
_TOLERANCE = {"converged": 1e-11, "r_glm": 1e-8}  # relative change of the deviance
_TINY = 1e-7  # mean below this share of the smallest positive outcome: driven to 0
_ABSORBED = 1e-9  # share of a regressor's variance that must be left when the fixed effects are out


@keyed(filled=("df",), df=("@effects", "@outcome#", "@regressors#"))
def fepois(
    df: pd.DataFrame,
    *,
    outcome: str,
    regressors: Sequence[str],
    effects: Sequence[str] = (),
    exposure: str | None = None,
    compat: str = "converged",
) -> FixedEffectsFit:
    """Poisson regression with fixed effects: log mean = regressors + a level for each group + log exposure.

    Parameters
    ----------
    df : DataFrame
        One row per observation, none missing in the named columns.
    outcome : str
        Counts or amounts, 0 or more.
    regressors, effects : sequence of str
        Columns of numbers, and columns whose values name groups (a level for each).
    exposure : str
        Above 0; its logarithm is the offset.
    compat : {"converged", "r_glm"}
        "converged": errors at the maximum. "r_glm": as R's glm reports them, which stops when the deviance moves by less than
        1e-8 and takes the weights of the round before: coefficients agree to ten digits, errors to four.

    Returns
    -------
    FixedEffectsFit

    Raises
    ------
    TableError
        A value is missing or not allowed.
    DesignError
        "absorbed": a regressor is a sum of the fixed effects or of other regressors. "separated": a coefficient runs away,
        because the outcome is 0 wherever a regressor says so. "not_converged".

    References
    ----------
    Correia S, Guimaraes P, Zylkin T (2020). Fast Poisson estimation with high-dimensional fixed effects. Stata Journal 20,
    95-115. Berge L (2018). Efficient estimation of maximum likelihood models with multiple fixed-effects. CREA 13.

    Examples
    --------
    With two areas and two years the estimate is the ratio of ratios, (30 / 50) / (55 / 60):

    >>> import numpy as np
    >>> import pandas as pd
    >>> from kunskapsbaserat.effects import fepois
    >>> panel = pd.DataFrame({"area": ["a", "a", "b", "b"], "year": [2023, 2024] * 2, "count": [50, 30, 60, 55]})
    >>> panel["measure"] = [0, 1, 0, 0]
    >>> fit = fepois(panel, outcome="count", regressors=["measure"], effects=["area", "year"])
    >>> round(float(np.exp(fit.coefficients["measure"])), 4), round((30 / 50) / (55 / 60), 4)
    (0.6545, 0.6545)
    """
    option("compat", compat, COMPAT)
    y, x, groups = _columns(df, outcome, regressors, effects)
    if (y < 0).any():
        raise TableError("0 or more", forvantat="noll eller mer", column=outcome)
    offset = np.zeros(len(y))
    if exposure is not None:
        people = _complete(df, exposure)
        if (people <= 0).any():
            raise TableError("an exposure above 0", forvantat="en nämnare över noll", column=exposure)
        offset = np.log(people)
    rows = _with_events(y, groups)
    if not y[rows].any():
        raise TableError("an outcome above 0 in some row", forvantat="händelser på någon rad", column=outcome)
    y, x, offset = y[rows], x[rows], offset[rows]
    used = [group_codes(pd.Series(group[rows]), "") for group in groups] or [np.zeros(len(rows), dtype=np.intp)]
    beta, mean, weight, left, deviance = _iterate(y, x, offset, used, regressors, compat)
    names, kept = list(regressors), tuple(used)
    if not effects:  # the one level is a coefficient like the others
        left = np.column_stack([np.ones(len(y)), x])
        beta = np.append(np.mean(np.log(mean) - offset - x @ beta), beta)
        names, kept = ["(Intercept)", *regressors], ()
    bread: Floats = np.linalg.inv(left.T @ (left * weight[:, None])).astype(float)
    scores = left * (weight * (y - mean) / mean)[:, None]
    free = len(names) + (n_levels(used) if effects else 0)
    coefficients = pd.Series(beta, index=names)
    dropped = len(df) - len(rows)
    root = left * np.sqrt(weight)[:, None]
    return FixedEffectsFit(
        coefficients, deviance, len(y), dropped, len(y) - free, "poisson", rows, bread, scores, root, kept, df
    )


@keyed(filled=("df",), df=("@effects", "@outcome#", "@regressors#"))
def twfe(
    df: pd.DataFrame, *, outcome: str, regressors: Sequence[str], effects: Sequence[str], weights: str | None = None
) -> FixedEffectsFit:
    """Least squares with fixed effects, weighted when `weights` names a column of numbers above 0.

    With two groupings (area and period) and a regressor that is 1 when the measure is in force this is the two-way fixed
    effects estimate: of measures that start at different times it is an average in which areas that already have the measure
    serve as comparison; `bacon` shows how much.

    Parameters
    ----------
    df, outcome, regressors, effects
        As in `fepois`; the outcome may be any number.
    weights : str
        Column of weights.

    Returns
    -------
    FixedEffectsFit

    Raises
    ------
    TableError
        A value is missing or a weight not above 0.
    DesignError
        "absorbed", "not_converged": as in `fepois`.

    Examples
    --------
    Area a fell by 3, the others rose by 1.5 on average: the measure's estimate is -4.5.

    >>> import pandas as pd
    >>> from kunskapsbaserat.effects import twfe
    >>> panel = pd.DataFrame({"area": list("aabbcc"), "year": [2023, 2024] * 3, "y": [10.0, 7, 8, 9, 6, 8]})
    >>> panel["measure"] = ((panel["area"] == "a") & (panel["year"] == 2024)).astype(int)
    >>> fit = twfe(panel, outcome="y", regressors=["measure"], effects=["area", "year"])
    >>> round(float(fit.coefficients["measure"]), 6)
    -4.5
    """
    y, x, groups = _columns(df, outcome, regressors, effects)
    weight = np.ones(len(y)) if weights is None else _complete(df, weights)
    if (weight <= 0).any():
        raise TableError("weights above 0", forvantat="vikter över noll", column=weights)
    used = groups or [np.zeros(len(y), dtype=np.intp)]
    both = demean(np.column_stack([y, x]), used, weight)
    left = both[:, 1:]
    _refuse_absorbed(x, left, weight, regressors)
    bread: Floats = np.linalg.inv(left.T @ (left * weight[:, None])).astype(float)
    beta = bread @ (left.T @ (weight * both[:, 0]))
    residuals = both[:, 0] - left @ beta
    return FixedEffectsFit(
        coefficients=pd.Series(beta, index=list(regressors)),
        deviance=float(np.sum(weight * residuals**2)),
        n=len(y),
        n_dropped=0,
        df=len(y) - len(beta) - n_levels(used),
        family="gaussian",
        rows=np.arange(len(y)),
        bread=bread,
        scores=left * (weight * residuals)[:, None],
        weighted=left * np.sqrt(weight)[:, None],
        groups=tuple(used),
        table=df,
    )


def _iterate(
    y: Floats, x: Floats, offset: Floats, groups: list[Codes], names: Sequence[str], compat: str
) -> tuple[Floats, Floats, Floats, Floats, float]:
    """Reweighted least squares with demeaning inside: coefficients, means, weights, demeaned regressors, deviance."""
    converged = compat == "converged"
    mean = (y + y.mean()) / 2 if converged else y + 0.1
    eta, deviance, left = np.log(mean), np.inf, x
    for _ in range(_ITERATIONS):
        weight = mean
        working = (eta - offset + (y - mean) / mean)[:, None]
        both = demean(np.hstack([working, x]), groups, weight, start=np.hstack([working, left]))
        left = both[:, 1:]
        _refuse_absorbed(x, left, weight, names)
        root = np.sqrt(weight)
        beta = np.linalg.lstsq(left * root[:, None], both[:, 0] * root, rcond=None)[0]
        eta = working[:, 0] + offset - (both[:, 0] - left @ beta)
        mean = np.exp(np.clip(eta, -60, 60))
        before, deviance = deviance, _deviance(y, mean)
        if (mean[y == 0] < _TINY * y[y > 0].min()).any():
            raise _separated()
        if abs(deviance - before) <= _TOLERANCE[compat] * (abs(deviance) + 0.1):
            if converged:
                weight, left = mean, demean(x, groups, mean, start=left)
            return beta, mean, weight, left, deviance
    raise DesignError(
        "not_converged",
        "the Poisson regression did not converge",
        needed="fewer fixed effects, or more events",
        svenska="Modellen går inte att räkna ut.",
        behovs="Använd färre grupper eller en längre period.",
    )


def _deviance(y: Floats, mean: Floats) -> float:
    positive = y > 0
    return float(2 * (np.sum(y[positive] * np.log(y[positive] / mean[positive])) - np.sum(y - mean)))


def _with_events(y: Floats, groups: Sequence[Codes]) -> NDArray[np.intp]:
    """Rows that are left when groups without any events are taken out, again and again."""
    keep = np.ones(len(y), dtype=bool)
    while True:
        alive = keep.copy()
        for group in groups:
            alive &= np.bincount(group, y * keep, minlength=int(group.max()) + 1)[group] > 0
        if (alive == keep).all():
            return np.flatnonzero(keep)
        keep = alive


def _columns(
    df: pd.DataFrame, outcome: str, regressors: Sequence[str], effects: Sequence[str]
) -> tuple[Floats, Floats, list[Codes]]:
    if not regressors:
        raise OptionError("regressors", list(regressors), ("one column or more",), tillatna=("en kolumn eller flera",))
    need_columns(df, [outcome, *regressors, *effects])
    x = np.column_stack([_complete(df, name) for name in regressors])
    return _complete(df, outcome), x, [group_codes(df[name], name) for name in effects]


def _complete(df: pd.DataFrame, name: str) -> Floats:
    values = numbers(df, name)
    if np.isnan(values).any():
        raise TableError("a number in every row", forvantat="ett tal på varje rad", column=name)
    return values


def _refuse_absorbed(x: Floats, left: Floats, weights: Floats, names: Sequence[str]) -> None:
    """A regressor of which nothing is left when the fixed effects and the regressors before it are out."""
    root = np.sqrt(weights)[:, None]
    sizes = np.linalg.norm(x * root, axis=0)
    rest = np.abs(np.diag(np.linalg.qr(left * root, mode="r")))
    for name, gone in zip(names, rest <= _ABSORBED * sizes, strict=True):
        if gone:
            raise DesignError(
                "absorbed",
                f"nothing is left of the regressor {name!r} when fixed effects and other regressors are taken out",
                needed="a regressor that varies within the groups",
                svenska=f"Kolumnen ”{name}” varierar inte inom grupperna.",
                behovs="Välj en kolumn som varierar inom grupperna, eller färre grupper.",
            )


def _separated() -> DesignError:
    return DesignError(
        "separated",
        "a coefficient runs away: the outcome is 0 wherever a combination of the regressors says so",
        needed="events both with and without the measure, or coarser periods",
        svenska="Effekten går inte att räkna ut: utan en enda händelse finns ingen förändring i procent.",
        behovs="Slå ihop perioder eller områden så att det finns händelser.",
    )
