"""Metod och källor, in plain Swedish."""

from __future__ import annotations

from collections.abc import Sequence

from kunskapsbaserat.kommun import Kommun
from kunskapsbaserat.report.material.findings import CountFinding
from kunskapsbaserat.report.material.own_texts.markdown import Texts
from kunskapsbaserat.report.material.survey_findings import SurveyFinding
from kunskapsbaserat.report.page.common_words import BRA_FIRST, NTU_FIRST, STEP_RULE
from kunskapsbaserat.report.statements.comparison import group_reason
from kunskapsbaserat.report.statements.reported import visible
from kunskapsbaserat.report.statements.survey import asked_in
from kunskapsbaserat.swedish import listed, span, word, years
from kunskapsbaserat.trends import Change

HEADING = "Metod och källor"


def counts_source(counts: Sequence[CountFinding]) -> str:
    first, last = min(min(f.counts) for f in counts), max(f.last_year for f in counts)
    return f"Källa: {publisher(counts)}, anmälda brott {span(first, last)} ({_status(counts)}){_from(counts)}; bearbetning."


def publisher(findings: Sequence[CountFinding | SurveyFinding]) -> str:
    """Brå, and that the figures came by way of Kolada: its terms ask for that."""
    through = [f for f in findings if f.via_kolada]
    return "Brå" if not through else "Brå via Kolada" if len(through) == len(findings) else "Brå, delvis via Kolada"


def _status(counts: Sequence[CountFinding]) -> str:
    years = sorted({y for f in counts for y in f.preliminary})
    return f"slutlig statistik, {listed([str(y) for y in years])} preliminär" if years else "slutlig statistik"


def _from(counts: Sequence[CountFinding]) -> str:
    """Whether the figures come from the kommun's folder, and whether they were added up."""
    own = [f for f in counts if f.own]
    computed = ", summa av rader i Brås databas" if any(f.computed for f in counts) else ""
    if not own:
        return computed
    return f", {'filer' if len(own) == len(counts) else 'delvis filer'} i kommunens mapp{computed}"


def survey_source(surveys: Sequence[SurveyFinding]) -> str:
    return f"Källa: {publisher(surveys)}, {NTU_FIRST} {asked_in(surveys)}; bearbetning."


def total_source(counts: Sequence[CountFinding]) -> str:
    """Of the map: the total of all kommuner in its latest year."""
    return counts_source([f for f in counts if f.offence.id == "totalt"])


def definitions(
    kommun: Kommun,
    counts: Sequence[CountFinding],
    surveys: Sequence[SurveyFinding],
    *,
    pool_areas: int,
) -> list[tuple[str, str]]:
    """Term and explanation, in the order a doubtful reader asks."""
    found = [("Källor", _sources(counts, surveys))]
    found += _groups(counts)
    if counts:
        found += [
            ("Säkerställd förändring", _certain(counts, pool_areas)),
            (
                "För få brott",
                "Är de anmälda brotten i snitt under 20 per år under de jämförda åren görs ingen bedömning av förändring. Var de under 20 "
                "det senaste året visas talet per invånare som snitt över tre år. Procent skrivs bara när båda snitten är minst 20.",
            ),
        ]
    found.append(("Jämförelse", _comparison(kommun, counts)))
    if surveys:
        found.append(("Trygghetsfrågor", _survey()))
    if counts:
        found.append(
            (
                "Förslagen",
                f"{STEP_RULE} Förslaget är ett underlag. Kommunen bedömer allvarlighet och möjlighet att påverka.",
            )
        )
    return [
        *found,
        (
            "Vad som inte syns",
            "Anmälda brott är det som kommit till polisens kännedom, räknade när de anmäldes och i den kommun där de begicks. Många "
            "brott anmäls aldrig, särskilt våld i nära relation och brott mot barn. Narkotika- och trafikbrott följer hur mycket "
            "polisen kontrollerar. Bedrägeri på nätet har ingen plats och räknas inte ihop med brott som har en.",
        ),
        (
            "Röjandekontroll",
            "Alla tabeller, diagram och filer har passerat samma kontroll. Siffror som Brå själv redovisar per kommun räknas som "
            "kända och visas. Loggen finns i bilagan.",
        ),
    ]


def definitions_of_sources(counts: Sequence[CountFinding], surveys: Sequence[SurveyFinding]) -> list[tuple[str, str]]:
    """The sources alone, for a short version."""
    return [("Källor", _sources(counts, surveys))]


def _sources(counts: Sequence[CountFinding], surveys: Sequence[SurveyFinding]) -> str:
    texts: list[str] = []
    for name, part in (
        ("anmälda brott", [f for f in counts if f.own]),
        ("anmälda brott per kommun och år", [f for f in counts if not f.own and f.offence.broad]),
        ("Indikatorer för kommuners lägesbild", [f for f in counts if not f.own and not f.offence.broad]),
    ):
        if part:
            first, last = min(min(f.counts) for f in part), max(f.last_year for f in part)
            texts.append(f"{'Brå' if texts else BRA_FIRST}: {name} {span(first, last)} ({_status(part)}){_from(part)}.")
    if surveys:
        texts.append(f"Brå: {NTU_FIRST} {asked_in(surveys)}, med Brås egna intervall.")
    texts.append("SCB: folkmängd. Bearbetning i kunskapsbaserat.")
    return " ".join(texts)


def _groups(counts: Sequence[CountFinding]) -> list[tuple[str, str]]:
    """What the broad groups hold, and why they are not the indicators with nearly the same names."""
    groups = [f for f in counts if f.offence.contains]
    if not groups:
        return []
    text = " ".join(f"{f.facet.name}: {f.offence.contains}" for f in groups)
    text += " Grupperna ingår i totalen, men tillsammans blir de inte hela totalen: den rymmer också andra brott."
    if any(not f.offence.broad for f in counts):
        text += (
            " Brås indikatorer är andra mått med nästan samma namn: skadegörelse enligt 12 kap. är upp till tre procent fler än indikatorn, "
            "och 8 kap. rymmer också rån. Därför ställs ett tal ur den ena aldrig mot ett tal ur den andra."
        )
    return [
        ("Breda brottsgrupper", text),
        (
            "Tal per invånare",
            "Brå delar med medelfolkmängden. Där SCB:s folkmängd inte finns i underlaget (2020, 2022–2024) används den medelfolkmängd som "
            "Brås eget tal för alla brott svarar mot. Den används bara som nämnare.",
        ),
    ]


def _certain(counts: Sequence[CountFinding], pool_areas: int) -> str:
    tested = [f for f in counts if f.judgement.q_value == f.judgement.q_value]
    found = sum(f.judgement.change in (Change.SAKERSTALLD_OKNING, Change.SAKERSTALLD_MINSKNING) for f in tested)
    text = (
        f"De två senaste åren jämförs med de fem åren före: {_windows(counts)}. Regeln är bestämd i förväg, "
        "eftersom lägesbilden uppdateras vartannat år. Förändringen kallas säkerställd när den är större än vanlig variation mellan "
        f"år. Hur stor den variationen är beräknas ur kommunens egna år och ur samma brott i {pool_areas} andra kommuner. Hänsyn tas "
        "till att många brottstyper prövas samtidigt: om inget hade ändrats skulle ungefär en rapport av tjugo ändå få någon "
        "säkerställd förändring. Ett högt år följs ofta av ett till, och det är inräknat. Kommunen jämförs också med samma brott i de "
        "andra kommunerna; det skrivs ut där något är säkerställt. En långsam glidning räknas som förändring. ”Hade "
        "troligen synts” betyder i sju fall av tio eller fler."
    )
    if not tested:
        return text
    outcome = {0: "ingen förändring", 1: "en förändring"}.get(found, f"{word(found)} förändringar")
    certain = "säkerställd" if found <= 1 else "säkerställda"
    text += f" Av de {word(len(tested))} brottstyper och summor som gick att pröva är {outcome} {certain}."
    example = next(
        (
            f
            for f in tested
            if f.judgement.change is Change.INGEN_SAKERSTALLD_SKILLNAD and f.offence.id == "vald_offentlig_vuxna"
        ),
        None,
    ) or next((f for f in tested if f.judgement.change is Change.INGEN_SAKERSTALLD_SKILLNAD), None)
    if example:
        seen = visible(example.judgement, subject="en")
        name = "alla anmälda brott" if example.offence.id == "totalt" else example.facet.plural
        text += f" ”Ingen säkerställd skillnad” betyder inte att läget är oförändrat. Ett exempel är {name}: {seen[:1].lower()}{seen[1:]}"
    return text + " Siffrorna säger aldrig varför något har ändrats."


def _windows(counts: Sequence[CountFinding]) -> str:
    """ "2024–2025 mot 2019–2023 (breda brottsgrupper) och 2023–2024 mot 2018–2022 (brottstyper)"."""
    known: dict[str, list[str]] = {}
    for f in counts:
        window = f"{years(*f.judgement.latest)} mot {years(*f.judgement.earlier)}"
        kinds = known.setdefault(window, [])
        kind = "breda brottsgrupper" if f.offence.broad else "brottstyper"
        kinds += [] if kind in kinds else [kind]
    if len(known) == 1:
        return next(iter(known))
    return listed([f"{window} ({listed(kinds)})" for window, kinds in known.items()])


def _comparison(kommun: Kommun, counts: Sequence[CountFinding]) -> str:
    groups = list(dict.fromkeys(f.group for f in counts))
    return (
        f"{' '.join(group_reason(group) for group in groups)} Det grå fältet rymmer den mittersta hälften av deras värden: en fjärdedel ligger "
        f"över och en fjärdedel under. Läget kallas säkerställt när det är mer än åren brukar svänga, i {kommun.name} och i kommunerna vid gränsen. Talen jämförs aldrig med "
        "riket, där även brott utan känd kommun räknas."
    )


def _survey() -> str:
    return (
        "Andelarna och intervallen är Brås egna; inget räknas om ur antalet svarande. En skillnad kallas säkerställd när intervallet "
        "för skillnaden inte rymmer noll, med hänsyn till avrundning. De 20 frågorna prövas tillsammans, en gång mot länet, en gång mot "
        "riket och en gång över tid. Den senaste "
        "undersökningen jämförs med den första i serien, aldrig med året före. Varje år är ett eget urval."
    )


def contact(texts: Texts) -> str:
    return (
        texts.line("kontakt")
        or "Fylls i av kommunen: funktion, telefon och e-post, samt länk till kommunens tillgänglighetsredogörelse."
    )
