"""What a drawing says, read back from its markup."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import matplotlib as mpl
from PIL import ImageFont

from kunskapsbaserat.report.page.charts import Drawing

Box = tuple[float, float, float, float]  # left, top, right, bottom
_FONTS = Path(mpl.get_data_path()) / "fonts" / "ttf"
_LOADED = {name: ImageFont.truetype(str(_FONTS / f"{name}.ttf"), 1000) for name in ("DejaVuSans", "DejaVuSans-Bold")}


def parsed(drawing: Drawing) -> ElementTree.Element:
    return ElementTree.fromstring(f"<svg>{drawing.body}</svg>")


def group(drawing: Drawing, name: str) -> list[ElementTree.Element]:
    """The shapes of all groups with this name; what the group says stands on each."""
    return [shape for g in parsed(drawing) if g.get("class") == name for shape in _inheriting(g)]


def _inheriting(g: ElementTree.Element) -> Iterator[ElementTree.Element]:
    for shape in g:
        shape.attrib = {**{k: v for k, v in g.attrib.items() if k != "class"}, **shape.attrib}
        yield shape


def texts(drawing: Drawing) -> list[str]:
    return [e.text or "" for e in parsed(drawing).iter("text")]


def places(path: str) -> list[list[tuple[float, float]]]:
    """The points of path data written with M, m, h, v, l and z, one list for each move-to."""
    paths: list[list[tuple[float, float]]] = []
    for letter, rest in re.findall(r"([Mmhvl])([^A-Za-z]*)", path):
        numbers = [float(n) for n in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", rest)]
        if letter in "hv":
            steps = [(n, 0.0) if letter == "h" else (0.0, n) for n in numbers]
        else:
            steps = list(zip(numbers[::2], numbers[1::2], strict=True))
        if letter in "Mm":
            from_x, from_y = paths[-1][-1] if letter == "m" else (0.0, 0.0)
            paths.append([(round(from_x + steps[0][0], 1), round(from_y + steps[0][1], 1))])
            continue
        for dx, dy in steps:
            x, y = paths[-1][-1]
            paths[-1].append((round(x + dx, 1), round(y + dy, 1)))
    return paths


def text_width(text: str, size: float, *, bold: bool) -> float:
    """In DejaVu Sans, from the font itself."""
    return _LOADED["DejaVuSans-Bold" if bold else "DejaVuSans"].getlength(text) * size / 1000


def text_boxes(drawing: Drawing, size: float | None = None) -> list[tuple[str, Box]]:
    """Each text with the room it takes, at its own size or at the one that a style sheet gives all."""
    return list(_boxes(parsed(drawing), (0.0, 0.0), {}, size))


def _boxes(
    of: ElementTree.Element, moved: tuple[float, float], inherited: dict[str, str], size: float | None
) -> Iterator[tuple[str, Box]]:
    attributes = inherited | of.attrib
    if step := re.match(r"translate\((\S+) (\S+)\)", of.get("transform", "")):
        moved = (moved[0] + float(step.group(1)), moved[1] + float(step.group(2)))
    if of.tag == "text":
        height = size or float(attributes.get("font-size", "13"))
        wide = text_width(of.text or "", height, bold=attributes.get("font-weight") == "700")
        start = {"start": 0.0, "middle": 0.5, "end": 1.0}[attributes.get("text-anchor", "start")]
        left, y = moved[0] + float(attributes["x"]) - start * wide, moved[1] + float(attributes["y"])
        yield of.text or "", (left, y - 0.74 * height, left + wide, y + 0.2 * height)
    for child in of:
        yield from _boxes(child, moved, attributes, size)


def overlapping(boxes: list[tuple[str, Box]]) -> list[tuple[str, str]]:
    """Pairs of texts that cover each other."""
    return [
        (one, other)
        for at, (one, a) in enumerate(boxes)
        for other, b in boxes[:at]
        if a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
    ]
