"""A new ``vandring.xlsx`` to fill in, with drop-downs and an example in every sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from kunskapsbaserat import kommun as kommuner
from kunskapsbaserat.data.export import write_once
from kunskapsbaserat.data.folder.layout import WALKS as FOLDER
from kunskapsbaserat.data.walks import sheets
from kunskapsbaserat.forms import writing as form
from kunskapsbaserat.forms.values import YES

Filled = Mapping[str, Sequence[Mapping[str, object]]]
"""What stands in the sheets: the values of each row by column name; the sheet of facts has one."""


def path_in(folder: str | Path) -> Path:
    """Where the workbook of a kommun's walks is.

    Parameters
    ----------
    folder : str or Path
        The kommun's; it need not exist.

    Returns
    -------
    Path

    Examples
    --------
    >>> from kunskapsbaserat.data import walks
    >>> walks.path_in("koping").as_posix()
    'koping/vandringar/vandring.xlsx'
    """
    return Path(folder) / FOLDER / sheets.FILE


def write_new(path: str | Path, kommun: object) -> bool:
    """Write an empty workbook for a kommun; one that exists is never touched. Was it written?

    Parameters
    ----------
    path : str or Path
        See `path_in`.
    kommun : str
        Name or code.

    Returns
    -------
    bool
        Whether it was written.

    Raises
    ------
    FileLocked
        The folder may not be written.

    Examples
    --------
    >>> import tempfile
    >>> from kunskapsbaserat.data import walks
    >>> home = tempfile.TemporaryDirectory()
    >>> walks.write_new(walks.path_in(home.name), "Köping")
    True
    >>> home.cleanup()
    """
    return write_once(path, lambda: workbook(kommun))


def workbook(kommun: object, filled: Filled | None = None) -> bytes:
    """The bytes of a workbook: to fill in, or with the rows of `filled`."""
    place = kommuner.get(kommun)
    book = form.new_book((sheets.READ_ME, sheets.FACTS, *sheets.SHEETS, sheets.LISTS))
    form.introduce(book[sheets.READ_ME], [text.format(kommun=place.where, namn=place.name) for text in sheets.INTRODUCTION])
    ranges = form.write_lists(book[sheets.LISTS], {"yes": [*YES], **form.choice_lists(sheets.SHEETS)})
    facts = (filled or {}).get(sheets.FACTS, [{}])[0]
    form.facts_sheet(book[sheets.FACTS], (sheets.FIELD, sheets.ANSWER), sheets.LINES, facts)
    for name, columns in sheets.SHEETS.items():
        form.part_sheet(book[name], columns, ranges)
        form.fill(book[name], columns, (filled or {}).get(name, ()))
    return form.content_of(book, f"Trygghetsvandringar, {place.name}")
