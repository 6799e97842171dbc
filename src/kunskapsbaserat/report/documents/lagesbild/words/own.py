"""What the kommun itself has seen and heard: EST, walks and dialogues, with what each cannot show."""

from __future__ import annotations

from kunskapsbaserat.report.material.knowledge import FEWEST_PEOPLE, TIMES, EstYear, Knowledge, Residents, Talks, Walks
from kunskapsbaserat.swedish import NBSP, WORD_JOINER, capital, day, listed, number, percent, word
from kunskapsbaserat.trends.verdicts import PERCENT_FROM

HEADING = "Det kommunen själv har sett och hört"
CAPTION = "Kommunens egna källor"
HEADS = ("Källa", "Vad den visar", "Vad den inte visar")
THEMES_CAPTION = "Vad som togs upp i dialogerna"
THEME_HEADS = ("Tema", "Antal som tog upp det", "Av deltagare")
HIDDEN = "färre än fem, eller okänt"
EST, WALKS, TALKS = "EST-rapporter", "Trygghetsvandring", "Medborgardialog"
EST_LIMITS = "Antalet följer hur många som rapporterar. Därför står ordningen här, inte antalen."
WALK_LIMITS = "Bara det som syntes just den dagen, på de platser som besöktes."
TALK_LIMITS = "Bara dem som kom. De som inte kom kan tycka annat."

DAYS = ("måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag")
PARTS = tuple(f"{low:02}{WORD_JOINER}–{WORD_JOINER}{high:02}" for _, low, high in TIMES)
WEEK_CAPTION = "När på veckan det rapporteras"
WEEK_UNIT = "Fyllt: fler händelser än om de vore jämnt spridda över veckan."
WEEK_HEADS = ("Veckodag", *(f"kl. {part}" for part in PARTS))
WEEK_MORE, WEEK_EVEN = "fler", "–"
WEEK_SOURCE = "Källa: EST-rapporter till kommunen; bearbetning."
WEEK_LIMIT = "Tiden är när något sågs. Där få är ute och ser syns mindre."


def week_title(year: EstYear) -> str:
    return f"Rutnät med veckans dagar och dygnets delar, EST-rapporter till och med {day(year.last)}."


def week_finding(peaks: tuple[tuple[int, int], ...]) -> str:
    """ "Fler än vid jämn spridning: fredag kl. 18–24." """
    if not peaks:
        return "Ingen del av veckan har säkert fler händelser än de andra."
    by_part: dict[int, list[str]] = {}
    for weekday, part in peaks:
        by_part.setdefault(part, []).append(DAYS[weekday])
    said = [
        f"{'alla dagar' if len(days) == len(DAYS) else listed(days)} kl.{NBSP}{PARTS[part]}"
        for part, days in sorted(by_part.items())
    ]
    return f"Fler än vid jämn spridning: {'; '.join(said)}."


def est(year: EstYear) -> str:
    """Order of categories, places and times; never how many."""
    parts = [
        f"{word(year.reporters, capital=True)} {'rapportör' if year.reporters == 1 else 'rapportörer'} till och med {day(year.last)}."
    ]
    if year.categories:
        parts.append(f"Oftast: {_first_low(year.categories)}.")
    if year.places:
        parts.append(f"Platser, de flesta rapporterna först: {listed(year.places)}.")
    if year.times:
        parts.append(f"Tid: mest på {listed(year.times)}.")
    if len(parts) == 1:
        parts.append("Rapporterna är för få för att säga var, när och om vad.")
    return " ".join(parts)


def _first_low(names: tuple[str, ...]) -> str:
    return listed([f"{name[:1].lower()}{name[1:]}" for name in names])


def walks(found: Walks) -> str:
    points = "en iakttagelse" if found.points == 1 else f"{word(found.points)} iakttagelser"
    when = "en vandring" if found.days == 1 else f"{word(found.days)} vandringar"
    about = f" om {listed([name for name, _ in found.about[:3]])}" if found.about else ""
    text = f"{capital(points)} från {when}{about}. Åtgärdade: {_many(found.done)}. Öppna: {_many(found.open)}"
    text += f", varav försenade {_many(found.overdue)}." if found.overdue else "."
    return f"{text} Genomförs inte: {_many(found.refused)}." if found.refused else text


def _many(n: int) -> str:
    return {0: "ingen", 1: "en"}.get(n, word(n))


def talks(found: Talks, residents: Residents | None = None) -> str:
    """Who came, beside who lives in the kommun where that is known, and what most brought up."""
    meetings = "ett möte" if found.meetings == 1 else f"{word(found.meetings)} möten"
    who = []
    if found.women is not None:
        who.append(f"{number(found.women)} kvinnor")
    if found.young is not None:
        who.append(f"{number(found.young)} under 25{NBSP}år")
    people = number(found.people) if found.people >= FEWEST_PEOPLE else "Färre än fem"
    text = f"{people} deltog i {meetings}{f', varav {listed(who)}' if who else ''}.{_beside_residents(found, residents)}"
    top = found.themes[0] if found.themes else None
    if top is not None and top.people is not None:
        text += f" Flest tog upp: {top.name[:1].lower()}{top.name[1:]} ({number(top.people)} av {number(top.of)})."
    return text


def _beside_residents(found: Talks, residents: Residents | None) -> str:
    """Those who came held against those who live there; no per cent of fewer than twenty."""
    if residents is None or found.people < PERCENT_FROM:
        return ""
    groups = (
        ("kvinnor", found.women, residents.women),
        (f"under 25{NBSP}år", found.young, residents.young),
        (f"65{NBSP}år och äldre", found.old, residents.old),
    )
    said = [
        f"{percent(came / found.people)} {name} (av invånarna {percent(live)})"
        for name, came, live in groups
        if came is not None and live is not None
    ]
    return f" Bland dem som kom var {listed(said)}, {residents.year}." if said else ""


def sticks_out(known: Knowledge) -> str:
    """A line for the first page: what a third or more brought up, and what was promised and is late."""
    lines = []
    top = known.talks.themes[0] if known.talks and known.talks.themes else None
    if top is not None and top.people is not None and 3 * top.people >= top.of > 0:
        lines.append(
            f"I medborgardialogen tog {number(top.people)} av {number(top.of)} upp detta: {top.name[:1].lower()}{top.name[1:]}."
        )
    if known.walks and known.walks.overdue:
        late = known.walks.overdue
        what = "en åtgärd" if late == 1 else f"{word(late)} åtgärder"
        lines.append(f"Efter trygghetsvandringarna är {what} försenad{'' if late == 1 else 'e'}.")
    if known.est and known.est.places:
        lines.append(f"Flest EST-rapporter gäller {known.est.places[0]}.")
    return " ".join(lines)
