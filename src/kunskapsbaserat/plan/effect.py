"""Evaluations of the plan's measures, where the plan names areas and a start and there are figures for areas with and without.

With only the kommun's own yearly figures nothing is evaluated here, and nothing is ever credited to a measure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from kunskapsbaserat import tables
from kunskapsbaserat.effects import Assignment, Design, EffectResult, evaluate
from kunskapsbaserat.errors import DesignError, TableError
from kunskapsbaserat.plan import indicators
from kunskapsbaserat.plan.indicators import PlanIndicator
from kunskapsbaserat.plan.model import Atgard, Mal, Malslag, Plan

Evaluate = Callable[[Design], EffectResult]


def effects(plan: Plan, months: pd.DataFrame, *, judge: Evaluate = evaluate) -> Mapping[str, EffectResult]:
    """The evaluation of each goal that can be evaluated, by goal id.

    A goal is evaluated when it is a goal on reported offences, exactly one of its measures has begun with areas that the panel
    has figures for, and the panel has other areas of the same level. Several measures in the same areas cannot be told apart.

    Parameters
    ----------
    plan : Plan
        Its measures' areas, comparison areas and starts.
    months : DataFrame
        The counts contract per month (or quarter), with the areas of the plan and areas to compare with.
    judge : callable
        How a design becomes a result; default `effects.evaluate`.
    """
    found = {}
    for goal in plan.mal:
        indicator = indicators.find(goal.indikator) if goal.indikator else None
        if goal.slag is Malslag.EFFEKT and indicator is not None and indicator.kind == indicators.REPORTED and len(months):
            design = _design(plan, goal, indicator, months)
            if design is not None:
                found[goal.id] = judge(design)
    return found


def _design(plan: Plan, goal: Mal, indicator: PlanIndicator, months: pd.DataFrame) -> Design | None:
    """What is compared with what; None where the plan or the figures do not allow a comparison."""
    if tables.frequency(months) == "Y":
        return None
    panel = months[(months["offence"] == indicator.offence) & (months["sex"] == indicator.sex)]
    known = set(panel["area"].unique())
    begun = [(a, areas) for a in plan.measures_for(goal) if a.start is not None and (areas := _areas(a, known))]
    if len(begun) != 1:
        return None
    measure, areas = begun[0]
    assert measure.start is not None
    level = panel.loc[panel["area"].isin(areas), "area_level"].unique()
    panel = panel[panel["area_level"].isin(level)]
    known = set(panel["area"].unique())
    if len(known) <= len(areas) or len(level) != 1:
        return None
    others = {x for a in plan.atgarder if a is not measure and a.start is not None for x in _areas(a, known)} - set(areas)
    chosen = [x for x in measure.jamforelse if x in known]
    panel = panel[panel["area"].isin({*areas, *chosen})] if chosen else panel
    start = pd.Period(measure.start, freq=panel["period"].dt.freq)
    if start > panel["period"].max():
        return None  # the figures end before the measure began
    try:
        return Design(
            panel,
            outcome="count",
            treated=areas,
            start=start,
            sharing=sorted(others & set(panel["area"].unique())),
            phase_in=_phase_in(measure, panel, start),
            assignment=Assignment.AFTER_BAD_PERIOD if measure.efter_ovanligt_ar else Assignment.CHOSEN,
            name=measure.namn,
        )
    except (DesignError, TableError):
        return None  # too short a time, a series break, or too few figures: then it is before and after, and says so


def _areas(measure: Atgard, known: set[str]) -> list[str]:
    """The measure's areas when all of them have figures."""
    return list(measure.omraden) if measure.omraden and set(measure.omraden) <= known else []


def _phase_in(measure: Atgard, panel: pd.DataFrame, start: pd.Period) -> int:
    """Periods before an effect may be expected; never so many that nothing is left to judge."""
    left = int((panel["period"] >= start).groupby(panel["area"]).sum().max())
    wanted = round((measure.tid_till_effekt or 0) * (12 // {"M": 1, "Q": 3}[tables.frequency(panel)]) / 12)
    return min(wanted, max(left - 12, 0))
