"""Indicators for what kommuner work with beside Brå's figures, each with its honest limits.

The facts stand in ``indikatorer.toml`` beside this file.
"""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from pathlib import Path

from kunskapsbaserat.errors import OptionError

_FILE = Path(__file__).with_name("indikatorer.toml")


@dataclass(frozen=True, slots=True)
class Indicator:
    """What may be counted, and what the count cannot say (`limits`, printed wherever it is used).

    `about` is "brott", "trygghet", "skada" or "arbete": trygghet always stands apart from crime. `kind` is "antal", "andel",
    "kronor", "process", or "valfri" where the plan has to say what it counts. `beside` names what it has to be
    read beside, `level` the smallest area it may be given for.
    """

    id: str
    name: str
    about: str
    kind: str
    source: str
    level: str
    wanted_direction: str
    beside: tuple[str, ...]
    limits: str


def indicators() -> tuple[Indicator, ...]:
    """All indicators in catalogue order."""
    return tuple(_entries().values())


def indicator(indicator_id: str) -> Indicator:
    """The indicator with this id."""
    if indicator_id not in _entries():
        raise OptionError("indikator", indicator_id, list(_entries()))
    return _entries()[indicator_id]


@functools.cache
def _entries() -> dict[str, Indicator]:
    listed = tomllib.loads(_FILE.read_text(encoding="utf-8"))["indicator"]
    return {entry["id"]: Indicator(**(entry | {"beside": tuple(entry["beside"])})) for entry in listed}
