"""Svar på vanliga frågor: what may be said about these figures to politicians and press, what may not, and why."""

from __future__ import annotations

from collections.abc import Sequence

from kunskapsbaserat.kommun import Kommun
from kunskapsbaserat.report.material.findings import CountFinding
from kunskapsbaserat.report.material.survey_findings import SurveyFinding
from kunskapsbaserat.report.page.labels import counted
from kunskapsbaserat.report.statements.survey import asked_in, decimals
from kunskapsbaserat.swedish import NBSP, number, percent, percent_limits, rounded, span, years
from kunskapsbaserat.trends import Change
from kunskapsbaserat.trends.verdicts import PERCENT_FROM

TOPIC, NAV = "Svar på vanliga frågor", "Vanliga frågor"
HEADING = "Vad får man säga om siffrorna?"
LEAD = "Till politiker och press: det här kan sägas om siffrorna, och det här kan de inte bära."
MAY, MAY_NOT, WHY = "Kan sägas", "Kan inte sägas", "Därför"

QA = tuple[str, str, str, str, str]


def answers(
    kommun: Kommun,
    counts: Sequence[CountFinding],
    surveys: Sequence[SurveyFinding],
    *,
    total_rate: float,
    total_year: int,
    median_rate: float,
) -> list[QA]:
    """(question, may be said, may not be said, why, source) for everything the figures touch."""
    found: list[QA] = []
    total = next((f for f in counts if f.offence.id == "totalt"), None)
    if total:
        found.append(_has_crime_risen(kommun, total))
    found.append(_is_it_more_dangerous(kommun, total_rate, total_year, median_rate))
    if counts:
        found += [a for a in (_one_year(counts),) if a]
        found.append(_did_measures_help())
    found += [_drugs(f) for f in counts if f.offence.id == "narkotika"]
    found += [_recoded(f) for f in counts if f.key == "vald_nara_relation_kvinna"]
    found += [_insecurity(f) for f in surveys if f.measure.id == "otrygg_kvall"]
    found.append(_police_figures())
    return found


def _has_crime_risen(kommun: Kommun, total: CountFinding) -> QA:
    j = total.judgement
    may = f"Antalet anmälda brott var {number(total.count)} år {total.last_year}. "
    may += {
        Change.INGEN_SAKERSTALLD_SKILLNAD: f"Skillnaden mellan snittet {years(*j.latest)} och de fem åren före är inte säkerställd.",
        Change.SAKERSTALLD_OKNING: f"Snittet {years(*j.latest)} är säkerställt högre än de fem åren före.",
        Change.SAKERSTALLD_MINSKNING: f"Snittet {years(*j.latest)} är säkerställt lägre än de fem åren före.",
    }.get(j.change, "Utvecklingen går inte att bedöma.")
    return (
        f"Har brottsligheten ökat eller minskat {kommun.where}?",
        may,
        "”Brottsligheten har ökat” eller ”brottsligheten har minskat”.",
        "Anmälda brott är det som kommit till polisens kännedom. Många brott anmäls aldrig, och talet påverkas av vem som anmäler "
        "och av hur polisen arbetar.",
        f"Brå, anmälda brott {span(min(total.counts), total.last_year)}",
    )


def _is_it_more_dangerous(kommun: Kommun, rate: float, year: int, median: float) -> QA:
    return (
        f"Är {kommun.name} farligare än andra kommuner?",
        f"År {year} anmäldes {number(rate)} brott per 100{NBSP}000 invånare. I mediankommunen var talet {number(median)}.",
        f"”{kommun.name} är farligast” (eller tryggast), en plats i en rangordning, eller en jämförelse med riket.",
        "Totalen blandar cykelstöld och mord. Besökare och pendlare räknas inte i folkmängden. I riket räknas även brott utan känd "
        "kommun: kommunernas brott är tillsammans bara 81–84 procent av rikets.",
        f"Brå, anmälda brott {year}, 2013 och 2021",
    )


def _one_year(counts: Sequence[CountFinding]) -> QA | None:
    """The offence whose last year differs most from the year before, among those without a säkerställd change."""
    tried = [
        f
        for f in counts
        if f.judgement.change is Change.INGEN_SAKERSTALLD_SKILLNAD
        and not f.few
        and not f.offence.detection_driven
        and not f.offence.sensitive
        and f.offence.id != "totalt"
        and min(f.count, f.counts.get(f.last_year - 1, 0)) >= PERCENT_FROM
    ]
    if not tried:
        return None
    f = max(tried, key=lambda f: (abs(f.count / f.counts[f.last_year - 1] - 1), f.key))
    before = f.counts[f.last_year - 1]
    word = "ökade" if f.count > before else "minskade"
    share = abs(f.count / before - 1)
    return (
        "Talet gick upp eller ner det senaste året. Är inte det en förändring?",
        f"{counted(f)} anmälda {f.facet.plural} {f.last_year}, {number(before)} året före. Skillnaden mellan de två årens snitt "
        "och de fem åren före är inte säkerställd.",
        f"”{f.facet.name} {word} med {number(float(rounded(100 * share)))} procent”.",
        "Enstaka år svänger. Vi jämför två år med fem, efter en regel som är bestämd i förväg, och tar hänsyn till att många brott "
        "prövas samtidigt.",
        f"Brå, anmälda brott {span(min(f.counts), f.last_year)}",
    )


def _did_measures_help() -> QA:
    return (
        "Hjälpte våra åtgärder?",
        "Det kan vi inte veta av de här siffrorna.",
        "”Åtgärderna gav resultat”, eller att något har hänt tack vare dem.",
        "Vi jämför bara före och efter, utan jämförelseområde. Efter ett ovanligt högt år blir nästa ofta lägre ändå.",
        "Metodavsnittet i denna rapport",
    )


def _drugs(f: CountFinding) -> QA:
    return (
        "Har narkotikan ökat?",
        f"{counted(f)} narkotikabrott anmäldes {f.last_year}.",
        "”Narkotikan har ökat” eller ”färre använder narkotika”.",
        "Narkotikabrott upptäcks när polisen letar. Talet följer hur mycket polisen kontrollerar.",
        f"Brå, anmälda brott {span(min(f.counts), f.last_year)}",
    )


def _recoded(f: CountFinding) -> QA:
    first = f.offence.breaks[-1].first_good
    return (
        f"Varför anmäls så mycket mer våld i nära relation än {min(f.counts)}?",
        f"Åren före {first} går inte att jämföra med senare år.",
        "”Våldet i nära relation har mångdubblats”.",
        f.offence.breaks[-1].note,
        f"Brå, anmälda brott {span(min(f.counts), f.last_year)}",
    )


def _insecurity(f: SurveyFinding) -> QA:
    first, d = f.kommun[f.first_year], decimals(f)
    share, low, high = f.kommun[f.last_year]
    moved = {
        Change.INGEN_SAKERSTALLD_SKILLNAD: f"Sedan {f.first_year} ({percent(first[0], d)}) syns ingen säkerställd förändring.",
        Change.SAKERSTALLD_OKNING: f"Det är säkerställt fler än {f.first_year} ({percent(first[0], d)}).",
        Change.SAKERSTALLD_MINSKNING: f"Det är säkerställt färre än {f.first_year} ({percent(first[0], d)}).",
    }.get(f.change, "")
    return (
        "Har fler blivit otrygga?",
        f"{percent(share, d)} {f.measure.predicate} (troligen {percent_limits(low, high, d)}). {moved}",
        "En jämförelse mellan två år i rad, eller att otrygghet är samma sak som risk för brott.",
        "Svaren kommer från ett urval och varierar några procentenheter av slump. Otrygghet påverkas av mer än brott.",
        f"Brå, NTU {asked_in([f])}",
    )


def _police_figures() -> QA:
    return (
        "Polisens egna siffror är högre. Vilka stämmer?",
        "Båda, men de räknas på olika sätt. Den här rapporten använder bara Brås.",
        "En utveckling där ett år är polisens och ett annat är Brås.",
        "Polisens uttag låg 7–27 procent över Brås för samma kommuner i Dalarna, bland annat för att trafikbrott räknas annorlunda.",
        "Brå och Polisen, Dalarnas kommuner",
    )
