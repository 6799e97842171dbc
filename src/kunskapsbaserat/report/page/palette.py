"""The colours of every page and drawing, light and dark, in one place.

A drawing carries the light colours as attributes, which is what paper and Word show. On a dark screen the page's style sheet
puts the dark ones in their place: a rule of a style sheet is stronger than an attribute, so no drawing is made twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

AT_NIGHT = "screen and (prefers-color-scheme:dark)"  # never on paper
# What JupyterLab, Notebook and Voilà, VS Code, and Colab write on a page with a dark theme. A notebook's theme is chosen in it: what
# the machine prefers does not count there.
NIGHT_IN_HOSTS = (
    'body[data-jp-theme-light="false"]',
    "body.vscode-dark",
    'body.vscode-high-contrast:not(.vscode-high-contrast-light)',
    "html[theme=dark] body",
)


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
_BY_NAME = {colour.name: colour for colour in PALETTE}


def light(name: str) -> str:
    """A colour as a drawing carries it.

    >>> light("kommun")
    '#00518a'
    """
    return _BY_NAME[name].light


def written(colour: str) -> str:
    """A colour as an attribute says it: white in its shorter form."""
    return "#fff" if colour in ("white", "#ffffff") else colour


def variables() -> str:
    """The custom properties of a light page."""
    return f":root{{{_properties([(c.name, c.light) for c in PALETTE])}}}"


def dark_rules() -> str:
    """What a dark screen changes: the custom properties, and the colours that drawings carry."""
    drawn = "".join(
        f'svg [{attribute}="{written(c.light)}"]{{{attribute}:var(--{c.name})}}'
        for c in PALETTE
        for attribute in ("fill", "stroke")
    )
    properties = _properties([(c.name, c.dark) for c in PALETTE])
    # A picture of the kommun's own may be black on nothing.
    return f"@media {AT_NIGHT}{{:root{{color-scheme:dark;{properties}}}{drawn}.egen img{{background:#fff}}}}"


def at_night(hosts: Sequence[str], inside: str) -> str:
    """What a dark theme of a notebook changes inside what a selector finds; nothing of the host's own."""
    dark = f":is({','.join(hosts)}) {inside}"
    drawn = "".join(
        f'{dark} svg [{attribute}="{written(c.light)}"]{{{attribute}:var(--{c.name})}}'
        for c in PALETTE
        for attribute in ("fill", "stroke")
    )
    properties = _properties([(c.name, c.dark) for c in PALETTE])
    return f"{dark}{{{properties}}}{drawn}{dark} :is(.egen img,.kbw-bild){{background:#fff}}"


def _properties(values: list[tuple[str, str]]) -> str:
    return ";".join(f"--{name}:{value}" for name, value in values)
