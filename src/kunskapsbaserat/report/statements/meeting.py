"""What pages for a råd, a ledningsgrupp and a nämnd say alike: late measures, dates, matters to decide, what has changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from kunskapsbaserat.data.est.item import Item
from kunskapsbaserat.plan.duties import Duty, State
from kunskapsbaserat.plan.model import Atgard
from kunskapsbaserat.report.material.earlier import Earlier, How
from kunskapsbaserat.report.material.functions import responsible_of
from kunskapsbaserat.report.material.work import Dated, Late, Why, Work
from kunskapsbaserat.report.statements import duties, measures
from kunskapsbaserat.swedish import NBSP, WORD_JOINER, capital, day, listed, lower, word

_EXAMPLE = "EXEMPEL: planen är påhittad. Brotts- och trygghetssiffrorna är verkliga."
WORKING_PAPER = "Arbetsmaterial till mötet"
NOBODY = "funktion saknas i planen"
NO_PLAN = "Ingen ifylld åtgärdsplan finns i mappen. Därför går det inte att visa åtgärder, förseningar eller lagens frister."
FILL_IN = "Kör ”kunskap ny KOMMUN MAPP”, fyll i atgardsplan.xlsx och gör om sidan."
TO_DECIDE, REMAINING, LATE, DATES, PROPOSALS = (
    "Att ta ställning till",
    "Nästa datum",
    "Försenade åtgärder",
    "Datum framåt",
    "Förslag till ställningstagande",
)
PROPOSAL_HEADS = ("Förslag", "Skäl", "Ansvarig")
LATE_HEADS = ("Åtgärd", "Ansvarig", "Försenad sedan", "Läge")
DATE_HEADS = ("Dag", "Vad")
ATTENDANCE, ATTENDANCE_HEADS = "Enheternas närvaro i forumen", ("Enhet", "Forum", "Deltog")
NOTHING_LATE = "Ingen åtgärd i planen är försenad."
NO_DATES = "Inga datum är kända."
NO_PROPOSAL = "Inget ärende är anmält, och inget i planen eller siffrorna ger ett förslag."
_DUE = {
    "lagesbild": f"sista dag att uppdatera lägesbilden (4 och 6{NBSP}§§)",
    "uppfoljning": f"sista dag att följa upp åtgärdsplanen (6{NBSP}§)",
}
_DONE = {
    "lagesbild": "Uppdatera lägesbilden",
    "plan_beslut": "Besluta om en åtgärdsplan",
    "uppfoljning": "Följ upp åtgärdsplanen",
    "egna_atgarder": "Ta in kommunens egna åtgärder i planen",
    "overenskommelser": "Förnya eller teckna överenskommelser",
    "rad": "Utse ett råd",
    "samordning": "Utse en samordningsfunktion",
    "information": "Bestäm var invånarna får veta mer",
    "namnd": "Bestäm ansvarig nämnd",
    "rapportering": "Rapportera till fullmäktige",
}


def invented(work: Work) -> str:
    """What of the page is invented; empty where the plan is the kommun's own."""
    return _EXAMPLE if work.example else ""


def page_title(work: Work, title: str) -> str:
    return f"EXEMPEL: {title}" if work.example else title


def foot_start(work: Work) -> str:
    return "EXEMPEL (påhittad plan) · " if work.example else ""


def short(title: str, most: int) -> str:
    """A title short enough for its place: cut between two words, and seen to be cut.

    >>> short("Fler vuxna ute på kvällarna", 20)
    'Fler vuxna ute på …'
    """
    return title if len(title) <= most else f"{title[: most - 1].rsplit(' ', 1)[0].rstrip(' ,;:–-')} …"


def one(count: int) -> str:
    """A number before a word with "en"."""
    return "en" if count == 1 else word(count)


# ---- late ----------------------------------------------------------------------------------------------------------------


def late_since(found: Late) -> str:
    """When it should have been, and what."""
    what = {Why.END: "skulle vara klar", Why.START: "skulle ha börjat", Why.PLAN: "planen tog slut"}[found.why]
    return f"{day(found.since)}, {what}"


def responsible(found: Late) -> str:
    return found.responsible or NOBODY


def responsible_for(measure: Atgard) -> str:
    return responsible_of(measure.ansvarig) or NOBODY


def state(measure: Atgard) -> str:
    return measures.STATES[measure.lage][1]


def late_line(count: int) -> str:
    """ "Tre åtgärder är försenade."."""
    if not count:
        return NOTHING_LATE
    return f"{one(count).capitalize()} {'åtgärd är försenad' if count == 1 else 'åtgärder är försenade'}."


# ---- dates ---------------------------------------------------------------------------------------------------------------


def what(dated: Dated) -> str:
    """What a date is about, as a phrase."""
    return _WHAT[dated.code](dated)


def _meeting(d: Dated) -> str:
    forum, place = d.parts
    where = f", {place}" if place else ""
    return f"{capital(forum)} möts{_hours(d)}{where}"


def _hours(d: Dated) -> str:
    if d.start is None:
        return ""
    end = f"–{_clock(d.end)}" if d.end is not None else ""
    return f" kl.{NBSP}{_clock(d.start)}{end}"


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}.{minutes % 60:02}"


def _with_owner(text: str, owner: str) -> str:
    return f"{text} ({owner})" if owner else text


_WHAT: Mapping[str, Callable[[Dated], str]] = {
    "mote": _meeting,
    "plikt": lambda d: capital(_DUE.get(d.parts[0]) or f"sista dag: {lower(duties.NAMES[d.parts[0]])}"),
    "plan_slut": lambda _: "Åtgärdsplanen slutar gälla",
    "overenskommelse": lambda d: f"Överenskommelsen med {d.parts[0]} går ut",
    "kf_mal": lambda d: f"Fullmäktiges mål slutar gälla: {lower(d.parts[0])}",
    "delegation": lambda d: _with_owner(f"Fullmäktiges uppdrag går ut: {lower(d.parts[0])}", d.parts[1]),
    "fokus": lambda d: f"Fokusområdet slutar: {d.parts[0]}",
    "atgard_klar": lambda d: _with_owner(f"Åtgärden ska vara klar: {lower(d.parts[0])}", d.parts[1]),
    "atgard_start": lambda d: _with_owner(f"Åtgärden ska börja: {lower(d.parts[0])}", d.parts[1]),
    "lofte_slut": lambda d: f"Medborgarlöftet slutar gälla: {lower(d.parts[0])}",
    "siffror": lambda d: f"Nya siffror väntas: {d.parts[0]} ({d.parts[1]})",
}


def when(dated: Dated) -> str:
    """The day, or the days between which something is expected."""
    if dated.last is None or dated.last == dated.day:
        return day(dated.day)
    if (dated.last.year, dated.last.month) == (dated.day.year, dated.day.month):
        return f"{dated.day.day}{WORD_JOINER}–{WORD_JOINER}{day(dated.last)}"
    return f"{day(dated.day).removesuffix(f'{NBSP}{dated.day.year}')}{WORD_JOINER}–{WORD_JOINER}{day(dated.last)}"


def next_dates(coming: Sequence[Dated], most: int) -> str:
    """The first dates in a line: what the kommun has to do, and then when figures are expected."""
    own = [d for d in coming if d.code != "siffror"][: most - 1]
    figures = [d for d in coming if d.code == "siffror"][: most - len(own)]
    chosen = sorted([*own, *figures], key=lambda d: d.day)
    return " ".join(f"{capital(when(d))}: {lower(short(what(d), 90))}." for d in chosen) or NO_DATES


def dates_heading(count: int) -> str:
    return "Ett datum det närmaste året" if count == 1 else f"{word(count, capital=True)} datum det närmaste året"


# ---- the meeting before --------------------------------------------------------------------------------------------------


def since(earlier: Earlier) -> str:
    """Which day "since last time" counts from, and how it is known."""
    if earlier.how is How.ASSUMED:
        return (
            f"Förra mötets dag är inte känd. Sidan räknar från {day(earlier.day)}, tre månader tidigare (välj dag med --sedan)."
        )
    known = {
        How.GIVEN: "den dag som är vald",
        How.KEPT: "då förra sidan gjordes",
        How.PLAN: "rådets senaste möte enligt planen",
    }[earlier.how]
    return f"Förra mötet: {day(earlier.day)}, {known}."


def unknown_states(earlier: Earlier) -> str:
    """Why nothing can be said of what has changed in the plan."""
    if earlier.page:
        return ""
    return (
        "Förra mötets sida finns inte i mappen. Därför syns bara ändringar som har ett datum. Lägg den här sidans mapp i "
        "kommunens mapp, så kan nästa sida jämföra varje åtgärd."
    )


def moved(measure: Atgard, before: str, now: str) -> str:
    return f"{measure.namn}: {before}, nu {now}"


# ---- matters and proposals -----------------------------------------------------------------------------------------------


def decided(item: Item) -> str:
    """ "Trygghetsvandring i januari: beslutat 3 november 2026 (rådet)"."""
    return f"{item.arende.rstrip('.')}: {decision(item)}"


def decision(item: Item) -> str:
    """ "beslutat 3 november 2026 (rådet)"."""
    return f"{item.lage} {day(item.dag)} ({item.forum})"


def more_proposals(count: int) -> str:
    return f"Ett förslag till: se {_SECOND}." if count == 1 else f"{word(count, capital=True)} förslag till: se {_SECOND}."


def more_in_annex(count: int) -> str:
    return "Ett förslag till: se bilagan." if count == 1 else f"{word(count, capital=True)} förslag till: se bilagan."


_SECOND = "nästa sida"


def duty_proposal(duty: Duty) -> str:
    return _DONE.get(duty.code, duties.NAMES[duty.code])


def duty_late(duty: Duty) -> str:
    """What is late, with its last day."""
    return f"{duty_proposal(duty)} (fristen gick ut {day(duty.due)})" if duty.due is not None else duty_proposal(duty)


def duty_reason(duty: Duty) -> str:
    """Why a duty is up now."""
    said = duties.text(duty)
    if duty.due is None:
        return said
    if duty.state is State.FORSENAT:
        return f"Fristen gick ut {day(duty.due)}. {said}"
    return f"Fristen går ut {day(duty.due)}. {said}"


def late_proposal(found: Late) -> str:
    return f"Ta ställning till åtgärden {lower(found.measure.namn)}: fortsätt, ändra eller avsluta"


def late_reason(found: Late) -> str:
    what_ = {Why.END: "Skulle vara klar", Why.START: "Skulle ha börjat", Why.PLAN: "Inte startad när planen tog slut"}[
        found.why
    ]
    why = f" {found.measure.avvikelse.rstrip('.')}." if found.measure.avvikelse else ""
    return f"{what_} {day(found.since)}.{why}"


def more_late(count: int) -> str:
    return f"Ta ställning till de {word(count)} andra försenade åtgärderna"


def problem_proposal(name: str) -> str:
    return f"Föreslå en åtgärd mot {lower(name)}"


LATE_TABLE = "Se tabellen över försenade åtgärder."
NO_REASON = "Skäl är inte ifyllt."
PROBLEM_REASON = "Problemet ska åtgärdas enligt planen men har ingen åtgärd."


def rising_proposal(name: str) -> str:
    return f"Ta ställning till om {lower(name)} ska in i planen"


def rising_reason(years: tuple[int, int], *, planned: bool) -> str:
    said = f"Säkerställd ökning i de anmälda brotten till och med {years[1]}"
    return f"{said}, och inget mål i planen gäller det." if planned else f"{said}."


# ---- cost ----------------------------------------------------------------------------------------------------------------


def over_budget(found: Sequence[Atgard]) -> str:
    """Measures that have cost more than was planned."""
    names = listed([lower(a.namn) for a in found])
    return f"Har kostat mer än planerat: {names}." if found else ""


def total_planned(found: Sequence[Atgard]) -> str:
    known = [a.kostnad for a in found if a.kostnad is not None]
    return f"Planerat: {measures.kronor(sum(known))}." if known else "Planerad kostnad är inte ifylld."


# ---- what has no room ----------------------------------------------------------------------------------------------------


def left_out(rows: int, shown: int, name: str, *, neuter: bool = False) -> str:
    """Said where a table does not hold all its rows."""
    if shown >= rows:
        return ""
    first = word(shown) if neuter else one(shown)
    return f"{capital(first)} av {word(rows)} {name} står här. Alla står i bilagan."


def attended(times: int, held: int) -> str:
    """ "två av tre möten": of the meetings whose attendance somebody has noted."""
    return f"{word(times)} av {word(held)} {'möte' if held == 1 else 'möten'}"
