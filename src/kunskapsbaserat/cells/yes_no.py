"""One cell as yes or no."""

from __future__ import annotations

from kunskapsbaserat.cells.dialect import PUBLISHER, Dialect
from kunskapsbaserat.cells.place import Refused
from kunskapsbaserat.cells.text import is_blank, refuse_error, text_of

_YES = {"ja", "true", "sant", "1", "prel", "prel."}
_NO = {"nej", "false", "falskt", "0", "slutlig"}
_ALSO_YES, _ALSO_NO = {"x", "yes", "j", "y"}, {"no", "n"}
_WHAT = ("yes or no", "ja eller nej")


def read_yes_no(cell: object, dialect: Dialect = PUBLISHER) -> bool | None:
    """A cell as yes or no; None when it is empty.

    Parameters
    ----------
    cell : object
        As read by `files`.
    dialect : Dialect
        The kind of file it stands in; `words` says whether "x" and "yes" are a yes.

    Returns
    -------
    bool or None

    Raises
    ------
    Refused
        It is neither.

    Examples
    --------
    >>> from kunskapsbaserat import cells
    >>> cells.read_yes_no("Ja"), cells.read_yes_no("x", cells.FORM), cells.read_yes_no("")
    (True, True, None)
    """
    if is_blank(cell):
        return None
    refuse_error(cell, *_WHAT)
    text = text_of(cell).casefold()
    if text in _YES or (dialect.words and text in _ALSO_YES):
        return True
    if text in _NO or (dialect.words and text in _ALSO_NO):
        return False
    raise Refused("bad_choice", *_WHAT, "går inte att välja", "Välj ja eller nej.")
