"""Where on the document the next thing goes: paragraphs with style and box, link targets, numbers, turned pages."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bs4 import Tag
from docx.document import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn

from kunskapsbaserat.report.word import pictures
from kunskapsbaserat.report.word.inline import Piece, runs
from kunskapsbaserat.report.word.markup import el
from kunskapsbaserat.report.word.styles import NUMBERS, PARAGRAPHS

PAPER, MARGIN = (210, 297), 20  # A4 and the margin at either side, mm


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
    """Appends to a document; the rules of `blocks` decide what."""

    def __init__(self, document: Document, targets: frozenset[str]) -> None:
        self.document = document
        self.targets = targets
        self.name_of_blank = ""
        self._numbers = 0
        self._box = Box()
        self._boxed: Any = None  # the last thing that stands in a box
        self._lying = False
        self._list: tuple[int, int] | None = None  # number and level of the numbered list being written
        self._waiting: list[str] = []
        self._new_page = False

    # Places

    @contextlib.contextmanager
    def box(self, box: Box) -> Iterator[None]:
        """Paragraphs written inside stand in the box."""
        last = self._last()
        if box.sides and last is not None and last is self._boxed:  # two boxes in a row would run into one
            self.paragraph("Mellanrum", ())
        before, self._box = self._box, box
        yield
        self._box, self._boxed = before, self._last()

    @contextlib.contextmanager
    def lying(self, lying: bool) -> Iterator[None]:
        """What is written inside stands on lying pages."""
        before, self._lying = self._lying, lying
        yield
        self._lying = before

    @contextlib.contextmanager
    def numbered(self, numbered: bool, level: int) -> Iterator[None]:
        """Items written inside belong to one list; a numbered one starts at 1. `level` is 1 for the outermost."""
        before, self._list = self._list, self._new_list(min(level, 3) - 1) if numbered else None
        yield
        self._list = before

    def new_page(self) -> None:
        """The next paragraph starts a page."""
        self._new_page = True

    def target(self, name: str) -> None:
        """Links to `name` lead to the next paragraph."""
        if name in self.targets:
            self._waiting.append(name)

    @property
    def current_box(self) -> Box:
        """The box that paragraphs go into here."""
        return self._box

    # Things

    def paragraph(
        self,
        style: str,
        content: Sequence[Piece],
        *,
        level: int = 0,
        space_before: float | None = None,
        keep_next: bool | None = None,
    ) -> Any:
        """A paragraph of a style at the end of the document; returns its element.

        `level` is that of a list item, 0 for other paragraphs; `keep_next` holds the next one on the same page, None as the box
        says.
        """
        self._turn()
        keep = self._box.keep if keep_next is None else keep_next
        properties = el("w:pPr", el("w:pStyle", val=style), el("w:keepNext") if keep else None)
        if self._new_page:
            properties.append(el("w:pageBreakBefore"))
        if self._list and level:
            properties.append(el("w:numPr", el("w:ilvl", val=self._list[1]), el("w:numId", val=self._list[0])))
        self._frame(properties, level)
        if space_before is not None:
            properties.append(el("w:spacing", before=round(20 * space_before)))
        self._indent(properties, style, level)
        made = el("w:p", properties, *self._bookmarks(), *runs(content, self))
        self._new_page = False
        self._append(made)
        return made

    def table(self, made: Any) -> None:
        """A table; Word would join it to one that stands right before."""
        self._turn()
        last = self._last()
        if last is not None and last.tag == qn("w:tbl"):
            self.paragraph("Tabelltext", ())
        self._append(made)

    def picture(self, svg: Tag) -> None:
        """A figure on a line of its own."""
        inline = pictures.figure(self.document, svg, self.number())
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

    def decoration(self, svg: Tag) -> Any:
        return pictures.decoration(self.document, svg, self.number())

    def link(self, href: str, content: Sequence[Any]) -> Any:
        """A link to the web, or to a place in the document."""
        if href.startswith("#"):
            return el("w:hyperlink", *content, anchor=bookmark(href[1:]), history=1)
        made = el("w:hyperlink", *content, history=1)
        made.set(qn("r:id"), self.document.part.relate_to(href, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
        return made

    @property
    def room(self) -> tuple[float, float]:
        """Width of the text in points, on a standing and on a lying page."""
        return (PAPER[0] - 2 * MARGIN) / 25.4 * 72, (PAPER[1] - 2 * MARGIN) / 25.4 * 72

    # Inside

    def _append(self, made: Any) -> None:
        self.document.element.body.sectPr.addprevious(made)

    def _last(self) -> Any:
        return self.document.element.body.sectPr.getprevious()

    def _bookmarks(self) -> list[Any]:
        made = []
        for name in self._waiting:
            number = self.number()
            made += [el("w:bookmarkStart", id=number, name=bookmark(name)), el("w:bookmarkEnd", id=number)]
        self._waiting = []
        return made

    def _frame(self, properties: Any, level: int) -> None:
        """Lines and ground of the box; a list inside a list would move the line at the side, and goes without."""
        if self._box.sides and level < 2:
            borders = [el(f"w:{side}", val=kind, sz=size, space=4, color=c) for side, kind, size, c in self._box.sides]
            properties.append(el("w:pBdr", *borders))
        if self._box.fill:
            properties.append(el("w:shd", val="clear", color="auto", fill=self._box.fill))

    def _indent(self, properties: Any, style: str, level: int) -> None:
        """Text keeps its distance from the line at its side, list items too."""
        if not self._box.indent:
            return
        own = next(s for s in PARAGRAPHS if s.id == style)
        left, hanging = (own.indent, own.hanging) if level else (0, 0)
        right = self._box.indent if len(self._box.sides) == 4 else 0
        points = {"left": self._box.indent + left, "right": right, "hanging": hanging}
        properties.append(el("w:ind", **{side: round(20 * size) for side, size in points.items()}))

    def _new_list(self, level: int) -> tuple[int, int]:
        made = self.document.part.numbering_part.element.add_num(NUMBERS)
        made.add_lvlOverride(ilvl=level).add_startOverride(1)
        return int(made.numId), level

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


def bookmark(name: str) -> str:
    """A name that Word accepts: letters, digits and underscores, starting with a letter, at most 40."""
    return "".join(c if c.isalnum() else "_" for c in f"p_{name}")[:40]
