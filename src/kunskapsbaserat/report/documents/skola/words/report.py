"""The words of a school's report: every sentence about what was found, and no more than was found."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from kunskapsbaserat.data.est.item import Item
from kunskapsbaserat.data.school import sheets
from kunskapsbaserat.data.school.factors import INDEX_MAX
from kunskapsbaserat.kommun import Kommun
from kunskapsbaserat.places.inventory import IndexChange
from kunskapsbaserat.swedish import MISSING, NBSP, capital, day, number, percent, percent_limits, percent_sign

KICKER = "Tryggare skola"
SHORT, FOUND, DECIDE, REMAINING = "I korthet", "Det här har vi sett", "Att bestämma", "Det här återstår"
TOPICS = {
    "arbetet": "Arbetet",
    "enkaten": "Enkäten",
    "handelserna": "Händelser",
    "miljon": "Platserna",
    "samtalen": "Samtal",
    "orsakerna": "Orsaker",
    "planen": "Plan",
    "aret_efter": "Ett år efter",
    "metod": "Metod",
}
NOT_SAID, NOT_SAID_INNER = "går inte att säga", "inte går att säga"
BETTER = "Det går inte att säga om det har blivit bättre."
WHY_NOT = "Det går inte att säga varför."
DOTS = f"{MISSING} betyder att talet saknas eller inte får visas."
HIDDEN_NOTE = (
    "Färre än tio svar visas aldrig, och inte heller en andel som bara några få står bakom. "
    "Ibland döljs en grupp till, för att den första annars går att räkna fram. Klasser visas aldrig."
)
CHANGE = {"fler": "fler instämmer", "farre": "färre instämmer", "oklart": NOT_SAID}


def title(kommun: Kommun, school: str | None) -> str:
    return f"Skolrapport {school}" if school else f"Skolorna {kommun.where}"


def page_title(kommun: Kommun, school: str | None, notice: str) -> str:
    return f"{'SIMULERAD: ' if notice else ''}{title(kommun, school)}, {kommun.name}" if school else title(kommun, None)


def foot(kommun: Kommun, school: str | None, year: int, notice: str) -> str:
    start = "SIMULERAD. " if notice else ""
    return f"{start}{title(kommun, school)} {year}. {kommun.name}. Tryggare skola."


# ---- page one ------------------------------------------------------------------------------------------------------------


def lead(shares: pd.DataFrame, index: float) -> str:
    """How many pupils answered, and what the places came to."""
    said = []
    pupils = shares[(shares["who"] == sheets.PUPILS) & shares["suppressed"].isna()]
    if len(pupils):
        most = pupils.loc[pupils["n"].idxmax()]
        asked = "" if np.isnan(most["asked"]) else f" av {number(most['asked'])}"
        said.append(f"{number(most['n'])}{asked} elever svarade på enkäten.")
    else:
        said.append("Enkäten har för få svar för att visas.")
    if not np.isnan(index):
        said.append(f"Platserna får {number(index, 1)} av {INDEX_MAX}, där {INDEX_MAX} är bäst.")
    return " ".join(said)


def fewest_agree(row: pd.Series) -> str:
    """The statement that the fewest wanted answers stand behind."""
    return f"{percent(row['share'])} instämmer i ”{row['text']}” {span(row)}"


def span(row: pd.Series) -> str:
    if row["lower"] == row["upper"]:
        return "Alla har svarat."
    return f"Bland alla som fick frågan är andelen troligen mellan {number(100 * row['lower'])} och {percent(row['upper'])}."


def weakest_factor(name: str, value: float) -> str:
    return f"Svagast är {name}, med {number(value, 1)} av {INDEX_MAX} i medel för alla platser."


def most_raised(theme: str, times: int, who: Sequence[str]) -> str:
    heard = "ett samtal" if times == 1 else f"{number(times)} samtal"
    return f"{capital(theme)} kom upp i {heard}, med {listed(who)}."


def listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} och {words[-1]}"


NOTHING = "Kartläggningen är inte gjord än."
NO_PLAN = "Skriv en plan: en åtgärd för varje orsak, med funktion och datum."
NOTHING_REMAINS = "Alla steg är gjorda."


def to_decide(item: Item) -> str:
    return f"{item.atgard}. {capital(item.ansvarig)}, klart senast {day(item.klart)}."


def remaining(steps: Sequence[str]) -> str:
    return NOTHING_REMAINS if not steps else f"{len(steps)} steg saknas: {listed(list(steps))}."


# ---- the work ------------------------------------------------------------------------------------------------------------

STEP_HEADS = ("Steg", "Läge", "Arbetstid")
WORK_HEADING = "Stegen i Tryggare skola"
FEEDBACK_HEADING = "Så fungerade arbetssättet"
FEEDBACK_HEADS = ("Påstående", "Betyg 1–5", "Kommentar")


def minutes(value: int) -> str:
    if not value:
        return MISSING
    return f"{number(value)}{NBSP}min" if value < 120 else f"{number(value / 60, 1)}{NBSP}timmar"


def work(total: int, form: str) -> str:
    time = f"Arbetet har tagit {minutes(total)}. " if total else "Ingen arbetstid är ifylld. "
    return f"{time}Formuläret är version {form}. Stegen tar ungefär en termin."


# ---- the survey ----------------------------------------------------------------------------------------------------------

SURVEY_HEADS = ("Påstående", "Instämmer", "Troligen mellan", "Svar", "Mot året före")
STATEMENT, GROUPS = "Påstående", "Årskurser och kön"
NO_GROUPS = "Årskurser och kön visas inte: minst en grupp är för liten, och då går den att räkna fram ur de andra."
NO_SURVEY = "Ingen enkät är ifylld."
READING_HEADING = "Så läser du andelarna"
READING = (
    "Alla elever har inte svarat. Intervallet säger vad andelen kan vara bland alla, om de som svarade liknar de andra. "
    "Det vet vi inte. Ju fler som svarar, desto säkrare blir talet. "
    f"{HIDDEN_NOTE} {DOTS}"
)


def survey_heading(shown: int) -> str:
    return "Så svarade de" if shown else "Enkäten har för få svar för att visas"


def survey_caption(survey: str, year: int) -> str:
    return f"{capital(survey)}, {year}"


def hidden_groups(names: Sequence[str]) -> str:
    return f"Visas inte: {listed(list(names))}. " if names else ""


def answered(row: pd.Series) -> str:
    if np.isnan(row["n"]):
        return MISSING
    return number(row["n"]) if np.isnan(row["asked"]) else f"{number(row['n'])} av {number(row['asked'])}"


def share(row: pd.Series) -> str:
    return MISSING if np.isnan(row["share"]) else percent_sign(row["share"])


def interval(row: pd.Series) -> str:
    return MISSING if np.isnan(row["share"]) else f"{percent_limits(row['lower'], row['upper'])}{NBSP}%"


def statement(row: pd.Series) -> str:
    return f"{row['text']}{'' if row['wanted'] else ' (önskat: instämmer inte)'}"


def change(row: pd.Series | None) -> str:
    if row is None:
        return NOT_SAID
    points = f"{signed(100 * row['difference'])}{NBSP}procentenheter"
    return f"{CHANGE[row['verdict']]} ({points})"


def signed(value: float, decimals: int = 0) -> str:
    text = number(value, decimals)
    return text if text.startswith("\u2212") or text.strip("0,") == "" else f"+{text}"


def changed(*, other_form: bool, before: int | None, moved: bool) -> str:
    """What may be said about the year before."""
    if other_form:
        return "Året före gjordes med en annan version av formuläret. De två går inte att jämföra."
    if before is None:
        return "Det finns inget år att jämföra med."
    if not moved:
        return f"Inget svar från {before} går att jämföra med."
    return (
        f"Jämfört med {before}. Ett svar är fler eller färre bara när skillnaden är större än slumpen, också när alla påståenden "
        f"prövas samtidigt. Annars står det att det {NOT_SAID_INNER}. {WHY_NOT}"
    )


# ---- incidents -----------------------------------------------------------------------------------------------------------

INCIDENT_HEADS = ("Källa och typ", "{0}", "Året före")
NO_INCIDENTS = "Inga händelser är ifyllda."
INCIDENTS_HEADING = "Händelser som någon har anmält"
INCIDENTS_CAPTION = "Antal efter källa och typ"
INCIDENTS_NOTE = (
    "Samma händelse kan stå i flera källor, så talen går inte att lägga ihop. Fler anmälningar kan betyda att skolan har blivit "
    "bättre på att anmäla. Därför görs ingen bedömning av om det har blivit fler eller färre. Färre än fem visas som 1–4."
)

# ---- places --------------------------------------------------------------------------------------------------------------

FACTOR_HEADS = ("Faktor", "{0}", "Året före", "Skillnad")
PLACE_HEADS = ("Nr", "Plats", "Inne eller ute", "Index")
NO_PLACES = "Ingen plats är bedömd."
SKETCH = "Platserna på skissen"


def index_heading(index: float) -> str:
    return f"Platserna får {number(index, 1)} av {INDEX_MAX}" if not np.isnan(index) else "Platserna går inte att räkna ihop"


def index_text(found: IndexChange | None, *, other_form: bool, before: float, year: int | None, other_judges: bool) -> str:
    """The index's change with its interval, or why nothing can be said of it."""
    if other_form:
        return "Året före gjordes med en annan version av formuläret. Talen går inte att jämföra."
    if year is None:
        return "Det är första gången platserna bedöms. Nästa år går det att se om något har ändrats."
    if found is None:
        return f"Ingen plats bedömdes både nu och {year}. {BETTER}"
    start = f"{year} var det {number(before, 1)}. " if not np.isnan(before) else ""
    if found.reason:
        return f"{start}Bara {found.places} av platserna bedömdes båda åren. {BETTER}"
    moved = f"{signed(found.change, 1)} ({between(found)})"
    text = f"{start}På de {number(found.places)} platser som bedömdes båda åren är skillnaden {moved}. "
    if other_judges:
        return f"{text}Andra bedömde då. Det går inte att säga om det är platsen eller bedömningen som har ändrats."
    if not found.clear:
        return f"{text}Noll ligger inom intervallet. {BETTER}"
    way = "högre" if found.change > 0 else "lägre"
    return f"{text}Hela intervallet ligger på samma sida om noll: bedömningen är {way} än då. {WHY_NOT}"


COUNTED = "Så är talet räknat"
INDEX_NOTE = (
    "Index är ett medel av åtta faktorer. Varje faktor har två frågor, och svaren är ja (1), delvis (0,5) eller nej (0). "
    "Frågorna är formulärets egna. Talet går därför inte att jämföra med andra mallar, och skolor rangordnas inte. En enskild "
    "faktor vilar på två frågor, och dess skillnad bedöms inte."
)


def sketch_caption(places: int) -> str:
    return f"{number(places)} numrerade platser" if places > 1 else "En numrerad plats"


def sketch_finding(names: Sequence[tuple[str, str]]) -> str:
    return f"Platserna är {listed([f'{number}: {name}' for number, name in names])}."


def sketch_unit(*, picture: bool) -> str:
    return "Numren är platserna i tabellen." + ("" if picture else " Ingen skiss är lagd i mappen, så bara lägena visas.")


# ---- dialogue, causes, plan ----------------------------------------------------------------------------------------------

DIALOGUE_HEADS = ("Tema", "Vilka", "Samtal", "Det sades")
NO_DIALOGUE = "Inga samtal är ifyllda."
DIALOGUE_HEADING = "Det som kom upp i samtalen"
DIALOGUE_CAPTION, CAUSES_CAPTION, PLAN_CAPTION, CHAIN_CAPTION = "Teman", "Orsaker", "Åtgärder", "Förra årets fynd"
WORK_CAPTION = "Läge och arbetstid"
DIALOGUE_NOTE = (
    "De som kom till samtalen är inte ett urval av alla. Antalet säger hur ofta temat kom upp, inte hur vanligt det är."
)
CAUSE_HEADS = ("Id", "Det vi såg", "Trolig orsak", "Slag", "Belägg")
NO_CAUSES = "Inga orsaker är ifyllda."
CAUSES_HEADING = "Troliga orsaker"
CAUSES_NOTE = "En orsak är ett antagande tills något annat visas. Belägg säger vad den vilar på."
PLAN_HEADS = ("Åtgärd", "Orsak", "Ansvarig", "Klart senast", "Läge", "Så märks det")
NO_PLAN_YET = "Ingen plan är ifylld."
PLAN_HEADING = "Planen"
EVIDENCE_HEADING = "Vad forskningen säger"
NO_EVIDENCE = "Till ingen åtgärd är stöd i forskning angivet. Det är ett skäl att följa upp, inte ett hinder."
METHOD_EVIDENCE = "Arbetssättet Tryggare skola"


def without_measure(ids: Sequence[str]) -> str:
    return f"Orsaker utan åtgärd: {listed(list(ids))}." if ids else ""


def when(found: date | None) -> str:
    return day(found) if found else MISSING


# ---- the year after ------------------------------------------------------------------------------------------------------

CHAIN_HEADS = ("Det vi såg", "Trolig orsak", "Insats", "Passar orsaken", "Gjord", "Det som hände")
CHAIN_HEADING = "Från fynd till förändring"
NO_CHAIN = "Bladet Förra året är inte ifyllt."
CHAIN_RULE = (
    "Kedjan stannar vid det första som brister. Passar insatsen inte orsaken, eller blev den inte gjord, säger en förändring inget "
    "om insatsen. Är ett steg oklart är också svaret oklart."
)
STOP_FIT = "Stanna: insatsen passar inte orsaken."
STOP_DONE = "Stanna: insatsen blev inte gjord."
UNCLEAR_FIT = "Oklart: ingen vet om insatsen passar orsaken."
UNCLEAR_DONE = "Oklart: insatsen är bara delvis gjord."
NOT_MEASURED = "Ingen fråga är vald att mäta med."


def step_one() -> str:
    return f"Steg 1 av 5: det går bara att säga vad som gjordes. {WHY_NOT}"


def step_two() -> str:
    return f"Steg 2 av 5: före och efter, utan jämförelse. Att en siffra ändras visar inte vad som ändrade den. {WHY_NOT}"


def between(found: IndexChange) -> str:
    return f"troligen mellan {signed(found.lower, 1)} och {signed(found.upper, 1)}"


def moved_index(found: IndexChange | None) -> str:
    if found is None or found.reason:
        return f"Index: {NOT_SAID}."
    return f"Index: {signed(found.change, 1)} ({between(found)})."


def moved_share(row: pd.Series | None) -> str:
    return f"Svaren: {change(row)}."
