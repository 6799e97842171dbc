"""The åtgärdsplan in `kunskap kontroll`: faults, loose links, overdue duties, vague goals, and goals too small to be seen."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from kunskapsbaserat import plan as plans
from kunskapsbaserat.catalogue import evidens
from kunskapsbaserat.errors import KunskapError
from kunskapsbaserat.kommun import Kommun
from kunskapsbaserat.plan import chain, duties, goals, prevention, work_checks
from kunskapsbaserat.plan.contradictions import contradictions
from kunskapsbaserat.plan.model import Plan, Stallning
from kunskapsbaserat.plan.protected import withheld
from kunskapsbaserat.plan.sheets import FILE
from kunskapsbaserat.report.documents.kontroll.words import plan as text
from kunskapsbaserat.report.material.underlag import Underlag
from kunskapsbaserat.report.material.usual import typical_for

SUGGESTED = 6


def inspect(folder: Path, kommun: Kommun, *, underlag: Underlag | None, today: date) -> tuple[list[str], int]:
    """Lines about the plan of a folder, and the number of errors.

    Parameters
    ----------
    folder : Path
        The kommun's folder.
    kommun : Kommun
        Whose it is.
    underlag : Underlag or None
        The figures, for what could be seen; None when the folder's files have faults.
    today : date
        The day the act's due dates are held against.
    """
    path = plans.path_in(folder)
    lines = text.heading(FILE)
    if not path.exists():
        return [*lines, f"  {text.NOT_MADE}"], 0
    try:
        found = plans.inspect(path, kommun=kommun)
    except KunskapError as error:
        return [*lines, f"  {text.ERROR} {error.svenska}"], 1
    if found.empty and not found.faults:
        return [*lines, f"  {text.EMPTY}"], 0
    broken = [f for f in found.faults if f.code not in chain.ORPHANS]
    lines += [f"  {text.fault(f)}" for f in broken]
    if found.plan is None:
        return [text.plain(line) for line in lines], sum(f.level == "error" for f in broken)
    loose = [text.fault(f) for f in chain.orphans(found.plan)]
    lines += _block(text.CHAIN, loose or [text.EMPTY_CHAIN if found.empty else text.OK_CHAIN])
    lines += _block(text.KINDS, [text.fault(f) for f in prevention.mismatches(found.plan)])
    lines += _block(text.REMINDERS, [text.fault(f) for f in work_checks.reminders(found.plan, as_of=today)])
    lines += _block(text.VAGUE, [text.fault(f) for f in goals.vague(found.plan)])
    lines += _block(text.WITHHELD, [text.withheld(*found_) for found_ in withheld(found.plan)])
    lines += _block(text.CONTRADICTIONS, [text.fault(f) for f in contradictions(found.plan, as_of=today)])
    lines += _block(text.SEEN, _seen(found.plan, underlag))
    lines += _block(text.DUTIES, [s for d in duties.duties(found.plan, as_of=today) if (s := text.duty(d))])
    lines += _block(text.SUPPORT, _support(found.plan))
    return [text.plain(line) for line in lines], 0


def late(folder: Path, kommun: Kommun, today: date) -> list[duties.Duty]:
    """The duties of a folder's plan whose day has passed; none where no plan is filled in.

    Raises
    ------
    PlanError, FileError
        The workbook cannot be used.
    """
    path = plans.path_in(folder)
    found = plans.inspect(path, kommun=kommun) if path.exists() else None
    if found is None or found.plan is None or found.empty:
        return []
    return duties.overdue(duties.duties(found.plan, as_of=today))


def _block(heading: str, lines: list[str]) -> list[str]:
    return [f"  {heading}", *(f"    {line}" for line in lines)] if lines else []


def _seen(plan: Plan, u: Underlag | None) -> list[str]:
    if u is None:
        return []
    found = goals.visibility(plan, u.counts, u.survey, typical=typical_for(u.counts, plan.kommun))
    return [text.visible(v) for v in found] + [text.differs(*d) for d in goals.baseline_differs(plan, u.counts)]


def _support(plan: Plan) -> list[str]:
    lines = [s for a in plan.atgarder if a.evidens and (s := text.support(a, evidens.get(a.evidens)))]
    unmet = [p for p in plan.problem if p.stallning is Stallning.ATGARDAS and p.indikator and not plan.measures_of(p)]
    for problem in unmet:
        if proposed := evidens.suggestions(problem.indikator or "")[:SUGGESTED]:
            lines += text.suggested(problem, proposed)
    return lines
