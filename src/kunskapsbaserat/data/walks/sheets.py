"""The sheets of ``vandring.xlsx``: every column with its meaning, once, for who writes the workbook and for who reads it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from kunskapsbaserat.forms.columns import Column

FILE = "vandring.xlsx"
PHOTOS = "bilder"
READ_ME, LISTS = "Läs mig", "Listor"
FACTS, WALKS, PARTICIPANTS, SEEN = "Uppgifter", "Vandringar", "Deltagare", "Iakttagelser"
FIELD, ANSWER = "Uppgift", "Svar"

NOT_STARTED, ONGOING, DONE, REFUSED = "inte påbörjad", "pågår", "klar", "nekad"
FELT_SAFE = "känns tryggt"


def _words(*words: str) -> Mapping[str, str]:
    return MappingProxyType({word: word for word in words})


LIGHT = _words("ljust", "mörkt", "både ljust och mörkt")
THEME_OF_OLD = MappingProxyType(
    {"sikt": "överblick", "social kontroll": "möten mellan människor", "känns trygg": FELT_SAFE, "annat": "annat"}
)
"""What the themes of the sheet in older workbooks of EST are called now; the others have kept their names."""
THEME = _words(
    *("belysning", "överblick", "skötsel", "växtlighet", "orienterbarhet", "möten mellan människor", "trafik"),
    *("tillgänglighet", FELT_SAFE, "annat"),
)
STATE = _words(NOT_STARTED, ONGOING, DONE, REFUSED)

LINES = (
    ("Underlaget är ett övningsexempel", "ovning", "text", "Skriv då vad det är. Texten står överst på varje sida.", False),
)

# fmt: off
SHEETS: Mapping[str, tuple[Column, ...]] = MappingProxyType(
    {
        WALKS: (
            Column("Vandring", "id", "id", "Kort och unikt, till exempel V1.", True, example="EXEMPEL V1", width=14),
            Column("Datum", "datum", "date", "Vandringens dag.", True, example=date(2026, 10, 14), width=13),
            Column("Starttid", "start", "clock", "Till exempel 18:30.", example="18:30", width=11),
            Column("Ljus", "ljus", "choice", "Välj i listan.", choices=LIGHT, example="mörkt", width=16),
            Column("Plats eller rutt", "plats", "text", "Samma namn varje gång ni går där, annars går vandringarna inte att jämföra. Helst som i bladet Platser i est.xlsx.", True, example="Stationstorget", width=30),
            Column("Anledning", "anledning", "text", "Varför ni gick just där.", example="Fler rapporter än vanligt, och otrygghet i dialogen i september", width=48),
        ),
        PARTICIPANTS: (
            Column("Vandring", "vandring", "ref", "Ur bladet Vandringar.", True, refers=WALKS, example="EXEMPEL V1", width=14),
            Column("Organisation", "organisation", "text", "Organisation, förvaltning eller grupp. Aldrig namn.", True, example="Gata och park", width=34),
            Column("Antal", "antal", "whole", "Hur många som kom. 1–4 skrivs aldrig ut i rapporten.", example=2, width=10),
        ),
        SEEN: (
            Column("Id", "id", "id", "Kort och unikt, till exempel I1.", True, example="EXEMPEL I1", width=14),
            Column("Vandring", "vandring", "ref", "Ur bladet Vandringar.", True, refers=WALKS, example="V1", width=12),
            Column("Plats", "plats", "text", "Var, så att den som ska åtgärda hittar dit. Aldrig en bostad.", True, example="Gångtunneln, norra mynningen", width=30),
            Column("Öst eller longitud", "x", "coordinate", "SWEREF 99 TM i meter eller grader. Får vara tomt.", example=511234, width=14),
            Column("Nord eller latitud", "y", "coordinate", "SWEREF 99 TM i meter eller grader. Får vara tomt.", example=6705678, width=14),
            Column("Tema", "tema", "choice", "Vad iakttagelsen handlar om.", True, choices=THEME, example="belysning", width=22),
            Column("Iakttagelse", "namn", "text", "Det ni såg. Inga personer.", True, example="Två lampor är släckta", width=44),
            Column("Sågs förut", "forut", "ref", "Id för samma sak på en tidigare vandring.", refers=SEEN, width=12),
            Column("Förslag", "forslag", "text", "Vad gruppen föreslår.", example="Byt armaturerna", width=34),
            Column("Ansvarig funktion", "ansvarig", "text", "Funktion eller förvaltning, aldrig en person.", example="Gata och park", width=26),
            Column("Beslutad åtgärd", "atgard", "text", "Vad som har bestämts.", example="Armaturerna byts mot LED", width=34),
            Column("Beslutad", "beslutad", "date", "Dagen för beslutet, också ett nej.", example=date(2026, 10, 28), width=13),
            Column("Läge", "lage", "choice", "Tomt betyder inte påbörjad.", choices=STATE, example=ONGOING, width=15),
            Column("Klar senast", "klar_senast", "date", "Sista dagen. Tomt betyder sex månader efter vandringen.", example=date(2027, 2, 28), width=13),
            Column("Blev klar", "klar", "date", "Dagen då det blev klart.", width=13),
            Column("Varför nekad", "varfor", "text", "Skälet, när svaret är nej.", width=34),
            Column("Bild", "bild", "file", "Filens namn i mappen bilder.", example="lampor.jpg", width=20),
            Column("Bilden visar", "bildtext", "text", "Det den som inte ser bilden behöver veta. Måste fyllas i för att bilden ska visas.", example="En gångtunnel där två lampor i taket är släckta.", width=44),
            Column("Inga personer syns", "personfri", "yes", "Skriv ja när du har kontrollerat att inga personer, ansikten eller registreringsskyltar syns. Annars visas bilden inte.", example="ja", width=14),
        ),
    }
)
# fmt: on

INTRODUCTION = (
    "Trygghetsvandringar {kommun}",
    "En arbetsbok för en eller flera vandringar. Skriv ut protokollet först: ”kunskap rapport vandring {namn} --pdf” ger protokoll.pdf.",
    "Efter vandringen: en rad i bladet Vandringar, en rad för varje organisation i Deltagare och en rad för varje iakttagelse i Iakttagelser.",
    "Gå igenom raderna tills allt är klart eller nekat, och skriv varför när svaret är nej. Den som var med vill veta.",
    "Nästa gång ni går på samma plats: skriv i samma arbetsbok, och i Sågs förut det id som samma sak hade förra gången.",
    "Skriv om platser och saker. Aldrig namn, aldrig en bostad, aldrig något som pekar ut en person. Skriv funktioner, inte personer.",
    "Lägg bilderna i mappen bilder bredvid arbetsboken. Var och när de togs, och med vilken kamera, tas bort innan de visas.",
    "Programmet kan inte se om en person syns på en bild. Det måste du kontrollera och skriva ja om.",
    "Raderna som börjar med EXEMPEL visar hur det kan se ut. De läses inte. Ändra inte bladens namn eller rubrikerna.",
    "Kör ”kunskap rapport vandring --data MAPP” när du har sparat. Alla fel visas på en gång, med blad och rad.",
)
