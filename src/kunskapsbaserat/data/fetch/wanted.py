"""Which kommuner and years a run asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kunskapsbaserat import kommun as kommuner
from kunskapsbaserat.data import embedded
from kunskapsbaserat.kommun import Kommun

MOST_ONE_BY_ONE = 30
"""At most so many kommuner have what takes a question each: a publisher's web pages are no service for three hundred."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for.

    Attributes
    ----------
    places : tuple of Kommun
        Those whose folders are filled.
    detail : tuple of str
        Codes of those that have every type of offence: the places and the ones that they are compared with.
    near : tuple of str
        The places and their liknande kommuner: what is asked for by month.
    lan : tuple of str
        Codes of the places' län.
    riket : bool
        Whether the folders shall have every kommun.
    """

    places: tuple[Kommun, ...]
    detail: tuple[str, ...]
    near: tuple[str, ...]
    lan: tuple[str, ...]
    riket: bool = False

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(place.code for place in self.places)


def of(places: Sequence[Kommun], *, riket: bool = False) -> Wanted:
    """What some kommuner need."""
    detail = everyone() if riket else sorted({code for place in places for code in compared(place)})
    near = {code for place in places for code in (place.code, *kommuner.liknande(place).members)}
    return Wanted(tuple(places), tuple(detail), tuple(sorted(near)), tuple(sorted({place.lan_code for place in places})), riket)


def compared(place: Kommun) -> set[str]:
    """The kommun, Kolada's two sets of liknande kommuner, its län, and the kommuner that Brå's indicators can be tried on."""
    alike = {code for kind in ("overgripande", "socioekonomi") for code in kommuner.liknande(place, kind).members}
    known = embedded.counts_year()
    tried = set(known.loc[known["area_level"] == "kommun", "area"])
    return {place.code, *alike, *(k.code for k in kommuner.in_lan(place.lan_code)), *tried}


def everyone() -> list[str]:
    """Codes of all kommuner."""
    return [k.code for k in kommuner.all_kommuner()]
