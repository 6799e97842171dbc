"""Blocks that every document builds in the same way: a table through the gate, and a place for the kommun's own words."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import pandas as pd

from kunskapsbaserat.disclosure import release
from kunskapsbaserat.report.material.underlag import Underlag
from kunskapsbaserat.report.page import labels
from kunskapsbaserat.report.page.blocks import Cell, Column, Drawn, OwnText, Spark, Stacked, Table
from kunskapsbaserat.swedish import NOT_APPLICABLE, lower


def plain_table(
    frame: pd.DataFrame,
    rows: Sequence[Sequence[Cell]],
    columns: Sequence[Column],
    *,
    caption: str,
    name: str,
    contents: str,
    sources: Sequence[str],
    scope_line: str = "",
    layout: str = "plain",
    source: str = "",
) -> Table:
    """A table whose figures pass the gate as `frame`."""
    released = release(frame, name=name, contents=contents, sources=sources)
    return Table(
        caption=caption,
        columns=columns,
        rows=rows,
        released=[released],
        scope_line=scope_line,
        layout=layout,
        source=source,
    )


def written(u: Underlag, key: str, heading: str) -> list[OwnText]:
    """What the kommun has written in a place, and nothing while it is empty."""
    text = u.texts.html(key)
    return [OwnText(key, heading, (), text_html=text)] if text else []


def own_text(u: Underlag, key: str, heading: str, questions: Sequence[str]) -> OwnText:
    """A place for the kommun's own words: what stands in its folder, else the questions that help to write it."""
    return OwnText(key, heading, questions, text_html=u.texts.html(key))


FEWEST_ROWS = 3  # two rows that agree are no pattern


def same_in_all_rows(table: Table) -> Table:
    """The table without the columns that say the same in every row; what they say stands once, under the caption."""
    if len(table.rows) < FEWEST_ROWS:
        return table
    texts = [[_text(row[at]) for row in table.rows] for at in range(len(table.columns))]
    drawn = {at for row in table.rows for at, cell in enumerate(row) if isinstance(cell, Spark | Drawn)}
    alike = [at for at in range(1, len(texts)) if at not in drawn and len(set(texts[at])) == 1]
    if not alike or len(alike) == len(texts) - 1:
        return table
    kept = [at for at in range(len(texts)) if at not in alike]
    once = [f"{lower(table.columns[at].head)} – {lower(texts[at][0])}" for at in alike if texts[at][0] not in _NOTHING]
    scope = f"{labels.SAME_FOR_ALL} {'; '.join(once)}." if once else ""
    return dataclasses.replace(
        table,
        columns=[table.columns[at] for at in kept],
        rows=[[row[at] for at in kept] for row in table.rows],
        scope_line=" ".join(text for text in (table.scope_line, scope) if text),
    )


_NOTHING = ("", NOT_APPLICABLE)


def _text(cell: Cell) -> str:
    if isinstance(cell, Stacked):
        return f"{cell.text} {cell.small}"
    return cell if isinstance(cell, str) else getattr(cell, "text", "")
