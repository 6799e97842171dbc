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

    Raises
    ------
    TableError
        It is none of them.
    """
    text = text_of(cell).casefold()
    for name, spellings in _SEXES.items():
        if text in spellings:
            return name
    raise place.error("a sex or the total", "kvinnor, män eller totalt", short(cell))
