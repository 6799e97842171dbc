"""A result as a notebook shows it: a heading, a paragraph, tables. No colours of its own, so that any theme can be read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

_CELL = "text-align:left;vertical-align:top;white-space:normal;padding:0.2em 1em 0.2em 0"


def shown(*parts: str, language: str = "sv") -> str:
    """The parts of a result under each other, in one element that says its language."""
    return f'<div lang="{escape(language)}" style="max-width:60em;line-height:1.5">{"".join(parts)}</div>'


def heading(text: str) -> str:
    """The name of what is shown; not a heading of the notebook's own outline."""
    return f"<p><strong>{escape(text)}</strong></p>"


def paragraph(text: str) -> str:
    """Sentences.

    >>> paragraph("Det är <få> brott.")
    '<p>Det är &lt;få&gt; brott.</p>'
    """
    return f"<p>{escape(text)}</p>"


def table(rows: Iterable[Sequence[object]], *, heads: Sequence[str] = (), caption: str = "") -> str:
    """Rows of texts; the first cell of each is its heading."""
    top = f'<caption style="text-align:left">{escape(caption)}</caption>' if caption else ""
    if heads:
        cells = "".join(f'<th scope="col" style="{_CELL}">{escape(head)}</th>' for head in heads)
        top += f"<thead><tr>{cells}</tr></thead>"
    body = "".join(f"<tr>{_row(row)}</tr>" for row in rows)
    return f"<table>{top}<tbody>{body}</tbody></table>"


def _row(row: Sequence[object]) -> str:
    first, *others = (escape(str(cell)) for cell in row)
    cells = "".join(f'<td style="{_CELL}">{cell}</td>' for cell in others)
    return f'<th scope="row" style="{_CELL};font-weight:normal">{first}</th>{cells}'


def folded(summary: str, content: str) -> str:
    """What is there for whoever opens it."""
    return f"<details><summary>{escape(summary)}</summary>{content}</details>"
