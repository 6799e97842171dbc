"""Weighted displacement difference: how many events more or fewer than the control area lets expect, with spill-over."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd

from kunskapsbaserat.effects.four_counts import (
    FEW_EVENTS,
    NormalChange,
    dispersion_factor,
    event_count,
    measured,
    normal_p,
    normal_quantile,
    sizes,
    visible,
)
from kunskapsbaserat.effects.result import Diagnostics, EffectResult, Inference, Scale, Unit
from kunskapsbaserat.rates.checks import positive
from kunskapsbaserat.rates.keys import keyed


@dataclass(frozen=True, slots=True)
class WddEstimate(NormalChange):
    """Weighted displacement difference (Wheeler and Ratcliffe 2018), in events per period (and per size unit).

    Attributes
    ----------
    change, standard_error : float
        In the treated and the displacement areas together; minus is fewer.
    local, local_error : float
        In the treated area alone.
    displacement, displacement_error : float
        In the areas around it: plus is crime that moved there, minus a benefit that spread.
    confidence : float
        Of the interval.
    periods_after, size, dispersion : float
        Length of the time after, in periods, size of the treated area, and what the variance was multiplied by.
    cautions : tuple of str
        "uncalibrated" (always: see `false_alarms.FOUR_COUNTS`), "few_events" (a count below 5 in the treated or control area),
        "different_period_lengths", "different_sizes".

    Examples
    --------
    >>> from kunskapsbaserat.effects import wdd
    >>> found = wdd(treated_before=207, treated_after=110, control_before=308, control_after=318)
    >>> found.to_frame()[["part", "change", "lower", "upper"]].round(0)
               part  change  lower  upper
    0         local  -107.0 -167.0  -47.0
    1  displacement     0.0    0.0    0.0
    2         total  -107.0 -167.0  -47.0
    >>> found.cautions, found.effect().may_claim
    (('uncalibrated',), False)
    """

    local: float
    local_error: float
    displacement: float
    displacement_error: float
    periods_after: float = 1.0
    size: float = 1.0
    dispersion: float = 1.0
    cautions: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Rows "local", "displacement", "total": ``part change standard_error lower upper z p_value confidence cautions``."""
        parts = pd.DataFrame(
            {
                "part": ["local", "displacement", "total"],
                "change": [self.local, self.displacement, self.change],
                "standard_error": [self.local_error, self.displacement_error, self.standard_error],
            }
        )
        error = parts["standard_error"].to_numpy()
        half = normal_quantile(self.confidence) * error
        z = np.divide(parts["change"], error, out=np.zeros(3), where=error > 0)
        limits = {"lower": parts["change"] - half, "upper": parts["change"] + half}
        p_values = [normal_p(value) for value in z]
        return parts.assign(**limits, z=z, p_value=p_values, confidence=self.confidence, cautions=[self.cautions] * 3)

    def effect(self, *, outcome: str = "") -> EffectResult:
        """As the answer of an evaluation: design step 4, but the model's own error, so that no effect may be claimed."""
        lower, upper = self.interval
        scale = np.nan if "different_sizes" in self.cautions else self.periods_after * self.size
        averted, least, most = (-scale * value for value in (self.change, upper, lower))
        mde = visible(self.standard_error, self.confidence) if self.standard_error > 0 else np.nan
        few = "few_events" in self.cautions
        return EffectResult(
            method="wdd",
            scale=Scale.DIFFERENCE,
            estimate=self.change,
            lower=lower,
            upper=upper,
            confidence=self.confidence,
            p_value=self.p_value,
            inference=Inference.MODEL,
            design_step=4,
            outcome=outcome,
            events=(averted, least, most),
            mde=-mde,
            mde_increase=mde,
            cautions=self.cautions,
            reason="few_events" if few else None,
            few=few,
            unit=Unit.EVENTS,
            diagnostics=Diagnostics(
                details=MappingProxyType({**measured("wdd", [self.dispersion]), "per_size": self.size != 1 or np.isnan(scale)})
            ),
        )


@keyed()
def wdd(
    *,
    treated_before: float,
    treated_after: float,
    control_before: float,
    control_after: float,
    displacement_treated_before: float = 0,
    displacement_treated_after: float = 0,
    displacement_control_before: float = 0,
    displacement_control_after: float = 0,
    periods: tuple[float, float] = (1, 1),
    treated_size: float = 1,
    control_size: float = 1,
    displacement_treated_size: float = 1,
    displacement_control_size: float = 1,
    dispersion: float = 1.0,
    confidence: float = 0.95,
) -> WddEstimate:
    """Change in the treated area less the change in the control area, plus the same for the areas around.

    (treated after - before) - (control after - before), each count divided by the length of its time and the size of its
    area. The changes would have been equal as numbers of events, not as per cent, without the measure: so the areas should
    be alike in size of crime. The published variance is that of independent Poisson counts and nothing else: areas that vary
    more give false alarms in 13 to 32 % of cases, with `dispersion` in 5 to 9 % (`false_alarms.FOUR_COUNTS`).

    Parameters
    ----------
    treated_before, treated_after, control_before, control_after : int
        Events, 0 or more.
    displacement_treated_before, displacement_treated_after : int
        Events in the area around the treated one, to which crime could move.
    displacement_control_before, displacement_control_after : int
        Events in the area that this is compared with.
    periods : (before, after)
        Lengths of the two times, such as (2, 1) for two years against one. The change is per period.
    treated_size, control_size, displacement_treated_size, displacement_control_size : float
        Sizes of the areas (square kilometres, street segments); the change is then per size unit.
    dispersion : float
        Variance of a count over its mean, 1 or more: `dispersion_of` the monthly counts before. 1 is the published method.
    confidence : float
        Of the interval.

    Returns
    -------
    WddEstimate

    Raises
    ------
    TableError
        A count is negative or not whole.
    OptionError
        A length or a size is not above 0.

    References
    ----------
    Wheeler AP, Ratcliffe JH (2018). A simple weighted displacement difference test to evaluate place based crime
    interventions. Crime Science 7:11. Weights for times and areas: andrewpwheeler.com, 2021-01-09 and 2021-02-23.

    Examples
    --------
    Wheeler and Ratcliffe (2018), table 3, with areas that crime could move to. They print -118 and z -2.98:

    >>> from kunskapsbaserat.effects import wdd
    >>> found = wdd(
    ...     treated_before=207, treated_after=110, control_before=308, control_after=318,
    ...     displacement_treated_before=178, displacement_treated_after=157,
    ...     displacement_control_before=150, displacement_control_after=140,
    ... )
    >>> found.change, round(found.z, 2), [round(limit) for limit in found.interval]
    (-118.0, -2.98, [-196, -40])
    >>> found.local, found.displacement
    (-107.0, -11.0)
    """
    before, after = sizes("periods", periods, 2)
    areas = {
        "treated": (treated_before, treated_after, treated_size),
        "control": (control_before, control_after, control_size),
        "displacement_treated": (displacement_treated_before, displacement_treated_after, displacement_treated_size),
        "displacement_control": (displacement_control_before, displacement_control_after, displacement_control_size),
    }
    factor = dispersion_factor(dispersion)
    changes, variances = {}, {}
    for name, (first, second, size) in areas.items():
        weight = 1 / (positive(f"{name}_size", size) * np.array([before, after]))
        counts = np.array([event_count(f"{name}_before", first), event_count(f"{name}_after", second)])
        changes[name] = float(np.diff(counts * weight)[0])
        variances[name] = factor * float(np.sum(counts * weight**2))
    local, around = changes["treated"] - changes["control"], changes["displacement_treated"] - changes["displacement_control"]
    local_variance = variances["treated"] + variances["control"]
    around_variance = variances["displacement_treated"] + variances["displacement_control"]
    few = bool(min(treated_before, treated_after, control_before, control_after) < FEW_EVENTS)
    cautions = (
        "uncalibrated",
        *["few_events"] * few,
        *["different_period_lengths"] * (before != after),
        *["different_sizes"] * (len({size for first, second, size in areas.values() if first or second}) > 1),
    )
    return WddEstimate(
        change=local + around,
        standard_error=float(np.sqrt(local_variance + around_variance)),
        local=local,
        local_error=float(np.sqrt(local_variance)),
        displacement=around,
        displacement_error=float(np.sqrt(around_variance)),
        confidence=confidence,
        periods_after=after,
        size=float(treated_size),
        dispersion=factor,
        cautions=cautions,
    )
