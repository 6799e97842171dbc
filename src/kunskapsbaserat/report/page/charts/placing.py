"""Where the labels of a map find room: inside their area, or beside it with a line to it.

Room is counted for the text size of a phone, in the widest font: what stands apart there does so everywhere.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from kunskapsbaserat.report.page.charts.land import CELL, MAP_WIDTH, Land
from kunskapsbaserat.report.page.charts.measure import PHONE, TYPICAL, broken, width

PITCH = 17.5  # from one line of a label to the next
_SCREEN = 13 / PHONE
_APART = 3.0  # pixels kept free between two labels
_EDGE = 4.0
_STEP = 3  # cells between the places that are tried beside an area
_TRIED = 1000  # so many of them, nearest first
_KEPT = 300  # of which so many are left to choose from
_SHORTEST = 10.0  # pixels from an area's dot to its label, at least
_CROSSED = 60.0  # what it costs, in pixels of distance, to lead a line over the reader's own kommun
_AGAIN = 3
_HIDDEN = 100.0  # to lie on it
_TANGLED = 200.0  # to lead it over another line
_UNPLACED = 2000.0  # and to leave a label out

Box = tuple[float, float, float, float]
Point = tuple[float, float]
Line = tuple[float, float, float, float]  # from a dot to a label


@dataclass(frozen=True, slots=True)
class Fit:
    """Share of a label that has to lie on its own area, on a phone and on a screen."""

    phone: float
    screen: float


FITS = Fit(0.72, 0.94)
SPILLS = Fit(0.45, 0.7)  # for a label that finds no place beside its area either


@dataclass(frozen=True, slots=True)
class Label:
    """Lines of text about a middle; the first `bold` of them are bold."""

    lines: tuple[str, ...]
    bold: int = 0

    @property
    def width(self) -> float:
        return max(width(text, bold=at < self.bold) for at, text in enumerate(self.lines))

    @property
    def height(self) -> float:
        return PITCH * (len(self.lines) - 1) + PHONE

    def about(self, middle: Point) -> Box:
        half, tall = self.width / 2, self.height / 2
        return middle[0] - half, middle[1] - tall, middle[0] + half, middle[1] + tall


def label(name: str, value: str, *, own: bool = False) -> list[Label]:
    """A name over its value, in one line and, where the name can be broken, in several."""
    parts = broken(name, 1)
    wordings = [(name,)] if len(parts) == 1 else [(name,), tuple(parts)]
    return [Label((*lines, value), len(lines) + own) for lines in wordings]


@dataclass(frozen=True, slots=True)
class Placed:
    """A label with its middle, and the line to its area where it does not lie on it."""

    label: Label
    middle: Point
    leader: Line | None = None


@dataclass(slots=True)
class Board:
    """What is taken on the map: boxes, and lines from areas to their labels."""

    height: int
    boxes: list[Box] = field(default_factory=list)
    leaders: list[Line] = field(default_factory=list)

    def free(self, boxes: np.ndarray) -> np.ndarray:
        """Which of these boxes lie on the map and apart from all that is taken."""
        taken, lines = _rows(self.boxes), _rows(self.leaders)
        return self.holds(boxes) & ~_meeting(boxes, taken).any(axis=1) & ~_crossing(lines[None], boxes[:, None]).any(axis=1)

    def holds(self, boxes: np.ndarray) -> np.ndarray:
        """Which of these boxes lie on the map."""
        left, top, right, bottom = boxes.T
        return np.asarray((left >= _EDGE) & (top >= _EDGE) & (right <= MAP_WIDTH - _EDGE) & (bottom <= self.height - _EDGE))

    def is_free(self, box: Box) -> bool:
        return bool(self.free(_rows([box]))[0])

    def take(self, placed: Placed) -> None:
        self.boxes.append(placed.label.about(placed.middle))
        if placed.leader:
            self.leaders.append(placed.leader)


def share_of(cells: np.ndarray, across: float, down: float, step: int = 1) -> np.ndarray:
    """For a box of this size about the middle of every (or every so many) cell, the share of it that summed cells fill."""
    rows, columns = cells.shape[0] - 1, cells.shape[1] - 1
    half_down, half_across = max(round(down / CELL / 2 - 0.5), 0), max(round(across / CELL / 2 - 0.5), 0)
    top, bottom = _ends(rows, half_down, step)
    left, right = _ends(columns, half_across, step)
    across_rows = cells[bottom] - cells[top]
    counted = across_rows[:, right] - across_rows[:, left]
    return np.asarray(counted / ((2 * half_down + 1) * (2 * half_across + 1)))


def _ends(count: int, half: int, step: int) -> tuple[np.ndarray, np.ndarray]:
    at = np.arange(0, count, step)
    return np.maximum(at - half, 0), np.minimum(at + half + 1, count)


def place_inside(board: Board, wordings: Sequence[Label], land: Land, centre: Point, fits: Fit = FITS) -> Placed | None:
    """The place on its own area where most of a label lies on it, near the middle; None where it has no room."""
    for wording in wordings:
        phone = share_of(land.cells, TYPICAL * wording.width, wording.height)
        screen = share_of(land.cells, TYPICAL * _SCREEN * wording.width, PITCH * (len(wording.lines) - 1) + 13)
        rows, columns = np.nonzero((phone >= fits.phone) & (screen >= fits.screen))
        if not rows.size:
            continue
        xs, ys = (columns + land.column + 0.5) * CELL, (rows + land.row + 0.5) * CELL
        worth = phone[rows, columns] - np.hypot(xs - centre[0], ys - centre[1]) / 300
        worth[~board.free(_boxes(wording, xs, ys))] = -np.inf
        best = int(np.argmax(worth))
        if np.isfinite(worth[best]):
            return Placed(wording, (float(xs[best]), float(ys[best])))
    return None


@dataclass(frozen=True, slots=True, eq=False)
class Choices:
    """Where a label may lie beside its area, best first: middles, boxes, lines to the area and what each costs."""

    label: Label
    dot: Point
    middles: np.ndarray
    boxes: np.ndarray
    lines: np.ndarray
    costs: np.ndarray
    weight: float


def choices_beside(
    board: Board, wording: Label, dot: Point, *, land: np.ndarray, shunned: Land | None, weight: float = 1
) -> Choices:
    """Places near the dot, on empty land before others, clear of what is already taken.

    A place costs its distance, more the more it covers of `land`, and more when its line crosses the `shunned` area; all
    of it times the `weight` of the label.
    """
    covered = share_of(land, wording.width, wording.height, _STEP)
    rows, columns = covered.shape
    xs, ys = np.meshgrid((np.arange(columns) * _STEP + 0.5) * CELL, (np.arange(rows) * _STEP + 0.5) * CELL)
    xs, ys, covered = xs.ravel(), ys.ravel(), covered.ravel()
    away = np.hypot(np.maximum(abs(xs - dot[0]) - wording.width / 2, 0), np.maximum(abs(ys - dot[1]) - wording.height / 2, 0))
    costs = away + 400 * covered
    boxes = _boxes(wording, xs, ys)
    nearest = np.argsort(np.where((away > _SHORTEST) & board.holds(boxes), costs, np.inf), kind="stable")[:_TRIED]
    nearest = nearest[board.free(boxes[nearest])]
    lines = _lines(dot, boxes[nearest])
    others = _rows([box for box in board.boxes if not _holds(box, dot)])
    clear = ~_crossing(lines[:, None], others[None]).any(axis=1)
    nearest, lines = nearest[clear], lines[clear]
    across = boxes[nearest]  # a label lies over the area when one of its own diagonals does
    priced = weight * costs[nearest]
    if shunned is not None:
        covers = _passes(across, shunned) | _passes(across[:, [0, 3, 2, 1]], shunned)
        priced = weight * (costs[nearest] + _CROSSED * _passes(lines, shunned) + _HIDDEN * covers)
    order = np.argsort(priced, kind="stable")[:_KEPT]
    kept = nearest[order]
    return Choices(wording, dot, np.column_stack((xs, ys))[kept], boxes[kept], lines[order], priced[order], weight)


def place_beside(choices: Mapping[str, Choices]) -> dict[str, Placed]:
    """A place for each where no two meet and few lines cross: the cheapest of several orders of choosing."""
    keys: tuple[Callable[[str], float], ...] = (
        lambda c: len(choices[c].costs),
        lambda c: choices[c].dot[0],
        lambda c: -choices[c].dot[0],
        lambda c: choices[c].dot[1],
        lambda c: -choices[c].dot[1],
    )
    least = sum(float(one.costs[0]) if len(one.costs) else _UNPLACED * one.weight for one in choices.values())
    best: tuple[float, dict[str, Placed]] = (math.inf, {})
    for key in keys:
        best = min(best, _in_order(choices, sorted(choices, key=key)), key=lambda one: one[0])
        if best[0] <= least + 1e-6:  # each has its first choice
            break
    for _ in range(_AGAIN):  # who found no place chooses first
        left_out = [c for c in choices if c not in best[1] and len(choices[c].costs)]
        if not left_out:
            break
        best = min(best, _in_order(choices, [*left_out, *best[1]]), key=lambda one: one[0])
    return best[1]


def _in_order(choices: Mapping[str, Choices], order: Sequence[str]) -> tuple[float, dict[str, Placed]]:
    placed: dict[str, Placed] = {}
    boxes, lines, total = _rows([]), _rows([]), 0.0
    for code in order:
        one = choices[code]
        good = np.flatnonzero(~_meeting(one.boxes, boxes).any(axis=1))
        good = good[~_crossing(one.lines[good, None], boxes[None]).any(axis=1)]
        good = good[~_crossing(lines[None], one.boxes[good, None]).any(axis=1)]
        if not good.size:
            total += _UNPLACED * one.weight
            continue
        costs = one.costs[good] + _TANGLED * _lines_cross(one.lines[good, None], lines[None]).sum(axis=1)
        cost, best = float(costs.min()), int(good[np.argmin(costs)])
        x, y, to_x, to_y = one.lines[best].tolist()
        placed[code] = Placed(one.label, tuple(one.middles[best].tolist()), (x, y, to_x, to_y))
        boxes, lines = np.vstack((boxes, one.boxes[best])), np.vstack((lines, one.lines[best]))
        total += cost
    return total, placed


def _rows(of: Sequence[Box]) -> np.ndarray:
    return np.array(of, dtype=float).reshape(-1, 4)


def _boxes(wording: Label, xs: np.ndarray, ys: np.ndarray) -> np.ndarray:
    half, tall = wording.width / 2, wording.height / 2
    return np.column_stack((xs - half, ys - tall, xs + half, ys + tall))


def _lines(dot: Point, boxes: np.ndarray) -> np.ndarray:
    """From the dot to the nearest point of each box."""
    to_x, to_y = np.clip(dot[0], boxes[:, 0], boxes[:, 2]), np.clip(dot[1], boxes[:, 1], boxes[:, 3])
    return np.column_stack((np.full(len(boxes), dot[0]), np.full(len(boxes), dot[1]), to_x, to_y))


def _passes(lines: np.ndarray, area: Land) -> np.ndarray:
    """Which lines run over an area, seen at nine points of each."""
    inside = np.pad(share_of(area.cells, CELL, CELL) > 0.5, 1)
    shares = np.linspace(0.1, 0.9, 9)
    xs = lines[:, 0, None] + shares * (lines[:, 2] - lines[:, 0])[:, None]
    ys = lines[:, 1, None] + shares * (lines[:, 3] - lines[:, 1])[:, None]
    rows = np.clip((ys / CELL).astype(int) - area.row + 1, 0, inside.shape[0] - 1)
    columns = np.clip((xs / CELL).astype(int) - area.column + 1, 0, inside.shape[1] - 1)
    return np.asarray(inside[rows, columns].any(axis=1))


def _holds(box: Box, point: Point) -> bool:
    return box[0] <= point[0] <= box[2] and box[1] <= point[1] <= box[3]


def _meeting(boxes: np.ndarray, taken: np.ndarray) -> np.ndarray:
    """Which boxes (rows) come too near which others (columns)."""
    left, top, right, bottom = (boxes[:, None, side] for side in range(4))
    return (
        (left - _APART < taken[:, 2])
        & (right + _APART > taken[:, 0])
        & (top - _APART < taken[:, 3])
        & (bottom + _APART > taken[:, 1])
    )


def _crossing(lines: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    """Whether straight lines run through boxes (Liang and Barsky); the two are laid over each other."""
    enters, leaves = np.zeros(1), np.ones(1)
    for axis in (0, 1):  # one at a time: reducing over an axis of two is slow
        start, step = lines[..., axis], lines[..., axis + 2] - lines[..., axis]
        pace = 1 / np.where(abs(step) < 1e-9, 1e-9, step)
        one, other = (boxes[..., axis] - start) * pace, (boxes[..., axis + 2] - start) * pace
        enters, leaves = np.maximum(enters, np.minimum(one, other)), np.minimum(leaves, np.maximum(one, other))
    return enters < leaves - 1e-9


def _lines_cross(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    a, b, c, d = one[..., :2], one[..., 2:], other[..., :2], other[..., 2:]
    return np.asarray((_turn(a, b, c) * _turn(a, b, d) < 0) & (_turn(c, d, a) * _turn(c, d, b) < 0))


def _turn(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> np.ndarray:
    return np.asarray((b[..., 0] - a[..., 0]) * (c[..., 1] - a[..., 1]) - (b[..., 1] - a[..., 1]) * (c[..., 0] - a[..., 0]))
