"""Tables with one header row and one row per region: Brå's open yearly file, and the tables people make of SOL's figures.

Columns are known by their names in any order: the region, its code, the offence, the year or period, and one or more columns
of values. The open file (BOM, semicolon, "2 537", name without code, "Hela landet") has been seen only as others had edited it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kunskapsbaserat import kommun
from kunskapsbaserat.cells import Refused, Tally, When, is_blank, read_area, read_yes_no, text_of, when
from kunskapsbaserat.cells import period_of as period
from kunskapsbaserat.data import unread
from kunskapsbaserat.data.bra import labels
from kunskapsbaserat.data.bra.export import Export, Note, figure, frame, letter, refuse
from kunskapsbaserat.data.bra.headers import header_kind
from kunskapsbaserat.data.bra.once import once, unknown
from kunskapsbaserat.data.files import DataFile, Sheet
from kunskapsbaserat.errors import OptionError
from kunskapsbaserat.findings import Finding

_NAMES = {
    "region": {"name", "namn", "kommun", "kommunnamn", "geografi", "region", "område", "omrade", "län", "lan"},
    "code": {"kommunkod", "kod", "regionkod", "områdeskod"},
    "offence": {"brottstyp", "typ", "variabel", "brott", "nyckel", "brottsgrupp", "brottskategori", "indikator"},
    "year": {"ar", "år"},
    "period": {"period", "tid", "kvartal", "månad", "manad"},
    "unit": {"enhet", "mått", "matt"},
    "value": {"värde", "varde", "value"},
    "preliminary": {"preliminar", "preliminär", "prel"},
    "source": {"kalla", "källa"},
}
_PARTS = {"månad": "M", "manad": "M", "kvartal": "Q"}
_TOTAL = "Totalt antal brott"
_UNITS = {"antal": "count", "antal per 100 000 inv": "rate", "per 100 000 inv": "rate"}
_HEADER_WITHIN = 15
_YEAR_IN = re.compile(r"(?<![\d-])(?:19|20)\d\d(?!\d|-\d\d-\d\d)")  # a date is the day when the file was made


@dataclass(frozen=True)
class _Columns:
    named: dict[str, int]
    values: dict[int, tuple[str, When | None, bool]]  # measure, time in the header, "of the total only"
    left_out: dict[int, str]
    part: str  # "M" or "Q" where the heading of the column of periods says so


def read(file: DataFile, *, year: int | None = None, behind: bool = False) -> Export | None:
    """The table in a file, or None when the header of its first sheet does not name a region and a value.

    Parameters
    ----------
    file : DataFile
        Every sheet with such a header is read: people keep one sheet a year.
    year : int, optional
        The year of the figures, where neither the file nor its name says it.
    behind : bool
        Whether the first sheet may be something else: a page to read before the tables.

    Raises
    ------
    TableError
        A cell is no number, a place has two values, or nothing says which year the figures are of.
    """
    found = [(sheet, *head) for sheet in file.sheets if (head := _header(sheet)) is not None]
    if not found or not (behind or found[0][0] is file.sheets[0]):
        return None
    kind = _kind(found[0][2])
    status = "preliminary" if re.search(r"prel", file.path.stem, re.IGNORECASE) else "unknown"
    vocabulary = _vocabulary(found)
    rows: list[dict[str, object]] = []
    notes: list[Note] = []
    lost: list[Finding] = []
    for sheet, index, columns in found:
        default = year or _year_in(file.path.stem, sheet, index)
        said = _Said(default, vocabulary, "final" if "preliminary" in columns.named else status)
        values, about = _sheet(file.path, sheet, index, columns, said)
        rows += values
        notes += about
        lost += [
            *_left_out(columns, file.path, sheet.name, index + 1),
            *_without_heading(columns, file.path, sheet, index),
        ]
    if not rows:
        sheet, index, _ = found[0]
        raise refuse(file.path, "rows under the header", "rader under rubriken", sheet=sheet.name, row=index + 1)
    rows, twice = once(rows, file.path)
    findings = [
        *unread.sheets(file, {sheet.name for sheet, _, _ in found}),
        *twice,
        *unknown(rows, file.path),
        *lost,
        *_about_the_file(file, kind, rows),
    ]
    return Export(file.path, kind, file.sha256, frame(rows), None, tuple(notes), tuple(findings), kind != "oppen_csv")


def _sheet(path: Path, sheet: Sheet, index: int, columns: _Columns, said: _Said) -> tuple[list[dict[str, object]], list[Note]]:
    """The values and the notes of one sheet, every row below its header being one of them."""
    rows: list[dict[str, object]] = []
    notes: list[Note] = []
    tally = Tally(path, sheet.name, sheet.rows)
    tally.take("heading", *range(1, index + 2))
    for number_, cells in enumerate(sheet.rows[index + 1 :], start=index + 2):
        row = _Row(cells, number_, columns, sheet.name, path)
        if row.is_note:
            notes += [Note("", str(cell)) for cell in cells if cell is not None]
            tally.take("note", number_)
        elif row.is_survey:
            tally.take("left_out", number_)  # a share of NTU's: read by indicators.with_survey
        else:
            values = list(_values(row, said))
            tally.take("values", *(number_ for _ in values))
            rows += values
    tally.settle()
    return rows, notes


def _vocabulary(found: list[tuple[Sheet, int, _Columns]]) -> str:
    """The vocabulary that knows most of the offences, which all sheets of a file share."""
    texts = {
        labels.squeeze(str(row[at]))
        for sheet, index, columns in found
        if (at := columns.named.get("offence")) is not None
        for row in sheet.rows[index + 1 :]
        if _filled(row, at)
    }
    named = {text for text in texts if isinstance(text, str)}
    return labels.vocabulary(named) if named else "bra_sol"


def _about_the_file(file: DataFile, kind: str, rows: list[dict[str, object]]) -> Iterator[Finding]:
    """What holds for all its figures: a format of which no original was seen, a status that nothing tells."""
    name = file.path.name
    if kind == "oppen_csv":
        yield Finding("info", "unverified", "Formatet är byggt efter Brås beskrivning; inget original har prövats.", name)
    if any(row["status"] == "unknown" for row in rows):
        text = "Filen säger inte om talen är preliminära eller slutliga."
        expected = "”prel” i filens namn eller rubriker, eller en kolumn preliminar"
        yield Finding("warning", "status_unknown", text, name, expected=expected)
    yield from (Finding("info", note.code, note.svenska, name) for note in file.notes)


def _header(sheet: Sheet) -> tuple[int, _Columns] | None:
    for index, row in enumerate(sheet.rows[:_HEADER_WITHIN]):
        columns = _columns(row)
        if columns.values and {"region", "code"} & set(columns.named):
            beside = sheet.rows[max(index - 1, 0) : index] + sheet.rows[index + 1 : index + 2]
            return None if any(header_kind([labels.squeeze(cell) for cell in other]) for other in beside) else (index, columns)
    return None


def _columns(row: tuple[object, ...]) -> _Columns:
    named: dict[str, int] = {}
    values: dict[int, tuple[str, When | None, bool]] = {}
    left_out: dict[int, str] = {}
    for c, cell in enumerate(row):
        text = labels.squeeze(cell)
        if not isinstance(text, str):
            continue
        plain = text.casefold()
        name = next((key for key, words in _NAMES.items() if plain in words), None)
        if name == "value":
            values[c] = ("unit", None, False)
        elif name is not None and name not in named:
            named[name] = c
        elif (found := _value_header(plain)) is not None:
            values[c] = found
        else:
            left_out[c] = text
    heading = str(labels.squeeze(row[named["period"]])).casefold() if "period" in named else ""
    return _Columns(named, values, left_out, _PARTS.get(heading, ""))


def _value_header(plain: str) -> tuple[str, When | None, bool] | None:
    """Measure and time of a header such as "januari /100000", "antal 2025", "per_100k_totalt"."""
    text = plain.replace("_", " ")
    rate = re.search(r"(antal )?(per|/)\s*100\s*(000|k)\s*(inv\w*)?|crimesrelative", text)
    if rate:
        rest = text.replace(rate[0], " ")
    elif re.search(r"\b(antal|totalt?|numcrimes|anmälda brott)\b", text):
        rest = re.sub(r"\b(antal anmälda brott|antal|totalt?|numcrimes|anmälda brott|brott)\b", " ", text)
    else:
        return None
    of_total = rate is not None and bool(re.search(r"\btotalt\b", rest))
    rest = " ".join(re.sub(r"\b(totalt|brott|inv|invånare)\b", " ", rest).split()).strip(" .,()")
    time = when(rest) if rest else None
    return ("rate" if rate else "count", time, of_total) if time or not rest else None


def _kind(columns: _Columns) -> str:
    if any(time is not None and time.part == "M" for _, time, _ in columns.values.values()):
        return "manad_2013"
    if "unit" in columns.named and "source" in columns.named:
        return "indikatorer"
    return "lang_tabell" if {"offence", "year", "period"} & set(columns.named) else "oppen_csv"


def _year_in(stem: str, sheet: Sheet, index: int) -> int | None:
    """The year that stands above the table or names its sheet, and only without one there that of the file's name."""
    above = [str(cell) for row in sheet.rows[:index] for cell in row if cell is not None]
    for texts in ([sheet.name, *above] if sheet.name != stem else [], [stem, *above]):
        years = {int(y) for text in texts for y in _YEAR_IN.findall(text)}
        if years:
            return years.pop() if len(years) == 1 else None
    return None


def _filled(row: tuple[object, ...], column: int) -> bool:
    return column < len(row) and row[column] is not None


@dataclass(frozen=True)
class _Said:
    """What the file says once for all its rows."""

    year: int | None
    vocabulary: str
    status: str


@dataclass(frozen=True)
class _Row:
    """One row below the header: its cells by the names of their columns."""

    cells: tuple[object, ...]
    number: int
    columns: _Columns
    sheet: str
    path: Path

    def has(self, name: str) -> bool:
        return name in self.columns.named and _filled(self.cells, self.columns.named[name])

    def cell(self, name: str) -> object:
        return labels.squeeze(self.cells[self.columns.named[name]]) if self.has(name) else None

    def refused(self, name: str, expected: str, forvantat: str) -> Exception:
        """The error that points at the cell of a named column."""
        column = self.columns.named.get(name, 0)
        return refuse(self.path, expected, forvantat, sheet=self.sheet, row=self.number, column=column, got=self.cell(name))

    @property
    def is_note(self) -> bool:
        """Without a single value: empty, or a text below the table. A row that says whose value is missing is no note."""
        if any(c < len(self.cells) and not is_blank(self.cells[c]) for c in self.columns.values):
            return False
        named = [name for name in ("region", "offence", "year", "period", "unit") if name in self.columns.named]
        return not all(map(self.has, named)) or _region(self.region) is None

    @property
    def region(self) -> str:
        """Its area by name, or by code in a table that has no names; empty when the cell is."""
        return text_of(self.cell("region" if "region" in self.columns.named else "code"))

    @property
    def is_survey(self) -> bool:
        return str(self.cell("source") or "").casefold().startswith("nationella trygghet")

    @property
    def time(self) -> When | None:
        """The year and period that its own cells give, None where it has no such columns."""
        if _is_whole_date(self.cell("year")):  # would be read as its month, and the year's figure as January's
            raise self.refused("year", "a year, not a date", "ett årtal, inte ett datum")
        moment = _time(self.cell("year"), self.cell("period"), self.columns.part)
        if moment is None and {"period", "year"} & set(self.columns.named):
            name = "period" if "period" in self.columns.named else "year"
            raise self.refused(
                name, "a year or a period, the same in every column", "ett år eller en period, samma i alla kolumner"
            )
        return moment

    @property
    def preliminary(self) -> bool:
        try:
            return read_yes_no(self.cell("preliminary")) or False
        except Refused as refused:
            raise self.refused("preliminary", refused.expected, refused.forvantat) from None

    def measure(self, heading: str) -> str:
        """What a column measures; one of values alone is told by the row's unit."""
        if heading != "unit":
            return heading
        measure = _UNITS.get(str(self.cell("unit")).casefold().rstrip("."))
        if measure is None:
            raise self.refused("unit", "Antal or Antal per 100 000 inv", "Antal eller Antal per 100 000 inv")
        return measure


def _values(row: _Row, said: _Said) -> Iterator[dict[str, object]]:
    if not row.region:
        raise row.refused("region", "a region on every row with values", "ett område på varje rad med värden")
    where = _region(row.region)
    _same_place(row.cell("code"), where, row.refused)
    label = str(row.cell("offence")) if "offence" in row.columns.named else _TOTAL
    what = labels.offence((label,), said.vocabulary)
    time, preliminary = row.time, row.preliminary
    of_row = {
        "region": row.region,
        "area": where.area if where else None,
        "area_level": where.level if where else None,
        "label": label,
        "offence": what.offence if what else None,
        "sex": what.sex if what else "alla",
        "sheet": row.sheet,
        "row": row.number,
    }
    for c, (heading, header_time, of_total) in row.columns.values.items():
        raw = row.cells[c] if c < len(row.cells) else None
        if of_total and raw is None:
            continue
        measure = row.measure(heading)
        moment = _moment(header_time, time, said.year)
        if moment is None:
            forvantat = "ett år: skriv årtalet i filens namn eller ange year"
            raise refuse(row.path, "a year", forvantat, sheet=row.sheet, row=row.number, column=c)
        value, reason = figure(raw, row.path, sheet=row.sheet, row=row.number, column=c, whole=measure == "count")
        yield of_row | {
            "period": period(*moment),
            "frequency": moment[1],
            "measure": measure,
            "value": value,
            "reason": reason,
            "status": "preliminary" if preliminary or (header_time or time or When()).preliminary else said.status,
            "column": letter(c),
        }


def _time(year: object, period_cell: object, part: str) -> When | None:
    """The time of a row by its column of years and its column of periods; None when one is unknown or they disagree.

    The year of a cell goes before that of a sheet's title or a file's name, and "prel." in any of them makes it preliminary.
    """
    said = [time for time in (when(year), _numbered(period_cell, part) or when(period_cell)) if time is not None]
    if len(said) < sum(cell is not None for cell in (year, period_cell)) or len({t.year for t in said if t.year}) > 1:
        return None
    if not said:
        return None
    parted = next((t for t in reversed(said) if t.part), When())
    return When(
        next((t.year for t in said if t.year), None), parted.part, parted.number, preliminary=any(t.preliminary for t in said)
    )


def _is_whole_date(cell: object) -> bool:
    return isinstance(cell, dt.date) or bool(re.match(r"\d{4}-\d\d-\d\d(?!\d)", text_of(cell)))


def _numbered(cell: object, part: str) -> When | None:
    """Month 3 or quarter 1, where the heading says which of them the number is."""
    text = text_of(cell)
    last = {"M": 12, "Q": 4}.get(part, 0)
    return When(None, part, int(text)) if text in {f"{n:0{w}d}" for n in range(1, last + 1) for w in (1, 2)} else None


def _moment(header: When | None, row: When | None, default: int | None) -> tuple[int, str, int] | None:
    year = next((t.year for t in (header, row) if t and t.year), default)
    if year is None:
        return None
    timed = next((t for t in (header, row) if t and t.part), None)
    return (year, timed.part, timed.number) if timed and timed.part else (year, "Y", 1)


def _region(name: str) -> labels.Region | None:
    if (found := labels.region(name)) is not None:
        return found
    try:
        code, level = read_area(name)
    except Refused:
        return _lan(name)
    return labels.Region(code, level) if level in ("riket", "lan", "kommun") else None


def _lan(name: str) -> labels.Region | None:
    """A län called as people call it ("Dalarna"); a name that a kommun has too is the kommun's."""
    try:
        return labels.Region(kommun.lan_code(name), "lan")
    except OptionError:
        return None


def _same_place(code: object, where: labels.Region | None, wrong: Callable[[str, str, str], Exception]) -> None:
    """The code and the name must be of the same kommun: a row that was shifted shows here."""
    if code is None or where is None or where.area is None:
        return
    text = text_of(code).removesuffix(".0")
    width = {"kommun": 4, "lan": 2, "riket": 2}.get(where.level, len(text))
    current = next(
        (s.successor for s in kommun.SUCCESSIONS if s.kind == "code" and s.code == text.zfill(width)), text.zfill(width)
    )
    if current != where.area:
        raise wrong("code", f"the code {where.area}", f"koden {where.area}, som hör till områdets namn")


def _left_out(columns: _Columns, path: Path, sheet: str, row: int) -> list[Finding]:
    return [
        Finding(
            "warning",
            "unknown_column",
            f"Kolumnen ”{text}” känns inte igen och togs inte med.",
            path.name,
            sheet,
            row,
            letter(c),
        )
        for c, text in columns.left_out.items()
    ]


def _without_heading(columns: _Columns, path: Path, sheet: Sheet, index: int) -> list[Finding]:
    """Cells beside the columns that have a heading: somebody wrote them for a reason, and they are not read."""
    headed = {*columns.named.values(), *columns.values, *columns.left_out}
    first: dict[int, int] = {}
    for number, row in enumerate(sheet.rows[index + 1 :], start=index + 2):
        if any(c in columns.values and cell is not None for c, cell in enumerate(row)):
            for c, cell in enumerate(row):
                if cell is not None and c not in headed:
                    first.setdefault(c, number)
    text = "Kolumnen saknar rubrik och togs inte med."
    return [Finding("warning", "column_without_heading", text, path.name, sheet.name, n, letter(c)) for c, n in first.items()]
