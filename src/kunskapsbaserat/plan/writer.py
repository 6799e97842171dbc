"""A new workbook to fill in: one sheet a part of the chain, drop-downs, an explanation of every column and one example row."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from kunskapsbaserat import kommun as kommuner
from kunskapsbaserat.catalogue import evidens
from kunskapsbaserat.data.export import replace_file
from kunskapsbaserat.plan import indicators, sheets
from kunskapsbaserat.plan.reader import LISTS, READ_ME, RESEARCH
from kunskapsbaserat.plan.sheets import Column

ROWS = 300  # rows that have drop-downs
_INK, _TINT, _EXPLAIN = "FF1B2429", "FFE3E6E7", "FF4B5860"
_WIDE = 34
_SAVED = datetime(2026, 1, 1)  # the same bytes at every writing

INTRODUCTION = (
    "Åtgärdsplan för {kommun}",
    "Fyll i bladen från vänster till höger: problem, orsaker, åtgärder, mål, aktiviteter. Varje del pekar på den före.",
    "Raderna som börjar med EXEMPEL visar hur det kan se ut. De läses inte. Ta bort dem eller låt dem stå.",
    "Ändra inte bladens namn eller rubrikerna. Kolumnernas ordning spelar ingen roll.",
    "Skriv om platser, situationer och verksamheter, aldrig om personer. Det som lämnas ut blir allmän handling.",
    "Kör ”kunskap kontroll MAPP” när du har sparat: alla fel visas på en gång, med blad, rad och kolumn.",
    "Kör ”kunskap rapport uppfoljning --data MAPP” för uppföljningen.",
)
KOMMUN_INTRODUCTION = "Vem som ansvarar, vad som är beslutat och när. Lämna tomt det som inte finns."


def write_new(path: str | Path, kommun: object) -> bool:
    """Write an empty workbook for a kommun; one that exists is never touched.

    Returns
    -------
    bool
        Whether it was written.

    Raises
    ------
    FileLocked
        The folder may not be written.
    """
    path = Path(path)
    if path.exists():
        return False
    replace_file(path, new_workbook(kommun))
    return True


def new_workbook(kommun: object) -> bytes:
    """The bytes of a new workbook."""
    from openpyxl import Workbook

    place = kommuner.get(kommun)
    book = Workbook()
    book.remove(book.active)
    for text in (READ_ME, sheets.KOMMUN, *sheets.SHEETS, RESEARCH, LISTS):
        book.create_sheet(text)
    for at, text in enumerate(INTRODUCTION, start=1):
        cell = book[READ_ME].cell(at, 1, text.format(kommun=place.name))
        cell.font = _font(bold=at == 1, size=16 if at == 1 else 12)
        cell.alignment = _wrap()
    book[READ_ME].column_dimensions["A"].width = 110
    lists = _lists(book)
    _kommun_sheet(book[sheets.KOMMUN], lists)
    for name, columns in sheets.SHEETS.items():
        _part_sheet(book[name], columns, lists)
    _research(book[RESEARCH])
    book.properties.created = book.properties.modified = _SAVED
    book.properties.creator, book.properties.title = "kunskapsbaserat", f"Åtgärdsplan, {place.name}"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _font(**about: Any) -> Any:
    from openpyxl.styles import Font

    return Font(**({"color": _INK} | about))


def _wrap(**about: Any) -> Any:
    from openpyxl.styles import Alignment

    return Alignment(wrap_text=True, vertical="top", **about)


def _head(cell: Any) -> None:
    from openpyxl.styles import PatternFill

    cell.font, cell.alignment = _font(bold=True), _wrap()
    cell.fill = PatternFill("solid", start_color=_TINT)


def _lists(book: Any) -> dict[str, str]:
    """The sheet of lists that the drop-downs draw from, and the range of each list."""
    sheet = book[LISTS]
    columns = {
        "indicator": [choice.label for choice in indicators.choices()],
        "evidence": [e.label for e in evidens.current()],
        "yes": list(sheets.YES),
    }
    for part in sheets.SHEETS.values():
        columns |= {f"choice:{c.name}": list(c.choices) for c in part if c.choices}
    ranges = {}
    for at, (name, values) in enumerate(columns.items(), start=1):
        sheet.cell(1, at, name.removeprefix("choice:"))
        for row, text in enumerate(values, start=2):
            sheet.cell(row, at, text)
        letter = sheet.cell(1, at).column_letter
        ranges[name] = f"'{LISTS}'!${letter}$2:${letter}${len(values) + 1}"
    return ranges


def _kommun_sheet(sheet: Any, lists: dict[str, str]) -> None:
    sheet.cell(1, 1, KOMMUN_INTRODUCTION).font = _font(bold=True)
    answers = [sheets.ANSWER, *(f"{sheets.ANSWER} {n}" for n in range(2, sheets.ANSWERS + 1))]
    heads = [sheets.FIELD, *answers, sheets.EXPLANATION]
    for at, head in enumerate(heads, start=1):
        _head(sheet.cell(2, at, head))
    for row, line in enumerate(sheets.ORGANISATION, start=3):
        sheet.cell(row, 1, line.head).font = _font(bold=True)
        about = line.explanation + (f" Exempel: {line.example}." if line.example else "")
        cell = sheet.cell(row, len(heads), about)
        cell.font, cell.alignment = _font(color=_EXPLAIN), _wrap()
        if line.kind == "yes":
            _choose(sheet, f"B{row}:G{row}", lists["yes"])
        for at in range(2, len(heads)):
            sheet.cell(row, at).number_format = "yyyy-mm-dd" if line.kind == "date" else "General"
            if at > 2 and not line.many:
                _head(sheet.cell(row, at))
    sheet.column_dimensions["A"].width = 42
    for letter in "BCDEFG":
        sheet.column_dimensions[letter].width = 24
    sheet.column_dimensions["H"].width = 70
    sheet.freeze_panes = "B3"


def _part_sheet(sheet: Any, columns: Sequence[Column], lists: dict[str, str]) -> None:
    """Row 1 the headings, row 2 what they mean, row 3 the example; the rest is to be filled in."""
    for at, column in enumerate(columns, start=1):
        _head(sheet.cell(1, at, column.head))
        must = " Måste fyllas i." if column.required else ""
        explanation = sheets.EXPLANATION if at == 1 else column.explanation + must
        cell = sheet.cell(2, at, explanation)
        cell.font, cell.alignment = _font(color=_EXPLAIN, size=9), _wrap()
        shown = sheet.cell(3, at, column.example)
        shown.font, shown.alignment = _font(color=_EXPLAIN, italic=True), _wrap()
        letter = cell.column_letter
        sheet.column_dimensions[letter].width = column.width
        source = {"indicator": lists["indicator"], "evidence": lists["evidence"], "yes": lists["yes"]}.get(column.kind)
        if column.choices:
            source = lists[f"choice:{column.name}"]
        if source:
            _choose(sheet, f"{letter}3:{letter}{ROWS}", source, strict=column.kind != "indicator")
        if column.kind == "ref":
            _choose(sheet, f"{letter}3:{letter}{ROWS}", f"'{column.refers}'!$A$4:$A${ROWS}")
        for row in range(3, ROWS + 1 if column.kind == "date" else 4):
            sheet.cell(row, at).number_format = "yyyy-mm-dd" if column.kind == "date" else "General"
    sheet.row_dimensions[2].height = 78
    sheet.freeze_panes = "C3"


def _choose(sheet: Any, where: str, source: str, *, strict: bool = True) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation

    rule = DataValidation(type="list", formula1=f"={source}", allow_blank=True, showErrorMessage=strict)
    rule.errorTitle, rule.error = "Välj i listan", "Värdet finns inte i listan."
    sheet.add_data_validation(rule)
    rule.add(where)


RESEARCH_HEADS = (
    "Åtgärd",
    "Utfall",
    "Vad studien visar",
    "Mått",
    "Effekt",
    "Studie",
    "Land och tid",
    "Prövad i Sverige",
    "Varning",
)
NO_EFFECT = "effektstorlek saknas i källan"
SWEDEN = {
    "ja": "ja",
    "process": "beskriven, effekten inte mätt",
    "beskrivande": "beskriven, effekten inte mätt",
    "pagar": "utvärdering pågår",
    "nej": "inte prövat i Sverige",
}


def _research(sheet: Any) -> None:
    """What is known, one row a study; figures only where they were seen in the source."""
    for at, head in enumerate(RESEARCH_HEADS, start=1):
        _head(sheet.cell(1, at, head))
        sheet.column_dimensions[sheet.cell(1, at).column_letter].width = _WIDE
    for row, e in enumerate(evidens.current(), start=2):
        effect = NO_EFFECT if e.effect is None else e.effect
        study = ", ".join(str(part) for part in (e.study, e.year) if part)
        said = (e.label, e.outcome, e.finding, e.metric, effect, study, e.context, SWEDEN[e.sweden], e.warning)
        for at, text in enumerate(said, start=1):
            sheet.cell(row, at, text).alignment = _wrap()
    sheet.freeze_panes = "B2"
