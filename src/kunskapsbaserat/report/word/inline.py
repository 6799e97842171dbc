"""What stands inside a paragraph: text, emphasis, links, verdicts with their symbols, small drawings and places to fill in."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from bs4.element import NavigableString, PageElement, PreformattedString, Tag

from kunskapsbaserat.errors import RenderError
from kunskapsbaserat.report.word.markup import el, text

# The page draws these; as characters they follow the text when it is edited. The words beside them carry the meaning.
SYMBOLS = {
    "okning": "▲",
    "minskning": "▼",
    "ingen": "≈",
    "fa": "⋯",
    "kan": "?",
    "hogre": "⤒",
    "lagre": "⤓",
    "prioritera": "■",
    "bevaka": "◧",
    "avvakta": "□",
    "finns": "✓",
    "delvis": "◐",
    "saknas": "◌",
    "inte_natt": "✕",
}
_CHIPS = {"okning": "MarkeOkning", "minskning": "MarkeMinskning", "ingen": "MarkeIngen"}
_CHIPS |= {"fa": "MarkeOsaker", "kan": "MarkeOsaker", "hogre": "MarkeJamforelse", "lagre": "MarkeJamforelse"}
NBSP = "\u00a0"
_SPACE = re.compile(r"[ \t\r\n\f]+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of one kind. `kind` is text, break, tab, symbol, drawing or blank."""

    kind: str
    text: str = ""
    style: str = ""
    bold: bool = False
    italic: bool = False
    strike: bool = False
    href: str = ""
    svg: Tag | None = None


PLAIN = Piece("text")


class Place(Protocol):
    """What a paragraph needs to know of the document that it goes into."""

    name_of_blank: str  # what a screen reader calls the next place to fill in

    def number(self) -> int:
        """A number that nothing else in the document has."""

    def decoration(self, svg: Tag) -> Any:
        """A small picture."""

    def link(self, href: str, content: Sequence[Any]) -> Any:
        """A link around runs."""


def is_inline(node: PageElement) -> bool:
    """Whether a node of the page goes into a paragraph rather than being one."""
    return isinstance(node, NavigableString) or (isinstance(node, Tag) and (node.name in _RULES or _is_decoration(node)))


def pieces(nodes: Iterable[PageElement], like: Piece = PLAIN) -> list[Piece]:
    """The content of nodes, white space as a browser shows it.

    Raises
    ------
    RenderError
        An element has no rule.
    """
    return list(_tidy([piece for node in nodes for piece in _pieces(node, like)]))


def _pieces(node: PageElement, like: Piece) -> Iterator[Piece]:
    if isinstance(node, PreformattedString):  # a comment of the page
        return
    if isinstance(node, NavigableString):
        yield replace(like, text=_SPACE.sub(" ", str(node)))
        return
    assert isinstance(node, Tag)
    if node.name not in _RULES:
        raise unknown(node)
    yield from _RULES[node.name](node, like)


def unknown(node: Tag) -> RenderError:
    """The error for an element that no rule knows."""
    name = ".".join([node.name, *(str(c) for c in node.get_attribute_list("class") if c)])
    return RenderError(
        f"no rule for <{name}> in Word: {node.get_text(' ')[:60]!r}",
        svenska=f"Word-filen kunde inte skapas: delen <{name}> på sidan går inte att föra över. Webbsidan är klar som vanligt.",
    )


def _inside(node: Tag, like: Piece) -> Iterator[Piece]:
    for child in node.children:
        yield from _pieces(child, like)


def _span(node: Tag, like: Piece) -> Iterator[Piece]:
    classes = [str(c) for c in node.get_attribute_list("class") if c]
    if not classes or classes == ["utkast"]:
        yield from _inside(node, like)
    elif classes[0] == "dom":
        inner = replace(like, style=_CHIPS[classes[1]])
        yield replace(inner, text=NBSP)
        for piece in _inside(node, inner):
            yield replace(piece, text=piece.text.replace(" ", NBSP))
        yield replace(inner, text=NBSP)
    elif classes[0] == "steg":
        yield from _inside(node, replace(like, bold=True))
    elif classes[0] == "lage":
        yield from _inside(node, like)
    elif classes[0] == "liten":
        yield from _inside(node, replace(like, style="Liten"))
    elif classes[0] == "fyll":
        yield replace(like, kind="blank", text=node.get_text(), style="FyllsI")
    else:
        raise unknown(node)


def _svg(node: Tag, like: Piece) -> Iterator[Piece]:
    if not _is_decoration(node):
        raise unknown(node)
    use = node.find("use")
    if isinstance(use, Tag):
        yield replace(like, kind="symbol", text=SYMBOLS[str(use["href"]).removeprefix("#i-")])
    else:
        yield replace(like, kind="drawing", svg=node)
    if "gnista" not in node.get_attribute_list("class"):
        yield replace(like, text=NBSP)


def _is_decoration(node: Tag) -> bool:
    return node.name == "svg" and node.get("aria-hidden") == "true"


def _with(**change: Any) -> Callable[[Tag, Piece], Iterator[Piece]]:
    return lambda node, like: _inside(node, replace(like, **change))


_RULES: dict[str, Callable[[Tag, Piece], Iterator[Piece]]] = {
    "a": lambda node, like: _inside(node, replace(like, style="Hyperlink", href=str(node["href"]))),
    "b": _with(bold=True),
    "br": lambda _, like: iter([replace(like, kind="break")]),
    "code": _with(style="Kodtecken"),
    "del": _with(strike=True),
    "em": _with(italic=True),
    "span": _span,
    "strong": _with(bold=True),
    "svg": _svg,
}


def _tidy(found: Sequence[Piece]) -> Iterator[Piece]:
    """One space where the page shows one: none at the edges of a line."""
    open_line = False  # whether something stands on the line and does not end with a space
    held: Piece | None = None
    for piece in found:
        if piece.kind == "break":
            held, open_line = None, False
            yield piece
            continue
        content = piece.text
        if piece.kind == "text":
            if content.startswith(" "):
                held, content = (held or replace(piece, text=" ")) if open_line else None, content[1:]
            ends = content.endswith(" ")
            content = content.removesuffix(" ")
        else:
            ends = False
        if content or piece.kind == "drawing":
            if held:
                yield held
            held, open_line = None, True
            yield replace(piece, text=content)
        if ends:
            held = replace(piece, text=" ")


def runs(found: Sequence[Piece], writer: Place) -> list[Any]:
    """Elements for a paragraph; `writer` gives numbers, pictures and link targets."""
    made: list[Any] = []
    for href, group in itertools.groupby(found, key=lambda piece: piece.href):
        content = [_run(piece, writer) for piece in group]
        made += [writer.link(href, content)] if href else content
    return made


def _run(piece: Piece, writer: Place) -> Any:
    if piece.kind == "break":
        return el("w:r", el("w:br"))
    if piece.kind == "tab":
        return el("w:r", el("w:tab"))
    if piece.svg is not None:
        return el("w:r", el("w:drawing", writer.decoration(piece.svg)))
    run = el("w:r", _properties(piece), text(piece.text))
    return _blank(run, piece.text, writer) if piece.kind == "blank" else run


def _properties(piece: Piece) -> Any:
    parts = [
        el("w:rStyle", val=piece.style) if piece.style else None,
        el("w:rFonts", ascii="Segoe UI Symbol", hAnsi="Segoe UI Symbol", cs="Segoe UI Symbol", eastAsia="Segoe UI Symbol")
        if piece.kind == "symbol"
        else None,
        el("w:b") if piece.bold else None,
        el("w:i") if piece.italic else None,
        el("w:strike") if piece.strike else None,
    ]
    return el("w:rPr", *parts) if any(part is not None for part in parts) else None


def _blank(run: Any, words: str, writer: Place) -> Any:
    """A field to fill in: a click marks the words, and what is typed replaces them."""
    name = (writer.name_of_blank or words)[:64]
    marks = el("w:alias", val=name), el("w:id", val=writer.number()), el("w:showingPlcHdr"), el("w:text")
    return el("w:sdt", el("w:sdtPr", *marks), el("w:sdtContent", run))
