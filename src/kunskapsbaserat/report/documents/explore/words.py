"""Words of the widgets: labels, the sentences of a view, and what to do when something is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from kunskapsbaserat.catalogue import Facet
from kunskapsbaserat.errors import KunskapError
from kunskapsbaserat.kommun import Kommun
from kunskapsbaserat.rates import Comparison, ComparisonGroup, FunnelClass, Position
from kunskapsbaserat.report.page.common_words import AMONG
from kunskapsbaserat.report.statements import trends as trend_words
from kunskapsbaserat.report.statements.comparison import PLACE
from kunskapsbaserat.report.statements.reported import beside_others
from kunskapsbaserat.swedish import NBSP, listed, number, percent_limits, years
from kunskapsbaserat.trends import Change

if TYPE_CHECKING:
    from kunskapsbaserat.data.panel import OwnPanel
    from kunskapsbaserat.report.documents.explore.view import View

KOMMUN, OFFENCE, YEAR, GROUP, MEASURE, SOURCE = "Kommun", "Brottstyp", "År", "Jämför med", "Visa", "Underlag"
KOMMUN_HINT = "Skriv namn eller kod"
QUESTION, ONE, TOGETHER, STANDOUTS = "Fråga", "en", "flera", "sticker_ut"
QUESTIONS = {
    ONE: "Hur ser en brottstyp ut i kommunen?",
    TOGETHER: "Hur ser den ut i flera kommuner?",
    STANDOUTS: "Vad sticker ut i kommunen?",
}
ADD_MORE = "Lägg till fler kommuner"
NONE_MORE = "Lägg till en eller flera kommuner, så visas de bredvid varandra."
UTFORSKA, EFFEKT, RAPPORT = "Utforska anmälda brott", "Utvärdera en åtgärd", "Skapa rapporter"
CHOICES, ANSWER = "Val", "Svar"
FOLDER_HINT = "mappens namn"
CHOOSE_FILE = "Välj en fil"
GROUPS = {
    "regel": "Enligt regeln (liknande eller länet)",
    "liknande": "Liknande kommuner",
    "socioekonomi": "Socioekonomiskt liknande kommuner",
    "skr_grupp": "Samma kommungrupp (SKR)",
    "lan": "Övriga kommuner i länet",
    "alla": "Alla andra kommuner med siffror",
}
MEASURES = {
    "count": "Antal",
    "rate": f"Antal per 100{NBSP}000 invånare",
    "ratio": "Standardiserad kvot",
    "shrunken_rate": f"Utjämnat tal per 100{NBSP}000",
}
UNITS = {
    "count": "Antal anmälda brott.",
    "rate": f"Antal per 100{NBSP}000 invånare.",
    "ratio": "Antal delat med det väntade antalet. 1 är som i alla kommuner med siffror tillsammans.",
    "shrunken_rate": f"Antal per 100{NBSP}000 invånare, utjämnat mot de andra kommunerna.",
}
MEASURES_EXPLAINED = {
    "count": "Antalet visar hur mycket som anmäls, men en större kommun har fler brott. Därför finns ingen jämförelse i figuren.",
    "rate": f"Talet per 100{NBSP}000 invånare går att jämföra mellan kommuner. I små kommuner svänger det mycket av slump.",
    "ratio": (
        "Kvoten är antalet delat med det antal som kommunen hade haft med samma tal per invånare som alla kommuner med siffror "
        "tillsammans. 1,2 är 20 procent fler än väntat. Den tar hänsyn till folkmängden, inte till åldrarna: "
        "brotten finns inte uppdelade på ålder."
    ),
    "shrunken_rate": (
        "Det utjämnade talet väger kommunens eget tal mot de andra kommunernas. Ju färre brott, desto närmare de andra. Det "
        "är en bättre gissning om nivån i en liten kommun, men visar inte vad som anmäldes."
    ),
}
SOURCES = {
    "inbyggda": "Alla kommuner 2010–2025",
    "manader": "Tio äldre grupper 2013–2016",
}
OWN_FOLDER = "Kommunens mapp"
OWN_TABLES = "Egna tabeller"
SHOW_CODE, INSERT_CODE, SAVE = "Visa koden", "Skriv koden i nästa cell", "Spara figurer och tabeller"
READ_THIS = "Så läser du detta"
SHOW_AREAS = "Visa alla kommuner i en tabell"
CHOOSE_FIRST = "Börja med att skriva kommunens namn i rutan Kommun, och tryck på Retur."
FUNNEL_CAPTION = "Hur ovanligt är talet?"
FUNNEL_UNIT = "Antal delat med väntat antal, en ring per kommun. Det vanliga ligger i det grå fältet."
FUNNEL_AXIS = "Väntat antal brott (liten kommun till vänster)"
FUNNEL_COMMON = "som alla tillsammans"
MISSING_RATES = "Där folkmängden för ett år saknas i underlaget finns inget tal per invånare, och linjen bryts."
NO_FUNNEL = "Tratten ritas inte: folkmängden saknas för året, eller för få kommuner har siffror."
NO_MAP = "Länet är en enda kommun, så det finns ingen karta att jämföra på."
INSERTED = "Koden står i cellen nedanför. Kör den med Skift + Retur."
CODE_BELOW = "Kopiera koden till en cell och kör den."
UNEXPECTED = "Något gick fel som programmet inte kände igen. Det du valde är kvar. Felet heter {name}; berätta gärna för den som sköter programmet."


def unit(measure: str) -> str:
    return UNITS[str(measure)]


def offence_label(facet: Facet) -> str:
    return facet.name


def said(error: KunskapError) -> str:
    """What the library says, without the options of the command line: there is none to write them in."""
    return error.svenska.replace(" med --ut", "")


def unexpected(error: BaseException) -> str:
    """For an error that nobody has foreseen: what happened is named, what was chosen is kept."""
    return UNEXPECTED.format(name=type(error).__name__)


def no_figures(kommun: Kommun, facet: Facet | None) -> str:
    """What to do when the kommun is not in the tables, or an offence is not there for it."""
    if facet is None:
        return f"Det finns inga siffror {kommun.where} i det valda underlaget. Välj ”{SOURCES['inbyggda']}” under {SOURCE}."
    return f"Det finns inga siffror om {facet.plural} {kommun.where} i det valda underlaget. {_own_files(kommun)}"


def instead_of(kommun: Kommun, wanted: Facet, shown: Facet) -> str:
    """When the chosen offence is not there for the kommun that was chosen after it."""
    return (
        f"Det finns inga siffror om {wanted.plural} {kommun.where} i det valda underlaget. Här visas ”{shown.name}” i stället. "
        f"{_own_files(kommun)}"
    )


def _own_files(kommun: Kommun) -> str:
    return (
        f"Fler brottstyper får du med kommunens egna filer från Brå: skriv kunskap ny {kommun.name} i en terminal, och mappens namn "
        f"i rutan ”{OWN_FOLDER}”."
    )


def group_name(group: ComparisonGroup, kommun: Kommun) -> str:
    """ "14 andra kommuner i Dalarna"."""
    n = len(group.members)
    if not n:
        return "inga kommuner"
    return {
        "liknande": f"{n} liknande kommuner",
        "socioekonomi": f"{n} socioekonomiskt liknande kommuner",
        "skr_grupp": f"{n} andra kommuner i samma kommungrupp",
        "lan": f"{n} andra kommuner i {kommun.lan_short}",
        "alla": f"{n} andra kommuner med siffror",
        "ingen": "inga kommuner",
    }[group.kind]


def verdict(view: View) -> str:
    """The sentences under the choices: the change over time, the comparison, and the place among all."""
    return " ".join(part for part in (changed(view), compared(view), among_all(view)) if part)


def changed(view: View) -> str:
    """The verdict on change, with what would have been seen."""
    row = view.verdict
    if row.get("suppressed") is not None and not pd.isna(row.get("suppressed")):
        return f"{view.facet.name}: så få brott att antalet inte visas."
    if row["change"] is Change.KAN_INTE_BEDOMAS:
        return f"{view.facet.name}: {_unjudged(view)}"
    now, then = (years(int(row[f"{k}_from"]), int(row[f"{k}_to"])) for k in ("latest", "earlier"))
    name = view.facet.name
    beside = _beside(row)
    if not view.yearly:
        return f"{trend_words.change(row, name)}{_likely(row)}{beside}"
    return f"{trend_words.change(row, name, period=f'per år {now}', before=then)}{_likely(row)}{beside}"


def _beside(row: pd.Series) -> str:
    """The second answer, where either is säkerställd: against the other kommuner."""
    if pd.isna(row["others_ratio"]):
        return ""
    sentence = beside_others(row["change"], row["relative_change"], float(row["others_ratio"]))
    return f" {sentence}" if sentence else ""


def _likely(row: pd.Series) -> str:
    """The interval of a säkerställd change, where a percentage may be said."""
    kinds = {Change.SAKERSTALLD_OKNING: "Ökningen", Change.SAKERSTALLD_MINSKNING: "Minskningen"}
    if row["change"] not in kinds or not row["percent_ok"] or pd.isna(row["lower"]) or pd.isna(row["upper"]):
        return ""
    low, high = sorted((abs(float(row["lower"]) - 1), abs(float(row["upper"]) - 1)))
    return f" {kinds[row['change']]} är troligen {percent_limits(low, high)}{NBSP}procent."


def _unjudged(view: View) -> str:
    if view.verdict["reason"] == "series_break":
        return f"om de har ökat eller minskat går inte att bedöma, för åren före {view.first_comparable} räknades på ett annat sätt."
    return "om de har ökat eller minskat går inte att bedöma, för det finns för få år att jämföra."


def compared(view: View) -> str:
    """The place of the chosen year in the group, with its certainty by the rule of the lägesbild."""
    now, group = view.now, group_name(view.group, view.kommun)
    if now["comparison"] is Comparison.FOR_FA_BROTT:
        return f"Det är för få brott för att jämföra med {group} {view.year}."
    where = now["position"]
    if not isinstance(where, Position) or (view.level_certain is None and where is not Position.INOM):
        return _not_compared(view, group)
    certain = bool(view.level_certain) and where is not Position.INOM
    text = f"Räknat per invånare ligger talet {view.year} {'säkerställt ' if certain else ''}{PLACE[where]} av {group}."
    return text if certain or where is Position.INOM else f"{text} Det är inte säkerställt: åren kan svänga så mycket."


def _not_compared(view: View, group: str) -> str:
    place = {
        Position.OVER: f"Talet {view.year} ligger över mittersta hälften av {group}.",
        Position.INOM: f"Talet {view.year} ligger inom mittersta hälften av {group}.",
        Position.UNDER: f"Talet {view.year} ligger under mittersta hälften av {group}.",
    }.get(view.now["position"], "")
    why = {
        "no_exposure": f"Folkmängden för {view.year} saknas i underlaget, så talet går inte att jämföra. Välj ett annat år.",
        "no_group": "Ingen kommun i den valda gruppen har siffror. Välj en annan jämförelse.",
        "no_group_figures": "Färre än hälften av kommunerna i gruppen har siffror. Välj en annan jämförelse.",
        "series_break": f"Åren före {view.first_comparable} räknades inte lika i alla kommuner. Välj ett senare år.",
        "no_variation": "Om skillnaden är säkerställd går inte att säga, för det finns för få år för att se hur mycket de brukar svänga.",
    }.get(str(view.now["reason"]), "Talet går inte att jämföra.")
    return f"{place} {why}".strip()


def among_all(view: View) -> str:
    """The place among all kommuner with figures, when it can be told."""
    where = view.now["funnel_class"]
    if not isinstance(where, FunnelClass) or where is FunnelClass.KAN_INTE_BEDOMAS:
        return ""
    n = int(view.areas["ratio"].notna().sum())
    if where is FunnelClass.INOM:
        return f"Bland alla {n} kommuner med siffror är ett sådant tal inte ovanligt."
    return f"Bland alla {n} kommuner med siffror är talet {AMONG[where]} än vad slump och vanliga skillnader brukar ge."


def missing_rates(view: View) -> str:
    """Years that have a count and no rate."""
    gaps = view.own.index[view.own["count"].notna() & view.own["rate"].isna()].tolist()
    if view.drawn == "count" or not gaps:
        return ""
    plural = "Åren" if len(gaps) > 1 else "Året"
    return f"{plural} {listed([str(y) for y in gaps])} saknar folkmängd."


def read_this(view: View) -> list[str]:
    """How to read the figures, and what they cannot show."""
    around = (
        f" Grått fält: mittersta hälften av {group_name(view.group, view.kommun)}. Streckad linje: deras median."
        if len(view.band)
        else ""
    )
    line = (
        "Varje punkt är ett års anmälningar. Så få brott går upp och ner av slump; jämför snitt över flera år."
        if view.few and view.drawn == "count"
        else f"Blå linje: {view.kommun.name}.{around}"
    )
    return [
        text
        for text in (
            MEASURES_EXPLAINED[str(view.drawn)],
            line,
            MISSING_RATES if missing_rates(view) else "",
            "Tratten visar alla kommuner samma år, små till vänster och stora till höger. I en liten kommun svänger talen mer av "
            "slump, och därför är det grå fältet bredare där. En kommun inne i fältet behöver inte skilja sig från de andra.",
            view.offence.read_this,
            view.offence.not_visible,
        )
        if text
    ]


def trend_caption(view: View) -> str:
    return f"{view.facet.name}, utveckling"


def trend_unit(view: View) -> str:
    if view.few and view.drawn == "count":
        return "Antal anmälda per år. Så få brott visas bara som antal."
    band = f" Grått fält: mittersta hälften av {group_name(view.group, view.kommun)}." if len(view.band) else ""
    return " ".join(part for part in (f"{unit(view.drawn)}{band}", missing_rates(view)) if part)


def trend_title(view: View, values: Mapping[int, float]) -> str:
    chart = "Punktdiagram" if view.few and view.drawn == "count" else "Linjediagram"
    return f"{chart}: anmälda {view.facet.plural}, {view.kommun.name}, {years(min(values), max(values))}."


def trend_finding(view: View, values: Mapping[int, str]) -> str:
    good = {y: text for y, text in values.items() if y >= view.first_comparable} or values
    first, last = min(good), max(good)
    around = ""
    if view.year in view.band.index:
        row = view.band.loc[view.year]
        decimals = 2 if view.drawn == "ratio" else 0
        low, middle, high = (number(row[k], decimals) for k in ("lower_quartile", "median", "upper_quartile"))
        around = f" {view.year} var medianen i jämförelsen {middle}; mittersta hälften låg mellan {low} och {high}."
    return f"{unit(view.drawn)} {view.kommun.name} gick från {good[first]} år {first} till {good[last]} år {last}.{around} {changed(view)}"


def funnel_title(view: View) -> str:
    n = int(view.areas["ratio"].notna().sum())
    return f"Trattdiagram: anmälda {view.facet.plural} i {n} kommuner {view.year}."


def funnel_finding(view: View) -> str:
    return f"{view.kommun.name} hade {number(float(view.now['ratio']), 2)} gånger det väntade antalet. {among_all(view)}"


def map_caption(view: View) -> str:
    return f"{view.kommun.lan}, {view.year}"


def map_title(view: View) -> str:
    return f"Karta över {view.kommun.lan} med anmälda {view.facet.plural} i varje kommun {view.year}."


def map_finding(view: View, texts: Mapping[str, str]) -> str:
    return f"{view.kommun.name} är inramad: {texts[view.kommun.code]}. {unit(view.drawn)} Alla kommuner finns i tabellen."


TABLE_YEARS = (
    "År",
    "Antal",
    f"Per 100{NBSP}000",
    "95 procents intervall",
    "Kvot",
    "Utjämnat",
    "Median i jämförelsen",
    "Mittersta hälften",
)
TABLE_AREAS = ("Kommun", "Antal", f"Per 100{NBSP}000", "95 procents intervall", "Kvot", "Utjämnat")


def table_of_years(view: View) -> str:
    return f"Anmälda {view.facet.plural} {view.kommun.where}, per år"


def table_of_areas(view: View) -> str:
    return f"Anmälda {view.facet.plural} {view.year}, kommuner med siffror"


TABLE_KEY = "Kvot: antal delat med väntat antal. Utjämnat: per 100\u00a0000, vägt mot de andra kommunerna. Två punkter: uppgiften saknas eller visas inte. Streck: noll."


def saved(folder: str, book: str, figures: int, tables: int, *, with_png: bool) -> str:
    drawn = "figur" if figures == 1 else "figurer"
    kinds = "SVG och PNG" if with_png else "SVG; för PNG: python -m pip install resvg-py"
    listed_tables = "1 tabell" if tables == 1 else f"{tables} tabeller"
    return f"Sparat i mappen {folder}: {figures} {drawn} ({kinds}) och {listed_tables} i arbetsboken {book} (också som CSV)."


SIMULATED = "Talen är SIMULERADE: ett påhittat exempel att öva på. Egna tal: lägg filen i samma mapp som anteckningsboken och skriv dess namn i rutan."
PANEL_FILE, PANEL_HINT = "Fil med egna tal (Excel eller CSV)", "tomt: det påhittade exemplet"
FETCH_DESIGN, WHICH_REGISTERED = "Hämta upplägget", "Skriv vad filen med det sparade upplägget heter, i rutan intill knappen."
EFFECT_STEPS = (
    "1. Vad mäts?",
    "2. Var finns åtgärden?",
    "3. När börjar den?",
    "4. Vilka ska inte jämföras med?",
    "5. Håller upplägget?",
    "6. Skriv ner upplägget före starten",
    "7. Utvärdera när det finns tal efter starten",
)
EFFECT_NAME, OUTCOME, EXPOSURE, NO_EXPOSURE = "Åtgärdens namn", "Det som mäts (kolumn)", "Talen delas med (kolumn)", "inget"
TREATED, ASSIGNMENT, START, PHASE_IN = (
    "Områden med åtgärden",
    "Hur områdena valdes",
    "Första månaden med åtgärden",
    "Införande, månader som inte räknas",
)
SHARING, BUFFER = "Områden med samma eller liknande åtgärd", "Områden intill, dit åtgärden kan ha nått"
SHARING_WHY = "De här områdena jämförs åtgärden aldrig med. Lämna tomt om det inte finns några."
ASSIGNMENTS = {
    "chosen": "Valda (det vanliga)",
    "after_bad_period": "Valda för att brotten hade ökat",
    "lot": "Lottade",
}
MONTHS_AFTER, REGISTER_FILE, REGISTER = "Månader efter starten som ska räknas", "Filens namn", "Spara upplägget"
REGISTERED_FILE, EVALUATE = "Fil med sparat upplägg (kan lämnas tom)", "Utvärdera"
CHOOSE_AREA_AND_START = "Välj minst ett område med åtgärden och skriv när den börjar, så prövas upplägget här."
CHECKS_CAPTION = "Det som kan lura jämförelsen"
ADD_HINT = "Skriv ett namn och tryck på Retur"
REMOVE, REMOVED = "Ta bort {name}", "{name} är borttagen."
NONE_CHOSEN = "Inget valt ännu."
EVALUATION_CAPTION = "Utvärderingen i siffror"
EVALUATION_HEADS = ("Mått", "Värde")
EVALUATE_FIRST = "Det finns inget svar att spara ännu. Klicka på Utvärdera först."


def left_out(periods: int, counted: int) -> str:
    """Nothing when all is counted; else what is not, and how it would be."""
    if not periods:
        return ""
    months = "1 månad" if periods == 1 else f"{number(periods)} månader"
    return (
        f"Tabellen har ytterligare {months} efter de {number(counted)} som räknas. De är varken räknade eller ritade. Ska de vara med: "
        f"ändra rutan ”{MONTHS_AFTER}” till {number(counted + periods)}. Är upplägget nedskrivet i förväg gäller det antal som står där."
    )


def saved_effect(paths: Sequence[Path]) -> str:
    return f"Sparat i mappen {paths[0].parent}: {listed([path.name for path in paths])}."


def panel_read(own: OwnPanel, path: str) -> str:
    """What was found in the file, so that a wrong one is seen at once."""
    periods = own.table[own.time]
    areas = number(own.table[own.unit].nunique())
    said = f"{path}: {areas} områden (kolumnen {own.unit}), {periods.min()} till {periods.max()}. Tal: {listed(own.figures)}."
    return f"{said} Inte läst: {listed(own.left_out)}." if own.left_out else said


def no_column(name: str) -> str:
    return f"Upplägget mäter kolumnen ”{name}”, som inte finns i tabellen. Skriv namnet på den fil som upplägget gjordes på."


def outcome_name(column: str) -> str:
    """The outcome in words: what the column is called, where that says anything."""
    return {"count": "anmälda brott", "antal": "händelser"}.get(column.casefold(), column.replace("_", " "))


def not_in_list(got: str) -> str:
    return f"”{got}” finns inte i listan. Skriv början av namnet och välj ett av förslagen."


def registered(path: str, checksum: str, *, before_start: bool) -> str:
    late = "" if before_start else " Starten har redan varit, så det räknas inte som nedskrivet i förväg."
    return f"Upplägget är sparat i {path}. Kontrollsumma: {checksum[:12]}.{late} Lägg filen i ärendet, så syns det att inget ändrats."


TEMPLATE, ADD_KOMMUN, ADD_LAN, DATA_FOLDER, OUT_FOLDER = (
    "Mall", "Lägg till kommun", "Lägg till ett helt län", "Kommunens mapp (kan lämnas tom)", "Mapp för rapporterna",
)  # fmt: skip
NO_LAN = "välj län"
RENDER, CLEAR, OPEN = "Skapa rapporterna", "Ta bort alla", "Öppna"
FETCH_FIGURES, FETCHING = "Hämta siffror", "Hämtar."
FETCHED = "Siffrorna är hämtade. Rapporten använder dem när du klickar på ”Skapa rapporterna”."
FETCHED_NOT = "Allt som första sidan behöver kom inte. Det som saknas står nedan; rapporten går att skapa med de tal som finns."
CHOOSE_KOMMUN = "Lägg till minst en kommun."
PROGRESS = "Rapporter klara"


def report_code(template: str, names: Sequence[str], *, out: str, data: str) -> str:
    """Lines that render the reports and show the first of them below the cell."""
    folder = f", data=Path({Path(data).as_posix()!r})" if data else ""
    return f"""from pathlib import Path

from IPython.display import IFrame

from kunskapsbaserat import engine

made = [
    engine.render({template!r}, name, out=Path({Path(out).as_posix()!r}){folder})
    for name in {list(names)!r}
]
IFrame(made[0].page.as_posix(), width="100%", height=700)
"""


def rendering(name: str, done: int, of: int) -> str:
    return f"Skapar rapporten för {name} ({done + 1} av {of}). Det tar omkring tio sekunder."


def rendered(done: int, of: int) -> str:
    if done == of:
        return "Rapporten är klar." if of == 1 else f"Alla {of} rapporter är klara."
    return f"{done} av {of} rapporter är klara. Det som inte gick står nedan."
