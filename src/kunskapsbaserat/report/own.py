"""The kommun's own words: Markdown made safe for the page.

Raw HTML is shown as text, links to anything but the web, mail and the page itself are dropped, headings are moved below
the report's own and pictures are replaced by their alternative text: the page loads nothing.
"""

from __future__ import annotations

import functools
from typing import Any

import mistune

_HEADING_SHIFT = 3
_ALLOWED = ("http://", "https://", "mailto:", "#")


def markdown_to_html(text: str) -> str:
    """Markdown as HTML that cannot carry script, style or a request."""
    return str(_markdown()(text)).strip()


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
