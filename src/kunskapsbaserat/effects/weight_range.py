"""Are the weights of a synthetic control the only ones? If others fit exactly as well, how far do they go?"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kunskapsbaserat.effects.design import Design

Floats = NDArray[np.float64]

_SAME = 1e-7  # relative: a weighted mean this near another is the same


def weight_range(design: Design, series: Floats, compared: NDArray[np.bool_], weights: Floats) -> pd.DataFrame | None:
    """Smallest and largest weight of each area among all weights that fit the treated equally well before the start.

    Parameters
    ----------
    design : Design
        With one treated unit.
    series : array (units, periods)
        What the weights were chosen on.
    compared : bool array (units,)
        Units that may have a weight.
    weights : array (units,)
        A best solution.

    Returns
    -------
    DataFrame or None
        ``area lower upper``, areas that have a weight in some best solution; None when the weights are unique.

    Notes
    -----
    All best weights give the same weighted mean, and only areas whose reduced gradient is 0 have a weight in any of them
    (Karush-Kuhn-Tucker). If the series of these areas, with a row of ones, are linearly independent, the weights are unique.
    """
    mean = weights @ series
    centred = series - series[compared].mean(axis=0)
    slope = centred @ (mean - series[design.rows[0]])
    reduced = slope - float(weights @ slope)
    able = np.flatnonzero(compared & (reduced <= _SAME * float((centred[compared] ** 2).sum(axis=1).max())))
    scale = float(np.abs(series[able]).max()) or 1.0
    rows = np.vstack([series[able].T / scale, np.ones(len(able))])
    if np.linalg.matrix_rank(rows, tol=_SAME * np.sqrt(rows.size)) == len(able):
        return None
    from scipy.optimize import linprog

    right = np.append(mean / scale, 1.0)
    ends = []
    for i in range(len(able)):
        goal = np.zeros(len(able))
        goal[i] = 1.0
        solutions = [linprog(s * goal, A_eq=rows, b_eq=right, bounds=(0, 1), method="highs") for s in (1, -1)]
        own = float(weights[able[i]])
        ends.append([own if f.status else float(abs(f.fun)) for f in solutions])
    lower, upper = np.array(ends).T
    if (upper - lower).max() <= np.sqrt(_SAME):
        return None
    table = pd.DataFrame({"area": np.array(design.data.units)[able], "lower": lower, "upper": upper})
    return table[table["upper"] > _SAME].reset_index(drop=True)
