"""When new figures are expected, as far as the publishers' habits say it; ``releases.toml`` has each with what it rests on."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

_FILE = Path(__file__).with_name("releases.toml")


@dataclass(frozen=True, slots=True)
class Release:
    """Figures that come in some days of every year. `title` has {year} and {before} for the years they are about."""

    id: str
    publisher: str
    title: str
    first: str
    last: str
    address: str
    seen: str


@dataclass(frozen=True, slots=True)
class Expected:
    """One time of a release: the days it is expected in; the publisher decides."""

    release: Release
    title: str
    first: date
    last: date


@functools.cache
def releases() -> tuple[Release, ...]:
    """All, in the order of the file."""
    return tuple(
        Release(r["id"], r["publisher"], r["title"], r["from"], r["to"], r["address"], r["seen"]) for r in _toml()["release"]
    )


def version() -> str:
    """The date on which they were last reviewed."""
    return str(_toml()["reviewed"])


def expected(after: date, until: date) -> list[Expected]:
    """The releases that are expected to begin after one day and until another, by day.

    Examples
    --------
    >>> [one.release.id for one in expected(date(2026, 12, 1), date(2027, 3, 1))]
    ['bra_kvartal_4', 'scb_folkmangd']
    """
    found = [one for year in range(after.year, until.year + 1) for one in _of(year) if after < one.first <= until]
    return sorted(found, key=lambda one: (one.first, one.release.id))


def _of(year: int) -> Iterator[Expected]:
    for release in releases():
        first, last = (date.fromisoformat(f"{year}-{day}") for day in (release.first, release.last))
        yield Expected(release, release.title.format(year=year, before=year - 1), first, last)


@functools.cache
def _toml() -> dict[str, Any]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))
