"""What the act asks for, what is there, and questions that help the kommun to write the rest."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

from kunskapsbaserat.swedish import capital, listed, span, word


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

INSECURITY_QUESTIONS = (
    "Var är det otryggt, när och för vilka? Skiljer sig kvinnors och mäns svar i kommunens egna undersökningar?",
    "Vad har gjorts för att förstå otryggheten: trygghetsvandringar, dialoger, samtal med unga?",
)
CHILDREN_QUESTIONS = (
    "Vad visar skolans, elevhälsans och socialtjänstens egna uppgifter om våld och rån mot barn och unga?",
    "Hur anmäler skolorna, och har rutinen ändrats?",
)

LAW_HEADING_MISSING = "Lagens krav: {parts} återstår"
LAW_HEADING_DONE = "Lagens krav: alla delar finns"
LAW_TEXT = (
    "Lägesbilden ska enligt 4 § lagen (2023:196) om kommuners ansvar för brottsförebyggande arbete innehålla tre delar. "
    "Innan den beslutas behöver kommunen fylla i det som saknas."
)

WRITTEN = "Kommunens text finns"
PLACE_WRITTEN = ". Kommunens text om plats och tid finns"
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
    counts_years: tuple[int, int],
    broad_only: bool,
    measures: int,
    survey_years: tuple[int, int] | None,
    written: Container[str] = (),
) -> list[Requirement]:
    """The four rows of the completeness box; `written` holds the places where the kommun has its own text."""
    what = "breda brottsgrupper" if broad_only else "brottstyper och brottsgrupper"
    extent = f"{capital(word(offences))} {what} {span(*counts_years)}"
    if survey_years:
        extent += f", {measures} trygghetsfrågor {span(*survey_years)}"
    missing = "brottstyper, plats och tid" if broad_only else "plats och tid, som kommunen fyller i"
    extent += PLACE_WRITTEN if "plats_och_tid" in written else f". Saknas: {missing}"
    worry = "Otrygghet och oro finns. Saknas:" if survey_years else "Saknas: otrygghet och oro,"
    consequences = f"{worry} följder för utsatta, kostnader, påverkan på kommunens verksamheter"
    if "konsekvenser" in written:
        consequences = "Kommunens text finns, liksom otrygghet och oro" if survey_years else WRITTEN
    other = WRITTEN if "annan_information" in written else "Till exempel skola, socialtjänst, bostadsbolag, trygghetsvandringar"
    causes, analysis = "orsaker" in written, "analys" in written
    why = WRITTEN if causes and analysis else "Varför problemen finns, hur säker bedömningen är, andra möjliga förklaringar"
    if causes != analysis:
        why = "Orsaksanalysen finns. Saknas: samlad analys" if causes else "Samlad analys finns. Saknas: orsaksanalys"
    return [
        Requirement(
            EXTENT,
            "1. Kartläggning: brottens omfattning",
            "finns" if "plats_och_tid" in written else "delvis",
            extent,
        ),
        Requirement(
            CONSEQUENCES,
            "1. Kartläggning: brottens konsekvenser",
            "finns" if "konsekvenser" in written else "delvis" if survey_years else "saknas",
            consequences,
        ),
        Requirement(OTHER, "2. Annan information av betydelse", "finns" if "annan_information" in written else "saknas", other),
        Requirement(
            ANALYSIS,
            "3. Analys av 1 och 2",
            "finns" if causes and analysis else "delvis" if causes or analysis else "saknas",
            why,
        ),
    ]


STATES = {"finns": "Finns", "delvis": "Delvis", "saknas": "Saknas"}


def law_heading(rows: list[Requirement]) -> str:
    missing = [row.short for row in rows if row.state != "finns"]
    return LAW_HEADING_MISSING.format(parts=listed(missing)) if missing else LAW_HEADING_DONE
