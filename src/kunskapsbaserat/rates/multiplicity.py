"""Many verdicts at once: the false discovery rate."""

from __future__ import annotations

import numpy as np
import pandas as pd


def false_discovery_rate(p: pd.Series) -> pd.Series:
    """Adjusted p-values: calling those at most q gives an expected share of false calls of at most q.

    Missing p-values are not part of the family and stay missing.

    References
    ----------
    Benjamini Y, Hochberg Y (1995). Controlling the false discovery rate. J R Stat Soc B 57, 289-300.
    """
    known = p.dropna().sort_values(ascending=False)
    rank = np.arange(len(known), 0, -1)
    adjusted = (known * len(known) / rank).cummin().clip(upper=1)
    return adjusted.reindex(p.index)


def next_level(found: int, tested: int, alpha: float) -> float:
    """The level one more p-value would have had to meet to be called beside the `found` ones."""
    return alpha * min(found + 1, tested) / tested if tested else alpha
