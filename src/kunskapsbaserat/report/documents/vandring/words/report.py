"""Words of the report: what was seen, what has become of it, and how old what waits is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from kunskapsbaserat.catalogue import evidens
from kunskapsbaserat.data.walks import Seen, Walk, sheets
from kunskapsbaserat.kommun import Kommun
from kunskapsbaserat.report.documents.vandring import material as found
from kunskapsbaserat.report.documents.vandring.material import Comparison, Material
from kunskapsbaserat.report.page.charts.place_map import PlaceMapWords
from kunskapsbaserat.report.statements import evidence as known
from kunskapsbaserat.swedish import MISSING, NBSP, capital, day, listed, number, word

KICKER = "Trygghetsvandring"
WORKING = "Arbetsmaterial: läs igenom det innan det lämnas ut"
SHORT, FOUND, DECIDE, REMAINING = "Läget i korthet", "Det här ser vi", "Att ta ställning till", "Återstår i underlaget"
MADE_OF = "ur kommunens protokoll från trygghetsvandringar"
SOURCE = "Källa: vandringarnas protokoll. Det som sågs just då, av dem som var med."
TOPICS = {
    "gamla": "Äldre än sex månader",
    "atgarder": "Åtgärder som väntar",
    "nekade": "Nekade",
    "klara": "Klara",
    "platser": "Platser",
    "jamforelse": "Förra vandringen",
    "bilder": "Bilder",
    "vandringar": "Vandringarna",
    "metod": "Så är rapporten gjord",
}


def title(kommun: Kommun) -> str:
    return f"Trygghetsvandringar {kommun.where}"


def page_title(m: Material) -> str:
    start = "Övningsexempel: " if m.all.exercise else ""
    return f"{start}{title(m.kommun)}" + (f", {day(m.day)}" if m.walks else "")


def foot(m: Material) -> str:
    dated = f" · {m.day:%Y-%m-%d}" if m.walks else ""
    return f"Trygghetsvandringar {m.kommun.name}{dated} · {'övningsexempel' if m.all.exercise else 'arbetsmaterial'}"


def notice(m: Material) -> str:
    return f"Övningsexempel, inte kommunens vandringar: {m.all.exercise}" if m.all.exercise else ""


def facts(m: Material) -> list[tuple[str, str]]:
    if not m.walks:
        return []
    walked = day(m.walks[-1].day)
    return [
        ("Vandringar", number(len(m.walks))),
        ("Senaste", walked),
        ("Iakttagelser", number(len(m.seen))),
        ("Åldern räknas till", day(m.day)),
        ("Diarienummer", "fylls i"),
    ]


# ---- counts in words -----------------------------------------------------------------------------------------------------


def some(n: int) -> str:
    """ "en", "två": of what is "en" in Swedish."""
    return "en" if n == 1 else "ingen" if n == 0 else word(n)


def observations(n: int) -> str:
    return "en iakttagelse" if n == 1 else f"{word(n)} iakttagelser"


def walks(n: int) -> str:
    return "en trygghetsvandring" if n == 1 else f"{word(n)} trygghetsvandringar"


def lead(m: Material) -> str:
    if not m.seen:
        return f"Inga iakttagelser är inskrivna från {walks(len(m.walks))}."
    said = f"{capital(observations(len(m.seen)))} från {walks(len(m.walks))}."
    parts = []
    if m.done:
        parts.append(f"{some(len(m.done))} är {'klar' if len(m.done) == 1 else 'klara'}")
    if m.refused:
        parts.append(f"{some(len(m.refused))} har fått nej")
    if m.open:
        parts.append(f"{some(len(m.open))} väntar")
    if parts:
        said += f" {capital(listed(parts))}."
    return f"{said} {how_old(len(m.old), len(m.open))}." if m.open else said


def how_old(old: int, waiting: int) -> str:
    """How many of those that wait are older than six months."""
    if waiting == 1:
        return f"Den är {'äldre' if old else 'yngre'} än sex månader"
    if old in (0, waiting):
        return f"{'Alla' if old else 'Ingen av dem'} som väntar är äldre än sex månader"
    return f"{capital(some(old))} av dem som väntar är äldre än sex månader"


def nothing_special(m: Material) -> str:
    """What is said where nothing is old, refused, done or compared."""
    if m.open:
        return "Allt som väntar är yngre än sex månader."
    return "Inget väntar på en åtgärd." if m.seen else "Fyll i bladet Iakttagelser."


# ---- the first page ------------------------------------------------------------------------------------------------------


def oldest(m: Material) -> str:
    one = m.old[0]
    more = f" {capital(some(len(m.old)))} är äldre än sex månader." if len(m.old) > 1 else ""
    return f"Äldst: ”{one.text.rstrip('.')}” ({one.place}), {age(m.age(one))}.{more}"


def refusals(m: Material) -> str:
    without = sum(not one.why_not for one in m.refused)
    said = f"{refused_heading(len(m.refused))}."
    if without:
        return f"{said} {'Skälet saknas' if without == 1 else f'Skälen saknas för {some(without)}'}."
    return f"{said} {'Skälet står' if len(m.refused) == 1 else 'Skälen står'} längre ner."


def in_time(m: Material) -> str:
    return (
        f"{capital(some(len(m.done_in_time)))} av {some(len(m.done))} klara blev det inom sex månader från vandringen."
        if len(m.done) > 1
        else "Den enda som är klar blev det inom sex månader från vandringen."
        if m.done_in_time
        else "Den enda som är klar har tagit mer än sex månader, eller saknar dag."
    )


def decide(m: Material) -> list[str]:
    said = []
    if m.late:
        n = len(m.late)
        said.append(
            f"{'En åtgärd' if n == 1 else f'{capital(some(n))} åtgärder'} har gått över tiden. Ska {'den' if n == 1 else 'de'} göras, få nytt datum eller nekas?"
        )
    if m.undecided:
        n = len(m.undecided)
        said.append(f"{'En iakttagelse' if n == 1 else f'{capital(word(n))} iakttagelser'} saknar beslut. Vad ska göras?")
    if m.without_owner:
        n = len(m.without_owner)
        said.append(
            f"{'En saknar' if n == 1 else f'{capital(word(n))} saknar'} ansvarig. Vem tar {'den' if n == 1 else 'dem'}?"
        )
    if back := [one for pair in m.comparisons for one, what in pair.then if what == found.AGAIN]:
        n = len(back)
        said.append(
            f"{'En sak' if n == 1 else f'{capital(word(n))} saker'} sågs igen efter att den var klar. Vad behövs för att det ska hålla?"
        )
    return said or ["Behövs något utöver det som redan pågår?"]


def remaining(m: Material) -> str:
    said = []
    if n := sum(not one.why_not for one in m.refused):
        said.append("Ett nej saknar skäl." if n == 1 else f"{capital(word(n))} nej saknar skäl.")
    if n := sum(one.done is None for one in m.done):
        said.append(f"{capital(some(n))} {'klar' if n == 1 else 'klara'} saknar dag.")
    if n := sum(shown.picture is None for shown in m.photos):
        said.append("En bild visas inte." if n == 1 else f"{capital(word(n))} bilder visas inte.")
    if m.later:
        n = m.later
        said.append(f"{capital(walks(n))} efter {day(m.day)} är inte med.")
    return " ".join(said) or "Inget saknas i underlaget."


OVERVIEW_HEADS = ("Tema", "Sågs", "Väntar", "Klara", "Nekade")
OVERVIEW_CAPTION = "Iakttagelser efter tema"
ALL = "Alla"
OVERVIEW_NOTE = (
    "”Känns tryggt” är det som är bra och ska vara kvar. Det räknas bara som iakttagelse, om ingen åtgärd är föreslagen."
)


# ---- actions -------------------------------------------------------------------------------------------------------------

ACTION_HEADS = ("Vad", "Ansvarig", "Beslutad", "Klar senast", "Läge", "Ålder")
REFUSED_HEADS = ("Vad", "Ansvarig", "Beslutad", "Varför inte")
DONE_HEADS = ("Vad", "Ansvarig", "Blev klar", "Tid från vandringen")
OLD_CAPTION, WAITING_CAPTION = "Väntar sedan mer än sex månader, äldst först", "Övriga som väntar, äldst först"
REFUSED_CAPTION, DONE_CAPTION = "Nekade, med skäl", "Klara"
NO_OWNER, NO_DECISION, NO_REASON = "ansvarig saknas", "beslut saknas", "skäl saknas"
NO_OLD = "Inget som väntar är äldre än sex månader."
AGE_NOTE = "Åldern räknas från den första vandringen. Ett datum inom parentes är sex månader efter den: inget eget är satt."
REFUSED_NOTE = "Ett nej med skäl är också ett svar. Det är de ansvariga som har bestämt."


def age(days: int) -> str:
    return "en dag" if days == 1 else f"{number(days)}{NBSP}dagar"


def what(one: Seen) -> tuple[str, str]:
    """The observation, and beneath it where it is and what is to be done."""
    action = one.action or one.proposal
    todo = f" · {'Åtgärd' if one.action else 'Förslag'}: {action[:1].lower()}{action[1:]}" if action else ""
    return one.text, f"{one.id}, {one.place}{todo}"


def decided(one: Seen) -> str:
    if one.decided:
        return f"{one.decided:%Y-%m-%d}"
    return MISSING if one.action else NO_DECISION


def due(one: Seen, today: date) -> str:
    last = one.last_day
    late = (today - last).days
    said = f"{last:%Y-%m-%d}" if one.due else f"({last:%Y-%m-%d})"
    return f"{said}, {age(late)} sen" if late > 0 else said


def waiting_heading(n: int, *, old: int) -> str:
    if not n:
        return "Inga fler väntar" if old else "Inga åtgärder väntar"
    start = "yngre än sex månader" if old else ""
    things = "åtgärd" if n == 1 else "åtgärder"
    return f"{capital(some(n))} {things} väntar och är {start}" if start else f"{capital(some(n))} {things} väntar"


def old_title(n: int) -> str:
    if not n:
        return "Ingen åtgärd är äldre än sex månader"
    return f"{capital(some(n))} {'åtgärd' if n == 1 else 'åtgärder'} är äldre än sex månader"


def refused_heading(n: int) -> str:
    if not n:
        return "Inget förslag har fått nej"
    return "Ett förslag har fått nej" if n == 1 else f"{capital(word(n))} förslag har fått nej"


def done_heading(n: int) -> str:
    return "Ingen åtgärd är klar än" if not n else f"{capital(some(n))} {'åtgärd är klar' if n == 1 else 'åtgärder är klara'}"


def took(one: Seen) -> str:
    return MISSING if one.done is None else age((one.done - one.walk.day).days)


# ---- places --------------------------------------------------------------------------------------------------------------

MAP_CAPTION = "Där iakttagelserna gjordes"
MAP_WORDS = PlaceMapWords(below="färre än {}", all_alike="{} vid varje punkt")
POINT_HEADS = ("Nr", "Plats", "Iakttagelser", "Väntar", "Handlar om")
POINTS_CAPTION, POINTS_SHORT = "Kartans punkter", "Punkterna på kartan"
NO_POINTS_HEADING = "Ingen karta: inga koordinater är ifyllda"
NO_POINTS = (
    "Fyll i koordinater i bladet Iakttagelser, så ritas en karta. Telefonens karta visar dem när du håller fingret på platsen."
)
PLACE_HEADS = ("Plats", "Iakttagelser", "Väntar", "Handlar om")


def places_heading(points: int) -> str:
    return "Iakttagelserna ligger på en punkt" if points == 1 else f"Iakttagelserna ligger på {word(points)} punkter"


def map_unit(*, towns: bool, coarse: bool) -> str:
    beneath = "Grå ytor: tätorter. " if towns else ""
    rough = " Kommungränsen är grov." if coarse else ""
    return f"Större cirkel, starkare färg: fler iakttagelser. Blå ring: något väntar sedan mer än sex månader. {beneath}Gränser: SCB.{rough}"


def map_title(m: Material) -> str:
    return f"Karta: iakttagelser på trygghetsvandringar {m.kommun.where}, till och med {day(m.day)}"


def map_finding(points: Sequence[tuple[str, int]], without: int) -> str:
    most = max(points, key=lambda point: point[1])
    said = (
        f"Flest iakttagelser: {most[0]} ({number(most[1])})."
        if most[1] > 1
        else f"En iakttagelse vid {'punkten' if len(points) == 1 else 'varje punkt'}: {listed([name for name, _ in points[:4]])}"
        + (" med flera." if len(points) > 4 else ".")
    )
    left = "" if not without else f" {capital(observations(without))} saknar koordinater och är inte med på kartan."
    return f"{said}{left}"


# ---- the walk before -----------------------------------------------------------------------------------------------------

OUTCOMES = {
    found.DONE: "klar",
    found.AGAIN: "klar, men sågs igen",
    found.REFUSED: "nekad",
    found.REMAINS: "finns kvar",
    found.NOT_NOTED: "väntar; inte antecknad den här gången",
}
COMPARED_HEADS = ("Vad", "Läge nu", "Ansvarig")
NEW = "ny den här gången"
NONE_BEFORE_HEADING = "Ingen plats har haft mer än en vandring"
NONE_BEFORE = "Gå samma väg igen när åtgärderna är gjorda. Skriv samma plats i bladet Vandringar, så ställs vandringarna bredvid varandra."
COMPARED_NOTE = (
    "Att en sak inte antecknades igen visar inte att den är borta. Läget är det som de ansvariga har skrivit. Tabellen säger vad som är gjort, "
    "inte om platsen har blivit tryggare."
)


def compared_heading(pair: Comparison) -> str:
    """What has become of everything that was seen the time before."""
    if not pair.then:
        return f"{pair.after.place}: inget behövde göras förra gången"
    done, again, refused = (pair.count(outcome) for outcome in (found.DONE, found.AGAIN, found.REFUSED))
    left = pair.count(found.REMAINS) + pair.count(found.NOT_NOTED)
    parts = [f"{some(done)} är {'klar' if done == 1 else 'klara'}"] if done else []
    parts += [f"{some(again)} var {'klar' if again == 1 else 'klara'} men sågs igen"] if again else []
    parts += [f"{some(left)} väntar"] if left else []
    parts += [f"{some(refused)} har fått nej"] if refused else []
    return f"{pair.after.place}, av {word(len(pair.then))} sedan förra gången: {listed(parts)}"


def compared_caption(pair: Comparison) -> str:
    return f"{pair.after.place}, {day(pair.before.day)} och {day(pair.after.day)}"


def new_things(pair: Comparison) -> str:
    return (
        f"Nytt {day(pair.after.day)}: {observations(len(pair.new))}." if pair.new else f"Inget nytt sågs {day(pair.after.day)}."
    )


# ---- photos and walks ----------------------------------------------------------------------------------------------------


def photos_heading(shown: int, left: int) -> str:
    if not shown:
        return "Inga bilder visas"
    pictures = "En bild" if shown == 1 else f"{capital(word(shown))} bilder"
    return f"{pictures} från vandringarna" if not left else f"{pictures} från vandringarna; {some(left)} visas inte"


PHOTO_NOTE = (
    "Var och när bilderna togs är borttaget ur dem. En person har intygat att ingen människa och ingen skylt syns; titta själv innan sidan "
    "lämnas ut."
)


def photo_heading(one: Seen) -> str:
    return f"{one.id}, {one.place}"


def photo_signed(one: Seen) -> str:
    return f"{one.text.rstrip('.')}. Vandringen {day(one.walk.day)}, {one.state}."


def photo_left(one: Seen, why: str) -> str:
    return f"Bilden till {one.id} (rad {one.row}) {why}"


WALK_HEADS = ("Plats eller rutt", "Dag och tid", "Anledning", "Deltog", "Iakttagelser")
WALKS_CAPTION = "Vandringarna, den senaste först"
CAME_NONE = "kom inte"
WALKS_NOTE = (
    "Antal skrivs ut när minst fem kom från en organisation. De som kom har själva valt det och är inte ett urval av invånarna."
)


def walks_heading(m: Material) -> str:
    return f"{capital(walks(len(m.walks)))}" + (
        f" sedan {day(m.walks[0].day)}" if len(m.walks) > 1 else f" {day(m.walks[0].day)}"
    )


def when(walk: Walk) -> tuple[str, str]:
    start = f"kl. {walk.start // 60}.{walk.start % 60:02}" if walk.start is not None else ""
    return day(walk.day), ", ".join(part for part in (start, walk.light or "") if part)


def group(organisation: str, people: int | None, *, hidden: bool) -> str:
    if people == 0:
        return f"{organisation} ({CAME_NONE})"
    return organisation if hidden or people is None else f"{organisation} ({number(people)})"


# ---- method --------------------------------------------------------------------------------------------------------------


def method(m: Material) -> list[tuple[str, str]]:
    return [
        ("Iakttagelser", "Det som gruppen såg och skrev ner. Det är varken brott eller en mätning av trygghet, och beror på vilka som gick, när och var."),
        ("Väntar", f"Det som varken är klart eller nekat. ”{capital(sheets.FELT_SAFE)}” väntar inte på något, om ingen åtgärd är föreslagen."),
        ("Ålder", f"Dagar från vandringen till {day(m.day)}. Det som sågs igen innan det var klart räknas från första gången, och står bara på sin senaste rad. Äldre än sex månader är det som inte är klart sex kalendermånader efter vandringen."),
        ("Sent", "Sista dagen är den som är beslutad, annars sex månader efter vandringen. Kommandot kunskap kontroll säger varje dag vad som är sent."),
        ("Förra vandringen", "De två senaste vandringarna på en plats med samma namn. Samma sak är den som har id för den förra i kolumnen Sågs förut; programmet gissar inte."),
        ("Deltagare", "Bara organisationer, aldrig namn. Antal från ett till fyra skrivs inte ut."),
        ("Bilder", "Ritas om punkt för punkt, så att plats, tid och kamera inte följer med. Programmet kan inte se om en person är på bilden. En bild visas bara när någon har skrivit ja om det, och beskrivit den i ord."),
        ("Det går inte att säga", "Om en åtgärd har gjort platsen tryggare eller om brotten har blivit färre. Det kräver en utvärdering med jämförelseplatser, bestämd i förväg."),
        ("Vad forskningen säger", f"Trygghetsvandring: {known.sentence(evidens.get('trygghetsvandring'))}"),
    ]  # fmt: skip
