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
    """A series around its median, with Anhøj's two tests. `signal`: the level has shifted by more than chance.

    Attributes
    ----------
    x : Index
        Of the series.
    values : array (n,)
        NaN where missing.
    centre : float
        The line.
    runs : Runs
        ``n_useful longest_run longest_run_max n_crossings n_crossings_min``.

    Examples
    --------
    >>> from kunskapsbaserat.trends import run_chart
    >>> chart = run_chart([9, 12, 8, 11, 10, 13, 9, 5, 6, 4, 7, 5, 6, 3, 4])
    >>> chart.centre, chart.signal
    (7.0, True)
    >>> chart.runs.longest_run, chart.runs.n_crossings
    (7, 1)
    """

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

    Raises
    ------
    TableError
        No value is left.

    References
    ----------
    Anhøj J, Olesen AV (2014). Run charts revisited. PLoS ONE 9(11) e113825.

    Examples
    --------
    Twelve months' level judges the three after it, with `freeze`:

    >>> from kunskapsbaserat.trends import run_chart
    >>> chart = run_chart([9, 12, 8, 11, 10, 13, 9, 12, 8, 10, 11, 9, 5, 4, 6, 5, 3, 4, 5, 6], freeze=12)
    >>> chart.centre, chart.runs.longest_run, chart.signal
    (10.0, 9, True)
    """
    numbers = np.asarray(values, dtype=float)
    if numbers.ndim != 1 or not np.isfinite(numbers[:freeze]).any():
        raise TableError("a series with at least one value", forvantat="en serie med minst ett tal")
    line = float(np.nanmedian(numbers[:freeze])) if centre is None else float(centre)
    index = values.index if isinstance(values, pd.Series) else pd.RangeIndex(len(numbers))
    return RunChart(index, numbers, line, anhoej(numbers, line))
