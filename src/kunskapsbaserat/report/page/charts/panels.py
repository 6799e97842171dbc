"""Several areas side by side: a small chart each, on one scale, with the others behind it in grey."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from kunskapsbaserat.report.page.charts.canvas import HAIR, INK, INK2, KOMMUN, LINE, WIDTH, Canvas, Drawing
from kunskapsbaserat.report.page.charts.measure import PHONE, width
from kunskapsbaserat.report.page.charts.multiple import round_top

Series = Mapping[int, float]
_GAP, _HEAD, _LINES, _FOOT = 22, 22, 92, 26
_ROW = _HEAD + _LINES + _FOOT


@dataclass(frozen=True, slots=True)
class AreaPanel:
    """An area's years; `certain` fills its last dot, `hover` is what a pointer is told of a year."""

    name: str
    values: Series
    certain: bool = False
    hover: Mapping[int, str] | None = None


def area_panels(areas: Sequence[AreaPanel], *, format_number: Callable[[float], str] = str, columns: int = 2) -> Drawing:
    """A panel for each area in the order given: its own line in colour, those of the others in grey, one scale from 0.

    Parameters
    ----------
    areas : sequence of AreaPanel
        With at least one value together.
    format_number : callable
        Writes the end of the scale and the last values.
    columns : int
        Panels beside each other.
    """
    years = sorted({year for area in areas for year in area.values})
    top = round_top(max(value for area in areas for value in area.values.values()))
    across = (WIDTH - _GAP * (columns - 1)) / columns
    canvas = Canvas(height=_ROW * -(-len(areas) // columns))
    for number, area in enumerate(areas):
        at = _Place((across + _GAP) * (number % columns), _ROW * (number // columns) + _HEAD, across, years, top)
        _frame(canvas, at, area, format_number)
        for other in areas:
            if other is not area:
                _line(canvas, at, other.values, "andra", colour=LINE, width=1.1)
        _line(canvas, at, area.values, "egen", colour=KOMMUN, width=2.4)
        _last(canvas, at, area, format_number)
        told = (area.hover or {}).items()
        canvas.values([(at.x(year), at.y(area.values[year]), text) for year, text in told if year in area.values], radius=7)
    return canvas.finish()


@dataclass(frozen=True, slots=True)
class _Place:
    left: float
    top: float
    across: float
    years: Sequence[int]
    highest: float

    @property
    def base(self) -> float:
        return self.top + _LINES

    def x(self, year: int) -> float:
        return self.left + 6 + (self.across - 14) * (year - self.years[0]) / max(self.years[-1] - self.years[0], 1)

    def y(self, value: float) -> float:
        return self.base - (_LINES - 6) * min(value, self.highest) / self.highest


def _frame(canvas: Canvas, at: _Place, area: AreaPanel, write: Callable[[float], str]) -> None:
    right = at.left + at.across
    canvas.segments([[(at.left, at.y(at.highest)), (right, at.y(at.highest))]], "rut", colour=HAIR, width=1)
    canvas.segments([[(at.left, at.base), (right, at.base)]], "bas", colour=INK2, width=1.2)
    canvas.text(at.left, at.top - 8, area.name, "namn", size=14, colour=INK, bold=True)
    canvas.text(right, at.top - 8, write(at.highest), "yled", align="right")
    canvas.text(at.left, at.base + 18, str(at.years[0]), "xled")
    canvas.text(right, at.base + 18, str(at.years[-1]), "xled", align="right")


def _line(canvas: Canvas, at: _Place, values: Series, gid: str, *, colour: str, width: float) -> None:
    """A gap where a year is missing; a year alone is a dot."""
    run: list[int] = []
    for year in [*sorted(values), at.years[-1] + 2]:
        if run and year != run[-1] + 1:
            points = [(at.x(y), at.y(values[y])) for y in run]
            canvas.line(points, gid, colour=colour, width=width)
            if len(points) == 1:
                canvas.dots(points, gid, size=2 * width, fill=colour, width=0)
            run = []
        run.append(year)


def _last(canvas: Canvas, at: _Place, area: AreaPanel, write: Callable[[float], str]) -> None:
    if not area.values:
        return
    year = max(area.values)
    x, y = at.x(year), at.y(area.values[year])
    canvas.dots([(x, y)], "egen", size=8, fill=KOMMUN if area.certain else "white", edge=KOMMUN, width=1.8)
    text = write(area.values[year])
    place = min(x + 4, at.left + at.across) - (0 if x > at.left + width(text, PHONE) else -width(text, PHONE))
    above = y - 9 if y - at.top > 20 else y + 20
    canvas.text(place, above, text, "tal", size=14, colour=KOMMUN, bold=True, align="right", halo="white")
