"""What the act asks for, what is there, and questions that help the kommun to write the rest."""

from __future__ import annotations

from dataclasses import dataclass

from kunskapsbaserat.report.text.numbers import listed, span


@dataclass(frozen=True, slots=True)
class Place:
    """A place for the kommun's own words: heading, and questions shown while it is empty."""

    key: str
    heading: str
    questions: tuple[str, ...]


PLACES = {
    place.key: place
    for place in (
        Place(
            "kommunen",
            "Det som är särskilt för kommunen",
            (
                "Vilka besökare, pendlare, studenter eller fritidsboende räknas inte i folkmängden?",
                "Finns områden på polisens lista över utsatta områden, och vad är på gång: byggen, evenemang, flytt av verksamhet?",
            ),
        ),
        Place(
            "plats_och_tid",
            "Var och när brotten sker",
            (
                "Vilka platser, veckodagar och tider återkommer i polisens och kommunens egna uppgifter?",
                "Skriv om platser och situationer, aldrig om personer.",
            ),
        ),
        Place(
            "grov_brottslighet",
            "Grov och organiserad brottslighet, välfärdsbrott och otillåten påverkan",
            (
                "Vad vet polisen, tillståndsenheten, socialtjänsten och ekonomiavdelningen?",
                "Har förtroendevalda eller anställda utsatts för hot?",
            ),
        ),
        Place(
            "hatbrott",
            "Hatbrott och våldsbejakande extremism",
            (
                "Brå redovisar inte hatbrott per kommun. Vad vet skolan, trossamfunden och föreningarna?",
                "Finns en samordnad lägesbild om extremism att hänvisa till?",
            ),
        ),
        Place(
            "konsekvenser",
            "Brottens konsekvenser",
            (
                "Vad betyder brotten för dem som utsätts, för företagen och för kommunens verksamheter?",
                "Vad kostar skadegörelsen, och hur många söker stöd hos jourer och socialtjänst?",
            ),
        ),
        Place(
            "annan_information",
            "Annan information av betydelse",
            (
                "Vad visar skolan, socialtjänsten, bostadsbolagen, trygghetsvandringarna och medborgardialogerna?",
                "Vilka risk- och skyddsfaktorer, planerade evenemang och nationella hotbilder påverkar kommunen?",
            ),
        ),
        Place(
            "orsaker",
            "Orsaksanalys av de prioriterade problemen",
            (
                "Vilka orsaker är troliga: i situationen, hos dem som utsätts, hos dem som begår brotten?",
                "Vad stöder varje orsak: siffror, erfarenhet eller ett antagande?",
            ),
        ),
        Place(
            "analys",
            "Kommunens samlade analys",
            (
                "Vilka problem är störst när allt vägs samman, och hur säker är bedömningen?",
                "Vilka andra förklaringar är möjliga?",
            ),
        ),
        Place(
            "slutsatser",
            "Slutsatser för åtgärdsplanen",
            (
                "Vilka problem tar åtgärdsplanen upp, och vilka lämnas därhän och varför?",
                "Vilka kunskapsluckor ska fyllas, av vem och när?",
            ),
        ),
        Place(
            "aterblick",
            "Återblick",
            (
                "Vad sa den förra lägesbilden, och vad hände?",
                "Vilka bedömningar höll, och vilka gjorde det inte?",
            ),
        ),
    )
}

LAW_HEADING_MISSING = "Lagens krav: {parts} återstår"
LAW_HEADING_DONE = "Lagens krav: alla delar finns"
LAW_TEXT = (
    "Lägesbilden ska enligt 4 § lagen (2023:196) om kommuners ansvar för brottsförebyggande arbete innehålla tre delar. "
    "Innan den beslutas behöver kommunen fylla i det som saknas."
)

CONSEQUENCES, OTHER, ANALYSIS, EXTENT = "konsekvenser", "annan information", "analys", "omfattning"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One part of 4 §: its name, its state (finns, delvis, saknas) and what is there or missing."""

    short: str
    part: str
    state: str
    text: str


def requirements(
    *,
    offences: int,
    counts_years: tuple[int, int] | None,
    measures: int,
    survey_years: tuple[int, int] | None,
    total_year: int,
) -> list[Requirement]:
    """The four rows of the completeness box, before the kommun has written anything of its own."""
    if counts_years:
        extent = f"{offences} brottstyper och summor {span(*counts_years)}"
        if survey_years:
            extent += f", {measures} trygghetsfrågor {span(*survey_years)}"
        extent += ". Saknas: plats och tid, som kommunen fyller i"
    else:
        extent = f"Bara alla anmälda brott {total_year}. Saknas: brott per typ, utveckling, plats och tid"
    worry = "Otrygghet och oro finns. Saknas:" if survey_years else "Saknas: otrygghet och oro,"
    return [
        Requirement(EXTENT, "1. Kartläggning: brottens omfattning", "delvis", extent),
        Requirement(
            CONSEQUENCES,
            "1. Kartläggning: brottens konsekvenser",
            "delvis" if survey_years else "saknas",
            f"{worry} följder för utsatta, kostnader, påverkan på kommunens verksamheter",
        ),
        Requirement(
            OTHER,
            "2. Annan information av betydelse",
            "saknas",
            "Till exempel skola, socialtjänst, bostadsbolag, trygghetsvandringar",
        ),
        Requirement(
            ANALYSIS,
            "3. Analys av 1 och 2",
            "saknas",
            "Varför problemen finns, hur säker bedömningen är, andra möjliga förklaringar",
        ),
    ]


STATES = {"finns": "Finns", "delvis": "Delvis", "saknas": "Saknas"}


def law_heading(rows: list[Requirement]) -> str:
    missing = [row.short for row in rows if row.state != "finns"]
    return LAW_HEADING_MISSING.format(parts=listed(missing)) if missing else LAW_HEADING_DONE
