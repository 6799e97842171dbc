"""The colours of a page as its style sheet and its drawings name them (`kunskapsbaserat.colours` has what they are).

A drawing carries the light colours as attributes, which is what paper and Word show. On a dark screen the page's style sheet
puts the dark ones in their place: a rule of a style sheet is stronger than an attribute, so no drawing is made twice.
"""

from __future__ import annotations

from collections.abc import Sequence

from kunskapsbaserat.colours import PALETTE, Colour

AT_NIGHT = "screen and (prefers-color-scheme:dark)"  # never on paper
# What JupyterLab, Notebook and Voilà, VS Code, and Colab write on a page with a dark theme. A notebook's theme is chosen in it:
# what the machine prefers does not count there.
NIGHT_IN_HOSTS = (
    'body[data-jp-theme-light="false"]',
    "body.vscode-dark",
    "body.vscode-high-contrast:not(.vscode-high-contrast-light)",
    "html[theme=dark] body",
)

__all__ = ["AT_NIGHT", "NIGHT_IN_HOSTS", "PALETTE", "Colour", "at_night", "dark_rules", "light", "variables", "written"]

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
