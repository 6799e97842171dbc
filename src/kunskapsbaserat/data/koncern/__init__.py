"""The losses of the koncern in a kommun's folder: read whole or not at all, with a price index of one series."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from kunskapsbaserat.data import filled_book
from kunskapsbaserat.data.est.item import Item
from kunskapsbaserat.data.filled_book import FilledBook
from kunskapsbaserat.data.koncern import prices, sheets
from kunskapsbaserat.data.koncern.prices import Prices
from kunskapsbaserat.errors import FileError
from kunskapsbaserat.findings import Finding
from kunskapsbaserat.forms.faults import error

__all__ = ["Losses", "path_in", "read", "write_new"]


@dataclass(frozen=True)
class Losses:
    """What the koncern has lost.

    Attributes
    ----------
    units : DataFrame
        ``unit owner kind board``, one row a unit, in the order of the workbook.
    rows : DataFrame
        ``unit month type count kronor row``: events of a type in a month; `kronor` in that month's money, missing where nobody
        knows. A month in which nothing was lost has a row with the count 0, one that nobody has reported has none.
    prices : Prices
        The kommun's own sheet, else SCB's figures as the package has them.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat.data.koncern import Losses
    >>> from kunskapsbaserat.data.koncern.prices import KNOWN, Prices
    >>> units = pd.DataFrame({"unit": ["Norra skolan"], "owner": "Skolförvaltningen", "kind": "förvaltning", "board": None})
    >>> columns = ["unit", "month", "type", "count", "kronor", "row"]
    >>> rows = pd.DataFrame([("Norra skolan", "2025-03", "skadegörelse", 3, 12_000.0, 4)], columns=columns)
    >>> losses = Losses(units, rows, Prices(KNOWN), own_prices=False, sha256="")
    >>> float(losses.rows["kronor"].sum())
    12000.0
    """

    units: pd.DataFrame
    rows: pd.DataFrame
    prices: Prices
    own_prices: bool
    sha256: str


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
    >>> from kunskapsbaserat.data import koncern
    >>> koncern.path_in("koping").as_posix()
    'koping/koncern.xlsx'
    """
    return Path(folder) / sheets.FILE


def write_new(path: str | Path) -> bool:
    """Write a workbook to fill in, with SCB's price index; one that exists is never touched. Was it written?

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
    >>> from kunskapsbaserat.data import koncern
    >>> home = tempfile.TemporaryDirectory()
    >>> koncern.write_new(koncern.path_in(home.name))
    True
    >>> home.cleanup()
    """
    known = [{"manad": str(month), "kpi": value} for month, value in prices.KNOWN.items()]
    return filled_book.write_new(path, sheets.FORM, {sheets.PRICES: known})


def read(folder: str | Path) -> Losses:
    """The losses of a folder.

    Parameters
    ----------
    folder : str or Path
        The kommun's.

    Returns
    -------
    Losses

    Raises
    ------
    FileError
        There is no workbook, or nothing is filled in.
    FormError
        Anything is wrong: all of it, with sheet and row.
    PersonalDataError, FileLocked
        As `filled_book.read`.

    Examples
    --------
    >>> import tempfile
    >>> from openpyxl import load_workbook
    >>> from kunskapsbaserat.data import koncern
    >>> home = tempfile.TemporaryDirectory()
    >>> path = koncern.path_in(home.name)
    >>> _ = koncern.write_new(path)
    >>> book = load_workbook(path)
    >>> book["Enheter"].append(["Norra skolan", "Skolförvaltningen", "förvaltning"])
    >>> book["Förluster"].append(["Norra skolan", "2025-03", "skadegörelse", 3, 12_000])
    >>> book.save(path)
    >>> koncern.read(home.name).rows
               unit    month          type  count   kronor  row
    0  Norra skolan  2025-03  skadegörelse      3  12000.0    4
    >>> home.cleanup()
    """
    path = path_in(folder)
    book = filled_book.read(path, sheets.FORM, _check)
    if not book.of(sheets.LOSSES):
        told = "har inga förluster ifyllda. Skriv också månader utan förluster, med antal 0."
        raise FileError("empty_form", path, "has no losses filled in", told)
    return of_book(book)


def of_book(book: FilledBook) -> Losses:
    """The losses as tables."""
    units = [(i.enhet, i.agare, i.slag, i.namnd) for i in book.of(sheets.UNITS)]
    rows = [(i.enhet, i.manad, i.typ, i.antal, i.kronor, i.row) for i in book.of(sheets.LOSSES)]
    own = {i.manad: float(i.kpi) for i in book.of(sheets.PRICES)}
    frame = pd.DataFrame(rows, columns=["unit", "month", "type", "count", "kronor", "row"])
    return Losses(
        units=pd.DataFrame(units, columns=["unit", "owner", "kind", "board"]),
        rows=frame.astype({"count": "int64", "kronor": "float64"}),
        prices=Prices(own or prices.KNOWN),
        own_prices=bool(own),
        sha256=book.sha256,
    )


def _check(items: Mapping[str, Sequence[Item]]) -> Iterator[Finding]:
    yield from _about_units(items.get(sheets.UNITS, ()))
    yield from _about_losses(items.get(sheets.LOSSES, ()))
    yield from _about_prices(items.get(sheets.PRICES, ()))


def _about_units(units: Sequence[Item]) -> Iterator[Finding]:
    yield from filled_book.doubled(units, sheets.SHEETS[sheets.UNITS], ("enhet",), "enheten")
    kinds: dict[str, Item] = {}
    for item in units:
        if item.agare is None or item.slag is None:
            continue
        first = kinds.setdefault(str(item.agare).casefold(), item)
        if first.slag != item.slag:
            told = f"{item.agare} är {item.slag} här men {first.slag} på rad {first.row}. Rätta den ena."
            yield error("other_kind", sheets.UNITS, item.row, "Slag", told)


def _about_losses(losses: Sequence[Item]) -> Iterator[Finding]:
    columns = sheets.SHEETS[sheets.LOSSES]
    single = [i for i in losses if i.antal != 1]  # two fires of one month are two rows: each may be the largest
    yield from filled_book.doubled(single, columns, ("enhet", "manad", "typ"), "samma enhet, månad och typ")
    nothing = {(i.enhet, i.manad): i for i in losses if i.typ == sheets.NOTHING}
    for item in losses:
        if item.typ == sheets.NOTHING and (item.antal or item.kronor):
            yield error(
                "nothing_lost", sheets.LOSSES, item.row, "Antal", "typen är inga förluster, men antal eller kronor är ifyllt."
            )
        elif item.antal == 0 and item.kronor:
            yield error("no_event", sheets.LOSSES, item.row, "Antal", "antalet är 0 men kronor är ifyllt. Rätta det ena.")
        elif item.antal and (none := nothing.get((item.enhet, item.manad))) is not None:
            told = f"rad {none.row} säger att enheten inte hade några förluster den månaden. Ta bort den ena raden."
            yield error("contradicted", sheets.LOSSES, item.row, "Typ", told)


def _about_prices(rows: Sequence[Item]) -> Iterator[Finding]:
    yield from filled_book.doubled(rows, sheets.SHEETS[sheets.PRICES], ("manad",), "månaden")
    known = {i.manad: float(i.kpi) for i in rows if i.manad is not None and i.kpi}
    at = {i.manad: i.row for i in rows}
    for item in rows:
        if item.kpi is not None and item.kpi <= 0:
            yield error("bad_index", sheets.PRICES, item.row, "KPI", "ett prisindex är större än noll. Skriv SCB:s tal.")
    for month in prices.jumps(known):
        told = "talet passar inte ihop med månaden före. Har serierna olika basår? Använd samma serie hela vägen."
        yield error("other_series", sheets.PRICES, at[month], "KPI", told)
    if known and not prices.is_scb(known):
        told = f"talen följer inte {prices.SOURCE}. Har någon siffra blivit fel?"
        yield error("not_scb", sheets.PRICES, None, "KPI", told)
