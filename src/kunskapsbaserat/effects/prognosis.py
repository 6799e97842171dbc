"""What an area's own last year before the start already told of the time after it.

Measures are seldom started at random: a kommun acts after a bad year. A rise before the start partly stays and partly turns by
itself, and a comparison that leaves that out takes the turn for an effect, or the staying for a failure. So the change of the
areas without the measure is regressed on their own last-year rise, what the treated's rise foretold is taken out of its
comparison, and the placebos are ranked by what their rises did not foretell.

A rise is partly chance, the more the fewer events, and chance does not stay: each rise is shrunk by how much of the variance of
such rises is more than chance. (With Poisson counts the split of the events before the start between the last year and the
earlier ones is independent of their sum, so that the chance in the rise has no share in the change after the start.) What
follows a fall is another thing than what follows a rise, so each has a slope of its own; and an area that has swung swings
again, so the square of the rise is a part of the variance law.

Which areas, which periods and which terms are used is decided here, before any result is seen. With fewer than 20 areas to
compare with nothing is foretold, nor judged at 95 %; how small pools behave: benchmarks/prognosis_small_pools.txt.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kunskapsbaserat.effects.collapse import collapse_at, growth_of_others
from kunskapsbaserat.effects.design import Assignment, Design
from kunskapsbaserat.effects.placebo import log_ratio
from kunskapsbaserat.effects.variance_law import VarianceLaw, fit_variance_law

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

LAST = 12  # months
FEWEST_COMPARED = 20  # two slopes from fewer areas say more of the areas than of the rises
_NONE = 0.5  # expected events of an area without any: its rise is then nearly all chance
_PRIOR = 1.0  # information on each slope before any is seen: a change that stays has 1, one that turns -1, and 0 lies between


@dataclass(frozen=True, eq=False, slots=True)
class History:
    """The last year before the start beside what the earlier time and the others' development gave.

    Attributes
    ----------
    late, expected : arrays (panels, units)
        Events of the last year, and those that the others' change since the earlier time would have given (above 0 where an
        area counts).
    growth : array (panels,)
        Events late per event earlier, of all compared with.
    """

    late: Floats
    expected: Floats
    growth: Floats


@dataclass(frozen=True, eq=False, slots=True)
class Prognosis:
    """What the rises foretold, for every area.

    Attributes
    ----------
    rise, predicted : arrays (panels, units)
        Log ratio of the last year to the expected, shrunk by what is chance; and the part of the log ratio after the start that
        it foretells. Of an area compared with by the slopes of the others alone.
    error : array (panels, units)
        Standard deviation of `predicted`, from the slopes'.
    slopes : array (panels, 3)
        What an area that had not moved does (log ratio), and the slopes of falls and of rises: 1 is a change that stays, 0 one
        that is forgotten.
    """

    rise: Floats
    predicted: Floats
    error: Floats
    slopes: Floats

    @property
    def squared(self) -> Floats:
        """Of the rise, for the variance law."""
        return np.asarray(self.rise**2)


def history_of(design: Design, compared: Bools) -> History | None:
    """The last year before the start; None where areas drawn by lot need none, or too few are compared with."""
    year = LAST // design.data.months_per_period
    late = design.before & (np.arange(len(design.before)) >= design.first - year)
    earlier = design.before & ~late
    if design.assignment is Assignment.LOT or compared.sum() < FEWEST_COMPARED or not earlier.any():
        return None
    two = collapse_at(design, compared, earlier, late)
    expected = np.where(two.expected > _NONE, two.expected, _NONE)  # also where an area is not usable
    growth = two.after[compared].sum() / two.before[compared].sum()
    return History(np.nan_to_num(two.after)[None], expected[None], np.array([growth]))


def history_of_counts(late: Floats, earlier: Floats, compared: Bools) -> History:
    """As `history_of`, of many panels (panels, units) in which every unit's exposure is constant."""
    expected = np.maximum(earlier * growth_of_others(earlier, late, compared), _NONE)
    growth = np.where(compared, late, 0).sum(axis=1) / np.where(compared, earlier, 0).sum(axis=1)
    return History(late, expected, growth)


def foresee(ratios: Floats, expected: Floats, compared: Bools, law: VarianceLaw, history: History) -> Prognosis:
    """What the last year's rises foretold of the log ratios after the start.

    Parameters
    ----------
    ratios, expected, compared : arrays (panels, units)
        Log ratios after the start and the events expected then; of areas not `compared` the ratio is not looked at.
    law : VarianceLaw
        Of the ratios: what each weighs.
    history : History
        Of the same areas.
    """
    rise = log_ratio(history.late, history.expected)
    usual = fit_variance_law(rise, history.expected, compared, least_chance=1 + history.growth)
    lasting = np.reshape(usual.area, (-1, 1))
    chance = np.reshape(usual.chance, (-1, 1)) / history.expected
    rise = rise * lasting / (lasting + chance)
    terms = np.stack([np.ones_like(rise), np.minimum(rise, 0), np.maximum(rise, 0)], axis=-1)
    weight = np.where(compared, 1 / law.of(expected), 0.0)
    weighted = weight[..., None] * terms
    information = weighted.transpose(0, 2, 1) @ terms
    covariance = np.linalg.inv(information + np.diag([0.0, _PRIOR, _PRIOR]))
    slopes = (covariance @ (weighted * np.where(compared, ratios, 0.0)[..., None]).sum(axis=1)[..., None])[..., 0]
    fitted = (terms @ slopes[..., None])[..., 0]
    leverage = ((terms @ covariance) * terms).sum(axis=-1)
    share = np.minimum(weight * leverage, 0.99)  # of an area in its own prediction, which is taken out
    predicted = np.where(compared, (fitted - share * ratios) / (1 - share), fitted)
    return Prognosis(rise, predicted, np.sqrt(leverage / (1 - share)), slopes)
