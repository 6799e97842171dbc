"""Counts when the measure starts at different times in a few areas: one answer, with placebos that start at the same times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kunskapsbaserat.effects import placebo
from kunskapsbaserat.effects.answers import Compared, check_shares, may_be_judged
from kunskapsbaserat.effects.collapse import Collapsed, collapse
from kunskapsbaserat.effects.design import Assignment, Design, codes, ended
from kunskapsbaserat.effects.did import LEAST_A_MONTH, LEAST_EXPECTED, eligible
from kunskapsbaserat.effects.panel import Panel, panel_of
from kunskapsbaserat.effects.result import Diagnostics, EffectResult, Inference, Scale
from kunskapsbaserat.effects.variance_law import VarianceLaw, fit_variance_law

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


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
    is a group of as many areas without the measure, given the treated's starts.

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
        observed expected estimate``). Reasons as in `did`.

    Notes
    -----
    Per start, variance of the log ratio = area + chance / expected, fitted over the areas without the measure; of a group with
    several starts the variances are added in proportion to the squared expected events.
    """
    check_shares(confidence=confidence, power=power)
    data = panel if isinstance(panel, Panel) else panel_of(panel, outcome=outcome, unit=unit, time=time, exposure=exposure)
    treated = codes(list(starts))
    options = {"outcome": outcome, "buffer": buffer, "phase_in": phase_in, "assignment": assignment}
    designs = [
        ended(Design(data, treated=a, start=s, sharing=[b for b in treated if b != a], **options))  # type: ignore[arg-type]
        for a, s in starts.items()
    ]
    compared = np.all([eligible(d, least_a_month) for d in designs], axis=0)
    before = [float(d.data.observed[d.rows][:, d.before].sum()) / d.months_before for d in designs]
    few = float(np.mean(before)) < least_a_month
    number = int(compared.sum())
    if number < max(2 * len(designs), 2) or min(before) == 0:
        reason = "few_events_before" if few or min(before) == 0 else "p_floor" if number else "no_comparison"
        return _result(designs, confidence, reason)
    twos = [collapse(d, compared) for d in designs]
    together = _compare(designs, twos, compared, confidence)
    floor = 1 / (number + 1)
    judged = may_be_judged(floor, confidence)
    late = "few_events_after" if together.expected[0] < LEAST_EXPECTED else None if judged else "p_floor"
    diagnostics = Diagnostics(
        n_treated=len(designs),
        n_placebo=len(together.signed[0]),
        p_floor=floor,
        placebo_distribution=together.signed[0],
        statistic=float(together.statistic[0]),
        details=MappingProxyType({**together.figures(), "power": power, "by_area": _by_area(designs, twos, treated)}),
    )
    answer = together.answer(judged=judged, power=power)
    return _result(designs, confidence, "few_events_before" if few else late, **answer, diagnostics=diagnostics)


def _compare(designs: list[Design], twos: list[Collapsed], compared: Bools, confidence: float) -> Compared:
    """The treated together among groups of as many areas without the measure, a member of each given each start."""
    own = np.array([t.expected[d.rows[0]] for t, d in zip(twos, designs, strict=True)])
    after, expected = (np.array([getattr(t, name)[compared] for t in twos]) for name in ("after", "expected"))
    growth = np.array([t.after[compared].sum() / t.before[compared].sum() for t in twos])
    everyone = np.ones(expected.shape, dtype=bool)
    law = fit_variance_law(placebo.log_ratio(after, expected), expected, everyone, least_chance=1 + growth)
    chosen = placebo.draw_groups(int(compared.sum()), len(designs))
    signed = _placebos(twos, compared, chosen, after[np.arange(len(designs)), chosen].sum(axis=1), law)
    observed = np.array([sum(t.after[d.rows[0]] for t, d in zip(twos, designs, strict=True))])
    total, together = own[None].sum(axis=1), _law_of_groups(law, own[None])
    statistic = placebo.log_ratio(observed, total) / np.sqrt(together.of(total))
    placebos = placebo.placebos_of(signed[None], np.ones((1, len(signed)), dtype=bool))
    critical = placebos.critical(confidence)
    lower, upper = placebo.interval(observed, total, together.area, together.chance, critical)
    return Compared(total, observed, together.area, together, statistic, [signed], placebos, critical, lower, upper)


def _placebos(twos: list[Collapsed], compared: Bools, chosen: NDArray[np.intp], observed: Floats, law: VarianceLaw) -> Floats:
    """Statistics, with signs, of groups of areas (groups, starts) whose members together had `observed` events."""
    expected = np.column_stack(
        [
            placebo.expected_outside(t.before[compared], t.after[compared], t.growth[compared], chosen)[:, start]
            for start, t in enumerate(twos)
        ]
    )
    total = expected.sum(axis=1)
    signed = placebo.log_ratio(observed, total) / np.sqrt(_law_of_groups(law, expected).of(total))
    return placebo.wider(signed, int(compared.sum())) if len(twos) > 1 else np.asarray(signed)


def _law_of_groups(law: VarianceLaw, expected: Floats) -> VarianceLaw:
    """One law for each group (groups, starts), from those of the starts."""
    total = expected.sum(axis=1)
    squared = (expected / total[:, None]) ** 2
    return VarianceLaw(squared @ law.area, expected @ law.chance / total, squared @ law.swing)


def _by_area(designs: list[Design], twos: list[Collapsed], treated: Sequence[str]) -> pd.DataFrame:
    counts = [(t.after[d.rows[0]], t.expected[d.rows[0]]) for t, d in zip(twos, designs, strict=True)]
    observed, expected = np.array(counts).T
    return pd.DataFrame(
        {
            "area": treated,
            "start": [d.first_period for d in designs],
            "observed": observed,
            "expected": expected,
            "estimate": placebo.log_ratio(observed, expected),
        }
    )


def _result(designs: list[Design], confidence: float, reason: str | None, **answer: object) -> EffectResult:
    nothing = dict.fromkeys(("estimate", "lower", "upper", "p_value"), np.nan)
    return EffectResult(
        method="staggered_did",
        confidence=confidence,
        inference=Inference.PLACEBO,
        design_step=min(d.step for d in designs),
        outcome=designs[0].outcome,
        failed_checks=("not_calibrated",),
        reason=reason,
        few=reason in ("few_events_before", "few_events_after"),
        **({"scale": Scale.LOG_RATIO} | nothing | answer),  # type: ignore[arg-type]
    )
