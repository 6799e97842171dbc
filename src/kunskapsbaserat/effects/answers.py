"""What the methods share on the way from a comparison to an `EffectResult`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kunskapsbaserat.effects import placebo
from kunskapsbaserat.effects.design import Design
from kunskapsbaserat.effects.placebo import Placebos
from kunskapsbaserat.effects.prognosis import Prognosis
from kunskapsbaserat.effects.result import ROUNDING, Diagnostics, EffectResult, Inference, Scale, Unit
from kunskapsbaserat.effects.variance_law import VarianceLaw
from kunskapsbaserat.errors import DesignError, OptionError

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False, slots=True)
class Compared:
    """The treated among their placebos, for many panels at once (arrays with one entry a panel)."""

    expected: Floats
    after: Floats
    area_variance: Floats
    law: VarianceLaw
    statistic: Floats
    signed: list[Floats]  # statistics of the placebos, with signs
    placebos: Placebos
    critical: Floats
    lower: Floats
    upper: Floats
    foreseen: Prognosis | None = None  # what the last year before the start foretold, when it was looked at

    def foretold(self, treated: NDArray[np.intp], expected: Floats) -> float:
        """Part of the first panel's log ratio that the treated's own last year foretold; `expected` without it (treated,)."""
        if self.foreseen is None or not expected.sum() > 0:
            return 0.0
        return float(np.log((expected * np.exp(self.foreseen.predicted[0][treated])).sum() / expected.sum()))

    @property
    def p_value(self) -> Floats:
        """Two-sided."""
        return self.placebos.p_value(self.statistic)

    def visible(self, power: float) -> tuple[float, float]:
        """The smallest fall and the smallest rise of the first panel found with this probability; NaN where none would be."""
        law = (self.expected[0], self.area_variance[0], self.law.chance[0])
        fall, rise = (
            placebo.smallest_visible(*law, self.signed[0], self.critical[0], power=power, sign=sign) for sign in (-1, 1)
        )
        return fall, rise

    def answer(self, *, judged: bool, power: float) -> dict[str, Any]:
        """What an `EffectResult` says of the first panel; p-value and limits only where it may be judged."""
        observed, expected = float(self.after[0]), float(self.expected[0])
        estimate = np.log(observed / expected) if observed else placebo.log_ratio(self.after, self.expected)[0]
        lower, upper = (float(self.lower[0]), float(self.upper[0])) if judged else (np.nan, np.nan)
        averted = [observed * float(np.expm1(-effect)) if observed else np.nan for effect in (upper, lower)]
        fall, rise = self.visible(power)
        return {
            "scale": Scale.LOG_RATIO,
            "estimate": float(estimate),
            "lower": lower,
            "upper": upper,
            "p_value": float(self.p_value[0]) if judged else np.nan,
            "events": (expected - observed, averted[0], averted[1]),
            "mde": fall,
            "mde_increase": rise,
            "cautions": () if observed else ("no_events_after",),
        }

    def figures(self) -> dict[str, float]:
        """Of the first panel, for `Diagnostics.details`."""
        figures = {
            "observed": float(self.after[0]),
            "expected": float(self.expected[0]),
            "area_variance": float(self.area_variance[0]),
            "law_area": float(self.law.area[0]),
            "law_chance": float(self.law.chance[0]),
            "critical": float(self.critical[0]),
        }
        if self.foreseen is not None:
            typical, fall, rise = self.foreseen.slopes[0]
            figures |= {"typical": float(typical), "slope_of_falls": float(fall), "slope_of_rises": float(rise)}
            figures |= {"law_swing": float(self.law.swing[0])}
        return figures


def check_outcomes(outcomes: Sequence[str]) -> None:
    """Names of columns: a single name would be read letter by letter."""
    if isinstance(outcomes, str) or not len(outcomes):
        raise OptionError("outcomes", outcomes, ("a list of columns",), tillatna=("en lista med kolumner",))


def check_one_treated(design: Design) -> None:
    """A single area: what is made for one would leave the others out without a word."""
    if len(design.rows) > 1:
        raise DesignError(
            "several_treated",
            f"{len(design.rows)} treated areas",
            needed="one area; add their counts together for several",
            svenska=f"{len(design.rows)} områden har åtgärden.",
            behovs="Metoden tar ett område. Lägg ihop talen för flera.",
        )


def may_be_judged(p_floor: float, confidence: float) -> bool:
    """Whether so many placebos can give a p-value below 1 - `confidence`."""
    return p_floor < 1 - confidence - ROUNDING


def without_answer(design: Design, method: str, reason: str, confidence: float) -> EffectResult:
    """Nothing could be estimated, and why."""
    return EffectResult(
        method=method,
        scale=Scale.LOG_RATIO if design.kind == "events" else Scale.DIFFERENCE,
        estimate=np.nan,
        lower=np.nan,
        upper=np.nan,
        confidence=confidence,
        p_value=np.nan,
        inference=Inference.PLACEBO,
        design_step=design.step,
        outcome=design.outcome,
        unit=Unit(design.kind),
        reason=reason,
        few=reason == "few_events_before",
        diagnostics=Diagnostics(n_treated=len(design.rows)),
    )


def series_table(design: Design, observed: Floats, expected: Floats) -> pd.DataFrame:
    """The series of `Diagnostics`: the treated by period beside the counterfactual; the phase-in is left out."""
    used = design.before | design.after
    counterfactual = np.where(used, expected, np.nan)
    return pd.DataFrame(
        {
            "period": design.data.periods,
            "observed": observed,
            "counterfactual": counterfactual,
            "gap": observed - counterfactual,
            "after": design.after,
            "left_out": ~used,
        }
    )
