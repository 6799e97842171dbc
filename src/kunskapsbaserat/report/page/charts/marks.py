"""One mark for one number, in every drawing: a dot with a whisker. Filled is säkerställd, hollow is not."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from kunskapsbaserat.report.page.charts.canvas import INK2, KOMMUN, Canvas

_WIDEST = 5.0  # a ratio above 5 or below a fifth is drawn at the edge: it would squeeze all others
_NARROWEST = 1.5  # and so much is always shown, so that a small change looks small


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value, the interval it is drawn with (None: no whisker), and whether what it says is säkerställt."""

    value: float
    lower: float | None = None
    upper: float | None = None
    certain: bool = False

    @property
    def numbers(self) -> tuple[float, ...]:
        return tuple(v for v in (self.value, self.lower, self.upper) if v is not None)


@dataclass(frozen=True, slots=True)
class Axis:
    """Values from `low` to `high` laid out from `left` to `right`; values outside lie at the edge."""

    low: float
    high: float
    left: float
    right: float
    logarithmic: bool = False

    def x(self, value: float) -> float:
        kept = min(max(value, self.low), self.high)
        if self.logarithmic:
            share = math.log(kept / self.low) / math.log(self.high / self.low)
        else:
            share = (kept - self.low) / (self.high - self.low)
        return self.left + (self.right - self.left) * share

    def holds(self, value: float) -> bool:
        return self.low <= value <= self.high


def ratio_range(ratios: Iterable[float]) -> tuple[float, float]:
    """Lower and upper end of a scale of ratios that shows "inget" (1) and all of these but the extreme.

    >>> ratio_range([0.5, 1.1])
    (0.46, 1.5)
    """
    listed = list(ratios)
    low = max(min([1 / _NARROWEST, *(0.92 * r for r in listed)]), 1 / _WIDEST)
    high = min(max([_NARROWEST, *(1.08 * r for r in listed)]), _WIDEST)
    return low, high


def level_top(levels: Iterable[float], uppers: Iterable[float] = ()) -> float:
    """Upper end of a scale of levels from 0: an interval may widen it by three quarters, not more."""
    largest = max([*levels, 1e-9])
    return 1.05 * max(largest, min(1.75 * largest, max([*uppers, 0.0])))


def own_mark(canvas: Canvas, at: Axis, y: float, estimate: Estimate, *, radius: float, cap: float = 0) -> None:
    """The kommun's dot and whisker; an end that the scale cuts off, or that lies under the dot, has no cap."""
    if estimate.lower is not None and estimate.upper is not None:
        ends = (estimate.lower, estimate.upper)
        canvas.line([(at.x(v), y) for v in ends], "egen", colour=KOMMUN, width=1.9)
        outside = [at.x(v) for v in ends if at.holds(v) and abs(at.x(v) - at.x(estimate.value)) > radius + 1]
        if cap:
            canvas.segments([[(x, y - cap), (x, y + cap)] for x in outside], "egen", colour=KOMMUN, width=1.9)
    fill = KOMMUN if estimate.certain else "white"
    canvas.dots([(at.x(estimate.value), y)], "egen", size=2 * radius, fill=fill, edge=KOMMUN, width=2)


def other_marks(canvas: Canvas, at: Axis, y: float, values: Iterable[float], *, radius: float) -> None:
    """The other kommuner: small, hollow and grey."""
    canvas.dots([(at.x(v), y) for v in values], "andra", size=2 * radius, fill="white", edge=INK2, width=1.3)


def tick_labels(
    positions: Iterable[tuple[float, str]], *, width: Callable[[str], float], left: float, right: float
) -> list[tuple[float, str]]:
    """Those of centred labels, the first before the later, that fit between two edges without touching each other."""
    kept: list[tuple[float, str]] = []
    for x, text in positions:
        half = width(text) / 2
        apart = all(abs(x - other) >= half + width(words) / 2 + 8 for other, words in kept)
        if apart and left <= x - half and x + half <= right:
            kept.append((x, text))
    return kept
