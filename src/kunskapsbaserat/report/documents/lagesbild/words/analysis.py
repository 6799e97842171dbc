"""Analysis, priorities and conclusions: headings, table words, and whether two sources point the same way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kunskapsbaserat.rates import Comparison, Position
from kunskapsbaserat.report.material.findings import CountFinding, SurveyFinding
from kunskapsbaserat.report.material.priority import Step
from kunskapsbaserat.report.material.selection import has_rates
from kunskapsbaserat.report.material.underlag import Underlag
from kunskapsbaserat.report.page.common_words import CHANGE, COMPARISON, STEP, change_mark
from kunskapsbaserat.report.page.labels import counted
from kunskapsbaserat.report.statements.comparison import place
from kunskapsbaserat.report.statements.reported import small_mean
from kunskapsbaserat.swedish import percent_sign, span, word
from kunskapsbaserat.trends import Change

TOPIC, NAV = "Analys", "Analys"
CONCLUSIONS_TOPIC, CONCLUSIONS_NAV = "Slutsatser", "Slutsatser"
LAW_NAV, LAW_CAPTION = "Lagens krav", "Vad lagen kräver och vad som finns"
LAW_HEADS = ("Del enligt 4 §", "Läge", "Vad som finns eller saknas")

SOURCES_HEADING = "Säger anmälningarna och invånarna samma sak?"
SOURCES_HEADS = ("Problem", "Anmälda brott", "Invånarnas svar", "Samlat")
SOURCES_CAPTION = "Två källor mot varandra"
SOURCES_SCOPE = (
    "Anmälda brott: läget mot jämförda kommuner och förändringen. Svar i NTU: mot länet och över tid. "
    "Nivå ställs mot nivå och utveckling mot utveckling. Två källor som pekar åt samma håll väger tyngre än en."
)

PRIORITY_HEADS = ("Problem", "Omfattning", "Utveckling", "Jämförelse", "Förslag")
PRIORITY_CAPTION = "Underlag för prioritering"
PRIORITY_SCOPE = "Omfattning det senaste året. Utveckling och jämförelse som i tabellen på första sidan."
PRIORITY_LEAD = (
    "Förslaget bygger bara på talen. Hur allvarligt ett problem är, och om det går att påverka, bedömer kommunen. Därefter kan "
    "ordningen bli en annan. Åtgärdsplanen ska utgå från lägesbilden och hänvisar till numren."
)
GAPS = "Det vet vi inte ännu"
WEIGHING_HEADING = "Orsaker och samlad bedömning"

_RISING = {Change.SAKERSTALLD_OKNING: 1, Change.SAKERSTALLD_MINSKNING: -1}
_LEVEL = {Position.OVER: 1, Position.UNDER: -1}
_AGAINST = {Comparison.HOGRE: 1, Comparison.LAGRE: -1}


def triangulation(u: Underlag) -> list[tuple[str, str, str, str]]:
    """Problem, what the reports say, what the residents say, and whether the two agree; only where both say something."""
    rows = []
    for f in u.count_findings:
        asked = [s for s in u.survey_findings if s.measure.twin == f.offence.id]
        together = _together(f, asked)
        if together:
            rows.append((f.facet.short, _reported(f), _answers(asked), together))
    return rows


def _answers(asked: Sequence[SurveyFinding]) -> str:
    """ "Oro för misshandel, utsatta för misshandel: ...", each verdict once."""
    by_text: dict[str, list[str]] = {}
    for s in asked:
        by_text.setdefault(_asked(s), []).append(s.measure.short)
    joined = {text: names[0] + "".join(f", {n[:1].lower()}{n[1:]}" for n in names[1:]) for text, names in by_text.items()}
    return "; ".join(f"{names}: {text}" for text, names in joined.items())


def _reported(f: CountFinding) -> str:
    level = f"{place(f)}, " if f.position else ""
    return f"{level}{change_mark(f.judgement.change, f.judgement.relative_change)[1]}"


def _asked(s: SurveyFinding) -> str:
    against = COMPARISON[s.comparison][1].format(other="länet")
    if s.change is Change.INGEN_SAKERSTALLD_SKILLNAD and s.comparison is Comparison.INGEN_SAKERSTALLD_SKILLNAD:
        return "ingen säkerställd skillnad"
    return f"{against}, {CHANGE[s.change][1]} sedan {s.first_year}"


def _together(f: CountFinding, asked: Sequence[SurveyFinding]) -> str:
    """Level against level, change against change: a high level and a falling number do not contradict each other."""
    if f.offence.detection_driven:
        return ""
    level = _agreement(_LEVEL.get(f.position, 0) if f.position else 0, {_AGAINST.get(s.comparison, 0) for s in asked})
    moved = _agreement(_RISING.get(f.judgement.change, 0), {_RISING.get(s.change, 0) for s in asked})
    return "; ".join(f"{what} pekar åt {text} håll" for what, text in (("nivån", level), ("utvecklingen", moved)) if text)


def _agreement(reported: int, asked: set[int]) -> str:
    """Signs of the sources, 1 for high or rising, -1 for low or falling; silent unless both say something."""
    said = asked - {0}
    if not reported or not said:
        return ""
    return "samma" if said == {reported} else "olika"


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
