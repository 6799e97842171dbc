"""The decision version: three sheets for a kommunstyrelse that reads nothing else. Short sentences, one thought each."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from kunskapsbaserat.catalogue import evidens
from kunskapsbaserat.catalogue.evidens import Evidence
from kunskapsbaserat.rates import Comparison, Position
from kunskapsbaserat.report.documents.lagesbild.words.situation import certainty
from kunskapsbaserat.report.material.findings import CountFinding
from kunskapsbaserat.report.material.judgements import CERTAIN
from kunskapsbaserat.report.material.priority import Step
from kunskapsbaserat.report.material.selection import DIFFERS, highlights
from kunskapsbaserat.report.material.survey_findings import SurveyFinding
from kunskapsbaserat.report.material.underlag import Underlag
from kunskapsbaserat.report.statements import reported, survey
from kunskapsbaserat.report.statements.comparison import group_name
from kunskapsbaserat.swedish import NBSP, listed, lower, number, span, word
from kunskapsbaserat.trends import Change

HEADING, DECIDE = "Läget på en sida", "Förslag till beslut"
NO_PROBLEM_TOPIC = "Det som ligger närmast"
REST_TOPIC, REST_HEADING = "Länet, lagen och säkerheten", "Det här återstår, och så säkra är vi"
KNOWN, SURE, NOT_SAID, CAUSE, MEASURES = (
    "Vad vet vi?",
    "Hur säkert är det?",
    "Vad kan siffrorna inte säga?",
    "Varför är det så?",
    "Vad är känt om åtgärder?",
)
MOST_NAMES = 3
MOST_WORDS = 60  # of the kommun's own text: the whole of it stands in the lägesbild
SURE_HEADING = "Hur säkra är vi?"
SURE_POINTS = (
    "Säkerställt är det som är större än vanlig variation mellan åren, också när många tal prövas på en gång.",
    "Inte säkerställt betyder inte att allt är som förr. Det betyder att talen inte räcker för att avgöra.",
    "Anmälda brott är inte alla brott. Våld i hemmet och brott mot barn anmäls sällan.",
    "Talen säger hur mycket och när. De säger aldrig varför.",
)
NO_CAUSE = "Det har kommunen inte skrivit än. Talen säger aldrig varför. Börja med orsaken, välj åtgärd sedan."
NO_EVIDENCE = "Ingen studie om just det här problemet är granskad här. Följ upp det ni gör."
DECIDE_REST = "Fyll i det som lagen kräver och som saknas (se Det här återstår) innan åtgärdsplanen beslutas."
FREE = "Det går att besluta något annat. Skriv då varför."
OVERVIEW_HEADS = ("Område", "Utveckling", "Antal", "Nivå", "Förändring")


def title(u: Underlag) -> str:
    """The finding, as a heading: what is certain and worse; else what is certain and better; else that nothing is."""
    sure = [f for f in highlights(u) if is_certain(f)]
    worse = [f for f in sure if is_worse(f)]
    if worse:
        second = [n for n in worse[1:2] if isinstance(n, CountFinding)]
        names = [short(worse[0]), *(f"{n[:1].lower()}{n[1:]}" for n in map(short, second))]
        return f"{listed(names)} sticker ut {u.kommun.where}"
    falling = [f for f in sure if isinstance(f, CountFinding) and f.judgement.change is Change.SAKERSTALLD_MINSKNING]
    if falling:
        return f"Färre anmälda {falling[0].facet.plural} {u.kommun.where}"
    if sure:
        return _better(sure[0], u.kommun.where)
    return _nearest(highlights(u)[:1], u)


def _better(f: CountFinding | SurveyFinding, where: str) -> str:
    """What is säkerställt about a finding that is neither a rise nor a high level, nor a fall of the number itself."""
    if isinstance(f, SurveyFinding):
        return (
            f"{short(f)}: lägre {where} än i länet" if f.comparison is Comparison.LAGRE else f"{short(f)} har minskat {where}"
        )
    if f.level is not None and f.level.certain:
        return f"{short(f)}: lägre {where} än i jämförda kommuner"
    return f"{short(f)}: lägre utveckling {where} än i andra kommuner"


def _nearest(told: Sequence[CountFinding | SurveyFinding], u: Underlag) -> str:
    """What lies nearest when nothing is certain."""
    for f in told:
        if isinstance(f, CountFinding) and f.position in (Position.OVER, Position.UNDER):
            level = "högt" if f.position is Position.OVER else "lågt"
            return f"{short(f)} ligger {level} {u.kommun.where}, men det är inte säkert"
    return f"Inget tal sticker ut säkert {u.kommun.where}"


def short(f: CountFinding | SurveyFinding) -> str:
    return f.facet.short if isinstance(f, CountFinding) else f.measure.short


def is_certain(f: CountFinding | SurveyFinding) -> bool:
    """Is any of the verdicts on it säkerställd?"""
    if isinstance(f, CountFinding):
        return f.judgement.certain or (f.level is not None and f.level.certain)
    return f.comparison in DIFFERS or f.change in CERTAIN


def is_worse(f: CountFinding | SurveyFinding) -> bool:
    """Is what is säkerställt about it a rise, or a level over the comparison?"""
    if isinstance(f, CountFinding):
        rising = Change.SAKERSTALLD_OKNING in (f.judgement.change, f.judgement.relative_change)
        high = f.position is Position.OVER and f.level is not None and f.level.certain
        return rising or high
    return f.comparison is Comparison.HOGRE or f.change is Change.SAKERSTALLD_OKNING


def facts(u: Underlag) -> list[tuple[str, str]]:
    """Five facts under the title."""
    counts, surveys = u.count_findings, u.survey_findings
    years = span(min(min(f.counts) for f in counts), max(f.last_year for f in counts))
    groups = list(dict.fromkeys(group_name(f.group) for f in counts if f.group.members))
    asked = span(min(f.first_survey for f in surveys), max(f.last_survey for f in surveys)) if surveys else ""
    return [
        ("Anmälda brott", f"{years}, {certainty(counts)}"),
        ("Jämförs med", listed(groups) or "inga kommuner"),
        ("Trygghet", f"NTU {asked}" if surveys else "uppgifter saknas"),
        ("Diarienummer", u.texts.line("diarienummer") or "fylls i"),
        ("Görs om senast", "två år efter beslut"),
    ]


def left_out(found: Sequence[CountFinding]) -> str:
    """Why a säkerställd high level is not among what sticks out: the number follows how much the police look."""
    if not found:
        return ""
    names = listed([f.facet.short if at == 0 else lower(f.facet.short) for at, f in enumerate(found)])
    return (
        f"{names} ligger säkerställt högre än i de flesta jämförda kommuner. Det lyfts inte fram här, för talet följer hur mycket polisen "
        "kontrollerar. Det visar inte hur vanligt brottet är."
    )


def decisions(questions: Sequence[str], *, missing: bool) -> list[str]:
    """What the board has to decide: the problems, and what the law asks for."""
    return [*questions, *([DECIDE_REST] if missing else [])]


def ordered(problems: Sequence[tuple[str, Step]]) -> list[tuple[Step, str]]:
    """Each step with its problems, as many as fit in the box."""
    lines = []
    for step in Step:
        names = [f"{name[:1].lower()}{name[1:]}" for name, of in problems if of is step]
        if names:
            more = f" och {word(len(names) - MOST_NAMES)} till" if len(names) > MOST_NAMES else ""
            lines.append((step, (", ".join(names[:MOST_NAMES]) + more) if more else listed(names)))
    return lines


def caption(certain: int, rows: int, where: str) -> str:
    """The finding of the table, once for all its rows."""
    if not certain:
        return f"{'Ett' if rows == 1 else word(rows, capital=True)} tal {where}: ingen förändring är säkerställd"
    changes = "en förändring är säkerställd" if certain == 1 else f"{word(certain)} förändringar är säkerställda"
    return f"{word(rows, capital=True)} tal {where}: {changes}"


def level_words(f: CountFinding) -> str:
    """ "Säkerställt högre", "Som de flesta"."""
    certain = f.level is not None and f.level.certain
    if f.position is Position.OVER:
        return "Säkerställt högre" if certain else "Över, inte säkerställt"
    if f.position is Position.UNDER:
        return "Säkerställt lägre" if certain else "Under, inte säkerställt"
    return "Som de flesta"


SURVEY_LEVEL = {
    Comparison.HOGRE: "Säkerställt högre än länet",
    Comparison.LAGRE: "Säkerställt lägre än länet",
    Comparison.INGEN_SAKERSTALLD_SKILLNAD: "Som länet, så långt svaren räcker",
}

# ---- a problem -----------------------------------------------------------------------------------------------------------


def answers(f: CountFinding | SurveyFinding, u: Underlag) -> list[tuple[str, str]]:
    """Four questions that a councillor asks about a problem, and why it is there."""
    if isinstance(f, CountFinding):
        known = " ".join(t for t in (reported.level(f), reported.compared(f)) if t)
        sure = reported.changed(f) or reported.chip(f)[1].capitalize() + "."
        unsaid = reported.read_this(f)
    else:
        known, sure, unsaid = survey.paragraph(f, u.kommun), survey.since_first(f), survey.read_this(f, u.kommun)
    return [
        (KNOWN, known),
        (SURE, sure),
        (NOT_SAID, unsaid),
        (CAUSE, cause(u)),
        (MEASURES, measures(f.key)),
    ]


def cause(u: Underlag) -> str:
    """The start of the kommun's own words about causes; where the rest stands when they are long."""
    written = u.texts.html("orsaker")
    if written is None:
        return NO_CAUSE
    text = html.unescape(re.sub(r"<[^>]*>", "", written)).split()
    if len(text) <= MOST_WORDS:
        return " ".join(text)
    return f"{' '.join(text[:MOST_WORDS])} … Resten står i lägesbilden."


def measures(key: str) -> str:
    """The two best known measures against it, each with its figure and its studies."""
    known = [e for e in evidens.known_about(key) if e.checked == "siffra" and e.effect is not None and "procent" in e.metric]
    return " ".join(_measure(e) for e in known[:2]) or NO_EVIDENCE


def _measure(e: Evidence) -> str:
    assert e.effect is not None
    size = f"{number(abs(e.effect))}{NBSP}procent {'färre' if e.effect < 0 else 'fler'}"
    studies = f"{number(e.studies)} studier" if e.studies and e.studies > 1 else "en studie"
    where = {"ja": "prövat i Sverige", "okant": "svensk prövning inte eftersökt"}.get(e.sweden, "inte prövat i Sverige")
    return f"{e.name}: {e.outcome[:1].lower()}{e.outcome[1:]}, {size} ({studies}, {where})."


def problem_topic(step: Step) -> str:
    return {Step.PRIORITERA: "Föreslås bli prioriterat", Step.BEVAKA: "Föreslås för bevakning"}.get(step, NO_PROBLEM_TOPIC)
