"""What is reported in EST: categories, kinds of place, reporters, anchors of severity. The facts stand in ``est.toml``."""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kunskapsbaserat.errors import OptionError

_FILE = Path(__file__).with_name("est.toml")


@dataclass(frozen=True, slots=True)
class Category:
    """One category of the list.

    `kind` is "brott", "ordning", "plats" or "arrangemang". `public` says whether it may stand in a public version, `place`
    whether it may be given by place and time of day (and drawn on a map). `bra` is the offence id that covers the same
    acts, never to be mixed with it. `also` are other names that exports use.
    """

    id: str
    name: str
    kind: str
    bra: str
    also: tuple[str, ...] = ()
    public: bool = True
    place: bool = True


@dataclass(frozen=True, slots=True)
class Choice:
    """An id with the Swedish words for it: a kind of place or of reporter."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Severity:
    """A level of severity with the sentence that reporters judge by."""

    level: int
    name: str
    anchor: str


def categories() -> tuple[Category, ...]:
    """All categories in catalogue order."""
    return tuple(_by_id().values())


def category(category_id: str) -> Category:
    """The category with this id."""
    if category_id not in _by_id():
        raise OptionError("kategori", category_id, list(_by_id()))
    return _by_id()[category_id]


def place_types() -> tuple[Choice, ...]:
    return tuple(Choice(**entry) for entry in _facts()["place_type"])


def reporter_types() -> tuple[Choice, ...]:
    return tuple(Choice(**entry) for entry in _facts()["reporter_type"])


def severities() -> tuple[Severity, ...]:
    return tuple(Severity(**entry) for entry in _facts()["severity"])


@functools.cache
def _by_id() -> dict[str, Category]:
    return {entry["id"]: Category(**(entry | {"also": tuple(entry.get("also", ()))})) for entry in _facts()["category"]}


@functools.cache
def _facts() -> dict[str, Any]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))
