"""A file of figures by area and period, as the panel of an evaluation: one row per area and month, or months as headings."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from kunskapsbaserat import cells
from kunskapsbaserat.cells import Dialect, Place, Tally
from kunskapsbaserat.data import screen
from kunskapsbaserat.data.files import DataFile, Sheet
from kunskapsbaserat.errors import TableError

FREQUENCIES = ("M", "Q", "Y")
_TIMES = {"period", "månad", "manad", "kvartal", "år", "datum", "tid", "month", "time"}
_AREAS = {
    "area",
    "område",
    "omrade",
    "region",
    "regionkod",
    "kommun",
    "kommunkod",
    "kod",
    "plats",
    "stadsdel",
    "lokalpolisområde",
    "unit",
}
_EXPOSURES = {"population", "folkmängd", "folkmangd", "befolkning", "invånare", "invanare", "exposure", "residents"}
_SHAPE = "Gör en rad per område och månad, till exempel med rubrikerna område, månad (2024-03) och antal."


@dataclass(frozen=True)
class OwnPanel:
    """A table to evaluate, and what its columns are.

    Attributes
    ----------
    table : DataFrame
        `unit` (str; the code where all are kommuner), `time` (pandas Period) and `figures` (float, NaN where missing). The
        index is the row of the file, as a person sees it.
    unit, time : str
        The columns of area and period.
    figures : tuple of str
        The columns that can be an outcome.
    exposure : str or None
        The one among them that is a population, by its name.
    left_out : tuple of str
        Columns of text that were not read, and the letters of those without a heading.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat.data.panel import of_table
    >>> months = pd.period_range("2024-01", periods=2, freq="M")
    >>> panel = of_table(pd.DataFrame({"area": "Norr", "period": months, "antal": [3, 5], "folkmängd": [900, 901]}))
    >>> panel.figures, panel.exposure
    (('antal', 'folkmängd'), 'folkmängd')
    """

    table: pd.DataFrame
    unit: str
    time: str
    figures: tuple[str, ...]
    exposure: str | None = None
    left_out: tuple[str, ...] = ()


def of_table(table: pd.DataFrame, *, unit: str = "area", time: str = "period") -> OwnPanel:
    """A table in memory as an `OwnPanel`.

    Parameters
    ----------
    table : DataFrame
        One row per area and period.
    unit, time : str
        The columns of area and period (pandas Period).

    Returns
    -------
    OwnPanel
        Its figures are all other columns of numbers.

    Raises
    ------
    TableError
        A column is missing, the periods are not pandas Periods, or no column holds figures.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat.data.panel import of_table
    >>> months = pd.period_range("2024-01", periods=2, freq="M")
    >>> of_table(pd.DataFrame({"area": "Norr", "period": months, "antal": [3, 5]})).figures
    ('antal',)
    """
    for name in (unit, time):
        if name not in table:
            raise TableError(f"a column {name!r}", forvantat=f"en kolumn som heter ”{name}”", column=name)
    if not isinstance(table[time].dtype, pd.PeriodDtype) or table[time].isna().any():
        raise TableError("pandas Periods", forvantat="månader, kvartal eller år (pandas Period)", column=time)
    figures = tuple(str(c) for c in table.select_dtypes("number") if c not in (unit, time))
    if table.empty or not figures:
        raise TableError("rows, and at least one column of figures", forvantat="rader, och minst en kolumn med tal")
    return OwnPanel(table, unit, time, figures, _exposure(figures))


def read_panel(path: str | Path) -> OwnPanel:
    r"""A workbook or text file as a panel.

    Its first row with two or more filled cells holds the headings. The area and the period are known by their headings
    ("kommun", "område", "månad"), otherwise by what stands under them; a file with periods as headings is turned. Every other
    column half of whose cells or more are numbers is figures, and then all of it has to be; a marker ("x", "..", NA) is a
    missing figure wherever it stands. Nothing is added up, nothing filled in: an empty cell is missing.

    Parameters
    ----------
    path : str or Path
        xlsx, xls, ods, csv or txt.

    Returns
    -------
    OwnPanel

    Raises
    ------
    PersonalDataError
        The file seems to hold personal data.
    TableError
        No area, period or figures are found, a cell cannot be read, or an area and period stands twice: file, row and column.
    FileError, FileLocked
        The file cannot be read.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from kunskapsbaserat.data.panel import read_panel
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = Path(folder.name) / "larm.csv"
    >>> text = "område;månad;larm\nNorr;jan 2024;5\nSöder;jan 2024;0\nNorr;feb 2024;..\n"
    >>> _ = path.write_text(text, encoding="utf-8")
    >>> panel = read_panel(path)
    >>> panel.table
      område    månad  larm
    2   Norr  2024-01   5.0
    3  Söder  2024-01   0.0
    4   Norr  2024-02   NaN
    >>> panel.unit, panel.time, panel.figures
    ('område', 'månad', ('larm',))
    >>> folder.cleanup()
    """
    file = screen.safe_file(path)
    sheet = _the_sheet(file)
    head = next(i for i, row in enumerate(sheet.rows) if sum(c is not None for c in row) > 1)
    heads = _heads(file, sheet, head)
    rows = [(i + 1, row) for i, row in enumerate(sheet.rows) if i > head and any(c is not None for c in row)]
    tally = Tally(file.path, sheet.name, sheet.rows)
    tally.take("heading", *range(1, head + 2))
    if not rows:
        raise TableError("rows under the headings", forvantat="rader under rubrikerna", file=file.path, row=head + 1)
    columns = {name: [row[at] if at < len(row) else None for _, row in rows] for name, at in heads.items()}
    source = _Source(file, sheet.name, [number for number, _ in rows], columns)
    wide = _wide_frequency(list(heads))
    found = _turned(source, wide) if wide else _long(source)
    tally.take("values", *found.table.index)
    tally.settle()
    return replace(found, left_out=(*found.left_out, *_unheaded(sheet, head, heads.values())))


@dataclass(frozen=True)
class _Source:
    file: DataFile
    sheet: str
    numbers: Sequence[int]
    columns: dict[str, list[object]]

    @property
    def dialect(self) -> Dialect:
        return cells.PANEL.of(self.file)

    def place(self, at: int, column: str) -> Place:
        return Place(self.file.path, self.sheet, self.numbers[at], column)

    def figures(self, column: str) -> list[float]:
        found = (cells.number(c, self.place(i, column), self.dialect).value for i, c in enumerate(self.columns[column]))
        return [float("nan") if value is None else value for value in found]

    def error(self, expected: str, forvantat: str) -> TableError:
        listed = ", ".join(self.columns)
        return TableError(
            f"{expected} among {listed}", forvantat=f"{forvantat} bland rubrikerna {listed}", file=self.file.path, tips=_SHAPE
        )


def _the_sheet(file: DataFile) -> Sheet:
    filled = [s for s in file.sheets if any(sum(c is not None for c in row) > 1 for row in s.rows)]
    if len(filled) != 1:
        names = ", ".join(f"”{s.name}”" for s in filled)
        which = f"ett enda blad med tal; {'inget hittades' if not filled else f'här finns {names}'}"
        raise TableError(f"one sheet with a table, found {len(filled)}", forvantat=which, file=file.path, tips=_SHAPE)
    return filled[0]


def _heads(file: DataFile, sheet: Sheet, head: int) -> dict[str, int]:
    heads: dict[str, int] = {}
    for at, cell in enumerate(sheet.rows[head]):
        name = cells.text_of(cell)
        if name in heads:
            place = Place(file.path, sheet.name, head + 1, screen.letter(at))
            raise place.error("each heading once", "att varje rubrik står en gång", name)
        if name:
            heads[name] = at
    return heads


def _unheaded(sheet: Sheet, head: int, headed: Collection[int]) -> list[str]:
    """Excel's letter of every column that holds something and has no heading, such as the row numbers that R writes first."""
    filled = {at for row in sheet.rows[head + 1 :] for at, cell in enumerate(row) if cell is not None}
    return [screen.letter(at) for at in sorted(filled - set(headed))]


def _wide_frequency(heads: list[str]) -> str | None:
    """The length of the periods when three or more headings are periods."""
    return next((f for f in FREQUENCIES if sum(cells.is_period(h, f) for h in heads) >= 3), None)


def _long(source: _Source) -> OwnPanel:
    time, frequency = _time_column(source)
    unit = _unit_column(source, [c for c in source.columns if c != time])
    rest = [c for c in source.columns if c not in (unit, time)]
    figures = [c for c in rest if _is_figures(source.columns[c], source.dialect)]
    if not figures:
        raise source.error("a column of figures", "en kolumn med tal")
    periods = [cells.period(c, source.place(i, time), frequency) for i, c in enumerate(source.columns[time])]
    table = pd.DataFrame(
        {unit: _areas(source, unit), time: pd.PeriodIndex(periods)} | {c: source.figures(c) for c in figures},
        index=pd.Index(source.numbers),
    )
    _refuse_doubles(source, table, unit, time)
    return OwnPanel(table, unit, time, tuple(figures), _exposure(figures), tuple(c for c in rest if c not in figures))


def _turned(source: _Source, frequency: str) -> OwnPanel:
    periods = [c for c in source.columns if cells.is_period(c, frequency)]
    rest = [c for c in source.columns if c not in periods]
    unit = _unit_column(source, rest)
    where = Place(source.file.path, source.sheet, source.numbers[0] - 1, "")
    areas = _areas(source, unit)
    parts = [
        pd.DataFrame(
            {unit: areas, "period": cells.period(c, where, frequency), "antal": source.figures(c)},
            index=pd.Index(source.numbers),
        )
        for c in periods
    ]
    table = pd.concat(parts).astype({"period": f"period[{frequency}]"})
    _refuse_doubles(source, table, unit, "period")
    return OwnPanel(table, unit, "period", ("antal",), left_out=tuple(c for c in rest if c != unit))


def _time_column(source: _Source) -> tuple[str, str]:
    """The column of periods: one so called, or the first in which all cells are periods."""
    for name, column in source.columns.items():
        if name.casefold() in _TIMES:
            first = next((c for c in column if c is not None), None)
            frequency = next((f for f in FREQUENCIES if cells.is_period(first, f)), "M")
            return name, frequency
    for name, column in source.columns.items():
        for frequency in FREQUENCIES:
            if all(cells.is_period(c, frequency) for c in column):
                return name, frequency
    raise source.error("a column of months, quarters or years", "en kolumn med månader, kvartal eller år")


def _unit_column(source: _Source, names: list[str]) -> str:
    called = [n for n in names if n.casefold() in _AREAS]
    texts = [n for n in names if not _is_figures(source.columns[n], source.dialect)]
    found = called or texts
    if not found:
        raise source.error("a column of areas", "en kolumn med områden")
    return found[0]


def _areas(source: _Source, unit: str) -> list[str]:
    """Codes when half of the areas or more are kommuner, and then all have to be; otherwise the names as they stand.

    A sum of them all, such as riket or a whole län, is nothing to compare one of them with, and is refused.
    """
    names = [cells.text_of(c) for c in source.columns[unit]]
    for at, name in enumerate(names):
        if not name:
            raise source.place(at, unit).error("an area", "ett område")
    codes = {name: _code(source, unit, at, name) for name, at in {n: i for i, n in reversed(list(enumerate(names)))}.items()}
    if 2 * sum(code is not None for code in codes.values()) < len(codes):
        return names
    for at, name in enumerate(names):
        if codes[name] is None and cells.area(name, source.place(at, unit)):  # raises where the name is unknown
            raise source.place(at, unit).error("a kommun, not a sum of kommuner", "en kommun, inte en summa av flera", name)
    return [code for name in names if (code := codes[name])]


def _code(source: _Source, unit: str, at: int, name: str) -> str | None:
    """The code of a kommun; short numbers are a place's own."""
    try:
        code, level = cells.area(name, source.place(at, unit))
    except TableError:
        return None
    return code if level not in ("riket", "lan") else None


def _refuse_doubles(source: _Source, table: pd.DataFrame, unit: str, time: str) -> None:
    twice = table.duplicated([unit, time]).to_numpy()
    if twice.any():
        at = int(twice.argmax())
        raise TableError(
            "each area and period once",
            forvantat="att varje område och period står en gång",
            file=source.file.path,
            row=table.index[at],
            got=f"{table[unit].iat[at]} {table[time].iat[at]}",
        )


def _is_figures(column: Sequence[object], dialect: Dialect) -> bool:
    """Whether a column is figures, by all of its cells: at least half of those that are not missing are numbers."""
    held = [c for c in column if not cells.is_missing(c, dialect)]
    numbers = [c for c in held if cells.is_number(c, dialect) and not _is_guarded(c)]
    return bool(numbers) and 2 * len(numbers) >= len(held)


def _is_guarded(cell: object) -> bool:
    """A number that a program has marked as text, such as ="0114", is a code."""
    return isinstance(cell, str) and cell.strip().startswith(("=", "'"))


def _exposure(figures: Sequence[str]) -> str | None:
    return next((c for c in figures if c.casefold() in _EXPOSURES), None)
