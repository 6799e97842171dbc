"""What the act asks for, what is there, and questions that help the kommun to write the rest."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

from kunskapsbaserat.report.material.knowledge import NOTHING, Knowledge
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
LAW_TEXT = "4 § lagen (2023:196) kräver tre delar. Fyll i det som saknas innan lägesbilden beslutas."

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
    known: Knowledge = NOTHING,
) -> list[Requirement]:
    """The four rows of the completeness box.

    `written` holds the places where the kommun has its own text, `known` what its folder says beside the statistics: what stands
    on the page is never said to be missing.
    """
    what = "breda brottsgrupper" if broad_only else "brottstyper och brottsgrupper"
    extent = f"{capital(word(offences))} {what} {span(*counts_years)}"
    if survey_years:
        extent += f", {measures} trygghetsfrågor {span(*survey_years)}"
    missing = "brottstyper, plats och tid" if broad_only else "plats och tid, som kommunen fyller i"
    where = "plats_och_tid" in written or known.tells_places
    if "plats_och_tid" in written:
        extent += PLACE_WRITTEN
    elif known.tells_places:
        extent += f". Plats och tid ur {listed(_of_places(known))}"
    else:
        extent += f". Saknas: {missing}"
    consequences = _consequences(surveys=survey_years is not None, written="konsekvenser" in written, costs=known.costs)
    found = _other(known)
    other = "Till exempel skola, socialtjänst, bostadsbolag, trygghetsvandringar"
    if "annan_information" in written or found:
        other = f"{WRITTEN if 'annan_information' in written else ''}{f'. {capital(listed(found))}' if found else ''}".lstrip(
            ". "
        )
    causes, analysis = "orsaker" in written, "analys" in written
    why = WRITTEN if causes and analysis else "Varför problemen finns, hur säker bedömningen är, andra möjliga förklaringar"
    if causes != analysis:
        why = "Orsaksanalysen finns. Saknas: samlad analys" if causes else "Samlad analys finns. Saknas: orsaksanalys"
    return [
        Requirement(
            EXTENT,
            "1. Kartläggning: brottens omfattning",
            "finns" if where else "delvis",
            extent,
        ),
        Requirement(
            CONSEQUENCES,
            "1. Kartläggning: brottens konsekvenser",
            "finns" if "konsekvenser" in written else "delvis" if survey_years or known.costs else "saknas",
            consequences,
        ),
        Requirement(
            OTHER,
            "2. Annan information av betydelse",
            "finns" if "annan_information" in written or found else "saknas",
            other,
        ),
        Requirement(
            ANALYSIS,
            "3. Analys av 1 och 2",
            "finns" if causes and analysis else "delvis" if causes or analysis else "saknas",
            why,
        ),
    ]


def _of_places(known: Knowledge) -> list[str]:
    est = known.est is not None and bool(known.est.places or known.est.times)
    places = (("EST", est), ("stadsdelarna", known.parts), ("kommunens register per område", known.areas))
    return [name for name, there in places if there]


def _consequences(*, surveys: bool, written: bool, costs: bool) -> str:
    """What is there of the consequences, and what is missing."""
    there = [name for name, found in (("otrygghet och oro", surveys), ("kostnader", costs)) if found]
    if written:
        return f"{WRITTEN}, liksom {listed(there)}" if there else WRITTEN
    missing = [name for name, found in (("otrygghet och oro", surveys), ("kostnader", costs)) if not found]
    start = f"{capital(listed(there))} finns. " if there else ""
    return f"{start}Saknas: {', '.join([*missing, 'följder för utsatta', 'påverkan på kommunens verksamheter'])}"


def _other(known: Knowledge) -> list[str]:
    """The sources of the folder that are other information."""
    sources = (
        ("EST-rapporter", known.est is not None),
        ("trygghetsvandringar", known.walks is not None),
        ("medborgardialog", known.talks is not None),
        ("egna enkäter", known.surveys),
        ("egna register", known.registers),
    )
    return [name for name, there in sources if there]


STATES = {"finns": "Finns", "delvis": "Delvis", "saknas": "Saknas"}


def law_heading(rows: list[Requirement]) -> str:
    missing = [row.short for row in rows if row.state != "finns"]
    return LAW_HEADING_MISSING.format(parts=listed(missing)) if missing else LAW_HEADING_DONE
