"""What the act asks of the kommun beside the plan's contents: each duty, whether it is done, and when it is due.

Lag (2023:196) om kommuners ansvar för brottsförebyggande arbete, in force from 1 July 2023. It has no rule on supervision or
sanctions, prescribes no indicators and no template, and gives no ground for personal data: nothing here says otherwise.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kunskapsbaserat.plan.model import Organisation, Plan, Vems

IN_FORCE = date(2023, 7, 1)
PLAN_REQUIRED = date(2024, 7, 1)
CYCLE = 24  # months: "minst vartannat år" (§ 6), from each decision, not by calendar years
SOON = 6  # months before a due date


class State(StrEnum):
    """How a duty stands. `KLART` and `SAKNAS` need no date; the others follow from the due date."""

    KLART = "klart"
    SNART = "snart"
    FORSENAT = "forsenat"
    DELVIS = "delvis"
    SAKNAS = "saknas"
    EJ_AKTUELLT = "ej_aktuellt"


@dataclass(frozen=True, slots=True)
class Duty:
    """One duty: the paragraph, a code for what it is, its state, when it is next due, and what is there or missing.

    `missing` are codes that the follow-up's words put into sentences; `done` is the date of the latest time, `parts` are names
    or numbers that belong to the sentence, `by` says who has decided or who leads, as the plan says it.
    """

    paragraph: str
    code: str
    state: State
    due: date | None = None
    done: date | None = None
    missing: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    by: str = ""


def add_months(day: date, months: int) -> date:
    """The same day so many months later; the last of the month where there is no such day."""
    at = day.year * 12 + day.month - 1 + months
    year, month = at // 12, at % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def duties(plan: Plan, *, as_of: date) -> tuple[Duty, ...]:
    """Every duty of §§ 4-14 that the plan's workbook can answer, in the order of the act.

    Parameters
    ----------
    plan : Plan
        As `plan.read` gave it.
    as_of : date
        The day the due dates are held against.
    """
    return tuple(_duties(plan, plan.organisation, as_of))


def overdue(found: Iterable[Duty]) -> list[Duty]:
    return [duty for duty in found if duty.state is State.FORSENAT]


def _duties(plan: Plan, o: Organisation, as_of: date) -> Iterable[Duty]:
    yield _recurring("6", "lagesbild", o.lagesbild_datum, as_of)
    yield _decision(o, as_of)
    yield _follow_up(o, as_of)
    yield _own_measures(plan)
    yield _other_plans(plan)
    yield _agreements(o, as_of)
    yield _council(o)
    yield _function(o)
    yield _information(o)
    yield _board(o)
    yield _reporting(o)
    yield _cameras(plan)


def _by_date(due: date, as_of: date) -> State:
    if due < as_of:
        return State.FORSENAT
    return State.SNART if due <= add_months(as_of, SOON) else State.KLART


def _recurring(paragraph: str, code: str, done: date | None, as_of: date) -> Duty:
    """§ 4 and § 6: the lägesbild is updated at least every second year."""
    if done is None:
        return Duty(paragraph, code, State.SAKNAS, missing=("datum",))
    due = add_months(done, CYCLE)
    return Duty(paragraph, code, _by_date(due, as_of), due, done)


def _decision(o: Organisation, as_of: date) -> Duty:
    """§ 5: the plan is a decision: a date, who decided, the paragraph of the minutes, the diary number."""
    if o.plan_beslut is None:
        state = State.SAKNAS if as_of >= PLAN_REQUIRED else State.EJ_AKTUELLT
        return Duty("5", "plan_beslut", state, due=PLAN_REQUIRED, missing=("datum",))
    fields = {"beslutande": o.plan_beslutad_av, "paragraf": o.plan_paragraf, "diarienummer": o.diarienummer}
    missing = tuple(name for name, said in fields.items() if not said)
    by = ", ".join(text for text in (o.plan_beslutad_av, o.plan_paragraf) if text)
    return Duty("5", "plan_beslut", State.DELVIS if missing else State.KLART, done=o.plan_beslut, missing=missing, by=by)


def _follow_up(o: Organisation, as_of: date) -> Duty:
    """§ 6: the plan is followed up at least every second year, counted from its own decision or the latest follow-up.

    Where no decision is known the latest possible one counts: 24 months from 1 July 2024.
    """
    begins = max((d for d in (o.plan_beslut, o.uppfoljd) if d is not None), default=PLAN_REQUIRED)
    due = add_months(begins, CYCLE)
    if o.plan_beslut is None and o.uppfoljd is None:
        state = State.FORSENAT if due < as_of else State.SAKNAS
        return Duty("6", "uppfoljning", state, due, missing=("datum",))
    return Duty("6", "uppfoljning", _by_date(due, as_of), due, o.uppfoljd)


def _own_measures(plan: Plan) -> Duty:
    """§ 5: the plan holds measures that the kommun itself intends to take; those of others stand apart."""
    own = sum(a.vems is Vems.EGEN for a in plan.atgarder)
    others = len(plan.atgarder) - own
    return Duty("5", "egna_atgarder", State.KLART if own else State.SAKNAS, parts=(str(own), str(others)))


def _other_plans(plan: Plan) -> Duty:
    """§ 7: where suitable, together with what other statutes ask for. Never overdue."""
    named = [p.annan_plan for p in plan.problem if p.annan_plan] + [a.annan_plan for a in plan.atgarder if a.annan_plan]
    return Duty("7", "andra_planer", State.KLART if named else State.EJ_AKTUELLT, parts=tuple(dict.fromkeys(named)))


def _agreements(o: Organisation, as_of: date) -> Duty:
    """§ 9: the kommun works for written agreements, which must state at least purposes and areas."""
    if not o.overenskommelser:
        return Duty("9", "overenskommelser", State.SAKNAS, missing=("ingen",))
    ended = [a for a in o.overenskommelser if a.till is not None and a.till < as_of]
    valid = [a for a in o.overenskommelser if a not in ended]
    missing = []
    missing += ["syfte"] if any(not a.syfte for a in valid) else []
    missing += ["omraden"] if any(not a.omraden for a in valid) else []
    missing += ["utgangen"] if ended else []
    ends = [a.till for a in valid if a.till is not None]
    names = tuple(a.part for a in valid)
    if not valid:
        last = max(a.till for a in ended if a.till is not None)
        return Duty(
            "9", "overenskommelser", State.FORSENAT, due=last, missing=("utgangen",), parts=tuple(a.part for a in ended)
        )
    state = State.DELVIS if missing else _by_date(min(ends), as_of) if ends else State.KLART
    return Duty("9", "overenskommelser", state, due=min(ends, default=None), missing=tuple(missing), parts=names)


def _council(o: Organisation) -> Duty:
    """§ 10: a council led by the kommun, to which others should send people in leading positions."""
    if not o.rad:
        return Duty("10", "rad", State.SAKNAS, missing=("rad",))
    missing = []
    missing += ["ledning"] if not o.rad_leds_av else []
    missing += ["ledning_annan"] if o.rad_leds_av and "kommun" not in o.rad_leds_av.casefold() else []
    missing += ["medlemmar"] if not o.medlemmar else []
    missing += ["niva_okand"] if any(m.ledande is None for m in o.medlemmar) else []
    missing += ["niva"] if any(m.ledande is False for m in o.medlemmar) else []
    return Duty(
        "10",
        "rad",
        State.DELVIS if missing else State.KLART,
        done=o.rad_mote,
        missing=tuple(missing),
        parts=(o.rad, *(m.organisation for m in o.medlemmar)),
        by=o.rad_leds_av or "",
    )


def _function(o: Organisation) -> Duty:
    """§ 11: a coordinating function that is also the contact outwards. A function, not a person."""
    missing = [name for name, said in (("funktion", o.samordningsfunktion), ("kontakt", o.kontakt)) if not said]
    state = State.KLART if not missing else State.SAKNAS if len(missing) == 2 else State.DELVIS
    return Duty("11", "samordning", state, missing=tuple(missing), parts=tuple(x for x in (o.samordningsfunktion,) if x))


def _information(o: Organisation) -> Duty:
    """§ 12: the function helps to spread information to residents."""
    state = State.KLART if o.information else State.SAKNAS
    return Duty(
        "12", "information", state, missing=() if o.information else ("var",), parts=(o.information,) if o.information else ()
    )


def _board(o: Organisation) -> Duty:
    """§ 13: kommunstyrelsen leads the work, or the nämnd that fullmäktige decides on."""
    if not o.namnd:
        return Duty("13", "namnd", State.SAKNAS, missing=("namnd",))
    other = "kommunstyrelse" not in o.namnd.casefold()
    missing = ("fullmaktigebeslut",) if other and not o.namnd_beslut else ()
    state = State.DELVIS if missing else State.KLART
    return Duty("13", "namnd", state, missing=missing, parts=(o.namnd,), by=o.namnd_beslut or "")


def _reporting(o: Organisation) -> Duty:
    """§ 13: the nämnd reports to fullmäktige continuously. The act gives no interval, so none is counted."""
    state = State.KLART if o.rapporterat else State.SAKNAS
    return Duty("13", "rapportering", state, done=o.rapporterat, missing=() if o.rapporterat else ("datum",))


def _cameras(plan: Plan) -> Duty:
    """§ 14: camera surveillance is a measure whose need, alternatives and follow-up the plan ought to hold."""
    cameras = [a for a in plan.atgarder if a.kamera]
    if not cameras:
        return Duty("14", "kamera", State.EJ_AKTUELLT)
    missing = []
    for name in ("kamera_behov", "kamera_alternativ", "kamera_uppfoljning"):
        missing += [name] if any(not getattr(a, name) for a in cameras) else []
    return Duty(
        "14", "kamera", State.DELVIS if missing else State.KLART, missing=tuple(missing), parts=tuple(a.namn for a in cameras)
    )
