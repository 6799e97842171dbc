"""Drawings as PNG in the text: figures with the finding as their alternative text, small ones marked as decoration."""

from __future__ import annotations

import base64
import dataclasses
import functools
import io
from pathlib import Path
from typing import Any

import matplotlib
import resvg_py
from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Emu, Mm, Pt

from kunskapsbaserat.report.page.blocks import Figure, OwnFigure
from kunskapsbaserat.report.page.charts import Drawing
from kunskapsbaserat.report.page.word.styles import LINE

FIGURE_SCALE = 0.235  # mm a unit of the drawing: 480 units are 113 mm, and figure text about 9 points
MAP_SCALE = 0.19
SPARK_SCALE = 0.14
TEXT_WIDTH, TEXT_HEIGHT = 170, 215  # mm of a standing page, with room for heading and source
MM_A_POINT = 25.4 / 72
_DPI = 300
_DECORATIVE = (
    '<a:extLst {ns}><a:ext uri="{{C183D7F6-B498-43B3-948B-1728B52AA6E4}}">'
    '<adec:decorative xmlns:adec="http://schemas.microsoft.com/office/drawing/2017/decorative" val="1"/></a:ext></a:extLst>'
)


def figure(document: Document, of: Figure, number: int) -> Any:
    """A figure; the title says what is drawn, the description is the finding."""
    inline = _inline(document, of.drawing, MAP_SCALE if "karta" in of.css.split() else FIGURE_SCALE, number)
    inline.docPr.set("title", of.title)
    inline.docPr.set("descr", of.finding)
    return inline


def own_figure(document: Document, of: OwnFigure, number: int) -> Any:
    """A figure that the analyst has drawn, at its own size or as large as the page has room for."""
    scale = min(MM_A_POINT, TEXT_WIDTH / of.drawing.width, TEXT_HEIGHT / of.drawing.height)
    inline = _inline(document, of.drawing, scale, number)
    inline.docPr.set("descr", of.alt)
    return inline


def decoration(document: Document, drawing: Drawing, number: int) -> Any:
    """A small picture that says nothing the text beside it does not say; screen readers pass it by."""
    inline = _inline(document, drawing, SPARK_SCALE, number)
    inline.docPr.set("descr", "")
    inline.docPr.append(parse_xml(_DECORATIVE.format(ns=nsdecls("a"))))
    return inline


def own(document: Document, src: str, alternative: str, number: int, *, indent: float = 0) -> Any:
    """A picture that the kommun has put into its texts, at its own size or as wide as the text; its words are its description.

    `src` is the whole picture as a data address, `indent` in points what the box around it takes of the width.
    """
    content = base64.b64decode(src.partition(",")[2])
    if src.startswith("data:image/svg+xml"):
        content = bytes(resvg_py.svg_to_bytes(svg_string=content.decode(), background="#ffffff", dpi=_DPI, zoom=2))
    inline = document.part.new_pic_inline(io.BytesIO(content))
    room = int(Mm(TEXT_WIDTH) - Pt(2 * indent))
    if inline.extent.cx > room:
        inline.extent.cy, inline.extent.cx = Emu(round(inline.extent.cy * room / inline.extent.cx)), Emu(room)
        drawn = next(inline.iter(qn("a:ext")))
        drawn.set("cx", str(inline.extent.cx))
        drawn.set("cy", str(inline.extent.cy))
    inline.docPr.set("descr", alternative)
    _number(inline, number)
    return inline


def with_baseline(spark: Drawing) -> Drawing:
    """A sparkline with the line under it that the page's style sheet gives it."""
    line = f'<path d="M0 {spark.height}H{spark.width}" stroke="#{LINE}" stroke-width="1.5"/>'
    return dataclasses.replace(spark, body=spark.body + line)


def _inline(document: Document, drawing: Drawing, scale: float, number: int) -> Any:
    width, height = drawing.width * scale, drawing.height * scale
    png = _png(drawing, round(width / 25.4 * _DPI))
    inline = document.part.new_pic_inline(io.BytesIO(png), width=Mm(width), height=Mm(height))
    _number(inline, number)
    return inline


def _number(inline: Any, number: int) -> None:
    inline.docPr.set("id", str(number))
    inline.docPr.set("name", f"Bild {number}")
    inner = next(inline.iter(qn("pic:cNvPr")))
    inner.set("id", str(number))
    inner.set("name", f"bild{number}.png")


@functools.lru_cache(maxsize=256)
def _png(drawing: Drawing, pixels: int) -> bytes:
    """Drawn with the font that Matplotlib carries, so that every machine draws the same."""
    fonts = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {drawing.width} {drawing.height}" '
        f'font-family="DejaVu Sans" stroke-linejoin="round">{drawing.body}</svg>'
    )
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg,
            width=pixels,
            background="#ffffff",
            skip_system_fonts=True,
            font_files=[str(fonts / "DejaVuSans.ttf"), str(fonts / "DejaVuSans-Bold.ttf")],
            dpi=_DPI,
        )
    )
