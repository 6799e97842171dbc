"""The map of a län: its kommuner shaded by class, the reader's own framed, names and values as text.

Lightness alone carries the classes, so the map is read also without colours. Everything about the land is prepared once for
each län.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from kunskapsbaserat.plots.classes import class_limits, class_of
from kunskapsbaserat.report.page.charts import svg
from kunskapsbaserat.report.page.charts.canvas import HAIR, INK, INK2, KOMMUN, LINE, QUIET, Canvas, Drawing
from kunskapsbaserat.report.page.charts.land import MAP_WIDTH, LanMap, lan_map, sweden
from kunskapsbaserat.report.page.charts.measure import broken, width
from kunskapsbaserat.report.page.charts.placing import (
    FITS,
    PITCH,
    SPILLS,
    Board,
    Label,
    Placed,
    choices_beside,
    label,
    place_beside,
    place_inside,
    share_of,
)
from kunskapsbaserat.report.page.palette import light

LAND = light("land")
SHADES = {
    1: (light("map2"),),
    2: (light("map1"), light("map3")),
    3: (light("map1"), light("map2"), light("map3")),
    4: (light("map1"), light("map2of4"), light("map3of4"), light("map3")),
}
WHITE_ON = (light("map3of4"), light("map3"))
_EDGE_ON_DARK = light("mapedge")  # between two dark kommuner; the lighter ones are drawn after them, with a dark edge
ALL_LABELLED = 15  # with more kommuner only the own, the highest, the lowest and the neighbours are named
_KEY_ROW, _SWATCH = 25, 24
_BARS = (20, 50, 100)  # kilometres
_SHORTEST_BAR = 36
_INSET = 92
_ATTEMPTS = 3  # to find room for the names that were left out
_WEIGHT_OF_EXTREMES = 2.0
_OWN_WEIGHT = 4.0  # the reader's own kommun is named nearest


@dataclass(frozen=True, slots=True)
class MapWords:
    """What the key says, from the words of a document; `{}` stands for a limit."""

    below: str = "under {}"
    between: str = "{}–{}"
    above: str = "{} eller fler"
    missing: str = "saknas"


def county_map(
    values: Mapping[str, float | None],
    *,
    own: str | None = None,
    lan: str | None = None,
    named: Collection[str] = (),
    words: MapWords | None = None,
    format_number: Callable[[float], str] = str,
    hover: Mapping[str, str] | None = None,
) -> Drawing:
    """A län with its kommuner in three classes (four above 25 kommuner), its key, neighbouring län and a bar of length.

    Parameters
    ----------
    values : mapping of code to value
        Events per 100 000 inhabitants and year (or any other amount) of the kommuner of one län; those that are None, not a
        number or not there are drawn without fill inside a dashed line.
    own : str, optional
        Code of the reader's kommun, which is framed; its län is drawn.
    lan : str, optional
        Code of the län, where the map is nobody's own.
    named : collection of str
        Kommuner that are named also where there are too many to name all.
    words : MapWords
        Words of the key.
    format_number : callable
        Writes a value and a limit.
    hover : mapping of code to text, optional
        What a pointer is told of a kommun.
    """
    words = words or MapWords()
    code = own[:2] if own is not None else str(lan)
    land = lan_map(code)
    known = {c: float(v) for c in land.kommuner if (v := values.get(c)) is not None and v == v}
    limits = class_limits(list(known.values()))
    shades = SHADES[len(limits) + 1]
    fills = {c: shades[class_of(v, limits)] for c, v in known.items()}
    texts = {c: format_number(known[c]) if c in known else words.missing for c in land.kommuner}
    key = _key(limits, words, format_number, missing=len(known) < len(land.kommuner))
    top = _KEY_ROW * (1 + max(row for _, row, _, _ in key)) + 8 if key else 0
    layout = _placed(land, own, known, texts, named)
    drawn = Canvas(MAP_WIDTH, land.height)
    _draw_land(drawn, land, fills, own)
    _draw_labels(drawn, land, layout, fills, own)
    drawn.named_areas([(land.kommuner[c].path, text) for c, text in (hover or {}).items() if c in land.kommuner])
    body = drawn.finish().body + (_miniature(layout.inset, code) if layout.inset else "")
    head = Canvas(MAP_WIDTH, top)
    _draw_key(head, key)
    return Drawing(head.finish().body + svg.moved(body, 0, top), MAP_WIDTH, land.height + top)


def labelled(lan: LanMap, own: str | None, known: Mapping[str, float], named: Collection[str] = ()) -> list[str]:
    """The kommuner that are named, in the order in which they find their places."""
    many = len(lan.kommuner) > ALL_LABELLED
    neighbours = sorted(lan.neighbours[own]) if own is not None else []
    others = [*extremes(known), *named, *neighbours] if many else list(lan.kommuner)
    return [*([own] if own is not None else []), *dict.fromkeys(c for c in others if c != own)]


def extremes(known: Mapping[str, float]) -> list[str]:
    """The highest and the lowest."""
    return [f(known, key=lambda c: known[c]) for f in (max, min)] if known else []


@dataclass(frozen=True, slots=True)
class _Layout:
    names: dict[str, Placed]
    others: list[Placed]
    bar: tuple[float, float, int] | None
    inset: tuple[float, float] | None


def _placed(
    lan: LanMap, own: str | None, known: Mapping[str, float], texts: Mapping[str, str], named: Collection[str]
) -> _Layout:
    """All labels, the reader's own first; what is left is for the bar, the miniature and the neighbouring län."""
    wordings = {c: label(lan.kommuner[c].name, texts[c], own=c == own) for c in labelled(lan, own, known, named)}
    weights = dict.fromkeys(extremes(known), _WEIGHT_OF_EXTREMES) | ({own: _OWN_WEIGHT} if own is not None else {})
    layout, board = _named(lan, own, wordings, weights, ())
    left_out = {c for c in wordings if c not in layout.names}
    for _ in range(_ATTEMPTS):
        if not left_out:
            break
        again = _named(lan, own, wordings, weights, left_out)
        left_out |= {c for c in wordings if c not in again[0].names}
        layout, board = max((layout, board), again, key=lambda one: len(one[0].names))
    for land in lan.others:
        wording = Label(tuple(broken(land.name, 110, bold=False)))
        placed = place_inside(board, [wording], land, (MAP_WIDTH / 2, lan.height / 2))
        if placed:
            board.take(placed)
            layout.others.append(placed)
    return layout


def _named(
    lan: LanMap, own: str | None, wordings: Mapping[str, list[Label]], weights: Mapping[str, float], cramped: Collection[str]
) -> tuple[_Layout, Board]:
    """The names of the kommuner; the `cramped` are placed first and may spill over their borders."""
    board = Board(lan.height)
    names: dict[str, Placed] = {}
    # The smallest first: a large kommun has room for its name in many places.
    for code in sorted(wordings, key=lambda c: (c not in cramped, c != own, int(lan.kommuner[c].cells[-1, -1]))):
        fits = SPILLS if code in cramped else FITS
        placed = place_inside(board, wordings[code], lan.kommuner[code], lan.centres[code], fits)
        if placed:
            board.take(placed)
            names[code] = placed
    outside = [c for c in wordings if c not in names]
    board.boxes += [_about(lan.centres[c], 4) for c in outside]
    bar = _bar_place(board, lan)
    inset = _inset_place(board, lan)
    choices = {
        code: choices_beside(
            board,
            wordings[code][0],
            lan.centres[code],
            land=lan.all_land,
            shunned=lan.kommuner[own] if own is not None else None,
            weight=weights.get(code, 1),
        )
        for code in outside
    }
    for code, placed in place_beside(choices).items():
        board.take(placed)
        names[code] = placed
    return _Layout(names, [], bar, inset), board


def _about(point: tuple[float, float], half: float) -> tuple[float, float, float, float]:
    return point[0] - half, point[1] - half, point[0] + half, point[1] + half


def _corner(board: Board, lan: LanMap, across: float, down: float) -> tuple[float, float] | None:
    """Upper left of a box in the corner where least of the län lies; None where all corners are taken."""
    land = share_of(lan.all_land, across, down)
    best: tuple[float, tuple[float, float]] | None = None
    for x in (8.0, MAP_WIDTH - 8 - across):
        for y in (lan.height - 8 - down, 8.0):
            box = (x, y, x + across, y + down)
            taken = float(land[int((y + down / 2) // 4), int((x + across / 2) // 4)])
            if taken < 0.04 and board.is_free(box) and (best is None or taken < best[0] - 1e-9):
                best = (taken, (x, y))
    return best[1] if best else None


def _bar_place(board: Board, lan: LanMap) -> tuple[float, float, int] | None:
    """Left end and height of the bar of length, and its kilometres."""
    km = next((k for k in _BARS if k * lan.pixels_per_km >= _SHORTEST_BAR), _BARS[-1])
    across = km * lan.pixels_per_km + 8 + width(f"{km} km", bold=False)
    at = _corner(board, lan, across, 20)
    if at is None:
        return None
    board.boxes.append((at[0], at[1], at[0] + across, at[1] + 20))
    return at[0], at[1] + 14, km


def _inset_place(board: Board, lan: LanMap) -> tuple[float, float] | None:
    """Upper left of Sweden in miniature."""
    _, _, across = sweden(_INSET)
    at = _corner(board, lan, across, _INSET)
    if at is None and board.boxes:  # above the bar of length, where that has the only free corner
        x, bar_top = board.boxes[-1][0], board.boxes[-1][1]
        box = (x, bar_top - 8 - _INSET, x + across, bar_top - 8)
        land = share_of(lan.all_land, across, _INSET)
        fits = box[1] >= 8 and land[int((box[1] + _INSET / 2) // 4), int((x + across / 2) // 4)] < 0.04
        at = (box[0], box[1]) if fits and board.is_free(box) else None
    if at:
        board.boxes.append((at[0], at[1], at[0] + across, at[1] + _INSET))
    return at


def _draw_land(canvas: Canvas, lan: LanMap, fills: Mapping[str, str], own: str | None) -> None:
    for land in lan.others:
        canvas.outlines(land.path, "grannlan", fill=LAND, edge=HAIR, width=1)
    canvas.outlines(f"M.5.5h479v{lan.height - 1}h-479z", "ram", fill="none", edge=HAIR, width=1)
    for code in sorted(fills, key=lambda c: fills[c]):
        edge = _EDGE_ON_DARK if fills[code] in WHITE_ON else LINE
        canvas.outlines(lan.kommuner[code].path, "kommuner", fill=fills[code], edge=edge, width=1)
    for code in [c for c in lan.kommuner if c not in fills]:
        canvas.outlines(lan.kommuner[code].path, "saknas", fill="white", edge=INK2, width=1, dashes="3,3")
    if own is not None:
        canvas.outlines(lan.kommuner[own].path, "egen", fill="none", edge="white", width=6.5, above=True)
        canvas.outlines(lan.kommuner[own].path, "egen", fill="none", edge=KOMMUN, width=3.4, above=True)


def _draw_labels(canvas: Canvas, lan: LanMap, layout: _Layout, fills: Mapping[str, str], own: str | None) -> None:
    # Alike after alike: what shapes have in common is then written once.
    leaders = [placed.leader for placed in layout.names.values() if placed.leader]
    for colour, thick in (("white", 3.0), (INK2, 1.0)):
        canvas.segments([[line[:2], line[2:]] for line in leaders], "linje", colour=colour, width=thick)
    canvas.dots([line[:2] for line in leaders], "linje", size=6, fill=INK2, edge="white", width=1)
    for placed in layout.others:
        _write(canvas, placed, "grannamn", colour=INK2, halo=LAND)
    behind = {c: "white" if placed.leader else fills.get(c, "white") for c, placed in layout.names.items()}
    for code in sorted(layout.names, key=lambda c: (behind[c], c == own)):
        placed = layout.names[code]
        colour = KOMMUN if placed.leader and code == own else "white" if behind[code] in WHITE_ON else INK
        group = f"namn pa{SHADES[4].index(behind[code]) + 1 if behind[code] in SHADES[4] else 0}"
        _write(canvas, placed, group, colour=colour, halo=behind[code])
    if layout.bar:
        x, y, km = layout.bar
        end = x + km * lan.pixels_per_km
        canvas.line([(x, y - 5), (x, y), (end, y), (end, y - 5)], "skala", colour=INK2, width=1.5)
        canvas.text(end + 8, y, f"{km} km", "skala")


def _miniature(at: tuple[float, float], lan: str) -> str:
    """Sweden with the län in ink."""
    by_lan, whole, _ = sweden(_INSET)
    canvas = Canvas(MAP_WIDTH, _INSET)
    canvas.outlines(whole, "sverige", fill=QUIET, edge=QUIET, width=0.5)
    canvas.outlines(by_lan[lan], "sverige", fill=INK, edge=INK, width=0.5)
    return svg.moved(canvas.finish().body, *at)


def _write(canvas: Canvas, placed: Placed, group: str, *, colour: str, halo: str) -> None:
    """Lines of text about a middle; beside an area they start or end where its line meets them."""
    left, _, right, _ = placed.label.about(placed.middle)
    x, y = placed.middle
    align: Literal["left", "center", "right"] = "center"
    if placed.leader:
        from_x = placed.leader[0]
        x, align = (left, "left") if from_x < left else (right, "right") if from_x > right else (x, "center")
    first = y - PITCH * (len(placed.label.lines) - 1) / 2 + 5
    for row, text in enumerate(placed.label.lines):
        canvas.text(x, first + PITCH * row, text, group, colour=colour, bold=row < placed.label.bold, align=align, halo=halo)


_KeyEntry = tuple[float, int, str | None, str]  # left edge, row, fill (None: missing) and words


def _key(limits: list[float], words: MapWords, write: Callable[[float], str], *, missing: bool) -> list[_KeyEntry]:
    """The classes with their words, in as few rows as they need on a phone."""
    shades = SHADES[len(limits) + 1]
    entries: list[tuple[str | None, str]] = []
    if limits:
        step = _smallest_step(limits)
        ends = [words.between.format(write(a), write(round(b - step, 6))) for a, b in itertools.pairwise(limits)]
        names = [words.below.format(write(limits[0])), *ends, words.above.format(write(limits[-1]))]
        entries += list(zip(shades, names, strict=True))
    if missing:
        entries.append((None, words.missing))
    placed: list[_KeyEntry] = []
    x, row = 0.0, 0
    for fill, text in entries:
        room = _SWATCH + 7 + width(text, bold=False)
        if placed and x + room > MAP_WIDTH:
            x, row = 0.0, row + 1
        placed.append((x, row, fill, text))
        x += room + 12
    return placed


def _smallest_step(limits: list[float]) -> float:
    """What parts the end of a class from the limit above it: 1 for limits of 2 000 and 3 000, 0.1 for 1.5 and 2.5."""
    width = min((b - a for a, b in itertools.pairwise(limits)), default=1.0)
    step = 1.0
    while step > width / 10 or any(abs(limit / step - round(limit / step)) > 1e-6 for limit in limits):
        step /= 10
    return step


def _draw_key(canvas: Canvas, key: list[_KeyEntry]) -> None:
    for x, row, fill, text in key:
        y = _KEY_ROW * row + 3
        corners = f"M{x + 0.5:.1f} {y + 0.5:.1f}h{_SWATCH - 1}v14h-{_SWATCH - 1}z"
        canvas.outlines(
            corners, "nyckel", fill=fill or "white", edge=LINE if fill else INK2, width=1, dashes="" if fill else "3,3"
        )
        canvas.text(x + _SWATCH + 7, y + 13, text, "nyckel", colour=INK)
