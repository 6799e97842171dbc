"""Words of what the group has agreed on: measures, decisions, what comes, and the police's picture of it."""

from __future__ import annotations

from datetime import date

from kunskapsbaserat.data.est.item import Item
from kunskapsbaserat.report.documents.est.followed import Followed
from kunskapsbaserat.report.documents.est.words.report import KINDS, some
from kunskapsbaserat.swedish import NBSP, capital, day, number, word

MEASURE_HEADS = ("Vad", "Ansvarig", "Klar senast", "Läge", "Ålder")
MEASURES_CAPTION = "Åtgärder som inte är klara"


def measures_heading(late: int, found: int) -> str:
    if not found:
        return "Inga öppna åtgärder"
    if late and late == found:
        said = {1: "Den enda öppna åtgärden", 2: "Båda de öppna åtgärderna"}.get(found, f"Alla {word(found)} öppna åtgärder")
        return f"{said} har gått över tiden"
    if late:
        return f"{capital(some(late))} av {some(found)} öppna åtgärder har gått över tiden"
    return f"{capital(some(found))} öppna åtgärder, ingen över tiden" if found > 1 else "En öppen åtgärd, inte över tiden"


def followed(f: Followed) -> tuple[str, str]:
    """What it is, and where it comes from."""
    return f.text, ", ".join(x for x in (f.id, KINDS[f.kind], f.place) if x)


def due(f: Followed, today: date) -> str:
    if f.due is None:
        return "datum saknas"
    late = (today - f.due).days
    return f"{f.due:%Y-%m-%d}, {number(late)}{NBSP}dagar sen" if late > 0 else f"{f.due:%Y-%m-%d}"


def age(days_old: int) -> str:
    if days_old < 60:
        return f"{number(days_old)}{NBSP}dagar"
    return f"{number(days_old // 30)}{NBSP}månader"


def more_measures(n: int) -> str:
    return f"Och {some(n)} till; alla står i kvartalssidan." if n else ""


def decision(item: Item) -> str:
    who = f" Ansvarig: {item.ansvarig}." if item.ansvarig else ""
    who += f" Till {item.forum}." if item.forum else ""
    return f"{day(item.datum)}: {item.namn}.{who}".replace("..", ".")


def coming(start: date, what: str, where: str | None) -> str:
    place = f", {where}" if where else ""
    return f"{day(start)}: {what}{place}."


TOPIC_POLICE = "Polisens bild (bara för gruppen)"


def police(item: Item) -> str:
    who = f" ({item.fran})" if item.fran else ""
    return f"{day(item.datum)}{who}: {item.namn}"


NO_DECISIONS = "Inga beslut är uppskrivna för perioden."
NO_COMING = "Inget är uppskrivet för de närmaste fyra veckorna."
