"""The colours of every page and drawing, light and dark, in one place: drawings of reports and of notebooks share them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Colour:
    """A colour by its name in the style sheet, and what it is on a light and on a dark page."""

    name: str
    light: str
    dark: str


PALETTE = (
    Colour("bg", "#ffffff", "#14191c"),
    Colour("ink", "#1b2429", "#eef1f2"),
    Colour("ink2", "#4b5860", "#b6c0c6"),
    Colour("line", "#717c84", "#8a969d"),
    Colour("hair", "#d9dddf", "#323b40"),
    Colour("tint", "#f5f3ee", "#20272b"),
    Colour("kommun", "#00518a", "#7fc1f3"),
    Colour("okning", "#8a3a0f", "#f0a27e"),
    Colour("minskning", "#0b5a5a", "#72cdc9"),
    Colour("band", "#e3e6e7", "#2d363b"),
    Colour("sparkband", "#d3d8da", "#364045"),
    Colour("land", "#f1f2f2", "#1c2327"),
    Colour("quiet", "#8a949b", "#6c7880"),  # bars and land that are there to be seen past
    # Of maps, from few to many: further from the page's own colour is more, on a light page as on a dark.
    Colour("map1", "#e3daee", "#2c2438"),
    Colour("map2", "#a78fc7", "#7a62a0"),
    Colour("map3", "#4d3275", "#d6c6ec"),
    Colour("map2of4", "#bba8d6", "#5a4780"),
    Colour("map3of4", "#7d61a6", "#9a82be"),
    Colour("mapedge", "#c9b9df", "#4a3a6b"),  # between two kommuner of the strongest classes
)

# Series beside each other, told apart also by those who see two of three colours (tests/plots measure it); a drawing gives each
# its own dash and mark too. Not in the style sheet of a page, which has no such drawing.
SERIES = (
    Colour("serie1", "#00518a", "#7fc1f3"),
    Colour("serie2", "#df760d", "#c9272c"),
    Colour("serie3", "#12a2a0", "#d2ef5b"),
    Colour("serie4", "#6d3246", "#a94677"),
    Colour("serie5", "#889661", "#6a59d3"),
    Colour("serie6", "#7a0c05", "#f3b4a8"),
)
