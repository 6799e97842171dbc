"""A fitted fixed effects regression, with the model's own and clustered standard errors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kunskapsbaserat.effects.demean import Codes, Floats, n_levels
from kunskapsbaserat.errors import OptionError, TableError
from kunskapsbaserat.rates.checks import columns as need_columns
from kunskapsbaserat.rates.checks import option

SMALL_SAMPLE = ("none", "clusters", "full")


@dataclass(frozen=True, slots=True)
class FixedEffectsFit:
    """A fitted regression.

    Attributes
    ----------
    coefficients : Series
        By regressor (and "(Intercept)" when there are no fixed effects).
    deviance : float
        Poisson: the deviance; least squares: the (weighted) residual sum of squares.
    n, n_dropped : int
        Rows used, and rows left out because their group has no events at all (Poisson: their mean is 0 whatever the rest).
    df : int
        n less regressors and free levels.
    family : str
        "poisson" or "gaussian".
    rows : array (n,)
        Positions of the used rows in the table.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat.effects import twfe
    >>> panel = pd.DataFrame({"area": list("aabbcc"), "year": [2023, 2024] * 3, "y": [10.0, 7, 8, 9, 6, 8]})
    >>> panel["measure"] = ((panel["area"] == "a") & (panel["year"] == 2024)).astype(int)
    >>> fit = twfe(panel, outcome="y", regressors=["measure"], effects=["area", "year"])
    >>> fit.coefficients.round(2).to_dict(), fit.errors.round(2).to_dict(), fit.df
    ({'measure': -4.5}, {'measure': 0.87}, 1)
    """

    coefficients: pd.Series
    deviance: float
    n: int
    n_dropped: int
    df: int
    family: str
    rows: NDArray[np.intp]
    bread: Floats  # (k, k), inverse of the weighted cross-product of the demeaned regressors
    scores: Floats  # (n, k)
    weighted: Floats  # (n, k), the demeaned regressors times the root of the weight
    groups: tuple[Codes, ...]
    table: pd.DataFrame

    @property
    def errors(self) -> pd.Series:
        """The model's own standard errors: Poisson's with variance equal to the mean, least squares' with equal variances."""
        scale = 1.0 if self.family == "poisson" else self.deviance / self.df
        return pd.Series(np.sqrt(scale * np.diag(self.bread)), index=self.coefficients.index)

    def cluster_errors(self, *cluster: str, small_sample: str = "full") -> pd.Series:
        """Standard errors clustered one or two ways: a figure to compare with other programs, not an answer.

        Parameters
        ----------
        *cluster : str
            Columns of the table that was fitted.
        small_sample : {"none", "clusters", "full"}
            Factor on the variance: 1; G / (G - 1) with G the fewest clusters of the ways; or that times (n - 1) / (n - K)
            where K counts regressors and the levels of fixed effects that do not lie within clusters (fixest, reghdfe).

        References
        ----------
        Cameron AC, Gelbach JB, Miller DL (2011). J Bus Econ Stat 29, 238-249.
        """
        option("small_sample", small_sample, SMALL_SAMPLE)
        if not 1 <= len(cluster) <= 2:
            raise OptionError("cluster", cluster, ("one or two columns",), tillatna=("en eller två kolumner",))
        need_columns(self.table, cluster)
        ways = [group_codes(self.table[name].iloc[self.rows], name) for name in cluster]
        middle = np.zeros_like(self.bread)
        for size in range(1, len(ways) + 1):
            for some in combinations(ways, size):
                sums = _sums(self.scores, _crossed(some))
                middle += (-1) ** (size - 1) * sums.T @ sums
        clusters = min(int(way.max()) + 1 for way in ways)
        factor = 1.0 if small_sample == "none" else clusters / (clusters - 1)
        if small_sample == "full":
            outside = [group for group in self.groups if not any(_nested(group, way) for way in ways)]
            levels = n_levels(outside) if outside else int(len(self.groups) > 0)
            factor *= (self.n - 1) / (self.n - len(self.coefficients) - levels)
        variance = np.diag(self.bread @ middle @ self.bread) * factor
        return pd.Series(np.sqrt(np.maximum(variance, 0)), index=self.coefficients.index)


def group_codes(values: pd.Series, name: str) -> Codes:
    """The groups numbered from 0; none may be missing."""
    codes: Codes = pd.factorize(values)[0].astype(np.intp)
    if (codes < 0).any():
        raise TableError("a group in every row", forvantat="en grupp på varje rad", column=name)
    return codes


def _crossed(ways: Sequence[Codes]) -> Codes:
    """Groups of rows that are alike in every way."""
    joint = ways[0]
    for way in ways[1:]:
        joint = joint * (int(way.max()) + 1) + way
    return np.unique(joint, return_inverse=True)[1]


def _sums(scores: Floats, groups: Codes) -> Floats:
    return np.column_stack([np.bincount(groups, column) for column in scores.T])


def _nested(group: Codes, cluster: Codes) -> bool:
    """Each level of the group lies within one cluster."""
    return len(np.unique(_crossed([group, cluster]))) == int(group.max()) + 1
