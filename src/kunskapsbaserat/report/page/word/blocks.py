"""What each block becomes in Word: a function each, chosen by the type of its first parameter.

A new block gets its function here; one without stops the document, and a test asks for all of them. Links that the page hides
in print are kept, since links work in Word; the words that open a table are not, since the tables stand open.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Sequence
from typing import TypeGuard

from kunskapsbaserat.errors import RenderError
from kunskapsbaserat.report.page import blocks
from kunskapsbaserat.report.page import common_words as words
from kunskapsbaserat.report.page.word import own_html, tables
from kunskapsbaserat.report.page.word import words as word_only
from kunskapsbaserat.report.page.word.grid import Cell, Grid
from kunskapsbaserat.report.page.word.inline import NBSP, Piece, in_document, link, pieces, plain, symbols
from kunskapsbaserat.report.page.word.styles import INK, KOMMUN, LINE, TINT
from kunskapsbaserat.report.page.word.writer import Box, Writer

DECISION = Box((("top", "single", 18, INK),), TINT)
MEANING = Box((), TINT, text="Apparat")
READING = Box((("left", "single", 6, LINE),), indent=6, text="Apparat")
OWN = Box((("left", "single", 24, KOMMUN),), indent=8, text="EgenText")
OPEN = Box(tuple((side, "dashed", 6, LINE) for side in ("top", "left", "bottom", "right")), indent=5, text="Apparat", keep=True)


@functools.singledispatch
def write(block: object, _writer: Writer) -> None:
    """Write a block where the writer stands.

    Raises
    ------
    RenderError
        No function writes a block of this type.
    """
    kind = type(block).__name__
    raise RenderError(
        f"no Word writer for {kind}",
        svenska=f"Word-filen kunde inte skapas: delen {kind} går inte att föra över. Webbsidan är klar som vanligt.",
    )


def write_all(content: Sequence[object], writer: Writer) -> None:
    """Write blocks in order; a paragraph that introduces a table or figure stands on the same page."""
    for block, after in itertools.zip_longest(content, content[1:]):
        write(block, writer)
        if isinstance(block, blocks.Paragraph) and isinstance(after, (blocks.Table, blocks.FigureRow)):
            writer.keep_with_next()


# The report


@write.register
def _part(part: blocks.Part, writer: Writer) -> None:
    write_all([*([part.masthead] if part.masthead else []), *part.sections], writer)


@write.register
def _masthead(head: blocks.Masthead, writer: Writer) -> None:
    writer.paragraph("Avsandare", head.organisation)
    if head.notice:
        writer.paragraph("Arbetslage", head.notice)
    writer.paragraph("Amne", head.kicker)
    writer.heading(1, head.title)
    terms = [Cell(plain(term), head=True) for term, _ in head.facts]
    values = [Cell(plain(value)) for _, value in head.facts]
    if terms:
        tables.write(Grid([terms, values], heads=1, name=word_only.FACTS), writer)


def contents(nav: Sequence[Sequence[str]], writer: Writer) -> None:
    """The contents, and a new page after them; nothing where all of it leads to other documents."""
    inside = [entry for entry in nav if in_document(entry[0])]
    if not inside:
        return
    writer.paragraph("Innehallsrubrik", words.INNEHALL)
    for target, text in inside:
        writer.paragraph("Innehall", [link(text, target)])
    writer.new_page()


@write.register
def _section(section: blocks.Section, writer: Writer) -> None:
    if section.style == "bilaga":
        writer.new_page()
    writer.target(section.id)
    if section.topic:
        writer.paragraph("Amne", section.topic)
    # A heading that no topic stands above has the space of both.
    writer.heading(2, section.heading, space_before=None if section.topic else 16)
    write_all(section.blocks, writer)


@write.register
def _first_page(page: blocks.FirstPage, writer: Writer) -> None:
    writer.paragraph("Ingress", page.lead)
    if page.notice:
        writer.paragraph("Notis", page.notice)
    writer.heading(3, page.highlights_heading)
    for highlight in page.highlights:
        _highlight(highlight, writer)
    if len(page.highlights) < 3:  # the page has room for the key beside the decision
        _marks(page, writer)
        _decision(page, writer)
    else:
        _decision(page, writer)
        _marks(page, writer)
    if page.overview.rows:
        write(page.overview, writer)
    else:
        writer.paragraph("Kalla", page.overview.source)


def _decision(page: blocks.FirstPage, writer: Writer) -> None:
    more = page.remaining_link if _leads(page.remaining_link) else None
    with writer.box(DECISION):
        writer.heading(3, page.decide_heading)
        if len(page.decide) == 1:
            writer.text(page.decide[0])
        else:
            writer.list(page.decide, numbered=True)
        for step, names in page.ordered:
            writer.text([*pieces(step), Piece("text", " "), *plain(names)])
        writer.heading(3, page.remaining_heading)
        writer.text([*plain(page.remaining), *([Piece("text", " "), link(more.text, more.target)] if more else [])])
        if page.decide_note:
            writer.text(page.decide_note)


def _marks(page: blocks.FirstPage, writer: Writer) -> None:
    if page.marks:
        writer.heading(3, page.marks_heading)
    for kinds, name, text in page.marks:
        writer.paragraph("Nyckel", [*symbols(kinds), *plain(name, bold=True), Piece("text", f": {text}")])


def _highlight(highlight: blocks.Highlight, writer: Writer) -> None:
    if highlight.topic:
        mark = [Piece("text", " "), *pieces(highlight.mark)] if highlight.mark else []
        writer.heading(4, [*plain(highlight.topic), *mark])
    writer.text(highlight.text)


# Text


@write.register
def _paragraph(paragraph: blocks.Paragraph, writer: Writer) -> None:
    if paragraph.lead:
        writer.paragraph("Ingress", paragraph.text)
    else:
        writer.text(paragraph.text)


@write.register
def _chips(chips: blocks.Chips, writer: Writer) -> None:
    labels = [f"{label} " for label in chips.labels] or [""] * len(chips.marks)
    marks = [
        [Piece("text", " " * (place > 0) + label), *pieces(mark)]
        for place, (label, mark) in enumerate(zip(labels, chips.marks, strict=True))
    ]
    writer.paragraph("Domar", [piece for mark in marks for piece in mark])


@write.register
def _note(note: blocks.Note, writer: Writer) -> None:
    with writer.box(READING):
        writer.heading(3, note.heading)
        writer.text(note.text)


@write.register
def _meaning(meaning: blocks.Meaning, writer: Writer) -> None:
    with writer.box(MEANING):
        writer.heading(3, meaning.heading)
        step = [*pieces(meaning.step), Piece("text", " ")] if meaning.step else []
        writer.text([*step, *plain(meaning.text)])


@write.register
def _bullets(bullets: blocks.Bullets, writer: Writer) -> None:
    if bullets.heading:
        writer.heading(3, bullets.heading)
    writer.list(bullets.items, numbered=bullets.numbered)


@write.register
def _definitions(definitions: blocks.Definitions, writer: Writer) -> None:
    for term, text in definitions.items:
        writer.paragraph("Term", term)
        writer.paragraph("Forklaring", text)


@write.register
def _next_steps(steps: blocks.NextSteps, writer: Writer) -> None:
    for step in steps.items:
        writer.heading(3, step.title)
        if step.command:
            writer.paragraph("Term", step.command)
        writer.paragraph("Forklaring", f"{step.text} {step.address}".strip())


@write.register
def _answers(answers: blocks.Answers, writer: Writer) -> None:
    for answer in answers.items:
        writer.heading(3, answer.question)
        lines = ((answers.may_label, answer.may), (answers.may_not_label, answer.may_not), (answers.why_label, answer.why))
        for label, text in lines:
            writer.paragraph("Svar", [*plain(label, bold=True), Piece("tab"), *plain(text)])
        writer.paragraph("Kalla", f"{words.KALLA}: {answer.source}.")


@write.register
def _own_text(own: blocks.OwnText, writer: Writer) -> None:
    """What the kommun has written, or the questions and a paragraph to write in."""
    if own.text_html:
        with writer.box(OWN):
            writer.heading(3, own.heading)
            own_html.write(own.text_html, writer)
            if own.signed:
                writer.paragraph("Kalla", own.signed)
        return
    heading = own.heading if own.gathered else f"{own.heading}: {words.INTE_IFYLLT}"
    with writer.box(OPEN):
        writer.heading(3, heading)
        for question in own.questions:
            writer.text(question)
        writer.open_place(heading, word_only.WRITE_HERE)


# Tables and figures


def _leads(to: blocks.Link | None) -> TypeGuard[blocks.Link]:
    return to is not None and in_document(to.target)


@write.register
def _table(table: blocks.Table, writer: Writer) -> None:
    see = [link(table.see.text, table.see.target), Piece("text", f" {NBSP} ")] if _leads(table.see) else []
    below = [tables.key(table.key, table.signs, see)] if table.key else []
    if table.source:
        how = [Piece("text", " "), link(words.SA_HAR_RAKNAT, table.method)] if table.key and in_document(table.method) else []
        below.append([*plain(table.source), *how])
    tables.write(tables.grid(table), writer, below)


@write.register
def _figure_row(row: blocks.FigureRow, writer: Writer) -> None:
    figure = row.figure
    unit = [Piece("break"), *plain(figure.unit)] if figure.unit else []
    writer.paragraph("Caption", [*plain(figure.caption, bold=True), *unit])
    writer.picture(figure)
    writer.paragraph("Kalla", figure.source)
    write_all(row.beside, writer)
    write(figure.table, writer)


@write.register
def _own_figure(own: blocks.OwnFigure, writer: Writer) -> None:
    writer.drawing(own)
    writer.paragraph("Kalla", own.source)
    if own.table is not None:
        write(own.table, writer)
