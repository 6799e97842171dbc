"""Words about what stands beside the chain: focus areas, fullmäktige's goals, promises, process figures, controls, neighbours, places."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from kunskapsbaserat.catalogue import advice
from kunskapsbaserat.plan.model import Delegation, Plan
from kunskapsbaserat.plan.work import Fokus, Grannomrade, Kontroll, Plats
from kunskapsbaserat.plan.work_checks import carried, ending
from kunskapsbaserat.swedish import MISSING, NBSP, day, limits, listed, number, percent, word
from kunskapsbaserat.trends.verdicts import PERCENT_FROM

# ---- kinds of prevention -------------------------------------------------------------------------------------------------

KIND_SIDE = "Orsaken handlar om"
KIND_CAPTION = "Hur många åtgärder av varje typ som riktas mot varje slags orsak"
KIND_SCOPE = "En orsak i situationen möts oftast med situationella åtgärder, en orsak hos den som begår brottet med sociala."
KIND_MISSING = "Att se över"


def kind_heading(causes: int) -> str:
    return f"{'En orsak' if causes == 1 else f'{word(causes, capital=True)} orsaker'} saknar åtgärd av den typ som passar"


# ---- focus areas ---------------------------------------------------------------------------------------------------------

FOCUS_HEADS = ("Fokusområde", "Storlek nu", "Utveckling", "Slutar")
FOCUS_CAPTION = "Fokusområdenas storlek, utveckling och slutdag"
CARRIED_HEADS = ("Fokusområde", "Avtal", "Löfte", "EST följer", "Åtgärder")
CARRIED_CAPTION = "Vart fokusområdena har förts: samverkansavtal, medborgarlöfte, EST och åtgärder"
FOCUS_SCOPE = "Storlek och utveckling kommer ur samma siffror som i lägesbilden. Slutdagen säger när fokus ska väljas på nytt."
NO_FIGURE, NO_END, NOT_CARRIED = "inget tal", "slutdag saknas", "saknas"
PUBLIC_FOCUS = "Det här lägger vi mest kraft på"


def focus_heading(found: Sequence[Fokus], plan: Plan) -> str:
    """How many there are, and how many of them lead all the way."""
    whole = sum(all(carried(plan, f).values()) for f in found)
    areas = "Ett fokusområde" if len(found) == 1 else f"{word(len(found), capital=True)} fokusområden"
    if whole == len(found):
        return f"{areas}, {'som finns' if len(found) == 1 else 'som alla finns'} i avtal, löfte och EST"
    return (
        f"{areas}: {word(whole) if whole else 'inget'} av dem finns i både avtal, löfte och EST"
        if len(found) > 1
        else (f"{areas}, som ännu inte finns i både avtal, löfte och EST")
    )


def focus_end(focus: Fokus, as_of: date) -> str:
    if focus.till is None:
        return NO_END
    return ending(focus.till, as_of) or day(focus.till)


def own_size(focus: Fokus) -> str:
    """The plan's own figure, in its own unit; never a verdict."""
    if mark := dict(focus.dolda).get("storlek"):
        return mark
    if focus.storlek is None:
        return NO_FIGURE
    unit = f" {focus.enhet}" if focus.enhet else ""
    return f"{_plain(focus.storlek)}{unit}{f' ({focus.ar})' if focus.ar else ''}"


def own_trend(focus: Fokus) -> str:
    if mark := dict(focus.dolda).get("storlek_fore"):
        return f"tidigare {mark}, inte bedömt"
    return f"tidigare {_plain(focus.storlek_fore)}, inte bedömt" if focus.storlek_fore is not None else MISSING


def public_focus(found: Sequence[Fokus]) -> list[str]:
    return [f"{f.namn}{f', till och med {day(f.till)}' if f.till else ''}." for f in found]


def _plain(value: float) -> str:
    return number(value, 0 if float(value).is_integer() else 1)


# ---- fullmäktige ---------------------------------------------------------------------------------------------------------

COUNCIL_HEADS = ("Fullmäktiges mål", "Så visar planen hur det går", "Gäller till")
COUNCIL_CAPTION = "Fullmäktiges egna mål, och planens mål under dem"
NO_GOAL = "inget mål i planen visar hur det går"
DELEGATION_HEADS = ("Det fullmäktige har lämnat över", "Till", "Beslut", "Gäller till")
DELEGATION_CAPTION = "Delegation från fullmäktige"


def until(last: date | None, as_of: date) -> str:
    return MISSING if last is None else ending(last, as_of) or day(last)


def delegation(one: Delegation, as_of: date) -> list[str]:
    return [one.vad, one.till or MISSING, one.beslut or MISSING, until(one.slut, as_of)]


# ---- promises ------------------------------------------------------------------------------------------------------------

LINKED_HEADS = ("Löfte", "Aktiviteter som löftet hålls med", "Trygghetsmått det hör till", "Andel nu", "Förändring")
LINKED_CAPTION = "Från löfte till aktivitet och trygghet"
LINKED_SCOPE = (
    "Trygghetsmåttet står bredvid löftet. Det visar inte att löftet har betytt något: många andra saker påverkar tryggheten."
)

# ---- process figures -----------------------------------------------------------------------------------------------------

PROCESS_HEADING = "Det egna arbetet i siffror"
PROCESS_LEAD = (
    "Summor av vad som har gjorts, utan uppgifter om enskilda. Inget av talen har en riktning som är bättre eller sämre. Tal under fem "
    "visas inte, och inte heller tal som ett sådant går att räkna fram ur."
)
MEASURE = "Vad som räknas"


def period(first: date, last: date) -> str:
    """ "2025", "1 januari–30 juni 2025"."""
    if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31):
        return str(first.year) if first.year == last.year else f"{first.year}–{last.year}"
    start = day(first).removesuffix(f" {first.year}") if first.year == last.year else day(first)
    return f"{start}–{day(last)}"


def part_of(part: float, whole: float, name: str) -> str:
    """ "av 900 föräldrar i målgruppen, 13 procent"; no per cent of fewer than twenty."""
    share = f", {percent(part / whole)}" if whole >= PERCENT_FROM and PERCENT_FROM <= part <= whole else ""
    return f"av {number(whole)} {name}{share}"


# ---- controls ------------------------------------------------------------------------------------------------------------

CONTROLS_HEADING = "Kontroller mot välfärdsbrott"
CONTROLS_HEADS = ("Process", "Kontroll", "Tid", "Kontrollerade", "Fel", "Fel per 100 kontroller", "Kronor")
CONTROLS_CAPTION = "Vad kontrollerna har hittat"
CONTROLS_TEXT = (
    "Tabellen visar det som hittats, inte hur mycket som finns. Fler kontroller hittar oftast fler fel. Fel och kronor är olika enheter och "
    "läggs aldrig ihop, och inte heller olika processer."
)


def checks(k: Kontroll) -> str:
    return MISSING if k.kontrollerade is None else number(k.kontrollerade)


def faults(k: Kontroll) -> str:
    if mark := dict(k.dolda).get("fel"):
        return mark
    return MISSING if k.fel is None else f"{number(k.fel)}{NBSP}fel"


def faults_per_100(fel: float | None, kontrollerade: float | None) -> str:
    """ "3,0 fel per 100 kontroller"; of fewer than twenty checks nothing is said."""
    if fel is None or not kontrollerade or kontrollerade < PERCENT_FROM:
        return MISSING
    return f"{number(100 * fel / kontrollerade, 1)} fel per 100 kontroller"


def kronor(value: float | None) -> str:
    return MISSING if value is None else f"{number(value)}{NBSP}kronor"


# ---- neighbours ----------------------------------------------------------------------------------------------------------

NEIGHBOURS_HEADING = "Grannsamverkan, område för område"
NEIGHBOURS_HEADS = ("Område", "År", "Hushåll", "Med", "Täckning", "Bostadsinbrott")
NEIGHBOURS_CAPTION = "Hur många hushåll som är med"
SUMS_HEADS = ("Områden", "År", "Antal", "Hushåll", "Bostadsinbrott", "Per 1 000 hushåll")
SUMS_CAPTION = "Områden med och utan grannsamverkan, samma år"
SELF_SELECTED = (
    "Områdena har själva valt att gå med. De kan ha haft färre inbrott redan innan, eller ha gått med just för att de hade många. Tabellen "
    "beskriver läget och säger inte vad grannsamverkan har betytt."
)
WITH, WITHOUT = "med grannsamverkan", "utan grannsamverkan"


def coverage(area: Grannomrade) -> str:
    if area.hushall is None or area.med is None or area.hushall < PERCENT_FROM:
        return MISSING
    return percent(area.med / area.hushall)


def counted(value: float | None, mark: str | None) -> str:
    return mark or (MISSING if value is None else number(value))


def rate(per_thousand: float, low: float, high: float) -> str:
    """ "8,4 (troligen 6,1–11,3)"."""
    return f"{number(per_thousand, 1)} (troligen {limits(low, high, 1)})"


# ---- places --------------------------------------------------------------------------------------------------------------

PLACES_HEADING = "Platssamverkan: platsen, ringen runt om och jämförelseplatsen"
PLACES_HEADS = ("Var", "Före", "Efter", "Skillnad")
ON_PLACE, IN_RING = "Platsen", "Ringen runt om"
NOT_PROOF = "En enda plats kan inte visa om arbetet är orsaken. Intervallet räknar bara med slump i antalen, och två platser skiljer sig oftast mer än så."


def place_lead(s: Plats) -> str:
    texts = []
    if s.planerade is not None or s.gjorda is not None:
        done = counted(s.gjorda, None)
        texts.append(f"Gjort: {done} av {counted(s.planerade, None)} planerade åtgärder.")
    members = counted(s.medlemmar, dict(s.dolda).get("medlemmar"))
    if members != MISSING:
        texts.append(f"Medlemmar: {members}.")
    if s.handelser:
        texts.append(f"Räknat: {s.handelser}.")
    return " ".join(texts)


def place_times(s: Plats) -> str:
    if s.fore_fran is None or s.fore_till is None or s.efter_fran is None or s.efter_till is None:
        return "Tiderna före och efter är inte ifyllda."
    return f"Före: {period(s.fore_fran, s.fore_till)}. Efter: {period(s.efter_fran, s.efter_till)}."


def compared(change: float, low: float, high: float, name: str | None) -> str:
    """The change on the place less that on the one it is compared with. Never called säkerställd."""
    way = "färre" if change < 0 else "fler"
    size = f"{number(abs(change))} {way}" if round(change) else "lika många"
    return (
        f"Jämfört med {name or 'jämförelseplatsen'} blev det {size} händelser på platsen (av slump mellan {_more_or_fewer(low)} och {_more_or_fewer(high)}). "
        f"{NOT_PROOF}"
    )


def _more_or_fewer(change: float) -> str:
    return f"{number(abs(change))} {'färre' if change < 0 else 'fler'}"


def not_compared(s: Plats) -> str:
    missing = [] if s.jamforelse or s.jamforelse_fore is not None else ["en jämförelseplats"]
    missing += [] if s.ring_fore is not None else ["ringen runt om"]
    if missing:
        return f"Det saknas {listed(missing)}. Utan dem går det inte att säga om en ändring är platsens egen, eller om händelserna har flyttat."
    return "Talen är för små, tiderna olika långa eller ofullständiga, så platserna går inte att jämföra."


# ---- residents and staff -------------------------------------------------------------------------------------------------

YOU_CAN = "Det här kan du göra"
STAFF_TITLE = "Det här gör du när du ser något"
STAFF_KIND = "Till dig som arbetar i kommunen"
STAFF_HEADING = "Plikt, tecken och vem du säger till"
STAFF_LEAD = (
    "Sidan säger vad lagen kräver av dig, vilka tecken som räcker och vem du säger till. Den ersätter inte kommunens egna rutiner. Varje rad har en "
    "källa; läs den när du är osäker."
)
SIGNS, DO, TELL, SOURCE = "Tecken", "Det du gör", "Vem du säger till", "Källa"
STAFF_CONTACT, STAFF_SOURCES = "Kommunens egna kontakter", "Källor"


def staff_lines(duty: advice.Duty) -> list[tuple[str, str]]:
    """Signs, duty, whom to tell, and where that was read."""
    return [(SIGNS, duty.signs), (DO, duty.duty), (TELL, duty.tell), (SOURCE, "; ".join(s.title for s in duty.sources))]


def staff_sources(duties: Sequence[advice.Duty]) -> list[str]:
    """Every source once, with its address: the page asks nobody for anything, so it is no link."""
    named = (f"{s.title}. {s.url.removeprefix('https://').removesuffix('/')}" for duty in duties for s in duty.sources)
    return list(dict.fromkeys(named))


def sources(titles: Sequence[str], read: str) -> str:
    return f"{'; '.join(titles)}. {source_line(read)}"


def source_line(read: str) -> str:
    return f"Källorna lästes {day(date.fromisoformat(read))}."
