"""A new workbook to fill in: one sheet a part of the chain, drop-downs, an explanation of every column and one example row."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kunskapsbaserat import kommun as kommuner
from kunskapsbaserat.catalogue import evidens, processer
from kunskapsbaserat.data.export import write_once
from kunskapsbaserat.forms import writing as form
from kunskapsbaserat.forms.values import YES
from kunskapsbaserat.plan import indicators, sheets
from kunskapsbaserat.plan.reader import LISTS, READ_ME, RESEARCH

_WIDE = 34

INTRODUCTION = (
    "Åtgärdsplan för {kommun}",
    "Fyll i bladen från vänster till höger: problem, orsaker, åtgärder, mål, aktiviteter. Varje del pekar på den före.",
    "Bladen från Fokus och framåt fyller ni i om kommunen arbetar så. De får vara tomma.",
    "Raderna som börjar med EXEMPEL visar hur det kan se ut. De läses inte. Ta bort dem eller låt dem stå.",
    "Ändra inte bladens namn eller rubrikerna. Kolumnernas ordning spelar ingen roll.",
    "Skriv om platser, situationer och verksamheter, aldrig om personer. Det som lämnas ut blir allmän handling.",
    "Kör ”kunskap kontroll MAPP” när du har sparat: alla fel visas på en gång, med blad, rad och kolumn.",
    "Kör ”kunskap rapport uppfoljning --data MAPP” för uppföljningen.",
)
KOMMUN_INTRODUCTION = "Vem som ansvarar, vad som är beslutat och när. Lämna tomt det som inte finns."


def write_new(path: str | Path, kommun: object) -> bool:
    """Write an empty workbook for a kommun; one that exists is never touched.

    Parameters
    ----------
    path : str or Path
        Of the workbook; `path_in` gives its place in a kommun's folder.
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
    UnknownKommun
        No kommun is called so.

    Examples
    --------
    >>> import tempfile
    >>> from kunskapsbaserat.plan import path_in, write_new
    >>> folder = tempfile.TemporaryDirectory()
    >>> write_new(path_in(folder.name), "Köping"), write_new(path_in(folder.name), "Köping")  # the second leaves it as it is
    (True, False)
    >>> folder.cleanup()
    """
    return write_once(path, lambda: new_workbook(kommun))


def new_workbook(kommun: object) -> bytes:
    """The bytes of a new workbook.

    Parameters
    ----------
    kommun : str
        Name or code.

    Returns
    -------
    bytes
        Of an xlsx: one sheet a part of the chain, drop-downs, explanations and example rows.

    Raises
    ------
    UnknownKommun
        No kommun is called so.

    Examples
    --------
    >>> import io
    >>> from openpyxl import load_workbook
    >>> from kunskapsbaserat.plan import new_workbook
    >>> book = load_workbook(io.BytesIO(new_workbook("Köping")), read_only=True)
    >>> book.sheetnames[:7]
    ['Läs mig', 'Kommun', 'Problem', 'Orsaker', 'Åtgärder', 'Mål', 'Aktiviteter']
    """
    place = kommuner.get(kommun)
    book = form.new_book((READ_ME, sheets.KOMMUN, *sheets.SHEETS, RESEARCH, LISTS))
    form.introduce(book[READ_ME], [text.format(kommun=place.name) for text in INTRODUCTION])
    lists = _lists(book)
    _kommun_sheet(book[sheets.KOMMUN], lists)
    for name, columns in sheets.SHEETS.items():
        form.part_sheet(book[name], columns, lists)
    _research(book[RESEARCH])
    return form.content_of(book, f"Åtgärdsplan, {place.name}")


def _lists(book: Any) -> dict[str, str]:
    """The sheet of lists that the drop-downs draw from, and the range of each list."""
    columns = {
        "indicator": [choice.label for choice in indicators.choices()],
        "evidence": [e.label for e in evidens.current()],
        "yes": list(YES),
        "process": [m.label for work in processer.works() for m in work.measures],
        **form.choice_lists(sheets.SHEETS),
    }
    return form.write_lists(book[LISTS], columns)


def _kommun_sheet(sheet: Any, lists: dict[str, str]) -> None:
    sheet.cell(1, 1, KOMMUN_INTRODUCTION).font = form.font(bold=True)
    answers = [sheets.ANSWER, *(f"{sheets.ANSWER} {n}" for n in range(2, sheets.ANSWERS + 1))]
    heads = [sheets.FIELD, *answers, sheets.EXPLANATION]
    for at, head in enumerate(heads, start=1):
        form.head(sheet.cell(2, at, head))
    for row, line in enumerate(sheets.ORGANISATION, start=3):
        sheet.cell(row, 1, line.head).font = form.font(bold=True)
        about = line.explanation + (f" Exempel: {line.example}." if line.example else "")
        cell = sheet.cell(row, len(heads), about)
        cell.font, cell.alignment = form.font(color=form.EXPLAIN), form.wrap()
        if line.kind == "yes":
            form.choose(sheet, f"B{row}:G{row}", lists["yes"])
        for at in range(2, len(heads)):
            sheet.cell(row, at).number_format = "yyyy-mm-dd" if line.kind == "date" else "General"
            if at > 2 and not line.many:
                form.head(sheet.cell(row, at))
    sheet.column_dimensions["A"].width = 42
    for letter in "BCDEFG":
        sheet.column_dimensions[letter].width = 24
    sheet.column_dimensions["H"].width = 70
    sheet.freeze_panes = "B3"


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
    "För vem",
    "Vad som inte är känt",
    "Källa",
)
NO_EFFECT = "effektstorlek saknas i källan"
SWEDEN = {
    "ja": "ja",
    "process": "beskriven, effekten inte mätt",
    "beskrivande": "beskriven, effekten inte mätt",
    "pagar": "utvärdering pågår",
    "nej": "inte prövat i Sverige",
    "okant": "svensk prövning är inte eftersökt",
}


def _research(sheet: Any) -> None:
    """What is known, one row a study; figures only where they were seen in the source."""
    for at, head in enumerate(RESEARCH_HEADS, start=1):
        form.head(sheet.cell(1, at, head))
        sheet.column_dimensions[sheet.cell(1, at).column_letter].width = _WIDE
    for row, e in enumerate(evidens.current(), start=2):
        effect = NO_EFFECT if e.effect is None else e.effect
        study = ", ".join(str(part) for part in (e.study, e.year) if part)
        said: tuple[str | float, ...] = (
            e.label,
            e.outcome,
            e.finding,
            e.metric,
            effect,
            study,
            e.context,
            SWEDEN[e.sweden],
            e.warning,
        )
        said += (e.for_whom, e.open_questions, e.url)
        for at, text in enumerate(said, start=1):
            sheet.cell(row, at, text).alignment = form.wrap()
    sheet.freeze_panes = "B2"
