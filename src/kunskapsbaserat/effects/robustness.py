"""What a result should survive: other areas, other starts, other comparisons, neighbours, and a bias."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from kunskapsbaserat.effects import placebo
from kunskapsbaserat.effects.collapse import collapse, poisson_did
from kunskapsbaserat.effects.design import FEWEST_MONTHS_BEFORE, Design, at, codes, ended, for_design
from kunskapsbaserat.effects.did import LEAST_A_MONTH, compare_with_placebos, did, eligible
from kunskapsbaserat.effects.prognosis import history_of
from kunskapsbaserat.effects.result import EffectResult, Scale, Unit
from kunskapsbaserat.errors import DesignError
from kunskapsbaserat.rates.checks import whole_number
from kunskapsbaserat.rates.keys import keyed

YEAR = 12


@for_design
def placebo_space(design: Design, *, least_a_month: float = LEAST_A_MONTH) -> pd.DataFrame:
    """The same comparison for every area.

    Parameters
    ----------
    design : Design
        Of events.
    least_a_month : float
        As in `did`.

    Returns
    -------
    DataFrame
        One row per comparable area and per treated: ``area treated before expected after estimate`` (log rate ratio)
        ``statistic`` (standardised for size), most negative first.

    Raises
    ------
    DesignError
        The outcome is not events, the start lies after the panel, or no area is comparable.

    Examples
    --------
    >>> import numpy as np
    >>> from kunskapsbaserat.effects import Design, placebo_space
    >>> from kunskapsbaserat.simulate import effect_panels
    >>> rng = np.random.default_rng(5)
    >>> panel = effect_panels(rng, 1, units=60, months_before=36, effect=-0.5, n_treated=3, choice="large").table()
    >>> treated = panel.loc[panel["treated"], "area"].unique().tolist()
    >>> areas = placebo_space(Design(panel, outcome="count", treated=treated, start="2024-01"))
    >>> areas[["area", "treated", "estimate", "statistic"]].head(4).round(1)
       area  treated  estimate  statistic
    0  0563     True      -0.7       -4.9
    1  0319     True      -0.9       -4.8
    2  0480    False      -0.3       -2.4
    3  0160     True      -0.4       -2.3
    """
    compared = eligible(_of_events(design), least_a_month)
    two = collapse(design, compared)
    arrays = (two.before[None], two.after[None], two.growth[None], compared[None])
    comparison = compare_with_placebos(*arrays, design.rows[None], history=history_of(design, compared))
    shown = compared.copy()
    shown[design.rows] = True
    areas = np.array(design.data.units)[shown]
    expected, area_variance = two.expected[shown], np.repeat(comparison.law.area, shown.sum())
    if comparison.foreseen is not None:
        foreseen = comparison.foreseen
        expected = expected * np.exp(foreseen.predicted[0][shown])
        own = (np.ones((int(shown.sum()), 1)), foreseen.squared[0][shown][:, None], foreseen.error[0][shown][:, None])
        area_variance = comparison.law.between(*own)
    estimate = placebo.log_ratio(two.after[shown], expected)
    spread = np.sqrt(area_variance + comparison.law.chance[0] / expected)
    table = pd.DataFrame(
        {
            "area": areas,
            "treated": np.isin(areas, design.areas),
            "before": two.before[shown],
            "expected": expected,
            "after": two.after[shown],
            "estimate": estimate,
            "statistic": estimate / spread,
        }
    )
    return table.sort_values("statistic", ignore_index=True, kind="stable")


def _of_events(design: Design) -> Design:
    """The design, when it has ended and its outcome is events."""
    if ended(design).kind != "events":
        raise DesignError(
            "not_events",
            "made for events",
            needed="for shares, `did` gives the placebo distribution",
            svenska="Detta räknas ut för antal händelser.",
            behovs="För andelar står jämförelsen med de andra områdena i resultatet.",
        )
    return design


@for_design
def placebo_time(design: Design, *, every: int = 6) -> pd.DataFrame:
    """The same comparison with invented starts before the real one: there should be nothing to find.

    Parameters
    ----------
    design : Design
        Planned or begun; only the time before its start is used.
    every : int
        Months between the invented starts.

    Returns
    -------
    DataFrame
        ``start estimate lower upper p_value verdict``, one row per invented start with at least 24 months before it and as
        many after it as the design has, at most 12 (12 when it is planned); empty when there is no room.

    Raises
    ------
    OptionError
        `every` is no whole number of 1 or more.

    Examples
    --------
    >>> import numpy as np
    >>> from kunskapsbaserat.effects import Design, placebo_time
    >>> from kunskapsbaserat.simulate import effect_panels
    >>> rng = np.random.default_rng(5)
    >>> panel = effect_panels(rng, 1, units=60, months_before=36, effect=-0.5, n_treated=3, choice="large").table()
    >>> treated = panel.loc[panel["treated"], "area"].unique().tolist()
    >>> invented = placebo_time(Design(panel, outcome="count", treated=treated, start="2024-01"), every=12)
    >>> invented[["start", "verdict"]]
         start                     verdict
    0  2023-01  ingen_sakerstalld_skillnad
    """
    whole_number("every", every, 1)
    per = design.data.months_per_period
    length = max((YEAR if design.planned else min(design.months_after, YEAR)) // per, 1)
    starts = range(design.first - length, FEWEST_MONTHS_BEFORE // per - 1, -max(every // per, 1))
    rows = []
    for start in reversed(starts):
        result = did(at(design, start=start, end=start + length, phase_in=0))
        rows.append((design.data.periods[start], result.estimate, result.lower, result.upper, result.p_value, result.verdict))
    return pd.DataFrame(rows, columns=["start", "estimate", "lower", "upper", "p_value", "verdict"])


@for_design
def leave_one_out(design: Design) -> pd.DataFrame:
    """The estimate without each comparable area in turn, and, when several are treated, without each of these.

    Parameters
    ----------
    design : Design
        Of events, with figures after the start.

    Returns
    -------
    DataFrame
        ``left_out treated estimate`` (log rate ratio), the farthest from the whole estimate first.

    Raises
    ------
    DesignError
        The outcome is not events, the start lies after the panel, or no area is comparable.

    Examples
    --------
    >>> import numpy as np
    >>> from kunskapsbaserat.effects import Design, leave_one_out
    >>> from kunskapsbaserat.simulate import effect_panels
    >>> rng = np.random.default_rng(5)
    >>> panel = effect_panels(rng, 1, units=60, months_before=36, effect=-0.5, n_treated=3, choice="large").table()
    >>> treated = panel.loc[panel["treated"], "area"].unique().tolist()
    >>> without = leave_one_out(Design(panel, outcome="count", treated=treated, start="2024-01"))
    >>> without.head(4).round(2)
      left_out  treated  estimate
    0     0160     True     -0.75
    1     0319     True     -0.60
    2     0563     True     -0.64
    3     0140    False     -0.64
    """
    compared = eligible(_of_events(design))
    whole = poisson_did(design, compared)
    rows = []
    for i in np.flatnonzero(compared):
        without = compared.copy()
        without[i] = False
        two = collapse(design, without)
        ratio = two.after[design.rows].sum() / two.expected[design.rows].sum()
        rows.append((design.data.units[i], False, float(np.log(ratio)) if ratio > 0 else np.nan))
    for area in design.areas if len(design.areas) > 1 else ():
        rest = replace(
            design, panel=design.data, treated=[a for a in design.areas if a != area], sharing=[*codes(design.sharing), area]
        )
        rows.append((area, True, poisson_did(rest, compared)))
    table = pd.DataFrame(rows, columns=["left_out", "treated", "estimate"])
    order = (table["estimate"] - whole).abs().sort_values(ascending=False, kind="stable").index
    return table.loc[order].reset_index(drop=True)


@for_design
@keyed()
def displacement(design: Design, areas: str | Sequence[str] | None = None, *, confidence: float = 0.95) -> EffectResult:
    """Did the events move to neighbours, or did the measure help there too? The neighbours as if they were the treated.

    Parameters
    ----------
    design : Design
        Of events.
    areas : str or sequence of str, optional
        Where they may have moved; default the design's buffer.
    confidence : float
        Of the interval.

    Returns
    -------
    EffectResult
        More events than the comparison says: displacement. Fewer: diffusion of benefits. The really treated are compared with
        neither.

    Raises
    ------
    DesignError
        The outcome is not events, no area is named, or one has the measure itself.

    Examples
    --------
    Did the events move to the neighbour 0162? The areas with the measure are compared with neither:

    >>> import numpy as np
    >>> from kunskapsbaserat.effects import Design, displacement
    >>> from kunskapsbaserat.simulate import effect_panels
    >>> rng = np.random.default_rng(5)
    >>> panel = effect_panels(rng, 1, units=60, months_before=36, effect=-0.5, n_treated=3, choice="large").table()
    >>> treated = panel.loc[panel["treated"], "area"].unique().tolist()
    >>> design = Design(panel, outcome="count", treated=treated, start="2024-01", buffer=["0162"])
    >>> answer = displacement(design)
    >>> print(answer.verdict, round(np.exp(answer.estimate), 1))
    ingen_sakerstalld_skillnad 1.4
    """
    where = codes(areas) or codes(design.buffer)
    if not where:
        raise DesignError(
            "no_displacement_areas",
            "no areas to which events may have moved",
            needed="give `areas`, or a `buffer` in the design",
            svenska="Det finns inga områden dit brotten kan ha flyttat.",
            behovs="Ange områden, eller en buffert i upplägget.",
        )
    both = sorted(set(where) & set(design.areas))
    if both:
        raise DesignError(
            "treated_as_displacement",
            f"{', '.join(both)} has the measure, and events cannot have moved there because of it",
            needed="areas without the measure",
            svenska=f"{', '.join(both)} har själv åtgärden.",
            behovs="Ange områden utan åtgärden, dit brotten kan ha flyttat.",
        )
    others = [a for a in (*design.areas, *codes(design.sharing), *codes(design.buffer)) if a not in where]
    moved = replace(design, panel=design.data, treated=where, buffer=(), sharing=others)
    return replace(did(moved, confidence=confidence), method="displacement")


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """How large a bias would overturn a säkerställd result.

    Attributes
    ----------
    bias : float
        On the result's scale: had the treated for another reason changed so much more than the others, nothing would be
        säkerställt. NaN when nothing is.
    usual : float
        Share of the comparable areas whose own change, without any measure, was as large as that bias.
    scale, unit : Scale, Unit
        Of the result.

    Examples
    --------
    >>> import numpy as np
    >>> from kunskapsbaserat.effects import Design, evaluate, sensitivity
    >>> from kunskapsbaserat.simulate import effect_panels
    >>> rng = np.random.default_rng(5)
    >>> panel = effect_panels(rng, 1, units=60, months_before=36, effect=-0.5, n_treated=3, choice="large").table()
    >>> treated = panel.loc[panel["treated"], "area"].unique().tolist()
    >>> found = sensitivity(evaluate(Design(panel, outcome="count", treated=treated, start="2024-01")))
    >>> print(found.scale, found.unit)
    log_ratio events
    >>> print(f"a bias of {found.pct:.0f} %; {found.usual:.0%} of the other areas changed so much by themselves")
    a bias of -34 %; 0% of the other areas changed so much by themselves
    """

    bias: float
    usual: float
    scale: Scale = Scale.LOG_RATIO
    unit: Unit = Unit.EVENTS

    @property
    def pct(self) -> float:
        """The bias in per cent; of a difference NaN."""
        return 100 * float(np.expm1(self.bias)) if self.scale is Scale.LOG_RATIO else np.nan


def sensitivity(result: EffectResult) -> Sensitivity:
    """The bias that would overturn the result, and how often areas change as much by themselves.

    Parameters
    ----------
    result : EffectResult
        From `did` or `evaluate`, with its placebos.

    Returns
    -------
    Sensitivity
        Its `bias` is NaN when the result is not säkerställt.

    Examples
    --------
    >>> import numpy as np
    >>> from kunskapsbaserat.effects import Design, evaluate, sensitivity
    >>> from kunskapsbaserat.simulate import effect_panels
    >>> rng = np.random.default_rng(5)
    >>> panel = effect_panels(rng, 1, units=60, months_before=36, effect=-0.5, n_treated=3, choice="large").table()
    >>> treated = panel.loc[panel["treated"], "area"].unique().tolist()
    >>> answer = evaluate(Design(panel, outcome="count", treated=treated, start="2024-01"))
    >>> round(sensitivity(answer).pct)  # a fall by so many per cent, for another reason, would overturn it
    -34
    """
    nearest = result.upper if result.estimate < 0 else result.lower
    certain = result.reason is None and result.certain and np.isfinite(nearest)
    measure = (result.scale, result.unit or Unit.EVENTS)
    if not certain:
        return Sensitivity(np.nan, np.nan, *measure)
    statistics, details = result.diagnostics.placebo_distribution, result.diagnostics.details
    if statistics is None:
        return Sensitivity(float(nearest), np.nan, *measure)
    if result.scale is Scale.LOG_RATIO:
        spread = np.sqrt(details["area_variance"] + details["law_chance"] / details["expected"])
    else:
        spread = details["spread"]
    return Sensitivity(float(nearest), float(np.mean(np.abs(statistics) * spread >= abs(nearest))), *measure)
