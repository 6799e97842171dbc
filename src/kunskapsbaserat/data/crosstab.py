"""A publisher's table of areas by years as one entry per figure, wherever headings, stubs and notes stand.

Two shapes are known: years in the headings (PxWeb's and Kolada's tables) and a column of years (relational
downloads). Columns are found by their headings and rows by their areas, never by position.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from kunskapsbaserat import cells
from kunskapsbaserat.cells import Place, Tally
from kunskapsbaserat.data.files import DataFile, Sheet
from kunskapsbaserat.errors import TableError

YEAR_HEADINGS = {"år", "ar", "year", "tid", "time", "period", "månad"}
AREA_HEADINGS = {"region", "regionkod", "kommun", "kommunkod", "kommunnamn", "municipality", "municipality_id", "område", "län"}
CODE_HEADINGS = {"regionkod", "kommunkod", "municipality_id", "kod"}

_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?:M(\d\d))?(?!\d)")
_AGGREGATES = {"alla kommuner", "alla regioner", "alla län", "kommuner", "övriga"}


@dataclass(frozen=True)
class Entry:
    """One figure: its area, what the heading says beside the year, the other stub cells, the title, and where it stands."""

    title: str
    area: object
    year: int
    month: int | None
    label: str
    stub: dict[str, object]
    cell: object
    place: Place


def entries(file: DataFile, sheet: Sheet) -> Iterator[Entry]:
    """The figures of a sheet, row by row.

    Raises
    ------
    TableError
        No row begins with an area, no heading holds a year, or a figure stands on a row without an area.
    """
    first = _first_data_row(file, sheet)
    heads = _headings(sheet, first)
    long = next((at for at, head in enumerate(heads) if head.casefold() in YEAR_HEADINGS), None)
    dated = {at: found for at, head in enumerate(heads) if (found := _YEAR.findall(head)) and len(set(found)) == 1}
    title = " ".join([sheet.name, *(str(row[0]) for row in sheet.rows[:first] if row and row[0] is not None)])
    if long is None and not dated and (of_title := _year_of(title)):
        dated = {at: [(of_title, "")] for at in _value_columns(sheet, first, heads)}
    if long is None and not dated:
        raise TableError(
            "a year in the headings or a column of years",
            forvantat="ett årtal i rubrikerna eller en kolumn med år",
            file=file.path,
            sheet=sheet.name,
            row=first,
        )
    figures = [at for at in _value_columns(sheet, first, heads) if at != long] if long is not None else list(dated)
    stub = [at for at in range(len(heads)) if at not in figures and at != long and (long is not None or at < min(figures))]
    where = _area_column(file, sheet, first, heads, stub)
    labels = {column: " ".join(_YEAR.sub(" ", heads[column]).replace("_", " ").split()) for column in figures}
    above: dict[int, object] = {}
    tally = Tally(file.path, sheet.name, sheet.rows)
    tally.take("heading", *range(1, first + 1))
    for at, row in enumerate(sheet.rows[first:], start=first):
        cell = dict(enumerate(row))
        values = [cell.get(column) for column in figures]
        if all(value is None for value in values) and not may_be_area(cell.get(where)):
            tally.take("note", at + 1)  # a note, a source or an empty row: nothing in it is a figure
            continue
        tally.take("values", at + 1)
        above |= {column: cell[column] for column in stub if cell.get(column) is not None}
        rest = {heads[column] or f"kolumn {column + 1}": above.get(column) for column in stub if column != where}
        for column in figures:
            place = Place(file.path, sheet.name, at + 1, heads[column])
            if above.get(where) is None:
                raise place.error("an area on the row", "ett område på raden", cell.get(column))
            if long is not None:
                year, month = _year(cell.get(long), Place(file.path, sheet.name, at + 1, heads[long]))
            else:
                year, month = _pair(dated[column][0])
            yield Entry(title, above[where], year, month, labels[column], rest, cell.get(column), place)
    tally.settle()


def _year_of(title: str) -> str | None:
    """The one year that a title gives its figures ("Folkmängd i riket, län och kommuner 31 december 2021 ...")."""
    years = set(re.findall(r"31 dec(?:ember)? ((?:19|20)\d\d)", title, re.IGNORECASE))
    return years.pop() if len(years) == 1 else None


def is_area(value: object) -> bool:
    """Whether a cell names an area or one of the publishers' groups of areas, whatever its heading says.

    Years and kommun codes look alike (1980 is Västerås, 2021 Vansbro): a lone number of that kind proves nothing.
    """
    return may_be_area(value) and not re.fullmatch(r"(19|20)\d\d|2100", str(value).strip())


def may_be_area(value: object) -> bool:
    """Whether a cell names an area where areas are expected, a code such as "2021" too."""
    return isinstance(value, (str, int)) and (is_aggregate(value) or _known_area(str(value)))


@functools.lru_cache(maxsize=4096)
def _known_area(text: str) -> bool:
    return cells.is_area(text)


def is_aggregate(value: object) -> bool:
    """A group such as Kolada's "Alla kommuner", whose figure is an unweighted mean of the kommuner, not riket."""
    return isinstance(value, str) and " ".join(value.split()).casefold() in _AGGREGATES


def _first_data_row(file: DataFile, sheet: Sheet) -> int:
    """The row after a heading such as "kommunkod", else the first that names an area beside something more."""
    for at, row in enumerate(sheet.rows):
        filled = [cell for cell in row if cell is not None]
        headed = any(isinstance(cell, str) and cell.strip().casefold() in AREA_HEADINGS | CODE_HEADINGS for cell in filled)
        if len(filled) > 1 and headed and at + 1 < len(sheet.rows):
            return at + 1
        if len(filled) > 1 and any(is_area(cell) for cell in row[:4]):
            return at
    raise TableError(
        "rows that begin with a kommun, a län or riket",
        forvantat="rader som börjar med en kommun, ett län eller riket",
        file=file.path,
        sheet=sheet.name,
    )


def _headings(sheet: Sheet, first: int) -> list[str]:
    """One heading a column: the rows over the first area that belong to the table, read from the top down."""
    rows: list[tuple[object, ...]] = []
    for row in reversed(sheet.rows[:first]):
        filled = [at for at, cell in enumerate(row) if cell is not None]
        if not filled or (filled == [0] and len(row) > 1):
            break
        rows.insert(0, row)
    width = max(len(row) for row in sheet.rows[: first + 1])
    filled_rows = []
    for depth, row in enumerate(rows):
        heads: list[object] = [*row, *[None] * (width - len(row))]
        if depth < len(rows) - 1:  # a heading over several columns stands in the first of them
            for at in range(1, width):
                heads[at] = heads[at] if heads[at] is not None else heads[at - 1]
        filled_rows.append(heads)
    return [" ".join(str(heads[at]).strip() for heads in filled_rows if heads[at] is not None) for at in range(width)]


def _value_columns(sheet: Sheet, first: int, heads: list[str]) -> list[int]:
    """In a relational table: the columns that hold numbers and are neither codes, areas nor years."""
    found = []
    for at, head in enumerate(heads):
        if head.casefold() in YEAR_HEADINGS | AREA_HEADINGS | CODE_HEADINGS:
            continue
        sample = [row[at] for row in sheet.rows[first : first + 50] if at < len(row) and row[at] is not None]
        if sample and all(isinstance(c, (int, float)) or re.fullmatch(r"[\d\s.,%-]+|\.\.", str(c)) for c in sample):
            found.append(at)
    return found


def _area_column(file: DataFile, sheet: Sheet, first: int, heads: list[str], stub: list[int]) -> int:
    by_code = [at for at in stub if heads[at].casefold() in CODE_HEADINGS]
    by_head = [at for at in stub if heads[at].casefold() in AREA_HEADINGS]
    by_cell = [at for at in stub if at < len(sheet.rows[first]) and is_area(sheet.rows[first][at])]
    if not (found := by_code + by_head + by_cell):
        raise TableError(
            "a column of areas", forvantat="en kolumn med områden", file=file.path, sheet=sheet.name, row=first + 1
        )
    return found[0]


def _year(cell: object, place: Place) -> tuple[int, int | None]:
    if isinstance(cell, dt.date):
        return cell.year, cell.month
    found = _YEAR.fullmatch(str(cell).strip())
    if not found:
        raise place.error("a year", "ett årtal", cell)
    return _pair(found.groups())


def _pair(found: tuple[str, str] | tuple[str | None, ...]) -> tuple[int, int | None]:
    return int(found[0] or 0), int(found[1]) if found[1] else None
