"""Difference in differences of shares and indexes (survey, school), with placebo inference."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kunskapsbaserat.effects.answers import may_be_judged, series_table
from kunskapsbaserat.effects.design import Design
from kunskapsbaserat.effects.own_slope import NetOfSlope, net_of_slope_of_shares
from kunskapsbaserat.effects.placebo import draw_groups, placebos_of, wider
from kunskapsbaserat.effects.result import Diagnostics, EffectResult, Inference, Scale, Unit, codes_that_hold
from kunskapsbaserat.effects.variance_law import fit_variance_law
from kunskapsbaserat.rates.keys import keyed

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_LEAST_VARIANCE = 1e-12  # where all areas moved exactly alike


@keyed()
def did_shares(design: Design, *, confidence: float = 0.95, power: float = 0.8) -> EffectResult:
    """The treated areas' mean change against the mean change of the comparable areas, in the outcome's own unit.

    Each area's change is the mean after the start minus the mean before. It is standardised by how much areas differ, and, with
    `Design.limits`, by the survey's own error: variance = areas' part + c times the squared standard error of the change (c is
    1 or more, estimated). The p-value is the place among the comparable areas; several treated are compared with groups of as
    many. Without limits all areas are taken to vary alike, and an area with a small survey is then called too often (failed
    check "no_limits"; the measured rate stands in benchmarks/effect_calibration.txt).

    Parameters
    ----------
    design : Design
        With `kind` "share" or "index".
    confidence, power : float
        Of the interval and verdict; of the smallest visible difference.

    Returns
    -------
    EffectResult
        On the difference scale (0.05 is five percentage points). Reasons "no_comparison" and "p_floor" as in `did`.
    """
    compared, rows = design.comparable, design.rows
    number = int(compared.sum())
    if number < max(2 * len(rows), 2):
        moved = _changes(design, design.before, design.after)[0]
        gap = moved[rows].mean() - moved[compared].mean() if number else np.nan
        return _result(design, confidence, reason="p_floor" if number else "no_comparison", estimate=float(gap))
    estimate, spread, groups = standardised_change(design, design.before, design.after)
    net = _net(design)
    placebos = placebos_of(groups[None], np.ones((1, len(groups)), dtype=bool))
    critical = float(placebos.critical(confidence)[0])
    floor = 1 / (number + 1)
    judged = may_be_judged(floor, confidence) and np.isfinite(critical)
    half = critical * spread if judged else np.nan
    visible = _visible(groups, critical, power) * spread if judged else np.nan
    before, after = design.data.observed[:, design.before], design.data.observed[:, design.after]
    return _result(
        design,
        confidence,
        reason=None if judged else "p_floor",
        estimate=estimate,
        lower=estimate - half,
        upper=estimate + half,
        p_value=float(placebos.p_value(np.array([estimate / spread]))[0]),
        mde=-visible,
        mde_increase=visible,
        failed_checks=codes_that_hold(
            no_limits=design.data.errors is None,
            own_slope=judged and abs(estimate) > half and net is not None and not net.stands(estimate),
        ),
        diagnostics=Diagnostics(
            n_treated=len(rows),
            n_placebo=number,
            p_floor=floor,
            series=_series(design, compared),
            placebo_distribution=groups,
            statistic=estimate / spread,
            weights=pd.Series(1 / number, index=np.array(design.data.units)[compared], name="weight"),
            effective_donors=float(number),
            details=MappingProxyType(
                {
                    "before": float(before[rows].mean()),
                    "after": float(after[rows].mean()),
                    "others_before": float(before[compared].mean()),
                    "others_after": float(after[compared].mean()),
                    "spread": spread,
                    "critical": critical,
                    "net_of_own_slope": np.nan if net is None else net.estimate,
                    "p_net_of_own_slope": np.nan if net is None else net.p_value,
                }
            ),
        ),
    )


def _net(design: Design) -> NetOfSlope | None:
    return net_of_slope_of_shares(design, design.comparable, *_gaps(design, design.before, design.after))


def _gaps(design: Design, before: Bools, after: Bools) -> tuple[Floats, Floats]:
    """Each unit's change against the others', and the survey's standard error of its own (0 where it is not given)."""
    moved, error = _changes(design, before, after)
    compared = design.comparable
    others = (moved[compared].sum() - np.where(compared, moved, 0)) / (compared.sum() - compared)
    return moved - others, error


def standardised_change(design: Design, before: Bools, after: Bools) -> tuple[float, float, Floats]:
    """Of two sets of periods: the treated areas' change against the others', its spread, and the placebos' statistics."""
    compared, rows = design.comparable, design.rows
    number = int(compared.sum())
    gap, error = _gaps(design, before, after)
    variance = _variances(gap, error, compared)
    spread = float(np.sqrt(variance[rows].sum()) / len(rows))
    members = draw_groups(number, len(rows))
    outside = (number - 1) / max(number - len(rows), 1)  # from one area out of its own comparison to the whole group
    groups = outside * gap[compared][members].mean(axis=1) / (np.sqrt(variance[compared][members].sum(axis=1)) / len(rows))
    return float(gap[rows].mean()), spread, wider(groups, number) if len(rows) > 1 else groups


def _changes(design: Design, before: Bools, after: Bools) -> tuple[Floats, Floats]:
    """Mean after minus mean before of each unit, and the survey's standard error of it (0 where it is not given)."""
    moved = design.data.observed[:, after].mean(axis=1) - design.data.observed[:, before].mean(axis=1)
    if design.data.errors is None:
        return moved, np.zeros_like(moved)
    squared = design.data.errors**2
    return moved, np.sqrt(squared[:, after].sum(axis=1) / after.sum() ** 2 + squared[:, before].sum(axis=1) / before.sum() ** 2)


def _variances(gap: Floats, error: Floats, compared: NDArray[np.bool_]) -> Floats:
    errors = error[compared & (error > 0)]
    if not len(errors):
        return np.full_like(gap, max(float(np.mean(gap[compared] ** 2)), _LEAST_VARIANCE))
    precision = 1 / np.where(error > 0, error, errors.min()) ** 2  # limits that meet are rounded
    law = fit_variance_law(gap[None], precision[None], compared[None], least_chance=1.0)
    variance: Floats = np.maximum(law.area[0] + law.chance[0] / precision, _LEAST_VARIANCE)
    return variance


def _visible(statistics: Floats, critical: float, power: float) -> float:
    """Smallest difference, in standard deviations, found with probability `power`."""
    sizes, ordered = np.arange(0, 20, 0.01), np.sort(statistics)
    above = len(ordered) - np.searchsorted(ordered, critical - sizes, side="right")
    chance = (above + np.searchsorted(ordered, -critical - sizes, side="left")) / len(ordered)
    return float(sizes[np.argmax(chance >= power)])


def _series(design: Design, compared: NDArray[np.bool_]) -> pd.DataFrame:
    """The treated areas' mean beside their mean before the start plus the others' change since."""
    observed = design.data.observed[design.rows].mean(axis=0)
    with np.errstate(invalid="ignore"):
        others = design.data.observed[compared].mean(axis=0)
    expected = observed[design.before].mean() + others - others[design.before].mean()
    return series_table(design, observed, expected)


def _result(design: Design, confidence: float, *, reason: str | None, **answer: Any) -> EffectResult:
    nothing: dict[str, Any] = dict.fromkeys(("estimate", "lower", "upper", "p_value"), np.nan)
    return EffectResult(
        method="did",
        scale=Scale.DIFFERENCE,
        confidence=confidence,
        inference=Inference.PLACEBO,
        design_step=design.step,
        outcome=design.outcome,
        reason=reason,
        unit=Unit(design.kind),
        **({"diagnostics": Diagnostics(n_treated=len(design.rows))} | nothing | answer),
    )
