"""Counts when the measure starts at different times in a few areas: one answer, with placebos that start at the same times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kunskapsbaserat.effects import placebo
from kunskapsbaserat.effects.collapse import collapse
from kunskapsbaserat.effects.design import Assignment, Design, codes, ended
from kunskapsbaserat.effects.did import LEAST_A_MONTH, LEAST_EXPECTED, eligible
from kunskapsbaserat.effects.panel import Panel, panel_of
from kunskapsbaserat.effects.result import Diagnostics, EffectResult, Inference, Scale
from kunskapsbaserat.effects.variance_law import fit_variance_law
from kunskapsbaserat.effects.weighted_result import check_shares

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
    step = min(d.step for d in designs)
    before = [float(d.data.observed[d.rows][:, d.before].sum()) / d.months_before for d in designs]
    few = float(np.mean(before)) < least_a_month
    number = int(compared.sum())
    if number < max(2 * len(designs), 2) or min(before) == 0:
        reason = "few_events_before" if few or min(before) == 0 else "p_floor" if number else "no_comparison"
        return _result(outcome, step, confidence, reason)
    twos = [collapse(d, compared) for d in designs]
    own = np.array([[t.after[d.rows[0]], t.expected[d.rows[0]]] for t, d in zip(twos, designs, strict=True)])
    after, expected = (np.array([getattr(t, name)[compared] for t in twos]) for name in ("after", "expected"))
    everyone = np.ones(expected.shape, dtype=bool)
    growth = np.array([t.after[compared].sum() / t.before[compared].sum() for t in twos])
    law = fit_variance_law(placebo.log_ratio(after, expected), expected, everyone, least_chance=1 + growth)

    def variance(members: Floats) -> tuple[Floats, Floats]:
        """The law's two parts for groups (groups, starts) of expected events."""
        total = members.sum(axis=1)
        return (members**2) @ law.area / total**2, members @ law.chance / total

    chosen = placebo.draw_groups(number, len(designs))
    starts_of = np.arange(len(designs))
    others_after = after[starts_of, chosen]
    others_expected = np.column_stack(
        [
            placebo.expected_outside(t.before[compared], t.after[compared], t.growth[compared], chosen)[:, s]
            for s, t in enumerate(twos)
        ]
    )
    spread, chance = variance(others_expected)
    total = others_expected.sum(axis=1)
    signed = placebo.log_ratio(others_after.sum(axis=1), total) / np.sqrt(spread + chance / total)
    if len(designs) > 1:
        signed = placebo.wider(signed, number)
    observed, without = own.sum(axis=0)
    spread, chance = variance(own[:, 1][None])
    statistic = placebo.log_ratio(np.array([observed]), np.array([without])) / np.sqrt(spread + chance / without)
    placebos = placebo.placebos_of(signed[None], np.ones((1, len(signed)), dtype=bool))
    critical = placebos.critical(confidence)
    lower, upper = placebo.interval(np.array([observed]), np.array([without]), spread, chance, critical)
    floor = 1 / (number + 1)
    judged = floor < 1 - confidence - 1e-12
    why = "few_events_before" if few else "few_events_after" if without < LEAST_EXPECTED else None if judged else "p_floor"
    limits = (float(lower[0]), float(upper[0])) if judged else (np.nan, np.nan)
    law_here = (float(without), float(spread[0]), float(chance[0]))
    visible = [placebo.smallest_visible(*law_here, signed, float(critical[0]), power=power, sign=s) for s in (-1, 1)]
    averted = [float(observed * np.expm1(-v)) if observed else np.nan for v in (limits[1], limits[0])]
    by_area = pd.DataFrame(
        {
            "area": treated,
            "start": [d.first_period for d in designs],
            "observed": own[:, 0],
            "expected": own[:, 1],
            "estimate": placebo.log_ratio(own[:, 0], own[:, 1]),
        }
    )
    return _result(
        outcome,
        step,
        confidence,
        why,
        estimate=float(np.log(observed / without)) if observed else float(placebo.log_ratio(observed, without)),
        lower=limits[0],
        upper=limits[1],
        p_value=float(placebos.p_value(statistic)[0]) if judged else np.nan,
        events=(float(without - observed), averted[0], averted[1]),
        mde=visible[0],
        mde_increase=visible[1],
        cautions=() if observed else ("no_events_after",),
        diagnostics=Diagnostics(
            n_treated=len(designs),
            n_placebo=len(signed),
            p_floor=floor,
            placebo_distribution=signed,
            statistic=float(statistic[0]),
            details=MappingProxyType(
                {
                    "observed": float(observed),
                    "expected": float(without),
                    "area_variance": law_here[1],
                    "law_chance": law_here[2],
                    "critical": float(critical[0]),
                    "power": power,
                    "by_area": by_area,
                }
            ),
        ),
    )


def _result(outcome: str, step: int, confidence: float, reason: str | None, **found: object) -> EffectResult:
    nothing = dict.fromkeys(("estimate", "lower", "upper", "p_value"), np.nan)
    return EffectResult(
        method="staggered_did",
        scale=Scale.LOG_RATIO,
        confidence=confidence,
        inference=Inference.PLACEBO,
        design_step=step,
        outcome=outcome,
        failed_checks=("not_calibrated",),
        reason=reason,
        few=reason in ("few_events_before", "few_events_after"),
        **(nothing | found),  # type: ignore[arg-type]
    )
