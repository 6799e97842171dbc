"""How it went with the goals: reached or not, and, apart from that, whether the level has changed by more than usual.

The two are separate answers. A goal can be reached by chance, and a level can change without the goal being reached; and
neither says that a measure did it. Only an `EffectResult` that may be claimed says that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import pandas as pd

from kunskapsbaserat.disclosure.rules import POLICY
from kunskapsbaserat.effects import EffectResult
from kunskapsbaserat.plan import indicators
from kunskapsbaserat.plan.chain import condition, wanted_direction
from kunskapsbaserat.plan.changes import Changes
from kunskapsbaserat.plan.goals import YEARS_AFTER, YEARS_BEFORE, Known, all_series, baseline_years, differs, other_unit
from kunskapsbaserat.plan.indicators import PlanIndicator
from kunskapsbaserat.plan.model import Mal, Malslag, Plan, Villkor
from kunskapsbaserat.plan.protected import FEW
from kunskapsbaserat.trends import Change, TypicalVariation, survey_change
from kunskapsbaserat.trends.change import Baseline

ACTIVITY_ONLY, BEFORE_AND_AFTER = 1, 2
NAN = float("nan")


class GoalStatus(StrEnum):
    """Is the outcome of the target year on the right side of the target?"""

    NATT = "natt"
    INTE_NATT = "inte_natt"
    KAN_INTE_BEDOMAS = "kan_inte_bedomas"


@dataclass(frozen=True, slots=True)
class Others:
    """The same two periods in the comparison kommuner together, per year. A description, never a proof."""

    kommuner: int
    mean_earlier: float
    mean_latest: float


@dataclass(frozen=True, slots=True)
class GoalOutcome:
    """A goal with its outcome.

    Attributes
    ----------
    kind : str
        "counts", "survey", "own" or "activity".
    status, status_reason : GoalStatus, str or None
        Reason: "future", "no_figures", "no_target", "no_condition", "no_indicator", "hidden", "other_unit".
    value, value_year, lower, upper : float, int
        The outcome of the target year (or the latest before it), in the goal's unit, with the publisher's limits of a share.
    change, change_reason : Change, str or None
        Reason: as `trends.change`, or "single_figure", "activity", "one_survey".
    earlier, latest : tuple of int
        Years compared; `mean_earlier mean_latest ratio ratio_lower ratio_upper` and `visible_increase visible_decrease`
        belong to them. For surveys `mean_earlier` (with `earlier_lower`, `earlier_upper`) and `mean_latest` are the
        two shares in per cent and `visible_decrease` percentage points.
    peak : tuple or None
        (year, count) of an unusually high year just before the latest: the next is often lower anyway.
    design_step : int
        Of the ladder 1-5.
    effect : EffectResult or None
        Of an evaluation with comparison areas, where there is one.
    hidden : str or None
        What stands instead of the outcome where it is not shown, as "färre än fem".
    """

    goal: Mal
    kind: str
    wanted: str
    status: GoalStatus
    change: Change
    design_step: int
    indicator: PlanIndicator | None = None
    status_reason: str | None = None
    change_reason: str | None = None
    value: float = NAN
    value_year: int | None = None
    lower: float = NAN
    upper: float = NAN
    preliminary: bool = False
    earlier: tuple[int, int] | None = None
    latest: tuple[int, int] | None = None
    mean_earlier: float = NAN
    mean_latest: float = NAN
    earlier_lower: float = NAN
    earlier_upper: float = NAN
    ratio: float = NAN
    ratio_lower: float = NAN
    ratio_upper: float = NAN
    visible_increase: float = NAN
    visible_decrease: float = NAN
    percent_ok: bool = False
    peak: tuple[int, int] | None = None
    others: Others | None = None
    effect: EffectResult | None = None
    hidden: str | None = None

    @property
    def about(self) -> str:
        """What the goal is about: "brott", "skada", "trygghet" or "arbete"."""
        return self.indicator.about if self.indicator is not None else "arbete"

    @property
    def stated_differs(self) -> bool:
        """Does the plan state another level before than the figures give?"""
        stated = self.goal.utgangsvarde
        measured = self.kind in (indicators.REPORTED, indicators.ASKED) and self.mean_earlier == self.mean_earlier
        return stated is not None and measured and not other_unit(self.goal) and differs(stated, self.mean_earlier)

    @property
    def met_before(self) -> bool:
        """Was the target met by the level before the measures already? Then it says nothing that it is met."""
        return self.status is GoalStatus.NATT and _status(self.goal, self.mean_earlier)[0] is GoalStatus.NATT

    @property
    def credited(self) -> bool:
        """May the outcome be called an effect of the measures: does the evaluation allow it, and is the way the wanted one?"""
        if self.effect is None or not self.effect.may_claim:
            return False
        down = self.effect.verdict is Change.SAKERSTALLD_MINSKNING
        return (self.wanted == "ner" and down) or (self.wanted == "upp" and not down)

    @property
    def improved(self) -> bool | None:
        """Did a säkerställd change go the wanted way? None when nothing is säkerställt or no way is wanted."""
        if self.wanted == "oklar" or self.change not in (Change.SAKERSTALLD_MINSKNING, Change.SAKERSTALLD_OKNING):
            return None
        return (self.change is Change.SAKERSTALLD_MINSKNING) == (self.wanted == "ner")


def outcomes(
    plan: Plan,
    counts: pd.DataFrame,
    survey: pd.DataFrame,
    *,
    typical: TypicalVariation | None = None,
    others: Callable[[str], tuple[str, ...]] = lambda _offence: (),
    effects: Mapping[str, EffectResult] | None = None,
    changes: Changes | None = None,
) -> tuple[GoalOutcome, ...]:
    """The outcome of every goal, in the plan's order.

    Parameters
    ----------
    plan : Plan
        With its goals and activities.
    counts, survey : DataFrame
        The contracts; `counts` per year. Only Brå's own figures are judged here: a goal on another indicator has the outcome
        that the plan states, and no verdict.
    typical : TypicalVariation
        How much years usually vary, from other kommuner.
    others : callable
        Codes of the comparison kommuner of an offence.
    effects : mapping of goal id to EffectResult
        Evaluations with comparison areas.
    changes : Changes, optional
        Of the same counts and kommun, with what has been asked already (by `goals.visibility`).

    Notes
    -----
    The verdict on reported offences is that of `trends.change` with false discoveries controlled over all reported offences of
    the kommun, as in the lägesbild, so that the two documents never contradict each other.
    """
    changes = changes or Changes(counts, plan.kommun, typical)
    reported = _Reported(counts, all_series(changes.mine, plan.kommun), _preliminary(changes.mine), changes, others)
    asked = survey[survey["area"] == plan.kommun].dropna(subset=["share"])
    found = []
    for goal in plan.mal:
        effect = (effects or {}).get(goal.id)
        indicator = indicators.find(goal.indikator) if goal.indikator else None
        if goal.slag is Malslag.AKTIVITET:
            found.append(_activity(plan, goal))
        elif indicator is None:
            found.append(_unmeasured(goal))
        elif indicator.kind == indicators.REPORTED:
            found.append(_reported(goal, indicator, reported, effect))
        elif indicator.kind == indicators.ASKED:
            found.append(_asked(goal, indicator, asked))
        else:
            found.append(_own(goal, indicator))
    return tuple(found)


def _status(goal: Mal, value: float | None) -> tuple[GoalStatus, str | None]:
    """Whether a value meets the target; a share is compared in the decimals that its publisher gives."""
    wanted = condition(goal)
    if other_unit(goal):
        return GoalStatus.KAN_INTE_BEDOMAS, "other_unit"
    if "malvarde" in dict(goal.dolda):
        return GoalStatus.KAN_INTE_BEDOMAS, "hidden"
    reason = "no_target" if goal.malvarde is None else "no_condition" if wanted is None else None
    reason = reason or ("no_figures" if value is None or value != value else None)
    if reason or value is None or goal.malvarde is None:
        return GoalStatus.KAN_INTE_BEDOMAS, reason
    value = round(value, 6)
    met = value <= goal.malvarde if wanted is Villkor.HOGST else value >= goal.malvarde
    return (GoalStatus.NATT if met else GoalStatus.INTE_NATT), None


def _status_of_hidden(goal: Mal, mark: str) -> tuple[GoalStatus, str | None]:
    """Of a number that is not shown: whether the target is met only where that tells nothing of it, as for all of 1-4 alike."""
    answers = {_status(goal, float(value)) for value in range(1, POLICY.small_area_below)}
    return answers.pop() if mark == FEW and len(answers) == 1 else (GoalStatus.KAN_INTE_BEDOMAS, "hidden")


def _unmeasured(goal: Mal) -> GoalOutcome:
    return GoalOutcome(
        goal,
        "own",
        wanted_direction(goal),
        GoalStatus.KAN_INTE_BEDOMAS,
        Change.KAN_INTE_BEDOMAS,
        ACTIVITY_ONLY,
        status_reason="no_indicator",
        change_reason="single_figure",
    )


def _activity(plan: Plan, goal: Mal) -> GoalOutcome:
    """Something was to be done: it was or was not. Never a verdict on crime."""
    activity = next((v for v in plan.aktiviteter if v.id == goal.indikator), None)
    goal = replace(goal, enhet=goal.enhet or (activity.enhet if activity is not None else None))
    done, mark = (activity.genomfort, dict(activity.dolda).get("genomfort")) if activity is not None else (None, None)
    status, reason = _status(goal, done) if mark is None else _status_of_hidden(goal, mark)
    return GoalOutcome(
        goal,
        "activity",
        wanted_direction(goal),
        status,
        Change.KAN_INTE_BEDOMAS,
        ACTIVITY_ONLY,
        status_reason=reason,
        change_reason="activity",
        value=NAN if done is None else done,
        value_year=goal.malar,
        hidden=mark,
    )


def _own(goal: Mal, indicator: PlanIndicator) -> GoalOutcome:
    mark = dict(goal.dolda).get("utfall")
    status, reason = _status(goal, goal.utfall) if mark is None else _status_of_hidden(goal, mark)
    return GoalOutcome(
        goal,
        "own",
        wanted_direction(goal),
        status,
        Change.KAN_INTE_BEDOMAS,
        BEFORE_AND_AFTER,
        indicator=indicator,
        status_reason=reason,
        change_reason="single_figure",
        value=NAN if goal.utfall is None else goal.utfall,
        value_year=goal.malar,
        hidden=mark,
    )


@dataclass(frozen=True, slots=True)
class _Reported:
    """What all goals on reported offences are judged by; `known` and `preliminary` are the kommun's own figures."""

    counts: pd.DataFrame
    known: Known
    preliminary: frozenset[tuple[str, str, int]]
    changes: Changes
    others: Callable[[str], tuple[str, ...]]


def _reported(goal: Mal, indicator: PlanIndicator, reported: _Reported, effect: EffectResult | None) -> GoalOutcome:
    years = reported.known.get((indicator.offence, indicator.sex), {})
    unknown = GoalOutcome(
        goal,
        indicators.REPORTED,
        wanted_direction(goal),
        GoalStatus.KAN_INTE_BEDOMAS,
        Change.KAN_INTE_BEDOMAS,
        effect.design_step if effect else BEFORE_AND_AFTER,
        indicator=indicator,
        status_reason="no_figures",
        change_reason="missing_years",
        effect=effect,
    )
    if not years:
        return unknown
    last = min(goal.malar or max(years), max(years))
    status, reason = _status(goal, float(years[goal.malar]) if goal.malar in years else None)
    if goal.malar is not None and goal.malar > max(years) and not other_unit(goal):
        status, reason = GoalStatus.KAN_INTE_BEDOMAS, "future"
    first, end = baseline_years(goal, last)
    row = reported.changes.until(last, Baseline(max(last - end, 1), end - first + 1)).loc[(indicator.offence, indicator.sex)]
    moved, why = row["change"], row["reason"]
    if last <= end:  # the target's own years have not come yet
        moved, why = Change.KAN_INTE_BEDOMAS, "too_early"
    return replace(
        unknown,
        status=status,
        change=moved,
        status_reason=reason,
        change_reason=None if pd.isna(why) else why,
        value=float(years.get(last, NAN)),
        value_year=last,
        preliminary=(indicator.offence, indicator.sex, last) in reported.preliminary,
        **_measured(row),
        peak=_peak(years, last),
        others=_others(reported.counts, indicator, reported.others(indicator.offence), row),
    )


def _measured(row: pd.Series) -> dict[str, Any]:
    """What `change` has measured of a series, under the names of `GoalOutcome`."""
    names = {"lower": "ratio_lower", "upper": "ratio_upper"}
    numbers = ("mean_earlier", "mean_latest", "ratio", "lower", "upper", "visible_increase", "visible_decrease")
    return {
        "earlier": (int(row["earlier_from"]), int(row["earlier_to"])),
        "latest": (int(row["latest_from"]), int(row["latest_to"])),
        "percent_ok": bool(row["percent_ok"]),
        **{names.get(name, name): float(row[name]) for name in numbers},
    }


def _preliminary(mine: pd.DataFrame) -> frozenset[tuple[str, str, int]]:
    """Offence, sex and year of the kommun's figures that may still change."""
    rows = mine[mine["status"] == "preliminary"]
    return frozenset(zip(rows["offence"], rows["sex"], rows["period"].dt.year, strict=True))


def _peak(years: Mapping[int, int], last: int) -> tuple[int, int] | None:
    """The year before the last, when it is the highest of all and the last is lower: a fall that often comes by itself."""
    before = last - 1
    known = {y: c for y, c in years.items() if y <= last}
    if before in known and known[before] == max(known.values()) and known[last] < known[before]:
        return before, known[before]
    return None


def _others(counts: pd.DataFrame, indicator: PlanIndicator, members: tuple[str, ...], row: pd.Series) -> Others | None:
    """The comparison kommuner together over the same years, those that have all of them."""
    rows = counts[counts["offence"] == indicator.offence]  # first what leaves least
    rows = rows[rows["area"].isin(members) & (rows["sex"] == indicator.sex)].dropna(subset=["count"])
    by_area: dict[str, dict[int, int]] = {}
    for area, year, count in zip(rows["area"], rows["period"].dt.year.tolist(), rows["count"].tolist(), strict=True):
        by_area.setdefault(area, {})[year] = count
    earlier = range(int(row["earlier_from"]), int(row["earlier_to"]) + 1)
    latest = range(int(row["latest_from"]), int(row["latest_to"]) + 1)
    whole = [years for years in by_area.values() if all(year in years for year in (*earlier, *latest))]
    if row["reason"] == "series_break" or len(whole) < YEARS_BEFORE:  # five kommuner at least, as for every aggregate
        return None
    mean_earlier, mean_latest = (
        sum(years[year] for years in whole for year in period) / len(period) for period in (earlier, latest)
    )
    return Others(len(whole), mean_earlier, mean_latest)


def _asked(goal: Mal, indicator: PlanIndicator, rows: pd.DataFrame) -> GoalOutcome:
    """Of a goal for a share; `rows` are the kommun's known shares."""
    mine = rows[rows["measure"] == indicator.key].set_index("end_year")
    wanted = wanted_direction(goal)
    if mine.empty:
        return GoalOutcome(
            goal,
            indicators.ASKED,
            wanted,
            GoalStatus.KAN_INTE_BEDOMAS,
            Change.KAN_INTE_BEDOMAS,
            BEFORE_AND_AFTER,
            indicator=indicator,
            status_reason="no_figures",
            change_reason="one_survey",
        )
    asked = sorted(int(y) for y in mine.index)
    last = max((y for y in asked if goal.malar is None or y <= goal.malar), default=asked[0])
    status, reason = _status(goal, 100 * float(mine.at[goal.malar, "share"]) if goal.malar in mine.index else None)
    if goal.malar is not None and goal.malar > asked[-1] and not other_unit(goal):
        status, reason = GoalStatus.KAN_INTE_BEDOMAS, "future"
    first = goal.utgang_fran if goal.utgang_fran in mine.index else asked[0]
    window = rows[rows["end_year"].between(first, last)]
    here = rows["area"].iat[0]  # the plan's kommun: `rows` hold no other
    moved = survey_change(window, area=here).set_index("measure").loc[indicator.key]
    return GoalOutcome(
        goal,
        indicators.ASKED,
        wanted,
        status,
        moved["change"],
        BEFORE_AND_AFTER,
        indicator=indicator,
        status_reason=reason,
        change_reason="one_survey" if moved["change"] is Change.KAN_INTE_BEDOMAS else None,
        value=100 * float(mine.at[last, "share"]),
        value_year=last,
        lower=100 * float(mine.at[last, "lower"]),
        upper=100 * float(mine.at[last, "upper"]),
        earlier=(int(moved["from_year"]), int(moved["from_year"])),
        latest=(int(moved["to_year"]), int(moved["to_year"])),
        mean_earlier=100 * float(moved["from_share"]),
        mean_latest=100 * float(moved["to_share"]),
        earlier_lower=100 * float(mine.at[int(moved["from_year"]), "lower"]),
        earlier_upper=100 * float(mine.at[int(moved["from_year"]), "upper"]),
        visible_increase=100 * float(moved["visible"]),
        visible_decrease=100 * float(moved["visible"]),
    )


__all__ = ["YEARS_AFTER", "GoalOutcome", "GoalStatus", "Others", "outcomes"]
