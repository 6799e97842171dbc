"""Small multiples: one line for each area in front of all the others, which are drawn once for a whole column of a table."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from kunskapsbaserat.report.page.charts.canvas import BAND, KOMMUN, LINE, SPARK_BAND, Canvas, Drawing

PANEL_WIDTH, PANEL_HEIGHT = 162, 50
_LEFT, _RIGHT, _TOP, _BASE = 4.0, 156.0, 5.0, 45.5
MOST_LINES = 15  # with more areas their lines are a tangle that says less than the field they fill
Series = Mapping[int, float]


def round_top(largest: float) -> float:
    """The end of a scale from 0: four round steps.

    >>> round_top(13_900), round_top(2_610), round_top(61), round_top(0)
    (16000.0, 4000.0, 80.0, 1.0)
    """
    if not largest > 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(largest / 4))
    return 4 * next(unit * power for unit in (1, 2, 2.5, 4, 5, 10) if 4 * unit * power >= largest)


def behind(everyone: Sequence[Series], *, name: str, top: float) -> str:
    """What stands behind every panel of a column, as a group called `name`: the lines of all, or with many the field they fill
    and its middle half.
    """
    years = _years(everyone)
    canvas = Canvas(PANEL_WIDTH, PANEL_HEIGHT)
    canvas.segments([[(_LEFT, _BASE), (_RIGHT + 2, _BASE)]], "bas", colour=LINE, width=1)
    if len(everyone) > MOST_LINES:
        for low, high, fill in ((0.0, 1.0, BAND), (0.25, 0.75, SPARK_BAND)):
            edges = [[(x, _y(_quantile(everyone, y, share), top)) for y, x in _places(years)] for share in (low, high)]
            canvas.area([*edges[0], *reversed(edges[1])], "falt", fill=fill)
    else:
        for one in everyone:
            canvas.line([(x, _y(one[y], top)) for y, x in _places(years) if y in one], "alla", colour=LINE, width=0.7)
    return f'<g id="{name}">{canvas.finish(classes=False).body}</g>'


def panel(own: Series, years: Sequence[int], *, top: float, certain: bool) -> Drawing:
    """One area's line, to stand in front of its column's group; the last dot is filled where something is säkerställt."""
    canvas = Canvas(PANEL_WIDTH, PANEL_HEIGHT)
    points = [(x, _y(own[y], top)) for y, x in _places(years) if y in own]
    canvas.line(points, "egen", colour=KOMMUN, width=2.2)
    if points:
        canvas.dots(points[-1:], "egen", size=8, fill=KOMMUN if certain else "white", edge=KOMMUN, width=1.8)
    return canvas.finish(classes=False)


def _years(everyone: Sequence[Series]) -> list[int]:
    return sorted({year for one in everyone for year in one})


def _places(years: Sequence[int]) -> list[tuple[int, float]]:
    span = max(years[-1] - years[0], 1)
    return [(year, _LEFT + (_RIGHT - _LEFT) * (year - years[0]) / span) for year in years]


def _y(value: float, top: float) -> float:
    return _BASE - (_BASE - _TOP) * min(value, top) / top


def _quantile(everyone: Sequence[Series], year: int, share: float) -> float:
    """By linear interpolation between the values of a year."""
    values = sorted(one[year] for one in everyone if year in one)
    place = (len(values) - 1) * share
    low = int(place)
    high = min(low + 1, len(values) - 1)
    return values[low] + (place - low) * (values[high] - values[low])
