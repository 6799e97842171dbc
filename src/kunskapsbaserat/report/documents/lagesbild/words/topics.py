"""Words about two topics that the kommun's own files may tell of together: traffic, and safety online."""

from __future__ import annotations

from collections.abc import Sequence

from kunskapsbaserat.report.documents.lagesbild.words.own_figures import series_name
from kunskapsbaserat.report.material.findings import CountFinding
from kunskapsbaserat.report.material.own_series import OwnSeries
from kunskapsbaserat.report.material.own_shares import OwnSurvey
from kunskapsbaserat.report.material.own_topics import Traffic, over_years
from kunskapsbaserat.report.material.survey_findings import SurveyFinding
from kunskapsbaserat.swedish import NBSP, capital, listed, number, percent, word, years
from kunskapsbaserat.trends import Change
from kunskapsbaserat.trends.verdicts import PERCENT_FROM

# ---- traffic -------------------------------------------------------------------------------------------------------------

TRAFFIC_HEADING = "Trafiken: skadade, hastighet och kontroller"
TRAFFIC_LEAD = (
    "Hur farlig trafiken är visar de skadade, sedda över flera år. Hur fort det körs visar mätningar. Kontrollerna visar hur mycket som "
    "har kontrollerats. De tre svarar på olika frågor och läggs aldrig ihop."
)
SEVERAL_YEARS, MEASURED = "Skadade, flera år tillsammans", "Andel över hastighetsgränsen"
SPEED_LIMIT = "Mätningen gäller bara de platser och tider som mättes. Om farten på vägarna har ändrats går inte att säga av två mätningar: mät på samma platser och samma tid på året."
CONTROLS_LIMIT = "Fler kontroller hittar fler brott. Antalet kontroller är arbete som har gjorts, inte ett mått på trafiken."


def injuries(series: Sequence[OwnSeries]) -> list[str]:
    """Each series over several years; no verdict where they are few."""
    said = []
    for s in series:
        told = over_years(s)
        if told is None:
            continue
        first, last, total = told
        mean = total / (last - first + 1)
        text = f"{series_name(s)}: {number(total)} under {years(first, last)}, i snitt {number(mean, 1 if mean < PERCENT_FROM else 0)} per år."
        if mean < PERCENT_FROM or s.change is Change.FOR_FA_BROTT:
            text += " Så få per år att en ändring inte bedöms."
        said.append(text)
    return said


def speeds(survey: OwnSurvey) -> list[str]:
    """Measured shares, round by round. No verdict: other places, days or hours may have been measured."""
    said = []
    for q in survey.questions:
        rounds = "; ".join(f"{percent(r.share)} {r.last} ({number(r.n)} mätta)" for r in q.rounds)
        said.append(f"{capital(q.name)}: {rounds}.")
    return said or ["Inget tal får visas."]


def reported(f: CountFinding | None) -> str:
    """Reported traffic offences: what they follow, and that they say nothing of how dangerous it is."""
    follows = "Anmälda trafikbrott följer polisens kontroller: fler kontroller ger fler anmälda brott. De visar inte hur farlig trafiken är."
    if f is None or f.judgement.mean_latest != f.judgement.mean_latest:
        return follows
    mean = f.judgement.mean_latest
    level = number(mean, 1 if mean < PERCENT_FROM else 0)
    return f"{follows} I snitt anmäldes {level} per år {years(*f.judgement.latest)}."


def felt(found: Sequence[SurveyFinding]) -> str:
    """What residents say of driving where they live, beside the figures and never mixed with them."""
    said = [f"{percent(f.share)} {f.measure.predicate} ({f.last_survey})" for f in found]
    return f"I trygghetsundersökningen: {listed(said)}. Det är vad invånarna upplever." if said else ""


def missing(traffic: Traffic) -> str:
    there = (
        ("skadade i trafiken (STRADA)", bool(traffic.injuries)),
        ("uppmätt hastighet", bool(traffic.speed_shares or traffic.speeds)),
        ("antalet kontroller", bool(traffic.controls)),
    )
    gone = [name for name, found in there if not found]
    return f"Det saknas: {listed(gone)}. Lägg filen i mappen lokalt så kommer den med här." if gone else ""


# ---- online --------------------------------------------------------------------------------------------------------------

ONLINE_HEADING = "Trygghet på nätet"
ONLINE_LEAD = (
    "Det som händer på nätet har ingen plats på kartan, och mycket anmäls aldrig. Därför visas svar på frågor, med hur många som svarade och hur "
    "osäker andelen är. Grupper med färre än tio svar visas inte."
)
ONLINE_CAPTION = "Frågor om nätet"
ONLINE_HEADS = ("Fråga", "Andel", "Troligen mellan", "Svarande", "Källa och år")
NTU_FRAUD = "NTU, frågor om bedrägeri"


def between(lower: float, upper: float) -> str:
    return f"{number(100 * lower)} och {number(100 * upper)}{NBSP}procent"


def online_heading(questions: int) -> str:
    return f"{ONLINE_HEADING}: {'en fråga' if questions == 1 else f'{word(questions)} frågor'}"


def question(name: str) -> str:
    return capital(name)
