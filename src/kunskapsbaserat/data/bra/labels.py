"""What a label names: a region, an offence or a measure, in the spellings of Brå's files."""

from __future__ import annotations

import functools
import re
import unicodedata
from dataclasses import dataclass

from kunskapsbaserat import catalogue, kommun, spellings
from kunskapsbaserat.cells import Refused, read_area
from kunskapsbaserat.errors import UnknownKommun

POLICE = "polisregion"
UNKNOWN_PLACE = "okand"

_CITIES = {
    "sthlm": "0180",
    "stockholm": "0180",
    "gbg": "1480",
    "göteborg": "1480",
    "malmö": "1280",
    "mlm": "1280",
}
_CITY_PART = re.compile(
    r"(?:stadsdelsområde|stadsområde|stadsdelsnämnd|stadsdelsnämndsområde|stadsdel|sdn)\s+(.+)", re.IGNORECASE
)
_POLICE = re.compile(
    r"region (nord|mitt|stockholm|öst|väst|syd|bergslagen)|.*\bpolis(region|område|distrikt|myndighet).*", re.IGNORECASE
)
_MARKS = re.compile(r"\s*(?:[*¹²³⁴⁵⁶⁷⁸⁹]|(?<=\s)\d\))+$")  # of a footnote, after a name
_NO_PLACE = {"uppgift saknas", "sekretess", "okänd kommun", "kommun okänd", "okänt", "okänd", "övriga", "utlandet", "utomlands"}


@dataclass(frozen=True, slots=True)
class Region:
    """A place as a file names it; `area` is None when the place has no code."""

    area: str | None
    level: str


@dataclass(frozen=True, slots=True)
class OffenceLabel:
    """An entry of the offence catalogue: id and sex ("alla" where the publisher does not divide)."""

    offence: str
    sex: str


def squeeze(value: object) -> object:
    """The cell with its white space (no-break spaces too) collapsed; an empty text is None."""
    if not isinstance(value, str):
        return value
    return " ".join(unicodedata.normalize("NFC", value).split()) or None


@functools.lru_cache(maxsize=4096)
def region(text: str) -> Region | None:
    """The place that a label names, or None when it is no place's name.

    A stadsdel has the code of its kommun and its name: "0180:bromma". A police region is no area of the contracts
    and has the level "polisregion"; "Uppgift saknas", "Sekretess" and the like have the level "okand" and no code.
    """
    plain = _MARKS.sub("", text.casefold().strip())
    if plain in _NO_PLACE:
        return Region(None, UNKNOWN_PLACE)
    if found := _CITY_PART.fullmatch(plain):
        return _city_part(found[1])
    if _POLICE.fullmatch(plain):
        return Region(f"polis:{_slug(plain)}", POLICE)
    without = re.sub(
        r"\s*\((?:[^()]*\blän\b[^()]*|t\.?o\.?m\.? .*|fr\.?o\.?m\.? .*|före .*|efter .*|\d{4}[-– ]*(?:\d{4})?)\)$", "", plain
    )
    if re.match(r"\d{2,4}[ ,]+[^\W\d]", without):  # code and name, as in SCB's tables; a code alone looks like a year
        return _coded(without)
    try:
        area, level = kommun.area(without) if _may_be_place(without) else (None, None)
    except UnknownKommun:
        return None
    return None if level is None else Region(area, level)


def _coded(plain: str) -> Region | None:
    try:
        return Region(*read_area(plain))
    except Refused:
        return None


def _may_be_place(plain: str) -> bool:
    if plain in _bare_names() or plain in {"malung", "hela landet", "riket", "hela riket", "sverige"}:
        return True
    return bool(re.search(r"( kommuns?| stads?| län)$|^region gotland$|^kommunen ", plain))


@functools.cache
def _bare_names() -> frozenset[str]:
    return frozenset(name.casefold() for k in kommun.all_kommuner() for name in (k.name, k.genitive, k.name.replace(" ", "-")))


def _city_part(rest: str) -> Region:
    found = re.fullmatch(r"(.+?)\s*\((\w+)\)", rest) or re.fullmatch(r"(.+?),?\s+(stockholm|göteborg|malmö)", rest)
    name, city = (found[1], _CITIES.get(found[2])) if found else (rest, None)
    return Region(f"{city}:{_slug(name)}" if city else None, "stadsdel")


def _slug(text: str) -> str:
    ascii_only = spellings.in_ascii(text.casefold())
    return re.sub(r"[^a-z0-9]+", "-", ascii_only).strip("-")


def measure(value: object) -> str | None:
    """ "count", "rate" (per 100 000 inhabitants), or one of NTU's "share", "lower", "upper" and "n"; None for anything else."""
    if not isinstance(value, str):
        return None
    words = value.casefold()
    if "svarande" in words:
        return "n"
    if re.search(r"\b(ki|konfidensintervall)\b", words) and ("undre" in words or "övre" in words):
        return "lower" if "undre" in words else "upper"
    if re.match(r"andel\b", words):
        return "share"
    plain = re.sub(r"[\s.]+", "", value.casefold())
    if "100000" in plain:
        return (
            "rate"
            if re.fullmatch(
                r"(antal|brott|anmäldabrott|crimes)*(/|per)?100000(inv|invånare|invånareoch?år|avmedelfolkmängden|avbefolkningen|folkmängd)*",
                plain,
            )
            else None
        )
    return "count" if plain in {"antal", "antalbrott", "antalanmäldabrott", "anmäldabrott", "antalanmälda"} else None


def offence(path: tuple[str, ...], publisher: str = "bra_sol") -> OffenceLabel | None:
    """The catalogue's entry for a label with its parents, outermost first; None when the catalogue does not have it.

    `publisher` is the vocabulary: "bra_sol" (both of SOL's trees), "bra_indikatorer" or "bra_2013".
    """
    key = fold(path)
    known = _vocabulary(publisher)
    if key in known:
        return known[key]
    return _by_leaf().get(key[0]) if len(key) == 1 and publisher == "bra_sol" else None


def vocabulary(names: set[str]) -> str:
    """The vocabulary that knows most of these labels."""
    return max(_PUBLISHERS, key=lambda publisher: sum(offence((name,), publisher) is not None for name in names))


def parents(label: str) -> frozenset[tuple[str, ...]]:
    """The chains of parents (folded) that SOL is known to print above this label; empty when the label is unknown."""
    return _parents().get(_fold(label), frozenset())


def is_parent(label: str) -> bool:
    """Whether SOL has offences below this label."""
    return any(_fold(label) in chain for chains in _parents().values() for chain in chains)


def is_known(label: str) -> bool:
    """Whether the label stands anywhere in SOL's known offence trees, as a leaf or as a parent."""
    return _fold(label) in _parents()


def fold(path: tuple[str, ...]) -> tuple[str, ...]:
    """A path in the form that `parents` gives."""
    return tuple(_fold(part) for part in path)


@functools.lru_cache(maxsize=4096)
def _fold(text: str) -> str:
    plain = re.sub(r"[‐‑‒–—−]", "-", " ".join(text.casefold().split()))
    return re.sub(r"\s*([,()§-])\s*", r"\1", _MARKS.sub("", plain)).rstrip(".")


_PUBLISHERS = {"bra_sol": ("bra_sol", "bra_sol_detalj"), "bra_indikatorer": ("bra_indikatorer",), "bra_2013": ("bra_2013",)}
# Brå's monthly files name two of the groups otherwise than the file of 2013 that the catalogue was made from.
_ALSO_CALLED = {
    "bra_2013": {
        "Hot-, kränknings- och frihetsbrott": "Hot- kränknings- och frihetsbrott",
        "Skadegörelsebrott (inkl. mordbrand)": "Skadegörelsebrott",
    }
}
_TOTAL = ("total", "totalt", "samtliga brott", "totalt antal brott", "totalt antal anmälda brott")


@functools.cache
def _vocabulary(publisher: str) -> dict[tuple[str, ...], OffenceLabel]:
    found = {
        fold(tuple(label.split(" > "))): OffenceLabel(o.id, sex)
        for o in catalogue.offences()
        for name in _PUBLISHERS[publisher]
        for sex, label in o.labels(name).items()
    }
    also = {fold((name,)): found[fold((label,))] for name, label in _ALSO_CALLED.get(publisher, {}).items()}
    return {(label,): OffenceLabel("totalt", "alla") for label in _TOTAL} | found | also


def _sol() -> dict[tuple[str, ...], OffenceLabel]:
    return _vocabulary("bra_sol")


@functools.cache
def _by_leaf() -> dict[str, OffenceLabel]:
    """Labels that mean one thing only and say so themselves ("3 kap. ..."): found without their parents too."""
    own = {path[-1] for path in _sol() if re.match(r"\d+(-\d+)? kap|därav ", path[-1])}
    return {path[-1]: about for path, about in _sol().items() if path[-1] in own}


@functools.cache
def _parents() -> dict[str, frozenset[tuple[str, ...]]]:
    chains: dict[str, set[tuple[str, ...]]] = {}
    for path in _sol():
        for i, part in enumerate(path):
            chains.setdefault(part, set()).add(path[:i])
    return {label: frozenset(found) for label, found in chains.items()}
