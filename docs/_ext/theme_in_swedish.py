"""What the theme says, in Swedish: it comes with other languages only."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from sphinx.application import Sphinx

WORDS = {
    "On this page": "På sidan",
    "Section Navigation": "I avsnittet",
    "Site navigation": "Alla sidor",
    "Search": "Sök",
    "Search the docs ...": "Sök i dokumentationen",
    "Skip to main content": "Hoppa till innehållet",
    "Back to top": "Till toppen",
    "More": "Mer",
    "previous": "förra",
    "next": "nästa",
    "Indices": "Register",
    "Error": "Fel",
    "Please activate JavaScript to enable the search functionality.": "Sökningen kräver JavaScript.",
    "Color mode": "Ljust eller mörkt",
    "Light": "Ljust",
    "Dark": "Mörkt",
    "System Settings": "Som datorn",
    "Breadcrumb": "Var du är",
    "Home": "Start",
    "Collapse Sidebar": "Dölj menyn",
    "Expand Sidebar": "Visa menyn",
    "Announcement": "Meddelande",
    "Version warning": "Om versionen",
    "Site Navigation": "Alla sidor",
}


def setup(app: Sphinx) -> dict[str, Any]:
    """Told to Sphinx by its list of extensions."""
    catalog = Catalog(locale="sv")
    for words, swedish in WORDS.items():
        catalog.add(words, swedish)
    with tempfile.TemporaryDirectory() as room:
        place = Path(room) / "sv" / "LC_MESSAGES"
        place.mkdir(parents=True)
        with (place / "sphinx.mo").open("wb") as file:
            write_mo(file, catalog)
        app.add_message_catalog("sphinx", room)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
