"""SVG of the page as PNG in the text: figures with the finding as their alternative text, sparklines marked as decoration."""

from __future__ import annotations

import functools
import io
from pathlib import Path
from typing import Any

import matplotlib
import resvg_py
from bs4 import Tag
from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm

from kunskapsbaserat.report.word.styles import LINE

FIGURE_SCALE = 0.235  # mm a unit of the drawing: 480 units are 113 mm, and figure text about 9 points
MAP_SCALE = 0.19
SPARK_SCALE = 0.14
_DPI = 300
_DECORATIVE = (
    '<a:extLst {ns}><a:ext uri="{{C183D7F6-B498-43B3-948B-1728B52AA6E4}}">'
    '<adec:decorative xmlns:adec="http://schemas.microsoft.com/office/drawing/2017/decorative" val="1"/></a:ext></a:extLst>'
)


def figure(document: Document, svg: Tag, number: int) -> Any:
    """A run with the figure; the title says what is drawn, the description is the finding."""
    title, finding = (svg.find(name) for name in ("title", "desc"))
    scale = MAP_SCALE if "karta" in svg.get_attribute_list("class") else FIGURE_SCALE
    inline = _inline(document, svg, scale, number)
    inline.docPr.set("title", title.get_text() if title else "")
    inline.docPr.set("descr", finding.get_text() if finding else "")
    return inline


def decoration(document: Document, svg: Tag, number: int) -> Any:
    """A small picture that says nothing the text beside it does not say; screen readers pass it by."""
    inline = _inline(document, svg, SPARK_SCALE, number)
    inline.docPr.set("descr", "")
    inline.docPr.append(parse_xml(_DECORATIVE.format(ns=nsdecls("a"))))
    return inline


def _inline(document: Document, svg: Tag, scale: float, number: int) -> Any:
    width, height = size_of(svg)
    png = _png(_standalone(svg), round(width * scale / 25.4 * _DPI))
    inline = document.part.new_pic_inline(io.BytesIO(png), width=Mm(width * scale), height=Mm(height * scale))
    inline.docPr.set("id", str(number))
    inline.docPr.set("name", f"Bild {number}")
    inner = next(inline.iter(qn("pic:cNvPr")))
    inner.set("id", str(number))
    inner.set("name", f"bild{number}.png")
    return inline


def size_of(svg: Tag) -> tuple[float, float]:
    """Width and height of a drawing in its own units."""
    _, _, width, height = (float(part) for part in str(svg["viewbox"]).split())
    return width, height


def _standalone(svg: Tag) -> str:
    """The drawing as a file of its own; the page's style sheet gave it font, round joins and a sparkline's baseline."""
    width, height = size_of(svg)
    body = "".join(str(child) for child in svg.children if getattr(child, "name", None) not in ("title", "desc"))
    if "gnista" in svg.get_attribute_list("class"):
        body += f'<path d="M0 {height}H{width}" stroke="#{LINE}" stroke-width="1.5"/>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'font-family="DejaVu Sans" stroke-linejoin="round">{body}</svg>'
    )


@functools.lru_cache(maxsize=256)
def _png(svg: str, width: int) -> bytes:
    """Drawn with the font that Matplotlib carries, so that every machine draws the same."""
    fonts = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    files = [str(fonts / "DejaVuSans.ttf"), str(fonts / "DejaVuSans-Bold.ttf")]
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg, width=width, background="#ffffff", skip_system_fonts=True, font_files=files, dpi=_DPI
        )
    )
