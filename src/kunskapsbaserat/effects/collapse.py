"""A Poisson panel with one start collapses to two counts an area: before and after.

Given how all areas' rates moved from period to period, the counts of one area before and after the start say all there is
to say about its own change. So the comparison of every area with all the others costs hardly more than one comparison.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kunskapsbaserat.effects.design import Design

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_ROUNDS = 500
_TOLERANCE = 1e-12


@dataclass(frozen=True, eq=False, slots=True)
class Collapsed:
    """Counts before and after, and how many the others' change would give.

    Attributes
    ----------
    before, after : array (units,)
        Events; NaN where the unit is not usable.
    growth : array (units,)
        Expected events after per event before, from the change of the units compared with (a unit that is compared with is
        itself left out of its own `growth`).
    compared : bool array (units,)
        The units compared with.
    period_effects : array (periods,)
        Rate of each period among the units compared with (up to one common factor); 0 in periods that are left out.
    """

    before: Floats
    after: Floats
    growth: Floats
    compared: Bools
    period_effects: Floats

    @property
    def expected(self) -> Floats:
        """Expected events after, had the unit changed as the others."""
        return self.before * self.growth


def collapse(design: Design, compared: Bools) -> Collapsed:
    """The two counts of every unit, and its expected count after the start.

    Exact when each unit's exposure is constant over time; otherwise the leaving-out of a unit from its own comparison is
    approximate, to a relative error of about its share of all events times the change of its exposure relative to the others'.

    Parameters
    ----------
    design : Design
        The panel and its start.
    compared : bool array (units,)
        Units whose change is the comparison.
    """
    return collapse_at(design, compared, design.before, design.after)


def collapse_at(design: Design, compared: Bools, early: Bools, late: Bools) -> Collapsed:
    """As `collapse`, of two other sets of periods: what came `late` against what came `early`."""
    used = early | late
    counts = np.where(design.usable[:, None], design.data.observed, np.nan)
    effects = np.zeros(len(used))
    effects[used] = period_effects(counts[compared][:, used], design.data.exposure[compared][:, used])
    at_risk = np.where(np.isnan(design.data.exposure), 0, design.data.exposure) * effects
    risk_before, risk_after = at_risk[:, early].sum(axis=1), at_risk[:, late].sum(axis=1)
    before, after = counts[:, early].sum(axis=1), counts[:, late].sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        growth = risk_after / risk_before
        level = (before + after) / (risk_before + risk_after)
        own_before, own_after = level * risk_before, level * risk_after
        total_before, total_after = before[compared].sum(), after[compared].sum()
        without = (total_after - after) / (total_after - own_after) * (total_before - own_before) / (total_before - before)
    growth = np.where(compared, growth * without, growth)
    return Collapsed(before, after, growth, compared, effects)


def growth_of_others(before: Floats, after: Floats, compared: Bools) -> Floats:
    """`Collapsed.growth` of many panels in which every unit's exposure is constant: the others' events after per event before.

    Parameters
    ----------
    before, after, compared : arrays (panels, units)
        Complete counts; the units compared with.
    """
    total_before, total_after = ((counts * compared).sum(axis=1, keepdims=True) for counts in (before, after))
    return np.asarray((total_after - after * compared) / (total_before - before * compared))


def period_effects(counts: Floats, exposure: Floats) -> Floats:
    """Maximum-likelihood rates of the periods in a Poisson model with unit and period effects; they sum to one.

    Parameters
    ----------
    counts, exposure : array (units, periods)
        Complete.

    Notes
    -----
    The likelihood equations are row and column sums, solved in turn (iterative proportional fitting). With constant exposure
    the first round is the solution.
    """
    by_unit, by_period = counts.sum(axis=1), counts.sum(axis=0)
    effects: Floats = by_period / max(by_period.sum(), 1)
    for _ in range(_ROUNDS):
        risk = exposure @ effects
        level = np.divide(by_unit, risk, out=np.zeros_like(by_unit), where=risk > 0)
        weight = level @ exposure
        new = np.divide(by_period, weight, out=np.zeros_like(by_period), where=weight > 0)
        new /= max(new.sum(), 1e-300)
        moved = np.abs(new - effects).max()
        effects = new
        if moved <= _TOLERANCE * effects.max():
            break
    return effects


def poisson_did(design: Design, compared: Bools) -> float:
    """Log rate ratio of the Poisson model with unit and period effects and one step for the treated (maximum likelihood).

    NaN when the treated have no events before, or none after: then the likelihood has no maximum.
    """
    used = design.before | design.after
    rows = np.flatnonzero(compared | np.isin(np.arange(len(design.data.units)), design.rows))
    counts, exposure = design.data.observed[rows][:, used], design.data.exposure[rows][:, used]
    step = np.outer(np.isin(rows, design.rows), design.after[used])
    if counts[step].sum() == 0 or counts[step.any(axis=1)].sum() == counts[step].sum():
        return np.nan
    ratio, risk = 1.0, exposure.copy()
    for _ in range(_ROUNDS):
        risk[step] = exposure[step] * ratio
        effects = period_effects(counts, risk)
        level = counts.sum(axis=1) / (risk @ effects)
        plain = (level[:, None] * exposure * effects)[step].sum()
        moved = abs(np.log(counts[step].sum() / plain) - np.log(ratio))
        ratio = counts[step].sum() / plain
        if moved <= _TOLERANCE:
            break
    return float(np.log(ratio))
