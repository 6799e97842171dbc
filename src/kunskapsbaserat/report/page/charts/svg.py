"""SVG fit for a page under a strict content policy: small, deterministic, presentation attributes instead of `style`.

A policy without inline styles would draw styled shapes black. Groups carry their name as a class, so that the page's style
sheet can reach them.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

_INHERITED = (
    "fill",
    "stroke",
    "stroke-width",
    "paint-order",
    "stroke-linecap",
    "stroke-dasharray",
    "font-size",
    "font-weight",
    "text-anchor",
)


@dataclass(slots=True)
class Shape:
    """A path, circle or text with its attributes in the order in which they are written; `title` is what a pointer is shown."""

    tag: str
    attributes: dict[str, str]
    text: str = ""
    title: str = ""


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
    """One decimal, no trailing zero; rounded at six decimals first, so that no rounding error of a sum is seen."""
    text = f"{float(f'{value:.6f}'):.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def path(points: Sequence[tuple[float, float]], *, closed: bool = False) -> str:
    """Path data: a move-to, and then steps from point to point, in as few characters as SVG allows.

    The steps are between the rounded places, so no error gathers along the way.
    """
    at = [(_tenths(x), _tenths(y)) for x, y in points]
    found = f"M{_listed_numbers(at[0])}"
    last = ""
    for (x, y), (to_x, to_y) in itertools.pairwise(at):
        along, down = to_x - x, to_y - y
        letter, step = ("h", (along,)) if not down else ("v", (down,)) if not along else ("l", (along, down))
        numbers = _listed_numbers(step)
        found += letter + numbers if letter != last else numbers if numbers.startswith("-") else " " + numbers
        last = letter
    return found + ("z" if closed else "")


def moved(body: str, x: float, y: float) -> str:
    """Finished markup in another place."""
    return f'<g transform="translate({number(x)} {number(y)})">{body}</g>' if x or y else body


def specks(points: Sequence[tuple[float, float]]) -> str:
    """Path data: at each point a step of no length, which round ends make a dot."""
    at = [(_tenths(x), _tenths(y)) for x, y in points]
    steps = [(x - from_x, y - from_y) for (from_x, from_y), (x, y) in itertools.pairwise(at)]
    return f"M{_listed_numbers(at[0])}h0" + "".join(f"m{_listed_numbers(step)}h0" for step in steps)


@functools.lru_cache(maxsize=8192)  # the years lie alike in all lines of a page
def _tenths(value: float) -> int:
    """As `number` rounds it: Python's own round is the nearest, as its formatting is, where NumPy's is not always."""
    return round(10 * round(round(float(value), 6), 1))


def _listed_numbers(tenths: Iterable[int]) -> str:
    """Tenths written as numbers; a minus sign parts them as well as a space does, and a nought before the point may go."""
    return " ".join(map(_in_units, tenths)).replace(" -", "-")


@functools.lru_cache(maxsize=8192)
def _in_units(tenths: int) -> str:
    text = f"{'-' * (tenths < 0)}{abs(tenths) // 10 or ''}.{abs(tenths) % 10}".removesuffix(".0")
    return text if text not in ("", "-") else "0"


def _merged(shapes: Sequence[Shape]) -> list[Shape]:
    """Neighbouring paths with the same look become one path."""
    found: list[Shape] = []
    for shape in shapes:
        look = {k: v for k, v in shape.attributes.items() if k != "d"}
        last = found[-1] if found else None
        if (
            last
            and not shape.title
            and shape.tag == last.tag == "path"
            and look == {k: v for k, v in last.attributes.items() if k != "d"}
        ):
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
    body = "".join(_tag(s.tag, attributes, s.text, s.title) for s, attributes in zip(shapes, own, strict=True))
    return f"<g{_listed(head)}>{body}</g>" if head else body


def _tag(tag: str, attributes: dict[str, str], text: str, title: str = "") -> str:
    if title:
        return f"<{tag}{_listed(attributes)}><title>{_escape(title)}</title></{tag}>"
    return f"<{tag}{_listed(attributes)}>{_escape(text)}</{tag}>" if text else f"<{tag}{_listed(attributes)}/>"


def _listed(attributes: dict[str, str]) -> str:
    return "".join(f' {key}="{_escape(value)}"' for key, value in attributes.items())


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
