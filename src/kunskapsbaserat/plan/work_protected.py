"""What may be shown of a plan's own figures beside its goals: process sums, controls, neighbourhoods, places.

All of them are judged together, and so is what is left between a whole and its part: of 8 who were offered and 5 who began, 3
did not. Hidden figures are taken out of the plan, with what stands instead in `dolda`.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import pandas as pd

from kunskapsbaserat.catalogue import processer
from kunskapsbaserat.disclosure import OwnTable, OwnTables
from kunskapsbaserat.disclosure.own import FEW as SHORT_FEW
from kunskapsbaserat.disclosure.rules import counts_somebody
from kunskapsbaserat.plan.model import Plan
from kunskapsbaserat.plan.work import Fokus, Grannomrade, Grannsumma, Kontroll, Plats, Processtal

_Row = TypeVar("_Row", Fokus, Processtal, Kontroll, Grannomrade, Plats)

FEW = "färre än fem"
"""What stands in a plan instead of 1-4. Not the gate's "1–4": whoever looks a figure up shall find neither of the two."""

EVENTS = ("plats_fore", "plats_efter", "ring_fore", "ring_efter", "jamforelse_fore", "jamforelse_efter")


def in_words(mark: str) -> str:
    """The gate's mark as a plan says it."""
    return FEW if mark == SHORT_FEW else mark


@dataclass(frozen=True, slots=True)
class _Number:
    """A number of the plan: where it stands (no field: it is only worked out), and what it counts."""

    row: str
    field: str
    name: str
    period: str
    value: float


def protected_work(plan: Plan) -> Plan:
    """The plan without the small numbers of its sheets beside the chain."""
    marks = _marks(plan)
    changed: dict[str, Any] = {}
    for name in ("fokus", "processtal", "kontroller", "grannsamverkan", "platser"):
        rows: Sequence[Any] = getattr(plan, name)
        changed[name] = tuple(_without(row, marks.get(f"{name}:{row.id}", {})) for row in rows)
    changed["grannsummor"] = tuple(_sums(plan.grannsamverkan, marks))
    return dataclasses.replace(plan, **changed)


def _without(row: _Row, marks: dict[str, str]) -> _Row:
    if not marks:
        return row
    if isinstance(row, Kontroll) and "fel" in marks:
        marks = {**marks, "kronor": ".."}  # what one or two faults cost is known by those who made them
    emptied: dict[str, Any] = dict.fromkeys(name for name in marks if getattr(row, name) is not None)
    return dataclasses.replace(row, **emptied, dolda=tuple(sorted((name, marks[name]) for name in emptied)))


def _marks(plan: Plan) -> dict[str, dict[str, str]]:
    """What stands instead, by row and field."""
    tables = [numbers for numbers in _tables(plan) if numbers]
    every = [number for numbers in tables for number in numbers]
    table = pd.DataFrame(
        {"indicator": [n.name for n in every], "period": [n.period for n in every], "value": [n.value for n in every]}
    )
    ends = list(itertools.accumulate(map(len, tables)))
    frames = [table.iloc[end - len(numbers) : end] for numbers, end in zip(tables, ends, strict=True)]
    together = OwnTables(tuple(OwnTable(frame, "indicator") for frame in frames))
    found: dict[str, dict[str, str]] = {}
    for numbers, frame in zip(tables, frames, strict=True):
        judged = together.marked(frame)
        assert judged is not None
        for number, mark in zip(numbers, judged.marks, strict=True):
            if mark is not None and number.field:
                found.setdefault(number.row, {})[number.field] = in_words(str(mark))
    return found


def _tables(plan: Plan) -> Iterator[list[_Number]]:
    yield from _process_tables(plan.processtal)
    yield from _control_tables(plan.kontroller)
    yield from _neighbour_tables(plan.grannsamverkan)
    for place in plan.platser:
        yield [
            _Number(f"platser:{place.id}", name, f"{place.id} {name}", "", value)
            for name in (*EVENTS, "medlemmar")
            if (value := getattr(place, name)) is not None
        ]
    for focus in plan.fokus:
        if counts_somebody(focus.enhet or ""):
            yield [
                _Number(f"fokus:{focus.id}", name, f"{focus.id} {name}", "", value)
                for name in ("storlek", "storlek_fore")
                if (value := getattr(focus, name)) is not None
            ]


def _process_tables(figures: Sequence[Processtal]) -> Iterator[list[_Number]]:
    """Each number, and each part with its whole and what is left between them, of the same time."""
    counted = {
        (f.matt, f.fran, f.till): _Number(f"processtal:{f.id}", "antal", f.matt, f"{f.fran}/{f.till}", f.antal)
        for f in figures
        if f.antal is not None and counts_somebody(processer.measure(f.matt).unit)
    }
    for (key, begins, ends), part in counted.items():
        yield [part]
        about = processer.measure(key)
        whole = counted.get((f"{about.work}.{about.of}", begins, ends)) if about.of else None
        if whole is not None and whole.value > part.value:
            rest = _Number("", "", f"{whole.name} utan {part.name}", part.period, whole.value - part.value)
            yield [whole, part, rest]


def _control_tables(controls: Sequence[Kontroll]) -> Iterator[list[_Number]]:
    """Faults by control. They are never added up: two processes have different faults."""
    for c in controls:
        if c.fel is not None:
            yield [_Number(f"kontroller:{c.id}", "fel", f"fel {c.id}", f"{c.fran}/{c.till}", c.fel)]


def _neighbour_tables(areas: Sequence[Grannomrade]) -> Iterator[list[_Number]]:
    """Burglaries by area with the sums of those with and without, which the page prints, and households by area."""
    for (year, joined), group in _groups(areas).items():
        numbers = [
            _Number(f"grannsamverkan:{a.id}", "inbrott", f"inbrott {a.id}", str(year), a.inbrott)
            for a in group
            if a.inbrott is not None
        ]
        total = _Number(_sum_key(year, joined), "inbrott", "inbrott totalt", str(year), sum(n.value for n in numbers))
        yield [*numbers, *([total] if len(numbers) > 1 else [])]
        for a in group:
            yield [
                _Number(f"grannsamverkan:{a.id}", name, f"{a.id} {name}", str(year), value)
                for name in ("hushall", "med")
                if (value := getattr(a, name)) is not None
            ]


def _sum_key(year: int | None, joined: bool) -> str:
    return f"grannsummor:{year}:{joined}"


def _groups(areas: Sequence[Grannomrade]) -> dict[tuple[int | None, bool], list[Grannomrade]]:
    """The areas by year, those that are in grannsamverkan and those that are not; nothing said of it is not in it."""
    found: dict[tuple[int | None, bool], list[Grannomrade]] = {}
    for area in areas:
        found.setdefault((area.ar, bool(area.med)), []).append(area)
    return found


def _sums(areas: Sequence[Grannomrade], marks: dict[str, dict[str, str]]) -> Iterator[Grannsumma]:
    for (year, joined), group in _groups(areas).items():
        key = _sum_key(year, joined) if len(group) > 1 else f"grannsamverkan:{group[0].id}"
        counted = [a.inbrott for a in group if a.inbrott is not None]
        whole = len(counted) == len(group) and "inbrott" not in marks.get(key, {})
        households = [a.hushall for a in group if a.hushall is not None]
        yield Grannsumma(
            year,
            joined,
            len(group),
            sum(households) if len(households) == len(group) else None,
            sum(counted) if whole else None,
        )
