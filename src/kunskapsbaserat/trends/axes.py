"""The plain axes that results are drawn on: colours, places of points, years below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LINE, BAND, SIGNAL, QUIET = "#1f4e79", "#c9d6e2", "#b3261e", "#6b6b6b"


def axes_or_new(ax: Axes | None) -> Axes:
    """The given axes, or those of a new figure."""
    if ax is not None:
        return ax
    import matplotlib.pyplot as plt

    return plt.subplots()[1]


def positions(index: Any) -> NDArray[np.float64]:
    """Where points stand: numbers as they are, anything else one step apart."""
    values = pd.Index(index)
    if pd.api.types.is_numeric_dtype(values.dtype):
        return np.asarray(values, dtype=float)
    return np.arange(len(values), dtype=float)


def year_ticks(ax: Axes, x: np.ndarray, index: Any) -> None:
    """At most about eight labels, at the start of years where the index has years."""
    values = pd.Index(index)
    if pd.api.types.is_numeric_dtype(values.dtype):
        return
    if isinstance(values, pd.PeriodIndex):
        first = np.flatnonzero(np.diff(values.year, prepend=values.year[0] - 1) > 0)
        kept = first[:: max(1, len(first) // 8 + 1)] if len(first) > 8 else first
        labels: Sequence[str] = [str(values.year[i]) for i in kept]
    else:
        kept = np.arange(0, len(values), max(1, len(values) // 8))
        labels = [str(values[i])[:10] for i in kept]
    ax.set_xticks(x[kept], labels)


def finished(ax: Axes, xlabel: str, ylabel: str, *, legend: bool = False) -> Axes:
    """With labels, and an axis that starts at 0 (or below)."""
    ax.set(xlabel=xlabel, ylabel=ylabel)
    ax.set_ylim(bottom=min(0, ax.get_ylim()[0]))
    if legend:
        ax.legend(frameon=False)
    return ax
