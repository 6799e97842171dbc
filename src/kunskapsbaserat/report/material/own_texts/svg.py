"""A drawing in SVG made safe: what runs or loads something is taken away, and what would change the drawing is refused."""

from __future__ import annotations

import re
from xml.etree import ElementTree

SVG, XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"

_DRAWN = {
    "svg", "g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan", "textPath", "title",
    "desc", "defs", "use", "symbol", "marker", "pattern", "mask",
    "clipPath", "linearGradient", "radialGradient", "stop", "switch", "a",
}  # fmt: skip
_REFUSED = {"image", "foreignObject", "style", "filter", "feImage"}
_OUTSIDE = re.compile(r"url\(\s*['\"]?(?!['\"]?#)|@import|expression\s*\(|javascript:", re.IGNORECASE)
_LENGTH = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(px|pt|mm|cm|in)?\s*")
_PIXELS = {"px": 1.0, "pt": 96 / 72, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0}


class NotSafe(Exception):
    """A drawing that cannot be shown as it is meant; `svenska` says why and what to do."""

    def __init__(self, svenska: str) -> None:
        super().__init__(svenska)
        self.svenska = svenska


def clean(content: bytes) -> tuple[bytes, int, int]:
    """The drawing without scripts, events, links and other programs' notes, and its width and height in pixels.

    Raises
    ------
    NotSafe
        It has a DTD, or holds a picture, a style sheet or a filter: without them it would show something else.
    ValueError
        It is no SVG.
    """
    if re.search(rb"<!(DOCTYPE|ENTITY)", content, re.IGNORECASE):
        raise NotSafe("har en DTD (<!DOCTYPE>). Ta bort den, eller spara bilden på nytt som SVG eller PNG.")
    try:
        root = ElementTree.fromstring(content)
    except ElementTree.ParseError as error:
        raise ValueError("no whole XML") from error
    if root.tag != f"{{{SVG}}}svg":
        raise ValueError("no svg element")
    _clean(root)
    width, height = _size(root)
    root.attrib |= {"width": str(width), "height": str(height)}
    ElementTree.register_namespace("", SVG)
    ElementTree.register_namespace("xlink", XLINK)
    return ElementTree.tostring(root, encoding="utf-8"), width, height


def _clean(element: ElementTree.Element) -> None:
    """Without what does not draw; children first seen are cleaned in turn."""
    for name, value in list(element.attrib.items()):
        bare = name.rpartition("}")[2].casefold()
        foreign = name.startswith("{") and not name.startswith((f"{{{XLINK}}}", "{http://www.w3.org/XML/"))
        leads_out = bare == "href" and not value.strip().startswith("#")
        if foreign or bare.startswith("on") or leads_out or _OUTSIDE.search(value):
            del element.attrib[name]
    for child in list(element):
        space, _, name = str(child.tag).rpartition("}")
        if space == f"{{{SVG}" and name in _REFUSED:
            raise NotSafe("innehåller en inlagd bild, stilmall eller filter. Spara den som PNG i stället.")
        if space != f"{{{SVG}" or name not in _DRAWN:
            element.remove(child)
        else:
            _clean(child)


def _size(root: ElementTree.Element) -> tuple[int, int]:
    sides = [_pixels(root.get("width", "")), _pixels(root.get("height", ""))]
    box = [float(part) for part in re.split(r"[\s,]+", root.get("viewBox", "").strip()) if part]
    if None in sides and len(box) == 4:
        sides = [box[2], box[3]]
    width, height = sides
    if width is None or height is None:
        raise ValueError("no size")
    return max(round(width), 1), max(round(height), 1)


def _pixels(length: str) -> float | None:
    match = _LENGTH.fullmatch(length)
    return float(match[1]) * _PIXELS[match[2] or "px"] if match else None
