"""Reported offences per quarter.

The same quarter of every year can be followed, and a preliminary one looks unfinished.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from kunskapsbaserat.report.page.charts.canvas import (
    BASE,
    HAIR,
    HEIGHT,
    INK2,
    KOMMUN,
    LEFT,
    LINE,
    QUIET,
    TOP,
    WIDTH,
    Canvas,
    Drawing,
    dodged,
    ticks,
)
from kunskapsbaserat.report.page.charts.measure import width

_SAME, _OTHER = 4.6, 3.4  # widths of the bars: the quarter that is followed, and the others
_PHONE_YEAR = 62  # room for a year under the axis


@dataclass(frozen=True, slots=True)
class QuarterWords:
    """Names beside the last bars, from the words of a document: the latest quarter and the same one of the year before."""

    latest: str
    earlier: str
    preliminary: str = ""


@dataclass(frozen=True, slots=True)
class _Bars:
    """Where quarters and counts lie: a quarter is four times its year plus 0 to 3."""

    first: int
    last: int
    top: float
    left: float
    right: float

    @property
    def step(self) -> float:
        return (self.right - self.left) / (self.last - self.first + 1)

    def x(self, quarter: int) -> float:
        return self.left + self.step * (quarter - self.first + 0.5)

    def y(self, count: float) -> float:
        return BASE - (BASE - TOP) * count / self.top


def quarters(
    values: Mapping[tuple[int, int], float],
    *,
    words: QuarterWords,
    preliminary: Collection[tuple[int, int]] = (),
    format_number: Callable[[float], str] = str,
) -> Drawing:
    """Bars from 0, one a quarter; those of the same quarter as the last are wide and blue, the others thin and grey.

    Parameters
    ----------
    values : mapping of (year, quarter 1 to 4) to count
        Offences; a quarter that is not among them leaves a gap.
    words : QuarterWords
        Names of the latest quarter and the same one of the year before, and what a preliminary quarter is called.
    preliminary : collection of (year, quarter)
        Drawn hollow and dashed; under the name of the latest it is also said in words.
    format_number : callable
        Writes the counts.
    """
    counts = {4 * year + quarter - 1: count for (year, quarter), count in values.items()}
    unfinished = {4 * year + quarter - 1 for year, quarter in preliminary}
    last = max(counts)
    labels = _labels(counts, words, format_number, is_preliminary=last in unfinished)
    longest = max(width(line) for _, lines, _ in labels for line in lines)
    top = max([*counts.values(), 4]) * 1.06
    left = max(LEFT, width(format_number(ticks(top, whole=True)[-1]), bold=False) + 6)
    first = min(counts)
    at = _Bars(first - first % 4, last, top, left, WIDTH - 16 - longest)
    canvas = Canvas(height=HEIGHT)
    _frame(canvas, at, format_number)
    followed = {q for q in counts if q % 4 == last % 4}
    for group, gid, colour, wide in (
        (counts.keys() - followed - unfinished, "andra", QUIET, _OTHER),
        (followed - unfinished, "kommun", KOMMUN, _SAME),
    ):
        bars = [[(at.x(q), BASE), (at.x(q), at.y(counts[q]))] for q in sorted(group)]
        canvas.segments(bars, gid, colour=colour, width=wide)
    for q in sorted(unfinished & counts.keys()):
        _unfinished_bar(canvas, at, q, counts[q], followed=q in followed)
    if last - 4 in counts:
        y = at.y(counts[last - 4])
        canvas.line([(at.x(last - 4), y), (at.right + 6, y)], "median", colour=INK2, width=1, dashes=(3, 3))
    _write(canvas, at, labels)
    return canvas.finish()


_Label = tuple[float, list[str], bool]  # the count it belongs to, its lines, whether it names the latest quarter


def _labels(
    counts: Mapping[int, float], words: QuarterWords, write: Callable[[float], str], *, is_preliminary: bool
) -> list[_Label]:
    last = max(counts)
    status = [words.preliminary] if is_preliminary and words.preliminary else []
    labels: list[_Label] = [(counts[last], [words.latest, write(counts[last]), *status], True)]
    if last - 4 in counts:
        labels.append((counts[last - 4], [words.earlier, write(counts[last - 4])], False))
    return sorted(labels, key=lambda label: -label[0])


def _write(canvas: Canvas, at: _Bars, labels: list[_Label]) -> None:
    starts = dodged([at.y(count) - 2 for count, _, _ in labels], [len(lines) for _, lines, _ in labels])
    for start, (_, lines, is_latest) in zip(starts, labels, strict=True):
        for row, text in enumerate(lines):
            colour = KOMMUN if is_latest else INK2
            canvas.text(at.right + 12, start + 19 * row, text, "namn", size=14, colour=colour, bold=is_latest)


def _unfinished_bar(canvas: Canvas, at: _Bars, quarter: int, count: float, *, followed: bool) -> None:
    half = (_SAME if followed else _OTHER) / 2 + 0.4
    x, y = at.x(quarter), at.y(count)
    outline = [(x - half, BASE), (x - half, y), (x + half, y), (x + half, BASE)]
    colour, thick = (KOMMUN, 1.4) if followed else (LINE, 1.0)
    canvas.line(outline, "preliminar", colour=colour, width=thick, dashes=(2, 1.6))


def _frame(canvas: Canvas, at: _Bars, write: Callable[[float], str]) -> None:
    marks = ticks(at.top, whole=True)
    end = at.right + 6
    canvas.segments([[(0, at.y(v)), (end, at.y(v))] for v in marks], "rut", colour=HAIR, width=1)
    canvas.segments([[(0, BASE), (end, BASE)]], "bas", colour=INK2, width=1.2)
    for value, text in [(0.0, "0"), *((v, write(v)) for v in marks)]:
        canvas.text(0, at.y(value) - 4, text, "yled")
    years = range(at.first // 4, at.last // 4 + 1)
    every = next(k for k in (1, 2, 3, 4, 5, 10, 20) if 4 * at.step * k >= _PHONE_YEAR)
    named = [year for year in years if (years[-1] - year) % every == 0]
    starts = {year: at.x(4 * year) - at.step / 2 for year in years}
    canvas.segments(
        [[(x, BASE), (x, BASE + (6 if y in named else 3))] for y, x in starts.items()], "bas", colour=INK2, width=1.2
    )
    for year in named:
        canvas.text(starts[year], BASE + 21, str(year), "xled")
