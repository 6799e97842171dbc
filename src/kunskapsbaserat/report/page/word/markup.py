"""WordprocessingML elements in one line each."""

from __future__ import annotations

from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn


def el(tag: str, *children: Any, **attributes: object) -> Any:
    """An element such as ``el("w:p", ...)``; attributes are in the namespace ``w``, children that are None are left out."""
    made = OxmlElement(tag)
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), str(value))
    made.extend([child for child in children if child is not None])
    return made


def text(content: str) -> Any:
    """Text with its spaces kept."""
    made = OxmlElement("w:t")
    made.text = content
    made.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return made


def twentieths(points: float) -> int:
    """Points as Word measures most things."""
    return round(20 * points)


def text_size(points: float) -> tuple[Any, Any]:
    """The size of text, which Word measures in half points."""
    return el("w:sz", val=round(2 * points)), el("w:szCs", val=round(2 * points))
