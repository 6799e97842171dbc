"""What an analyst has to say of an own figure or table: what it shows, where it comes from, and of what areas."""

from __future__ import annotations

import re

from kunskapsbaserat.errors import OptionError

LEVELS = ("kommun", "lan", "riket")
_PUBLISHERS = re.compile(
    r"\b(Brå|Brottsförebyggande rådet|SCB|Statistiska centralbyrån|Kolada|RKA|Nationella trygghetsundersökningen|NTU)\b",
    re.IGNORECASE,
)
_NAMES_NOTHING = re.compile(
    r"(?:(?:min|en|egen|eget|det här är|alt|text|här)\s+)*"
    r"(?:figur\w*|bild\w*|diagram\w*|graf\w*|plot\w*|chart|karta\w*|todo|x+)?[\s\d.:]*",
    re.IGNORECASE,
)
_FEWEST_WORDS = 3


def description(alt: object) -> str:
    """The words for those who do not see the picture.

    Raises
    ------
    OptionError
        There are none, or they say nothing of what is seen ("Figur 1").
    """
    text = " ".join(str(alt or "").split())
    if len(text.split()) < _FEWEST_WORDS or _NAMES_NOTHING.fullmatch(text):
        raise OptionError(
            "alt",
            text,
            ("a sentence that says what the figure shows",),
            tillatna=(
                "en mening som säger vad figuren visar, till exempel ”Anmälda cykelstölder minskade från 412 till 305.”",
            ),
        )
    return text


def source(kalla: object) -> str:
    """Where the figures come from; it is printed.

    Raises
    ------
    OptionError
        Nothing is said.
    """
    text = " ".join(str(kalla or "").split())
    if not any(character.isalpha() for character in text):
        raise OptionError(
            "kalla",
            text,
            ("where the figures come from",),
            tillatna=("varifrån talen kommer, till exempel ”Brå, anmälda brott 2015–2024” eller ”kommunens skaderegister”",),
        )
    return text


def heading(rubrik: object, *, required: bool) -> str:
    """The heading of the section.

    Raises
    ------
    OptionError
        A table has none.
    """
    text = " ".join(str(rubrik or "").split())
    if required and not text:
        tillatna = ("vad tabellen visar, till exempel ”Anmälda brott per 1 000 invånare 2024”",)
        raise OptionError("rubrik", text, ("what the table shows",), tillatna=tillatna)
    return text


def is_known(niva: object, kalla: str) -> bool:
    """Does the source give the figures out already, at the level that the analyst says they are of?

    Raises
    ------
    OptionError
        There is no such level.
    """
    if niva is None:
        return False
    if niva not in LEVELS:
        raise OptionError("niva", niva, LEVELS)
    return bool(_PUBLISHERS.search(kalla))
