"""Does a text that a person has written for a register look like somebody, or like where somebody lives?

Events are not judged this way: of an event only values from fixed lists and from the kommun's registers get out of the reader.
This is for the registers themselves (places, reporters, measures), which are shown.
"""

from __future__ import annotations

import re

from kunskapsbaserat.data import screen
from kunskapsbaserat.data.files import Sheet

_ADDRESS = re.compile(
    r"\b[A-ZÅÄÖ][a-zåäöé]*(?:gatan|vägen|gränden?|stigen|backen|allén|gata|väg|stig|gränd)\s+\d{1,3}\s?[A-Za-z]?\b"
)
_LONG_DIGITS = re.compile(r"\d[\d -]{7,}\d")
KINDS = screen.KINDS | {"address": "gatuadress med nummer", "digits": "ett långt nummer"}


def kind_of(text: str) -> str | None:
    """What personal the text seems to hold (a key of `KINDS`), or None."""
    found = screen.find((Sheet("blad", ((text,),)),))
    if found:
        return found[0].kind
    if _ADDRESS.search(text):
        return "address"
    return "digits" if _LONG_DIGITS.search(text) else None
