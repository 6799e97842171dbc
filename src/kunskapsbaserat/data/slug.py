"""A name as that of a folder: what is the same whoever writes it."""

from __future__ import annotations

import re

_PLAIN = str.maketrans("åäöéüàáèçñ", "aaoeuaaecn")


def slug(name: str) -> str:
    """The name in small plain letters and hyphens; empty where nothing is left of it.

    Examples
    --------
    >>> slug("Södra skolan, F–6"), slug("Barn- och utbildningsnämnden")
    ('sodra-skolan-f-6', 'barn-och-utbildningsnamnden')
    """
    return re.sub(r"[^a-z0-9]+", "-", name.casefold().translate(_PLAIN)).strip("-")
