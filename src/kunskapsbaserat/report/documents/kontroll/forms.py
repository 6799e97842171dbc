"""The workbooks that not every kommun keeps, in `kunskap kontroll`: the forums' meetings and the koncern's losses."""

from __future__ import annotations

from pathlib import Path

from kunskapsbaserat.data import koncern, meetings
from kunskapsbaserat.data.koncern import sheets as loss_sheets
from kunskapsbaserat.data.meetings import sheets as meeting_sheets
from kunskapsbaserat.errors import FileError, KunskapError
from kunskapsbaserat.report.documents.kontroll.words import forms as text


def inspect(folder: Path) -> tuple[list[str], int]:
    """Lines about the workbooks of a folder, and the number that cannot be used; none where there is no workbook."""
    lines, errors = [], 0
    for path, about in ((meetings.path_in(folder), _meetings), (koncern.path_in(folder), _losses)):
        if not path.exists():
            continue
        try:
            said = about(folder)
        except FileError as error:
            unfilled = error.reason == "empty_form"
            said = text.unfilled(path.name) if unfilled else text.cannot(path.name, error.svenska)
            errors += not unfilled
        except KunskapError as error:
            said = text.cannot(path.name, error.svenska)
            errors += 1
        lines += said
    return [text.HEADING, *lines] if lines else [], errors


def _meetings(folder: Path) -> list[str]:
    book = meetings.read(folder)
    counts = [len(book.of(sheet)) for sheet in meeting_sheets.SHEETS]
    return text.meetings(meeting_sheets.FILE, *counts)


def _losses(folder: Path) -> list[str]:
    found = koncern.read(folder)
    return text.losses(loss_sheets.FILE, len(found.units), len(found.rows))
