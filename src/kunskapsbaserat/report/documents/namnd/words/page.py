"""The sentences of the page for a nämnd."""

from __future__ import annotations

from collections.abc import Sequence

from kunskapsbaserat.plan.model import Atgard
from kunskapsbaserat.report.documents.namnd.material import Board, Material
from kunskapsbaserat.report.statements import measures, meeting
from kunskapsbaserat.swedish import day, listed, lower, word

HEADING, KICKER, STANDS, NEXT = "Åtgärderna i korthet", "Till nämnden", "Så ligger det till", "Nästa steg"
COST, LATE, OTHERS, NOBODY = "Kostnad", "Förseningar", "Tillsammans med", "Utan ansvarig nämnd"
REMAINING = "Nästa datum"
TOPICS = {"gjort": "Det som är gjort", "metod": "Så är sidan gjord"}
HEADS = ("Åtgärd", "Läge", "Kostnad", "Nästa steg")
DONE_HEADS = ("Åtgärd", "Period", "Gjort av planerat", "Gjord", "Stöd i forskning", "Motivering")
ALL_HEADS = ("Nämnd", "Åtgärder", "Försenade", "Kostnad hittills", "Utan beslut om nästa steg")
CAPTION, DONE_CAPTION, ALL_CAPTION = "Nämndens egna åtgärder", "Vad som är gjort", "Nämnderna i planen"
DECIDE = "ta ställning: fortsätt, ändra eller avsluta"
NO_BOARDS = "Ingen åtgärd i planen har en ansvarig nämnd."
EVERYTHING_DECIDED = "Alla åtgärder har ett nästa steg."


def title(m: Material) -> str:
    who = m.wanted.name if m.wanted is not None else "nämnderna"
    return f"Till {_lower(who)}, {m.work.kommun.name}"


def _lower(name: str) -> str:
    return lower(name) if name.casefold().endswith(("nämnden", "styrelsen", "nämnderna")) else name


def foot(m: Material) -> str:
    start = meeting.foot_start(m.work)
    return f"{start}{title(m)} · läget {day(m.work.day)}"


def lead(board: Board) -> str:
    return f"{board.name} ansvarar för {_many(len(board.measures))} i åtgärdsplanen. {measures.count_line(board.measures)}"


def _many(count: int) -> str:
    return "en åtgärd" if count == 1 else f"{word(count)} åtgärder"


def lead_all(m: Material) -> str:
    if not m.boards:
        return NO_BOARDS
    who = "En nämnd" if len(m.boards) == 1 else f"{word(len(m.boards), capital=True)} nämnder"
    return f"{who} ansvarar för åtgärder i planen. {meeting.late_line(sum(len(one.late) for one in m.boards))}"


def cost(found: Sequence[Atgard]) -> str:
    over = [a for a in found if a.kostnad is not None and a.utfall_kostnad is not None and a.utfall_kostnad > a.kostnad]
    return f"{measures.total_cost(found)} {meeting.total_planned(found)} {meeting.over_budget(over)}".strip()


def late(board: Board) -> str:
    if not board.late:
        return "Ingen av nämndens åtgärder är försenad."
    return " ".join(f"{one.measure.namn}: {meeting.late_since(one)}." for one in board.late)


def others(board: Board) -> str:
    names = list(dict.fromkeys(a.samverkar for a in board.measures if a.samverkar))
    return f"{listed(names)}." if names else "Inga andra aktörer är angivna."


def next_step(a: Atgard) -> str:
    return lower(measures.next_step(a) or DECIDE)


def step(a: Atgard) -> str:
    return f"{meeting.short(a.namn, 70)}: {next_step(a)}."


def nobodys(found: Sequence[Atgard]) -> str:
    if not found:
        return "Alla kommunens egna åtgärder har en ansvarig nämnd."
    return f"Ansvarig nämnd saknas för {listed([lower(a.namn) for a in found])}."


def method(m: Material) -> list[tuple[str, str]]:
    return [
        (
            "Dagen",
            f"Allt är räknat till {day(m.work.day)}: mötets dag om den är vald med --mote, annars dagen för de nyaste uppgifterna.",
        ),
        (
            "Egna åtgärder",
            "De åtgärder i planen som är kommunens egna och har nämnden i kolumnen Ansvarig. Står det ett namn på en person där räknas nämnden som inte ifylld.",
        ),
        (
            "Försenad",
            "En åtgärd som inte är klar på sin slutdag, inte har börjat på sin startdag, eller saknar datum och inte har börjat när planen tog slut.",
        ),
        ("Kostnad och gjort", "Kommunens egna uppgifter. De säger vad som har hänt, inte vad det har betytt för brotten."),
        ("Små tal", "Antal under fem som kan gälla personer visas inte."),
    ]
