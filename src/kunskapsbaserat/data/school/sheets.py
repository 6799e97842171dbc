"""The sheets of ``skola.xlsx``: every column with its meaning, once, for who writes the workbook and for who reads it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from kunskapsbaserat.data.school.factors import FORM_VERSION, INDICATORS, SCORES
from kunskapsbaserat.forms.columns import Column

FILE = "skola.xlsx"
READ_ME, LISTS = "Läs mig", "Listor"
FACTS, SURVEY, INCIDENTS, INVENTORY, DIALOGUE = "Skola", "Enkät", "Händelser", "Inventering", "Samtal"
CAUSES, PLAN, LAST_YEAR, TIME, FEEDBACK = "Orsaker", "Plan", "Förra året", "Tid", "Tyck till"
FIELD, ANSWER = "Uppgift", "Svar"

PUPILS, STAFF, PARENTS = "elever", "personal", "vårdnadshavare"
WHOLE, GIRLS, BOYS, OTHER_SEX = "hela skolan", "flickor", "pojkar", "annat eller vill inte svara"
FITS, DOES_NOT_FIT, UNCLEAR = "passar", "passar inte", "oklart"
DONE, PARTLY, NOT_DONE = "ja", "delvis", "nej"
INDEX = "index"


def _words(*words: str) -> Mapping[str, str]:
    return MappingProxyType({word: word for word in words})


WHO = _words(PUPILS, STAFF, PARENTS)
SEX = _words(GIRLS, BOYS, OTHER_SEX)
WANTED = _words("instämmer", "instämmer inte")
KIND = _words(
    *("kränkning", "hot", "våld", "sexuella trakasserier", "stöld", "skadegörelse", "narkotika", "brand", "obehöriga", "annat")
)
SOURCE = _words(
    "anmälan om kränkning", "polisanmälan", "tillbud eller arbetsskada", "försäkring eller fastighet", "annan källa"
)
WHERE = _words("inne", "ute")
THEME = _words(
    *("raster", "korridorer", "toaletter och omklädning", "matsal", "skolgård", "vägen till skolan", "på nätet"),
    *("vuxnas närvaro", "relationer mellan elever", "studiero", "lokaler", "annat"),
)
TALKED = _words(*WHO, "fastighet och vaktmästare", "andra")
CAUSE_KIND = _words("fysisk", "social", "organisatorisk")
GROUND = _words("siffror", "samtal", "erfarenhet", "antagande")
STATE = _words("ej startad", "pågår", "klar", "avbruten")
FIT = _words(FITS, DOES_NOT_FIT, UNCLEAR)
DONE_WORDS = _words(DONE, PARTLY, NOT_DONE)
STEPS = ("arbetsgrupp", "statistik och enkät", "inventering", "samtal", "orsaker", "plan", "återkoppling")
STEP = _words(*STEPS)
GRADE = MappingProxyType({word: number for number, word in enumerate(("1", "2", "3", "4", "5"), start=1)})

QUESTIONS = (
    "Jag känner mig trygg i skolan.",
    "Jag känner mig trygg på rasterna.",
    "Jag känner mig trygg på toaletter och där vi byter om.",
    "Jag känner mig trygg på väg till och från skolan.",
    "De vuxna i skolan ser vad som händer på rasterna.",
    "De vuxna i skolan gör något när någon blir illa behandlad.",
    "Jag vet vem jag kan prata med om något har hänt.",
    "Det är lugnt nog för att arbeta på lektionerna.",
)
"""The form's own statements to pupils: to agree is what is wanted of every one."""

AGREE, DISAGREE, UNSURE = ("helt", "stor"), ("viss", "inte"), "vet_inte"
ANSWERS = (*AGREE, *DISAGREE, UNSURE)
ANSWER_HEADS = ("Stämmer helt", "Stämmer till stor del", "Stämmer till viss del", "Stämmer inte alls", "Vet inte")

FEEDBACK_QUESTIONS = (
    "Arbetsboken var lätt att fylla i.",
    "Jag förstod vad jag skulle göra i varje steg.",
    "Rapporten går att läsa utan hjälp.",
    "Rapporten hjälpte oss att välja insatser.",
    "Arbetet var värt tiden.",
)

LINES = (
    ("Skolans namn", "namn", "text", "Som det ska stå i rapporten.", True),
    ("År", "ar", "year", "Året som kartläggningen gäller, till exempel 2026.", True),
    ("Formulärets version", "formular", "text", "Ändra inte. Skriv en egen version om ni har ändrat en fråga.", True),
    ("Skolenhetskod", "kod", "text", "Åtta siffror. Behövs för att hitta skolan i Skolinspektionens fil.", False),
    ("Antal elever", "elever", "whole", "Alla elever i skolan när enkäten gjordes.", False),
    ("Kartläggningen klar", "kartlagd", "date", "Datum.", False),
    ("Insatserna började", "insatser_fran", "date", "Datum för den första insatsen i planen. Tomt om ingen har börjat.", False),
    ("Arbetsgrupp", "arbetsgrupp", "text", "Funktioner, aldrig namn: rektor, elevhälsa, vaktmästare, elevråd.", False),
    ("Underlaget är ett övningsexempel", "ovning", "text", "Skriv då vad det är. Texten står överst på varje sida.", False),
)

# fmt: off
SHEETS: Mapping[str, tuple[Column, ...]] = MappingProxyType(
    {
        SURVEY: (
            Column("Fråga", "fraga", "text", "Påståendet, ordagrant. Samma ord varje år.", True, example="EXEMPEL Jag känner mig trygg i skolan.", width=50),
            Column("Vilka", "vilka", "choice", "Vilka som svarade.", True, choices=WHO, example=PUPILS, width=16),
            Column("Årskurs", "grupp", "text", "Tomt för hela skolan. Annars åk 7, åk 8. Klasser visas aldrig.", example=None, width=14),
            Column("Kön", "kon", "choice", "Tomt för alla. Fyll inte i årskurs och kön på samma rad.", choices=SEX, width=16),
            Column("Antal tillfrågade", "tillfragade", "whole", "Hur många som fick frågan. Behövs för att säga hur säker andelen är.", example=210, width=14),
            *(
                Column(head, name, "whole", "Antal svar.", example=example, width=13)
                for head, name, example in zip(ANSWER_HEADS, ANSWERS, (70, 61, 25, 9, 3), strict=True)
            ),
            Column("Önskat svar", "onskat", "choice", "Tomt betyder instämmer.", choices=WANTED, width=16),
        ),
        INCIDENTS: (
            Column("Typ", "typ", "choice", "Vad det gäller.", True, choices=KIND, example="EXEMPEL skadegörelse", width=24),
            Column("Källa", "kalla", "choice", "Vem som räknade. Samma händelse kan stå i flera källor.", True, choices=SOURCE, example="försäkring eller fastighet", width=28),
            Column("Antal", "antal", "whole", "Under året. Skriv 0 om det inte hände.", True, example=12, width=10),
        ),
        INVENTORY: (
            Column("Nr", "nr", "id", "Numret på skissen.", True, example="EXEMPEL 1", width=12),
            Column("Plats", "plats", "text", "Vad platsen kallas.", True, example="Södra trapphuset", width=30),
            Column("Inne eller ute", "var", "choice", "Välj i listan.", True, choices=WHERE, example="inne", width=12),
            Column("Från vänster, procent", "x", "level", "Var på skissen: 0 är vänsterkanten, 100 högerkanten.", example=20, width=12),
            Column("Uppifrån, procent", "y", "level", "Var på skissen: 0 är överkanten, 100 underkanten.", example=35, width=12),
            Column("Bedömd av", "bedomare", "text", "Funktioner, till exempel vaktmästare och elevråd. Samma båda åren.", example="vaktmästare och elevråd", width=26),
            *(Column(i.head, i.name, "choice", i.explanation, choices=MappingProxyType({w: w for w in SCORES}), example="delvis", width=14) for i in INDICATORS),
        ),
        DIALOGUE: (
            Column("Tema", "tema", "choice", "Vad det handlade om.", True, choices=THEME, example="EXEMPEL korridorer", width=28),
            Column("Vilka", "vilka", "choice", "Vilka ni talade med.", True, choices=TALKED, example=PUPILS, width=26),
            Column("Antal samtal", "samtal", "whole", "I hur många samtal temat kom upp.", True, example=4, width=12),
            Column("Sammanfattning", "sammanfattning", "text", "Vad som sades, om platser och situationer. Aldrig om en person eller klass.", example="Det blir trångt vid skåpen före lunch.", width=60),
        ),
        CAUSES: (
            Column("Id", "id", "id", "Kort och unikt, till exempel O1.", True, example="EXEMPEL O1", width=12),
            Column("Fynd", "fynd", "text", "Vad kartläggningen visade.", True, example="Många är otrygga vid skåpen.", width=40),
            Column("Orsak", "orsak", "text", "Den troliga orsaken.", True, example="Alla skåp står i en smal korridor.", width=40),
            Column("Slag", "slag", "choice", "Var orsaken finns.", True, choices=CAUSE_KIND, example="fysisk", width=16),
            Column("Belägg", "belagg", "choice", "Vad som stöder orsaken.", True, choices=GROUND, example="samtal", width=16),
            Column("Platser", "platser", "refs", "Nummer på skissen, med semikolon mellan.", refers=INVENTORY, width=14),
        ),
        PLAN: (
            Column("Id", "id", "id", "Kort och unikt, till exempel Å1.", True, example="EXEMPEL Å1", width=12),
            Column("Orsaker", "orsaker", "refs", "Id för orsakerna, med semikolon mellan.", True, refers=CAUSES, example="EXEMPEL O1", width=14),
            Column("Åtgärd", "atgard", "text", "Vad som ska göras.", True, example="Skåpen sprids på tre ställen", width=44),
            Column("Ansvarig funktion", "ansvarig", "text", "Funktion, aldrig namn.", True, example="fastighetschef", width=26),
            Column("Klart senast", "klart", "date", "Datum.", True, example=date(2026, 10, 30), width=13),
            Column("Läge", "lage", "choice", "Tomt betyder ej startad.", choices=STATE, example="pågår", width=13),
            Column("Stöd i forskning", "evidens", "evidence", "Välj i listan.", width=44),
            Column("Så märks det", "mats", "text", "En fråga ur enkäten, ordagrant, eller ordet index.", example=INDEX, width=40),
        ),
        LAST_YEAR: (
            Column("Fynd", "fynd", "text", "Vad förra kartläggningen visade.", True, example="EXEMPEL Många är otrygga vid skåpen.", width=38),
            Column("Orsak", "orsak", "text", "Den troliga orsaken, som den skrevs då.", True, example="Alla skåp står i en smal korridor.", width=38),
            Column("Insats", "insats", "text", "Vad som skulle göras.", True, example="Skåpen sprids på tre ställen", width=38),
            Column("Passar orsaken", "passar", "choice", "Påverkar insatsen just den orsaken?", True, choices=FIT, example=FITS, width=16),
            Column("Gjord", "gjord", "choice", "Blev den gjord?", True, choices=DONE_WORDS, example=PARTLY, width=12),
            Column("Mäts med", "mats", "text", "En fråga ur enkäten, ordagrant, eller ordet index.", example=INDEX, width=40),
        ),
        TIME: (
            Column("Steg", "steg", "choice", "Vilket steg.", True, choices=STEP, example="EXEMPEL inventering", width=24),
            Column("Minuter", "minuter", "whole", "Sammanlagd arbetstid.", True, example=180, width=12),
            Column("Funktion", "funktion", "text", "Vilka det var, aldrig namn.", example="vaktmästare, två lärare, elevråd", width=40),
        ),
        FEEDBACK: (
            Column("Fråga", "fraga", "text", "Så här fungerade arbetssättet.", True, example="EXEMPEL Arbetsboken var lätt att fylla i.", width=46),
            Column("Betyg", "betyg", "choice", "1 stämmer inte alls, 5 stämmer helt.", choices=GRADE, example=4, width=12),
            Column("Kommentar", "kommentar", "text", "Vad vi ska ändra.", example=None, width=60),
        ),
    }
)
# fmt: on

INTRODUCTION = (
    "Tryggare skola: kartläggning och plan för {skola}",
    f"Formulär version {FORM_VERSION}. En testversion: hoppa över det ni inte behöver, och skriv i bladet Tyck till vad som ska bli bättre.",
    "Fyll i bladen från vänster till höger. Arbetet tar ungefär en termin: arbetsgrupp, statistik och enkät, inventering, samtal, orsaker, plan, återkoppling.",
    "Enkät: en rad för varje påstående, med antal svar. Samma ord varje år, annars går åren inte att jämföra.",
    "Inventering: gå runt tillsammans. Stå på platsen och svara ja, delvis eller nej på de sexton frågorna. Numret ska stå på skissen.",
    "Lägg gärna en ritning i samma mapp och kalla den skiss.png. Inga personer får synas på den.",
    "Raderna som börjar med EXEMPEL visar hur det kan se ut. De läses inte. Ändra inte bladens namn eller rubrikerna.",
    "Skriv om platser och situationer. Aldrig namn, aldrig en klass, aldrig något som pekar ut en elev. Skriv funktioner, inte personer.",
    "Färre än tio svar visas aldrig, inte heller resultat för en klass. Uppgifter om elever kan vara hemliga enligt 23 kap. offentlighets- och sekretesslagen.",
    "Kör ”kunskap rapport skola --data MAPP” när du har sparat. Alla fel visas på en gång, med blad och rad.",
    "Formuläret följer stegen i Tryggare skola (Länsstyrelsen Blekinge och Stiftelsen Tryggare Sverige), men frågorna är våra egna. Talet från 0 till 20 går därför inte att jämföra med deras.",
)
