"""Counts when the measure starts at different times in a few areas: one answer, with placebos that start at the same times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kunskapsbaserat.effects import placebo
from kunskapsbaserat.effects.answers import Compared, may_be_judged
from kunskapsbaserat.effects.collapse import Collapsed, collapse
from kunskapsbaserat.effects.design import Assignment, Design, codes, ended
from kunskapsbaserat.effects.did import LEAST_A_MONTH, LEAST_EXPECTED, eligible
from kunskapsbaserat.effects.panel import Panel, panel_of
from kunskapsbaserat.effects.prognosis import History, foresee, history_of
from kunskapsbaserat.effects.result import Diagnostics, EffectResult, Inference, Scale
from kunskapsbaserat.effects.variance_law import VarianceLaw, fit_swing_law, fit_variance_law
from kunskapsbaserat.rates.keys import keyed

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@keyed()
def staggered_did(
    panel: pd.DataFrame | Panel,
    *,
    outcome: str,
    starts: Mapping[str, str | pd.Period],
    unit: str = "area",
    time: str = "period",
    exposure: str | None = None,
    buffer: Sequence[str] | None = None,
    phase_in: int = 0,
    assignment: Assignment | str = Assignment.CHOSEN,
    confidence: float = 0.95,
    power: float = 0.8,
    least_a_month: float = LEAST_A_MONTH,
) -> EffectResult:
    """The treated's change, each from its own start, against areas that never get the measure.

    Each treated area is compared as in `did`, at its own start; events and expected events are then added together. A placebo
    is a group of as many areas without the measure, given the treated's starts. Unless the areas were drawn by lot, what each
    area's own last year before its start foretold, as learnt from the others at that start (`prognosis`), is taken out, of the
    placebos too.

    Parameters
    ----------
    panel : DataFrame
        One row per unit and period.
    outcome, unit, time, exposure, buffer, phase_in, assignment
        As in `Design`.
    starts : mapping
        First period with the measure, by area.
    confidence, power, least_a_month : float
        As in `did`.

    Returns
    -------
    EffectResult
        Log ratio of events to expected events, all treated together. `diagnostics.details`: ``by_area`` (DataFrame ``area start
        observed expected estimate``), ``foretold`` and ``plain`` as in `did`. Reasons as in `did`.

    Raises
    ------
    DesignError
        As `Design`, for each start.
    OptionError
        As `did`.

    Notes
    -----
    Per start, variance of the log ratio = area + chance / expected, fitted over the areas without the measure; of a group with
    several starts the variances are added in proportion to the squared expected events, and the errors of what the last years
    foretold as if they were one. Three treated among 87 others and starts three months apart, 200
    simulated panels: false alarms 5 %, after a rise 8.5 % with and without (benchmarks/prognosis_staggered.txt).

    Examples
    --------
    >>> import numpy as np
    >>> from kunskapsbaserat.effects import staggered_did
    >>> from kunskapsbaserat.simulate import effect_panels
    >>> rng = np.random.default_rng(5)
    >>> panel = effect_panels(rng, 1, units=60, months_before=36, effect=-0.5, n_treated=3, choice="large").table()
    >>> first, second, third = panel.loc[panel["treated"], "area"].unique()
    >>> answer = staggered_did(panel, outcome="count", starts={first: "2024-01", second: "2024-01", third: "2024-04"})
    >>> answer.diagnostics.details["by_area"].round({"expected": 0, "estimate": 1})
       area    start  observed  expected  estimate
    0  0160  2024-01      35.0      53.0      -0.4
    1  0319  2024-01      21.0      51.0      -0.9
    2  0563  2024-04      45.0      79.0      -0.6
    >>> round(float(np.exp(answer.estimate)), 1)
    0.6
    """
    data = panel if isinstance(panel, Panel) else panel_of(panel, outcome=outcome, unit=unit, time=time, exposure=exposure)
    treated = codes(list(starts))
    options: dict[str, Any] = {"outcome": outcome, "buffer": buffer, "phase_in": phase_in, "assignment": assignment}
    designs = [
        ended(Design(data, treated=a, start=s, sharing=[b for b in treated if b != a], **options)) for a, s in starts.items()
    ]
    compared = np.all([eligible(d, least_a_month) for d in designs], axis=0)
    before = [float(d.data.observed[d.rows][:, d.before].sum()) / d.months_before for d in designs]
    few = float(np.mean(before)) < least_a_month
    number = int(compared.sum())
    if number < max(2 * len(designs), 2) or min(before) == 0:
        reason = "few_events_before" if few or min(before) == 0 else "p_floor" if number else "no_comparison"
        return _result(designs, confidence, reason)
    twos = [collapse(d, compared) for d in designs]
    starts_of = [Start(d, t) for d, t in zip(designs, twos, strict=True)]
    together, foretold = _compare(starts_of, compared, confidence)
    floor = 1 / (number + 1)
    judged = may_be_judged(floor, confidence)
    late = "few_events_after" if together.expected[0] < LEAST_EXPECTED else None if judged else "p_floor"
    answer = together.answer(judged=judged, power=power)
    diagnostics = Diagnostics(
        n_treated=len(designs),
        n_placebo=len(together.signed[0]),
        p_floor=floor,
        placebo_distribution=together.signed[0],
        statistic=float(together.statistic[0]),
        details=MappingProxyType(
            {
                **together.figures(),
                **_moved(starts_of, together, answer["estimate"]),
                "power": power,
                "by_area": _by_area(designs, twos, foretold, treated),
            }
        ),
    )
    return _result(designs, confidence, "few_events_before" if few else late, **answer, diagnostics=diagnostics)


def _moved(starts: list[Start], together: Compared, estimate: float) -> dict[str, float]:
    """What the last years foretold of all treated together, and the estimate without it."""
    unmoved = sum(float(two.expected[design.rows[0]]) for design, two in starts)
    foretold = float(np.log(together.expected[0] / unmoved))
    return {"foretold": foretold, "plain": estimate + foretold}


class Start(NamedTuple):
    """One treated area's design and its panel in two periods."""

    design: Design
    two: Collapsed


class Foretold(NamedTuple):
    """What the last years foretold, by start and unit: times as many events, squared rises, errors; ones and zeros without."""

    factor: Floats
    squared: Floats
    error: Floats


def _compare(starts: list[Start], compared: Bools, confidence: float) -> tuple[Compared, Foretold]:
    """The treated together among groups of as many areas without the measure, a member of each given each start."""
    twos = [start.two for start in starts]
    places, rows = np.arange(len(starts)), np.array([start.design.rows[0] for start in starts])
    law, foretold = _foretold(starts, compared)
    own = np.array([t.expected[row] for t, row in zip(twos, rows, strict=True)]) * foretold.factor[places, rows]
    chosen = placebo.draw_groups(int(compared.sum()), len(starts))
    observed_there = np.array([t.after[compared] for t in twos])[places, chosen].sum(axis=1)
    among = Foretold(*(part[:, compared] for part in foretold))
    signed = _placebos(twos, compared, chosen, observed_there, law, among)
    observed = np.array([sum(t.after[row] for t, row in zip(twos, rows, strict=True))])
    own_law = _law_of_groups(law, own[None], foretold.squared[places, rows][None], foretold.error[places, rows][None])
    total = own[None].sum(axis=1)
    statistic = placebo.log_ratio(observed, total) / np.sqrt(own_law.of(total))
    placebos = placebo.placebos_of(signed[None], np.ones((1, len(signed)), dtype=bool))
    critical = placebos.critical(confidence)
    lower, upper = placebo.interval(observed, total, own_law.area, own_law.chance, critical)
    return Compared(total, observed, own_law.area, own_law, statistic, [signed], placebos, critical, lower, upper), foretold


def _foretold(starts: list[Start], compared: Bools) -> tuple[VarianceLaw, Foretold]:
    """The law of the ratios at each start, and what the last year before it foretold of every unit."""
    after, expected = (np.array([getattr(start.two, name) for start in starts]) for name in ("after", "expected"))
    growth = np.array([t.after[compared].sum() / t.before[compared].sum() for _, t in starts])
    everyone = np.broadcast_to(compared, expected.shape)
    expected = np.where(everyone | (expected > 0), expected, 1.0)
    ratios = placebo.log_ratio(np.where(everyone, after, 1.0), np.where(everyone, expected, 1.0))
    law = fit_variance_law(ratios, np.where(everyone, expected, 1.0), everyone, least_chance=1 + growth)
    histories = [history_of(start.design, compared) for start in starts]
    known = [history for history in histories if history is not None]
    if len(known) < len(starts):
        return law, Foretold(np.ones_like(expected), np.zeros_like(expected), np.zeros_like(expected))
    parts = (np.concatenate([getattr(h, name) for h in known]) for name in ("late", "expected", "growth"))
    foreseen = foresee(ratios, expected, everyone, law, History(*parts))
    factor = np.exp(foreseen.predicted)
    adjusted = np.where(everyone, expected * factor, 1.0)
    ratios = placebo.log_ratio(np.where(everyone, after, 1.0), adjusted)
    law = fit_swing_law(ratios, adjusted, everyone, foreseen.squared, least_chance=1 + growth, near=law)
    return law, Foretold(factor, foreseen.squared, foreseen.error)


def _placebos(
    twos: list[Collapsed], compared: Bools, chosen: NDArray[np.intp], observed: Floats, law: VarianceLaw, foretold: Foretold
) -> Floats:
    """Statistics, with signs, of groups of areas (groups, starts) whose members together had `observed` events."""
    places = np.arange(len(twos))
    expected = np.column_stack(
        [
            placebo.expected_outside(t.before[compared], t.after[compared], t.growth[compared], chosen)[:, start]
            for start, t in enumerate(twos)
        ]
    )
    factor, squared, error = (part[places, chosen] for part in foretold)
    expected = expected * factor
    total = expected.sum(axis=1)
    signed = placebo.log_ratio(observed, total) / np.sqrt(_law_of_groups(law, expected, squared, error).of(total))
    return placebo.wider(signed, int(compared.sum())) if len(twos) > 1 else np.asarray(signed)


def _law_of_groups(law: VarianceLaw, expected: Floats, squared: Floats, error: Floats) -> VarianceLaw:
    """One law for each group (groups, starts), from those of the starts."""
    share = expected / expected.sum(axis=1)[:, None]
    between = (share**2 * (law.area + law.swing * squared)).sum(axis=1) + (share * error).sum(axis=1) ** 2
    return VarianceLaw(between, share @ law.chance, np.zeros(len(share)))


def _by_area(designs: list[Design], twos: list[Collapsed], foretold: Foretold, treated: Sequence[str]) -> pd.DataFrame:
    rows = [d.rows[0] for d in designs]
    observed = np.array([t.after[row] for t, row in zip(twos, rows, strict=True)])
    expected = np.array([t.expected[row] for t, row in zip(twos, rows, strict=True)])
    expected = expected * foretold.factor[np.arange(len(rows)), rows]
    return pd.DataFrame(
        {
            "area": treated,
            "start": [d.first_period for d in designs],
            "observed": observed,
            "expected": expected,
            "estimate": placebo.log_ratio(observed, expected),
        }
    )


def _result(designs: list[Design], confidence: float, reason: str | None, **answer: Any) -> EffectResult:
    nothing: dict[str, Any] = dict.fromkeys(("estimate", "lower", "upper", "p_value"), np.nan)
    return EffectResult(
        method="staggered_did",
        confidence=confidence,
        inference=Inference.PLACEBO,
        design_step=min(d.step for d in designs),
        outcome=designs[0].outcome,
        failed_checks=("not_calibrated",),
        reason=reason,
        few=reason in ("few_events_before", "few_events_after"),
        **({"scale": Scale.LOG_RATIO} | nothing | answer),
    )
