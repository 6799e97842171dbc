"""Words of the EST report's other pages: the public version, the quarter, the year, and what all pages share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd

from kunskapsbaserat.catalogue import est as catalogue
from kunskapsbaserat.data.est import sheets
from kunskapsbaserat.data.est.item import Item
from kunskapsbaserat.data.est.public_words import PublicWords
from kunskapsbaserat.report.documents.est.followed import Followed
from kunskapsbaserat.report.documents.est.material import Material
from kunskapsbaserat.report.documents.est.words import report as text
from kunskapsbaserat.report.page.charts.place_map import PlaceMapWords
from kunskapsbaserat.swedish import MISSING, capital, day, listed, month_name, number, word

# ---- shared --------------------------------------------------------------------------------------------------------------


def stand_in(m: Material) -> str:
    said = m.est.book.settings.get("ovning")
    return f"Övningsexempel, inte kommunens EST: {said}" if said else ""


PUBLIC_STAND_IN = "Övningsexempel, inte kommunens EST."
NOT_CRIMES = "Rapporter till EST, inte anmälda brott."
STAND_IN_OF_A_FILE = f"Övningsexempel. {NOT_CRIMES}"


def stand_in_short(m: Material) -> str:
    return "Övningsexempel · " if m.est.book.settings.get("ovning") else ""


def facts(m: Material) -> list[tuple[str, str]]:
    now = m.activity_now
    wanted = int(now["expected"].sum())
    active = f"{int(now['active'].sum())}" + (f" (väntade: {wanted})" if wanted else "")
    return [
        ("Period", text.period(m.span, m.rhythm)),
        ("Händelser", number(len(m.events))),
        ("Aktiva rapportörer", active),
        ("Jämförs med", f"{number(len(m.spans) - 1)} perioder före"),
        ("Diarienummer", "fylls i"),
        ("Nästa rapport", f"efter {day(m.rhythm.of(m.span.end).last)}"),
    ]


def quarter_facts(m: Material) -> list[tuple[str, str]]:
    return [
        ("Period", f"{text.days(m.window[0].start, m.span.last)} {m.span.last.year}"),
        ("Händelser med plats och tid", number(len(m.placeable))),
        ("Rapportörer", number(int(m.activity.groupby("reporter")["active"].any().sum()))),
        ("Diarienummer", "fylls i"),
    ]


def year_facts(m: Material) -> list[tuple[str, str]]:
    first = m.est.reports["reported"].min()
    return [
        ("Till och med", day(m.span.last)),
        ("Rapporter sedan", MISSING if pd.isna(first) else day(first.date())),
        ("Diarienummer", "fylls i"),
    ]


def frozen(held: int, file: str) -> str:
    """Why the public version has other figures than the group's own."""
    how = "fler" if held > 0 else "färre"
    return (
        f"Den offentliga versionen räknar inte med {number(abs(held))} händelser {how} som finns i underlaget nu. Perioden låstes när en "
        f"rapport gjordes, så att två versioner inte kan jämföras och avslöja enskilda händelser. Har ingenting lämnats ut kan {file} "
        "tas bort, så räknas allt om."
    )


def catalogue_version() -> str:
    import hashlib

    listed_ = "|".join(f"{c.id}:{c.kind}:{c.public}:{c.place}" for c in catalogue.categories())
    return hashlib.sha256(listed_.encode()).hexdigest()[:12]


def appendix_lead(names: Sequence[str], *, public: bool) -> str:
    files = f"Rapportens siffror ligger som CSV-filer i mappen tables ({number(len(names))} filer)."
    deeper = (
        f"{QUARTER_FILE} och {YEAR_FILE} för kvartalets och årets fördjupning, platser.html med ett kort för varje plats, och utdrag-01.html och "
        "följande: ett för varje aktör, att lämna till just den."
    )
    if not public:
        return f"{files} Alla är interna. Bredvid den här sidan ligger {deeper}"
    return (
        f"{files} De som börjar med offentlig hör till den offentliga versionen; de andra är interna. Bredvid den här sidan ligger "
        f"offentlig.html, den enda sida som får publiceras; offentlig.gpkg har samma rutor för kommunens karta, när någon plats kan visas. Där finns också {deeper}"
    )


NOT_PUBLISHED = (
    "Ingen offentlig version är gjord: ingen har rapporterat i periodens sista dagar eller senare, så perioden kan pågå än. Det som "
    "publiceras för tidigt går inte att rätta. Gör om rapporten när perioden är slut och rapporterna har kommit in."
)


# ---- the public version --------------------------------------------------------------------------------------------------

PUBLIC_TITLE = "Trygghetsläget"
PUBLIC_TABLE = "Rapporterade händelser efter kategori"
PUBLIC_HEADS = ("Kategori", "Perioden", "Förra perioden")
PUBLIC_PLACES_HEADS = ("Plats", "På kartan", "Antal", "Period", "Rutans mitt (SWEREF 99 TM)")
PUBLIC_PLACES = "Platser med flest rapporter under minst tre månader"
PUBLIC_POINTS = "Kartans platser och rutor"
PUBLIC_DOING = "Det här görs"
PUBLIC_WHERE = "Platser"
PUBLIC_COMING = "Kommande"
PUBLIC_READ = "Så ska siffrorna läsas"
TOTAL = "Alla kategorier i tabellen"
HIDDEN = "visas inte"
KEY = "”visas inte”: antalet är under fem, eller döljs för att ett sådant antal annars gick att räkna ut."


def public_title(m: Material) -> str:
    return f"{PUBLIC_TITLE} {m.kommun.where}"


def public_lead(m: Material, total: int | None) -> str:
    said = (
        "Så få händelser att antalet inte kan visas rapporterades"
        if total is None
        else f"{capital(text.events(total))} rapporterades"
    )
    who = reporting_kinds(m)
    return (
        f"{said} till kommunens och samverkansparternas trygghetsarbete {text.period(m.span, m.rhythm)}."
        f"{f' Rapporterna kommer från {listed(who)}.' if who else ''}"
    )


MIND = "Tänk på det här"


def public_warning(m: Material) -> str:
    """That reporters who used to report are silent: then few reports are no good news."""
    now = m.activity_now
    silent = int((now["expected"].astype(bool) & ~now["active"].astype(bool)).sum())
    if not silent:
        return ""
    who = "En av dem" if silent == 1 else f"{capital(word(silent))} av dem"
    return f"{who} som brukar rapportera har inte gjort det. Färre rapporter betyder då inte att mindre händer."


def reporting_kinds(m: Material) -> list[str]:
    """The kinds of reporters that were active in the period, as the register has them."""
    there = set(m.activity_now.loc[m.activity_now["active"], "reporter"])
    kinds = set(m.est.book.reporters.loc[m.est.book.reporters["name"].isin(there), "type"])
    return [k.name[:1].lower() + k.name[1:] for k in catalogue.reporter_types() if k.id in kinds]


def public_reporting(m: Material) -> str:
    """Whether more or less was reported, without a number that could be subtracted."""
    found = {
        "fler": "De som brukar rapportera har rapporterat fler händelser än väntat.",
        "farre": "De som brukar rapportera har rapporterat färre händelser än väntat.",
        "inom": "De som brukar rapportera har rapporterat ungefär som vanligt.",
        "kan_inte_bedomas": "Det går ännu inte att säga om det är fler eller färre än vanligt.",
    }[m.overall.verdict]
    if m.overall.new and m.overall.left_out:
        found += " Nya rapportörer har kommit till. Antalet rapporter kan växa av det utan att det händer mer."
    now = m.activity_now
    wanted, there = int(now["expected"].sum()), int((now["expected"] & now["active"]).sum())
    if there < wanted:
        found += f" {text.turnout(there, wanted)}, så perioderna går inte att jämföra rakt av."
    return found


def public_method() -> list[tuple[str, str]]:
    return [
        ("Rapporter är inte brott", "Siffrorna är det som rapportörerna har sett och skrivit ner. De är varken alla händelser eller anmälda brott, och de beror på vilka som rapporterar."),
        ("Det som inte visas", "Antal under fem skrivs inte ut, och inte heller tal som de går att räkna ut med, i tabellen eller när två rapporter jämförs. Om ett tal som inte visas är litet eller stort går därför inte att säga. En period som har redovisats ändras inte i efterhand. Våld i nära relation, oro för barn och våldsbejakande extremism redovisas inte här, varken i tabell eller på karta."),
        ("Platser", "Bara namngivna platser, och rutor på 500 meter utanför dem, med minst fem händelser under minst tre månader visas. Kartan visar samma siffror som tabellen. En ruta är ett område, inte en adress. Sexuellt ofredande och händelser på nätet räknas inte in där."),
    ]  # fmt: skip


PUBLIC_MAP = "Platser och rutor som kan visas"


def beneath(*, towns: bool) -> str:
    """What lies beneath the circles, and whose it is."""
    return f"{'Grå ytor: tätorter. ' if towns else ''}Gränser: SCB."


def public_map_unit(metres: float, *, towns: bool) -> str:
    return f"Rutor på {number(metres)} meter. Större cirkel, starkare färg: fler rapporter. Numren står i tabellen. {beneath(towns=towns)}"


def public_map_title(m: Material, first: date) -> str:
    return f"Karta: platser {m.kommun.where} med flest rapporter, {text.days(first, m.span.last)}"


def public_map_finding(place: str, n: int) -> str:
    return f"Flest rapporter gäller {place[:1].lower() + place[1:] if place.startswith(CELL) else place}: {number(n)}."


CELL = "Område"
_DIRECTIONS = ("öster", "nordost", "norr", "nordväst", "väster", "sydväst", "söder", "sydost")


def cell_near(place: str, towards: Sequence[float], metres: float) -> str:
    """ "Område 600 meter norr om Stationen"; `towards` is the way from the place to the cell's middle (m)."""
    import math

    if metres < 250:
        return f"{CELL} runt {place}"
    way = _DIRECTIONS[round(math.atan2(towards[1], towards[0]) / (math.pi / 4)) % 8]
    return f"{CELL} {number(round(metres, -2))} meter {way} om {place}"


def cell_at(x: float, y: float) -> str:
    return f"{CELL} runt {point(x, y)}"


def point(x: float, y: float) -> str:
    """Easting and northing, to the metre."""
    return f"{number(x)} öst, {number(y)} nord"


def doing(f: Followed, words: PublicWords) -> str:
    known = words.word(sheets.PLACE, f.place)
    place = f" ({known})" if known else ""
    return f"{f.public}{place}: {text.STATES[f.state]}."


NO_DOING = "Gruppens åtgärder redovisas inte i den här rapporten."


def public_places_heading(found: bool) -> str:
    return "Här har flest händelser rapporterats" if found else "Ingen plats kan visas den här gången"


# ---- the quarter ---------------------------------------------------------------------------------------------------------

QUARTER, QUARTER_FILE = "Kvartalets fördjupning", "kvartal.html"
PRIORITY_HEADS = ("Plats", "Händelser", "Allvarliga", "Öppna åtgärder", "Möjlighet att påverka", "Förslag")
PRIORITY_CAPTION = "Platser efter behov och möjlighet"
PRIORITY_NOTE = (
    "Behovet är stort på den tredjedel av platserna som har flest händelser, om de är minst fem. Möjligheten är gruppens egen bedömning. "
    "Prioritera: stort behov och viss eller stor möjlighet. Bevaka: stort behov i övrigt. Avvakta: övriga. Det är ett förslag att pröva, inte ett beslut."
)


def priority_note(left_out: int) -> str:
    """How the step came about, and how many places are not in the table."""
    rest = (
        f" {capital(number(left_out))} {'plats' if left_out == 1 else 'platser'} till står bara i CSV-filen."
        if left_out
        else ""
    )
    return f"{PRIORITY_NOTE}{rest}"


CHANCE = {1: "liten", 2: "viss", 3: "stor"}
HOT_HEADS = ("Ruta", "Plats", "Händelser", "Vid jämn spridning", "Bedömning")
HOT_SHORT = "Rutorna i ordning efter antal"
HOT_CAPTION = "Rutor på 250 meter med flest händelser"
MAP_CAPTION = "Rutor där händelserna hopar sig"
MAP_WORDS = PlaceMapWords()
RARE_HEADS = ("Kategori", "Antal", "Dagar mellan, i mitten", "Dagar sedan den senaste", "Bedömning")
RARE_CAPTION = "Sällsynta händelser: dagar mellan dem (g-diagram)"
ALL_MEASURES = "Alla öppna åtgärder och förslag"
NO_MAP_HEADING = "För få punkter för en karta"
NO_MAP = "Färre än 30 händelser har en punkt. Då ritas ingen karta; tabellen säger mer."


def quarter_lead(m: Material) -> str:
    return f"{capital(text.days(m.window[0].start, m.span.last))}: {number(len(m.placeable))} händelser som kan redovisas efter plats och tid."


def priority_heading(names: Sequence[str]) -> str:
    return f"Förslag att prioritera: {listed(list(names))}" if names else "Ingen plats föreslås för prioritering på siffrorna"


def hot_heading(n: int) -> str:
    if not n:
        return "Ingen ruta har säkerställt fler händelser än om de vore jämnt spridda"
    return f"{capital(text.some(n))} {'ruta har' if n == 1 else 'rutor har'} fler händelser än om de vore jämnt spridda"


def hot_cell(hot: bool) -> str:
    return "fler än vid jämn spridning" if hot else "inte säkerställt"


def map_unit(*, towns: bool) -> str:
    circles = "Större cirkel, starkare färg: fler händelser. Blå ring: fler än vid jämn spridning."
    return f"Rutor på 250 meter. {circles} Numren står i tabellen. {beneath(towns=towns)}"


def map_title(m: Material) -> str:
    return f"Karta: händelser {m.kommun.where} per ruta, {text.days(m.window[0].start, m.span.last)}"


def map_finding(n: int, most: int) -> str:
    return f"{hot_heading(n)}. Den ruta som har flest har {number(most)} händelser."


AGAIN_NOTE = (
    "Prövat genom att blanda om händelsernas dagar: sker fler par av händelser nära varandra i både tid och rum än när dagarna är "
    "slumpade? Då lönar det sig att vara på plats direkt efter en händelse."
)
TOPIC_AREAS = "Områden"
AREA_HEADS = ("Område", "Händelser", "Vanligast")
AREA_CAPTION = "Händelser efter område i kommunens egen karta"


def area_heading(counted: pd.DataFrame) -> str:
    if counted.empty:
        return "Inga händelser i kartans områden"
    first = counted.iloc[0]
    return f"Flest händelser: {first['area']} ({number(first['count'])})"


def not_in_areas(unplaced: int, outside: int) -> str:
    said = [f"{capital(text.events(unplaced))} utan punkt är inte med."] if unplaced else []
    said += [f"{capital(text.events(outside))} ligger utanför kartans områden."] if outside else []
    said.append(
        "Områdena är olika stora och har olika många rapportörer. Antalen visar var arbetet finns, inte var det är värst."
    )
    return " ".join(said)


def again_heading(found: bool) -> str:
    return "Händelser upprepas nära varandra" if found else "Ingen säkerställd upprepning nära i tid och rum"


def again(bands: Sequence[str]) -> str:
    if not bands:
        return "Det syns inget säkerställt mönster att händelser upprepas nära i tid och rum."
    return f"Händelser upprepas nära varandra oftare än slumpen ger: {listed(list(bands))}."


def again_band(metres: float, days: int) -> str:
    where = "på samma plats" if metres <= 0 else f"inom {number(metres)} meter"
    return f"{where} inom {number(days)} dagar"


def rare(signal: bool) -> tuple[str, str]:
    return ("okning", "avståndet har ändrats") if signal else ("ingen", "inom det vanliga")


# ---- the year ------------------------------------------------------------------------------------------------------------

YEAR, YEAR_FILE = "Årets fördjupning", "ar.html"
WHEEL_HEADS = ("Månad", "Återkommer", "Planerat varje år")
NOTHING = "–"
TOPIC_WALKS, TOPIC_TALKS = "Trygghetsvandring", "Medborgardialog"
WHEEL_CAPTION = "Årshjul"
WHEEL_NOTE = (
    "En kategori står i en månad när den har fler händelser per aktiv rapportör än under resten av året, säkerställt över åren tillsammans "
    "(högst fem procent falska larm), och fler i minst två av åren. Det krävs minst två hela år."
)
TOO_SHORT = "Underlaget är kortare än två år. Årshjulet visar bara det som är planerat."
REFUSED = "Förslag som inte genomförs, och varför"
REFUSED_HEADS = ("Förslag", "Från", "Varför inte")
THEMES = "Teman i medborgardialogerna"
THEME_HEADS = ("Tema", "Datum", "Tog upp det", "Deltagare", "Beslut")
WALKED = "Trygghetsvandringarnas iakttagelser"
WALK_HEADS = ("Iakttagelse", "Gäller", "Datum", "Beslut", "Läge")
NO_EFFECT = (
    "Siffrorna här säger inte om en åtgärd har gett effekt. Det kräver en utvärdering med jämförelseplatser, bestämd i förväg."
)


def wheel_heading(found: int) -> str:
    return (
        f"{capital(word(found))} återkommande mönster över året"
        if found
        else "Inget säkerställt återkommande mönster över året"
    )


def representative(items: Sequence[Item]) -> str:
    """Who took part: people choose to come, so shares of them say nothing of the residents."""
    meetings = {(i.datum, i.deltagare): i for i in items}
    people = sum(i.deltagare for i in meetings.values())
    said = f"{capital(text.some(len(meetings)))} {'dialog' if len(meetings) == 1 else 'dialoger'} med tillsammans {number(people)} deltagare."
    for name, words in (("kvinnor", "kvinnor"), ("under_25", "under 25 år"), ("over_65", "65 år eller äldre")):
        known = [i for i in meetings.values() if i.cells.get(name) is not None]
        if known:
            said += f" {capital(number(sum(i.cells[name] for i in known)))} av {number(sum(i.deltagare for i in known))} var {words}."
    return (
        f"{said} Deltagarna har själva valt att komma och är inte ett urval av invånarna. Andelar av dem säger inget om alla."
    )


def month(number_: int) -> str:
    return capital(month_name(number_))


def planned(items: Sequence[tuple[date, Item]]) -> str:
    return "; ".join(f"{i.namn} ({start.day}/{start.month})" for start, i in items) or NOTHING
