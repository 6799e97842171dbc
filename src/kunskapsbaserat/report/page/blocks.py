"""What a report is made of: sections and blocks that know their content and nothing about HTML.

A document puts blocks together; `page.html` renders them. Everything with figures in it, a
`Table` or a `Figure`, is made from a `Released` table, so nothing reaches a page past the disclosure gate.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import pandas as pd

from kunskapsbaserat.disclosure import Released
from kunskapsbaserat.report.page.charts import Drawing

# Marks an output as a part of a report, with its blocks as data; the exporter publishes nothing else.
PART_MIME = "application/vnd.kunskapsbaserat.part+json"

Cell: TypeAlias = "str | Mark | Spark | Blank | Stacked | Drawn | Panel"


@dataclass(frozen=True, slots=True)
class Mark:
    """A verdict: symbol and words. `kind` names the symbol (okning, minskning, ingen, fa, kan, hogre, lagre,
    prioritera, bevaka, avvakta, finns, delvis, saknas)."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Spark:
    """A sparkline in a table row; the row's numbers say what it shows."""

    drawing: Drawing


@dataclass(frozen=True, slots=True)
class Drawn:
    """A small drawing in a table row over the words that say the same: the verdict, and its number."""

    drawing: Drawing
    text: str
    small: str


@dataclass(frozen=True, slots=True)
class Panel:
    """One of many small drawings in a table: a line in front of what its column shares, the latest value, and the verdicts that
    are säkerställda. `behind` names the group of `Table.shared`."""

    drawing: Drawing
    behind: str
    text: str
    marks: Sequence[Mark] = ()


@dataclass(frozen=True, slots=True)
class Blank:
    """Something the kommun has to fill in."""

    text: str


@dataclass(frozen=True, slots=True)
class Stacked:
    """A cell with a second, smaller line (or a smaller part on the same line).

    `phone` replaces the column's words before the value on a phone.
    """

    text: str
    small: str
    same_line: bool = False
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """A table column: its head, whether numbers stand to the right, and the words before the value on a phone."""

    head: str
    right: bool = False
    phone: str = ""
    css: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table with caption and scopes; `rows` start with the row's head.

    `layout` is "plain", "overview" (sparklines; cards on a phone), "cards" (cards on a phone), "matrix" (a drawing in every
    cell, in front of the groups of `shared`; on a phone two beside each other) or "protocol" (cells with room to write in by
    hand; nothing in it is counted, so nothing is `released`) or "own" (the
    section's heading is its caption, which is not shown twice). `groups` divides the rows: heading and number of rows of each
    group, in order. `key` says what line and band of the sparklines are, `signs` what the
    signs in the cells mean, `method` is where it stands how the figures were made.
    """

    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    released: Sequence[Released]
    scope_line: str = ""
    layout: str = "plain"
    source: str = ""
    key: Sequence[str] = ()
    see: Link | None = None
    signs: Sequence[tuple[str, str]] = ()
    groups: Sequence[tuple[str, int]] = ()
    method: str = "metod"
    shared: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing with its finding in words, its source and its figures as a table.

    `title` says chart type, what, where and when; `finding` first, last, range and comparison.
    """

    id: str
    drawing: Drawing
    caption: str
    unit: str
    title: str
    finding: str
    source: str
    table: Table
    css: str = "figur"


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str
    lead: bool = False


@dataclass(frozen=True, slots=True)
class Chips:
    """At most two verdicts in a row; two that answer different questions have their `labels` before them."""

    marks: Sequence[Mark]
    labels: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """ "Så läser du detta"."""

    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Meaning:
    """ "Vad betyder det?": the proposed step and its reason."""

    heading: str
    step: Mark | None
    text: str


@dataclass(frozen=True, slots=True)
class Bullets:
    items: Sequence[str]
    numbered: bool = False
    heading: str = ""


@dataclass(frozen=True, slots=True)
class OwnText:
    """A place for the kommun's own words: the text with who wrote it and when, or questions that help to write it.

    An empty place says in its heading that the kommun fills it in, unless it is one of many `gathered`
    under a heading that does.
    """

    key: str
    heading: str
    questions: Sequence[str]
    text_html: str | None = None
    signed: str = ""
    gathered: bool = False


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A figure with the text beside it; the figure's table follows in `<details>`."""

    figure: Figure
    beside: Sequence[Block]


@dataclass(frozen=True, slots=True)
class OwnFigure:
    """A figure that the analyst has drawn, with its description, its source and, where it has any, its figures as a table."""

    id: str
    drawing: Drawing
    alt: str
    source: str
    table: Table | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """One common question: what may be said, what may not, why, and the source."""

    question: str
    may: str
    may_not: str
    why: str
    source: str


@dataclass(frozen=True, slots=True)
class Answers:
    items: Sequence[Answer]
    may_label: str
    may_not_label: str
    why_label: str


@dataclass(frozen=True, slots=True)
class NextStep:
    """Something to do: what it adds, the command to give, and where to go."""

    title: str
    text: str
    command: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class NextSteps:
    """What to do next, in order."""

    items: Sequence[NextStep]


@dataclass(frozen=True, slots=True)
class Definitions:
    """Terms with their explanations."""

    items: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Link:
    """A link inside the page, of no use in print."""

    text: str
    target: str


@dataclass(frozen=True, slots=True)
class Highlight:
    """One of the at most three findings of the first page."""

    topic: str
    mark: Mark | None
    text: str


@dataclass(frozen=True, slots=True)
class FirstPage:
    """The page to read aloud: what is known, what to decide, what is left to do.

    `ordered` are the proposed steps with what each is about, `decide_note` a last word in the box about deciding.
    """

    heading: str
    lead: str
    notice: str
    highlights_heading: str
    highlights: Sequence[Highlight]
    decide_heading: str
    decide: Sequence[str]
    remaining_heading: str
    remaining: str
    remaining_link: Link | None
    marks_heading: str
    marks: Sequence[tuple[Sequence[str], str, str]]
    overview: Table
    ordered: Sequence[tuple[Mark, str]] = ()
    decide_note: str = ""


@dataclass(frozen=True, slots=True)
class Masthead:
    organisation: str
    notice: str
    kicker: str
    title: str
    facts: Sequence[tuple[str, str]]


Block: TypeAlias = (
    "Paragraph | Chips | Note | Meaning | Bullets | OwnText | FigureRow | Table | Answers | Definitions | NextSteps | FirstPage"
    " | OwnFigure"
)


@dataclass(frozen=True, slots=True)
class Section:
    """A heading that says the finding, over its blocks. `style` is "del", "lagbox", "metod" or "kort"."""

    id: str
    topic: str
    heading: str
    blocks: Sequence[Block]
    style: str = "del"


def _tables(block: Block) -> list[Table]:
    """The tables in a block and behind its figure."""
    match block:
        case FigureRow():
            return [block.figure.table]
        case FirstPage():
            return [block.overview]
        case OwnFigure():
            return [block.table] if block.table else []
        case Table():
            return [block]
    return []


@dataclass(frozen=True, slots=True, repr=False)
class Part:
    """One part of a document, as one notebook cell shows it. `file` is the page that it stands on: "" is the report itself."""

    key: str
    nav: str
    sections: Sequence[Section]
    masthead: Masthead | None = None
    tables: Sequence[Released] = field(default_factory=tuple)
    file: str = ""

    def figures(self) -> list[Figure]:
        return [b.figure for s in self.sections for b in s.blocks if isinstance(b, FigureRow)]

    def to_frame(self) -> pd.DataFrame:
        """The figures of the part as rows: those of its tables and figures, as they have passed the gate, by their captions."""
        shown = [table for section in self.sections for block in section.blocks for table in _tables(block)]
        frames = [one.frame.assign(tabell=table.caption) for table in shown for one in table.released]
        if not frames:
            return pd.DataFrame({"tabell": []})
        together = pd.concat([frame.dropna(axis=1, how="all") for frame in frames], ignore_index=True)
        return together[["tabell", *(name for name in together if name != "tabell")]]

    def to_html(self) -> str:
        from kunskapsbaserat.report.page import html

        return html.part(self)

    def __repr__(self) -> str:
        return f"Part({self.key!r}, {len(self.sections)} sections)"  # kept in every executed notebook

    def _repr_mimebundle_(self, **_asked: object) -> dict[str, Any]:
        from kunskapsbaserat.report.page import html, part_data

        return {"text/html": html.in_notebook(self.to_html()), PART_MIME: part_data.bundle(self)}
