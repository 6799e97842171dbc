"""The sentences of the page for the ledningsgrupp."""

from __future__ import annotations

from datetime import date

from kunskapsbaserat.plan.duties import State
from kunskapsbaserat.plan.model import Lage
from kunskapsbaserat.report.material.work import Work
from kunskapsbaserat.report.statements import measures, meeting
from kunskapsbaserat.swedish import day, word

ANNEX, REPORT = "bilagor.html", "report.html"
LINKS = ((REPORT, "Till ledningsgruppen"), (ANNEX, "Bilagan"))
FORUM = "KLG"
HEADING, KICKER, STANDS = "Läget i korthet", "Till kommunens ledningsgrupp", "Så ligger det till"
LATE, COST, DUTIES, DECIDED = "Förseningar", "Kostnad", "Lagens frister", "Beslutat sedan sist"
TOPICS = {"bilaga": "Allt på en gång", "kostnad": "Kostnaderna", "metod": "Så är sidan gjord"}
COST_HEADS = ("Åtgärd", "Ansvarig", "Läge", "Planerat", "Hittills")
COST_CAPTION = "Åtgärdernas kostnad"
DUTIES_FINE = "Ingen av lagens frister är försenad."


def title(work: Work) -> str:
    return f"Till ledningsgruppen {day(work.day)}, {work.kommun.name}"


def foot(work: Work) -> str:
    start = meeting.foot_start(work)
    return f"{start}Till ledningsgruppen, {work.kommun.name} · läget {day(work.day)}"


def lead(work: Work, proposals: int) -> str:
    waits = "Ett beslut väntar" if proposals == 1 else f"{word(proposals, capital=True)} beslut väntar"
    asked = f"{waits}." if proposals else meeting.NO_PROPOSAL
    return f"{asked} {measures.count_line(work.measures)}"


def late(work: Work) -> str:
    """How many are late, and how long the longest has been."""
    found = work.late
    if not found:
        return meeting.NOTHING_LATE
    first = found[0]
    return f"{meeting.late_line(len(found))} Längst: {first.measure.namn}, {meeting.late_since(first)}."


def cost(work: Work) -> str:
    over = [a for a in work.measures if a.kostnad is not None and a.utfall_kostnad is not None and a.utfall_kostnad > a.kostnad]
    said = f"{measures.total_cost(work.measures)} {meeting.total_planned(work.measures)} {meeting.over_budget(over)}"
    return said.strip()


def duties(work: Work) -> str:
    late_ = [d for d in work.pressing() if d.state is State.FORSENAT]
    return " ".join(f"{meeting.duty_late(d)}." for d in late_) or DUTIES_FINE


def decided(work: Work, since: date) -> str:
    found = work.decided(since, FORUM)
    if not found:
        return f"Inga beslut av ledningsgruppen är antecknade i moten.xlsx sedan {day(since)}."
    return " ".join(f"{meeting.decided(item)}." for item in found[:3])


def state(lage: Lage) -> str:
    return measures.STATES[lage][1]


def method(work: Work, rule: str) -> list[tuple[str, str]]:
    return [
        (
            "Dagen",
            f"Allt är räknat till {day(work.day)}: mötets dag om den är vald med --mote, annars dagen för de nyaste uppgifterna.",
        ),
        (
            "Försenad",
            "En åtgärd som inte är klar på sin slutdag, inte har börjat på sin startdag, eller saknar datum och inte har börjat när planen tog slut. Ansvarig är en nämnd eller funktion, aldrig en person.",
        ),
        (
            "Kostnad",
            "Kommunens egna uppgifter i åtgärdsplanen, i löpande priser. De säger vad som har betalats, inte vad det har betytt.",
        ),
        ("Besluten", rule),
    ]
