"""The protocol: two or three sheets to print and fill in by hand on the spot."""

from __future__ import annotations

from collections.abc import Sequence

from kunskapsbaserat.report.documents.vandring.material import Material
from kunskapsbaserat.report.documents.vandring.words import protocol as text
from kunskapsbaserat.report.page.blocks import Bullets, Cell, Column, Definitions, Note, Section, Stacked, Table


def sections(m: Material) -> list[Section]:
    """Before the walk and after it, what was left from earlier walks, and rows for what is seen."""
    labelled = ("etikett", "")
    who = to_write_in(text.WHO_CAPTION, text.WHO_HEADS, _labelled(text.WHO_ROWS), css=labelled)
    fields = to_write_in(text.FIELDS_CAPTION, text.FIELDS_HEADS, _labelled(text.FIELDS), css=labelled)
    found = [
        Section("korthet", "", text.FIELDS_HEADING, [fields]),
        Section("vilka", "", text.WHO_HEADING, [who]),
        Section("titta", "", text.LOOK_HEADING, [Definitions(text.LOOK), Note(text.PHOTO_HEADING, text.PHOTO_HINT)]),
        Section("efter", "", text.AFTER_HEADING, [Bullets(text.AFTER)]),
    ]
    if m.open:
        found.append(Section("kvar", "", text.BEFORE_HEADING, [_left(m)]))
    numbered: list[list[Cell]] = [[str(number), "", "", "", "", ""] for number in range(1, text.SEEN_ROWS + 1)]
    rows = to_write_in(text.SEEN_CAPTION, text.SEEN_HEADS, numbered, css=("smalt", "", "mitt", "brett", "", "smalt"))
    found.append(Section("iakttagelser", "", text.SEEN_HEADING, [rows]))
    return found


def to_write_in(caption: str, heads: Sequence[str], rows: Sequence[Sequence[Cell]], *, css: Sequence[str] = ()) -> Table:
    """A table with empty cells; nothing in it has been counted."""
    columns = [Column(head, css=name) for head, name in zip(heads, css or [""] * len(heads), strict=True)]
    return Table(caption, columns, rows, [], layout="protocol")


def _labelled(labels: Sequence[str]) -> list[list[Cell]]:
    return [[label, ""] for label in labels]


def _left(m: Material) -> Table:
    rows: list[list[Cell]] = [[one.id, Stacked(one.place, one.text), one.state, ""] for one in m.open]
    return to_write_in(text.BEFORE_CAPTION, text.BEFORE_HEADS, rows, css=("smalt", "etikett", "mitt", ""))
