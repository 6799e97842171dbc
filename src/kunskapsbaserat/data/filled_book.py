"""A workbook of a few sheets to fill in, written empty and read whole: for forms that need no way of reading of their own.

A form is data: its sheets with their columns. Every fault is found in one reading, and nothing is half-read.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from kunskapsbaserat.cells import FORM, Refused, has_begun, read_clock, read_period
from kunskapsbaserat.data import files, filled_form
from kunskapsbaserat.data.est.item import Item
from kunskapsbaserat.data.export import write_once
from kunskapsbaserat.errors import FileError
from kunskapsbaserat.findings import Finding
from kunskapsbaserat.forms import writing
from kunskapsbaserat.forms.columns import Column
from kunskapsbaserat.forms.faults import FormError
from kunskapsbaserat.forms.values import Reader

READ_ME, LISTS = "Läs mig", "Listor"

Prefilled = Mapping[str, Sequence[Mapping[str, object]]]
"""What stands in the sheets: the values of each row by column name."""


@dataclass(frozen=True)
class Form:
    """A workbook to fill in.

    Attributes
    ----------
    file : str
        Its name in a kommun's folder.
    title : str
        Of the workbook, and of its first sheet.
    command : str
        What writes a new one.
    sheets : mapping of sheet to columns
        Kinds are those of `forms.columns.Column`, and "month" and "clock".
    introduction : sequence of str
        How to fill it in.
    optional : collection of str
        Sheets that may be missing.
    named : collection of str
        Columns that hold the name of something: there a single name of a person may be that of a house or a street.
    """

    file: str
    title: str
    command: str
    sheets: Mapping[str, tuple[Column, ...]]
    introduction: Sequence[str]
    optional: Collection[str] = ()
    named: Collection[str] = ()


@dataclass(frozen=True)
class FilledBook:
    """What stands in a workbook, by sheet; `sha256` of its bytes."""

    items: Mapping[str, tuple[Item, ...]]
    sha256: str = ""

    def of(self, sheet: str) -> tuple[Item, ...]:
        return self.items.get(sheet, ())


# ---- writing -------------------------------------------------------------------------------------------------------------


def write_new(path: str | Path, form: Form, filled: Prefilled = MappingProxyType({})) -> bool:
    """Write a workbook to fill in, with what is there from the start; one that exists is never touched. Was it written?

    Raises
    ------
    FileLocked
        The folder may not be written.
    """
    return write_once(path, lambda: workbook(form, filled))


def workbook(form: Form, filled: Prefilled = MappingProxyType({})) -> bytes:
    """The bytes of a workbook with the rows of `filled`."""
    book = writing.new_book((READ_ME, *form.sheets, LISTS))
    writing.introduce(book[READ_ME], [form.title, *form.introduction])
    ranges = writing.write_lists(book[LISTS], writing.choice_lists(form.sheets))
    for name, columns in form.sheets.items():
        writing.part_sheet(book[name], columns, ranges)
        writing.fill(book[name], columns, filled.get(name, ()))
    return writing.content_of(book, form.title)


# ---- reading -------------------------------------------------------------------------------------------------------------

Check = Callable[[Mapping[str, Sequence[Item]]], Iterator[Finding]]


def read(path: str | Path, form: Form, check: Check | None = None) -> FilledBook:
    """What stands in the workbook of a form.

    Parameters
    ----------
    path : path
        Where it is.
    form : Form
        What it should be.
    check : callable, optional
        Finds what does not agree between rows.

    Raises
    ------
    FormError
        Anything is wrong: all of it, with sheet and row.
    FileError
        There is no workbook, or it is another one.
    PersonalDataError, FileLocked
        It seems to hold personal data, or is open.
    """
    path = Path(path)
    if not path.exists():
        told = f"finns inte. Kör ”{form.command}” så skrivs en att fylla i; inget i mappen skrivs över."
        raise FileError("no_form", path, "does not exist", told)
    file = files.read_file(path)
    if not set(form.sheets) & {sheet.name.strip() for sheet in file.sheets}:
        names_of = ", ".join(form.sheets)
        told = f"är inte rätt arbetsbok: bladen {names_of} saknas. Kör ”{form.command}” så skrivs en att fylla i."
        raise FileError("other_form", path, f"has none of the sheets {names_of}", told)
    layout = _layout(form)
    book, faults = filled_form.read(file, layout)
    faults += filled_form.loose(book.items, layout)
    faults += check(book.items) if check is not None else ()
    if faults:
        raise FormError(path, faults)
    return FilledBook(book.items, file.sha256)


def _layout(form: Form) -> filled_form.Form:
    return filled_form.Form(
        file=form.file,
        facts_sheet="",
        lines=(),
        sheets=form.sheets,
        must_be=[name for name in form.sheets if name not in form.optional],
        apart=(READ_ME, LISTS),
        names_of_places=frozenset(form.named),
        readers=_OWN,
    )


def doubled(items: Sequence[Item], columns: Sequence[Column], key: Sequence[str], what: str) -> Iterator[Finding]:
    """Rows that say the same thing twice by the columns of `key`."""
    yield from filled_form.twice(items, columns, what, lambda item: tuple(str(item.cells.get(n)).casefold() for n in key))


def _month(cell: object, _: Column) -> object:
    month = read_period(cell, "M", FORM)
    if not has_begun(month):
        raise Refused(
            "coming", "a month that has begun", "en månad som har börjat", "har inte börjat", "Rätta året eller månaden."
        )
    return month


def _clock(cell: object, _: Column) -> object:
    return read_clock(cell)


_OWN: Mapping[str, Reader] = MappingProxyType({"month": _month, "clock": _clock})
