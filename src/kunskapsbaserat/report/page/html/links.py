"""Links that lead nowhere are taken out of finished pages: an analyst may leave out the cell that a link leads to."""

from __future__ import annotations

import re
from collections.abc import Mapping

_LINK = re.compile(r'<a\b(?P<look>[^>]*?)\shref="(?P<to>[^"]*)"(?P<more>[^>]*)>(?P<words>.*?)</a>', re.DOTALL)
_LISTED = re.compile(rf"<li>{_LINK.pattern}</li>", re.DOTALL)
_PLACE = re.compile(r'\sid="([^"]+)"')
_EMPTY_MENU = re.compile(r"<nav\b[^>]*><ul>\s*</ul></nav>\n?")


def without_dead_links(pages: Mapping[str, str], *, report: str) -> dict[str, str]:
    """The pages with no link to a place or a page that is not there.

    The words of a link in a sentence stay; an entry of the menu and a "se ..." that has nothing to lead to go.

    Parameters
    ----------
    pages : mapping
        By file; "" is the report itself.
    report : str
        The name of its file, as others link to it.

    Examples
    --------
    >>> without_dead_links({"": '<p id="a"><a href="#a">hit</a> <a href="#b">dit</a></p>'}, report="report.html")
    {'': '<p id="a"><a href="#a">hit</a> dit</p>'}
    """
    places = {file or report: set(_PLACE.findall(page)) for file, page in pages.items()}
    return {file: _cleaned(page, file or report, places) for file, page in pages.items()}


def _cleaned(page: str, name: str, places: Mapping[str, set[str]]) -> str:
    def is_dead(link: re.Match[str]) -> bool:
        file, _, place = link["to"].partition("#")
        if ":" in file or (file and not file.endswith(".html")):
            return False
        there = places.get(file or name)
        return there is None or (bool(place) and place not in there)

    def listed(link: re.Match[str]) -> str:
        return "" if is_dead(link) else link[0]

    def linked(link: re.Match[str]) -> str:
        if not is_dead(link):
            return link[0]
        return "" if 'class="skarm"' in link["look"] + link["more"] else link["words"]

    return _EMPTY_MENU.sub("", _LINK.sub(linked, _LISTED.sub(listed, page)))
