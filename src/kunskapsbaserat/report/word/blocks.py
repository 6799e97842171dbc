"""The rules: what each element of the page becomes in Word. An element without a rule is an error, never lost text; a class
without one leaves its element as any other of that name.

Left out on purpose: the skip link, the hidden symbols and the labels that open a table (the tables stand open). Words that are
links only are kept, since links work in Word.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from bs4.element import NavigableString, PageElement, Tag

from kunskapsbaserat.report.text import word as words
from kunskapsbaserat.report.word import tables
from kunskapsbaserat.report.word.inline import NBSP, Piece, is_inline, pieces, unknown
from kunskapsbaserat.report.word.styles import HAIR, INK, KOMMUN, LINE, TINT
from kunskapsbaserat.report.word.writer import Box, Writer

DECISION = Box((("top", "single", 18, INK),), TINT)
MEANING = Box((), TINT, text="Apparat")
READING = Box((("left", "single", 6, LINE),), indent=6, text="Apparat")
OWN = Box((("left", "single", 24, KOMMUN),), indent=8, text="EgenText")
OPEN = Box(tuple((side, "dashed", 6, LINE) for side in ("top", "left", "bottom", "right")), indent=5, text="Apparat", keep=True)
LAST = Box(text="Kalla")
DIVIDER = Box((("top", "single", 4, HAIR),))


def blocks(writer: Writer, nodes: Iterable[PageElement]) -> None:
    """Write nodes of the page in order; text that stands free among them becomes paragraphs."""
    loose: list[PageElement] = []
    for node in nodes:
        if isinstance(node, Tag) and (_by_class(node) or not is_inline(node)):
            _flush(writer, loose)
            _rule(node)(writer, node)
        else:
            loose.append(node)
    _flush(writer, loose)


def _flush(writer: Writer, loose: list[PageElement]) -> None:
    content = pieces(loose)
    loose.clear()
    if content:
        writer.paragraph(writer.current_box.text, content)


def _rule(node: Tag) -> Callable[[Writer, Tag], None]:
    """The rule of an element: by its class when that has one, else by its name alone."""
    rule = _by_class(node) or RULES.get(node.name)
    if rule is None:
        raise unknown(node)
    return rule


def _by_class(node: Tag) -> Callable[[Writer, Tag], None] | None:
    names = (f"{node.name}.{css}" for css in node.get_attribute_list("class") if css)
    return next((RULES[name] for name in names if name in RULES), None)


def _only(node: Tag, *names: str) -> Iterable[Tag]:
    """The children of an element that holds nothing but elements of these names."""
    for child in node.children:
        if isinstance(child, Tag) and child.name in names:
            yield child
        elif isinstance(child, Tag) or str(child).strip():
            raise unknown(child if isinstance(child, Tag) else node)


# What holds others


def _inside(writer: Writer, node: Tag) -> None:
    if node.has_attr("id"):
        writer.target(str(node["id"]))
    blocks(writer, node.children)


def _left_out(_writer: Writer, _node: Tag) -> None:
    pass


def _on_new_page(writer: Writer, node: Tag) -> None:
    writer.new_page()
    _inside(writer, node)


def _boxed(box: Box) -> Callable[[Writer, Tag], None]:
    def rule(writer: Writer, node: Tag) -> None:
        with writer.box(box):
            blocks(writer, node.children)

    return rule


def _open_place(writer: Writer, node: Tag) -> None:
    """The kommun has not written yet: the questions, and a paragraph to write in."""
    heading = node.find("h3")
    with writer.box(OPEN):
        blocks(writer, node.children)
        writer.open_place(heading.get_text() if heading else "", words.WRITE_HERE)


def _with_table(writer: Writer, node: Tag) -> None:
    """A table with its source line; both on a lying page when the table asks for it."""
    found = node.find("table")
    assert isinstance(found, Tag)
    with writer.lying(tables.layout(tables.read(found), *writer.room).lying):
        blocks(writer, node.children)


# Paragraphs


def _styled(style: str, *, space_before: float | None = None) -> Callable[[Writer, Tag], None]:
    def rule(writer: Writer, node: Tag) -> None:
        if node.has_attr("id"):
            writer.target(str(node["id"]))
        writer.paragraph(style, pieces(node.children), space_before=space_before)

    return rule


def _paragraph(writer: Writer, node: Tag) -> None:
    """Plain text; what introduces a table or figure stands on the same page."""
    follows = node.find_next_sibling()
    keep = isinstance(follows, Tag) and bool({"oversikt", "bred", "rad"} & set(follows.get_attribute_list("class")))
    writer.paragraph(writer.current_box.text, pieces(node.children), keep_next=keep or None)


def _section_heading(writer: Writer, node: Tag) -> None:
    """A heading that no topic stands above has the space of both."""
    before = node.find_previous_sibling()
    _styled("Heading2")(writer, node) if before is not None else _styled("Heading2", space_before=16)(writer, node)


def _sender(writer: Writer, node: Tag) -> None:
    for span in node.find_all("span"):
        style = "Arbetslage" if "utkast" in span.get_attribute_list("class") else "Avsandare"
        writer.paragraph(style, pieces(span.children))


def _chips(writer: Writer, node: Tag) -> None:
    spaced = [part for chip in node.find_all("span", recursive=False) for part in (chip, NavigableString(" "))]
    writer.paragraph("Domar", pieces(spaced))


def _contents(writer: Writer, node: Tag) -> None:
    writer.paragraph("Innehallsrubrik", [Piece("text", str(node["aria-label"]))])
    for item in node.find_all("li"):
        writer.paragraph("Innehall", pieces(item.children))
    writer.new_page()


def _quote(writer: Writer, node: Tag) -> None:
    with writer.box(replace(writer.current_box, text="Quote")):
        blocks(writer, node.children)


def _code(writer: Writer, node: Tag) -> None:
    for line in node.get_text().rstrip("\n").split("\n"):
        writer.paragraph("Kod", [Piece("text", line)])


def _rule_off(writer: Writer, _node: Tag) -> None:
    with writer.box(DIVIDER):
        writer.paragraph("Apparat", ())


# Lists


def _list(writer: Writer, node: Tag, level: int = 1) -> None:
    """Items with what stands in them; lists inside go one level down."""
    numbered = node.name == "ol"
    style = ("ListNumber" if numbered else "ListBullet") + (str(min(level, 3)) if level > 1 else "")
    with writer.numbered(numbered, level):
        for item in node.find_all("li", recursive=False):
            rows = [c for c in item.children if not (isinstance(c, Tag) and c.name in ("ul", "ol"))]
            paragraphs = [c for c in rows if isinstance(c, Tag) and not is_inline(c)]
            if any(c.name != "p" for c in paragraphs):
                raise unknown(item)
            for content in [list(c.children) for c in paragraphs] or [rows]:
                writer.paragraph(style, pieces(content), level=level)
            for inner in item.find_all(["ul", "ol"], recursive=False):
                _list(writer, inner, level + 1)


def _findings(writer: Writer, node: Tag) -> None:
    for item in _only(node, "li"):
        blocks(writer, item.children)


def _marks(writer: Writer, node: Tag) -> None:
    """The key to the verdicts: symbols, then words."""
    for child in _only(node, "h3", "ul"):
        if child.name == "h3":
            writer.paragraph("Heading3", pieces(child.children))
            continue
        for item in _only(child, "li"):
            writer.paragraph("Nyckel", pieces(item.children))


def _key(writer: Writer, node: Tag) -> None:
    """The key under a table, on one line."""
    gap = NavigableString(f" {NBSP}{NBSP} ")
    nodes: list[PageElement] = []
    for item in _only(node, "li"):
        nodes += ([gap] if nodes else []) + list(item.children)
    writer.paragraph("Kalla", pieces(nodes), keep_next=node.find_next_sibling() is not None)


def _facts(writer: Writer, node: Tag) -> None:
    """Terms over their values, as a table with one row."""
    pairs = [(pair.find("dt"), pair.find("dd")) for pair in _only(node, "div")]
    head = [tables.Cell(pieces(term.children), True, False, 1) for term, _ in pairs if term]
    row = [tables.Cell(pieces(value.children), False, False, 1) for _, value in pairs if value]
    grid = tables.Grid([head, row], 1, [Piece("text", words.FACTS)], (), True)
    writer.table(tables.build(grid, tables.layout(grid, *writer.room), writer))


def _terms(writer: Writer, node: Tag) -> None:
    for child in _only(node, "dt", "dd"):
        writer.paragraph("Term" if child.name == "dt" else "Forklaring", pieces(child.children))


def _answers(writer: Writer, node: Tag) -> None:
    for item in _only(node, "li"):
        for child in _only(item, "h3", "dl", "p"):
            if child.name == "dl":
                terms = zip(child.find_all("dt"), child.find_all("dd"), strict=True)
                for term, text in terms:
                    row = [*pieces(term.children, Piece("text", bold=True)), Piece("tab"), *pieces(text.children)]
                    writer.paragraph("Svar", row)
            else:
                blocks(writer, [child])


# Tables and figures


def _table(writer: Writer, node: Tag) -> None:
    grid = tables.read(node)
    plan = tables.layout(grid, *writer.room)
    with writer.lying(plan.lying):
        if grid.caption and not grid.hidden_caption:
            content = [Piece("text", piece.text, bold=True) for piece in grid.caption]
            writer.paragraph("Caption", [*content, *([Piece("break"), *grid.scope] if grid.scope else ())])
        writer.table(tables.build(grid, plan, writer, keep_next=node.find_next_sibling() is not None))


def _figure_caption(writer: Writer, node: Tag) -> None:
    bold, unit = node.find("b"), node.find("span")
    assert isinstance(bold, Tag)
    after = [Piece("break"), *pieces(unit.children)] if isinstance(unit, Tag) and unit.get_text() else []
    writer.paragraph("Caption", [*pieces([bold]), *after])


def _figure(writer: Writer, node: Tag) -> None:
    writer.picture(node)


RULES: dict[str, Callable[[Writer, Tag], None]] = {
    **dict.fromkeys(
        ("header.kb", "main.yta", "div.kb", "div.yta", "div", "div.tva", "div.rad", "details", "figure", "section"), _inside
    ),
    **dict.fromkeys(("section.kort", "section.del", "section.lagbox", "section.metod"), _inside),
    **dict.fromkeys(("a.hoppa", "svg.dold", "summary"), _left_out),
    **{f"h{level}": _styled(f"Heading{level}") for level in (1, 3, 4, 5, 6)},
    "h2": _section_heading,
    "footer.kb": _boxed(LAST),
    "section.bilaga": _on_new_page,
    "div.remsa": _sender,
    "div.beslut": _boxed(DECISION),
    "div.betyder": _boxed(MEANING),
    "div.las": _boxed(READING),
    "div.egen": _boxed(OWN),
    "div.tom": _open_place,
    "div.marken": _marks,
    "div.oversikt": _with_table,
    "div.bred": _with_table,
    "div.domar": _chips,
    "p": _paragraph,
    "p.amne": _styled("Amne"),
    "p.ingress": _styled("Ingress"),
    "p.notis": _styled("Notis"),
    "p.kalla": _styled("Kalla"),
    "p.vem": _styled("Kalla"),
    "h3.punkthuvud": _styled("Heading3"),
    "nav.inneh": _contents,
    "blockquote": _quote,
    "pre": _code,
    "hr": _rule_off,
    "ul": _list,
    "ol": _list,
    "ul.punkter": _list,
    "ul.fynd": _findings,
    "ul.nyckel": _key,
    "ul.svar": _answers,
    "dl.fakta": _facts,
    "dl": _terms,
    "dl.definitioner": _terms,
    "table": _table,
    "table.kortrader": _table,
    "table.siffror": _table,
    "figcaption": _figure_caption,
    "svg.figur": _figure,
}
