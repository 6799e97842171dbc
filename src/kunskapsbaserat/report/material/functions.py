"""Who answers for something, as a page may say it: a function or an organisation, never a person."""

from __future__ import annotations

import functools

from kunskapsbaserat import kommun as kommuner
from kunskapsbaserat.data import names

_FUNCTION = (
    *("samordn", "strateg", "chef", "funktion", "avdelning", "enhet", "kontor", "råd", "säkerhet", "trygg", "folkhälso"),
    *("kommun", "stab", "handlägg", "brottsförebygg"),
)
"""Stems of words that say what somebody does; a name of a person has none."""


def function_of(text: str | None) -> str | None:
    """The text when it begins with what somebody does and holds no name; else None.

    Examples
    --------
    >>> function_of("Brottsförebyggande samordnare"), function_of("Anna Ek"), function_of("Trygghetsstrateg Anna Ek")
    ('Brottsförebyggande samordnare', None, None)
    """
    said = " ".join((text or "").split())
    first, *rest = said.split(" ")
    named = [word for word in rest if word[:1].isupper() and not word.isupper() and not _is_function(word)]
    return said if said and _is_function(first) and not named else None


def _is_function(word: str) -> bool:
    return any(stem in word.casefold() for stem in _FUNCTION)


def responsible_of(text: str | None) -> str | None:
    """Who is responsible, as written in a plan: anything but what may be a person's name.

    Examples
    --------
    >>> responsible_of("Samhällsbyggnadsnämnden"), responsible_of("Polisen Norberg"), responsible_of("Anna Ek")
    ('Samhällsbyggnadsnämnden', 'Polisen Norberg', None)
    >>> responsible_of("Trygghetsstrateg Anna") is None
    True
    """
    said = " ".join((text or "").split())
    kommuner_apart = " ".join(word for word in said.split(" ") if word not in _kommun_names())
    return said if said and not names.in_text(said) and not names.has_known(kommuner_apart) else None


@functools.cache
def _kommun_names() -> frozenset[str]:
    return frozenset(place.name for place in kommuner.all_kommuner())
