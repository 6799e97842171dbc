"""What the tests of the export look at, gathered once: Borlänge (groups, indicators, NTU), Köping, Arjeplog (few offences)."""

from __future__ import annotations

import functools

from kunskapsbaserat import kommun
from kunskapsbaserat.export import Gathered, Star, gather, star
from kunskapsbaserat.kommun import Kommun

NAMES = ("Borlänge", "Köping", "Arjeplog")


def kommuner() -> list[Kommun]:
    return [kommun.get(name) for name in NAMES]


@functools.cache
def gathered() -> Gathered:
    return gather(kommuner())


@functools.cache
def made() -> Star:
    return star(gathered())


@functools.cache
def smallest() -> Gathered:
    """Of a kommun that has the groups alone, for what is about the files and not the figures."""
    return gather([kommun.get("Arjeplog")])
