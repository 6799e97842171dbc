"""One measure, several outcomes: did anything change, and which, without finding by looking often."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from kunskapsbaserat.effects.answers import check_outcomes
from kunskapsbaserat.effects.checks import check
from kunskapsbaserat.effects.collapse import collapse
from kunskapsbaserat.effects.design import Design
from kunskapsbaserat.effects.did import LEAST_A_MONTH, compare_with_placebos, did, eligible
from kunskapsbaserat.effects.evaluate import with_checks
from kunskapsbaserat.effects.prognosis import history_of
from kunskapsbaserat.effects.result import EffectResult
from kunskapsbaserat.rates.keys import keyed

FEWEST_AREAS = 20


@dataclass(frozen=True, eq=False, slots=True)
class Outcomes:
    """The evaluation of several outcomes of one measure.

    Attributes
    ----------
    rows : DataFrame
        `EffectResult.to_frame` of each outcome, with ``p_family`` (adjusted so that the chance of any false alarm over all
        judged outcomes is at most 1 - confidence) and ``verdict`` by it.
    omnibus_p : float
        Of the hypothesis that nothing changed in any judged outcome; NaN with a `reason`.
    results : tuple of EffectResult
        Each on its own.
    reason : str or None
        "nothing_judged", or "p_floor" when too few areas are comparable in all outcomes.

    Examples
    --------
    >>> import numpy as np
    >>> from kunskapsbaserat.effects import did_outcomes
    >>> from kunskapsbaserat.simulate import effect_panels
    >>> rng = np.random.default_rng(5)
    >>> panel = effect_panels(rng, 1, units=60, months_before=36, effect=-0.5, n_treated=3, choice="large").table()
    >>> panel = panel.rename(columns={"count": "theft"}).assign(vandalism=rng.poisson(10, len(panel)))
    >>> treated = panel.loc[panel["treated"], "area"].unique().tolist()
    >>> found = did_outcomes(panel, outcomes=["theft", "vandalism"], treated=treated, start="2024-01")
    >>> found.omnibus_p < 0.05, found.reason
    (True, None)
    >>> [(answer.outcome, round(float(np.exp(answer.estimate)), 1)) for answer in found.results]
    [('theft', 0.5), ('vandalism', 1.1)]
    """

    rows: pd.DataFrame
    omnibus_p: float
    results: tuple[EffectResult, ...]
    reason: str | None = None


@keyed(panel=())
def did_outcomes(
    panel: pd.DataFrame,
    *,
    outcomes: Sequence[str],
    confidence: float = 0.95,
    least_a_month: float = LEAST_A_MONTH,
    **design: Any,
) -> Outcomes:
    """`did` for each outcome, with all checks of its design, and all of them together.

    The placebos of all outcomes are the same areas (or groups), so the outcomes' correlation is kept: the adjusted p-value is
    the place of the outcome's statistic among the placebos' largest over the outcomes that are not yet rejected (step-down),
    and the omnibus p-value the place of the sum of squared statistics.

    Parameters
    ----------
    panel : DataFrame
        One row per unit and period, a column per outcome.
    outcomes : sequence of str
        Columns of events.
    confidence, least_a_month : float
        As in `did`.
    **design
        The other arguments of `Design`.

    Returns
    -------
    Outcomes

    Raises
    ------
    OptionError
        `outcomes` is no list of columns, or empty.

    References
    ----------
    Westfall PH, Young SS (1993). Resampling-based multiple testing. Wiley. Algorithm 2.8.

    Examples
    --------
    Thefts fall where the measure is, vandalism does not. The p-value of the family is for both questions together:

    >>> import numpy as np
    >>> from kunskapsbaserat.effects import did_outcomes
    >>> from kunskapsbaserat.simulate import effect_panels
    >>> rng = np.random.default_rng(5)
    >>> panel = effect_panels(rng, 1, units=60, months_before=36, effect=-0.5, n_treated=3, choice="large").table()
    >>> panel = panel.rename(columns={"count": "theft"}).assign(vandalism=rng.poisson(10, len(panel)))
    >>> treated = panel.loc[panel["treated"], "area"].unique().tolist()
    >>> found = did_outcomes(panel, outcomes=["theft", "vandalism"], treated=treated, start="2024-01")
    >>> found.rows[["outcome", "estimate", "p_family", "verdict"]].round(2)
         outcome  estimate  p_family                     verdict
    0      theft     -0.65      0.00       sakerstalld_minskning
    1  vandalism      0.06      0.53  ingen_sakerstalld_skillnad
    """
    check_outcomes(outcomes)
    designs = [Design(panel, outcome=name, **design) for name in outcomes]
    results = tuple(
        with_checks(did(d, confidence=confidence, least_a_month=least_a_month), d, check(d, least_a_month=least_a_month))
        for d in designs
    )
    rows = pd.concat([r.to_frame() for r in results], ignore_index=True).assign(p_family=np.nan)
    judged = [i for i, r in enumerate(results) if r.reason is None]
    if not judged:
        return Outcomes(rows, np.nan, results, "nothing_judged")
    common = np.all([eligible(designs[i], least_a_month) for i in judged], axis=0)
    if common.sum() < FEWEST_AREAS:
        rows["verdict"] = rows["verdict"].astype(object)
        rows.loc[judged, "p_family"] = np.minimum(1, rows.loc[judged, "p_value"] * len(judged))
        return Outcomes(_verdicts(rows, results, confidence), np.nan, results, "p_floor")
    own, others = _joint_statistics([designs[i] for i in judged], common, confidence)
    rows.loc[judged, "p_family"] = step_down(own, others)
    squares = (others**2).sum(axis=0)
    omnibus = float((1 + (squares >= (own**2).sum()).sum()) / (len(squares) + 1))
    return Outcomes(_verdicts(rows, results, confidence), omnibus, results)


def _joint_statistics(designs: list[Design], common: np.ndarray, confidence: float) -> tuple[np.ndarray, np.ndarray]:
    """Statistics of the treated (outcomes,) and of the placebos (outcomes, placebos), the same areas in each."""
    own, others = [], []
    for design in designs:
        two = collapse(design, common)
        arrays = (two.before[None], two.after[None], two.growth[None], common[None])
        comparison = compare_with_placebos(
            *arrays, design.rows[None], history=history_of(design, common), confidence=confidence
        )
        own.append(float(comparison.statistic[0]))
        others.append(comparison.signed[0])
    return np.array(own), np.array(others)


def step_down(own: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Adjusted p-values, in the order of `own`."""
    order = np.argsort(-np.abs(own))
    adjusted, before = np.empty(len(own)), 0.0
    for place, i in enumerate(order):
        largest = np.abs(others[order[place:]]).max(axis=0)
        before = max(before, float((1 + (largest >= abs(own[i])).sum()) / (len(largest) + 1)))
        adjusted[i] = before
    return adjusted


def _verdicts(rows: pd.DataFrame, results: tuple[EffectResult, ...], confidence: float) -> pd.DataFrame:
    """Verdicts by the adjusted p-value."""
    family = [replace(r, p_value=p) if r.reason is None else r for r, p in zip(results, rows["p_family"].tolist(), strict=True)]
    return rows.assign(
        verdict=pd.Series([r.verdict for r in family], dtype=object),
        may_claim=[r.may_claim for r in family],
        confidence=confidence,
    )
