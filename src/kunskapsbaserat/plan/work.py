"""What a plan may hold beside its chain: focus areas, figures of the work itself, controls, neighbours and places.

Each stands on a sheet of its own that an older workbook does not have, and that may be left empty.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kunskapsbaserat.catalogue import processer


@dataclass(frozen=True, slots=True)
class Fokus:
    """A focus area of two years or so, out of the lägesbild.

    `storlek` and `storlek_fore` in `enhet` only where the indicator's own figures are not at hand; `est` are the EST
    categories that follow it; `dolda` as for `plan.model.Mal`.
    """

    id: str
    namn: str
    problem: tuple[str, ...] = ()
    indikator: str | None = None
    storlek: float | None = None
    storlek_fore: float | None = None
    enhet: str | None = None
    ar: int | None = None
    fran: date | None = None
    till: date | None = None
    est: tuple[str, ...] = ()
    skal: str | None = None
    row: int = 0
    dolda: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Processtal:
    """A sum of what was done in some time; `matt` is a key of `catalogue.processer`."""

    id: str
    matt: str
    fran: date
    till: date
    antal: float | None = None
    atgard: str | None = None
    kalla: str | None = None
    row: int = 0
    dolda: tuple[tuple[str, str], ...] = ()

    @property
    def namn(self) -> str:
        """What is counted, as the list has it."""
        return processer.measure(self.matt).label


@dataclass(frozen=True, slots=True)
class Kontroll:
    """Controls of one process (välfärdsbrott): how many were made, what they found, and what that was in kronor."""

    id: str
    process: str
    kontroll: str
    fran: date | None = None
    till: date | None = None
    kontrollerade: float | None = None
    fel: float | None = None
    kronor: float | None = None
    ansvarig: str | None = None
    atgard: str | None = None
    kalla: str | None = None
    row: int = 0
    dolda: tuple[tuple[str, str], ...] = ()

    @property
    def namn(self) -> str:
        """What is controlled, and how."""
        return f"{self.process}, {self.kontroll}"


@dataclass(frozen=True, slots=True)
class Grannomrade:
    """An area with the households that are in grannsamverkan, and its residential burglaries of one year."""

    id: str
    omrade: str
    ar: int | None = None
    hushall: float | None = None
    med: float | None = None
    inbrott: float | None = None
    atgard: str | None = None
    kalla: str | None = None
    row: int = 0
    dolda: tuple[tuple[str, str], ...] = ()

    @property
    def namn(self) -> str:
        """What the area is called."""
        return self.omrade


@dataclass(frozen=True, slots=True)
class Grannsumma:
    """The areas of one year that are in grannsamverkan, or those that are not, together.

    `inbrott` is None where it is not known of all of them or may not be shown.
    """

    ar: int | None
    med: bool
    omraden: int
    hushall: float | None
    inbrott: float | None


@dataclass(frozen=True, slots=True)
class Plats:
    """A bounded place where owners work together, with the ring around it and the place it is compared with."""

    id: str
    plats: str
    medlemmar: float | None = None
    fore_fran: date | None = None
    fore_till: date | None = None
    efter_fran: date | None = None
    efter_till: date | None = None
    planerade: float | None = None
    gjorda: float | None = None
    plats_fore: float | None = None
    plats_efter: float | None = None
    ring_fore: float | None = None
    ring_efter: float | None = None
    jamforelse: str | None = None
    jamforelse_fore: float | None = None
    jamforelse_efter: float | None = None
    handelser: str | None = None
    atgard: str | None = None
    kalla: str | None = None
    row: int = 0
    dolda: tuple[tuple[str, str], ...] = ()

    @property
    def namn(self) -> str:
        """What the place is called."""
        return self.plats
