"""How the name of a place may be spelt: the forms under which it is looked up."""

from __future__ import annotations

import re
import unicodedata

_DASHES = r"[\-‐‑‒–—−]"
# Until the end of 1996, the same kommuner; other län of that time were joined or divided.
_FORMER_LAN = {"kopparberg": "dalarna"}


def of_kommun(text: str) -> list[str]:
    """The spellings to try, most literal first: as written, without "kommun" and the like, without the genitive s.

    Only Gotland is both region and kommun: "Region Stockholm" is a county council or a police region.

    Parameters
    ----------
    text : str
        As somebody wrote it.

    Returns
    -------
    list of str
        To be folded by `folded`.

    Examples
    --------
    >>> from kunskapsbaserat import spellings
    >>> spellings.of_kommun("Borås  stad")
    ['borås stad', 'borås', 'borå']
    """
    plain = folded(text)
    bare = re.sub(r"^(region(?= gotland)|kommunen) | (kommuns?|stads?|kommunens?|stads kommuns?)$", "", plain).strip()
    candidates = [plain, bare]
    candidates += [c.removesuffix("s") for c in (plain, bare) if c.endswith("s")]
    return list(dict.fromkeys(c for c in candidates if c))


def of_lan(text: str) -> str:
    """A län's name without "län" and the genitive, in plain letters.

    Parameters
    ----------
    text : str
        As somebody wrote it.

    Returns
    -------
    str

    Examples
    --------
    >>> from kunskapsbaserat import spellings
    >>> spellings.of_lan("Jönköpings län"), spellings.of_lan("Kopparbergs län")
    ('jonkoping', 'dalarna')
    """
    bare = re.sub(r"[^a-z0-9]+", " ", in_ascii(text.casefold())).strip().removesuffix(" lan").removesuffix("s")
    return _FORMER_LAN.get(bare, bare)


def folded(text: str, *, ascii_only: bool = False) -> str:
    """Small letters, one space between words, no hyphens; without å, ä and ö when `ascii_only`.

    Parameters
    ----------
    text : str
        As somebody wrote it.
    ascii_only : bool
        Whether letters lose their marks.

    Returns
    -------
    str

    Examples
    --------
    >>> from kunskapsbaserat import spellings
    >>> spellings.folded("Upplands-Bro"), spellings.folded("Malung-Sälen", ascii_only=True)
    ('upplands bro', 'malung salen')
    """
    plain = " ".join(re.sub(_DASHES, " ", unicodedata.normalize("NFC", text)).casefold().split())
    return in_ascii(plain) if ascii_only else plain


def in_ascii(text: str) -> str:
    """Letters without their marks; what is no letter of ASCII then is left out.

    Parameters
    ----------
    text : str
        Any.

    Returns
    -------
    str

    Examples
    --------
    >>> from kunskapsbaserat import spellings
    >>> spellings.in_ascii("Åmål")
    'Amal'
    """
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
