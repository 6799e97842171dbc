"""The workbook ``est.xlsx``: every sheet and column with its meaning, once, for who writes it and for who reads it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from kunskapsbaserat.catalogue import est as catalogue
from kunskapsbaserat.data.folder.layout import EST_BOOK
from kunskapsbaserat.forms.columns import Column

FILE = EST_BOOK
READ_ME, LISTS = "Läs mig", "Listor"
SETTINGS, REPORTERS, SILENT, PLACES, EVENTS = "Inställningar", "Rapportörer", "Inget att rapportera", "Platser", "Händelser"
PROBLEMS, MEASURES, DECISIONS, COMING = "Problem", "Åtgärder", "Beslut", "Kommande"
WALKS, DIALOGUES, PUBLIC_WORDS = "Trygghetsvandring", "Dialog", "Offentliga ord"
POLICE_PICTURE = "Polisens bild"


def _named(choices: tuple[catalogue.Choice, ...]) -> Mapping[str, str]:
    return MappingProxyType({choice.name.casefold(): choice.id for choice in choices})


CATEGORIES = MappingProxyType({c.name.casefold(): c.id for c in catalogue.categories()})
PLACE_TYPES = _named(catalogue.place_types())
REPORTER_TYPES = _named(catalogue.reporter_types())
STATE = MappingProxyType({"ej startad": "ej_startad", "pågår": "pagar", "klar": "klar", "avslutad utan åtgärd": "avslutad"})
STATE_UNREAD = "oklart"
DECIDED = MappingProxyType({"görs": "gors", "görs inte": "gors_inte", "utreds": "utreds"})
POLICE = MappingProxyType({"ja": "ja", "nej": "nej", "okänt": "okant"})
LIGHT = MappingProxyType({"ljust": "ljust", "mörkt": "morkt"})
SEEN = MappingProxyType(
    {n: n for n in ("belysning", "sikt", "skötsel", "orienterbarhet", "social kontroll", "känns trygg", "annat")}
)
PLACE, MEASURE, EVENT, FUNCTION, THEME = "plats", "åtgärd", "kommande", "funktion", "tema"
UP, DOWN, ACROSS = "uppåt", "neråt", "åt sidan"
FORUMS = MappingProxyType(
    {
        **dict.fromkeys(("lokalt råd", "kommunens ledningsgrupp", "kommunstyrelse eller nämnd"), UP),
        **dict.fromkeys(("operativ grupp", "förvaltning eller bolag", "lokalpolisområde"), DOWN),
        **dict.fromkeys(("EST-gruppen", "stora samverkansgruppen", "grannkommun eller län"), ACROSS),
    }
)
"""Where a decision goes, and which way that is from the group."""
FORUM = MappingProxyType({forum.casefold(): forum for forum in FORUMS})
FORM = MappingProxyType({form: form for form in ("möte", "intervju", "fokusgrupp", "enkät")})
ABOUT = MappingProxyType({about: about for about in (PLACE, MEASURE, EVENT, FUNCTION, THEME)})
"""What a public word may be used for."""

ROLES = MappingProxyType(
    {
        role: role
        for role in (
            *("trygghetssamordnare", "brottsförebyggande samordnare", "säkerhetschef", "kommunikatör"),
            *("dataskyddsombud", "registrator", "förvaltningschef", "kommundirektör"),
        )
    }
)
"""Who signs a public word, by role: never by name."""

CHANCE = MappingProxyType({"liten": 1, "viss": 2, "stor": 3})
SEVERITY = MappingProxyType({f"{s.level} {s.name.casefold()}": s.level for s in catalogue.severities()})

_FOLLOWED = (
    Column("Ansvarig", "ansvarig", "text", "Funktion eller förvaltning, aldrig en person.", example="Gata och park", width=24),
    Column("Klar senast", "klar_senast", "date", "Sista dagen.", example=date(2026, 12, 15), width=13),
    Column("Läge", "lage", "choice", "Tomt betyder ej startad.", choices=STATE, example="pågår", width=20),
)
_ENDED = (
    Column(
        "Blev klar", "klar", "date", "Dagen då det blev klart. Behövs för att säga hur lång tid det tog.", width=13, later=True
    ),
    Column("Öppnad igen", "oppnad", "date", "Dagen då den öppnades igen efter att ha varit klar.", width=13, later=True),
)
_PUBLIC = Column("Offentlig", "offentlig", "yes", "Ja om raden får stå i den offentliga versionen.", example="nej", width=12)
_PUBLIC_TEXT = Column(
    "Offentlig text",
    "offentlig_text",
    "ref",
    "Vad den offentliga versionen säger. Välj ur bladet Offentliga ord; tomt betyder samma text som här, om den står där.",
    refers=PUBLIC_WORDS,
    width=30,
    later=True,
)
LATER = (PUBLIC_WORDS, POLICE_PICTURE)
"""Sheets that workbooks from before have not: said once and with what to do."""
EARLIER = (WALKS,)
"""Sheets that only workbooks from before have: they are read, and a new one has none. Walks have a workbook of their own."""

_DECIDED = (
    Column("Beslut", "beslut", "choice", "Vad som har bestämts om förslaget.", choices=DECIDED, example="görs", width=12),
    Column("Varför inte", "varfor_inte", "text", "Skälet när förslaget inte genomförs.", width=34),
)

SHEETS: Mapping[str, tuple[Column, ...]] = MappingProxyType(
    {
        SETTINGS: (
            Column("Uppgift", "uppgift", "id", "", True, example="EXEMPEL", width=42),
            Column("Svar", "svar", "text", "Fylls i bredvid varje uppgift.", width=40),
        ),
        REPORTERS: (
            Column(
                "Rapportör",
                "namn",
                "id",
                "Organisation eller enhet, aldrig en person.",
                True,
                example="EXEMPEL Kyrkskolan",
                width=34,
            ),
            Column("Typ", "typ", "choice", "Vad för slags rapportör.", True, choices=REPORTER_TYPES, example="Skola"),
            Column(
                "Från", "fran", "date", "Första dagen som rapportören väntas rapportera.", example=date(2026, 1, 12), width=13
            ),
            Column("Till", "till", "date", "Sista dagen. Tomt om den fortsätter.", width=13),
        ),
        SILENT: (
            Column(
                "Rapportör",
                "namn",
                "ref",
                "Den som inte hade något att rapportera.",
                True,
                refers=REPORTERS,
                example="EXEMPEL Kyrkskolan",
                width=34,
            ),
            Column("Datum", "datum", "date", "En dag i perioden.", True, example=date(2026, 11, 6), width=13),
        ),
        PLACES: (
            Column(
                "Plats",
                "plats",
                "id",
                "Namnet så som rapportörerna skriver det. Aldrig en bostad.",
                True,
                example="EXEMPEL Stationstorget",
                width=34,
            ),
            Column("Område", "omrade", "text", "Stadsdel eller ort.", example="Centrum"),
            Column("Platstyp", "platstyp", "choice", "Välj i listan.", choices=PLACE_TYPES, example="Torg"),
            Column("Öst eller longitud", "x", "coordinate", "SWEREF 99 TM i meter eller grader.", example=511234, width=16),
            Column("Nord eller latitud", "y", "coordinate", "SWEREF 99 TM i meter eller grader.", example=6705678, width=16),
            Column(
                "Radie i meter",
                "radie",
                "number",
                "Händelser så nära räknas till platsen. Tomt betyder 100.",
                example=100,
                width=12,
            ),
            Column(
                "Antal adresser",
                "adresser",
                "number",
                "Hur många adresser platsen omfattar: minst 8 för att visas offentligt vid få händelser.",
                example=25,
                width=14,
            ),
            Column(
                "Möjlighet att påverka",
                "mojlighet",
                "choice",
                "Gruppens bedömning, till kvartalets prioritering.",
                choices=CHANCE,
                example="stor",
                width=18,
            ),
        ),
        EVENTS: (
            Column(
                "Händelsens id",
                "handelse_id",
                "id",
                "Ett löpnummer, utan koppling till någon person.",
                True,
                example="EXEMPEL 1",
                width=16,
            ),
            Column(
                "Rapporterad", "rapporterad", "text", "Dag och tid då den rapporterades.", example="2026-11-16 08:10", width=18
            ),
            Column(
                "Från",
                "start",
                "text",
                "När det tidigast hände: 2026-11-13 16:00. Bara dag går bra.",
                True,
                example="2026-11-13 16:00",
                width=18,
            ),
            Column("Till", "slut", "text", "När det senast hände, om tiden är osäker.", example="2026-11-16 07:00", width=18),
            Column(
                "Kategori", "kategori", "choice", "Välj i listan.", True, choices=CATEGORIES, example="Skadegörelse", width=30
            ),
            Column("Plats", "plats", "ref", "Ur bladet Platser.", refers=PLACES, example="Stationstorget", width=26),
            Column(
                "Öst eller longitud",
                "x",
                "coordinate",
                "Om platsen inte finns i listan. Avrundas till 50 meter när den läses.",
                width=16,
            ),
            Column("Nord eller latitud", "y", "coordinate", "SWEREF 99 TM i meter eller grader.", width=16),
            Column("Platstyp", "platstyp", "choice", "Om platsen inte finns i listan.", choices=PLACE_TYPES, width=18),
            Column(
                "Allvarlighet", "allvarlighet", "choice", "Se bladet Läs mig.", choices=SEVERITY, example="1 liten", width=14
            ),
            Column("Rapportör", "rapportor", "ref", "Ur bladet Rapportörer.", refers=REPORTERS, example="Kyrkskolan", width=26),
            Column(
                "Polisanmäld",
                "polisanmald",
                "choice",
                "Så att inget räknas två gånger.",
                choices=POLICE,
                example="ja",
                width=12,
            ),
            Column("Anteckning", "anteckning", "text", "Läses inte av programmet. Skriv ändå inget om personer.", width=34),
        ),
        PROBLEMS: (
            Column("Id", "id", "id", "Kort och unikt.", True, example="EXEMPEL P1", width=12),
            Column("Problem", "namn", "text", "Vad, var och när.", True, example="Klotter vid stationen på helgerna", width=44),
            Column("Plats", "plats", "ref", "Ur bladet Platser.", refers=PLACES, example="Stationstorget", width=26),
            Column("Kategori", "kategori", "choice", "Välj i listan.", choices=CATEGORIES, example="Klotter", width=26),
            Column("Först sett", "forst_sett", "date", "När gruppen tog upp det.", True, example=date(2026, 10, 5), width=13),
            Column("Hör till", "hor_till", "text", "Id i åtgärdsplanen eller ett annat problem här.", example="P2", width=14),
            Column("Avslutat", "avslutat", "date", "Tomt om det pågår.", width=13),
        ),
        MEASURES: (
            Column("Id", "id", "id", "Kort och unikt.", True, example="EXEMPEL Å1", width=12),
            Column("Åtgärd", "namn", "text", "Vad som ska göras.", True, example="Klippa buskarna vid gångtunneln", width=44),
            Column("Plats", "plats", "ref", "Ur bladet Platser.", refers=PLACES, example="Stationstorget", width=26),
            Column("Problem", "problem", "ref", "Problemets id.", refers=PROBLEMS, example="P1", width=12),
            Column("Beslutad", "beslutad", "date", "När gruppen beslutade.", True, example=date(2026, 10, 5), width=13),
            *_FOLLOWED,
            Column(
                "Började",
                "borjade",
                "date",
                "Första dagen som åtgärden gjordes. Behövs för att jämföra före och efter.",
                example=date(2026, 10, 12),
                width=13,
            ),
            _PUBLIC,
            _PUBLIC_TEXT,
            *_ENDED,
        ),
        DECISIONS: (
            Column("Id", "id", "id", "Kort och unikt.", True, example="EXEMPEL B1", width=12),
            Column("Datum", "datum", "date", "Mötets dag.", True, example=date(2026, 11, 9), width=13),
            Column(
                "Beslut",
                "namn",
                "text",
                "Vad som bestämdes.",
                True,
                example="Trygghetsvärdar vid stationen fredag och lördag",
                width=54,
            ),
            Column("Ansvarig", "ansvarig", "text", "Funktion, aldrig en person.", example="Trygghetssamordnare", width=26),
            Column(
                "Forum",
                "forum",
                "choice",
                "Vart beslutet eller frågan ska. Tomt betyder att det stannar i gruppen.",
                choices=FORUM,
                example="lokalt råd",
                width=26,
                later=True,
            ),
            Column("Plats", "plats", "ref", "Ur bladet Platser.", refers=PLACES, width=26, later=True),
        ),
        POLICE_PICTURE: (
            Column("Datum", "datum", "date", "Mötets dag.", True, example="EXEMPEL", width=13),
            Column(
                "Polisens bild",
                "namn",
                "text",
                "Det som polisen vill att gruppen ska veta: platser, tider och situationer. Står bara på gruppens egen sida, aldrig "
                "i den offentliga versionen, en tabell eller ett utdrag.",
                True,
                example="Fler inbrott i källare norr om järnvägen, mest helgnätter",
                width=70,
            ),
            Column("Från", "fran", "text", "Funktion, aldrig en person.", example="Lokalpolisområdet", width=26),
        ),
        COMING: (
            Column("Id", "id", "id", "Kort och unikt.", True, example="EXEMPEL K1", width=12),
            Column("Från", "fran", "date", "Första dagen.", True, example=date(2026, 12, 13), width=13),
            Column("Till", "till", "date", "Sista dagen. Tomt om det är en dag.", width=13),
            Column("Vad", "namn", "text", "Arrangemang, lov, lönehelg, match.", True, example="Luciafirande", width=44),
            Column("Plats", "plats", "ref", "Ur bladet Platser.", refers=PLACES, example="Stationstorget", width=26),
            Column("Varje år", "varje_ar", "yes", "Ja om det återkommer: då står det i årshjulet.", example="ja", width=12),
            _PUBLIC,
            _PUBLIC_TEXT,
        ),
        WALKS: (
            Column("Id", "id", "id", "Kort och unikt.", True, example="EXEMPEL T1", width=12),
            Column("Datum", "datum", "date", "Vandringens dag.", True, example=date(2026, 10, 14), width=13),
            Column("Ljus", "ljus", "choice", "Ljust eller mörkt.", choices=LIGHT, example="mörkt", width=10),
            Column("Plats", "plats", "ref", "Ur bladet Platser.", refers=PLACES, example="Stationstorget", width=26),
            Column("Gäller", "galler", "choice", "Vad iakttagelsen handlar om.", choices=SEEN, example="belysning", width=18),
            Column(
                "Iakttagelse",
                "namn",
                "text",
                "Det ni såg. Inga personer.",
                True,
                example="Två lampor är släckta i gångtunneln",
                width=44,
            ),
            Column("Förslag", "forslag", "text", "Vad som föreslås.", example="Byt armaturerna", width=34),
            *_FOLLOWED,
            *_DECIDED,
        ),
        DIALOGUES: (
            Column("Id", "id", "id", "Kort och unikt.", True, example="EXEMPEL D1", width=12),
            Column("Datum", "datum", "date", "Dialogens dag.", True, example=date(2026, 9, 23), width=13),
            Column("Deltagare", "deltagare", "whole", "Hur många som var med.", True, example=42, width=12),
            Column("Varav kvinnor", "kvinnor", "whole", "Antal, om ni vet.", example=28, width=12),
            Column("Varav under 25", "under_25", "whole", "Antal, om ni vet.", example=3, width=12),
            Column("Varav 65 och äldre", "over_65", "whole", "Antal, om ni vet.", example=25, width=12),
            Column(
                "Tema",
                "namn",
                "text",
                "Ett tema på varje rad. Inga citat.",
                True,
                example="Otryggt vid stationen kvällstid",
                width=40,
            ),
            Column("Antal som tog upp det", "antal", "whole", "Hur många av deltagarna.", example=17, width=14),
            Column("Plats", "plats", "ref", "Ur bladet Platser.", refers=PLACES, example="Stationstorget", width=26),
            Column("Förslag", "forslag", "text", "Vad som föreslås.", example="Mer belysning", width=34),
            *_FOLLOWED,
            *_DECIDED,
            Column("Form", "form", "choice", "Hur ni frågade. Tomt betyder möte.", choices=FORM, later=True, width=13),
            *_ENDED,
        ),
        PUBLIC_WORDS: (
            Column(
                "Text",
                "text",
                "id",
                "Ett namn eller en kort text som alla får läsa. Aldrig en person, en bostad eller en adress.",
                True,
                example="EXEMPEL Stationstorget",
                width=40,
            ),
            Column("Gäller", "anvands", "choice", "Var den får stå.", True, choices=ABOUT, example="plats", width=14),
            Column(
                "Godkänd av",
                "godkand_av",
                "choice",
                "Rollen hos den som har läst texten och går i god för att den inte gäller någon person. Aldrig ett namn.",
                True,
                choices=ROLES,
                example="trygghetssamordnare",
                width=30,
            ),
            Column("Godkänd", "godkand", "date", "Vilken dag.", True, example=date(2026, 10, 5), width=13),
        ),
    }
)

# What is set on the sheet Inställningar: heading, name, kind, explanation.
LINES = (
    ("Dagar per period", "dagar", "text", "7, 14 eller månad. Tomt betyder 14."),
    (
        "En måndag då en period börjar",
        "forsta_dag",
        "date",
        "För perioder på 14 dagar. Tomt betyder 2025-12-29 (vecka 1–2 2026).",
    ),
    (
        "Offentlig version publicerad till och med",
        "publicerad",
        "date",
        "Sista dagen i den senaste period vars offentliga version har lämnats ut.",
    ),
    (
        "Får möjlig dubblett räknas en gång utan beslut",
        "dubbletter",
        "yes",
        "Tomt betyder nej: bara dubbletter som någon har bestämt tas bort.",
    ),
    ("Underlaget är ett övningsexempel", "ovning", "text", "Skriv då vad det är. Texten står överst på varje sida."),
)

INTRODUCTION = (
    "EST: händelser, platser och åtgärder i {kommun}",
    "Bladet Händelser kan lämnas tomt om ni har ett eget rapporteringssystem: lägg då uttaget (CSV, Excel eller GeoJSON) i mappen est.",
    "Raderna som börjar med EXEMPEL visar hur det kan se ut. De läses inte. Ändra inte bladens namn eller rubrikerna.",
    "Skriv om platser och situationer, aldrig om personer. Rader som ser ut att handla om en person visas inte i rapporten.",
    "Den offentliga versionen och lägesbilden nämner bara platser, åtgärder, kommande händelser och teman som står i bladet Offentliga ord och är godkända där. Allt annat stannar på gruppens egna sidor.",
    "Kolumnen Anteckning läses inte. Det som står där kommer aldrig med i någon rapport.",
    "Trygghetsvandringar har en egen arbetsbok, vandringar/vandring.xlsx: ”kunskap ny --vandring KOMMUN MAPP”. Det som står där följs i EST-rapporten.",
    "Fyll i Inget att rapportera: annars ser tystnad och lugn likadana ut.",
    "Kör ”kunskap kontroll MAPP” när du har sparat, och ”kunskap rapport est --data MAPP” för rapporten.",
    "Allvarlighet bedöms så här:",
    *(f"{s.level} {s.name}: {s.anchor}" for s in catalogue.severities()),
)
