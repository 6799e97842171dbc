"""Which column of an export is which field of an event: a mapping that a samordnare keeps beside the file, or a ready one.

A mapping is a sheet of two columns, ``fält`` and ``värde``, saved as ``<file>.mappning.csv``: the heading of the column for
each field, ``datumordning`` for dates like 3/4/2026, ``tidszon`` for clock times in UTC, and lines such as
``kategori: Slagsmål;vald`` for words of the system's own. A column that no line names is not read.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kunskapsbaserat.catalogue import est as catalogue
from kunskapsbaserat.data import files
from kunskapsbaserat.data.est import times
from kunskapsbaserat.errors import FileError, TableError

FIELDS = (
    *("handelse_id", "rapporterad", "start", "slut", "kategori", "plats", "omrade", "x", "y", "platstyp", "allvarlighet"),
    *("rapportor", "rapportortyp", "polisanmald"),
)
REQUIRED = ("start", "kategori")
ORDER, READY, ZONE = "datumordning", "mall", "tidszon"
UTC, SWEDISH = "UTC", "svensk"
OWN = "egen mappning"
_TRANSLATED = ("kategori", "platstyp", "rapportortyp")


@dataclass(frozen=True)
class ExportMapping:
    """The headings of each field, how dates are written, and what the system's own words mean.

    `zone` is that of clock times which name none, `note` what a person should compare in a ready mapping.

    `verified` is False for the ready mappings that nobody has tried on a real export; `name` says which it is.
    """

    name: str
    fields: Mapping[str, tuple[str, ...]]
    order: str = ""
    verified: bool = True
    words: Mapping[tuple[str, str], str] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    zone: str = SWEDISH
    note: str = ""

    def columns(self, headings: Iterable[str]) -> dict[str, str]:
        """The heading of the file that each field stands under; a field that no heading fits is absent."""
        there = {_folded(h): h for h in headings}
        found = {}
        for name in FIELDS:
            fits = (there[_folded(h)] for h in self.fields.get(name, ()) if _folded(h) in there)
            if (heading := next(fits, None)) is not None:
                found[name] = heading
        return found

    def fits(self, headings: Iterable[str]) -> bool:
        headings = list(headings)
        there = {_folded(h) for h in headings}
        return all(_folded(h) in there for h in self.needs) and set(REQUIRED) <= self.columns(headings).keys()


def path_for(file: str | Path) -> Path:
    """Where the mapping of an export is kept: ``uttag.csv.mappning.csv`` beside ``uttag.csv``."""
    file = Path(file)
    return file.with_name(f"{file.name}.mappning.csv")


@functools.cache
def ready() -> dict[str, ExportMapping]:
    """The mappings that come with the package, by id: "survey123", "embrace" (both unverified) and "est" (our own workbook)."""
    listed = tomllib.loads(Path(__file__).with_name("exports.toml").read_text(encoding="utf-8"))["export"]
    return {
        entry["id"]: ExportMapping(
            entry["name"],
            {name: tuple(headings) for name, headings in entry["fields"].items()},
            entry["order"],
            entry["verified"],
            needs=tuple(entry["needs"]),
            note=entry.get("note", ""),
        )
        for entry in listed
    }


def choose(path: Path, headings: Iterable[str]) -> ExportMapping:
    """The mapping of a file: its own, else the first ready one whose columns are there.

    Raises
    ------
    FileError
        No ready mapping fits and the file has none of its own.
    TableError
        Its own mapping is wrong.
    """
    headings = list(headings)
    if path_for(path).exists():
        return read(path_for(path))
    for known in ready().values():
        if known.fits(headings):
            return known
    raise FileError(
        "no_mapping",
        path,
        "is no export that is known, and has no mapping",
        "känns inte igen som en händelselista. Skriv en mappning bredvid den: se rubriken EST i LÄS MIG.",
    )


def read(path: str | Path) -> ExportMapping:
    """A mapping as it was written.

    Raises
    ------
    TableError
        A field is unknown or stands twice, a required one is missing, or a word is translated to nothing that is known.
    """
    path = Path(path)
    base: ExportMapping | None = None
    fields: dict[str, tuple[str, ...]] = {}
    words: dict[tuple[str, str], str] = {}
    order = zone = None
    for at, row in enumerate(files.read_file(path).sheets[0].rows, start=1):
        name, value = ("" if cell is None else str(cell).strip() for cell in (*row, None, None)[:2])
        kind, _, said = name.partition(":")
        kind = kind.casefold().strip()
        if not name or (at == 1 and kind == "fält") or (not value and kind in FIELDS):
            continue
        if said.strip() and kind in _TRANSLATED:
            words[kind, said.strip().casefold()] = _known_word(kind, value, path, at)
        elif kind == READY:
            if value not in ready():
                raise _wrong(path, at, f"one of {', '.join(ready())}", f"något av {', '.join(ready())}")
            base = ready()[value]
        elif kind == ORDER:
            if value not in times.ORDERS:
                raise _wrong(path, at, "dag/mån or mån/dag", "dag/mån eller mån/dag")
            order = value
        elif kind == ZONE:
            zone = next((known for known in (UTC, SWEDISH) if known.casefold() == value.casefold()), None)
            if zone is None:
                raise _wrong(path, at, f"{UTC} or {SWEDISH}", f"{UTC} eller {SWEDISH}")
        elif kind in FIELDS and kind not in fields:
            fields[kind] = (value,)
        else:
            allowed = ", ".join((READY, ORDER, ZONE, *FIELDS))
            raise _wrong(path, at, f"each of these fields at most once: {allowed}", f"högst en gång något av fälten {allowed}")
    both = {**(base.fields if base else {}), **fields}
    for name in REQUIRED:
        if name not in both:
            raise _wrong(path, None, f"the field {name}", f"fältet {name}")
    said = order if order is not None else (base.order if base else "")
    return ExportMapping(OWN, both, said, True, words, zone=zone or SWEDISH)


def _known_word(kind: str, value: str, path: Path, row: int) -> str:
    choices = {
        "kategori": [c.id for c in catalogue.categories()],
        "platstyp": [c.id for c in catalogue.place_types()],
        "rapportortyp": [c.id for c in catalogue.reporter_types()],
    }[kind]
    if value not in choices:
        raise _wrong(path, row, f"one of {', '.join(choices)}", f"något av {', '.join(choices)}")
    return value


def _wrong(path: Path, row: int | None, expected: str, forvantat: str) -> TableError:
    return TableError(expected, forvantat=forvantat, file=path, row=row)


def _folded(heading: str) -> str:
    return " ".join(str(heading).casefold().split())
