"""The document's styles: those of the page, in fonts that every Word has. All other styles of the library's template go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from docx.document import Document
from docx.oxml.ns import qn

from kunskapsbaserat.report.page.palette import light
from kunskapsbaserat.report.page.word.markup import el, text_size, twentieths

INK, INK2, LINE, HAIR, TINT, KOMMUN, OKNING, MINSKNING = (
    light(name).removeprefix("#").upper() for name in ("ink", "ink2", "line", "hair", "tint", "kommun", "okning", "minskning")
)
_READING, _APPARATUS = "Cambria", "Calibri"
CELL_MARGIN = 75  # twentieths of a point at either side of a cell's text
_KEPT = ("DefaultParagraphFont", "NoList", "TableNormal")


@dataclass(frozen=True, slots=True)
class Style:
    """A paragraph style. Sizes and spaces in points; `level` is the outline level of a heading."""

    id: str
    name: str
    size: float
    apparatus: bool = False
    based: str = "Normal"
    bold: bool | None = None
    colour: str = ""
    before: float = 0
    after: float = 0
    line: float = 1.1
    keep_next: bool = False
    level: int | None = None
    right: bool = False
    indent: float = 0
    hanging: float = 0
    rule: str = ""  # colour of a line above
    follow: str = ""
    numbering: tuple[int, int] | None = None  # number of the list and its level


@dataclass(frozen=True, slots=True)
class Mark:
    """A character style: a verdict's chip (fill, edge), small text, a link, a place to fill in."""

    id: str
    name: str
    colour: str = ""
    size: float = 0
    bold: bool = False
    fill: str = ""
    edge: str = ""  # single or dashed
    width: int = 6  # eighths of a point
    underline: str = ""
    font: str = ""


BULLETS, NUMBERS = 1, 2
PARAGRAPHS = (
    Style("Normal", "Normal", 10.5, based="", colour=INK, after=5, line=1.15),
    Style("Heading1", "heading 1", 24, bold=True, before=2, after=6, keep_next=True, level=0, line=1.05, follow="Normal"),
    Style("Heading2", "heading 2", 15, bold=True, before=2, after=4, keep_next=True, level=1, line=1.05, follow="Normal"),
    Style("Heading3", "heading 3", 10.5, True, bold=True, before=7, after=2, keep_next=True, level=2, follow="Normal"),
    Style("Heading4", "heading 4", 10.5, bold=True, before=5, after=1, keep_next=True, level=3, follow="Normal"),
    Style("Heading5", "heading 5", 10.5, bold=True, before=5, after=1, keep_next=True, level=4, follow="Normal"),
    Style("Heading6", "heading 6", 10.5, bold=True, before=5, after=1, keep_next=True, level=5, follow="Normal"),
    Style("Avsandare", "Avsändare", 9.5, True, bold=True, after=1),
    Style("Arbetslage", "Arbetsläge", 9.5, True, colour=INK2, after=8),
    Style("Amne", "Ämne", 9.5, True, bold=True, colour=KOMMUN, before=18, after=1, keep_next=True, rule=INK),
    Style("Ingress", "Ingress", 12, after=7, keep_next=True),
    Style("Notis", "Notis", 9.5, True, colour=INK2, after=6),
    Style("Apparat", "Apparat", 9.5, True, after=4),
    Style("Nyckel", "Nyckel", 9, True, after=1),
    Style("Domar", "Domar", 9.5, True, after=4, keep_next=True),
    Style("Mellanrum", "Mellanrum", 4, True, line=1.0),
    Style("Term", "Term", 9.5, True, bold=True, before=4, after=0, keep_next=True),
    Style("Forklaring", "Förklaring", 9.5, True, after=3, indent=14),
    Style("Svar", "Svar", 9.5, True, after=3, indent=85, hanging=85, keep_next=True),
    Style("Caption", "caption", 9.5, True, before=8, after=3, keep_next=True),
    Style("Figur", "Figur", 9.5, True, after=2, keep_next=True, line=1.0),
    Style("Kalla", "Källa", 8.5, True, colour=INK2, before=3, after=8),
    Style("Tabelltext", "Tabelltext", 9, True, line=1.0),
    Style("Tabelltal", "Tabelltal", 9, True, based="Tabelltext", right=True, line=1.0),
    Style("Tabellhuvud", "Tabellhuvud", 8.5, True, based="Tabelltext", bold=True, colour=INK2, keep_next=True, line=1.0),
    Style("Tabellhuvudtal", "Tabellhuvud tal", 8.5, True, based="Tabellhuvud", right=True, keep_next=True, line=1.0),
    Style("EgenText", "Kommunens text", 10.5, after=5, line=1.15),
    Style("Quote", "Quote", 10.5, indent=14, after=5, line=1.15),
    Style("Kod", "Kod", 9, True, after=4),
    Style("ListBullet", "List Bullet", 10.5, indent=14, hanging=14, after=3, numbering=(BULLETS, 0)),
    Style("ListBullet2", "List Bullet 2", 10.5, indent=28, hanging=14, after=3, numbering=(BULLETS, 1)),
    Style("ListBullet3", "List Bullet 3", 10.5, indent=42, hanging=14, after=3, numbering=(BULLETS, 2)),
    Style("ListNumber", "List Number", 10.5, indent=18, hanging=18, after=3, numbering=(NUMBERS, 0)),
    Style("ListNumber2", "List Number 2", 10.5, indent=36, hanging=18, after=3, numbering=(NUMBERS, 1)),
    Style("ListNumber3", "List Number 3", 10.5, indent=54, hanging=18, after=3, numbering=(NUMBERS, 2)),
    Style("Innehallsrubrik", "Innehållsrubrik", 10.5, True, bold=True, before=12, after=2, keep_next=True, rule=LINE),
    Style("Innehall", "Innehåll", 10, True, after=1),
    Style("Header", "header", 8.5, True, colour=INK2),
    Style("Footer", "footer", 8.5, True, colour=INK2, right=True),
)
MARKS = (
    Mark("Liten", "Liten", INK2, 8.5),
    Mark("MarkeOkning", "Märke ökning", "FFFFFF", 9, bold=True, fill=OKNING, edge="single"),
    Mark("MarkeMinskning", "Märke minskning", "FFFFFF", 9, bold=True, fill=MINSKNING, edge="single"),
    Mark("MarkeIngen", "Märke ingen skillnad", INK, 9, bold=True, edge="single"),
    Mark("MarkeOsaker", "Märke går inte att bedöma", INK, 9, bold=True, edge="dashed"),
    Mark("MarkeJamforelse", "Märke jämförelse", INK, 9, bold=True, edge="single", width=12),
    Mark("FyllsI", "Fylls i", INK2, underline="dash"),
    Mark("PlaceholderText", "Placeholder Text", INK2),
    Mark("Hyperlink", "Hyperlink", KOMMUN, underline="single"),
    Mark("Kodtecken", "Kodtecken", font="Consolas"),
)
BY_ID = {style.id: style for style in PARAGRAPHS}


def install(document: Document) -> None:
    """Replace the template's styles and lists by ours; the language is Swedish."""
    root = document.styles.element
    for style in root.findall(qn("w:style")):
        if style.get(qn("w:styleId")) not in _KEPT:
            root.remove(style)
    defaults = root.find(qn("w:docDefaults"))
    root.replace(defaults, el("w:docDefaults", el("w:rPrDefault", _default_run()), el("w:pPrDefault", el("w:pPr"))))
    root.extend([_paragraph(style) for style in PARAGRAPHS])
    root.extend([_character(mark) for mark in MARKS])
    root.append(_table())
    _lists(document)


def _default_run() -> Any:
    return el(
        "w:rPr",
        _font(_READING),
        *text_size(10.5),
        el("w:lang", val="sv-SE", eastAsia="sv-SE", bidi="ar-SA"),
    )


def _font(name: str) -> Any:
    return el("w:rFonts", ascii=name, hAnsi=name, eastAsia=name, cs=name)


def _paragraph(s: Style) -> Any:
    p = el(
        "w:pPr",
        el("w:keepNext") if s.keep_next else None,
        el("w:keepLines") if s.level is not None else None,
        el("w:widowControl"),
        el("w:numPr", el("w:ilvl", val=s.numbering[1]), el("w:numId", val=s.numbering[0])) if s.numbering else None,
        el("w:pBdr", el("w:top", val="single", sz=6, space=4, color=s.rule)) if s.rule else None,
        el("w:suppressAutoHyphens"),
        el("w:spacing", before=twentieths(s.before), after=twentieths(s.after), line=round(240 * s.line), lineRule="auto"),
        el("w:ind", left=twentieths(s.indent), hanging=twentieths(s.hanging)) if s.indent else None,
        el("w:jc", val="right") if s.right else None,
        el("w:outlineLvl", val=s.level) if s.level is not None else None,
    )
    r = el(
        "w:rPr",
        _font(_APPARATUS if s.apparatus else _READING),
        el("w:b", val=int(s.bold)) if s.bold is not None else None,
        el("w:color", val=s.colour) if s.colour else None,
        *text_size(s.size),
    )
    style = el(
        "w:style",
        el("w:name", val=s.name),
        el("w:basedOn", val=s.based) if s.based else None,
        el("w:next", val=s.follow) if s.follow else None,
        el("w:qFormat"),
        p,
        r,
        type="paragraph",
        styleId=s.id,
    )
    if not s.based:
        style.set(qn("w:default"), "1")
    return style


def _character(m: Mark) -> Any:
    edge = INK2 if m.edge and not m.fill and m.width == 6 else m.fill or INK
    r = el(
        "w:rPr",
        _font(m.font or _APPARATUS) if m.font or m.edge else None,
        el("w:b") if m.bold else None,
        el("w:color", val=m.colour) if m.colour else None,
        *(text_size(m.size) if m.size else ()),
        el("w:u", val=m.underline) if m.underline else None,
        el("w:bdr", val=m.edge, sz=m.width, space=0, color=edge) if m.edge else None,
        el("w:shd", val="clear", color="auto", fill=m.fill) if m.fill else None,
    )
    based = el("w:basedOn", val="DefaultParagraphFont")
    return el("w:style", el("w:name", val=m.name), based, el("w:qFormat"), r, type="character", styleId=m.id)


def _table() -> Any:
    """Rules as on the page: a heavy one under the head and at the end, hairlines between rows, no vertical lines."""
    cell = el("w:tblCellMar", *(el(f"w:{side}", w=width, type="dxa") for side, width in _MARGINS))
    borders = el(
        "w:tblBorders",
        el("w:bottom", val="single", sz=12, space=0, color=INK),
        el("w:insideH", val="single", sz=4, space=0, color=HAIR),
    )
    head = el(
        "w:tcPr", el("w:tcBorders", el("w:bottom", val="single", sz=12, space=0, color=INK)), el("w:vAlign", val="bottom")
    )
    return el(
        "w:style",
        el("w:name", val="Rapporttabell"),
        el("w:basedOn", val="TableNormal"),
        el("w:qFormat"),
        el("w:tblPr", borders, cell),
        el("w:tblStylePr", head, type="firstRow"),
        el("w:tblStylePr", el("w:rPr", el("w:b")), type="firstCol"),
        type="table",
        styleId="Rapporttabell",
    )


_MARGINS = (("top", 35), ("left", CELL_MARGIN), ("bottom", 35), ("right", CELL_MARGIN))


def _lists(document: Document) -> None:
    numbering = document.part.numbering_part.element
    for child in list(numbering):
        numbering.remove(child)
    for kind, name, steps in ((BULLETS, "ListBullet", 14), (NUMBERS, "ListNumber", 18)):
        numbering.append(
            el(
                "w:abstractNum",
                el("w:multiLevelType", val="hybridMultilevel"),
                *(_list_level(kind, f"{name}{level + 1 if level else ''}", level, steps) for level in range(3)),
                abstractNumId=kind,
            )
        )
    for kind in (BULLETS, NUMBERS):
        numbering.append(el("w:num", el("w:abstractNumId", val=kind), numId=kind))


def _list_level(kind: int, style: str, level: int, steps: int) -> Any:
    return el(
        "w:lvl",
        el("w:start", val=1),
        el("w:numFmt", val="bullet" if kind == BULLETS else "decimal"),
        el("w:pStyle", val=style),
        el("w:lvlText", val="•" if kind == BULLETS else f"%{level + 1}."),
        el("w:lvlJc", val="left"),
        el("w:pPr", el("w:ind", left=twentieths(steps * (level + 1)), hanging=twentieths(steps))),
        ilvl=level,
    )
