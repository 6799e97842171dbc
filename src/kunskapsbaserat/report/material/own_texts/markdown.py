"""The kommun's own words: Markdown made safe for the page.

Raw HTML is shown as text, links to anything but the web, mail and the page itself are dropped, headings are moved below
the report's own and pictures are replaced by their alternative text: the page loads nothing.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import mistune

_HEADING_SHIFT = 3
_ALLOWED = ("http://", "https://", "mailto:", "#")


def markdown_to_html(text: str) -> str:
    """Markdown as HTML that cannot carry script, style or a request."""
    return str(_markdown()(text)).strip()


@dataclass(frozen=True)
class Texts:
    """Markdown by place; a place without text is absent. `hidden` are lines of a comment that are not the file's own."""

    sections: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    hidden: tuple[int, ...] = ()

    def html(self, key: str) -> str | None:
        """The text of a place as safe HTML, or None when nothing is written there."""
        return markdown_to_html(self.sections[key]) if key in self.sections else None

    def line(self, key: str) -> str | None:
        """The text of a place for one line: a diary number, a date."""
        return " ".join(self.sections[key].split()) if key in self.sections else None

    @property
    def digest(self) -> str:
        """Changes when any text does."""
        return hashlib.sha256(json.dumps(dict(self.sections), sort_keys=True).encode()).hexdigest()

    def __contains__(self, key: object) -> bool:
        return key in self.sections


class _SafeRenderer(mistune.HTMLRenderer):
    def heading(self, text: str, level: int, **attributes: Any) -> str:  # noqa: ARG002 - mistune's signature
        level = min(level + _HEADING_SHIFT, 6)
        return f"<h{level}>{text}</h{level}>\n"

    def link(self, text: str, url: str, title: str | None = None) -> str:  # noqa: ARG002 - mistune's signature
        return super().link(text, url) if url.startswith(_ALLOWED) else text

    def image(self, text: str, url: str, title: str | None = None) -> str:  # noqa: ARG002 - mistune's signature
        return text


@functools.cache
def _markdown() -> mistune.Markdown:
    return mistune.create_markdown(renderer=_SafeRenderer(escape=True), plugins=["table", "strikethrough"])
