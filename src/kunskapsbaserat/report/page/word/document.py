"""The whole document: paper, header and foot, properties, content, and bytes that do not know the time."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import docx
from docx.document import Document
from docx.oxml.ns import qn
from docx.shared import Mm

from kunskapsbaserat.report.page.word import words
from kunskapsbaserat.report.page.word.blocks import contents, write, write_all
from kunskapsbaserat.report.page.word.inline import plain, runs
from kunskapsbaserat.report.page.word.manuscript import Manuscript
from kunskapsbaserat.report.page.word.markup import el, text
from kunskapsbaserat.report.page.word.styles import install
from kunskapsbaserat.report.page.word.writer import MARGIN, PAPER, Writer

_OLDEST = (1980, 1, 1, 0, 0, 0)  # the earliest time a zip file can hold
_UNUSED = ("thumbnail", "stylesWithEffects", "customXml", "extended-properties")


def document_bytes(manuscript: Manuscript) -> bytes:
    """A report as the bytes of a .docx; the same report gives the same bytes."""
    document = docx.Document()
    _drop_unused(document)
    install(document)
    _settings(document)
    _paper(document)
    body = document.element.body
    for child in [c for c in body if c.tag != qn("w:sectPr")]:
        body.remove(child)
    writer = Writer(document)
    _properties(document, manuscript)
    _header_and_foot(document, manuscript, writer)
    first, *rest = manuscript.parts
    write(first, writer)
    if manuscript.nav:
        contents(manuscript.nav, writer)
    write_all(rest, writer)
    writer.paragraph("Kalla", manuscript.made_with)
    _drop_dead_links(document)
    return _timeless(document)


def _drop_dead_links(document: Document) -> None:
    """Words stay where a link leads to a part that the analyst has left out; a line of the contents goes."""
    body = document.element.body
    places = {mark.get(qn("w:name")) for mark in body.iter(qn("w:bookmarkStart"))}
    for link in [link for link in body.iter(qn("w:hyperlink")) if link.get(qn("w:anchor"), "") not in {"", *places}]:
        paragraph = link.getparent()
        if paragraph.style == "Innehall":
            paragraph.getparent().remove(paragraph)
            continue
        for run in list(link):
            link.addprevious(run)
        paragraph.remove(link)


def _drop_unused(document: Document) -> None:
    for relations in (document.part.package.rels, document.part.rels):
        for key in [key for key, rel in relations.items() if rel.reltype.split("/")[-1] in _UNUSED]:
            relations.pop(key)


def _settings(document: Document) -> None:
    """Today's Word and not one of 2010; Swedish throughout; decimal comma."""
    root = document.settings.element
    for setting in root.iter(qn("w:compatSetting")):
        if setting.get(qn("w:name")) == "compatibilityMode":
            setting.set(qn("w:val"), "15")
    language = root.find(qn("w:themeFontLang"))
    language.attrib.clear()
    language.set(qn("w:val"), "sv-SE")
    for tag, value in (("w:decimalSymbol", ","), ("w:listSeparator", ";")):
        root.find(qn(tag)).set(qn("w:val"), value)
    zoom = root.find(qn("w:zoom"))
    zoom.attrib.clear()
    zoom.set(qn("w:percent"), "100")
    for tag in ("w:proofState", "w:savePreviewPicture", "w:rsids"):
        root.remove(root.find(qn(tag)))


def _paper(document: Document) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = (Mm(side) for side in PAPER)
    section.left_margin = section.right_margin = Mm(MARGIN)
    section.top_margin, section.bottom_margin = Mm(22), Mm(20)
    section.header_distance, section.footer_distance = Mm(10), Mm(10)


def _properties(document: Document, manuscript: Manuscript) -> None:
    """Title, sender and language; no dates, which would differ between two runs."""
    core = document.core_properties
    for element in list(core._element):
        core._element.remove(element)
    core.title = manuscript.title
    core.author = manuscript.masthead.organisation if manuscript.masthead else ""
    core.language = "sv-SE"


def _header_and_foot(document: Document, manuscript: Manuscript, writer: Writer) -> None:
    """On every page but the first: what document it is, whether it is a draft or an example, and on all the page number."""
    section = document.sections[0]
    section.different_first_page_header_footer = True  # the first page says it all itself
    header = section.header.paragraphs[0]._p
    header.extend(runs(plain(manuscript.foot), writer))
    if manuscript.masthead and manuscript.masthead.notice:
        notice = runs(plain(manuscript.masthead.notice), writer)
        header.addnext(el("w:p", el("w:pPr", el("w:pStyle", val="Header")), *notice))
    before, between = words.PAGE_OF
    for foot in (section.footer, section.first_page_footer):
        marks = [el("w:r", text(before)), *_field("PAGE"), el("w:r", text(between)), *_field("NUMPAGES")]
        foot.paragraphs[0]._p.extend(marks)


def _field(name: str) -> list[Any]:
    code = el("w:instrText")
    code.text = f" {name} "
    marks = {kind: el("w:r", el("w:fldChar", fldCharType=kind)) for kind in ("begin", "separate", "end")}
    return [marks["begin"], el("w:r", code), marks["separate"], el("w:r", text("1")), marks["end"]]


def _timeless(document: Document) -> bytes:
    """Saved, and packed again with one time for all parts and the list of contents first."""
    saved, packed = io.BytesIO(), io.BytesIO()
    document.save(saved)
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(source.namelist(), key=lambda n: (n != "[Content_Types].xml", n)):
            entry = zipfile.ZipInfo(name, _OLDEST)
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 0, 0
            target.writestr(entry, source.read(name))
    return packed.getvalue()
