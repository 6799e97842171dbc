"""A workbook of a few sheets to fill in, written empty and read whole: for forms that need no way of reading of their own.

A form is data: its sheets with their columns. Every fault is found in one reading, and nothing is half-read.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from kunskapsbaserat.cells import FORM, Tally, read_clock, read_period
from kunskapsbaserat.data import files, names, screen
from kunskapsbaserat.data.est import private
from kunskapsbaserat.data.est.item import Item
from kunskapsbaserat.data.export import write_once
from kunskapsbaserat.data.files import DataFile
from kunskapsbaserat.data.screen import letter
from kunskapsbaserat.errors import FileError, PersonalDataError
from kunskapsbaserat.findings import Finding
from kunskapsbaserat.forms import reading, values, writing
from kunskapsbaserat.forms.columns import Column, Rows, apart_rows, filled_rows
from kunskapsbaserat.forms.faults import FormError, error
from kunskapsbaserat.forms.values import Reader

READ_ME, LISTS = "Läs mig", "Listor"
_SHOWN = 5
_WRITTEN = ("text", "id", "ref")  # what is chosen from a list is nobody
_PERSONAL = ("personnummer", "email", "phone", "vehicle", "name")

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
    choices = {f"choice:{c.name}": [*c.choices] for columns in form.sheets.values() for c in columns if c.choices}
    ranges = writing.write_lists(book[LISTS], choices)
    for name, columns in form.sheets.items():
        writing.part_sheet(book[name], columns, ranges)
        for at, row in enumerate(filled.get(name, ()), start=4):
            for number, column in enumerate(columns, start=1):
                book[name].cell(at, number, row.get(column.name)).alignment = writing.wrap()
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
    items, faults = _read(file, form)
    faults += list(check(items)) if check is not None else []
    if faults:
        raise FormError(path, faults)
    return FilledBook(MappingProxyType(items), file.sha256)


def _read(file: DataFile, form: Form) -> tuple[dict[str, tuple[Item, ...]], list[Finding]]:
    there = {sheet.name.strip(): sheet.rows for sheet in file.sheets}
    if not set(form.sheets) & there.keys():
        names_of = ", ".join(form.sheets)
        told = f"är inte rätt arbetsbok: bladen {names_of} saknas. Kör ”{form.command}” så skrivs en att fylla i."
        raise FileError("other_form", file.path, f"has none of the sheets {names_of}", told)
    faults = list(_sheet_faults(there, form))
    personal = [error("personal", f.sheet, f.row, f.column, f.kind) for f in screen.find(file.sheets) if f.kind in _PERSONAL]
    items = {name: tuple(_items(form, name, there[name], faults, personal)) for name in form.sheets if name in there}
    refuse_personal(file.path, personal)
    return items, [*faults, *_loose(items, form)]


def _sheet_faults(there: Mapping[str, Rows], form: Form) -> Iterator[Finding]:
    for name in form.sheets:
        if name not in there and name not in form.optional:
            yield error("missing_sheet", name, None, None, "bladet saknas. Lägg tillbaka det med samma namn.")
    for name in there:
        if name not in (*form.sheets, READ_ME, LISTS):
            near = difflib.get_close_matches(name, list(form.sheets), n=1, cutoff=0.5)
            hint = f"Menade du {near[0]}? " if near else ""
            yield error("unknown_sheet", name, None, None, f"bladet hör inte hit. {hint}Ta bort det eller byt namn.")


def _items(form: Form, name: str, rows: Rows, faults: list[Finding], personal: list[Finding]) -> Iterator[Item]:
    columns = form.sheets[name]
    head = reading.head_row(rows, columns[0].head)
    if head is None:
        faults.append(error("no_headings", name, None, None, f"rubriken ”{columns[0].head}” saknas i första kolumnen."))
        return
    places, misplaced = reading.places(columns, rows[head])
    faults += [
        error(wrong.code, name, head + 1, None if wrong.at is None else letter(wrong.at), wrong.svenska) for wrong in misplaced
    ]
    tally = Tally(form.file, name, rows)
    tally.take("heading", *apart_rows(rows, head))
    for at, row in filled_rows(rows, head):
        tally.take("values", at)
        cells, wrong_cells = reading.read_row(columns, places, row, _value)
        for fault in wrong_cells:
            told = "cellen är inte ifylld." if fault.refused is None else fault.refused.sentence(fault.cell)
            code = "empty" if fault.refused is None else fault.refused.code
            faults.append(error(code, name, at, fault.column.head, told))
            if isinstance(fault.cell, str) and is_personal(fault.cell):  # what is refused would be repeated
                personal.append(error("personal", name, at, letter(fault.at), "personuppgift"))
        personal += [
            error("personal", name, at, letter(places[c.name]), "personuppgift")
            for c in columns
            if c.kind in _WRITTEN
            and isinstance(said := cells.get(c.name), str)
            and is_personal(said, free=c.name not in form.named)
        ]
        yield Item(name, at, MappingProxyType(cells))
    tally.settle()


def _loose(items: Mapping[str, Sequence[Item]], form: Form) -> Iterator[Finding]:
    there = {name: items.get(name, ()) for name in form.sheets}
    unread = [name for name in form.sheets if name not in items]
    for reference in reading.dangling(form.sheets, there, unread=unread):
        known = ", ".join(sorted(reference.known)) or "inga"
        told = f"{reference.ref} står inte i bladet {reference.column.refers}. Där finns: {known}."
        yield error("unknown_ref", reference.sheet, reference.row.row, reference.column.head, told)


def doubled(items: Sequence[Item], sheet: str, columns: Sequence[Column], key: Sequence[str], what: str) -> Iterator[Finding]:
    """Rows that say the same thing twice by the columns of `key`: nobody knows which holds."""
    must = [column.name for column in columns if column.required]
    first: dict[tuple[object, ...], int] = {}
    for item in items:
        if any(name not in item.cells for name in must):
            continue
        said = tuple(str(item.cells.get(name)).casefold() for name in key)
        at = first.setdefault(said, item.row)
        if at != item.row:
            yield error("doubled", sheet, item.row, None, f"{what} står också på rad {at}. Räkna ihop raderna till en.")


def _value(cell: object, column: Column) -> object:
    return values.value(cell, column, _OWN)


def _month(cell: object, _: Column) -> object:
    return read_period(cell, "M", FORM)


def _clock(cell: object, _: Column) -> object:
    return read_clock(cell)


_OWN: Mapping[str, Reader] = MappingProxyType({"month": _month, "clock": _clock})


# ---- what it may not say -------------------------------------------------------------------------------------------------


def is_personal(text: str, *, free: bool = True) -> bool:
    """A number, an address or a name; in what is written freely a single given name is enough."""
    return private.kind_of(text) is not None or (free and names.has_known(text))


def refuse_personal(path: Path, personal: Sequence[Finding]) -> None:
    """Stop at what may be personal data.

    Raises
    ------
    PersonalDataError
        There is any: where, never what.
    """
    if not personal:
        return
    personal = list({(f.sheet, f.row, f.column): f for f in personal}.values())
    shown = personal[:_SHOWN]
    raise PersonalDataError(
        path,
        len(personal),
        [f"personal data (sheet {f.sheet!r}, row {f.row}, column {f.column})" for f in shown],
        [
            f"något som liknar ett namn eller en annan personuppgift (blad ”{f.sheet}”, rad {f.row}, kolumn {f.column})"
            for f in shown
        ],
    )
