"""The kommun, the material and the parts of the kartläggning: headings, short paragraphs and rows of words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from kunskapsbaserat import catalogue
from kunskapsbaserat.kommun import Kommun
from kunskapsbaserat.rates import Comparison
from kunskapsbaserat.report.documents.lagesbild.words import background
from kunskapsbaserat.report.material.computed_once import rows_of
from kunskapsbaserat.report.material.findings import CountFinding
from kunskapsbaserat.report.material.own_texts.markdown import Texts
from kunskapsbaserat.report.material.survey_findings import SurveyFinding
from kunskapsbaserat.report.material.underlag import Underlag, embedded_tables
from kunskapsbaserat.report.page.blocks import NextStep
from kunskapsbaserat.report.page.common_words import LAW
from kunskapsbaserat.report.statements.comparison import group_definite, names
from kunskapsbaserat.report.statements.survey import asked_in, decimals
from kunskapsbaserat.swedish import (
    MINUS,
    NBSP,
    capital,
    day,
    limits,
    listed,
    number,
    percent,
    rounded_up,
    span,
    word,
)
from kunskapsbaserat.trends import Change

KOMMUN_TOPIC, UNDERLAG_TOPIC = "Kommunen", "Underlag"
EXTENT_TOPIC, EXTENT_NAV = "Omfattning", "Omfattning"
CONSEQUENCES_TOPIC, CONSEQUENCES_NAV = "Konsekvenser", "Konsekvenser"
OTHER_TOPIC, OTHER_NAV = "Del 2 enligt 4 §", "Annan information"
CHOSEN = "Val i rapporten"
UNSEEN_HEADING = "Det som Brås siffror inte visar"

OFFENCE_TOPICS = {
    "totalt": "Omfattning",
    "grupp": "Omfattning: breda brottsgrupper",
    "vald": "Omfattning: våld",
    "nara": "Omfattning: våld i nära relation",
    "egendom": "Omfattning: stöld och skadegörelse",
    "ingripande": "Omfattning: brott som följer polisens kontroller",
}

# The table of survey measures: topic, caption, note, heading
SURVEY = (
    "Konsekvenser",
    "Det invånarna svarar: utsatthet, oro och problem där de bor",
    "Undersökningen fångar också brott som aldrig anmäls, och bedrägeri på nätet, som inte har någon plats. Små andelar är osäkra: "
    "jämför intervallen, inte siffrorna. Oro är inte samma sak som risk. Inom kommunen kan skillnaderna vara stora.",
    "Det invånarna svarar",
)
FIGURES_NAV = "Fler siffror"


def page_title(u: Underlag, year: int) -> str:
    subject = title(u)
    return f"Lägesbild {year}: {subject[:1].lower()}{subject[1:]}"


def title(u: Underlag) -> str:
    return f"Brott {'och otrygghet ' if u.survey_findings else ''}{u.kommun.where}"


def kicker(year: int) -> str:
    return f"Lägesbild {year} enligt 4 § {LAW}"


def draft_notice(texts: Texts, missing: Sequence[str]) -> str:
    """What the reader has to know first: a draft, and how much of it is left to write."""
    if decided := texts.line("beslut"):
        return decided if not missing else f"{decided} Saknas: {listed(missing)}"
    if not texts.sections:
        return "Utkast: siffrorna är Brås och SCB:s, kommunens egna texter är inte ifyllda"
    return f"Utkast: {listed(missing)} återstår" if missing else "Utkast: ännu inte beslutat"


def masthead_facts(u: Underlag, retrieved: date) -> list[tuple[str, str]]:
    """The six facts under the title."""
    counts, surveys = u.count_findings, u.survey_findings
    reported = f"{span(min(min(f.counts) for f in counts), max(f.last_year for f in counts))}, {certainty(counts)}"
    asked = "ingår inte"
    if surveys:
        asked = f"NTU {span(min(f.first_survey for f in surveys), max(f.last_survey for f in surveys))}"
    return [
        ("Anmälda brott", reported),
        ("Trygghetsfrågor", asked),
        ("Data hämtade", day(retrieved)),
        ("Version", "beslutad" if "beslut" in u.texts else "utkast"),
        ("Diarienummer", u.texts.line("diarienummer") or "fylls i"),
        ("Uppdateras senast", "två år efter beslut"),
    ]


def certainty(counts: Sequence[CountFinding]) -> str:
    """ "slutliga", or which years may still change."""
    years = sorted({y for f in counts for y in f.preliminary})
    if not years:
        return "slutliga"
    return f"{listed([str(y) for y in years])} {'preliminärt' if len(years) == 1 else 'preliminära'}"


# ---- the kommun --------------------------------------------------------------------------------------------------------


def kommun_heading(u: Underlag) -> str:
    _, people = u.latest_population
    group = u.kommun.skr_group
    return f"{u.kommun.name} har {number(people)} invånare och hör till gruppen {group[:1].lower()}{group[1:]}"


def kommun_facts(u: Underlag) -> list[tuple[str, str]]:
    year, people = u.latest_population
    facts = [("Folkmängd", f"{number(people)} den 31 december {year}{_growth(u, year, people)}. Källa: SCB.")]
    facts += background.fetched_facts(u)
    facts.append(("Kommungrupp", f"{u.kommun.skr_group} ({u.kommun.skr_code}) enligt SKR 2023."))
    facts.append(("Liknande kommuner", f"{names(u.alike.wanted)} (Kolada {u.alike.wanted_year}).{background.newer_alike(u)}"))
    facts.append(("Jämförs med", compared_with(u)))
    return facts


def _growth(u: Underlag, year: int, people: int) -> str:
    before = u.population(year - 10)
    if before is None:
        return ""
    change = people / before - 1
    sign = MINUS if change < 0 else "+"
    return f", {sign}{number(abs(100 * change), 1)}{NBSP}procent på tio år"


def compared_with(u: Underlag) -> str:
    """Which comparisons the report uses, and why."""
    groups = list(dict.fromkeys(f.group for f in u.count_findings if f.group.members))
    if len(groups) == 1:
        return f"{capital(group_definite(groups[0]))}."
    texts = []
    for group in groups:
        measures = [f for f in u.count_findings if f.group == group]
        what = "Breda brottsgrupper" if group == u.alike else f"{capital(word(len(measures)))} brottstyper"
        texts.append(f"{what}: {group_definite(group)}.")
    return " ".join(texts)


def map_paragraph(u: Underlag) -> str:
    """The total against the alike and against all kommuner. Never riket."""
    own, everyone = u.total_rates[u.kommun.code], u.total_band_of_all
    text = f"År {u.total_year} anmäldes {number(own)} brott per 100{NBSP}000 invånare {u.kommun.where}."
    if u.alike.members:
        b = u.total_band(u.alike.members)
        text += (
            f" Bland {group_definite(u.alike)} var medianen {number(b.median)} (mittersta hälften {limits(b.lower, b.upper)})."
        )
    return (
        f"{text} Bland alla {len(u.total_rates)} kommuner var medianen {number(everyone.median)} "
        f"({limits(everyone.lower, everyone.upper)})."
    )


# ---- the material --------------------------------------------------------------------------------------------------------

SOURCE_HEADS = ("Källa", "Gäller", "Status", "Hämtad")
SOURCES_CAPTION = "Källor i den här rapporten"


def underlag_heading(u: Underlag) -> str:
    start = "Delvis preliminära" if any(f.preliminary for f in u.count_findings) else "Slutliga"
    return f"{start} siffror till och med {u.total_year}, men bara för kommunen som helhet"


def reliability(u: Underlag) -> str:
    final = (
        "officiella, men en del är preliminära och kan ändras"
        if any(f.preliminary for f in u.count_findings)
        else "officiella och slutliga"
    )
    return (
        f"Siffrorna är {final}. De visar det som anmälts, inte allt som sker, och de säger inget om platser eller "
        "tider inom kommunen."
    )


def source_rows(u: Underlag) -> list[tuple[str, str, str, str]]:
    """The kommun's own files first, then what the package carries, as far as it is used."""
    rows = [_own_row(name, u) for name in (u.own.sources if u.own is not None else ())]
    s = u.snapshots
    built_in = [f for f in u.count_findings if not f.own]
    for table, source, groups in (
        ("counts_groups.csv.gz", "Brå, anmälda brott per kommun och år", [f for f in built_in if f.group == u.alike]),
        ("counts_year.csv.gz", "Brå, Indikatorer för kommuners lägesbild", [f for f in built_in if f.group != u.alike]),
    ):
        if groups:
            first, last = min(min(f.counts) for f in groups), max(f.last_year for f in groups)
            text = (
                f"{len(groups)} brottsgrupper {span(first, last)}"
                if table == "counts_groups.csv.gz"
                else f"{len(groups)} brottstyper {span(first, last)}"
            )
            rows.append((source, text, "Slutlig", day(s[table].retrieved)))
    if u.quarter_finding is not None:
        last_quarter = max(u.quarter_finding.counts)
        text = f"Alla anmälda brott till och med kvartal {last_quarter.quarter} {last_quarter.year}"
        rows.append(
            (
                "Brå, anmälda brott per kvartal",
                text,
                f"{last_quarter.year} preliminärt",
                day(s["counts_quarter.csv.gz"].retrieved),
            )
        )
    if len(rows_of(u.comparisons, u.kommun.code)):
        text = "Våld, stöld och skadegörelse, snitt 2020–2022"
        rows.append(("MSB och SKR, Öppna jämförelser", text, "Slutlig", day(s["oppna_jamforelser.csv"].retrieved)))
    if u.survey_findings and (u.own is None or u.own.survey.empty):
        text = f"{len(u.survey_findings)} frågor {asked_in(u.survey_findings)}"
        rows.append(("Brå, Nationella trygghetsundersökningen", text, "Slutlig", day(s["survey.csv.gz"].retrieved)))
    when = day(s["exposure.csv.gz"].retrieved)
    rows.append(("SCB, folkmängd 31 december", _population_years(u), "Slutlig; 2025 med SCB:s avsiktliga brus", when))
    return rows


def _own_row(name: str, u: Underlag) -> tuple[str, str, str, str]:
    s = u.snapshots[name]
    status = "Slutlig" if s.status == "final" else "Delvis preliminär"
    return (
        f"{s.publisher.split(' (')[0]}: {s.title}",
        f"Filen {name.rsplit('/', 1)[-1]} i kommunens mapp",
        status,
        day(s.retrieved),
    )


def _population_years(u: Underlag) -> str:
    rows = rows_of(embedded_tables().exposure, u.kommun.code)
    rows = rows[rows["kind"] == "residents"]
    return _runs(sorted({int(y) for y in rows["year"]}))


def _runs(years: Sequence[int]) -> str:
    """ "1998–2019, 2021 och 2025"."""
    runs: list[list[int]] = []
    for y in years:
        if runs and y == runs[-1][-1] + 1:
            runs[-1].append(y)
        else:
            runs.append([y])
    return listed([span(r[0], r[-1]) if len(r) > 1 else str(r[0]) for r in runs])


NEXT_HEADING = "Så blir lägesbilden rikare"
BRA_INDICATORS = "bra.se/statistik/indikatorer-for-kommuners-lagesbild"
BRA_DATABASE = "statistik.bra.se/solwebb"


def next_steps(u: Underlag) -> list[NextStep]:
    """What is missing for a complete lägesbild, as three things to do with the command for each."""
    name = f'"{u.kommun.name}"' if " " in u.kommun.name else u.kommun.name
    folder = u.kommun.slug if u.own is None else "mappen"
    steps = []
    if u.own is None:
        steps.append(
            NextStep(
                "Gör kommunens mapp och hämta de senaste siffrorna",
                "Mappen får tal från Brå, Kolada och SCB, en fil att skriva kommunens bedömningar i och en mall för åtgärdsplanen. "
                f"Utan nät gör kommandot kunskap ny {name} {folder} samma mapp, men utan siffror.",
                command=f"kunskap hamta {name}",
            )
        )
    indicators = {o.id for o in catalogue.offences("bra_indikatorer")}
    if not {f.offence.id for f in u.count_findings} >= indicators or not u.survey_findings:
        what = "Femton brottstyper, bland annat bostadsinbrott och våld i nära relation, och hur trygga invånarna är."
    else:
        what = f"Brottstyperna för {u.total_year}, som Brå har publicerat, och nya svar om trygghet."
    steps.append(
        NextStep(f"Lägg Brås indikatorfil för {u.kommun.name} i mappen", f"{what} Filen är gratis:", address=BRA_INDICATORS)
    )
    steps.append(
        NextStep(
            "Skapa lägesbilden på nytt",
            "Ännu fler brottstyper finns i Brås databas:",
            command=f"kunskap rapport lagesbild --data {folder}",
            address=BRA_DATABASE,
        )
    )
    return steps


# ---- extent ------------------------------------------------------------------------------------------------------------


def extent_topic(f: CountFinding) -> str:
    return OFFENCE_TOPICS[f.offence.chapter]


CHILDREN = "Brott mot barn och unga"
PLACES_HEADING = "Det här skriver kommunen själv"


def children_note() -> str:
    return (
        "Brå räknar per alla invånare, inte per barn. Talet går därför inte att läsa som barns risk. Fler anmälningar kan betyda mer "
        "våld, men också att fler vuxna upptäcker och anmäler."
    )


def measures_heading(start: str, found: Sequence[SurveyFinding]) -> str:
    higher = [f for f in found if f.comparison is Comparison.HOGRE]
    lower = [f for f in found if f.comparison is Comparison.LAGRE]
    if higher and lower:
        return f"{start}: både högre och lägre än i länet"
    if higher or lower:
        way = "högre" if higher else "lägre"
        many = len(higher or lower)
        return f"{start}: {'en andel' if many == 1 else f'{word(many)} andelar'} säkerställt {way} än i länet"
    return f"{start}: ingen säkerställd skillnad mot länet"


def rest_of_answers(many: int) -> str:
    """Where the answers stand that neither differ nor have changed."""
    return f"{'En fråga' if many == 1 else f'{word(many, capital=True)} frågor'} till står i bilagorna." if many else ""


def all_answers(many: int) -> str:
    return f"Alla {word(many)} trygghetsfrågor" if many > 1 else "Trygghetsfrågan"


def measures_paragraph(found: Sequence[SurveyFinding], kommun: Kommun) -> str:
    """Those that differ from the län with their figures, and those that have changed."""
    parts = []
    for verdict, words in ((Comparison.HOGRE, "Säkerställt högre"), (Comparison.LAGRE, "Säkerställt lägre")):
        items = [f for f in found if f.comparison is verdict]
        if items:
            texts = [
                f"{f.measure.short[:1].lower()}{f.measure.short[1:]} ({percent(f.share, decimals(f))} mot {number(100 * f.lan[f.last_year][0], decimals(f))})"
                for f in items
            ]
            parts.append(f"{words} än i länet: {listed(texts)}.")
    if not parts:
        only = len(found) == 1
        start = (
            f"Andelen {kommun.where} skiljer" if only else f"Ingen av de {word(len(found))} andelarna {kommun.where} skiljer"
        )
        parts.append(f"{start} sig {'inte ' if only else ''}säkerställt från länets.")
    moved = [f for f in found if f.change in (Change.SAKERSTALLD_OKNING, Change.SAKERSTALLD_MINSKNING)]
    if moved:
        texts = [
            f"{f.measure.short[:1].lower()}{f.measure.short[1:]} har {'ökat' if f.change is Change.SAKERSTALLD_OKNING else 'minskat'}"
            for f in moved
        ]
        parts.append(f"Säkerställt sedan första året: {listed(texts)}.")
    else:
        visible = max(f.visible_change for f in found)
        parts.append(
            "Ingen förändring sedan första året är säkerställd. "
            f"Förändringar på mindre än {number(rounded_up(100 * visible))} procentenheter är svåra att se."
        )
    return " ".join(parts)


def chosen(u: Underlag) -> str:
    """What somebody has chosen beyond the rules; empty where nothing is."""
    made = u.choices
    said = []
    if made.offences:
        shown = listed([f.facet.name[:1].lower() + f.facet.name[1:] for f in u.count_findings if f.offence.id in made.offences])
        said.append(f"Kommunen har valt att visa egna avsnitt om {shown}.")
    if made.groups != "regel":
        said.append(f"Kommunen har valt att jämföras med {group_definite(u.alike)}.")
    if made.first is not None:
        said.append(f"Kommunen har valt att börja med år {made.first}. Fler år hade kunnat ge andra bedömningar.")
    return " ".join(said)
