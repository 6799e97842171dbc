"""Can a goal be followed? Vague goals, and goals too small to be seen among so few events, with a better one proposed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from kunskapsbaserat.findings import Finding
from kunskapsbaserat.plan import indicators, sheets
from kunskapsbaserat.plan.chain import column_of, condition
from kunskapsbaserat.plan.changes import Changes
from kunskapsbaserat.plan.faults import warning
from kunskapsbaserat.plan.model import Mal, Malslag, Plan, Villkor
from kunskapsbaserat.trends import TypicalVariation, survey_change
from kunskapsbaserat.trends.years import YEARLY_BASELINE

YEARS_AFTER, YEARS_BEFORE = YEARLY_BASELINE
ALPHA = 0.05
MODEST = (0.5, 2.0)
"""No goal is proposed that asks for less than half or more than twice the level: nobody would set it."""

NEARLY_NONE = 0.01
"""A goal of none at all is taken as a hundredth of the level: a ratio of 0 has no logarithm."""

LARGE = 0.2
"""From this share on a change is not called small, even where it would not be seen."""

TOLERANCE = 0.02
"""How much a baseline may differ from the figures before it is remarked on: rounding, and a late correction of a year."""


def vague(plan: Plan) -> list[Finding]:
    """What each goal lacks to be one that can be said to be reached or not."""
    return [fault for goal in plan.mal for fault in _vague(goal)]


def _vague(goal: Mal) -> Iterable[Finding]:
    def lacks(code: str, name: str, svenska: str) -> Finding:
        return warning(code, sheets.MAL, goal.row, column_of(sheets.MAL, name), f"{goal.id} {goal.namn}: {svenska}")

    if goal.indikator is None:
        yield lacks("goal_without_indicator", "indikator", "det framgår inte vad målet mäts med.")
    if goal.malvarde is None and "malvarde" not in dict(goal.dolda):
        yield lacks("goal_without_target", "malvarde", "målvärdet saknas. ”Ska minska” går inte att följa upp.")
    if goal.malar is None:
        yield lacks("goal_without_year", "malar", "det framgår inte vilket år målet gäller.")
    if goal.malvarde is not None and condition(goal) is None:
        yield lacks(
            "goal_without_condition", "villkor", "det framgår inte om målvärdet är det högsta eller det lägsta som räknas."
        )
    if goal.slag is Malslag.AKTIVITET:
        return
    if goal.utgangsvarde is None and "utgangsvarde" not in dict(goal.dolda):
        yield lacks("goal_without_baseline", "utgangsvarde", "utgångsvärdet saknas, så det syns inte vad målet innebär.")
    if _no_improvement(goal):
        yield lacks("goal_is_no_change", "malvarde", "målvärdet är inte bättre än utgångsvärdet.")
    found = indicators.find(goal.indikator) if goal.indikator else None
    if found and found.unit == indicators.UNIT_OF_THE_PLAN and not goal.enhet and goal.malvarde is not None:
        yield lacks("goal_without_unit", "enhet", "det framgår inte vad talet räknas i. Skriv till exempel fel eller kronor.")
    if found and found.kind == indicators.ASKED and any(0 < value < 1 for value in (goal.utgangsvarde, goal.malvarde) if value):
        yield lacks(
            "share_below_one", "malvarde", "andelen är mindre än 1 procent. Är cellen visad som procent? Skriv 25, inte 0,25."
        )
    if other_unit(goal):
        unit = "antal anmälda brott per år" if found and found.kind == indicators.REPORTED else "procent"
        yield lacks(
            "goal_in_another_unit",
            "enhet",
            f"siffrorna räknas i {unit}, men målvärdet i {goal.enhet}. Räkna om målvärdet, annars kan målet inte bedömas.",
        )
    if found and found.kind == indicators.REPORTED and goal.utgang_fran is not None and goal.utgang_fran == goal.utgang_till:
        yield lacks("baseline_of_one_year", "utgang_fran", "ett enda år är en svag utgångspunkt. Använd snittet av fem år.")


def other_unit(goal: Mal) -> bool:
    """Is the target of a goal on a publisher's figures in another unit than theirs? Then the two cannot be compared."""
    found = indicators.find(goal.indikator) if goal.indikator else None
    same = indicators.UNITS.get(found.kind, ()) if found else ()
    return bool(same and goal.enhet and " ".join(goal.enhet.split()).casefold() not in same)


def _no_improvement(goal: Mal) -> bool:
    if goal.utgangsvarde is None or goal.malvarde is None:
        return False
    wanted = condition(goal)
    return (wanted is Villkor.HOGST and goal.malvarde >= goal.utgangsvarde) or (
        wanted is Villkor.MINST and goal.malvarde <= goal.utgangsvarde
    )


@dataclass(frozen=True, slots=True)
class Visibility:
    """Whether a change as large as the goal would be seen, and if not, a goal that would.

    `level` is the level before (per year, or per cent); `better` the target that would be seen, on the same scale; `chance` is
    0-1, NaN for surveys. `reason` says why it cannot be told.
    """

    goal: Mal
    level: float
    seen: bool | None
    better: float | None = None
    chance: float = float("nan")
    reason: str | None = None

    @property
    def large(self) -> bool:
        """Is a change as large as the goal large, though it would not be seen?"""
        target = self.goal.malvarde
        return target is not None and self.level > 0 and abs(target / self.level - 1) >= LARGE


def baseline_years(goal: Mal, last_known: int) -> tuple[int, int]:
    """The years of the baseline: those that were fixed in the plan, else the five before the two up to the target year."""
    if goal.utgang_fran is not None and goal.utgang_till is not None:
        return goal.utgang_fran, goal.utgang_till
    end = min(goal.malar or last_known, last_known) - YEARS_AFTER
    return end - YEARS_BEFORE + 1, end


def _ahead(goal: Mal, last_known: int) -> tuple[int, int]:
    """The years that a goal for a year to come is held against: the latest five, unless the plan has fixed others."""
    if goal.utgang_fran is None and goal.malar is not None and goal.malar > last_known:
        return last_known - YEARS_BEFORE + 1, last_known
    return baseline_years(goal, last_known)


Known = dict[tuple[str, str], dict[int, int]]
"""Yearly counts by offence and sex."""


def all_series(counts: pd.DataFrame, kommun: str) -> Known:
    """Known yearly counts of one kommun."""
    rows = counts[counts["area"] == kommun].dropna(subset=["count"])
    found: Known = {}
    keys = zip(*(rows[name].to_numpy(dtype=object) for name in ("offence", "sex")), strict=True)
    for key, year, count in zip(keys, rows["period"].dt.year.tolist(), rows["count"].tolist(), strict=True):
        found.setdefault(key, {})[year] = int(count)
    return found


def series(counts: pd.DataFrame, kommun: str, found: indicators.PlanIndicator) -> dict[int, int]:
    """Known yearly counts of one indicator in one kommun."""
    return all_series(counts, kommun).get((found.offence, found.sex), {})


def visibility(
    plan: Plan,
    counts: pd.DataFrame,
    survey: pd.DataFrame,
    *,
    typical: TypicalVariation | None = None,
    changes: Changes | None = None,
) -> list[Visibility]:
    """For every effect goal with a target: could it be seen with these figures? (Goals on own indicators are left out.)

    Parameters
    ----------
    plan : Plan
        With its goals.
    counts : DataFrame
        The counts contract per year; only the plan's kommun is used.
    survey : DataFrame
        The survey contract.
    typical : TypicalVariation
        How much years usually vary in other kommuner.
    changes : Changes, optional
        Of the same counts and kommun, with what has been asked already (by `outcomes`).
    """
    changes = changes or Changes(counts, plan.kommun, typical)
    known = all_series(changes.mine, plan.kommun)
    asked = survey[survey["area"] == plan.kommun]
    found = []
    for goal in plan.mal:
        indicator = indicators.find(goal.indikator) if goal.indikator else None
        if goal.slag is Malslag.AKTIVITET or indicator is None or goal.malvarde is None or other_unit(goal):
            continue
        if indicator.kind == indicators.REPORTED:
            found.append(_count_visibility(goal, indicator, known, typical, changes))
        elif indicator.kind == indicators.ASKED:
            found.append(_survey_visibility(goal, asked))
    return found


def _count_visibility(
    goal: Mal,
    indicator: indicators.PlanIndicator,
    known: Known,
    typical: TypicalVariation | None,
    changes: Changes,
) -> Visibility:
    from kunskapsbaserat.effects import kan_vi_se_det

    years = known.get((indicator.offence, indicator.sex))
    if not years:
        return Visibility(goal, float("nan"), None, reason="no_figures")
    first, last = _ahead(goal, max(years))
    before = [years[y] for y in range(first, last + 1) if y in years]
    if len(before) < last - first + 1:
        return Visibility(goal, float("nan"), None, reason="missing_years")
    level = sum(before) / len(before)
    if level == 0:
        return Visibility(goal, level, None, reason="no_events")
    if len(before) < 2:
        return Visibility(goal, level, None, reason="few_years")
    assert goal.malvarde is not None
    ratio = max(goal.malvarde, NEARLY_NONE * level) / level
    after = min(max((goal.malar or last + YEARS_AFTER) - last, 1), YEARS_AFTER)
    confidence = 1 - _level(changes, min(goal.malar or max(years), max(years)))
    power = kan_vi_se_det(ratio, before, years_after=after, typical=typical, offence=indicator.offence, confidence=confidence)
    better = None if power.better_goal is None else power.better_goal * level
    better = better if better is not None and MODEST[0] <= better / level <= MODEST[1] else None
    return Visibility(goal, level, None if power.reason else power.can_be_seen, better, power.chance, power.reason)


def _level(changes: Changes, last: int) -> float:
    """The level that a change of one offence has to meet, as all offences of the kommun are judged together in a report."""
    found = changes.until(last)
    tested = int(found["p_value"].notna().sum())
    certain = int((found["q_value"] <= ALPHA).sum())
    return ALPHA * min(certain + 1, tested) / tested if tested else ALPHA


def _survey_visibility(goal: Mal, asked: pd.DataFrame) -> Visibility:
    """The smallest change since the first survey that would have been seen, by the publisher's own intervals; `asked` are the
    kommun's shares."""
    every = asked[asked["measure"] == goal.indikator]
    mine = every.dropna(subset=["share"])
    mine = mine[mine["end_year"] <= goal.utgang_till] if goal.utgang_till else mine
    if mine.empty:
        return Visibility(goal, float("nan"), None, reason="no_figures")
    level = 100 * float(mine.sort_values("end_year")["share"].iat[-1])
    changed = survey_change(every, area=every["area"].iat[0])  # the plan's kommun: `asked` holds no other
    visible = 100 * float(changed["visible"].iat[0])
    if visible != visible:
        return Visibility(goal, level, None, reason="one_survey")
    assert goal.malvarde is not None
    down = goal.malvarde < level
    better = level - visible if down else level + visible
    seen = abs(goal.malvarde - level) >= visible
    modest = MODEST[0] <= better / level <= MODEST[1] and better < 100
    return Visibility(goal, level, seen, None if seen or not modest else better)


def differs(stated: float, measured: float) -> bool:
    """Is a stated level another than the measured one?"""
    return abs(stated - measured) > max(TOLERANCE * measured, 1)


def baseline_differs(plan: Plan, counts: pd.DataFrame) -> list[tuple[Mal, float, tuple[int, int]]]:
    """Goals whose stated baseline is not what the figures say, with what they say and of which years.

    The years are those of the plan, else those that the follow-up compares with.
    """
    known = all_series(counts, plan.kommun)
    found = []
    for goal in plan.mal:
        indicator = indicators.find(goal.indikator) if goal.indikator else None
        if indicator is None or indicator.kind != indicators.REPORTED or goal.utgangsvarde is None:
            continue
        years = known.get((indicator.offence, indicator.sex))
        if not years:
            continue
        first, last = baseline_years(goal, max(years))
        wanted = range(first, last + 1)
        if all(y in years for y in wanted):
            mean = sum(years[y] for y in wanted) / len(wanted)
            if differs(goal.utgangsvarde, mean):
                found.append((goal, mean, (first, last)))
    return found
