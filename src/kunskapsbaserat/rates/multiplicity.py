"""Many verdicts at once: the false discovery rate."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kunskapsbaserat.errors import TableError
from kunskapsbaserat.rates.keys import keyed


@keyed(series=("p",))
def false_discovery_rate(p: pd.Series) -> pd.Series:
    """Adjusted p-values: calling those at most q gives an expected share of false calls of at most q.

    Missing p-values are not part of the family and stay missing.

    References
    ----------
    Benjamini Y, Hochberg Y (1995). Controlling the false discovery rate. J R Stat Soc B 57, 289-300.
    """
    if not isinstance(p, pd.Series):
        raise TableError("a Series of p-values", forvantat="en pandas Series med p-värden", got=type(p).__name__)
    tested = p.dropna().sort_values(ascending=False)
    rank = np.arange(len(tested), 0, -1)
    adjusted = (tested * len(tested) / rank).cummin().clip(upper=1)
    return adjusted.reindex(p.index)


def next_level(discoveries: int, tested: int, alpha: float) -> float:
    """The level one more p-value would have had to meet to be called beside the `discoveries` so far."""
    return alpha * min(discoveries + 1, tested) / tested if tested else alpha
