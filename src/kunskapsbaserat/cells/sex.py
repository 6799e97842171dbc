"""One cell as a sex or the total of both."""

from __future__ import annotations

from kunskapsbaserat.cells.place import Place, short
from kunskapsbaserat.cells.text import text_of

_SEXES = {
    "alla": {"", "t", "alla", "tot", "totalt", "samtliga", "båda", "båda könen", "kvinnor och män", "män och kvinnor"},
    "kvinna": {"k", "kvinna", "kvinnor", "flickor", "flicka"},
    "man": {"m", "man", "män", "pojkar", "pojke"},
}


def sex(cell: object, place: Place) -> str:
    """ "alla", "kvinna" or "man" in the publishers' spellings.

    Parameters
    ----------
    cell : object
        As read by `files`; an empty one is the total.
    place : Place
        Where it stands.

    Returns
    -------
    {"alla", "kvinna", "man"}

    Raises
    ------
    TableError
        It is none of them.

    Examples
    --------
    >>> from pathlib import Path
    >>> from kunskapsbaserat import cells
    >>> place = cells.Place(Path("uttag.csv"), "uttag", 7, "Kön")
    >>> cells.sex("Flickor", place), cells.sex("Båda könen", place), cells.sex("m", place)
    ('kvinna', 'alla', 'man')
    """
    text = text_of(cell).casefold()
    for name, spellings in _SEXES.items():
        if text in spellings:
            return name
    raise place.error("a sex or the total", "kvinnor, män eller totalt", short(cell))
