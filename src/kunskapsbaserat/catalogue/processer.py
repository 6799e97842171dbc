"""Work whose own figures may be followed: brottsaktiva, SSPF, SIG, kvinnojour, föräldrastöd, nattvandring.

The facts stand in ``processer.toml`` beside this file: what is meant, what is counted, and what the figures cannot say.
"""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from pathlib import Path

from kunskapsbaserat.errors import OptionError

_FILE = Path(__file__).with_name("processer.toml")


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing that is counted in a work. `of` is the id of the measure that it is a part of, or empty."""

    work: str
    id: str
    name: str
    unit: str
    label: str
    of: str = ""

    @property
    def key(self) -> str:
        return f"{self.work}.{self.id}"


@dataclass(frozen=True, slots=True)
class Work:
    """A work with its measures. Always printed: `definition`, what is meant, and `limits`, what the figures cannot say."""

    id: str
    name: str
    definition: str
    limits: str
    measures: tuple[Measure, ...]


def works() -> tuple[Work, ...]:
    """All works in catalogue order."""
    return _works()


def measure(key: str) -> Measure:
    """The measure with this key, "kvinnojour.kontakter".

    Raises
    ------
    OptionError
        There is none.
    """
    if key not in _measures():
        raise OptionError("mått", key, list(_measures()))
    return _measures()[key]


@functools.cache
def _works() -> tuple[Work, ...]:
    listed = tomllib.loads(_FILE.read_text(encoding="utf-8"))["work"]
    return tuple(
        Work(w["id"], w["name"], w["definition"], w["limits"], tuple(_measure(w, m) for m in w["measure"])) for w in listed
    )


def _measure(work: dict[str, str], about: dict[str, str]) -> Measure:
    return Measure(
        work["id"], about["id"], about["name"], about["unit"], f"{work['name']}: {about['name']}", about.get("of", "")
    )


@functools.cache
def _measures() -> dict[str, Measure]:
    return {m.key: m for work in _works() for m in work.measures}
