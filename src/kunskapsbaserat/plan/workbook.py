"""The workbook of the plan: opened by the same door as every file, screened for personal data, read whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from kunskapsbaserat import kommun as kommuner
from kunskapsbaserat.data import files, screen
from kunskapsbaserat.data.files import Sheet
from kunskapsbaserat.errors import FileError, PersonalDataError
from kunskapsbaserat.findings import Finding
from kunskapsbaserat.forms.columns import Rows
from kunskapsbaserat.plan import chain, sheets, work_checks
from kunskapsbaserat.plan.faults import PlanError, warning
from kunskapsbaserat.plan.model import Plan
from kunskapsbaserat.plan.reader import Reading, is_untouched, read_rows

_FORBIDDEN = ("personnummer", "email", "phone", "vehicle")  # names may stand: organisations and places are named so
_CONTACT = "Kontakt utåt"


def path_in(folder: str | Path) -> Path:
    """Where the plan of a kommun's folder is.

    Parameters
    ----------
    folder : str or Path
        A kommun's folder; it need not exist.

    Returns
    -------
    Path

    Examples
    --------
    >>> from kunskapsbaserat.plan import path_in
    >>> path_in("borlange").as_posix()
    'borlange/atgardsplan.xlsx'
    """
    return Path(folder) / sheets.FILE


def inspect(path: str | Path, *, kommun: object) -> Reading:
    """The plan as far as it can be read, with every fault and everything that hangs loose; never an error about its content.

    Parameters
    ----------
    path : str or Path
        Of the workbook.
    kommun : str
        Name or code of the kommun whose plan it is.

    Returns
    -------
    Reading
        `plan` (None when there is any error), `faults` (errors and warnings, each with its place) and `empty`.

    Raises
    ------
    FileLocked, FileError
        The workbook cannot be opened.
    PersonalDataError
        It seems to hold personal data.

    Examples
    --------
    The invented plan as a workbook, with a goal for a measure that is not there:

    >>> import tempfile
    >>> from openpyxl import Workbook
    >>> from kunskapsbaserat.plan import inspect, path_in
    >>> from kunskapsbaserat.plan.example import rows
    >>> book = Workbook()
    >>> book.remove(book.active)
    >>> for name, lines in rows().items():
    ...     sheet = book.create_sheet(name)
    ...     for line in lines:
    ...         sheet.append([", ".join(cell) if isinstance(cell, list) else cell for cell in line])
    >>> at = [cell.value for cell in book["Mål"][1]].index("Åtgärder") + 1
    >>> _ = book["Mål"].cell(row=2, column=at, value="Å99")
    >>> folder = tempfile.TemporaryDirectory()
    >>> book.save(path_in(folder.name))
    >>> found = inspect(path_in(folder.name), kommun="Borlänge")
    >>> found.plan is None, str(found.faults[0])
    (True, 'blad ”Mål”, rad 2, kolumn ”Åtgärder”: id Å99 finns inte på bladet Åtgärder. Menade du Å8?')
    >>> folder.cleanup()
    """
    path = Path(path)
    file = files.read_file(path)
    _screen(path, file.sheets)
    book = {sheet.name: sheet.rows for sheet in file.sheets}
    found = read_rows(book, kommun=kommuner.get(kommun).code, sha256=file.sha256)
    if is_untouched(book) and all(f.code == "empty" for f in found.faults):
        return Reading(None, (), empty=True)
    remarks = list(found.faults)
    if found.partial is not None:
        remarks += chain.faults(found.partial, unread=found.unread)
        remarks += work_checks.faults(found.partial, unread=found.unread)
    if found.plan is not None and not any(f.level == "error" for f in remarks):
        remarks += chain.orphans(found.plan)
    if path.with_name(f"~${path.name}").exists():
        remarks.append(_open_in_excel(path))
    broken = any(f.level == "error" for f in remarks)
    return Reading(None if broken else found.plan, tuple(remarks), empty=found.empty)


def read(path: str | Path, *, kommun: object) -> Plan:
    """The plan of a workbook.

    Parameters
    ----------
    path : str or Path
        Of the workbook.
    kommun : str
        Name or code of the kommun whose plan it is.

    Returns
    -------
    Plan

    Raises
    ------
    PlanError
        Anything in it is wrong; `faults` has all of it.
    FileError
        There is no plan, or nothing has been filled in; otherwise as `inspect`.

    Examples
    --------
    The invented plan, written as a workbook and read back:

    >>> import tempfile
    >>> from openpyxl import Workbook
    >>> from kunskapsbaserat.plan import path_in, read
    >>> from kunskapsbaserat.plan.example import rows
    >>> book = Workbook()
    >>> book.remove(book.active)
    >>> for name, lines in rows().items():
    ...     sheet = book.create_sheet(name)
    ...     for line in lines:
    ...         sheet.append([", ".join(cell) if isinstance(cell, list) else cell for cell in line])
    >>> folder = tempfile.TemporaryDirectory()
    >>> book.save(path_in(folder.name))
    >>> plan = read(path_in(folder.name), kommun="Borlänge")
    >>> [problem.namn for problem in plan.problem][:2]
    ['Inbrott i villor och lägenheter', 'Våld mot vuxna i centrum på kvällar']
    >>> folder.cleanup()
    """
    path = Path(path)
    if not path.exists():
        raise FileError(
            "no_plan",
            path,
            "does not exist",
            "finns inte. Kör ”kunskap ny KOMMUN MAPP” så skrivs en åtgärdsplan att fylla i; inget i mappen skrivs över.",
        )
    found = inspect(path, kommun=kommun)
    if found.empty and not any(f.code == "missing_sheet" for f in found.faults):  # a file of another kind is not unfilled
        raise unfilled(path)
    if found.plan is None:
        raise PlanError(path, [f for f in found.faults if f.level == "error"])
    return found.plan


def unfilled(path: Path) -> FileError:
    """The error for a plan that is there, but that nobody has written anything in."""
    return FileError("empty_plan", path, "has nothing filled in", "är inte ifylld än. Fyll i den i Excel och spara.")


def from_rows(book: Mapping[str, Rows], *, kommun: str, name: str, example: bool = False, sha256: str = "") -> Plan:
    """A plan from rows at hand; every fault is an error."""
    found = read_rows(book, kommun=kommun, example=example, sha256=sha256)
    wrong = [f for f in found.faults if f.level == "error"]
    wrong += [*chain.faults(found.plan), *work_checks.faults(found.plan)] if found.plan else []
    if wrong or found.plan is None:
        raise PlanError(name, wrong)
    return found.plan


def _open_in_excel(path: Path) -> Finding:
    return warning("open_in_excel", "", None, None, f"{path.name} är öppen i Excel. Det som inte är sparat kommer inte med.")


def _screen(path: Path, book: tuple[Sheet, ...]) -> None:
    """No personal data; the line for contact may hold an address and a telephone number of a function."""
    contact = {
        (sheet.name, at)
        for sheet in book
        for at, row in enumerate(sheet.rows, start=1)
        if sheet.name.strip().casefold() == sheets.KOMMUN.casefold() and row and row[0] == _CONTACT
    }
    found = [f for f in screen.find(book) if f.kind in _FORBIDDEN]
    found = [f for f in found if not ((f.sheet, f.row) in contact and f.kind in ("email", "phone"))]
    if found:
        shown = found[: screen.SHOWN]
        raise PersonalDataError(
            path,
            len(found),
            [f"{f.kind} (sheet {f.sheet!r}, row {f.row}, column {f.column})" for f in shown],
            [f"{screen.KINDS[f.kind]} (blad ”{f.sheet}”, rad {f.row}, kolumn {f.column})" for f in shown],
        )
