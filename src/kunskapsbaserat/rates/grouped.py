"""Sums over the strata of groups, in the groups' order of appearance."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kunskapsbaserat.rates.checks import Floats, Mask


def groups(df: pd.DataFrame, by: list[str]) -> tuple[np.ndarray, pd.DataFrame]:
    """Group number of each row, and one row of labels per group in order of appearance."""
    number = df.groupby(by, sort=False, dropna=False).ngroup().to_numpy()
    return number, df[by].drop_duplicates().reset_index(drop=True)


def total_of(values: Floats, group: np.ndarray) -> Floats:
    """Sum per group; NaN where any value is."""
    return np.bincount(group, weights=values).astype(float) if len(values) else np.array([])


def any_of(mask: Mask, group: np.ndarray) -> Mask:
    """Whether the mask holds in any row of the group."""
    return total_of(mask.astype(float), group) > 0
