"""Analysis, priorities and conclusions: headings, table words, and whether two sources point the same way."""

from __future__ import annotations

from collections.abc import Sequence

from kunskapsbaserat.rates import Comparison, Position
from kunskapsbaserat.report.findings import CountFinding, SurveyFinding
from kunskapsbaserat.report.step import Step
from kunskapsbaserat.report.text.numbers import number, percent_sign, word
from kunskapsbaserat.report.text.reported import small_mean
from kunskapsbaserat.report.text.words import CHANGE, COMPARISON, POSITION, STEP
from kunskapsbaserat.report.underlag import Underlag
from kunskapsbaserat.trends import Change

TOPIC, NAV = "Analys", "Analys"
CONCLUSIONS_TOPIC, CONCLUSIONS_NAV = "Slutsatser", "Slutsatser"
LAW_NAV, LAW_CAPTION = "Lagens krav", "Vad lagen kräver och vad som finns"
LAW_HEADS = ("Del enligt 4 §", "Läge", "Vad som finns eller saknas")

SOURCES_HEADING = "Säger anmälningarna och invånarna samma sak?"
SOURCES_HEADS = ("Problem", "Anmälda brott", "Invånarnas svar", "Samlat")
SOURCES_CAPTION = "Två källor mot varandra"
SOURCES_SCOPE = (
    "Anmälda brott: läget mot jämförda kommuner och förändringen. Svar i NTU: skillnaden mot länet och förändringen. "
    "Två källor som pekar åt samma håll väger tyngre än en."
)

PRIORITY_HEADS = ("Problem", "Omfattning", "Utveckling", "Jämförelse", "Allvarlighet", "Går att påverka", "Förslag")
PRIORITY_CAPTION = "Underlag för prioritering"
PRIORITY_LEAD = (
    "Statistiken fyller i de tre första kolumnerna. Allvarlighet och möjlighet att påverka bedömer kommunen. Förslaget är ett "
    "underlag, inte ett beslut."
)
PLAN_LEAD = "Åtgärdsplanen ska utgå från lägesbilden. Siffrorna föreslår de här problemen; kommunen stryker och lägger till."
GAPS = "Det vet vi inte ännu"
WEIGHING_HEADING = "Orsaker och samlad bedömning"

_RISING = {Change.SAKERSTALLD_OKNING: 1, Change.SAKERSTALLD_MINSKNING: -1}
_LEVEL = {Position.OVER: 1, Position.UNDER: -1}
_AGAINST = {Comparison.HOGRE: 1, Comparison.LAGRE: -1}


def triangulation(u: Underlag) -> list[tuple[str, str, str, str]]:
    """Problem, what the reports say, what the residents say, and whether the two agree."""
    rows = []
    for s in u.survey_findings:
        twin = next((f for f in u.count_findings if f.offence.id == s.measure.twin), None)
        if twin is not None:
            rows.append((twin.facet.short, _reported(twin), f"{s.measure.short}: {_asked(s)}", _together(twin, s)))
    return rows


def _reported(f: CountFinding) -> str:
    level = f"{POSITION[f.position]} jämförda kommuner, " if f.position else ""
    return f"{level}{CHANGE[f.judgement.change][1]}"


def _asked(s: SurveyFinding) -> str:
    against = COMPARISON[s.comparison][1].format(other="länet")
    if s.change is Change.INGEN_SAKERSTALLD_SKILLNAD and s.comparison is Comparison.INGEN_SAKERSTALLD_SKILLNAD:
        return "ingen säkerställd skillnad mot länet eller över tid"
    return f"{against}, {CHANGE[s.change][1]} sedan {s.first_year}"


def _together(f: CountFinding, s: SurveyFinding) -> str:
    """The signs of the two sources: 1 for high or rising, -1 for low or falling, 0 for nothing certain."""
    reported = _RISING.get(f.judgement.change) or (_LEVEL.get(f.position, 0) if f.position else 0)
    asked = _AGAINST.get(s.comparison) or _RISING.get(s.change, 0)
    if f.offence.detection_driven:
        return "anmälningarna följer polisens kontroller"
    if not reported and not asked:
        return "ingen av källorna visar något säkert"
    if not reported or not asked:
        return "bara en av källorna visar något"
    return "pekar åt samma håll" if reported == asked else "pekar åt olika håll"


def priority_heading(first: int, second: int) -> str:
    """ "Två problem föreslås för prioritering, fem för bevakning"."""
    if not first:
        return f"Inget problem föreslås för prioritering, {_many(second)} för bevakning"
    start = "Ett" if first == 1 else word(first, capital=True)
    return f"{start} problem föreslås för prioritering, {_many(second)} för bevakning"


def _many(n: int) -> str:
    return {0: "inget", 1: "ett"}.get(n, word(n))


def share_of(s: SurveyFinding, d: int) -> str:
    return f"{percent_sign(s.share, d)} {s.measure.population.replace(' 16–84 år', '')}"


def extent_of(f: CountFinding) -> str:
    if f.few and f.pooled:
        return f"i snitt {small_mean(f.pooled.mean)} per år"
    return f"{number(f.count)} anmälda"


def against_lan(s: SurveyFinding) -> str:
    return {
        Comparison.HOGRE: "högre än länet",
        Comparison.LAGRE: "lägre än länet",
        Comparison.INGEN_SAKERSTALLD_SKILLNAD: "ungefär som länet",
    }.get(s.comparison, "..")


def conclusions_heading(problems: int) -> str:
    if not problems:
        return "Slutsatser för åtgärdsplanen"
    return f"Slutsatser för åtgärdsplanen: {word(problems)} problem att ta ställning till"


def problem_list(problems: Sequence[tuple[str, Step]]) -> list[tuple[str, str]]:
    """The problems with the numbers that the åtgärdsplan refers to, by proposed step."""
    numbered = [(f"P{i} {name}", step) for i, (name, step) in enumerate(problems, start=1)]
    steps = [step for step in Step if any(s is step for _, s in numbered)]
    return [(STEP[step], f"{', '.join(name for name, s in numbered if s is step)}.") for step in steps]


def gaps(u: Underlag) -> list[str]:
    """Gaps in knowledge that follow from the material."""
    found = [
        "Var och när brotten sker. Det finns hos polisen, bostadsbolagen och kommunens egna verksamheter.",
        "Brott som sällan anmäls: våld i nära relation, brott mot barn, hatbrott och brott på nätet.",
    ]
    if u.count_findings:
        found.append(f"Brott per typ {u.total_year}. Siffrorna finns hos Brå men ingår inte i underlaget.")
    else:
        found.append("Vilka brott som anmäls och hur de har utvecklats. Siffrorna finns hos Brå men ingår inte i underlaget.")
    if any(f.offence.breaks and f.judgement.reason == "series_break" for f in u.count_findings):
        first = max(f.first_comparable for f in u.count_findings if f.judgement.reason == "series_break")
        found.append(
            f"Om våldet i nära relation ökar eller minskar. Det går att bedöma när sju år är jämförbara: med siffror för "
            f"{first + 6}."
        )
    return found
