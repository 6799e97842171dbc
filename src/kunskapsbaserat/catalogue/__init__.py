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
    """A break in an offence's series: years before it cannot be compared with later ones. Stands in `Offence.breaks`.

    Attributes
    ----------
    first_good : int
        The first year that can be compared with later ones.
    reason, note : str
        What happened, in Swedish: in a few words and in a sentence.

    Examples
    --------
    >>> from kunskapsbaserat import catalogue
    >>> latest = catalogue.offence("bilbrott").breaks[-1]
    >>> latest.first_good, latest.reason
    (2018, 'Nya brottskoder')
    """

    first_good: int
    reason: str
    note: str


@dataclass(frozen=True, slots=True)
class Shift:
    """A change of law or codes in `year` that moves a part of a broad group: its years can be compared, with care.

    Attributes
    ----------
    year : int
        The first year with it.
    reason : str
        What changed, in Swedish.

    Examples
    --------
    >>> from kunskapsbaserat import catalogue
    >>> for shift in catalogue.offence("brott_mot_person").shifts[-2:]:
    ...     print(shift.year, shift.reason)
    2019 nya koder för våld i nära relation
    2022 ändrad sexualbrottslag
    """

    year: int
    reason: str


@dataclass(frozen=True, slots=True)
class Facet:
    """One offence for one sex: its Swedish names and the publishers' labels. Stands in `Offence.facets`.

    Attributes
    ----------
    sex : {"alla", "kvinna", "man"}
        "alla" where the publisher does not divide.
    name, short, plural : str
        For a heading, a narrow place and a sentence.
    labels : mapping of str to str
        The label in each publisher's files.

    Examples
    --------
    >>> from kunskapsbaserat import catalogue
    >>> facet = catalogue.offence("bostadsinbrott").facets["alla"]
    >>> facet.name, facet.plural, facet.labels["bra_indikatorer"]
    ('Bostadsinbrott', 'bostadsinbrott', 'Bostadsinbrott')
    """

    sex: str
    name: str
    short: str
    plural: str
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Offence:
    """One entry of the offence catalogue.

    Attributes
    ----------
    id, chapter : str
        Its name in tables; the part of the catalogue.
    wanted_direction : {"down", "unclear"}
        "unclear" where more reports may be what is wanted.
    exposure, exposure_reason : str
        The denominator that the offence ought to have, and why, a Swedish sentence.
    facets : mapping of str to Facet
        By sex.
    parent : str or None
        The group that holds it.
    overlaps_with : tuple of str
        Offences that may hold the same events: they are never summed.
    place_based, detection_driven, sensitive : bool
        Whether it has a place; follows how much the police look for it; may point at a person.
    breaks : tuple of Break
        Breaks in the series.
    shifts : tuple of Shift
        When a part of a broad group changed.
    contains, read_this, not_visible : str
        What a broad group holds, how to read it and what it does not show, in Swedish.
    questions : tuple of str
        To ask oneself, in Swedish.
    broad : bool
        Whether it is the total or a broad group, which every kommun has figures for.
    first_comparable_year : int or None
        The first year after the latest break.

    Examples
    --------
    >>> from kunskapsbaserat import catalogue
    >>> cars = catalogue.offence("bilbrott")
    >>> cars.wanted_direction, cars.exposure, cars.first_comparable_year, cars.labels("bra_indikatorer")
    ('down', 'vehicles', 2018, {'alla': 'Bilbrott'})
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
    """One measure of NTU, Brå's survey on safety.

    Attributes
    ----------
    id, chapter : str
        Its name in tables; the part of the catalogue.
    label, name, short : str
        The publisher's label; for a heading; for a narrow place.
    population, predicate : str
        Who were asked, and what they answer, as parts of a Swedish sentence.
    refers_to : str
        The time that was asked about.
    wanted_direction : {"down", "up", "unclear"}
        What would be better.
    twin : str or None
        The reported offence that the same problem shows in, if any.

    Examples
    --------
    >>> from kunskapsbaserat import catalogue
    >>> unsafe = catalogue.measure("otrygg_kvall")
    >>> unsafe.name, unsafe.wanted_direction, catalogue.measure("oro_bostadsinbrott").twin
    ('Otrygga sent på kvällen i det egna bostadsområdet', 'down', 'bostadsinbrott')
    """

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
    """All offences in catalogue order, or those that the publishers' files hold.

    Parameters
    ----------
    *publishers : str
        For instance "bra_indikatorer" or "bra_grupper"; none for all.

    Returns
    -------
    tuple of Offence

    Examples
    --------
    >>> from kunskapsbaserat import catalogue
    >>> [offence.id for offence in catalogue.offences("bra_grupper")]
    ['totalt', 'brott_mot_person', 'stold_ran_kap8', 'skadegorelse_kap12', 'narkotika_och_vapen']
    """
    return tuple(o for o in _offences().values() if not publishers or any(o.labels(p) for p in publishers))


def offence(offence_id: str) -> Offence:
    """The offence with this id.

    Parameters
    ----------
    offence_id : str
        As in the column `offence` of tables.

    Returns
    -------
    Offence

    Raises
    ------
    OptionError
        No offence has that id; all are listed.

    Examples
    --------
    >>> from kunskapsbaserat import catalogue
    >>> violence = catalogue.offence("vald_nara_relation")
    >>> violence.wanted_direction, violence.sensitive, list(violence.facets)
    ('unclear', True, ['kvinna', 'man'])
    """
    if offence_id not in _offences():
        raise OptionError("offence", offence_id, list(_offences()))
    return _offences()[offence_id]


def measures() -> tuple[Measure, ...]:
    """All survey measures in catalogue order.

    Returns
    -------
    tuple of Measure

    Examples
    --------
    >>> from kunskapsbaserat import catalogue
    >>> len(catalogue.measures()), catalogue.measures()[0].id
    (20, 'otrygg_kvall')
    """
    return tuple(_measures().values())


def measure(measure_id: str) -> Measure:
    """The survey measure with this id.

    Parameters
    ----------
    measure_id : str
        As in the column `measure` of tables.

    Returns
    -------
    Measure

    Raises
    ------
    OptionError
        No measure has that id; all are listed.

    Examples
    --------
    >>> from kunskapsbaserat import catalogue
    >>> catalogue.measure("otrygg_kvall").predicate
    'är otrygga ute sent på kvällen eller stannar hemma av det skälet'
    """
    if measure_id not in _measures():
        raise OptionError("measure", measure_id, list(_measures()))
    return _measures()[measure_id]


def version() -> str:
    """The date on which the offence catalogue was last reviewed.

    Returns
    -------
    str
        "2026-11-21".

    Examples
    --------
    >>> from datetime import date
    >>> from kunskapsbaserat import catalogue
    >>> date.fromisoformat(catalogue.version()) >= date(2026, 11, 21)
    True
    """
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
