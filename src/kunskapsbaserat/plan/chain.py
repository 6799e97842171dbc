"""The chain problem -> orsak -> åtgärd -> mål: what breaks it, and what hangs loose in it."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from kunskapsbaserat.findings import Finding
from kunskapsbaserat.forms.reading import dangling
from kunskapsbaserat.plan import indicators, sheets
from kunskapsbaserat.plan.faults import error, warning
from kunskapsbaserat.plan.model import Mal, Malslag, Plan, Problem, Stallning, Villkor


def faults(plan: Plan, *, unread: Collection[str] = ()) -> list[Finding]:
    """What makes the plan unusable: broken references, circles, and years or dates in the wrong order.

    Rows with faults of their own are followed as far as they go: what could not be read in them is None. `unread` are the
    sheets that could not be read; whatever is said to stand there is believed.
    """
    return [*_references(plan, unread), *_circles(plan), *_dates(plan), *_goals(plan)]


def orphans(plan: Plan) -> list[Finding]:
    """What hangs loose: each link of the chain that is missing, in the order of the chain.

    A problem without a measure is no orphan when the kommun has decided so and says why (§ 3).

    Parameters
    ----------
    plan : Plan
        From `read`.

    Returns
    -------
    list of Finding
        Warnings, each with the sheet and row of what hangs loose.

    Examples
    --------
    Without its first measure the invented plan has a cause that nobody does anything about:

    >>> from dataclasses import replace
    >>> from kunskapsbaserat.plan import orphans
    >>> from kunskapsbaserat.plan.example import example
    >>> plan = example()
    >>> print(orphans(replace(plan, atgarder=plan.atgarder[1:]))[0])
    blad ”Orsaker”, rad 2: O1 Ingen ser när hus står tomma på dagen: ingen åtgärd ska påverka orsaken.
    """
    links = _Links.of(plan)
    return [
        warning(
            rule.code,
            rule.sheet,
            row.row,
            None if rule.column is None else column_of(rule.sheet, rule.column),
            f"{row.id} {row.namn}: {rule.svenska}",
        )
        for sheet, rows in rows_of(plan).items()
        for row in rows
        for rule in _RULES
        if rule.sheet == sheet and rule.missing(links, row)
    ]


def rows_of(plan: Plan) -> Mapping[str, Sequence[Any]]:
    """The rows of every sheet but Kommun, by its name."""
    return {
        sheets.PROBLEM: plan.problem,
        sheets.ORSAKER: plan.orsaker,
        sheets.ATGARDER: plan.atgarder,
        sheets.MAL: plan.mal,
        sheets.AKTIVITETER: plan.aktiviteter,
        sheets.LOFTEN: plan.loften,
        sheets.FOKUS: plan.fokus,
        sheets.PROCESSTAL: plan.processtal,
        sheets.KONTROLLER: plan.kontroller,
        sheets.GRANNSAMVERKAN: plan.grannsamverkan,
        sheets.PLATSER: plan.platser,
    }


def column_of(sheet: str, name: str) -> str:
    """Heading of a field: what a person looks for."""
    return next(column.head for column in sheets.SHEETS[sheet] if column.name == name)


def _references(plan: Plan, unread: Collection[str]) -> Iterable[Finding]:
    parts = rows_of(plan)
    for loose in dangling(sheets.SHEETS, parts, unread=frozenset(unread)):
        yield no_such(loose.sheet, loose.row.row, loose.column.head, loose.ref, loose.column.refers, loose.known)
    for problem in plan.problem:
        yield from unknown_indicators(sheets.PROBLEM, problem.row, "indikator", [problem.indikator])
    for measure in plan.atgarder:
        yield from unknown_indicators(sheets.ATGARDER, measure.row, "brott", measure.brott)
    activities = {activity.id for activity in plan.aktiviteter if activity.id is not None}
    for goal in plan.mal:
        if goal.indikator is None or (sheets.AKTIVITETER in unread and indicators.find(goal.indikator) is None):
            continue
        if goal.slag is Malslag.AKTIVITET and goal.indikator not in activities:
            yield no_such(
                sheets.MAL, goal.row, column_of(sheets.MAL, "indikator"), goal.indikator, sheets.AKTIVITETER, activities
            )
        elif goal.slag is Malslag.EFFEKT and goal.indikator in activities:
            yield error(
                "activity_as_effect",
                sheets.MAL,
                goal.row,
                column_of(sheets.MAL, "indikator"),
                f"{goal.indikator} är en aktivitet. Att något är gjort är ingen effekt: ändra slag till aktivitetsmål, eller "
                "välj en indikator.",
            )
        elif goal.slag is Malslag.EFFEKT:
            yield from unknown_indicators(sheets.MAL, goal.row, "indikator", [goal.indikator])


def no_such(sheet: str, row: int, head: str, ref: str, refers: str, known: Iterable[str]) -> Finding:
    """An id that does not stand on the sheet it refers to, with the nearest that does."""
    near = difflib.get_close_matches(ref, list(known), n=1, cutoff=0.4)
    hint = f" Menade du {near[0]}?" if near else ""
    return error("unknown_id", sheet, row, head, f"id {ref} finns inte på bladet {refers}.{hint}")


def unknown_indicators(sheet: str, row: int, name: str, keys: Iterable[str | None]) -> Iterable[Finding]:
    """Those of the keys that are no indicators."""
    for key in keys:
        if key is not None and indicators.find(key) is None:
            labels = [choice.label for choice in indicators.choices()]
            near = difflib.get_close_matches(key, labels, n=1, cutoff=0.4)
            hint = f" Menade du ”{near[0]}”?" if near else ""
            yield error(
                "unknown_indicator",
                sheet,
                row,
                column_of(sheet, name),
                f"indikatorn ”{key}” är okänd.{hint} Välj i listan.",
            )


def _circles(plan: Plan) -> Iterable[Finding]:
    above = {cause.id: cause.under for cause in plan.orsaker if cause.id is not None}
    for cause in plan.orsaker:
        seen = [cause.id]
        at = cause.under
        while at is not None and at in above and at not in seen:
            seen.append(at)
            at = above[at]
        if at == cause.id:
            yield error(
                "circle",
                sheets.ORSAKER,
                cause.row,
                column_of(sheets.ORSAKER, "under"),
                f"orsakerna går i cirkel: {' under '.join([*seen, cause.id])}.",
            )
    home = {cause.id: cause.problem for cause in plan.orsaker}
    for cause in plan.orsaker:
        if cause.under in home and None not in (cause.problem, home[cause.under]) and home[cause.under] != cause.problem:
            yield error(
                "other_problem",
                sheets.ORSAKER,
                cause.row,
                column_of(sheets.ORSAKER, "under"),
                f"{cause.under} hör till problem {home[cause.under]}, men {cause.id} till {cause.problem}.",
            )


def _dates(plan: Plan) -> Iterable[Finding]:
    organisation = plan.organisation
    if organisation.plan_till < organisation.plan_fran:
        yield error("ends_before_start", sheets.KOMMUN, None, "B", "planen slutar innan den börjar.")
    for agreement in organisation.overenskommelser:
        if agreement.fran and agreement.till and agreement.till < agreement.fran:
            yield error(
                "ends_before_start",
                sheets.KOMMUN,
                None,
                None,
                f"överenskommelsen med {agreement.part} slutar innan den börjar.",
            )
    for measure in plan.atgarder:
        if measure.start and measure.slut and measure.slut < measure.start:
            yield error(
                "ends_before_start",
                sheets.ATGARDER,
                measure.row,
                column_of(sheets.ATGARDER, "slut"),
                f"{measure.id} slutar {measure.slut} men börjar {measure.start}.",
            )
    for promise in plan.loften:
        if promise.fran and promise.till and promise.till < promise.fran:
            yield error(
                "ends_before_start",
                sheets.LOFTEN,
                promise.row,
                column_of(sheets.LOFTEN, "till"),
                f"{promise.id} slutar {promise.till} men börjar {promise.fran}.",
            )


def _goals(plan: Plan) -> Iterable[Finding]:
    for goal in plan.mal:
        first, last = goal.utgang_fran, goal.utgang_till
        if first is not None and last is not None and last < first:
            yield _goal(goal, "years_backwards", "utgang_till", f"utgångsåren går baklänges: {first} till {last}.")
        if last is not None and goal.malar is not None and goal.malar <= last:
            yield _goal(goal, "target_before_baseline", "malar", f"målåret {goal.malar} ligger inte efter utgångsåren.")
        begins = min((m.start for m in plan.measures_for(goal) if m.start), default=None)
        if last is not None and begins is not None and begins < date(last, 12, 1):
            yield _goal(
                goal,
                "baseline_after_start",
                "utgang_till",
                f"utgångsåren räcker till {last}, men åtgärderna började {begins}. Utgångsvärdet måste ligga före.",
            )


def _goal(goal: Mal, code: str, name: str, svenska: str) -> Finding:
    return error(code, sheets.MAL, goal.row, column_of(sheets.MAL, name), f"{goal.id}: {svenska}")


@dataclass(frozen=True, slots=True)
class _Rule:
    """A link that a row of a sheet ought to have: its code, the column to look at, when it is missing, what is said then."""

    code: str
    sheet: str
    column: str | None
    missing: Callable[[_Links, Any], bool]
    svenska: str


@dataclass(frozen=True, slots=True)
class _Links:
    """The plan with what its rules ask about: which problems have a cause, and which causes a measure aims at."""

    plan: Plan
    with_cause: frozenset[str | None]
    met: frozenset[str]

    @classmethod
    def of(cls, plan: Plan) -> _Links:
        aimed_at = {cause for measure in plan.atgarder for cause in measure.orsaker}
        met = {c.id for c in plan.orsaker if _is_met(plan, c.id, aimed_at)}
        above = {c.under for c in plan.orsaker if c.under and c.id in met}
        undecided = {p.id for p in plan.problem if not _to_be_met(p)}
        spared = {c.id for c in plan.orsaker if c.problem in undecided}
        return cls(plan, frozenset(c.problem for c in plan.orsaker), frozenset(aimed_at | above | spared))


def _to_be_met(problem: Problem) -> bool:
    return problem.stallning is not Stallning.INGEN_ATGARD


# In the order of the chain; a row is asked all rules of its sheet before the next row.
_RULES = (
    _Rule(
        *("problem_outside_lagesbild", sheets.PROBLEM, "lagesbild"),
        lambda _, problem: not problem.lagesbild,
        "det framgår inte var i lägesbilden problemet finns (3 och 5 §§).",
    ),
    _Rule(
        *("no_measure_without_reason", sheets.PROBLEM, "skal"),
        lambda _, problem: not _to_be_met(problem) and not problem.skal,
        "att inte göra något är ett ställningstagande, men skälet saknas (3 §).",
    ),
    _Rule(
        *("problem_without_cause", sheets.PROBLEM, None),
        lambda links, problem: _to_be_met(problem) and problem.id not in links.with_cause,
        "ingen orsak är angiven.",
    ),
    _Rule(
        *("problem_without_measure", sheets.PROBLEM, None),
        lambda links, problem: _to_be_met(problem) and not links.plan.measures_of(problem),
        "ingen åtgärd leder till problemet.",
    ),
    _Rule(
        *("cause_without_measure", sheets.ORSAKER, None),
        lambda links, cause: cause.id not in links.met,
        "ingen åtgärd ska påverka orsaken.",
    ),
    _Rule(
        *("measure_without_cause", sheets.ATGARDER, "orsaker"),
        lambda _, measure: not measure.orsaker,
        "åtgärden hör inte till någon orsak, och därmed inte till något problem (3 §).",
    ),
    _Rule(
        *("measure_without_goal", sheets.ATGARDER, None),
        lambda links, measure: not links.plan.goals_of(measure),
        "inget mål säger vad den ska leda till.",
    ),
    _Rule(
        *("measure_without_activity", sheets.ATGARDER, None),
        lambda links, measure: not links.plan.activities_of(measure),
        "ingen aktivitet visar vad som har gjorts.",
    ),
    _Rule(
        *("goal_without_measure", sheets.MAL, "atgarder"),
        lambda _, goal: not goal.atgarder,
        "ingen åtgärd ska nå målet.",
    ),
)

ORPHANS = frozenset(rule.code for rule in _RULES)


def _is_met(plan: Plan, cause: str, aimed_at: Collection[str]) -> bool:
    """Is the cause, or any cause under it, aimed at by a measure?"""
    return cause in aimed_at or any(_is_met(plan, c.id, aimed_at) for c in plan.orsaker if c.under == cause)


def condition(goal: Mal) -> Villkor | None:
    """How the target is read: as written, else by the wanted direction."""
    if goal.villkor is not None:
        return goal.villkor
    wanted = wanted_direction(goal)
    return {"ner": Villkor.HOGST, "upp": Villkor.MINST}.get(wanted)


def wanted_direction(goal: Mal) -> str:
    """The goal's own direction, else the indicator's; activities are wanted upwards."""
    if goal.riktning is not None:
        return goal.riktning.value
    if goal.slag is Malslag.AKTIVITET:
        return "upp"
    found = indicators.find(goal.indikator) if goal.indikator else None
    return found.wanted_direction if found else "oklar"
