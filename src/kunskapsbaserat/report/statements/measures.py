"""Words about measures: dose, reach, fidelity, cost, and the kommun's own judgement of what happens next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from kunskapsbaserat.plan import sheets
from kunskapsbaserat.plan.model import (
    Aktivitet,
    Atgard,
    Belagg,
    Foljsamhet,
    Hallet,
    Lage,
    Medborgarlofte,
    Problem,
    Vems,
    Vidare,
)
from kunskapsbaserat.swedish import MISSING, NBSP, day, listed, number, percent, word
from kunskapsbaserat.trends.verdicts import PERCENT_FROM

STATES = {
    Lage.GENOMFORD: ("finns", "genomförd"),
    Lage.PAGAR: ("delvis", "pågår"),
    Lage.EJ_STARTAD: ("saknas", "ej startad"),
    Lage.AVBRUTEN: ("inte_natt", "avbruten"),
}
_COUNTED = {
    Lage.GENOMFORD: ("genomförd", "genomförda"),
    Lage.PAGAR: ("pågår", "pågår"),
    Lage.EJ_STARTAD: ("har inte startat", "har inte startat"),
    Lage.AVBRUTEN: ("avbruten", "avbrutna"),
}
FIDELITY = {
    Foljsamhet.SOM_PLANERAT: "som planerat",
    Foljsamhet.DELVIS: "delvis som planerat",
    Foljsamhet.INTE: "inte som planerat",
    None: "inte ifyllt",
}
NEXT = {Vidare.FORTSATT: "Fortsätt", Vidare.ANDRA: "Ändra", Vidare.AVSLUTA: "Avsluta"}
FINISHED = "Klart, görs inte om"
KEPT = {
    Hallet.JA: ("finns", "hållet"),
    Hallet.DELVIS: ("delvis", "delvis hållet"),
    Hallet.NEJ: ("inte_natt", "inte hållet"),
    Hallet.PAGAR: ("delvis", "pågår"),
    None: ("saknas", "inte ifyllt"),
}
_CAUSE = {value: label for label, value in sheets.BELAGG.items()}
_TYPE = {value: label for label, value in sheets.TYP.items()}

HEADS = ("Åtgärd", "Läge", "Gjort av planerat", "Räckvidd", "Gjord", "Kostnad", "Stöd")
CAPTION = "Åtgärderna i korthet"
SCOPE = "Kommunens egna uppgifter. Gjort, nått och kostnad säger vad som har hänt, inte vad det har betytt för brotten."
PURPOSE, RESPONSIBLE, PERIOD, DONE, DEVIATION, COST, SUPPORT, SIDE, JUDGEMENT, PLACE = (
    "Så ska den fungera",
    "Ansvarig",
    "Period",
    "Gjort",
    "Avvikelser",
    "Kostnad",
    "Vad forskningen säger",
    "Bieffekter",
    "Kommunens bedömning",
    "Var",
)
CAMERA = "Kamerabevakning"
CONTRADICTIONS = "Uppgifter som säger emot varandra"
NOT_FILLED = "inte ifyllt"
NOT_ASSESSED = "Kommunens bedömning är inte ifylld: fortsätt, ändra eller avsluta?"


def count_line(measures: Sequence[Atgard]) -> str:
    """ "Åtta åtgärder: fem genomförda, två pågår, en har inte startat."."""
    if not measures:
        return "Planen har inga åtgärder."
    texts = []
    for state, (one, many) in _COUNTED.items():
        n = sum(a.lage is state for a in measures)
        if n:
            texts.append(f"{_en(n)} {one if n == 1 else many}")
    return f"{_en(len(measures)).capitalize()} {'åtgärd' if len(measures) == 1 else 'åtgärder'}: {', '.join(texts)}."


def _en(n: int) -> str:
    """Counts of a word with "en"."""
    return "en" if n == 1 else word(n)


def dose(found: Sequence[Aktivitet]) -> str:
    """ "520 av 600 hushåll"; an activity without figures is said to be so."""
    if not found:
        return "ingen aktivitet"
    return listed([_amount(v) for v in found])


def _amount(v: Aktivitet) -> str:
    unit = f" {v.enhet}" if v.enhet else ""
    mark = dict(v.dolda).get("genomfort")
    if v.genomfort is None and mark is None:
        return f"{v.namn}: {NOT_FILLED}"
    of = f" av {number(v.planerat)}" if v.planerat is not None else ""
    return f"{mark or number(v.genomfort or 0)}{of}{unit}"


def reach(found: Sequence[Aktivitet]) -> str:
    """ "520 av 1 900 (27 procent)"; no per cent of a target group under 20."""
    texts = []
    for v in found:
        if mark := dict(v.dolda).get("natt"):
            texts.append(mark)
        if v.natt is None:
            continue
        text = number(v.natt)
        if v.malgrupp:
            text += f" av {number(v.malgrupp)}"
            text += (
                f" ({percent(v.natt / v.malgrupp)})"
                if v.malgrupp >= PERCENT_FROM and PERCENT_FROM <= v.natt <= v.malgrupp
                else ""
            )
        texts.append(text)
    return listed(texts) if texts else MISSING


def cost(measure: Atgard) -> str:
    if measure.kostnad is None and measure.utfall_kostnad is None:
        return MISSING
    if measure.utfall_kostnad is None:
        return f"{kronor(measure.kostnad)} planerat"
    of = f" av {kronor(measure.kostnad)}" if measure.kostnad is not None else " kronor"
    return f"{number(measure.utfall_kostnad)}{of}"


def kronor(value: float | None) -> str:
    """ "150 000 kronor"."""
    return f"{number(value)}{NBSP}kronor" if value is not None else MISSING


def total_cost(measures: Sequence[Atgard]) -> str:
    """What the measures have cost together; how many of them have no figure is said."""
    known = [a.utfall_kostnad for a in measures if a.utfall_kostnad is not None]
    if not known:
        return "Kostnaden är inte ifylld."
    unknown = len(measures) - len(known)
    missing = f" {_en(unknown).capitalize()} åtgärd{'' if unknown == 1 else 'er'} saknar uppgift." if unknown else ""
    return f"Åtgärderna har kostat {kronor(sum(known))}.{missing}"


def period(measure: Atgard) -> str:
    if measure.start is None:
        return NOT_FILLED
    end = f" till {day(measure.slut)}" if measure.slut else ", utan slutdatum"
    wait = f". Effekt kan väntas efter {number(measure.tid_till_effekt)} månader" if measure.tid_till_effekt else ""
    return f"{day(measure.start)}{end}{wait}."


def responsible(measure: Atgard) -> str:
    whose = "Kommunens åtgärd" if measure.vems is Vems.EGEN else "En annan aktörs åtgärd"
    who = f", {measure.ansvarig}" if measure.ansvarig else ""
    others = f". Samverkar med: {measure.samverkar}" if measure.samverkar else ""
    plan = f". Hör också till: {measure.annan_plan} (7 §)" if measure.annan_plan else ""
    return f"{whose}{who}{others}{plan}."


def kind(measure: Atgard) -> str:
    return _TYPE[measure.typ] if measure.typ else ""


def grade(belagg: Belagg) -> str:
    """What supports a cause: siffror, erfarenhet, antagande."""
    return _CAUSE[belagg]


def heading(measure: Atgard) -> str:
    return f"{measure.namn}: {STATES[measure.lage][1]}"


def is_finished(measure: Atgard) -> bool:
    """Lamps that are up are not taken down because the work has ended."""
    return measure.vidare is Vidare.AVSLUTA and measure.lage is Lage.GENOMFORD


def next_step(measure: Atgard) -> str | None:
    """What the kommun has judged shall happen next; None where it has not."""
    return FINISHED if is_finished(measure) else NEXT[measure.vidare] if measure.vidare else None


def judgement(measure: Atgard) -> str:
    step = next_step(measure)
    if step is None:
        return NOT_ASSESSED
    return f"{step}. {measure.motivering or 'Motivering saknas.'}"


def bad_year(measure: Atgard) -> str:
    """Said where a measure was started because of a bad year."""
    return (
        "Åtgärden startades efter ett ovanligt dåligt år. Nästa år blir då ofta bättre även utan åtgärd."
        if measure.efter_ovanligt_ar
        else ""
    )


# ---- promises ------------------------------------------------------------------------------------------------------------

PROMISE_HEADS = ("Löfte", "Läge", "Vad som gjordes", "Gällde")
PROMISES_CAPTION = "Medborgarlöftena, ett för ett"


NOT_COUNTED = "Hur mycket som gjordes har kommunen inte skrivit."


def where(problem: Problem) -> str:
    """Where a problem is, and where the lägesbild points it out."""
    seen = f"Lägesbilden: {problem.lagesbild}" if problem.lagesbild else ""
    return ". ".join(text.rstrip(".") for text in (problem.plats, seen) if text)


def done_by(activity: Aktivitet) -> str:
    """ "Säkerhetsbesök: 120 av 200 besök (ansvarig: trygghetssamordnare)"."""
    who = f" (ansvarig: {activity.ansvarig.rstrip('.')})" if activity.ansvarig else ""
    return f"{activity.namn}: {dose([activity])}{who}"


def camera(measure: Atgard) -> str:
    """Need, alternatives and follow-up (14 §), of a measure that is surveillance by camera."""
    if not measure.kamera:
        return ""
    texts = {
        "Behov": measure.kamera_behov,
        "Prövade alternativ": measure.kamera_alternativ,
        "Prövas på nytt": measure.kamera_uppfoljning,
    }
    return " ".join(f"{head}: {text.rstrip('.') if text else NOT_FILLED}." for head, text in texts.items())


def promise_line(found: Sequence[Medborgarlofte]) -> str:
    """ "Tre medborgarlöften: ett hållet, ett delvis hållet, ett inte hållet."."""
    if not found:
        return "Planen har inga medborgarlöften."
    texts = []
    for state, (_, text) in KEPT.items():
        n = sum(x.hallet is state for x in found)
        if n:
            texts.append(f"{word(n)} {text if n == 1 or state in (Hallet.PAGAR, None) else text.replace('hållet', 'hållna')}")
    return f"{word(len(found), capital=True)} {'medborgarlöfte' if len(found) == 1 else 'medborgarlöften'}: {', '.join(texts)}."


def promise_period(x: Medborgarlofte) -> str:
    def shown(value: date | None) -> str:
        return day(value) if value else MISSING

    return f"{shown(x.fran)} till {shown(x.till)}" if x.fran or x.till else MISSING


def promised_with(x: Medborgarlofte) -> str:
    """Whom the promise was given together with."""
    return f"Tillsammans med: {x.tillsammans}" if x.tillsammans else ""


def promise(x: Medborgarlofte) -> str:
    """One promise in a line, for the residents: kept or not, and what was done, counted."""
    decided = x.hallet not in (None, Hallet.PAGAR)
    result = f" {x.resultat.rstrip('.')}." if x.resultat else f" {NOT_COUNTED}" if decided else ""
    return f"{x.lofte.rstrip('.')}: {KEPT[x.hallet][1]}.{result}"
