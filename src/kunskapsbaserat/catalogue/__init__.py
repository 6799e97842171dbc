"""KNOW: what is measured, as reviewed data: the offences and the survey measures.

The facts stand in ``offences.toml`` and ``measures.toml`` beside this file; nothing here computes.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from kunskapsbaserat.errors import OptionError

_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Break:
    """Years before `first_good` cannot be compared with later ones."""

    first_good: int
    reason: str
    note: str


@dataclass(frozen=True, slots=True)
class Shift:
    """A change of law or codes in `year` that moves a part of a broad group: its years can be compared, with care."""

    year: int
    reason: str


@dataclass(frozen=True, slots=True)
class Facet:
    """One offence for one sex ("alla" where the publisher does not divide): its Swedish names and publishers' labels."""

    sex: str
    name: str
    short: str
    plural: str
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Offence:
    """One entry of the offence catalogue.

    `overlaps_with` names offences that may hold the same events: they are never summed. `detection_driven` offences
    follow how much the police look for them. `wanted_direction` is "down", or "unclear" where more reports may be
    what is wanted. `exposure` is the denominator the offence ought to have, with the reason. `contains` says what a broad
    group holds, and `shifts` when a part of it changed.
    """

    id: str
    chapter: str
    wanted_direction: str
    exposure: str
    exposure_reason: str
    facets: Mapping[str, Facet]
    parent: str | None = None
    overlaps_with: tuple[str, ...] = ()
    place_based: bool = False
    detection_driven: bool = False
    sensitive: bool = False
    breaks: tuple[Break, ...] = ()
    shifts: tuple[Shift, ...] = ()
    contains: str = ""
    read_this: str = ""
    not_visible: str = ""
    questions: tuple[str, ...] = ()

    def labels(self, publisher: str) -> dict[str, str]:
        """Label by sex in one publisher's files, for the facets that it has."""
        return {sex: f.labels[publisher] for sex, f in self.facets.items() if publisher in f.labels}

    @property
    def broad(self) -> bool:
        """Is it the total or one of the broad groups, which every kommun has figures for?"""
        return self.chapter in ("totalt", "grupp")

    @property
    def first_comparable_year(self) -> int | None:
        """The first year after the latest series break; None when there is none."""
        return max((b.first_good for b in self.breaks), default=None)


@dataclass(frozen=True, slots=True)
class Measure:
    """One NTU measure. `twin` is the reported offence that the same problem shows in, if any."""

    id: str
    label: str
    name: str
    short: str
    chapter: str
    population: str
    predicate: str
    refers_to: str
    wanted_direction: str
    twin: str | None = field(default=None)


def offences(*publishers: str) -> tuple[Offence, ...]:
    """All offences in catalogue order, or those that the publishers' files hold ("bra_indikatorer", "bra_grupper")."""
    return tuple(o for o in _offences().values() if not publishers or any(o.labels(p) for p in publishers))


def offence(offence_id: str) -> Offence:
    """The offence with this id."""
    if offence_id not in _offences():
        raise OptionError("offence", offence_id, list(_offences()))
    return _offences()[offence_id]


def measures() -> tuple[Measure, ...]:
    """All survey measures in catalogue order."""
    return tuple(_measures().values())


def measure(measure_id: str) -> Measure:
    """The survey measure with this id."""
    if measure_id not in _measures():
        raise OptionError("measure", measure_id, list(_measures()))
    return _measures()[measure_id]


def version() -> str:
    """The date on which the offence catalogue was last reviewed."""
    return str(_toml("offences.toml")["reviewed"])


@functools.cache
def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((_FOLDER / name).read_text(encoding="utf-8"))


@functools.cache
def _offences() -> dict[str, Offence]:
    found = [_offence(entry) for entry in _toml("offences.toml")["offence"]]
    return {o.id: o for o in found}


def _offence(entry: dict[str, Any]) -> Offence:
    facets = {sex: Facet(sex=sex, **about) for sex, about in entry["facets"].items()}
    lists = {key: tuple(entry[key]) for key in ("overlaps_with", "questions") if key in entry}
    breaks = tuple(Break(**b) for b in entry.get("breaks", ()))
    shifts = tuple(Shift(**s) for s in entry.get("shifts", ()))
    return Offence(**(entry | lists | {"facets": MappingProxyType(facets), "breaks": breaks, "shifts": shifts}))


@functools.cache
def _measures() -> dict[str, Measure]:
    return {entry["id"]: Measure(**entry) for entry in _toml("measures.toml")["measure"]}
