"""A view as pieces of HTML for a notebook: figures with their words, tables with scopes, verdicts as marks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import pandas as pd

from kunskapsbaserat import swedish
from kunskapsbaserat.report.documents.explore import words
from kunskapsbaserat.report.documents.explore.figures import ViewFigure
from kunskapsbaserat.report.documents.explore.view import View
from kunskapsbaserat.report.page import labels
from kunskapsbaserat.report.page.common_words import CHANGE
from kunskapsbaserat.trends import Change

_SIGNS = {"okning": "▲", "minskning": "▼", "ingen": "≈", "fa": "⋯", "kan": "?"}


def figure(found: ViewFigure | None, *, instead: str = "") -> str:
    """A figure with caption and unit above; a sentence where there is none."""
    if found is None:
        return f'<p class="kbw-tom">{escape(instead)}</p>'
    head = f"<figcaption><b>{escape(found.caption)}</b><span>{escape(found.unit)}</span></figcaption>"
    return f'<figure class="kbw-figur">{head}{found.svg()}</figure>'


def verdict(view: View) -> str:
    """The mark of the change, and the sentences."""
    return answer(view.verdict["change"], words.verdict(view), heading=f"{view.facet.name} {view.kommun.where}, {view.year}")


def answer(change: Change, text: str, *, heading: str = "") -> str:
    """A verdict: its mark, and what it says."""
    kind, name = CHANGE[change]
    head = f"<h2>{escape(heading)}</h2>" if heading else ""
    mark = f'<span class="kbw-chip kbw-{kind}"><span aria-hidden="true">{_SIGNS[kind]}</span> {escape(name)}</span>'
    return f'<div role="status">{head}{mark}<p>{escape(text)}</p></div>'


def statement(heading: str, text: str) -> str:
    """A heading and what is said under it, read at once by a screen reader."""
    return f'<div role="status"><h2>{escape(heading)}</h2><p>{escape(text)}</p></div>'


def read_this(texts: Sequence[str]) -> str:
    """ "Så läser du detta", folded."""
    return folded(words.READ_THIS, "".join(f"<p>{escape(text)}</p>" for text in texts))


def years(view: View) -> str:
    """The kommun's years as a table."""
    rows = [
        [
            str(row["year"]),
            labels.count(row["count"]),
            swedish.number(row["rate"]),
            _limits(row),
            swedish.number(row["ratio"], 2),
            swedish.number(row["shrunken_rate"]),
            swedish.number(row["median"]),
            _limits(row, "lower_quartile", "upper_quartile"),
        ]
        for row in _plain(view.own.reset_index())
    ]
    return table(words.table_of_years(view), words.TABLE_YEARS, rows, key=words.TABLE_KEY)


def areas(view: View) -> str:
    """All kommuner of the year as a table."""
    rows = [
        [
            row["name"],
            labels.count(row["count"]),
            swedish.number(row["rate"]),
            _limits(row),
            swedish.number(row["ratio"], 2),
            swedish.number(row["shrunken_rate"]),
        ]
        for row in _plain(view.table_of_areas())
    ]
    own = view.kommun.name
    return table(words.table_of_areas(view), words.TABLE_AREAS, rows, own=own, key=words.TABLE_KEY)


def table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]], *, own: str = "", key: str = "") -> str:
    """A table with caption and scopes, that scrolls by itself when it is wide."""
    head = "".join(f'<th scope="col">{escape(h)}</th>' for h in heads)
    body = "".join(
        f'<tr{" class=kbw-egen" if row[0] == own else ""}><th scope="row">{escape(row[0])}</th>'
        + "".join(f"<td>{escape(cell)}</td>" for cell in row[1:])
        + "</tr>"
        for row in rows
    )
    return (
        f'<div class="kbw-bred" role="region" tabindex="0" aria-label="{escape(caption)}"><table><caption>{escape(caption)}'
        f"</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
        + (f'<p class="kbw-nyckel">{escape(key)}</p>' if key else "")
    )


def cells(frame: pd.DataFrame) -> tuple[list[str], list[list[str]]]:
    """Heads and rows of a table whose values are words already."""
    return [str(c) for c in frame], [[str(v) for v in row] for row in frame.itertuples(index=False)]


def folded(summary: str, html: str) -> str:
    return f"<details><summary>{escape(summary)}</summary>{html}</details>"


def code(text: str) -> str:
    """Code to read and copy, folded."""
    return folded(words.SHOW_CODE, f'<pre tabindex="0"><code>{escape(text)}</code></pre>')


def message(text: str, *, alarm: bool = False) -> str:
    """A sentence that a screen reader says at once; empty for none."""
    if not text:
        return ""
    return f'<p class="kbw-{"fel" if alarm else "klart"}" role="{"alert" if alarm else "status"}">{escape(text)}</p>'


def _plain(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows in which a missing value is NaN and a number a float."""
    return [{k: float("nan") if v is pd.NA else v for k, v in row.items()} for row in frame.to_dict("records")]


def _limits(row: Mapping[str, Any], low: str = "lower", high: str = "upper") -> str:
    return swedish.MISSING if pd.isna(row[low]) else swedish.limits(row[low], row[high])
