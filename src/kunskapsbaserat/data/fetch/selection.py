"""The selection page of Brå's database: which offences, areas and periods it has, and the id of each today.

The page is a program: one assignment a row puts a text into an array, with stars between its parts. What stands below what is
shown by how far it is indented.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pandas as pd

from kunskapsbaserat import cells
from kunskapsbaserat.data.bra import labels
from kunskapsbaserat.data.fetch.asking import WrongShape

_ROW = re.compile(r'(array\w+)\[(\d+)\]\s*=\s*"((?:[^"\\]|\\.)*)"')
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|(.))")
_EARLIER = re.compile(r"\([^)]*(\bt\.?\s?o\.?\s?m\b|till och med|före)", re.IGNORECASE)  # and not Tomelilla
_CRIMES = ("arrayNivaett", "arrayNivatva")
_REGIONS = ("arrayRegionNivaEtt", "arrayRegionNivaTva")
_MONTH_TYPE = "2"


@dataclass(frozen=True, slots=True)
class Crime:
    """A type of offence: its id today, its last heading as the answer writes it, and the library's name of it."""

    id: str
    heading: str
    offence: str
    sex: str


@dataclass(frozen=True, slots=True)
class Period:
    """A period: its id today, and how the answer writes it."""

    id: str
    period: pd.Period
    preliminary: bool
    written: str


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What can be chosen: offences of the catalogue by id and sex, regions by code, periods from the oldest on."""

    crimes: dict[tuple[str, str], Crime]
    regions: dict[str, str]
    periods: tuple[Period, ...]


def read(text: str, *, by_month: bool) -> Vocabulary:
    """What the page lets one choose.

    Raises
    ------
    WrongShape
        An array is missing, or two entries claim one name.
    """
    arrays: dict[str, list[list[str]]] = {}
    for name, _, value in _ROW.findall(text):
        arrays.setdefault(name, []).append(_plain(value).split("*"))
    if lacking := [name for name in ("arrayNivaett", "arrayRegionNivaEtt", "arrayPeriod") if not arrays.get(name)]:
        raise WrongShape(f"no {lacking[0]} on the page", f"sidan saknar {lacking[0]}")
    if short := [name for name, rows in arrays.items() if name in (*_CRIMES, *_REGIONS) and any(len(r) < 2 for r in rows)]:
        raise WrongShape(f"{short[0]} has a row without a name", f"{short[0]} har en rad utan namn")
    regions = _regions(row for name in _REGIONS for row in arrays.get(name, []))
    return Vocabulary(_crimes(arrays), regions, tuple(_periods(arrays["arrayPeriod"], by_month=by_month)))


def tidy(text: str) -> str:
    """A period as both the page and the answer may write it."""
    return " ".join(text.replace(",", " ").split()).casefold()


def _plain(value: str) -> str:
    """JavaScript's escapes as the letters they mean."""
    return _ESCAPE.sub(lambda m: chr(int(m[1] or m[2], 16)) if m[1] or m[2] else m[3], value)


def _crimes(arrays: dict[str, list[list[str]]]) -> dict[tuple[str, str], Crime]:
    """The catalogue's offences, sought first among the headings that are shown and then in the whole tree."""
    found: dict[tuple[str, str], Crime] = {}
    groups: dict[str, tuple[str, ...]] = {}
    for identity, path in _paths((row[0], row[1], ()) for row in arrays["arrayNivaett"]):
        groups[identity] = path
        _take(found, identity, path)
    whole = dict(found)
    for identity, path in _paths(
        (row[0], row[1], groups.get(row[2], ())) for row in arrays.get("arrayNivatva", []) if len(row) > 2
    ):
        if identity not in groups:
            _take(whole, identity, path)
    return whole | found


def _paths(rows: Iterable[tuple[str, str, tuple[str, ...]]]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each entry with the names above it, outermost first: those further out that came before, below its group."""
    above: list[tuple[int, str]] = []
    group: tuple[str, ...] = ()
    for identity, name, mine in rows:
        if mine != group:
            above, group = [], mine
        depth = len(name) - len(name.lstrip("\xa0 "))
        above = [(deep, other) for deep, other in above if deep < depth]
        above.append((depth, _heading(name)))
        yield identity, (*mine, *(other for _, other in above))


def _heading(name: str) -> str:
    """As the answer writes it: "8 kap. … totalt" loses its last word."""
    return " ".join(name.split()).removesuffix(" totalt")


def _take(found: dict[tuple[str, str], Crime], identity: str, path: tuple[str, ...]) -> None:
    """Keep the entry if the catalogue has it; below one more heading than the catalogue knows it is the same."""
    about = labels.offence(path) or (labels.offence(path[1:]) if len(path) > 1 else None)
    if about is None:
        return
    key = (about.offence, about.sex)
    if key in found and found[key].id != identity:
        raise WrongShape(f"two ids for {path[-1]}", f"”{path[-1]}” står två gånger med olika id")
    found[key] = Crime(identity, path[-1], about.offence, about.sex)


def _regions(rows: Iterable[list[str]]) -> dict[str, str]:
    """Kommuner and riket. A kommun that changed län stands twice, and the one that ended is left out."""
    found: dict[str, set[str]] = {}
    for identity, name, *_ in rows:
        text = " ".join(name.split())
        region = labels.region(text)
        if region is not None and region.area is not None and region.level in ("kommun", "riket") and not _EARLIER.search(text):
            found.setdefault(region.area, set()).add(identity)
    if doubled := [area for area, ids in found.items() if len(ids) > 1]:
        raise WrongShape(f"two ids for {doubled[0]}", f"område {doubled[0]} står två gånger med olika id")
    return {area: min(ids) for area, ids in found.items()}


def _periods(rows: Iterable[list[str]], *, by_month: bool) -> Iterator[Period]:
    found = [period for row in rows if (period := _month(row) if by_month else _year(row)) is not None]
    yield from sorted(found, key=lambda period: period.period.ordinal)


def _year(row: list[str]) -> Period | None:
    """A year: the menu by year has one row each, whatever stands after its name."""
    match = re.fullmatch(r"((?:19|20)\d\d)( prel\.?)?", " ".join(row[1].split())) if len(row) > 1 else None
    if match is None:
        return None
    return Period(row[0], pd.Period(match[1], freq="Y"), bool(match[2]), tidy(match[0]))


def _month(row: list[str]) -> Period | None:
    """A month, "Aug" below "2026 prel."; its quarters and whole years are left out."""
    if len(row) < 5 or row[4].strip() != _MONTH_TYPE:
        return None
    match = re.fullmatch(r"((?:19|20)\d\d)( prel\.?)?, (\w{3})", " ".join(row[3].split()))
    number = cells.month_number(match[3]) if match else None
    if match is None or number is None:
        raise WrongShape(f"a month called {row[3][:30]}", f"en månad heter ”{row[3][:30]}”")
    return Period(row[0], pd.Period(f"{match[1]}-{number:02d}", freq="M"), bool(match[2]), tidy(match[0]))
