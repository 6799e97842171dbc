"""Where on the document the next thing goes: paragraphs with style and box, link targets, numbers, turned pages."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from docx.document import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn

from kunskapsbaserat.report.page.blocks import Figure, OwnFigure
from kunskapsbaserat.report.page.charts import Drawing
from kunskapsbaserat.report.page.word import pictures
from kunskapsbaserat.report.page.word.inline import Piece, plain, runs
from kunskapsbaserat.report.page.word.markup import el, twentieths
from kunskapsbaserat.report.page.word.styles import BY_ID, NUMBERS

PAPER, MARGIN = (210, 297), 20  # A4 and the margin at either side, mm
ROOM = tuple((side - 2 * MARGIN) / 25.4 * 72 for side in PAPER)  # width of the text on a standing and a lying page, points


@dataclass(frozen=True, slots=True)
class Box:
    """A frame or ground around paragraphs. Sides are (name, kind, eighths of a point, colour); `indent` in points.

    `text` is the style of plain paragraphs inside, `keep` holds them on one page.
    """

    sides: Sequence[tuple[str, str, int, str]] = ()
    fill: str = ""
    indent: float = 0
    text: str = "Normal"
    keep: bool = False


class Writer:
    """Appends to a document; the functions of `word.blocks` decide what."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._numbers = 0
        self.current_box = Box()  # what paragraphs go into here
        self._boxed: Any = None  # the last thing that stands in a box
        self._lying = False
        self._lists: tuple[int, ...] = ()  # the lists being written, outermost first: the number of a numbered one, else 0
        self._targets: list[str] = []
        self._new_page = False

    # Places

    @contextlib.contextmanager
    def box(self, box: Box) -> Iterator[None]:
        """Paragraphs written inside stand in the box."""
        last = self._last()
        if box.sides and last is not None and last is self._boxed:  # two boxes in a row would run into one
            self.paragraph("Mellanrum", ())
        before, self.current_box = self.current_box, box
        yield
        self.current_box, self._boxed = before, self._last()

    @contextlib.contextmanager
    def lying(self, lying: bool) -> Iterator[None]:
        """What is written inside stands on lying pages."""
        before, self._lying = self._lying, lying
        yield
        self._lying = before

    @contextlib.contextmanager
    def listing(self, *, numbered: bool) -> Iterator[str]:
        """Items written inside, in the style given, are one list: a numbered one starts at 1, an inner one is a level down."""
        before = self._lists
        level = min(len(before), 2)
        self._lists = (*before, self._new_list(level) if numbered else 0)
        yield f"{'ListNumber' if numbered else 'ListBullet'}{level + 1 if level else ''}"
        self._lists = before

    def new_page(self) -> None:
        """The next paragraph starts a page."""
        self._new_page = True

    def target(self, name: str) -> None:
        """Links to `name` lead to the next paragraph."""
        self._targets.append(name)

    # Things

    def heading(self, level: int, content: str | Sequence[Piece], *, space_before: float | None = None) -> None:
        """A heading, 1 for the document's own."""
        self.paragraph(f"Heading{level}", content, space_before=space_before)

    def text(self, content: str | Sequence[Piece]) -> None:
        """A plain paragraph, as the box it stands in shows it."""
        self.paragraph(self.current_box.text, content)

    def list(self, items: Sequence[str], *, numbered: bool = False) -> None:
        """A list of one level."""
        with self.listing(numbered=numbered) as style:
            for item in items:
                self.paragraph(style, item)

    def paragraph(
        self,
        style: str,
        content: str | Sequence[Piece],
        *,
        space_before: float | None = None,
        keep_next: bool | None = None,
    ) -> Any:
        """A paragraph of a style at the end of the document; returns its element.

        `keep_next` holds the next one on the same page, None as the box says.
        """
        self._turn()
        keep = self.current_box.keep if keep_next is None else keep_next
        properties = el("w:pPr", el("w:pStyle", val=style), el("w:keepNext") if keep else None)
        if self._new_page:
            properties.append(el("w:pageBreakBefore"))
        kind, level = BY_ID[style].numbering or (0, 0)
        if kind == NUMBERS:
            properties.append(el("w:numPr", el("w:ilvl", val=level), el("w:numId", val=self._lists[-1])))
        self._frame(properties, inner_list=level > 0)
        if space_before is not None:
            properties.append(el("w:spacing", before=twentieths(space_before)))
        self._indent(properties, style)
        shown = plain(content) if isinstance(content, str) else content
        made = el("w:p", properties, *self._bookmarks(), *runs(shown, self))
        self._new_page = False
        self._append(made)
        return made

    def keep_with_next(self) -> None:
        """The last paragraph stands on the page of what follows."""
        properties = self._last().pPr
        if properties.find(qn("w:keepNext")) is None:
            properties.insert(1, el("w:keepNext"))

    def table(self, made: Any) -> None:
        """A table; Word would join it to one that stands right before."""
        self._turn()
        last = self._last()
        if last is not None and last.tag == qn("w:tbl"):
            self.paragraph("Tabelltext", ())
        self._append(made)

    def picture(self, figure: Figure) -> None:
        """A figure's drawing on a line of its own."""
        inline = pictures.figure(self.document, figure, self.number())
        self.paragraph("Figur", ()).append(el("w:r", el("w:drawing", inline)))

    def drawing(self, own: OwnFigure) -> None:
        """The analyst's own drawing on a line of its own."""
        inline = pictures.own_figure(self.document, own, self.number())
        self.paragraph("Figur", ()).append(el("w:r", el("w:drawing", inline)))

    def open_place(self, name: str, words: str) -> None:
        """A paragraph to write in: a click marks the words, what is typed replaces them and keeps the style."""
        piece = Piece("text", words, style="PlaceholderText")
        paragraph = self.paragraph("EgenText", [piece], keep_next=False)
        properties = el("w:sdtPr", el("w:alias", val=name[:64]), el("w:id", val=self.number()), el("w:showingPlcHdr"))
        place = el("w:sdt", properties, el("w:sdtContent"))
        paragraph.addprevious(place)
        place[-1].append(paragraph)

    # For the content of paragraphs

    def number(self) -> int:
        """A number that nothing else in the document has."""
        self._numbers += 1
        return self._numbers

    def decoration(self, drawing: Drawing) -> Any:
        return pictures.decoration(self.document, drawing, self.number())

    def own_picture(self, src: str, alternative: str) -> Any:
        """A picture of the kommun's own texts, carried in its address."""
        return pictures.own(self.document, src, alternative, self.number(), indent=self.current_box.indent)

    def link(self, href: str, content: Sequence[Any]) -> Any:
        """A link to the web, or to a place in the document."""
        if href.startswith("#"):
            return el("w:hyperlink", *content, anchor=_bookmark(href[1:]), history=1)
        made = el("w:hyperlink", *content, history=1)
        made.set(qn("r:id"), self.document.part.relate_to(href, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
        return made

    # Inside

    def _append(self, made: Any) -> None:
        self.document.element.body.sectPr.addprevious(made)

    def _last(self) -> Any:
        return self.document.element.body.sectPr.getprevious()

    def _bookmarks(self) -> Sequence[Any]:
        made = []
        for name in self._targets:
            number = self.number()
            made += [el("w:bookmarkStart", id=number, name=_bookmark(name)), el("w:bookmarkEnd", id=number)]
        self._targets = []
        return made

    def _frame(self, properties: Any, *, inner_list: bool) -> None:
        """Lines and ground of the box; a list inside a list would move the line at the side, and goes without."""
        if self.current_box.sides and not inner_list:
            borders = [el(f"w:{side}", val=kind, sz=size, space=4, color=c) for side, kind, size, c in self.current_box.sides]
            properties.append(el("w:pBdr", *borders))
        if self.current_box.fill:
            properties.append(el("w:shd", val="clear", color="auto", fill=self.current_box.fill))

    def _indent(self, properties: Any, style: str) -> None:
        """Text keeps its distance from the line at its side, list items too."""
        if not self.current_box.indent:
            return
        own = BY_ID[style]
        left, hanging = (own.indent, own.hanging) if own.numbering else (0.0, 0.0)
        right = self.current_box.indent if len(self.current_box.sides) == 4 else 0
        points = {"left": self.current_box.indent + left, "right": right, "hanging": hanging}
        properties.append(el("w:ind", **{side: twentieths(size) for side, size in points.items()}))

    def _new_list(self, level: int) -> int:
        made = self.document.part.numbering_part.element.add_num(NUMBERS)
        made.add_lvlOverride(ilvl=level).add_startOverride(1)
        return int(made.numId)

    def _turn(self) -> None:
        """Start a section when the page must be turned; its mark goes to the paragraph before, not to an empty one."""
        current = self.document.sections[-1]
        if (current.orientation == WD_ORIENT.LANDSCAPE) == self._lying:
            return
        before = self._last()
        section = self.document.add_section(WD_SECTION.NEW_PAGE)
        section.orientation = WD_ORIENT.LANDSCAPE if self._lying else WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = current.page_height, current.page_width
        section.different_first_page_header_footer = False
        carrier = self._last()
        if before is not None and before.tag == qn("w:p"):
            before.get_or_add_pPr().append(carrier.pPr.sectPr)
            carrier.getparent().remove(carrier)


def _bookmark(name: str) -> str:
    """A name that Word accepts: letters, digits and underscores, starting with a letter, at most 40."""
    return "".join(c if c.isalnum() else "_" for c in f"p_{name}")[:40]
