"""Does a text that a person has written for a register look like somebody, or like where somebody lives?

Events are not judged this way: of an event only values from fixed lists and from the kommun's registers get out of the reader.
This is for the registers themselves (places, reporters, measures), which are shown.
"""

from __future__ import annotations

import re

from kunskapsbaserat.data import names, screen
from kunskapsbaserat.data.files import Sheet

_ADDRESS = re.compile(
    r"\b[A-ZÅÄÖ][a-zåäöé]*(?:gatan|vägen|gränden?|stigen|backen|allén|gata|väg|stig|gränd)\s+\d{1,3}\s?[A-Za-z]?\b"
)
_LONG_DIGITS = re.compile(r"\d[\d -]{7,}\d")
KINDS = screen.KINDS | {"address": "gatuadress med nummer", "digits": "ett långt nummer"}


_STREET = re.compile(r"(?:gatan?|väg(?:en)?|gränd(?:en)?|stig(?:en)?|backen?|allén?|torpet)\s*\d", re.IGNORECASE)
_PROPERTY = re.compile(r"\b\w+ \d{1,3}:\d{1,4}\b")  # fastighetsbeteckning: "Tjärna 2:7"
_ABOUT_SOMEBODY = re.compile(
    r"\b(?:familjen|släkten|fru|herr|fröken|änkan?|makarna|syskonen|bröderna|systrarna)\s+\w"
    r"|\b\d{1,3}[ -]?(?:år(?:ing(?:en|ar)?)?\b|åring)"
    r"|\bklass\s*\d|\b\d[a-f]\b"
    r"|\b(?:lgh|lägenhet|trappa|uppgång|hus|rum|avd)\.?\s*(?:nr\.?\s*)?\d"
    r"|snabel|[@]|\b(?:punkt|dot)\s+(?:se|com|nu)\b"
    r"|\b[^\W\d_]\.\s?[^\W\d_]{2}"
    r"|\b(?:von|af|de la|al|el|bin)\s+\w{3}",
    re.IGNORECASE,
)
LONGEST = 100  # letters of a word for everybody: what is longer tells a story
_MOST_DIGITS = 4  # a year; a number of any other kind can be turned back


def may_be_personal(text: str) -> bool:
    """Could a word that everybody is to read be about somebody, or about where somebody lives? In doubt it could.

    Stricter than `kind_of`, since a list of places and measures can always be written without what this asks about.
    """
    if len(text) > LONGEST:
        return True
    if kind_of(text) or _STREET.search(text) or _PROPERTY.search(text) or _ABOUT_SOMEBODY.search(text):
        return True
    if sum(letter.isdigit() for letter in text) > _MOST_DIGITS:
        return True
    return names.has_known(text)


def kind_of(text: str) -> str | None:
    """What personal the text seems to hold (a key of `KINDS`), or None."""
    found = screen.find((Sheet("blad", ((text,),)),))
    if found:
        return found[0].kind
    if _ADDRESS.search(text):
        return "address"
    return "digits" if _LONG_DIGITS.search(text) else None
