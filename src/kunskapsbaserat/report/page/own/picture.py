"""A Matplotlib figure as a drawing for a page under a strict policy: real text, no style, no script, always the same bytes."""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import matplotlib
from matplotlib.figure import Figure

from kunskapsbaserat.report.page.charts import Drawing

SVG, XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
_SETTINGS: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "kunskapsbaserat",
    "svg.image_inline": True,
    "path.simplify": True,
}
_DRAWN = {"g", "path", "text", "tspan", "use", "defs", "clipPath", "rect", "circle", "linearGradient", "stop", "pattern"}
_PRESENTATION = {
    *("fill", "fill-opacity", "fill-rule", "stroke", "stroke-width", "stroke-opacity", "stroke-linecap", "stroke-linejoin"),
    *("stroke-dasharray", "stroke-dashoffset", "stroke-miterlimit", "opacity", "font-size", "font-weight", "font-style"),
    *("text-anchor", "clip-path", "transform", "stop-color", "stop-opacity", "visibility"),
}
_PLACES = {
    "d",
    "x",
    "y",
    "width",
    "height",
    "cx",
    "cy",
    "r",
    "id",
    "clipPathUnits",
    "offset",
    "x1",
    "x2",
    "y1",
    "y2",
    "rx",
    "ry",
}
_LONG = re.compile(r"-?\d+\.\d{3,}")
_FONT = re.compile(r"^(?P<before>.*?)(?P<size>\d+(?:\.\d+)?)px\s")
_WEIGHTS = re.compile(r"\b(bold|[6-9]00)\b")
_HEX = re.compile(r"#([0-9a-fA-F]{6}|[0-9a-fA-F]{3})")
_LEADS_OUT = re.compile(r"url\((?!#)")


class NotDrawable(Exception):
    """Something in the figure became a picture of dots."""


def drawing(figure: Figure, prefix: str) -> Drawing:
    """The figure as markup to stand inside an ``<svg>`` element, on a ground of its own; its ids begin with `prefix`."""
    for ax in figure.axes:  # Matplotlib makes dots of the scale beside a heat map, which the policy has no room for
        bar = getattr(ax, "_colorbar", None)
        if bar is not None and bar.solids is not None:
            bar.solids.set_rasterized(False)
    out = io.BytesIO()
    with matplotlib.rc_context(_SETTINGS):
        figure.savefig(
            out,
            format="svg",
            facecolor="white",
            transparent=False,
            bbox_inches="tight",
            pad_inches=0.08,
            metadata={"Date": None},
        )
    root = ElementTree.fromstring(out.getvalue())
    width, height = (float(part) for part in root.get("viewBox", "0 0 1 1").split()[2:])
    names: dict[str, str] = {}
    _clean(root, names, prefix)
    _name_again(root, names)
    _share_looks(root)
    ElementTree.register_namespace("", SVG)
    body = "".join(ElementTree.tostring(child, encoding="unicode") for child in root)
    body = body.replace(f' xmlns="{SVG}"', "")
    ground = f'<path d="M0 0h{round(width)}v{round(height)}H0z" fill="rgb(255,255,255)"/>'
    return Drawing(ground + re.sub(r">\s+<", "><", body).strip(), round(width), round(height))


@contextlib.contextmanager
def without_title(figure: Figure, heading: str) -> Iterator[None]:
    """The figure without the title that stands above it as the section's heading: nobody reads it twice."""
    above = [*figure.texts, *(ax.title for ax in figure.axes)]
    hidden = [title for title in above if title.get_visible() and title.get_text().strip() == heading]
    for title in hidden:
        title.set_visible(False)
    try:
        yield
    finally:
        for title in hidden:
            title.set_visible(True)


def _clean(element: ElementTree.Element, names: dict[str, str], prefix: str) -> None:
    """Only what draws, with its looks as attributes."""
    for child in list(element):
        name = str(child.tag).rpartition("}")[2]
        if name == "image":
            raise NotDrawable
        if name == "a":  # an artist with an address: its drawing stays, the link goes
            at = list(element).index(child)
            element.remove(child)
            for inside in reversed(list(child)):
                element.insert(at, inside)
            _clean(element, names, prefix)
            return
        if name not in _DRAWN:
            element.remove(child)
            continue
        _look(child)
        if old := child.get("id"):
            names[old] = f"{prefix}-{len(names) + 1}"
        _clean(child, names, prefix)
        child.tail = None
        if name not in ("text", "tspan"):
            child.text = None


def _look(element: ElementTree.Element) -> None:
    style = dict(_styles(element.attrib.pop("style", "")))
    attributes = {name.rpartition("}")[2]: value for name, value in element.attrib.items()}
    element.attrib.clear()
    for name, value in {**attributes, **style}.items():
        if name == "href" and value.startswith("#"):
            element.set("href", value)
        elif name in _PRESENTATION | _PLACES and not _LEADS_OUT.search(value):
            # A dark page changes the colours of its own drawings by how they are written; this one keeps its own.
            element.set(name, _LONG.sub(_short, _HEX.sub(_as_rgb, value) if name != "id" else value))


def _styles(style: str) -> Iterator[tuple[str, str]]:
    for line in style.split(";"):
        name, _, value = (part.strip() for part in line.partition(":"))
        if name == "font" and (found := _FONT.match(value)):
            yield "font-size", found["size"]
            if weight := _WEIGHTS.search(found["before"]):
                yield "font-weight", weight[0]
            if "italic" in found["before"]:
                yield "font-style", "italic"
        elif name in ("font-size", "stroke-width"):
            yield name, value.removesuffix("px")
        elif name:
            yield name, value


def _short(number: re.Match[str]) -> str:
    text = f"{float(number[0]):.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _as_rgb(colour: re.Match[str]) -> str:
    digits = colour[1] if len(colour[1]) == 6 else "".join(2 * d for d in colour[1])
    return f"rgb({int(digits[:2], 16)},{int(digits[2:4], 16)},{int(digits[4:], 16)})"


def _name_again(root: ElementTree.Element, names: dict[str, str]) -> None:
    """Ids that no other drawing of the page has; those that nothing leads to go."""
    used = set()
    for element in root.iter():
        for name, value in element.attrib.items():
            if name == "href":
                used.add(value[1:])
            elif found := re.fullmatch(r"url\(#(.*)\)", value):
                used.add(found[1])
    for element in root.iter():
        for name, value in list(element.attrib.items()):
            if name == "id" and value not in used:
                del element.attrib["id"]
            elif name == "id":
                element.set("id", names[value])
            elif name == "href":
                element.set("href", f"#{names.get(value[1:], value[1:])}")
            elif found := re.fullmatch(r"url\(#(.*)\)", value):
                element.set(name, f"url(#{names.get(found[1], found[1])})")


def _share_looks(root: ElementTree.Element) -> None:
    """What all dots of a group have in common is written once: a thousand of them weigh half."""
    for group in root.iter(f"{{{SVG}}}g"):
        dots = [child for child in group.iter() if child.tag == f"{{{SVG}}}use"]
        if len(dots) < 2 or not _holds_dots_alone(group):
            continue
        for name in ("fill", "stroke", "stroke-width", "fill-opacity", "stroke-opacity"):
            values = {dot.get(name) for dot in dots}
            if len(values) == 1 and (value := values.pop()) is not None and name not in group.attrib:
                group.set(name, value)
                for dot in dots:
                    del dot.attrib[name]


def _holds_dots_alone(group: ElementTree.Element) -> bool:
    """Words and strokes beside the dots would take over their looks."""
    defined = {id(inner) for defs in group.iter(f"{{{SVG}}}defs") for inner in defs.iter()}
    alone = {f"{{{SVG}}}{name}" for name in ("g", "use")}
    return all(child.tag in alone or id(child) in defined for child in group.iter())
