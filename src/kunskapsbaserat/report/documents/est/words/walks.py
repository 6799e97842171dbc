"""Words about a trygghetsvandring that is proposed: both reasons, and when somebody walked there last."""

from __future__ import annotations

from kunskapsbaserat.data.est.item import Item
from kunskapsbaserat.report.documents.est.proposals import Proposal
from kunskapsbaserat.swedish import day, limits, number

WALK_PROPOSED = "Trygghetsvandring föreslås"


def walk_proposed(one: Proposal) -> str:
    """Both reasons, and when somebody walked there last."""
    first = f"{one.place}: {number(one.count)} händelser från dem som har rapporterat förut, och {limits(one.lower, one.upper)} var att vänta."
    walked = f" Senaste vandringen där: {day(one.last_walk)}." if one.last_walk else " Ingen vandring därifrån är inskriven."
    return f"{first} {' '.join(theme(item) for item in one.themes[:2])}{walked}"


def theme(item: Item) -> str:
    """What was raised about a place, how and by how many."""
    how = {"enkät": "enkäten", "intervju": "intervjuerna", "fokusgrupp": "fokusgruppen"}.get(item.form, "dialogen")
    when = day(item.datum)
    if item.antal is None:
        return f"I {how} {when} togs det upp: {item.namn.rstrip('.')}."
    who = "svarande" if item.form == "enkät" else "deltagare"
    return f"I {how} {when} tog {number(item.antal)} av {number(item.deltagare)} {who} upp: {item.namn.rstrip('.')}."
