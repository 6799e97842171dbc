"""A goal in the figure that it is followed by: its value as a line, its year as a ring, and its words at the right edge."""

from __future__ import annotations

from dataclasses import dataclass

from kunskapsbaserat.report.page.charts.canvas import INK, Canvas, EndLabel, Scale, longest_line


@dataclass(frozen=True, slots=True)
class Target:
    """A value to be reached in a year, in the figure's own unit; `name` ("Mål 2027") and `text` ("högst 145") are its label."""

    value: float
    year: int
    name: str
    text: str

    @property
    def longest(self) -> int:
        """Characters of the longest line of the label."""
        return longest_line(self.name, self.text)


def draw_target(canvas: Canvas, at: Scale, target: Target) -> None:
    """A dashed line at the value, over all years, and a ring in the target's own."""
    y = at.y(target.value)
    canvas.line([(at.left, y), (at.right + 8, y)], "mal", colour=INK, width=1.4, dashes=(2, 2))
    canvas.dots([(at.x(target.year), y)], "malar", size=9, fill="white", edge=INK, width=2)


def target_label(at: Scale, target: Target) -> EndLabel:
    """The label of a target, to be dodged with the others."""
    return EndLabel(at.y(target.value), target.name, target.text, INK)
