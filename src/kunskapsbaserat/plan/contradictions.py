"""What a plan says about itself that cannot all be true: states, dates and amounts beside each other."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from kunskapsbaserat.findings import Finding
from kunskapsbaserat.plan import sheets
from kunskapsbaserat.plan.chain import column_of
from kunskapsbaserat.plan.faults import warning
from kunskapsbaserat.plan.model import Aktivitet, Atgard, Hallet, Lage, Medborgarlofte, Plan

STARTED = (Lage.PAGAR, Lage.GENOMFORD)


def contradictions(plan: Plan, *, as_of: date) -> list[Finding]:
    """One remark for each, in the order of the sheets. `as_of` is the day that the states are held against."""
    found = [f for measure in plan.atgarder for f in _measure(plan, measure, as_of)]
    found += [f for activity in plan.aktiviteter for f in _reach(activity)]
    return found + [f for promise in plan.loften for f in _promise(promise, as_of)]


def _measure(plan: Plan, a: Atgard, as_of: date) -> Iterable[Finding]:
    def says(code: str, svenska: str) -> Finding:
        return warning(code, sheets.ATGARDER, a.row, column_of(sheets.ATGARDER, "lage"), f"{a.id} {a.namn}: {svenska}")

    done = [v.namn for v in plan.activities_of(a) if v.genomfort]
    if a.lage is Lage.EJ_STARTAD and done:
        yield says("not_started_but_done", f"läget är tomt eller ej startad, men aktiviteten {done[0]} är gjord.")
    elif a.lage is Lage.EJ_STARTAD and a.start is not None and a.start <= as_of:
        yield says("not_started_after_start", f"läget är tomt eller ej startad, men startdagen {a.start} har passerat.")
    if a.lage in STARTED and a.start is not None and a.start > as_of:
        yield says("started_before_start", f"läget säger att åtgärden har börjat, men startdagen är {a.start}.")
    if a.lage is Lage.PAGAR and a.slut is not None and a.slut < as_of:
        yield says("under_way_after_end", f"läget är pågår, men slutdagen {a.slut} har passerat.")


def _reach(v: Aktivitet) -> Iterable[Finding]:
    if v.natt is not None and v.malgrupp is not None and v.natt > v.malgrupp:
        yield warning(
            "reach_above_group",
            sheets.AKTIVITETER,
            v.row,
            column_of(sheets.AKTIVITETER, "natt"),
            f"{v.id} {v.namn}: fler nådda ({v.natt:g}) än vad som finns i målgruppen ({v.malgrupp:g}).",
        )


def _promise(x: Medborgarlofte, as_of: date) -> Iterable[Finding]:
    if x.hallet is Hallet.PAGAR and x.till is not None and x.till < as_of:
        yield warning(
            "promise_under_way_after_end",
            sheets.LOFTEN,
            x.row,
            column_of(sheets.LOFTEN, "hallet"),
            f"{x.id} {x.lofte}: löftet är pågår, men slutdagen {x.till} har passerat.",
        )
