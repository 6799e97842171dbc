"""What a goal can be followed by: a reported offence, a question of the NTU, or an indicator of the kommun's own."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from kunskapsbaserat import catalogue
from kunskapsbaserat.catalogue import indikatorer

REPORTED, ASKED, OWN = "counts", "survey", "own"
UNITS = {  # what a goal on a publisher's figures may call their unit; anything else is another unit than theirs
    REPORTED: ("anmälda", "anmälda brott", "antal", "anmälningar", "brott", "st", "stycken"),
    ASKED: ("procent", "%", "andel", "andel i procent"),
}
UNIT_OF_THE_PLAN = "valfri"  # more than one unit is usual: the plan says which
EXPOSED = ("utsatthet", "bedrageri")  # chapters of the NTU about crime, not about trygghet


@dataclass(frozen=True, slots=True)
class PlanIndicator:
    """One choice of the column Indikator.

    `key` is the id that the report's findings use, `label` what the drop-down shows, `kind` "counts", "survey" or "own",
    `about` "brott", "trygghet", "skada" or "arbete": trygghet always stands apart from crime.
    """

    key: str
    label: str
    kind: str
    unit: str
    wanted_direction: str
    limits: str = ""
    about: str = "brott"
    offence: str = ""
    sex: str = "alla"


@functools.cache
def choices() -> tuple[PlanIndicator, ...]:
    """Every indicator, reported offences first."""
    directions = {"down": "ner", "up": "upp", "unclear": "oklar"}
    found = []
    for offence in catalogue.offences("bra_indikatorer", "bra_grupper"):  # the groups are there for every kommun
        for sex, facet in offence.facets.items():
            key = offence.id if sex == "alla" else f"{offence.id}_{sex}"
            wanted = directions[offence.wanted_direction]
            found.append(PlanIndicator(key, f"{facet.short}, anmälda", REPORTED, "antal", wanted, offence=offence.id, sex=sex))
    for measure in catalogue.measures():
        wanted, about = directions[measure.wanted_direction], "brott" if measure.chapter in EXPOSED else "trygghet"
        found.append(PlanIndicator(measure.id, f"{measure.short}, NTU", ASKED, "procent", wanted, about=about))
    for own in indikatorer.indicators():
        found.append(PlanIndicator(own.id, own.name, OWN, own.kind, own.wanted_direction, own.limits, own.about))
    return tuple(found)


@functools.cache
def _by_name() -> dict[str, PlanIndicator]:
    by_label = {c.label.casefold(): c for c in choices()}
    return by_label | {c.key: c for c in choices()}


def find(name: str) -> PlanIndicator | None:
    """The indicator with this id or label; None when there is none."""
    return _by_name().get(" ".join(name.split()).casefold())
