"""Blocks that every document builds in the same way: a table through the gate, and a place for the kommun's own words."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from kunskapsbaserat.disclosure import release
from kunskapsbaserat.report.material.underlag import Underlag
from kunskapsbaserat.report.page.blocks import Cell, Column, OwnText, Table


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
