"""Words about the group's own work: its queue, what it has decided by forum, the cards of places and the extracts of actors."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from kunskapsbaserat.report.documents.est.followed import DIALOGUE, MEASURE, WALK
from kunskapsbaserat.report.documents.est.material import Material
from kunskapsbaserat.report.documents.est.words import report as text
from kunskapsbaserat.swedish import capital, listed, number, word

# ---- the queue -----------------------------------------------------------------------------------------------------------

TOPIC_QUEUE = "Ärendekön"
QUEUE_HEADS = ("Slag", "Öppna", "Sena", "Klara", "Öppnade igen", "Dagar till klar")
QUEUE_CAPTION = "Det som är föreslaget eller beslutat, och hur långt det har kommit"
QUEUE_KINDS = {None: "Alla", MEASURE: "Åtgärder", WALK: "Från vandringar", DIALOGUE: "Från dialoger"}


def queue_note(fewest: int) -> str:
    return (
        f"Dagar till klar: den mittersta, från beslutet (åtgärder), vandringen eller dialogen. Räknas när minst {word(fewest)} har en dag i "
        "kolumnen Blev klar. Att kön är kort säger inte att platserna är trygga."
    )


def queue_heading(opened: int, late: int) -> str:
    if not opened:
        return "Inget är öppet"
    things = "En sak är öppen" if opened == 1 else f"{capital(word(opened))} saker är öppna"
    return f"{things}, {text.some(late)} över tiden" if late else f"{things}, ingen över tiden"


# ---- the plan's focus areas ----------------------------------------------------------------------------------------------

TOPIC_FOCUS = "Fokusområden"
FOCUS_HEADS = ("Fokusområde", "Kategorier i EST", "Händelser i kvartalet", "Gäller till")
FOCUS_CAPTION = "Fokusområden i åtgärdsplanen som EST följer"
FOCUS_NOTE = "Ur bladet Fokus i atgardsplan.xlsx. Fler händelser kan bero på att fler rapporterar. Om något är fler än väntat står i periodens rapport."


def ends(till: date, today: date) -> str:
    return f"{till:%Y-%m-%d}, har gått ut" if till < today else f"{till:%Y-%m-%d}"


def focus_heading(areas: int, ended: int) -> str:
    told = "Ett fokusområde styr" if areas == 1 else f"{capital(word(areas))} fokusområden styr"
    return f"{told} arbetet, {word(ended)} har gått ut" if ended else f"{told} arbetet"


# ---- decisions by forum --------------------------------------------------------------------------------------------------

FORUM_HEADS = ("Beslut", "Vart", "Datum", "Ansvarig")
FORUM_CAPTION = "Beslut efter forum"
NO_DECISIONS = "Inga beslut är uppskrivna för kvartalet."


def forum(name: str | None, way: str | None) -> str:
    return f"{name} ({way})" if name else "stannar i gruppen"


def forum_heading(up: int, total: int) -> str:
    if not total:
        return "Inga beslut under kvartalet"
    decided = "Ett beslut" if total == 1 else f"{capital(word(total))} beslut"
    return f"{decided}, {'inget' if not up else 'ett' if up == 1 else word(up)} ska uppåt"


# ---- cards of places -----------------------------------------------------------------------------------------------------

CARDS, CARDS_FILE = "Platskort", "platser.html"
CARDS_LEAD = (
    "Ett kort för varje plats som gruppen följer: händelserna period för period, och allt som är gjort, efter datum. Att en åtgärd står före en "
    "ändring visar inte att den är orsaken."
)
CARD_HEADS = ("Datum", "Slag", "Vad")
NOTHING_DONE = "Inget är uppskrivet om platsen."
KINDS = {
    "problem": "problem uppskrivet",
    "beslut": "beslut",
    "tema": "tema i dialog",
    "atgard": "åtgärd beslutad",
    "borjade": "åtgärd började",
    "klar": "klart",
    "oppnad": "öppnat igen",
    "vandring": "trygghetsvandring",
}


def cards_heading(n: int) -> str:
    return "En plats att följa" if n == 1 else f"{capital(word(n))} platser att följa"


def card_heading(events: int) -> str:
    return f"{capital(text.events(events))} under kvartalet"


def card_caption(place: str) -> str:
    return f"{place}: det som är gjort, senast först"


def period_line(period: str, events: int, mostly: str) -> str:
    what = f", mest {mostly[:1].lower()}{mostly[1:]}" if mostly else ""
    return f"{period}: {text.events(events)}{what}."


def walked(n: str, first: Sequence[str]) -> str:
    return f"{n} {'iakttagelse' if n == '1' else 'iakttagelser'}, bland annat: {listed([one.rstrip('.') for one in first])}"


# ---- extracts of actors --------------------------------------------------------------------------------------------------

ACTOR, TOPIC_OWN = "Utdrag", "Ert ansvar"
ACTOR_HEADS = ("Kategori", "Perioden", "Kvartalet")
ACTOR_CAPTION = "Det ni har rapporterat"
ACTOR_LEAD = "Utdraget har bara det som ni själva har rapporterat, som antal, och det som ni ansvarar för. Ingen enskild händelse står här."
NO_REPORTS = "Ni har inte rapporterat något under kvartalet."
NOT_A_REPORTER = "Ni står inte som rapportör i registret."


def actor_file(number_: int) -> str:
    return f"utdrag-{number_:02}.html"


def actor_scope(m: Material) -> str:
    return f"Perioden: {text.period(m.span, m.rhythm)}. Kvartalet: {text.days(m.window[0].start, m.span.last)}."


def actor_heading(n: int) -> str:
    return f"{capital(text.events(n))} från er i perioden"


def activity(active: int, periods: int) -> str:
    return f"Ni var aktiva i {number(active)} av {number(periods)} perioder: ni rapporterade något, eller sade att ni inte hade något."


def actor_work(opened: int, late: int) -> str:
    if not opened:
        return "Ni ansvarar inte för något öppet"
    things = "Ni ansvarar för en öppen sak" if opened == 1 else f"Ni ansvarar för {word(opened)} öppna saker"
    return f"{things}, {text.some(late)} över tiden" if late else f"{things}, ingen över tiden"


def actor_decided(n: int) -> str:
    return "Inga beslut rör er det senaste halvåret" if not n else "Beslut som rör er, det senaste halvåret"
