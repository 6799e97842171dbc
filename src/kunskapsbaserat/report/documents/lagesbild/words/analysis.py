"""Analysis, priorities and conclusions: headings, table words, and whether two sources point the same way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kunskapsbaserat.rates import Comparison
from kunskapsbaserat.report.material.findings import CountFinding
from kunskapsbaserat.report.material.priority import Step
from kunskapsbaserat.report.material.selection import has_rates
from kunskapsbaserat.report.material.survey_findings import SurveyFinding
from kunskapsbaserat.report.material.underlag import Underlag
from kunskapsbaserat.report.page.common_words import STEP
from kunskapsbaserat.report.page.labels import counted
from kunskapsbaserat.report.statements.reported import small_mean
from kunskapsbaserat.swedish import percent_sign, span, word

TOPIC, NAV = "Analys", "Analys"
CONCLUSIONS_TOPIC, CONCLUSIONS_NAV = "Slutsatser", "Slutsatser"
LAW_NAV, LAW_CAPTION = "Lagens krav", "Vad lagen kräver och vad som finns"
LAW_HEADS = ("Del enligt 4 §", "Läge", "Vad som finns eller saknas")

PRIORITY_HEADS = ("Problem", "Omfattning", "Utveckling", "Jämförelse", "Förslag")
PRIORITY_CAPTION = "Underlag för prioritering"
PRIORITY_SCOPE = "Omfattning det senaste året. Utveckling och jämförelse som i tabellen på första sidan."
PRIORITY_LEAD = (
    "Förslaget bygger bara på talen. Hur allvarligt ett problem är, och om det går att påverka, bedömer kommunen. Därefter kan "
    "ordningen bli en annan. Åtgärdsplanen ska utgå från lägesbilden och hänvisar till numren."
)
GAPS = "Det vet vi inte ännu"
WEIGHING_HEADING = "Orsaker och samlad bedömning"


def priority_heading(first: int, second: int) -> str:
    """ "Två problem föreslås för prioritering, fem för bevakning"."""
    if not first:
        return f"Inget problem föreslås för prioritering, {_many(second)} för bevakning"
    start = "Ett" if first == 1 else word(first, capital=True)
    return f"{start} problem föreslås för prioritering, {_many(second)} för bevakning"


def _many(n: int) -> str:
    return {0: "inget", 1: "ett"}.get(n, word(n))


def others(problems: Sequence[tuple[str, Step]]) -> str:
    """Those that have no row in the table, by proposed step."""
    by_step = {step: [name for name, s in problems if s is step] for step in Step}
    return " ".join(f"{STEP[step]} också: {', '.join(names)}." for step, names in by_step.items() if names)


def share_of(s: SurveyFinding, d: int) -> str:
    return f"{percent_sign(s.share, d)} {s.measure.population.replace(' 16–84 år', '')}"


def extent_of(f: CountFinding) -> str:
    if f.small and f.pooled:
        return f"i snitt {small_mean(f.pooled.mean)} per år {span(f.pooled.first, f.pooled.last)}"
    return f"{counted(f)} anmälda {f.last_year}"


def against_lan(s: SurveyFinding) -> str:
    return {
        Comparison.HOGRE: "högre än länet",
        Comparison.LAGRE: "lägre än länet",
        Comparison.INGEN_SAKERSTALLD_SKILLNAD: "ingen säkerställd skillnad mot länet",
    }.get(s.comparison, "..")


def numbered(name: str, numbers: Mapping[str, int]) -> str:
    """ "P1 Otrygghet sent på kvällen"; without a number what is not proposed."""
    return f"P{numbers[name]} {name}" if name in numbers else name


def gaps(u: Underlag) -> list[str]:
    """Gaps in knowledge that follow from the material."""
    found = [
        "Var och när brotten sker. Det finns hos polisen, bostadsbolagen och kommunens egna verksamheter.",
        "Brott som sällan anmäls: våld i nära relation, brott mot barn, hatbrott och brott på nätet.",
    ]
    if all(f.offence.broad for f in u.count_findings):
        found.append("Vilka brottstyper som ligger bakom grupperna. De finns i Brås indikatorfil och databas.")
    if has_rates(u):
        found.append("Antalen för en del brottstyper. Bara tal per invånare finns; antalen finns i Brås databas.")
    if any(f.offence.breaks and f.judgement.reason == "series_break" for f in u.count_findings):
        first = max(f.first_comparable for f in u.count_findings if f.judgement.reason == "series_break")
        found.append(
            f"Om våldet i nära relation ökar eller minskar. Det går att bedöma när sju år är jämförbara: med siffror för "
            f"{first + 6}."
        )
    return found
