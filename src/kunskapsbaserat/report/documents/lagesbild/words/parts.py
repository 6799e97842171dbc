"""Words about the parts of a kommun (stadsdelar) and how they differ."""

from __future__ import annotations

from collections.abc import Sequence

from kunskapsbaserat.kommun import Kommun
from kunskapsbaserat.swedish import NBSP, capital, listed, number, span, word
from kunskapsbaserat.trends import Change

PART = "Stadsdel"
COUNT = "Antal"
CHANGE = "Förändring"
PER = f"per 100{NBSP}000 inv."
NOTE = (
    "Talen gäller var brotten anmäldes ha skett, per invånare som bor där: ett centrum med många besökare får höga tal utan att de "
    "som bor där är mer utsatta. ”Över” och ”under” är mot den mittersta hälften av kommunens övriga stadsdelar. Alla brottstyper, "
    "år och bedömningar finns i filen kommunens_delar.csv."
)
_REASON = {
    "missing_years": ": år saknas",
    "series_break": ": för få jämförbara år",
    "no_population": ": folkmängd saknas",
    "no_whole_number": ": talet stämmer inte med folkmängden",
    "rounding": " (talen är avrundade)",
}
_DONE = {Change.SAKERSTALLD_OKNING: "säkerställt fler", Change.SAKERSTALLD_MINSKNING: "säkerställt färre"}


def heading(parts: int) -> str:
    return f"{capital(word(parts))} stadsdelar: så skiljer de sig åt"


def caption(kommun: Kommun, year: int) -> str:
    return f"Anmälda brott i {kommun.genitive} stadsdelar {year}"


def reason(code: str | None) -> str:
    """What is added to a verdict when it could not be given, or hangs on the rounding."""
    return _REASON.get(code or "", "")


def paragraph(first: int, last: int, certain: Sequence[tuple[str, str, Change]], *, judged: bool, needed: int) -> str:
    """How many years there are and which changes are certain: (stadsdel, offence, verdict)."""
    years = f"Filerna i kommunens mapp har stadsdelarnas tal för {span(first, last)}."
    if certain:
        return f"{years} {capital(listed([f'{_DONE[c]} {offence} i {name}' for name, offence, c in certain]))}."
    if judged:
        return f"{years} Ingen förändring i tabellen är säkerställd."
    return f"{years} Om något har förändrats går inte att bedöma: det behövs {needed} jämförbara år i följd."


def limits_moved(year: int, names: Sequence[str]) -> str:
    """That figures before a year are of other areas, except those that the publisher has counted again."""
    text = f"Stadsdelarnas gränser ändrades {year}: äldre tal jämförs inte med nyare."
    return f"{text} För {listed(names)} har Brå räknat om åren före, så de kan jämföras." if names else text


FIGURE_UNIT = f"Per 100{NBSP}000 invånare. Strecken visar vad slumpen kan göra, där antalet är känt."


def figure_caption(plural: str, year: int) -> str:
    return f"Anmälda {plural} {year} per stadsdel"


def figure_title(kommun: Kommun, plural: str, year: int) -> str:
    return f"Punkter med osäkerhet: anmälda {plural} i {kommun.genitive} stadsdelar {year}."


def figure_finding(low: float, high: float) -> str:
    return f"Talen går från {number(low)} till {number(high)} per 100{NBSP}000 invånare."


def source(first: int, last: int) -> str:
    return f"Källa: Brå, anmälda brott {span(first, last)}, filer i kommunens mapp; bearbetning."
