"""A new ``est.xlsx`` to fill in, by the same means as the workbook of the plan."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kunskapsbaserat import kommun as kommuner
from kunskapsbaserat.data.est import sheets
from kunskapsbaserat.data.export import write_once
from kunskapsbaserat.forms import writing as form
from kunskapsbaserat.forms.values import YES


def path_in(folder: str | Path) -> Path:
    """Where the EST workbook of a kommun's folder is.

    Parameters
    ----------
    folder : str or Path
        The kommun's; it need not exist.

    Returns
    -------
    Path

    Examples
    --------
    >>> from kunskapsbaserat.data import est
    >>> est.path_in("koping").as_posix()
    'koping/est.xlsx'
    """
    return Path(folder) / sheets.FILE


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
    >>> from kunskapsbaserat.data import est
    >>> home = tempfile.TemporaryDirectory()
    >>> est.write_new(est.path_in(home.name), "Köping")
    True
    >>> home.cleanup()
    """
    return write_once(path, lambda: new_workbook(kommun))


def new_workbook(kommun: object) -> bytes:
    """The bytes of a new workbook."""
    place = kommuner.get(kommun)
    parts = {name: columns for name, columns in sheets.SHEETS.items() if name not in sheets.EARLIER}
    book = form.new_book((sheets.READ_ME, *parts, sheets.LISTS))
    form.introduce(book[sheets.READ_ME], [text.format(kommun=place.name) for text in sheets.INTRODUCTION])
    ranges = _lists(book[sheets.LISTS])
    for name, columns in parts.items():
        form.part_sheet(book[name], columns, ranges)
    settings = book[sheets.SETTINGS]
    settings.delete_rows(3)  # the example row: the lines explain themselves
    for row, (head, _, kind, explanation) in enumerate(sheets.LINES, start=3):
        settings.cell(row, 1, head).font = form.font(bold=True)
        cell = settings.cell(row, 3, explanation)
        cell.font, cell.alignment = form.font(color=form.EXPLAIN), form.wrap()
        settings.cell(row, 2).number_format = "yyyy-mm-dd" if kind == "date" else "General"
    settings.column_dimensions["C"].width = 70
    return form.content_of(book, f"EST, {place.name}")


def _lists(sheet: Any) -> dict[str, str]:
    """The lists that drop-downs draw from, and the range of each."""
    columns: dict[str, list[str]] = {"yes": [*YES]}
    for part in sheets.SHEETS.values():
        columns |= {f"choice:{c.name}": [text[:1].upper() + text[1:] for text in c.choices] for c in part if c.choices}
    return form.write_lists(sheet, columns)
