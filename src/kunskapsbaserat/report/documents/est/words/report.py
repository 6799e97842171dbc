"""Words of the EST report: what was reported, by whom, where, when, what is to be done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from babel.dates import format_date

from kunskapsbaserat.data.est.item import Item
from kunskapsbaserat.data.est.periods import MONTH, Rhythm, Span
from kunskapsbaserat.data.est.remarks import NOT_COUNTED
from kunskapsbaserat.kommun import Kommun
from kunskapsbaserat.report.documents.est.followed import DIALOGUE, MEASURE, WALK
from kunskapsbaserat.report.documents.est.material import Material, Row
from kunskapsbaserat.report.documents.est.proposals import proposals
from kunskapsbaserat.report.documents.est.words.walks import WALK_PROPOSED
from kunskapsbaserat.swedish import MISSING, NBSP, capital, day, limits, listed, number, span, word
from kunskapsbaserat.trends.reporting import FEWER, MORE, WITHIN, Reporting

KICKER = "EST – Effektiv samordning för trygghet"
KORTHET = "Läget i korthet"
STICKS_OUT = "Det här sticker ut"
DECIDE = "Att ta ställning till"
REMAINING = "Återstår för gruppen"
MARKS = "Så läser du märkena"
MADE_OF = "ur rapporterna till gruppen"
INTERNAL = "Intern version: får inte publiceras"
PUBLIC = "Offentlig version"
DAYS = ("måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag")
PARTS = ((0, 6), (6, 12), (12, 18), (18, 24))
PART_NAMES = {0: "natt", 6: "förmiddag", 12: "eftermiddag", 18: "kväll"}

VERDICTS = {
    MORE: ("okning", "fler än väntat"),
    FEWER: ("minskning", "färre än väntat"),
    WITHIN: ("ingen", "inom det vanliga"),
    "fa": ("fa", "för få att bedöma"),
    "kan_inte_bedomas": ("kan", "kan inte bedömas"),
}
MARKS_EXPLAINED = (
    (("okning", "minskning"), "Fler eller färre än väntat", "mer än vanlig variation hos samma rapportörer"),
    (("ingen",), "Inom det vanliga", "kan vara slump, men inte säkert oförändrat"),
    (("fa",), "För få att bedöma", "färre än fem händelser"),
    (("kan",), "Kan inte bedömas", "rapportörerna har för kort historik"),
)
STATUS = {
    "new": "fler än platsens egen historia och mer än på andra platser",
    "general": "fler än platsens egen historia, men inte säkert mer än på andra platser",
    "persistent": "ungefär som förut, och med händelser i de flesta perioder",
    "usual": "inom det vanliga för platsen",
    "fewer": "färre än platsens egen historia",
}
STATES = {
    "ej_startad": "ej startad",
    "pagar": "pågår",
    "klar": "klar",
    "avslutad": "avslutad utan åtgärd",
    "oklart": "går inte att läsa",
}
KINDS = {MEASURE: "åtgärd", WALK: "trygghetsvandring", DIALOGUE: "medborgardialog"}
DECIDED = {"gors": "görs", "gors_inte": "görs inte", "utreds": "utreds", None: MISSING}
TOPIC_MAP, TOPIC_AGAIN, TOPIC_RARE = "Karta", "Upprepning", "Sällsynta händelser"
SOURCE = "Källa: rapporter till gruppen; bearbetning. Rapporter är inte detsamma som brott, och de får inte läggas ihop med anmälda brott."


def period(at: Span, rhythm: Rhythm | None = None) -> str:
    """ "v. 45–46 2026 (2–15 november)", or "november 2026"."""
    if rhythm is not None and rhythm.days == MONTH:
        return f"{format_date(at.start, 'MMMM y', locale='sv_SE')}".replace(" ", NBSP)
    first, last = at.weeks
    weeks = f"v.{NBSP}{first}" if first == last else f"v.{NBSP}{span(first, last)}"
    return f"{weeks} {at.last.isocalendar().year} ({days(at.start, at.last)})"


def short_period(at: Span, rhythm: Rhythm) -> str:
    if rhythm.days == MONTH:
        return format_date(at.start, "MMM", locale="sv_SE")
    return f"v.{at.weeks[0]}"


def days(first: date, last: date) -> str:
    """ "2–15 november", "30 november–13 december"."""
    if (first.month, first.year) == (last.month, last.year):
        return f"{span(first.day, last.day)}{NBSP}{format_date(last, 'MMMM', locale='sv_SE')}"
    return span(format_date(first, "d MMMM", locale="sv_SE"), format_date(last, "d MMMM", locale="sv_SE")).replace(" ", NBSP)


def title(kommun: Kommun) -> str:
    return f"EST-rapport {kommun.where}"


def page_title(kommun: Kommun, at: Span, rhythm: Rhythm) -> str:
    return f"EST-rapport {kommun.name}, {period(at, rhythm)}"


def foot(kommun: Kommun, at: Span, rhythm: Rhythm, kind: str) -> str:
    return f"EST {kommun.name} · {period(at, rhythm)} · {kind}"


def some(n: int) -> str:
    """ "en", "två" of what is "en" in Swedish (händelse, rapportör, åtgärd)."""
    return "en" if n == 1 else word(n)


def events(n: int) -> str:
    return "en händelse" if n == 1 else "inga händelser" if n == 0 else f"{word(n)} händelser"


def turnout(there: int, wanted: int) -> str:
    """How many of the expected reporters were active."""
    if wanted == 1:
        return "Den enda väntade rapportören var aktiv" if there else "Den enda väntade rapportören var inte aktiv"
    who = "Ingen" if there == 0 else capital(some(there))
    return f"{who} av {word(wanted)} väntade rapportörer var {'aktiv' if there < 2 else 'aktiva'}"


def lead(m: Material) -> str:
    """How many, from how many, and whether that is as usual."""
    n, now = len(m.events), m.activity_now
    expected, there = int(now["expected"].sum()), int((now["expected"] & now["active"]).sum())
    said = f"{capital(events(n))} rapporterades {period(m.span, m.rhythm)}."
    if expected:
        said += f" {turnout(there, expected)}."
    return f"{said} {usual(m.overall)}"


def usual(r: Reporting) -> str:
    """The period against what the same reporters used to report."""
    if r.reason is not None:
        return "Det går inte att säga om det är fler eller färre än vanligt: rapportörerna har rapporterat i för få perioder."
    spread = limits(r.lower, r.upper)
    panel = "de som har rapporterat förut" if r.new else "rapportörerna"
    found = {
        MORE: f"Det är fler än väntat: {panel} lämnade {number(r.observed)}, och {spread} var att vänta av just dem.",
        FEWER: f"Det är färre än väntat: {panel} lämnade {number(r.observed)}, och {spread} var att vänta av just dem.",
        WITHIN: f"Det är inom det vanliga: {panel} lämnade {number(r.observed)}, och {spread} var att vänta av just dem.",
    }[r.verdict]
    if r.new and r.left_out:
        who = "en ny rapportör" if r.new == 1 else f"{some(r.new)} nya rapportörer"
        found += f" {capital(number(r.left_out))} kom från {who} och säger inget om utvecklingen."
    return found


# ---- the first page ------------------------------------------------------------------------------------------------------


def category_highlight(row: Row, where: str) -> str:
    r = row.reporting
    what = "fler" if row.verdict == MORE else "färre"
    said = f"{capital(number(row.now))} rapporter, {what} än väntat ({limits(r.lower, r.upper)})."
    if r.left_out:
        said += f" Av dem kom {number(r.left_out)} från nya rapportörer, som inte räknas i bedömningen."
    return f"{said}{where}"


def mostly_at(place: str, n: int, of: int) -> str:
    return f" Alla gäller {place}." if n == of else f" {capital(some(n))} av dem gäller {place}."


def place_highlight(count: int, low: float, high: float, what: str) -> str:
    return f"{capital(number(count))} händelser; platsen brukar ha {limits(low, high)}. {what}"


def mostly(name: str, n: int) -> str:
    return f"Mest {name[:1].lower()}{name[1:]} ({number(n)})."


NOTHING = "Inget sticker ut från det som samma rapportörer brukar rapportera."
NEW_REPORTERS = "Nya rapportörer"


def new_reporters(r: Reporting) -> str:
    who = f"{capital(some(r.new))} rapportör{'' if r.new == 1 else 'er'}"
    return f"{who} har för kort historik för att jämföras och lämnade {number(r.left_out)} av {number(r.raw)}. Att antalet rapporter växer av det betyder inte att det händer mer."


def decide(m: Material) -> list[str]:
    said = []
    late = [f for f in m.open if f.overdue(m.today)]
    if late:
        said.append(
            "En sak har gått över tiden. Ska den göras, få nytt datum eller avslutas?"
            if len(late) == 1
            else f"{capital(some(len(late)))} saker har gått över tiden. Ska de göras, få nytt datum eller avslutas?"
        )
    proposed = [one.place for one in proposals(m)]
    if proposed:
        said.append(f"{WALK_PROPOSED} vid {listed(proposed)}. När, och vilka bjuds in?")
    new = [place for place in m.watch.loc[m.watch["status"] == "new", "place"] if place not in proposed]
    if new:
        said.append(f"Vad behövs vid {listed(new)}?")
    fresh = [i for i in m.problems if m.is_new(i)]
    if fresh:
        said.append(
            "Ett nytt problem är uppskrivet. Vem tar ansvar?"
            if len(fresh) == 1
            else f"{capital(some(len(fresh)))} nya problem är uppskrivna. Vem tar ansvar?"
        )
    undated = [f for f in m.open if f.due is None]
    if undated:
        said.append(
            f"{capital(some(len(undated)))} {'sak saknar' if len(undated) == 1 else 'saker saknar'} datum. När ska de vara klara?"
        )
    return said or ["Behövs något utöver det som redan pågår?"]


def remaining(m: Material) -> str:
    quiet = quiet_reporters(m)
    said = []
    if m.last_report is not None:
        said.append(f"Den senaste rapporten är från {day(m.last_report)}: är perioden slut?")
    if quiet:
        said.append(
            f"{capital(some(len(quiet)))} väntade rapportörer har varken rapporterat eller sagt att de inte hade något."
            if len(quiet) > 1
            else "En väntad rapportör har varken rapporterat eller sagt att den inte hade något."
        )
    if len(m.pairs):
        said.append(
            f"{capital(number(len(m.pairs)))} möjliga dubbletter väntar på beslut (est_dubbletter.csv)."
            if len(m.pairs) > 1
            else "En möjlig dubblett väntar på beslut (est_dubbletter.csv)."
        )
    lost = sum(r.count for r in m.est.remarks if r.code in NOT_COUNTED)
    if lost:
        said.append(f"{capital(rows(lost))} i underlaget kunde inte läsas. Kör kunskap kontroll.")
    return " ".join(said) or "Inget saknas i underlaget."


def quiet_reporters(m: Material) -> list[str]:
    now = m.activity_now
    return list(now.loc[now["expected"] & ~now["active"], "reporter"])


HEADS = ("Kategori", "Utveckling", "Antal nu", "Förra perioden", "Samma period i fjol", "Väntat nu", "Bedömning")
PHONE = ("", "", "nu", "förra perioden", "i fjol", "väntat", "")
CAPTION = "Rapporterade händelser efter kategori"


def table_scope(m: Material) -> str:
    old = len(m.spans) - 1
    return f"Antal efter den dag de rapporterades. Väntat: det som de nu aktiva rapportörerna brukar lämna, räknat på {number(old)} perioder."


def total() -> str:
    return "Alla kategorier"


def count(n: int | None) -> str:
    return MISSING if n is None else number(n)


def expected(r: Reporting) -> str:
    return MISSING if r.reason is not None else limits(r.lower, r.upper)


# ---- the second page -----------------------------------------------------------------------------------------------------

TOPIC_REPORTERS, TOPIC_PLACES, TOPIC_WHEN = "Rapportörer", "Platser", "När"
TOPIC_PROBLEMS, TOPIC_MEASURES, TOPIC_DECISIONS, TOPIC_COMING, TOPIC_QUALITY = (
    "Problem",
    "Åtgärder",
    "Beslut",
    "Kommande",
    "Underlaget",
)


def reporters_heading(m: Material) -> str:
    now = m.activity_now
    wanted, there = int(now["expected"].sum()), int((now["expected"] & now["active"]).sum())
    if not wanted:
        return "Inga väntade rapportörer är uppskrivna"
    return turnout(there, wanted)


def reporters(m: Material) -> list[str]:
    now = m.activity_now
    zero = list(now.loc[now["nothing_to_report"], "reporter"])
    new = [n for n in now.loc[now["active"], "reporter"] if n in m.new_reporters]
    said = []
    if quiet := quiet_reporters(m):
        said.append(f"Tysta: {listed(quiet)}. Tystnad är inte detsamma som lugn.")
    if zero:
        said.append(f"Inget att rapportera: {listed(zero)}.")
    if new:
        said.append(f"För kort historik för att jämföras: {listed(new)}.")
    said.append(per_reporter(m))
    return said


def per_reporter(m: Material) -> str:
    now, before = m.per_period.iloc[-1], m.per_period.iloc[:-1]
    if not now["active"]:
        return "Ingen rapportör var aktiv."
    said = f"{number(now['events'] / now['active'], 1)} rapporter per aktiv rapportör"
    if len(before) and before["active"].sum():
        said += (
            f" (i snitt {number(before['events'].sum() / before['active'].sum(), 1)} de {number(len(before))} perioderna före)"
        )
    return f"{said}."


FIGURE_CAPTION = "Rapporter per period"
FIGURE_DETAILS = "Rapporter och aktiva rapportörer per period"
FIGURE_HEADS = ("Period", "Rapporter", "Aktiva rapportörer", "Gräns nedåt", "Gräns uppåt")


def figure_unit() -> str:
    return "Antal. Grått: så mycket som antalet brukar svänga när så många rapporterar."


def figure_title(m: Material) -> str:
    return f"Linjediagram: rapporterade händelser {m.kommun.where} per period, till och med {period(m.span, m.rhythm)}"


def figure_finding(m: Material, outside: bool) -> str:
    series = m.per_period["events"]
    first = f"Senaste perioden {number(series.iloc[-1])}; lägst {number(series.min())}, högst {number(series.max())}."
    return f"{first} Den senaste ligger {'utanför' if outside else 'inom'} vanlig variation per aktiv rapportör."


PLACE_HEADS = ("Plats", "Antal", "Brukar ha", "Varför")


def no_places(single: int) -> str:
    return single_places(single) or "Inga händelser på namngivna platser i perioden."


def single_places(n: int) -> str:
    """How many places had one event only."""
    if not n:
        return ""
    return "En plats har en enstaka händelse." if n == 1 else f"{capital(word(n))} platser har en enstaka händelse var."


PLACES_CAPTION = "Platser att följa"


def places_heading(n: int, new: Sequence[str]) -> str:
    if new:
        return f"{capital(listed(list(new)))} sticker ut"
    return "Inga nya platser sticker ut" if n else "Inga platser att följa"


def reason(status: str, what: str, *, judged: bool) -> str:
    said = STATUS[status] if judged and status in STATUS else "för få händelser eller för kort historik för att bedöma"
    return f"{capital(said)}. {what}".strip()


WHEN_HEADS = ("Dag", *(f"{capital(PART_NAMES[a])} {span(a, b)}" for a, b in PARTS))
WHEN_CAPTION = "Händelser efter veckodag och tid på dygnet"


def when_scope(m: Material) -> str:
    first = m.window[0].start
    return f"{capital(days(first, m.span.last))}. Osäkra tider delas jämnt på den tid då det kan ha hänt. ▲ fler än om de var jämnt spridda."


def when_heading(peaks: Sequence[tuple[int, int]], enough: bool) -> str:
    if not enough:
        return "För få händelser för att se ett mönster"
    if not peaks:
        return "Inget säkerställt mönster i veckan"
    by_part: dict[int, list[int]] = {}
    for weekday, hour in peaks:
        by_part.setdefault(hour, []).append(weekday)
    said = [
        f"{_weekdays(sorted(found))} {PART_NAMES.get(hour, f'kl. {hour}')}"
        for hour, found in sorted(by_part.items(), reverse=True)
    ]
    return f"Flest händelser: {listed(said)}"


def _weekdays(found: Sequence[int]) -> str:
    if len(found) > 2 and list(found) == list(range(found[0], found[-1] + 1)):
        return f"{DAYS[found[0]]}–{DAYS[found[-1]]}"
    return listed([DAYS[d] for d in found])


def problems_heading(new: int, old: int) -> str:
    if not new and not old:
        return "Inga problem är uppskrivna"
    if not new:
        return f"Inga nya problem; {word(old)} följs sedan tidigare"
    return f"{capital(word(new))} {'nytt problem' if new == 1 else 'nya problem'}" + (
        f"; {word(old)} följs sedan tidigare" if old else ""
    )


def problem(item: Item, *, new: bool) -> str:
    start = "Nytt: " if new else f"Sedan {day(item.forst_sett)}: "
    link = f" Hör till {item.hor_till}." if item.hor_till else ""
    return f"{start}{item.namn} ({item.id}{', ' + item.plats if item.plats else ''}).{link}"


def rows(n: int) -> str:
    return "en rad" if n == 1 else f"{number(n)} rader"
