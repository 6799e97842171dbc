"""Words of the protocol to print and fill in by hand."""

from __future__ import annotations

from kunskapsbaserat.kommun import Kommun
from kunskapsbaserat.report.page.blocks import NextStep
from kunskapsbaserat.swedish import quoted

FILE = "protokoll.html"
TITLE = "Protokoll för trygghetsvandring"
LINK = "Protokoll att skriva ut"
FIELDS_HEADING, FIELDS_CAPTION, FIELDS_HEADS = "Vandringen", "Fylls i innan ni går", ("Uppgift", "Svar")
FIELDS = (
    "Plats eller rutt",
    "Datum och starttid",
    "Ljust eller mörkt, väder",
    "Anledning",
    "Vem för protokoll (funktion)",
)
WHO_HEADING = "Vilka som är med"
WHO_CAPTION, WHO_HEADS = "En rad för varje organisation eller grupp. Skriv aldrig namn.", ("Organisation eller grupp", "Antal")
WHO_ROWS = (
    "Kommunen, gata och park",
    "Kommunen, skola och fritid",
    "Polisen",
    "Bostadsbolag",
    "Boende och föreningar",
    "Andra",
)
LOOK_HEADING = "Det här tittar ni på"
LOOK = (
    ("Belysning", "Vilka lampor är släckta? Bländar någon? Ser ni ansiktet på den ni möter på tio meters håll?"),
    ("Överblick", "Hur långt ser ni framåt och bakåt? Finns hörn, murar eller tunnlar där ni inte ser vem som kommer?"),
    ("Skötsel", "Vad är trasigt, klottrat eller skräpigt? Hur länge har det varit så?"),
    ("Växtlighet", "Skymmer buskar och träd sikten, lampor eller skyltar? Är det en tät häck nära gångvägen?"),
    ("Orienterbarhet", "Vet den som är här första gången var den är och vilken väg som leder hem? Finns mer än en väg?"),
    ("Möten mellan människor", "Vilka är här, och när? Finns bänkar, lek, butiker eller annat som gör att fler stannar? Syns platsen från fönster?"),
    ("Trafik", "Var möts gående, cyklar, mopeder och bilar? Var går det fort?"),
    ("Tillgänglighet", "Kommer den fram som har rullstol, rullator eller barnvagn? Var är det trappa, kant eller is?"),
    ("Känns tryggt", "Vad är bra och ska vara kvar?"),
)  # fmt: skip
SEEN_HEADING = "Iakttagelser"
SEEN_CAPTION = "En sak på varje rad. Skriv om platser och saker, inte om personer."
SEEN_HEADS = ("Nr", "Var", "Tema", "Vad ni ser", "Förslag", "Bild")
SEEN_ROWS = 20
BEFORE_HEADING = "Inte klart sedan tidigare vandringar"
BEFORE_CAPTION = "Se efter när ni går förbi. Skriv kvar, borta eller ändrat."
BEFORE_HEADS = ("Id", "Var och vad", "Läge", "I dag")
AFTER_HEADING = "Efter vandringen"
AFTER = (
    "Gå igenom raderna tillsammans medan ni är kvar. Stryk det som är samma sak.",
    "För in dem i vandring.xlsx inom en vecka, med ansvarig funktion för varje rad.",
    "Titta på bilderna innan de läggs i mappen: inga personer, ansikten eller registreringsskyltar.",
    "Berätta för alla som var med vad som görs, när, och varför något inte görs.",
)
PHOTO_HEADING = "Bilder, och oro för någon"
PHOTO_HINT = (
    "Fotografera saken, inte människor. Vänta tills ingen är i bild. Skriv bildens nummer på raden. Oro för en viss person hör inte hemma "
    "här: ring polisen på 114 14 eller socialtjänsten, och 112 om det är bråttom."
)
NEXT_HEADING = "Ingen vandring är inskriven än"
NEXT_LEAD = "Protokollet finns att skriva ut. När en vandring är inskriven visar sidan åtgärder, ålder, karta och bilder."


def title(kommun: Kommun) -> str:
    return f"{TITLE} {kommun.where}"


def foot(kommun: Kommun) -> str:
    return f"Trygghetsvandring {kommun.name} · protokoll · inga namn på personer"


def steps(kommun: Kommun) -> list[NextStep]:
    name = quoted(kommun.name)
    return [
        NextStep(
            "Skriv ut protokollet", "Det ligger bredvid den här sidan som protokoll.html, och som protokoll.pdf med --pdf."
        ),
        NextStep(
            "Gör en arbetsbok",
            "Den hamnar i mappen vandringar. Har kommunen redan en mapp: skriv dess namn sist i kommandot.",
            command=f"kunskap ny --vandring {name}",
        ),
        NextStep(
            "Skapa rapporten",
            "Fyll i arbetsboken efter vandringen och spara. MAPP är kommunens mapp.",
            command=f"kunskap rapport vandring {name} --data MAPP",
        ),
    ]
