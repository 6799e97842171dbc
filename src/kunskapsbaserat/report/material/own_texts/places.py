"""The places in a report for the kommun's own words, and the file `texter.md` that holds them."""

from __future__ import annotations

import functools

from kunskapsbaserat import catalogue
from kunskapsbaserat.kommun import Kommun
from kunskapsbaserat.report.material import law
from kunskapsbaserat.report.material.own_texts import followup_places

ASSESSED_MEASURE = "otrygg_kvall"
FACTS = {
    "diarienummer": ("Diarienummer", "Till exempel KS 2026/123."),
    "beslut": (
        "Beslut",
        "Till exempel: Beslutad av kommunstyrelsen den 14 december 2026. Lämna tomt så länge det är ett utkast.",
    ),
    "kontakt": ("Kontakt", "Funktion, telefon och e-post, och länk till kommunens tillgänglighetsredogörelse."),
}
INTRODUCTION = """\
Skriv under rubrikerna. Ändra inte rubrikerna och ta inte bort dem: texten hamnar på samma plats i rapporten varje gång den
skapas. En rubrik utan text visas som en öppen lucka. Det som står mellan de här tecknen syns aldrig i rapporten.
Skriv vanlig text. *Kursiv*, **fet**, listor med streck, ### underrubriker och länkar går bra.
En bild i mappen (PNG, JPEG eller SVG) syns så här: ![vad bilden visar](bild.png)
Skriv om platser, situationer och verksamheter, aldrig om personer."""


@functools.cache
def headings() -> dict[str, str]:
    """Heading of every place, by key, in the order of the file."""
    found = {key: heading for key, (heading, _) in FACTS.items()}
    found |= {place.key: place.heading for place in law.PLACES.values()}
    found |= {key: f"Bedömning: {name}" for key, (name, _) in _assessed().items()}
    return found | _followup()


def added_later() -> list[frozenset[str]]:
    """Keys that came together after the first files were made: a file from before has none of them, and needs none."""
    groups = {o.id for o in catalogue.offences("bra_grupper")} - {o.id for o in catalogue.offences("bra_indikatorer")}
    return [frozenset(_followup()), frozenset(groups)]


def _followup() -> dict[str, str]:
    return {place.key: place.heading for place in followup_places.PLACES.values()}


@functools.cache
def _assessed() -> dict[str, tuple[str, tuple[str, ...]]]:
    """Name and questions of every problem that the kommun may assess beside its figure."""
    found: dict[str, tuple[str, tuple[str, ...]]] = {}
    for offence in catalogue.offences("bra_indikatorer", "bra_grupper"):
        for sex, facet in offence.facets.items():
            if offence.chapter != "barn":
                found[offence.id if sex == "alla" else f"{offence.id}_{sex}"] = (facet.name, offence.questions)
    found["barn_och_unga"] = ("Barn och unga", law.CHILDREN_QUESTIONS)
    found[ASSESSED_MEASURE] = (catalogue.measure(ASSESSED_MEASURE).name, law.INSECURITY_QUESTIONS)
    return found


def instructions() -> str:
    """Everything that stands in the comments of a new file."""
    hints = [hint for _, hint in FACTS.values()]
    questions = [q for place in law.PLACES.values() for q in place.questions]
    questions += [q for _, some in _assessed().values() for q in some]
    questions += [q for place in followup_places.PLACES.values() for q in place.questions]
    return "\n".join([INTRODUCTION, *hints, *questions])


def starting_texts(kommun: Kommun) -> str:
    """The text of a new `texter.md`: every heading, with the questions that help to write under it as comments."""
    parts = [f"# Kommunens texter till lägesbilden och uppföljningen: {kommun.name}\n\n<!--\n{INTRODUCTION}\n-->\n"]
    parts += [_section(heading, [hint]) for heading, hint in FACTS.values()]
    parts += [_section(place.heading, place.questions) for place in law.PLACES.values()]
    parts += [_section(f"Bedömning: {name}", questions) for name, questions in _assessed().values()]
    parts += [_section(place.heading, place.questions) for place in followup_places.PLACES.values()]
    return "\n".join(parts)


def _section(heading: str, questions: list[str] | tuple[str, ...]) -> str:
    return f"## {heading}\n\n<!--\n" + "\n".join(questions) + "\n-->\n\n"
