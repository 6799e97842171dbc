"""From a design to an answer, by rules that were written down before any result was seen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from numbers import Real
from types import MappingProxyType

import numpy as np
import pandas as pd

from kunskapsbaserat.effects.checks import Severity, check
from kunskapsbaserat.effects.design import Assignment, Design, ended, for_design
from kunskapsbaserat.effects.did import did
from kunskapsbaserat.effects.its import its
from kunskapsbaserat.effects.registration import METHODS, USUAL_METHOD, Registration, departures, figures_revised
from kunskapsbaserat.effects.result import EffectResult
from kunskapsbaserat.effects.sdid import sdid
from kunskapsbaserat.effects.synthetic import synthetic_control
from kunskapsbaserat.errors import OptionError
from kunskapsbaserat.rates.keys import keyed

# In this order; the first that fits is used, and no result is looked at. Printed with every evaluation.
RULES = (
    ("did", "20 or more comparable areas with two events a month or more before the start: difference in differences, placebo"),
    ("did", "fewer comparable areas: the difference is described, without verdict"),
    ("synthetic_control, sdid", "the same, where the design written down before the start names one of them"),
    ("its", "no comparable area, events: the treated's own trend (step 3), never called an effect"),
)


@for_design
@keyed()
def evaluate(
    design: Design, *, registered: Registration | None = None, confidence: float = 0.95, method: str | None = None
) -> EffectResult:
    """The one answer of an evaluation, with all that has to be said beside it.

    The method follows from the data that exist, never from the results (`RULES`). All checks of `Design.check` are made: one
    that stops leaves no verdict and says why; one that forbids leaves the verdict but not the word effect.

    Parameters
    ----------
    design : Design
        With figures after the start.
    registered : Registration, optional
        Written down before the start. A departure from it forbids speaking of an effect.
    confidence : float
        Of the interval and the verdict.
    method : {"did", "synthetic_control", "sdid"}, optional
        Default the registered, and "did" without registration. Another than "did" that was not written down before the start
        is shown, but not called an effect.

    Returns
    -------
    EffectResult
        With `cautions`, `failed_checks`, `registered` and `departures`.

    Raises
    ------
    DesignError
        The start lies after the panel.
    OptionError
        `registered` is no registration, or `confidence` not between 0 and 1.

    Examples
    --------
    >>> import numpy as np
    >>> from kunskapsbaserat.effects import Design, evaluate
    >>> from kunskapsbaserat.simulate import effect_panels
    >>> rng = np.random.default_rng(5)
    >>> panel = effect_panels(rng, 1, units=60, months_before=36, effect=-0.5, n_treated=3, choice="large").table()
    >>> treated = panel.loc[panel["treated"], "area"].unique().tolist()
    >>> answer = evaluate(Design(panel, outcome="count", treated=treated, start="2024-01"))
    >>> print(answer.method, answer.verdict, round(np.exp(answer.estimate), 2))
    did sakerstalld_minskning 0.52
    >>> answer.may_claim, answer.failed_checks, answer.cautions
    (True, (), ('not_registered',))
    """
    if registered is not None and not isinstance(registered, Registration):
        allowed, tillatna = ("a Registration, such as read gives",), ("en registrering, som read ger",)
        raise OptionError("registered", registered, allowed, tillatna=tillatna)
    if method is None:
        method = USUAL_METHOD if registered is None else registered.method
    if method not in METHODS:
        raise OptionError("method", method, METHODS)
    result = _by_rule(ended(design), confidence, method)
    if method != USUAL_METHOD and result.method == method and (registered is None or registered.method != method):
        result = replace(result, failed_checks=(*result.failed_checks, "method_not_registered"))
    return with_checks(result, design, check(design), registered=registered)


def with_checks(
    result: EffectResult, design: Design, checks: pd.DataFrame, *, registered: Registration | None = None
) -> EffectResult:
    """The result with what `checks` (of `Design.check`) and the registration say of it."""
    failed = checks[~checks["passed"]]
    stopping = failed.loc[failed["severity"] == Severity.STOPS, "check"].tolist()
    if result.method == "its":
        stopping = [name for name in stopping if name != "areas"]  # nothing is compared with
    reason = result.reason or (_REASONS.get(stopping[0], stopping[0]) if stopping else None)
    cautions = failed.loc[failed["severity"] == Severity.CAUTION, "check"].tolist()
    forbidding = failed.loc[failed["severity"] == Severity.FORBIDS, "check"].tolist()
    made_by = registered.method if registered and result.method not in METHODS else result.method
    followed = departures(registered, design, confidence=result.confidence, method=made_by) if registered else ()
    if registered and figures_revised(registered, design):
        cautions.append("figures_revised")
    if not registered and design.assignment is not Assignment.LOT:
        cautions.append("not_registered")
    details = result.diagnostics.details
    if design.months_beyond:
        details = MappingProxyType({**details, "months_used": design.months_after, "months_not_used": design.months_beyond})
    return replace(
        result,
        diagnostics=replace(result.diagnostics, details=details),
        reason=reason,
        few=result.few or reason in ("few_events_before", "few_events_after"),
        cautions=(*result.cautions, *cautions),
        failed_checks=(*result.failed_checks, *forbidding),
        registered=None if registered is None else "departed" if followed else "followed",
        departures=followed,
        checked=True,
    )


_REASONS = {"areas": "p_floor", "events": "few_events_before", "after_bad_period": "bad_period_too_short"}


def _by_rule(design: Design, confidence: float, method: str) -> EffectResult:
    if design.kind == "events" and not design.comparable.any():
        return its(design, confidence=confidence)
    if method == "synthetic_control":
        return synthetic_control(design, confidence=confidence)
    if method == "sdid":
        return sdid(design, confidence=confidence)
    return did(design, confidence=confidence)


@dataclass(frozen=True, slots=True)
class CostPerEvent:
    """Cost for each event averted, with the limits of the effect; NaN where it may not be said, and why.

    `upper` is NaN when the effect's interval reaches as far as nothing.

    Attributes
    ----------
    cost : float
        Of the measure, in kronor.
    per_event, lower, upper : float
        Kronor for each event averted, with limits.
    reason : str or None
        Why it may not be said.

    Examples
    --------
    >>> from kunskapsbaserat.effects import cost_per_averted, wdd
    >>> answer = wdd(treated_before=20, treated_after=10, control_before=20, control_after=20).effect()
    >>> cost = cost_per_averted(answer, 250_000)  # four counts give no ground to speak of an effect
    >>> cost.per_event, cost.reason
    (nan, 'no_claim')
    """

    cost: float
    per_event: float
    lower: float
    upper: float
    reason: str | None = None


def cost_per_averted(result: EffectResult, cost: float) -> CostPerEvent:
    """What each averted event has cost, only where an effect may be claimed and it is a fall.

    Parameters
    ----------
    result : EffectResult
        From `evaluate`.
    cost : float
        Of the measure during the time after the start, in kronor.

    Returns
    -------
    CostPerEvent

    Raises
    ------
    OptionError
        The cost is negative or no number.

    Examples
    --------
    >>> import numpy as np
    >>> from kunskapsbaserat.effects import Design, cost_per_averted, evaluate
    >>> from kunskapsbaserat.simulate import effect_panels
    >>> rng = np.random.default_rng(5)
    >>> panel = effect_panels(rng, 1, units=60, months_before=36, effect=-0.5, n_treated=3, choice="large").table()
    >>> treated = panel.loc[panel["treated"], "area"].unique().tolist()
    >>> answer = evaluate(Design(panel, outcome="count", treated=treated, start="2024-01"))
    >>> cost = cost_per_averted(answer, 900_000)
    >>> round(cost.per_event, -2), round(cost.lower, -2), round(cost.upper, -2)  # kronor an event
    (8700.0, 5200.0, 15200.0)
    """
    if not (isinstance(cost, Real) and np.isfinite(cost) and cost >= 0):
        raise OptionError("cost", cost, ("a number, 0 or more",), tillatna=("ett tal, noll eller mer",))
    averted, least, most = result.events
    if not result.may_claim:
        return CostPerEvent(cost, np.nan, np.nan, np.nan, "no_claim")
    if not averted > 0:
        return CostPerEvent(cost, np.nan, np.nan, np.nan, "no_fall")
    return CostPerEvent(cost, cost / averted, cost / most if most > 0 else np.nan, cost / least if least > 0 else np.nan)
