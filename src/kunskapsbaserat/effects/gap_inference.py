"""Is the gap to the counterfactual larger than the areas' own gaps usually are? For any method that gives each area one.

For events the gaps are log ratios, standardised for size by `variance_law`; for shares and indexes they are differences,
each in units of how badly the area's own counterfactual fitted it before the start.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kunskapsbaserat.effects import placebo
from kunskapsbaserat.effects.answers import Compared
from kunskapsbaserat.effects.placebo import Placebos, draw_groups, placebos_of
from kunskapsbaserat.effects.prognosis import History, foresee
from kunskapsbaserat.effects.variance_law import VarianceLaw, fit_swing_law, fit_variance_law

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_NOTHING = 1e-9  # expected events of areas that had none: their variance is then so large that it says nothing


def judge_counts(
    expected: Floats,
    after: Floats,
    compared: Bools,
    treated: NDArray[np.intp],
    *,
    outside: Callable[[int, NDArray[np.intp]], Floats] | None = None,
    least_chance: ArrayLike = 1.0,
    history: History | None = None,
    confidence: float = 0.95,
) -> Compared:
    """Place of the treated among the areas compared with, for many panels at once.

    Parameters
    ----------
    expected, after : arrays (panels, units)
        Events after the start that each area's counterfactual gives (above 0), and that came.
    compared : bool array (panels, units)
        Areas without the measure, each with a counterfactual from the others.
    treated : int array (panels, treated)
        Rows of the areas with the measure.
    outside : function (panel, rows (groups, members)) -> array (groups, members), optional
        When several are treated: events that the areas outside a group give each member, as the treated have no weight for each
        other either; NaN leaves the group out. The groups' statistics are then spread as those of few areas (`placebo.wider`).
    least_chance : array_like (panels,)
        As in `fit_variance_law`.
    history : History, optional
        The last year before the start: what it foretold is taken out (see `prognosis`).
    confidence : float
        Of the interval.
    """
    rows = np.arange(len(expected))[:, None]
    expected_others = np.where(compared, expected, 1.0)
    single = placebo.log_ratio(np.where(compared, after, 1.0), expected_others)
    law = fit_variance_law(single, expected_others, compared, least_chance=least_chance)
    factor, squared, error = np.ones_like(expected), np.zeros_like(expected), np.zeros_like(expected)
    foreseen = None
    if history is not None:
        foreseen = foresee(single, np.where(expected > 0, expected, 1.0), compared, law, history)
        factor, squared, error = np.exp(foreseen.predicted), foreseen.squared, foreseen.error
        expected_others = np.where(compared, expected * factor, 1.0)
        single = placebo.log_ratio(np.where(compared, after, 1.0), expected_others)
        law = fit_swing_law(single, expected_others, compared, squared, least_chance=least_chance, near=law)
    members = expected[rows, treated] * factor[rows, treated]
    total, observed = np.maximum(members.sum(axis=1), _NOTHING), after[rows, treated].sum(axis=1)
    area_variance = law.between(members / total[:, None], squared[rows, treated], error[rows, treated])
    statistic = placebo.log_ratio(observed, total) / np.sqrt(area_variance + law.chance / total)
    signed: list[Floats] = []
    for p, among in enumerate(compared):
        own = VarianceLaw(law.area[p], law.chance[p], law.swing[p])
        chosen = np.flatnonzero(among)[draw_groups(int(among.sum()), treated.shape[1])]
        without = expected[p][chosen] if outside is None else outside(p, chosen)
        without = np.where(without > 0, without, np.nan) * factor[p][chosen]
        statistics = placebo.standardised(
            after[p][chosen].sum(axis=1), without, own, squared=squared[p][chosen], error=error[p][chosen]
        )
        signed.append(
            statistics if treated.shape[1] == 1 else placebo.wider(statistics[np.isfinite(statistics)], int(among.sum()))
        )
    placebos = placebos_of_lists(signed)
    critical = placebos.critical(confidence)
    lower, upper = placebo.interval(observed, total, area_variance, law.chance, critical)
    return Compared(total, observed, area_variance, law, statistic, signed, placebos, critical, lower, upper, foreseen)


def placebos_of_lists(signed: list[Floats]) -> Placebos:
    """Placebos of panels that may have different numbers of them."""
    longest = max(1, *(len(s) for s in signed))
    stacked = np.array([np.pad(s, (0, longest - len(s)), constant_values=np.nan) for s in signed])
    return placebos_of(stacked, ~np.isnan(stacked))


@dataclass(frozen=True, eq=False, slots=True)
class Differences:
    """The treated among their placebos, on the outcome's own scale."""

    estimate: float
    spread: float  # usual size of the mean gap
    statistic: float
    signed: Floats
    placebos: Placebos
    critical: float
    placebo_se: float  # standard deviation of the placebos' mean gaps
    p_ratio: float  # by the ratio of the gaps after and before the start (Abadie, Diamond and Hainmueller 2010)

    @property
    def p_value(self) -> float:
        """Two-sided."""
        return float(self.placebos.p_value(np.array([self.statistic]))[0])

    def visible(self, power: float) -> float:
        """Smallest difference found with probability `power`, the treated spread as the placebos."""
        enough = int(np.ceil(power * len(self.signed))) - 1
        return float(max(np.sort(self.critical - self.signed)[enough], 0.0)) * self.spread


def judge_differences(
    gaps: Floats,
    fitted: Bools,
    after: Bools,
    compared: Bools,
    treated: NDArray[np.intp],
    *,
    confidence: float = 0.95,
    spread_of: str = "gaps",
    outside: Callable[[NDArray[np.intp]], Floats] | None = None,
) -> Differences:
    """Mean gap after the start over its usual size, for the treated and for every area compared with.

    Parameters
    ----------
    gaps : array (units, periods)
        Observed minus counterfactual.
    fitted : bool array (periods,)
        Periods before the start that the counterfactual was fitted to.
    after : bool array (periods,)
        Periods after it.
    compared : bool array (units,)
        Units without the measure.
    treated : int array (treated,)
        Several are averaged, and compared with the averages of as many.
    spread_of : {"gaps", "estimates"}
        The usual size: of the unit's own gaps before the start (root mean square), or of all placebos' mean gaps after it
        (standard deviation).
    confidence : float
        Of the critical value.
    outside : function (rows (groups, members)) -> array (groups, periods), optional
        When several are treated: mean gap of a group to the areas outside it; NaN leaves the group out.
    """
    number = int(compared.sum())
    chosen = np.flatnonzero(compared)[draw_groups(number, len(treated))]
    together = gaps[chosen].mean(axis=1) if outside is None else outside(chosen)
    together = together[np.isfinite(together).all(axis=1)]
    moved = together[:, after].mean(axis=1)
    late, early = ((together[:, periods] ** 2).mean(axis=1) for periods in (after, fitted))
    own = gaps[treated].mean(axis=0)
    spread, own_late = float(np.sqrt(np.mean(own[fitted] ** 2))), float(np.mean(own[after] ** 2))
    least = 1e-12 * max(spread, float(np.abs(gaps).max()), 1e-300)
    ratios = late / np.maximum(early, least**2)
    farther = int((ratios >= own_late / max(spread, least) ** 2).sum())
    error = float(moved.std(ddof=1)) if len(moved) > 1 else np.nan
    if spread_of == "estimates":
        spread = error
        signed = moved / max(error, least)
    else:
        signed = moved / np.sqrt(np.maximum(early, least**2))
    if len(treated) > 1:
        signed = placebo.wider(signed, number)
    placebos = placebos_of_lists([signed])
    estimate = float(own[after].mean())
    return Differences(
        estimate=estimate,
        spread=max(spread, least),
        statistic=estimate / max(spread, least),
        signed=signed,
        placebos=placebos,
        critical=float(placebos.critical(confidence)[0]),
        p_ratio=(1 + farther) / (1 + len(signed)),
        placebo_se=error,
    )
