"""Blocks as HTML: one part for a notebook cell, or a whole page under a strict content policy."""

from __future__ import annotations

import base64
import functools
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from kunskapsbaserat.report.page import common_words as words
from kunskapsbaserat.report.page import list_words as index
from kunskapsbaserat.report.page import palette
from kunskapsbaserat.report.page.blocks import Cell, Column, OwnText, Part, Section, Stacked, Table
from kunskapsbaserat.report.page.html import notebook
from kunskapsbaserat.swedish import NOT_APPLICABLE

if TYPE_CHECKING:
    import jinja2

T = TypeVar("T")

_FOLDER = Path(__file__).parent
# Between the masthead and the first section: the page puts the first before <main> and the second inside it.
PART_BREAK = "<!--innehall-->"
_LONG_TABLE = 12
_IN_NOTEBOOK = ('<div lang="sv">', "</div>")


def part(of: Part) -> str:
    """One part of a report as HTML without style: the notebook's head or the page carries it."""
    return _environment().get_template("del.html.j2").render(part=of, part_break=PART_BREAK, w=words)


# A picture of the kommun's own, carried in the page, by itself or below a drawing: the policy allows them only where one is.
_PICTURES = ('<img src="data:', '<image href="data:')


def page(parts: Sequence[str], *, title: str, foot: str, nav: Sequence[Sequence[str]], made_with: str) -> str:
    """A whole page: no script, no request, nothing from the clock.

    Parameters
    ----------
    parts : sequence of str
        HTML of the parts in order; the first starts with the masthead.
    title, foot
        Page title, and the text at the foot of every printed page.
    nav : sequence of (anchor, text)
        The contents.
    made_with : str
        Last line of the page.
    """
    header, _, first = parts[0].partition(PART_BREAK) if PART_BREAK in parts[0] else ("", "", parts[0])
    style = _style(foot)
    return (
        _environment()
        .get_template("sida.html.j2")
        .render(
            title=title,
            style=style,
            style_hash=_sha256(style),
            pictures=any(picture in part for part in parts for picture in _PICTURES),
            symbols=_symbols(),
            header=header,
            first=first,
            rest="\n".join(parts[1:]),
            nav=nav,
            made_with=made_with,
            w=words,
        )
    )


def pages(shown: Sequence[tuple[str, str]], record: Mapping[str, Any]) -> dict[str, str]:
    """Every page that parts with the names of their files make, by its file; the report itself is "".

    Parameters
    ----------
    shown : sequence of (file, html)
        The parts in order.
    record : mapping
        What the document says of itself: `title`, `foot`, `nav` and `made_with`, and under `files` the
        first three of the others.
    """
    return {file: page(texts, **head) for file, texts, head in by_file(shown, record)}


def by_file(shown: Sequence[tuple[str, T]], record: Mapping[str, Any]) -> Iterator[tuple[str, list[T], dict[str, Any]]]:
    """Each file with what stands on it in order, and its `title`, `foot`, `nav` and `made_with`."""
    for file, head in {"": record, **record.get("files", {})}.items():
        about = {name: head[name] for name in ("title", "foot", "nav")} | {"made_with": record["made_with"]}
        yield file, [one for of, one in shown if of == file], about


@dataclass(frozen=True, slots=True)
class ListLink:
    """A report in a list: its name, its address (None when there is none) and what is to be said of it."""

    text: str
    address: str | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class ListGroup:
    """A heading of a list, and the reports of each name under it."""

    name: str
    entries: Sequence[tuple[str, Sequence[ListLink]]]


def list_page(*, title: str, lead: str, groups: Sequence[ListGroup], made_with: str) -> str:
    """A page of links to reports, under the same policy as they."""
    style = _minified(_css_source()) + _minified((_FOLDER / "lista.css").read_text(encoding="utf-8")) + palette.dark_rules()
    return (
        _environment()
        .get_template("lista.html.j2")
        .render(
            title=title,
            lead=lead,
            groups=groups,
            made_with=made_with,
            style=style,
            style_hash=_sha256(style),
            w=words,
            t=index,
        )
    )


def _sha256(style: str) -> str:
    """The hash by which a content policy knows a style sheet."""
    return base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()


def own_text(own: OwnText) -> str:
    """A text that the analyst wrote in a cell of the notebook, shown as the kommun's own."""
    return _environment().get_template("egen.html.j2").render(own=own, w=words)


def notebook_head(title: str) -> str:
    """Style and symbols for the cells below, shown where a report is loaded in a notebook."""
    defs = f'<svg class="dold" aria-hidden="true"><defs>{_symbols()}</defs></svg>'
    return f'<style>{_notebook_style()}</style><div class="kb" lang="sv">{defs}<p><strong>{title}</strong></p></div>'


@functools.cache
def _notebook_style() -> str:
    scoped = re.sub(r"/\*sida\*/.*?/\*slut\*/", "", _css_source(), flags=re.DOTALL)
    return notebook.style(_minified(scoped))


def in_notebook(part: str) -> str:
    """A part as a cell shows it: the notebook's page may be in any language, and the part's width is the cell's."""
    return f"{_IN_NOTEBOOK[0]}{part}{_IN_NOTEBOOK[1]}"


def from_notebook(shown: str) -> str:
    """The part that `in_notebook` was given."""
    return shown.removeprefix(_IN_NOTEBOOK[0]).removesuffix(_IN_NOTEBOOK[1]) if shown.startswith(_IN_NOTEBOOK[0]) else shown


def _style(foot: str) -> str:
    """The page's style sheet with the printed foot; quotes and backslashes in the foot cannot end the string."""
    quoted = foot.replace("\\", "").replace('"', "”").replace("<", "")
    grey = palette.light("ink2")
    pages = (
        '@page{size:A4;margin:13mm 16mm 15mm;@bottom-left{content:"' + quoted + '";font:8pt sans-serif;color:'
        f'{grey}}}@bottom-right{{content:counter(page) " (" counter(pages) ")";font:8pt sans-serif;color:{grey}}}}}'
    )
    return _minified(_css_source()) + palette.dark_rules() + pages


@functools.cache
def _css_source() -> str:
    return palette.variables() + (_FOLDER / "rapport.css").read_text(encoding="utf-8")


@functools.cache
def _minified(css: str) -> str:
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    css = re.sub(r"\s+", " ", css)
    return re.sub(r"\s*([{};,>])\s*", r"\1", css).replace(": ", ":").replace(";}", "}").strip()


@functools.cache
def _symbols() -> str:
    return (_FOLDER / "symboler.svg").read_text(encoding="utf-8").replace("\n", "")


@functools.cache
def _environment() -> jinja2.Environment:
    import jinja2  # loaded with the first page: whoever looks at figures in a notebook makes none

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
    )
    environment.globals["colour"] = palette.light
    environment.filters["kind"] = lambda value: type(value).__name__
    environment.filters["is_long"] = _is_long
    environment.filters["unknown_block"] = _unknown_block
    environment.filters["row_groups"] = _row_groups
    environment.filters["with_attributes"] = _with_attributes
    environment.filters["class_of"] = _class_of
    environment.filters["href"] = _href
    environment.filters["on_screen"] = _on_screen
    return environment


def _class_of(column: Column) -> str:
    """The attribute of every cell in a column, found once a table."""
    from markupsafe import Markup

    names = " ".join(name for name in ("t" if column.right else "", column.css) if name)
    return Markup(' class="{}"').format(names) if names else ""


def _href(target: str) -> str:
    """The address of a place on the page, or of a page beside it: "bilagor.html#metod" is one already."""
    return target if ".html" in target else f"#{target}"


def _on_screen(points: int) -> int:
    """Points as a screen's pixels: 10 points of text are read as 13 pixels."""
    return round(points * 96 / 72)


def _unknown_block(block: object) -> str:
    """A block that the template does not know would be left out without a word."""
    raise TypeError(f"block.html.j2 has no macro for {type(block).__name__}")


def _row_groups(table: Table) -> list[tuple[str, Sequence[Sequence[Cell]]]]:
    """The rows by their heading; without groups all of them under none."""
    groups, start = [], 0
    for heading, size in table.groups or [("", len(table.rows))]:
        groups.append((heading, table.rows[start : start + size]))
        start += size
    return groups


def _is_long(section: Section) -> bool:
    """A section that cannot be kept on one printed page."""
    return any(isinstance(b, Table) and len(b.rows) > _LONG_TABLE for b in section.blocks) or len(section.blocks) > 5


def _with_attributes(
    rows: Sequence[Sequence[Cell]], columns: Sequence[Column], classes: Sequence[str]
) -> Iterator[tuple[Cell, list[tuple[Cell, str]]]]:
    """Each row as its head and its other cells, these with their attributes."""
    from markupsafe import Markup

    def attributes(css: str, phone: str | None) -> str:
        return css if phone is None else Markup('{} data-e="{}"').format(css, phone)

    # Nearly all cells of a column have the same.
    usual = [(c, css, attributes(css, c.phone or None)) for c, css in zip(columns[1:], classes[1:], strict=True)]
    for head, *others in rows:
        yield (
            head,
            [
                (cell, same if _is_usual(cell) else attributes(css, _phone_words(cell, column)))
                for cell, (column, css, same) in zip(others, usual, strict=True)
            ],
        )


def _is_usual(cell: Cell) -> bool:
    """Is the cell said on a phone with the column's own words?"""
    return cell != NOT_APPLICABLE if isinstance(cell, str) else not isinstance(cell, Stacked)


def _phone_words(cell: Cell, column: Column) -> str | None:
    """The words before a value on a phone, where a row is a card without column heads; empty for a value that is left out."""
    if isinstance(cell, Stacked) and cell.phone is not None:
        return cell.phone
    if column.phone and cell == NOT_APPLICABLE:
        return ""
    return column.phone or None
