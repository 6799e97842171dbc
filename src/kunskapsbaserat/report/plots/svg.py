"""SVG fit for a page under a strict content policy: small, deterministic, presentation attributes instead of `style`.

A policy without inline styles would draw styled shapes black. Groups carry their name as a class, so that the page's style
sheet can reach them. The markup is what Matplotlib's SVG writer gives, cleaned; `tests/report/matplotlib_canvas.py` draws
the same with Matplotlib, and the two agree byte for byte.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

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
class Shape:
    """A path, circle or text with its attributes in the order in which they are written."""

    tag: str
    attributes: dict[str, str]
    text: str = ""


@dataclass(slots=True)
class Group:
    """Shapes under one name, in drawing order."""

    name: str
    shapes: list[Shape] = field(default_factory=list)


def markup(groups: Iterable[Group], *, classes: bool = True) -> str:
    """The groups as markup to stand inside an ``<svg>`` element of the page; neighbours with the same name are one.

    Parameters
    ----------
    groups : iterable of Group
        In drawing order.
    classes : bool
        Whether the groups keep their names as classes; a sparkline has no use for them.
    """
    joined: list[Group] = []
    for group in groups:
        if not joined or joined[-1].name != group.name:
            joined.append(Group(group.name))
        joined[-1].shapes += group.shapes
    return "".join(_written(g.name if classes else "", _merged(g.shapes)) for g in joined if g.shapes)


def number(value: float) -> str:
    """One decimal, no trailing zero; rounded at six decimals first, as Matplotlib writes its coordinates."""
    text = f"{float(f'{value:.6f}'):.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def path(points: Sequence[tuple[float, float]], *, closed: bool = False) -> str:
    """Path data: a move-to, and line-tos that need no letter."""
    return "M" + " ".join(f"{number(x)} {number(y)}" for x, y in points) + ("z" if closed else "")


def _merged(shapes: Sequence[Shape]) -> list[Shape]:
    """Neighbouring paths with the same look become one path."""
    found: list[Shape] = []
    for shape in shapes:
        look = {k: v for k, v in shape.attributes.items() if k != "d"}
        last = found[-1] if found else None
        if last and shape.tag == last.tag == "path" and look == {k: v for k, v in last.attributes.items() if k != "d"}:
            last.attributes["d"] += shape.attributes["d"]
        else:
            found.append(shape)
    return found


def _written(name: str, shapes: Sequence[Shape]) -> str:
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
