"""Brå's Tabell 120: one workbook a police region, one sheet a kommun, every offence with its number and its rate of one year.

Built from the layout that a public reader of it describes; no original has been at hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kunskapsbaserat.cells import Tally, is_blank, period_of, text_of
from kunskapsbaserat.data import unread
from kunskapsbaserat.data.bra import labels
from kunskapsbaserat.data.bra.export import Export, figure, frame, letter, refuse
from kunskapsbaserat.data.bra.once import once, unknown
from kunskapsbaserat.data.files import DataFile, Sheet
from kunskapsbaserat.findings import Finding

_HEAD = "brottstyp"
_HEAD_WITHIN = 10
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


def recognises(file: DataFile) -> bool:
    """Whether one of the first cells says that it is Tabell 120, and a sheet has its headings."""
    first = [text_of(cell).casefold() for sheet in file.sheets for row in sheet.rows[:2] for cell in row[:2]]
    return any(text.startswith("tabell 120") for text in first) and any(_head(sheet) is not None for sheet in file.sheets)


def read(file: DataFile) -> Export | None:
    """The export; None when it is no Tabell 120.

    Raises
    ------
    TableError
        A sheet has no year, its file another than its title, or a cell is no number.
    """
    if not recognises(file):
        return None
    findings = [
        Finding("info", "unverified", "Formatet är byggt efter en beskrivning; inget original har prövats.", file.path.name)
    ]
    rows: list[dict[str, object]] = []
    for sheet in file.sheets:
        if (head := _head(sheet)) is not None:
            rows += _rows(sheet, head, file)
            findings += _left_out(sheet, head, file)
    heads = {sheet.name for sheet in file.sheets if _head(sheet) is not None}
    findings += unread.sheets(file, heads, expected="rubriken Brottstyp")
    rows, twice = once(rows, file.path)
    findings += twice + unknown(rows, file.path)
    if any(row["status"] == "unknown" for row in rows):
        text = "Filen säger inte om talen är preliminära eller slutliga."
        findings.append(Finding("warning", "status_unknown", text, file.path.name))
    findings += [Finding("info", note.code, note.svenska, file.path.name) for note in file.notes]
    return Export(file.path, "tabell_120", file.sha256, frame(rows), None, (), tuple(findings), verified=False)


def _head(sheet: Sheet) -> int | None:
    """Index of the row of headings."""
    for at, row in enumerate(sheet.rows[:_HEAD_WITHIN]):
        if row and text_of(row[0]).casefold() == _HEAD:
            return at
    return None


def _rows(sheet: Sheet, head: int, file: DataFile) -> Iterator[dict[str, object]]:
    measures = {at: _measure(cell) for at, cell in enumerate(sheet.rows[head]) if at}
    title = " ".join(text_of(cell) for row in sheet.rows[:head] for cell in row)
    year, status = _year(sheet, title, file), _status(title)
    where = labels.region(sheet.name)
    tally = Tally(file.path, sheet.name, sheet.rows)
    tally.take("heading", *range(1, head + 2))
    for number, row in enumerate(sheet.rows[head + 1 :], start=head + 2):
        label = text_of(row[0]) if row else ""
        values = {at: row[at] for at in measures if at < len(row)}
        name = "Totalt antal brott" if label.casefold() == "samtliga brott" else label
        what = labels.offence((name,))
        if all(is_blank(cell) for cell in values.values()) and what is None:
            tally.take("note", number)  # a heading or a note: an offence without figures is one with missing figures
            continue
        if not label:
            raise refuse(
                file.path, "an offence on every row", "en brottstyp på varje rad", sheet=sheet.name, row=number, column=0
            )
        tally.take("values", number)
        for at, measure in measures.items():
            cell = values.get(at)
            if measure is None:
                continue
            value, reason = figure(cell, file.path, sheet=sheet.name, row=number, column=at, whole=measure == "count")
            yield {
                "region": sheet.name,
                "area": where.area if where else None,
                "area_level": where.level if where else None,
                "label": label,
                "offence": what.offence if what else None,
                "sex": what.sex if what else "alla",
                "period": period_of(year, "Y"),
                "frequency": "Y",
                "measure": measure,
                "value": value,
                "reason": reason,
                "status": status,
                "sheet": sheet.name,
                "row": number,
                "column": letter(at),
            }
    tally.settle()


def _left_out(sheet: Sheet, head: int, file: DataFile) -> list[Finding]:
    strange = [
        (at, text_of(cell)) for at, cell in enumerate(sheet.rows[head]) if at and not is_blank(cell) and not _measure(cell)
    ]
    return [
        Finding(
            "warning",
            "unknown_column",
            f"Kolumnen ”{text}” känns inte igen och togs inte med.",
            file.path.name,
            sheet.name,
            head + 1,
            letter(at),
        )
        for at, text in strange
    ]


def _measure(heading: object) -> str | None:
    text = text_of(heading).casefold()
    if "100 000" in text or "100000" in text:
        return "rate"
    return "count" if text.startswith("antal") else None


def _year(sheet: Sheet, title: str, file: DataFile) -> int:
    """The year of the sheet's title; the name of the file says it only where the title does not, and may not contradict."""
    of_title, of_name = set(_YEAR.findall(title)), set(_YEAR.findall(file.path.stem))
    said = of_title or of_name
    if len(said) != 1 or (of_name and of_name != said):
        raise refuse(
            file.path,
            "one year in the title, the same as in the file's name",
            "ett årtal i bladets titel, samma som i filens namn",
            sheet=sheet.name,
            row=1,
            column=0,
        )
    return int(said.pop())


def _status(title: str) -> str:
    plain = title.casefold()
    return "preliminary" if "prel" in plain else "final" if "slutlig" in plain else "unknown"
