"""The cells of a table whose headers say everything: which region, offence, time and measure each value has.

Nothing here goes by position. A header row is one whose cells all name the same kind of thing; a row with a label and no
values is a heading (a region, or a parent of the offence below); a value is read only when its headings and its column
together give exactly one region, one offence, one period and one measure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from kunskapsbaserat.cells import Tally, when
from kunskapsbaserat.data.bra import headers, labels
from kunskapsbaserat.data.bra.export import figure, letter, refuse
from kunskapsbaserat.data.bra.headers import Header, Place, header_kind
from kunskapsbaserat.data.files import Sheet
from kunskapsbaserat.findings import Finding

_TITLES = ("anmälda brott", "brottsförebyggande rådet")
_OTHER_STATISTICS = (
    "misstänkta",
    "misstankar",
    "handlagda",
    "uppklarade",
    "personuppklarade",
    "lagförda",
    "kriminalvård",
    "återfall",
)
_SENTENCE = 60


@dataclass(frozen=True, slots=True)
class Cell:
    """One value: where it belongs, what stood in the cell, and where."""

    place: Place
    raw: object
    row: int
    column: int


@dataclass
class Grid:
    """The values of one sheet, the texts above and below the table, and the columns left out."""

    sheet: str
    cells: list[Cell] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    after: list[tuple[int, str]] = field(default_factory=list)
    left_out: list[tuple[int, str]] = field(default_factory=list)
    region_in_rows: bool = False


def read(sheet: Sheet, path: Path, offence: str | None = None, measure: str | None = None) -> Grid | None:
    """The grid of a sheet; None when it has no header row at all.

    Parameters
    ----------
    sheet : Sheet
        The rows as they stand in the file.
    path : Path
        The file, for messages.
    offence, measure : str, optional
        What the whole sheet is about, where its title says it and no row or column does.

    Raises
    ------
    TableError
        The sheet has the headers of a table, and a value, row or column that they do not explain.
    """
    rows = [_tidy(row) for row in sheet.rows]
    if not any(header_kind(row) for row in rows):
        return None
    return _Reader(sheet.name, rows, path, Place(path=(offence,) if offence else (), measure=measure)).read()


class _Reader:
    def __init__(self, name: str, rows: list[list[object]], path: Path, start: Place) -> None:
        self.name, self.rows, self.path, self.start = name, rows, path, start
        self.grid = Grid(name)
        self.header: Header | None = None
        self.pending: list[tuple[int, list[str]]] = []
        self.blank: int | None = None  # the first blank row after the last row with values
        self.context = start
        self.first_path: tuple[str, ...] | None = None
        self.headings = self._dotted_headings()
        self.tally = Tally(path, name, rows)

    def read(self) -> Grid:
        index = 0
        while index < len(self.rows):
            row = self.rows[index]
            if header_kind(row):
                index = self._take_header(index)
                continue
            if all(cell is None for cell in row):
                self.blank = index if self.blank is None else self.blank
            elif self._is_title(row):
                self._take_title(row)
                self.tally.take("note", index + 1)
            elif self.header is None:
                self._take_text_above(row, index)
                self.tally.take("note", index + 1)
            else:
                self._take_row(index)
            index += 1
        self._finish()
        self.tally.settle()
        return self.grid

    # ---- headers ----------------------------------------------------------------------------------------------------

    def _take_header(self, index: int) -> int:
        last = index
        while last < len(self.rows) and header_kind(self.rows[last]):
            last += 1
        header = headers.header(self.rows[index:last])
        self.tally.take("heading", *range(index + 1, last + 1))
        self._whole(header, index, last)
        if self.header is None or header.rows != self.header.rows:  # a page break repeats the header
            if self.pending:
                self._cut(self.pending[0][0])
            self.context = self.start
            self.header = header
            self.grid.left_out += [(c, text) for c, text in header.unknown.items()]
        return last

    def _whole(self, header: Header, first: int, last: int) -> None:
        if not header.columns:
            raise self._refused(first, "a header with periods", "en rubrik med tidsperioder", None)
        without = [c for c, place in header.columns.items() if place.part is None]
        if without and len(without) < len(header.columns):
            raise self._refused(
                last - 1,
                "a month, quarter or Helår above every column",
                "månad, kvartal eller Helår över varje kolumn",
                without[0],
            )

    # ---- rows -------------------------------------------------------------------------------------------------------

    def _take_row(self, index: int) -> None:
        assert self.header is not None
        row = self.rows[index]
        texts = [str(cell) for cell in row[: self.header.first] if cell is not None]
        outside = [
            c for c, cell in enumerate(row) if c >= self.header.first and cell is not None and c not in self.header.columns
        ]
        values = {c: row[c] for c in self.header.columns if c < len(row) and row[c] is not None}
        if not values or index in self.headings:
            if outside and not all(c in self.header.unknown for c in outside):
                raise self._refused(
                    index, "a header above every value", "en rubrik ovanför varje värde", outside[0], row[outside[0]]
                )
            self.pending.append((index, texts))
            return
        if stray := [c for c in outside if c not in self.header.unknown]:
            raise self._refused(index, "a header above every value", "en rubrik ovanför varje värde", stray[0], row[stray[0]])
        if not texts:
            column = next(iter(values))
            raise self._refused(
                index, "a label on every row with values", "en rubrik först på varje rad med värden", column, values[column]
            )
        self._release_missing()
        self._add(texts, index)

    def _add(self, texts: list[str], index: int) -> None:
        assert self.header is not None
        row = self.rows[index]
        place = self._place(texts, index)
        self.tally.take("heading", *(row + 1 for row, _ in self.pending))
        self.tally.take("values", index + 1)
        for c in self.header.columns:
            cell = row[c] if c < len(row) else None
            self.grid.cells.append(Cell(self._complete(place, self.header.columns[c], index, c), cell, index + 1, c))
        self.pending, self.blank = [], None

    def _release_missing(self) -> None:
        """A row of ".." taken for a heading is an offence without figures when the next heading begins the tree anew."""
        for i in range(1, len(self.pending)):
            index, texts = self.pending[i - 1]
            below = self.pending[i][1]
            if index in self.headings and below and () in labels.parents(below[0]):
                rest = self.pending[i:]
                self.pending = self.pending[: i - 1]
                self._add(texts, index)
                self.pending = rest
                self._release_missing()
                return

    def _place(self, own: list[str], index: int) -> Place:
        """The context of a row with values: the headings above it, then its own labels."""
        chain = [(row, text) for row, texts in self.pending for text in texts] + [(index, text) for text in own]
        place, has_region = self.context, False
        offence: list[str] = []
        for position, (row, text) in enumerate(chain):
            found = labels.region(text)
            if found or self._is_unknown_region(position, [t for _, t in chain], place):
                if has_region and not _holds(str(place.region), text):
                    raise self._refused(
                        row, f"rows with values for {place.region}", f"rader med värden för {place.region}", 0, text
                    )
                heading = row != index or len(own) > 1
                starts_anew = heading and not has_region and not offence
                place = replace(place, region=text, path=self.start.path if starts_anew else place.path)
                has_region = True
                self.grid.region_in_rows = True
            elif (time := when(text)) is not None:
                place = place.timed(time)
            elif (kind := labels.measure(text)) is not None:
                place = replace(place, measure=kind)
            else:
                offence.append(text)
        if offence:
            place = replace(place, path=tuple(offence))
            if self.first_path is None:
                self.first_path = place.path
        self.context = place
        return place

    def _is_unknown_region(self, position: int, chain: list[str], place: Place) -> bool:
        """A heading that is no offence and stands where a region stands: first of all, or before the first offence again."""
        if position or len(chain) < 2 or labels.is_known(chain[0]) or when(chain[0]) or labels.measure(chain[0]):
            return False
        assert self.header is not None
        if any(p.region for p in self.header.columns.values()) or labels.region(chain[1]):
            return False
        return place.region is None or tuple(chain[1:]) == self.first_path

    def _complete(self, row: Place, column: Place, index: int, c: int) -> Place:
        for name, what, vad in _PARTS:
            ours, theirs = getattr(row, name), getattr(column, name)
            if ours and theirs and ours != theirs and not (name == "path" and not row.path):
                raise self._refused(index, f"one {what} only", f"bara {vad}", c, f"{ours}, {theirs}")
        place = Place(
            region=column.region or row.region,
            path=column.path or row.path,
            year=column.year or row.year,
            part=column.part or row.part or ("Y", 1),
            measure=column.measure or row.measure,
            preliminary=column.preliminary or row.preliminary,
        )
        for name, what, vad in _PARTS:
            if not getattr(place, name):
                raise self._refused(index, f"{what} for every value", f"{vad} för varje värde", c)
        return place

    # ---- everything else --------------------------------------------------------------------------------------------

    def _is_title(self, row: list[object]) -> bool:
        return isinstance(row[0], str) and row[0].casefold() in _TITLES and all(c is None or isinstance(c, str) for c in row)

    def _take_title(self, row: list[object]) -> None:
        text = " · ".join(str(cell) for cell in row if cell is not None)
        if text not in self.grid.titles:
            self.grid.titles.append(text)

    def _take_text_above(self, row: list[object], index: int) -> None:
        text = " · ".join(str(cell) for cell in row if cell is not None)
        other = next((word for word in _OTHER_STATISTICS if word in text.casefold()), None)
        if other is not None and len(text) < _SENTENCE:
            raise self._refused(index, "Brå's statistics on reported offences", "Brås statistik över anmälda brott", 0, text)
        if sum(cell is not None for cell in row) > 1 and any(isinstance(cell, (int, float)) for cell in row):
            raise self._refused(
                index, "a header row with periods above the values", "en rubrikrad med tidsperioder ovanför värdena", 0, text
            )
        self.grid.titles.append(text)

    def _finish(self) -> None:
        texts = [(row + 1, text) for row, found in self.pending for text in found]
        if not self.grid.cells:
            raise self._refused(len(self.rows) - 1, "values under the header", "värden under rubriken", None)
        touching = [(row, text) for row, found in self.pending for text in found if self.blank is None or row < self.blank]
        headings = {part for cell in self.grid.cells for part in cell.place.path}
        cut = any(text in headings or labels.is_known(text) or labels.region(text) for _, text in touching)
        if cut and not any(len(text) > _SENTENCE for _, text in touching):
            self._cut(touching[-1][0])
        self.grid.after = texts
        self.tally.take("note", *(row + 1 for row, _ in self.pending))

    def _cut(self, index: int) -> None:
        raise self._refused(
            index,
            "values after the last heading: the file is cut off",
            "värden efter den sista rubriken. Filen är avklippt; hämta den på nytt",
            None,
        )

    def _refused(self, index: int, expected: str, forvantat: str, column: int | None, got: object = None) -> Exception:
        return refuse(self.path, expected, forvantat, sheet=self.name, row=index + 1, column=column, got=got)

    def _dotted_headings(self) -> frozenset[int]:
        """Rows that hold nothing but ".." and are headings: SOL's text file prints ".." beside the parents of an offence.

        Such a row is a heading when SOL is known to print it above the next label, or when its label comes back.
        """
        found: list[int] = []
        count: dict[str, int] = {}
        for index, row in enumerate(self.rows):
            text = next((cell for cell in row if cell is not None), None)
            if isinstance(text, str) and not header_kind(row):
                count[text] = count.get(text, 0) + 1
                rest = [cell for cell in row[row.index(text) + 1 :] if cell is not None]
                if rest and all(cell == ".." for cell in rest):
                    found.append(index)
        if not found:
            return frozenset()
        regions = sum(labels.region(text) is not None and n for text, n in count.items()) or 1
        return frozenset(i for i in found if self._heads(i, count, regions))

    def _heads(self, index: int, count: dict[str, int], regions: int) -> bool:
        text = str(next(cell for cell in self.rows[index] if cell is not None))
        following = next(
            (
                row
                for row in self.rows[index + 1 :]
                if any(c is not None for c in row) and not header_kind(row) and not self._is_title(row)
            ),
            None,
        )
        below = next((c for c in following or [] if isinstance(c, str)), None)
        if count[text] > regions or (below is None and regions == 1 and labels.is_parent(text)):
            return True
        if below is not None and not labels.is_known(below):
            return labels.is_parent(text) and labels.region(below) is None
        return below is not None and any(labels.fold((text,))[0] in chain for chain in labels.parents(below))


_PARTS = (
    ("region", "a region", "ett område"),
    ("path", "an offence", "en brottstyp"),
    ("year", "a year", "ett år"),
    ("measure", "a measure (Antal or /100 000 inv)", "ett mått (Antal eller /100 000 inv)"),
)


def _tidy(row: tuple[object, ...]) -> list[object]:
    """White space collapsed, and cells joined that were cut inside "/100&nbsp;000&nbsp;inv" at its semicolons."""
    joined: list[object] = []
    for cell in row:
        if joined and isinstance(joined[-1], str) and joined[-1].endswith("\xa0") and isinstance(cell, str):
            joined[-1] += cell
        else:
            joined.append(cell)
    return [labels.squeeze(cell) for cell in joined] or [None]


def _holds(outer: str, inner: str) -> bool:
    """Whether a region's heading may stand above another's: riket over all, a län over kommuner, a kommun over its parts."""
    above, below = labels.region(outer), labels.region(inner)
    if above is None or below is None or above.area is None or below.area is None:
        return False
    return above.level == "riket" or (above.level != below.level and below.area.startswith(above.area))


def values(grid: Grid, path: Path) -> Iterator[tuple[Cell, float | None, str | None]]:
    """Each cell with its number, or with the reason why there is none.

    Raises
    ------
    TableError
        A cell is neither a number nor a sign of a missing one, or a count is not whole.
    """
    for cell in grid.cells:
        whole = cell.place.measure == "count"
        yield cell, *figure(cell.raw, path, sheet=grid.sheet, row=cell.row, column=cell.column, whole=whole)


def left_out(grid: Grid, path: Path) -> list[Finding]:
    """A finding for every column whose heading says nothing known."""
    return [
        Finding(
            "warning",
            "unknown_column",
            f"Kolumnen ”{text}” är varken en tid, ett område eller ett mått som går att läsa. Den togs inte med.",
            path.name,
            grid.sheet,
            None,
            letter(column),
            "Antal eller /100 000 inv under år, kvartal eller månad",
        )
        for column, text in grid.left_out
    ]
