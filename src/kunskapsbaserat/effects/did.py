"""Difference in differences of counts: did the treated change more than the others, beyond what areas usually do?"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kunskapsbaserat.effects import placebo
from kunskapsbaserat.effects.answers import Compared, may_be_judged, series_table, without_answer
from kunskapsbaserat.effects.collapse import Collapsed, collapse, poisson_did
from kunskapsbaserat.effects.design import Design, ended, for_design
from kunskapsbaserat.effects.gap_inference import judge_counts
from kunskapsbaserat.effects.own_slope import NetOfSlope, net_of_slope_of_counts
from kunskapsbaserat.effects.prognosis import History, history_of
from kunskapsbaserat.effects.result import Diagnostics, EffectResult, Inference, codes_that_hold
from kunskapsbaserat.effects.shares import did_shares
from kunskapsbaserat.rates.checks import positive
from kunskapsbaserat.rates.keys import keyed

Floats = NDArray[np.float64]

LEAST_A_MONTH = 2.0  # events before the start: the treated and the areas compared with alike
LEAST_EXPECTED = 10.0  # events after the start, had nothing happened
MANY_EXPECTED = 20.0  # none at all is then a missing figure: chance gives it twice in a thousand million
MOST_FROM_ONE = 0.5  # of the comparison's events: with more its own ups and downs are the comparison's
AREAS_FOR_GROUPS = 40  # with fewer to compare with and several treated, false alarms are 6-7 % (effect_calibration.txt)


def compare_with_placebos(
    before: Floats,
    after: Floats,
    growth: Floats,
    compared: NDArray[np.bool_],
    treated: NDArray[np.intp],
    *,
    history: History | None = None,
    confidence: float = 0.95,
) -> Compared:
    """Place of the treated among the areas without the measure.

    Parameters
    ----------
    before, after, growth, compared : arrays (panels, units)
        As in `Collapsed`.
    treated : int array (panels, treated)
        Their rows.
    history : History, optional
        The last year before the start, whose foretelling is taken out.
    confidence : float
        Of the interval.
    """
    growth_of_all = np.where(compared, after, 0).sum(axis=1) / np.where(compared, before, 0).sum(axis=1)

    def outside(p: int, chosen: NDArray[np.intp]) -> Floats:
        among = compared[p]
        place = np.cumsum(among) - 1
        return placebo.expected_outside(before[p][among], after[p][among], growth[p][among], place[chosen])

    return judge_counts(
        before * growth,
        after,
        compared,
        treated,
        outside=outside if treated.shape[1] > 1 else None,
        least_chance=1 + growth_of_all,
        history=history,
        confidence=confidence,
    )


@for_design
@keyed()
def did(design: Design, *, confidence: float = 0.95, power: float = 0.8, least_a_month: float = LEAST_A_MONTH) -> EffectResult:
    """The treated areas' change against that of all comparable areas, with placebo inference.

    Events: the Poisson model with area and period effects (maximum likelihood). The p-value is the place of the treated among
    the same comparison made for every comparable area, standardised for size; the interval holds the effects that are not
    rejected. Unless the areas were drawn by lot, what the treated's own last year before the start foretold, as learnt from the
    others (`prognosis`), is taken out: `diagnostics.details` has it as ``foretold``, and the estimate without it as ``plain``.
    Shares and indexes (`Design.kind`): see `did_shares`.

    Parameters
    ----------
    design : Design
        What is compared.
    confidence, power : float
        Of the interval and verdict; of the smallest visible effect.
    least_a_month : float
        Events a month before the start that an area must have to be compared with, and each treated area (on average) too.

    Returns
    -------
    EffectResult
        On the log-ratio scale. Without verdict (`reason`) when fewer than two comparable areas have events both before and
        after ("no_comparison"), so few are that no p-value could be below 1 - `confidence` ("p_floor"), or the treated have
        fewer events than `least_a_month` ("few_events_before") or than 10 expected after ("few_events_after").

    Raises
    ------
    OptionError
        `confidence` or `power` is not between 0 and 1, or `least_a_month` not above 0.

    Notes
    -----
    On real months, by how the area was chosen: benchmarks/effect_real_panels.txt. Simulated, without what the last year
    foretold (benchmarks/effect_calibration.txt, 5 000 panels a cell, 290 areas, 60 months before and 12 after): false alarms
    4.5-5.7 %, coverage of the 95 % interval 94.3-95.6 %; a true fall of 20 % is found in 24 % of panels with one treated, 36 %
    with a large one, 68 % with five. With two to five treated and fewer than 40 areas to compare with false alarms are 6-7 %
    (caution "few_areas").

    References
    ----------
    Ferman B, Pinto C (2019). Review of Economics and Statistics 101(3), 452-467.

    Examples
    --------
    >>> import numpy as np
    >>> from kunskapsbaserat.data import embedded
    >>> from kunskapsbaserat.effects import Design, did
    >>> from kunskapsbaserat.simulate import effect_panels
    >>> rng = np.random.default_rng(5)
    >>> panel = effect_panels(rng, 1, units=60, months_before=36, effect=-0.5, n_treated=3, choice="large").table()
    >>> treated = panel.loc[panel["treated"], "area"].unique().tolist()
    >>> answer = did(Design(panel, outcome="count", treated=treated, start="2024-01"))
    >>> np.exp([answer.estimate, answer.lower, answer.upper]).round(2).tolist()  # rate ratio; the true one is 0.5
    [0.52, 0.4, 0.66]

    The same on real months where nothing began. Thefts in Borlänge 2016, three years before, against four counties:

    >>> months = embedded.counts_month()
    >>> thefts = months[(months["offence"] == "stold_2013") & months["area"].str[:2].isin(["18", "19", "20", "21"])]
    >>> answer = did(Design(thefts, outcome="count", treated="2081", start="2016-01"))
    >>> print(answer.verdict, round(np.exp(answer.estimate), 2), round(answer.p_value, 2))
    ingen_sakerstalld_skillnad 1.15 0.32
    """
    if ended(design).kind != "events":
        return did_shares(design, confidence=confidence, power=power)
    positive("least_a_month", least_a_month)
    least = least_a_month * design.months_before
    compared = eligible(design, least_a_month)
    before = design.data.observed[design.rows][:, design.before].sum()
    few = before / len(design.rows) < least
    with_events = (design.data.observed[compared][:, design.after].sum(axis=1) > 0).sum()
    if not compared.any() or with_events < min(compared.sum(), 2) or before == 0:
        return without_answer(design, "did", "few_events_before" if few else "no_comparison", confidence)
    two = collapse(design, compared)
    if compared.sum() < max(2 * len(design.rows), 2):
        return _estimate_alone(design, two, "p_floor", confidence)
    comparison = compare_with_placebos(
        two.before[None],
        two.after[None],
        two.growth[None],
        compared[None],
        design.rows[None],
        history=history_of(design, compared),
        confidence=confidence,
    )
    reason = None
    if few:
        reason = "few_events_before"
    elif comparison.expected[0] < LEAST_EXPECTED:
        reason = "few_events_after"
    elif not may_be_judged(1 / (compared.sum() + 1), confidence):
        reason = "p_floor"
    return _answer(design, two, comparison, reason, confidence, power)


def eligible(design: Design, least_a_month: float = LEAST_A_MONTH) -> NDArray[np.bool_]:
    """Comparable units with at least so many events a month before the start."""
    before = np.where(design.before, design.data.observed, 0).sum(axis=1)
    return np.asarray(design.comparable & (before >= least_a_month * design.months_before))


def _answer(
    design: Design, two: Collapsed, comparison: Compared, reason: str | None, confidence: float, power: float
) -> EffectResult:
    foretold = comparison.foretold(design.rows, two.expected[design.rows])
    plain = _estimate(design, two)
    estimate = plain - foretold
    judged = reason != "p_floor"
    certain = judged and float(comparison.p_value[0]) < 1 - confidence
    net = net_of_slope_of_counts(design, two)
    answer = comparison.answer(judged=judged, power=power) | {
        "estimate": estimate,
        "events": _averted(
            two, design, estimate, foretold, (comparison.lower[0], comparison.upper[0]) if judged else (np.nan, np.nan)
        ),
        "cautions": _cautions(two, comparison, len(design.rows)),
    }
    if not judged:
        answer |= {"mde": np.nan, "mde_increase": np.nan}
    weights = two.before / two.before[two.compared].sum()
    return EffectResult(
        method="did",
        confidence=confidence,
        inference=Inference.PLACEBO,
        design_step=design.step,
        outcome=design.outcome,
        failed_checks=codes_that_hold(
            no_events_after=_impossibly_empty(design, two),
            own_slope=certain and net is not None and not net.stands(estimate),
            one_area=_share_of_largest(two) > MOST_FROM_ONE,
        ),
        reason=reason,
        few=reason in ("few_events_before", "few_events_after"),
        diagnostics=Diagnostics(
            n_treated=len(design.rows),
            n_placebo=len(comparison.signed[0]),
            p_floor=float(comparison.placebos.floor[0]),
            series=_counterfactual(design, two, foretold),
            placebo_distribution=comparison.signed[0],
            statistic=float(comparison.statistic[0]),
            weights=pd.Series(weights[two.compared], index=np.array(design.data.units)[two.compared], name="weight"),
            effective_donors=float(1 / (weights[two.compared] ** 2).sum()),
            pre_rmspe=_pre_rmspe(design, two),
            details=MappingProxyType(
                comparison.figures() | {"foretold": foretold, "plain": plain, "power": power} | _net_figures(net)
            ),
        ),
        **answer,
    )


def _net_figures(net: NetOfSlope | None) -> dict[str, float]:
    return {} if net is None else {"net_of_own_slope": net.estimate, "p_net_of_own_slope": net.p_value}


def _share_of_largest(two: Collapsed) -> float:
    """Of all events before the start in the areas compared with: where nearly all come from one, that one is the comparison."""
    return float(two.before[two.compared].max() / two.before[two.compared].sum())


def _impossibly_empty(design: Design, two: Collapsed) -> bool:
    """A treated area without a single event where many were expected: figures are missing rather than crimes."""
    rows = design.rows
    alone = (two.after[rows] == 0) & (two.expected[rows] >= MANY_EXPECTED)
    return bool(alone.any() or (two.after[rows].sum() == 0 and two.expected[rows].sum() >= MANY_EXPECTED))


def _cautions(two: Collapsed, comparison: Compared, treated: int) -> tuple[str, ...]:
    return codes_that_hold(
        no_events_after=comparison.after[0] == 0,
        few_areas=treated > 1 and two.compared.sum() < AREAS_FOR_GROUPS,
    )


def _counterfactual(design: Design, two: Collapsed, foretold: float = 0.0) -> pd.DataFrame:
    """The treated areas' events by period beside what the others' development, and after the start the own last year, give."""
    risk = design.data.exposure[design.rows] * two.period_effects
    level = two.before[design.rows] / risk[:, design.before].sum(axis=1)
    expected = (level @ risk) * np.where(design.after, np.exp(foretold), 1.0)
    return series_table(design, design.data.observed[design.rows].sum(axis=0), expected)


def _estimate(design: Design, two: Collapsed) -> float:
    """Maximum likelihood; with no events after the start (or before) half an event is added."""
    exact = poisson_did(design, two.compared)
    if np.isfinite(exact):
        return exact
    rows = design.rows
    return float(placebo.log_ratio(two.after[rows].sum(), two.expected[rows].sum()))


def _averted(
    two: Collapsed, design: Design, estimate: float, foretold: float, limits: tuple[float, float]
) -> tuple[float, float, float]:
    """Events that did not happen: the counterfactual minus the observed. With none observed, the expected."""
    observed = two.after[design.rows].sum()
    if observed == 0:
        return float(two.expected[design.rows].sum() * np.exp(foretold)), np.nan, np.nan
    averted = [float(observed * np.expm1(-effect)) for effect in (estimate, limits[1], limits[0])]
    return averted[0], averted[1], averted[2]


def _pre_rmspe(design: Design, two: Collapsed) -> float:
    series = _counterfactual(design, two)
    gap = series.loc[design.before, "gap"].to_numpy(dtype=float)
    return float(np.sqrt(np.mean(gap**2)) / max(series.loc[design.before, "observed"].mean(), 1e-9))


def _estimate_alone(design: Design, two: Collapsed, reason: str, confidence: float) -> EffectResult:
    """Too few areas for any inference: the comparison is described, never judged."""
    estimate = _estimate(design, two)
    base = without_answer(design, "did", reason, confidence)
    return replace(
        base,
        estimate=estimate,
        events=_averted(two, design, estimate, 0.0, (np.nan, np.nan)),
        diagnostics=Diagnostics(
            n_treated=len(design.rows),
            n_placebo=int(two.compared.sum()),
            p_floor=1 / (int(two.compared.sum()) + 1),
            series=_counterfactual(design, two),
        ),
    )
