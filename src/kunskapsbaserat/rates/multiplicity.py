"""Many verdicts at once: the false discovery rate."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kunskapsbaserat.errors import TableError
from kunskapsbaserat.rates.keys import keyed


@keyed(series=("p",))
def false_discovery_rate(p: pd.Series) -> pd.Series:
    """Adjusted p-values: calling those at most q gives an expected share of false calls of at most q.

    Missing p-values are not part of the family and stay missing.

    Parameters
    ----------
    p : Series
        P-values, 0 to 1; one family.

    Returns
    -------
    Series
        The adjusted ones, same index.

    Raises
    ------
    TableError
        It is no Series of finite numbers.

    References
    ----------
    Benjamini Y, Hochberg Y (1995). Controlling the false discovery rate. J R Stat Soc B 57, 289-300.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat import rates
    >>> rates.false_discovery_rate(pd.Series([0.01, 0.04, 0.03, None, 0.5])).round(3).tolist()
    [0.04, 0.053, 0.053, nan, 0.5]
    """
    if not isinstance(p, pd.Series):
        raise TableError("a Series of p-values", forvantat="en pandas Series med p-värden", got=type(p).__name__)
    return pd.Series(adjusted(p.to_numpy(dtype=float, na_value=np.nan)), index=p.index)


def adjusted(p: NDArray[np.float64]) -> NDArray[np.float64]:
    """`false_discovery_rate` of one family, as arrays."""
    found = np.full(len(p), np.nan)
    tested = np.flatnonzero(~np.isnan(p))
    order = tested[np.argsort(-p[tested], kind="stable")]
    rank = np.arange(len(order), 0, -1)
    found[order] = np.minimum(np.minimum.accumulate(p[order] * len(order) / rank), 1)
    return found


def next_level(discoveries: int, tested: int, alpha: float) -> float:
    """The level one more p-value would have had to meet to be called beside the `discoveries` so far."""
    return alpha * min(discoveries + 1, tested) / tested if tested else alpha
