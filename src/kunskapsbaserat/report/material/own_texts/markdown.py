"""The kommun's own words: Markdown made safe for the page.

Raw HTML is shown as text, links to anything but the web, mail and the page itself are dropped, headings are moved below
the report's own. A picture of the kommun's folder is carried in the page, any other is replaced by its alternative text: the
page loads nothing.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import mistune

from kunskapsbaserat.findings import Finding
from kunskapsbaserat.report.material.own_texts.pictures import Picture

_ABOVE = 3  # the degree of the heading that an own text stands under
_TAG = re.compile(r"<[^>]*>")
_ALLOWED = ("http://", "https://", "mailto:", "#")


def markdown_to_html(text: str, pictures: Mapping[str, Picture] = MappingProxyType({})) -> str:
    """Markdown as HTML that cannot carry script or a request; `pictures` by their address in the text."""
    renderer = _SafeRenderer(pictures)
    markdown = mistune.create_markdown(renderer=renderer, plugins=["table", "strikethrough"])
    return str(markdown(text)).strip()


def references(text: str) -> tuple[list[tuple[str, str]], list[str]]:
    """The pictures of a text, each with its address and alternative text, and the links that lead to no web page."""
    renderer = _SafeRenderer()
    mistune.create_markdown(renderer=renderer, plugins=["table", "strikethrough"])(text)
    return renderer.shown, renderer.dropped


@dataclass(frozen=True)
class Texts:
    """Markdown by place; a place without text is absent.

    `hidden` are lines of a comment that are not the file's own, `pictures` those that can be shown, by their address, and
    `findings` what is in the texts and will not be seen on the page.
    """

    sections: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    hidden: tuple[int, ...] = ()
    pictures: Mapping[str, Picture] = field(default_factory=lambda: MappingProxyType({}))
    findings: tuple[Finding, ...] = ()

    def html(self, key: str) -> str | None:
        """The text of a place as safe HTML, or None when nothing is written there."""
        return markdown_to_html(self.sections[key], self.pictures) if key in self.sections else None

    def line(self, key: str) -> str | None:
        """The text of a place for one line: a diary number, a date."""
        return " ".join(self.sections[key].split()) if key in self.sections else None

    @property
    def digest(self) -> str:
        """Changes when any text or picture does."""
        shown = {address: hashlib.sha256(picture.content).hexdigest() for address, picture in self.pictures.items()}
        whole = dict(self.sections) | ({"": shown} if shown else {})
        return hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()

    def __contains__(self, key: object) -> bool:
        return key in self.sections


class _SafeRenderer(mistune.HTMLRenderer):
    """Remembers which pictures it met, and which links it left out."""

    def __init__(self, pictures: Mapping[str, Picture] = MappingProxyType({})) -> None:
        super().__init__(escape=True)
        self.pictures = pictures
        self.shown: list[tuple[str, str]] = []
        self.dropped: list[str] = []
        self._headings: list[int] = []  # those that the text stands under, outermost first

    def heading(self, text: str, level: int, **_attributes: Any) -> str:
        """One degree below what it stands under, whatever degree the writer began with: a screen reader counts them."""
        self._headings = [*(above for above in self._headings if above < level), level]
        level = min(_ABOVE + len(self._headings), 6)
        return f"<h{level}>{text}</h{level}>\n"

    def link(self, text: str, url: str, title: str | None = None) -> str:  # noqa: ARG002 - mistune's signature
        if url.startswith(_ALLOWED):
            return super().link(text, url)
        self.dropped.append(url)
        return text

    def image(self, text: str, url: str, title: str | None = None) -> str:  # noqa: ARG002 - mistune's signature
        self.shown.append((url, text))
        picture = self.pictures.get(url)
        if picture is None or not text.strip():
            return text
        size = f'width="{picture.width}" height="{picture.height}"'
        return f'<img src="{picture.src}" alt="{html.escape(html.unescape(_TAG.sub("", text)))}" {size}>'
