"""The kommun, the material and the parts of the kartläggning: headings, short paragraphs and rows of words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from kunskapsbaserat import catalogue
from kunskapsbaserat import kommun as kommuner
from kunskapsbaserat.data import embedded
from kunskapsbaserat.kommun import Kommun
from kunskapsbaserat.rates import Comparison
from kunskapsbaserat.report.findings import CountFinding, SurveyFinding
from kunskapsbaserat.report.own import Texts
from kunskapsbaserat.report.shared import rows_of
from kunskapsbaserat.report.text.front import group_definite, group_name
from kunskapsbaserat.report.text.survey import asked_in, decimals
from kunskapsbaserat.report.text.words import LAW
from kunskapsbaserat.report.underlag import Underlag
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
UNSEEN_HEADING = "Det som Brås siffror inte visar"
SIGNS, CONTACT = "Tecken", "Kontakt"

OFFENCE_TOPICS = {
    "totalt": "Omfattning",
    "vald": "Omfattning: våld",
    "nara": "Omfattning: våld i nära relation",
    "egendom": "Omfattning: stöld och skadegörelse",
    "ingripande": "Omfattning: brott som följer polisens kontroller",
}

# chapter of measures: topic, caption of the table, note, heading
SURVEY_EXTENT = {
    "utsatthet": (
        "Omfattning: det som inte anmäls",
        "Utsatthet enligt invånarna själva",
        "Undersökningen fångar också brott som aldrig anmäls. Små andelar är osäkra: jämför intervallen, inte siffrorna.",
        "Vad invånarna själva berättar",
    ),
    "bedrageri": (
        "Omfattning: bedrägeri och brott på nätet",
        "Utsatthet för bedrägeri",
        "Bedrägeri på nätet har ingen plats och räknas inte ihop med brott som har en. Polisanmälda bedrägerier ingår inte i Brås "
        "indikatorer; ett enda ärende kan dessutom ge tusentals anmälningar.",
        "Bedrägeri",
    ),
}
SURVEY_CONSEQUENCES = {
    "oro+otrygghet": (
        "Konsekvenser",
        "Oro för brott och vad den leder till",
        "Oro är inte samma sak som risk. Den säger hur brott påverkar vardagen.",
        "Oro för brott",
    ),
    "bostadsomrade": (
        "Konsekvenser",
        "Stora problem i det egna bostadsområdet",
        "Andelen gäller dem som upplever problemet i stor utsträckning där de bor. Inom kommunen kan skillnaderna vara stora.",
        "Problem där man bor",
    ),
}


def page_title(u: Underlag, year: int) -> str:
    subject = title(u)
    return f"Lägesbild {year}: {subject[:1].lower()}{subject[1:]}"


def title(u: Underlag) -> str:
    return f"Brott {'och otrygghet ' if u.survey_findings else ''}{u.kommun.where}"


def organisation(kommun: Kommun) -> str:
    return f"{kommun.name}, {kommun.lan}"


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
    reported = f"bara totalt {u.total_year}"
    if has_rates(u):
        years = rows_of(u.rates_only, u.kommun.code)["period"].dt.year
        reported = f"{span(int(years.min()), int(years.max()))}, bara per invånare"
    if counts:
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
    facts.append(("Kommungrupp", f"{u.kommun.skr_group} ({u.kommun.skr_code}) enligt SKR 2023."))
    alike = listed(sorted((kommuner.get(c).name for c in u.total_group.wanted), key=kommuner.sort_key))
    facts.append(("Liknande kommuner", f"{alike} (Kolada {u.total_group.wanted_year})."))
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
    """Which comparison the report uses, and why."""
    total = f"Totalen: {group_definite(u.total_group, u.kommun)}."
    if not u.count_findings:
        return total
    if u.group.kind == "liknande":
        return f"{capital(group_definite(u.group, u.kommun))}."
    missing = "ingen" if len(u.group.without_figures) == len(u.group.wanted) else "bara några"
    return f"Brott per typ: {group_name(u.group, u.kommun)}, eftersom {missing} av de liknande kommunerna finns i underlaget. {total}"


def map_paragraph(u: Underlag) -> str:
    """The total against the alike and against all kommuner. Never riket."""
    own, everyone = u.total_rates[u.kommun.code], u.total_band(tuple(u.total_rates))
    text = f"År {u.total_year} anmäldes {number(own)} brott per 100{NBSP}000 invånare {u.kommun.where}."
    if u.total_group.members:
        b = u.total_band(u.total_group.members)
        text += (
            f" Bland {group_definite(u.total_group, u.kommun)} var medianen {number(b.median)} "
            f"(mittersta hälften {limits(b.lower, b.upper)})."
        )
    return (
        f"{text} Bland alla {len(u.total_rates)} kommuner var medianen {number(everyone.median)} "
        f"({limits(everyone.lower, everyone.upper)})."
    )


# ---- the material --------------------------------------------------------------------------------------------------------

SOURCE_HEADS = ("Källa", "Gäller", "Status", "Hämtad")
SOURCES_CAPTION = "Källor i den här rapporten"
WANTED_HEADS = ("Det som saknas", "Fil", "Finns hos")
WANTED_CAPTION = "Filer som skulle fylla resten"
BRA_INDICATORS = "bra.se, Indikatorer för kommuners lägesbild"
BRA_DATABASE = "Brås statistikdatabas (statistik.bra.se/solwebb)"
SCB_DATABASE = "SCB:s statistikdatabas (statistikdatabasen.scb.se)"


def underlag_heading(u: Underlag) -> str:
    if u.count_findings:
        return f"{_capital_certainty(u.count_findings)} siffror till och med {u.count_findings[0].last_year}, men bara för kommunen som helhet"
    if has_rates(u):
        return "Tal per invånare finns, men inte antalen"
    return f"Än finns bara totalen {u.total_year}; resten finns hos Brå och SCB"


def _capital_certainty(counts: Sequence[CountFinding]) -> str:
    return "Delvis preliminära" if any(f.preliminary for f in counts) else "Slutliga"


def has_rates(u: Underlag) -> bool:
    """Are there offences with rates only?"""
    return len(rows_of(u.rates_only, u.kommun.code)) > 0


def reliability(u: Underlag) -> str:
    if u.count_findings:
        final = (
            "officiella, men en del är preliminära och kan ändras"
            if any(f.preliminary for f in u.count_findings)
            else "officiella och slutliga"
        )
        return (
            f"Siffrorna är {final}. De visar det som anmälts, inte allt som sker, och de säger inget om platser eller "
            "tider inom kommunen."
        )
    if has_rates(u):
        return "Brås tal per invånare finns i kommunens mapp. Utan antalen går det inte att bedöma om något har ändrats."
    return (
        f"För {u.kommun.name} finns i underlaget bara totalen och folkmängden. Brås indikatorfil är gratis och tar några minuter att "
        "hämta."
    )


def source_rows(u: Underlag) -> list[tuple[str, str, str, str]]:
    """The kommun's own files first, then what the package carries, as far as it is used."""
    rows = [_own_row(name, u) for name in (u.own.snapshots if u.own is not None else ())]
    s = u.snapshots
    built_in = [f for f in u.count_findings if not f.own]
    if built_in:
        first, last = min(min(f.counts) for f in built_in), max(f.last_year for f in built_in)
        when = day(s["counts_year.parquet"].retrieved)
        text = f"{len(built_in)} brottstyper och summor {span(first, last)}"
        rows.append(("Brå, Indikatorer för kommuners lägesbild", text, "Slutlig", when))
    if u.survey_findings and (u.own is None or u.own.survey.empty):
        text = f"{len(u.survey_findings)} frågor {asked_in(u.survey_findings)}"
        rows.append(("Brå, Nationella trygghetsundersökningen", text, "Slutlig", day(s["survey.parquet"].retrieved)))
    when = day(s["total_rate.csv"].retrieved)
    rows.append(("Brå genom Kolada (N07540)", f"Alla anmälda brott {u.total_year}, 290 kommuner", "Slutlig", when))
    when = day(s["exposure.parquet"].retrieved)
    rows.append(("SCB, folkmängd 31 december", _population_years(u), "Slutlig; 2025 med SCB:s avsiktliga brus", when))
    when = day(s["counts_month_2013.parquet"].retrieved)
    example = "filen manader_2013.csv" if u.count_findings or has_rates(u) else "se tabellen"
    text = f"2013, tio brottsgrupper (äldre exempel, {example})"
    rows.append(("Brå, anmälda brott per månad", text, "Preliminär", when))
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
    built_in = embedded.exposure()
    rows = built_in[(built_in["area"] == u.kommun.code) & (built_in["kind"] == "residents")]
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


def wanted_files(u: Underlag) -> list[tuple[str, str, str]]:
    """What is missing for a complete lägesbild, which file holds it and who publishes it."""
    name = u.kommun.name
    alike = listed(sorted((kommuner.get(c).name for c in u.total_group.wanted), key=kommuner.sort_key))
    months = (
        "Brott per månad, sexualbrott, bedrägeri och andra brottstyper",
        f"Eget uttag: {name}, alla månader, antal",
        BRA_DATABASE,
    )
    places = (
        "Platser inom kommunen",
        "Folkmängd per DeSO och RegSO; polisens uttag enligt överenskommelse",
        f"{SCB_DATABASE}; polisen",
    )
    indicators = {o.id for o in catalogue.offences("bra_indikatorer")}
    have = {f.offence.id for f in u.count_findings}
    rows = []
    if not have >= indicators or not u.survey_findings:
        what = f"Brott per typ 2017–{u.total_year} och trygghetsfrågor"
        rows.append((what, f"{name}.xlsx", BRA_INDICATORS))
    elif u.count_findings[0].last_year < u.total_year:
        rows.append((f"Brott per typ {u.total_year}", f"{name}.xlsx", BRA_INDICATORS))
    if u.group.kind != "liknande":
        rows.append(("Samma brott i liknande kommuner", f"En fil för var och en av {alike}", BRA_INDICATORS))
    if years := [y for y in range(2016, u.total_year) if u.population(y) is None]:
        rows.append((f"Folkmängd 31 december {_runs(years)}", "Folkmängden efter region och år", SCB_DATABASE))
    return [*rows, *([] if u.own is not None and len(u.own.months) else [months]), places]


# ---- extent ------------------------------------------------------------------------------------------------------------


def extent_topic(f: CountFinding) -> str:
    return OFFENCE_TOPICS[f.offence.chapter]


def total_only_heading(u: Underlag) -> str:
    return f"Totalen {u.total_year} säger lite om vad som behöver göras"


def total_only_paragraph(u: Underlag) -> str:
    return (
        f"{map_paragraph(u)} Vilka brott det gäller framgår inte. Tabellen visar hur brotten fördelade sig 2013, det senaste år som "
        "finns för alla kommuner i underlaget. Den är ett äldre exempel, inte en beskrivning av läget."
    )


TOTAL_NOTE = (
    "Totalen blandar allt från cykelstöld till mord. Jämför med kommuner som liknar den egna, aldrig med riket, där även brott utan "
    "känd kommun räknas."
)
LIKNANDE_ROW = "{n} liknande kommuner"
LAN_ROW = "{n} övriga kommuner i {lan}"
ALL_ROW = "Alla 290 kommuner"
MEDIAN_REMARK = "medianen"


def total_caption(kommun: Kommun, year: int) -> str:
    return f"Alla anmälda brott {kommun.where} och andra kommuner {year}"


def children_caption(kommun: Kommun) -> str:
    return f"Våld och rån mot barn och unga {kommun.where}"


def children_heading(found: Sequence[CountFinding]) -> str:
    certain = [f for f in found if f.judgement.change in (Change.SAKERSTALLD_OKNING, Change.SAKERSTALLD_MINSKNING)]
    few = [f for f in found if f.few]
    if certain:
        rising = [f for f in certain if f.judgement.change is Change.SAKERSTALLD_OKNING]
        return "Barn och unga: " + (
            "fler anmälda brott i någon av grupperna" if rising else "färre anmälda brott i någon av grupperna"
        )
    if len(few) == len(found):
        return "Barn och unga: för få anmälda brott för att bedöma"
    return "Barn och unga: ingen säkerställd förändring"


def children_paragraph(found: Sequence[CountFinding]) -> str:
    last = found[0].last_year
    parts = listed([f"{_how_many(f.count)} {f.facet.plural}" for f in found])
    few = sum(f.few for f in found)
    text = f"År {last} anmäldes {parts}."
    means = " visas snitt över tre år." if any(f.pooled for f in found) else ""
    if few == len(found):
        return f"{text} Alla är för få för att bedöma{f'; därför{means}' if means else '.'}"
    if few:
        start = (
            f"{text} I {'en' if few == 1 else word(few)} av de {word(len(found))} grupperna är brotten för få för att bedöma"
        )
        return f"{start}{f'; där{means}' if means else '.'}"
    return text


def _how_many(count: int) -> str:
    """ "inga", "ett", then figures."""
    return {0: "inga", 1: "ett"}.get(count, number(count))


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


def signs() -> str:
    return ".. uppgiften saknas eller visas inte, . inte tillämpligt, – noll, * året går inte att jämföra"
