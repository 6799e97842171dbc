"""Matplotlib's SVG made fit for a page under a strict content policy: small, deterministic, without `style`.

Style properties become presentation attributes (a policy without inline styles would otherwise draw everything black);
metadata, clip paths, font families and ids go; group ids become classes, so that the page's style sheet can reach them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from xml.etree import ElementTree

_NS = "{http://www.w3.org/2000/svg}"
_LINK = "{http://www.w3.org/1999/xlink}href"
_NUMBER = re.compile(r"-?\d+\.\d+")
_DEFAULTS = {"text-anchor": "start", "stroke-dashoffset": "0", "stroke-width": "1", "font-weight": "400"}
_DROPPED = {"font-family", "transform", "clip-path", "id", "stroke-linejoin", "style", _LINK}
_INHERITED = (
    "fill",
    "stroke",
    "stroke-width",
    "stroke-linecap",
    "stroke-dasharray",
    "font-size",
    "font-weight",
    "text-anchor",
)


@dataclass(slots=True)
class _Shape:
    tag: str
    attributes: dict[str, str]
    text: str = ""


@dataclass(slots=True)
class _Group:
    name: str
    shapes: list[_Shape] = field(default_factory=list)


def clean(svg: str, *, classes: bool = True) -> str:
    """The groups drawn on the figure, as markup to stand inside an ``<svg>`` element of the page.

    Parameters
    ----------
    svg : str
        What `matplotlib.backends.backend_svg` wrote, with round markers only.
    classes : bool
        Whether the groups keep their names as classes; a sparkline has no use for them.
    """
    root = ElementTree.fromstring(svg)
    figure = next(g for g in root.iter(f"{_NS}g") if g.get("id") == "figure_1")
    radii = {f"#{path.get('id')}": _radius(path.get("d", "")) for path in root.iter(f"{_NS}path") if path.get("id")}
    groups: list[_Group] = []
    for node in figure:
        name = node.get("id", "")
        if not groups or groups[-1].name != name:
            groups.append(_Group(name))
        groups[-1].shapes += _shapes(node, radii)
    return "".join(_written(g.name if classes else "", _merged(g.shapes)) for g in groups if g.shapes)


def _shapes(node: ElementTree.Element, radii: dict[str, str]) -> list[_Shape]:
    """The paths, markers and texts inside a group, in drawing order."""
    tag = node.tag.removeprefix(_NS)
    if tag == "defs":
        return []
    attributes = _attributes(node)
    if tag == "use":  # a marker: Matplotlib writes its outline once and places it
        place = {"cx": attributes.pop("x"), "cy": attributes.pop("y"), "r": radii[node.get(_LINK, "")]}
        return [_Shape("circle", place | attributes)]
    if tag == "path":
        drawn = len(attributes.get("d", "").split()) > 2
        return [_Shape("path", attributes)] if drawn else []
    if tag == "text":
        return [_Shape("text", attributes, node.text or "")]
    return [shape for child in node for shape in _shapes(child, radii)]


def _attributes(node: ElementTree.Element) -> dict[str, str]:
    found = {key: _short(value) for key, value in node.attrib.items() if key not in _DROPPED}
    for declaration in filter(None, (node.get("style") or "").split(";")):
        key, value = (part.strip() for part in declaration.split(":", 1))
        if key not in _DROPPED and _DEFAULTS.get(key) != value:
            found[key] = _short(value.removesuffix("px")).replace("#ffffff", "#fff")
    return found


def _radius(outline: str) -> str:
    """Radius of a round marker, whose outline starts at its lowest point."""
    return _short(outline.split()[2])


def _short(value: str) -> str:
    """One decimal, no trailing zero, path data on one line; a line-to after a move-to needs no letter."""

    def rounded(match: re.Match[str]) -> str:
        text = f"{float(match.group()):.1f}".removesuffix(".0")
        return "0" if text == "-0" else text

    short = re.sub(r"([A-Za-z]) ", r"\1", " ".join(_NUMBER.sub(rounded, value).split())).replace(" z", "z")
    return re.sub(r"(?<=\d) L(?=[-\d])", " ", short)


def _merged(shapes: Sequence[_Shape]) -> list[_Shape]:
    """Neighbouring paths with the same look become one path."""
    found: list[_Shape] = []
    for shape in shapes:
        look = {k: v for k, v in shape.attributes.items() if k != "d"}
        last = found[-1] if found else None
        if last and shape.tag == last.tag == "path" and look == {k: v for k, v in last.attributes.items() if k != "d"}:
            last.attributes["d"] += shape.attributes["d"]
        else:
            found.append(shape)
    return found


def _written(name: str, shapes: Sequence[_Shape]) -> str:
    """A group with what its shapes have in common written once."""
    first = shapes[0].attributes
    shared = {k: first[k] for k in _INHERITED if k in first and all(s.attributes.get(k) == first[k] for s in shapes)}
    head = ({"class": name} if name else {}) | (shared if len(shapes) > 1 else {})
    own = [{k: v for k, v in s.attributes.items() if k not in head} for s in shapes]
    body = "".join(_tag(s.tag, attributes, s.text) for s, attributes in zip(shapes, own, strict=True))
    return f"<g{_listed(head)}>{body}</g>" if head else body


def _tag(tag: str, attributes: dict[str, str], text: str) -> str:
    return f"<{tag}{_listed(attributes)}>{_escape(text)}</{tag}>" if text else f"<{tag}{_listed(attributes)}/>"


def _listed(attributes: dict[str, str]) -> str:
    return "".join(f' {key}="{_escape(value)}"' for key, value in attributes.items())


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
