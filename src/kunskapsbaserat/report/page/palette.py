"""The colours of a page as its style sheet and its drawings name them (`kunskapsbaserat.colours` has what they are).

A drawing carries the light colours as attributes, which is what paper and Word show. On a dark screen the page's style sheet
puts the dark ones in their place: a rule of a style sheet is stronger than an attribute, so no drawing is made twice.
"""

from __future__ import annotations

from kunskapsbaserat.colours import PALETTE, Colour

AT_NIGHT = "screen and (prefers-color-scheme:dark)"  # never on paper


__all__ = ["AT_NIGHT", "PALETTE", "Colour", "dark_rules", "light", "variables", "written"]

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


def _properties(values: list[tuple[str, str]]) -> str:
    return ";".join(f"--{name}:{value}" for name, value in values)
