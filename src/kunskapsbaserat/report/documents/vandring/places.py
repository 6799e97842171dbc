"""Where things were seen: a map with its table, or the places in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kunskapsbaserat.data.walks import Seen
from kunskapsbaserat.report.documents.vandring.material import Material
from kunskapsbaserat.report.documents.vandring.sections import section, table
from kunskapsbaserat.report.documents.vandring.words import report as text
from kunskapsbaserat.report.page.blocks import Block, Cell, Figure, FigureRow, Paragraph, Section, Table
from kunskapsbaserat.report.page.charts.place_map import PlaceMark, place_map
from kunskapsbaserat.report.statements.ground import ground_of
from kunskapsbaserat.swedish import listed, number

CELL = 25.0
"""Metres: what lies so near is one point of the map."""
NAMED = 8
SPAN = 600.0
"""Metres that the map shows at least: a walk is short."""


@dataclass(frozen=True, slots=True)
class Point:
    """A point of the map, or a place without one, and what was seen there."""

    x: float
    y: float
    seen: tuple[Seen, ...]

    @property
    def name(self) -> str:
        return ", ".join(dict.fromkeys(one.place for one in self.seen))


def places_section(m: Material) -> Section:
    found = points(m)
    if not found:
        blocks: list[Block] = [Paragraph(text.NO_POINTS), _by_name(m)]
        return section("platser", text.NO_POINTS_HEADING, blocks)
    numbered = list(enumerate(found, start=1))
    rows: list[list[Cell]] = [
        [str(at), point.name, number(len(point.seen)), number(sum(one.open for one in point.seen)), _about(point.seen)]
        for at, point in numbered
    ]
    frame = pd.DataFrame(
        [(at, p.x, p.y, len(p.seen), sum(one.open for one in p.seen)) for at, p in numbered],
        columns=["nr", "x", "y", "iakttagelser", "vantar"],
    )
    details = table("punkter", text.POINT_HEADS, rows, frame, caption=text.POINTS_CAPTION, right=(2, 3))
    figure = _figure(m, numbered, details)
    without = [one for one in m.seen if one.x is None]
    short = [[*row[:3], row[4]] for row in rows]
    heads = [text.POINT_HEADS[at] for at in (0, 1, 2, 4)]
    beside: list[Block] = [
        Paragraph(text.map_finding([(p.name, len(p.seen)) for p in found], len(without))),
        table("punkter", heads, short, frame, caption=text.POINTS_SHORT, right=(2,), layout="plain"),
    ]
    return section("platser", text.places_heading(len(found)), [FigureRow(figure, beside)])


def points(m: Material) -> list[Point]:
    """What was seen by where it was, most first."""
    there: dict[tuple[float, float], list[Seen]] = {}
    for one in m.seen:
        if one.x is not None and one.y is not None:
            x, y = (float(np.floor(value / CELL) * CELL + CELL / 2) for value in (one.x, one.y))
            there.setdefault((x, y), []).append(one)
    found = [Point(x, y, tuple(seen)) for (x, y), seen in there.items()]
    return sorted(found, key=lambda point: (-len(point.seen), point.name, point.x, point.y))


def _figure(m: Material, numbered: Sequence[tuple[int, Point]], details: Table) -> Figure:
    assert m.folder is not None
    old = {one.id for one in m.old}
    first = {p.name: at for at, p in reversed(numbered)}  # a name stands once, though several points have it
    marks = [
        PlaceMark(
            *(p.x, p.y, len(p.seen), str(at)),
            p.name if at <= NAMED and first[p.name] == at else "",
            any(one.id in old for one in p.seen),
        )
        for at, p in numbered
    ]
    beneath = ground_of(m.kommun, m.folder)
    without = sum(one.x is None for one in m.seen)
    return Figure(
        id="vandringskarta",
        drawing=place_map(marks, size=CELL, ground=beneath, words=text.MAP_WORDS, format_number=number, least_span=SPAN),
        caption=text.MAP_CAPTION,
        unit=text.map_unit(towns=bool(beneath.towns), coarse=beneath.coarse),
        title=text.map_title(m),
        finding=text.map_finding([(p.name, len(p.seen)) for _, p in numbered], without),
        source=text.SOURCE,
        table=details,
        css="figur karta",
    )


def _by_name(m: Material) -> Table:
    by_place: dict[str, list[Seen]] = {}
    for one in m.seen:
        by_place.setdefault(one.place, []).append(one)
    ordered = sorted(by_place.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    rows: list[list[Cell]] = [
        [place, number(len(seen)), number(sum(one.open for one in seen)), _about(seen)] for place, seen in ordered
    ]
    frame = pd.DataFrame(
        [(len(seen), sum(one.open for one in seen)) for _, seen in ordered], columns=["iakttagelser", "vantar"]
    )
    return table("platser", text.PLACE_HEADS, rows, frame, caption=text.TOPICS["platser"], right=(1, 2))


def _about(seen: Sequence[Seen]) -> str:
    return listed(list(dict.fromkeys(one.theme for one in seen)))
