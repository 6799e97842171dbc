"""What residents and staff can do themselves, and what the law asks of them; every line has its source.

The lines stand in ``advice.toml`` beside this file.
"""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_FILE = Path(__file__).with_name("advice.toml")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a line was read."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Advice:
    """Something a resident can do: what to do (`head`), and when and how."""

    head: str
    text: str
    source: Source


@dataclass(frozen=True, slots=True)
class Duty:
    """What somebody who works in the kommun has to look for, do, and tell whom."""

    area: str
    signs: str
    duty: str
    tell: str
    sources: tuple[Source, ...]


def for_residents() -> tuple[Advice, ...]:
    """In the order of the page: what is urgent first."""
    return tuple(Advice(line["head"], line["text"], _sources()[line["source"]]) for line in _toml()["resident"])


def for_staff() -> tuple[Duty, ...]:
    """In the order of the page."""
    return tuple(
        Duty(line["area"], line["signs"], line["duty"], line["tell"], tuple(_sources()[s] for s in line["sources"]))
        for line in _toml()["staff"]
    )


def version() -> str:
    """The date on which the lines were last held against their sources."""
    return str(_toml()["reviewed"])


@functools.cache
def _sources() -> dict[str, Source]:
    return {name: Source(**about) for name, about in _toml()["sources"].items()}


@functools.cache
def _toml() -> dict[str, Any]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))
