"""How much an area's count varies from year to year over and above chance, pooled over areas."""

from __future__ import annotations

import numpy as np

from kunskapsbaserat.rates.checks import Floats

MIN_PAIRS = 20  # with fewer pairs of neighbouring years the estimate is off by a factor of two as often as not


def yearly_variation(events: Floats, size: Floats, comparable: np.ndarray | None = None) -> float:
    """The squared coefficient of variation k of an area's underlying rate between years: var(count) = mean + k mean^2.

    By moments from neighbouring years of the same area, so that neither a lasting trend nor differences between areas
    count as variation. Each pair is weighted by what it tells.

    Parameters
    ----------
    events, size : arrays, shape (areas, years)
        Counts and person-years; NaN where missing.
    comparable : array of bool, shape (years - 1,), optional
        Whether a year can be compared with the one before (no series break between them).

    Returns
    -------
    float
        k, 0 or more; NaN with fewer than 20 pairs with events.
    """
    if events.shape[1] < 2:
        return np.nan
    x1, x2, n1, n2 = events[:, :-1], events[:, 1:], size[:, :-1], size[:, 1:]
    with np.errstate(divide="ignore", invalid="ignore"):
        common = (x1 + x2) / (n1 + n2)
        squared = (x1 / n1 - x2 / n2) ** 2
        chance = common * (1 / n1 + 1 / n2)
        usable = np.isfinite(squared) & (common > 0)
    if comparable is not None:
        usable &= comparable
    if usable.sum() < MIN_PAIRS:
        return np.nan
    squared, chance, common = squared[usable], chance[usable], common[usable]
    k = 0.0
    for _ in range(20):
        # common^2 has the expectation m^2 (1 + k / 2) + chance / 4: the mean of two years varies too
        level = np.maximum(common**2 - chance / 4, common**2 / 2) / (1 + k / 2)
        weight = 1 / (chance + 2 * k * common**2) ** 2
        new = max(0.0, float(np.sum(weight * level * (squared - chance)) / (2 * np.sum(weight * level**2))))
        if abs(new - k) <= 1e-6 * max(k, 1e-6):
            break
        k = new
    return new
