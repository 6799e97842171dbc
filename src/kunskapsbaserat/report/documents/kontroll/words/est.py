"""What `kunskap kontroll` says about the EST of a folder."""

from __future__ import annotations

from kunskapsbaserat.data.est.duplicates import FILE
from kunskapsbaserat.data.est.folder import EstFolder
from kunskapsbaserat.data.est.remarks import NOT_COUNTED
from kunskapsbaserat.findings import MARKS, Finding
from kunskapsbaserat.swedish import capital, number, word

HEADING = "EST (est.xlsx och mappen est)"
ERROR = MARKS["error"]
EMPTY = "Inget ifyllt än."


def summary(found: EstFolder) -> str:
    return (
        f"{capital(number(len(found.reports)))} rapporter, {number(len(found.events))} händelser, "
        f"{number(len(found.book.reporters))} rapportörer och {number(len(found.book.places))} platser i registren."
    )


def mapping(name: str, title: str, *, verified: bool, note: str = "") -> str:
    tried = "" if verified else " Den är inte prövad mot ett riktigt uttag: jämför några rader med systemet."
    return f"{name} läses med mappningen ”{title}”.{tried}{f' {note}' if note else ''}"


def remark(r: Finding) -> str:
    start = "RÄKNAS INTE" if r.code in NOT_COUNTED else MARKS[r.level]
    return f"{start} {r}."


def waiting(n: int) -> str:
    if not n:
        return "Inga möjliga dubbletter väntar på beslut."
    return f"{capital(word(n))} möjliga dubbletter: skriv samma eller olika i kolumnen beslut i {FILE}."
