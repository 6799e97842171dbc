"""That newer figures should exist, and the command that fetches them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from kunskapsbaserat.kommun import Kommun
from kunskapsbaserat.swedish import quoted

_ABOUT = {
    "year": "Brås slutliga siffror för {due} ska vara publicerade. Här finns till och med {have}.",
    "survey": "NTU {due} ska vara publicerad. Här finns till och med {have}.",
    "months": "Brås preliminära siffror till och med {due} ska vara publicerade. Här finns till och med {have}.",
}


def about(code: str, have: str, due: str) -> str:
    return _ABOUT[code].format(have=have, due=due)


def lines(found: Sequence[str], kommun: Kommun, folder: Path, fetched: date | None) -> list[str]:
    """The section; empty when nothing newer should exist."""
    if not found:
        return []
    day = [f"  Senast hämtat: {fetched}."] if fetched is not None else []
    command = f"  Kör: kunskap hamta {quoted(kommun.name)} {quoted(folder)}"
    return ["", "Nyare siffror", *(f"  - {text}" for text in found), *day, command]
