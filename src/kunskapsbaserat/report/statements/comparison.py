"""Who a kommun is compared with, in words."""

from __future__ import annotations

from kunskapsbaserat import kommun as kommuner
from kunskapsbaserat.rates import ComparisonGroup, Position
from kunskapsbaserat.report.material.findings import CountFinding
from kunskapsbaserat.swedish import capital, listed, word

PLACE = {
    Position.OVER: "över mittersta hälften",
    Position.INOM: "inom mittersta hälften",
    Position.UNDER: "under mittersta hälften",
}


MOST_NAMED = 60  # the largest group of kommuner of one kind


def place(f: CountFinding) -> str:
    """ "säkerställt över mittersta hälften"; empty where there is no place."""
    if f.position is None:
        return ""
    return f"{'säkerställt ' if f.level and f.level.certain else ''}{PLACE[f.position]}"


def group_name(group: ComparisonGroup) -> str:
    """ "14 kommuner i Dalarna", "7 liknande kommuner"."""
    n = len(group.members)
    return {
        "liknande": f"{n} liknande kommuner",
        "socioekonomi": f"{n} socioekonomiskt liknande kommuner",
        "skr_grupp": f"{n} kommuner i samma kommungrupp",
        "lan": f"{n} kommuner i {kommuner.get(group.kommun).lan_short}",
        "alla": f"{n} kommuner",
        "ingen": "inga kommuner",
    }[group.kind]


def group_short(group: ComparisonGroup) -> str:
    """ "de sju liknande kommunerna", once it has been said which they are."""
    n = word(len(group.members))
    return {
        "liknande": f"de {n} liknande kommunerna",
        "socioekonomi": f"de {n} socioekonomiskt liknande kommunerna",
        "skr_grupp": f"de {n} andra kommunerna i kommungruppen",
        "lan": f"de {n} övriga kommunerna i {kommuner.get(group.kommun).lan_short}",
        "alla": f"de {n} övriga kommunerna med siffror",
        "ingen": "inga kommuner",
    }[group.kind]


def group_definite(group: ComparisonGroup) -> str:
    """ "de sju kommuner som liknar Borlänge mest"."""
    n, kommun = word(len(group.members)), kommuner.get(group.kommun)
    return {
        "liknande": f"de {n} kommuner som liknar {kommun.name} mest",
        "socioekonomi": f"de {n} kommuner som socioekonomiskt liknar {kommun.name} mest",
        "skr_grupp": f"de {n} andra kommunerna i samma kommungrupp (SKR {group.wanted_year})",
        "lan": f"de {n} övriga kommunerna i {kommun.lan_short}",
        "alla": f"de {n} övriga kommuner som det finns siffror för",
        "ingen": "inga kommuner",
    }[group.kind]


def most_of(group: ComparisonGroup) -> str:
    """ "de flesta liknande kommuner", in a heading."""
    return {
        "liknande": "de flesta liknande kommuner",
        "socioekonomi": "de flesta socioekonomiskt liknande kommuner",
        "skr_grupp": "de flesta kommuner i samma kommungrupp",
        "lan": f"de flesta kommuner i {kommuner.get(group.kommun).lan_short}",
    }.get(group.kind, "de flesta kommuner med siffror")


def names(codes: tuple[str, ...]) -> str:
    """The kommuner in Swedish alphabetical order."""
    return listed(sorted((kommuner.get(code).name for code in codes), key=kommuner.sort_key))


def group_reason(group: ComparisonGroup) -> str:
    """Which kommuner, from which year, and why just these."""
    kommun = kommuner.get(group.kommun)
    if group.kind == "ingen":
        alike = f"{kommun.genitive} liknande kommuner enligt Kolada {group.wanted_year} är {names(group.wanted)}."
        return f"Det finns inga siffror att jämföra med. {alike}"
    if group.kind == "liknande":
        return f"{capital(group_definite(group))} enligt Kolada {group.wanted_year}: {names(group.members)}."
    if group.chosen:
        members = names(group.members) if len(group.members) <= MOST_NAMED else "se bilagan"
        return f"{capital(group_definite(group))}: {members}. Kommunen har valt jämförelsen."
    without = len(group.without_figures)
    missing = "ingen" if without == len(group.wanted) else f"bara {word(len(group.wanted) - without)}"
    return (
        f"{capital(group_definite(group))}: {names(group.members)}, eftersom {missing} av de {word(len(group.wanted))} kommuner som "
        f"liknar {kommun.name} mest finns i underlaget."
    )
