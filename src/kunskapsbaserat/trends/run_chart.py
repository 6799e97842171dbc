"""A run chart: is the level around the median stable?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from kunskapsbaserat.errors import TableError
from kunskapsbaserat.rates.keys import keyed
from kunskapsbaserat.trends.runs import Runs, anhoej

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, slots=True)
class RunChart:
    """A series around its median, with Anhøj's two tests. `signal`: the level has shifted by more than chance."""

    x: pd.Index
    values: NDArray[np.float64]
    centre: float
    runs: Runs

    @property
    def signal(self) -> bool:
        return self.runs.signal

    def to_frame(self) -> pd.DataFrame:
        """One row per point: ``x y centre``."""
        return pd.DataFrame({"x": self.x, "y": self.values, "centre": self.centre})

    def plot(self, ax: Axes | None = None, **options: Any) -> Axes:
        """See `plots.run_chart`."""
        from kunskapsbaserat import plots

        return plots.run_chart(self, ax, **options)


@keyed(series=("values",))
def run_chart(values: ArrayLike, *, centre: float | None = None, freeze: int | None = None) -> RunChart:
    """Median, longest run, crossings and their limits.

    Needs no distribution and no baseline, so it is the first chart to draw. Fewer than ten useful points say little.

    Parameters
    ----------
    values : array_like or Series, shape (n,)
        In time order; missing values are left out. The index of a Series becomes `x`.
    centre : float
        A line known beforehand, for instance a goal; default the median.
    freeze : int
        The median of the first `freeze` points only, so that later ones are judged by an earlier level.

    Returns
    -------
    RunChart

    References
    ----------
    Anhøj J, Olesen AV (2014). Run charts revisited. PLoS ONE 9(11) e113825.
    """
    numbers = np.asarray(values, dtype=float)
    if numbers.ndim != 1 or not np.isfinite(numbers[:freeze]).any():
        raise TableError("a series with at least one value", forvantat="en serie med minst ett tal")
    line = float(np.nanmedian(numbers[:freeze])) if centre is None else float(centre)
    index = values.index if isinstance(values, pd.Series) else pd.RangeIndex(len(numbers))
    return RunChart(index, numbers, line, anhoej(numbers, line))
