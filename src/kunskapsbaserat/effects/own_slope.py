"""Would the area's own drift before the start, drawn on, have given the same change?

An area that had drifted from the others all the time goes on drifting, and a comparison of levels before and after calls the
drift an effect. So what may be called an effect must also stand when each area's own slope, against the others, is drawn on
through the time after the start: with the same sign, and farther out than most areas without the measure. The slope is noisy,
so this is no test of its own, only a condition on the word effect.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kunskapsbaserat.effects.collapse import Collapsed
from kunskapsbaserat.effects.design import Design
from kunskapsbaserat.effects.placebo import draw_groups, log_ratio
from kunskapsbaserat.effects.variance_law import fit_variance_law

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

FEWEST_PERIODS = 3  # before the start: through two points a slope always goes
MOST_P = 0.20  # place among the placebos, two-sided


@dataclass(frozen=True, slots=True)
class NetOfSlope:
    """The change net of the treated's own slope drawn on, on the estimate's scale, and its place among the placebos."""

    estimate: float
    p_value: float

    def stands(self, estimate: float) -> bool:
        """Whether an estimate may still be called an effect."""
        return bool(np.sign(self.estimate) == np.sign(estimate) and self.p_value < MOST_P)


def net_of_slope_of_shares(design: Design, compared: Bools, gap: Floats, error: Floats) -> NetOfSlope | None:
    """Of `gap`, each unit's change against the others (units,), with the survey's `error`; None with too few periods.

    The variance law is that of the net changes themselves, which the slopes have made more uncertain for all alike.
    """
    if design.before.sum() < FEWEST_PERIODS:
        return None
    seen = design.data.observed - design.data.observed[compared].mean(axis=0)
    place = np.flatnonzero(design.before) - np.flatnonzero(design.before).mean()
    slopes = seen[:, design.before] @ place / (place**2).sum()
    steps = np.flatnonzero(design.after).mean() - np.flatnonzero(design.before).mean()
    net = gap - slopes * steps
    known = error[compared & (error > 0)]
    precision = 1 / np.where(error > 0, error, known.min() if len(known) else 1.0) ** 2
    return _placed(net, precision, compared, design.rows, np.ones(len(net)))


def net_of_slope_of_counts(design: Design, two: Collapsed) -> NetOfSlope | None:
    """As of shares, of log ratios: one step of the Poisson likelihood's own slope for each area, given the others' course."""
    if design.before.sum() < FEWEST_PERIODS:
        return None
    risk = np.nan_to_num(design.data.exposure) * two.period_effects
    level = np.nan_to_num(two.before) / np.maximum(risk[:, design.before].sum(axis=1), 1e-300)
    expected = level[:, None] * risk[:, design.before]
    place = np.flatnonzero(design.before).astype(float)
    total = np.maximum(expected.sum(axis=1), 1e-9)
    middle = expected @ place / total
    away = place - middle[:, None]
    moved = np.where(design.usable[:, None], design.data.observed[:, design.before], 0.0) - expected
    slopes = (moved * away).sum(axis=1) / np.maximum((expected * away**2).sum(axis=1), 1e-9)
    net = log_ratio(np.nan_to_num(two.after), np.nan_to_num(two.expected))
    net = net - slopes * (np.flatnonzero(design.after).mean() - middle)
    size = np.maximum(np.nan_to_num(two.expected), 1e-9)
    return _placed(net, size, two.compared, design.rows, size)


def _placed(net: Floats, size: Floats, compared: Bools, rows: NDArray[np.intp], share: Floats) -> NetOfSlope:
    """Mean of the treated's net changes, weighted by `share`, among groups of as many areas compared with."""
    law = fit_variance_law(net[None], size[None], compared[None], least_chance=0.01)
    variance = np.maximum(law.area[0] + law.chance[0] / size, 1e-12)

    def statistic(members: NDArray[np.intp]) -> Floats:
        weight = share[members] / share[members].sum(axis=-1, keepdims=True)
        return np.asarray((weight * net[members]).sum(axis=-1) / np.sqrt((weight**2 * variance[members]).sum(axis=-1)))

    own = float(statistic(rows))
    others = statistic(np.flatnonzero(compared)[draw_groups(int(compared.sum()), len(rows))])
    weight = share[rows] / share[rows].sum()
    p_value = float((1 + (np.abs(others) >= abs(own)).sum()) / (len(others) + 1))
    return NetOfSlope(float((weight * net[rows]).sum()), p_value)
