"""The words about what the kommuner have decided and do, out of a länspaket: a support, never supervision."""

from __future__ import annotations

from collections.abc import Sequence

from kunskapsbaserat.kommun import Kommun
from kunskapsbaserat.plan.duties import Duty, State
from kunskapsbaserat.plan.model import Lage
from kunskapsbaserat.report.documents.region.package import Done
from kunskapsbaserat.report.documents.region.words.front import kommuner, names
from kunskapsbaserat.swedish import capital, number, word

TOPIC, TOPIC_TRYGGHET = "Länspaketet", "Länspaketet: trygghet"
MISSING = "underlag saknas"
DAMAGED = "går inte att läsa"
NO_DATE = "datum saknas"

# ---- duties --------------------------------------------------------------------------------------------------------------

DUTY_HEADS = ("Kommun", "Lägesbild", "Åtgärdsplan", "Uppföljning", "Nästa senast")
DUTY_CAPTION = "Lägesbild, plan och uppföljning, med datum"
DUTY_SCOPE = (
    "I bokstavsordning. Datumen står i kommunens arbetsbok. Nästa: 24 månader efter det senaste (6 §). Lagen ger ingen tillsyn: tabellen "
    "är till för att kunna hjälpa i tid."
)


def duty_heading(missing: Sequence[Kommun], total: int) -> str:
    if not missing:
        return "Alla kommuner har en plan i paketet"
    if len(missing) == total:
        return "Ingen kommun har en plan i paketet än"
    return f"Underlag saknas för {names(missing)}" if len(missing) <= 3 else f"Underlag saknas för {kommuner(len(missing))}"


def duty(found: Duty | None) -> str:
    """The date of the latest time."""
    if found is None:
        return MISSING
    return found.done.isoformat() if found.done is not None else NO_DATE


def following(found: Sequence[Duty | None]) -> str:
    """The first of the due dates."""
    due = [duty.due for duty in found if duty is not None and duty.due is not None and duty.state is not State.EJ_AKTUELLT]
    return min(due).isoformat() if due else "–"


# ---- what could not be read ----------------------------------------------------------------------------------------------

FAULTS_HEADING = "Det här gick inte att läsa"


def fault(place: str, said: str) -> str:
    return f"{place}: {said}" if place else said


# ---- shared problems -----------------------------------------------------------------------------------------------------

PROBLEM_HEADS = ("Åtgärd", "Kommun", "Läge", "Mål", "Kontakt")
PROBLEM_CAPTION = "Vem arbetar med vad"
PROBLEM_SCOPE = (
    "Problem som står i minst två kommuners planer. Mål: hur många som är nådda. Att ett mål är nått säger inte att åtgärden är orsaken. "
    "Kontakt: funktionen, aldrig en person."
)
NO_SHARED = "Inget sådant problem står i mer än en av planerna."
NO_MEASURE = "Ingen åtgärd i planen"
STATES = {
    Lage.EJ_STARTAD: "inte startad",
    Lage.PAGAR: "pågår",
    Lage.GENOMFORD: "genomförd",
    Lage.AVBRUTEN: "avbruten",
}


def problems_heading(count: int, *, trygghet: bool) -> str:
    about = "trygghetsproblem" if trygghet else "brottsproblem"
    if not count:
        return f"Inget {about} delas i planerna"
    return f"{'Ett' if count == 1 else word(count, capital=True)} {about} delas av flera kommuner"


def problem(name: str, places: Sequence[Kommun]) -> str:
    return f"{capital(name)}: {names(places)}"


def goals(done: Done) -> str:
    if not done.goals:
        return "inget mål"
    if done.open == done.goals:
        return "kan inte bedömas"
    said = f"{number(done.reached)} av {number(done.goals)} nådda"
    return f"{said}, {number(done.open)} kan inte bedömas" if done.open else said


# ---- EST -----------------------------------------------------------------------------------------------------------------

EST_HEADING = "EST: rapporterade händelser"
EST_HEADS = ("Kommun", "Händelser")
EST_TOTAL = "Länet"


def est_caption(quarter: str) -> str:
    return f"Rapporterade händelser, {quarter}"


EST_SCOPE = (
    "Avrundat till närmaste fem, så att inget tal går att räkna fram ur ett annat. 1–4 visas inte. Fler rapporter kan betyda fler som "
    "rapporterar: talen är inte brott och jämförs inte."
)


def est_total(shown: int, *, hidden: bool) -> str:
    return f"minst {number(shown)}" if hidden else number(shown)


# ---- courses -------------------------------------------------------------------------------------------------------------

COURSES_HEADING = "Ämnen för kurser och stöd"
COURSES_LEAD = "Det här saknas i planerna. Kommunerna räknas, ingen pekas ut. Flest först."
COURSES = {
    "orsaker": "Orsaksanalys: från problem till orsak",
    "kedja": "Åtgärder som hänger ihop med orsak, aktivitet och mål",
    "mal": "Mål som går att följa upp: mått, utgångsvärde, nivå och år",
    "lagesbild": "Lägesbild: uppdatera och följa upp i tid",
    "samverkan": "Överenskommelser och råd",
    "organisation": "Samordning, ledning och rapportering",
    "information": "Information till invånarna",
    "kamera": "Kamerabevakning: behov, alternativ och uppföljning",
}
TOPIC_OF = {
    "problem_outside_lagesbild": "lagesbild",
    "no_measure_without_reason": "kedja",
    "problem_without_cause": "orsaker",
    "problem_without_measure": "kedja",
    "cause_without_measure": "kedja",
    "measure_without_cause": "orsaker",
    "measure_without_goal": "mal",
    "measure_without_activity": "kedja",
    "goal_without_measure": "kedja",
    "goal_without_indicator": "mal",
    "goal_without_target": "mal",
    "goal_without_year": "mal",
    "goal_without_condition": "mal",
    "goal_without_baseline": "mal",
    "goal_is_no_change": "mal",
    "baseline_of_one_year": "mal",
    "lagesbild": "lagesbild",
    "plan_beslut": "organisation",
    "uppfoljning": "lagesbild",
    "egna_atgarder": "kedja",
    "overenskommelser": "samverkan",
    "rad": "samverkan",
    "samordning": "organisation",
    "information": "information",
    "namnd": "organisation",
    "rapportering": "organisation",
    "kamera": "kamera",
}
FEW_PLANS = "Med färre än tre planer räknas inga brister: det hade pekat ut någon."
NO_GAPS = "Inget saknas i planerna."


def course(topic: str, count: int, of: int) -> str:
    return f"{COURSES[topic]}: {number(count)} av {number(of)} planer"
