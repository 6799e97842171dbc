"""Relative effect size: how the ratio of after to before differs between the treated and the control area."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from kunskapsbaserat.effects.four_counts import (
    FEW_EVENTS,
    dispersion_factor,
    event_count,
    measured,
    normal_p,
    normal_quantile,
    visible,
)
from kunskapsbaserat.effects.result import Diagnostics, EffectResult, Inference, Scale, codes_that_hold
from kunskapsbaserat.errors import TableError
from kunskapsbaserat.rates.keys import keyed

Floats = NDArray[np.float64]

_HALF = 0.5  # added to all four counts where one is 0


@dataclass(frozen=True, slots=True)
class RelativeEffect:
    """The relative effect size and its error.

    Attributes
    ----------
    log_ratio : float
        Logarithm of (treated after / treated before) / (control after / control before); minus is fewer.
    standard_error : float
        Of `log_ratio`.
    dispersion : tuple of four floats
        What the variance of each count was multiplied by: treated before, after, control before, after.
    confidence : float
        Of the interval.
    treated_after : float
        Events in the treated area after the start.
    cautions : tuple of str
        "uncalibrated" (always: see `false_alarms.FOUR_COUNTS`), "few_events" (a count below 5), "zero_count" (half an event was
        added to each of the four).

    Examples
    --------
    >>> from kunskapsbaserat.effects import relative_effect_size
    >>> found = relative_effect_size(treated_before=50, treated_after=30, control_before=60, control_after=55)
    >>> round(found.ratio, 4), round(found.relative_effect_size, 4)  # below 1 is fewer; the reviews print the inverse
    (0.6545, 1.5278)
    >>> found.cautions, found.effect().may_claim
    (('uncalibrated',), False)
    """

    log_ratio: float
    standard_error: float
    dispersion: tuple[float, float, float, float]
    confidence: float
    treated_after: float
    cautions: tuple[str, ...] = ()

    @property
    def ratio(self) -> float:
        """Rate ratio: below 1 is fewer than the control area lets expect (Wilson's relative incident rate ratio)."""
        return float(np.exp(self.log_ratio))

    @property
    def relative_effect_size(self) -> float:
        """(a d) / (b c) as the reviews print it: above 1 speaks for the measure."""
        return float(np.exp(-self.log_ratio))

    @property
    def log_interval(self) -> tuple[float, float]:
        half = normal_quantile(self.confidence) * self.standard_error
        return self.log_ratio - half, self.log_ratio + half

    @property
    def interval(self) -> tuple[float, float]:
        """Of `ratio`."""
        lower, upper = np.exp(self.log_interval)
        return float(lower), float(upper)

    @property
    def z(self) -> float:
        return self.log_ratio / self.standard_error

    @property
    def p_value(self) -> float:
        return normal_p(self.z)

    def to_frame(self) -> pd.DataFrame:
        """One row: ``ratio lower upper relative_effect_size log_ratio standard_error z p_value confidence cautions``."""
        lower, upper = self.interval
        row = {"ratio": self.ratio, "lower": lower, "upper": upper, "relative_effect_size": self.relative_effect_size}
        row |= {"log_ratio": self.log_ratio, "standard_error": self.standard_error, "z": self.z, "p_value": self.p_value}
        return pd.DataFrame([row | {"confidence": self.confidence, "cautions": self.cautions}])

    def effect(self, *, outcome: str = "") -> EffectResult:
        """As the answer of an evaluation: design step 4, but the model's own error, so that no effect may be claimed."""
        lower, upper = self.log_interval
        averted, least, most = (self.treated_after * float(np.expm1(-value)) for value in (self.log_ratio, upper, lower))
        mde = visible(self.standard_error, self.confidence)
        counts = (
            {} if "zero_count" in self.cautions else {"observed": self.treated_after, "expected": self.treated_after + averted}
        )
        return EffectResult(
            method="relative_effect_size",
            scale=Scale.LOG_RATIO,
            estimate=self.log_ratio,
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
            reason="few_events" if "few_events" in self.cautions else None,
            few="few_events" in self.cautions,
            diagnostics=Diagnostics(details=MappingProxyType({**measured("ratio", self.dispersion), **counts})),
        )


@keyed()
def relative_effect_size(
    *,
    treated_before: float,
    treated_after: float,
    control_before: float,
    control_after: float,
    dispersion: float | str = 1.0,
    confidence: float = 0.95,
) -> RelativeEffect:
    """(treated after / before) / (control after / before), with limits on the log scale.

    The lengths of the two times may differ, as long as they are the same in both areas. Without the measure the per cent
    change would have been the same in both.

    Parameters
    ----------
    treated_before, treated_after, control_before, control_after : int
        Events, 0 or more.
    dispersion : float or "farrington"
        Variance of a count over its mean. 1 is Poisson's, which crimes seldom keep: it gives false alarms in 14 to 32 % of
        cases, and `dispersion_of` the monthly counts before in 5 to 11 % (`false_alarms.FOUR_COUNTS`). "farrington" is 0.0008
        times the count plus 1.2 for each of the four, found on English crimes and used in reviews of CCTV and lighting.
    confidence : float
        Of the interval.

    Returns
    -------
    RelativeEffect

    Raises
    ------
    TableError
        A count is negative or not whole.
    OptionError
        The dispersion is below 1.

    References
    ----------
    Farrington DP, Gill M, Waples SJ, Argomaniz J (2007). J Exp Criminol 3, 21-38 (appendix). Welsh BP, Farrington DP (2008).
    Campbell Systematic Reviews 2008:17. Braga AA, Weisburd DL (2020). J Exp Criminol 18, 1-22. Wilson DB (2022). The relative
    incident rate ratio effect size for count-based impact evaluations. J Quant Criminol 38, 323-341.

    Examples
    --------
    Wilson's ratio as printed by Wheeler (andrewpwheeler.com, 2021-03-18) is 0.6545; with counts that vary 1.6 times as much as
    Poisson's the limits are wider:

    >>> from kunskapsbaserat.effects import relative_effect_size
    >>> counts = {"treated_before": 50, "treated_after": 30, "control_before": 60, "control_after": 55}
    >>> found = relative_effect_size(**counts)
    >>> round(found.ratio, 4), [round(limit, 2) for limit in found.interval]
    (0.6545, [0.37, 1.17])
    >>> [round(limit, 2) for limit in relative_effect_size(**counts, dispersion=1.6).interval]
    [0.31, 1.37]
    """
    names = ("treated_before", "treated_after", "control_before", "control_after")
    values = (treated_before, treated_after, control_before, control_after)
    counts = np.array([event_count(name, value) for name, value in zip(names, values, strict=True)])
    zero = bool((counts == 0).any())
    cells = counts + _HALF * zero
    factor = _factor(dispersion, cells)
    before, after, other_before, other_after = np.log(cells)
    first, second, third, fourth = (float(value) for value in factor)
    return RelativeEffect(
        log_ratio=float(after - before - other_after + other_before),
        standard_error=float(np.sqrt(np.sum(factor / cells))),
        dispersion=(first, second, third, fourth),
        confidence=confidence,
        treated_after=float(counts[1]),
        cautions=codes_that_hold(
            uncalibrated=dispersion in (1, "farrington"),
            few_events=bool((counts < FEW_EVENTS).any()),
            zero_count=zero,
        ),
    )


def _factor(dispersion: float | str, cells: Floats) -> Floats:
    if dispersion == "farrington":
        return 0.0008 * cells + 1.2
    return np.full(4, dispersion_factor(dispersion, besides=("farrington",)))


def dispersion_of(series: Sequence[ArrayLike]) -> float:
    """Variance over mean of counts per period, pooled over several series (areas, or one area before and after); at least 1.

    Each series (n,) is compared with its own mean, so give parts without a change of level; a season counts as variation.

    Parameters
    ----------
    series : sequence of array_like, shape (n,)
        Counts per period, two or more in at least one series.

    Returns
    -------
    float
        Sum of squared distances to each series' own mean over that mean, per degree of freedom; never below 1.

    Raises
    ------
    TableError
        A count is missing or negative, or no series has two periods.

    Examples
    --------
    Monthly counts of two areas before a measure, to give `relative_effect_size` and `wdd` honest limits:

    >>> from kunskapsbaserat.effects import dispersion_of
    >>> round(dispersion_of([[9, 14, 3, 12, 6, 16], [22, 31, 15, 27, 36, 19]]), 1)
    2.4
    """
    parts = [np.asarray(part, dtype=float) for part in series]
    if any(part.ndim != 1 or not np.isfinite(part).all() or (part < 0).any() for part in parts):
        raise TableError("a count of 0 or more for every period", forvantat="ett antal för varje period", column="count")
    used = [part for part in parts if len(part) > 1 and part.sum() > 0]
    df = sum(len(part) - 1 for part in used)
    if df == 0:
        raise TableError("a series with events and two periods", forvantat="en serie med händelser och två perioder")
    return max(1.0, sum(float(np.sum((part - part.mean()) ** 2) / part.mean()) for part in used) / df)
