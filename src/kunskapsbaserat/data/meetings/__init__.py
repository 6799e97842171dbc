"""The meetings of a kommun's folder: forums with their days, matters to decide, and which units took part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from kunskapsbaserat.data import filled_book
from kunskapsbaserat.data.est.item import Item
from kunskapsbaserat.data.filled_book import FilledBook
from kunskapsbaserat.data.meetings import sheets
from kunskapsbaserat.findings import Finding
from kunskapsbaserat.forms.faults import error

__all__ = ["path_in", "read", "write_new"]


def path_in(folder: str | Path) -> Path:
    """Where the workbook of a kommun's folder is.

    Parameters
    ----------
    folder : str or Path
        The kommun's; it need not exist.

    Returns
    -------
    Path

    Examples
    --------
    >>> from kunskapsbaserat.data import meetings
    >>> meetings.path_in("koping").as_posix()
    'koping/moten.xlsx'
    """
    return Path(folder) / sheets.FILE


def write_new(path: str | Path) -> bool:
    """Write an empty workbook; one that exists is never touched. Was it written?

    Parameters
    ----------
    path : str or Path
        See `path_in`.

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
    >>> from kunskapsbaserat.data import meetings
    >>> home = tempfile.TemporaryDirectory()
    >>> meetings.write_new(meetings.path_in(home.name))
    True
    >>> home.cleanup()
    """
    return filled_book.write_new(path, sheets.FORM)


def read(folder: str | Path) -> FilledBook:
    """The meetings of a folder; nothing where there is no workbook: a kommun need not keep one.

    Parameters
    ----------
    folder : str or Path
        The kommun's.

    Returns
    -------
    FilledBook
        Its rows by sheet, with `of`.

    Raises
    ------
    FormError, PersonalDataError, FileLocked, FileError
        As `filled_book.read`.

    Examples
    --------
    >>> import datetime
    >>> import tempfile
    >>> from openpyxl import load_workbook
    >>> from kunskapsbaserat.data import meetings
    >>> home = tempfile.TemporaryDirectory()
    >>> meetings.read(home.name).of("Möten")  # a kommun need not keep the workbook
    ()
    >>> path = meetings.path_in(home.name)
    >>> _ = meetings.write_new(path)
    >>> book = load_workbook(path)
    >>> book["Möten"].append(["M1", "rådet", datetime.date(2026, 3, 4)])
    >>> book.save(path)
    >>> [(row.forum, str(row.dag)) for row in meetings.read(home.name).of("Möten")]
    [('rådet', '2026-03-04')]
    >>> home.cleanup()
    """
    path = path_in(folder)
    return filled_book.read(path, sheets.FORM, _check) if path.exists() else FilledBook({})


def _check(items: Mapping[str, Sequence[Item]]) -> Iterator[Finding]:
    for name in (sheets.MEETINGS, sheets.MATTERS):
        yield from filled_book.doubled(items.get(name, ()), sheets.SHEETS[name], ("id",), "id")
    yield from filled_book.doubled(
        items.get(sheets.ATTENDANCE, ()), sheets.SHEETS[sheets.ATTENDANCE], ("mote", "enhet"), "enheten"
    )
    for item in items.get(sheets.MEETINGS, ()):
        if item.slut is not None and item.start is not None and item.slut <= item.start:
            yield error("ends_first", sheets.MEETINGS, item.row, "Slutar", "mötet slutar innan det börjar. Rätta klockslagen.")
    for item in items.get(sheets.MATTERS, ()):
        if item.lage in (sheets.DECIDED, sheets.REFUSED) and item.dag is None:
            yield error("no_day", sheets.MATTERS, item.row, "Beslutat", "ärendet är avgjort men dagen saknas. Fyll i den.")
        if item.lage in (None, sheets.PROPOSED) and item.dag is not None:
            told = "ett förslag kan inte ha en beslutsdag. Ändra läget, eller ta bort dagen."
            yield error("day_of_proposal", sheets.MATTERS, item.row, "Beslutat", told)
